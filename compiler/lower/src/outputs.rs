//! What the fleet's own resources and outputs see of pools, capacity and networks; and the outputs. Must not know a
//! cloud's resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_lang::Value;
use tonnage_lang::intent::{Capacity, CapacityId, CapacityKind, GrantedSource, Intent, PoolId};
use tonnage_lang::scope::MapNamespace;
use tonnage_place::Placement;
use tonnage_place::placement::PlacedPool;

use crate::expand::{Expander, roots_of_fleet};
use crate::facts::{self, number, text};
use crate::names::Roots;
use crate::site;

/// What lowerings gave.
#[derive(Debug, Default)]
pub struct Exports {
    /// For each network use of the placement.
    pub networks: Vec<Value>,
    /// For each owned capacity.
    pub capacities: FxHashMap<CapacityId, Value>,
    /// For each pool, for each of its slices.
    pub slices: FxHashMap<PoolId, Vec<Value>>,
}

/// Root names of the fleet's own resources (all but `resource` itself).
pub fn roots(intent: &Intent, placement: &Placement, exports: &Exports) -> Roots {
    let mut roots = roots_of_fleet(intent);
    roots.set("fleet", facts::fleet(intent));
    let clouds = intent.clouds.iter().map(|cloud| (cloud.name.value, facts::cloud(cloud)));
    roots.set("cloud", things("the clouds of this fleet", clouds));
    let pools = placement
        .pools
        .iter()
        .filter_map(|placed| Some((intent.pools.get(placed.pool)?.name.value, pool(intent, placed, exports)?)));
    roots.set("pool", things("the pools of this fleet", pools));
    let capacities = intent.capacities.iter_enumerated();
    let capacities = capacities.map(|(id, capacity)| (capacity.name.value, reserved(intent, id, capacity, exports)));
    roots.set("capacity", things("the capacities of this fleet", capacities));
    roots.set("network", networks(intent, placement, exports));
    roots
}

/// Evaluates the outputs.
pub fn evaluate(expander: &mut Expander<'_, '_>, mut roots: Roots) {
    let intent = expander.intent;
    if intent.outputs.is_empty() {
        return;
    }
    let resources = expander.fleet_resources.clone();
    roots.set("resource", resources.unwrap_or_else(|| things("the resources of this fleet", std::iter::empty())));
    for output in &intent.outputs {
        let value = expander.builder.evaluator.eval(&output.value, &roots);
        let found = std::mem::take(&mut expander.builder.evaluator.diagnostics);
        expander.incomplete |= !found.is_empty();
        expander.diagnostics.extend(found);
        expander.lowered.outputs.push((output.name.value, known(&value).then_some(value)));
    }
}

/// Whether nothing in a value waits for apply.
fn known(value: &Value) -> bool {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Reference { .. } | Value::Join(_) | Value::Unknown(_) | Value::Invalid | Value::Object(_) => {
                return false;
            }
            Value::List(items) => rest.extend(items.iter()),
            Value::Map(map) => rest.extend(map.values()),
            _ => {}
        }
    }
    true
}

/// Things by name; those of a `for_each` (`gb["use1"]`) are a map under the name of their block.
fn things(title: &'static str, all: impl Iterator<Item = (Symbol, Value)>) -> Value {
    let mut by_name = BTreeMap::new();
    let mut families: BTreeMap<Symbol, BTreeMap<Symbol, Value>> = BTreeMap::new();
    for (name, value) in all {
        match family(name) {
            Some((block, key)) => {
                families.entry(block).or_default().insert(key, value);
            }
            None => {
                by_name.insert(name, value);
            }
        }
    }
    by_name.extend(families.into_iter().map(|(block, members)| (block, Value::Map(Arc::new(members)))));
    MapNamespace::new(title, by_name).into_value()
}

/// `gb["use1"]` as `gb` and `use1`.
fn family(name: Symbol) -> Option<(Symbol, Symbol)> {
    let (block, key) = name.as_str().split_once("[\"")?;
    let key = key.strip_suffix("\"]")?;
    Some((Symbol::new(block), Symbol::new(&key.replace("\\\"", "\"").replace("\\\\", "\\"))))
}

fn thing<'a>(kind: &str, name: Symbol, attributes: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let attributes = attributes.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect();
    MapNamespace::declared(Symbol::new(kind), name, attributes).into_value()
}

fn pool(intent: &Intent, placed: &PlacedPool, exports: &Exports) -> Option<Value> {
    let pool = intent.pools.get(placed.pool)?;
    let gpus = |slice: &tonnage_place::placement::Slice| {
        let each = intent.catalog.shapes.get(slice.shape).map_or(0, |shape| shape.accelerators);
        slice.nodes.saturating_mul(u64::from(each))
    };
    let slices = exports.slices.get(&placed.pool).cloned().unwrap_or_default();
    Some(thing(
        "pool",
        pool.name.value,
        [
            ("name", text(pool.name.value)),
            ("gpus", number(placed.sizing.gpus)),
            ("nodes", number(placed.sizing.nodes)),
            ("spares", number(placed.sizing.spares)),
            ("placed_gpus", number(placed.slices.iter().map(gpus).fold(0u64, u64::saturating_add))),
            ("labels", facts::labels(&pool.labels)),
            ("slices", Value::list(slices)),
        ],
    ))
}

fn reserved(intent: &Intent, id: CapacityId, capacity: &Capacity, exports: &Exports) -> Value {
    let kind = match capacity.kind {
        CapacityKind::Granted { .. } => "granted",
        CapacityKind::Owned => "owned",
    };
    let shape = intent.catalog.shapes.get(capacity.shape.value);
    let mut attributes = vec![
        ("name", text(capacity.name.value)),
        ("kind", Value::string(kind)),
        ("nodes", number(capacity.nodes.value)),
        ("region", text(capacity.region)),
        ("zone", text(capacity.zone.value)),
        ("shape", shape.map_or(Value::Null, |shape| text(shape.name))),
    ];
    match &capacity.kind {
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
            attributes.push(("ids", Value::list(ids.iter().map(|(id, _)| text(id.value)))));
        }
        CapacityKind::Granted { source: GrantedSource::Group(group), .. } => {
            attributes.push(("group", text(group.value)));
        }
        CapacityKind::Owned => match exports.capacities.get(&id) {
            Some(Value::Map(map)) => attributes.extend(map.iter().map(|(key, value)| (key.as_str(), value.clone()))),
            Some(Value::Invalid) => return Value::Invalid,
            _ => {}
        },
    }
    thing("capacity", capacity.name.value, attributes)
}

/// `network.NAME`: what its lowering exports where it has one site, else by `cloud/region`.
fn networks(intent: &Intent, placement: &Placement, exports: &Exports) -> Value {
    let mut by_name: BTreeMap<Symbol, BTreeMap<Symbol, Value>> = BTreeMap::new();
    for (used, export) in placement.networks.iter().zip(&exports.networks) {
        let Some(cloud) = intent.clouds.get(used.cloud) else { continue };
        let declared = used.network.and_then(|id| intent.networks.get(id));
        let (name, _) = facts::network_name(intent, declared);
        let place = tonnage_graph::Site { cloud: cloud.name.value, region: used.region };
        by_name.entry(name).or_default().insert(site::key(place), export.clone());
    }
    let one_or_all = |sites: BTreeMap<Symbol, Value>| match sites.len() {
        1 => sites.into_values().next().unwrap_or(Value::Invalid),
        _ => Value::Map(Arc::new(sites)),
    };
    let by_name = by_name.into_iter().map(|(name, sites)| (name, one_or_all(sites))).collect();
    MapNamespace::new("the networks of this fleet that anything sits in", by_name).into_value()
}
