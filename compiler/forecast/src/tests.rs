//! Draws over time. Must not know how days are made.

use std::collections::BTreeMap;

use tonnage_base::{At, Date, Decimal, FileId, IndexVec, Span, Symbol, quantity::Money};
use tonnage_lang::intent::{Burn, Commitment, Covers, Milestone, Owed, Shortfall, Stated};

use crate::{Draw, Late, Past, Sample, past};

fn day(text: &str) -> Date {
    text.parse().unwrap_or_default()
}

fn at<T>(value: T) -> At<T> {
    At::new(value, Span::new(FileId(0), 0, 0))
}

fn sample(on: &str, gpus: u64, rate: i64) -> Sample {
    let draw = Draw {
        gpus: BTreeMap::from([(Symbol::new("gb300"), gpus)]),
        hourly: Decimal::from(gpus) * Decimal::from(rate),
        unpriced: if rate == 0 { gpus } else { 0 },
        cpu_nodes: 0,
        idle: 0,
    };
    Sample { day: day(on), gpus: BTreeMap::new(), nodes: 0, groups: 0, units: None, draws: vec![draw] }
}

fn commitment(shortfall: Shortfall) -> Commitment {
    let year = |year: i16, amount: i64| Burn { year: at(year), amount: at(Decimal::from(amount)) };
    Commitment {
        name: at(Symbol::new("c")),
        address: Symbol::new("commitment.c"),
        clouds: Vec::new(),
        value: Owed::Spend(at(Money::new(Decimal::from(2000), Symbol::new("USD")))),
        term: (at(day("2026-01-01")), at(day("2027-12-31"))),
        covers: Covers::default(),
        rates: BTreeMap::new(),
        burn: vec![year(2026, 1000), year(2027, 1000)],
        drawn: Vec::new(),
        milestones: vec![Milestone {
            name: at(Symbol::new("full")),
            by: at(day("2026-06-01")),
            capacity: vec![(at(Symbol::new("gb300")), at(3))],
            on_slip: None,
            span: Span::new(FileId(0), 0, 0),
        }],
        shortfall,
        description: None,
        span: Span::new(FileId(0), 0, 0),
    }
}

fn lines(commitment: Commitment, samples: &[Sample]) -> crate::CommitmentLine {
    let mut all = IndexVec::new();
    let _: tonnage_lang::intent::CommitmentId = all.push(commitment);
    crate::commitments::all_of(&all, samples, samples, &Past::new()).remove(0)
}

#[test]
fn each_day_counts_at_what_holds_on_it() {
    // 1 GPU at 1 an hour for a whole year, 2 for the next
    let samples = [
        sample("2026-01-01", 1, 1),
        sample("2026-12-31", 1, 1),
        sample("2027-01-01", 2, 1),
        sample("2027-12-31", 2, 1),
        sample("2028-01-01", 0, 1),
    ];
    let line = lines(commitment(Shortfall::PayDifference), &samples);
    let planned: Vec<Decimal> = line.years.iter().map(|year| year.planned).collect();
    assert_eq!(planned, [Decimal::from(365 * 24), Decimal::from(2 * 365 * 24)]);
    assert!(line.years.iter().all(|year| year.shortfall == Some(Decimal::ZERO)));
    assert_eq!(line.milestones.first().map(|m| m.late), Some(Late::Never));
}

#[test]
fn an_even_rise_is_reckoned_exactly() {
    // 0, 1, 2 … 9 GPUs on ten days: 45 GPU days
    let line = lines(commitment(Shortfall::PayDifference), &[sample("2026-01-01", 0, 1), sample("2026-01-11", 10, 1)]);
    assert_eq!(line.years.first().map(|year| year.planned), Some(Decimal::from(45 * 24)));
}

#[test]
fn too_little_is_paid_carried_or_nothing() {
    let samples = [sample("2026-01-01", 0, 1), sample("2026-12-31", 0, 1), sample("2027-12-31", 0, 1)];
    let shortfall = |rule| {
        let years = lines(commitment(rule), &samples).years;
        years.iter().map(|year| year.shortfall.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(shortfall(Shortfall::PayDifference), [Decimal::from(1000), Decimal::from(1000)]);
    assert_eq!(shortfall(Shortfall::CarryForward), [Decimal::ZERO, Decimal::from(2000)]);
    assert_eq!(shortfall(Shortfall::Nothing), [Decimal::ZERO, Decimal::ZERO]);
}

#[test]
fn what_has_no_rate_is_said_and_not_guessed() {
    let samples = [sample("2026-01-01", 4, 0), sample("2026-12-31", 4, 0)];
    let line = lines(commitment(Shortfall::PayDifference), &samples);
    let first = line.years.first();
    assert_eq!(first.map(|year| (year.planned, year.unpriced)), Some((Decimal::ZERO, Decimal::ONE)));
}

#[test]
fn a_late_milestone_says_by_how_much() {
    let samples = [sample("2026-01-01", 1, 1), sample("2026-06-01", 2, 1), sample("2026-07-01", 3, 1)];
    let line = lines(commitment(Shortfall::PayDifference), &samples);
    assert_eq!(line.milestones.first().map(|m| m.late), Some(Late::Days(30)));
}

#[test]
fn days_gone_are_what_is_stated_and_the_rest_of_them_is_not_known() {
    let stated = |day: &str, amount: i64| Stated { until: at(self::day(day)), amount: at(Decimal::from(amount)) };
    let commitment = Commitment {
        drawn: vec![stated("2026-06-30", 300), stated("2026-10-31", 700), stated("2027-12-31", 9)],
        ..commitment(Shortfall::PayDifference)
    };
    let as_of = day("2027-01-11");
    let past = past::stated(std::iter::once(&commitment), as_of);
    let years: Vec<_> =
        past.values().flatten().map(|(year, gone)| (*year, gone.amount, gone.days, gone.unknown)).collect();
    assert_eq!(years, [(2026, Decimal::from(700), 365, 61), (2027, Decimal::ZERO, 10, 10)]);
    // on that day itself nothing is gone yet
    assert_eq!(past::unstated(&commitment, day("2026-01-01")), []);
    let next = past::unstated(&commitment, day("2026-11-01"));
    assert_eq!(next.iter().map(|of| (of.from, of.to)).collect::<Vec<_>>(), [(day("2026-11-01"), day("2026-11-01"))]);
}

#[test]
fn what_is_not_known_is_no_shortfall_and_is_carried_nowhere() {
    let commitment = commitment(Shortfall::CarryForward);
    let gone = |unknown| crate::Gone { amount: Decimal::from(400), days: 365, unknown, ..crate::Gone::default() };
    let samples = [sample("2027-01-01", 0, 1), sample("2027-12-31", 0, 1)];
    let years = |unknown| {
        let past = Past::from([(commitment.address, [(2026, gone(unknown))].into())]);
        let mut all = IndexVec::new();
        let _: tonnage_lang::intent::CommitmentId = all.push(commitment.clone());
        let line = crate::commitments::all_of(&all, &samples, &samples, &past).remove(0);
        line.years.iter().map(|y| (y.curve, y.carried_unknown, y.shortfall)).collect::<Vec<_>>()
    };
    let of = |amount: i64| Some(Decimal::from(amount));
    assert_eq!(years(0), [(of(1000), false, of(0)), (of(1600), false, of(1600))]);
    assert_eq!(years(7), [(of(1000), false, None), (of(1000), true, of(1000))]);
}
