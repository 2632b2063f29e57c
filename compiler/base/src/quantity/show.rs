//! Quantities to text, as reviewers read them. Must not know columns, colours or terminals.
//!
//! The display of every quantity parses back to the same value; [`Money::short`] and [`Rate::short`] round.

use std::fmt;

use rust_decimal::RoundingStrategy;

use super::parse::{BYTE_UNITS, DURATION_UNITS, FromU128, nearest_bytes};
use super::{Money, Quantity, Rate};
use crate::Decimal;

/// `4104` as `4,104`.
pub fn group_thousands(number: u64) -> String {
    grouped(&number.to_string())
}

/// `1234567.5` as `1,234,567.5`: every decimal kept, none added.
pub fn group_decimal(number: Decimal) -> String {
    let text = number.abs().to_string();
    let sign = if number.is_sign_negative() && !number.is_zero() { "-" } else { "" };
    match text.split_once('.') {
        Some((whole, decimals)) => format!("{sign}{}.{decimals}", grouped(whole)),
        None => format!("{sign}{}", grouped(&text)),
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Money {
    /// Three figures, for a table: `$31.4M`, `$38B`, `$52K`, `$5,230`, `$31.00`, `$0.0042`, `-$1.9M`, `12.5K CHF`.
    pub fn short(&self) -> String {
        let sign = if self.amount.is_sign_negative() && !self.amount.is_zero() { "-" } else { "" };
        let number = short_number(self.amount.abs());
        match currency_sign(self.currency.as_str()) {
            Some(symbol) => format!("{sign}{symbol}{number}"),
            None => format!("{sign}{number} {}", self.currency),
        }
    }

    /// Rounded to whole steps (0.01, 1, 1000), shorter only where that says the same: `$31.4M`, `$488,316`, `$63.30`.
    /// Amounts that are rounded to the same step add up as they are shown.
    pub fn stepped(&self, step: Decimal) -> String {
        let amount = to_step(self.amount, step);
        let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
        let number = stepped_number(amount.abs(), step);
        match currency_sign(self.currency.as_str()) {
            Some(symbol) => format!("{sign}{symbol}{number}"),
            None => format!("{sign}{number} {}", self.currency),
        }
    }

    /// Exact, with thousands parted: `31,400,000 USD`, `31.00 USD`, `0.0042 USD`. Parses back to the same amount.
    pub fn full(&self) -> String {
        format!("{} {}", group_decimal(cents(self.amount)), self.currency)
    }
}

impl Rate {
    /// `$31.00/node-hour`.
    pub fn short(&self) -> String {
        format!("{}/{}", self.money.short(), self.unit())
    }

    /// `node-hour`; `hour` for the whole.
    pub fn unit(&self) -> String {
        self.per.map_or_else(|| "hour".to_owned(), |per| format!("{per}-hour"))
    }
}

fn currency_sign(code: &str) -> Option<&'static str> {
    match code {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// Whole amounts stay whole, others get at least two decimals.
fn cents(amount: Decimal) -> Decimal {
    let mut amount = amount.normalize();
    if amount.scale() == 1 {
        amount.rescale(2);
    }
    amount
}

fn rounded(amount: Decimal, places: u32) -> Decimal {
    amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// An amount as a whole number of steps.
pub fn to_step(amount: Decimal, step: Decimal) -> Decimal {
    let steps = amount.checked_div(step).map(|steps| rounded(steps, 0));
    steps.and_then(|steps| steps.checked_mul(step)).unwrap_or(amount)
}

fn stepped_number(amount: Decimal, step: Decimal) -> String {
    if amount.is_zero() {
        return "0".to_owned();
    }
    if step < Decimal::ONE {
        let mut amount = amount.normalize();
        amount.rescale(amount.scale().max(2));
        return group_decimal(amount);
    }
    let mut unit = Decimal::ONE;
    for letter in ["K", "M", "B", "T"] {
        unit *= Decimal::ONE_THOUSAND;
        let Some(number) = amount.checked_div(unit).map(|number| number.normalize()) else { break };
        if number < Decimal::ONE || amount < Decimal::from(10_000) {
            break;
        }
        // thousands to their tenth: what is finer is no longer than the whole amount
        let finest = if letter == "K" { 1 } else { 3 };
        if number.scale() <= finest && (number < Decimal::ONE_THOUSAND || letter == "T") {
            return format!("{}{letter}", group_decimal(number));
        }
    }
    group_decimal(amount.normalize())
}

fn short_number(amount: Decimal) -> String {
    if amount.is_zero() {
        return "0".to_owned();
    }
    if amount < Decimal::ONE {
        return cents(rounded(amount, 4)).to_string();
    }
    let hundredths = rounded(amount, 2);
    if hundredths < Decimal::ONE_THOUSAND {
        return format!("{hundredths:.2}");
    }
    let whole = rounded(amount, 0);
    if whole < Decimal::from(10_000) {
        return group_decimal(whole.normalize());
    }
    let mut number = amount;
    for (i, letter) in ["K", "M", "B", "T"].into_iter().enumerate() {
        let Some(divided) = number.checked_div(Decimal::ONE_THOUSAND) else { break };
        number = divided;
        let places = if number < Decimal::TEN {
            2
        } else if number < Decimal::ONE_HUNDRED {
            1
        } else {
            0
        };
        let shown = rounded(number, places).normalize();
        if shown < Decimal::ONE_THOUSAND || i == 3 {
            return format!("{}{letter}", group_decimal(shown));
        }
    }
    group_decimal(whole)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.full())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.money.full(), self.unit()))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => f.pad(&show_bytes(*bytes)),
            Self::Duration(seconds) => f.pad(&show_duration(*seconds)),
            Self::Date(date) => f.pad(&date.to_string()),
            Self::Money(money) => money.fmt(f),
            Self::Rate(rate) => rate.fmt(f),
            Self::Percent(share) => f.pad(&show_percent(*share)),
            Self::Bandwidth(gigabits) => f.pad(&show_bandwidth(*gigabits)),
        }
    }
}

/// The largest unit in which at most two decimals give the same bytes back.
fn show_bytes(bytes: u128) -> String {
    let exact = Decimal::from_u128_checked(bytes);
    let shown = exact.and_then(|exact| {
        BYTE_UNITS.iter().filter(|(_, size)| *size <= bytes).find_map(|(name, size)| {
            let number = rounded(exact.checked_div(Decimal::from_u128_checked(*size)?)?, 2).normalize();
            (nearest_bytes(number, *size)? == bytes).then(|| format!("{number} {name}"))
        })
    });
    shown.unwrap_or_else(|| format!("{bytes} B"))
}

/// The largest of days, hours, minutes and seconds that gives a whole number; weeks are read, not shown.
fn show_duration(seconds: i64) -> String {
    let fits = |size: i64| seconds != 0 && seconds % size == 0;
    let unit = DURATION_UNITS.iter().find(|(name, size)| *name != "w" && fits(*size));
    let (name, size) = unit.copied().unwrap_or(("s", 1));
    format!("{}{name}", seconds / size)
}

fn show_percent(share: Decimal) -> String {
    match share.checked_mul(Decimal::ONE_HUNDRED) {
        Some(percent) => format!("{}%", percent.normalize()),
        None => share.to_string(),
    }
}

fn show_bandwidth(gigabits: Decimal) -> String {
    let (number, unit) = if gigabits >= Decimal::ONE_THOUSAND {
        (gigabits.checked_div(Decimal::ONE_THOUSAND), "Tbps")
    } else if gigabits < Decimal::ONE && !gigabits.is_zero() {
        (gigabits.checked_mul(Decimal::ONE_THOUSAND), "Mbps")
    } else {
        (Some(gigabits), "Gbps")
    };
    format!("{} {unit}", number.unwrap_or(gigabits).normalize())
}
