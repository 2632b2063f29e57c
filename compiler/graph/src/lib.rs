//! Values of native properties, resources, and the graph of them: desired and live have the same type.
//!
//! Must not know: the fleet language, placement, clouds. Algorithms are iterative: a chain of a million resources must
//! not overflow a stack.

pub mod address;
pub mod dag;
pub mod json;
pub mod parts;
pub mod resource;
pub mod resource_graph;
pub mod secret;
pub mod standing;
pub mod value;
pub mod walk;

pub use address::{Parts, is_inside};
pub use dag::Dag;
pub use json::JsonError;
pub use resource::{Disposal, Holds, Lifecycle, Live, Older, ReplaceOrder, Resource, ResourceId, Site};
pub use resource_graph::ResourceGraph;
pub use standing::{Place, Standing, Wanted};
pub use value::{MAX_DEPTH, Node, Reference, Secret, ValueId, Values};
pub use walk::{Cycle, Walk};
