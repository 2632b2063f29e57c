//! A resource's properties, from CloudFormation's language into the form of `tonnage_graph::json`. Must not know what
//! surrounds them in the template.

use serde_json::Value;

use super::Names;
use crate::functions::{GET_ATT, JOIN, PSEUDO, Piece, REF, SUB, is_pseudo, pieces, resolve};
use tonnage_base::Symbol;
use tonnage_graph::{Reference, ValueId, Values};

/// Reads one body.
pub struct Body<'a> {
    names: &'a Names,
    /// Secrets of the service's store, as they stand in text.
    secrets: Vec<(String, Reference)>,
    /// Functions that are not ours, as they are written; kept in the body as the maps they are.
    pub foreign: Vec<String>,
}

/// A part of text.
enum Part {
    Text(String),
    Reference(Reference),
}

impl<'a> Body<'a> {
    /// With the names of its template, and the addresses of the secrets in it.
    pub fn new(names: &'a Names, secrets: impl Iterator<Item = Symbol>) -> Self {
        let secrets = secrets.filter_map(|address| {
            let reference = Reference { address, attribute: None };
            Some((resolve(reference)?, reference))
        });
        Self { names, secrets: secrets.collect(), foreign: Vec::new() }
    }

    /// The body's JSON text; of no properties, an empty map.
    pub fn write(&mut self, properties: &Value) -> String {
        let mut values = Values::new();
        let id = match properties {
            Value::Object(_) => self.value(&mut values, properties),
            _ => values.map(&mut Vec::new()),
        };
        values.to_json(id)
    }

    /// Recursive: JSON's reader bounds the nesting at 128.
    fn value(&mut self, values: &mut Values, value: &Value) -> ValueId {
        match value {
            Value::Null => values.null(),
            Value::Bool(b) => values.bool(*b),
            Value::Number(number) => values.number(Symbol::new(&decimal(number))),
            Value::String(text) => self.store(values, &[Part::Text(text.clone())]),
            Value::Array(items) => {
                let items: Vec<ValueId> = items.iter().map(|item| self.value(values, item)).collect();
                values.list(&items)
            }
            Value::Object(map) => {
                let mut entries = map.iter();
                if let (Some((name, argument)), None) = (entries.next(), entries.next()) {
                    match self.function(name, argument) {
                        Some(parts) => return self.store(values, &parts),
                        None if is_ours(name) => self.foreign.push(describe(name, argument)),
                        None => {}
                    }
                }
                let mut entries: Vec<(Symbol, ValueId)> =
                    map.iter().map(|(key, value)| (Symbol::new(key), self.value(values, value))).collect();
                values.map(&mut entries)
            }
        }
    }

    /// The text or reference that a function is; none where it is not one of ours, or names what we do not know.
    fn function(&self, name: &str, argument: &Value) -> Option<Vec<Part>> {
        match name {
            REF => Some(vec![self.name(argument.as_str()?)?]),
            GET_ATT => {
                let map = serde_json::Map::from_iter([(name.to_owned(), argument.clone())]);
                self.names.simple(&Value::Object(map)).map(|reference| vec![Part::Reference(reference)])
            }
            SUB => self.sub(argument.as_str()?),
            JOIN => match argument.as_array()?.as_slice() {
                [Value::String(separator), Value::Array(items)] if separator.is_empty() => {
                    let mut parts = Vec::new();
                    for item in items {
                        match item {
                            Value::String(text) => push_part(&mut parts, Part::Text(text.clone())),
                            Value::Object(map) => {
                                let mut entries = map.iter();
                                let (Some((name, argument)), None) = (entries.next(), entries.next()) else {
                                    return None;
                                };
                                if name == JOIN {
                                    return None;
                                }
                                self.function(name, argument)?.into_iter().for_each(|part| push_part(&mut parts, part));
                            }
                            _ => return None,
                        }
                    }
                    Some(parts)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn store(&self, values: &mut Values, parts: &[Part]) -> ValueId {
        let mut ids: Vec<ValueId> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Part::Text(text) => self.text(values, text, &mut ids),
                Part::Reference(reference) => ids.push(values.reference(*reference)),
            }
        }
        values.join(&ids)
    }

    /// Text, with the secrets in it as the references that they were.
    fn text(&self, values: &mut Values, text: &str, ids: &mut Vec<ValueId>) {
        let mut rest = text;
        let first = |rest: &str| {
            let found = self.secrets.iter().filter_map(|secret| Some((rest.find(secret.0.as_str())?, secret)));
            found.min_by_key(|(at, _)| *at)
        };
        while let Some((at, (written, reference))) = first(rest) {
            ids.push(values.string(Symbol::new(rest.get(..at).unwrap_or(""))));
            ids.push(values.reference(*reference));
            rest = rest.get(at + written.len()..).unwrap_or("");
        }
        ids.push(values.string(Symbol::new(rest)));
    }

    fn sub(&self, text: &str) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        let mut rest = text;
        // `${!name}` is `${name}` as it stands; everything else in braces is a name.
        while let Some(at) = rest.find("${!") {
            let (before, quoted) = rest.split_at(at);
            self.sub_plain(before, &mut parts)?;
            let inside = quoted.get("${!".len()..)?;
            let end = inside.find('}')?;
            push_part(&mut parts, Part::Text(format!("${{{}}}", inside.get(..end)?)));
            rest = inside.get(end + 1..)?;
        }
        self.sub_plain(rest, &mut parts)?;
        if parts.is_empty() {
            parts.push(Part::Text(String::new()));
        }
        Some(parts)
    }

    fn sub_plain(&self, text: &str, parts: &mut Vec<Part>) -> Option<()> {
        for piece in pieces(text) {
            match piece {
                Piece::Plain(text) => push_part(parts, Part::Text(text.to_owned())),
                Piece::Braced(name) => push_part(parts, self.name(name)?),
                Piece::Wild(_) => return None,
            }
        }
        Some(())
    }

    /// What `Name`, `Name.Attribute` or `AWS::Name` stands for.
    fn name(&self, name: &str) -> Option<Part> {
        if is_pseudo(name) {
            return Some(Part::Text(format!("${{{name}}}")));
        }
        let (name, attribute) = name.split_once('.').map_or((name, None), |(name, attribute)| (name, Some(attribute)));
        self.names.reference(name, attribute).map(Part::Reference)
    }
}

/// Whether `emit` writes this function: meeting it without understanding it is worth a word.
fn is_ours(name: &str) -> bool {
    [REF, GET_ATT, SUB, JOIN].contains(&name)
}

fn describe(name: &str, argument: &Value) -> String {
    let text = argument.to_string();
    let short: String = text.chars().take(80).collect();
    if argument.as_str().is_some_and(|a| a.starts_with(PSEUDO)) { short } else { format!("{name} {short}") }
}

/// Adds a part; neighbouring texts become one.
fn push_part(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (_, Part::Text(text)) if text.is_empty() => {}
        (Some(Part::Text(last)), Part::Text(text)) => last.push_str(&text),
        (_, part) => parts.push(part),
    }
}

/// A number as a canonical decimal: without exponent, without a fraction of zero.
fn decimal(number: &serde_json::Number) -> String {
    if number.is_u64() || number.is_i64() {
        return number.to_string();
    }
    number.as_f64().filter(|n| *n != 0.0).map_or_else(|| "0".to_owned(), |n| n.to_string())
}
