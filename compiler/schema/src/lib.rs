//! Facts about native resource types: which properties there are and of what type, which can only be set at creation,
//! which are the cloud's to say, which lists have no order, what changing them does to running nodes. The facts are
//! data (`stdlib/schema/`, `stdlib/effects/`), handed in as text.
//!
//! Must not know: any particular type, resources of a graph, the fleet language. Bodies are walked through [`Body`].

pub mod access;
pub mod check;
pub mod condition;
pub mod effects;
pub mod open;
pub mod path;
pub mod property;
pub mod resource_type;
pub mod schemas;
mod table;
pub mod volatile;

pub use access::{Access, Wider};
pub use check::{Body, BodyKind, Problem, ProblemKind};
pub use condition::{Condition, Situation};
pub use effects::Effects;
pub use open::Open;
pub use path::{PathStep, Pattern};
pub use property::{Object, Property, PropertyType};
pub use resource_type::{Replacement, ResourceType};
pub use schemas::Schemas;
pub use volatile::{Changer, Entry, Part, Said, Volatile};
