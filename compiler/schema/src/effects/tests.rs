//! Facts about changes: what is read, which row wins, and whether the standard library's speak of what there is.

use super::*;
use crate::{Property, PropertyType, Schemas};

const TABLE: &str = "\
# a comment
type,change,property,condition,nodes,holdings,words,source
T::G,update,Size,fewer /Protected=true,may_stop,,protected ones stay,x
T::G,update,Size,fewer,stop,idle,,x
T::G,update,Size,,,,,x
T::G,update,Template,@update_policy/Rolling,rolling:@update_policy/Rolling/Size|/Share%|2,,,x
T::G,update,Template,!@update_policy,later,,,x
T::G,update,Image,/Policy=replace,replaces,,,x
T::G,update,Image,,later,,,x
T::G,delete,,,stop,lost:Gib*1024 released,gone,x
T::G,name,A B,,,,,x
T::G,bring_over,Template,/Protected=true,,,now; later lift the protection first,x
T::G,bring_over,Template,,,,by hand,x
T::G,instead,Size,fewer,,,make another,x
T::G,range,Cidr Inside,,,,,x
T::Quiet,update,A,,note,,,x
";

struct Case(&'static [&'static str], &'static [(&'static str, &'static str)]);

impl Situation for Case {
    fn is(&self, word: &str) -> bool {
        self.0.contains(&word)
    }
    fn property(&self, place: &Pattern) -> Option<String> {
        self.1.iter().find(|(name, _)| *name == place.to_string()).map(|(_, value)| (*value).to_owned())
    }
    fn beside(&self, place: &Pattern) -> Option<String> {
        self.property(&Pattern::parse(&format!("@{place}")))
    }
}

#[test]
fn the_first_row_that_holds_wins() {
    let effects = Effects::load([TABLE]).expect("a table");
    let kind = Symbol::new("T::G");
    let nodes = |path: &[PathStep], case: &Case| effects.find(kind, Occasion::Update, path, case).map(|row| row.nodes);
    assert_eq!(nodes(&["Size".into()], &Case(&["fewer"], &[("Protected", "True")])), Some(OnNodes::MayStop));
    assert_eq!(nodes(&["Size".into()], &Case(&["fewer"], &[("Protected", "false")])), Some(OnNodes::Stop));
    assert_eq!(nodes(&["Size".into()], &Case(&["more"], &[])), Some(OnNodes::Nothing));
    let version: [PathStep; 2] = ["Template".into(), "Version".into()];
    let policy = &[("@update_policy", ""), ("@update_policy/Rolling", "")];
    assert_eq!(nodes(&version, &Case(&[], policy)), Some(OnNodes::Rolling));
    assert_eq!(nodes(&version, &Case(&[], &[])), Some(OnNodes::Later));
    let by_hand = effects.find(kind, Occasion::BringOver, &version, &Case(&[], &[])).map(|row| row.words.as_str());
    assert_eq!(by_hand, Some("by hand"));
    let later = |case: &Case| effects.bring_over(kind, case).map(str::to_owned);
    assert_eq!(later(&Case(&[], &[("Protected", "true")])).as_deref(), Some("lift the protection first"));
    assert_eq!(later(&Case(&[], &[])).as_deref(), Some("by hand"));
    let instead = effects.find(kind, Occasion::Instead, &["Size".into()], &Case(&["fewer"], &[]));
    assert_eq!(instead.map(|row| row.words.as_str()), Some("make another"));
    assert!(effects.asks(kind, "fewer") && !effects.asks(kind, "in_use"));
    let ranges: Vec<_> = effects.ranges(kind).map(|(range, inside)| (range.to_string(), inside.len())).collect();
    assert_eq!(ranges, [("Cidr".to_owned(), 1)]);
    assert_eq!(nodes(&["Other".into()], &Case(&[], &[])), None, "not known is not nothing");
    let replaces = |path: &str, value: &'static [_]| effects.replaces(kind, &[path.into()], &Case(&[], value));
    assert_eq!(replaces("Image", &[("Policy", "replace")]), Some(true));
    assert_eq!(replaces("Image", &[]), Some(false));
    assert_eq!(replaces("Template", &[]), None, "the table does not say on what it depends");
    let gone = effects.find(kind, Occasion::Delete, &[], &Case(&[], &[])).expect("a row");
    let size = OnHoldings::Lost(Some(Size(Pattern::parse("Gib"), 1024)));
    assert_eq!((gone.words.as_str(), gone.holdings.as_slice()), ("gone", &[size, OnHoldings::Released][..]));
    assert!(effects.concerns_nodes(kind) && !effects.concerns_nodes(Symbol::new("T::Quiet")));
    assert_eq!(effects.names(kind).map(<[Pattern]>::len).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_batch_is_what_is_said_first_and_never_more_than_there_is() {
    let effects = Effects::load([TABLE]).expect("a table");
    let batch = |nodes, said: &'static [(&'static str, &'static str)]| {
        let (kind, path): (Symbol, [PathStep; 1]) = (Symbol::new("T::G"), ["Template".into()]);
        let row = effects.find(kind, Occasion::Update, &path, &Case(&[], &[("@update_policy/Rolling", "")]));
        row.expect("a row").batch(nodes, &Case(&[], said))
    };
    assert_eq!(batch(40, &[("@update_policy/Rolling/Size", "4"), ("Share", "50")]), Some(4));
    assert_eq!(batch(41, &[("Share", "10")]), Some(5), "a share is rounded up");
    assert_eq!(batch(40, &[]), Some(2));
    assert_eq!(batch(1, &[]), Some(1));
    assert_eq!(batch(40, &[("@update_policy/Rolling/Size", "0")]), None, "others come first");
}

#[test]
fn what_is_not_a_table_is_refused_with_its_line() {
    let load = |row: &str| {
        Effects::load([format!("type,change,property,condition,nodes,holdings,words,source\n{row}\n").as_str()])
            .map(|_| ())
    };
    assert_eq!(Effects::load(["a,b\n"]).err().map(|e| e.starts_with("the header")), Some(true));
    for (row, why) in [
        ("T,changed,,,,,,x", "line 2: `changed` is not create"),
        ("T,update,,,halt,,,x", "line 2: `halt` is nothing"),
        ("T,update,,,,gone,,x", "line 2: `gone` is nothing"),
        ("T,update,,,,lost:A*b,,x", "line 2: `b` is not a number"),
        ("T,update,,,,,,", "line 2: it has no source"),
        ("T,update,A,,stop:4,,,x", "line 2: only `rolling` is done in batches"),
        ("T,update,A,,rolling:many,,,x", "line 2: `many` is neither a number of nodes nor a property that says one"),
    ] {
        let said = load(row).expect_err("refused");
        assert!(said.starts_with(why), "{said}");
    }
}

/// Whether a type has what a pattern speaks of.
fn there_is(kind: &crate::ResourceType, pattern: &Pattern) -> bool {
    let mut path: Vec<PathStep> = Vec::new();
    for step in pattern.steps() {
        match step {
            Some(key) => path.push(PathStep::Key(*key)),
            None => path.push(PathStep::Index(0)),
        }
    }
    matches!(kind.property(&path), Some(Property { kind: PropertyType::Any, .. })) || kind.property(&path).is_some()
}

#[test]
fn the_standard_library_speaks_of_types_and_properties_that_there_are() {
    let effects = Effects::load(tonnage_stdlib::effects_csv().iter().map(|table| table.text)).expect("the tables");
    let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
    assert!(effects.rows().count() > 60);
    for (kind, place) in effects.all_sizes().chain(effects.all_ranges()) {
        assert!(schemas.get(kind).is_some_and(|known| there_is(known, place)), "{kind} has no {place}");
    }
    for (kind, row) in effects.rows() {
        let Some(known) = schemas.get(kind) else { panic!("{kind} is not a type") };
        for place in row.places() {
            assert!(there_is(known, place), "{kind} has no {place}");
        }
    }
}

#[test]
fn of_a_group_of_nodes_every_property_is_known() {
    let effects = Effects::load(tonnage_stdlib::effects_csv().iter().map(|table| table.text)).expect("the tables");
    let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
    for name in ["AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::CapacityReservation"] {
        let kind = schemas.get(Symbol::new(name)).expect("a type");
        let unknown: Vec<Symbol> = kind
            .properties()
            .filter(|property| {
                let path = [PathStep::Key(*property)];
                !kind.read_only(&path)
                    && !kind.create_only(&path)
                    && effects.find(Symbol::new(name), Occasion::Update, &path, &Case(&[], &[])).is_none()
            })
            .collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
    }
}
