//! Regular expressions: linear in the text, without look-around and back-references; classes such as `\d` are ASCII.
//! Must not know spans.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_lite::{Captures, Regex, RegexBuilder};
use tonnage_base::Symbol;

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::{
    evaluate::{MAX_ITEMS, MAX_TEXT},
    value::Value,
};

const PATTERN: Parameter = Parameter::new("pattern", Kind::Text);
const TEXT: Parameter = Parameter::new("text", Kind::Text);
/// Bytes of a compiled pattern; counted repetitions inside one another grow without bound otherwise.
const LARGEST: usize = 1 << 20;
/// Steps for each byte of text that a pattern is held against.
const COST: usize = 4;

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "regex",
        &[PATTERN, TEXT],
        "The first match: its text, a list where the pattern has groups, a map where they have names.",
        "regex(\"([0-9]+)gb\", \"h200.141gb\")",
        "[\"141\"]",
        |a| {
            let pattern = compile(a, 0)?;
            spend(a, 1)?;
            match pattern.captures(a.text(1)) {
                Some(found) => Ok(matched(&pattern, &found)),
                None => Err(Fault::Refused(1, format!("`{}` matches nothing in it; `can(regex(…))` asks", a.text(0)))),
            }
        },
    ),
    Function::new(
        "regexall",
        &[PATTERN, TEXT],
        "All matches, each as `regex` gives it; an empty list where there is none.",
        "regexall(\"[a-z]+\", \"1a-2bc\")",
        "[\"a\", \"bc\"]",
        |a| {
            let pattern = compile(a, 0)?;
            spend(a, 1)?;
            let found: Vec<Value> =
                pattern.captures_iter(a.text(1)).take(MAX_ITEMS).map(|found| matched(&pattern, &found)).collect();
            a.spend_items(found.len())?;
            Ok(Value::list(found))
        },
    ),
];

/// The pattern of an argument.
fn compile(a: &Arguments<'_>, at: usize) -> Result<Regex, Fault> {
    pattern(a.text(at), at)
}

pub(super) fn pattern(text: &str, at: usize) -> Result<Regex, Fault> {
    RegexBuilder::new(text).size_limit(LARGEST).build().map_err(|why| {
        let why = why.to_string();
        Fault::Refused(at, format!("`{text}` is not a regular expression: {}", why.lines().last().unwrap_or_default()))
    })
}

/// Pays for holding a pattern against the text of an argument.
pub(super) fn spend(a: &mut Arguments<'_>, at: usize) -> Result<(), Fault> {
    let cost = a.text(at).len().saturating_add(1).saturating_mul(COST).saturating_mul(a.text(0).len().max(1));
    a.spend(cost.min(1 << 40))
}

fn matched(pattern: &Regex, found: &Captures<'_>) -> Value {
    let text = |at: usize| found.get(at).map_or(Value::Null, |part| Value::string(part.as_str()));
    let names: Vec<Option<&str>> = pattern.capture_names().collect();
    if names.len() <= 1 {
        return text(0);
    }
    if names.iter().skip(1).all(Option::is_some) {
        let entries = names.iter().enumerate().filter_map(|(at, name)| Some((Symbol::new((*name)?), text(at))));
        return Value::Map(Arc::new(entries.collect::<BTreeMap<Symbol, Value>>()));
    }
    Value::list((1..names.len()).map(text))
}

/// `replace` with a pattern between slashes: `$1` and `${name}` in the replacement stand for groups.
pub(super) fn replace_all(a: &mut Arguments<'_>, written: &str) -> Result<Value, Fault> {
    let pattern = pattern(written, 1)?;
    spend(a, 0)?;
    let replaced = pattern.replace_all(a.text(0), a.text(2)).into_owned();
    if replaced.len() > MAX_TEXT {
        return Err(Fault::TooLarge(MAX_TEXT));
    }
    Ok(Value::string(&replaced))
}
