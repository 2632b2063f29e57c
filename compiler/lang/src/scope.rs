//! What names mean while an expression is evaluated. Must not know any particular name.

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::value::Value;

/// A declared thing, or a family of them, whose attributes are looked up by name.
pub trait Namespace: std::fmt::Debug + Send + Sync {
    /// What it is, for messages: ``cloud `aws` ``, `the clouds of this fleet`.
    fn describe(&self) -> String;
    /// The attribute of this name; none where there is no such name.
    fn get(&self, name: Symbol) -> Option<Value>;
    /// `[key]` on it (a resource with `for_each`); none where it can't be indexed so.
    fn index(&self, _key: &Value) -> Option<Value> {
        None
    }
    /// All names, for suggestions.
    fn names(&self) -> Vec<Symbol>;
    /// For one declared thing: the kind of its block and its name (`cloud`, `aws`). None for families.
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        None
    }
}

/// Root names while an expression is evaluated.
pub trait Scope {
    /// The value of a bare name; none where there is no such name.
    fn lookup(&self, name: Symbol) -> Option<Value>;
    /// All root names, for suggestions.
    fn names(&self) -> Vec<Symbol>;
}

/// No names at all: for constant expressions.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptyScope;

impl Scope for EmptyScope {
    fn lookup(&self, _name: Symbol) -> Option<Value> {
        None
    }
    fn names(&self) -> Vec<Symbol> {
        Vec::new()
    }
}

/// A place in a [`Frame`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot(usize);

/// A few names over another scope: the variables of a `for`, `each`, `self`. A name of the frame hides the same name of
/// the parent, a later one of the frame an earlier one. Made once and set again for each instance: setting a slot
/// copies and allocates nothing.
pub struct Frame<'a> {
    parent: &'a dyn Scope,
    bindings: Vec<(Symbol, Value)>,
}

impl<'a> Frame<'a> {
    /// No names yet.
    pub fn new(parent: &'a dyn Scope) -> Self {
        Self { parent, bindings: Vec::new() }
    }

    /// With one more name.
    #[must_use]
    pub fn with(mut self, name: Symbol, value: Value) -> Self {
        self.bind(name, value);
        self
    }

    /// Adds a name; the slot is for [`Frame::set`].
    pub fn bind(&mut self, name: Symbol, value: Value) -> Slot {
        self.bindings.push((name, value));
        Slot(self.bindings.len() - 1)
    }

    /// Gives a name another value. The slot is of this frame.
    pub fn set(&mut self, slot: Slot, value: Value) {
        if let Some(binding) = self.bindings.get_mut(slot.0) {
            binding.1 = value;
        }
    }
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.bindings).finish()
    }
}

impl Scope for Frame<'_> {
    fn lookup(&self, name: Symbol) -> Option<Value> {
        match self.bindings.iter().rev().find(|(bound, _)| *bound == name) {
            Some((_, value)) => Some(value.clone()),
            None => self.parent.lookup(name),
        }
    }
    fn names(&self) -> Vec<Symbol> {
        let mut names: Vec<Symbol> = self.bindings.iter().map(|(name, _)| *name).collect();
        names.extend(self.parent.names());
        names
    }
}

/// A family whose members are all known: `var`, `local`, `each`, `fleet`.
#[derive(Clone, Debug)]
pub struct MapNamespace {
    description: String,
    declared: Option<(Symbol, Symbol)>,
    entries: BTreeMap<Symbol, Value>,
}

impl MapNamespace {
    /// A family; `description` as [`Namespace::describe`] gives it: `the variables of this fleet`.
    pub fn new(description: impl Into<String>, entries: BTreeMap<Symbol, Value>) -> Self {
        Self { description: description.into(), declared: None, entries }
    }

    /// One declared thing with its attributes, described as ``kind `name` ``.
    pub fn declared(kind: Symbol, name: Symbol, entries: BTreeMap<Symbol, Value>) -> Self {
        Self { description: format!("{kind} `{name}`"), declared: Some((kind, name)), entries }
    }

    /// As a value.
    pub fn into_value(self) -> Value {
        Value::Object(std::sync::Arc::new(self))
    }
}

impl Namespace for MapNamespace {
    fn describe(&self) -> String {
        self.description.clone()
    }
    fn get(&self, name: Symbol) -> Option<Value> {
        self.entries.get(&name).cloned()
    }
    fn names(&self) -> Vec<Symbol> {
        self.entries.keys().copied().collect()
    }
    fn declared(&self) -> Option<(Symbol, Symbol)> {
        self.declared
    }
}
