//! The `Cloud` trait, designed for AWS, Azure and Google Cloud, and the embedded cloud that implements it in process.
//!
//! Must not know: the fleet language, any SDK, how a plan is made.

pub mod cloud;
mod diagnose;
pub mod embedded;
pub mod glob;
pub mod question;

pub use cloud::{Cancel, Cloud, CloudError, Event, EventSink, Outcome};
pub use embedded::{EmbeddedCloud, Scenario};
pub use question::{Answer, Fact, Question};
