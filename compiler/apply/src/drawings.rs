//! Who pays for what a plan holds, as the ledger keeps it. Must not know what a contract says.

use std::collections::BTreeMap;

use tonnage_ledger::{Alike, Drawing, Payer};
use tonnage_plan::{
    Plan,
    money::{Held, Paid},
};

/// Nodes that are alike, with who pays for them and when. Several blocks that hold the same are one.
pub fn drawings(plan: &Plan, rows: &[Held]) -> Vec<Drawing> {
    let mut all: BTreeMap<(Alike, Vec<Payer>, u32), u64> = BTreeMap::new();
    for held in rows {
        let of = Alike {
            cloud: held.site.cloud.to_string(),
            region: held.site.region.to_string(),
            zone: held.holds.zone.map(|zone| zone.to_string()),
            shape: held.holds.shape.to_string(),
            market: held.holds.market.as_str().to_owned(),
            // granted places are the same to their contract, used or not
            reserves_only: held.holds.reserves_only && held.idle.is_none(),
        };
        let facts = plan.shapes.iter().find(|facts| facts.site == held.site && facts.shape == held.holds.shape);
        // they use no hours of it, though they cost its money
        let gpus = facts.filter(|_| held.idle.is_none()).map_or(0, |facts| facts.gpus);
        let mut turns = vec![(held.from, held.paid, held.cost)];
        turns.extend(held.later.iter().map(|later| (Some(later.from), later.paid, later.cost)));
        let ends = turns.iter().skip(1).map(|(from, ..)| from.and_then(|day| day.yesterday().ok()));
        let ends: Vec<_> = ends.chain([held.until]).collect();
        let payers = turns.iter().zip(ends).filter_map(|((from, paid, cost), until)| match paid {
            Paid::Contract(Some(contract)) => {
                Some(Payer { contract: contract.to_string(), rate: cost.map(|cost| cost.amount), from: *from, until })
            }
            _ => None,
        });
        let nodes = all.entry((of, payers.collect(), gpus)).or_default();
        *nodes = nodes.saturating_add(held.nodes());
    }
    all.into_iter().map(|((of, payers, gpus), nodes)| Drawing { of, payers, gpus, nodes }).collect()
}
