//! What names mean while a fleet's own expressions are evaluated: `var`, `local`, `cloud`, `capacity`, …
//!
//! Must not know blocks: only which names are declared.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;

use super::declared::{Declarations, Family};
use crate::{
    scope::{Namespace, Scope},
    value::Value,
};

/// A family of named values, each set once.
#[derive(Debug)]
pub(crate) struct Slots {
    pub family: Family,
    names: Vec<Symbol>,
    positions: FxHashMap<Symbol, usize>,
    values: Vec<OnceLock<Value>>,
}

impl Slots {
    pub fn new(family: Family, names: impl IntoIterator<Item = Symbol>) -> Self {
        let names: Vec<Symbol> = names.into_iter().collect();
        let positions = names.iter().enumerate().map(|(i, &name)| (name, i)).collect();
        let values = names.iter().map(|_| OnceLock::new()).collect();
        Self { family, names, positions, values }
    }

    /// Sets a value; the first one stays.
    pub fn set(&self, name: Symbol, value: Value) {
        if let Some(slot) = self.positions.get(&name).and_then(|&i| self.values.get(i)) {
            let _ = slot.set(value);
        }
    }

    /// The value of a declared name, once set.
    pub fn value(&self, name: Symbol) -> Option<Value> {
        self.positions.get(&name).and_then(|&i| self.values.get(i)).and_then(|slot| slot.get()).cloned()
    }
}

impl Namespace for Slots {
    fn describe(&self) -> String {
        format!("`{}`", self.family.root())
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        self.value(name)
    }
    fn names(&self) -> Vec<Symbol> {
        self.names.clone()
    }
}

/// One declared thing, before it means more than its name.
#[derive(Debug)]
pub(crate) struct Thing {
    kind: Symbol,
    name: Symbol,
    key: Symbol,
    /// What else it has is known only after placement.
    grows: bool,
}

impl Thing {
    /// The thing of a family and name, in the module of a prefix (`module.east.`; empty for the root).
    pub fn value(family: Family, prefix: Symbol, name: Symbol) -> Value {
        Value::Object(Arc::new(Self {
            kind: Symbol::new(family.root()),
            name,
            key: key(prefix, name),
            grows: matches!(family, Family::Network | Family::Capacity | Family::Storage),
        }))
    }
}

/// `lookup.NAME` before the cloud is read.
#[derive(Debug)]
struct Looked {
    address: Symbol,
    id: Option<Symbol>,
}

/// What `lookup.NAME` stands for before the cloud is read: its identifier where it is written, and references.
pub(crate) fn looked_up(address: Symbol, id: Option<Symbol>) -> Value {
    Value::Object(Arc::new(Looked { address, id }))
}

/// Whether an address is that of a lookup.
pub fn is_lookup(address: Symbol) -> bool {
    let last = address.as_str().split("lookup.").next();
    last.is_some_and(|before| before.len() < address.as_str().len() && (before.is_empty() || before.ends_with('.')))
}

/// `["east"]`, as addresses write a key.
pub(crate) fn key_suffix(key: Symbol) -> String {
    super::each::instance_name(Symbol::new(""), key.as_str()).to_string()
}

impl Namespace for Looked {
    fn describe(&self) -> String {
        format!("`{}` (its identifier is `ref`, what else it has is under `att`)", self.address)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        match (name.as_str(), self.id) {
            ("ref", Some(id)) => Some(Value::string(id.as_str())),
            ("ref", None) => Some(Value::Reference { address: self.address, attribute: None }),
            ("att", _) => Some(Value::Object(Arc::new(Attributes { address: self.address }))),
            _ => None,
        }
    }
    fn names(&self) -> Vec<Symbol> {
        vec![Symbol::new("ref"), Symbol::new("att")]
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        Some((Symbol::new("lookup"), self.address))
    }
}

/// The name of a thing among those of all modules: `module.east.floor`.
pub(crate) fn key(prefix: Symbol, name: Symbol) -> Symbol {
    if prefix.as_str().is_empty() { name } else { Symbol::new(&format!("{prefix}{name}")) }
}

impl Namespace for Thing {
    fn describe(&self) -> String {
        format!("{} `{}`", self.kind, self.key)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        match name.as_str() {
            "name" => Some(Value::string(self.name.as_str())),
            _ if self.grows => Some(Value::Unknown(Symbol::new("known only after placement"))),
            _ => None,
        }
    }
    fn names(&self) -> Vec<Symbol> {
        vec![Symbol::new("name")]
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        Some((self.kind, self.key))
    }
}

/// `resource` before anything is lowered: references by name alone, for what is handed into modules and out of them.
#[derive(Debug)]
struct Resources {
    /// `module.east.resource`.
    at: String,
    names: Vec<Symbol>,
}

impl Namespace for Resources {
    fn describe(&self) -> String {
        "`resource`".to_owned()
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        let declared = self.names.contains(&name);
        declared.then(|| Value::Object(Arc::new(Handle { address: Symbol::new(&format!("{}.{name}", self.at)) })))
    }
    fn names(&self) -> Vec<Symbol> {
        self.names.clone()
    }
}

/// `resource.vpc`, or one of its instances.
#[derive(Debug)]
struct Handle {
    address: Symbol,
}

impl Namespace for Handle {
    fn describe(&self) -> String {
        format!("resource `{}` (its identifier is `ref`, its other attributes are under `att`)", self.address)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        match name.as_str() {
            "ref" => Some(Value::Reference { address: self.address, attribute: None }),
            "att" => Some(Value::Object(Arc::new(Attributes { address: self.address }))),
            _ => None,
        }
    }
    fn index(&self, key: &Value) -> Option<Value> {
        let key = key.as_key().ok()?;
        Some(Value::Object(Arc::new(Self { address: super::each::instance_name(self.address, key.as_str()) })))
    }
    fn names(&self) -> Vec<Symbol> {
        vec![Symbol::new("ref"), Symbol::new("att")]
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        Some((Symbol::new("resource"), self.address))
    }
}

/// `resource.vpc.att`. Which attributes its type has is checked where it is lowered.
#[derive(Debug)]
struct Attributes {
    address: Symbol,
}

impl Namespace for Attributes {
    fn describe(&self) -> String {
        format!("the attributes of `{}`", self.address)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        Some(Value::Reference { address: self.address, attribute: Some(name) })
    }
    fn index(&self, key: &Value) -> Option<Value> {
        self.get(key.as_key().ok()?)
    }
    fn names(&self) -> Vec<Symbol> {
        Vec::new()
    }
}

/// A root that was reported wherever it stands: everything made from it is invalid, silently.
#[derive(Debug)]
struct Reported(&'static str);

impl Namespace for Reported {
    fn describe(&self) -> String {
        format!("`{}`", self.0)
    }
    fn get(&self, _name: Symbol) -> Option<Value> {
        Some(Value::Invalid)
    }
    fn index(&self, _key: &Value) -> Option<Value> {
        Some(Value::Invalid)
    }
    fn names(&self) -> Vec<Symbol> {
        Vec::new()
    }
}

/// The names of a fleet's own expressions. Cloning is cheap.
#[derive(Clone, Debug)]
pub(crate) struct FleetScope {
    roots: Arc<[(Symbol, Value)]>,
    /// Not suggested: each was reported where it stands.
    hidden: Arc<[(Symbol, Value)]>,
    each: Option<(Symbol, Value)>,
}

impl FleetScope {
    /// No names: for what must be written out.
    pub fn none() -> Self {
        Self { roots: Arc::new([]), hidden: Arc::new([]), each: None }
    }

    /// No names, where `references` has reported each that is used.
    pub fn reported() -> Self {
        Self::with_roots(Vec::new())
    }

    /// `var` alone, for validations.
    pub fn of_variables(variables: &Arc<Slots>) -> Self {
        Self::with_roots(vec![root(variables)])
    }

    /// All names that are known before placement.
    pub fn new(known: &[Arc<Slots>]) -> Self {
        Self::with_roots(known.iter().map(root).collect())
    }

    /// The same names, and `resource` by name alone: for what is handed into modules and out of them.
    pub fn with_resources(&self, declared: &Declarations<'_>, prefix: Symbol) -> Self {
        let names = declared.members(Family::Resource).list.iter().map(|d| d.name.name).collect();
        let resources = Resources { at: format!("{prefix}resource"), names };
        let resources = (Symbol::new(Family::Resource.root()), Value::Object(Arc::new(resources)));
        Self { roots: self.roots.iter().cloned().chain([resources]).collect(), ..self.clone() }
    }

    fn with_roots(roots: Vec<(Symbol, Value)>) -> Self {
        let hidden = Family::ALL.map(Family::root).into_iter();
        Self {
            roots: roots.into(),
            hidden: hidden.map(|name| (Symbol::new(name), Value::Object(Arc::new(Reported(name))))).collect(),
            each: None,
        }
    }

    /// The same names, and `each`.
    pub fn with_each(&self, key: &str, value: Value) -> Self {
        let each = Value::map([("key", Value::string(key)), ("value", value)]);
        Self { each: Some((Symbol::new("each"), each)), ..self.clone() }
    }
}

fn root(slots: &Arc<Slots>) -> (Symbol, Value) {
    (Symbol::new(slots.family.root()), Value::Object(Arc::<Slots>::clone(slots)))
}

impl Scope for FleetScope {
    fn lookup(&self, name: Symbol) -> Option<Value> {
        let mut all = self.roots.iter().chain(&self.each).chain(self.hidden.iter());
        all.find(|(root, _)| *root == name).map(|(_, value)| value.clone())
    }
    fn names(&self) -> Vec<Symbol> {
        self.roots.iter().chain(&self.each).map(|(name, _)| *name).collect()
    }
}
