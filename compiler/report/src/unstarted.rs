//! Nodes that the plan starts and that cannot start, as preflight knows it before apply: what is short is said in
//! vCPUs, addresses or places, and a reviewer asks for GPUs. Must not know formats, nor what any check is.
//!
//! Where several things are short of the same nodes, the one that is short of most counts. Where what is short is of
//! several blocks, nobody knows which of them goes without: they are told together.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use tonnage_base::{Decimal, Symbol, quantity::group_thousands};
use tonnage_plan::{Evidence, Plan, Starting, Verdict};

use crate::{
    alarms::{Alarm, Risk},
    risks::{Nodes, Shapes},
    words,
};

/// What alarms of it are called.
pub(crate) const CANNOT_START: &str = "cannot start";

/// Nodes of one block that cannot start, or of several together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstarted {
    /// The blocks, with their keys.
    pub owners: BTreeSet<Symbol>,
    /// They cannot be reserved.
    pub reserves: bool,
    /// How many.
    pub nodes: Nodes,
    /// They may be more: of nodes that need different amounts, the fewest are counted.
    pub is_least: bool,
    /// Of how many that the plan starts.
    pub of: Nodes,
    /// What is short, each in words, and in numbers.
    pub because: Vec<(String, Option<String>)>,
}

/// Blocks that are named.
const BLOCKS: usize = 6;

/// Nodes that are alike to whoever is short of them.
type Slice = (Symbol, Symbol);

/// Those of a plan, block by block.
pub(crate) fn of(plan: &Plan, shapes: &Shapes<'_>) -> Vec<Unstarted> {
    let short = plan.preflight.iter().filter_map(|row| match row.verdict {
        Verdict::ShortBy(by) if !row.starting.is_empty() => Some((row, by)),
        _ => None,
    });
    let mut rows: Vec<(&Evidence, u64)> = short.collect();
    // what is short of one slice is known to be of it
    rows.sort_by_key(|(row, _)| row.starting.len());
    let started = started(plan, shapes, rows.iter().flat_map(|(row, _)| &row.starting));
    let mut lost: Vec<(BTreeSet<Slice>, Nodes)> = Vec::new();
    let mut found: BTreeMap<(BTreeSet<Symbol>, bool), Unstarted> = BTreeMap::new();
    for (row, by) in rows {
        let slices: BTreeSet<Slice> = row.starting.iter().map(|of| (of.slice, of.shape)).collect();
        let mut nodes = fewest(row, by, shapes);
        // they may be the same nodes
        for (_, known) in lost.iter().filter(|(of, _)| !of.is_disjoint(&slices)) {
            nodes.nodes = nodes.nodes.saturating_sub(known.nodes);
            nodes.gpus = nodes.gpus.saturating_sub(known.gpus);
        }
        let partly = lost.iter().any(|(of, _)| !of.is_disjoint(&slices) && !of.is_subset(&slices));
        let owners: BTreeSet<Symbol> = row.starting.iter().map(|of| of.owner).collect();
        if nodes.is_none() {
            // one more reason for nodes that are told
            let mut told = found.values_mut();
            let block = told.find(|block| !block.owners.is_disjoint(&owners));
            block.into_iter().for_each(|block| block.because.push(because(row)));
            continue;
        }
        lost.push((slices, nodes));
        let reserves = row.starting.iter().all(|of| of.reserves);
        // of several what is short counts: nodes that start in what another of them reserves are no more nodes
        let of = || match owners.first() {
            Some(only) if owners.len() == 1 => started.get(only.as_str()).copied().unwrap_or_default(),
            _ => row.starting.iter().fold(Nodes::default(), |mut sum, of| {
                sum.add(shapes.at(of.site, of.shape, of.nodes));
                sum
            }),
        };
        let none = || Unstarted {
            of: of(),
            owners: owners.clone(),
            reserves,
            nodes: Nodes::default(),
            is_least: false,
            because: Vec::new(),
        };
        let block = found.entry((owners.clone(), reserves)).or_insert_with(none);
        block.nodes.add(nodes);
        block.is_least |= differ(row) || partly;
        block.because.push(because(row));
    }
    found.into_values().collect()
}

/// `quota of Running On-Demand P instances, aws us-east-2 short by 192 vCPUs`, `needs 384 vCPUs; limit 192`.
fn because(row: &Evidence) -> (String, Option<String>) {
    (format!("{} of {} {}", row.check.as_str(), row.subject, row.words()), row.numbers())
}

/// The fewest nodes of which a row can be short, and the fewest GPUs: where nodes differ these are of others.
fn fewest(row: &Evidence, by: u64, shapes: &Shapes<'_>) -> Nodes {
    let mut all: Vec<(&Starting, Nodes)> =
        row.starting.iter().map(|of| (of, shapes.at(of.site, of.shape, of.nodes))).collect();
    all.sort_by_key(|(of, _)| Reverse(of.each));
    let (mut sum, mut left) = (Nodes::default(), by);
    for (of, _) in &all {
        let nodes = left.div_ceil(of.each.max(1)).min(of.nodes);
        left = left.saturating_sub(nodes.saturating_mul(of.each));
        sum.add(shapes.at(of.site, of.shape, nodes));
    }
    if differ(row) {
        // GPUs for one of the unit, the fewest first
        let share = |(of, nodes): &(&Starting, Nodes)| {
            let units = Decimal::from(of.each.saturating_mul(of.nodes));
            (units, Decimal::from(nodes.gpus).checked_div(units).unwrap_or_default())
        };
        let mut shares: Vec<(Decimal, Decimal)> = all.iter().map(share).collect();
        shares.sort_by_key(|(_, gpus)| *gpus);
        let (mut gpus, mut left) = (Decimal::ZERO, Decimal::from(by));
        for (units, each) in shares {
            let taken = units.min(left);
            (gpus, left) = (gpus + taken * each, left - taken);
        }
        // no part of a node starts
        let of_one = all.iter().map(|(of, nodes)| nodes.gpus.checked_div(of.nodes).unwrap_or(0));
        let step = Decimal::from(of_one.fold(0, divisor).max(1));
        let whole = (gpus.round_dp(6) / step).ceil() * step;
        sum.gpus = u64::try_from(whole).unwrap_or(sum.gpus);
    }
    sum
}

/// The greatest number that divides both.
fn divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Whether nodes that start by a row are not all alike.
fn differ(row: &Evidence) -> bool {
    let alike = |of: &Starting| (of.shape, of.each);
    row.starting.windows(2).any(|pair| pair.first().map(alike) != pair.last().map(alike))
}

/// What the plan starts of each of the blocks, or reserves.
fn started<'p>(
    plan: &'p Plan,
    shapes: &Shapes<'_>,
    starting: impl Iterator<Item = &'p Starting>,
) -> BTreeMap<&'p str, Nodes> {
    let mut blocks: BTreeMap<&str, Nodes> = starting.map(|of| (of.owner.as_str(), Nodes::default())).collect();
    if blocks.is_empty() {
        return blocks;
    }
    for change in &plan.changes {
        let Some(holds) = change.holds_after else { continue };
        let address = change.address.as_str();
        let ends = address.match_indices('.').map(|(end, _)| end).chain([address.len()]);
        let block = ends.filter_map(|end| address.get(..end)).find(|block| blocks.contains_key(block));
        if let Some(nodes) = block.and_then(|block| blocks.get_mut(block)) {
            nodes.add(shapes.at(change.site, holds.shape, change.started() + change.reserved()));
        }
    }
    blocks
}

impl Unstarted {
    /// `4 of 8 new nodes (32 of 64 GPUs) cannot start`.
    fn counted(&self) -> String {
        let at_least = if self.is_least { "at least " } else { "" };
        let verb = if self.reserves { "cannot be reserved" } else { "cannot start" };
        let of = |part: u64, all: u64, one: &str| {
            if part < all {
                format!("{} of {}", group_thousands(part), words::count(all, one))
            } else {
                words::count(all, one)
            }
        };
        let gpus = match self.of.gpus {
            0 => String::new(),
            all => format!(" ({})", of(self.nodes.gpus, all, "GPU")),
        };
        format!("{at_least}{}{gpus} {verb}", of(self.nodes.nodes, self.of.nodes, "new node"))
    }

    /// What is short, as much of it as a reader takes in.
    fn why(&self, with_numbers: bool) -> String {
        const EACH: usize = 3;
        let more = self.because.len().saturating_sub(EACH);
        let more = (more > 0).then(|| format!("and {} more", words::count(more as u64, "check")));
        let each = self.because.iter().take(EACH).map(|(what, numbers)| match numbers {
            Some(numbers) if with_numbers => format!("{what} ({numbers})"),
            _ => what.clone(),
        });
        each.chain(more).collect::<Vec<_>>().join("; ")
    }

    /// The same and why, beside the placement of one of its blocks; of several together the risks say why.
    pub fn of_block(&self) -> String {
        match self.owners.len() {
            1 => format!("{}: {}", self.counted(), self.why(false)),
            _ => format!("of {} together {}", names(&self.owners), self.counted()),
        }
    }
}

/// `pool.a, pool.b`; instances of one block once.
fn names(owners: &BTreeSet<Symbol>) -> String {
    let mut labels: BTreeMap<String, Vec<Symbol>> = BTreeMap::new();
    for owner in owners {
        labels.entry(words::without_keys(owner.as_str())).or_default().push(*owner);
    }
    let named = labels.into_iter().map(|(label, owners)| match owners.as_slice() {
        [only] => only.to_string(),
        many => format!("{}{label}", words::times(many.len())),
    });
    let named: Vec<String> = named.collect();
    match named.len().checked_sub(BLOCKS) {
        None | Some(0) => named.join(", "),
        Some(more) => {
            format!("{} and {} more", named.get(..BLOCKS).unwrap_or_default().join(", "), group_thousands(more as u64))
        }
    }
}

/// What must not be overlooked of it.
pub fn alarm(unstarted: &[Unstarted]) -> Option<Alarm> {
    let parts = [(false, "cannot start"), (true, "cannot be reserved")].into_iter().filter_map(|(reserves, verb)| {
        let those = || unstarted.iter().filter(|of| of.reserves == reserves);
        let mut nodes = Nodes::default();
        those().for_each(|of| nodes.add(of.nodes));
        let at_least = if those().any(|of| of.is_least) { "at least " } else { "" };
        let said = if nodes.gpus > 0 { words::count(nodes.gpus, "GPU") } else { words::count(nodes.nodes, "node") };
        (!nodes.is_none()).then(|| format!("{at_least}{said} {verb}"))
    });
    let headline = parts.collect::<Vec<_>>().join(" · ");
    let lines = unstarted.iter().map(|of| {
        let about = of.owners.first().map_or_else(String::new, |owner| words::without_keys(owner.as_str()));
        (about, format!("{}: {}: {}", names(&of.owners), of.counted(), of.why(true)))
    });
    (!unstarted.is_empty()).then(|| Alarm::about(CANNOT_START, Risk::Some, headline, lines))
}

#[cfg(test)]
mod tests {
    use tonnage_base::Date;
    use tonnage_graph::{Site, Values};
    use tonnage_plan::{Check, model::ShapeFacts};

    use super::*;

    fn s(text: &str) -> Symbol {
        Symbol::new(text)
    }

    fn row(check: Check, by: u64, starting: &[(&str, u64, u64)]) -> Evidence {
        let site = Site { cloud: s("aws"), region: s("us-east-2") };
        let starting: Vec<Starting> = starting
            .iter()
            .map(|(slice, nodes, each)| Starting {
                owner: s(slice.split(' ').next().unwrap_or_default()),
                slice: s(slice),
                site,
                shape: s(if *each == 16 { "p5.4xlarge" } else { "p5.48xlarge" }),
                nodes: *nodes,
                each: *each,
                reserves: false,
            })
            .collect();
        Evidence::judged(check, "x".to_owned(), by, 0, "node", String::new()).starting(&starting)
    }

    /// Blocks, nodes and GPUs of each.
    fn told(rows: Vec<Evidence>) -> Vec<(String, u64, u64, bool)> {
        let mut plan = Plan::new(s("f"), "2026-11-22".parse::<Date>().expect("a day"), Values::new());
        plan.shapes = [("p5.48xlarge", 8), ("p5.4xlarge", 1)]
            .map(|(shape, gpus)| ShapeFacts {
                shape: s(shape),
                site: Site { cloud: s("aws"), region: s("us-east-2") },
                accelerator: Some(s("H100")),
                gpus,
                on_demand: None,
                spot: None,
                local_gb: None,
            })
            .into();
        plan.preflight = rows;
        let found = of(&plan, &Shapes::of(&plan));
        found.iter().map(|of| (names(&of.owners), of.nodes.nodes, of.nodes.gpus, of.is_least)).collect()
    }

    #[test]
    fn a_node_that_is_short_of_several_things_is_counted_once() {
        let (a, b) = (("pool.a east/a", 4, 192), ("pool.a east/b", 4, 192));
        let zones = || {
            vec![
                row(Check::Capacity, 2, &[("pool.a east/a", 4, 1)]),
                row(Check::Capacity, 1, &[("pool.a east/b", 4, 1)]),
            ]
        };
        let with = |vcpus: u64| {
            let mut rows = zones();
            rows.insert(0, row(Check::Quota, vcpus, &[a, b]));
            told(rows)
        };
        assert_eq!(told(zones()), [("pool.a".to_owned(), 3, 24, false)]);
        assert_eq!(with(384), [("pool.a".to_owned(), 3, 24, false)], "two of those three");
        assert_eq!(with(700), [("pool.a".to_owned(), 4, 32, false)], "a part of a node is a node");
        assert_eq!(with(100_000), [("pool.a".to_owned(), 8, 64, false)], "no more than start");
    }

    #[test]
    fn what_several_blocks_are_short_of_is_told_of_them_together() {
        let both = row(Check::Quota, 200, &[("pool.a z", 4, 192), ("pool.b z", 4, 16)]);
        assert_eq!(told(vec![both.clone()]), [("pool.a, pool.b".to_owned(), 2, 9, true)], "at least");
        let own = row(Check::Capacity, 1, &[("pool.a z", 4, 1)]);
        let found = [("pool.a".to_owned(), 1, 8, false), ("pool.a, pool.b".to_owned(), 1, 1, true)];
        assert_eq!(told(vec![both, own]), found);
        assert_eq!(told(vec![row(Check::Window, 14, &[("pool.a z", 4, 1)])]), [], "days are no nodes");
    }
}
