//! Checks a body against the facts about its type, as leniently as the service: a number written as text is a number,
//! text written as a number is text. Must not know how bodies are stored, nor how problems are shown.

use tonnage_base::{Decimal, Symbol};

use crate::path::PathStep;
use crate::property::{Bounds, Object, PropertyType};
use crate::resource_type::ResourceType;
use crate::schemas::Schemas;

/// A value that can be walked: a handle, cheap to clone.
pub trait Body: Clone {
    /// What it is.
    fn kind(&self) -> BodyKind<'_>;
    /// The entries of a map, in the order in which problems are to be reported; none for anything else.
    fn entries(&self) -> impl Iterator<Item = (Symbol, Self)>;
    /// The elements of a list; none for anything else.
    fn items(&self) -> impl Iterator<Item = Self>;
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum BodyKind<'a> {
    /// Absent.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// Text.
    String(&'a str),
    /// Text of which a part is not known yet.
    Text,
    /// See [`Body::items`].
    List,
    /// See [`Body::entries`].
    Map,
    /// Not known yet, of any type: a reference to another resource, say.
    Unknown,
}

impl BodyKind<'_> {
    /// What an author would call it.
    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) | Self::Text => "a string",
            Self::List => "a list",
            Self::Map => "an object",
            Self::Unknown => "an unknown value",
        }
    }
}

/// One thing that is wrong with a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where, from the body's top. For what is missing: where it should stand. Empty: the type itself.
    pub path: Vec<PathStep>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// What would be right, in words that go after "expected".
    pub expected: String,
    /// The name or the value that was probably meant.
    pub suggestion: Option<Symbol>,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// There is no such native type.
    UnknownType,
    /// The object has no property of this name.
    UnknownProperty,
    /// The value is of another type. `found` is what an author would call it.
    WrongType {
        /// `a list`.
        found: &'static str,
    },
    /// The cloud says this value; it can't be set.
    ReadOnly,
    /// The property must be given.
    Missing,
    /// The value is not one of those that are allowed.
    NotAllowed {
        /// The value as written.
        found: String,
    },
    /// The number, or the number of elements, is out of bounds.
    OutOfBounds {
        /// The number.
        found: String,
    },
}

/// A place in the body, by the place it lies in: paths are put together only for problems.
struct Place {
    outer: Option<usize>,
    step: PathStep,
}

struct Checker<'a> {
    schemas: &'a Schemas,
    resource_type: &'a ResourceType,
    places: Vec<Place>,
    problems: Vec<Problem>,
}

/// Everything that is wrong with `body`. Iterative: a body can be as deep as its author likes.
pub(crate) fn check<B: Body>(schemas: &Schemas, resource_type: &ResourceType, body: B) -> Vec<Problem> {
    let mut checker = Checker { schemas, resource_type, places: Vec::new(), problems: Vec::new() };
    let mut open: Vec<(Option<usize>, &PropertyType, B)> = Vec::new();
    if body.kind() == BodyKind::Map {
        checker.object(None, resource_type.body(), &body, &mut open);
    } else if body.kind() != BodyKind::Unknown {
        checker.wrong_type(None, body.kind(), "an object of properties".to_owned());
    }
    while let Some((place, kind, value)) = open.pop() {
        checker.value(place, resource_type.resolve(kind), &value, &mut open);
    }
    checker.problems.sort_by_key(|problem| problem.kind == ProblemKind::Missing);
    checker.problems
}

impl<'a> Checker<'a> {
    fn value<B: Body>(
        &mut self,
        place: Option<usize>,
        kind: &'a PropertyType,
        value: &B,
        open: &mut Vec<(Option<usize>, &'a PropertyType, B)>,
    ) {
        let found = value.kind();
        if matches!(found, BodyKind::Null | BodyKind::Unknown) || self.is_function_call(value) {
            return;
        }
        match kind {
            PropertyType::Any | PropertyType::Definition(_) => {}
            PropertyType::String { choices, any_case } => match found {
                BodyKind::Text => {}
                BodyKind::String(text) => self.choice(place, text, choices, *any_case),
                BodyKind::Number(number) => self.choice(place, &number.to_string(), choices, *any_case),
                BodyKind::Bool(bool) => self.choice(place, if bool { "true" } else { "false" }, choices, true),
                _ => self.wrong_type(place, found, expected(kind)),
            },
            PropertyType::Integer(bounds) | PropertyType::Number(bounds) => {
                let number = match found {
                    BodyKind::Text => return,
                    BodyKind::Number(number) => Some(number),
                    BodyKind::String(text) => text.trim().parse().ok(),
                    _ => None,
                };
                match number {
                    Some(number) if number.is_integer() || matches!(kind, PropertyType::Number(_)) => {
                        self.bounds(place, number, bounds, expected(kind));
                    }
                    _ => self.wrong_type(place, found, expected(kind)),
                }
            }
            PropertyType::Boolean => match found {
                BodyKind::Bool(_) | BodyKind::Text => {}
                BodyKind::String(text) if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => {}
                _ => self.wrong_type(place, found, expected(kind)),
            },
            PropertyType::Object(object) => match found {
                BodyKind::Map => self.object(place, object, value, open),
                _ => self.wrong_type(place, found, expected(kind)),
            },
            PropertyType::List { item, min, max, .. } => match found {
                BodyKind::List => self.list(place, item, (*min, *max), value, open),
                _ => self.wrong_type(place, found, expected(kind)),
            },
        }
    }

    fn object<B: Body>(
        &mut self,
        place: Option<usize>,
        object: &'a Object,
        value: &B,
        open: &mut Vec<(Option<usize>, &'a PropertyType, B)>,
    ) {
        let start = open.len();
        let mut given: Vec<Symbol> = Vec::new();
        for (name, inner) in value.entries() {
            if inner.kind() == BodyKind::Null {
                continue;
            }
            given.push(name);
            let place = self.enter(place, PathStep::Key(name));
            match object.get(name) {
                Some(_) if self.is_read_only(place) => {
                    self.report(
                        Some(place),
                        ProblemKind::ReadOnly,
                        "it to be left out: the cloud says it".to_owned(),
                        None,
                    );
                }
                Some(kind) => open.push((Some(place), kind, inner)),
                None => self.unknown_property(place, name, object),
            }
        }
        // The last one pushed is the next one looked at.
        open.get_mut(start..).unwrap_or_default().reverse();
        for name in object.required() {
            if !given.contains(name) {
                let place = self.enter(place, PathStep::Key(*name));
                if !self.is_read_only(place) {
                    let kind = object.get(*name).map_or(&PropertyType::Any, |kind| self.resource_type.resolve(kind));
                    self.report(Some(place), ProblemKind::Missing, expected(kind), None);
                }
            }
        }
    }

    fn list<B: Body>(
        &mut self,
        place: Option<usize>,
        item: &'a PropertyType,
        (min, max): (Option<u64>, Option<u64>),
        value: &B,
        open: &mut Vec<(Option<usize>, &'a PropertyType, B)>,
    ) {
        let start = open.len();
        for (index, inner) in value.items().enumerate() {
            let place = self.enter(place, PathStep::Index(u32::try_from(index).unwrap_or(u32::MAX)));
            open.push((Some(place), item, inner));
        }
        let count = (open.len() - start) as u64;
        open.get_mut(start..).unwrap_or_default().reverse();
        if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
            let expected = match (min, max) {
                (Some(min), Some(max)) if min == max => format!("{min} elements"),
                (Some(min), Some(max)) => format!("{min} to {max} elements"),
                (Some(min), None) => format!("at least {min} elements"),
                (None, Some(max)) => format!("at most {max} elements"),
                (None, None) => "any number of elements".to_owned(),
            };
            self.report(place, ProblemKind::OutOfBounds { found: format!("{count} elements") }, expected, None);
        }
    }

    fn choice(&mut self, place: Option<usize>, text: &str, choices: &[Symbol], any_case: bool) {
        let same = |choice: &Symbol| {
            if any_case { choice.as_str().eq_ignore_ascii_case(text) } else { choice == text }
        };
        if choices.is_empty() || choices.iter().any(same) {
            return;
        }
        let close = tonnage_base::suggest::closest(text, choices.iter().map(|choice| choice.as_str()));
        self.report(place, ProblemKind::NotAllowed { found: text.to_owned() }, one_of(choices), close.map(Symbol::new));
    }

    fn bounds(&mut self, place: Option<usize>, number: Decimal, bounds: &Bounds, expected: String) {
        let number = number.normalize();
        if bounds.min.is_some_and(|min| number < min) || bounds.max.is_some_and(|max| number > max) {
            self.report(place, ProblemKind::OutOfBounds { found: number.to_string() }, expected, None);
        } else {
            self.choice(place, &number.to_string(), &bounds.choices, false);
        }
    }

    fn unknown_property(&mut self, place: usize, name: Symbol, object: &Object) {
        // A name that can't be set is no help.
        let names: Vec<Symbol> = object
            .properties()
            .map(|(name, _)| name)
            .filter(|name| {
                let outer = self.places.get(place).and_then(|place| place.outer);
                !self.resource_type.read_only(&self.path(outer, Some(PathStep::Key(*name))))
            })
            .collect();
        let close = tonnage_base::suggest::closest(name.as_str(), names.iter().map(|name| name.as_str()));
        let expected = if names.is_empty() { "no property here".to_owned() } else { one_of(&names) };
        self.report(Some(place), ProblemKind::UnknownProperty, expected, close.map(Symbol::new));
    }

    fn wrong_type(&mut self, place: Option<usize>, found: BodyKind<'_>, expected: String) {
        self.report(place, ProblemKind::WrongType { found: found.name() }, expected, None);
    }

    fn report(&mut self, place: Option<usize>, kind: ProblemKind, expected: String, suggestion: Option<Symbol>) {
        let path = self.path(place, None);
        self.problems.push(Problem { path, kind, expected, suggestion });
    }

    fn enter(&mut self, outer: Option<usize>, step: PathStep) -> usize {
        self.places.push(Place { outer, step });
        self.places.len() - 1
    }

    fn path(&self, place: Option<usize>, last: Option<PathStep>) -> Vec<PathStep> {
        let mut path: Vec<PathStep> = last.into_iter().collect();
        let mut next = place;
        while let Some(place) = next.and_then(|index| self.places.get(index)) {
            path.push(place.step);
            next = place.outer;
        }
        path.reverse();
        path
    }

    fn is_read_only(&self, place: usize) -> bool {
        let places = self.resource_type.read_only_places();
        if places.is_empty() {
            return false;
        }
        let path = self.path(Some(place), None);
        places.iter().any(|pattern| pattern.is(&path))
    }

    fn is_function_call<B: Body>(&self, value: &B) -> bool {
        if value.kind() != BodyKind::Map {
            return false;
        }
        let mut entries = value.entries();
        match (entries.next(), entries.next()) {
            (Some((name, _)), None) => self.schemas.is_function(name),
            _ => false,
        }
    }
}

/// What a property expects, in words that go after "expected".
pub fn expected(kind: &PropertyType) -> String {
    match kind {
        PropertyType::Any | PropertyType::Definition(_) => "a value".to_owned(),
        PropertyType::String { choices, .. } if choices.is_empty() => "a string".to_owned(),
        PropertyType::String { choices, .. } => one_of(choices),
        PropertyType::Number(bounds) => within("a number", bounds),
        PropertyType::Integer(bounds) => within("a whole number", bounds),
        PropertyType::Boolean => "true or false".to_owned(),
        PropertyType::Object(_) => "an object".to_owned(),
        PropertyType::List { .. } => "a list".to_owned(),
    }
}

fn within(what: &str, bounds: &Bounds) -> String {
    match (bounds.min, bounds.max) {
        _ if !bounds.choices.is_empty() => one_of(&bounds.choices),
        (Some(min), Some(max)) => format!("{what} from {min} to {max}"),
        (Some(min), None) => format!("{what} of at least {min}"),
        (None, Some(max)) => format!("{what} of at most {max}"),
        (None, None) => what.to_owned(),
    }
}

/// As many names as a line holds.
const NAMES_SHOWN: usize = 12;

fn one_of(names: &[Symbol]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES_SHOWN);
    match (shown.as_slice(), more) {
        ([only], 0) => only.clone(),
        (_, 0) => format!("one of {}", shown.join(", ")),
        (_, more) => format!("one of {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;
