//! The fleet language's meaning: names resolved, types checked, expressions evaluated, a Module turned into an Intent.
//!
//! Must not know: clouds, resource types, files, the clock (dates are handed in). What it knows of shapes, regions and
//! lowerings comes from blocks of the standard library, handed in as a Module like any other.

pub mod evaluate;
pub mod intent;
pub mod scope;
pub mod value;

pub use evaluate::Evaluator;
pub use intent::Intent;
pub use scope::{Namespace, Scope};
pub use value::Value;
