//! Filling one option at one site with one shape: reserved capacity first, then counts, then the rest.
//!
//! Must not decide between options; keeps the count of what earlier pools took.

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol, quantity::group_thousands};
use tonnage_lang::intent::{Amount, CapacityId, CapacityKind, CloudId, GrantedSource, Pool, PoolOption, ShapeId};

use crate::{
    availability::Free,
    candidate::{self, Reason},
    placement::{Inputs, Slice},
    sizing,
};

/// Nodes that slices of this placement have taken already.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    reserved: FxHashMap<(CapacityId, Option<Symbol>), u64>,
    bought: FxHashMap<(CloudId, Symbol, ShapeId, Market), u64>,
}

impl Taken {
    /// Counts slices that were chosen.
    pub fn take(&mut self, slices: &[Slice]) {
        for slice in slices {
            match slice.capacity {
                Some(capacity) => *self.reserved.entry((capacity, slice.reservation)).or_default() += slice.nodes,
                None => {
                    *self.bought.entry((slice.cloud, slice.zone, slice.shape, slice.market)).or_default() +=
                        slice.nodes;
                }
            }
        }
    }
}

/// What is bought where.
pub struct Site<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// The option.
    pub option: &'a PoolOption,
    /// The cloud.
    pub cloud: CloudId,
    /// The region.
    pub region: Symbol,
    /// The shape.
    pub shape: ShapeId,
}

/// What an option can hold of a demand.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The slices.
    pub slices: Vec<Slice>,
    /// Nodes in them.
    pub nodes: u64,
    /// Why it is not more.
    pub short: Option<Reason>,
}

/// Takes up to `need` nodes.
pub fn fill(inputs: &Inputs<'_>, site: &Site<'_>, need: u64, taken: &Taken) -> Filled {
    let mut filled = Filled::default();
    let mut left = need;
    for capacity in &site.option.buy.capacity {
        if left == 0 {
            break;
        }
        let (slices, short) = reserved(inputs, site, capacity.value, left, taken);
        left -= slices.iter().map(|s| s.nodes).sum::<u64>();
        filled.slices.extend(slices);
        filled.short = filled.short.or(short);
    }
    let buy = &site.option.buy;
    let nothing_said = buy.capacity.is_empty() && buy.on_demand.is_none() && buy.spot.is_none();
    let amounts = [
        (Market::OnDemand, buy.on_demand.as_ref().map(|a| a.value).or(nothing_said.then_some(Amount::Rest))),
        (Market::Spot, buy.spot.as_ref().map(|a| a.value)),
    ];
    let counted = amounts.iter().filter(|(_, a)| matches!(a, Some(Amount::Nodes(_))));
    let rest = amounts.iter().filter(|(_, a)| matches!(a, Some(Amount::Rest)));
    for (market, amount) in counted.chain(rest) {
        let want = match amount {
            Some(Amount::Nodes(nodes)) => left.min(*nodes),
            Some(Amount::Rest) => left,
            None => 0,
        };
        if want > 0 {
            let (slices, short) = bought(inputs, site, *market, want, taken);
            left -= slices.iter().map(|s| s.nodes).sum::<u64>();
            filled.slices.extend(slices);
            filled.short = filled.short.or(short);
        }
    }
    filled.nodes = need - left;
    if left == 0 {
        filled.short = None;
    } else if filled.short.is_none() {
        filled.short =
            Some(short_by("capacity_short", &format!("option {}", site.option.name.value), filled.nodes, need));
    }
    filled
}

fn short_by(code: &'static str, what: &str, has: u64, need: u64) -> Reason {
    Reason::new(
        code,
        format!(
            "{what} holds {} of {} nodes: short by {}",
            group_thousands(has),
            group_thousands(need),
            group_thousands(need.saturating_sub(has))
        ),
    )
}

fn reserved(
    inputs: &Inputs<'_>,
    site: &Site<'_>,
    id: CapacityId,
    need: u64,
    taken: &Taken,
) -> (Vec<Slice>, Option<Reason>) {
    let capacity = &inputs.intent.capacities[id];
    let name = capacity.name.value;
    if capacity.cloud.value != site.cloud || capacity.region != site.region {
        let text = format!("capacity.{name} lies in {}, not in {}", capacity.region, site.region);
        return (Vec::new(), Some(Reason::new("not_offered", text)));
    }
    if capacity.shape.value != site.shape {
        let shapes = &inputs.intent.catalog.shapes;
        let text = format!("capacity.{name} is of {}", shapes[capacity.shape.value].name);
        return (Vec::new(), Some(Reason::new("lacks_accelerator", text)));
    }
    if let Err(reason) = candidate::window(inputs, site.pool, capacity) {
        return (Vec::new(), Some(reason));
    }
    let zone = capacity.zone.value;
    let sources: Vec<(Option<Symbol>, u64)> = match &capacity.kind {
        CapacityKind::Owned => vec![(None, u64::from(capacity.nodes.value))],
        CapacityKind::Granted { source: GrantedSource::Group(group), .. } => {
            vec![(Some(group.value), u64::from(capacity.nodes.value))]
        }
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
            ids.iter().map(|(id, nodes)| (Some(id.value), u64::from(*nodes))).collect()
        }
    };
    let many = sources.len() > 1;
    let is_group = matches!(&capacity.kind, CapacityKind::Granted { source: GrantedSource::Group(_), .. });
    let (mut slices, mut left) = (Vec::new(), need);
    for (reservation, nodes) in sources {
        let known = known_free(inputs, site, zone, Market::Reserved, reservation);
        let used = taken.reserved.get(&(id, reservation)).copied().unwrap_or(0);
        let free = known.map_or(nodes, |free| free.nodes.min(nodes)).saturating_sub(used);
        let take = free.min(left);
        if take == 0 {
            continue;
        }
        left -= take;
        let key = match reservation {
            Some(reservation) if many && !is_group => format!("{zone}/{reservation}"),
            _ => format!("{zone}/{name}"),
        };
        slices.push(slice(inputs, site, &key, zone, Market::Reserved, take, Some(id), reservation));
    }
    let short = (left > 0).then(|| short_by("capacity_short", &format!("capacity.{name}"), need - left, need));
    (slices, short)
}

fn bought(
    inputs: &Inputs<'_>,
    site: &Site<'_>,
    market: Market,
    need: u64,
    taken: &Taken,
) -> (Vec<Slice>, Option<Reason>) {
    let kind = inputs.intent.clouds[site.cloud].kind;
    let shape = &inputs.intent.catalog.shapes[site.shape];
    let zones = match candidate::zones(inputs, site.option, kind, site.region, shape) {
        Ok(zones) => zones,
        Err(reason) => return (Vec::new(), Some(reason)),
    };
    let free = |zone: Symbol| {
        known_free(inputs, site, zone, market, None).map(|free| {
            let used = taken.bought.get(&(site.cloud, zone, site.shape, market)).copied().unwrap_or(0);
            (free.nodes.saturating_sub(used), free.source.clone())
        })
    };
    // one fabric is one zone: the first that holds everything, or else the one that holds most
    let (zones, together) = if site.pool.fabric.rdma || site.pool.size.gang {
        let room = |zone: Symbol| free(zone).map_or(need, |(nodes, _)| nodes.min(need));
        let best = zones.iter().copied().reduce(|best, zone| if room(zone) > room(best) { zone } else { best });
        (best.into_iter().collect::<Vec<_>>(), true)
    } else {
        (zones, false)
    };
    let shares = spread(need, &zones.iter().map(|&zone| free(zone).map_or(u64::MAX, |(n, _)| n)).collect::<Vec<_>>());
    let suffix = if market == Market::Spot { "/spot" } else { "" };
    let slices: Vec<Slice> = zones
        .iter()
        .zip(&shares)
        .filter(|(_, nodes)| **nodes > 0)
        .map(|(zone, nodes)| slice(inputs, site, &format!("{zone}{suffix}"), *zone, market, *nodes, None, None))
        .collect();
    let got: u64 = shares.iter().sum();
    let short = (got < need).then(|| {
        let source = zones.first().and_then(|&zone| free(zone)).map_or_else(String::new, |(_, s)| format!(" ({s})"));
        let place = match (zones.as_slice(), together) {
            ([zone], _) => format!("{zone}{source}"),
            _ => format!("{}{source}", site.region),
        };
        short_by("capacity_short", &place, got, need)
    });
    (slices, short)
}

/// Shares `need` evenly over places with the given room; the first ones take the remainder.
fn spread(need: u64, room: &[u64]) -> Vec<u64> {
    let mut shares = vec![0u64; room.len()];
    let mut left = need;
    loop {
        let open: Vec<usize> = (0..room.len()).filter(|&i| shares[i] < room[i]).collect();
        if left == 0 || open.is_empty() {
            return shares;
        }
        let (each, mut extra) = (left / open.len() as u64, left % open.len() as u64);
        for &place in &open {
            let want = each + u64::from(extra > 0);
            extra = extra.saturating_sub(1);
            let got = want.min(room[place] - shares[place]);
            shares[place] += got;
            left -= got;
        }
    }
}

fn known_free<'a>(
    inputs: &Inputs<'a>,
    site: &Site<'_>,
    zone: Symbol,
    market: Market,
    reservation: Option<Symbol>,
) -> Option<&'a Free> {
    let cloud = inputs.intent.clouds[site.cloud].name.value;
    let shape = inputs.intent.catalog.shapes[site.shape].name;
    inputs
        .availability
        .free
        .iter()
        .filter(|free| {
            free.cloud == cloud
                && free.region == site.region
                && free.shape == shape
                && free.zone.is_none_or(|z| z == zone)
                && match free.market {
                    None => true,
                    Some(known) => known == market.as_str(),
                }
                && (free.reservation.is_none() || free.reservation == reservation)
        })
        .min_by_key(|free| free.nodes)
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
            let times = if per_gpu { u64::from(shape.accelerators) } else { 1 };
            rate.value.money.checked_mul(times.into()).unwrap_or(rate.value.money)
        }),
        nodes,
        groups: sizing::groups(nodes, shape, size.group_nodes.as_ref().map(|g| g.value)),
        price: inputs.prices.price(cloud.kind, shape.name, site.region, zone, market),
        network: 0,
        size_span: size.gpus.as_ref().or(size.nodes.as_ref()).map_or(size.span, |at| at.span),
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn a_demand_is_spread_evenly_within_room() {
        assert_eq!(spread(7, &[u64::MAX, u64::MAX]), [4, 3]);
        assert_eq!(spread(7, &[2, u64::MAX]), [2, 5]);
        assert_eq!(spread(7, &[2, 3]), [2, 3]);
        assert_eq!(spread(0, &[2, 3]), [0, 0]);
        assert_eq!(spread(5, &[]), Vec::<u64>::new());
    }
}
