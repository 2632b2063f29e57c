//! What the nodes of a plan cost before and after: of the fleet, of each cloud, of each block that changes; and what its
//! contracts get. Must not know formats: rows and lines are made here, and every format writes them.
//!
//! What has no price is in no sum. How many nodes that are is said beside every sum.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use tonnage_base::{
    Decimal, Market, Symbol,
    quantity::{Money, group_thousands},
};
use tonnage_graph::Site;
use tonnage_plan::{
    Plan,
    money::{CommitmentSummary, Held, MilestoneSummary, Paid},
};

use crate::{
    table::{Align, Table},
    view::shape,
    words,
};

/// Nodes and money, before and after. Money is for one hour.
#[derive(Clone, Debug, Default)]
pub struct Spend {
    /// GPUs that run.
    pub gpus: (u64, u64),
    /// Nodes that run.
    pub nodes: (u64, u64),
    /// On-demand list price of all nodes that run.
    pub list: Amounts,
    /// What contracts are drawn by, at their rates.
    pub committed: Amounts,
    /// What is paid beside contracts: nodes on demand and spot, and reservations of the fleet's own.
    pub new: Amounts,
}

/// Money before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Before.
    pub before: Sum,
    /// Afterwards.
    pub after: Sum,
}

/// The price of nodes, and those of them that have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The price of those that have one.
    pub amount: Decimal,
    /// All nodes.
    pub nodes: u64,
    /// Their GPUs.
    pub gpus: u64,
    /// Nodes and GPUs without a price.
    unpriced: BTreeMap<(Site, Symbol, Market), (u64, u64)>,
}

/// What a block costs, or several that change alike.
#[derive(Clone, Debug)]
pub struct OfBlock {
    /// `pool.chat`; without keys where it is several.
    pub label: String,
    /// How many blocks it is.
    pub count: usize,
    /// What they cost together.
    pub spend: Spend,
}

impl Spend {
    /// Adds nodes; `gpus` of one node.
    pub fn add(&mut self, is_after: bool, held: &Held, gpus: u32) {
        let nodes = held.nodes();
        let gpus = nodes.saturating_mul(u64::from(gpus));
        let runs = !held.holds.reserves_only;
        let put = |amounts: &mut Amounts, price: Option<Money>| {
            let sum = if is_after { &mut amounts.after } else { &mut amounts.before };
            sum.add(held, price, nodes, gpus);
        };
        if runs {
            put(&mut self.list, held.list);
        }
        match held.paid {
            Paid::Market => put(&mut self.new, held.cost),
            Paid::Contract(_) => put(&mut self.committed, held.cost),
            Paid::Reservation => {}
        }
        if runs {
            *(if is_after { &mut self.gpus.1 } else { &mut self.gpus.0 }) += gpus;
            *(if is_after { &mut self.nodes.1 } else { &mut self.nodes.0 }) += nodes;
        }
    }

    fn changes(&self) -> bool {
        let moved = |amounts: &Amounts| amounts.before != amounts.after;
        self.nodes.0 != self.nodes.1 || [&self.list, &self.committed, &self.new].into_iter().any(moved)
    }
}

impl Amounts {
    /// The same money for so many hours.
    pub fn times(mut self, hours: Decimal) -> Self {
        for sum in [&mut self.before, &mut self.after] {
            sum.amount = sum.amount.checked_mul(hours).unwrap_or(Decimal::MAX);
        }
        self
    }

    /// Whether nothing is paid so, neither before nor after.
    pub fn is_none(&self) -> bool {
        self.before.nodes == 0 && self.after.nodes == 0
    }

    /// Afterwards less before, in words.
    fn difference(&self) -> String {
        let known = words::money_delta(self.before.amount, self.after.amount, usd());
        if self.before.unpriced == self.after.unpriced {
            known
        } else if self.before.amount == self.after.amount {
            "unknown".to_owned()
        } else {
            format!("{known} + unknown")
        }
    }

    /// `$12.1K`, where it changes `$12.1K → $14.2K`, and nothing where nothing is paid.
    fn in_one_cell(&self) -> String {
        if self.is_none() {
            return "·".to_owned();
        }
        let (before, after) = (self.before.words(), self.after.words());
        if before == after { after } else { format!("{before} → {after}") }
    }
}

impl Sum {
    fn add(&mut self, held: &Held, price: Option<Money>, nodes: u64, gpus: u64) {
        self.nodes += nodes;
        self.gpus += gpus;
        let price = price.filter(|price| price.currency == usd());
        match price.and_then(|price| price.amount.checked_mul(Decimal::from(nodes))) {
            Some(cost) => self.amount = self.amount.checked_add(cost).unwrap_or(Decimal::MAX),
            None => {
                let (unpriced, of_them) =
                    self.unpriced.entry((held.site, held.holds.shape, held.holds.market)).or_default();
                *unpriced += nodes;
                *of_them += gpus;
            }
        }
    }

    /// Nodes and GPUs that are not in the amount.
    pub fn unknown(&self) -> (u64, u64) {
        self.unpriced.values().fold((0, 0), |(nodes, gpus), (n, g)| (nodes + n, gpus + g))
    }

    /// `5 of 8 nodes (62.5%), 40 of 64 GPUs (62.5%)`, `all of 8 nodes, 64 GPUs`; none where every price is known.
    fn left_out(&self) -> Option<String> {
        let (nodes, gpus) = self.unknown();
        if nodes == 0 {
            return None;
        }
        if nodes == self.nodes {
            let gpus = if gpus > 0 { format!(", {}", words::count(gpus, "GPU")) } else { String::new() };
            return Some(format!("all of {}{gpus}", words::count(nodes, "node")));
        }
        let part = |part: u64, all: u64, of: &str| {
            let share = words::percent(Decimal::from(part), Decimal::from(all));
            format!("{} of {} ({share})", group_thousands(part), words::count(all, of))
        };
        let of_gpus = if gpus > 0 { format!(", {}", part(gpus, self.gpus, "GPU")) } else { String::new() };
        Some(format!("{}{of_gpus}", part(nodes, self.nodes, "node")))
    }

    /// `$488K`, `$488K + unknown`, `unknown`.
    fn words(&self) -> String {
        let known = Money { amount: self.amount, currency: usd() }.short();
        match self.unknown().0 {
            0 => known,
            nodes if nodes == self.nodes => "unknown".to_owned(),
            _ => format!("{known} + unknown"),
        }
    }
}

fn usd() -> Symbol {
    Symbol::new("USD")
}

/// Of the fleet, of each cloud, and of each block that changes.
pub(crate) fn of(plan: &Plan) -> (Spend, Vec<(Symbol, Spend)>, Vec<OfBlock>) {
    let mut fleet = Spend::default();
    let mut clouds: BTreeMap<Symbol, Spend> = BTreeMap::new();
    let mut owners: BTreeMap<Symbol, Spend> = BTreeMap::new();
    for (is_after, rows) in [(false, &plan.held_before), (true, &plan.held_after)] {
        for held in rows {
            let gpus = shape(plan, held.site, held.holds.shape).map_or(0, |facts| facts.gpus);
            let of_cloud = clouds.entry(held.site.cloud).or_default();
            for spend in [&mut fleet, of_cloud, owners.entry(held.owner).or_default()] {
                spend.add(is_after, held, gpus);
            }
        }
    }
    let alone = owners.len() < 2;
    let mut alike: BTreeMap<(Ordering, String), Vec<(Symbol, Spend)>> = BTreeMap::new();
    for (owner, spend) in owners.into_iter().filter(|(_, spend)| spend.changes() && !alone) {
        // what shrinks is not hidden among what grows
        let direction = spend.nodes.1.cmp(&spend.nodes.0);
        alike.entry((direction, words::without_keys(owner.as_str()))).or_default().push((owner, spend));
    }
    let blocks = alike.into_iter().map(|((_, label), blocks)| match blocks.as_slice() {
        [(owner, spend)] => OfBlock { label: owner.to_string(), count: 1, spend: spend.clone() },
        many => OfBlock { label, count: many.len(), spend: together(many.iter().map(|(_, spend)| spend)) },
    });
    let blocks = blocks.collect();
    (fleet, clouds.into_iter().collect(), blocks)
}

fn together<'s>(all: impl Iterator<Item = &'s Spend>) -> Spend {
    all.fold(Spend::default(), |mut sum, one| {
        let pair = |into: &mut (u64, u64), from: (u64, u64)| *into = (into.0 + from.0, into.1 + from.1);
        pair(&mut sum.gpus, one.gpus);
        pair(&mut sum.nodes, one.nodes);
        for (into, from) in [(&mut sum.list, &one.list), (&mut sum.committed, &one.committed), (&mut sum.new, &one.new)]
        {
            for (into, from) in [(&mut into.before, &from.before), (&mut into.after, &from.after)] {
                into.amount = into.amount.checked_add(from.amount).unwrap_or(Decimal::MAX);
                into.nodes += from.nodes;
                into.gpus += from.gpus;
                for (of, (nodes, gpus)) in &from.unpriced {
                    let unpriced = into.unpriced.entry(*of).or_default();
                    *unpriced = (unpriced.0 + nodes, unpriced.1 + gpus);
                }
            }
        }
        sum
    })
}

/// The fleet's money: name, before, after, difference.
pub(crate) fn rows(spend: &Spend) -> Vec<[String; 4]> {
    let row = |name: &str, amounts: &Amounts| {
        [name.to_owned(), amounts.before.words(), amounts.after.words(), amounts.difference()]
    };
    let mut rows = vec![row("list price, 1 h", &spend.list)];
    if !spend.committed.is_none() {
        rows.push(row("committed, 1 h", &spend.committed));
    }
    rows.push(row("new spend, 1 h", &spend.new));
    rows.push(row("new spend, 30 d", &spend.new.clone().times(Decimal::from(720))));
    rows
}

/// What sums leave out, and how much of the whole that is, a line for each that leaves out the same.
pub(crate) fn unknown(spend: &Spend) -> Vec<String> {
    let sums = [("list price", &spend.list), ("committed rate", &spend.committed), ("price of new spend", &spend.new)];
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (what, amounts) in sums {
        let line = match (amounts.before.left_out(), amounts.after.left_out()) {
            (None, None) => continue,
            (_, Some(after)) => after,
            (Some(before), None) => format!("{before} before"),
        };
        match told.iter_mut().find(|(other, _)| *other == line) {
            Some((_, sums)) => sums.push(what),
            None => told.push((line, vec![what])),
        }
    }
    let lines =
        told.into_iter().map(|(line, sums)| format!("{} unknown for {line}: not in the sums", sums.join(" and ")));
    lines.collect()
}

/// Clouds where there are several, and blocks that change, each with its money.
pub(crate) fn breakdown(clouds: &[(Symbol, Spend)], blocks: &[OfBlock]) -> Option<Table> {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right]);
    table.row(["", "GPUs", "list, 1 h", "committed, 1 h", "new, 1 h"]);
    let mut row = |label: String, spend: &Spend| {
        let (unit, (before, after)) = match spend.gpus {
            (0, 0) if spend.nodes != (0, 0) => (" nodes", spend.nodes),
            gpus => ("", gpus),
        };
        let count = match (before, after) {
            (0, 0) => "·".to_owned(),
            _ if before == after => format!("{}{unit}", group_thousands(after)),
            _ => format!("{} → {}{unit}", group_thousands(before), group_thousands(after)),
        };
        let [list, committed, new] = [&spend.list, &spend.committed, &spend.new].map(Amounts::in_one_cell);
        table.row([label, count, list, committed, new]);
    };
    if clouds.len() > 1 {
        clouds.iter().for_each(|(cloud, spend)| row(format!("cloud.{cloud}"), spend));
    }
    for block in blocks {
        let many = if block.count > 1 { format!("{} × ", group_thousands(block.count as u64)) } else { String::new() };
        row(format!("{many}{}", block.label), &block.spend);
    }
    (table.rows.len() > 1).then_some(table)
}

/// What a contract gets, as a row of the fleet's table: as a share of what it is owed, where that is known.
pub(crate) fn commitment_row(commitment: &CommitmentSummary) -> [String; 4] {
    let CommitmentSummary { year, before, after, .. } = commitment;
    let name = name(commitment);
    match commitment.owed.filter(|owed| !owed.is_zero()) {
        Some(owed) => {
            let share = |amount: &Decimal| words::percent(*amount, owed);
            let points = words::points(*before, *after, owed);
            [format!("{name}, {year} burn of {}", amount(commitment, owed)), share(before), share(after), points]
        }
        None => [
            format!("{name}, {year} burn"),
            amount(commitment, *before),
            amount(commitment, *after),
            words::amount_delta(*before, *after, commitment.unit),
        ],
    }
}

/// What a reader must know beside that row, a line each.
pub(crate) fn commitment_lines(commitment: &CommitmentSummary) -> Vec<String> {
    let (name, year) = (name(commitment), commitment.year);
    let mut lines = Vec::new();
    if let Some(shortfall) = commitment.shortfall.filter(|shortfall| !shortfall.is_zero()) {
        let shortfall = amount(commitment, shortfall);
        lines.push(format!("{name}: {shortfall} of what is owed for {year} is paid for nothing"));
    }
    if commitment.files != commitment.after {
        let files = amount(commitment, commitment.files);
        let after = amount(commitment, commitment.after);
        lines.push(format!("{name}: it gets {after} in {year}; the files alone say {files}"));
    }
    if !commitment.share_without_rate.is_zero() {
        let share = words::percent(commitment.share_without_rate, Decimal::ONE);
        lines.push(format!("{name}: {share} of its GPU hours in {year} have no rate: not in its burn"));
    }
    if commitment.cpu_nodes > 0 {
        let nodes = words::count(commitment.cpu_nodes, "CPU node");
        lines.push(format!("{name}: {nodes} draw on it in {year} at no known rate: not in its burn"));
    }
    lines.extend(commitment.milestones.iter().map(|milestone| format!("{name}: {}", milestone_line(milestone))));
    lines
}

/// Milestones that are not met, a line each.
pub(crate) fn unmet(commitment: &CommitmentSummary) -> Vec<String> {
    let unmet = commitment.milestones.iter().filter(|milestone| !milestone.met);
    unmet.map(|milestone| format!("{}: {}", name(commitment), milestone_line(milestone))).collect()
}

fn milestone_line(milestone: &MilestoneSummary) -> String {
    let sum =
        |pick: fn(&(Symbol, u64, u64, u64)) -> u64| milestone.capacity.iter().map(pick).fold(0, u64::saturating_add);
    let (due, now) = (sum(|row| row.1), sum(|row| row.3));
    let verdict = if milestone.met {
        "planned to be met".to_owned()
    } else {
        let short = milestone.capacity.iter().filter(|(_, due, planned, _)| planned < due);
        let short = short.map(|(model, due, planned, _)| format!("{} {model}", group_thousands(due - planned)));
        format!("NOT met, planned short by {}", short.collect::<Vec<_>>().join(", "))
    };
    format!(
        "milestone {}, {} GPUs by {}: {verdict}; {} after this plan",
        milestone.name,
        group_thousands(due),
        milestone.by,
        group_thousands(now),
    )
}

/// `aws_7y`, `module.east.aws_7y`.
fn name(commitment: &CommitmentSummary) -> String {
    commitment.address.as_str().replacen("commitment.", "", 1)
}

fn amount(commitment: &CommitmentSummary, amount: Decimal) -> String {
    words::amount(amount, commitment.unit)
}
