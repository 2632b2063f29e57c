//! Desired against live: what changes, why, in which units, in which order. A Plan is complete: apply does what it says.
//!
//! Must not know: the fleet language, a cloud's API, files. Native documents come from an [`emit::Emitter`].

pub mod change;
pub mod emit;
pub mod model;

pub use change::{Action, Change, PropertyDiff, Reason};
pub use emit::{Emitter, Limits};
pub use model::{Plan, Step, Unit, UnitId, UnitOperation};
