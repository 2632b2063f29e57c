//! Names: what is declared, what refers to what, which value each name has before placement.
//!
//! Must not know what pools, capacities and clouds mean.

pub(crate) mod declared;
pub(crate) mod each;
pub(crate) mod names;
mod order;
mod references;
mod types;
mod uses;
pub mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_syntax::Module;

use self::{
    declared::{Declarations, Family},
    each::instance_name,
    names::{FleetScope, Slots, Thing},
    order::Step,
    variables::VariableSource,
};
use crate::{context::Context, intent::Globals, value::Value};

/// Every name of a fleet with its meaning.
#[derive(Debug)]
pub(crate) struct Resolved<'m> {
    pub declared: Declarations<'m>,
    /// All names known before placement.
    pub scope: FleetScope,
    /// Entries of the `for_each` of capacities, by the name of the block.
    pub capacity_entries: FxHashMap<Symbol, Vec<(Symbol, Value)>>,
    /// Capacities that something refers to.
    pub used_capacities: FxHashSet<Symbol>,
    pub globals: Globals,
}

/// Resolves the names of a fleet.
pub(crate) fn resolve<'m>(module: &'m Module, given: &[(Symbol, VariableSource)], cx: &mut Context) -> Resolved<'m> {
    let declared = Declarations::of(module, cx);
    let used_capacities = references::check_references(module, &declared, cx);
    let variables = variables::evaluate(&declared, given, cx);
    let slots = |family: Family| {
        let members = declared.members(family);
        Arc::new(Slots::new(family, members.list.iter().map(|d| d.name.name)))
    };
    let locals = slots(Family::Local);
    let capacities = slots(Family::Capacity);
    let kind = Symbol::new(Family::Capacity.block());
    for (name, block) in declared.members(Family::Capacity).blocks() {
        if block.body.attribute("for_each").is_none() {
            capacities.set(name.name, Thing::value(kind, name.name));
        }
    }
    let scope = FleetScope::new(&declared, [&variables, &locals, &capacities]);
    let mut capacity_entries = FxHashMap::default();
    let order = order::order(&declared, cx);
    for step in order.broken {
        match step {
            Step::Local(name, _) => locals.set(name.name, Value::Invalid),
            Step::Each(name, _) => capacities.set(name.name, Value::Invalid),
        }
    }
    for step in order.steps {
        match step {
            Step::Local(name, expr) => {
                let value = cx.eval(expr, &scope);
                locals.set(name.name, value);
            }
            Step::Each(name, expr) => {
                let Some(entries) = each::entries(expr, &scope, cx) else {
                    capacities.set(name.name, Value::Invalid);
                    continue;
                };
                let things =
                    entries.iter().map(|(key, _)| (*key, Thing::value(kind, instance_name(name.name, key.as_str()))));
                capacities.set(name.name, Value::Map(Arc::new(things.collect())));
                capacity_entries.insert(name.name, entries);
            }
        }
    }
    let globals = Globals {
        variables: values(&declared, Family::Variable, &variables),
        locals: values(&declared, Family::Local, &locals),
    };
    Resolved { declared, scope, capacity_entries, used_capacities, globals }
}

fn values(declared: &Declarations<'_>, family: Family, slots: &Slots) -> Arc<BTreeMap<Symbol, Value>> {
    let names = declared.members(family).list.iter().map(|d| d.name.name);
    Arc::new(names.filter_map(|name| slots.value(name).map(|value| (name, value))).collect())
}
