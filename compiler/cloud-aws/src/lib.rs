//! AWS: units become CloudFormation templates, templates become live resources again, and a client applies them.
//!
//! `emit` and `read` are pure and inverse to each other; `live` (feature `live`) is the SDK client. Must not know: the
//! fleet language, how a plan is made, another cloud, what a resource type means.

mod functions;

pub mod emit;
#[cfg(feature = "live")]
pub mod live;
pub mod read;

pub use emit::Templates;
#[cfg(feature = "live")]
pub use live::{AwsCloud, AwsConfig};
pub use read::{Template, Unreadable, template};
