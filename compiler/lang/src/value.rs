//! Values of the fleet language. Must not know which names exist.

mod compare;
mod convert;
mod depth;
mod sensitive;
mod show;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Symbol, quantity::Quantity};

pub use compare::Equality;
pub use convert::{Mismatch, number_from_text, number_to_text};
pub use sensitive::Sensitive;
pub use text::TextBuilder;

use crate::scope::Namespace;

/// A value. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`: absent.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An exact decimal.
    Number(Decimal),
    /// Text.
    String(Arc<str>),
    /// In order.
    List(Arc<[Value]>),
    /// Keys in order of their text.
    Map(Arc<BTreeMap<Symbol, Value>>),
    /// A quantity with its unit. Quantities in author files start as strings and are checked where one is expected.
    Quantity(Quantity),
    /// Something declared, or a namespace of declared things (`cloud`, `cloud.aws`, `resource.nodes`): attributes are
    /// looked up when asked for.
    Object(Arc<dyn Namespace>),
    /// An attribute of a resource, known (perhaps) only after apply. `None` is its identifier.
    Reference {
        /// The resource's address.
        address: Symbol,
        /// The attribute's native name; inner names follow dots.
        attribute: Option<Symbol>,
    },
    /// Text with references in it; the parts are `String` and `Reference`.
    Join(Arc<[Value]>),
    /// Not known now; the words say why ("known after placement").
    Unknown(Symbol),
    /// A value that came from a secret: only the evaluator looks inside, and what it makes of it came from one too.
    Sensitive(Sensitive),
    /// An expression that failed; a diagnostic was already given. Everything made from it is invalid too, silently.
    Invalid,
}

impl Value {
    /// Text.
    pub fn string(text: &str) -> Self {
        Self::String(Arc::from(text))
    }
    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }
    /// A map.
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Map(Arc::new(entries.into_iter().map(|(k, v)| (Symbol::new(k), v)).collect()))
    }
    /// What an author would call it: `string`, `list`, `number`, …
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) | Self::Join(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Quantity(_) => "quantity",
            Self::Object(_) => "object",
            Self::Reference { .. } => "reference",
            Self::Unknown(_) => "unknown",
            Self::Sensitive(_) => "sensitive value",
            Self::Invalid => "invalid",
        }
    }
}
