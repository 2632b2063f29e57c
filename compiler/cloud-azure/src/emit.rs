//! Units become ARM deployments: one canonical JSON text for one unit. Pure.
//!
//! A deployment is a `mode`, a `template` and `parameters`. It is incremental: what the template does not name stays as
//! it is. Of the parameters those stand in the text whose value Azure reads itself: a secret of a key vault is a
//! `reference` to it. Whoever deploys adds a `value` for each of the others; ARM keeps none from one deployment to the
//! next.
//!
//! Must not know the service, or what a resource type means: a body is written as it stands, its references turned into
//! `[resourceId()]`, `[reference()]` and `[parameters()]`. What ARM has no word for goes into `metadata`.

mod document;
mod expression;
#[cfg(test)]
mod tests;
mod vault;

use std::sync::Arc;

use tonnage_base::Symbol;
use tonnage_graph::{Resource, Values};
use tonnage_plan::emit::{Problem, words};
use tonnage_plan::{Emitter, Limits, SecretRules, model::Unit};
use tonnage_schema::Schemas;

/// Bytes of one reference beside its text: an identifier with the names of a type, a parent and a resource, written
/// where it stands and in `dependsOn`.
const REFERENCE: usize = 400;
/// Bytes of a resource beside its body: type, version, name, what is kept of it, an output of its identifier and one of
/// an attribute.
const FIXED: usize = 1_000;
/// Bytes of a deployment without resources.
const BASE: usize = 600;

/// Writes the deployments of one fleet into one subscription.
#[derive(Clone, Debug)]
pub struct Deployments {
    fleet: Symbol,
    subscription: Option<Symbol>,
    limits: Limits,
    schemas: Arc<Schemas>,
}

impl Deployments {
    /// For a fleet and a subscription, under the limits of the service. Without a subscription no secret of its key
    /// vaults can be referred to.
    pub const fn new(fleet: Symbol, subscription: Option<Symbol>, limits: Limits, schemas: Arc<Schemas>) -> Self {
        Self { fleet, subscription, limits, schemas }
    }
}

impl Emitter for Deployments {
    /// Every deployment is given all parameters.
    fn secrets(&self) -> SecretRules {
        SecretRules { kept: false, stored_are_parameters: true }
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn size_bound(&self, resource: &Resource, values: &Values) -> usize {
        words::size_bound(resource, values, REFERENCE, FIXED)
    }

    fn base_size(&self) -> usize {
        BASE + self.fleet.as_str().len()
    }

    fn document(&self, unit: &Unit) -> Result<String, Vec<Problem>> {
        document::write(self, unit)
    }
}
