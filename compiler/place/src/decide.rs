//! Which options are taken: in the author's order, the first that holds a gang whole, or one after the other until the
//! demand is met. Every option not taken gets its reason and its price difference.

use tonnage_base::{Diagnostic, Market, Symbol, codes::place as codes, quantity::Money, quantity::group_thousands};
use tonnage_lang::intent::{CloudId, NetworkId, Pool, PoolId, PoolOption, ShapeId};

use crate::{
    buy::{self, Filled, Site, Taken},
    candidate::{self, Reason},
    placement::{Inputs, NetworkUse, PlacedPool, Placement, Rejection, Sizing, Slice},
    sizing,
};

/// Places every pool. Reports every pool that can't be placed, with what each of its options lacks.
pub fn place(inputs: &Inputs<'_>) -> (Placement, Vec<Diagnostic>) {
    let mut placement = Placement::default();
    let mut diagnostics = Vec::new();
    let mut taken = Taken::default();
    for (id, pool) in inputs.intent.pools.iter_enumerated() {
        let placed = place_pool(inputs, id, pool, &taken, &mut diagnostics);
        taken.take(&placed.slices);
        placement.pools.push(placed);
    }
    networks(inputs, &mut placement);
    (placement, diagnostics)
}

/// An option as far as it goes.
struct Attempt {
    filled: Filled,
    sizing: Sizing,
    need: u64,
    shape: ShapeId,
}

fn place_pool(
    inputs: &Inputs<'_>,
    id: PoolId,
    pool: &Pool,
    taken: &Taken,
    diagnostics: &mut Vec<Diagnostic>,
) -> PlacedPool {
    let mut placed = PlacedPool { pool: id, sizing: Sizing::default(), slices: Vec::new(), rejected: Vec::new() };
    let mut taken = taken.clone();
    // what is still wanted, in GPUs: options may differ in GPUs a node; none: nothing placed yet
    let mut left: Option<u64> = None;
    let mut chosen: Vec<Symbol> = Vec::new();
    let mut rejected: Vec<(&PoolOption, Reason, Option<Money>)> = Vec::new();
    for option in &pool.options {
        if left == Some(0) {
            let alternative = attempt(inputs, pool, option, None, &taken).ok();
            let cost = alternative.and_then(|a| list_cost(inputs, a.shape, &a.filled.slices));
            let names: Vec<String> = chosen.iter().map(|name| format!("`{name}`")).collect();
            let text = format!("{} holds the whole pool", names.join(" with "));
            rejected.push((option, Reason::new("not_needed", text), cost));
            continue;
        }
        match attempt(inputs, pool, option, left, &taken) {
            Err(reason) => rejected.push((option, reason, None)),
            Ok(attempt) if attempt.filled.nodes < attempt.need && (pool.size.gang || attempt.filled.nodes == 0) => {
                let reason = attempt.filled.short.unwrap_or_else(|| Reason::new("capacity_short", "nothing is free"));
                let shape = &inputs.intent.catalog.shapes[attempt.shape];
                let cost = inputs.prices.price(
                    shape.cloud,
                    shape.name,
                    attempt.filled.slices.first().map_or(shape.name, |s| s.region),
                    attempt.filled.slices.first().map_or(shape.name, |s| s.zone),
                    Market::OnDemand,
                );
                rejected.push((option, reason, cost.and_then(|c| c.checked_mul(attempt.need.into()).ok())));
            }
            Ok(attempt) => {
                let each = u64::from(inputs.intent.catalog.shapes[attempt.shape].accelerators.max(1));
                let missing = (attempt.need - attempt.filled.nodes).saturating_mul(each);
                taken.take(&attempt.filled.slices);
                if chosen.is_empty() {
                    placed.sizing = attempt.sizing;
                } else {
                    placed.sizing.steps.push(format!(
                        "{} nodes of them from `{}`",
                        group_thousands(attempt.filled.nodes),
                        option.name.value
                    ));
                }
                placed.slices.extend(attempt.filled.slices);
                chosen.push(option.name.value);
                left = Some(missing);
            }
        }
    }
    if left != Some(0) {
        diagnostics.push(unplaced(inputs, pool, left, &placed, &rejected));
        placed.slices.clear();
    }
    let cost: Option<Money> = placed
        .slices
        .iter()
        .map(|slice| list_cost(inputs, slice.shape, std::slice::from_ref(slice)))
        .try_fold(None, |sum: Option<Money>, cost| {
            let cost = cost?;
            Some(Some(match sum {
                Some(sum) => sum.checked_add(cost).ok()?,
                None => cost,
            }))
        })
        .flatten();
    placed.rejected = rejected
        .into_iter()
        .map(|(option, reason, its_cost)| Rejection {
            option: option.name.value,
            reason: reason.code,
            text: reason.text,
            price_difference: its_cost.zip(cost).and_then(|(a, b)| a.checked_sub(b).ok()),
            span: option.span,
        })
        .collect();
    placed
}

/// Tries an option: each site and shape it allows, until one holds everything; else the one that holds most.
fn attempt(
    inputs: &Inputs<'_>,
    pool: &Pool,
    option: &PoolOption,
    gpus_left: Option<u64>,
    taken: &Taken,
) -> Result<Attempt, Reason> {
    let mut best: Option<Attempt> = None;
    let mut refused: Option<Reason> = None;
    for (cloud, region) in candidate::sites(inputs, option) {
        let shapes = match candidate::shapes(inputs, pool, option, inputs.intent.clouds[cloud].kind) {
            Ok(shapes) => shapes,
            Err(reason) => {
                refused.get_or_insert(reason);
                continue;
            }
        };
        for shape_id in shapes {
            let shape = &inputs.intent.catalog.shapes[shape_id];
            let sizing = sizing::size(&pool.size, shape);
            let whole = sizing.nodes.saturating_add(sizing.spares);
            let need = gpus_left.map_or(whole, |gpus| gpus.div_ceil(u64::from(shape.accelerators.max(1))));
            let site = Site { pool, option, cloud, region, shape: shape_id };
            let filled = buy::fill(inputs, &site, need, taken);
            let done = filled.nodes == need;
            if filled.nodes == 0
                && let Some(short) = &filled.short
            {
                // what concerns the capacity the author named says more than what concerns a shape we tried
                if refused.as_ref().is_none_or(|r| r.code != "capacity_short" && r.code != "window") {
                    refused = Some(short.clone());
                }
            }
            let better = best.as_ref().is_none_or(|best| filled.nodes > best.filled.nodes);
            if better && filled.nodes > 0 {
                best = Some(Attempt { filled, sizing, need, shape: shape_id });
            }
            if done {
                return best.ok_or_else(|| Reason::new("capacity_short", "nothing is asked for"));
            }
        }
    }
    best.ok_or_else(|| refused.unwrap_or_else(|| Reason::new("not_offered", "the option names no region")))
}

/// What slices cost an hour at the on-demand list price: the one measure all options share. None: a price is unknown.
fn list_cost(inputs: &Inputs<'_>, shape: ShapeId, slices: &[Slice]) -> Option<Money> {
    let shape = &inputs.intent.catalog.shapes[shape];
    let mut sum: Option<Money> = None;
    for slice in slices {
        let market = if slice.market == Market::Spot { Market::Spot } else { Market::OnDemand };
        let price = inputs.prices.price(shape.cloud, shape.name, slice.region, slice.zone, market)?;
        let cost = price.checked_mul(slice.nodes.into()).ok()?;
        sum = Some(match sum {
            Some(sum) => sum.checked_add(cost).ok()?,
            None => cost,
        });
    }
    sum
}

fn unplaced(
    inputs: &Inputs<'_>,
    pool: &Pool,
    left: Option<u64>,
    placed: &PlacedPool,
    rejected: &[(&PoolOption, Reason, Option<Money>)],
) -> Diagnostic {
    let name = pool.name.value;
    let mut diagnostic = match left {
        None => Diagnostic::error(codes::T0401, pool.name.span, format!("pool `{name}` fits none of its options"))
            .with_help("add an option, shrink the pool, or grant more capacity"),
        Some(left) => Diagnostic::error(
            codes::T0402,
            pool.name.span,
            format!(
                "pool `{name}` is short by {} of {} GPUs after its last option",
                group_thousands(left),
                group_thousands(placed.sizing.gpus_asked)
            ),
        )
        .with_help("add an option that holds the rest, or shrink the pool"),
    };
    for (option, reason, _) in rejected {
        diagnostic = diagnostic.with_label(option.name.span, format!("{}: {}", option.name.value, reason.text));
    }
    if left.is_some() {
        for slice in &placed.slices {
            let capacity = slice
                .capacity
                .map_or(String::new(), |c| format!(" from capacity.{}", inputs.intent.capacities[c].name.value));
            if let Some(option) = pool.options.iter().find(|o| o.name.value == slice.option) {
                diagnostic = diagnostic.with_label(
                    option.name.span,
                    format!("{}: {} nodes{capacity}", slice.option, group_thousands(slice.nodes)),
                );
            }
        }
    }
    diagnostic
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
    for used in &mut uses {
        let kind = inputs.intent.clouds[used.cloud].kind;
        let known = candidate::region(inputs, kind, used.region).map_or(&[][..], |r| &r.zones);
        used.zones.sort_by_key(|zone| (known.iter().position(|k| k == zone).unwrap_or(usize::MAX), *zone));
    }
    placement.networks = uses;
}
