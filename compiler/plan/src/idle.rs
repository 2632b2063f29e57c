//! Paid places that stay empty, over all changes together. Must not know what a property does: each change says by itself what
//! it leaves unused, and only all of them show what others take, or what is given back.

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol};
use tonnage_graph::{Holds, Site};

use crate::change::{Action, Change, Effect, EffectKind};
use crate::inputs::{Inputs, Reserved};
use crate::moved::LiveView;

/// Where places are alike: what runs in one can run in another.
type Place = (Site, Option<Symbol>, Symbol);

/// Places before and after.
#[derive(Default)]
struct Places([Taken; 2]);

#[derive(Default)]
struct Taken {
    reserved: u64,
    used: u64,
}

impl Taken {
    /// `is_granted`: what runs in granted capacity takes no place in the fleet's own.
    fn add(&mut self, holds: Holds, is_granted: bool) {
        match (holds.reserves_only, holds.market) {
            (true, _) => self.reserved += u64::from(holds.nodes),
            (false, Market::Reserved) if !is_granted => self.used += u64::from(holds.nodes),
            (false, _) => {}
        }
    }

    fn empty(&self) -> u64 {
        self.reserved.saturating_sub(self.used)
    }
}

/// Takes back what changes say of places left unused where fewer of them are: the reservation shrinks with what runs in it, or
/// something else comes in. Only where the fleet has the reservations itself; of granted ones nothing more is known here.
pub fn settle(inputs: &Inputs<'_>, live: &LiveView<'_>, changes: &mut [Change]) {
    let is_idle = |effect: &Effect| matches!(effect.kind, EffectKind::Idle | EffectKind::MayIdle);
    let is_granted = |address| matches!((inputs.reserved)(address), Some(Reserved::Granted | Reserved::Ended));
    let leaves = |change: &Change| change.effects.iter().any(is_idle);
    if !changes.iter().any(leaves) {
        return;
    }
    let mut places: FxHashMap<Place, Places> = FxHashMap::default();
    let at = |site: Site, holds: Holds| (site, holds.zone, holds.shape);
    let before = live
        .iter()
        .filter_map(|(_, resource)| Some((resource.site, resource.holds_now()?, live.address(resource.address))));
    let desired = inputs.desired.iter();
    let desired = desired.filter_map(|(_, resource)| Some((resource.site, resource.holds?, resource.address)));
    // what is forgotten stays as it is, and what runs in it
    let forgotten = changes.iter().filter(|change| change.action == Action::Forget);
    let after = desired.chain(forgotten.filter_map(|change| Some((change.site, change.holds_before?, change.address))));
    for (site, holds, address) in before {
        let Places([before, _]) = places.entry(at(site, holds)).or_default();
        before.add(holds, is_granted(address));
    }
    for (site, holds, address) in after {
        let Places([_, after]) = places.entry(at(site, holds)).or_default();
        after.add(holds, is_granted(address));
    }
    // more run in reservations than there are: some are granted
    let left = |Places([before, after]): &Places| {
        (before.reserved > 0 && before.used <= before.reserved).then(|| after.empty().saturating_sub(before.empty()))
    };
    let mut left: FxHashMap<Place, u64> =
        places.iter().filter_map(|(place, places)| Some((*place, left(places)?))).collect();
    // what is sure comes before what may be
    for kind in [EffectKind::Idle, EffectKind::MayIdle] {
        for change in changes.iter_mut().filter(|change| !is_granted(change.address)) {
            let Some(holds) = change.holds_before else { continue };
            let Some(left) = left.get_mut(&at(change.site, holds)) else { continue };
            for effect in change.effects.iter_mut().filter(|effect| effect.kind == kind) {
                let taken = effect.nodes.unwrap_or(*left).min(*left);
                *left -= taken;
                effect.nodes = Some(taken);
            }
            change.effects.retain(|effect| effect.kind != kind || effect.nodes != Some(0));
        }
    }
}
