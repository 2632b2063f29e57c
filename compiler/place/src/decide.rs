//! Which options are taken: in the author's order, the first that holds a gang whole, or one after the other until the
//! demand is met. Every option not taken gets its reason and its price difference.

use std::cmp::Reverse;

use tonnage_base::{Diagnostic, Severity, Symbol, quantity::Money};
use tonnage_lang::intent::{CloudId, NetworkId, Pool, PoolId, PoolOption};

use crate::{
    attempt::{Attempt, attempt, list_cost},
    candidate::{self, Reason},
    fallback::Rule,
    limits::Limits,
    placement::{Inputs, NetworkUse, PlacedPool, Placement, Rejection, Sizing, Slice, StorageUse},
    say, sizing, split,
    window::{self, End},
    words::count,
};

/// The most groups that one pool may make. Far beyond any cloud's limits: it is a slip of the keyboard.
pub const MOST_GROUPS: u64 = 100_000;

/// Places every pool. Reports every pool that can't be placed, with what each of its options lacks.
pub fn place(inputs: &Inputs<'_>) -> (Placement, Vec<Diagnostic>) {
    let mut limits = Limits::new(&inputs.availability.free);
    // of pools that share capacity, those that run in reserved places keep them, then those that run come before new
    // ones; else they take from it in order of their names: the order of blocks in files means nothing
    let stands = |pool: &Pool| {
        let standing = inputs.availability.standing.iter().filter(|standing| standing.pool == pool.address);
        let nodes = standing.map(|standing| (standing.reserved > 0, standing.asked > 0));
        Reverse(nodes.max().unwrap_or_default())
    };
    let mut order: Vec<(PoolId, &Pool)> = inputs.intent.pools.iter_enumerated().collect();
    order.sort_by_key(|(id, pool)| (stands(pool), pool.address, *id));
    let mut placed: Vec<(PlacedPool, Vec<Diagnostic>)> =
        order.into_iter().map(|(id, pool)| place_pool(inputs, id, pool, &mut limits)).collect();
    placed.sort_by_key(|(placed, _)| placed.pool);
    let mut placement = Placement::default();
    let mut diagnostics = Vec::new();
    for (pool, said) in placed {
        placement.pools.push(pool);
        diagnostics.extend(said);
    }
    networks(inputs, &mut placement);
    (placement, diagnostics)
}

/// An option not taken, so far.
pub struct Rejected<'a> {
    /// Which.
    pub option: &'a PoolOption,
    /// Why.
    pub reason: Reason,
    cost: Option<Money>,
}

impl<'a> Rejected<'a> {
    /// Of unknown cost.
    pub fn new(option: &'a PoolOption, reason: Reason) -> Self {
        Self { option, reason, cost: None }
    }
}

/// An option that is taken.
pub struct Chosen<'a> {
    /// Which.
    pub option: &'a PoolOption,
    /// Nodes.
    pub nodes: u64,
    /// Why it is not more.
    pub short: Option<Reason>,
}

fn place_pool(inputs: &Inputs<'_>, id: PoolId, pool: &Pool, limits: &mut Limits<'_>) -> (PlacedPool, Vec<Diagnostic>) {
    let mut placed = PlacedPool {
        pool: id,
        sizing: Sizing::default(),
        slices: Vec::new(),
        rejected: Vec::new(),
        proposal: None,
        falls_back: None,
    };
    if let Some((End::Over, last)) = window::end(pool, inputs.as_of) {
        placed.sizing.steps.push(format!("0 nodes: its window ended on {}", last.value));
        return (placed, say::window_end(inputs, pool, 0).into_iter().collect());
    }
    if let Some((capacity, last)) = window::spent(inputs.intent, pool, inputs.as_of) {
        placed.sizing.steps.push(format!("0 nodes: {} ended on {}", capacity.address, last.value));
        return (placed, vec![say::spent(pool, capacity, last)]);
    }
    if let Some(why) = sizing::nothing(&pool.size) {
        placed.sizing.steps.push(format!("{why} as of {}", inputs.as_of));
        return (placed, Vec::new());
    }
    // what is still wanted, in GPUs or CPUs: options may differ in them a node; none: nothing placed yet
    let mut left: Option<u64> = None;
    let mut chosen: Vec<Chosen<'_>> = Vec::new();
    let mut rejected: Vec<Rejected<'_>> = Vec::new();
    if let Some(split) = &pool.split {
        let outcome = split::place(inputs, pool, split, &mut placed, limits);
        (chosen, rejected, left) = (outcome.chosen, outcome.rejected, Some(outcome.left));
    }
    let mut rule = Rule::of(inputs, pool);
    for option in pool.options.iter().filter(|_| pool.split.is_none()) {
        if left != Some(0)
            && let Some(reason) = rule.refuses(option, &chosen, &rejected)
        {
            rejected.push(Rejected::new(option, reason));
            continue;
        }
        if left == Some(0) {
            // as if it were alone: what the pool took elsewhere is not in its way
            limits.give_back(inputs, &placed.slices);
            let cost = attempt(inputs, pool, option, None, limits).map_or_else(|refusal| refusal.cost, |a| a.cost);
            limits.take(inputs, &placed.slices);
            let names: Vec<String> = chosen.iter().map(|chosen| format!("`{}`", chosen.option.name.value)).collect();
            let takes = if names.len() == 1 { "takes" } else { "take" };
            let reason = Reason::new("not_needed", format!("{} {takes} the whole pool", names.join(" and ")));
            rejected.push(Rejected { option, reason, cost });
            continue;
        }
        match attempt(inputs, pool, option, left, limits).and_then(|attempt| rule.short(option, attempt)) {
            Err(refusal) => rejected.push(Rejected { option, reason: refusal.reason, cost: refusal.cost }),
            Ok(Attempt { filled, need, cost, .. }) if pool.size.gang && filled.nodes < need => {
                let reason = filled.short.unwrap_or_else(|| Reason::new("capacity_short", "not all of it is free"));
                rejected.push(Rejected { option, reason, cost });
            }
            Ok(Attempt { filled, sizing, need, shape, .. }) => {
                let each = inputs.intent.catalog.shapes[shape].units();
                left = Some(need.saturating_sub(filled.nodes).saturating_mul(each));
                limits.take(inputs, &filled.slices);
                if chosen.is_empty() {
                    placed.sizing = sizing;
                }
                placed.slices.extend(filled.slices);
                chosen.push(Chosen { option, nodes: filled.nodes, short: filled.short });
            }
        }
    }
    let mut diagnostics = Vec::new();
    if left == Some(0) {
        placed.falls_back = rule.fell_back(&chosen, &rejected, &placed.slices);
        if pool.split.is_none() {
            together(inputs, &mut placed, &chosen);
        }
        diagnostics.extend(say::notes(inputs, pool, &placed.slices));
        diagnostics.extend(cut(inputs, pool, &mut placed.slices));
    } else {
        let mut unplaced = rule.explain(say::unplaced(pool, left, &placed, &chosen, &rejected));
        if inputs.availability.may_be_short.contains(&pool.address) {
            unplaced.severity = Severity::Warning;
            diagnostics.extend(cut(inputs, pool, &mut placed.slices));
        }
        diagnostics.push(unplaced);
    }
    if tonnage_base::diagnostic::has_errors(&diagnostics) {
        limits.give_back(inputs, &placed.slices);
        placed.slices.clear();
    }
    let cost = list_cost(inputs, &placed.slices);
    placed.rejected = rejected
        .into_iter()
        .map(|rejected| Rejection {
            option: rejected.option.name.value,
            reason: rejected.reason.code,
            text: rejected.reason.text,
            price_difference: rejected.cost.zip(cost).and_then(|(its, chosen)| its.checked_sub(chosen).ok()),
            span: rejected.option.span,
        })
        .collect();
    (placed, diagnostics)
}

/// Where several options hold a pool together: what each holds, and GPUs and nodes as they are, since options may
/// differ in GPUs a node.
fn together(inputs: &Inputs<'_>, placed: &mut PlacedPool, chosen: &[Chosen<'_>]) {
    if chosen.len() < 2 {
        return;
    }
    let parts: Vec<String> = chosen
        .iter()
        .map(|chosen| format!("{} from `{}`", count(chosen.nodes, "node"), chosen.option.name.value))
        .collect();
    placed.sizing.steps.push(parts.join(" + "));
    let each = |slice: &Slice| inputs.intent.catalog.shapes[slice.shape].units();
    let nodes = placed.slices.iter().fold(0u64, |sum, slice| sum.saturating_add(slice.nodes));
    let gpus =
        placed.slices.iter().fold(0u64, |sum, slice| sum.saturating_add(slice.nodes.saturating_mul(each(slice))));
    let spare = placed.sizing.spares.saturating_mul(placed.slices.last().map_or(1, each));
    placed.sizing.nodes = nodes.saturating_sub(placed.sizing.spares);
    placed.sizing.units = gpus.saturating_sub(spare);
}

/// Cuts slices into groups; says so where there would be absurdly many.
fn cut(inputs: &Inputs<'_>, pool: &Pool, slices: &mut [Slice]) -> Option<Diagnostic> {
    let limit = pool.size.group_nodes.as_ref().map(|at| at.value);
    let shapes = &inputs.intent.catalog.shapes;
    let groups = slices
        .iter()
        .map(|slice| sizing::group_count(slice.nodes, &shapes[slice.shape], limit))
        .fold(0, u64::saturating_add);
    if groups > MOST_GROUPS {
        return Some(say::too_many_groups(pool, groups, MOST_GROUPS));
    }
    for slice in slices {
        slice.groups = sizing::groups(slice.nodes, &shapes[slice.shape], limit);
    }
    None
}

/// Which networks the slices sit in: one for each network block (or the default) and site.
fn networks(inputs: &Inputs<'_>, placement: &mut Placement) {
    let mut uses: Vec<NetworkUse> = Vec::new();
    let mut index: rustc_hash::FxHashMap<(Option<NetworkId>, CloudId, Symbol), usize> = Default::default();
    for placed in &mut placement.pools {
        let pool = &inputs.intent.pools[placed.pool];
        let network = pool.network.as_ref().map(|n| n.value);
        for slice in &mut placed.slices {
            let position = *index.entry((network, slice.cloud, slice.region)).or_insert_with(|| {
                uses.push(NetworkUse {
                    network,
                    cloud: slice.cloud,
                    region: slice.region,
                    zones: Vec::new(),
                    rdma: false,
                });
                uses.len() - 1
            });
            let used = &mut uses[position];
            used.rdma |= pool.fabric.rdma;
            if !used.zones.contains(&slice.zone) {
                used.zones.push(slice.zone);
            }
            slice.network = position;
        }
    }
    for storage in inputs.intent.storages.iter() {
        placement.storages.push(None);
        if storage.kind.value != "lustre" {
            continue;
        }
        let network = storage.network.as_ref().map(|at| at.value);
        let (cloud, region) = (storage.cloud.value, storage.region.value);
        // beside the nodes that mount it, where the author says nothing
        let beside = || {
            let mounts = |placed: &&PlacedPool| {
                let pool = &inputs.intent.pools[placed.pool];
                pool.mounts.iter().any(|mount| std::ptr::eq(&inputs.intent.storages[mount.storage.value], storage))
            };
            let slices = placement.pools.iter().filter(mounts).flat_map(|placed| &placed.slices);
            slices.filter(|slice| slice.cloud == cloud && slice.region == region).map(|slice| slice.zone).next()
        };
        let kind = inputs.intent.clouds[cloud].kind;
        let first = || candidate::region(inputs, kind, region).and_then(|known| known.zones.first().copied());
        let Some(zone) = storage.zone.as_ref().map(|at| at.value).or_else(beside).or_else(first) else { continue };
        let position = *index.entry((network, cloud, region)).or_insert_with(|| {
            uses.push(NetworkUse { network, cloud, region, zones: Vec::new(), rdma: false });
            uses.len() - 1
        });
        if !uses[position].zones.contains(&zone) {
            uses[position].zones.push(zone);
        }
        if let Some(slot) = placement.storages.last_mut() {
            *slot = Some(StorageUse { zone, network: position });
        }
    }
    for used in &mut uses {
        let kind = inputs.intent.clouds[used.cloud].kind;
        let known = candidate::region(inputs, kind, used.region).map_or(&[][..], |r| &r.zones);
        used.zones.sort_by_key(|zone| (known.iter().position(|k| k == zone).unwrap_or(usize::MAX), *zone));
    }
    placement.networks = uses;
}
