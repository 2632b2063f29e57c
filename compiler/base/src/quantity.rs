//! Quantities: checked strings such as `"2.1 PiB"`, `"90d"`, `"38B USD"`, `"31.00 USD/node-hour"`, `"2%"`, `"3.2
//! Tbps"`.
//!
//! Must not know what is measured. Money is an exact decimal, never a float; nothing here panics or wraps around.
//!
//! | kind | forms |
//! |---|---|
//! | money | `38B USD`, `1.9M USD`, `52,000 USD`, `12.50 EUR`; suffixes K, M, B (10⁹), T |
//! | rate | `2.57 USD/gpu-hour`, `744 USD/node-day`, `52000 USD/hour`; a day is 24 h, a month 730 h, a year 8,760 h |
//! | percent | `2%`, `0.5%` |
//! | bytes | `512 B`, `500 GB` (powers of 1,000), `2.1 PiB` (powers of 1,024); to the nearest byte |
//! | duration | `30s`, `15m`, `36h`, `90d`, `2w`, and joined, largest first: `1d12h` |
//! | date | `2027-01-11` |
//! | bandwidth | `400 Gbps`, `3.2 Tbps`, `100 Mbps` |
//! | count | `64 nodes`, `1 node` |

mod parse;
mod show;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use parse::{
    Form, MONTH_HOURS, forms, parse_bandwidth, parse_bytes, parse_count, parse_date, parse_duration, parse_money,
    parse_percent, parse_rate,
};
pub use show::{group_decimal, group_thousands, to_step};

use crate::{Date, Decimal, Symbol};

/// A checked quantity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Quantity {
    /// Bytes.
    Bytes(u128),
    /// Seconds.
    Duration(i64),
    /// A calendar day.
    Date(Date),
    /// An amount of money.
    Money(Money),
    /// Money for something and a time.
    Rate(Rate),
    /// A share: 0.02 for `"2%"`.
    Percent(Decimal),
    /// Gigabits per second.
    Bandwidth(Decimal),
}

/// An amount of money.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    /// How much.
    pub amount: Decimal,
    /// ISO 4217 code, `USD`.
    pub currency: Symbol,
}

/// Money for one thing and one hour.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rate {
    /// For one thing and one hour.
    pub money: Money,
    /// The thing: `gpu`, `node`; none for the whole.
    pub per: Option<Symbol>,
}

/// Why a text is not the quantity it should be. Its display is a whole sentence; its parts serve a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is not {what}: {problem}; write {expected}, such as `{example}`")]
pub struct QuantityError {
    /// What was written.
    pub text: Box<str>,
    /// What it should have been: `an amount of money`.
    pub what: Box<str>,
    /// What is wrong with it: `` `billon` is not a suffix ``.
    pub problem: Box<str>,
    /// The form in words.
    pub expected: Box<str>,
    /// A right one.
    pub example: Box<str>,
    /// What was probably meant.
    pub suggestion: Option<Box<str>>,
}

/// Why a sum of money cannot be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// There is no exchange rate here.
    #[error("{0} and {1} cannot be reckoned together: no exchange rate is known")]
    Currencies(Symbol, Symbol),
    /// More than 28 digits.
    #[error("the amount is too large to be reckoned exactly")]
    TooLarge,
}

impl Quantity {
    /// Reads any kind of quantity by its form. A bare `B` after a number means bytes, `m` minutes.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        parse::parse_any(text)
    }

    /// The kind in words, with its article: `an amount of money`.
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Bytes(_) => parse::BYTES.what,
            Self::Duration(_) => parse::DURATION.what,
            Self::Date(_) => parse::DATE.what,
            Self::Money(_) => parse::MONEY.what,
            Self::Rate(_) => parse::RATE.what,
            Self::Percent(_) => parse::PERCENT.what,
            Self::Bandwidth(_) => parse::BANDWIDTH.what,
        }
    }
}

/// Only quantities of one kind, and money of one currency for one thing, have an order.
impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Money(a), Self::Money(b)) => a.partial_cmp(b),
            (Self::Rate(a), Self::Rate(b)) => a.partial_cmp(b),
            (Self::Percent(a), Self::Percent(b)) | (Self::Bandwidth(a), Self::Bandwidth(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl Money {
    /// `amount` of `currency`.
    pub const fn new(amount: Decimal, currency: Symbol) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Symbol) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// The sum, when both are of one currency and it fits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, Decimal::checked_add)
    }

    /// The difference, when both are of one currency and it fits.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, Decimal::checked_sub)
    }

    /// So many times as much, when it fits. Beyond 28 digits the product is rounded at its last decimal.
    pub fn checked_mul(self, times: Decimal) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(times).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The sum of all; nothing where there are none.
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Result<Option<Self>, MoneyError> {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Ok(None) };
        all.try_fold(first, Self::checked_add).map(Some)
    }

    fn with(self, other: Self, f: impl FnOnce(Decimal, Decimal) -> Option<Decimal>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let amount = f(self.amount, other.amount).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(amount, self.currency))
    }
}

/// Only amounts of one currency have an order.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
    }
}

impl Rate {
    /// What `things` of it cost for `hours`.
    pub fn total(self, things: Decimal, hours: Decimal) -> Result<Money, MoneyError> {
        self.money.checked_mul(things)?.checked_mul(hours)
    }
}

/// Only rates for one thing have an order.
impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.per == other.per { self.money.partial_cmp(&other.money) } else { None }
    }
}
