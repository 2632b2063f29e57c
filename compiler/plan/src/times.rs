//! At which steps of a plan nodes come and go. Must not know why the steps are as they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Action, Change};
use crate::model::{Plan, UnitId};
use crate::names;

/// When units change for the first and for the last time, and what comes before what within one.
///
/// A unit makes what comes and deletes what leaves afterwards, but for what it can only delete first; nodes for which
/// there is no place before others have gone come last. So a step has several moments, and all moments of a plan are
/// numbered.
pub struct Times<'p> {
    begins: BTreeMap<UnitId, usize>,
    ends: BTreeMap<UnitId, usize>,
    /// Blocks whose nodes wait within their unit.
    wait: BTreeSet<&'p str>,
    moments: usize,
}

/// What goes before what comes.
const GOES_FIRST: usize = 0;
/// What comes, and what becomes more or less in its place.
const COMES: usize = 1;
/// What goes after what comes.
const GOES: usize = 2;
/// What had no place before.
const COMES_LAST: usize = 3;
/// Moments of a step.
const EACH: usize = 4;

impl<'p> Times<'p> {
    /// Of a plan.
    pub fn of(plan: &'p Plan) -> Self {
        let wait = plan.stops_first.iter().filter(|of| of.within).map(|of| of.block.as_str()).collect();
        let mut times = Self { begins: BTreeMap::new(), ends: BTreeMap::new(), wait, moments: plan.steps.len() * EACH };
        for (at, step) in plan.steps.iter().enumerate() {
            times.begins.extend(step.between.iter().map(|unit| (*unit, at)));
            for unit in &step.units {
                times.begins.entry(*unit).or_insert(at);
                times.ends.insert(*unit, at);
            }
        }
        times
    }

    /// How many moments there are.
    pub const fn moments(&self) -> usize {
        self.moments
    }

    /// The step of a moment, from 0.
    pub const fn step(moment: usize) -> usize {
        moment / EACH
    }

    /// The moment at which what comes with a change is there: in the first step of its unit.
    pub fn comes(&self, change: &Change) -> Option<usize> {
        let waits = !self.wait.is_empty() && self.wait.contains(names::block(change.address.as_str()).as_str());
        let moment = if waits && change.action != Action::Update { COMES_LAST } else { COMES };
        Some(self.begins.get(&change.unit)? * EACH + moment)
    }

    /// The moment at which what leaves with a change goes: in the last step of its unit. What is only forgotten stays.
    pub fn goes(&self, change: &Change) -> Option<usize> {
        let moment = match change.action {
            Action::Forget => return None,
            Action::ReplaceDeleteFirst => GOES_FIRST,
            Action::Update => COMES,
            _ => GOES,
        };
        Some(self.ends.get(&change.unit)? * EACH + moment)
    }
}
