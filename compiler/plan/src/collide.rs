//! Replacements whose new resource would have the name of the old one while that is still there: the cloud refuses the
//! second one. Must not know any type: which properties are a name, the schemas and the facts about changes say.

use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{Node, ValueId, Values};
use tonnage_schema::{Pattern, ResourceType};

use crate::change::{Action, Change, Reason};
use crate::inputs::Inputs;

/// An error for each replacement that cannot be made.
pub fn collisions(inputs: &Inputs<'_>, values: &Values, changes: &[Change]) -> Vec<Diagnostic> {
    changes.iter().filter_map(|change| collision(inputs, values, change)).collect()
}

fn collision(inputs: &Inputs<'_>, values: &Values, change: &Change) -> Option<Diagnostic> {
    let retained = change.reasons.contains(&Reason::Retained);
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
    let places = names(inputs, change.kind).find(|places| all_kept(places))?;
    let name = places.first()?;
    let shown = scalar(values, after, name).map_or("", |text| text);
    let why = change.reasons.iter().find_map(|reason| match reason {
        Reason::CreateOnly { property } => Some(format!("{property} can only be set at creation")),
        Reason::Cascade { from, property } => Some(format!("{property} follows {from}, which is replaced")),
        _ => None,
    });
    let mut message = format!("`{}` has to be replaced", change.address);
    if let Some(why) = why {
        message.push_str(&format!(" ({why})"));
    }
    let stays = if retained { "is kept" } else { "goes only after the new one is there" };
    message.push_str(&format!(
        ", but {name} names both \"{shown}\": the old one {stays}, so the cloud answers \"already exists\""
    ));
    let out = format!("give it another {name}, or leave {name} out and let the cloud make one");
    let problem = Diagnostic::new(Severity::Error, codes::T0633, message).with_help(out);
    let declared = inputs.desired.find(change.address).and_then(|id| inputs.desired.get(id)).and_then(|r| r.declared);
    Some(match declared {
        Some(span) => problem.at(span, ""),
        None => problem,
    })
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
        Node::Number(text) | Node::String(text) => Some(text.as_str()),
        Node::Reference(reference) => Some(reference.address.as_str()),
        _ => None,
    }
}
