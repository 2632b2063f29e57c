//! `format` and `formatlist`. Must not know spans.
//!
//! `%s` text, `%d` whole number, `%f` `%.2f` number, `%t` bool, `%q` quoted text, `%v` any, `%x` `%X` `%o` `%b` whole
//! number in another base, `%%` a percent sign; with `-` (left), `+`, `0` and space flags, a width, a precision, and
//! `%[n]s` for the nth value.

use std::sync::Arc;

use tonnage_base::Decimal;

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::evaluate::MAX_TEXT;
use crate::value::{Mismatch, TextBuilder, Value, number_to_text};

const TEMPLATE: Parameter = Parameter::new("template", Kind::Text);
const VALUES: Parameter = Parameter::new("values", Kind::Any);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "format",
        &[TEMPLATE],
        "Text after a template: %s, %d, %05d, %.2f, %q, %t, %v, %x, %%.",
        "format(\"%s-%03d (%.1f%%)\", \"node\", 7, 2.25)",
        "\"node-007 (2.2%)\"",
        |a| {
            let values = a.values.get(1..).unwrap_or(&[]);
            format_text(a.text(0), values, 1)
        },
    )
    .variadic(VALUES),
    Function::new(
        "formatlist",
        &[TEMPLATE],
        "As format, once for each element of its lists, which are of one length.",
        "formatlist(\"%s-%s\", \"a\", [\"x\", \"y\"])",
        "[\"a-x\", \"a-y\"]",
        formatlist,
    )
    .variadic(VALUES),
];

fn formatlist(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut length = None;
    for at in 1..a.len() {
        if let Value::List(items) = a.value(at) {
            match length {
                Some(other) if other != items.len() => {
                    let message = format!("lists of one length are needed, and this has {}, not {other}", items.len());
                    return Err(Fault::Refused(at, message));
                }
                _ => length = Some(items.len()),
            }
        }
    }
    let length = length.unwrap_or(1);
    a.spend_items(length.saturating_mul(a.len()))?;
    let mut results = Vec::with_capacity(length);
    for row in 0..length {
        let values: Vec<Value> = a
            .values
            .iter()
            .skip(1)
            .map(|value| match value {
                Value::List(items) => items.get(row).cloned().unwrap_or(Value::Null),
                other => other.clone(),
            })
            .collect();
        results.push(format_text(a.text(0), &values, 1)?);
    }
    Ok(Value::list(results))
}

#[derive(Default)]
struct Verb {
    left: bool,
    plus: bool,
    zero: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

/// `first` is the position of the first value among the arguments.
fn format_text(template: &str, values: &[Value], first: usize) -> Result<Value, Fault> {
    let refused = |message: String| Fault::Refused(0, message);
    let mut text = TextBuilder::new();
    let mut chars = template.chars().peekable();
    let (mut next, mut used, mut chosen) = (0, 0, false);
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push_str(c.encode_utf8(&mut [0; 4]));
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '+' | '0' | ' ' | '#')) {
            match flag {
                '-' => verb.left = true,
                '+' => verb.plus = true,
                '0' => verb.zero = true,
                ' ' => verb.space = true,
                _ => {}
            }
        }
        // Go allows the position before the width and after it.
        let mut explicit = bracketed(&mut chars)?;
        verb.width = digits(&mut chars);
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(&mut chars));
        }
        if explicit.is_none()
            && let Some(at) = bracketed(&mut chars)?
        {
            explicit = Some(at);
        }
        if verb.width > 10_000 || verb.precision.is_some_and(|p| p > 10_000) {
            return Err(refused("a width or precision is at most 10000".to_owned()));
        }
        let Some(kind) = chars.next() else {
            return Err(refused("the template ends after `%`; write `%%` for a percent sign".to_owned()));
        };
        if kind == '%' {
            text.push_str("%");
            continue;
        }
        if let Some(at) = explicit {
            chosen = true;
            next = at.checked_sub(1).ok_or_else(|| refused("values are counted from 1".to_owned()))?;
        }
        let value = values.get(next).ok_or_else(|| {
            refused(format!("`%{kind}` asks for value {}, and {} given", next + 1, were(values.len())))
        })?;
        next += 1;
        used = used.max(next);
        verb_text(kind, &verb, value, &mut text).map_err(|problem| match problem {
            Problem::Verb => refused(format!("`%{kind}` is not understood; %s, %d, %f, %t, %q, %v, %x, %o and %b are")),
            Problem::Value(Mismatch::Null) => Fault::Null(first + next - 1, "a value"),
            Problem::Value(Mismatch::Unknown(why)) => Fault::Unknown(why),
            Problem::Value(Mismatch::Invalid) => Fault::Invalid,
            Problem::Value(Mismatch::OutOfRange) => Fault::OutOfRange,
            Problem::Value(Mismatch::Type) => {
                Fault::Type(first + next - 1, format!("`%{kind}` can't show {}", value.describe()))
            }
        })?;
        if text.len() > MAX_TEXT {
            return Err(Fault::TooLarge(MAX_TEXT));
        }
    }
    if used < values.len() && !chosen {
        let message = format!("the template shows {used} of them, and {} given", were(values.len()));
        return Err(Fault::Refused(first + used, message));
    }
    Ok(text.finish())
}

enum Problem {
    Verb,
    Value(Mismatch),
}

fn verb_text(kind: char, verb: &Verb, value: &Value, text: &mut TextBuilder) -> Result<(), Problem> {
    let number = || value.as_number().map_err(Problem::Value);
    let whole = || {
        number().map(|n| n.trunc()).and_then(|n| i128::try_from(n).map_err(|_| Problem::Value(Mismatch::OutOfRange)))
    };
    let shown = match kind {
        's' | 'v' => match value {
            Value::Null if kind == 'v' => "null".to_owned(),
            Value::Reference { .. } | Value::Join(_) if verb.width == 0 && verb.precision.is_none() => {
                return if text.push(value) { Ok(()) } else { Err(Problem::Value(Mismatch::Type)) };
            }
            Value::List(_) | Value::Map(_) if kind == 'v' => {
                let mut json = TextBuilder::new();
                super::encoding::write_json(value, &mut json, &mut 1_000_000, 0)
                    .map_err(|_| Problem::Value(Mismatch::Type))?;
                match json.finish() {
                    Value::String(json) => json.to_string(),
                    other => {
                        return if text.push(&other) { Ok(()) } else { Err(Problem::Value(Mismatch::Type)) };
                    }
                }
            }
            other => {
                let full: Arc<str> = other.as_text().map_err(Problem::Value)?;
                match verb.precision {
                    Some(most) if kind == 's' => full.chars().take(most).collect(),
                    _ => full.to_string(),
                }
            }
        },
        'q' => {
            let full = value.as_text().map_err(Problem::Value)?;
            let mut quoted = String::new();
            super::encoding::json_text(&full, &mut quoted);
            quoted
        }
        't' => value.as_bool().map_err(Problem::Value)?.to_string(),
        'd' => signed(whole()?.to_string(), verb),
        'x' => signed(radix(whole()?, 16), verb),
        'X' => signed(radix(whole()?, 16).to_uppercase(), verb),
        'o' => signed(radix(whole()?, 8), verb),
        'b' => signed(radix(whole()?, 2), verb),
        'f' => signed(fixed(number()?, verb.precision.unwrap_or(6)), verb),
        'g' if verb.precision.is_none() => signed(number_to_text(number()?), verb),
        _ => return Err(Problem::Verb),
    };
    let missing = verb.width.saturating_sub(shown.chars().count());
    let numeric = !matches!(kind, 's' | 'v' | 'q' | 't');
    if verb.left {
        text.push_str(&shown);
        text.push_str(&" ".repeat(missing));
    } else if verb.zero && numeric {
        let (sign, digits) = match shown.strip_prefix(['-', '+', ' ']) {
            Some(digits) => (shown.get(..1).unwrap_or(""), digits),
            None => ("", shown.as_str()),
        };
        text.push_str(sign);
        text.push_str(&"0".repeat(missing));
        text.push_str(digits);
    } else {
        text.push_str(&" ".repeat(missing));
        text.push_str(&shown);
    }
    Ok(())
}

/// `[n]` before a verb.
fn bracketed(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<usize>, Fault> {
    if chars.next_if_eq(&'[').is_none() {
        return Ok(None);
    }
    let number = digits(chars);
    match chars.next_if_eq(&']') {
        Some(_) => Ok(Some(number)),
        None => Err(Fault::Refused(0, "`%[` needs a number and `]`".to_owned())),
    }
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> usize {
    let mut number = 0_usize;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        number = number.saturating_mul(10).saturating_add(digit as usize);
        chars.next();
    }
    number
}

fn signed(shown: String, verb: &Verb) -> String {
    match (shown.starts_with('-'), verb.plus, verb.space) {
        (false, true, _) => format!("+{shown}"),
        (false, false, true) => format!(" {shown}"),
        _ => shown,
    }
}

fn radix(number: i128, base: u128) -> String {
    let mut left = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(left % base).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        left /= base;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.into_iter().rev().collect()
}

fn fixed(number: Decimal, places: usize) -> String {
    let kept = u32::try_from(places).unwrap_or(u32::MAX).min(Decimal::MAX_SCALE);
    let rounded = number.round_dp_with_strategy(kept, rust_decimal::RoundingStrategy::MidpointNearestEven);
    let mut shown = number_to_text(rounded);
    if places > 0 {
        let has = match shown.split_once('.') {
            Some((_, fraction)) => fraction.len(),
            None => {
                shown.push('.');
                0
            }
        };
        shown.push_str(&"0".repeat(places.saturating_sub(has)));
    }
    shown
}

fn were(count: usize) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        n => format!("{n} are"),
    }
}
