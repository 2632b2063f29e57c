//! The result of lowering. Must not know how it was made.

use rustc_hash::FxHashSet;
use tonnage_base::{IndexVec, Span, Symbol};
use tonnage_graph::{ResourceGraph, ResourceId};
use tonnage_lang::{Value, intent::ScopeId};

use crate::instance::Fact;

/// The desired graph, and where everything in it comes from.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// What should be there.
    pub graph: ResourceGraph,
    /// Outputs in the order declared; no value where it is known only after apply.
    pub outputs: Vec<(Symbol, Option<Value>)>,
    /// Addresses of live objects that are not ours: references to them may stay where they were not read.
    pub lookups: FxHashSet<Symbol>,
    /// Uses of lowerings.
    pub(crate) made: Vec<Made>,
    /// For each resource of the graph: which use of a lowering, and which of its declarations.
    pub(crate) by_resource: IndexVec<ResourceId, (u32, u32)>,
}

/// One use of a lowering, as far as it explains where properties come from.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The position of the lowering in the intent, or the scope whose own resources they are.
    pub by: MadeBy,
    /// Where the author decided what its names stand for.
    pub facts: Vec<Fact>,
    /// The author's block.
    pub declared: Option<Span>,
}

/// What made it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MadeBy {
    /// The lowering at this position of the intent's lowerings.
    Lowering(usize),
    /// The `resource` blocks of the fleet or of a module.
    Author(ScopeId),
}
