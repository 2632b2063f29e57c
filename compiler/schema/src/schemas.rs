//! All types of one set of facts, each read when it is first asked for. Must not know any particular one.

use std::sync::OnceLock;

use serde_json::Value;
use tonnage_base::Symbol;

use crate::check::{self, Body, Problem, ProblemKind};
use crate::resource_type::ResourceType;

/// The types that are known, by name.
#[derive(Debug, Default)]
pub struct Schemas {
    /// In order of their names.
    types: Vec<Entry>,
    /// Names of the functions that the service evaluates, sorted.
    functions: Vec<Symbol>,
}

#[derive(Debug)]
struct Entry {
    name: &'static str,
    cloud: &'static str,
    json: &'static str,
    read: OnceLock<Option<Box<ResourceType>>>,
}

impl Schemas {
    /// Indexes the facts as `cargo xtask schema` writes them: each type on a line of its own, `"NAME":{…}`. Lines of
    /// other forms are passed over. Nothing is parsed but the names, so that start-up does not pay for what is not
    /// used.
    pub fn load(facts: &'static str) -> Self {
        Self::load_all(&[("", facts)])
    }

    /// Indexes the facts of several kinds of cloud: their names, and what [`Schemas::load`] takes.
    pub fn load_all(clouds: &[(&'static str, &'static str)]) -> Self {
        let mut types: Vec<Entry> = Vec::new();
        let mut functions = Vec::new();
        for (cloud, line) in clouds.iter().flat_map(|(cloud, facts)| facts.lines().map(move |line| (*cloud, line))) {
            let Some((name, rest)) = line.strip_prefix('"').and_then(|rest| rest.split_once("\":")) else { continue };
            let json = rest.strip_suffix(',').unwrap_or(rest);
            if json.starts_with('{') && json.ends_with('}') {
                types.push(Entry { name, cloud, json, read: OnceLock::new() });
            } else if name == "functions" {
                let list: Value = serde_json::from_str(json).unwrap_or_default();
                functions.extend(list.as_array().into_iter().flatten().filter_map(Value::as_str).map(Symbol::new));
            }
        }
        types.sort_by_key(|entry| entry.name);
        types.dedup_by_key(|entry| entry.name);
        functions.sort();
        Self { types, functions }
    }

    /// The facts about a type; none where it is not known.
    pub fn get(&self, kind: Symbol) -> Option<&ResourceType> {
        let position = self.types.binary_search_by_key(&kind.as_str(), |entry| entry.name).ok()?;
        let entry = self.types.get(position)?;
        entry.read.get_or_init(|| ResourceType::read(kind, entry.json).map(Box::new)).as_deref()
    }

    /// The kind of cloud that a type belongs to; none where the type is not known.
    pub fn cloud_of(&self, kind: Symbol) -> Option<&'static str> {
        let position = self.types.binary_search_by_key(&kind.as_str(), |entry| entry.name).ok()?;
        self.types.get(position).map(|entry| entry.cloud)
    }

    /// The names of all known types, in order: for suggestions.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &'static str> {
        self.types.iter().map(|entry| entry.name)
    }

    /// Whether an object with this one key is a function that the service evaluates.
    pub fn is_function(&self, name: Symbol) -> bool {
        self.functions.binary_search(&name).is_ok()
    }

    /// Everything that is wrong with a body, in the order of the body, what is missing last.
    pub fn check<B: Body>(&self, kind: Symbol, body: B) -> Vec<Problem> {
        match self.get(kind) {
            Some(resource_type) => check::check(self, resource_type, body),
            None => {
                let suggestion = tonnage_base::suggest::closest(kind.as_str(), self.kinds());
                vec![Problem {
                    path: Vec::new(),
                    kind: ProblemKind::UnknownType,
                    expected: "a native type that the schema knows".to_owned(),
                    suggestion: suggestion.map(Symbol::new),
                }]
            }
        }
    }
}

#[cfg(test)]
mod tests;
