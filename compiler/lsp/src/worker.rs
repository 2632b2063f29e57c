//! The thread of the whole analysis: takes the newest state of each fleet, leaves what is overtaken. Must not know
//! editors.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tonnage_driver::workspace::{Analysis, Snapshot};

/// The analysis waits for a pause in typing as long as this.
const PAUSE: Duration = Duration::from_millis(40);

/// What is to be analysed.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<PathBuf, Snapshot>,
    /// What was asked for last, of each fleet.
    newest: BTreeMap<PathBuf, u64>,
    closed: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the analysis of a fleet, in place of one that waits; one that runs ends as soon as it can.
    pub fn ask(&self, snapshot: Snapshot) {
        let mut state = self.state();
        state.newest.insert(snapshot.root.clone(), snapshot.generation);
        state.waiting.insert(snapshot.root.clone(), snapshot);
        self.changed.notify_all();
    }

    fn overtaken(&self, snapshot: &Snapshot) -> bool {
        let state = self.state();
        state.closed || state.newest.get(&snapshot.root) != Some(&snapshot.generation)
    }

    /// Ends the thread.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// The next to analyse, once nothing new has come for a while; none at the end.
    fn next(&self) -> Option<Snapshot> {
        let mut state = self.state();
        loop {
            while state.waiting.is_empty() && !state.closed {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            // each change wakes us and begins the pause anew
            loop {
                let (after, pause) = self.changed.wait_timeout(state, PAUSE).unwrap_or_else(PoisonError::into_inner);
                state = after;
                if state.closed {
                    return None;
                }
                if pause.timed_out() {
                    break;
                }
            }
            if let Some((_, snapshot)) = state.waiting.pop_first() {
                return Some(snapshot);
            }
        }
    }

    /// Analyses what comes until the end. `failed` is called when the analysis itself breaks.
    pub fn work(&self, done: &dyn Fn(Analysis), failed: &dyn Fn()) {
        while let Some(snapshot) = self.next() {
            let overtaken = || self.overtaken(&snapshot);
            let analysed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| snapshot.analyse(&overtaken)));
            match analysed {
                Ok(Some(analysis)) => done(analysis),
                Ok(None) => {}
                Err(_) => failed(),
            }
        }
    }
}
