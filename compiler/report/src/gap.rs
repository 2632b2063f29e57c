//! Pools of which fewer nodes run on the way than both before and after: what goes leaves in an earlier step than that in
//! which its successor comes. Must not know formats, nor why the steps are as they are.

use std::collections::BTreeMap;

use tonnage_base::quantity::group_thousands;
use tonnage_graph::{Holds, Site};
use tonnage_plan::{Action, Check, Plan, UnitId, Verdict, names};

use crate::{
    alarms::{Alarm, Risk},
    preflight, view, words,
};

/// Nodes and their GPUs, or how many more or fewer.
#[derive(Clone, Copy, Default)]
struct Running {
    nodes: i64,
    gpus: i64,
}

impl Running {
    fn of(plan: &Plan, site: Site, holds: Option<Holds>, times: u64) -> Self {
        let Some(holds) = holds.filter(|holds| !holds.reserves_only) else { return Self::default() };
        let nodes = i64::from(holds.nodes).saturating_mul(times.try_into().unwrap_or(i64::MAX));
        let gpus = view::shape(plan, site, holds.shape).map_or(0, |shape| i64::from(shape.gpus));
        Self { nodes, gpus: nodes.saturating_mul(gpus) }
    }

    fn add(&mut self, other: Self) {
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.gpus = self.gpus.saturating_add(other.gpus);
    }

    const fn less(self, other: Self) -> Self {
        Self { nodes: self.nodes.saturating_sub(other.nodes), gpus: self.gpus.saturating_sub(other.gpus) }
    }
}

/// A pool on the way.
struct Gap {
    pool: String,
    before: Running,
    low: Running,
    /// After which step, from 1, so few run, and with which more do.
    steps: (usize, usize),
}

impl Gap {
    /// `0 of 32 GPUs`.
    fn words(&self) -> String {
        let (low, before, one) = match self.before {
            Running { nodes, gpus: 0 } => (self.low.nodes, nodes, "node"),
            Running { gpus, .. } => (self.low.gpus, gpus, "GPU"),
        };
        let said = |number: i64| u64::try_from(number).unwrap_or(0);
        format!("{} of {}", group_thousands(said(low)), words::count(said(before), one))
    }
}

/// Of all such pools; none: there are none.
pub fn alarm(plan: &Plan) -> Option<Alarm> {
    let gaps = gaps(plan);
    let headline = match gaps.as_slice() {
        [] => return None,
        [only] => format!("{} down to {} meanwhile", only.pool, only.words()),
        several => format!("{} run fewer nodes meanwhile", words::count(several.len() as u64, "pool")),
    };
    let lines = gaps.iter().map(|gap| {
        let (from, until) = gap.steps;
        let text = format!(
            "{}: {} run between steps {from} and {until}; {}",
            gap.pool,
            gap.words(),
            successors(plan, &gap.pool)
        );
        (gap.pool.clone(), text)
    });
    Some(Alarm::about("gap", Risk::High, headline, lines))
}

fn gaps(plan: &Plan) -> Vec<Gap> {
    let mut begins: BTreeMap<UnitId, usize> = BTreeMap::new();
    let mut ends: BTreeMap<UnitId, usize> = BTreeMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        begins.extend(step.between.iter().map(|unit| (*unit, at)));
        for unit in &step.units {
            begins.entry(*unit).or_insert(at);
            ends.insert(*unit, at);
        }
    }
    let mut pools: BTreeMap<String, Vec<Running>> = BTreeMap::new();
    // what is only forgotten runs on
    for change in plan.changes.iter().filter(|change| change.action != Action::Forget) {
        let before = Running::of(plan, change.site, change.holds_before, 1);
        let after = Running::of(plan, change.site, change.holds_after, 1);
        let more = after.less(before);
        // what comes is there at the first time that its unit changes, what leaves goes at the last one
        let when = if more.nodes < 0 { &ends } else { &begins };
        let Some(at) = when.get(&change.unit).filter(|_| more.nodes != 0) else { continue };
        let steps = pools.entry(names::block(change.address.as_str()));
        let steps = steps.or_insert_with(|| vec![Running::default(); plan.steps.len()]);
        if let Some(step) = steps.get_mut(*at) {
            step.add(more);
        }
    }
    let mut had: BTreeMap<String, Running> = BTreeMap::new();
    for held in &plan.held_before {
        let running = Running::of(plan, held.site, Some(held.holds), held.resources);
        had.entry(names::block(held.owner.as_str())).or_default().add(running);
    }
    let gap = |(pool, steps): (String, Vec<Running>)| {
        let before = *had.get(&pool)?;
        let mut now = before;
        let after_each: Vec<Running> = steps
            .into_iter()
            .map(|more| {
                now.add(more);
                now
            })
            .collect();
        let (at, low) = after_each.iter().enumerate().min_by_key(|(_, running)| running.nodes)?;
        let until = at + after_each.iter().skip(at).position(|running| running.nodes > low.nodes)?;
        (low.nodes < before.nodes).then_some(Gap { pool, before, low: *low, steps: (at + 1, until + 1) })
    };
    pools.into_iter().filter_map(gap).collect()
}

/// What preflight knows of the nodes that come.
fn successors(plan: &Plan, pool: &str) -> &'static str {
    let about = |check| matches!(check, Check::Capacity | Check::Reservation);
    let rows = plan.preflight.iter().filter(|row| about(row.check) && preflight::address(row) == pool);
    let mut known = false;
    for row in rows {
        match row.verdict {
            Verdict::ShortBy(_) => return "the new ones are short",
            Verdict::CannotKnow(_) => return "whether the new ones can be had is not known",
            Verdict::Ok => known = true,
        }
    }
    if known { "preflight finds room for the new ones" } else { "whether the new ones can be had is not known" }
}
