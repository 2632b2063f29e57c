//! At which steps of a plan nodes come and go. Must not know why the steps are as they are.

use std::collections::BTreeMap;

use crate::change::{Action, Change};
use crate::model::{Plan, UnitId};

/// When units change for the first and for the last time: the numbers of the steps, from 0.
pub struct Times {
    begins: BTreeMap<UnitId, usize>,
    ends: BTreeMap<UnitId, usize>,
}

impl Times {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut times = Self { begins: BTreeMap::new(), ends: BTreeMap::new() };
        for (at, step) in plan.steps.iter().enumerate() {
            times.begins.extend(step.between.iter().map(|unit| (*unit, at)));
            for unit in &step.units {
                times.begins.entry(*unit).or_insert(at);
                times.ends.insert(*unit, at);
            }
        }
        times
    }

    /// The step in which what comes with a change is there: the first of its unit.
    pub fn comes(&self, change: &Change) -> Option<usize> {
        self.begins.get(&change.unit).copied()
    }

    /// The step in which what leaves with a change goes: the last of its unit. What is only forgotten stays.
    pub fn goes(&self, change: &Change) -> Option<usize> {
        self.ends.get(&change.unit).copied().filter(|_| change.action != Action::Forget)
    }
}
