//! What the names of a lowering stand for, and where the author decided it. Must not know a cloud's properties.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Span, Symbol};
use tonnage_lang::Value;
use tonnage_lang::intent::{Capacity, Cloud, Intent, Network, OnCapacity, Pool, Purpose, Size};
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

/// `self` of a pool's lowering; `all` are the nodes of all its slices. Groups change side by side: each gets its part of
/// the step.
pub fn slice(slice: &Slice, pool: &Pool, bounds: &[Bounds], all: u64) -> Value {
    let step = |nodes: u32| {
        let step = pool.step.as_ref()?.value.of(all);
        Some((step.saturating_mul(nodes.into()) / all.max(1)).max(1))
    };
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
    if pool.size.managed_by_autoscaler {
        let (min, max) = (pool.size.min, pool.size.max);
        facts.extend(min.map(|at| Fact::new("self.groups.min", at.span, "size.min")));
        facts.extend(max.map(|at| Fact::new("self.groups.max", at.span, "size.max")));
    }
    facts.push(Fact::new("self.nodes", size_span, size_name));
    facts.push(Fact::new("self.groups", size_span, size_name));
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
    facts.push(Fact::new("pool.on_capacity", pool.on_capacity.span, "rollout.on_capacity"));
    if let Some(at) = pool.image {
        let span = intent.images.get(at.value).map_or(at.span, |image| image.span);
        facts.push(Fact::new("image", span, "image"));
    }
    let shape = intent.catalog.shapes.get(slice.shape);
    let written = option.and_then(|option| option.shape).map(|at| (at.span, "option.shape"));
    let model = pool.accelerators.iter().find(|at| shape.is_some_and(|shape| shape.accelerator == Some(at.value)));
    let (span, name) = written.or(model.map(|at| (at.span, "accelerator"))).unwrap_or((option_span, "option"));
    facts.push(Fact::new("shape", span, name));
    facts.extend(network_fact(intent, pool));
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

fn network_fact(intent: &Intent, pool: &Pool) -> Option<Fact> {
    let at = pool.network?;
    let span = intent.networks.get(at.value).map_or(at.span, |network| network.span);
    Some(Fact::new("network", span, "network"))
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
        add("labels", storage.labels_span, "labels");
        add("name", Some(storage.name.span), "storage");
    }
    facts
}
