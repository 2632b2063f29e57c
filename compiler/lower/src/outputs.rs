//! What the fleet's own resources and outputs see of pools, capacity and networks; and the outputs. Must not know a
//! cloud's resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_lang::Value;
use tonnage_lang::intent::{
    Caller, Capacity, CapacityId, CapacityKind, GrantedSource, Intent, Lookup, PoolId, ScopeId,
};
use tonnage_lang::scope::{MapNamespace, Namespace};
use tonnage_place::Placement;
use tonnage_place::placement::PlacedPool;

use crate::check::Checker;
use crate::expand::Expander;
use crate::facts::{self, number, text};
use crate::names::Roots;
use crate::site;

/// What lowerings gave.
#[derive(Debug, Default)]
pub struct Exports {
    /// For each network use of the placement.
    pub networks: Vec<Value>,
    /// For each storage.
    pub storages: Vec<Value>,
    /// For each owned capacity.
    pub capacities: FxHashMap<CapacityId, Value>,
    /// For each pool, for each of its slices.
    pub slices: FxHashMap<PoolId, Vec<Value>>,
}

/// What pools, capacities and networks are called where they are declared.
#[derive(Debug)]
pub struct Names {
    by_scope: FxHashMap<ScopeId, Things>,
    clouds: Value,
    fleet: Value,
}

/// The things of one scope by name.
#[derive(Debug, Default)]
struct Things {
    pools: Vec<(Symbol, Value)>,
    capacities: Vec<(Symbol, Value)>,
    networks: BTreeMap<Symbol, BTreeMap<Symbol, Value>>,
    storages: Vec<(Symbol, Value)>,
    lookups: Vec<(Symbol, Value)>,
}

impl Names {
    /// Of everything that is placed and lowered.
    pub fn of(intent: &Intent, placement: &Placement, exports: &Exports, checker: &Checker<'_>) -> Self {
        let clouds = intent.clouds.iter().map(|cloud| (cloud.name.value, facts::cloud(cloud)));
        let mut names = Self {
            by_scope: FxHashMap::default(),
            clouds: things("the clouds of this fleet", clouds),
            fleet: facts::fleet(intent),
        };
        for placed in &placement.pools {
            let Some(declared) = intent.pools.get(placed.pool) else { continue };
            if let Some(value) = pool(intent, placed, exports) {
                names.by_scope.entry(declared.scope).or_default().pools.push((declared.name.value, value));
            }
        }
        for (id, capacity) in intent.capacities.iter_enumerated() {
            let value = reserved(intent, id, capacity, exports);
            names.by_scope.entry(capacity.scope).or_default().capacities.push((capacity.name.value, value));
        }
        for lookup in &intent.lookups {
            let of = names.by_scope.entry(lookup.scope).or_default();
            of.lookups.push((lookup.name.value, looked_up(lookup, checker)));
        }
        for (storage, export) in intent.storages.iter().zip(&exports.storages) {
            let of = names.by_scope.entry(storage.scope).or_default();
            of.storages.push((storage.name.value, export.clone()));
        }
        for (used, export) in placement.networks.iter().zip(&exports.networks) {
            let Some(cloud) = intent.clouds.get(used.cloud) else { continue };
            let declared = used.network.and_then(|id| intent.networks.get(id));
            let (scope, name) = match declared {
                Some(network) => (network.scope, network.name.value),
                None => (ScopeId(0), Symbol::new("default")),
            };
            let place = tonnage_graph::Site { cloud: cloud.name.value, region: used.region };
            let networks = &mut names.by_scope.entry(scope).or_default().networks;
            networks.entry(name).or_default().insert(site::key(place), export.clone());
        }
        names
    }

    /// Root names of a scope's own resources and outputs (all but `resource` itself).
    pub fn roots(&self, intent: &Intent, id: ScopeId, given: &Given) -> Roots {
        let mut roots = Roots::default();
        let nothing = Things::default();
        let of = self.by_scope.get(&id).unwrap_or(&nothing);
        if let Some(scope) = intent.scopes.get(id) {
            roots.set("var", Value::Map(Arc::clone(&scope.globals.variables)));
            roots.set("local", Value::Map(Arc::clone(&scope.globals.locals)));
            roots.set("cidr", Value::Map(Arc::clone(&scope.globals.plans)));
        }
        roots.set("fleet", self.fleet.clone());
        roots.set("cloud", self.clouds.clone());
        roots.set("pool", things("the pools of this fleet", of.pools.iter().cloned()));
        roots.set("capacity", things("the capacities of this fleet", of.capacities.iter().cloned()));
        roots.set("storage", things("the storage of this fleet", of.storages.iter().cloned()));
        roots.set("network", networks(&of.networks));
        roots.set("lookup", things("the live objects that are looked up", of.lookups.iter().cloned()));
        roots.set("module", given.modules(id));
        roots
    }
}

/// What modules give to those who call them.
#[derive(Debug, Default)]
pub struct Given {
    /// By the scope of the caller: name of the call, key, outputs.
    by_caller: FxHashMap<ScopeId, Vec<(Caller, Value)>>,
}

impl Given {
    fn modules(&self, caller: ScopeId) -> Value {
        let mut by_name = BTreeMap::new();
        let mut families: BTreeMap<Symbol, BTreeMap<Symbol, Value>> = BTreeMap::new();
        for (call, value) in self.by_caller.get(&caller).into_iter().flatten() {
            match call.key {
                Some(key) => drop(families.entry(call.name).or_default().insert(key, value.clone())),
                None => drop(by_name.insert(call.name, value.clone())),
            }
        }
        by_name.extend(families.into_iter().map(|(name, members)| (name, Value::Map(Arc::new(members)))));
        MapNamespace::new("the modules called here", by_name).into_value()
    }
}

/// Evaluates the outputs of a scope: the fleet's own are those of the plan, a module's are given to its caller.
pub fn evaluate(expander: &mut Expander<'_, '_>, id: ScopeId, mut roots: Roots, given: &mut Given) {
    let intent = expander.intent;
    let Some(scope) = intent.scopes.get(id) else { return };
    let resources = expander.fleet_resources.take();
    roots.set("resource", resources.unwrap_or_else(|| things("the resources of this fleet", std::iter::empty())));
    let mut values = BTreeMap::new();
    for output in scope.outputs.iter() {
        let value = match scope.known.get(&output.name.value) {
            Some(value) if settled(value, scope.caller.is_some()) => value.clone(),
            _ => {
                let value = expander.builder.evaluator.eval(&output.value, &roots);
                let found = std::mem::take(&mut expander.builder.evaluator.diagnostics);
                expander.incomplete |= !found.is_empty();
                expander.diagnostics.extend(found);
                value
            }
        };
        let value = if output.sensitive { value.into_sensitive() } else { value };
        match scope.caller {
            None if value.holds_sensitive() && !output.sensitive => {
                expander.diagnostics.push(tonnage_lang::shown_secret(output.name.value, output.value.span));
                expander.incomplete = true;
            }
            None => expander.lowered.outputs.push((output.name.value, known(&value).then_some(value))),
            Some(_) => drop(values.insert(output.name.value, value)),
        }
    }
    if let Some(caller) = scope.caller {
        let outputs = MapNamespace::declared(Symbol::new("module"), caller.name, values).into_value();
        given.by_caller.entry(caller.scope).or_default().push((caller, outputs));
    }
}

/// Whether an output needs no second look. What the fleet shows of a resource is held against its type, which is known
/// only here.
fn settled(value: &Value, of_module: bool) -> bool {
    match value {
        Value::Unknown(_) => false,
        Value::Invalid => true,
        value => of_module || known(value),
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

/// `lookup.NAME`: its identifier, and under `att` what the cloud says of it.
fn looked_up(lookup: &Lookup, checker: &Checker<'_>) -> Value {
    let unread = |attribute| Value::Reference { address: lookup.address, attribute };
    let id = lookup.known_id().map_or_else(|| unread(None), text);
    let attributes = Value::Object(Arc::new(Seen(lookup.clone(), checker.askable(lookup.kind.value))));
    thing("lookup", lookup.name.value, [("name", text(lookup.name.value)), ("ref", id), ("att", attributes)])
}

/// `lookup.NAME.att`, with what its type may be asked for, where the type is known.
#[derive(Debug)]
struct Seen(Lookup, Option<Arc<[Symbol]>>);

impl Namespace for Seen {
    fn describe(&self) -> String {
        format!("what the cloud says of `{}`", self.0.address)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        let read = self.0.found.as_ref().is_some_and(|found| found.properties.is_some());
        if !read && self.1.as_ref().is_some_and(|all| !all.contains(&name)) {
            return None;
        }
        match self.0.found.as_ref().map(|found| found.properties.is_some()) {
            // It was read: what is not there does not exist.
            Some(true) => self.0.property(name),
            Some(false) => Some(Value::Unknown(self.0.unknown())),
            None => Some(Value::Reference { address: self.0.address, attribute: Some(name) }),
        }
    }
    fn names(&self) -> Vec<Symbol> {
        let properties = self.0.found.as_ref().and_then(|found| found.properties.as_ref());
        let of_the_type = || self.1.as_deref().unwrap_or_default().to_vec();
        properties.map_or_else(of_the_type, |all| all.keys().copied().collect())
    }
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
            ("gpus", number(pool.gpus_of(placed.sizing.units))),
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
fn networks(by_name: &BTreeMap<Symbol, BTreeMap<Symbol, Value>>) -> Value {
    let one_or_all = |sites: &BTreeMap<Symbol, Value>| match sites.len() {
        1 => sites.values().next().cloned().unwrap_or(Value::Invalid),
        _ => Value::Map(Arc::new(sites.clone())),
    };
    things(
        "the networks of this fleet that anything sits in",
        by_name.iter().map(|(name, sites)| (*name, one_or_all(sites))),
    )
}
