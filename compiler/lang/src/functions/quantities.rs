//! Functions of quantities: a checked text becomes an exact number. Must not know spans.

use tonnage_base::{
    Date, Decimal,
    quantity::{self, Quantity, QuantityError},
};

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::value::Value;

const TEXT: Parameter = Parameter::new("text", Kind::Any);

pub(super) const TABLE: &[Function] =
    &[
        Function::new(
            "bytes",
            &[TEXT],
            "How many bytes: \"512 GB\", \"2 TiB\".",
            "bytes(\"2 TiB\")",
            "2199023255552",
            |a| match a.value(0) {
                Value::Quantity(Quantity::Bytes(bytes)) => whole(*bytes),
                _ => read(a, 0, quantity::parse_bytes).and_then(whole),
            },
        ),
        Function::new(
            "duration",
            &[TEXT],
            "How many seconds: \"90d\", \"36h\", \"1d12h\".",
            "duration(\"36h\")",
            "129600",
            |a| match a.value(0) {
                Value::Quantity(Quantity::Duration(seconds)) => Ok(Value::Number(Decimal::from(*seconds))),
                _ => read(a, 0, quantity::parse_duration).map(|seconds| Value::Number(Decimal::from(seconds))),
            },
        ),
        Function::new(
            "bandwidth",
            &[TEXT],
            "How many gigabits a second: \"3.2 Tbps\".",
            "bandwidth(\"3.2 Tbps\")",
            "3200",
            |a| match a.value(0) {
                Value::Quantity(Quantity::Bandwidth(gbps)) => Ok(Value::Number(*gbps)),
                _ => read(a, 0, quantity::parse_bandwidth).map(|gbps| Value::Number(gbps.normalize())),
            },
        ),
        Function::new(
            "money",
            &[TEXT],
            "An amount of money as a number of its currency: \"38B USD\".",
            "money(\"1.9M USD\")",
            "1900000",
            |a| match a.value(0) {
                Value::Quantity(Quantity::Money(money)) => Ok(Value::Number(money.amount.normalize())),
                _ => read(a, 0, quantity::parse_money).map(|money| Value::Number(money.amount.normalize())),
            },
        ),
        Function::new(
            "rate",
            &[TEXT],
            "A price as a number of its currency: \"2.57 USD/gpu-hour\".",
            "rate(\"2.57 USD/gpu-hour\")",
            "2.57",
            |a| match a.value(0) {
                Value::Quantity(Quantity::Rate(rate)) => Ok(Value::Number(rate.money.amount.normalize())),
                _ => read(a, 0, quantity::parse_rate).map(|rate| Value::Number(rate.money.amount.normalize())),
            },
        ),
        Function::new("percent", &[TEXT], "A share as a number: \"2%\" is 0.02.", "percent(\"2.5%\")", "0.025", |a| {
            match a.value(0) {
                Value::Quantity(Quantity::Percent(share)) => Ok(Value::Number(*share)),
                _ => read(a, 0, quantity::parse_percent).map(Value::Number),
            }
        }),
    ];

fn read<T>(a: &Arguments<'_>, at: usize, parse: fn(&str) -> Result<T, QuantityError>) -> Result<T, Fault> {
    match a.value(at) {
        Value::String(text) => parse(text).map_err(|why| Fault::Refused(at, why.to_string())),
        Value::Null => Err(Fault::Null(at, "the text")),
        Value::Invalid => Err(Fault::Invalid),
        other => Err(match other.unknown_reason() {
            Some(why) => Fault::Unknown(why),
            None => Fault::Type(at, format!("it reads text, and this is {}", other.describe())),
        }),
    }
}

pub(super) fn date(a: &Arguments<'_>, at: usize) -> Result<Date, Fault> {
    match a.value(at) {
        Value::Quantity(Quantity::Date(date)) => Ok(*date),
        _ => read(a, at, quantity::parse_date),
    }
}

fn whole(bytes: u128) -> Result<Value, Fault> {
    let bytes = i128::try_from(bytes).map_err(|_| Fault::OutOfRange)?;
    Decimal::try_from_i128_with_scale(bytes, 0).map(Value::Number).map_err(|_| Fault::OutOfRange)
}
