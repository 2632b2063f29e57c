//! The fleet language's meaning: names resolved, types checked, expressions evaluated, a Module turned into an Intent.
//!
//! Must not know: clouds, resource types, files, the clock (dates are handed in). What it knows of shapes, regions and
//! lowerings comes from blocks of the standard library, handed in as a Module like any other.

pub mod analyze;
pub mod asked;
mod build;
mod catalog;
pub mod check;
mod context;
pub mod evaluate;
pub mod functions;
pub mod intent;
mod lowering;
pub mod occurrences;
pub mod piece;
mod places;
pub mod provenance;
mod read;
mod resolve;
pub mod scope;
pub mod stores;
#[cfg(test)]
mod tests;
pub mod value;
pub mod written;

pub use analyze::{Inputs, analyze};
pub use check::schema_table;
pub use evaluate::Evaluator;
pub use intent::Intent;
pub use resolve::{
    declared::Family,
    modules::{ModuleFolder, folder_of, shown_secret, source_of},
    references::Names,
    variables::VariableSource,
};
pub use scope::{Namespace, Scope};
pub use value::Value;
