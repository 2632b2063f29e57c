//! What leaves: live resources that no desired one takes the place of. Must not know units, nor how a cloud does it.

use rustc_hash::FxHashMap;
use tonnage_base::{Span, Symbol};
use tonnage_graph::{Disposal, Live, Node, Resource, Values};

use crate::change::{Action, Change, Reason};
use crate::decide::{Decision, asked_before};
use crate::identity;
use crate::inputs::Inputs;
use crate::model::UnitId;
use crate::moved::LiveView;
use crate::names;

/// What leaves: live resources that no desired one takes the place of.
pub fn departures(inputs: &Inputs<'_>, values: &Values, live: &LiveView<'_>, decisions: &[Decision]) -> Vec<Change> {
    let mut stays = vec![false; live.count()];
    for id in decisions.iter().filter_map(|decision| decision.live) {
        if let Some(slot) = stays.get_mut(id.0 as usize) {
            *slot = true;
        }
    }
    let gone: Vec<&Resource> =
        live.iter().zip(stays).filter(|(_, stays)| !stays).map(|((_, resource), _)| resource).collect();
    let mut blocks: FxHashMap<String, Option<Span>> = FxHashMap::default();
    if !gone.is_empty() {
        for (_, desired) in inputs.desired.iter() {
            let declared = blocks.entry(names::block(desired.address.as_str())).or_default();
            *declared = declared.or(desired.declared);
        }
    }
    let stood_on = stood_on(inputs, values, live, &gone);
    let departure = |resource: &Resource| {
        let block = blocks.get(&names::block(live.address(resource.address).as_str()));
        let ended = (inputs.ended)(live.address(resource.address));
        let removed = identity::is_removed(inputs.removed, live.address(resource.address));
        let stands_on_it = stood_on.get(&resource.address).map(|by| live.address(*by));
        let retained = removed || stands_on_it.is_some() || resource.lifecycle.on_delete == Disposal::Retain;
        let facts = resource.live.as_deref();
        let there = facts.is_some_and(|facts| facts.physical_id.is_some());
        let mut reasons = match (removed, stands_on_it, retained) {
            (true, ..) => vec![Reason::Removed],
            (false, Some(by), _) => vec![Reason::StoodOn { by }],
            (false, None, true) => vec![Reason::Retained],
            (false, None, false) => Vec::new(),
        };
        if !removed {
            reasons.push(match (ended, block) {
                (Some(last), _) => Reason::Ended { on: last.value },
                (None, Some(_)) => Reason::NotAsked,
                (None, None) => Reason::Gone,
            });
        }
        if !there {
            let deleted = values.node(resource.body) == Node::Null;
            reasons.push(if deleted { Reason::Deleted } else { Reason::Missing });
        }
        Change {
            address: live.address(resource.address),
            previous_address: Some(resource.address).filter(|&old| live.address(old) != old),
            kind: resource.kind,
            action: if retained { Action::Forget } else { Action::Delete },
            reasons,
            diffs: Vec::new(),
            site: resource.site,
            unit: UnitId(u32::MAX),
            local_name: facts.map_or(resource.address, |facts| facts.name()),
            physical_id: facts.and_then(Live::id),
            before: Some(resource.body),
            after: None,
            holds_before: resource.holds_now().filter(|_| there),
            asked_before: asked_before(resource).filter(|_| there),
            holds_after: None,
            effects: Vec::new(),
            declared: ended.map(|last| last.span).or(block.copied().flatten()).map(|span| (inputs.place)(span)),
        }
    };
    gone.into_iter().map(departure).collect()
}

/// What would be deleted under something that is kept, with what stands on it: what that refers to, and the whole unit of
/// it where that is another one: a network's routes and rules refer to the network, and not the other way about.
fn stood_on(
    inputs: &Inputs<'_>,
    values: &Values,
    live: &LiveView<'_>,
    gone: &[&Resource],
) -> FxHashMap<Symbol, Symbol> {
    let unit = |resource: &Resource| (resource.site, resource.live.as_deref().map(|facts| facts.unit));
    let is_there = |resource: &Resource| resource.live.as_deref().is_some_and(|facts| facts.physical_id.is_some());
    let is_kept = |resource: &Resource| {
        identity::is_removed(inputs.removed, live.address(resource.address))
            || resource.lifecycle.on_delete == Disposal::Retain
    };
    let mut found: FxHashMap<Symbol, Symbol> = FxHashMap::default();
    let mut waiting: Vec<(&Resource, Symbol)> =
        gone.iter().filter(|r| is_kept(r) && is_there(r)).map(|r| (*r, r.address)).collect();
    if waiting.is_empty() {
        return found;
    }
    waiting.sort_by_key(|(_, by)| std::cmp::Reverse(*by)); // whoever comes first by name is named
    let leaving: FxHashMap<Symbol, &Resource> = gone.iter().map(|resource| (resource.address, *resource)).collect();
    let mut of_units: FxHashMap<_, Vec<&Resource>> = FxHashMap::default();
    for resource in gone {
        of_units.entry(unit(resource)).or_default().push(resource);
    }
    let mut stack = Vec::new();
    while let Some((resource, by)) = waiting.pop() {
        let mut under: Vec<&Resource> = Vec::new();
        let applied = resource.live.as_deref().and_then(|facts| facts.applied).unwrap_or(resource.body);
        values.each_reference(applied, &mut stack, |reference| {
            let Some(target) = leaving.get(&reference.address) else { return };
            under.push(target);
            if unit(target) != unit(resource) {
                under.extend(of_units.get(&unit(target)).into_iter().flatten());
            }
        });
        for target in under {
            if !is_kept(target) && !found.contains_key(&target.address) {
                found.insert(target.address, by);
                waiting.push((target, by));
            }
        }
    }
    found
}
