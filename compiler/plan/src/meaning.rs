//! When two texts say the same though they are written differently: numbers, booleans, JSON documents. Must not know
//! any property: what a text is, its type says, or the text itself.

use serde_json::{Map, Value};
use tonnage_base::{Decimal, Symbol};
use tonnage_graph::{Node, ValueId};
use tonnage_schema::{PathStep, PropertyType};

use crate::compare::Comparison;

/// What a policy document of any cloud that has them keeps its rules in. In such a document one value and a list of one
/// are the same, and no list has an order.
const STATEMENTS: &str = "Statement";

impl Comparison<'_> {
    /// Whether two texts mean the same where a value of this type stands.
    pub(crate) fn texts_alike(&self, a: &str, b: &str, numbers: bool, path: &[PathStep]) -> bool {
        let alike_numbers =
            || matches!((a.trim().parse::<Decimal>(), b.trim().parse::<Decimal>()), (Ok(x), Ok(y)) if x == y);
        match self.kind.and_then(|kind| kind.property(path)).map(|property| property.kind) {
            Some(PropertyType::Number(_) | PropertyType::Integer(_)) => alike_numbers(),
            Some(PropertyType::Boolean) => a.eq_ignore_ascii_case(b),
            Some(PropertyType::String { any_case: true, .. }) => a.eq_ignore_ascii_case(b),
            _ if numbers => alike_numbers(),
            _ => matches!((document(a), document(b)), (Some(x), Some(y)) if x == y),
        }
    }

    /// Whether a value is the document that a text holds.
    pub(crate) fn is_document(&self, id: ValueId, text: &str) -> bool {
        document(text).is_some_and(|text| self.meaning(id).map(canonical) == Some(text))
    }

    /// Whether a policy document stands at a path: a document, not a property that only is called so.
    pub(crate) fn is_policy(&self, id: ValueId, path: &[PathStep]) -> bool {
        let any = |kind: &tonnage_schema::ResourceType| {
            kind.property(path).is_some_and(|property| *property.kind == PropertyType::Any)
        };
        self.values.get(id, Symbol::new(STATEMENTS)).is_some() && self.kind.is_none_or(any)
    }

    /// What a map says: in a policy an empty text is a name that is not given.
    pub(crate) fn said(&self, map: ValueId) -> impl Iterator<Item = (Symbol, ValueId)> {
        self.values.entries(map).filter(|(_, value)| !self.says_no_name(*value))
    }

    /// Whether a value of a policy is a name that is not given.
    pub(crate) fn says_no_name(&self, value: ValueId) -> bool {
        self.policy && matches!(self.values.node(value), Node::String(text) if text == "")
    }

    /// A value as JSON, references resolved; none where something in it is not known. Bodies are nested no deeper than
    /// `tonnage_graph::MAX_DEPTH`.
    fn meaning(&self, id: ValueId) -> Option<Value> {
        Some(match self.values.node(id) {
            Node::Null => Value::Null,
            Node::List(_) => {
                Value::Array(self.values.items(id).iter().map(|&item| self.meaning(item)).collect::<Option<_>>()?)
            }
            Node::Map(_) => {
                let entries = self.values.entries(id);
                let entries = entries.map(|(key, value)| Some((key.as_str().to_owned(), self.meaning(value)?)));
                Value::Object(entries.collect::<Option<Map<String, Value>>>()?)
            }
            _ => Value::String(self.text(id)?),
        })
    }
}

/// The document that a text holds, in the one form in which two that mean the same are equal; none where it holds none.
fn document(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().map(canonical)
}

/// Scalars as text; in a policy document lists without an order, and one value as a list of one. JSON's reader bounds
/// the nesting at 128.
fn canonical(value: Value) -> Value {
    fn walk(value: Value, policy: bool) -> Value {
        match value {
            Value::Object(entries) => {
                let policy = policy || entries.contains_key(STATEMENTS);
                // in a policy an empty text is a name that is not given
                let said = entries.into_iter().filter(|(_, value)| !policy || *value != Value::String(String::new()));
                Value::Object(said.map(|(key, value)| (key, walk(value, policy))).collect())
            }
            Value::Array(items) => {
                let mut items: Vec<Value> = items.into_iter().map(|item| walk(item, policy)).collect();
                if policy {
                    items.sort_by_cached_key(Value::to_string);
                    items.dedup();
                }
                match items.as_mut_slice() {
                    [only] if policy => only.take(),
                    _ => Value::Array(items),
                }
            }
            Value::Null | Value::String(_) => value,
            // `1.0` is the number that `1` is
            Value::Number(number) => {
                let text = number.to_string();
                Value::String(text.parse::<Decimal>().map_or(text, |number| number.normalize().to_string()))
            }
            scalar @ Value::Bool(_) => Value::String(scalar.to_string()),
        }
    }
    walk(value, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        document(a).is_some() && document(a) == document(b)
    }

    #[test]
    fn documents_are_the_same_however_they_are_written() {
        assert!(alike(r#"{"a":1,"b":[true,"x"]}"#, "{ \"b\": [ \"true\", \"x\" ],\n \"a\": \"1\" }"));
        assert!(!alike(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#), "a list has an order");
        assert!(!alike(r#"{"a":1}"#, r#"{"a":1,"b":null}"#));
        assert!(alike(r#"{"a":[1,2.50]}"#, r#"{"a":[1.0,2.5]}"#) && !alike(r#"{"a":"1"}"#, r#"{"a":"1.0"}"#));
        assert!(document("not a document").is_none() && document("{broken").is_none());
    }

    #[test]
    fn a_policy_has_sets_and_lists_of_one() {
        let one = r#"{"Statement":{"Action":"s3:Get","Resource":["b","a"]}}"#;
        let other = r#"{"Statement":[{"Resource":["a","b"],"Action":["s3:Get"]}]}"#;
        assert!(alike(one, other));
        assert!(!alike(one, r#"{"Statement":[{"Resource":["a","b"],"Action":["s3:*"]}]}"#));
        assert!(alike(one, r#"{"Id":"","Statement":[{"Sid":"","Resource":["a","b"],"Action":["s3:Get"]}]}"#));
    }
}
