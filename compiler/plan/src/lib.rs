//! Desired against live: what changes, why, in which units, in which order. A Plan is complete: apply does what it
//! says.
//!
//! Must not know: the fleet language, a cloud's API, files. Native documents come from an [`emit::Emitter`].

pub mod change;
pub mod collide;
pub mod compare;
pub mod cut;
pub mod decide;
pub mod depart;
pub mod diff;
pub mod effects;
pub mod emit;
pub mod evidence;
pub mod facts;
pub mod file;
mod grow;
pub mod handover;
pub mod identity;
mod idle;
pub mod inputs;
mod meaning;
pub mod model;
pub mod money;
pub mod moved;
pub mod names;
mod opening;
pub mod opinion;
pub mod parts;
pub mod plan;
pub mod reach;
mod refuse;
pub mod renamed;
pub mod room;
mod stand;
pub mod steps;
pub mod times;
pub mod units;
pub mod unset;

pub use change::{
    Action, Change, Choice, Drift, DriftedProperty, Effect, EffectKind, Opens, Origin, PropertyDiff, Reason,
};
pub use emit::{Emitter, Limits, SecretRules};
pub use evidence::{Check, Evidence, Measure, Starting, Verdict};
pub use inputs::{Condition, Inputs, LiveUnitFacts, Moved, Reserved};
pub use model::{OutputChange, OutputValue, Plan, Step, Unit, UnitId, UnitOperation};
pub use plan::{plan, walk};
pub use times::Times;

#[cfg(test)]
mod tests;
