//! From desired and live to a Plan: the order in which the rooms of this crate are gone through. Must not know more.

use std::collections::BTreeSet;

use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes, diagnostic::has_errors};
use tonnage_graph::{MAX_DEPTH, Resource, ResourceGraph, ResourceId, Values, Walk};

use crate::change::Change;
use crate::collide::collisions;
use crate::cut::{Cut, cut, placed};
use crate::decide::{Decided, Decision, decide};
use crate::depart::departures;
use crate::effects::effects;
use crate::grow::Growth;
use crate::handover::Movement;
use crate::identity::{self, is_importing};
use crate::idle;
use crate::inputs::Inputs;
use crate::model::{Plan, UnitId};
use crate::moved::LiveView;
use crate::names;
use crate::refuse::refused;
use crate::renamed::{self, Renames};
use crate::stand::{self, Around};
use crate::steps::Order;
use crate::units::Assembly;

/// Makes a plan. `values` is the store in which the bodies of both graphs lie; the plan keeps it. Placements,
/// preflight, money, shapes, notes and outputs are left empty for the caller to fill in. No plan where a diagnostic is
/// an error.
pub fn plan(inputs: &Inputs<'_>, mut values: Values) -> (Option<Plan>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    check_depth(inputs, &values, &mut diagnostics);
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let walk = match walk(inputs.desired, &values) {
        Ok(walk) => walk,
        Err(found) => {
            diagnostics.extend(found);
            return (None, diagnostics);
        }
    };
    let mut live = LiveView::new(inputs.live, inputs.desired, inputs.moved, &mut diagnostics);
    let Decided { mut decisions, mut drift } = decide(inputs, &mut values, &mut live, &walk, &mut diagnostics);
    drift.sort_by_key(|drift| drift.address);
    let mut leaving = departures(inputs, &values, &live, &decisions);
    let around = Around::of(inputs, &values, &live, &decisions);
    stand::keep(inputs, &values, &live, &around, &mut decisions, &mut leaving);
    identity::check(inputs, &decisions, &mut diagnostics);
    let cut = cut(inputs, &values, &live, &walk, &decisions, &mut diagnostics);
    let ids = number(&cut);
    let touched = touched(inputs, &values, &live, &decisions, &cut, &leaving);
    let assembly = Assembly { inputs, values: &values, live: &live, walk: &walk, decisions: &decisions, cut: &cut };
    let done = assembly.operations(&touched);
    for &(unit, count) in &done.passing_on {
        let name = cut.drafts.get(unit).map_or("", |draft| draft.name.as_str());
        let values = if count == 1 { "value" } else { "values" };
        let message = format!("unit {name} is updated only to give {count} more {values} to other units");
        diagnostics.push(Diagnostic::new(Severity::Note, codes::T0613, message));
    }
    let local_names = |id: ResourceId| {
        let there = decisions.get(id.0 as usize).and_then(|decision| decision.live).and_then(|id| live.get(id));
        inputs.desired.get(id).map_or_else(|| Symbol::new(""), |desired| local_name(desired, there))
    };
    let mut units = assembly.units(&done.operations, &ids, &local_names, &mut diagnostics);
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let renames = renamed::candidates(inputs, &live, &decisions, &leaving);
    let movement = Movement {
        inputs,
        live: &live,
        cut: &cut,
        decisions: &decisions,
        leaving: &leaving,
        renames: &renames,
        values: &values,
    };
    let handovers = movement.handovers();
    let order = |live: &LiveView<'_>, values: &Values, twice: &BTreeSet<usize>| {
        let operations = &done.operations;
        let (cut, ids, decisions, handovers) = (&cut, &ids, &decisions, &handovers);
        Order { cut, operations, ids, inputs, live, values, decisions, handovers }.steps(twice)
    };
    let mut ordered = order(&live, &values, &BTreeSet::new());
    let grown = Growth { inputs, cut: &cut, ids: &ids }.first(&mut values, &mut live, &ordered.in_use, &units);
    if !grown.is_empty() {
        ordered = order(&live, &values, &grown.keys().copied().collect());
    }
    let id_of = |unit: Option<usize>| unit.and_then(|unit| ids.get(unit)).copied().unwrap_or(UnitId(u32::MAX));
    let mut changes: Vec<Change> = Vec::new();
    for (id, desired) in inputs.desired.iter() {
        let Some(decision) = decisions.get_mut(id.0 as usize) else { continue };
        let Some(mut change) = decision.change.take() else { continue };
        change.unit = id_of(cut.unit_of.get(id.0 as usize).copied().flatten());
        change.local_name = local_name(desired, decision.live.and_then(|id| live.get(id)));
        changes.push(*change);
    }
    let live_unit = |address| {
        let resource = live.find(address).and_then(|id| live.get(id))?;
        cut.find(resource.site, resource.live.as_deref()?.unit)
    };
    for change in &mut leaving {
        change.unit = id_of(live_unit(change.address));
    }
    identity::retain_first(&leaving, &live, &mut units);
    identity::import_first(inputs, &mut values, &live, &decisions, &mut units, &mut diagnostics);
    for (number, between) in grown {
        if let Some(unit) = ids.get(number).and_then(|id| units.get_mut(id.0 as usize)) {
            unit.between = Some(Box::new(between));
        }
    }
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    changes.append(&mut leaving);
    for change in &mut changes {
        change.effects = effects(inputs, &values, &around, change);
    }
    idle::settle(inputs, &live, &mut changes);
    changes.sort_by_key(|change| (change.unit, change.address));
    diagnostics.extend(collisions(inputs, &values, &changes));
    diagnostics.extend(refused(inputs, &values, &changes));
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let plan = Plan {
        ledger_serial: inputs.ledger_serial,
        changes,
        drift,
        adoptable: BTreeSet::new(),
        units,
        steps: ordered.steps,
        stops_first: ordered.stops_first.into_iter().collect(),
        renames: Renames { moves: renames, stopping: 0 },
        ..Plan::new(inputs.fleet, inputs.as_of, values)
    };
    (Some(plan), diagnostics)
}

/// Freezes the desired graph. Errors with each knot of resources that wait for each other, as a path.
pub fn walk(desired: &ResourceGraph, values: &Values) -> Result<Walk, Vec<Diagnostic>> {
    Walk::of(desired, values).map_err(|cycles| {
        let explain = |cycle: &tonnage_graph::Cycle| {
            let message = format!("resources wait for each other: {}", cycle.explain(desired));
            let first = cycle.path.first().and_then(|&id| desired.get(id)).and_then(|r| r.declared);
            let problem = Diagnostic::new(Severity::Error, codes::T0601, message)
                .with_help("leave one of these references out, or put what both need into a resource of its own");
            match first {
                Some(span) => problem.at(span, ""),
                None => problem,
            }
        };
        cycles.iter().map(explain).collect()
    })
}

/// Bodies nested deeper than any edge takes are refused before anything walks into them.
fn check_depth(inputs: &Inputs<'_>, values: &Values, diagnostics: &mut Vec<Diagnostic>) {
    let too_deep = |graph: &ResourceGraph| -> Vec<Diagnostic> {
        let deep = graph.iter().filter(|(_, r)| {
            let applied = r.live.as_deref().and_then(|facts| facts.applied);
            values.depth(r.body).max(applied.map_or(0, |id| values.depth(id))) > MAX_DEPTH
        });
        deep.map(|(_, resource)| {
            let message = format!("the body of `{}` is nested deeper than {MAX_DEPTH} levels", resource.address);
            let problem = Diagnostic::new(Severity::Error, codes::T0611, message)
                .with_help("look for locals each of which wraps the one before it in another list or map");
            placed(resource, problem)
        })
        .collect()
    };
    diagnostics.extend(too_deep(inputs.desired));
    diagnostics.extend(too_deep(inputs.live));
}

/// Final numbers of units: by place and name, so that they do not depend on who was met first.
fn number(cut: &Cut) -> Vec<UnitId> {
    let mut order: Vec<usize> = (0..cut.drafts.len()).collect();
    order.sort_by_key(|&unit| cut.drafts.get(unit).map(|draft| (draft.site, draft.name)));
    let mut ids = vec![UnitId(u32::MAX); order.len()];
    for (position, unit) in (0u32..).zip(order) {
        if let Some(slot) = ids.get_mut(unit) {
            *slot = UnitId(position);
        }
    }
    ids
}

/// Units in which a resource changes, or from which one leaves, or that know something by the name it had.
fn touched(
    inputs: &Inputs<'_>,
    values: &Values,
    live: &LiveView<'_>,
    decisions: &[Decision],
    cut: &Cut,
    leaving: &[Change],
) -> Vec<bool> {
    let mut touched = vec![false; cut.drafts.len()];
    let mut touch = |unit: Option<usize>| {
        if let Some(slot) = unit.and_then(|unit| touched.get_mut(unit)) {
            *slot = true;
        }
    };
    let home = |resource: &Resource| resource.live.as_deref().and_then(|facts| cut.find(resource.site, facts.unit));
    for (id, desired) in inputs.desired.iter() {
        let Some(decision) = decisions.get(id.0 as usize).filter(|decision| decision.change.is_some()) else {
            continue;
        };
        touch(cut.unit_of.get(id.0 as usize).copied().flatten());
        // What is made anew at another site leaves the unit it was in.
        if let Some(resource) = decision.live.and_then(|id| live.get(id))
            && resource.site != desired.site
        {
            touch(home(resource));
        }
    }
    // What refers to something by the name it had: the next plan has to find the new one, without the `moved` block.
    if live.has_renames() {
        let mut stack = Vec::new();
        for (position, decision) in decisions.iter().enumerate() {
            let Some(resource) = decision.live.and_then(|id| live.get(id)) else { continue };
            let applied = resource.live.as_deref().and_then(|facts| facts.applied).unwrap_or(resource.body);
            let mut renamed = false;
            values.each_reference(applied, &mut stack, |reference| {
                renamed |= live.address(reference.address) != reference.address;
            });
            if renamed {
                touch(cut.unit_of.get(position).copied().flatten());
            }
        }
    }
    for change in leaving {
        touch(live.find(change.address).and_then(|id| live.get(id)).and_then(home));
    }
    touched
}

/// The name of a resource inside its unit: the one it has, or a new one where there is none or where it names another
/// type, which no cloud changes in place.
fn local_name(desired: &Resource, live: Option<&Resource>) -> Symbol {
    let kept = live.filter(|live| live.site == desired.site && live.kind == desired.kind && !is_importing(live));
    kept.and_then(|live| live.live.as_deref())
        .map_or_else(|| names::local(desired.address, desired.kind, desired.site), |facts| facts.name())
}
