//! The order in which things are lowered: networks, owned capacity, slices, the fleet's own resources, outputs.
//! Each sees what those before it export. Must not know a cloud's resources.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Span, Symbol, codes::lang::T0344, codes::lower as codes, quantity::group_thousands};
use tonnage_graph::{Site, Standing, Values};
use tonnage_lang::Value;
use tonnage_lang::intent::{
    Capacity, CapacityId, CapacityKind, Cloud, GrantedSource, Intent, Lowering, Pool, ScopeId, Storage, StorageId,
};
use tonnage_place::Placement;
use tonnage_place::placement::{NetworkUse, PlacedPool, Slice, StorageUse};
use tonnage_schema::{Effects, Schemas};

use crate::check::Checker;
use crate::decided;
use crate::expand::Expander;
use crate::facts::{self, extended, or_null, text};
use crate::instance::{Instance, Source};
use crate::lowered::Lowered;
use crate::names::Roots;
use crate::outputs::{self, Exports};
use crate::{body, image, site, size};

/// What lowering is computed from.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// What is meant.
    pub intent: &'a Intent,
    /// Where it goes.
    pub placement: &'a Placement,
    /// What is known of native types.
    pub schemas: &'a Schemas,
    /// Which of their properties count nodes.
    pub effects: &'a Effects,
}

/// Turns a placement into the desired graph. Bodies go into `values`.
pub fn lower(inputs: &Inputs<'_>, values: &mut Values) -> (Lowered, Vec<Diagnostic>) {
    lower_beside(inputs, values, None)
}

/// The same beside what stands: what rests is not in the graph.
pub fn lower_beside<'v>(
    inputs: &Inputs<'_>,
    values: &'v mut Values,
    standing: Option<&'v mut (dyn Standing + 'v)>,
) -> (Lowered, Vec<Diagnostic>) {
    let Inputs { intent, placement, .. } = *inputs;
    let mut expander = Expander::new(intent, Checker::new(inputs.schemas, inputs.effects, intent), values, standing);
    for lookup in &intent.lookups {
        if let Some(error) = expander.checker.check_type(lookup.kind.value, lookup.kind.span) {
            expander.diagnostics.push(error);
            expander.incomplete = true;
        }
    }
    let mut exports = Exports::default();
    for (position, used) in placement.networks.iter().enumerate() {
        let export = network(&mut expander, placement, position, used);
        exports.networks.push(export);
    }
    for (position, (id, storage)) in intent.storages.iter_enumerated().enumerate() {
        let used = placement.storages.get(position).copied().flatten();
        let export = stored(&mut expander, (id, storage), used, &exports);
        exports.storages.push(export);
    }
    for (id, capacity) in intent.capacities.iter_enumerated() {
        if matches!(capacity.kind, CapacityKind::Owned) {
            let export = owned(&mut expander, id, capacity);
            exports.capacities.insert(id, export);
        }
    }
    for placed in &placement.pools {
        let Some(pool) = intent.pools.get(placed.pool) else { continue };
        let bounds = size::bounds(&pool.size, &placed.slices);
        let all = placed.slices.iter().map(|slice| slice.nodes).fold(0u64, u64::saturating_add);
        let apart = placed.slices.iter().flat_map(|slice| out_of_reach(intent, placement, pool, slice));
        let apart: Vec<Diagnostic> = apart.collect();
        expander.incomplete |= !apart.is_empty();
        expander.diagnostics.extend(apart);
        expander.diagnostics.extend(wide_step(intent, pool, &placed.slices, all));
        for (slice, bounds) in placed.slices.iter().zip(&bounds) {
            let export = of_slice(&mut expander, pool, (slice, all), bounds, &exports);
            exports.slices.entry(placed.pool).or_default().push(export);
        }
    }
    // what is called comes after its caller in the list, and before it here: callers use what modules give
    let names = outputs::Names::of(intent, placement, &exports, &expander.checker);
    let mut given = outputs::Given::default();
    let scopes: Vec<ScopeId> = intent.scopes.iter_enumerated().map(|(id, _)| id).collect();
    for id in scopes.into_iter().rev() {
        let Some(scope) = intent.scopes.get(id) else { continue };
        let roots = names.roots(intent, id, &given);
        if !scope.resources.is_empty() {
            let prefix = format!("{}resource", scope.prefix);
            expander.expand(Instance {
                scope: Symbol::new(&prefix),
                prefix,
                key: None,
                site: None,
                source: Source::Author(id, &scope.resources),
                roots: roots.clone(),
                facts: Vec::new(),
                declared: None,
                by_key: Vec::new(),
            });
        }
        outputs::evaluate(&mut expander, id, roots, &mut given);
    }
    crate::references::check(&mut expander);
    let mut diagnostics = expander.diagnostics;
    without_repeats(&mut diagnostics);
    (expander.lowered, diagnostics)
}

/// The first lowering of a kind for a kind of cloud: the fleet's own come before the standard library's.
fn find<'a>(
    expander: &mut Expander<'a, '_>,
    kind: &str,
    cloud: &Cloud,
    needed_by: Span,
) -> Option<(usize, &'a Lowering)> {
    let lowerings = &expander.intent.lowerings;
    let fits = |lowering: &Lowering| lowering.kind.value == kind && lowering.cloud.value == cloud.kind;
    let found = lowerings.iter().enumerate().find(|(_, lowering)| fits(lowering));
    if found.is_none() {
        let message = format!("there is no way yet to build a {kind} on {}", cloud.kind);
        let known: Vec<&str> =
            lowerings.iter().filter(|l| l.kind.value == kind).map(|l| l.cloud.value.as_str()).collect();
        let mut error = Diagnostic::error(codes::T0501, needed_by, message)
            .with_label(cloud.span, format!("this cloud is {}", cloud.kind));
        error = error.with_help(format!(
            "declare `lowering \"{kind}\" \"{}\" {{ … }}`, or place it on {}",
            cloud.kind,
            if known.is_empty() { "another cloud".to_owned() } else { known.join(" or ") }
        ));
        expander.incomplete = true;
        expander.diagnostics.push(error);
    }
    found
}

/// Names every lowering has.
fn common(intent: &Intent, cloud: &Cloud, region: Symbol) -> Roots {
    let mut roots = Roots::default();
    roots.set("cloud", facts::cloud(cloud));
    roots.set("region", facts::region(intent, cloud.kind, region));
    roots.set("fleet", facts::fleet(intent));
    roots.set("var", Value::Map(Arc::clone(&intent.root().globals.variables)));
    roots
}

fn network(expander: &mut Expander<'_, '_>, placement: &Placement, position: usize, used: &NetworkUse) -> Value {
    let intent = expander.intent;
    let Some(cloud) = intent.clouds.get(used.cloud) else { return Value::Invalid };
    let declared = used.network.and_then(|id| intent.networks.get(id));
    let sits_here = |placed: &&PlacedPool| placed.slices.iter().any(|slice| slice.network == position);
    let first = placement.pools.iter().find(sits_here).and_then(|placed| intent.pools.get(placed.pool));
    let needed_by = first.map_or(cloud.span, |pool| pool.span);
    let block = declared.map_or(needed_by, |network| network.span);
    let Some((at, lowering)) = find(expander, "network", cloud, block) else { return Value::Invalid };

    // one that is called `default` says what the one is that no pool names
    let network = facts::network_of(intent, declared);
    let (prefix, cidr) = facts::network_address(network);
    let existing = declared.and_then(|network| network.existing.as_ref());
    let name = declared.map_or_else(|| Symbol::new("default"), |network| network.name.value);
    let prefix = prefix.to_string();
    let place = Site { cloud: cloud.name.value, region: used.region };
    let key = site::key(place);
    let this = Value::map([
        ("name", text(name)),
        ("key", text(key)),
        ("cidr", if existing.is_some() { Value::Null } else { text(cidr) }),
        ("id", existing.map_or(Value::Null, |existing| existing.id.value.clone())),
        ("subnets", existing.map_or(Value::Null, |existing| Value::Map(Arc::new(existing.subnets.value.clone())))),
        ("zones", Value::list(used.zones.iter().map(|zone| text(*zone)))),
        ("rdma", Value::Bool(used.rdma)),
        ("labels", declared.map_or_else(|| Value::map([]), |network| facts::labels(&network.labels))),
    ]);
    let mut roots = common(intent, cloud, used.region);
    roots.set("network", this.clone());
    roots.set("self", this.clone());
    // what no block asks for is there for the pools in it
    let slices = placement.pools.iter().filter(|_| declared.is_none()).flat_map(|placed| {
        let pool = intent.pools.get(placed.pool);
        placed
            .slices
            .iter()
            .filter(|slice| slice.network == position)
            .filter_map(move |slice| Some((slice.zone, pool?.span)))
    });
    let by_key: Vec<(Symbol, Span)> = slices.collect();
    let before = expander.incomplete;
    expander.incomplete = false;
    let export = expander.expand(Instance {
        scope: Symbol::new(&prefix),
        prefix,
        key: Some(key),
        site: Some(place),
        source: Source::Lowering(at, lowering),
        roots,
        facts: decided::of_network(intent, network, used.cloud, first),
        declared: Some(block),
        by_key,
    });
    finish(expander, before, &this, export)
}

fn stored(
    expander: &mut Expander<'_, '_>,
    (id, storage): (StorageId, &Storage),
    used: Option<StorageUse>,
    exports: &Exports,
) -> Value {
    let intent = expander.intent;
    let Some(cloud) = intent.clouds.get(storage.cloud.value) else { return Value::Invalid };
    let Some((at, lowering)) = find(expander, "storage", cloud, storage.span) else { return Value::Invalid };
    let gib = storage.bytes.as_ref().map(|at| at.value.div_ceil(1 << 30));
    let gib = gib.and_then(|gib| u64::try_from(gib).ok());
    let this = Value::map([
        ("name", text(storage.name.value)),
        ("slug", Value::string(&slug(storage.address.as_str().replacen("storage.", "", 1).as_str()))),
        ("kind", text(storage.kind.value)),
        ("region", text(storage.region.value)),
        ("zone", or_null(used.map(|used| text(used.zone)))),
        ("gib", or_null(gib.map(facts::number))),
        ("throughput_gbps", or_null(storage.throughput_gbps.as_ref().map(|at| facts::number(at.value)))),
        ("data_class", or_null(storage.data_class.map(|at| text(at.value)))),
        ("labels", facts::labels(&storage.labels)),
    ]);
    let mut roots = common(intent, cloud, storage.region.value);
    roots.set("storage", this.clone());
    roots.set("self", this.clone());
    let network = used.and_then(|used| exports.networks.get(used.network).cloned());
    roots.set("network", network.unwrap_or(Value::Null));
    let prefix = storage.address.to_string();
    let before = expander.incomplete;
    expander.incomplete = false;
    let export = expander.expand(Instance {
        scope: storage.address,
        prefix,
        key: None,
        site: Some(Site { cloud: cloud.name.value, region: storage.region.value }),
        source: Source::Lowering(at, lowering),
        roots,
        facts: decided::of_storage(intent, id, storage),
        declared: Some(storage.span),
        by_key: Vec::new(),
    });
    finish(expander, before, &this, export)
}

fn owned(expander: &mut Expander<'_, '_>, id: CapacityId, capacity: &Capacity) -> Value {
    let intent = expander.intent;
    let Some(cloud) = intent.clouds.get(capacity.cloud.value) else { return Value::Invalid };
    let Some((at, lowering)) = find(expander, "capacity", cloud, capacity.span) else { return Value::Invalid };
    let draws = |pool: &&Pool| pool.options.iter().any(|option| option.buy.capacity.iter().any(|at| at.value == id));
    let needed = || intent.pools.iter().filter(draws).any(|pool| pool.fabric.rdma);
    let rdma = capacity.rdma.map_or_else(needed, |at| at.value);
    let name = capacity.name.value;
    let date =
        |at: Option<tonnage_base::At<tonnage_base::Date>>| or_null(at.map(|at| Value::string(&at.value.to_string())));
    let this = Value::map([
        ("name", text(name)),
        ("slug", Value::string(&slug(capacity.address.as_str().replacen("capacity.", "", 1).as_str()))),
        ("kind", Value::string("owned")),
        ("nodes", facts::number(capacity.nodes.value)),
        ("region", text(capacity.region)),
        ("zone", text(capacity.zone.value)),
        ("rdma", Value::Bool(rdma)),
        ("start", date(capacity.window.and_then(|window| window.start))),
        ("end", date(capacity.window.and_then(|window| window.end))),
    ]);
    let mut roots = common(intent, cloud, capacity.region);
    roots.set("capacity", this.clone());
    roots.set("self", this.clone());
    let shape = intent.catalog.shapes.get(capacity.shape.value);
    roots.set("shape", shape.map_or(Value::Invalid, |shape| extended(&shape.value, [("name", text(shape.name))])));
    let prefix = capacity.address.to_string();
    let before = expander.incomplete;
    expander.incomplete = false;
    let export = expander.expand(Instance {
        scope: Symbol::new(&prefix),
        prefix,
        key: None,
        site: Some(Site { cloud: cloud.name.value, region: capacity.region }),
        source: Source::Lowering(at, lowering),
        roots,
        facts: decided::of_capacity(intent, capacity),
        declared: Some(capacity.span),
        by_key: Vec::new(),
    });
    finish(expander, before, &this, export)
}

fn of_slice(
    expander: &mut Expander<'_, '_>,
    pool: &Pool,
    (slice, all): (&Slice, u64),
    bounds: &[size::Bounds],
    exports: &Exports,
) -> Value {
    let intent = expander.intent;
    let Some(cloud) = intent.clouds.get(slice.cloud) else { return Value::Invalid };
    let Some((at, lowering)) = find(expander, "pool", cloud, pool.span) else { return Value::Invalid };
    let source = Source::Lowering(at, lowering);
    let this = facts::slice(slice, pool, bounds, all);
    if let Some(error) = unsaid_health(pool, cloud, lowering) {
        expander.incomplete = true;
        expander.diagnostics.push(error);
    }
    expander.diagnostics.extend(unsaid_step(pool, cloud, lowering));
    let mut roots = common(intent, cloud, slice.region);
    let Some(image) = image::of_pool(expander, pool, cloud, lowering) else { return Value::Invalid };
    let shape = intent.catalog.shapes.get(slice.shape);
    roots.set("self", this.clone());
    let mounts = mounts(intent, pool, slice, exports);
    roots.set("pool", extended(&facts::pool(pool), [("image", image.clone()), ("mounts", mounts)]));
    roots.set("image", image);
    roots.set("health", facts::health(pool));
    roots.set("shape", shape.map_or(Value::Invalid, |shape| extended(&shape.value, [("name", text(shape.name))])));
    roots.set("network", exports.networks.get(slice.network).cloned().unwrap_or(Value::Invalid));
    roots.set("capacity", capacity_of(intent, slice, exports));
    let scope = pool.address.to_string();
    let before = expander.incomplete;
    expander.incomplete = false;
    let export = expander.expand(Instance {
        prefix: format!("{scope}.{}", slice.option),
        scope: Symbol::new(&scope),
        key: Some(slice.key),
        site: Some(Site { cloud: cloud.name.value, region: slice.region }),
        source,
        roots,
        facts: decided::of_slice(intent, pool, slice),
        declared: Some(pool.span),
        by_key: Vec::new(),
    });
    finish(expander, before, &this, export)
}

/// What the author asks of unhealthy nodes, and the lowering has no word for.
fn unsaid_health(pool: &Pool, cloud: &Cloud, lowering: &Lowering) -> Option<Diagnostic> {
    let kept = pool.health.as_ref()?.replace_unhealthy.filter(|at| !at.value)?;
    let said = attributes_read(lowering, "health").contains(&Symbol::new("replace_unhealthy"));
    (!said).then(|| {
        Diagnostic::error(T0344, kept.span, format!("{} always replaces nodes that fail their checks", cloud.kind))
            .with_label(cloud.span, format!("the pool may sit in this cloud, which is {}", cloud.kind))
            .with_help("leave it out, and suspend the replacement by the cloud's own means where you must; or declare a `lowering` that says it")
    })
}

/// The step that the author wants nodes to be replaced by, and the lowering has no word for.
fn unsaid_step(pool: &Pool, cloud: &Cloud, lowering: &Lowering) -> Option<Diagnostic> {
    let step = pool.step.as_ref()?;
    (!reads_step(lowering)).then(|| {
        let message = format!("`step` does nothing on {}: nodes that run stay as they are until something replaces them", cloud.kind);
        Diagnostic::warning(codes::T0526, step.span, message)
            .with_label(cloud.span, format!("the pool sits in this cloud, which is {}", cloud.kind))
            .with_help("the plan says how nodes on an old version are brought over; or declare a `lowering` that reads `step` of a group")
    })
}

fn reads_step(lowering: &Lowering) -> bool {
    let mut reads = false;
    each_expression(lowering, &mut |expr| {
        reads |= matches!(&expr.kind, tonnage_syntax::tree::ExprKind::Attribute(_, name) if name.name == "step");
    });
    reads
}

/// The step that the author wants nodes to be replaced by, where more are down at once: groups change side by side.
fn wide_step(intent: &Intent, pool: &Pool, slices: &[Slice], all: u64) -> Option<Diagnostic> {
    let step = pool.step.as_ref()?;
    let steps_in = |slice: &&Slice| {
        let kind = intent.clouds.get(slice.cloud).map(|cloud| cloud.kind);
        let mut of_pools = intent.lowerings.iter().filter(|lowering| lowering.kind.value == "pool");
        of_pools.find(|lowering| Some(lowering.cloud.value) == kind).is_some_and(reads_step)
    };
    let groups = slices.iter().filter(steps_in).flat_map(|slice| &slice.groups);
    let steps: Vec<u64> = groups.filter_map(|group| facts::step(pool, group.nodes, all)).collect();
    let (wanted, down) = (step.value.of(all), steps.iter().fold(0u64, |sum, step| sum.saturating_add(*step)));
    (down > wanted).then(|| {
        let message = format!(
            "`step` is {wanted} of {} nodes, and {down} are down at once: each of {} groups replaces one at a time at least",
            group_thousands(all),
            steps.len()
        );
        Diagnostic::warning(codes::T0527, step.span, message).with_help(format!(
            "write a `step` of {down} nodes if so many may be down, or let the pool have fewer groups: `group_nodes` in its `size`"
        ))
    })
}

/// File systems that nodes mount from another network of the fleet at their site: it admits nobody but its own, and
/// nothing leads from one to the other. What leads into a network that is there already is not known here.
fn out_of_reach(intent: &Intent, placement: &Placement, pool: &Pool, slice: &Slice) -> Vec<Diagnostic> {
    let made = |at: usize| {
        let used = placement.networks.get(at)?;
        let network = used.network.and_then(|id| intent.networks.get(id));
        network.is_none_or(|network| network.existing.is_none()).then_some((used, network))
    };
    let named = |at: usize| {
        let name = made(at)?.1.map_or("default", |network| network.name.value.as_str());
        Some(name.to_owned())
    };
    let apart = pool.mounts.iter().filter_map(|mount| {
        let storage = intent.storages.get(mount.storage.value)?;
        let used = placement.storages.get(mount.storage.value.0 as usize)?.as_ref()?;
        let here = storage.cloud.value == slice.cloud && storage.region.value == slice.region;
        let (own, other) = named(slice.network).zip(named(used.network)).filter(|_| here && slice.network != used.network)?;
        let message = format!(
            "`{}` can't be mounted: the pool is in network `{own}`, and the file system in `{other}`, which admits only its own",
            storage.address
        );
        let error = Diagnostic::error(codes::T0528, mount.storage.span, message);
        Some(error.with_label(storage.span, format!("in network `{other}`")).with_help(
            "give both the same `network`; a file system can't change its own without being made anew, empty: move the pool back, or \
             copy the data into a second one beside it first",
        ))
    });
    apart.collect()
}

/// What a slice's nodes mount: storage of their own region, with what its lowering exports. Data that was moved has to
/// be mounted where it was moved to, by whoever moved it.
fn mounts(intent: &Intent, pool: &Pool, slice: &Slice, exports: &Exports) -> Value {
    let mounted = pool.mounts.iter().filter_map(|mount| {
        let storage = intent.storages.get(mount.storage.value)?;
        let here = storage.cloud.value == slice.cloud && storage.region.value == slice.region;
        let export = exports.storages.get(mount.storage.value.0 as usize).filter(|_| here)?;
        let own = [("path", text(mount.path.value)), ("read_only", Value::Bool(mount.read_only))];
        Some(match export {
            Value::Map(_) => extended(export, own),
            _ => Value::Invalid,
        })
    });
    Value::list(mounted)
}

/// What others see: the thing itself with its exports; invalid where its lowering failed, so that nothing more is said.
fn finish(expander: &mut Expander<'_, '_>, before: bool, this: &Value, export: Value) -> Value {
    let failed = std::mem::replace(&mut expander.incomplete, before) || matches!(export, Value::Invalid);
    if failed {
        expander.incomplete = true;
        return Value::Invalid;
    }
    match export {
        Value::Map(map) => extended(this, map.iter().map(|(key, value)| (key.as_str(), value.clone()))),
        _ => this.clone(),
    }
}

/// `capacity` in a pool's lowering: null for what is not reserved.
fn capacity_of(intent: &Intent, slice: &Slice, exports: &Exports) -> Value {
    let Some(id) = slice.capacity else { return Value::Null };
    let Some(capacity) = intent.capacities.get(id) else { return Value::Null };
    let nothing = || [("product", Value::Null), ("reservation", Value::Null), ("group", Value::Null)];
    match &capacity.kind {
        CapacityKind::Owned => match exports.capacities.get(&id) {
            Some(Value::Map(map)) => {
                let base = extended(&Value::Null, nothing());
                extended(&base, map.iter().map(|(key, value)| (key.as_str(), value.clone())))
            }
            _ => Value::Invalid,
        },
        CapacityKind::Granted { product, source } => {
            let by = match source {
                GrantedSource::Ids(_) => "reservation",
                GrantedSource::Group(_) => "group",
            };
            let base = Value::map([("name", text(capacity.name.value)), ("kind", Value::string("granted"))]);
            let base = extended(&base, nothing());
            extended(&base, [("product", text(*product)), (by, or_null(slice.reservation.map(text)))])
        }
    }
}

/// A name with only letters, digits and dashes, for what must have a name of its own.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_matches('-').to_owned()
}

/// One lowering fails in the same way for every slice of a pool: said once.
fn without_repeats(diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<(&'static str, String), Vec<Option<Span>>> = FxHashMap::default();
    diagnostics.retain(|diagnostic| {
        let places = seen.entry((diagnostic.code.id, diagnostic.message.clone())).or_default();
        let place = diagnostic.primary.as_ref().map(|label| label.span);
        let new = !places.contains(&place);
        if new {
            places.push(place);
        }
        new
    });
}

/// Attributes of a root name that a lowering reads by name anywhere: `image.ami` gives `ami`.
pub(crate) fn attributes_read(lowering: &Lowering, root: &str) -> Vec<Symbol> {
    let mut found = Vec::new();
    each_expression(lowering, &mut |e| {
        if let tonnage_syntax::tree::ExprKind::Attribute(base, name) = &e.kind
            && crate::path::is_variable(base, root)
            && !found.contains(&name.name)
        {
            found.push(name.name);
        }
    });
    found
}

/// Everything that is written in a lowering.
fn each_expression(lowering: &Lowering, found: &mut dyn FnMut(&tonnage_syntax::tree::Expr)) {
    let mut see = |expr: &tonnage_syntax::tree::Expr| body::visit(expr, &mut |e| found(e));
    lowering.locals.iter().for_each(|(_, expr)| see(expr));
    for decl in &lowering.resources {
        let parts = [&decl.body, &decl.when, &decl.for_each, &decl.holds, &decl.update_policy];
        parts.into_iter().flatten().for_each(&mut see);
    }
    lowering.export.iter().for_each(&mut see);
}
