//! Azure: units become ARM deployments.
//!
//! `emit` is pure. Must not know: the fleet language, how a plan is made, another cloud, what a resource type means.

pub mod emit;

pub use emit::Deployments;
