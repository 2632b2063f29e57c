//! What leaves: live resources that no desired one takes the place of. Must not know units, nor how a cloud does it.

use rustc_hash::FxHashMap;
use tonnage_base::Span;
use tonnage_graph::{Disposal, Live, Node, Resource, Site, Values};

use crate::change::{Action, Change, Reason};
use crate::decide::{Decision, asked_before, older, runs_before};
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
    // what asks for a block, at each site or at all of them: where several blocks ask for it, which of them stopped
    // asking is not known
    let mut blocks: FxHashMap<String, FxHashMap<Option<Site>, Option<Span>>> = FxHashMap::default();
    if !gone.is_empty() {
        for (_, desired) in inputs.desired.iter() {
            let sites = blocks.entry(names::block(desired.address.as_str())).or_default();
            for site in [None, Some(desired.site)] {
                let declared = sites.entry(site).or_insert(desired.declared);
                *declared = declared.filter(|span| Some(*span) == desired.declared);
            }
        }
    }
    let departure = |resource: &Resource| {
        let block = blocks.get(&names::block(live.address(resource.address).as_str()));
        let ended = (inputs.ended)(live.address(resource.address));
        let rule = identity::removed(inputs.removed, live.address(resource.address));
        let removed = rule.is_some();
        let retained = removed || resource.lifecycle.on_delete == Disposal::Retain;
        let facts = resource.live.as_deref();
        let there = facts.is_some_and(|facts| facts.physical_id.is_some());
        let mut reasons = match (removed, retained) {
            (true, _) => vec![Reason::Removed],
            (false, true) => vec![Reason::Retained],
            (false, false) => Vec::new(),
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
            holds_before: runs_before(resource).filter(|_| there),
            asked_before: asked_before(resource).filter(|_| there),
            older: if there { older(resource) } else { Vec::new() },
            holds_after: None,
            effects: Vec::new(),
            declared: (rule.map(|rule| rule.span))
                .or(ended.map(|last| last.span))
                .or_else(|| *block?.get(&Some(resource.site)).or_else(|| block?.get(&None))?)
                .map(|span| (inputs.place)(span)),
        }
    };
    gone.into_iter().map(departure).collect()
}
