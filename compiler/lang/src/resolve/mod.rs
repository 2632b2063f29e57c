//! Names: what is declared, what refers to what, which value each name has before placement; in the fleet's own files
//! and in each instance of each module.
//!
//! Must not know what pools, capacities and clouds mean.

pub(crate) mod cidr;
pub mod declared;
pub(crate) mod each;
pub(crate) mod modules;
pub(crate) mod names;
mod order;
pub mod references;
mod types;
pub(crate) mod uses;
pub mod variables;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_syntax::{Module, tree::Ident};

use self::{
    declared::{Declarations, Family},
    each::instance_name,
    modules::ModuleFolder,
    names::{FleetScope, Slots, Thing},
    order::{Order, Step},
    variables::{Given, VariableSource},
};
use crate::{build::looked_up, context::Context, intent::Globals, value::Value};

/// What is known of the files of one folder, whoever calls it.
#[derive(Debug)]
pub(crate) struct Folder<'m> {
    pub declared: Declarations<'m>,
    /// Capacities that something refers to.
    pub used_capacities: FxHashSet<Symbol>,
    order: Order<'m>,
}

/// Every name of a fleet, or of one instance of a module, with its meaning.
#[derive(Debug)]
pub(crate) struct Resolved<'m> {
    /// What its addresses begin with: `module.east.`; empty for the fleet itself.
    pub prefix: Symbol,
    /// Who called it, in the list of all, under which name and key; none for the fleet itself.
    pub caller: Option<Caller>,
    pub folder: Rc<Folder<'m>>,
    /// All names known before placement.
    pub scope: FleetScope,
    /// Entries of the `for_each` of things, by family and the name of the block.
    pub entries: FxHashMap<(Family, Symbol), Vec<(Symbol, Value)>>,
    pub globals: Globals,
    /// Values of its outputs; those known only after placement are unknown.
    pub outputs: BTreeMap<Symbol, Value>,
}

/// Who called a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// The position among all that are resolved.
    pub position: usize,
    /// The label of the `module` block.
    pub name: Ident,
    /// The key of its `for_each`.
    pub key: Option<Symbol>,
}

/// Resolves the names of a fleet and of all modules it calls: the fleet comes first, callers before what they call.
pub(crate) fn resolve<'m>(
    module: &'m Module,
    modules: &'m [ModuleFolder],
    given: &[(Symbol, VariableSource)],
    cx: &mut Context,
) -> Vec<Resolved<'m>> {
    let declared = Declarations::of(module, cx);
    let used_capacities = references::check_references(module, &declared, cx);
    let order = order::order(&declared, cx);
    let folder = Rc::new(Folder { declared, used_capacities, order });
    let mut resolver =
        Resolver { modules, root: Rc::clone(&folder), folders: FxHashMap::default(), all: Vec::new(), clouds: None };
    let place = Place { path: String::new(), prefix: Symbol::new(""), caller: None, callers: Vec::new() };
    resolver.instance(place, folder, &Given::Outside(given), cx);
    resolver.all.into_iter().flatten().collect()
}

/// Checks the references of files that declare nothing of their own: tests.
pub(crate) fn check_more(module: &Module, declared: &Declarations<'_>, cx: &mut Context) {
    references::check_references(module, declared, cx);
}

/// Resolves modules as they are called.
struct Resolver<'m> {
    modules: &'m [ModuleFolder],
    root: Rc<Folder<'m>>,
    /// Folders looked into so far; none: something in it keeps it from being used, and that was said.
    folders: FxHashMap<String, Rc<Folder<'m>>>,
    all: Vec<Option<Resolved<'m>>>,
    /// The clouds of the fleet.
    clouds: Option<Arc<Slots>>,
}

/// Where an instance stands.
struct Place {
    /// Its folder, from that of the fleet.
    path: String,
    prefix: Symbol,
    caller: Option<Caller>,
    /// The folders of those that lead to it.
    callers: Vec<String>,
}

impl<'m> Resolver<'m> {
    /// Resolves one instance and everything it calls; its position.
    fn instance(&mut self, place: Place, folder: Rc<Folder<'m>>, given: &Given<'_>, cx: &mut Context) -> usize {
        let position = self.all.len();
        self.all.push(None);
        let declared = &folder.declared;
        let prefix = place.prefix;
        let variables = variables::evaluate(declared, given, cx);
        let slots = |family: Family| {
            let members = declared.members(family);
            Arc::new(Slots::new(family, members.list.iter().map(|d| d.name.name)))
        };
        let mut known: Vec<Arc<Slots>> = vec![variables];
        known.extend(Family::ALL.into_iter().filter(|family| !NOT_NOW.contains(family)).map(slots));
        // the clouds of the fleet are those of its modules
        match (&self.clouds, known.iter_mut().find(|slots| slots.family == Family::Cloud)) {
            (Some(clouds), Some(own)) => *own = Arc::clone(clouds),
            (None, Some(own)) => self.clouds = Some(Arc::clone(own)),
            _ => {}
        }
        let of = |family: Family| known.iter().find(|slots| slots.family == family);
        for family in Family::THINGS.into_iter().chain([Family::Cloud]) {
            let Some(slots) = of(family) else { continue };
            for (name, block) in declared.members(family).blocks() {
                if block.body.attribute("for_each").is_none() {
                    slots.set(name.name, Thing::value(family, prefix, name.name));
                }
            }
        }
        let set = |family: Family, name: Ident, value: Value| {
            if let Some(slots) = of(family) {
                slots.set(name.name, value);
            }
        };
        let scope = FleetScope::new(&known);
        let mut entries = FxHashMap::default();
        for step in &folder.order.broken {
            set(step.family(), step.name(), Value::Invalid);
        }
        for &step in &folder.order.steps {
            let value = match step {
                Step::Local(_, expr) => cx.eval(expr, &scope),
                Step::Each(family, name, expr) => match each::entries(expr, &scope, cx) {
                    None => Value::Invalid,
                    Some(found) => {
                        let things = found.iter().map(|(key, _)| {
                            (*key, Thing::value(family, prefix, instance_name(name.name, key.as_str())))
                        });
                        let things = Value::Map(Arc::new(things.collect()));
                        entries.insert((family, name.name), found);
                        things
                    }
                },
                Step::Cidr(name, block) => cidr::plan(name, block, &scope, cx),
                Step::Lookup(name, block) => {
                    let address = |name: Symbol| Symbol::new(&format!("{prefix}lookup.{name}"));
                    match block.body.attribute("for_each") {
                        None => looked_up(block, address(name.name), &scope, cx),
                        Some(each) => match each::entries(&each.value, &scope, cx) {
                            None => Value::Invalid,
                            Some(found) => {
                                let instances = each::instances(name, Some(&found), &scope);
                                let mut values = BTreeMap::new();
                                for ((key, _), instance) in found.iter().zip(&instances) {
                                    values.insert(*key, looked_up(block, address(instance.name), &instance.scope, cx));
                                }
                                entries.insert((Family::Lookup, name.name), found);
                                Value::Map(Arc::new(values))
                            }
                        },
                    }
                }
                Step::Module(name, block) => {
                    let scope = scope.with_resources(declared, prefix);
                    self.call(&place, position, name, block, &scope, cx)
                }
            };
            set(step.family(), step.name(), value);
        }
        let values = |family: Family| -> Arc<BTreeMap<Symbol, Value>> {
            let Some(slots) = of(family) else { return Arc::default() };
            let names = declared.members(family).list.iter().map(|d| d.name.name);
            Arc::new(names.filter_map(|name| slots.value(name).map(|value| (name, value))).collect())
        };
        let globals =
            Globals { variables: values(Family::Variable), locals: values(Family::Local), plans: values(Family::Cidr) };
        let shown = place.caller.is_none();
        let outputs = modules::outputs(declared, &scope.with_resources(declared, prefix), shown, cx);
        let resolved =
            Resolved { prefix, caller: place.caller, folder: Rc::clone(&folder), scope, entries, globals, outputs };
        if let Some(slot) = self.all.get_mut(position) {
            *slot = Some(resolved);
        }
        position
    }
}

/// Families that have no meaning before placement.
const NOT_NOW: [Family; 3] = [Family::Variable, Family::Pool, Family::Resource];
