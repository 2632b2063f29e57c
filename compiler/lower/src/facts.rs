//! What the names of a lowering stand for. Must not know a cloud's properties.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Symbol};
use tonnage_lang::Value;
use tonnage_lang::intent::{Cloud, Intent, Network, OnCapacity, Pool, Purpose};
use tonnage_lang::scope::MapNamespace;
use tonnage_place::placement::Slice;

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

/// The block that says what a network is: of the one that no pool names, that which is called `default`, if there is
/// one.
pub fn network_of<'a>(intent: &'a Intent, named: Option<&'a Network>) -> Option<&'a Network> {
    let default = Symbol::new("network.default");
    named.or_else(|| intent.networks.iter().find(|network| network.address == default))
}

/// What addresses of a network begin with, and its range.
pub fn network_address(declared: Option<&Network>) -> (Symbol, Symbol) {
    let range = |n: &Network| n.cidr.map_or_else(|| Symbol::new(DEFAULT_RANGE), |at| at.value);
    declared.map_or_else(|| (Symbol::new("network.default"), Symbol::new(DEFAULT_RANGE)), |n| (n.address, range(n)))
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

/// `self` of a pool's lowering; `all` are the nodes of all its slices. Groups change side by side: each gets its part
/// of the step.
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
