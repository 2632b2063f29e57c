//! The graph frozen for walking: edges in rows, order, waves, cycles explained as a path.

/// A frozen graph.
#[derive(Clone, Debug, Default)]
pub struct Walk {}

/// A cycle, as the addresses on it.
#[derive(Clone, Debug)]
pub struct Cycle {
    /// Each refers to the next, the last to the first.
    pub path: Vec<crate::ResourceId>,
}
