//! Equality of values, three-valued: what is not known before apply is neither equal nor different. Must not know who
//! asks.

use std::sync::Arc;

use tonnage_base::{Symbol, quantity::Quantity};

use super::Value;

/// Whether two values are equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Equality {
    /// They are.
    Equal,
    /// They are not.
    Different,
    /// Not to be known before apply; the words say why.
    Unknown(Symbol),
    /// One of them failed before.
    Invalid,
}

/// Deeper values than this are not compared.
const MAX_DEPTH: usize = 256;

impl Value {
    /// Whether two values are equal, as `==` has it: values of different types are different (`"1"` is not `1`).
    pub fn equality(&self, other: &Self) -> Equality {
        self.equality_within(other, &mut 10_000_000)
    }

    /// The same, taking one of `steps` for each pair compared; with none left it is not known.
    pub fn equality_within(&self, other: &Self, steps: &mut u64) -> Equality {
        equality(self, other, steps, 0)
    }
}

fn equality(a: &Value, b: &Value, steps: &mut u64, depth: usize) -> Equality {
    if *steps == 0 || depth > MAX_DEPTH {
        return Equality::Unknown(Symbol::new("the values are too large to compare"));
    }
    *steps -= 1;
    match (a, b) {
        (Value::Invalid, _) | (_, Value::Invalid) => Equality::Invalid,
        // The evaluator lays open what it compares; this lies inside of something declared.
        (Value::Sensitive(_), _) | (_, Value::Sensitive(_)) => {
            Equality::Unknown(Symbol::new("a sensitive value in it is not compared"))
        }
        (
            Value::Reference { address: a_address, attribute: a_name },
            Value::Reference { address: b_address, attribute: b_name },
        ) if a_address == b_address && a_name == b_name => Equality::Equal,
        // An identifier is text and always exists once its resource does.
        (Value::Reference { attribute: None, .. } | Value::Join(_), other)
        | (other, Value::Reference { attribute: None, .. } | Value::Join(_))
            if not_text(other) =>
        {
            Equality::Different
        }
        (Value::Join(a_parts), Value::Join(b_parts)) => {
            // Different parts may still make the same text.
            let same = a_parts.len() == b_parts.len()
                && pairs(a_parts.iter().zip(b_parts.iter()), steps, depth) == Equality::Equal;
            if same { Equality::Equal } else { unknown(a, b) }
        }
        (Value::Unknown(_) | Value::Reference { .. } | Value::Join(_), _)
        | (_, Value::Unknown(_) | Value::Reference { .. } | Value::Join(_)) => unknown(a, b),
        (Value::Null, Value::Null) => Equality::Equal,
        (Value::Bool(a), Value::Bool(b)) => known(a == b),
        (Value::Number(a), Value::Number(b)) => known(a == b),
        (Value::String(a), Value::String(b)) => known(a == b),
        (Value::Quantity(a), Value::Quantity(b)) => known(a == b),
        (Value::Quantity(quantity), Value::String(text)) | (Value::String(text), Value::Quantity(quantity)) => {
            known(Quantity::parse(text).is_ok_and(|other| other == *quantity))
        }
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Equality::Different;
            }
            if Arc::ptr_eq(a, b) && scalars(a) {
                return Equality::Equal;
            }
            pairs(a.iter().zip(b.iter()), steps, depth)
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() || a.keys().ne(b.keys()) {
                return Equality::Different;
            }
            pairs(a.values().zip(b.values()), steps, depth)
        }
        (Value::Object(a), Value::Object(b)) => {
            if Arc::ptr_eq(a, b) {
                return Equality::Equal;
            }
            if let (Some(a), Some(b)) = (a.declared(), b.declared()) {
                return known(a == b);
            }
            let names = a.names();
            if names != b.names() {
                return Equality::Different;
            }
            let (a, b): (Vec<_>, Vec<_>) =
                names.iter().map(|&n| (a.get(n).unwrap_or(Value::Null), b.get(n).unwrap_or(Value::Null))).unzip();
            pairs(a.iter().zip(b.iter()), steps, depth)
        }
        _ => Equality::Different,
    }
}

fn known(equal: bool) -> Equality {
    if equal { Equality::Equal } else { Equality::Different }
}

fn unknown(a: &Value, b: &Value) -> Equality {
    a.unknown_reason().or_else(|| b.unknown_reason()).map_or(Equality::Different, Equality::Unknown)
}

fn not_text(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) | Value::Object(_))
}

/// Only plain values: such a list equals itself without looking.
fn scalars(items: &[Value]) -> bool {
    items.iter().all(|v| matches!(v, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)))
}

/// One difference decides; then failure, then what is not known.
fn pairs<'a>(all: impl Iterator<Item = (&'a Value, &'a Value)>, steps: &mut u64, depth: usize) -> Equality {
    let mut result = Equality::Equal;
    for (a, b) in all {
        match equality(a, b, steps, depth + 1) {
            Equality::Different => return Equality::Different,
            Equality::Equal => {}
            Equality::Invalid => result = Equality::Invalid,
            Equality::Unknown(why) if result == Equality::Equal => result = Equality::Unknown(why),
            Equality::Unknown(_) => {}
        }
    }
    result
}
