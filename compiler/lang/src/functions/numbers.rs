//! Functions of numbers: exact decimals throughout. Must not know spans.

use tonnage_base::Decimal;

use super::{Arguments, Fault, Function, Kind, Parameter, element};
use crate::value::Value;

const NUMBER: Parameter = Parameter::new("number", Kind::Number);
const NUMBERS: Parameter = Parameter::new("numbers", Kind::Number);

pub(super) const TABLE: &[Function] = &[
    Function::new("abs", &[NUMBER], "The number without its sign.", "abs(-12.4)", "12.4", |a| {
        Ok(Value::Number(a.number(0).abs()))
    }),
    Function::new("ceil", &[NUMBER], "The next whole number upwards.", "ceil(5.1)", "6", |a| {
        Ok(Value::Number(a.number(0).ceil()))
    }),
    Function::new("floor", &[NUMBER], "The next whole number downwards.", "floor(-4.9)", "-5", |a| {
        Ok(Value::Number(a.number(0).floor()))
    }),
    Function::new("max", &[NUMBER], "The greatest of the numbers.", "max(12, 54, 3)", "54", |a| {
        extreme(a, Decimal::max)
    })
    .variadic(NUMBERS),
    Function::new("min", &[NUMBER], "The least of the numbers.", "min([12, 54, 3]...)", "3", |a| {
        extreme(a, Decimal::min)
    })
    .variadic(NUMBERS),
    Function::new(
        "parseint",
        &[Parameter::new("text", Kind::Text), Parameter::new("base", Kind::Whole)],
        "The whole number that a text writes in a base from 2 to 36.",
        "parseint(\"FF\", 16)",
        "255",
        parseint,
    ),
    Function::new(
        "pow",
        &[NUMBER, Parameter::new("exponent", Kind::Whole)],
        "The number raised to a whole power.",
        "pow(2, 10)",
        "1024",
        pow,
    ),
    Function::new("signum", &[NUMBER], "-1, 0 or 1, by the number's sign.", "signum(-13)", "-1", |a| {
        let number = a.number(0);
        Ok(Value::Number(if number.is_zero() {
            Decimal::ZERO
        } else if number.is_sign_negative() {
            Decimal::NEGATIVE_ONE
        } else {
            Decimal::ONE
        }))
    }),
    Function::new(
        "sum",
        &[Parameter::new("list", Kind::List)],
        "The sum of a list's numbers; 0 for an empty list.",
        "sum([10, 13, 6, 4.5])",
        "33.5",
        sum,
    ),
];

fn extreme(a: &mut Arguments<'_>, better: fn(Decimal, Decimal) -> Decimal) -> Result<Value, Fault> {
    Ok(Value::Number((1..a.len()).fold(a.number(0), |best, at| better(best, a.number(at)))))
}

fn sum(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let items = a.list(0);
    a.spend(items.len())?;
    let mut total = Decimal::ZERO;
    for item in items.iter() {
        let number = element(item, item.as_number(), 0, "a number")?;
        total = total.checked_add(number).ok_or(Fault::OutOfRange)?;
    }
    Ok(Value::Number(total))
}

fn pow(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (base, exponent) = (a.number(0), a.whole(1));
    if exponent < 0 && base.is_zero() {
        return Err(Fault::Refused(1, "zero has no negative power".to_owned()));
    }
    let (mut result, mut square, mut left) = (Decimal::ONE, base, exponent.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = result.checked_mul(square).ok_or(Fault::OutOfRange)?;
        }
        left >>= 1;
        if left > 0 {
            square = square.checked_mul(square).ok_or(Fault::OutOfRange)?;
        }
    }
    if exponent < 0 {
        result = Decimal::ONE.checked_div(result).ok_or(Fault::OutOfRange)?;
    }
    Ok(Value::Number(result))
}

fn parseint(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (text, base) = (a.text(0), a.whole(1));
    let base = u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))
        .ok_or_else(|| Fault::Refused(1, format!("the base is from 2 to 36, not {base}")))?;
    // Not what the standard library accepts beside digits: a leading plus.
    let number = if text.starts_with('+') { None } else { i128::from_str_radix(text, base).ok() };
    let number =
        number.ok_or_else(|| Fault::Refused(0, format!("{} is not a whole number in base {base}", a.value(0))))?;
    Decimal::try_from_i128_with_scale(number, 0).map(Value::Number).map_err(|_| Fault::OutOfRange)
}
