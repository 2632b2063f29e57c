//! Progress of an apply, for whoever shows it. Must not know how it is shown.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tonnage_cloud::{Event, EventSink};
use tonnage_ledger::LockInfo;
use tonnage_plan::Unit;

use crate::report::UnitEnd;

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Units that something is to be done to.
    pub units: usize,
    /// Of these, at an end, whichever.
    pub units_done: usize,
    /// Resources that change.
    pub changes: usize,
    /// Of these, done.
    pub changes_done: usize,
}

/// Takes progress. Called from any thread.
pub trait Progress: Send + Sync {
    /// Somebody else has the lock, and is waited for so long.
    fn waiting(&self, _: &LockInfo, _: Duration) {}
    /// A unit's turn came.
    fn unit_started(&self, unit: &Unit, counts: Counts);
    /// Something happened in a unit.
    fn event(&self, event: &Event, counts: Counts);
    /// A unit that changes twice has all that comes; what leaves goes when its turn comes again.
    fn unit_between(&self, _: &Unit, _: Counts) {}
    /// A unit is at its end.
    fn unit_finished(&self, unit: &Unit, end: &UnitEnd, counts: Counts);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn unit_started(&self, _: &Unit, _: Counts) {}
    fn event(&self, _: &Event, _: Counts) {}
    fn unit_finished(&self, _: &Unit, _: &UnitEnd, _: Counts) {}
}

/// Counts, and passes on.
pub(crate) struct Tally<'a> {
    progress: &'a dyn Progress,
    units: usize,
    changes: usize,
    units_done: AtomicUsize,
    changes_done: AtomicUsize,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(progress: &'a dyn Progress, units: usize, changes: usize) -> Self {
        Self { progress, units, changes, units_done: AtomicUsize::new(0), changes_done: AtomicUsize::new(0) }
    }

    fn counts(&self) -> Counts {
        Counts {
            units: self.units,
            units_done: self.units_done.load(Ordering::Relaxed),
            changes: self.changes,
            // A cascade that the plan did not see, or a rollback, makes more events than changes.
            changes_done: self.changes_done.load(Ordering::Relaxed).min(self.changes),
        }
    }

    pub(crate) fn started(&self, unit: &Unit) {
        self.progress.unit_started(unit, self.counts());
    }

    pub(crate) fn between(&self, unit: &Unit) {
        self.progress.unit_between(unit, self.counts());
    }

    pub(crate) fn finished(&self, unit: &Unit, end: &UnitEnd) {
        self.units_done.fetch_add(1, Ordering::Relaxed);
        self.progress.unit_finished(unit, end, self.counts());
    }
}

impl EventSink for Tally<'_> {
    fn event(&self, event: Event) {
        if event.address.is_some() && matches!(event.what, "created" | "updated" | "deleted" | "retained") {
            self.changes_done.fetch_add(1, Ordering::Relaxed);
        }
        self.progress.event(&event, self.counts());
    }
}
