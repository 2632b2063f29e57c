//! Walks a plan exactly as written: steps in order, units of a step side by side, everything journalled before it is
//! done.
//!
//! Must not know: the fleet language, any cloud, terminals, the clock (it is handed in). Evaluates nothing: what the
//! plan does not say is not done.

mod compare;
mod discreet;
mod drawings;
mod footprint;
pub mod options;
pub mod progress;
pub mod report;
mod reported;
mod resume;
mod since;
mod unit;
mod walk;

pub use drawings::drawings;
pub use footprint::{Grown, MovedUnit};
pub use options::{Clouds, Options, Secrets};
pub use progress::{Counts, Progress, Silent};
pub use report::{ApplyOutcome, ApplyReport, UnitEnd, UnitReport};
pub use walk::apply;
