//! What is known of free capacity and quota when a plan is made. What is absent is not known; it is never zero.

use tonnage_base::Symbol;

/// Known limits, as a cloud (or a scenario) reports them.
#[derive(Clone, Debug, Default)]
pub struct Availability {
    /// Nodes of a shape that can run somewhere in all. Several may speak of one place: the tightest counts.
    pub free: Vec<Free>,
    /// Where pools stand today, by pool and option.
    pub standing: Vec<Standing>,
    /// Addresses of pools whose shortage is an outcome to be looked at, not a mistake: a test that asks how much is
    /// placed.
    pub may_be_short: Vec<Symbol>,
}

/// Nodes of a pool that stand by one of its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The pool's address.
    pub pool: Symbol,
    /// The option.
    pub option: Symbol,
    /// The name of the `cloud` block.
    pub cloud: Symbol,
    /// Nodes asked for.
    pub asked: u64,
    /// Those of them that are asked for in reserved places.
    pub reserved: u64,
    /// Nodes running; none: the cloud does not say.
    pub running: Option<u64>,
    /// An apply ended with less than was asked for, and no more run since. Else what is missing is on its way: the
    /// cloud replaces a node.
    pub short: bool,
}

impl Availability {
    /// How a pool stands by an option.
    pub fn standing(&self, pool: Symbol, option: Symbol) -> Option<&Standing> {
        self.standing.iter().find(|standing| standing.pool == pool && standing.option == option)
    }
}

/// One known number.
#[derive(Clone, Debug)]
pub struct Free {
    /// The name of the `cloud` block.
    pub cloud: Symbol,
    /// The region.
    pub region: Symbol,
    /// A zone id; none: the whole region, its zones together (a quota).
    pub zone: Option<Symbol>,
    /// The shape.
    pub shape: Symbol,
    /// The market (`reserved`, `on_demand`, `spot`); none: all of them together.
    pub market: Option<Symbol>,
    /// For reserved: the reservation's id.
    pub reservation: Option<Symbol>,
    /// How many nodes in all can run there (running ones included).
    pub nodes: u64,
    /// What says so: `quota L-417A185B`, `capacity block cr-…`.
    pub source: String,
}
