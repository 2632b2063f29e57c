//! Operators. Numbers are exact decimals; what does not fit is an error. Must not know names.

use std::cmp::Ordering;

use tonnage_base::{Decimal, Diagnostic, Span, codes::lang as codes, quantity::Quantity};
use tonnage_syntax::tree::{BinaryOp, Expr, UnaryOp};

use super::Evaluator;
use crate::{
    scope::Scope,
    value::{Equality, Mismatch, Value},
};

/// An operand: known, or what the operator's result is instead.
type Operand<T> = Result<T, Value>;

impl Evaluator {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, scope: &dyn Scope) -> Value {
        let (value, secret) = self.operand(operand, scope);
        self.concealing(secret, |this| this.apply(op, &value, operand.span))
    }

    fn apply(&mut self, op: UnaryOp, value: &Value, span: Span) -> Value {
        match op {
            UnaryOp::Negate => match self.number(value, "-", span) {
                Ok(number) => Value::Number(-number),
                Err(instead) => instead,
            },
            UnaryOp::Not => match self.bool(value, "!", span) {
                Ok(truth) => Value::Bool(!truth),
                Err(instead) => instead,
            },
        }
    }

    pub(super) fn binary(&mut self, left: &Expr, op: BinaryOp, right: &Expr, span: Span, scope: &dyn Scope) -> Value {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            return self.logic(left, op, right, scope);
        }
        let ((a, a_secret), (b, b_secret)) = (self.operand(left, scope), self.operand(right, scope));
        self.concealing(a_secret || b_secret, |this| this.combine((a, left.span), op, (b, right.span), span))
    }

    fn combine(&mut self, (a, left): (Value, Span), op: BinaryOp, (b, right): (Value, Span), span: Span) -> Value {
        let sign = sign(op);
        match op {
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let equality = a.equality_within(&b, &mut self.steps_left);
                if self.steps_left == 0 {
                    self.spend(1, span);
                    return Value::Invalid;
                }
                return match equality {
                    Equality::Equal => Value::Bool(op == BinaryOp::Equal),
                    Equality::Different => Value::Bool(op == BinaryOp::NotEqual),
                    Equality::Unknown(why) => Value::Unknown(why),
                    Equality::Invalid => Value::Invalid,
                };
            }
            _ => {}
        }
        if let Some(order) = comparison(op)
            && let (Value::Quantity(_), _) | (_, Value::Quantity(_)) = (&a, &b)
        {
            return self.compare_quantities((&a, left), (&b, right), order, sign);
        }
        let a = match self.number(&a, sign, left) {
            Ok(a) => Ok(a),
            Err(Value::Invalid) => return Value::Invalid,
            Err(unknown) => Err(unknown),
        };
        let b = self.number(&b, sign, right);
        let (a, b) = match (a, b) {
            (Ok(a), Ok(b)) => (a, b),
            (_, Err(Value::Invalid)) => return Value::Invalid,
            (Err(unknown), _) | (_, Err(unknown)) => return unknown,
        };
        if let Some(order) = comparison(op) {
            return Value::Bool(order(a.cmp(&b)));
        }
        let result = match op {
            BinaryOp::Add => a.checked_add(b),
            BinaryOp::Subtract => a.checked_sub(b),
            BinaryOp::Multiply => a.checked_mul(b),
            BinaryOp::Divide | BinaryOp::Remainder if b.is_zero() => {
                return self.fail(Diagnostic::error(codes::T0307, right, "division by zero"));
            }
            BinaryOp::Divide => a.checked_div(b),
            _ => a.checked_rem(b),
        };
        match result {
            Some(number) => Value::Number(number),
            None => self.fail(out_of_range(span)),
        }
    }

    /// `&&` and `||`: the right side is not looked at where the left one decides; a side that decides does so even when
    /// the other is not known.
    fn logic(&mut self, left: &Expr, op: BinaryOp, right: &Expr, scope: &dyn Scope) -> Value {
        let deciding = op == BinaryOp::Or;
        let (a, secret) = self.operand(left, scope);
        let a = self.concealing(secret, |this| this.bool(&a, sign(op), left.span));
        if a.as_ref().is_ok_and(|a| *a == deciding) {
            return Value::Bool(deciding);
        }
        let (b, secret) = self.operand(right, scope);
        let b = self.concealing(secret, |this| this.bool(&b, sign(op), right.span));
        match (a, b) {
            (Err(Value::Invalid), _) | (_, Err(Value::Invalid)) => Value::Invalid,
            (_, Ok(b)) if b == deciding => Value::Bool(deciding),
            (Err(unknown), _) | (Ok(_), Err(unknown)) => unknown,
            (Ok(_), Ok(b)) => Value::Bool(b),
        }
    }

    /// Quantities of one kind have an order; text is read as a quantity beside one.
    fn compare_quantities(
        &mut self,
        (a, a_span): (&Value, Span),
        (b, b_span): (&Value, Span),
        order: fn(Ordering) -> bool,
        sign: &str,
    ) -> Value {
        let quantity = |value: &Value| match value {
            Value::Quantity(quantity) => Some(*quantity),
            Value::String(text) => Quantity::parse(text).ok(),
            _ => None,
        };
        if let (Some(a), Some(b)) = (quantity(a), quantity(b))
            && let Some(ordering) = a.partial_cmp(&b)
        {
            return Value::Bool(order(ordering));
        }
        for value in [a, b] {
            if matches!(value, Value::Invalid) {
                return Value::Invalid;
            }
        }
        if let Some(why) = a.unknown_reason().or_else(|| b.unknown_reason()) {
            return Value::Unknown(why);
        }
        let message = format!("`{sign}` can't compare {} with {}", a.describe(), b.describe());
        self.fail(Diagnostic::error(codes::T0303, a_span.to(b_span), message))
    }

    fn number(&mut self, value: &Value, sign: &str, span: Span) -> Operand<Decimal> {
        value.as_number().map_err(|why| self.bad_operand(why, value, sign, "a number", span))
    }

    fn bool(&mut self, value: &Value, sign: &str, span: Span) -> Operand<bool> {
        value.as_bool().map_err(|why| self.bad_operand(why, value, sign, "true or false", span))
    }

    fn bad_operand(&mut self, why: Mismatch, value: &Value, sign: &str, wanted: &str, span: Span) -> Value {
        match why {
            Mismatch::Invalid => Value::Invalid,
            Mismatch::Unknown(why) => Value::Unknown(why),
            Mismatch::Null => {
                let message = format!("`{sign}` needs {wanted}, and this is null");
                self.fail(Diagnostic::error(codes::T0304, span, message))
            }
            Mismatch::OutOfRange => self.fail(out_of_range(span)),
            Mismatch::Type => {
                let message = format!("`{sign}` needs {wanted}, and this is {}", value.describe());
                let mut diagnostic = Diagnostic::error(codes::T0303, span, message);
                if let Some(help) = help(value, sign) {
                    diagnostic = diagnostic.with_help(help);
                }
                self.fail(diagnostic)
            }
        }
    }
}

/// More than 28 digits.
pub(super) fn out_of_range(span: Span) -> Diagnostic {
    Diagnostic::error(codes::T0308, span, "this number is too large, or too small, to be held exactly")
        .with_help("numbers have 28 digits: use a larger unit")
}

fn help(value: &Value, sign: &str) -> Option<String> {
    match (value, sign) {
        (Value::String(_), "+") => Some("text is joined in a template: `\"${a}${b}\"`".to_owned()),
        (Value::List(_), "+") => Some("lists are joined with `concat(a, b)`".to_owned()),
        (Value::Map(_), "+") => Some("maps are joined with `merge(a, b)`".to_owned()),
        (Value::String(text), "<" | "<=" | ">" | ">=") if Quantity::parse(text).is_ok() => Some(
            "dates are compared with `date_before(a, b)`; `duration`, `bytes` and `percent` make numbers".to_owned(),
        ),
        _ => None,
    }
}

fn comparison(op: BinaryOp) -> Option<fn(Ordering) -> bool> {
    Some(match op {
        BinaryOp::Less => Ordering::is_lt,
        BinaryOp::LessEqual => Ordering::is_le,
        BinaryOp::Greater => Ordering::is_gt,
        BinaryOp::GreaterEqual => Ordering::is_ge,
        _ => return None,
    })
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}
