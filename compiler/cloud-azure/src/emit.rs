//! Units become ARM templates: one canonical JSON text for one unit, every limit checked. Pure.
//!
//! Must not know the service, or what a resource type means: a body is written as it stands, its references turned into
//! `[resourceId()]`, `[reference()]` and `[parameters()]`. What ARM has no word for goes into `metadata`.

mod document;
mod expression;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tonnage_base::{Diagnostic, Symbol};
use tonnage_graph::{Resource, Values};
use tonnage_plan::emit::words;
use tonnage_plan::{Emitter, Limits, model::Unit};
use tonnage_schema::Schemas;

/// Bytes of one reference beside its text: an identifier with the names of a type, a parent and a resource, written where it
/// stands and in `dependsOn`.
const REFERENCE: usize = 400;
/// Bytes of a resource beside its body: type, version, name, what is kept of it, an output of its identifier and one of
/// an attribute.
const FIXED: usize = 1_000;
/// Bytes of a template without resources.
const BASE: usize = 600;

/// Writes the templates of one fleet.
#[derive(Clone, Debug)]
pub struct Templates {
    fleet: Symbol,
    limits: Limits,
    schemas: Arc<Schemas>,
}

impl Templates {
    /// For a fleet, under the limits of the service.
    pub const fn new(fleet: Symbol, limits: Limits, schemas: Arc<Schemas>) -> Self {
        Self { fleet, limits, schemas }
    }
}

impl Emitter for Templates {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn size_bound(&self, resource: &Resource, values: &Values) -> usize {
        words::size_bound(resource, values, REFERENCE, FIXED)
    }

    fn base_size(&self) -> usize {
        BASE + self.fleet.as_str().len()
    }

    fn document(&self, unit: &Unit) -> Result<String, Vec<Diagnostic>> {
        document::write(self.fleet, self.limits, &self.schemas, unit)
    }
}
