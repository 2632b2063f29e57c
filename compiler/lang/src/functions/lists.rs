//! Functions of lists. Must not know spans.

use tonnage_base::Decimal;

use super::{Arguments, Fault, Function, Kind, Parameter, collections::equal, sets::Seen, texts};
use crate::evaluate::MAX_ITEMS;
use crate::value::Value;

const LIST: Parameter = Parameter::new("list", Kind::List);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "chunklist",
        &[LIST, Parameter::new("size", Kind::Whole)],
        "The list cut into lists of this length, the last one perhaps shorter.",
        "chunklist([1, 2, 3], 2)",
        "[[1, 2], [3]]",
        chunklist,
    )
    .moving(),
    Function::new(
        "compact",
        &[LIST],
        "The texts of the list that are neither null nor empty.",
        "compact([\"a\", \"\", null, \"b\"])",
        "[\"a\", \"b\"]",
        |a| {
            let items = a.list(0);
            a.spend(items.len())?;
            let kept = items.iter().filter(|item| !empty(item)).cloned();
            Ok(Value::list(kept.collect::<Vec<_>>()))
        },
    ),
    Function::new(
        "concat",
        &[],
        "The lists one after another.",
        "concat([\"a\"], [\"b\", \"c\"])",
        "[\"a\", \"b\", \"c\"]",
        concat,
    )
    .moving()
    .variadic(Parameter::new("lists", Kind::List)),
    Function::new(
        "distinct",
        &[LIST],
        "The list without repetitions; the first of equals stays.",
        "distinct([\"b\", \"a\", \"b\"])",
        "[\"b\", \"a\"]",
        |a| {
            let items = a.list(0);
            Ok(Value::list(Seen::over(&items, a.steps)?.items))
        },
    ),
    Function::new(
        "element",
        &[LIST, Parameter::new("index", Kind::Whole)],
        "An element by its index, counted round and round; -1 is the last.",
        "element([\"a\", \"b\", \"c\"], 3)",
        "\"a\"",
        |a| {
            let (items, index) = (a.list(0), a.whole(1));
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let at = index.checked_rem_euclid(length).and_then(|at| usize::try_from(at).ok());
            at.and_then(|at| items.get(at)).cloned().ok_or_else(|| Fault::Refused(0, "the list is empty".to_owned()))
        },
    )
    .moving(),
    Function::new(
        "flatten",
        &[LIST],
        "Lists inside the list, however deep, replaced by their elements.",
        "flatten([[\"a\", [\"b\"]], [], [\"c\"]])",
        "[\"a\", \"b\", \"c\"]",
        flatten,
    ),
    Function::new(
        "index",
        &[LIST, Parameter::new("value", Kind::Any)],
        "The place of the first element equal to the value.",
        "index([\"a\", \"b\", \"c\"], \"b\")",
        "1",
        index,
    ),
    Function::new(
        "range",
        &[
            Parameter::new("first", Kind::Number),
            Parameter::new("limit", Kind::Number),
            Parameter::new("step", Kind::Number),
        ],
        "Numbers from the first up to the limit, without it; one argument is the limit, from 0.",
        "range(1, 8, 2)",
        "[1, 3, 5, 7]",
        range,
    )
    .optional(2),
    Function::new("reverse", &[LIST], "The list backwards.", "reverse([1, 2, 3])", "[3, 2, 1]", |a| {
        let items = a.list(0);
        a.spend(items.len())?;
        Ok(Value::list(items.iter().rev().cloned().collect::<Vec<_>>()))
    })
    .moving(),
    Function::new(
        "slice",
        &[LIST, Parameter::new("start", Kind::Whole), Parameter::new("end", Kind::Whole)],
        "The elements from one index to another, without the latter.",
        "slice([\"a\", \"b\", \"c\", \"d\"], 1, 3)",
        "[\"b\", \"c\"]",
        slice,
    )
    .moving(),
    Function::new(
        "sort",
        &[LIST],
        "Texts in the order of their characters.",
        "sort([\"e\", \"d\", \"10\"])",
        "[\"10\", \"d\", \"e\"]",
        |a| {
            let items = a.list(0);
            a.spend(items.len())?;
            let mut sorted = texts(&items, 0)?;
            sorted.sort_unstable();
            Ok(Value::list(sorted.into_iter().map(Value::String).collect::<Vec<_>>()))
        },
    ),
];

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn chunklist(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (items, size) = (a.list(0), a.whole(1));
    let size = usize::try_from(size)
        .ok()
        .filter(|size| *size > 0)
        .ok_or_else(|| Fault::Refused(1, format!("a size is 1 or more, not {size}")))?;
    a.spend(items.len())?;
    Ok(Value::list(items.chunks(size).map(|chunk| Value::List(chunk.into())).collect::<Vec<_>>()))
}

fn concat(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let total = (0..a.len()).fold(0_usize, |total, at| total.saturating_add(a.list(at).len()));
    a.spend_items(total)?;
    let mut all = Vec::with_capacity(total);
    for at in 0..a.len() {
        all.extend(a.list(at).iter().cloned());
    }
    Ok(Value::list(all))
}

fn flatten(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut flat = Vec::new();
    let mut stack = vec![Value::List(a.list(0))];
    while let Some(value) = stack.pop() {
        match value {
            Value::List(items) => {
                a.spend(items.len() + 1)?;
                if stack.len() + items.len() + flat.len() > MAX_ITEMS {
                    return Err(Fault::TooLarge(MAX_ITEMS));
                }
                stack.extend(items.iter().rev().cloned());
            }
            Value::Unknown(why) => return Err(Fault::Unknown(why)),
            other => flat.push(other),
        }
    }
    Ok(Value::list(flat))
}

fn index(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let items = a.list(0);
    let wanted = a.value(1).clone();
    for (at, item) in items.iter().enumerate() {
        if equal(item, &wanted, a.steps)? {
            return Ok(Value::Number(Decimal::from(at as u64)));
        }
    }
    Err(Fault::Refused(1, format!("no element of the list equals {}", wanted.describe())))
}

fn range(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (start, limit) = match a.len() {
        0 | 1 => (Decimal::ZERO, a.number(0)),
        _ => (a.number(0), a.number(1)),
    };
    let step = match a.values.get(2) {
        Some(_) => a.number(2),
        None if limit < start => Decimal::NEGATIVE_ONE,
        None => Decimal::ONE,
    };
    if step.is_zero() {
        return Err(Fault::Refused(2, "the step must not be zero".to_owned()));
    }
    if start != limit && (limit < start) != step.is_sign_negative() {
        return Err(Fault::Refused(2, "the step leads away from the limit".to_owned()));
    }
    let count = limit.checked_sub(start).and_then(|span| span.checked_div(step)).ok_or(Fault::TooLarge(MAX_ITEMS))?;
    let count = usize::try_from(count.ceil()).map_err(|_| Fault::TooLarge(MAX_ITEMS))?;
    a.spend_items(count)?;
    let mut numbers = Vec::with_capacity(count);
    let mut next = start;
    for _ in 0..count {
        numbers.push(Value::Number(next));
        next = next.checked_add(step).ok_or(Fault::OutOfRange)?;
    }
    Ok(Value::list(numbers))
}

fn slice(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let items = a.list(0);
    let bound = |at: usize, what: &str| {
        let given = a.whole(at);
        usize::try_from(given)
            .ok()
            .filter(|n| *n <= items.len())
            .ok_or_else(|| Fault::Refused(at, format!("the {what} is 0 to {}, not {given}", items.len())))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    let part = items
        .get(start..end)
        .ok_or_else(|| Fault::Refused(1, format!("the start, {start}, lies after the end, {end}")))?;
    let part = Value::List(part.into());
    a.spend(end.saturating_sub(start))?;
    Ok(part)
}
