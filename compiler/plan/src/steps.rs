//! The order in which units are applied. Must not know what is in them.
//!
//! A unit comes after those that give it something new. What leaves goes after everything live that used it: the unit
//! that held it comes after the units of its users. Nodes go after their successors have come, or before them where
//! there is no room for both. Otherwise a unit comes after those it takes values from or waits for. Where these close a
//! circle the one said first wins. A unit that both gives something new to another and takes something old away from it
//! can change twice: what comes, before the other; what leaves, after it.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_graph::{Dag, Reference, ResourceGraph, ResourceId, Values};

use crate::change::Reason;
use crate::compare::Fate;
use crate::cut::Cut;
use crate::decide::Decision;
use crate::handover::{Handover, StopsFirst};
use crate::inputs::{Inputs, LiveUnitFacts};
use crate::model::{Step, UnitId, UnitOperation};
use crate::moved::LiveView;
use crate::names;
use crate::reach::Waits;

/// What the order is made from.
pub struct Order<'a, 'i> {
    /// The cut.
    pub cut: &'a Cut,
    /// What is done to each of its units.
    pub operations: &'a [UnitOperation],
    /// Their final numbers.
    pub ids: &'a [UnitId],
    /// The inputs.
    pub inputs: &'a Inputs<'i>,
    /// The live side.
    pub live: &'a LiveView<'a>,
    /// All values.
    pub values: &'a Values,
    /// What is decided.
    pub decisions: &'a [Decision],
    /// Nodes that move from one unit to another.
    pub handovers: &'a [Handover],
}

/// An order, and what follows from it.
#[derive(Default)]
pub struct Ordered {
    /// Steps of the units that change.
    pub steps: Vec<Step>,
    /// Units that would lose something others still use, or have no successor of yet, since what they give has to come
    /// first.
    pub in_use: BTreeSet<usize>,
    /// Blocks of which what leaves goes first.
    pub stops_first: BTreeSet<StopsFirst>,
}

impl Order<'_, '_> {
    fn changes(&self, unit: usize) -> bool {
        self.operations.get(unit).is_some_and(|&operation| operation != UnitOperation::Keep)
    }

    /// The order of the units that change, those of `twice` in two steps.
    pub fn steps(&self, twice: &BTreeSet<usize>) -> Ordered {
        let units = self.operations.len();
        if !(0..units).any(|unit| self.changes(unit)) {
            return Ordered::default();
        }
        let mut ordered = Ordered::default();
        let waits = self.waits(twice, &mut ordered);
        // What comes first of a unit is numbered after all units.
        let numbered = |node: usize| match node.checked_sub(units) {
            None => self.ids.get(node).copied(),
            Some(unit) => self.ids.get(unit).map(|id| UnitId(id.0.saturating_add(units as u32))),
        };
        let nodes = (0..units).filter(|&unit| self.changes(unit)).flat_map(|unit| [unit, units + unit]);
        let mut edges = Vec::new();
        for node in nodes {
            for &other in waits.of(node) {
                edges.extend(numbered(node).zip(numbered(other)));
            }
        }
        let (mut changing, mut growing) = (vec![false; units], vec![false; units]);
        for (unit, id) in self.ids.iter().enumerate() {
            if let Some(slot) = changing.get_mut(id.0 as usize) {
                *slot = self.changes(unit);
            }
            if let Some(slot) = growing.get_mut(id.0 as usize) {
                *slot = twice.contains(&unit);
            }
        }
        // `waits` has no circle, so this freezes.
        let dag = Dag::new(2 * units, edges).unwrap_or_default();
        let steps = dag.waves().map(|wave| {
            let is = |of: &[bool], id: u32| of.get(id as usize) == Some(&true);
            let done = wave.iter().copied().filter(|id| is(&changing, id.0)).collect();
            let grown = wave.iter().filter_map(|id| id.0.checked_sub(units as u32));
            Step { units: done, between: grown.filter(|&id| is(&growing, id)).map(UnitId).collect() }
        });
        ordered.steps = steps.filter(|step| !step.units.is_empty() || !step.between.is_empty()).collect();
        ordered
    }

    /// Who waits for whom.
    fn waits(&self, twice: &BTreeSet<usize>, ordered: &mut Ordered) -> Waits {
        let Order { cut, inputs, live, values, decisions, .. } = *self;
        let desired = inputs.desired;
        let units = self.operations.len();
        // Others wait for what comes, which is all of a unit that changes once.
        let first = |unit: usize| if twice.contains(&unit) { units + unit } else { unit };
        let mut waits = Waits::default();
        waits.grow(2 * units);
        let edges: Vec<(usize, usize)> = twice.iter().map(|&unit| (unit, units + unit)).collect();
        let _added = waits.add(&edges);
        let news = News { cut, desired, decisions, live_units: inputs.live_units };
        let mut stack = Vec::new();
        for (taker, draft) in cut.drafts.iter().enumerate().filter(|&(unit, _)| self.changes(unit)) {
            for &id in &draft.members {
                let (Some(resource), Some(decision)) = (desired.get(id), decisions.get(id.0 as usize)) else {
                    continue;
                };
                let mut wait = |giver: Option<usize>| {
                    if let Some(giver) = giver.filter(|&giver| giver != taker && self.changes(giver)) {
                        // These are among the edges of the cut, which have no circle.
                        let _added = waits.add(&[(first(taker), first(giver))]);
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
            let Some(taker) = cut.find(user.site, facts.unit).filter(|&unit| self.changes(unit)) else { continue };
            values.each_reference(facts.applied.unwrap_or(user.body), &mut stack, |Reference { address, .. }| {
                // References still bear the address under which it was applied.
                let address = live.address(address);
                let Some(used) = live.find(address).and_then(|id| live.get(id)) else { return };
                let Some(giver) = used.live.as_deref().and_then(|facts| cut.find(used.site, facts.unit)) else {
                    return;
                };
                let stays = desired.find(address).and_then(|id| cut.unit_of.get(id.0 as usize).copied().flatten());
                if giver != taker
                    && stays != Some(giver)
                    && self.changes(giver)
                    && waits.add(&[(giver, taker)]).is_err()
                {
                    ordered.in_use.insert(giver);
                }
            });
        }
        self.hand_over(first, &mut waits, ordered);
        for unit in (0..units).filter(|&unit| self.changes(unit)) {
            for &other in cut.waits.of(unit).iter().filter(|&&other| self.changes(other)) {
                let _refused = waits.add(&[(first(unit), first(other))]);
            }
        }
        waits
    }

    /// Puts nodes that go after their successors, or before them. `first`: when what comes into a unit is there.
    fn hand_over(&self, first: impl Fn(usize) -> usize, waits: &mut Waits, ordered: &mut Ordered) {
        let mut forced: BTreeMap<(usize, usize), &str> = BTreeMap::new();
        for Handover { block, from, to, stops_first } in self.handovers {
            let Some(why) = stops_first else { continue };
            if from == to {
                ordered.stops_first.insert(StopsFirst { block: block.clone(), why: why.clone(), within: true });
                continue;
            }
            let edge = (first(*to), *from);
            if waits.add(&[edge]).is_ok() {
                forced.insert(edge, why);
                ordered.stops_first.insert(StopsFirst { block: block.clone(), why: why.clone(), within: false });
            }
        }
        let after = self.handovers.iter().filter(|handover| handover.stops_first.is_none());
        for Handover { block, from, to, .. } in after.filter(|handover| handover.from != handover.to) {
            let Err(circle) = waits.add(&[(*from, first(*to))]) else { continue };
            let mut links = circle.windows(2).filter_map(|link| forced.get(&(*link.first()?, *link.get(1)?)));
            let why = match links.next() {
                Some(why) => (*why).to_owned(),
                None => {
                    ordered.in_use.insert(*from);
                    let name = self.cut.drafts.get(*from).map_or("", |draft| draft.name.as_str());
                    format!("what comes waits for unit {name}")
                }
            };
            ordered.stops_first.insert(StopsFirst { block: block.clone(), why, within: false });
        }
    }
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
