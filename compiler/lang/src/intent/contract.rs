//! Contracts: what is owed over which term, what counts for it, what is due when. Must not know what is drawn.

use std::collections::BTreeMap;

use tonnage_base::{
    At, Date, Decimal, Span, Symbol,
    quantity::{Money, Rate},
};

use super::CloudId;

/// `commitment "NAME" { … }`. Words follow FOCUS (the FinOps cost and usage specification): a commitment of category
/// spend or usage.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// Its label.
    pub name: At<Symbol>,
    /// `commitment.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// Whose contract it is; at least one.
    pub clouds: Vec<At<CloudId>>,
    /// What is owed.
    pub value: Owed,
    /// First and last day, both included.
    pub term: (At<Date>, At<Date>),
    /// What counts for it.
    pub covers: Covers,
    /// The committed price of a GPU hour, by accelerator. Absent: not known.
    pub rates: BTreeMap<Symbol, At<Rate>>,
    /// What is owed in each calendar year of the term, in order; sums to the value; empty where it is not said.
    pub burn: Vec<Burn>,
    /// What was drawn, from statements of the contract, in order of their days.
    pub drawn: Vec<Stated>,
    /// Capacity due on days, in order of the days.
    pub milestones: Vec<Milestone>,
    /// What happens to what was not drawn in a year.
    pub shortfall: Shortfall,
    /// For people.
    pub description: Option<Symbol>,
    /// The block.
    pub span: Span,
}

/// The whole of a commitment.
#[derive(Clone, Debug)]
pub enum Owed {
    /// FOCUS category spend.
    Spend(At<Money>),
    /// FOCUS category usage: GPU hours.
    GpuHours(At<Decimal>),
}

/// `covers { … }`; an empty list leaves everything of the commitment's clouds in.
#[derive(Clone, Debug, Default)]
pub struct Covers {
    /// Region names.
    pub regions: Vec<At<Symbol>>,
    /// Accelerators.
    pub accelerators: Vec<At<Symbol>>,
    /// `compute`, `storage`.
    pub services: Vec<At<Symbol>>,
}

/// One year of the burn curve.
#[derive(Clone, Debug)]
pub struct Burn {
    /// The calendar year, where it is written.
    pub year: At<i16>,
    /// Money, or GPU hours for usage, as the value has it.
    pub amount: At<Decimal>,
}

/// What was drawn in one calendar year until a day.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The last day it counts, where it is written.
    pub until: At<Date>,
    /// From the first day of the year, or of the term; money, or GPU hours for usage.
    pub amount: At<Decimal>,
}

/// `milestone "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Its label.
    pub name: At<Symbol>,
    /// The day it is due.
    pub by: At<Date>,
    /// GPUs due, by accelerator, in order of their names.
    pub capacity: Vec<(At<Symbol>, At<u64>)>,
    /// What the contract says when it is late, for people.
    pub on_slip: Option<Symbol>,
    /// The block.
    pub span: Span,
}

/// What happens to what was not drawn in a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shortfall {
    /// The difference is paid.
    #[default]
    PayDifference,
    /// It is owed in the next year on top.
    CarryForward,
    /// Nothing.
    Nothing,
}
