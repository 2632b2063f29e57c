//! Units become batches of Compute requests, each after those it waits for: one canonical JSON text for one unit. Pure.
//!
//! A batch says what is to be there: a request's `method` and `path` make a resource, `change` changes one that is
//! there. Compute has no language for what is known only when a request was answered, so the text has four words of its
//! own, each an object of its own, which whoever sends the requests replaces:
//!
//! - `{"$of": LOCAL, "field": "selfLink"}`: a field of the answer to the request of this name
//! - `{"$parameter": NAME}`: a value that another batch gave
//! - `{"$concat": […]}`: text put together
//! - `{"$name": TEXT, "of": […]}`: the text, a dash and a digest of the values
//!
//! Must not know the service, or what a resource type means.

mod document;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tonnage_base::Symbol;
use tonnage_graph::{Resource, Values};
use tonnage_plan::emit::{Problem, words};
use tonnage_plan::{Emitter, Limits, SecretRules, model::Unit};
use tonnage_schema::Schemas;

/// Bytes of one reference beside its text.
const REFERENCE: usize = 200;
/// Bytes of a request beside its body: method, path, name, what is kept of it, two outputs.
const FIXED: usize = 1_000;
/// Bytes of a batch without requests.
const BASE: usize = 400;

/// Writes the batches of one fleet.
#[derive(Clone, Debug)]
pub struct Batches {
    fleet: Symbol,
    limits: Limits,
    schemas: Arc<Schemas>,
}

impl Batches {
    /// For a fleet, under the limits of the service.
    pub const fn new(fleet: Symbol, limits: Limits, schemas: Arc<Schemas>) -> Self {
        Self { fleet, limits, schemas }
    }
}

impl Emitter for Batches {
    /// A request has nothing that its answer does not show again.
    fn secrets(&self) -> SecretRules {
        SecretRules { kept: false, stored_are_parameters: false }
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn cannot_be_asked(&self) -> Option<&'static str> {
        Some("Compute Engine has no call that says what requests would do")
    }

    fn size_bound(&self, resource: &Resource, values: &Values) -> usize {
        words::size_bound(resource, values, REFERENCE, FIXED)
    }

    fn base_size(&self) -> usize {
        BASE + self.fleet.as_str().len()
    }

    fn document(&self, unit: &Unit) -> Result<String, Vec<Problem>> {
        document::write(self.fleet, &self.schemas, unit)
    }
}
