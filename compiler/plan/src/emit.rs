//! What a plan needs to know of a cloud's own language: its limits and its documents. Must not know any cloud.

pub mod named;
pub mod words;

use tonnage_base::Diagnostic;
use tonnage_graph::{Resource, Values};

use crate::model::Unit;

/// Limits of one unit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Resources.
    pub resources: usize,
    /// Bytes of the document.
    pub bytes: usize,
    /// Parameters.
    pub parameters: usize,
    /// Outputs.
    pub outputs: usize,
}

/// How the secrets of a unit reach its cloud.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretRules {
    /// A parameter that is given no value keeps the one it has: the value of a sensitive variable is asked for once.
    pub kept: bool,
    /// What stands in a store is a parameter too; otherwise its address stands in the body.
    pub stored_are_parameters: bool,
}

/// Turns units into a cloud's own documents. Pure.
pub trait Emitter {
    /// How secrets reach the cloud.
    fn secrets(&self) -> SecretRules;
    /// The limits of a unit.
    fn limits(&self) -> Limits;
    /// An upper bound of the bytes that a resource adds to its unit's document, its parameters and outputs included.
    fn size_bound(&self, resource: &Resource, values: &Values) -> usize;
    /// The bytes of a document without resources: an upper bound.
    fn base_size(&self) -> usize;
    /// The document of a unit whose members, parameters and outputs are filled in.
    fn document(&self, unit: &Unit) -> Result<String, Vec<Diagnostic>>;
}
