//! What comes while something that is still there has its name, or addresses of its range: the cloud refuses the second
//! one. Must not know any type: which properties are a name or a range, the schemas and the facts about changes say.

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Range, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{Node, Site, ValueId, Values};
use tonnage_schema::{Pattern, ResourceType};

use crate::change::{Action, Change, Reason};
use crate::inputs::Inputs;
use crate::renamed::Rename;

/// An error for each of what comes that has no room beside what is still there.
pub fn collisions(inputs: &Inputs<'_>, values: &Values, changes: &[Change]) -> Vec<Diagnostic> {
    let replaced = changes.iter().filter_map(|change| collision(inputs, values, change));
    let mut found: Vec<Diagnostic> = replaced.collect();
    found.extend(taken(inputs, values, changes));
    found
}

fn collision(inputs: &Inputs<'_>, values: &Values, change: &Change) -> Option<Diagnostic> {
    let retained = change.keeps_old();
    let together = match change.action {
        Action::ReplaceCreateFirst => true,
        Action::ReplaceDeleteFirst => retained,
        _ => false,
    };
    // Of another type, or elsewhere, it may have the same name.
    let elsewhere = |reason: &Reason| match reason {
        Reason::CreateOnly { property } => matches!(property.as_str(), "type" | "cloud" | "region"),
        _ => false,
    };
    if !together || change.reasons.iter().any(elsewhere) {
        return None;
    }
    let (before, after) = (change.before?, change.after?);
    let kept = |place: &Pattern| {
        let old = scalar(values, before, place)?;
        (scalar(values, after, place)? == old).then_some(old)
    };
    let all_kept = |places: &[Pattern]| !places.is_empty() && places.iter().all(|place| kept(place).is_some());
    let stays = if retained { "is kept" } else { "goes only after the new one is there" };
    let named = names(inputs, change.kind).find(|places| all_kept(places)).and_then(|places| {
        let name = places.first()?;
        let shown = scalar(values, after, name).unwrap_or_default();
        let said =
            format!("{name} names both \"{shown}\": the old one {stays}, so the cloud answers \"already exists\"");
        Some((said, format!("give it another {name}, or leave {name} out and let the cloud make one")))
    });
    let (said, out) = named.or_else(|| {
        let mut ranges = inputs.effects.ranges(change.kind);
        ranges.find_map(|(place, inside)| {
            let [old, new] = [before, after].map(|body| scalar(values, body, place).and_then(Range::parse));
            let (old, new) =
                old.zip(new).filter(|(old, new)| old.meets(*new) && inside.iter().all(|p| kept(p).is_some()))?;
            let said =
                format!("its new {place} {new} meets the old one, {old}, which {stays}, and the cloud refuses it");
            Some((said, format!("choose a range beside {old}, or take it out, apply, and put the new one in")))
        })
    })?;
    let why = change.reasons.iter().find_map(|reason| match reason {
        Reason::CreateOnly { property } => Some(format!("{property} can only be set at creation")),
        Reason::Cascade { from, property } => Some(format!("{property} follows {from}, which is replaced")),
        _ => None,
    });
    let why = why.map_or_else(String::new, |why| format!(" ({why})"));
    let message = format!("`{}` has to be replaced{why}, but {said}", change.address);
    Some(placed(inputs, change, Diagnostic::new(Severity::Error, codes::T0633, message).with_help(out)))
}

/// What comes while something that leaves still has its name, or addresses of its range: made before that goes, or
/// beside what stays.
fn taken(inputs: &Inputs<'_>, values: &Values, changes: &[Change]) -> Vec<Diagnostic> {
    let leaves = |change: &&Change| matches!(change.action, Action::Delete | Action::Forget);
    let comes = |change: &&Change| change.action == Action::Create;
    let claims = |change: &Change, body: Option<ValueId>| {
        body.map_or_else(Vec::new, |body| claims(inputs, values, change.kind, body))
    };
    let mut held: FxHashMap<Held<'_>, Vec<(Option<Range>, &Change)>> = FxHashMap::default();
    for change in changes.iter().filter(leaves) {
        for Claim { number, texts, range, .. } in claims(change, change.before) {
            held.entry((change.site, change.kind, range.is_some(), number, texts)).or_default().push((range, change));
        }
    }
    if held.is_empty() {
        return Vec::new();
    }
    let collides = |change: &Change| {
        claims(change, change.after).into_iter().find_map(|Claim { number, place, texts, range }| {
            let shown =
                range.map_or_else(|| texts.first().copied().unwrap_or_default().to_owned(), |range| range.to_string());
            let meets = |other: Option<Range>| range.zip(other).is_none_or(|(range, other)| range.meets(other));
            let others = held.get(&(change.site, change.kind, range.is_some(), number, texts))?;
            // what leaves another unit goes before this one changes
            let there = |other: &Change| other.action == Action::Forget || other.unit == change.unit;
            let (_, other) = others.iter().find(|(range, other)| meets(*range) && there(other))?;
            let (address, old) = (change.address, other.address);
            let (until, or) = if other.action == Action::Forget {
                ("which stays", format!("give this one another {place}"))
            } else {
                (
                    "which goes only after this one is there",
                    "take the old one out, apply, and put this one in".to_owned(),
                )
            };
            let message = format!("`{address}` can't be made: its {place} {shown} is taken by `{old}`, {until}");
            let renamed = Rename::of(old, address).block();
            let help = format!("{or}; or, if it is the same one under a new name, say so:\n{renamed}");
            Some(placed(inputs, change, Diagnostic::new(Severity::Error, codes::T0635, message).with_help(help)))
        })
    };
    changes.iter().filter(comes).filter_map(collides).collect()
}

/// Where one of these keeps another out: of names by their number, and of ranges.
type Held<'v> = (Site, Symbol, bool, usize, Vec<&'v str>);

/// What there can be only one of: a name, or the addresses of a range.
struct Claim<'v, 'i> {
    number: usize,
    /// The name, or the range.
    place: &'i Pattern,
    /// The name's texts; of a range those that it lies in.
    texts: Vec<&'v str>,
    range: Option<Range>,
}

fn claims<'v, 'i>(inputs: &'i Inputs<'_>, values: &'v Values, kind: Symbol, body: ValueId) -> Vec<Claim<'v, 'i>> {
    let texts = |places: &[Pattern]| places.iter().map(|place| scalar(values, body, place)).collect::<Option<Vec<_>>>();
    let named = names(inputs, kind).enumerate().filter_map(|(number, places)| {
        Some(Claim { number, place: places.first()?, texts: texts(places)?, range: None })
    });
    let ranges = inputs.effects.ranges(kind).enumerate().filter_map(|(number, (place, inside))| {
        let range = Range::parse(scalar(values, body, place)?)?;
        Some(Claim { number, place, texts: texts(inside)?, range: Some(range) })
    });
    named.chain(ranges).collect()
}

fn placed(inputs: &Inputs<'_>, change: &Change, problem: Diagnostic) -> Diagnostic {
    let declared = inputs.desired.find(change.address).and_then(|id| inputs.desired.get(id)).and_then(|r| r.declared);
    match declared {
        Some(span) => problem.at(span, ""),
        None => problem,
    }
}

/// The names of which there can be only one of a type: each is one or more properties.
pub(crate) fn names<'i>(inputs: &'i Inputs<'_>, kind: Symbol) -> impl Iterator<Item = &'i [Pattern]> {
    let own = inputs.schemas.get(kind).and_then(identifier);
    own.into_iter().chain(inputs.effects.names(kind))
}

/// The properties by which the cloud knows it, where the author says all of them.
fn identifier(kind: &ResourceType) -> Option<&[Pattern]> {
    let said = |place: &Pattern| {
        let path: Option<Vec<_>> = place.steps().iter().map(|step| step.map(Into::into)).collect();
        path.is_some_and(|path| !kind.read_only(&path))
    };
    Some(kind.identifier()).filter(|places| places.iter().all(said))
}

/// Text that is known: the name that both would have. A reference that is the same on both sides is as good.
pub(crate) fn scalar<'v>(values: &'v Values, body: ValueId, place: &Pattern) -> Option<&'v str> {
    let mut at = body;
    for step in place.steps() {
        at = values.get(at, (*step)?)?;
    }
    match values.node(at) {
        Node::Reference(reference) => Some(reference.address.as_str()),
        _ => values.scalar(at),
    }
}
