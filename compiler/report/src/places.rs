//! Places that are paid for, as a plan leaves them: those that nobody uses, those that are owed though the files name
//! them no longer, and nodes that run outside of what is reserved for them. Must not know formats, nor who pays.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Market, Symbol, quantity::group_thousands};
use tonnage_graph::Site;
use tonnage_plan::{
    EffectKind, Plan,
    money::{Held, Idle, Paid},
};

use crate::{
    alarms::{Alarm, Risk},
    risks::Nodes,
    view, words,
};

/// What must not be overlooked of them.
pub(crate) fn alarms(plan: &Plan) -> impl Iterator<Item = Alarm> {
    outside(plan).into_iter().chain(owed(plan)).chain(unused(plan)).chain(kept(plan))
}

/// Nodes, and what they cost for an hour.
#[derive(Default)]
struct Cost {
    nodes: Nodes,
    amount: Decimal,
    unpriced: u64,
}

impl Cost {
    fn add(&mut self, plan: &Plan, held: &Held) {
        self.nodes.add(of(plan, held));
        match held.cost.and_then(|cost| cost.checked_mul(Decimal::from(held.nodes())).ok()) {
            Some(cost) => self.amount = self.amount.saturating_add(cost.amount),
            None => self.unpriced += held.nodes(),
        }
    }

    /// `$96.00 an hour`.
    fn words(&self) -> String {
        let amount = || format!("{} an hour", words::amount(self.amount, Symbol::new("USD")));
        match self.unpriced {
            0 => amount(),
            all if all == self.nodes.nodes => "rate unknown".to_owned(),
            _ => format!("{} + unknown", amount()),
        }
    }
}

fn of(plan: &Plan, held: &Held) -> Nodes {
    Nodes::of(view::shape(plan, held.site, held.holds.shape), Some(held.nodes()))
}

/// `64 GPUs`, or `8 nodes` where they have none.
fn short(nodes: Nodes) -> String {
    if nodes.gpus > 0 { words::count(nodes.gpus, "GPU") } else { nodes.words() }
}

/// Granted places in which nothing runs: what the files name no longer, and what this plan makes more of.
fn owed(plan: &Plan) -> Option<Alarm> {
    type Blocks = BTreeMap<(Symbol, Idle, Option<Date>), Cost>;
    let [before, after] = [&plan.held_before, &plan.held_after].map(|rows| {
        let mut blocks = Blocks::new();
        for held in rows {
            if let Some(idle) = held.idle {
                blocks.entry((held.owner, idle, held.until)).or_default().add(plan, held);
            }
        }
        blocks
    });
    let count = |blocks: &Blocks, block: Symbol, idle: Option<Idle>| -> u64 {
        let of_block = blocks.iter().filter(|((of, is, _), _)| *of == block && idle.is_none_or(|idle| idle == *is));
        of_block.map(|(_, cost)| cost.nodes.nodes).sum()
    };
    let mut fresh = Nodes::default();
    let mut lines = Vec::new();
    for ((block, idle, until), cost) in &after {
        let more = count(&after, *block, Some(*idle)) > count(&before, *block, Some(*idle));
        if more && count(&after, *block, None) > count(&before, *block, None) {
            fresh.add(cost.nodes);
        }
        let why = match idle {
            Idle::Named if !more => continue,
            Idle::Named => "unused",
            Idle::Gone => "no longer in the files",
        };
        let until = until.map_or_else(|| "an end that no file says".to_owned(), |day| day.to_string());
        let nodes = cost.nodes.words();
        let text = format!("{block}: {nodes} {why}, owed for nothing until {until} ({})", cost.words());
        lines.push((block.to_string(), text));
    }
    if lines.is_empty() {
        return None;
    }
    // what stops there leaves it unused: that is said of what stops
    let is_said = plan.changes.iter().flat_map(|change| &change.effects).any(|effect| effect.kind == EffectKind::Idle);
    let headline = match fresh {
        nodes if nodes.is_none() || is_said => String::new(),
        nodes => format!("{} owed and unused", short(nodes)),
    };
    let risk = if fresh.is_none() { Risk::None } else { Risk::Some };
    Some(Alarm::about("owed", risk, headline, lines).standing())
}

/// Of what runs in a reservation that is written by its native type, others may know.
fn is_native(held: &Held) -> bool {
    let owner = held.owner.as_str();
    held.holds.reserves_only && (owner.starts_with("resource.") || owner.contains(".resource."))
}

/// Reservations of the fleet's own of which more is unused than before, and no change says that it leaves them so.
fn unused(plan: &Plan) -> Option<Alarm> {
    #[derive(Default)]
    struct Place {
        reserved: [u64; 2],
        used: [u64; 2],
        blocks: Vec<Symbol>,
    }
    let mut places: BTreeMap<(Site, Option<Symbol>, Symbol), Place> = BTreeMap::new();
    for (at, rows) in [&plan.held_before, &plan.held_after].into_iter().enumerate() {
        for held in rows.iter().filter(|held| held.idle.is_none() && !held.leaves && !is_native(held)) {
            let place = places.entry((held.site, held.holds.zone, held.holds.shape)).or_default();
            let sums = match held.paid {
                _ if held.holds.reserves_only => &mut place.reserved,
                Paid::Reservation => &mut place.used,
                _ => continue,
            };
            if let Some(sum) = sums.get_mut(at) {
                *sum += held.nodes();
            }
            if held.holds.reserves_only && at == 1 && !place.blocks.contains(&held.owner) {
                place.blocks.push(held.owner);
            }
        }
    }
    let mut all = Nodes::default();
    let lines = places.into_iter().filter_map(|((site, zone, shape), place)| {
        let [before, after] = [0, 1].map(|at: usize| {
            let of = |sums: &[u64; 2]| sums.get(at).copied().unwrap_or_default();
            of(&place.reserved).saturating_sub(of(&place.used))
        });
        let said = plan.changes.iter().filter(|change| {
            let holds = change.holds_before;
            change.site == site && holds.is_some_and(|holds| holds.zone == zone && holds.shape == shape)
        });
        let said = said.flat_map(|change| &change.effects).filter(|effect| effect.kind == EffectKind::Idle);
        let more = after.saturating_sub(before).saturating_sub(said.filter_map(|effect| effect.nodes).sum());
        if more == 0 {
            return None;
        }
        let facts = view::shape(plan, site, shape);
        all.add(Nodes::of(facts, Some(more)));
        let reserved = group_thousands(place.reserved.last().copied().unwrap_or_default());
        let blocks: Vec<&str> = place.blocks.iter().map(|block| block.as_str()).collect();
        let blocks = blocks.join(" and ");
        let unused = Nodes::of(facts, Some(after)).words();
        Some((
            blocks.clone(),
            format!("{blocks}: {unused} of {reserved} reserved are paid for, and nothing runs in them"),
        ))
    });
    let lines: Vec<(String, String)> = lines.collect();
    let headline = format!("{} reserved and unused", short(all));
    (!lines.is_empty()).then(|| Alarm::about("unused", Risk::Some, headline, lines))
}

/// Reservations that an earlier plan let go of, and that nobody gave back.
fn kept(plan: &Plan) -> Option<Alarm> {
    let mut blocks: BTreeMap<String, Cost> = BTreeMap::new();
    let kept = |rows: &[Held], owner: Symbol| rows.iter().any(|held| held.leaves && held.owner == owner);
    for held in plan.held_after.iter().filter(|held| held.leaves && held.holds.reserves_only) {
        if kept(&plan.held_before, held.owner) {
            blocks.entry(held.owner.to_string()).or_default().add(plan, held);
        }
    }
    let lines = blocks.into_iter().map(|(block, cost)| {
        let (nodes, cost) = (cost.nodes.words(), cost.words());
        let way = "delete them in the cloud, or bring them back with `import`";
        let text = format!("{block}: {nodes} reserved, managed no longer and billed on ({cost}); {way}");
        (block, text)
    });
    let lines: Vec<(String, String)> = lines.collect();
    (!lines.is_empty()).then(|| Alarm::about("billed on", Risk::None, String::new(), lines).standing())
}

/// Nodes that are meant for a reservation and run outside of it: nobody keeps a place for them.
fn outside(plan: &Plan) -> Option<Alarm> {
    let mut pools: BTreeMap<String, [Cost; 2]> = BTreeMap::new();
    for (at, rows) in [&plan.held_before, &plan.held_after].into_iter().enumerate() {
        for held in rows.iter().filter(|held| held.outside && held.holds.market == Market::Reserved && held.nodes() > 0)
        {
            let costs = pools.entry(words::without_keys(held.owner.as_str())).or_default();
            if let Some(cost) = costs.get_mut(at) {
                cost.add(plan, held);
            }
        }
    }
    let mut now = Nodes::default();
    let lines = pools.into_iter().map(|(pool, [before, after])| {
        let (of, what) = match (before.nodes.nodes, after.nodes.nodes) {
            (_, 0) => (&before, "; this plan has places for them again"),
            (0, _) => (&after, ", from this plan on"),
            (was, is) if was == is => (&after, ""),
            _ => (&after, " after this plan"),
        };
        now.add(of.nodes);
        let nodes = of.nodes.words();
        let text = format!("{nodes} of {pool} outside of the reservation they are for ({}){what}", of.words());
        (pool, text)
    });
    let lines: Vec<(String, String)> = lines.collect();
    let headline = format!("{} outside of their reservation", short(now));
    (!lines.is_empty()).then(|| Alarm::about("outside", Risk::Some, headline, lines).standing())
}
