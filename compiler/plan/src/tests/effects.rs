//! What changes do to nodes, capacity and data; replacements that depend on something; names that collide.

use super::{Row, Sky, error, lines, row, s, site};
use crate::change::{Effect, EffectKind};
use crate::effects::Case;
use crate::model::Plan;
use tonnage_graph::Values;
use tonnage_schema::{Pattern, Situation as _};

fn nodes(body: &str, count: u32) -> Row {
    let mut row = row("p.p.nodes", "T::Nodes", body);
    row.nodes = Some(count);
    row
}

/// The effects of the only change, in a line each.
fn effects(plan: &Plan) -> Vec<String> {
    let line = |e: &Effect| format!("{} {:?} {:?} {:?} {}", e.kind.as_str(), e.nodes, e.gib, e.property, e.words);
    let [only] = plan.changes.as_slice() else { panic!("{:?}", lines(plan)) };
    only.effects.iter().map(line).collect()
}

fn after(before: &Row, later: Row) -> Plan {
    let mut sky = Sky::default();
    sky.settle(std::slice::from_ref(before));
    sky.plan(&[later]).unwrap()
}

#[test]
fn nodes_stay_on_the_old_version_or_are_replaced_in_batches() {
    let old = nodes(r#"{"Template":"1","Size":4}"#, 4);
    let plan = after(&old, nodes(r#"{"Template":"2","Size":4}"#, 4));
    assert_eq!(
        lines(&plan),
        [r#"update p.p.nodes [changed]; Template "1" → "2""#],
        "it is not said to be the cloud's choice"
    );
    assert_eq!(effects(&plan), [r#"stays_on_old_version Some(4) None Some("Template") later ones differ"#]);
    let old = nodes(r#"{"Template":"1","Size":4,"Policy":"roll"}"#, 4);
    let plan = after(&old, nodes(r#"{"Template":"2","Size":4,"Policy":"roll"}"#, 4));
    assert_eq!(effects(&plan), [r#"rolls Some(4) None Some("Template") "#]);
}

#[test]
fn more_nodes_than_were_counted_matter_where_a_change_stops_some() {
    let uncounted = |before: &Row, later: Vec<Row>, counted: u32, runs: u32| {
        let mut sky = Sky::default();
        sky.settle(std::slice::from_ref(before));
        let mut plan = sky.plan(&later).unwrap();
        let [only] = plan.changes.as_mut_slice() else { panic!("{:?}", lines(&plan)) };
        let asked = only.holds_before.unwrap();
        (only.asked_before, only.holds_before) =
            (Some(asked.nodes), Some(tonnage_graph::Holds { nodes: counted, ..asked }));
        // where no more run than are to stay, none was said to stop
        only.effects.retain(|effect| effect.kind != EffectKind::Stops);
        only.uncounted(runs)
    };
    let (eight, four) = (nodes(r#"{"Size":8}"#, 8), nodes(r#"{"Size":4}"#, 4));
    assert_eq!(uncounted(&eight, Vec::new(), 0, 8), Some(0), "all of them would go");
    assert_eq!(uncounted(&eight, Vec::new(), 8, 8), None);
    assert_eq!(uncounted(&eight, Vec::new(), 8, 7), None, "less than was read is no harm");
    assert_eq!(uncounted(&eight, vec![four.clone()], 3, 8), Some(3), "four of them would go");
    assert_eq!(uncounted(&eight, vec![four], 3, 4), None, "those all stay");
    let grown = nodes(r#"{"Size":9}"#, 9);
    assert_eq!(uncounted(&eight, vec![grown], 3, 8), None, "nothing stops");
    let (old, rolled) = (r#"{"Template":"1","Policy":"roll"}"#, r#"{"Template":"2","Policy":"roll"}"#);
    assert_eq!(uncounted(&nodes(old, 8), vec![nodes(rolled, 8)], 3, 8), Some(3));
}

#[test]
fn a_condition_that_holds_makes_it_a_replacement() {
    let old = nodes(r#"{"Template":"1","Policy":"replace"}"#, 4);
    let plan = after(&old, nodes(r#"{"Template":"2","Policy":"replace"}"#, 4));
    assert_eq!(lines(&plan), [r#"replace_create_first p.p.nodes [create_only Template]; Template! "1" → "2""#]);
    assert_eq!(effects(&plan), ["stops Some(4) None None the new one first", "capacity_twice Some(4) None None "]);
    let plan = after(&nodes(r#"{"Zone":"a"}"#, 4), nodes(r#"{"Zone":"b"}"#, 4));
    assert_eq!(lines(&plan), [r#"update p.p.nodes [changed, conditional Zone]; Zone "a" → "b""#]);
}

#[test]
fn what_is_not_known_is_said_and_what_runs_is_counted() {
    let old = nodes(r#"{"Size":4,"Strange":"a","Zone":"a"}"#, 4);
    let plan = after(&old, nodes(r#"{"Size":1,"Strange":"b","Zone":"b"}"#, 1));
    assert_eq!(
        effects(&plan),
        [r#"stops Some(3) None Some("Size") "#, r#"cannot_know Some(4) None Some("Strange, Zone") "#]
    );
    assert!(effects(&after(&old, nodes(r#"{"Size":9,"Strange":"a","Zone":"a"}"#, 9))).is_empty(), "it grows");
    let none = nodes(r#"{"Size":0,"Strange":"a"}"#, 0);
    assert!(effects(&after(&none, nodes(r#"{"Size":0,"Strange":"b"}"#, 0))).is_empty(), "nothing runs");
    let mut sky = Sky::default();
    sky.settle(&[old]);
    let gone = sky.plan(&[]).unwrap();
    assert_eq!(effects(&gone), ["stops Some(4) None None gone", "data_lost None Some(40) None "]);
}

#[test]
fn what_ends_by_itself_is_said_of_each_that_is_made() {
    let sky = Sky::default();
    let made = sky.plan(&[nodes(r#"{"Kind":"a","Note":"short"}"#, 4)]).unwrap();
    assert_eq!(effects(&made), ["ends_by_itself None None None after a week"]);
    let replaced = after(&nodes(r#"{"Kind":"a"}"#, 4), nodes(r#"{"Kind":"b","Note":"short"}"#, 4));
    let said = effects(&replaced);
    assert_eq!(said.last().map(String::as_str), Some("ends_by_itself None None None after a week"), "{said:?}");
    let no_longer = after(&nodes(r#"{"Kind":"a","Note":"short"}"#, 4), nodes(r#"{"Kind":"b"}"#, 4));
    assert_eq!(effects(&no_longer).len(), 2, "the new one runs on");
}

#[test]
fn nodes_that_move_to_another_zone_stand_apart_for_a_while() {
    let at = |group: &str, zone: &str, count: u32| Row {
        address: format!("p.p.{group}"),
        zone: Some(s(zone)),
        ..nodes(&format!(r#"{{"Kind":"{zone}"}}"#), count)
    };
    let notes = |before: &Row, later: &[Row]| {
        let mut sky = Sky::default();
        sky.settle(std::slice::from_ref(before));
        let plan = sky.plan(later).unwrap();
        let effects = plan.changes.iter().flat_map(|change| &change.effects);
        effects.filter(|effect| effect.kind == EffectKind::Note).map(|effect| effect.words.clone()).collect::<Vec<_>>()
    };
    assert_eq!(notes(&at("a", "z1", 4), &[at("b", "z2", 4)]), ["apart"]);
    assert!(notes(&at("a", "z1", 4), &[at("b", "z1", 4)]).is_empty(), "the same zone");
    assert!(notes(&at("a", "z1", 4), &[]).is_empty(), "nobody comes");
    assert!(notes(&at("a", "z1", 0), &[at("b", "z2", 4)]).is_empty(), "nobody leaves");
    let mut elsewhere = at("b", "z2", 4);
    elsewhere.site.region = s("west");
    assert!(notes(&at("a", "z1", 4), &[elsewhere]).is_empty(), "another region is said to be one");
    let mut other = at("b", "z2", 4);
    (other.address, other.scope) = ("p.q.b".to_owned(), "p.q".to_owned());
    assert!(notes(&at("a", "z1", 4), &[other]).is_empty(), "another block");
}

#[test]
fn a_group_of_a_type_that_nobody_knows_stops_with_its_resource() {
    let mut row = row("p.p.other", "T::Net", r#"{"Cidr":"1"}"#);
    row.nodes = Some(3);
    let mut sky = Sky::default();
    sky.settle(std::slice::from_ref(&row));
    assert_eq!(effects(&sky.plan(&[]).unwrap()), ["stops Some(3) None None "]);
    row.body = r#"{"Cidr":"1","Name":"n"}"#.to_owned();
    assert_eq!(effects(&sky.plan(&[row]).unwrap()), [r#"cannot_know Some(3) None Some("Name") "#]);
}

#[test]
fn a_name_that_stays_collides_with_the_one_that_goes() {
    let named = |body: &str| row("a.b.named", "T::Named", body);
    let replaced = |old: &str, new: &str| {
        let mut sky = Sky::default();
        sky.settle(&[named(old)]);
        sky.plan(&[named(new)])
    };
    let problem = error(replaced(r#"{"Name":"n","Path":"/"}"#, r#"{"Name":"n","Path":"/x"}"#));
    assert_eq!(problem.code.id, "T0633");
    assert!(problem.message.contains("Path can only be set at creation") && problem.message.contains("\"n\""));
    let problem = error(replaced(r#"{"Other":"n","Path":"/"}"#, r#"{"Other":"n","Path":"/x"}"#));
    assert_eq!(problem.code.id, "T0633", "a name that is not the identifier");
    replaced(r#"{"Name":"n","Path":"/"}"#, r#"{"Name":"m","Path":"/x"}"#).unwrap();
    replaced(r#"{"Path":"/"}"#, r#"{"Path":"/x"}"#).unwrap();
    let mut sky = Sky::default();
    sky.settle(&[named(r#"{"Name":"n","Path":"/"}"#)]);
    let mut elsewhere = named(r#"{"Name":"n","Path":"/x"}"#);
    elsewhere.site.region = s("west");
    assert_ne!(elsewhere.site, site());
    sky.plan(&[elsewhere]).unwrap();
}

#[test]
fn what_stands_beside_the_properties_is_asked_too() {
    let values = Values::new();
    let beside = [("update_policy", r#"{"Replacing":{"WillReplace":true},"Rolling":{"MaxBatchSize":2},"Off":null}"#)];
    let case = Case { values: &values, body: None, beside: &beside, words: Vec::new() };
    let ask = |place: &str| case.beside(&Pattern::parse(place));
    assert_eq!(ask("update_policy/Replacing/WillReplace").as_deref(), Some("true"));
    assert_eq!(ask("update_policy/Rolling/MaxBatchSize").as_deref(), Some("2"));
    assert_eq!(ask("update_policy/Rolling").as_deref(), Some(""));
    assert_eq!(ask("update_policy/Off"), None);
    assert_eq!(ask("update_policy/Other/Deeper"), None);
    assert_eq!(ask("creation_policy"), None);
}

#[test]
fn every_kind_has_a_word() {
    for kind in EffectKind::ALL {
        assert_eq!(EffectKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(EffectKind::parse("other"), None);
}
