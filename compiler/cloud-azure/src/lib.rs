//! Azure: units become ARM templates.
//!
//! `emit` is pure. Must not know: the fleet language, how a plan is made, another cloud, what a resource type means.

pub mod emit;

pub use emit::Templates;
