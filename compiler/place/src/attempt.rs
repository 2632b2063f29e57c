//! One option of a pool, as far as it goes: each site, shape and zone it allows, until one holds everything; else the
//! one that holds most. And what it costs, by the one measure that all options share.
//!
//! Must not know of other options.

use tonnage_base::{Decimal, Market, Symbol, quantity::Money};
use tonnage_lang::intent::{CloudId, Pool, PoolOption, ShapeId};

use crate::{
    buy::{self, Filled, Site},
    candidate::{self, Reason},
    limits::Limits,
    placement::{Inputs, Sizing, Slice},
    sizing,
};

/// What an option can do for a pool.
pub struct Attempt {
    /// What it holds.
    pub filled: Filled,
    /// How the pool is sized on its shape.
    pub sizing: Sizing,
    /// Nodes wanted of it.
    pub need: u64,
    /// Its shape.
    pub shape: ShapeId,
    /// What all that is wanted would cost an hour here, held or not; none: a price is unknown.
    pub cost: Option<Money>,
}

/// An option that can do nothing.
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What it would cost an hour if it could; none: unknown.
    pub cost: Option<Money>,
}

/// Tries an option for the whole pool, or for so many GPUs of it.
pub fn attempt(
    inputs: &Inputs<'_>,
    pool: &Pool,
    option: &PoolOption,
    gpus_left: Option<u64>,
    limits: &mut Limits<'_>,
) -> Result<Attempt, Refusal> {
    let mut best: Option<Attempt> = None;
    let mut refused: Vec<Reason> = Vec::new();
    let mut cost: Option<Money> = None;
    for (cloud, region) in candidate::sites(inputs, option) {
        if let Some(reason) = data_elsewhere(inputs, pool, option, cloud, region) {
            refused.push(reason);
            continue;
        }
        let shapes = match candidate::shapes(inputs, pool, option, inputs.intent.clouds[cloud].kind) {
            Ok(shapes) => shapes,
            Err(reason) => {
                refused.push(reason);
                continue;
            }
        };
        for shape_id in shapes {
            let shape = &inputs.intent.catalog.shapes[shape_id];
            let sizing = sizing::size(&pool.size, shape);
            let whole = sizing.nodes.saturating_add(sizing.spares);
            let need = gpus_left.map_or(whole, |gpus| sizing::nodes_for(gpus, shape));
            for zone in zones(inputs, pool, option, cloud, region, shape_id) {
                let site = Site { pool, option, cloud, region, zone, shape: shape_id };
                let filled = buy::fill(inputs, &site, need, limits);
                let its_cost = cost_of(inputs, &site, &filled, need);
                let done = filled.nodes == need;
                if filled.nodes == 0 {
                    cost = cost.or(its_cost);
                    refused.extend(filled.short);
                    continue;
                }
                let gpus = |attempt: &Attempt| {
                    let each = inputs.intent.catalog.shapes[attempt.shape].units();
                    attempt.filled.nodes.saturating_mul(each)
                };
                let this = Attempt { filled, sizing: sizing.clone(), need, shape: shape_id, cost: its_cost };
                if done {
                    return Ok(this);
                }
                if best.as_ref().is_none_or(|best| gpus(&this) > gpus(best)) {
                    best = Some(this);
                }
            }
        }
    }
    best.ok_or_else(|| {
        let nowhere = || Reason::new("not_offered", "no cloud of the fleet may use a region that the option allows");
        Refusal { reason: Reason::most_telling(refused).unwrap_or_else(nowhere), cost }
    })
}

/// Data that the pool mounts lies in another place, and the option does not say that it is moved.
fn data_elsewhere(
    inputs: &Inputs<'_>,
    pool: &Pool,
    option: &PoolOption,
    cloud: CloudId,
    region: Symbol,
) -> Option<Reason> {
    let moved = |id| option.moves.as_ref().is_some_and(|moves| moves.data.iter().any(|at| at.value == id));
    pool.mounts.iter().filter(|mount| !moved(mount.storage.value)).find_map(|mount| {
        let storage = inputs.intent.storages.get(mount.storage.value)?;
        let here = storage.cloud.value == cloud && storage.region.value == region;
        let place = inputs.intent.clouds.get(storage.cloud.value)?.name.value;
        (!here).then(|| {
            let text = format!(
                "storage `{0}` lies in {place} {1}, not in {region}; `moves {{ data = storage.{0} }}` says it is brought there first",
                storage.name.value, storage.region.value
            );
            Reason::new("data_elsewhere", text)
        })
    })
}

/// The zones that an option is tried in one by one: where a fabric is needed all must lie in one zone, the ones of its
/// capacities before others. Else all at once.
fn zones(
    inputs: &Inputs<'_>,
    pool: &Pool,
    option: &PoolOption,
    cloud: CloudId,
    region: Symbol,
    shape: ShapeId,
) -> Vec<Option<Symbol>> {
    if !pool.fabric.rdma {
        return vec![None];
    }
    let mut zones: Vec<Option<Symbol>> = Vec::new();
    let mut add = |zone: Symbol| {
        if !zones.contains(&Some(zone)) {
            zones.push(Some(zone));
        }
    };
    for capacity in option.buy.capacity.iter().filter_map(|at| inputs.intent.capacities.get(at.value)) {
        if capacity.cloud.value == cloud && capacity.region == region && capacity.shape.value == shape {
            add(capacity.zone.value);
        }
    }
    if candidate::markets(option).next().is_some() {
        let kind = inputs.intent.clouds[cloud].kind;
        let shape = &inputs.intent.catalog.shapes[shape];
        candidate::zones(inputs, pool, option, kind, region, shape).into_iter().flatten().for_each(add);
    }
    if zones.is_empty() {
        zones.push(None);
    }
    zones
}

/// What `need` nodes would cost an hour here: what is held at its price, the rest in proportion; where nothing is held,
/// at the price of the first way the option buys.
fn cost_of(inputs: &Inputs<'_>, site: &Site<'_>, filled: &Filled, need: u64) -> Option<Money> {
    if filled.nodes > 0 {
        let cost = list_cost(inputs, &filled.slices)?;
        if filled.nodes == need {
            return Some(cost);
        }
        let amount = cost.amount.checked_mul(need.into())?.checked_div(filled.nodes.into())?;
        return Some(Money { amount: amount.round_dp(4).normalize(), currency: cost.currency });
    }
    let option = site.option;
    let capacity = option.buy.capacity.first().and_then(|at| inputs.intent.capacities.get(at.value));
    let market = match (capacity, candidate::markets(option).next()) {
        (None, Some(Market::Spot)) => Market::Spot,
        _ => Market::OnDemand,
    };
    let zone = site.zone.or(capacity.map(|c| c.zone.value)).or(option.zones.first().map(|at| at.value));
    let shape = &inputs.intent.catalog.shapes[site.shape];
    let price = inputs.prices.price(shape.cloud, shape.name, site.region, zone.unwrap_or(site.region), market)?;
    price.checked_mul(need.into()).ok()
}

/// What slices cost an hour at list price, spot at the spot price: reserved ones as if bought on demand, which is the
/// one measure that all options share. None: a price is unknown, or there are no slices.
pub fn list_cost(inputs: &Inputs<'_>, slices: &[Slice]) -> Option<Money> {
    let mut sum: Option<Money> = None;
    for slice in slices {
        let shape = &inputs.intent.catalog.shapes[slice.shape];
        let market = if slice.market == Market::Spot { Market::Spot } else { Market::OnDemand };
        let price = inputs.prices.price(shape.cloud, shape.name, slice.region, slice.zone, market)?;
        let cost = price.checked_mul(Decimal::from(slice.nodes)).ok()?;
        sum = Some(match sum {
            Some(sum) => sum.checked_add(cost).ok()?,
            None => cost,
        });
    }
    sum
}
