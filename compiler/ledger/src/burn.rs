//! What contracts were drawn by, from apply to apply. Must not know what a contract says, nor any file of today: what
//! was written when it was true stays true, whatever is edited later.
//!
//! Each record keeps what ran before it and after it, who paid for that at which rate, and the sums up to its end; so
//! what was drawn until any moment needs the last record before that moment, and what was seen next.

use std::collections::BTreeMap;
use std::pin::pin;

use futures::stream::StreamExt;
use tonnage_base::{Date, Decimal, Timestamp, clock::utc};

use crate::error::LedgerError;
use crate::ledger::{Ledger, side_by_side};
use crate::record::FOLDER;

/// Nodes that are alike, wherever in the file they come from: renaming their block changes nothing here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Alike {
    /// The `cloud` block.
    pub cloud: String,
    /// Where.
    pub region: String,
    /// Where; none: anywhere in the region.
    pub zone: Option<String>,
    /// On what.
    pub shape: String,
    /// `reserved`, `on_demand`, `spot`.
    pub market: String,
    /// A reservation, and not nodes that run.
    pub reserves_only: bool,
}

/// How many there are, and who pays for them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Drawing {
    /// What.
    pub of: Alike,
    /// The contracts that pay for them, each for its time; none: they are paid for otherwise.
    pub payers: Vec<Payer>,
    /// GPUs of one node.
    pub gpus: u32,
    /// Nodes.
    pub nodes: u64,
}

/// A contract that pays for nodes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Payer {
    /// `commitment.aws_7y`.
    pub contract: String,
    /// What one node draws for an hour; none: its rate is not known.
    pub rate: Option<Decimal>,
    /// The first day; none: from the beginning.
    pub from: Option<Date>,
    /// The last day; none: for good.
    pub until: Option<Date>,
}

/// What a contract was drawn by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Drawn {
    /// At the rates of then.
    pub money: Decimal,
    /// GPU hours, those without a rate too.
    pub gpu_hours: Decimal,
    /// GPU hours that are not in the money.
    pub without_rate: Decimal,
    /// GPU hours that may have been drawn beside these: there were more or fewer at one look than at the next, and the
    /// fewer count.
    pub unsure: Decimal,
}

/// Drawn by contract and calendar year.
pub type Sums = BTreeMap<(String, i16), Drawn>;

/// Contracts as an apply left them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Burn {
    /// When the first apply ended: of what was before nothing is known.
    pub begins: Timestamp,
    /// When this one ended.
    pub at: Timestamp,
    /// Whether all of it came to be: else anything between before and after may run.
    pub whole: bool,
    /// What ran when it was planned.
    pub before: Vec<Drawing>,
    /// What was to run from its end on.
    pub after: Vec<Drawing>,
    /// What was drawn from the beginning to its end.
    pub sums: Sums,
}

impl Burn {
    /// Of an apply that ended `at`, after another one.
    pub fn next(earlier: Option<&Self>, at: Timestamp, whole: bool, before: Vec<Drawing>, after: Vec<Drawing>) -> Self {
        let begins = earlier.map_or(at, |earlier| earlier.begins);
        let sums = earlier.map(|earlier| earlier.until(at, &before)).unwrap_or_default();
        Self { begins, at, whole, before, after, sums }
    }

    /// What was drawn up to a moment after its end, when `seen` ran at the next look.
    pub fn until(&self, moment: Timestamp, seen: &[Drawing]) -> Sums {
        let mut sums = self.sums.clone();
        let (left, seen) = (counted(&self.after), counted(seen));
        let before = (!self.whole).then(|| counted(&self.before));
        let mut add = |drawing: &Drawing, fewest: u64, all: u64, most: u64| {
            let share = |of: u64| Decimal::from(of).checked_div(Decimal::from(all)).unwrap_or_default();
            let nodes = Decimal::from(drawing.nodes);
            let (sure, unsure) = (nodes.saturating_mul(share(fewest)), nodes.saturating_mul(share(most - fewest)));
            for payer in &drawing.payers {
                let opens = payer.from.map_or(Timestamp::MIN, midnight);
                let closes = payer.until.map_or(Timestamp::MAX, |day| day.tomorrow().map_or(Timestamp::MAX, midnight));
                for (year, hours) in by_year(self.at.max(opens), moment.min(closes)) {
                    let gpu_hours =
                        |nodes: Decimal| nodes.saturating_mul(Decimal::from(drawing.gpus)).saturating_mul(hours);
                    let put = |into: &mut Decimal, more: Decimal| *into = into.saturating_add(more).round_dp(6);
                    let drawn = sums.entry((payer.contract.clone(), year)).or_default();
                    put(&mut drawn.gpu_hours, gpu_hours(sure));
                    put(&mut drawn.unsure, gpu_hours(unsure));
                    match payer.rate {
                        Some(rate) => put(&mut drawn.money, rate.saturating_mul(sure).saturating_mul(hours)),
                        None => put(&mut drawn.without_rate, gpu_hours(sure)),
                    }
                }
            }
        };
        let nodes = |of: &BTreeMap<&Alike, u64>, alike: &Alike| of.get(alike).copied().unwrap_or_default();
        for drawing in &self.after {
            let all = nodes(&left, &drawing.of);
            let others = before.iter().chain([&seen]).map(|of| nodes(of, &drawing.of));
            let (fewest, most) = others.fold((all, all), |(fewest, most), n| (fewest.min(n), most.max(n)));
            add(drawing, fewest, all, most);
        }
        sums
    }
}

/// What was drawn up to a moment: `burns` are the records from the last one back to one before it, `now` is what runs
/// today. None: the ledger begins later.
pub fn until(burns: &[Burn], now: &[Drawing], moment: Timestamp) -> Option<(Timestamp, Sums)> {
    let at = burns.iter().position(|burn| burn.at <= moment)?;
    let seen = at.checked_sub(1).and_then(|next| burns.get(next)).map_or(now, |next| next.before.as_slice());
    burns.get(at).map(|burn| (burn.begins, burn.until(moment, seen)))
}

/// The first moment of a day.
pub fn midnight(day: Date) -> Timestamp {
    day.to_zoned(utc()).map_or(Timestamp::MAX, |day| day.timestamp())
}

fn counted(drawings: &[Drawing]) -> BTreeMap<&Alike, u64> {
    let mut nodes = BTreeMap::new();
    for drawing in drawings {
        let of: &mut u64 = nodes.entry(&drawing.of).or_default();
        *of = of.saturating_add(drawing.nodes);
    }
    nodes
}

/// Hours of each calendar year between two moments.
fn by_year(from: Timestamp, to: Timestamp) -> Vec<(i16, Decimal)> {
    let year = |at: Timestamp| at.to_zoned(utc()).year();
    let (first, last) = if from < to { (year(from), year(to)) } else { return Vec::new() };
    let stretches = (first..=last).filter_map(|year| {
        let begins = Date::new(year, 1, 1).map_or(Timestamp::MIN, midnight).max(from);
        let ends = year.checked_add(1).and_then(|next| Date::new(next, 1, 1).ok()).map_or(Timestamp::MAX, midnight);
        let hours = hours(begins, ends.min(to));
        (!hours.is_zero()).then_some((year, hours))
    });
    stretches.collect()
}

/// Hours between two moments; none where the second is not the later.
pub fn hours(from: Timestamp, to: Timestamp) -> Decimal {
    let seconds = to.as_second().saturating_sub(from.as_second()).max(0);
    Decimal::from(seconds) / Decimal::from(3600)
}

impl Ledger {
    /// What records say of contracts, the last one first, back to one that ended by `moment`. Those that can't be read
    /// are passed over: what ran is then told by those around them.
    pub async fn burns(&self, moment: Timestamp) -> Result<Vec<Burn>, LedgerError> {
        let mut burns = Vec::new();
        let mut serials = self.numbers(FOLDER).await?.into_iter().rev();
        // most ask for the last one alone
        let last = serials.next().map(|serial| self.record(serial));
        let before = side_by_side(serials.map(|serial| self.record(serial)));
        let mut records = pin!(side_by_side(last).chain(before));
        while let Some(record) = records.next().await {
            match record {
                Ok(record) => burns.extend(record.map(|record| record.burn)),
                Err(LedgerError::Damaged { .. }) => {}
                Err(other) => return Err(other),
            }
            if burns.last().is_some_and(|burn: &Burn| burn.at <= moment) {
                break;
            }
        }
        Ok(burns)
    }
}

#[cfg(test)]
mod tests;
