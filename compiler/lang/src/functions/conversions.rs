//! Conversions that an author asks for, and `try` and `can`. Must not know spans.

use std::sync::Arc;

use super::{Arguments, Fault, Function, Kind, Parameter, Run, Secrets};
use crate::value::{Mismatch, Value};

const VALUE: Parameter = Parameter::new("value", Kind::Any);

pub(super) const TABLE: &[Function] = &[
    lazy("can", "Whether an expression can be evaluated without an error.", "can({ a = 1 }.b)", "false", Run::Can),
    Function::new(
        "tobool",
        &[VALUE],
        "The value as true or false; null stays null.",
        "tobool(\"true\")",
        "true",
        |a| convert(a, |value| value.as_bool().map(Value::Bool), "true or false"),
    ),
    Function::new(
        "tolist",
        &[VALUE],
        "The value as a list; all its plain elements become one type.",
        "tolist([\"a\", 1])",
        "[\"a\", \"1\"]",
        |a| match a.value(0).clone() {
            Value::List(items) => {
                a.spend(items.len())?;
                Ok(Value::list(one_type(items.iter().cloned().collect())))
            }
            other => passed(&other, "a list"),
        },
    ),
    Function::new(
        "tomap",
        &[VALUE],
        "The value as a map; all its plain elements become one type.",
        "tomap({ a = \"x\", b = true })",
        "{ a = \"x\", b = \"true\" }",
        |a| {
            let map = match a.value(0).clone() {
                Value::Object(object) => super::entries(object.as_ref()),
                other => other,
            };
            match map {
                Value::Map(map) => {
                    a.spend(map.len())?;
                    let values = one_type(map.values().cloned().collect());
                    Ok(Value::Map(Arc::new(map.keys().copied().zip(values).collect())))
                }
                other => passed(&other, "a map"),
            }
        },
    ),
    Function::new(
        "tonumber",
        &[VALUE],
        "The value as a number; null stays null.",
        "tonumber(\"1.5e3\")",
        "1500",
        |a| convert(a, |value| value.as_number().map(Value::Number), "a number"),
    ),
    Function::new("tostring", &[VALUE], "The value as text; null stays null.", "tostring(3.50)", "\"3.5\"", |a| {
        // References are text once they are known.
        match a.value(0) {
            value @ (Value::Reference { attribute: None, .. } | Value::Join(_)) => Ok(value.clone()),
            _ => convert(a, |value| value.as_text().map(Value::String), "text"),
        }
    }),
    lazy(
        "try",
        "The first of the expressions that can be evaluated without an error.",
        "try({ a = 1 }.b, \"none\")",
        "\"none\"",
        Run::Try,
    )
    .variadic(Parameter::new("expressions", Kind::Any)),
    Function::new(
        "type",
        &[Parameter::new("value", Kind::Any)],
        "What kind of value it is, as a word: string, number, bool, list, map, quantity, null.",
        "type([1])",
        "\"list\"",
        |a| match a.value(0) {
            Value::Unknown(why) => Err(Fault::Unknown(*why)),
            value => Ok(Value::string(value.type_name())),
        },
    ),
];

const fn lazy(
    name: &'static str,
    doc: &'static str,
    example: &'static str,
    result: &'static str,
    run: Run,
) -> Function {
    const EXPRESSION: &[Parameter] = &[Parameter::new("expression", Kind::Any)];
    Function {
        name,
        parameters: EXPRESSION,
        variadic: None,
        doc,
        example,
        result,
        optional: 0,
        secrets: Secrets::Untouched,
        run,
    }
}

fn convert(a: &Arguments<'_>, conversion: fn(&Value) -> Result<Value, Mismatch>, wanted: &str) -> Result<Value, Fault> {
    let value = a.value(0);
    match conversion(value) {
        Ok(converted) => Ok(converted),
        Err(Mismatch::Null) => Ok(Value::Null),
        Err(Mismatch::Unknown(why)) => Err(Fault::Unknown(why)),
        Err(Mismatch::Invalid) => Err(Fault::Invalid),
        Err(Mismatch::OutOfRange) => Err(Fault::OutOfRange),
        Err(Mismatch::Type) => Err(Fault::Refused(0, format!("{} is not {wanted}", value.describe()))),
    }
}

/// What a conversion to a list or map gives for anything else.
fn passed(value: &Value, wanted: &str) -> Result<Value, Fault> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Invalid => Err(Fault::Invalid),
        other => match other.unknown_reason() {
            Some(why) => Err(Fault::Unknown(why)),
            None => Err(Fault::Refused(0, format!("{} is not {wanted}", other.describe()))),
        },
    }
}

/// Where plain values of several types stand together, all become text; anything else stays.
fn one_type(values: Vec<Value>) -> Vec<Value> {
    let known: Vec<&Value> = values.iter().filter(|value| !matches!(value, Value::Null)).collect();
    let plain = known.iter().all(|value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_)));
    let mixed = known.windows(2).any(|pair| match pair {
        [a, b] => a.type_name() != b.type_name(),
        _ => false,
    });
    if !plain || !mixed {
        return values;
    }
    values.into_iter().map(|value| value.as_text().map_or(value, Value::String)).collect()
}
