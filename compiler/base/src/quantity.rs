//! Quantities: checked strings such as `"2.1 PiB"`, `"90d"`, `"38B USD"`, `"31.00 USD/node-hour"`, `"2%"`, `"3.2 Tbps"`.
//!
//! Must not know what is measured. Money is an exact decimal, never a float.

use crate::{Date, Decimal, Symbol};

/// A checked quantity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Money {
    /// How much.
    pub amount: Decimal,
    /// ISO 4217 code, `USD`.
    pub currency: Symbol,
}

/// Money for one thing and one hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// For one thing and one hour.
    pub money: Money,
    /// The thing: `gpu`, `node`; none for the whole.
    pub per: Option<Symbol>,
}
