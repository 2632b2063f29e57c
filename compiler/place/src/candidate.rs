//! Which shapes and zones an option could use, and what rules it out. Must not decide between options.

use tonnage_base::{Decimal, Symbol};
use tonnage_lang::intent::{Capacity, CloudId, Pool, PoolOption, Region, Shape, ShapeId, Window};

use crate::{placement::Inputs, price::PriceBook};

/// A reason that rules something out: a stable word and a sentence with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// For machines.
    pub code: &'static str,
    /// For people.
    pub text: String,
}

impl Reason {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// The sites an option allows, in order: its own, or each allowed region of its cloud, or of every cloud.
pub fn sites(inputs: &Inputs<'_>, option: &PoolOption) -> Vec<(CloudId, Symbol)> {
    let clouds: Vec<CloudId> =
        option.cloud.as_ref().map_or_else(|| inputs.intent.clouds.ids().collect(), |cloud| vec![cloud.value]);
    clouds
        .into_iter()
        .flat_map(|cloud| {
            let regions: Vec<Symbol> = match &option.region {
                Some(region) => vec![region.value],
                None => inputs.intent.clouds[cloud].regions.iter().map(|r| r.value).collect(),
            };
            regions.into_iter().map(move |region| (cloud, region))
        })
        .collect()
}

/// The shapes that satisfy a pool on a kind of cloud, in the author's order of accelerators; or why there is none.
pub fn shapes(inputs: &Inputs<'_>, pool: &Pool, option: &PoolOption, kind: Symbol) -> Result<Vec<ShapeId>, Reason> {
    let catalog = &inputs.intent.catalog;
    let mut found: Vec<ShapeId> = Vec::new();
    for accelerator in &pool.accelerators {
        found.extend(
            catalog
                .shapes
                .iter_enumerated()
                .filter(|(id, shape)| {
                    shape.cloud == kind
                        && shape.accelerator == accelerator.value
                        && option.shape.as_ref().is_none_or(|s| s.value == *id)
                })
                .map(|(id, _)| id),
        );
    }
    if found.is_empty() {
        let names: Vec<&str> = pool.accelerators.iter().map(|a| a.value.as_str()).collect();
        return Err(Reason::new(
            "lacks_accelerator",
            match &option.shape {
                Some(shape) => format!("{} has no {}", catalog.shapes[shape.value].name, names.join(" or ")),
                None => format!("no {kind} shape of the catalog has {}", names.join(" or ")),
            },
        ));
    }
    let mut refused = None;
    found.retain(|&id| match fabric(pool, &catalog.shapes[id]) {
        Ok(()) => true,
        Err(reason) => {
            refused.get_or_insert(reason);
            false
        }
    });
    match refused {
        Some(reason) if found.is_empty() => Err(reason),
        _ => {
            // whole machines first: a pool that asks for GPUs by the thousand does not want single-GPU shapes
            found.sort_by_key(|&id| {
                let shape = &catalog.shapes[id];
                let order = pool.accelerators.iter().position(|a| a.value == shape.accelerator);
                (order, std::cmp::Reverse(shape.accelerators))
            });
            Ok(found)
        }
    }
}

/// Whether a shape's fabric is what the pool needs.
pub fn fabric(pool: &Pool, shape: &Shape) -> Result<(), Reason> {
    let lacks = |text: String| Err(Reason::new("lacks_fabric", text));
    if pool.fabric.rdma && shape.fabric.is_none() {
        return lacks(format!("{} has no RDMA fabric", shape.name));
    }
    if let Some(least) = &pool.fabric.min_gbps_per_gpu {
        let Some(gbps) = shape.fabric_gbps else {
            return lacks(format!("the fabric bandwidth of {} is not known", shape.name));
        };
        let each = gbps / Decimal::from(shape.accelerators.max(1));
        if each < least.value {
            return lacks(format!(
                "{} has {} Gbps a GPU, {} are needed",
                shape.name,
                each.round_dp(1).normalize(),
                least.value.normalize()
            ));
        }
    }
    if let Some(least) = &pool.fabric.nvlink_domain_min {
        let Some(domain) = shape.nvlink_domain_gpus else {
            return lacks(format!("the NVLink domain of {} is not known", shape.name));
        };
        if u64::from(domain) < least.value {
            return lacks(format!("{} has NVLink domains of {domain} GPUs, {} are needed", shape.name, least.value));
        }
    }
    Ok(())
}

/// The region of the catalog.
pub fn region<'a>(inputs: &'a Inputs<'_>, kind: Symbol, name: Symbol) -> Option<&'a Region> {
    inputs.intent.catalog.regions.iter().find(|r| r.cloud == kind && r.name == name)
}

/// Zones of a region in which a shape may be bought, in order; or why there is none. Reserved capacity does not ask.
pub fn zones(
    inputs: &Inputs<'_>,
    option: &PoolOption,
    kind: Symbol,
    region_name: Symbol,
    shape: &Shape,
) -> Result<Vec<Symbol>, Reason> {
    let known: &[Symbol] = region(inputs, kind, region_name).map_or(&[], |r| &r.zones);
    let wanted: Vec<Symbol> = if option.zones.is_empty() {
        let priced = PriceBook::zones(inputs.prices, kind, shape.name, region_name);
        if priced.is_empty() { known.to_vec() } else { priced }
    } else {
        option.zones.iter().map(|z| z.value).collect()
    };
    let offered = |zone: &Symbol| {
        shape.offered_in.is_empty() || shape.offered_in.iter().any(|place| *place == region_name || place == zone)
    };
    let zones: Vec<Symbol> = wanted.iter().copied().filter(offered).collect();
    if !zones.is_empty() {
        return Ok(zones);
    }
    if wanted.is_empty() {
        return Err(Reason::new(
            "no_zone",
            format!("no zone of {region_name} is known: name one with `zones = [\"…\"]`"),
        ));
    }
    Err(Reason::new("not_offered", format!("{} is not offered in {region_name}", shape.name)))
}

/// Whether a capacity's window holds for what the pool needs.
pub fn window(inputs: &Inputs<'_>, pool: &Pool, capacity: &Capacity) -> Result<(), Reason> {
    let Some(Window { start, end }) = &capacity.window else { return Ok(()) };
    let name = capacity.name.value;
    let no = |text: String| Err(Reason::new("window", text));
    if let Some(end) = end.as_ref().filter(|end| end.value < inputs.as_of) {
        return no(format!("capacity.{name} ended on {}", end.value));
    }
    let Some(needed) = &pool.window else { return Ok(()) };
    if let (Some(from), Some(start)) = (&needed.start, start)
        && start.value > from.value
    {
        return no(format!("capacity.{name} starts on {}, the pool on {}", start.value, from.value));
    }
    match (&needed.end, end) {
        (Some(until), Some(end)) if end.value < until.value => {
            no(format!("capacity.{name} ends on {}, the pool on {}", end.value, until.value))
        }
        (None, Some(end)) => no(format!("capacity.{name} ends on {}, the pool has no end", end.value)),
        _ => Ok(()),
    }
}
