//! What the names of a lowering stand for, and where the author decided it. Must not know a cloud's properties.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Span, Symbol};
use tonnage_lang::Value;
use tonnage_lang::intent::{Amount, Capacity, Cloud, Intent, Network, OnCapacity, Pool, Purpose, Size};
use tonnage_lang::scope::MapNamespace;
use tonnage_place::placement::Slice;

use crate::instance::Fact;
use crate::size::Bounds;

/// The address range of the network that is made when none is declared.
const DEFAULT_RANGE: &str = "10.0.0.0/16";

/// A whole number.
pub fn number(value: impl Into<Decimal>) -> Value {
    Value::Number(value.into())
}

/// Text.
pub fn text(symbol: Symbol) -> Value {
    Value::string(symbol.as_str())
}

/// A value, or null.
pub fn or_null(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Null)
}

/// Labels as a map.
pub fn labels(labels: &BTreeMap<Symbol, Symbol>) -> Value {
    Value::Map(Arc::new(labels.iter().map(|(key, value)| (*key, text(*value))).collect()))
}

/// A map with more entries; those given win. Anything but a map is lost.
pub fn extended<'a>(base: &Value, entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let mut map = match base {
        Value::Map(map) => (**map).clone(),
        _ => BTreeMap::new(),
    };
    map.extend(entries.into_iter().map(|(key, value)| (Symbol::new(key), value)));
    Value::Map(Arc::new(map))
}

/// `cloud`, as a lowering sees it and as `cloud.NAME` does.
pub fn cloud(cloud: &Cloud) -> Value {
    let attributes = [
        ("name", text(cloud.name.value)),
        ("kind", text(cloud.kind)),
        ("account", or_null(cloud.account.map(|at| text(at.value)))),
        ("regions", Value::list(cloud.regions.iter().map(|at| text(at.value)))),
    ];
    let attributes = attributes.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect();
    MapNamespace::declared(Symbol::new("cloud"), cloud.name.value, attributes).into_value()
}

/// `region`: the catalog's attributes, with `name`, and `zones` even where none is known.
pub fn region(intent: &Intent, kind: Symbol, name: Symbol) -> Value {
    let known = intent.catalog.regions.iter().find(|region| region.cloud == kind && region.name == name);
    let base = known.map_or(Value::Null, |region| region.value.clone());
    let zones = known.map(|region| Value::list(region.zones.iter().map(|zone| text(*zone))));
    extended(&base, [("name", text(name)), ("zones", zones.unwrap_or_else(|| Value::list([])))])
}

/// `fleet`.
pub fn fleet(intent: &Intent) -> Value {
    Value::map([("name", text(intent.fleet.name.value))])
}

/// What addresses of a network begin with, and its range.
pub fn network_address(intent: &Intent, network: Option<&Network>) -> (Symbol, Symbol) {
    let default = Symbol::new("network.default");
    let declared = network.or_else(|| intent.networks.iter().find(|network| network.address == default));
    let range = |n: &Network| n.cidr.map_or_else(|| Symbol::new(DEFAULT_RANGE), |at| at.value);
    declared.map_or((default, Symbol::new(DEFAULT_RANGE)), |n| (n.address, range(n)))
}

/// `pool`.
pub fn pool(pool: &Pool) -> Value {
    let size = &pool.size;
    let decimal = |value: Option<tonnage_base::At<u64>>| or_null(value.map(|at| number(at.value)));
    let fabric = [
        ("kind", Value::string(if pool.fabric.rdma { "rdma" } else { "none" })),
        ("min_gbps_per_gpu", or_null(pool.fabric.min_gbps_per_gpu.map(|at| number(at.value)))),
        ("nvlink_domain_min", decimal(pool.fabric.nvlink_domain_min)),
    ];
    let size = [
        ("gpus", decimal(size.gpus)),
        ("vcpus", decimal(size.vcpus)),
        ("nodes", decimal(size.nodes)),
        ("min", decimal(size.min)),
        ("max", decimal(size.max)),
        ("managed_by", if size.managed_by_autoscaler { Value::string("autoscaler") } else { Value::Null }),
    ];
    let purpose = match pool.purpose {
        Purpose::Training => "training",
        Purpose::Inference => "inference",
        Purpose::Cpu => "cpu",
    };
    let on_capacity = match pool.on_capacity.value {
        OnCapacity::Hold => "hold",
        OnCapacity::RollBack => "roll_back",
        OnCapacity::Retry => "retry",
        OnCapacity::FallBack => "fall_back",
    };
    Value::map([
        ("name", text(pool.name.value)),
        ("purpose", Value::string(purpose)),
        ("labels", labels(&pool.labels)),
        ("size", Value::map(size)),
        ("fabric", Value::map(fabric)),
        ("on_capacity", Value::string(on_capacity)),
    ])
}

/// `health`.
pub fn health(pool: &Pool) -> Value {
    let health = pool.health.as_ref();
    let grace = health.and_then(|health| health.grace);
    let replace = health.and_then(|health| health.replace_unhealthy).is_none_or(|at| at.value);
    Value::map([("grace", or_null(grace.map(|at| number(at.value)))), ("replace_unhealthy", Value::Bool(replace))])
}

/// How many nodes a group of so many replaces at a time: its part of the pool's step, and one at least.
pub fn step(pool: &Pool, nodes: u32, all: u64) -> Option<u64> {
    let step = pool.step.as_ref()?.value.of(all);
    Some((step.saturating_mul(nodes.into()) / all.max(1)).max(1))
}

/// `self` of a pool's lowering; `all` are the nodes of all its slices. Groups change side by side: each gets its part of
/// the step.
pub fn slice(slice: &Slice, pool: &Pool, bounds: &[Bounds], all: u64) -> Value {
    let step = |nodes: u32| step(pool, nodes, all);
    let group = |(position, group): (usize, &tonnage_place::placement::Group)| {
        let bounds = bounds.get(position).copied();
        let bounds = bounds.unwrap_or(Bounds { min: group.nodes.into(), max: group.nodes.into() });
        Value::map([
            ("key", text(group.key)),
            ("nodes", number(group.nodes)),
            ("min", number(bounds.min)),
            ("max", number(bounds.max)),
            ("step", or_null(step(group.nodes).map(number))),
        ])
    };
    Value::map([
        ("key", text(slice.key)),
        ("option", text(slice.option)),
        ("nodes", number(slice.nodes)),
        ("region", text(slice.region)),
        ("zone", text(slice.zone)),
        ("market", Value::string(slice.market.as_str())),
        ("reservation", or_null(slice.reservation.map(text))),
        ("max_price", or_null(slice.max_price.map(|money| number(money.amount)))),
        ("rdma", Value::Bool(pool.fabric.rdma)),
        ("groups", Value::list(slice.groups.iter().enumerate().map(group))),
    ])
}

/// Where the author decided what a pool's lowering sees of a slice.
pub fn of_slice(intent: &Intent, pool: &Pool, slice: &Slice) -> Vec<Fact> {
    let option = pool.options.iter().find(|option| option.name.value == slice.option);
    let option_span = option.map_or(pool.span, |option| option.span);
    let (size_span, size_name) = size_written(&pool.size, slice.size_span);
    let mut facts = Vec::new();
    let shape = intent.catalog.shapes.get(slice.shape);
    let bounds = pool
        .size
        .managed_by_autoscaler
        .then_some([("self.groups.min", pool.size.min, "size.min"), ("self.groups.max", pool.size.max, "size.max")]);
    // an autoscaler's bounds are shared out over groups as their nodes are
    let bounds = bounds.into_iter().flatten().filter_map(|(path, at, name)| Some((path, at?.span, name)));
    let bounds: Vec<_> = bounds.collect();
    facts.extend(bounds.iter().map(|&(path, span, name)| Fact::new(path, span, name)));
    for path in bounds.iter().map(|(path, ..)| *path).chain(["self.nodes", "self.groups"]) {
        facts.push(Fact::new(path, size_span, size_name));
        facts.extend(amounts(intent, pool, slice.option).into_iter().map(|(span, name)| Fact::new(path, span, name)));
        facts.extend(shape.map(|shape| Fact::block(path, shape.span, format!("shape {}", shape.name))));
        // what one option takes another does not
        let others = pool.options.iter().filter(|option| option.name.value != slice.option);
        facts.extend(others.map(|other| Fact::block(path, other.span, format!("option {}", other.name.value))));
    }
    facts.push(Fact::new("pool.size", pool.size.span, "size"));

    let buy = option.map(|option| &option.buy);
    let buy_span = buy.and_then(|buy| buy.span).unwrap_or(option_span);
    let (market, market_name) = match slice.market {
        tonnage_base::Market::Reserved => {
            let named = buy.and_then(|buy| buy.capacity.iter().find(|at| Some(at.value) == slice.capacity));
            (named.map_or(buy_span, |at| at.span), "buy.capacity")
        }
        tonnage_base::Market::OnDemand => {
            (buy.and_then(|buy| buy.on_demand).map_or(buy_span, |at| at.span), "buy.on_demand")
        }
        tonnage_base::Market::Spot => (buy.and_then(|buy| buy.spot).map_or(buy_span, |at| at.span), "buy.spot"),
    };
    facts.extend(buy.and_then(|buy| buy.max_price).map(|at| Fact::new("self.max_price", at.span, "buy.max_price")));
    let granted = slice.capacity.and_then(|id| intent.capacities.get(id));
    if let (Some(capacity), Some(reservation)) = (granted, slice.reservation) {
        let written = reservation_span(capacity, reservation).unwrap_or(capacity.span);
        for path in ["self.reservation", "capacity.reservation", "capacity.group"] {
            facts.push(Fact::new(path, written, format!("capacity.{}", capacity.name.value)));
        }
    }
    facts.push(Fact::new("self.market", market, market_name));
    facts.push(Fact::new("capacity", market, market_name));

    let zone = option.and_then(|option| option.zones.iter().find(|at| at.value == slice.zone));
    let region = option.and_then(|option| option.region);
    let place = region.map_or((option_span, "option"), |at| (at.span, "option.region"));
    let zone = zone.map_or(place, |at| (at.span, "option.zones"));
    facts.push(Fact::new("self.zone", zone.0, zone.1));
    facts.push(Fact::new("region", place.0, place.1));
    facts.push(Fact::new("self.region", place.0, place.1));
    let kind = intent.clouds.get(slice.cloud).map(|cloud| cloud.kind);
    let region = intent.catalog.regions.iter().find(|r| Some(r.cloud) == kind && r.name == slice.region);
    facts.extend(region.map(|region| Fact::block("region", region.span, format!("region {}", region.name))));

    for key in pool.labels.keys() {
        let path = vec![Symbol::new("pool"), Symbol::new("labels"), *key];
        facts.push(Fact { path, span: pool.labels_span.unwrap_or(pool.span), name: "labels".to_owned(), block: false });
    }
    facts.push(Fact::new("pool.name", pool.name.span, format!("pool \"{}\"", pool.name.value)));
    facts.push(Fact::new("pool.purpose", pool.span, "purpose"));
    facts.push(Fact::new("pool.fabric", pool.fabric.span.unwrap_or(pool.span), "fabric"));
    facts.push(Fact::new("self.rdma", pool.fabric.span.unwrap_or(pool.span), "fabric"));
    facts.extend(pool.step.map(|at| Fact::new("self.groups.step", at.span, "rollout.step")));
    if let Some(health) = &pool.health {
        facts.extend(health.grace.map(|at| Fact::new("health.grace", at.span, "health.grace")));
        let replace = health.replace_unhealthy.map(|at| at.span);
        facts.extend(replace.map(|span| Fact::new("health.replace_unhealthy", span, "health.replace_unhealthy")));
    }
    for mount in &pool.mounts {
        facts.push(Fact::new("pool.mounts.path", mount.path.span, "mount.path"));
        facts.push(Fact::new("pool.mounts", mount.span, "mount"));
    }
    facts.push(Fact::new("pool.on_capacity", pool.on_capacity.span, "rollout.on_capacity"));
    if let Some(at) = pool.image {
        let image = intent.images.get(at.value);
        for ((of, word), span) in image.iter().flat_map(|image| &image.written) {
            if Some(*of) == kind {
                facts.push(Fact::new(&format!("image.{word}"), *span, format!("image.{of}")));
            }
        }
        facts.push(Fact::block("image", image.map_or(at.span, |image| image.span), "image"));
    }
    let written = option.and_then(|option| option.shape).map(|at| (at.span, "option.shape"));
    let model = pool.accelerators.iter().find(|at| shape.is_some_and(|shape| shape.accelerator == Some(at.value)));
    let (span, name) = written.or(model.map(|at| (at.span, "accelerator"))).unwrap_or((option_span, "option"));
    facts.push(Fact::new("shape", span, name));
    facts.extend(network_facts(intent, pool));
    facts.extend(of_cloud(intent, slice.cloud));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    facts.push(Fact::block("self", option_span, "option"));
    facts.push(Fact::block("pool", pool.span, "pool"));
    facts
}

/// Where the author decided what a network's lowering sees. `needed_by` is the pool that needs it first.
pub fn of_network(
    intent: &Intent,
    network: Option<&Network>,
    cloud: tonnage_lang::intent::CloudId,
    needed_by: Span,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    let block = network.map_or(needed_by, |network| network.span);
    for root in ["self", "network"] {
        if let Some(network) = network {
            facts.extend(network.cidr.map(|at| Fact::new(&format!("{root}.cidr"), at.span, "network.cidr")));
            if let Some(existing) = &network.existing {
                facts.push(Fact::new(&format!("{root}.id"), existing.id.span, "network.id"));
                facts.push(Fact::new(&format!("{root}.subnets"), existing.subnets.span, "network.subnets"));
            }
            facts.push(Fact::new(&format!("{root}.name"), network.name.span, "network"));
            for key in network.labels.keys() {
                let path = vec![Symbol::new(root), Symbol::new("labels"), *key];
                facts.push(Fact {
                    path,
                    span: network.labels_span.unwrap_or(network.span),
                    name: "network.labels".to_owned(),
                    block: false,
                });
            }
        }
        facts.push(Fact::new(&format!("{root}.zones"), needed_by, "pool"));
        facts.push(Fact::new(&format!("{root}.rdma"), needed_by, "pool"));
    }
    facts.extend(of_cloud(intent, cloud));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    for root in ["self", "network"] {
        // labels have facts of their own: a tag that is none of them must not be taken for one
        for attribute in ["cidr", "name"] {
            facts.push(Fact::new(&format!("{root}.{attribute}"), block, "network"));
        }
    }
    facts
}

/// Where the author decided what a capacity's lowering sees.
pub fn of_capacity(intent: &Intent, capacity: &Capacity) -> Vec<Fact> {
    let mut facts = Vec::new();
    for root in ["self", "capacity"] {
        facts.push(Fact::new(&format!("{root}.nodes"), capacity.nodes.span, "capacity.nodes"));
        facts.push(Fact::new(&format!("{root}.zone"), capacity.zone.span, "capacity.zone"));
        for name in ["name", "slug"] {
            facts.push(Fact::new(&format!("{root}.{name}"), capacity.name.span, "capacity"));
        }
        let window = capacity.window.and_then(|window| window.end);
        facts.extend(window.map(|at| Fact::new(&format!("{root}.end"), at.span, "capacity.window.end")));
        facts.extend(capacity.rdma.map(|at| Fact::new(&format!("{root}.rdma"), at.span, "capacity.fabric")));
    }
    facts.push(Fact::new("shape", capacity.shape.span, "capacity.shape"));
    facts.push(Fact::new("region", capacity.zone.span, "capacity.zone"));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    facts.extend(of_cloud(intent, capacity.cloud.value));
    for root in ["self", "capacity"] {
        facts.push(Fact::block(root, capacity.span, "capacity"));
    }
    facts
}

fn of_cloud(intent: &Intent, cloud: tonnage_lang::intent::CloudId) -> Vec<Fact> {
    let Some(cloud) = intent.clouds.get(cloud) else { return Vec::new() };
    let account = cloud.account.map(|at| Fact::new("cloud.account", at.span, "cloud.account"));
    account.into_iter().chain([Fact::block("cloud", cloud.span, "cloud")]).collect()
}

fn network_facts(intent: &Intent, pool: &Pool) -> Vec<Fact> {
    let Some(at) = pool.network else { return Vec::new() };
    let network = intent.networks.get(at.value);
    let existing = network.and_then(|network| network.existing.as_ref());
    let existing = existing.into_iter().flat_map(|existing| {
        [
            Fact::new("network.id", existing.id.span, "network.id"),
            Fact::new("network.subnets", existing.subnets.span, "network.subnets"),
        ]
    });
    existing.chain([Fact::new("network", network.map_or(at.span, |network| network.span), "network")]).collect()
}

/// What limits a slice beside the size: purchases by number, the capacities bought from, shares, and the zones over which nodes
/// are spread. What one purchase, share or zone takes another does not.
fn amounts(intent: &Intent, pool: &Pool, option: Symbol) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let replicas = [(pool.size.replicas, "size.replicas"), (pool.size.gpus_per_replica, "size.gpus_per_replica")];
    found.extend(replicas.into_iter().filter_map(|(at, name)| Some((at?.span, name.to_owned()))));
    for buy in pool.options.iter().map(|option| &option.buy) {
        for (amount, name) in [(buy.reserved, "reserved"), (buy.on_demand, "on_demand"), (buy.spot, "spot")] {
            let number = amount.filter(|at| matches!(at.value, Amount::Nodes(_)));
            found.extend(number.map(|at| (at.span, format!("buy.{name}"))));
        }
        let named = buy.capacity.iter().filter_map(|at| intent.capacities.get(at.value));
        found.extend(named.map(|from| (from.nodes.span, format!("capacity.{}.nodes", from.name.value))));
    }
    let mut shares: Vec<_> = pool.split.iter().flat_map(|split| &split.shares).collect();
    // its own first
    shares.sort_by_key(|share| share.name.value != option);
    for share in shares {
        let name = |attribute: &str| format!("split.share.{}.{attribute}", share.name.value);
        found.push((share.target.span, name("target")));
        let (least, largest) = share.bounds.unzip();
        found.extend(least.into_iter().chain(largest).map(|at| (at.span, name("bounds"))));
        found.extend(share.zones.iter().map(|at| (at.span, name("zones"))));
    }
    let zones = pool.options.iter().filter(|option| option.zones.len() > 1).flat_map(|option| &option.zones);
    found.extend(zones.map(|at| (at.span, "option.zones".to_owned())));
    found
}

fn size_written(size: &Size, fallback: Span) -> (Span, &'static str) {
    if let Some(at) = size.gpus {
        (at.span, "size.gpus")
    } else if let Some(at) = size.vcpus {
        (at.span, "size.vcpus")
    } else if let Some(at) = size.nodes {
        (at.span, "size.nodes")
    } else {
        (fallback, "size")
    }
}

fn reservation_span(capacity: &Capacity, reservation: Symbol) -> Option<Span> {
    use tonnage_lang::intent::{CapacityKind, GrantedSource};
    match &capacity.kind {
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
            ids.iter().find(|(id, _)| id.value == reservation).map(|(id, _)| id.span)
        }
        CapacityKind::Granted { source: GrantedSource::Group(group), .. } => Some(group.span),
        CapacityKind::Owned => None,
    }
}

/// Where the author decided what a storage is.
pub fn of_storage(storage: &tonnage_lang::intent::Storage) -> Vec<Fact> {
    let mut facts = Vec::new();
    for root in ["self", "storage"] {
        let mut add = |path: &str, span: Option<Span>, name: &str| {
            facts.extend(span.map(|span| Fact::new(&format!("{root}.{path}"), span, name)));
        };
        add("kind", Some(storage.kind.span), "kind");
        add("zone", storage.zone.map(|at| at.span), "zone");
        add("gib", storage.bytes.as_ref().map(|at| at.span), "size");
        add("throughput_gbps", storage.throughput_gbps.as_ref().map(|at| at.span), "throughput");
        add("data_class", storage.data_class.map(|at| at.span), "data_class");
        add("region", Some(storage.region.span), "region");
        add("labels", storage.labels_span, "labels");
        add("name", Some(storage.name.span), "storage");
    }
    facts
}
