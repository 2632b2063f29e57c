//! Money of a plan: nodes by how they are paid for, and what contracts get from it. Must not know how a price is found, nor
//! how anything is shown.

use tonnage_base::{Date, Decimal, Symbol, quantity::Money};
use tonnage_graph::{Holds, Site};

/// Resources that hold the same nodes, and what one of these nodes costs for an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The author's block that they come from: `pool.chat`, `capacity.floor`.
    pub owner: Symbol,
    /// Where.
    pub site: Site,
    /// What each of them holds.
    pub holds: Holds,
    /// How many they are.
    pub resources: u64,
    /// How they are paid for.
    pub paid: Paid,
    /// On-demand list price; none: unknown.
    pub list: Option<Money>,
    /// What is paid: the committed rate, or the price of the market; none: unknown.
    pub cost: Option<Money>,
}

impl Held {
    /// Nodes in all.
    pub fn nodes(&self) -> u64 {
        u64::from(self.holds.nodes).saturating_mul(self.resources)
    }
}

/// How nodes are paid for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Paid {
    /// At the price of the market, beside every contract: new spend.
    Market,
    /// By a contract; none: one that no `commitment` block says anything of.
    Contract(Option<Symbol>),
    /// They run in a reservation of the fleet's own, which is paid for itself.
    Reservation,
}

/// What a commitment gets in one calendar year.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentSummary {
    /// `commitment.aws_7y`.
    pub address: Symbol,
    /// Currency, or `gpu-hours`.
    pub unit: Symbol,
    /// The first year of its term in which the plan changes what it gets; the plan's own year where it changes nothing.
    pub year: i16,
    /// What is owed in that year, with what was carried into it; none where the contract has no burn curve.
    pub owed: Option<Decimal>,
    /// What it gets in that year if all stays as it is live, and later changes come as the files say.
    pub before: Decimal,
    /// The same with what this plan makes of it.
    pub after: Decimal,
    /// What the files alone say that it gets: another amount where this plan places nodes otherwise than they would, or
    /// keeps what they no longer name.
    pub files: Decimal,
    /// Share of the year's GPU hours whose rate is not known, 0 to 1: they are in neither.
    pub share_without_rate: Decimal,
    /// Most nodes of CPUs only that draw on any day of it: they have no rate.
    pub cpu_nodes: u64,
    /// What is paid for nothing in that year, by the contract's rule; none where nothing is owed year by year.
    pub shortfall: Option<Decimal>,
    /// Milestones that are due from the plan's day to the end of that year, and earlier ones that are still not met.
    pub milestones: Vec<MilestoneSummary>,
}

/// A milestone, and whether the files meet it.
#[derive(Clone, Debug, PartialEq)]
pub struct MilestoneSummary {
    /// Its name.
    pub name: Symbol,
    /// Its day.
    pub by: Date,
    /// For each accelerator: GPUs due, planned for that day, and drawing on the commitment when this plan is applied.
    pub capacity: Vec<(Symbol, u64, u64, u64)>,
    /// Whether all of it is planned for its day.
    pub met: bool,
}
