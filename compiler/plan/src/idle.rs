//! Paid places that stay empty, over all changes together. Must not know what a property does: each change says by itself what
//! it leaves unused, and only all of them show what others take, or what is given back.

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol};
use tonnage_graph::{Holds, Site};

use crate::change::{Action, Change, EffectKind};
use crate::inputs::Inputs;
use crate::moved::LiveView;

/// Where places are alike: what runs in one can run in another.
type Place = (Site, Option<Symbol>, Symbol);

#[derive(Default)]
struct Places {
    reserved_before: u64,
    used_before: u64,
    reserved_after: u64,
    used_after: u64,
}

/// Takes back what changes say of places left unused where fewer of them are: the reservation shrinks with what runs in it, or
/// something else comes in. Only where the fleet has the reservations itself; of granted ones nothing more is known here.
pub fn settle(inputs: &Inputs<'_>, live: &LiveView<'_>, changes: &mut [Change]) {
    let leaves = |change: &Change| change.effects.iter().any(|effect| effect.kind == EffectKind::Idle);
    if !changes.iter().any(leaves) {
        return;
    }
    let mut places: FxHashMap<Place, Places> = FxHashMap::default();
    let at = |site: Site, holds: Holds| (site, holds.zone, holds.shape);
    for (_, resource) in live.iter() {
        let Some(holds) = resource.holds_now() else { continue };
        let place = places.entry(at(resource.site, holds)).or_default();
        match (holds.reserves_only, holds.market) {
            (true, _) => place.reserved_before += u64::from(holds.nodes),
            (false, Market::Reserved) => place.used_before += u64::from(holds.nodes),
            (false, _) => {}
        }
    }
    for (_, resource) in inputs.desired.iter() {
        let Some(holds) = resource.holds else { continue };
        let place = places.entry(at(resource.site, holds)).or_default();
        match (holds.reserves_only, holds.market) {
            (true, _) => place.reserved_after += u64::from(holds.nodes),
            (false, Market::Reserved) => place.used_after += u64::from(holds.nodes),
            (false, _) => {}
        }
    }
    for change in changes.iter().filter(|change| change.action == Action::Forget) {
        if let Some(holds) = change.holds_before.filter(|holds| holds.reserves_only) {
            places.entry(at(change.site, holds)).or_default().reserved_after += u64::from(holds.nodes);
        }
    }
    // more run in reservations than there are: some are granted
    let left = |places: &Places| {
        let own = places.reserved_before > 0 && places.used_before <= places.reserved_before;
        let empty = places.reserved_after.saturating_sub(places.used_after);
        own.then(|| empty.saturating_sub(places.reserved_before.saturating_sub(places.used_before)))
    };
    let mut left: FxHashMap<Place, u64> =
        places.iter().filter_map(|(place, places)| Some((*place, left(places)?))).collect();
    for change in changes {
        let Some(holds) = change.holds_before else { continue };
        let Some(left) = left.get_mut(&at(change.site, holds)) else { continue };
        for effect in change.effects.iter_mut().filter(|effect| effect.kind == EffectKind::Idle) {
            let taken = effect.nodes.unwrap_or(*left).min(*left);
            *left -= taken;
            effect.nodes = Some(taken);
        }
        change.effects.retain(|effect| effect.kind != EffectKind::Idle || effect.nodes != Some(0));
    }
}
