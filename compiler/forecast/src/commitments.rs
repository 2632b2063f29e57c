//! What commitments owe and get, year by year, and their milestones. Must not know how a day was looked at.
//!
//! Between two days looked at everything is taken to change evenly, so a linear ramp is reckoned exactly; what jumps
//! does so on a day that is looked at.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, IndexVec, Symbol};
use tonnage_lang::{
    Intent,
    intent::{Commitment, CommitmentId, Owed, Shortfall},
};

use crate::past::{Gone, Past};
use crate::sample::{Draw, Sample};

/// A commitment over its term.
#[derive(Clone, Debug)]
pub struct CommitmentLine {
    /// Its name.
    pub name: Symbol,
    /// Currency, or `gpu-hours`.
    pub unit: Symbol,
    /// All that is owed.
    pub value: Decimal,
    /// First and last day.
    pub term: (Date, Date),
    /// The rule for what was not drawn.
    pub rule: Shortfall,
    /// Each calendar year of the term.
    pub years: Vec<Year>,
    /// In order of their days.
    pub milestones: Vec<MilestoneLine>,
}

/// One calendar year of a commitment.
#[derive(Clone, Debug)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// What is owed, with what was carried into it; none where the contract has no burn curve.
    pub curve: Option<Decimal>,
    /// What was carried into it is not known, since days of an earlier year are not: it is not in the curve.
    pub carried_unknown: bool,
    /// The days of it that are gone.
    pub gone: Gone,
    /// What is drawn: on days gone as far as that is known, on those to come as planned, at the committed rates.
    pub planned: Decimal,
    /// Share of the GPU hours whose rate is not known, 0 to 1: they are not in `planned`.
    pub unpriced: Decimal,
    /// Most nodes of CPUs only that draw on any day of it: they have no rate and are not in `planned` either.
    pub cpu_nodes: u64,
    /// Drawn less owed; none also where days of it are not known.
    pub difference: Option<Decimal>,
    /// What the rule makes of too little: money to be paid for nothing.
    pub shortfall: Option<Decimal>,
}

/// One milestone.
#[derive(Clone, Debug)]
pub struct MilestoneLine {
    /// Its name.
    pub name: Symbol,
    /// Its day.
    pub by: Date,
    /// For each accelerator: GPUs due, and planned for that day.
    pub capacity: Vec<(Symbol, u64, u64)>,
    /// How late the plan is.
    pub late: Late,
}

/// How late a milestone is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Late {
    /// It is met on its day.
    Met,
    /// By so many days, as far as days were looked at.
    Days(i32),
    /// Not on any day looked at.
    Never,
}

/// Reckons all commitments of a fleet: days before the one asked for from the past, the others from what runs on them.
pub fn lines(intent: &Intent, samples: &[Sample], past: &Past) -> Vec<CommitmentLine> {
    let from = samples.partition_point(|sample| sample.day < intent.as_of);
    all_of(&intent.commitments, samples, samples.get(from..).unwrap_or_default(), past)
}

pub(crate) fn all_of(
    all: &IndexVec<CommitmentId, Commitment>,
    samples: &[Sample],
    ahead: &[Sample],
    past: &Past,
) -> Vec<CommitmentLine> {
    all.iter().enumerate().map(|(at, commitment)| line(commitment, at, samples, ahead, past)).collect()
}

fn line(commitment: &Commitment, at: usize, samples: &[Sample], ahead: &[Sample], past: &Past) -> CommitmentLine {
    let (unit, value) = match &commitment.value {
        Owed::Spend(money) => (money.value.currency, money.value.amount),
        Owed::GpuHours(hours) => (Symbol::new("gpu-hours"), hours.value),
    };
    let usage = matches!(commitment.value, Owed::GpuHours(_));
    let drawn = by_year(at, usage, ahead);
    let past = past.get(&commitment.address);
    let term = (commitment.term.0.value, commitment.term.1.value);
    let (mut carried, mut carried_unknown) = (Decimal::ZERO, false);
    let years = (term.0.year()..=term.1.year())
        .map(|year| {
            let gone = past.and_then(|years| years.get(&year)).copied().unwrap_or_default();
            let mut drawn = drawn.get(&year).copied().unwrap_or_default();
            drawn.amount = (drawn.amount + gone.amount).round_dp(2);
            drawn.gpu_hours += gone.gpu_hours;
            drawn.unpriced += gone.without_rate;
            let burn = (!commitment.burn.is_empty()).then(|| {
                commitment.burn.iter().find(|b| b.year.value == year).map_or(Decimal::ZERO, |b| b.amount.value)
            });
            let curve = burn.map(|burn| burn + carried);
            // what is not known may have been drawn
            let difference = curve.filter(|_| gone.unknown == 0).map(|curve| drawn.amount - curve);
            let missing = difference.map(|difference| (-difference).max(Decimal::ZERO));
            let shortfall = missing.map(|missing| paid(commitment.shortfall, missing, year == term.1.year()));
            carried = match commitment.shortfall {
                Shortfall::CarryForward => missing.unwrap_or_default() - shortfall.unwrap_or_default(),
                Shortfall::PayDifference | Shortfall::Nothing => Decimal::ZERO,
            };
            let told = carried_unknown;
            if gone.unknown > 0 && commitment.shortfall == Shortfall::CarryForward {
                (carried, carried_unknown) = (Decimal::ZERO, true);
            }
            Year {
                year,
                curve,
                carried_unknown: told,
                gone,
                planned: drawn.amount,
                unpriced: drawn.unpriced_share(),
                cpu_nodes: drawn.cpu_nodes,
                difference,
                shortfall,
            }
        })
        .collect();
    let milestones = commitment
        .milestones
        .iter()
        .map(|milestone| {
            let planned = |sample: &Sample, model: Symbol| {
                sample.draws.get(at).and_then(|draw| draw.gpus.get(&model)).copied().unwrap_or(0)
            };
            // of a day before all that were looked at only this is known: whether it is met by the first of them
            let on = samples.iter().rfind(|sample| sample.day <= milestone.by.value).or(samples.first());
            let capacity: Vec<(Symbol, u64, u64)> = milestone
                .capacity
                .iter()
                .map(|(model, due)| (model.value, due.value, on.map_or(0, |sample| planned(sample, model.value))))
                .collect();
            let met = |sample: &Sample| {
                milestone.capacity.iter().all(|(model, due)| planned(sample, model.value) >= due.value)
            };
            let late = if on.is_some_and(met) {
                Late::Met
            } else {
                match samples.iter().find(|sample| sample.day > milestone.by.value && met(sample)) {
                    Some(sample) => Late::Days(days(milestone.by.value, sample.day)),
                    None => Late::Never,
                }
            };
            MilestoneLine { name: milestone.name.value, by: milestone.by.value, capacity, late }
        })
        .collect();
    CommitmentLine { name: commitment.name.value, unit, value, term, rule: commitment.shortfall, years, milestones }
}

/// What the rule makes of too little in a year: what is paid for nothing.
pub fn paid(rule: Shortfall, missing: Decimal, is_last_year: bool) -> Decimal {
    match rule {
        Shortfall::PayDifference => missing,
        Shortfall::CarryForward if is_last_year => missing,
        Shortfall::CarryForward | Shortfall::Nothing => Decimal::ZERO,
    }
}

/// What is drawn in a year.
#[derive(Clone, Copy, Debug, Default)]
struct Drawn {
    amount: Decimal,
    gpu_hours: Decimal,
    unpriced: Decimal,
    cpu_nodes: u64,
}

impl Drawn {
    fn unpriced_share(self) -> Decimal {
        self.unpriced.checked_div(self.gpu_hours).unwrap_or_default().round_dp(4)
    }
}

const HOURS: u32 = 24;

/// Draws over each calendar year, between the days looked at: each day counts whole, at what holds on it.
fn by_year(at: usize, usage: bool, samples: &[Sample]) -> BTreeMap<i16, Drawn> {
    let mut years: BTreeMap<i16, Drawn> = BTreeMap::new();
    for pair in samples.windows(2) {
        let [first, next] = pair else { continue };
        let (Some(from), Some(to)) = (first.draws.get(at), next.draws.get(at)) else { continue };
        let length = days(first.day, next.day);
        // a stretch never spans two years: the first day of each is among those looked at
        let year = years.entry(first.day.year()).or_default();
        let hours = Decimal::from(length) * Decimal::from(HOURS);
        // the days first … next - 1 of an even change from first to next
        let mean = |a: Decimal, b: Decimal| {
            let span = Decimal::from(length);
            a + (b - a) * (span - Decimal::ONE) / (span * Decimal::TWO)
        };
        // hours are used, and owed whether they are or not; money goes for what is kept free too
        let idle = |draw: &Draw| if usage { 0 } else { draw.idle };
        let gpus = |draw: &Draw| Decimal::from(draw.gpus.values().sum::<u64>() + idle(draw));
        let gpu_hours = mean(gpus(from), gpus(to)) * hours;
        year.gpu_hours += gpu_hours;
        year.cpu_nodes = year.cpu_nodes.max(from.cpu_nodes);
        if usage {
            year.amount += gpu_hours;
        } else {
            year.amount += mean(from.hourly, to.hourly) * hours;
            year.unpriced += mean(Decimal::from(from.unpriced), Decimal::from(to.unpriced)) * hours;
        }
    }
    years
}

/// Days from one to another.
pub(crate) fn days(first: Date, second: Date) -> i32 {
    first.until(second).map_or(0, |span| span.get_days())
}
