//! Money of a plan: nodes by how they are paid for, and what contracts get from it. Must not know how a price is found,
//! nor how anything is shown.

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
    /// The first day on which they can start, where that is after the plan's: until then they cost nothing.
    pub from: Option<Date>,
    /// The last day on which they can run; none: no day is.
    pub until: Option<Date>,
    /// They stay in the cloud and are managed no longer: they still cost.
    pub leaves: bool,
    /// No nodes: places that were granted, and in which none runs. They are owed all the same.
    pub idle: Option<Idle>,
    /// They are meant for a reservation of the fleet's own, which has no place for them: nothing is kept for them.
    pub outside: bool,
    /// The contract that paid for such nodes, and its last day, where that is over.
    pub ended: Option<(Symbol, Date)>,
    /// Days from which somebody else pays for them, in order.
    pub later: Vec<Later>,
}

/// Granted places in which no node runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Idle {
    /// The files name them.
    Named,
    /// The files named them and do no longer, or of fewer.
    Gone,
}

/// Reserved capacity that is owed whether anything runs in it, and whether the files still name it or not: what was
/// granted is until its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// The author's block: `capacity.blocks`.
    pub block: Symbol,
    /// It is no grant: the fleet made it and manages it no longer, so it is billed until somebody gives it back.
    pub own: bool,
    /// The reservations' ids, or the group that holds them.
    pub sources: Vec<Symbol>,
    /// Where.
    pub site: Site,
    /// The zone's id.
    pub zone: Symbol,
    /// Of what.
    pub shape: Symbol,
    /// Nodes that the files name.
    pub nodes: u64,
    /// Nodes that earlier files named, and these do no longer.
    pub gone: u64,
    /// The first day.
    pub from: Option<Date>,
    /// The last day on which it is owed, by its own window or by its contract; none: nobody says.
    pub until: Option<Date>,
    /// The contract that the author names for it.
    pub contract: Option<Symbol>,
    /// The day for which the files said so.
    pub said: Date,
}

/// Who pays for nodes from a day on: a contract ends then, or another begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    /// The day.
    pub from: Date,
    /// How they are paid for.
    pub paid: Paid,
    /// What one node costs for an hour; none: unknown.
    pub cost: Option<Money>,
}

/// What is stored, of which no price is known: it is in no sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stores {
    /// How many there are.
    pub stores: u64,
    /// Their size in GiB, as far as it is said.
    pub gib: u64,
    /// Those among them of which none is said: they grow with what is put into them.
    pub unsized_stores: u64,
}

impl Held {
    /// Nodes in all.
    pub fn nodes(&self) -> u64 {
        u64::from(self.holds.nodes).saturating_mul(self.resources)
    }

    /// Who pays for them on a day, and what for one of them and an hour.
    pub fn paid_on(&self, day: Date) -> (Paid, Option<Money>) {
        let later = self.later.iter().rfind(|later| later.from <= day);
        later.map_or((self.paid, self.cost), |later| (later.paid, later.cost))
    }

    /// Days from one to another, both included, by who pays on them.
    pub fn stretches(&self, first: Date, last: Date) -> Vec<(i64, Paid, Option<Money>)> {
        let turns = self.later.iter().map(|later| later.from).filter(|day| first < *day && *day <= last);
        let mut begins: Vec<Date> = std::iter::once(first).chain(turns).collect();
        begins.extend(last.tomorrow().ok());
        let stretches = begins.windows(2).filter_map(|pair| {
            let [from, to] = pair else { return None };
            let days = from.until(*to).map_or(0, |span| i64::from(span.get_days()));
            let (paid, cost) = self.paid_on(*from);
            (days > 0).then_some((days, paid, cost))
        });
        stretches.collect()
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
    /// All that is owed over its term.
    pub value: Decimal,
    /// What it got in the years before, as far as that is known.
    pub earlier: Decimal,
    /// The first year of its term in which the plan changes what it gets; the plan's own year where it changes nothing.
    pub year: i16,
    /// What is owed in that year, with what was carried into it; none where the contract has no burn curve.
    pub owed: Option<Decimal>,
    /// What was carried into that year is not known: it is not in what is owed.
    pub carried_unknown: bool,
    /// The days of that year that are gone, which are the same before and after.
    pub gone: DaysGone,
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
    /// The same of later years, as far as they are known; none where nothing is.
    pub later_shortfall: Option<LaterShortfall>,
    /// The first year, of those that are known, in which it gets more than is owed for it.
    pub over_burn: Option<Crossing>,
    /// The first year in which it gets more than is owed over its whole term.
    pub used_up: Option<Crossing>,
    /// Milestones that are due from the plan's day to the end of that year, and earlier ones that are still not met.
    pub milestones: Vec<MilestoneSummary>,
}

/// What is paid for nothing in years to come.
#[derive(Clone, Debug, PartialEq)]
pub struct LaterShortfall {
    /// The first year in which anything is.
    pub first: i16,
    /// The last.
    pub last: i16,
    /// In all of them.
    pub amount: Decimal,
}

/// A year in which a contract gets more than is owed.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Which.
    pub year: i16,
    /// By how much more, to its end.
    pub over: Decimal,
    /// What is owed.
    pub owed: Decimal,
    /// It may be more: something that draws is not known.
    pub is_least: bool,
    /// This plan makes it more.
    pub is_raised: bool,
}

/// What a contract was drawn by on the days of a year that are gone, and how well that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DaysGone {
    /// Known to be drawn: it is in all sums of the year.
    pub amount: Decimal,
    /// How many days they are.
    pub days: u32,
    /// Days of them of which nothing is known.
    pub unknown: u32,
    /// GPU hours beside those that are known, as a share of these: others changed what ran, and nobody knows on which
    /// day.
    pub unsure: Decimal,
    /// The day until which the contract's own block states what was drawn.
    pub stated: Option<Date>,
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
