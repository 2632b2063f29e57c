//! Attributes with a unit: shares, days, prices, sizes, durations, bandwidths, steps. Must not know what the block is.

use tonnage_base::{
    At, Date, Decimal, Diagnostic, Span,
    codes::lang as codes,
    quantity::{self, Money, Quantity, QuantityError, Rate},
};

use super::Reader;
use crate::{context::Context, intent::StepSize, value::Value};

impl Reader<'_> {
    /// A share, 0 to 1: 0.02 for `"2%"`.
    pub fn percent(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Decimal>> {
        let read = self.value(name, cx)?;
        let share = match &read.value {
            Value::Quantity(Quantity::Percent(share)) => Ok(*share),
            Value::String(text) => quantity::parse_percent(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        let share = self.quantity(share, codes::T0220, read.expr.span, cx)?;
        if share < Decimal::ZERO || share > Decimal::ONE {
            cx.push(
                Diagnostic::error(codes::T0218, read.expr.span, format!("`{name}` must lie between 0% and 100%"))
                    .with_help("it is a share of the nodes"),
            );
            return cx.incomplete();
        }
        Some(At::new(share, read.expr.span))
    }

    /// A day.
    pub fn day(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Date>> {
        let read = self.value(name, cx)?;
        let day = match &read.value {
            Value::Quantity(Quantity::Date(day)) => Ok(*day),
            Value::String(text) => quantity::parse_date(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        self.quantity(day, codes::T0221, read.expr.span, cx).map(|day| At::new(day, read.expr.span))
    }

    /// A price for one thing and hour.
    pub fn rate(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Rate>> {
        let read = self.value(name, cx)?;
        let rate = match &read.value {
            Value::Quantity(Quantity::Rate(rate)) => Ok(*rate),
            Value::String(text) => quantity::parse_rate(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        self.quantity(rate, codes::T0220, read.expr.span, cx).map(|rate| At::new(rate, read.expr.span))
    }

    /// A number of bytes.
    pub fn size_in_bytes(&mut self, name: &'static str, cx: &mut Context) -> Option<At<u128>> {
        let read = self.value(name, cx)?;
        let bytes = match &read.value {
            Value::Quantity(Quantity::Bytes(bytes)) => Ok(*bytes),
            Value::String(text) => quantity::parse_bytes(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        self.quantity(bytes, codes::T0220, read.expr.span, cx).map(|bytes| At::new(bytes, read.expr.span))
    }

    /// An amount of money.
    pub fn money(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Money>> {
        let read = self.value(name, cx)?;
        let money = match &read.value {
            Value::Quantity(Quantity::Money(money)) => Ok(*money),
            Value::String(text) => quantity::parse_money(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        self.quantity(money, codes::T0220, read.expr.span, cx).map(|money| At::new(money, read.expr.span))
    }

    /// A duration, in seconds.
    pub fn duration(&mut self, name: &'static str, cx: &mut Context) -> Option<At<i64>> {
        let read = self.value(name, cx)?;
        let seconds = match &read.value {
            Value::Quantity(Quantity::Duration(seconds)) => Ok(*seconds),
            Value::String(text) => quantity::parse_duration(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        self.quantity(seconds, codes::T0220, read.expr.span, cx).map(|seconds| At::new(seconds, read.expr.span))
    }

    /// A bandwidth in Gbps.
    pub fn bandwidth(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Decimal>> {
        let read = self.value(name, cx)?;
        let gbps = match &read.value {
            Value::Number(gbps) | Value::Quantity(Quantity::Bandwidth(gbps)) => Ok(*gbps),
            Value::String(text) => quantity::parse_bandwidth(text),
            _ => return self.wrong_type(name, &read, cx),
        };
        let gbps = self.quantity(gbps, codes::T0220, read.expr.span, cx)?;
        if gbps < Decimal::ZERO {
            cx.push(Diagnostic::error(codes::T0218, read.expr.span, format!("`{name}` can't be less than 0")));
            return cx.incomplete();
        }
        Some(At::new(gbps, read.expr.span))
    }

    /// Bytes: only checked, kept as written.
    pub fn bytes(&mut self, name: &'static str, cx: &mut Context) {
        if let Some(read) = self.value(name, cx) {
            match &read.value {
                Value::Quantity(Quantity::Bytes(_)) => {}
                Value::String(text) => {
                    self.quantity(quantity::parse_bytes(text), codes::T0220, read.expr.span, cx);
                }
                _ => {
                    self.wrong_type::<()>(name, &read, cx);
                }
            }
        }
    }

    fn quantity<T>(
        &self,
        parsed: Result<T, QuantityError>,
        code: tonnage_base::Code,
        span: Span,
        cx: &mut Context,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(wrong) => {
                let mut diagnostic =
                    Diagnostic::error(code, span, format!("`{}` is not {}: {}", wrong.text, wrong.what, wrong.problem))
                        .with_help(format!("write {}, such as `\"{}\"`", wrong.expected, wrong.example));
                if let Some(meant) = wrong.suggestion {
                    diagnostic = diagnostic.with_suggestion(span, format!("\"{meant}\""));
                }
                cx.push(diagnostic);
                cx.incomplete()
            }
        }
    }

    /// A number of nodes, or a share of them: `"64 nodes"`, `"10%"`.
    pub fn step(&mut self, name: &'static str, cx: &mut Context) -> Option<At<StepSize>> {
        let read = self.value(name, cx)?;
        let span = read.expr.span;
        let step = match &read.value {
            Value::Quantity(Quantity::Percent(share)) => Some(StepSize::Share(*share)),
            Value::String(text) => match text.trim().split_once(char::is_whitespace) {
                Some((count, unit)) if matches!(unit.trim(), "node" | "nodes") => {
                    count.replace(',', "").parse().ok().map(StepSize::Nodes)
                }
                _ => quantity::parse_percent(text).ok().map(StepSize::Share),
            },
            _ => return self.wrong_type(name, &read, cx),
        };
        match step {
            Some(StepSize::Nodes(1..)) => step.map(|step| At::new(step, span)),
            Some(StepSize::Share(share)) if share > Decimal::ZERO && share <= Decimal::ONE => {
                step.map(|step| At::new(step, span))
            }
            _ => {
                cx.push(
                    Diagnostic::error(
                        codes::T0281,
                        span,
                        format!("`{name}` is not a number of nodes, nor a share of them"),
                    )
                    .with_help("write `\"64 nodes\"`, or a share from above 0% to 100% such as `\"10%\"`"),
                );
                cx.incomplete()
            }
        }
    }
}
