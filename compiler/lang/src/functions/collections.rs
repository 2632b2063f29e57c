//! Functions of maps, and of lists and maps alike. Must not know spans.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Symbol};

use super::{Arguments, Fault, Function, Kind, Parameter, element, entries};
use crate::value::{Equality, Mismatch, Value};

const LIST: Parameter = Parameter::new("list", Kind::List);
const MAP: Parameter = Parameter::new("map", Kind::Any);
const VALUE: Parameter = Parameter::new("value", Kind::Any);
const VALUES: Parameter = Parameter::new("values", Kind::Any);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "alltrue",
        &[LIST],
        "Whether every element is true; so it is for an empty list.",
        "alltrue([true, \"true\"])",
        "true",
        |a| decide(a, false),
    ),
    Function::new(
        "anytrue",
        &[LIST],
        "Whether an element is true; none is in an empty list.",
        "anytrue([false, true])",
        "true",
        |a| decide(a, true),
    ),
    Function::new(
        "coalesce",
        &[VALUE],
        "The first value that is neither null nor empty text.",
        "coalesce(null, \"\", \"b\")",
        "\"b\"",
        coalesce,
    )
    .variadic(VALUES),
    Function::new(
        "coalescelist",
        &[Parameter::new("list", Kind::Any)],
        "The first list that is neither null nor empty.",
        "coalescelist([], [\"c\", \"d\"])",
        "[\"c\", \"d\"]",
        coalescelist,
    )
    .moving()
    .variadic(Parameter::new("lists", Kind::Any)),
    Function::new(
        "contains",
        &[LIST, VALUE],
        "Whether the list has an element equal to the value.",
        "contains([\"a\", \"b\"], \"a\")",
        "true",
        contains,
    ),
    Function::new("keys", &[MAP], "The keys of a map, in order.", "keys({ b = 2, a = 1 })", "[\"a\", \"b\"]", keys)
        .moving(),
    Function::new(
        "length",
        &[VALUE],
        "How many elements a list or map has, or characters a text.",
        "length([\"a\", \"b\"])",
        "2",
        length,
    )
    .moving(),
    Function::new(
        "lookup",
        &[MAP, Parameter::new("key", Kind::Text), Parameter::new("default", Kind::Any)],
        "The value of a key, or a default where the map has no such key.",
        "lookup({ a = \"ay\" }, \"c\", \"what?\")",
        "\"what?\"",
        lookup,
    )
    .moving()
    .optional(1),
    Function::new(
        "matchkeys",
        &[
            Parameter::new("values", Kind::List),
            Parameter::new("keys", Kind::List),
            Parameter::new("wanted", Kind::List),
        ],
        "The values whose key, at the same place of the second list, is among the wanted ones.",
        "matchkeys([\"a\", \"b\", \"c\"], [\"east\", \"west\", \"east\"], [\"east\"])",
        "[\"a\", \"c\"]",
        |a| {
            let (values, keys, wanted) = (a.list(0), a.list(1), a.list(2));
            if values.len() != keys.len() {
                return Err(Fault::Refused(1, format!("there are {} values and {} keys", values.len(), keys.len())));
            }
            a.spend(keys.len().saturating_mul(wanted.len().max(1)))?;
            let mut matching = Vec::new();
            for (value, key) in values.iter().zip(keys.iter()) {
                if is_among(&wanted, key, a.steps)? {
                    matching.push(value.clone());
                }
            }
            Ok(Value::list(matching))
        },
    ),
    Function::new(
        "merge",
        &[],
        "One map of all entries; later maps win, null counts as empty.",
        "merge({ a = 1, b = 2 }, null, { b = 3 })",
        "{ a = 1, b = 3 }",
        merge,
    )
    .moving()
    .variadic(Parameter::new("maps", Kind::Any)),
    Function::new(
        "one",
        &[Parameter::new("list", Kind::Any)],
        "The only element of a list, null for an empty one.",
        "one([\"a\"])",
        "\"a\"",
        one,
    ),
    Function::new(
        "transpose",
        &[Parameter::new("map", Kind::Map)],
        "Keys and values of a map of lists of texts, exchanged.",
        "transpose({ a = [\"1\", \"2\"], b = [\"2\"] })",
        "{ 1 = [\"a\"], 2 = [\"a\", \"b\"] }",
        transpose,
    ),
    Function::new(
        "values",
        &[MAP],
        "The values of a map, in the order of their keys.",
        "values({ b = 2, a = 1 })",
        "[1, 2]",
        values,
    )
    .moving(),
    Function::new(
        "zipmap",
        &[Parameter::new("keys", Kind::List), Parameter::new("values", Kind::List)],
        "A map of keys from one list and values from another.",
        "zipmap([\"a\", \"b\"], [1, 2])",
        "{ a = 1, b = 2 }",
        zipmap,
    )
    .moving(),
];

/// Whether two values are equal, for functions that must know.
pub(super) fn equal(a: &Value, b: &Value, steps: &mut u64) -> Result<bool, Fault> {
    if *steps == 0 {
        return Err(Fault::Steps);
    }
    match a.equality_within(b, steps) {
        Equality::Equal => Ok(true),
        Equality::Different => Ok(false),
        Equality::Unknown(why) => Err(Fault::Unknown(why)),
        Equality::Invalid => Err(Fault::Invalid),
    }
}

/// One element that is `deciding` decides; otherwise all must be known.
fn decide(a: &mut Arguments<'_>, deciding: bool) -> Result<Value, Fault> {
    let items = a.list(0);
    a.spend(items.len())?;
    let mut unknown = None;
    for item in items.iter() {
        match item.as_bool() {
            Ok(truth) if truth == deciding => return Ok(Value::Bool(deciding)),
            Ok(_) => {}
            Err(Mismatch::Null) if !deciding => return Ok(Value::Bool(false)),
            Err(Mismatch::Null) => {}
            Err(Mismatch::Unknown(why)) => unknown = unknown.or(Some(why)),
            Err(other) => return element(item, Err(other), 0, "true or false"),
        }
    }
    match unknown {
        Some(why) => Err(Fault::Unknown(why)),
        None => Ok(Value::Bool(!deciding)),
    }
}

fn coalesce(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let found = a.values.iter().find(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    });
    found
        .cloned()
        .ok_or_else(|| Fault::Refused(0, "every value is null or empty; end with one that never is".to_owned()))
}

fn coalescelist(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    for (at, value) in a.values.iter().enumerate() {
        match value {
            Value::Null => {}
            Value::List(items) if items.is_empty() => {}
            Value::List(_) => return Ok(value.clone()),
            other => {
                return Err(match other.unknown_reason() {
                    Some(why) => Fault::Unknown(why),
                    None => Fault::Type(at, format!("it takes lists, and this is {}", other.describe())),
                });
            }
        }
    }
    Err(Fault::Refused(0, "every list is null or empty; end with one that never is".to_owned()))
}

fn contains(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (items, wanted) = (a.list(0), a.value(1).clone());
    is_among(&items, &wanted, a.steps).map(Value::Bool)
}

/// Whether a value is one of several: one that is equal decides; otherwise all must be known.
fn is_among(items: &[Value], wanted: &Value, steps: &mut u64) -> Result<bool, Fault> {
    let mut unknown = None;
    for item in items {
        match equal(item, wanted, steps) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(Fault::Unknown(why)) => unknown = unknown.or(Some(why)),
            Err(other) => return Err(other),
        }
    }
    unknown.map_or(Ok(false), |why| Err(Fault::Unknown(why)))
}

/// What an argument that should have been a map is instead.
fn no_map(value: &Value, at: usize) -> Fault {
    match value {
        Value::Null => Fault::Null(at, "the map"),
        Value::Invalid => Fault::Invalid,
        other => match other.unknown_reason() {
            Some(why) => Fault::Unknown(why),
            None => Fault::Type(at, format!("it takes a map, and this is {}", other.describe())),
        },
    }
}

fn keys(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut names: Vec<Symbol> = match a.value(0) {
        Value::Map(map) => map.keys().copied().collect(),
        Value::Object(object) => object.names(),
        other => return Err(no_map(other, 0)),
    };
    a.spend(names.len())?;
    names.sort_unstable();
    Ok(Value::list(names.into_iter().map(|name| Value::string(name.as_str()))))
}

fn values(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let map = match a.value(0) {
        Value::Map(map) => Arc::clone(map),
        Value::Object(object) => match entries(object.as_ref()) {
            Value::Map(map) => map,
            _ => Arc::default(),
        },
        other => return Err(no_map(other, 0)),
    };
    a.spend(map.len())?;
    Ok(Value::list(map.values().cloned()))
}

fn length(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let count = match a.value(0) {
        Value::List(items) => items.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) => object.names().len(),
        Value::String(text) => text.chars().count(),
        Value::Null => return Err(Fault::Null(0, "the value")),
        other => {
            return Err(match other.unknown_reason() {
                Some(why) => Fault::Unknown(why),
                None => Fault::Type(0, format!("it measures lists, maps and text, and this is {}", other.describe())),
            });
        }
    };
    Ok(Value::Number(Decimal::from(count as u64)))
}

fn lookup(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let key = Symbol::new(a.text(1));
    let found = match a.value(0) {
        Value::Map(map) => map.get(&key).cloned(),
        Value::Object(object) => object.get(key).or_else(|| object.index(a.value(1))),
        other => return Err(no_map(other, 0)),
    };
    match (found, a.values.get(2)) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(Fault::Refused(1, format!("there is no `{key}`, and no default is given"))),
    }
}

fn merge(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut merged: Option<Arc<BTreeMap<Symbol, Value>>> = None;
    let mut unknown = None;
    for at in 0..a.len() {
        let next = match a.value(at) {
            Value::Null => continue,
            Value::Map(map) => Arc::clone(map),
            Value::Object(object) => match entries(object.as_ref()) {
                Value::Map(map) => map,
                _ => continue,
            },
            other => match no_map(other, at) {
                Fault::Unknown(why) => {
                    unknown = unknown.or(Some(why));
                    continue;
                }
                fault => return Err(fault),
            },
        };
        a.spend(next.len())?;
        merged = Some(match merged {
            None => next,
            Some(mut all) => {
                Arc::make_mut(&mut all).extend(next.iter().map(|(key, value)| (*key, value.clone())));
                all
            }
        });
    }
    match unknown {
        Some(why) => Err(Fault::Unknown(why)),
        None => Ok(Value::Map(merged.unwrap_or_default())),
    }
}

fn one(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    match a.value(0) {
        Value::Null => Ok(Value::Null),
        Value::List(items) => match &items[..] {
            [] => Ok(Value::Null),
            [only] => Ok(only.clone()),
            more => Err(Fault::Refused(0, format!("the list has {} elements, not one or none", more.len()))),
        },
        other => Err(match other.unknown_reason() {
            Some(why) => Fault::Unknown(why),
            None => Fault::Type(0, format!("it takes a list, and this is {}", other.describe())),
        }),
    }
}

fn transpose(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let map = a.map(0);
    let mut transposed: BTreeMap<Symbol, Vec<Value>> = BTreeMap::new();
    for (key, items) in map.iter() {
        let Value::List(items) = items else {
            return element(items, Err(items.as_bool().err().unwrap_or(Mismatch::Type)), 0, "a list of texts");
        };
        a.spend(items.len())?;
        for item in items.iter() {
            let name = element(item, item.as_key(), 0, "text")?;
            transposed.entry(name).or_default().push(Value::string(key.as_str()));
        }
    }
    Ok(Value::Map(Arc::new(transposed.into_iter().map(|(key, items)| (key, Value::list(items))).collect())))
}

fn zipmap(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (keys, values) = (a.list(0), a.list(1));
    if keys.len() != values.len() {
        return Err(Fault::Refused(1, format!("there are {} keys and {} values", keys.len(), values.len())));
    }
    a.spend(keys.len())?;
    let keys: Result<Vec<Symbol>, Fault> = keys.iter().map(|key| element(key, key.as_key(), 0, "text")).collect();
    Ok(Value::Map(Arc::new(keys?.into_iter().zip(values.iter().cloned()).collect())))
}
