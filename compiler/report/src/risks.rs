//! What a plan puts at risk, counted once for every format: GPUs that stop, capacity given up, data lost, nodes left on
//! an old version, and what nobody knows. Must not know formats, nor why: changes carry their effects.

use std::collections::BTreeMap;

use tonnage_base::{
    Decimal, Symbol,
    quantity::{Money, group_thousands},
};
use tonnage_graph::{Holds, Site};
use tonnage_plan::{Action, Change, Effect, EffectKind, Plan, model::ShapeFacts};

use crate::words;

/// What is at risk in the whole plan.
#[derive(Clone, Debug, Default)]
pub struct Risks {
    /// Nodes that stop, those replaced in batches included.
    pub stopped: Nodes,
    /// Those of them that are replaced in batches.
    pub in_batches: Nodes,
    /// Nodes that may stop.
    pub may_stop: Nodes,
    /// Nodes that stay on an old version.
    pub old_version: Nodes,
    /// Nodes of which nobody knows what happens to them.
    pub unknown: Nodes,
    /// Nodes whose capacity is needed twice.
    pub twice: Nodes,
    /// Capacity given up: back to the cloud, or paid and left unused.
    pub forfeited: Vec<Forfeited>,
    /// Stores whose data is lost.
    pub stores_lost: u64,
    /// Their size in GiB, as far as it is known.
    pub gib_lost: u64,
    /// Those among them whose size is not known.
    pub stores_of_unknown_size: u64,
    /// Stores that are kept with their data while empty ones take their place.
    pub stores_left: u64,
    /// Their size in GiB, as far as it is known.
    pub gib_left: u64,
    /// Local disks of nodes that stop, in GB, as far as they are known.
    pub local_gb_lost: u64,
}

/// A number of nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// Resources that hold them.
    pub resources: u64,
    /// Nodes, as far as they are known.
    pub nodes: u64,
    /// Those of them that have CPUs only.
    pub cpu_nodes: u64,
    /// Their GPUs.
    pub gpus: u64,
    /// Resources whose number of nodes is not known.
    pub uncounted: u64,
}

/// Capacity given up.
#[derive(Clone, Debug, PartialEq)]
pub struct Forfeited {
    /// Of what.
    pub shape: Symbol,
    /// Nodes.
    pub nodes: u64,
    /// It stays paid, unused; otherwise it goes back to the cloud.
    pub idle: bool,
    /// On-demand list price of all of it for one hour; none: unknown.
    pub hourly: Option<Money>,
}

/// Facts of shapes, by where they are.
pub(crate) struct Shapes<'p>(BTreeMap<(Site, Symbol), &'p ShapeFacts>);

impl<'p> Shapes<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        Self(plan.shapes.iter().map(|shape| ((shape.site, shape.shape), shape)).collect())
    }

    /// What is known of the shape that an effect is about.
    fn get(&self, change: &Change, effect: &Effect) -> Option<&'p ShapeFacts> {
        let holds = holds(change, effect)?;
        self.0.get(&(change.site, holds.shape)).copied()
    }

    /// The nodes of an effect.
    pub(crate) fn nodes(&self, change: &Change, effect: &Effect) -> Nodes {
        let shape = self.get(change, effect);
        let gpus = shape.map_or(0, |shape| u64::from(shape.gpus));
        let nodes = effect.nodes.unwrap_or(0);
        Nodes {
            resources: 1,
            nodes,
            cpu_nodes: if shape.is_some_and(|shape| shape.accelerator.is_none()) { nodes } else { 0 },
            gpus: nodes.saturating_mul(gpus),
            uncounted: u64::from(effect.nodes.is_none()),
        }
    }
}

/// What an effect touches: what is there now, or what is to come where it is needed beside it.
fn holds(change: &Change, effect: &Effect) -> Option<Holds> {
    match effect.kind {
        EffectKind::Twice => change.holds_after.or(change.holds_before),
        _ => change.holds_before,
    }
}

impl Nodes {
    /// Adds.
    pub fn add(&mut self, other: Self) {
        self.resources += other.resources;
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.cpu_nodes = self.cpu_nodes.saturating_add(other.cpu_nodes);
        self.gpus = self.gpus.saturating_add(other.gpus);
        self.uncounted += other.uncounted;
    }

    /// Whether there is nothing to say.
    pub const fn is_none(&self) -> bool {
        self.nodes == 0 && self.uncounted == 0
    }

    /// `2 nodes (16 GPUs)`, and how many could not be counted.
    pub fn words(&self) -> String {
        let mut text = match (self.nodes, self.gpus) {
            (0, _) if self.uncounted > 0 => return "an unknown number of nodes".to_owned(),
            (nodes @ 1.., 0) if nodes == self.cpu_nodes => words::count(nodes, "CPU node"),
            (nodes, 0) => words::count(nodes, "node"),
            (nodes, gpus) => format!("{} ({})", words::count(nodes, "node"), words::count(gpus, "GPU")),
        };
        if self.uncounted > 0 {
            text.push_str(&format!(", and an unknown number in {}", words::count(self.uncounted, "resource")));
        }
        text
    }
}

impl Risks {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Self {
        let shapes = Shapes::of(plan);
        let mut risks = Self::default();
        let mut forfeited: BTreeMap<(Symbol, bool), Forfeited> = BTreeMap::new();
        for change in &plan.changes {
            for effect in &change.effects {
                let nodes = shapes.nodes(change, effect);
                match effect.kind {
                    EffectKind::Stops | EffectKind::Rolls => {
                        if effect.kind == EffectKind::Rolls {
                            risks.in_batches.add(nodes);
                        }
                        // What stops in two ways stops once.
                        let first = change.effects.iter().find(|other| other.kind.stops());
                        if first.is_some_and(|first| first.kind == effect.kind) {
                            risks.stopped.add(nodes);
                            let each = shapes.get(change, effect).and_then(|shape| shape.local_gb).unwrap_or(0);
                            risks.local_gb_lost = risks.local_gb_lost.saturating_add(nodes.nodes.saturating_mul(each));
                        }
                    }
                    EffectKind::MayStop => risks.may_stop.add(nodes),
                    EffectKind::StayOld => risks.old_version.add(nodes),
                    EffectKind::Unknown => risks.unknown.add(nodes),
                    EffectKind::Twice => risks.twice.add(nodes),
                    EffectKind::Released | EffectKind::Idle => {
                        let Some(holds) = holds(change, effect) else { continue };
                        let idle = effect.kind == EffectKind::Idle;
                        let price = shapes.get(change, effect).and_then(|shape| shape.on_demand);
                        let hourly = price.and_then(|price| price.checked_mul(Decimal::from(nodes.nodes)).ok());
                        let row = forfeited.entry((holds.shape, idle)).or_insert_with(|| Forfeited {
                            shape: holds.shape,
                            nodes: 0,
                            idle,
                            hourly: price.map(|price| Money::zero(price.currency)),
                        });
                        row.nodes += nodes.nodes;
                        row.hourly = row.hourly.zip(hourly).and_then(|(sum, cost)| sum.checked_add(cost).ok());
                    }
                    EffectKind::DataLost => {
                        risks.stores_lost += 1;
                        risks.gib_lost = risks.gib_lost.saturating_add(effect.gib.unwrap_or(0));
                        risks.stores_of_unknown_size += u64::from(effect.gib.is_none());
                    }
                    EffectKind::LeftBehind => {
                        risks.stores_left += 1;
                        risks.gib_left = risks.gib_left.saturating_add(effect.gib.unwrap_or(0));
                    }
                    EffectKind::Note => {}
                }
            }
        }
        risks.forfeited = forfeited.into_values().collect();
        risks
    }

    /// What the headline says beside GPUs that stop for sure, what hurts most first.
    pub fn headline(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if self.stopped.gpus == 0 && !self.stopped.is_none() {
            parts.push(format!("{} stopped", self.stopped.words()));
        } else if self.stopped.cpu_nodes > 0 {
            parts.push(format!("{} stopped", words::count(self.stopped.cpu_nodes, "CPU node")));
        }
        if !self.may_stop.is_none() {
            let text = match self.may_stop {
                Nodes { gpus: 0, .. } => self.may_stop.words(),
                nodes => words::count(nodes.gpus, "GPU"),
            };
            parts.push(format!("up to {text} may stop"));
        }
        if !self.unknown.is_none() {
            parts.push(format!("{} of unknown effect", words::count(self.unknown.resources, "change")));
        }
        let forfeited: u64 = self.forfeited.iter().map(|row| row.nodes).sum();
        if forfeited > 0 {
            parts.push(format!("capacity of {} lost", words::count(forfeited, "node")));
        }
        if self.stores_lost > 0 {
            let data = if self.gib_lost > 0 { words::gibibytes(self.gib_lost) } else { "data".to_owned() };
            parts.push(format!("{data} lost"));
        }
        if !self.old_version.is_none() {
            let nodes = match self.old_version {
                Nodes { nodes: 0, uncounted: 1.., .. } => "an unknown number of nodes".to_owned(),
                Nodes { nodes, .. } => words::count(nodes, "node"),
            };
            parts.push(format!("{nodes} left on an old version"));
        }
        parts
    }

    /// Whether it is sure that nothing stops beside what is counted as stopped.
    pub const fn is_sure(&self) -> bool {
        self.may_stop.is_none() && self.unknown.is_none() && self.stopped.uncounted == 0
    }

    /// A line for each thing at risk: what, and how much. Empty where nothing is.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if !self.stopped.is_none() {
            let mut text = self.stopped.words();
            if self.in_batches == self.stopped {
                text.push_str(", in batches");
            } else if !self.in_batches.is_none() {
                text.push_str(&format!(", of which {} in batches", self.in_batches.words()));
            }
            if self.local_gb_lost > 0 {
                text.push_str(&format!("; {} on their local disks is lost", words::gigabytes(self.local_gb_lost)));
            }
            lines.push(("stop", text));
        }
        if !self.may_stop.is_none() {
            lines.push(("may stop", format!("up to {}", self.may_stop.words())));
        }
        if !self.unknown.is_none() {
            lines.push(("cannot know", format!("what happens to {}", self.unknown.words())));
        }
        for row in &self.forfeited {
            let price = row.hourly.map_or_else(
                || "price unknown".to_owned(),
                |hourly| format!("{} an hour at list price", hourly.short()),
            );
            let what = if row.idle { "paid and left unused" } else { "given back" };
            let text = format!("{} × {} {what} ({price})", group_thousands(row.nodes), row.shape);
            lines.push(("capacity lost", text));
        }
        if self.stores_lost > 0 {
            let stores = words::count(self.stores_lost, "store");
            let text = match (self.gib_lost, self.stores_of_unknown_size) {
                (0, _) => format!("{stores} of unknown size"),
                (gib, 0) => format!("{} in {stores}", words::gibibytes(gib)),
                (gib, unknown) => {
                    format!("{} in {stores}, and what is in {unknown} of unknown size", words::gibibytes(gib))
                }
            };
            lines.push(("data lost", text));
        }
        if self.stores_left > 0 {
            let stores = words::count(self.stores_left, "store");
            let size =
                if self.gib_left > 0 { format!("{} in ", words::gibibytes(self.gib_left)) } else { String::new() };
            lines.push(("left behind", format!("{size}{stores} kept as they are; what takes their place is empty")));
        }
        if !self.twice.is_none() {
            let text = format!("{}: the new one comes before the old one goes", self.twice.words());
            lines.push(("needed twice", text));
        }
        if !self.old_version.is_none() {
            lines.push(("old version", format!("{} stay on it", self.old_version.words())));
        }
        lines
    }
}

/// How much a change hurts, by what it does: 0 hurts most.
pub(crate) fn rank(change: &Change) -> u8 {
    let worst = change.effects.iter().map(|effect| effect.kind).min();
    match (worst, change.action) {
        (Some(EffectKind::Stops | EffectKind::Rolls), _) => 0,
        (Some(EffectKind::MayStop | EffectKind::Unknown), _) => 1,
        (Some(EffectKind::Released | EffectKind::Idle), _) => 2,
        (Some(EffectKind::DataLost | EffectKind::LeftBehind), _) => 3,
        (_, Action::Delete) => 4,
        (_, Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst) => 5,
        (_, Action::Forget) => 6,
        (Some(EffectKind::Twice | EffectKind::StayOld), _) => 7,
        (_, Action::Create) if change.holds_after.is_some() => 8,
        (_, Action::Create) => 9,
        (_, Action::Update | Action::Import) => 10,
        (_, Action::Move | Action::NoOp) => 11,
    }
}

/// What a rank stands for, as filters and machines name it.
pub const fn name(rank: u8) -> &'static str {
    match rank {
        0 => "stops_gpus",
        1 => "may_stop",
        2 => "gives_up_capacity",
        3 => "loses_data",
        4 => "destroys",
        5 => "replaces",
        6 => "forgets",
        7 => "old_or_twice",
        8 | 9 => "creates",
        10 => "updates",
        _ => "renames",
    }
}
