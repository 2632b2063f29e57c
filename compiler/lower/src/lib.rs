//! Placement to resource graph: each network, owned capacity and slice becomes native resources by a lowering of the
//! standard library (or of the fleet), and the fleet's own `resource` blocks join them.
//!
//! Must not know: any resource type, property, region or shape (lowerings and schemas do), what is live, how a plan is
//! made. Where a property came from is found on demand, by reading the lowering; evaluating does not carry it along.

pub mod body;
pub mod check;
pub mod decided;
pub mod expand;
pub mod facts;
pub mod image;
pub mod instance;
pub mod lowered;
pub mod names;
pub mod origin;
pub mod outputs;
pub mod path;
pub mod phases;
pub mod placed;
pub mod references;
mod rest;
pub mod secrets;
pub mod site;
pub mod size;

pub use lowered::Lowered;
pub use origin::OriginStep;
pub use phases::{Inputs, lower, lower_beside};

#[cfg(test)]
mod tests;
