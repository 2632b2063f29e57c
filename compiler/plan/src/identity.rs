//! What comes under management and what leaves it, kept: which resources, and what is done to their units first. Must
//! not know what a cloud does for it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{Disposal, Live, Node, Reference, Resource, ValueId, Values};

use crate::change::{Action, Change, Reason};
use crate::decide::Decision;
use crate::inputs::{Inputs, Removed};
use crate::model::{Ahead, Imported, Member, Unit, UnitOperation};
use crate::moved::{LiveView, map_references};

/// Whether a live resource is in no unit, and is to come into one.
pub fn is_importing(resource: &Resource) -> bool {
    resource.live.as_deref().is_some_and(|live| live.importing)
}

/// The `removed` block that lets an address go, where there is one.
pub fn removed(removed: &[Removed], address: Symbol) -> Option<&Removed> {
    removed.iter().find(|rule| is_inside(address, rule.from))
}

/// Whether an address is another one, or inside of it.
pub fn is_inside(address: Symbol, prefix: Symbol) -> bool {
    tonnage_graph::is_inside(address.as_str(), prefix.as_str())
}

/// What is removed must have left the files, and what is imported must be able to stay as it is.
pub fn check(inputs: &Inputs<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
    for rule in inputs.removed {
        let Some((_, still)) = inputs.desired.iter().find(|(_, resource)| is_inside(resource.address, rule.from))
        else {
            continue;
        };
        let mut error =
            Diagnostic::error(codes::T0626, rule.span, format!("`{}` is removed but still declared", rule.from))
                .with_help("delete it from the files, and it is forgotten and kept; or leave the `removed` block out");
        if let Some(span) = still.declared {
            error = error.with_label(span, format!("`{}` comes from here", still.address));
        }
        diagnostics.push(error);
    }
    let changes = decisions.iter().filter_map(|decision| decision.change.as_deref());
    for change in changes.filter(|change| change.action.is_replace() && change.reasons.contains(&Reason::Imported)) {
        let properties: Vec<&str> =
            change.diffs.iter().filter(|diff| diff.forces_replacement).map(|diff| diff.path.as_str()).collect();
        let message = format!(
            "importing `{}` would replace it at once: {} can only be set at creation, and differs",
            change.address,
            if properties.is_empty() { "its type or place".to_owned() } else { properties.join(", ") }
        );
        let declared = inputs.desired.find(change.address).and_then(|id| inputs.desired.get(id)?.declared);
        let error = Diagnostic::new(Severity::Error, codes::T0625, message)
            .with_help("write it as it is there, import it, and change it in a plan of its own");
        diagnostics.push(match declared {
            Some(span) => error.at(span, ""),
            None => error,
        });
    }
}

/// What is forgotten is marked to be kept before it leaves, where it is not so marked already.
pub fn retain_first(leaving: &[Change], live: &LiveView<'_>, units: &mut [Unit]) {
    let mut first: BTreeMap<usize, Vec<Symbol>> = BTreeMap::new();
    for change in leaving.iter().filter(|change| change.action == Action::Forget) {
        let marked = live
            .find(change.address)
            .and_then(|id| live.get(id))
            .is_some_and(|resource| resource.lifecycle.on_delete == Disposal::Retain);
        if !marked {
            first.entry(change.unit.0 as usize).or_default().push(change.local_name);
        }
    }
    for (unit, mut names) in first {
        names.sort();
        if let Some(unit) = units.get_mut(unit) {
            unit.ahead.push(Ahead::Retain(names));
        }
    }
}

/// What is imported comes into its unit as it is, before the unit changes.
pub fn import_first(
    inputs: &Inputs<'_>,
    values: &mut Values,
    live: &LiveView<'_>,
    decisions: &[Decision],
    units: &mut [Unit],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut coming: FxHashMap<Symbol, &Resource> = FxHashMap::default();
    for decision in decisions {
        let there = decision.live.and_then(|id| live.get(id)).filter(|there| is_importing(there));
        coming.extend(there.map(|there| (there.address, there)));
    }
    if coming.is_empty() {
        return;
    }
    for unit in units.iter_mut().filter(|unit| unit.operation != UnitOperation::Keep) {
        let members = unit.members.iter().filter_map(|member| Some((member, *coming.get(&member.address)?)));
        let resources: Vec<Imported> = members
            .filter_map(|(member, there)| match imported(inputs, values, live, member, there) {
                Ok(imported) => Some(imported),
                Err(error) => {
                    diagnostics.push(*error);
                    None
                }
            })
            .collect();
        if resources.is_empty() {
            continue;
        }
        let members: Vec<Member> = resources.iter().map(|imported| imported.member.clone()).collect();
        let alone = Unit {
            members,
            parameters: Vec::new(),
            outputs: Vec::new(),
            ahead: Vec::new(),
            between: None,
            ..unit.clone()
        };
        let document = match (inputs.emitter)(unit.site).map(|emitter| emitter.document(&alone)) {
            Some(Ok(document)) => document,
            Some(Err(problems)) => {
                diagnostics.extend(problems.into_iter().map(|problem| problem.placed(inputs.desired)));
                continue;
            }
            None => continue,
        };
        unit.ahead.push(Ahead::Import { resources, document });
    }
}

fn imported(
    inputs: &Inputs<'_>,
    values: &mut Values,
    live: &LiveView<'_>,
    member: &Member,
    there: &Resource,
) -> Result<Imported, Box<Diagnostic>> {
    let declared = inputs.desired.find(member.address).and_then(|id| inputs.desired.get(id)?.declared);
    let refused = |message: String, help: &str| {
        let error = Diagnostic::new(Severity::Error, codes::T0624, message).with_help(help);
        Box::new(match declared {
            Some(span) => error.at(span, ""),
            None => error,
        })
    };
    let id = there.live.as_deref().and_then(Live::id).unwrap_or(member.address);
    let names: Vec<Symbol> = inputs
        .schemas
        .get(member.kind)
        .map(|kind| kind.identifier().iter().map(|path| Symbol::new(&path.to_string())).collect())
        .unwrap_or_default();
    let parts: Vec<&str> = if names.len() > 1 { id.as_str().split('|').collect() } else { vec![id.as_str()] };
    if names.len() != parts.len() {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        return Err(refused(
            format!(
                "`{}` can't be imported by `{id}`: a {} is named by {}",
                member.address,
                member.kind,
                names.join(", ")
            ),
            "write the parts of the identifier in this order, with `|` between them",
        ));
    }
    // A unit takes it as it is, without references: what they refer to may come only later.
    let mut unknown = None;
    let body = literal(values, there.body, live, &mut unknown);
    if let Some(reference) = unknown {
        return Err(refused(
            format!(
                "`{}` can't be imported: it refers to `{}`, which is not there yet",
                member.address, reference.address
            ),
            "apply what it refers to first, and import it in a plan of its own",
        ));
    }
    Ok(Imported {
        member: Member {
            body: values.to_json(body),
            depends_on: Vec::new(),
            // A service takes in only what it is told to keep: nothing that was there is lost by a failure.
            retain_on_delete: true,
            retain_on_replace: true,
            update_policy: None,
            ..member.clone()
        },
        id,
        identifier: names.into_iter().zip(parts).map(|(name, part)| (name, Symbol::new(part))).collect(),
    })
}

/// A body with the identifiers that its references stand for.
fn literal(values: &mut Values, body: ValueId, live: &LiveView<'_>, unknown: &mut Option<Reference>) -> ValueId {
    let mut resolve = |values: &mut Values, reference: Reference| {
        let facts = live.find(reference.address).and_then(|id| live.get(id)).and_then(|there| there.live.as_deref());
        match facts.and_then(|facts| facts.stands_for(reference.attribute)) {
            Some(text) => values.string(text),
            None => {
                unknown.get_or_insert(reference);
                values.reference(reference)
            }
        }
    };
    let mapped = map_references(values, body, &mut FxHashMap::default(), &mut resolve);
    debug_assert!(!matches!(values.node(mapped), Node::Unknown(_)), "bodies hold references, not what becomes of them");
    mapped
}
