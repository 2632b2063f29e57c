//! The type of a property, read from its compact form. Must not know which resource type it belongs to.
//!
//! The compact form is written by `cargo xtask schema` and described there. What this version does not understand is
//! [`PropertyType::Any`]: newer facts never break an older compiler.

use serde_json::{Map, Value};
use tonnage_base::{Decimal, Symbol};

/// What may be written for a property.
#[derive(Clone, PartialEq, Debug)]
pub enum PropertyType {
    /// Anything: documents, and what the facts do not say.
    Any,
    /// Text; with choices, one of them.
    String {
        /// Empty: any text.
        choices: Box<[Symbol]>,
        /// Whether a choice may be written in any case.
        any_case: bool,
    },
    /// A number within bounds.
    Number(Bounds),
    /// A whole number within bounds.
    Integer(Bounds),
    /// `true` or `false`.
    Boolean,
    /// Named properties, and perhaps others.
    Object(Object),
    /// Elements of one type.
    List {
        /// Of what.
        item: Box<PropertyType>,
        /// Whether the order means nothing.
        set: bool,
        /// Least number of elements.
        min: Option<u64>,
        /// Largest number of elements.
        max: Option<u64>,
    },
    /// What the resource type's definition of this number says.
    Definition(usize),
}

/// What a number may be. Bounds are included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bounds {
    /// Least.
    pub min: Option<Decimal>,
    /// Most.
    pub max: Option<Decimal>,
    /// One of these; empty: any.
    pub choices: Box<[Symbol]>,
}

/// An object's properties.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object {
    /// In order of their names' text.
    properties: Box<[(Symbol, PropertyType)]>,
    /// In order of their text.
    required: Box<[Symbol]>,
    /// What any other key holds; none: there are no others.
    other: Option<Box<PropertyType>>,
}

impl Object {
    /// The named properties, in order of their names.
    pub fn properties(&self) -> impl Iterator<Item = (Symbol, &PropertyType)> {
        self.properties.iter().map(|(name, kind)| (*name, kind))
    }

    /// The names that must be given.
    pub fn required(&self) -> &[Symbol] {
        &self.required
    }

    /// The type under `name`: a named property's, or what any other key holds.
    pub fn get(&self, name: Symbol) -> Option<&PropertyType> {
        let named = self.properties.iter().find(|(n, _)| *n == name).map(|(_, kind)| kind);
        named.or(self.other.as_deref())
    }

    /// Whether keys are free.
    pub fn is_open(&self) -> bool {
        self.other.is_some()
    }
}

/// A property found by its path.
#[derive(Clone, Copy, Debug)]
pub struct Property<'a> {
    /// What may be written; never [`PropertyType::Definition`].
    pub kind: &'a PropertyType,
    /// Whether the object it stands in must have it.
    pub required: bool,
}

/// Reads the compact form. `definitions` are the names that `{"d": …}` may use, by their numbers.
pub(crate) fn read(value: &Value, definitions: &[&str]) -> PropertyType {
    let map = match value {
        Value::String(word) => return simple(word),
        Value::Object(map) => map,
        _ => return PropertyType::Any,
    };
    if let Some(name) = map.get("d").and_then(Value::as_str) {
        return definitions.iter().position(|d| *d == name).map_or(PropertyType::Any, PropertyType::Definition);
    }
    if let Some(item) = map.get("a") {
        return PropertyType::List {
            item: Box::new(read(item, definitions)),
            set: map.get("u").and_then(Value::as_bool) == Some(true),
            min: map.get("min").and_then(Value::as_u64),
            max: map.get("max").and_then(Value::as_u64),
        };
    }
    if map.contains_key("p") || map.contains_key("m") {
        return PropertyType::Object(object(map, definitions));
    }
    let bounds =
        || Bounds { min: decimal(map.get("min")), max: decimal(map.get("max")), choices: symbols(map.get("e")) };
    match map.get("t").and_then(Value::as_str) {
        Some("i") => PropertyType::Integer(bounds()),
        Some("n") => PropertyType::Number(bounds()),
        Some(_) => PropertyType::Any,
        None if map.contains_key("e") => PropertyType::String {
            choices: symbols(map.get("e")),
            any_case: map.get("ci").and_then(Value::as_bool) == Some(true),
        },
        None => PropertyType::Any,
    }
}

/// Reads the compact form of an object, which is that of a resource type too.
pub(crate) fn object(map: &Map<String, Value>, definitions: &[&str]) -> Object {
    let mut properties: Vec<(Symbol, PropertyType)> = map
        .get("p")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, property)| (Symbol::new(name), read(property, definitions)))
        .collect();
    properties.sort_by_key(|(name, _)| *name);
    let mut required = symbols(map.get("r"));
    required.sort();
    let other = map.get("m").map(|other| Box::new(read(other, definitions)));
    Object { properties: properties.into(), required, other }
}

fn simple(word: &str) -> PropertyType {
    match word {
        "s" => PropertyType::String { choices: Box::default(), any_case: false },
        "i" => PropertyType::Integer(Bounds::default()),
        "n" => PropertyType::Number(Bounds::default()),
        "b" => PropertyType::Boolean,
        _ => PropertyType::Any,
    }
}

pub(crate) fn symbols(value: Option<&Value>) -> Box<[Symbol]> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(Symbol::new).collect()
}

fn decimal(value: Option<&Value>) -> Option<Decimal> {
    value?.as_number()?.to_string().parse().ok()
}
