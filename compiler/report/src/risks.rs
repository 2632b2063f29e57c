//! What a plan puts at risk, counted once for every format: GPUs that stop, capacity given up, data lost, nodes left on
//! an old version, and what nobody knows. Must not know formats, nor why: changes carry their effects.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Decimal, Symbol, quantity::Money};
use tonnage_graph::{Holds, Site};
use tonnage_plan::{Action, Change, Effect, EffectKind, Plan, UnitId, model::ShapeFacts};

use crate::{roll_up::shapes_apart, words};

mod alarms;

/// What an alarm of nodes that stop is called.
pub(crate) const STOP: &str = "stop";

/// What is at risk in the whole plan.
#[derive(Clone, Debug, Default)]
pub struct Risks {
    /// Nodes that stop, those replaced in batches included.
    pub stopped: Nodes,
    /// Those of them that are replaced in batches.
    pub in_batches: Nodes,
    /// Those of these that are down at once, at most.
    pub at_once: Nodes,
    /// Nodes that start, those that take the place of stopped ones among them.
    pub started: Nodes,
    /// Nodes that may stop.
    pub may_stop: Nodes,
    /// Nodes that stop at most: no more of a resource than run in it.
    pub most_stopped: Nodes,
    /// Nodes that stay on an old version.
    pub old_version: Nodes,
    /// Those of them that stay another shape than what replaces them, by the two.
    pub old_shapes: BTreeMap<(Symbol, Symbol), Nodes>,
    /// How they are brought to the new one.
    pub bring_over: BTreeSet<String>,
    /// Nodes that run on and lose access to something; those of several resources may be the same.
    pub cut_off: Nodes,
    /// What they lose it by: how many nodes, and in words what happens.
    pub cut_off_by: Vec<String>,
    /// Nodes of which nobody knows what happens to them.
    pub unknown: Nodes,
    /// Nodes whose capacity is needed twice.
    pub twice: Nodes,
    /// Reserved places that are made anew while the old ones stay and are paid for.
    pub paid_twice: Nodes,
    /// How reserved capacity is kept as it is.
    pub keep: BTreeSet<String>,
    /// Capacity given up: back to the cloud, or paid and left unused.
    pub forfeited: Vec<Forfeited>,
    /// Stores whose data is lost.
    pub stores_lost: u64,
    /// Their size in GiB, as far as it is known.
    pub gib_lost: u64,
    /// Those among them whose size is not known.
    pub stores_of_unknown_size: u64,
    /// Stores that others deleted, and that are made again, empty.
    pub stores_gone: u64,
    /// Their size in GiB, as far as it is known.
    pub gib_gone: u64,
    /// Those among them whose size is not known.
    pub gone_of_unknown_size: u64,
    /// Stores that are kept with their data while empty ones take their place.
    pub stores_left: u64,
    /// The stores of each of these effects.
    pub stores: BTreeMap<EffectKind, BTreeSet<Symbol>>,
    /// Their size in GiB, as far as it is known.
    pub gib_left: u64,
    /// Local disks of nodes that stop, in GB, as far as they are known.
    pub local_gb_lost: u64,
    /// The same of nodes that may stop.
    pub local_gb_at_risk: u64,
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
    /// Those of which it is not known what they are: they may have GPUs.
    pub shapeless: u64,
    /// Resources whose number of nodes is not known.
    pub uncounted: u64,
}

/// Capacity given up.
#[derive(Clone, Debug, PartialEq)]
pub struct Forfeited {
    /// Of what.
    pub shape: Symbol,
    /// It stays paid, unused; otherwise it goes back to the cloud.
    pub idle: bool,
    /// For sure.
    pub least: Places,
    /// With what nodes that may stop would leave.
    pub most: Places,
}

/// Places of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// How many.
    pub nodes: u64,
    /// On-demand list price of all of them for one hour; none: unknown.
    pub hourly: Option<Money>,
}

impl Places {
    fn add(&mut self, nodes: u64, price: Option<Money>) {
        let more = price.and_then(|price| price.checked_mul(Decimal::from(nodes)).ok());
        self.nodes = self.nodes.saturating_add(nodes);
        self.hourly = self.hourly.zip(more).and_then(|(sum, more)| sum.checked_add(more).ok());
    }
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
        self.touched(change, effect, effect.nodes)
    }

    /// So many of the nodes that an effect is about. Where several shapes run, those that started first stop first, and
    /// those that started last stay.
    fn touched(&self, change: &Change, effect: &Effect, nodes: Option<u64>) -> Nodes {
        let Some(wanted) = nodes.filter(|_| !change.older.is_empty() && effect.kind != EffectKind::Twice) else {
            return Nodes::of(self.get(change, effect), nodes);
        };
        let mut sum = Nodes { resources: 1, ..Nodes::default() };
        for (shape, nodes) in self.first(change, effect, wanted) {
            sum.add(Nodes { resources: 0, ..Nodes::of(shape, Some(nodes)) });
        }
        sum
    }

    /// So many of the nodes that an effect is about, by their shapes.
    fn first(&self, change: &Change, effect: &Effect, mut wanted: u64) -> Vec<(Option<&'p ShapeFacts>, u64)> {
        let mut runs = change.runs();
        if effect.kind == EffectKind::StayOld {
            runs.reverse();
        }
        let mut found = Vec::new();
        for holds in runs {
            let nodes = u64::from(holds.nodes).min(wanted);
            wanted -= nodes;
            found.push((self.0.get(&(change.site, holds.shape)).copied(), nodes));
        }
        found.push((self.get(change, effect), wanted));
        found.retain(|(_, nodes)| *nodes > 0);
        found
    }

    /// The local disks of these nodes, as far as they are known.
    fn local_gb(&self, change: &Change, effect: &Effect, nodes: Nodes) -> u64 {
        let shapes = self.first(change, effect, nodes.nodes).into_iter();
        let each = |shape: Option<&ShapeFacts>| shape.and_then(|shape| shape.local_gb).unwrap_or(0);
        shapes.fold(0, |sum, (shape, nodes)| sum.saturating_add(nodes.saturating_mul(each(shape))))
    }

    /// Nodes that a change stops at most.
    fn most_stopped(&self, change: &Change) -> Nodes {
        let effects = &change.effects;
        let sure = effects.iter().find(|effect| effect.kind.stops());
        let may = effects.iter().find(|effect| effect.kind == EffectKind::MayStop);
        let Some(any) = sure.or(may) else { return Nodes::default() };
        let may = may.map_or(Some(0), |effect| effect.nodes);
        let all = change.stopping().zip(may).map(|(sure, may)| sure.saturating_add(may));
        let running = change.holds_before.map(|holds| u64::from(holds.nodes));
        self.touched(change, any, all.map(|all| running.map_or(all, |running| all.min(running))))
    }

    /// The nodes of an effect that are down at once, where they are replaced in batches.
    pub(crate) fn at_once(&self, change: &Change, effect: &Effect) -> Nodes {
        self.touched(change, effect, effect.batch)
    }

    /// So many nodes of a shape somewhere.
    pub(crate) fn at(&self, site: Site, shape: Symbol, nodes: u64) -> Nodes {
        Nodes::of(self.0.get(&(site, shape)).copied(), Some(nodes))
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
    /// So many of a shape; none: their number is not known.
    pub(crate) fn of(shape: Option<&ShapeFacts>, nodes: Option<u64>) -> Self {
        let gpus = shape.map_or(0, |shape| u64::from(shape.gpus));
        let known = nodes.unwrap_or(0);
        Self {
            resources: 1,
            nodes: known,
            cpu_nodes: if shape.is_some_and(|shape| shape.accelerator.is_none()) { known } else { 0 },
            gpus: known.saturating_mul(gpus),
            shapeless: if shape.is_none() { known } else { 0 },
            uncounted: u64::from(nodes.is_none()),
        }
    }

    /// Adds.
    pub fn add(&mut self, other: Self) {
        self.resources += other.resources;
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.cpu_nodes = self.cpu_nodes.saturating_add(other.cpu_nodes);
        self.gpus = self.gpus.saturating_add(other.gpus);
        self.shapeless = self.shapeless.saturating_add(other.shapeless);
        self.uncounted += other.uncounted;
    }

    /// How nodes are replaced of which these are down at once: `in batches, at most 4 nodes (32 GPUs) at once`.
    pub(crate) fn as_batches(&self) -> String {
        if self.uncounted > 0 {
            "in batches".to_owned()
        } else {
            format!("in batches, at most {} at once", self.words())
        }
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
            (nodes @ 1.., 0) if nodes == self.shapeless => format!("{} of unknown shape", words::count(nodes, "node")),
            (nodes, 0) => words::count(nodes, "node"),
            (nodes, gpus) => {
                let of_gpus = words::count(nodes.saturating_sub(self.cpu_nodes), "node");
                let beside = match self.cpu_nodes {
                    0 => String::new(),
                    cpu_nodes => format!(" and {}", words::count(cpu_nodes, "CPU node")),
                };
                format!("{of_gpus} ({}){beside}", words::count(gpus, "GPU"))
            }
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
        let steps = steps(plan);
        // a step begins when the one before is done
        let mut at_once: BTreeMap<Option<usize>, Nodes> = BTreeMap::new();
        for change in &plan.changes {
            if let Some(holds) = change.holds_after {
                risks.started.add(shapes.at(change.site, holds.shape, change.started()));
            }
            risks.most_stopped.add(shapes.most_stopped(change));
            for effect in &change.effects {
                let nodes = shapes.nodes(change, effect);
                if matches!(effect.kind, EffectKind::Released | EffectKind::Twice) && !effect.way_out.is_empty() {
                    risks.keep.insert(effect.way_out.clone());
                }
                if effect.kind.is_of_data() {
                    risks.stores.entry(effect.kind).or_default().insert(change.address);
                }
                match effect.kind {
                    EffectKind::Stops | EffectKind::Rolls => {
                        if effect.kind == EffectKind::Rolls {
                            risks.in_batches.add(nodes);
                            let step = steps.get(&change.unit).copied();
                            at_once.entry(step).or_default().add(shapes.at_once(change, effect));
                        }
                        risks.stopped.add(nodes);
                        let gb = shapes.local_gb(change, effect, nodes);
                        risks.local_gb_lost = risks.local_gb_lost.saturating_add(gb);
                    }
                    EffectKind::MayStop => {
                        risks.may_stop.add(nodes);
                        let gb = shapes.local_gb(change, effect, nodes);
                        risks.local_gb_at_risk = risks.local_gb_at_risk.saturating_add(gb);
                    }
                    EffectKind::StayOld => {
                        risks.old_version.add(nodes);
                        if let Some(shapes) = shapes_apart(change) {
                            risks.old_shapes.entry(shapes).or_default().add(nodes);
                        }
                        if !effect.way_out.is_empty() {
                            risks.bring_over.insert(effect.way_out.clone());
                        }
                    }
                    EffectKind::LosesAccess => {
                        risks.cut_off.add(nodes);
                        let number = words::count(nodes.nodes, "node");
                        risks.cut_off_by.push(format!("{number} that run, by {}: {}", change.address, effect.words));
                    }
                    EffectKind::Unknown => risks.unknown.add(nodes),
                    EffectKind::Twice if change.keeps_old() && change.holds_before.is_some_and(|h| h.reserves_only) => {
                        risks.paid_twice.add(nodes);
                    }
                    EffectKind::Twice => risks.twice.add(nodes),
                    EffectKind::Released | EffectKind::Idle | EffectKind::MayIdle => {
                        let Some(holds) = holds(change, effect) else { continue };
                        let idle = effect.kind != EffectKind::Released;
                        let price = shapes.get(change, effect).and_then(|shape| shape.on_demand);
                        let none = Places { nodes: 0, hourly: price.map(|price| Money::zero(price.currency)) };
                        let row = forfeited.entry((holds.shape, idle));
                        let row = row.or_insert(Forfeited { shape: holds.shape, idle, least: none, most: none });
                        row.most.add(nodes.nodes, price);
                        if effect.kind != EffectKind::MayIdle {
                            row.least.add(nodes.nodes, price);
                        }
                    }
                    EffectKind::DataLost => {
                        risks.stores_lost += 1;
                        risks.gib_lost = risks.gib_lost.saturating_add(effect.gib.unwrap_or(0));
                        risks.stores_of_unknown_size += u64::from(effect.gib.is_none());
                    }
                    EffectKind::DataGone => {
                        risks.stores_gone += 1;
                        risks.gib_gone = risks.gib_gone.saturating_add(effect.gib.unwrap_or(0));
                        risks.gone_of_unknown_size += u64::from(effect.gib.is_none());
                    }
                    EffectKind::LeftBehind => {
                        risks.stores_left += 1;
                        risks.gib_left = risks.gib_left.saturating_add(effect.gib.unwrap_or(0));
                    }
                    EffectKind::Refused
                    | EffectKind::Ends
                    | EffectKind::Note
                    | EffectKind::OpensToAll
                    | EffectKind::AllowsAll
                    | EffectKind::OpensWider => {}
                }
            }
        }
        risks.forfeited = forfeited.into_values().collect();
        let known = |nodes: &Nodes| (nodes.uncounted > 0, nodes.gpus, nodes.nodes);
        risks.at_once = at_once.into_values().max_by_key(known).unwrap_or_default();
        risks
    }

    /// Whether it is sure that nothing stops beside what is counted as stopped.
    pub const fn is_sure(&self) -> bool {
        let all_known = self.stopped.uncounted == 0 && self.stopped.shapeless == 0;
        all_known && self.may_stop.is_none() && self.unknown.is_none()
    }

    /// Whether it is known how many more may stop beside those that do.
    pub(crate) const fn is_range(&self) -> bool {
        !self.stopped.is_none() && self.most_stopped.uncounted == 0 && self.most_stopped.nodes > self.stopped.nodes
    }

    /// GPUs that stop at most; none: nobody knows.
    pub const fn gpus_stopped_at_most(&self) -> Option<u64> {
        let counted = self.most_stopped.uncounted == 0 && self.most_stopped.shapeless == 0 && self.unknown.is_none();
        if counted { Some(self.most_stopped.gpus) } else { None }
    }
}

/// The step in which each unit is brought where it is to be.
fn steps(plan: &Plan) -> BTreeMap<UnitId, usize> {
    plan.steps.iter().enumerate().flat_map(|(at, step)| step.units.iter().map(move |unit| (*unit, at))).collect()
}

/// How much a change hurts, by what it does: 0 hurts most.
pub(crate) fn rank(change: &Change) -> u8 {
    let worst = change.effects.iter().map(|effect| effect.kind).min();
    match (worst, change.action) {
        (Some(EffectKind::Refused), _) => 0,
        (Some(EffectKind::Stops | EffectKind::Rolls), _) => 1,
        (Some(EffectKind::MayStop | EffectKind::LosesAccess | EffectKind::Unknown), _) => 2,
        (Some(EffectKind::Released | EffectKind::Idle | EffectKind::MayIdle), _) => 3,
        (Some(EffectKind::DataLost | EffectKind::DataGone), _) => 4,
        (Some(EffectKind::LeftBehind), _) => 5,
        (Some(EffectKind::OpensToAll | EffectKind::AllowsAll | EffectKind::OpensWider), _) => 6,
        (_, Action::Delete) => 7,
        (_, Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst) => 8,
        (_, Action::Forget) => 9,
        (Some(EffectKind::Twice | EffectKind::StayOld), _) => 10,
        (_, Action::Create) if change.holds_after.is_some() => 11,
        (_, Action::Create) => 12,
        (_, Action::Update | Action::Import) => 13,
        (_, Action::Move | Action::NoOp) => 14,
    }
}

/// What a rank stands for, as filters and machines name it.
pub const fn name(rank: u8) -> &'static str {
    match rank {
        0 => "refused",
        1 => "stops_gpus",
        2 => "may_stop",
        3 => "gives_up_capacity",
        4 => "loses_data",
        5 => "leaves_data",
        6 => "opens_access",
        7 => "destroys",
        8 => "replaces",
        9 => "forgets",
        10 => "old_or_twice",
        11 | 12 => "creates",
        13 => "updates",
        _ => "renames",
    }
}
