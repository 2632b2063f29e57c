//! The one pipeline, used by the command line and by tests alike: files to plan, plan to applied.
//!
//! The `World` trait is the only door to files, clock and environment. Must not know flags, terminals or any SDK.

pub mod adopt;
pub mod check;
pub mod compile;
pub mod contracts;
mod differ;
pub mod difference;
pub mod edits;
pub mod existing;
mod granted;
pub mod guards;
pub mod limits;
pub mod live;
pub mod load;
mod make;
pub mod money;
pub mod moved;
mod paid;
mod places;
pub mod plan;
pub mod preflight;
mod renamed;
mod reserved;
mod rest;
pub mod revision;
pub mod second_opinion;
pub mod secrets;
pub mod settings;
pub mod stands;
pub mod summary;
mod tables;
pub mod testing;
pub mod timeline;
pub mod unmatched;
pub mod why;
pub mod workspace;
pub mod world;

pub use check::{Checked, check};
pub use plan::{Clouds, Connector, Planned, Request, plan};
pub use settings::Settings;
pub use workspace::Workspace;
pub use world::{Machine, World};
