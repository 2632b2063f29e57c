//! The order in which units are applied. Must not know what is in them.
//!
//! A unit comes after those it takes values from or waits for. What leaves goes after everything live that used it: the
//! unit that held it comes after the units of its users. Where that would close a circle (a unit both gives something
//! new to another and takes something old away from it) the first rule wins: the old thing may then still be in use
//! when its unit is applied, which clouds answer by keeping it until the next apply.

use tonnage_graph::{Dag, Reference, ResourceGraph, Values};

use crate::cut::Cut;
use crate::model::{Step, UnitId, UnitOperation};
use crate::moved::LiveView;

/// Steps of the units that change. `ids` are the final numbers of the units of the cut.
pub fn steps(
    cut: &Cut,
    operations: &[UnitOperation],
    ids: &[UnitId],
    desired: &ResourceGraph,
    live: &LiveView<'_>,
    values: &Values,
) -> Vec<Step> {
    let changes = |unit: usize| operations.get(unit).is_some_and(|&operation| operation != UnitOperation::Keep);
    if !(0..operations.len()).any(changes) {
        return Vec::new();
    }
    let mut waits = cut.waits.clone();
    let mut stack = Vec::new();
    for (_, user) in live.iter() {
        let Some(facts) = user.live.as_deref() else { continue };
        let Some(taker) = cut.find(user.site, facts.unit).filter(|&unit| changes(unit)) else { continue };
        values.each_reference(facts.applied.unwrap_or(user.body), &mut stack, |Reference { address, .. }| {
            // References still bear the address under which it was applied.
            let address = live.address(address);
            let Some(used) = live.find(address).and_then(|id| live.get(id)) else { return };
            let Some(giver) = used.live.as_deref().and_then(|facts| cut.find(used.site, facts.unit)) else { return };
            let stays = desired.find(address).and_then(|id| cut.unit_of.get(id.0 as usize).copied().flatten());
            if giver != taker && stays != Some(giver) && changes(giver) {
                // Refused where it would close a circle, see above.
                let _refused = waits.add(&[(giver, taker)]);
            }
        });
    }
    let mut edges = Vec::new();
    for unit in (0..operations.len()).filter(|&unit| changes(unit)) {
        for &other in waits.of(unit).iter().filter(|&&other| changes(other)) {
            if let (Some(&from), Some(&to)) = (ids.get(unit), ids.get(other)) {
                edges.push((from, to));
            }
        }
    }
    let mut changing = vec![false; ids.len()];
    for (unit, id) in ids.iter().enumerate() {
        if let Some(slot) = changing.get_mut(id.0 as usize) {
            *slot = changes(unit);
        }
    }
    // `waits` has no circle, so this freezes.
    let dag = Dag::new(ids.len(), edges).unwrap_or_default();
    dag.waves()
        .map(|wave| Step {
            units: wave.iter().copied().filter(|id| changing.get(id.0 as usize) == Some(&true)).collect(),
        })
        .filter(|step| !step.units.is_empty())
        .collect()
}
