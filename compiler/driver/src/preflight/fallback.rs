//! What a plan's evidence means for pools that fall back on it: how many nodes can run where a quota turned out short,
//! as a placement takes it. Must not place anything.

use tonnage_base::Symbol;
use tonnage_lang::{Intent, intent::FallbackOn};
use tonnage_place::{Placement, availability::Free, placement::Slice};
use tonnage_plan::{Check, Evidence, Starting, Verdict};

/// What is known after a plan was made that was not known before, as far as a pool wants to fall back on it.
pub fn known(intent: &Intent, placement: &Placement, rows: &[Evidence]) -> Vec<Free> {
    let mut known: Vec<Free> = Vec::new();
    for row in rows.iter().filter(|row| row.check == Check::Quota) {
        let Verdict::ShortBy(short) = row.verdict else { continue };
        for starting in row.starting.iter().filter(|starting| starting.each > 0 && falls_back(intent, starting)) {
            let here = |slice: &&Slice| {
                let cloud = intent.clouds.get(slice.cloud).map(|cloud| cloud.name.value);
                let shape = intent.catalog.shapes.get(slice.shape).map(|shape| shape.name);
                (cloud, shape) == (Some(starting.site.cloud), Some(starting.shape))
                    && slice.region == starting.site.region
                    && slice.reservation.is_none()
            };
            let slices = || placement.pools.iter().flat_map(|pool| &pool.slices).filter(here);
            let Some(market) = slices().next().map(|slice| slice.market) else { continue };
            let placed: u64 = slices().filter(|slice| slice.market == market).map(|slice| slice.nodes).sum();
            let free = Free {
                cloud: starting.site.cloud,
                region: starting.site.region,
                zone: None,
                shape: starting.shape,
                market: Some(Symbol::new(market.as_str())),
                reservation: None,
                nodes: placed.saturating_sub(short.div_ceil(starting.each)),
                source: row.source.clone(),
            };
            if !known
                .iter()
                .any(|other| (other.cloud, other.region, other.shape) == (free.cloud, free.region, free.shape))
            {
                known.push(free);
            }
        }
    }
    known
}

/// Whether the pool that starts has somewhere else to go, and its author wants it to.
fn falls_back(intent: &Intent, starting: &Starting) -> bool {
    let pool = intent.pools.iter().find(|pool| pool.address == starting.owner);
    let on = pool.and_then(|pool| pool.fallback.as_ref()).map(|fallback| &fallback.on);
    on.is_some_and(|on| on.iter().any(|at| at.value == FallbackOn::PreflightFailed))
}
