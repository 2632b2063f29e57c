//! What the nodes of a plan cost before and after: of the fleet, of each cloud, of each block that changes.
//! Must not know what contracts get, nor formats: rows and lines are made in `rows`, and every format writes them.
//!
//! What has no price is in no sum. How many nodes that are is said beside every sum.

mod rows;

use std::{cmp::Reverse, collections::BTreeMap};

use tonnage_base::{
    Date, Decimal, Market, Symbol,
    quantity::{MONTH_HOURS, Money, group_thousands},
};
use tonnage_graph::Site;
use tonnage_plan::{
    Plan,
    money::{Held, Idle, Paid},
};

use crate::{
    alike::{self, Nameless},
    moves::Move,
    view::shape,
    words,
};

pub(crate) use rows::{breakdown, rows, stored, unknown};

/// Nodes and money, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spend {
    /// GPUs that run.
    pub gpus: (u64, u64),
    /// Nodes that run.
    pub nodes: (u64, u64),
    /// Nodes that are reserved and paid for, whether any runs in their place or not.
    pub reserved: (u64, u64),
    /// Nodes that were granted and in whose place none runs: they are owed all the same.
    pub idle: (u64, u64),
    /// What is kept in the cloud afterwards and managed no longer: it is in all sums.
    pub left: Left,
    /// For one hour, as long as nothing waits any more for its time.
    pub hour: Costs,
    /// For one hour from a day on, of nodes that cannot start before: until then they cost nothing.
    pub starting: BTreeMap<Date, Costs>,
    /// New spend in a month of [`MONTH_HOURS`] from the plan's day on, as far as nodes can run in it and no contract
    /// pays.
    pub month: Amounts,
}

/// Nodes that are managed no longer, since this plan or an earlier one, and what they still cost for an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Left {
    /// GPUs that run, before and after.
    pub gpus: (u64, u64),
    /// Nodes that run.
    pub nodes: (u64, u64),
    /// Nodes that are reserved.
    pub reserved: (u64, u64),
    /// What contracts are drawn by.
    pub committed: Amounts,
    /// What is paid beside them.
    pub new: Amounts,
}

/// Money by who pays it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Costs {
    /// On-demand list price of all nodes that run.
    pub list: Amounts,
    /// What contracts are drawn by, at their rates.
    pub committed: Amounts,
    /// What is paid beside contracts: nodes on demand and spot, and reservations of the fleet's own.
    pub new: Amounts,
}

/// Money before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amounts {
    /// Before.
    pub before: Sum,
    /// Afterwards.
    pub after: Sum,
}

/// The price of nodes, and those of them that have none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sum {
    /// The price of those that have one.
    pub amount: Decimal,
    /// By how much more it is shown, so that rows add up to their total as they are shown.
    cents: Decimal,
    /// All nodes.
    pub nodes: u64,
    /// Their GPUs.
    pub gpus: u64,
    /// Nodes and GPUs without a price.
    unpriced: BTreeMap<(Site, Symbol, Market), (u64, u64)>,
}

/// Whether what a block held is kept though the files let go of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    No,
    /// It stays in the cloud, managed no longer.
    Unmanaged,
    /// It was granted, and is owed.
    Owed,
}

impl Stays {
    fn of(held: &Held) -> Self {
        match held.idle {
            Some(Idle::Gone) => Self::Owed,
            _ if held.leaves => Self::Unmanaged,
            _ => Self::No,
        }
    }
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
    pub fn add(&mut self, is_after: bool, held: &Held, gpus: u32, as_of: Date) {
        let nodes = held.nodes();
        let gpus = nodes.saturating_mul(u64::from(gpus));
        let runs = !held.holds.reserves_only;
        let put = |amounts: &mut Amounts, price: Option<Money>| {
            let sum = if is_after { &mut amounts.after } else { &mut amounts.before };
            sum.add(held, price, nodes, gpus);
        };
        let costs = match held.from {
            Some(day) => self.starting.entry(day).or_default(),
            None => &mut self.hour,
        };
        if runs {
            put(&mut costs.list, held.list);
        }
        match held.paid {
            Paid::Market => put(&mut costs.new, held.cost),
            Paid::Contract(_) => put(&mut costs.committed, held.cost),
            Paid::Reservation => {}
        }
        if let Some(price) = of_month(held, as_of) {
            put(&mut self.month, price);
        }
        if held.leaves {
            match held.paid {
                Paid::Market => put(&mut self.left.new, held.cost),
                Paid::Contract(_) => put(&mut self.left.committed, held.cost),
                Paid::Reservation => {}
            }
            let (of_gpus, of_nodes) = if runs { (gpus, nodes) } else { (0, 0) };
            let add = |pair: &mut (u64, u64), more: u64| *(if is_after { &mut pair.1 } else { &mut pair.0 }) += more;
            add(&mut self.left.gpus, of_gpus);
            add(&mut self.left.nodes, of_nodes);
            add(&mut self.left.reserved, nodes - of_nodes);
        }
        if held.idle.is_some() {
            *(if is_after { &mut self.idle.1 } else { &mut self.idle.0 }) += nodes;
        } else if runs {
            *(if is_after { &mut self.gpus.1 } else { &mut self.gpus.0 }) += gpus;
            *(if is_after { &mut self.nodes.1 } else { &mut self.nodes.0 }) += nodes;
        } else {
            *(if is_after { &mut self.reserved.1 } else { &mut self.reserved.0 }) += nodes;
        }
    }

    fn changes(&self) -> bool {
        let costs = std::iter::once(&self.hour).chain(self.starting.values());
        let moved = |costs: &Costs| costs.all().iter().any(|amounts| amounts.before != amounts.after);
        self.nodes.0 != self.nodes.1 || costs.into_iter().any(moved)
    }
}

/// New spend of one node in a month from the plan's day on; the inner none: not known, the outer: it is none. Once a
/// known contract has ended, nobody knows who pays for what runs on under none.
fn of_month(held: &Held, as_of: Date) -> Option<Option<Money>> {
    const DAY: i64 = 24;
    let mut left = i64::from(MONTH_HOURS);
    let last = (0..left / DAY).fold(as_of, |day, _| day.tomorrow().unwrap_or(day));
    let from = held.from.unwrap_or(as_of);
    left -= as_of.until(from).map_or(0, |span| i64::from(span.get_days())) * DAY;
    let stretches = held.stretches(from, held.until.unwrap_or(last).min(last));
    let costs = stretches.into_iter().enumerate().filter_map(|(at, (days, paid, cost))| {
        // of the last day what the others leave of the month
        let hours = left.min(days * DAY);
        left -= hours;
        let is_new = paid == Paid::Market || (at > 0 && paid == Paid::Contract(None));
        let cost = || cost?.checked_mul(Decimal::from(hours)).ok();
        is_new.then(cost)
    });
    costs.reduce(|sum, cost| sum?.checked_add(cost?).ok())
}

impl Left {
    /// `16 GPUs and 2 reserved nodes`, as many as there were not before; none: nothing that has nodes.
    pub(crate) fn words(&self) -> Option<String> {
        let more = |(before, after): (u64, u64)| after.saturating_sub(before);
        let runs = if more(self.gpus) > 0 { (more(self.gpus), "GPU") } else { (more(self.nodes), "node") };
        let some = [runs, (more(self.reserved), "reserved node")].into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, one)| words::count(count, one)).reduce(|all, more| format!("{all} and {more}"))
    }

    fn take(&mut self, other: &Self) {
        let pair = |into: &mut (u64, u64), from: (u64, u64)| *into = (into.0 + from.0, into.1 + from.1);
        pair(&mut self.gpus, other.gpus);
        pair(&mut self.nodes, other.nodes);
        pair(&mut self.reserved, other.reserved);
        self.committed.take(&other.committed);
        self.new.take(&other.new);
    }
}

impl Costs {
    fn take(&mut self, other: &Self) {
        for (into, from) in [&mut self.list, &mut self.committed, &mut self.new].into_iter().zip(other.all()) {
            into.take(from);
        }
    }

    fn all_mut(&mut self) -> [&mut Amounts; 3] {
        [&mut self.list, &mut self.committed, &mut self.new]
    }

    fn all(&self) -> [&Amounts; 3] {
        [&self.list, &self.committed, &self.new]
    }
}

impl Amounts {
    fn take(&mut self, other: &Self) {
        for (into, from) in [(&mut self.before, &other.before), (&mut self.after, &other.after)] {
            into.amount = into.amount.checked_add(from.amount).unwrap_or(Decimal::MAX);
            into.nodes += from.nodes;
            into.gpus += from.gpus;
            for (of, (nodes, gpus)) in &from.unpriced {
                let unpriced = into.unpriced.entry(*of).or_default();
                *unpriced = (unpriced.0 + nodes, unpriced.1 + gpus);
            }
        }
    }

    /// Whether nothing is paid so, neither before nor after.
    pub fn is_none(&self) -> bool {
        self.before.nodes == 0 && self.after.nodes == 0
    }

    /// Before, afterwards, and the one less the other, in words that add up.
    fn words(&self) -> [String; 3] {
        let [before, after, difference] = words::movement(self.before.shown(), self.after.shown(), usd());
        let difference = if self.before.unpriced == self.after.unpriced {
            difference
        } else if self.before.amount == self.after.amount {
            "unknown".to_owned()
        } else {
            format!("{difference} + unknown")
        };
        [self.before.with_unknown(before), self.after.with_unknown(after), difference]
    }

    /// `$12.1K`, where it changes `$12.1K → $14.2K`, and nothing where nothing is paid.
    fn in_one_cell(&self) -> String {
        if self.is_none() {
            return "·".to_owned();
        }
        let [before, after, _] = self.words();
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

    /// The amount as it is shown among others.
    fn shown(&self) -> Decimal {
        match self.cents.is_zero() {
            true => self.amount,
            false => words::to_cents(self.amount).saturating_add(self.cents),
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
    fn with_unknown(&self, known: String) -> String {
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

/// As many instances of a block that change differently as have a row each.
const FEW: usize = 4;

/// Of the fleet, of each cloud, and of each block that changes.
pub(crate) fn of(plan: &Plan, moves: &[Move]) -> (Spend, Vec<(Symbol, Spend)>, Vec<OfBlock>) {
    let mut fleet = Spend::default();
    let mut clouds: BTreeMap<Symbol, Spend> = BTreeMap::new();
    let mut owners: BTreeMap<(Symbol, Stays), Spend> = BTreeMap::new();
    for (is_after, rows) in [(false, &plan.held_before), (true, &plan.held_after)] {
        for held in rows {
            let gpus = shape(plan, held.site, held.holds.shape).map_or(0, |facts| facts.gpus);
            let of_cloud = clouds.entry(held.site.cloud).or_default();
            for spend in [&mut fleet, of_cloud, owners.entry((held.owner, Stays::of(held))).or_default()] {
                spend.add(is_after, held, gpus, plan.as_of);
            }
        }
    }
    let alone = owners.len() < 2;
    // what moves for the same money changes too
    let moves = |owner: Symbol| moves.iter().any(|of| owner == of.block.as_str());
    let (changing, unchanged): (Vec<_>, Vec<_>) =
        owners.into_iter().partition(|((owner, _), spend)| spend.changes() || moves(*owner));
    let changing = if alone { Vec::new() } else { changing };
    let mut alike: BTreeMap<_, Vec<(Symbol, Spend)>> = BTreeMap::new();
    for ((owner, stays), spend) in changing {
        // what shrinks is not hidden among what grows
        let direction = spend.nodes.1.cmp(&spend.nodes.0);
        let how = match (stays, moves(owner)) {
            (Stays::Unmanaged, _) => ", no longer managed",
            (Stays::Owed, _) => ", no longer in the files",
            (Stays::No, true) => ", moves",
            (Stays::No, false) => "",
        };
        alike.entry((direction, words::without_keys(owner.as_str()), how)).or_default().push((owner, spend));
    }
    let blocks = alike.into_iter().flat_map(|((direction, label, how), blocks)| {
        // a few that do not change alike are told each by its key
        let alike = blocks.windows(2).all(|pair| matches!(pair, [(_, a), (_, b)] if a.nodes == b.nodes));
        let one =
            |(owner, spend): &(Symbol, Spend)| OfBlock { label: owner.to_string(), count: 1, spend: spend.clone() };
        let told: Vec<OfBlock> = match blocks.as_slice() {
            few if few.len() == 1 || !alike && few.len() <= FEW => few.iter().map(one).collect(),
            many => {
                vec![OfBlock { label, count: many.len(), spend: together(many.iter().map(|(_, spend)| spend)) }]
            }
        };
        told.into_iter().map(move |of| (direction, how, of))
    });
    // those of other names that cost the same are one row
    let blocks = alike::group(blocks, |(direction, how, of)| {
        let nameless = Nameless::of(&words::without_keys(&of.label))?;
        Some((*direction, *how, nameless.label(), of.count, of.spend.clone()))
    });
    let blocks = blocks.into_iter().filter_map(|group| {
        let names = group.len();
        let spend = together(group.iter().map(|(_, _, of)| &of.spend));
        let (_, how, first) = group.into_iter().next()?;
        let named = |label: String| Nameless::of(&words::without_keys(&label)).map_or(label, |of| of.label());
        let label = if names > 1 { named(first.label) } else { first.label };
        Some(OfBlock { label: format!("{label}{how}"), count: first.count * names, spend })
    });
    let mut blocks: Vec<OfBlock> = blocks.collect();
    if !blocks.is_empty() && !unchanged.is_empty() {
        // with them the blocks add up to the fleet
        let spend = together(unchanged.iter().map(|(_, spend)| spend));
        blocks.push(OfBlock { label: "other, unchanged".to_owned(), count: unchanged.len(), spend });
    }
    balance(&fleet.hour, clouds.values_mut());
    balance(&fleet.hour, blocks.iter_mut().map(|block| &mut block.spend));
    (fleet, clouds.into_iter().collect(), blocks)
}

/// Sets by how much more or less parts are shown, so that they add up, to the cent, to the whole that they are of. What
/// stays as it is is not shown as if it changed, as long as something else does.
fn balance<'s>(whole: &Costs, parts: impl Iterator<Item = &'s mut Spend>) {
    let mut parts: Vec<[&mut Amounts; 3]> = parts.map(|part| part.hour.all_mut()).collect();
    for (column, whole) in whole.all().into_iter().enumerate() {
        for is_after in [false, true] {
            let amount = |of: &Amounts| if is_after { of.after.amount } else { of.before.amount };
            let mut column: Vec<&mut &mut Amounts> = parts.iter_mut().filter_map(|of| of.get_mut(column)).collect();
            column.retain(|of| !amount(of).is_zero());
            let shown: Decimal = column.iter().map(|of| words::to_cents(amount(of))).sum();
            let missing = words::to_cents(amount(whole)).saturating_sub(shown);
            let cent = if missing.is_sign_negative() { Decimal::new(-1, 2) } else { Decimal::new(1, 2) };
            column.sort_by_key(|of| {
                let rounded_off = amount(of).saturating_sub(words::to_cents(amount(of)));
                (of.before.amount == of.after.amount, Reverse(rounded_off.saturating_mul(cent)))
            });
            let cents = missing.checked_div(cent).and_then(|cents| u64::try_from(cents.trunc()).ok()).unwrap_or(0);
            for of in column.into_iter().take(usize::try_from(cents).unwrap_or(usize::MAX)) {
                (if is_after { &mut of.after } else { &mut of.before }).cents = cent;
            }
        }
    }
}

fn together<'s>(all: impl Iterator<Item = &'s Spend>) -> Spend {
    all.fold(Spend::default(), |mut sum, one| {
        let pair = |into: &mut (u64, u64), from: (u64, u64)| *into = (into.0 + from.0, into.1 + from.1);
        pair(&mut sum.gpus, one.gpus);
        pair(&mut sum.nodes, one.nodes);
        pair(&mut sum.reserved, one.reserved);
        pair(&mut sum.idle, one.idle);
        sum.left.take(&one.left);
        sum.hour.take(&one.hour);
        sum.month.take(&one.month);
        one.starting.iter().for_each(|(day, costs)| sum.starting.entry(*day).or_default().take(costs));
        sum
    })
}

#[cfg(test)]
mod tests {
    use tonnage_graph::Holds;
    use tonnage_plan::money::Later;

    use super::*;

    #[test]
    fn parts_add_up_to_the_whole_as_they_are_shown() {
        let part = |before: i64, after: i64| {
            let sum = |mills| Sum { amount: Decimal::new(mills, 3), nodes: 1, ..Sum::default() };
            let list = Amounts { before: sum(before), after: sum(after) };
            Spend { hour: Costs { list, ..Costs::default() }, ..Spend::default() }
        };
        let shown = |parts: &mut [Spend]| {
            let whole = together(parts.iter());
            balance(&whole.hour, parts.iter_mut());
            parts.iter().map(|part| part.hour.list.in_one_cell()).collect::<Vec<_>>()
        };
        // in all 253.184 and 506.368
        let mut parts = [part(253_184, 253_184), part(0, 253_184)];
        assert_eq!(shown(&mut parts), ["$253.18", "$0 → $253.19"], "what stays is shown as it is");
        let mut parts = [part(63_296, 63_296), part(63_296, 63_296), part(63_296, 63_296)];
        assert_eq!(
            shown(&mut parts),
            ["$63.29", "$63.30", "$63.30"],
            "of 189.888 one is a cent less, before and after"
        );
        assert_eq!(shown(&mut [part(5_000, 5_000)]), ["$5.00"]);
    }

    #[test]
    fn a_month_of_new_spend_has_730_hours_less_those_that_others_pay_for() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let dollar = Some(Money::new(Decimal::ONE, usd()));
        let node = Symbol::new("p5.48xlarge");
        let held = Held {
            owner: Symbol::new("pool.chat"),
            site: Site { cloud: Symbol::new("aws"), region: Symbol::new("us-east-2") },
            holds: Holds { shape: node, nodes: 1, market: Market::OnDemand, zone: None, reserves_only: false },
            resources: 1,
            paid: Paid::Market,
            list: dollar,
            cost: dollar,
            from: None,
            until: None,
            leaves: false,
            idle: None,
            outside: false,
            ended: None,
            later: Vec::new(),
        };
        let hours =
            |held: &Held| of_month(held, day("2026-11-22")).map(|cost| cost.map(|cost| cost.amount.to_string()));
        let some = |hours: &str| Some(Some(hours.to_owned()));
        assert_eq!(hours(&held), some("730"));
        assert_eq!(hours(&Held { until: Some(day("2026-11-23")), ..held.clone() }), some("48"));
        assert_eq!(hours(&Held { until: Some(day("2026-12-21")), ..held.clone() }), some("720"));
        assert_eq!(
            hours(&Held { from: Some(day("2026-12-22")), ..held.clone() }),
            some("10"),
            "what is left of the month"
        );
        assert_eq!(hours(&Held { from: Some(day("2026-12-23")), ..held.clone() }), None);
        let pays =
            Later { from: day("2026-12-02"), paid: Paid::Contract(Some(Symbol::new("commitment.c"))), cost: dollar };
        assert_eq!(hours(&Held { later: vec![pays], ..held.clone() }), some("240"));
        assert_eq!(hours(&Held { cost: None, ..held }), Some(None), "nobody knows");
    }
}
