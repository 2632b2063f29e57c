//! The order in which units are applied. Must not know what is in them.
//!
//! A unit comes after those that give it something new. What leaves goes after everything live that used it: the unit
//! that held it comes after the units of its users. Otherwise a unit comes after those it takes values from or waits
//! for. Where these close a circle the one said first wins. So a unit that both gives something new to another and takes
//! something old away from it comes first: the old thing is then still in use when its unit is applied, which clouds
//! answer by keeping it until the next apply.

use tonnage_graph::{Dag, Reference, ResourceGraph, ResourceId, Values};

use crate::change::Reason;
use crate::compare::Fate;
use crate::cut::Cut;
use crate::decide::Decision;
use crate::inputs::{Inputs, LiveUnitFacts};
use crate::model::{Step, UnitId, UnitOperation};
use crate::moved::LiveView;
use crate::names;
use crate::reach::Waits;

/// Steps of the units that change. `ids` are the final numbers of the units of the cut.
pub fn steps(
    cut: &Cut,
    operations: &[UnitOperation],
    ids: &[UnitId],
    inputs: &Inputs<'_>,
    live: &LiveView<'_>,
    values: &Values,
    decisions: &[Decision],
) -> Vec<Step> {
    let desired = inputs.desired;
    let changes = |unit: usize| operations.get(unit).is_some_and(|&operation| operation != UnitOperation::Keep);
    if !(0..operations.len()).any(changes) {
        return Vec::new();
    }
    let mut waits = Waits::default();
    waits.grow(operations.len());
    let news = News { cut, desired, decisions, live_units: inputs.live_units };
    let mut stack = Vec::new();
    for (taker, draft) in cut.drafts.iter().enumerate().filter(|&(unit, _)| changes(unit)) {
        for &id in &draft.members {
            let (Some(resource), Some(decision)) = (desired.get(id), decisions.get(id.0 as usize)) else { continue };
            let mut wait = |giver: Option<usize>| {
                if let Some(giver) = giver.filter(|&giver| giver != taker && changes(giver)) {
                    // These are among the edges of the cut, which have no circle.
                    let _added = waits.add(&[(taker, giver)]);
                }
            };
            values.each_reference(decision.body, &mut stack, |reference| wait(news.giver(reference)));
            for &address in &resource.depends_on {
                wait(news.maker(address));
            }
        }
    }
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
    for unit in (0..operations.len()).filter(|&unit| changes(unit)) {
        for &other in cut.waits.of(unit).iter().filter(|&&other| changes(other)) {
            let _refused = waits.add(&[(unit, other)]);
        }
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

/// What is new to those who refer to it.
struct News<'a> {
    cut: &'a Cut,
    desired: &'a ResourceGraph,
    decisions: &'a [Decision],
    live_units: &'a [LiveUnitFacts],
}

impl News<'_> {
    fn unit(&self, id: ResourceId) -> Option<usize> {
        self.cut.unit_of.get(id.0 as usize).copied().flatten()
    }

    /// The unit in which this is made by this plan.
    fn maker(&self, address: tonnage_base::Symbol) -> Option<usize> {
        let id = self.desired.find(address)?;
        let fate = self.decisions.get(id.0 as usize)?.fate;
        if matches!(fate, Fate::Created | Fate::Replaced) { self.unit(id) } else { None }
    }

    /// The unit that has to be applied before this has its value.
    fn giver(&self, reference: Reference) -> Option<usize> {
        let id = self.desired.find(reference.address)?;
        let (unit, decision) = (self.unit(id)?, self.decisions.get(id.0 as usize)?);
        let facts = self.cut.drafts.get(unit)?.facts.and_then(|facts| self.live_units.get(facts));
        let given = facts.is_some_and(|facts| facts.outputs.contains(&names::output(reference)));
        // The cloud may replace what is updated only under a condition.
        let conditional = |reason: &Reason| matches!(reason, Reason::Conditional { .. });
        let is_new = match decision.fate {
            Fate::Created | Fate::Replaced => true,
            Fate::Updated => {
                reference.attribute.is_some()
                    || decision.change.as_deref().is_some_and(|change| change.reasons.iter().any(conditional))
            }
            Fate::Kept => false,
        };
        (is_new || !given).then_some(unit)
    }
}
