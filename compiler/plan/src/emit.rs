//! What a plan needs to know of a cloud's own language: its limits and its documents. Must not know any cloud.

pub mod named;
pub mod words;

use tonnage_base::{Code, Diagnostic, Severity, Symbol};
use tonnage_graph::{Resource, ResourceGraph, Values};

use crate::cut::placed;
use crate::model::{Member, Unit};

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

/// Why a unit has no document.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The resource whose body can't be written: the plan knows where it is declared. None: it is the unit's.
    pub address: Option<Symbol>,
    /// What is wrong, without a place.
    pub diagnostic: Diagnostic,
}

impl Problem {
    /// With the body of a member.
    pub fn of(member: &Member, code: Code, what: &str, help: &str) -> Self {
        let message = format!("`{}` ({}) {what}", member.address, member.kind);
        let diagnostic = Diagnostic::new(Severity::Error, code, message).with_help(help);
        Self { address: Some(member.address), diagnostic }
    }

    /// With a unit as a whole.
    pub fn of_unit(unit: &Unit, code: Code, what: &str, help: &str) -> Self {
        let message = format!("unit {}: {what}", unit.name);
        Self { address: None, diagnostic: Diagnostic::new(Severity::Error, code, message).with_help(help) }
    }

    /// At the block that asks for the resource.
    pub fn placed(self, desired: &ResourceGraph) -> Diagnostic {
        match self.address.and_then(|address| desired.get(desired.find(address)?)) {
            Some(resource) => placed(resource, self.diagnostic),
            None => self.diagnostic,
        }
    }
}

/// Turns units into a cloud's own documents. Pure.
pub trait Emitter {
    /// How secrets reach the cloud.
    fn secrets(&self) -> SecretRules;
    /// The limits of a unit.
    fn limits(&self) -> Limits;
    /// Whether the cloud deletes an old one before it makes the new one where the author asks for that. One that does
    /// not makes the new one first, whatever is asked.
    fn deletes_first(&self) -> bool {
        true
    }
    /// Why the cloud can't be asked what it would do with a document; none: it can.
    fn cannot_be_asked(&self) -> Option<&'static str> {
        None
    }
    /// An upper bound of the bytes that a resource adds to its unit's document, its parameters and outputs included.
    fn size_bound(&self, resource: &Resource, values: &Values) -> usize;
    /// The bytes of a document without resources: an upper bound.
    fn base_size(&self) -> usize;
    /// The document of a unit whose members, parameters and outputs are filled in. That it keeps to the limits is for
    /// the plan to see to.
    fn document(&self, unit: &Unit) -> Result<String, Vec<Problem>>;
}
