//! Paid places that stay empty, over all changes together. Must not know what a property does: each change says by
//! itself what it leaves unused, and only all of them show what others take, or what is given back.

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol};
use tonnage_graph::{Holds, Site};

use crate::change::{Action, Change, Effect, EffectKind};
use crate::decide::older;
use crate::inputs::{Inputs, Reserved};
use crate::moved::LiveView;

/// Where places are alike: what runs in one can run in another. Granted ones are not the fleet's own.
type Place = (Site, Option<Symbol>, Symbol, bool);

/// Places before and after.
#[derive(Default)]
struct Places([Taken; 2]);

#[derive(Default)]
struct Taken {
    reserved: u64,
    used: u64,
    /// Nodes of them of which the files do not know what they run in: it may be granted.
    unknown: u64,
}

impl Taken {
    fn add(&mut self, holds: Holds, is_known: bool) {
        let nodes = u64::from(holds.nodes);
        match (holds.reserves_only, holds.market) {
            (true, _) => self.reserved += nodes,
            (false, Market::Reserved) => {
                self.used += nodes;
                self.unknown += if is_known { 0 } else { nodes };
            }
            (false, _) => {}
        }
    }

    fn empty(&self) -> u64 {
        self.reserved.saturating_sub(self.used)
    }
}

/// Takes back what changes say of places left unused where fewer of them are: the reservation shrinks with what runs in
/// it, or something else comes in. How many places were granted is not known here, only that they stay as many.
pub fn settle(inputs: &Inputs<'_>, live: &LiveView<'_>, changes: &mut [Change]) {
    let is_idle = |effect: &Effect| matches!(effect.kind, EffectKind::Idle | EffectKind::MayIdle);
    let granted = |address| match (inputs.reserved)(address) {
        Some(Reserved::Ended) => None,
        of => Some(of == Some(Reserved::Granted)),
    };
    let is_known = |address| (inputs.reserved)(address).is_some();
    let leaves = |change: &Change| change.effects.iter().any(is_idle);
    if !changes.iter().any(leaves) {
        return;
    }
    let mut places: FxHashMap<Place, Places> = FxHashMap::default();
    // in what has ended there are no places
    let at = |site: Site, holds: Holds, address| Some((site, holds.zone, holds.shape, granted(address)?));
    let before = live.iter().flat_map(|(_, resource)| {
        let runs = resource.runs().into_iter();
        runs.map(|holds| (resource.site, holds, live.address(resource.address)))
    });
    let desired = inputs.desired.iter();
    // what stays on an old version stays where it is
    let left = live.iter().filter(|(_, resource)| !older(resource).is_empty());
    let mut stay: FxHashMap<Symbol, Vec<Holds>> =
        left.map(|(_, resource)| (live.address(resource.address), resource.runs())).collect();
    for change in changes.iter() {
        match change.stays() {
            Some(_) => drop(stay.insert(change.address, change.held_after().collect())),
            None => drop(stay.remove(&change.address)),
        }
    }
    let desired = desired.flat_map(|(_, resource)| {
        let asked = || resource.holds.into_iter().collect();
        let holds = stay.get(&resource.address).cloned().unwrap_or_else(asked);
        holds.into_iter().map(|holds| (resource.site, holds, resource.address))
    });
    // what is forgotten stays as it is, and what runs in it; so does what is kept when it is replaced
    let forgotten = changes.iter().filter(|change| change.action == Action::Forget || change.keeps_old());
    let after = desired.chain(forgotten.filter_map(|change| Some((change.site, change.holds_before?, change.address))));
    for (site, holds, address) in before {
        let Some(place) = at(site, holds, address) else { continue };
        let Places([before, _]) = places.entry(place).or_default();
        before.add(holds, is_known(address));
    }
    for (site, holds, address) in after {
        let Some(place) = at(site, holds, address) else { continue };
        let Places([_, after]) = places.entry(place).or_default();
        after.add(holds, is_known(address));
    }
    let left = |is_granted: bool, Places([before, after]): &Places| {
        if is_granted {
            return Some(before.used.saturating_sub(after.used));
        }
        // where more run in reservations than there are, some may be in what was granted; else they run outside
        let is_told = before.used <= before.reserved || before.unknown == 0;
        (before.reserved > 0 && is_told).then(|| after.empty().saturating_sub(before.empty()))
    };
    let mut left: FxHashMap<Place, u64> =
        places.iter().filter_map(|(place, places)| Some((*place, left(place.3, places)?))).collect();
    // what is sure comes before what may be
    for kind in [EffectKind::Idle, EffectKind::MayIdle] {
        for change in changes.iter_mut() {
            let Some(holds) = change.holds_before else { continue };
            let place = at(change.site, holds, change.address);
            let Some(left) = place.and_then(|place| left.get_mut(&place)) else { continue };
            for effect in change.effects.iter_mut().filter(|effect| effect.kind == kind) {
                let taken = effect.nodes.unwrap_or(*left).min(*left);
                *left -= taken;
                effect.nodes = Some(taken);
            }
            change.effects.retain(|effect| effect.kind != kind || effect.nodes != Some(0));
        }
    }
}
