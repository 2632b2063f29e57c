//! What names stand for while bodies are evaluated: resources by name, and their attributes.
//! Must not know where the values come from.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_lang::{Namespace, Scope, Value};

use crate::instance::Stem;

/// What `for_each` and `when` made of a declaration.
#[derive(Clone, Debug)]
pub enum Expansion {
    /// One resource.
    Single,
    /// One for each key, in order.
    Many(Arc<Keys>),
    /// `when` is false: no resource.
    Absent,
}

/// Keys of a `for_each`, in order. Addresses are made when they are asked for: most of a large family is asked for by
/// nobody.
#[derive(Debug)]
pub struct Keys {
    /// In order, no two the same.
    pub in_order: Vec<Symbol>,
    /// What the address of each begins with.
    stem: Stem,
    /// Addresses by key, made when one is first asked for.
    by_key: OnceLock<FxHashMap<Symbol, Symbol>>,
}

impl Keys {
    /// Keys that are all different.
    pub fn new(in_order: Vec<Symbol>, stem: Stem) -> Self {
        Self { in_order, stem, by_key: OnceLock::new() }
    }

    /// The address of the one with this key.
    pub fn address(&self, key: Symbol) -> Symbol {
        let mut text = String::with_capacity(64);
        self.stem.write(key, &mut text);
        Symbol::new(&text)
    }

    /// The address of the one with this key, as text, in place of what `out` held.
    pub fn write_address(&self, key: Symbol, out: &mut String) {
        out.clear();
        self.stem.write(key, out);
    }

    /// The address of the one with this key, where there is one.
    fn find(&self, key: Symbol) -> Option<Symbol> {
        let pairs = || self.in_order.iter().map(|&key| (key, self.address(key)));
        self.by_key.get_or_init(|| pairs().collect()).get(&key).copied()
    }
}

/// Keys and values of a `for_each`, or what is wrong with it (nothing, where that was said already).
pub fn indices(value: &Value) -> Result<(Vec<Symbol>, Vec<Value>), Option<String>> {
    let key_of = |value: &Value| match value {
        Value::String(text) => Ok(Symbol::new(text)),
        Value::Invalid => Err(None),
        other => Err(Some(format!("`for_each` takes a list of texts, and one of these is {}", other.type_name()))),
    };
    match value {
        Value::Map(map) => Ok((map.keys().copied().collect(), map.values().cloned().collect())),
        Value::List(items) => Ok((items.iter().map(key_of).collect::<Result<_, _>>()?, items.to_vec())),
        Value::Object(thing) if thing.declared().is_some_and(|(kind, _)| kind == FAMILY) => {
            let member = |name: Symbol| Some((name, thing.index(&Value::string(name.as_str()))?));
            Ok(thing.names().into_iter().filter_map(member).unzip())
        }
        Value::Invalid => Err(None),
        other => Err(Some(format!("`for_each` takes a map or a list of texts; this is {}", other.type_name()))),
    }
}

/// A declared resource as others see it.
#[derive(Debug)]
pub struct Family {
    /// Its name: `nodes`.
    pub name: Symbol,
    /// Its native type.
    pub kind: Symbol,
    /// Attributes it has after it is made; none: the type is not known.
    pub attributes: Option<Arc<[Symbol]>>,
    /// The address of the single one, or of none.
    pub address: Symbol,
    /// Set once `when` and `for_each` are evaluated.
    pub expansion: OnceLock<Expansion>,
}

/// `resource`: the resources of one scope by name.
#[derive(Debug)]
pub struct Families {
    /// In the order they are declared.
    all: Arc<[Arc<Family>]>,
    /// Positions by name, made when a name is first asked for: a fleet may declare a hundred thousand, and each may be
    /// referred to.
    by_name: OnceLock<FxHashMap<Symbol, usize>>,
}

impl Families {
    /// The resources of one scope, in the order they are declared.
    pub fn new(all: Arc<[Arc<Family>]>) -> Self {
        Self { all, by_name: OnceLock::new() }
    }

    /// The first one of this name.
    fn find(&self, name: Symbol) -> Option<&Arc<Family>> {
        let by_name = self.by_name.get_or_init(|| {
            let mut positions = FxHashMap::default();
            for (position, family) in self.all.iter().enumerate() {
                positions.entry(family.name).or_insert(position);
            }
            positions
        });
        self.all.get(*by_name.get(&name)?)
    }
}

impl Namespace for Families {
    fn describe(&self) -> String {
        "the resources of this scope".to_owned()
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        let family = self.find(name)?;
        Some(match family.expansion.get() {
            Some(Expansion::Many(_)) => Value::Object(Arc::new(Members(Arc::clone(family)))),
            _ => Value::Object(Arc::new(Handle { family: Arc::clone(family), address: family.address })),
        })
    }
    fn names(&self) -> Vec<Symbol> {
        self.all.iter().map(|family| family.name).collect()
    }
}

/// `resource.nodes` with `for_each`: indexed by key.
#[derive(Debug)]
struct Members(Arc<Family>);

impl Members {
    fn keys(&self) -> Option<&Keys> {
        match self.0.expansion.get() {
            Some(Expansion::Many(keys)) => Some(keys),
            _ => None,
        }
    }
    fn member(&self, key: Symbol) -> Option<Value> {
        let address = self.keys()?.find(key)?;
        Some(Value::Object(Arc::new(Handle { family: Arc::clone(&self.0), address })))
    }
}

impl Namespace for Members {
    fn describe(&self) -> String {
        format!("`resource.{}` (it has `for_each`: index it by key)", self.0.name)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        self.member(name)
    }
    fn index(&self, key: &Value) -> Option<Value> {
        self.member(key.as_key().ok()?)
    }
    fn names(&self) -> Vec<Symbol> {
        self.keys().map(|keys| keys.in_order.clone()).unwrap_or_default()
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        Some((Symbol::new(FAMILY), self.0.name))
    }
}

/// What [`Namespace::declared`] calls one resource; its name is its address.
pub const RESOURCE: &str = "resource";
/// What [`Namespace::declared`] calls all resources of a `for_each`; its name is the name of the block.
pub const FAMILY: &str = "resource family";

/// One resource: `ref` and `att`.
#[derive(Debug)]
struct Handle {
    family: Arc<Family>,
    address: Symbol,
}

impl Namespace for Handle {
    fn describe(&self) -> String {
        format!("resource `{}` (its identifier is `ref`, its other attributes are under `att`)", self.address)
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        match name.as_str() {
            "ref" => Some(Value::Reference { address: self.address, attribute: None }),
            "att" => Some(Value::Object(Arc::new(Attributes {
                family: Arc::clone(&self.family),
                address: self.address,
                prefix: None,
            }))),
            _ => None,
        }
    }
    fn names(&self) -> Vec<Symbol> {
        vec![Symbol::new("ref"), Symbol::new("att")]
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        Some((Symbol::new(RESOURCE), self.address))
    }
}

/// `resource.nodes.att`: attributes known after the resource is made. A dotted one (`Endpoint.Address`) is reached
/// step by step.
#[derive(Debug)]
struct Attributes {
    family: Arc<Family>,
    address: Symbol,
    prefix: Option<Symbol>,
}

impl Attributes {
    fn full(&self, name: Symbol) -> Symbol {
        self.prefix.map_or(name, |prefix| Symbol::new(&format!("{prefix}.{name}")))
    }
}

impl Namespace for Attributes {
    fn describe(&self) -> String {
        match self.prefix {
            None => format!("the attributes of {}", self.family.kind),
            Some(prefix) => format!("`{prefix}` of {}", self.family.kind),
        }
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        let full = self.full(name);
        let Some(known) = &self.family.attributes else {
            return Some(Value::Reference { address: self.address, attribute: Some(full) });
        };
        if known.contains(&full) {
            return Some(Value::Reference { address: self.address, attribute: Some(full) });
        }
        let dotted = format!("{full}.");
        known.iter().any(|attribute| attribute.as_str().starts_with(&dotted)).then(|| {
            Value::Object(Arc::new(Self {
                family: Arc::clone(&self.family),
                address: self.address,
                prefix: Some(full),
            }))
        })
    }
    fn names(&self) -> Vec<Symbol> {
        let dotted = self.prefix.map(|prefix| format!("{prefix}."));
        let after = |attribute: &Symbol| match &dotted {
            None => Some(Symbol::new(attribute.as_str().split('.').next().unwrap_or(""))),
            Some(dotted) => attribute.as_str().strip_prefix(dotted.as_str()).map(Symbol::new),
        };
        self.family.attributes.iter().flat_map(|known| known.iter()).filter_map(after).collect()
    }
}

/// Root names of one instance of a lowering (or of the fleet's own resources).
#[derive(Clone, Debug, Default)]
pub struct Roots {
    names: Vec<(Symbol, Value)>,
}

impl Roots {
    /// Sets what a name stands for.
    pub fn set(&mut self, name: &str, value: Value) {
        let name = Symbol::new(name);
        match self.names.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => self.names.push((name, value)),
        }
    }
    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.names.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl Scope for Roots {
    fn lookup(&self, name: Symbol) -> Option<Value> {
        self.names.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }
    fn names(&self) -> Vec<Symbol> {
        self.names.iter().map(|(name, _)| *name).collect()
    }
}

/// `each`: one index of a `for_each`.
#[derive(Debug)]
pub struct Each {
    /// The words `key` and `value`.
    pub words: [Symbol; 2],
    /// The key.
    pub key: Symbol,
    /// The value.
    pub value: Value,
}

impl Namespace for Each {
    fn describe(&self) -> String {
        "`each`".to_owned()
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        let [key, value] = self.words;
        if name == key { Some(Value::string(self.key.as_str())) } else { (name == value).then(|| self.value.clone()) }
    }
    fn names(&self) -> Vec<Symbol> {
        self.words.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_found_by_its_name_and_the_first_of_a_name_counts() {
        let family = |name: &str, address: &str| {
            Arc::new(Family {
                name: Symbol::new(name),
                kind: Symbol::new("T"),
                attributes: None,
                address: Symbol::new(address),
                expansion: OnceLock::new(),
            })
        };
        let families = Families::new(Arc::from([family("a", "resource.a"), family("b", "1"), family("b", "2")]));
        let address = |name: &str| match families.get(Symbol::new(name)) {
            Some(Value::Object(object)) => object.declared().map(|(_, address)| address.as_str()),
            _ => None,
        };
        assert_eq!([address("a"), address("b"), address("c")], [Some("resource.a"), Some("1"), None]);
    }
}
