//! Filling one option at one site with one shape: reserved capacity first, then counts, then the rest.
//!
//! Must not decide between options, nor cut slices into groups.

use tonnage_base::{Market, Symbol, quantity::group_thousands};
use tonnage_lang::intent::{
    Amount, Capacity, CapacityId, CapacityKind, CloudId, GrantedSource, Pool, PoolOption, Shape, ShapeId,
};

use crate::{
    candidate::{self, Reason},
    limits::{Draw, Limits, Room},
    placement::{Inputs, Slice},
    sizing,
    words::{self, count},
};

/// What is bought where.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// The option.
    pub option: &'a PoolOption,
    /// The cloud.
    pub cloud: CloudId,
    /// The region.
    pub region: Symbol,
    /// The one zone that all must lie in; none: any of the region.
    pub zone: Option<Symbol>,
    /// The shape.
    pub shape: ShapeId,
}

/// What an option can hold of a demand.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The slices, not yet cut into groups.
    pub slices: Vec<Slice>,
    /// Nodes in them.
    pub nodes: u64,
    /// Why it is not more.
    pub short: Option<Reason>,
}

impl Filled {
    /// Keeps so many nodes at most, the first ones.
    pub fn keep(&mut self, most: u64, why: Reason) {
        if self.nodes <= most {
            return;
        }
        let mut left = most;
        for slice in &mut self.slices {
            slice.nodes = slice.nodes.min(left);
            left -= slice.nodes;
        }
        self.slices.retain(|slice| slice.nodes > 0);
        (self.nodes, self.short) = (most, Some(why));
    }
}

/// One purchase of an option.
struct Part {
    slices: Vec<Slice>,
    /// Why it is not more.
    short: Option<Reason>,
    /// What it is beside others: `capacity.a holds 64`.
    brief: String,
}

impl Part {
    fn none(reason: Reason) -> Self {
        Self { slices: Vec::new(), brief: reason.text.clone(), short: Some(reason) }
    }
    fn nodes(&self) -> u64 {
        self.slices.iter().map(|slice| slice.nodes).sum()
    }
}

/// Takes up to `need` nodes. The limits are left as they were: what is not chosen takes nothing.
pub fn fill(inputs: &Inputs<'_>, site: &Site<'_>, need: u64, limits: &mut Limits<'_>) -> Filled {
    let filled = take(inputs, site, need, limits);
    limits.give_back(inputs, &filled.slices);
    filled
}

fn take(inputs: &Inputs<'_>, site: &Site<'_>, need: u64, limits: &mut Limits<'_>) -> Filled {
    let mut parts: Vec<Part> = Vec::new();
    let mut left = need;
    let buy = &site.option.buy;
    let mut still = match buy.reserved.as_ref().map(|at| at.value) {
        Some(Amount::Nodes(nodes)) => nodes.min(left),
        Some(Amount::Rest) | None => left,
    };
    for capacity in &buy.capacity {
        if still == 0 {
            break;
        }
        let part = reserved(inputs, site, capacity.value, still, limits);
        left = left.saturating_sub(part.nodes());
        still = still.saturating_sub(part.nodes());
        parts.push(part);
    }
    let amount = |market| match market {
        Market::OnDemand => buy.on_demand.as_ref().map_or(Amount::Rest, |amount| amount.value),
        _ => buy.spot.as_ref().map_or(Amount::Rest, |amount| amount.value),
    };
    let amounts: Vec<(Market, Amount)> =
        candidate::markets(site.option).map(|market| (market, amount(market))).collect();
    let counts = amounts.iter().filter(|(_, amount)| *amount != Amount::Rest);
    let rest = amounts.iter().filter(|(_, amount)| *amount == Amount::Rest);
    for &(market, amount) in counts.chain(rest) {
        let want = match amount {
            Amount::Nodes(nodes) => left.min(nodes),
            Amount::Rest => left,
        };
        if want > 0 {
            let part = bought(inputs, site, market, want, limits);
            left = left.saturating_sub(part.nodes());
            parts.push(part);
        }
    }
    let nodes = need.saturating_sub(left);
    let short = (left > 0).then(|| why_short(&parts, nodes, need));
    Filled { slices: parts.into_iter().flat_map(|part| part.slices).collect(), nodes, short }
}

/// Why an option's purchases together are less than what is needed.
fn why_short(parts: &[Part], has: u64, need: u64) -> Reason {
    if let [Part { short: Some(only), .. }] = parts {
        return only.clone();
    }
    // what part of it lacks counts for the whole only where nothing is held
    let mut codes = parts.iter().filter_map(|part| part.short.as_ref()).map(|reason| reason.code);
    let code = if has > 0 {
        codes.find(|code| *code == "quota_short").unwrap_or("capacity_short")
    } else {
        codes.next().unwrap_or("capacity_short")
    };
    let briefs: Vec<&str> = parts.iter().map(|part| part.brief.as_str()).collect();
    let briefs = if briefs.is_empty() { String::new() } else { format!(" ({})", briefs.join("; ")) };
    Reason::new(code, format!("{}{briefs}", short_by("", has, need)))
}

/// `capacity.a holds 4 of 6 nodes: short by 2`; of the option itself without its name, which stands before it.
fn short_by(what: &str, has: u64, need: u64) -> String {
    let space = if what.is_empty() { "" } else { " " };
    format!(
        "{what}{space}holds {} of {}: short by {}",
        group_thousands(has),
        count(need, "node"),
        group_thousands(need.saturating_sub(has))
    )
}

/// Nodes that are only of use together: an NVLink domain.
fn unit(shape: &Shape) -> u64 {
    sizing::domain_nodes(shape).unwrap_or(1)
}

fn whole(nodes: u64, unit: u64) -> u64 {
    nodes - nodes % unit.max(1)
}

fn draw(inputs: &Inputs<'_>, site: &Site<'_>, zone: Symbol, market: Market, reservation: Option<Symbol>) -> Draw {
    Draw {
        cloud: inputs.intent.clouds[site.cloud].name.value,
        region: site.region,
        zone,
        shape: inputs.intent.catalog.shapes[site.shape].name,
        market,
        reservation,
    }
}

/// Whether a capacity is where and what the site is, when it is needed.
fn fits(inputs: &Inputs<'_>, site: &Site<'_>, capacity: &Capacity) -> Result<(), Reason> {
    let (name, zone) = (capacity.name.value, capacity.zone.value);
    let elsewhere = |text: String| Err(Reason::new("not_offered", format!("capacity.{name} lies in {text}")));
    if capacity.cloud.value != site.cloud {
        let clouds = &inputs.intent.clouds;
        let (its, here) = (clouds[capacity.cloud.value].name.value, clouds[site.cloud].name.value);
        return elsewhere(format!("cloud.{its}, not in cloud.{here}"));
    }
    if capacity.region != site.region {
        return elsewhere(format!("{}, not in {}", capacity.region, site.region));
    }
    if !site.option.zones.is_empty() && site.option.zones.iter().all(|at| at.value != zone) {
        let zones: Vec<Symbol> = site.option.zones.iter().map(|at| at.value).collect();
        return elsewhere(format!("{zone}, and the option allows {}", words::listed(&zones)));
    }
    if let Some(one) = site.zone.filter(|one| *one != zone) {
        return elsewhere(format!("{zone}, and a fabric does not reach from there to {one}"));
    }
    if capacity.shape.value != site.shape {
        let shapes = &inputs.intent.catalog.shapes;
        let (its, here) = (shapes[capacity.shape.value].name, shapes[site.shape].name);
        let text = format!("capacity.{name} is of {its}, and an option is of one shape, here {here}");
        return Err(Reason::new("capacity_short", text));
    }
    if let Some(reason) = candidate::no_subnet(inputs, site.pool, &[zone]) {
        return Err(reason);
    }
    candidate::window(inputs, site.pool, capacity)
}

fn reserved(inputs: &Inputs<'_>, site: &Site<'_>, id: CapacityId, need: u64, limits: &mut Limits<'_>) -> Part {
    let capacity = &inputs.intent.capacities[id];
    if let Err(reason) = fits(inputs, site, capacity) {
        return Part::none(reason);
    }
    let (name, zone) = (capacity.name.value, capacity.zone.value);
    // a key speaks of the reservation where there is one, so that it stays when others are added
    let place = format!("{zone}/{}", key_of(name));
    let sources: Vec<(Option<Symbol>, u64, String)> = match &capacity.kind {
        CapacityKind::Owned => vec![(None, capacity.nodes.value.into(), place)],
        CapacityKind::Granted { source: GrantedSource::Group(group), .. } => {
            vec![(Some(group.value), capacity.nodes.value.into(), place)]
        }
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
            ids.iter().map(|(id, nodes)| (Some(id.value), u64::from(*nodes), format!("{zone}/{}", id.value))).collect()
        }
    };
    let unit = unit(&inputs.intent.catalog.shapes[site.shape]);
    let (mut slices, mut left): (Vec<Slice>, u64) = (Vec::new(), need);
    let (mut taken, mut broken) = (0u64, 0u64);
    let mut limited: Option<Room<'_>> = None;
    for (reservation, nodes, key) in sources {
        let used = limits.taken(id, reservation);
        taken = taken.saturating_add(used);
        let mut free = nodes.saturating_sub(used);
        let draw = draw(inputs, site, zone, Market::Reserved, reservation);
        for room in limits.in_zone(&draw).into_iter().chain(limits.in_region(&draw)) {
            if room.nodes < free {
                free = room.nodes;
                limited = Some(room);
            }
        }
        let take = whole(free.min(left), unit);
        broken = broken.saturating_add(free.min(left) - take);
        if take > 0 {
            left -= take;
            let slice = slice(inputs, site, &key, zone, Market::Reserved, take, Some(id), reservation);
            limits.take(inputs, std::slice::from_ref(&slice));
            slices.push(slice);
        }
    }
    let has = need - left;
    let mut why: Vec<String> = Vec::new();
    if left > 0 && taken > 0 {
        let (used, all) = (group_thousands(taken), group_thousands(capacity.nodes.value.into()));
        why.push(format!("{used} of its {all} are taken already"));
    }
    if left > 0 && broken > 0 {
        why.push(format!(
            "{} more are no whole NVLink domain, which is {unit} nodes of one reservation",
            group_thousands(broken)
        ));
    }
    if left > 0
        && let Some(room) = limited
    {
        why.push(room.limit.source.clone());
    }
    let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join("; ")) };
    let short = (left > 0)
        .then(|| Reason::new("capacity_short", format!("{}{why}", short_by(&format!("capacity.{name}"), has, need))));
    Part { slices, short, brief: format!("capacity.{name} holds {}{why}", group_thousands(has)) }
}

/// The name of a capacity within a slice's key: `ultra["east"]` as `ultra.east`.
pub fn key_of(name: Symbol) -> String {
    let family = name.as_str().split_once("[\"").and_then(|(block, key)| Some((block, key.strip_suffix("\"]")?)));
    family.map_or_else(|| name.to_string(), |(block, key)| format!("{block}.{key}"))
}

fn bought(inputs: &Inputs<'_>, site: &Site<'_>, market: Market, need: u64, limits: &mut Limits<'_>) -> Part {
    let kind = inputs.intent.clouds[site.cloud].kind;
    let shape = &inputs.intent.catalog.shapes[site.shape];
    let zones = candidate::sold(shape, market)
        .and_then(|()| candidate::zones(inputs, site.pool, site.option, kind, site.region, shape));
    let mut zones = match zones {
        Ok(zones) => zones,
        Err(reason) => return Part::none(reason),
    };
    if let Some(one) = site.zone {
        if !zones.contains(&one) {
            return Part::none(Reason::new("not_offered", format!("{} is not offered in {one}", shape.name)));
        }
        zones = vec![one];
    }
    let unit = unit(shape);
    let in_zone = |zone: Symbol| limits.in_zone(&draw(inputs, site, zone, market, None));
    let in_region = zones.first().and_then(|&zone| limits.in_region(&draw(inputs, site, zone, market, None)));
    let want = whole(in_region.map_or(need, |room| room.nodes.min(need)), unit);
    let room = |zone: Symbol| in_zone(zone).map_or(u64::MAX, |room| room.nodes) / unit;
    // a gang lies together where one zone holds all of it; where a fabric is needed the site names the zone
    if site.pool.size.gang
        && let Some(&one) = zones.iter().find(|&&zone| room(zone) >= want / unit)
    {
        zones = vec![one];
    }
    let shares = spread(want / unit, &zones.iter().map(|&zone| room(zone)).collect::<Vec<_>>());
    let suffix = if market == Market::Spot { "/spot" } else { "" };
    let slices: Vec<Slice> = zones
        .iter()
        .zip(&shares)
        .filter(|(_, units)| **units > 0)
        .map(|(zone, units)| slice(inputs, site, &format!("{zone}{suffix}"), *zone, market, units * unit, None, None))
        .collect();
    let got: u64 = slices.iter().map(|slice| slice.nodes).sum();
    let place = if let [zone] = zones.as_slice() { *zone } else { site.region };
    let how = if market == Market::Spot { "as spot" } else { "on demand" };
    let short = (got < need).then(|| {
        let quota = in_region.filter(|room| room.nodes < need);
        let mut sources: Vec<&str> = quota.iter().map(|room| room.limit.source.as_str()).collect();
        if got < want || quota.is_none() {
            sources.extend(zones.iter().filter_map(|&zone| in_zone(zone)).map(|room| room.limit.source.as_str()));
        }
        sources.retain(|source| !source.is_empty());
        sources.dedup();
        let said = if sources.is_empty() { String::new() } else { format!(" ({})", sources.join("; ")) };
        let code = if quota.is_some() && got == want { "quota_short" } else { "capacity_short" };
        let (has, of) = (group_thousands(got), count(need, "node"));
        let missing = group_thousands(need - got);
        Reason::new(code, format!("{has} of {of} can be had {how} in {place}: short by {missing}{said}"))
    });
    limits.take(inputs, &slices);
    Part { slices, short, brief: format!("{} {how} in {place}", group_thousands(got)) }
}

/// Shares `need` evenly over places with the given room; the first ones take the remainder.
fn spread(need: u64, room: &[u64]) -> Vec<u64> {
    let mut shares = vec![0u64; room.len()];
    let mut left = need;
    loop {
        let open = shares.iter().zip(room).filter(|(share, room)| share < room).count() as u64;
        if left == 0 || open == 0 {
            return shares;
        }
        let (each, mut extra) = (left / open, left % open);
        for (share, room) in shares.iter_mut().zip(room).filter(|(share, room)| **share < **room) {
            let want = each + u64::from(extra > 0);
            extra = extra.saturating_sub(1);
            let got = want.min(*room - *share);
            *share += got;
            left -= got;
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "a slice is all of these")]
fn slice(
    inputs: &Inputs<'_>,
    site: &Site<'_>,
    key: &str,
    zone: Symbol,
    market: Market,
    nodes: u64,
    capacity: Option<CapacityId>,
    reservation: Option<Symbol>,
) -> Slice {
    let cloud = &inputs.intent.clouds[site.cloud];
    let shape = &inputs.intent.catalog.shapes[site.shape];
    let size = &site.pool.size;
    Slice {
        option: site.option.name.value,
        key: Symbol::new(key),
        cloud: site.cloud,
        region: site.region,
        zone,
        shape: site.shape,
        market,
        capacity,
        reservation,
        max_price: site.option.buy.max_price.as_ref().filter(|_| market == Market::Spot).map(|rate| {
            let per_gpu = rate.value.per.is_some_and(|per| per == "gpu");
            let times = if per_gpu { shape.units() } else { 1 };
            rate.value.money.checked_mul(times.into()).unwrap_or(rate.value.money)
        }),
        nodes,
        groups: Vec::new(),
        price: inputs.prices.price(cloud.kind, shape.name, site.region, zone, market),
        network: 0,
        size_span: size.units().or(size.nodes).map_or(size.span, |at| at.span),
    }
}

#[cfg(test)]
mod tests {
    use tonnage_base::Symbol;

    use super::{key_of, spread, whole};

    #[test]
    fn a_demand_is_spread_evenly_within_room() {
        assert_eq!(spread(7, &[u64::MAX, u64::MAX]), [4, 3]);
        assert_eq!(spread(7, &[2, u64::MAX]), [2, 5]);
        assert_eq!(spread(7, &[2, 3]), [2, 3]);
        assert_eq!(spread(0, &[2, 3]), [0, 0]);
        assert_eq!(spread(5, &[]), Vec::<u64>::new());
        assert_eq!(spread(u64::MAX, &[u64::MAX, u64::MAX, 1]), [u64::MAX / 2, u64::MAX / 2, 1]);
    }

    #[test]
    fn only_whole_domains_are_taken() {
        assert_eq!((whole(20, 18), whole(17, 18), whole(36, 18), whole(5, 1)), (18, 0, 36, 5));
    }

    #[test]
    fn the_key_of_a_family_needs_no_quotes() {
        assert_eq!(key_of(Symbol::new("floor")), "floor");
        assert_eq!(key_of(Symbol::new(r#"ultra["use1_a"]"#)), "ultra.use1_a");
    }
}
