//! One native resource type. Must not know any particular one.

use std::sync::OnceLock;

use serde_json::Value;
use tonnage_base::Symbol;

use crate::path::{PathStep, Pattern};
use crate::property::{self, Object, Property, PropertyType};

/// What changing a property does to the resource.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Replacement {
    /// It is changed in place.
    Never,
    /// It depends on other properties, or on what changed inside: ask again with the path of the inner change.
    Conditional,
    /// A new one takes its place.
    Always,
}

/// How a cloud is asked for a resource, where that is no part of its body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Making {
    /// The version of the API.
    pub version: Option<Symbol>,
    /// The path of the request, with places to fill in: `projects/{project}/global/networks`.
    pub path: Option<Symbol>,
    /// The request's verb.
    pub verb: Option<Symbol>,
    /// The verb that changes one; none: it never changes.
    pub change: Option<Symbol>,
}

impl Making {
    fn read(facts: Option<&Value>) -> Self {
        let word = |key: &str| facts.and_then(|facts| facts.get(key)).and_then(Value::as_str).map(Symbol::new);
        Self { version: word("version"), path: word("path"), verb: word("verb"), change: word("change") }
    }
}

/// The facts about one type.
#[derive(Clone, Debug)]
pub struct ResourceType {
    name: Symbol,
    body: Object,
    definitions: Box<[PropertyType]>,
    create_only: Box<[Pattern]>,
    conditional_create_only: Box<[Pattern]>,
    read_only: Box<[Pattern]>,
    write_only: Box<[Pattern]>,
    identifier: Box<[Pattern]>,
    moving: Box<[Symbol]>,
    making: Making,
    tags: Option<Pattern>,
    every_property_is_attribute: bool,
    deleted_first: bool,
    /// Made when first asked for.
    attributes: OnceLock<Box<[Symbol]>>,
}

impl ResourceType {
    /// Reads the compact form; none where the text is not a JSON object.
    pub(crate) fn read(name: Symbol, json: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(json).ok()?;
        let map = value.as_object()?;
        let named = map.get("defs").and_then(Value::as_object);
        let definitions: Vec<&str> = named.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let patterns = |key: &str| -> Box<[Pattern]> {
            let paths = map.get(key).and_then(Value::as_array).into_iter().flatten();
            paths.filter_map(Value::as_str).map(Pattern::parse).collect()
        };
        let flag = |key: &str| map.get(key).and_then(Value::as_bool) == Some(true);
        Some(Self {
            name,
            body: property::object(map, &definitions),
            definitions: named.into_iter().flatten().map(|(_, d)| property::read(d, &definitions)).collect(),
            create_only: patterns("co"),
            conditional_create_only: patterns("cco"),
            read_only: patterns("ro"),
            write_only: patterns("wo"),
            identifier: patterns("id"),
            moving: property::symbols(map.get("mv")),
            making: Making::read(map.get("mk")),
            tags: map.get("tag").and_then(Value::as_str).map(Pattern::parse),
            every_property_is_attribute: flag("aa"),
            deleted_first: flag("df"),
            attributes: OnceLock::new(),
        })
    }

    /// The native type's name.
    pub fn name(&self) -> Symbol {
        self.name
    }

    /// Its top-level properties.
    pub fn body(&self) -> &Object {
        &self.body
    }

    /// Names of its top-level properties, in order of their text.
    pub fn properties(&self) -> impl Iterator<Item = Symbol> {
        self.body.properties().map(|(name, _)| name)
    }

    /// Names of top-level properties that must be given, in order of their text.
    pub fn required(&self) -> &[Symbol] {
        self.body.required()
    }

    /// The property at a path; none where the type has none. Everything below [`PropertyType::Any`] is `Any`.
    pub fn property(&self, path: &[PathStep]) -> Option<Property<'_>> {
        let mut found: Option<Property<'_>> = None;
        for step in path {
            let object = match found.map(|property| property.kind) {
                None => Some(&self.body),
                Some(PropertyType::Object(object)) => Some(object),
                Some(_) => None,
            };
            found = Some(match (object, found.map(|property| property.kind), step) {
                (Some(object), _, PathStep::Key(name)) => {
                    Property { kind: self.resolve(object.get(*name)?), required: object.required().contains(name) }
                }
                (None, Some(PropertyType::List { item, .. }), PathStep::Index(_)) => {
                    Property { kind: self.resolve(item), required: false }
                }
                (None, Some(PropertyType::Any), _) => Property { kind: &PropertyType::Any, required: false },
                _ => return None,
            });
        }
        found
    }

    /// A type with definitions looked up: never [`PropertyType::Definition`].
    pub fn resolve<'a>(&'a self, mut kind: &'a PropertyType) -> &'a PropertyType {
        // Definitions that only name each other in a ring say nothing.
        for _ in 0..=self.definitions.len() {
            match kind {
                PropertyType::Definition(number) => match self.definitions.get(*number) {
                    Some(definition) => kind = definition,
                    None => break,
                },
                _ => return kind,
            }
        }
        &PropertyType::Any
    }

    /// Whether the value at `path` can only be set at creation.
    pub fn create_only(&self, path: &[PathStep]) -> bool {
        self.create_only.iter().any(|pattern| pattern.covers(path))
    }

    /// Whether the value at `path` can sometimes only be set at creation: it depends on other properties.
    pub fn conditional_create_only(&self, path: &[PathStep]) -> bool {
        self.conditional_create_only.iter().any(|pattern| pattern.covers(path))
    }

    /// Whether the value at `path` is the cloud's to say.
    pub fn read_only(&self, path: &[PathStep]) -> bool {
        self.read_only.iter().any(|pattern| pattern.covers(path))
    }

    /// The places that are the cloud's to say.
    pub fn read_only_places(&self) -> &[Pattern] {
        &self.read_only
    }

    /// Whether the cloud never tells the value at `path`: drift in it cannot be seen.
    pub fn write_only(&self, path: &[PathStep]) -> bool {
        self.write_only.iter().any(|pattern| pattern.covers(path))
    }

    /// Whether at `path` stands a list whose order means nothing.
    pub fn is_set(&self, path: &[PathStep]) -> bool {
        matches!(self.property(path), Some(Property { kind: PropertyType::List { set: true, .. }, .. }))
    }

    /// What a change at `path` does. A change of an outer value that has a create-only property inside is
    /// [`Replacement::Conditional`]: whether that property is what changed, the caller knows.
    pub fn replacement(&self, path: &[PathStep]) -> Replacement {
        if self.create_only(path) {
            Replacement::Always
        } else if self.conditional_create_only(path)
            || self.create_only.iter().chain(&self.conditional_create_only).any(|pattern| pattern.is_inside(path))
        {
            Replacement::Conditional
        } else {
            Replacement::Never
        }
    }

    /// Whether the old one must go before the new one is made, because both cannot be there.
    pub fn is_deleted_first(&self) -> bool {
        self.deleted_first
    }

    /// How its cloud is asked for one.
    pub fn making(&self) -> &Making {
        &self.making
    }

    /// The places that can only be set at creation.
    pub fn create_only_places(&self) -> &[Pattern] {
        &self.create_only
    }

    /// The properties that identify a resource to its cloud, in order.
    pub fn identifier(&self) -> &[Pattern] {
        &self.identifier
    }

    /// Where its tags stand; none where it has none, or keeps them in a place of its own.
    pub fn tags(&self) -> Option<&Pattern> {
        self.tags.as_ref()
    }

    /// Whether changing a tag replaces it.
    pub fn tags_replace(&self) -> bool {
        self.tags
            .as_ref()
            .is_some_and(|tags| self.create_only.iter().any(|pattern| tags.steps().starts_with(pattern.steps())))
    }

    /// Names that a reference to an attribute may use, in order of their text: `Arn`, `Endpoint.Address`.
    pub fn attributes(&self) -> &[Symbol] {
        self.attributes.get_or_init(|| self.find_attributes().into())
    }

    fn find_attributes(&self) -> Vec<Symbol> {
        let mut names = Vec::new();
        let own = self.body.properties().filter(|_| self.every_property_is_attribute).map(|(name, _)| vec![name]);
        let places = self.read_only.iter().chain(&self.identifier).filter_map(|p| p.steps().iter().copied().collect());
        for place in own.chain(places) {
            let steps: Vec<PathStep> = place.iter().copied().map(PathStep::Key).collect();
            let text = place.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(".");
            match self.property(&steps).map(|property| property.kind) {
                // What is inside an object has names of its own. Objects inside it are no attributes.
                Some(PropertyType::Object(object)) if !object.is_open() => names.extend(
                    object
                        .properties()
                        .filter(|(_, kind)| !matches!(self.resolve(kind), PropertyType::Object(_)))
                        .map(|(name, _)| Symbol::new(&format!("{text}.{name}"))),
                ),
                Some(_) => names.push(Symbol::new(&text)),
                None => {}
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Whether an attribute has another value after every update in place, so that what refers to it changes too.
    pub fn attribute_moves(&self, name: Symbol) -> bool {
        self.moving.contains(&name)
    }

    /// Whether a reference may name this attribute.
    pub fn has_attribute(&self, name: Symbol) -> bool {
        self.attributes().binary_search(&name).is_ok()
    }
}
