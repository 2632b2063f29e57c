//! Units become CloudFormation templates: one canonical JSON text for one unit. Pure.
//!
//! Must not know the service, or what a resource type means: a body is written as it stands, its references turned into
//! `Ref`, `Fn::GetAtt`, `Fn::Sub` and parameters. What CloudFormation can't hold goes into `Metadata`.

pub mod ahead;
mod body;
mod document;
mod json;
mod size;
#[cfg(test)]
pub(crate) mod tests;

use tonnage_base::Symbol;
use tonnage_graph::{Resource, Values};
use tonnage_plan::{Emitter, Limits, SecretRules, emit::Problem, model::Unit};

pub use size::{local_name_bound, parameter_name_bound};

/// The version of what is kept in `Metadata.Tonnage`.
pub const METADATA_VERSION: u64 = 1;

/// Writes the templates of one fleet.
#[derive(Clone, Debug)]
pub struct Templates {
    fleet: Symbol,
    limits: Limits,
}

impl Templates {
    /// For a fleet, under the limits of the service (`stdlib` has them: the body's bytes are those of a template sent
    /// inline, 51,200).
    pub const fn new(fleet: Symbol, limits: Limits) -> Self {
        Self { fleet, limits }
    }
}

impl Emitter for Templates {
    /// `UsePreviousValue` keeps one; a dynamic reference is text.
    fn secrets(&self) -> SecretRules {
        SecretRules { kept: true, stored_are_parameters: false }
    }

    /// CloudFormation has no way to say so: it makes the new one, then deletes the old one in its cleanup.
    fn deletes_first(&self) -> bool {
        false
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts the parameters that its references may need, and outputs for its identifier and one attribute.
    fn size_bound(&self, resource: &Resource, values: &Values) -> usize {
        size::resource(resource, values)
    }

    fn base_size(&self) -> usize {
        size::base(self.fleet)
    }

    fn document(&self, unit: &Unit) -> Result<String, Vec<Problem>> {
        document::write(self.fleet, unit)
    }
}
