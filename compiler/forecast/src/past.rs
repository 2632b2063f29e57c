//! What commitments were drawn by before the day asked for. Must not know where that is kept, nor any file but what a
//! commitment itself states.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol};
use tonnage_lang::intent::Commitment;

/// Days gone, by address of the commitment and calendar year.
pub type Past = BTreeMap<Symbol, BTreeMap<i16, Gone>>;

/// The days of one calendar year of a commitment that are gone.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Gone {
    /// Known to be drawn on them.
    pub amount: Decimal,
    /// How many they are.
    pub days: i32,
    /// Those of them of which nothing is known.
    pub unknown: i32,
    /// GPU hours that are known, since the last day that the commitment states something of.
    pub gpu_hours: Decimal,
    /// Of them: without a rate, and so not in the amount.
    pub without_rate: Decimal,
    /// GPU hours that may have been drawn beside: what ran was changed by others, and nobody knows on which day.
    pub unsure: Decimal,
    /// The day until which the commitment itself states what was drawn.
    pub stated: Option<Date>,
}

/// Days of a year that are gone, and of which the commitment itself states nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Unstated {
    /// The year.
    pub year: i16,
    /// What is known without them.
    pub gone: Gone,
    /// The first of them.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
}

/// The years of a commitment that have days gone by a day.
pub fn unstated(commitment: &Commitment, as_of: Date) -> Vec<Unstated> {
    let (start, end) = (commitment.term.0.value, commitment.term.1.value);
    let years = (start.year()..=end.year()).filter_map(|year| {
        let first = Date::new(year, 1, 1).ok()?.max(start);
        let to = Date::new(year, 12, 31).ok()?.min(end).tomorrow().ok()?.min(as_of);
        let days = crate::commitments::days(first, to);
        if days <= 0 {
            return None;
        }
        let stated =
            commitment.drawn.iter().rfind(|stated| stated.until.value.year() == year && stated.until.value < to);
        let from = stated.map_or(first, |stated| stated.until.value.tomorrow().unwrap_or(to));
        let amount = stated.map_or(Decimal::ZERO, |stated| stated.amount.value);
        let gone = Gone { amount, days, stated: stated.map(|stated| stated.until.value), ..Gone::default() };
        Some(Unstated { year, gone, from, to })
    });
    years.collect()
}

/// What the commitments themselves state, and nothing else is known.
pub fn stated<'c>(commitments: impl Iterator<Item = &'c Commitment>, as_of: Date) -> Past {
    let years = |commitment: &Commitment| {
        let unstated = unstated(commitment, as_of).into_iter();
        let gone = |of: Unstated| Gone { unknown: crate::commitments::days(of.from, of.to), ..of.gone };
        unstated.map(|of| (of.year, gone(of))).collect()
    };
    commitments.map(|commitment| (commitment.address, years(commitment))).collect()
}
