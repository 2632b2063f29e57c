//! What is known of free capacity and quota when a plan is made. What is absent is not known; it is never zero.

use tonnage_base::Symbol;

/// Known limits, as a cloud (or a scenario) reports them.
#[derive(Clone, Debug, Default)]
pub struct Availability {
    /// Nodes of a shape that can be had in a zone, beyond what the fleet runs there already.
    pub free: Vec<Free>,
}

/// One known number.
#[derive(Clone, Debug)]
pub struct Free {
    /// The name of the `cloud` block.
    pub cloud: Symbol,
    /// The region.
    pub region: Symbol,
    /// A zone id; none: the whole region (a quota).
    pub zone: Option<Symbol>,
    /// The shape.
    pub shape: Symbol,
    /// The market (`reserved`, `on_demand`, `spot`); none: any.
    pub market: Option<Symbol>,
    /// For reserved: the reservation's id.
    pub reservation: Option<Symbol>,
    /// How many nodes in all can run there (running ones included).
    pub nodes: u64,
    /// What says so: `quota L-417A185B`, `capacity block cr-…`.
    pub source: String,
}
