//! Functions of sets. A set is a list without repetitions, in order: numbers by size, anything else by its text. Must
//! not know spans.

use std::collections::HashSet;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use tonnage_base::{Decimal, Symbol};

use super::{Arguments, Fault, Function, Kind, Parameter, collections::equal};
use crate::value::Value;

const SET: Parameter = Parameter::new("set", Kind::List);
const SETS: Parameter = Parameter::new("sets", Kind::List);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "setintersection",
        &[SET],
        "The elements that every set has.",
        "setintersection([\"a\", \"b\"], [\"b\", \"c\"])",
        "[\"b\"]",
        |a| combine(a, |mine, other, steps| mine.keep(other, true, steps)),
    )
    .variadic(SETS),
    Function::new(
        "setproduct",
        &[SET],
        "Every combination of an element of each list.",
        "setproduct([\"a\", \"b\"], [1, 2])",
        "[[\"a\", 1], [\"a\", 2], [\"b\", 1], [\"b\", 2]]",
        setproduct,
    )
    .variadic(SETS),
    Function::new(
        "setsubtract",
        &[SET, Parameter::new("without", Kind::List)],
        "The elements of one set that another has not.",
        "setsubtract([\"a\", \"b\", \"c\"], [\"a\"])",
        "[\"b\", \"c\"]",
        |a| combine(a, |mine, other, steps| mine.keep(other, false, steps)),
    ),
    Function::new(
        "setunion",
        &[SET],
        "The elements that any set has.",
        "setunion([\"a\", \"b\"], [\"b\", \"c\"])",
        "[\"a\", \"b\", \"c\"]",
        |a| combine(a, |mine, other, steps| mine.add_all(&other.items, steps)),
    )
    .variadic(SETS),
    Function::new(
        "toset",
        &[SET],
        "The list without repetitions, in order.",
        "toset([\"b\", \"a\", \"b\"])",
        "[\"a\", \"b\"]",
        |a| combine(a, |_, _, _| Ok(())),
    ),
];

/// A plain value, so that it can be found by hashing.
#[derive(PartialEq, Eq, Hash)]
enum Plain {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Arc<str>),
    Reference(Symbol, Option<Symbol>),
}

fn plain(value: &Value) -> Option<Plain> {
    Some(match value {
        Value::Null => Plain::Null,
        Value::Bool(value) => Plain::Bool(*value),
        Value::Number(number) => Plain::Number(*number),
        Value::String(text) => Plain::Text(Arc::clone(text)),
        Value::Reference { address, attribute } => Plain::Reference(*address, *attribute),
        _ => return None,
    })
}

/// Distinct values in the order they came.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) items: Vec<Value>,
    found: HashSet<Plain, FxBuildHasher>,
    /// Elements that hashing does not compare with every other one: lists, maps, what is known after apply.
    other: Vec<Value>,
}

impl Seen {
    pub(super) fn over(items: &[Value], steps: &mut u64) -> Result<Self, Fault> {
        let mut seen = Self::default();
        seen.add_all(items, steps)?;
        Ok(seen)
    }

    fn add_all(&mut self, items: &[Value], steps: &mut u64) -> Result<(), Fault> {
        for item in items {
            if !self.has(item, steps)? {
                match plain(item) {
                    Some(Plain::Reference(address, attribute)) => {
                        self.found.insert(Plain::Reference(address, attribute));
                        self.other.push(item.clone());
                    }
                    Some(plain) => {
                        self.found.insert(plain);
                    }
                    None => self.other.push(item.clone()),
                }
                self.items.push(item.clone());
            }
        }
        Ok(())
    }

    fn has(&self, value: &Value, steps: &mut u64) -> Result<bool, Fault> {
        *steps = steps.checked_sub(1).ok_or(Fault::Steps)?;
        let plain = plain(value);
        if plain.as_ref().is_some_and(|plain| self.found.contains(plain)) {
            return Ok(true);
        }
        // Plain and known: only what hashing could not compare may still equal it.
        let among = match plain {
            Some(Plain::Reference(..)) | None => &self.items,
            Some(_) => &self.other,
        };
        for other in among {
            if equal(other, value, steps)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn keep(&mut self, other: &Self, wanted: bool, steps: &mut u64) -> Result<(), Fault> {
        let mut kept = Self::default();
        for item in std::mem::take(&mut self.items) {
            if other.has(&item, steps)? == wanted {
                kept.items.push(item);
            }
        }
        *self = Self::over(&kept.items, steps)?;
        Ok(())
    }
}

fn combine(a: &mut Arguments<'_>, with: fn(&mut Seen, &Seen, &mut u64) -> Result<(), Fault>) -> Result<Value, Fault> {
    let mut result = Seen::over(&a.list(0), a.steps)?;
    for at in 1..a.len() {
        let other = Seen::over(&a.list(at), a.steps)?;
        with(&mut result, &other, a.steps)?;
    }
    Ok(Value::list(in_order(result.items)))
}

/// Numbers by size; what is text by its text; anything else stays as it came.
fn in_order(mut items: Vec<Value>) -> Vec<Value> {
    if items.iter().all(|item| matches!(item, Value::Number(_))) {
        items.sort_by_key(|item| item.as_number().unwrap_or_default());
    } else if items.iter().all(|item| item.as_text().is_ok()) {
        items.sort_by_cached_key(|item| item.as_text().unwrap_or_default());
    }
    items
}

fn setproduct(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let lists: Vec<Arc<[Value]>> = (0..a.len()).map(|at| a.list(at)).collect();
    let count = lists.iter().fold(1_usize, |count, list| count.saturating_mul(list.len()));
    a.spend_items(count.saturating_mul(lists.len()))?;
    let mut rows = Vec::with_capacity(count);
    for row in 0..count {
        // The last list turns fastest.
        let mut left = row;
        let mut picked: Vec<Value> = Vec::with_capacity(lists.len());
        for list in lists.iter().rev() {
            let length = list.len().max(1);
            picked.extend(list.get(left % length).cloned());
            left /= length;
        }
        picked.reverse();
        rows.push(Value::list(picked));
    }
    Ok(Value::list(rows))
}
