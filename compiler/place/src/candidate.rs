//! Which shapes and zones an option could use, and what rules it out. Must not decide between options.

use tonnage_base::{Date, Decimal, Market, Symbol};
use tonnage_lang::{
    Value,
    intent::{Capacity, CloudId, Pool, PoolOption, Purpose, Region, Shape, ShapeId, Window},
};

use crate::{placement::Inputs, price::PriceBook, words};

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

    /// Of what several shapes or sites lack, the most telling: what concerns the capacity that the author named, before
    /// what concerns a shape or region that was only tried. Of what is of this kind two are told, and how many there
    /// are beside them: all of them stand in a wall that nobody reads.
    pub(crate) fn most_telling(reasons: Vec<Self>) -> Option<Self> {
        const MOST: usize = 2;
        let rank = |reason: &Self| match reason.code {
            "window" | "capacity_short" | "quota_short" => 0,
            "no_zone" | "no_subnet" => 1,
            "lacks_fabric" => 2,
            "not_offered" | "not_sold" => 3,
            _ => 4,
        };
        let least = reasons.iter().map(rank).min()?;
        let mut told: Vec<Self> = Vec::new();
        for reason in reasons {
            if rank(&reason) == least && !told.contains(&reason) {
                told.push(reason);
            }
        }
        let code = told.first()?.code;
        let mut text = told.iter().take(MOST).map(|reason| reason.text.as_str()).collect::<Vec<_>>().join("; ");
        if let Some(more) = told.len().checked_sub(MOST).filter(|more| *more > 0) {
            text.push_str(&format!("; and {more} more"));
        }
        Some(Self { code, text })
    }
}

/// The sites an option allows: its own, or each allowed region of its cloud, or of every cloud. Those where the
/// capacities lie that it draws from come first, otherwise in the author's order.
pub fn sites(inputs: &Inputs<'_>, option: &PoolOption) -> Vec<(CloudId, Symbol)> {
    let clouds: Vec<CloudId> =
        option.cloud.as_ref().map_or_else(|| inputs.intent.clouds.ids().collect(), |cloud| vec![cloud.value]);
    let mut sites: Vec<(CloudId, Symbol)> = Vec::new();
    for cloud in clouds {
        let allowed = inputs.intent.clouds[cloud].regions.iter().map(|region| region.value);
        match &option.region {
            // a region without a cloud: whichever clouds may use it
            Some(region) if option.cloud.is_some() || allowed.clone().any(|name| name == region.value) => {
                sites.push((cloud, region.value));
            }
            Some(_) => {}
            None => sites.extend(allowed.map(|region| (cloud, region))),
        }
    }
    let capacities = || option.buy.capacity.iter().filter_map(|at| inputs.intent.capacities.get(at.value));
    sites.sort_by_key(|&(cloud, region)| !capacities().any(|c| c.cloud.value == cloud && c.region == region));
    sites
}

/// The shapes that satisfy an option of a pool on a kind of cloud, in the author's order of accelerators; or why there
/// is none. Where the option draws from capacities, theirs alone: what is bought beside them is of the same shape.
pub fn shapes(inputs: &Inputs<'_>, pool: &Pool, option: &PoolOption, kind: Symbol) -> Result<Vec<ShapeId>, Reason> {
    let catalog = &inputs.intent.catalog;
    let reserved: Vec<ShapeId> = option
        .buy
        .capacity
        .iter()
        .filter_map(|at| inputs.intent.capacities.get(at.value))
        .map(|c| c.shape.value)
        .collect();
    let allowed = |id: ShapeId, shape: &Shape| {
        shape.cloud == kind
            && option.shape.as_ref().is_none_or(|s| s.value == id)
            && (reserved.is_empty() || reserved.contains(&id))
    };
    let cpu = pool.purpose == Purpose::Cpu;
    let place = |shape: &Shape| match shape.accelerator {
        Some(carried) => pool.accelerators.iter().position(|a| a.value == carried),
        None => (cpu && shape.vcpus.is_some()).then_some(0),
    };
    let mut found: Vec<ShapeId> = catalog
        .shapes
        .iter_enumerated()
        .filter(|(id, shape)| allowed(*id, shape) && place(shape).is_some())
        .map(|(id, _)| id)
        .collect();
    if found.is_empty() && cpu {
        return Err(Reason::new(
            "lacks_cpus",
            format!("the catalog has no {kind} shape of CPUs only: declare one with a `shape` block"),
        ));
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
    // nodes count GPUs (or CPUs) only where all shapes have as many: a size in nodes means whole machines, never a part
    // of one
    if pool.size.units().is_none() && option.shape.is_none() && reserved.is_empty() {
        let all = found.clone();
        let most = |shape: &Shape| {
            let same = all.iter().map(|&id| &catalog.shapes[id]).filter(|other| other.accelerator == shape.accelerator);
            same.map(Shape::units).max()
        };
        found.retain(|&id| most(&catalog.shapes[id]) == Some(catalog.shapes[id].units()));
    }
    let mut refused: Vec<Reason> = Vec::new();
    found.retain(|&id| match fabric(pool, &catalog.shapes[id]).and_then(|()| bought_so(option, &catalog.shapes[id])) {
        Ok(()) => true,
        Err(reason) => {
            refused.push(reason);
            false
        }
    });
    if found.is_empty() {
        return Err(
            Reason::most_telling(refused).unwrap_or_else(|| Reason::new("lacks_accelerator", "no shape is left"))
        );
    }
    // whole machines first: a pool that asks for GPUs by the thousand does not want single-GPU shapes
    found.sort_by_key(|&id| {
        let shape = &catalog.shapes[id];
        let drawn = reserved.iter().position(|&reserved| reserved == id);
        (place(shape), drawn, std::cmp::Reverse(shape.units()))
    });
    // one image boots them all: those of another architecture than the first are only for who names them
    if let Some(arch) = found.first().map(|&id| catalog.shapes[id].arch).filter(|_| cpu && reserved.is_empty()) {
        found.retain(|&id| catalog.shapes[id].arch == arch);
    }
    Ok(found)
}

/// How an option buys beside its capacities, in words of the catalog.
pub fn markets(option: &PoolOption) -> impl Iterator<Item = Market> {
    let buy = &option.buy;
    let on_demand =
        buy.on_demand.is_some() || (buy.capacity.is_empty() && buy.spot.is_none() && buy.reserved.is_none());
    on_demand.then_some(Market::OnDemand).into_iter().chain(buy.spot.is_some().then_some(Market::Spot))
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
                "{} has {} Gbps a GPU, and the pool needs {}",
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
        if domain == 0 {
            return lacks(format!("{} has no NVLink, and the pool needs domains of {} GPUs", shape.name, least.value));
        }
        if u64::from(domain) < least.value {
            let has = words::count(domain.into(), "GPU");
            return lacks(format!("{} has NVLink domains of {has}, and the pool needs {}", shape.name, least.value));
        }
    }
    Ok(())
}

/// Whether a shape is sold in every way the option buys. Where it draws from capacity, what it buys beside may not be
/// needed.
fn bought_so(option: &PoolOption, shape: &Shape) -> Result<(), Reason> {
    if !option.buy.capacity.is_empty() {
        return Ok(());
    }
    markets(option).try_for_each(|market| sold(shape, market))
}

/// Whether a shape can be bought so at all. A shape whose ways to buy are not known is tried.
pub fn sold(shape: &Shape, market: Market) -> Result<(), Reason> {
    let way = match market {
        Market::OnDemand => "on-demand",
        Market::Spot => "spot",
        Market::Reserved => return Ok(()),
    };
    if shape.purchase.is_empty() || shape.purchase.iter().any(|known| *known == way) {
        return Ok(());
    }
    let how = if market == Market::Spot { "as spot" } else { "on demand" };
    Err(Reason::new(
        "not_sold",
        format!("{} is not sold {how}, only as {}", shape.name, words::listed(&shape.purchase)),
    ))
}

/// The region of the catalog.
pub fn region<'a>(inputs: &'a Inputs<'_>, kind: Symbol, name: Symbol) -> Option<&'a Region> {
    inputs.intent.catalog.regions.iter().find(|r| r.cloud == kind && r.name == name)
}

/// Zones of a region in which a shape may be bought, in order; or why there is none. Reserved capacity does not ask.
///
/// Local zones and others that stand apart from the region's own are used only where the author names one.
pub fn zones(
    inputs: &Inputs<'_>,
    pool: &Pool,
    option: &PoolOption,
    kind: Symbol,
    region_name: Symbol,
    shape: &Shape,
) -> Result<Vec<Symbol>, Reason> {
    let region = region(inputs, kind, region_name);
    let known: &[Symbol] = region.map_or(&[], |r| &r.zones);
    let wanted: Vec<Symbol> = if option.zones.is_empty() {
        let mut priced = PriceBook::zones(inputs.prices, kind, shape.name, region_name);
        priced.retain(|zone| known.is_empty() || known.contains(zone));
        if priced.is_empty() { known.to_vec() } else { priced }
    } else {
        let here = |zone: &Symbol| {
            option.region.is_some()
                || known.is_empty()
                || known.contains(zone)
                || region.is_some_and(|r| is_local(r, *zone))
        };
        let mut named: Vec<Symbol> = Vec::new();
        for zone in option.zones.iter().map(|at| at.value).filter(here) {
            if !named.contains(&zone) {
                named.push(zone);
            }
        }
        if named.is_empty() {
            let zones: Vec<Symbol> = option.zones.iter().map(|at| at.value).collect();
            return Err(Reason::new("not_offered", format!("{region_name} has no zone {}", words::listed(&zones))));
        }
        named
    };
    let offered = |zone: &Symbol| {
        shape.offered_in.is_empty() || shape.offered_in.iter().any(|place| *place == region_name || place == zone)
    };
    let zones: Vec<Symbol> = wanted.iter().copied().filter(offered).collect();
    if let Some(reason) = zones.first().and_then(|_| no_subnet(inputs, pool, &zones)) {
        return Err(reason);
    }
    if !zones.is_empty() {
        return Ok(zones.into_iter().filter(|zone| no_subnet(inputs, pool, &[*zone]).is_none()).collect());
    }
    if wanted.is_empty() {
        return Err(Reason::new(
            "no_zone",
            format!("no zone of {region_name} is known: name one with `zones = [\"…\"]`"),
        ));
    }
    let place = if option.zones.is_empty() { region_name.to_string() } else { words::listed(&wanted) };
    let where_else = words::listed(&shape.offered_in);
    Err(Reason::new("not_offered", format!("{} is not offered in {place}, only in {where_else}", shape.name)))
}

/// Why a pool in a network that is there already can sit in none of these zones; none: it can.
pub fn no_subnet(inputs: &Inputs<'_>, pool: &Pool, zones: &[Symbol]) -> Option<Reason> {
    let network = inputs.intent.networks.get(pool.network.as_ref()?.value)?;
    let subnets = &network.existing.as_ref()?.subnets.value;
    let none = zones.iter().all(|zone| !subnets.contains_key(zone));
    none.then(|| {
        let has: Vec<Symbol> = subnets.keys().copied().collect();
        let (name, zones) = (network.name.value, words::listed(zones));
        Reason::new("no_subnet", format!("network `{name}` has no subnet in {zones}, only in {}", words::listed(&has)))
    })
}

/// Whether a zone is one of a region's local zones, which stand apart from its own.
fn is_local(region: &Region, zone: Symbol) -> bool {
    let Value::Map(attributes) = &region.value else { return false };
    let Some(Value::List(zones)) = attributes.get(&Symbol::new("local_zones")) else { return false };
    zones.iter().any(|local| matches!(local, Value::String(name) if &**name == zone.as_str()))
}

/// Whether a capacity's window holds for what the pool needs from the plan's day on. A pool that does not say from when
/// takes a capacity that starts later ([`starts_later`] tells); one that does not say until when, but has a window, has
/// no end.
pub fn window(inputs: &Inputs<'_>, pool: &Pool, capacity: &Capacity) -> Result<(), Reason> {
    let Some(Window { start, end }) = &capacity.window else { return Ok(()) };
    let name = capacity.name.value;
    let no = |text: String| Err(Reason::new("window", text));
    if let Some(end) = end.as_ref().filter(|end| end.value < inputs.as_of) {
        return no(format!("capacity.{name} ended on {}", end.value));
    }
    let Some(needed) = &pool.window else { return Ok(()) };
    if let (Some(from), Some(start)) = (&needed.start, start)
        && start.value > from.value.max(inputs.as_of)
    {
        return no(format!("capacity.{name} starts on {}, the pool on {}", start.value, from.value));
    }
    match (&needed.end, end) {
        (Some(until), Some(end)) if end.value < until.value => {
            no(format!("capacity.{name} ends on {}, the pool on {}", end.value, until.value))
        }
        (None, Some(end)) => no(format!("capacity.{name} ends on {}, and the pool's window has no end", end.value)),
        _ => Ok(()),
    }
}

/// The day from which a capacity can be used, where it is later than the plan's and the pool does not say from when it
/// is to run.
pub fn starts_later(inputs: &Inputs<'_>, pool: &Pool, capacity: &Capacity) -> Option<Date> {
    let start = capacity.window.as_ref()?.start.as_ref()?.value;
    let says = pool.window.as_ref().is_some_and(|window| window.start.is_some());
    (start > inputs.as_of && !says).then_some(start)
}
