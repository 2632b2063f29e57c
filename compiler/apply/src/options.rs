//! What an apply is told beside the plan. Must not read the environment.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Clock, Symbol};
use tonnage_cloud::Cloud;
use tonnage_graph::{Reference, Secret};

/// The cloud of a `cloud` block, by its name; none: there is no such block.
pub type Clouds<'a> = &'a (dyn Fn(Symbol) -> Option<Arc<dyn Cloud>> + Send + Sync);

/// How to apply.
#[derive(Clone)]
pub struct Options {
    /// Units at work side by side.
    pub parallelism: usize,
    /// The plan's digest: makes requests repeatable, and ties journal and record to the plan.
    pub digest: String,
    /// Who applies, for lock and record.
    pub who: String,
    /// Tells the time.
    pub clock: Clock,
    /// Seconds that the lock lasts without a sign of life.
    pub lock_seconds: i64,
    /// Look at everything the plan was made from before the first unit is begun: for a plan that was not made just now.
    pub look_first: bool,
    /// Values of sensitive variables, which the plan does not hold.
    pub secrets: Secrets,
    /// Guards that do not hold and were lifted for this plan: recorded.
    pub lifted: Vec<String>,
}

impl Options {
    /// Ten units side by side, a lock of an hour.
    pub fn new(digest: impl Into<String>, who: impl Into<String>, clock: Clock) -> Self {
        Self {
            parallelism: 10,
            digest: digest.into(),
            who: who.into(),
            clock,
            lock_seconds: tonnage_ledger::LockRequest::TTL,
            look_first: false,
            secrets: Secrets::default(),
            lifted: Vec::new(),
        }
    }
}

/// Values of sensitive variables, by their names. Shown nowhere, not even to a debugger's eye.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<Symbol, String>);

impl Secrets {
    /// Of these values.
    pub fn new(values: impl IntoIterator<Item = (Symbol, String)>) -> Self {
        Self(values.into_iter().collect())
    }

    /// The value of the variable that a reference is to.
    pub fn of(&self, reference: Reference) -> Option<&str> {
        match reference.secret()? {
            Secret::Variable(name) => self.0.get(&Symbol::new(name)).map(String::as_str),
            Secret::Stored(_) => None,
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
