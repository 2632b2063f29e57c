//! Pools of which fewer nodes run on the way than before and after, or more: what goes leaves in another step than that
//! in which its successor comes. Must not know formats, nor put steps in order.

use std::{borrow::Cow, collections::BTreeMap};

use indexmap::IndexMap;
use tonnage_base::{
    Decimal, Symbol,
    quantity::{Money, group_thousands},
};
use tonnage_graph::{Holds, Site, is_inside};
use tonnage_plan::{Change, Check, Plan, Times, Verdict, names, renamed::Rename};

use crate::{
    alarms::{Alarm, Risk},
    preflight, view, words,
};

/// Nodes and their GPUs, or how many more or fewer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Running {
    pub(crate) nodes: i64,
    pub(crate) gpus: i64,
}

impl Running {
    pub(crate) fn of(plan: &Plan, site: Site, holds: Option<Holds>, times: u64) -> Self {
        let Some(holds) = holds.filter(|holds| !holds.reserves_only) else { return Self::default() };
        let nodes = i64::from(holds.nodes).saturating_mul(times.try_into().unwrap_or(i64::MAX));
        let gpus = view::shape(plan, site, holds.shape).map_or(0, |shape| i64::from(shape.gpus));
        Self { nodes, gpus: nodes.saturating_mul(gpus) }
    }

    /// What runs of several.
    pub(crate) fn of_all(plan: &Plan, site: Site, holds: impl Iterator<Item = Holds>) -> Self {
        holds.fold(Self::default(), |mut all, holds| {
            all.add(Self::of(plan, site, Some(holds), 1));
            all
        })
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.gpus = self.gpus.saturating_add(other.gpus);
    }

    pub(crate) const fn less(self, other: Self) -> Self {
        Self { nodes: self.nodes.saturating_sub(other.nodes), gpus: self.gpus.saturating_sub(other.gpus) }
    }
}

/// A pool on the way: one instance of it, or all those together that only come or only go, in each other's place.
struct Passage {
    pool: String,
    /// Without keys.
    block: String,
    /// Addresses of the instances, and whether they run nodes before.
    instances: BTreeMap<String, bool>,
    before: Running,
    /// After each moment.
    after_each: Vec<Running>,
}

/// So few or many, from one moment until another.
struct Stretch {
    running: Running,
    from: usize,
    until: usize,
}

impl Stretch {
    /// `between steps 1 and 2`.
    fn when(&self) -> String {
        match (Times::step(self.from) + 1, Times::step(self.until) + 1) {
            (from, until) if from == until => format!("within step {from}"),
            (from, until) => format!("between steps {from} and {until}"),
        }
    }

    /// Whether one unit does both, and nobody knows how long it takes for that.
    const fn is_within(&self) -> bool {
        Times::step(self.from) == Times::step(self.until)
    }
}

impl Passage {
    /// The fewest, where they are fewer than before and more come later.
    fn low(&self) -> Option<Stretch> {
        let (at, low) = self.after_each.iter().enumerate().min_by_key(|(_, running)| running.nodes)?;
        let until = at + self.after_each.iter().skip(at).position(|running| running.nodes > low.nodes)?;
        (low.nodes < self.before.nodes).then_some(Stretch { running: *low, from: at, until })
    }

    /// The most, where they are more than before and fewer remain.
    fn high(&self) -> Option<Stretch> {
        let most = self.after_each.iter().map(|running| running.nodes).max()?;
        let at = self.after_each.iter().position(|running| running.nodes == most)?;
        let until = at + self.after_each.iter().skip(at).position(|running| running.nodes < most)?;
        let running = *self.after_each.get(at)?;
        (most > self.before.nodes).then_some(Stretch { running, from: at, until })
    }

    /// Its instances by their keys: the only one, or the one that goes and the one that comes.
    fn named(&self) -> String {
        let of = |runs: bool| self.instances.iter().filter(move |(_, is)| **is == runs).map(|(instance, _)| instance);
        let (goes, comes): (Vec<&String>, Vec<&String>) = (of(true).collect(), of(false).collect());
        match (goes.as_slice(), comes.as_slice()) {
            ([only], []) => (*only).clone(),
            ([old], [new]) => format!("{old} → {new}"),
            _ => format!("{} of {}", words::count(self.instances.len() as u64, "instance"), self.block),
        }
    }

    /// `0 of 32 GPUs`.
    fn words(&self, low: Running) -> String {
        let (low, before, one) = match self.before {
            Running { nodes, gpus: 0 } => (low.nodes, nodes, "node"),
            Running { gpus, .. } => (low.gpus, gpus, "GPU"),
        };
        format!("{} of {}", group_thousands(said(low)), words::count(said(before), one))
    }
}

fn said(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Of all pools of which fewer run on the way; of those of which more do; and of those that wait for places.
pub fn alarms(plan: &Plan) -> Vec<Alarm> {
    let times = Times::of(plan);
    let passages = passages(plan, &times);
    let few: Vec<(&Passage, Stretch)> = passages.iter().filter_map(|passage| Some((passage, passage.low()?))).collect();
    let many = passages.iter().filter_map(|passage| Some((passage, passage.high()?)));
    let lines = few.iter().map(|(passage, low)| {
        let known = successors(plan, &passage.block);
        let mut text = format!("{} run {}; {known}", passage.words(low.running), low.when());
        if low.is_within() {
            text.push_str("; for how long is not known");
        }
        for (within, first) in
            [(false, "the old ones stop first"), (true, "the new ones wait until the old ones have gone")]
        {
            let of_it = plan.stops_first.iter().filter(|of| of.block == passage.block && of.within == within);
            let why: Vec<&str> = of_it.map(|of| of.why.as_str()).collect();
            if !why.is_empty() {
                text.push_str(&format!("; {first}: {}", why.join("; ")));
            }
        }
        (*passage, text)
    });
    let headline = match few.as_slice() {
        [] => String::new(),
        [(only, low)] => format!("{} down to {} meanwhile", only.pool, only.words(low.running)),
        several => format!("{} run fewer nodes meanwhile", words::count(several.len() as u64, "pool")),
    };
    let gap = (!few.is_empty()).then(|| Alarm::about("gap", Risk::High, headline, each(lines)));
    let both = each(many.map(|(passage, high)| {
        let Running { nodes, gpus } = high.running;
        let running = if gpus > 0 { words::count(said(gpus), "GPU") } else { words::count(said(nodes), "node") };
        let price = match beside(plan, &times, passage, high.from) {
            Some(price) => format!("{} an hour more at list price", price.short()),
            None => "what that costs is not known".to_owned(),
        };
        (passage, format!("{running} run {}, old and new: {price}", high.when()))
    }));
    let both = (!both.is_empty()).then(|| Alarm::about("both run", Risk::None, String::new(), both));
    // what comes in the places of others is not down, and waits all the same
    let is_down = |block: &str| few.iter().any(|(passage, _)| passage.block == block);
    let waiting = plan.stops_first.iter().filter(|of| !is_down(&of.block));
    let waiting: Vec<(String, String)> = waiting
        .map(|of| (of.block.clone(), format!("{} comes after what leaves has gone: {}", of.block, of.why)))
        .collect();
    let order = (!waiting.is_empty()).then(|| Alarm::about("order", Risk::None, String::new(), waiting));
    gap.into_iter().chain(both).chain(order).collect()
}

/// How many more or fewer nodes run with a change, and from which moment on: of what is replaced both.
fn more<'p>(plan: &'p Plan, times: &Times<'_>, change: &'p Change) -> impl Iterator<Item = (usize, Running)> + use<'p> {
    let before = Running::of(plan, change.site, change.holds_before, 1);
    let after = Running::of_all(plan, change.site, change.held_after());
    let none = Running::default();
    let [goes, comes] = match after.less(before) {
        // what is replaced and kept runs on
        _ if change.action.is_replace() => [if change.keeps_old() { none } else { none.less(before) }, after],
        more if more.nodes < 0 => [more, none],
        more => [none, more],
    };
    let moments = [times.goes(change).map(|at| (at, goes)), times.comes(change).map(|at| (at, comes))];
    moments.into_iter().flatten().filter(|(_, more)| more.nodes != 0)
}

/// An instance as it is to be called, where it may be the same as one that leaves.
fn renamed(plan: &Plan, address: Symbol) -> Cow<'_, str> {
    let instance = names::instance(address.as_str());
    let inside = |of: &&Rename| is_inside(instance, of.from.as_str());
    let told = plan.renames.moves.iter().find(inside);
    let now = told.and_then(|of| Some(format!("{}{}", of.to, instance.strip_prefix(of.from.as_str())?)));
    now.map_or(Cow::Borrowed(names::instance(address.as_str())), Cow::Owned)
}

/// A line for each pool; instances of which the same is to be said are one.
fn each<'p>(lines: impl Iterator<Item = (&'p Passage, String)>) -> Vec<(String, String)> {
    let mut alike: IndexMap<(&str, String), Vec<&str>> = IndexMap::new();
    for (passage, text) in lines {
        alike.entry((&passage.block, text)).or_default().push(&passage.pool);
    }
    let told = alike.into_iter().map(|((block, text), pools)| match pools.as_slice() {
        [only] => (block.to_owned(), format!("{only}: {text}")),
        many => (block.to_owned(), format!("{}{block}, each: {text}", words::times(many.len()))),
    });
    told.collect()
}

fn passages(plan: &Plan, times: &Times<'_>) -> Vec<Passage> {
    let mut pools: BTreeMap<Cow<'_, str>, (Running, Vec<Running>)> = BTreeMap::new();
    for change in &plan.changes {
        for (at, more) in more(plan, times, change) {
            let (_, moments) = pools.entry(renamed(plan, change.address)).or_default();
            moments.resize(times.moments(), Running::default());
            if let Some(moment) = moments.get_mut(at) {
                moment.add(more);
            }
        }
    }
    for held in &plan.held_before {
        if let Some((before, _)) = pools.get_mut(&renamed(plan, held.owner)) {
            before.add(Running::of(plan, held.site, Some(held.holds), held.resources));
        }
    }
    let mut passages: BTreeMap<String, Passage> = BTreeMap::new();
    for (instance, (before, moments)) in pools {
        let block = names::block(&instance);
        let last = moments.iter().fold(before, |mut now, more| {
            now.add(*more);
            now
        });
        // what only goes, or only comes, may be in the place of another instance
        let pool = if before.nodes > 0 && last.nodes > 0 { instance.to_string() } else { block.clone() };
        let none = || Passage {
            pool: pool.clone(),
            block,
            instances: BTreeMap::new(),
            before: Running::default(),
            after_each: vec![Running::default(); moments.len()],
        };
        let passage = passages.entry(pool.clone()).or_insert_with(none);
        passage.instances.insert(instance.to_string(), before.nodes > 0);
        passage.before.add(before);
        let mut now = before;
        for (after, more) in passage.after_each.iter_mut().zip(moments) {
            now.add(more);
            after.add(now);
        }
    }
    let mut passages: Vec<Passage> = passages.into_values().filter(|passage| passage.before.nodes > 0).collect();
    for passage in &mut passages {
        passage.pool = passage.named();
    }
    passages
}

/// What the nodes of a pool that leave after a moment cost for an hour; none: not known.
fn beside(plan: &Plan, times: &Times<'_>, passage: &Passage, moment: usize) -> Option<Money> {
    let leaving = plan.changes.iter().filter_map(|change| {
        let (_, more) = more(plan, times, change).find(|(at, more)| *at >= moment && more.nodes < 0)?;
        let is_of_pool = passage.instances.contains_key(&*renamed(plan, change.address));
        is_of_pool.then(|| (change, said(more.nodes.saturating_neg())))
    });
    let prices = leaving.map(|(change, nodes)| {
        let price = view::shape(plan, change.site, change.holds_before?.shape)?.on_demand?;
        price.checked_mul(Decimal::from(nodes)).ok()
    });
    prices.reduce(|sum, price| sum?.checked_add(price?).ok()).flatten()
}

/// What preflight knows of the nodes that come.
fn successors(plan: &Plan, pool: &str) -> &'static str {
    let about = |check| matches!(check, Check::Capacity | Check::Reservation);
    let rows = plan.preflight.iter().filter(|row| about(row.check) && preflight::address(row) == pool);
    let mut known = false;
    for row in rows {
        match row.verdict {
            Verdict::ShortBy(_) => return "the new ones are short",
            Verdict::CannotKnow(_) => return "whether the new ones can be had is not known",
            Verdict::Ok => known = true,
        }
    }
    if known { "preflight finds room for the new ones" } else { "whether the new ones can be had is not known" }
}
