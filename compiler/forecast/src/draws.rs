//! Which contract pays for nodes, and at what rate. Must not know how many there are.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol, quantity::Money};
use tonnage_lang::{
    Intent,
    intent::{
        Capacity, CapacityId, CapacityKind, CloudId, Commitment, CommitmentId, Pool, PoolOption, ShapeId, Window,
    },
};
use tonnage_place::{Placement, placement::Slice};

/// Nodes, as far as a contract asks.
#[derive(Clone, Copy, Debug)]
pub struct Bought {
    /// The contract that the author names for them.
    pub named: Option<CommitmentId>,
    /// Where.
    pub cloud: CloudId,
    /// Where.
    pub region: Symbol,
    /// On what.
    pub shape: ShapeId,
    /// On which day.
    pub day: Date,
}

impl Bought {
    /// Of a slice.
    pub fn slice(intent: &Intent, pool: &Pool, slice: &Slice) -> Self {
        let option = pool.options.iter().find(|option| option.name.value == slice.option);
        let named = named(intent, option, slice.capacity);
        Self { named, cloud: slice.cloud, region: slice.region, shape: slice.shape, day: intent.as_of }
    }

    /// Of a capacity that is paid for whether it is used or not: its own contract, else that of an option that buys it.
    pub fn capacity(intent: &Intent, id: CapacityId, capacity: &Capacity) -> Self {
        let buys = |option: &&PoolOption| option.buy.capacity.iter().any(|at| at.value == id);
        let mut options = intent.pools.iter().flat_map(|pool| &pool.options).filter(buys);
        let named = capacity.commitment.or_else(|| options.find_map(|option| option.draw)).map(|at| at.value);
        let Capacity { cloud, region, shape, .. } = capacity;
        Self { named, cloud: cloud.value, region: *region, shape: shape.value, day: intent.as_of }
    }
}

/// The contract that an option names, else its capacity.
pub fn named(intent: &Intent, option: Option<&PoolOption>, capacity: Option<CapacityId>) -> Option<CommitmentId> {
    let through = capacity.and_then(|id| intent.capacities.get(id)?.commitment);
    option.and_then(|option| option.draw).or(through).map(|at| at.value)
}

/// Whether a capacity is paid for by itself, used or not: then what runs in it is not paid for again.
pub fn is_paid_whole(intent: &Intent, id: Option<CapacityId>) -> bool {
    id.and_then(|id| intent.capacities.get(id)).is_some_and(|capacity| matches!(capacity.kind, CapacityKind::Owned))
}

/// Granted capacity that is not over, and how many of its nodes a placement leaves unused: it is owed all the same.
pub fn idle(intent: &Intent, placement: &Placement) -> Vec<(CapacityId, u64)> {
    let mut used: BTreeMap<CapacityId, u64> = BTreeMap::new();
    for slice in placement.pools.iter().flat_map(|placed| &placed.slices) {
        if let Some(id) = slice.capacity {
            *used.entry(id).or_default() += slice.nodes;
        }
    }
    let granted = intent.capacities.iter_enumerated().filter(|(id, capacity)| {
        matches!(capacity.kind, CapacityKind::Granted { .. })
            && closes(intent, None, Some(*id)).is_none_or(|last| intent.as_of <= last)
    });
    let idle = granted.map(|(id, capacity)| {
        let used = used.get(&id).copied().unwrap_or_default();
        (id, u64::from(capacity.nodes.value).saturating_sub(used))
    });
    idle.filter(|(_, nodes)| *nodes > 0).collect()
}

/// The first day on which nodes can start in a capacity: reserved capacity of one's own is there, and billed, as soon
/// as it is made; what was granted begins when its window does. None: they can start at any time.
pub fn opens(intent: &Intent, id: Option<CapacityId>) -> Option<Date> {
    let capacity = id.and_then(|id| intent.capacities.get(id))?;
    let granted = matches!(capacity.kind, CapacityKind::Granted { .. });
    capacity.window.filter(|_| granted)?.start.map(|start| start.value)
}

/// The last day on which nodes can run: that of their pool's window, or of their capacity's. A pool that runs though
/// its window is over runs on until a plan removes it.
pub fn closes(intent: &Intent, pool: Option<&Pool>, id: Option<CapacityId>) -> Option<Date> {
    let capacity = id.and_then(|id| intent.capacities.get(id)).and_then(|capacity| capacity.window);
    let last = |window: Option<Window>| window?.end.map(|end| end.value);
    let of_pool = last(pool.and_then(|pool| pool.window)).filter(|last| intent.as_of <= *last);
    of_pool.into_iter().chain(last(capacity)).min()
}

/// The commitment that nodes draw from: the one that is named, else the first by name, of those that cover them. None
/// on a day outside of its term.
pub fn commitment<'a>(intent: &'a Intent, bought: &Bought) -> Option<(CommitmentId, &'a Commitment)> {
    let shape = intent.catalog.shapes.get(bought.shape)?;
    let covered = |commitment: &Commitment| {
        let covers = &commitment.covers;
        let within =
            |list: &[tonnage_base::At<Symbol>], name: Symbol| list.is_empty() || list.iter().any(|at| at.value == name);
        (commitment.term.0.value..=commitment.term.1.value).contains(&bought.day)
            && within(&covers.regions, bought.region)
            && shape.accelerator.map_or(covers.accelerators.is_empty(), |model| within(&covers.accelerators, model))
            && within(&covers.services, Symbol::new("compute"))
    };
    if let Some(id) = bought.named {
        return intent.commitments.get(id).map(|commitment| (id, commitment)).filter(|(_, c)| covered(c));
    }
    intent
        .commitments
        .iter_enumerated()
        .find(|(_, commitment)| commitment.clouds.iter().any(|at| at.value == bought.cloud) && covered(commitment))
}

/// What a node costs for an hour at the committed rate; none: not known.
pub fn node_rate(intent: &Intent, commitment: &Commitment, shape: ShapeId) -> Option<Money> {
    let shape = intent.catalog.shapes.get(shape)?;
    let rate = commitment.rates.get(&shape.accelerator?)?;
    rate.value.money.checked_mul(Decimal::from(shape.accelerators)).ok()
}
