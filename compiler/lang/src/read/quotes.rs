//! Values with quotes too many or too few: numbers in quotes, quantities and dates without. Must not know any
//! attribute.

use tonnage_base::{Decimal, Diagnostic, Span};
use tonnage_syntax::tree::{BinaryOp, Expr, ExprKind};

use crate::{check::Expects, value::Value};

/// Says the way out, with the mend where the value is written out.
pub(super) fn mended(wrong: Diagnostic, expects: Expects, expr: &Expr, value: &Value) -> Diagnostic {
    use Expects::{Amount, Bandwidth, Bool, Bytes, Count, Day, Duration, Money, Number, Percent, Rate, Text, Whole};
    let literal = matches!(expr.kind, ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_));
    let mend = |wrong: Diagnostic, help: &str, text: String| {
        let wrong = wrong.with_help(help);
        if literal { wrong.with_suggestion(expr.span, text) } else { wrong }
    };
    match (expects, value) {
        (Number | Whole | Count | Amount | Bandwidth, Value::String(text)) if text.parse::<Decimal>().is_ok() => {
            mend(wrong, "a number stands without quotes", text.to_string())
        }
        (Bool, Value::String(text)) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => mend(wrong, "write `true`, without quotes", "true".to_owned()),
            "false" | "no" | "off" => mend(wrong, "write `false`, without quotes", "false".to_owned()),
            _ => wrong,
        },
        (Day, Value::Number(_)) => match day(expr) {
            Some((day, span)) => {
                let day = format!("\"{day}\"");
                wrong.with_help(format!("a date stands in quotes: `{day}`")).with_suggestion(span, day)
            }
            None => wrong.with_help("a date stands in quotes"),
        },
        (Percent, Value::Number(number)) => {
            mend(wrong, "a percentage stands in quotes, with its `%`", format!("\"{}%\"", number.normalize()))
        }
        (Money | Rate, Value::Number(_)) => wrong.with_help("an amount stands in quotes, with its currency"),
        (Bytes | Duration, Value::Number(_)) => wrong.with_help("a quantity stands in quotes, with its unit"),
        (Text, Value::Number(_) | Value::Bool(_)) => wrong.with_help("text stands in quotes, also where it is digits"),
        _ => wrong,
    }
}

/// `2027-01-11` without quotes is a subtraction.
fn day(expr: &Expr) -> Option<(String, Span)> {
    let ExprKind::Binary(left, BinaryOp::Subtract, day) = &expr.kind else { return None };
    let ExprKind::Binary(year, BinaryOp::Subtract, month) = &left.kind else { return None };
    match (&year.kind, &month.kind, &day.kind) {
        (ExprKind::Number(year), ExprKind::Number(month), ExprKind::Number(day)) => {
            Some((format!("{year:0>4}-{month:0>2}-{day:0>2}"), expr.span))
        }
        _ => None,
    }
}
