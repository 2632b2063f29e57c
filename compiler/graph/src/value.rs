//! Values of native properties, stored once each: equal values have equal ids.
//!
//! A body is a [`ValueId`]. Comparing two bodies is comparing two `u32`; 512 identical bodies are one. Must not know
//! what a property means.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use tonnage_base::{
    Symbol, SymbolMap,
    hash::{fold, spread},
};

/// Bodies nested deeper than this cross no edge: readers of JSON refuse them (serde_json's own bound is 128).
pub const MAX_DEPTH: u8 = 100;

tonnage_base::typed_ids! {
    /// A value in a [`Values`] store. Meaningless in another store.
    ValueId,
}

/// A range in the store's list of children.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    start: u32,
    len: u32,
}

/// One value, children by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// Absent in HCL; a property that is null is left out of its map before it is stored.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as canonical decimal text (no exponent, no trailing zeros).
    Number(Symbol),
    /// Text.
    String(Symbol),
    /// In order.
    List(Range),
    /// Keys in order of their text, each followed by its value: see [`Values::entries`].
    Map(Range),
    /// An attribute of another resource: its identifier (`None`: what CloudFormation's `Ref` gives) or a named one.
    Reference(Reference),
    /// Text with references in it: the parts are `String` and `Reference` (and `Unknown`, once a plan resolved them).
    Join(Range),
    /// Not known before apply (a reference to something about to be created or replaced, once resolved).
    Unknown(Reference),
}

/// A reference to a resource of the graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reference {
    /// The address of the resource.
    pub address: Symbol,
    /// The attribute; none for the identifier.
    pub attribute: Option<Symbol>,
}

/// Where the value of a reference comes from that is of no resource: a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Secret<'a> {
    /// A sensitive variable of the fleet: whoever applies gives its value.
    Variable(&'a str),
    /// What stands at this address of a store; the cloud reads it.
    Stored(&'a str),
}

impl Reference {
    /// The secret that it refers to; none where it refers to a resource.
    pub fn secret(&self) -> Option<Secret<'static>> {
        let address = self.address.as_str();
        match address.strip_prefix("var.") {
            Some(name) => Some(Secret::Variable(name)),
            None => address.contains("://").then_some(Secret::Stored(address)),
        }
    }
}

/// The store. Values are only ever added.
#[derive(Clone, Default)]
pub struct Values {
    nodes: Vec<Node>,
    /// Children of lists and joins are value ids; of maps, alternately a key's id (a `String` node) and a value's id.
    children: Vec<ValueId>,
    /// Levels of lists, joins and maps below and with each node; 255 stands for that many or more.
    depths: Vec<u8>,
    /// Texts by symbol: most values are texts.
    texts: SymbolMap<ValueId>,
    /// All others by hash, which is kept: growing reads no value.
    index: HashTable<(u32, ValueId)>,
    /// Room in which the children of a map are gathered.
    scratch: Vec<ValueId>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Values({} nodes)", self.nodes.len())
    }
}

impl Values {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The node of an id.
    pub fn node(&self, id: ValueId) -> Node {
        self.nodes.get(id.0 as usize).copied().unwrap_or(Node::Null)
    }

    /// The text of a scalar; none: it is nothing, several things, or not known yet.
    pub fn scalar(&self, id: ValueId) -> Option<&str> {
        match self.node(id) {
            Node::Bool(true) => Some("true"),
            Node::Bool(false) => Some("false"),
            Node::Number(text) | Node::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The elements of a list or the parts of a join; empty for anything else.
    pub fn items(&self, id: ValueId) -> &[ValueId] {
        match self.node(id) {
            Node::List(r) | Node::Join(r) => self.slice(r),
            _ => &[],
        }
    }

    /// The entries of a map in order of their keys' text; empty for anything else.
    pub fn entries(&self, id: ValueId) -> impl ExactSizeIterator<Item = (Symbol, ValueId)> + '_ {
        let children = match self.node(id) {
            Node::Map(r) => self.slice(r),
            _ => &[],
        };
        children.chunks_exact(2).map(|pair| (self.text(pair[0]), pair[1]))
    }

    /// The value under `key` of a map.
    pub fn get(&self, id: ValueId, key: Symbol) -> Option<ValueId> {
        self.entries(id).find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// Stores null.
    pub fn null(&mut self) -> ValueId {
        self.intern(Node::Null)
    }
    /// Stores a boolean.
    pub fn bool(&mut self, value: bool) -> ValueId {
        self.intern(Node::Bool(value))
    }
    /// Stores a number, given as canonical decimal text.
    pub fn number(&mut self, text: Symbol) -> ValueId {
        self.intern(Node::Number(text))
    }
    /// Stores text.
    pub fn string(&mut self, text: Symbol) -> ValueId {
        match self.texts.get(text) {
            Some(known) => known,
            None => {
                let id = self.push(Node::String(text));
                self.texts.insert(text, id);
                id
            }
        }
    }
    /// Stores a reference.
    pub fn reference(&mut self, reference: Reference) -> ValueId {
        self.intern(Node::Reference(reference))
    }
    /// Stores a value that is known only after apply.
    pub fn unknown(&mut self, reference: Reference) -> ValueId {
        self.intern(Node::Unknown(reference))
    }
    /// Stores a list.
    pub fn list(&mut self, items: &[ValueId]) -> ValueId {
        self.compound(items, Node::List)
    }
    /// Stores text with references in it. Neighbouring texts are joined; one part alone is that part.
    pub fn join(&mut self, parts: &[ValueId]) -> ValueId {
        let mut merged: Vec<ValueId> = Vec::with_capacity(parts.len());
        for &part in parts {
            match (merged.last().map(|&last| self.node(last)), self.node(part)) {
                (_, Node::String(text)) if text == "" => {}
                (Some(Node::String(a)), Node::String(b)) => {
                    let both = self.string(Symbol::new(&format!("{a}{b}")));
                    merged.pop();
                    merged.push(both);
                }
                _ => merged.push(part),
            }
        }
        match merged.as_slice() {
            [] => self.string(Symbol::new("")),
            [only] => *only,
            _ => self.compound(&merged, Node::Join),
        }
    }
    /// Stores a map. Entries may come in any order; a key given twice keeps its last value; null values are left out.
    pub fn map(&mut self, entries: &mut [(Symbol, ValueId)]) -> ValueId {
        entries.sort_by_key(|(key, _)| *key);
        self.map_sorted(entries)
    }

    /// [`Values::map`] of entries that are in order of their keys' text already: for one shape stored many times.
    pub fn map_sorted(&mut self, entries: &[(Symbol, ValueId)]) -> ValueId {
        let mut flat = std::mem::take(&mut self.scratch);
        flat.clear();
        for (position, &(key, value)) in entries.iter().enumerate() {
            let repeated = entries.get(position + 1).is_some_and(|(next, _)| *next == key);
            if !repeated && self.node(value) != Node::Null {
                let key = self.string(key);
                flat.push(key);
                flat.push(value);
            }
        }
        let id = self.compound(&flat, Node::Map);
        self.scratch = flat;
        id
    }

    /// Every reference inside a value, depth first, repeats kept.
    pub fn references(&self, id: ValueId) -> Vec<Reference> {
        let mut found = Vec::new();
        self.each_reference(id, &mut Vec::new(), |reference| found.push(reference));
        found
    }

    /// Calls `found` with every reference inside a value, depth first. `stack` is scratch space, kept between calls.
    pub fn each_reference(&self, id: ValueId, stack: &mut Vec<ValueId>, mut found: impl FnMut(Reference)) {
        stack.clear();
        stack.push(id);
        while let Some(id) = stack.pop() {
            match self.node(id) {
                Node::Reference(r) => found(r),
                Node::List(r) | Node::Join(r) => stack.extend(self.slice(r).iter().rev()),
                Node::Map(r) => stack.extend(self.slice(r).iter().skip(1).step_by(2).rev()),
                _ => {}
            }
        }
    }

    /// Levels of lists, joins and maps inside a value: 0 for a scalar, 1 for `[1]`. 255 stands for that many or more.
    pub fn depth(&self, id: ValueId) -> u8 {
        self.depths.get(id.0 as usize).copied().unwrap_or(0)
    }

    /// Number of distinct values stored.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn text(&self, id: ValueId) -> Symbol {
        match self.node(id) {
            Node::String(text) => text,
            _ => Symbol::new(""),
        }
    }

    fn slice(&self, range: Range) -> &[ValueId] {
        self.children.get(range.start as usize..(range.start + range.len) as usize).unwrap_or(&[])
    }

    fn intern(&mut self, node: Node) -> ValueId {
        let hash = hash(node, &[]);
        let nodes = &self.nodes;
        let found =
            self.index.find(spread(hash), |&(other, id)| other == hash && nodes.get(id.0 as usize) == Some(&node));
        match found {
            Some(&(_, id)) => id,
            None => self.insert(node, hash),
        }
    }

    fn compound(&mut self, items: &[ValueId], make: fn(Range) -> Node) -> ValueId {
        let probe = make(Range { start: 0, len: 0 });
        let hash = hash(probe, items);
        let found = self.index.find(spread(hash), |&(other, id)| {
            other == hash
                && match (self.node(id), probe) {
                    (Node::List(r), Node::List(_)) | (Node::Map(r), Node::Map(_)) | (Node::Join(r), Node::Join(_)) => {
                        self.slice(r) == items
                    }
                    _ => false,
                }
        });
        if let Some(&(_, id)) = found {
            return id;
        }
        let range = Range {
            start: u32::try_from(self.children.len()).unwrap_or(u32::MAX),
            len: u32::try_from(items.len()).unwrap_or(u32::MAX),
        };
        self.children.extend_from_slice(items);
        self.insert(make(range), hash)
    }

    fn insert(&mut self, node: Node, hash: u32) -> ValueId {
        let id = self.push(node);
        self.index.insert_unique(spread(hash), (hash, id), |&(hash, _)| spread(hash));
        id
    }

    fn push(&mut self, node: Node) -> ValueId {
        let id = ValueId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let depth = match node {
            Node::List(r) | Node::Map(r) | Node::Join(r) => {
                self.slice(r).iter().map(|&child| self.depth(child)).max().unwrap_or(0).saturating_add(1)
            }
            _ => 0,
        };
        self.nodes.push(node);
        self.depths.push(depth);
        id
    }
}

fn hash(node: Node, items: &[ValueId]) -> u32 {
    let mut hasher = FxHasher::default();
    std::mem::discriminant(&node).hash(&mut hasher);
    match node {
        Node::Null => {}
        Node::Bool(b) => b.hash(&mut hasher),
        Node::Number(text) | Node::String(text) => text.hash(&mut hasher),
        Node::Reference(r) | Node::Unknown(r) => r.hash(&mut hasher),
        Node::List(_) | Node::Map(_) | Node::Join(_) => {
            for item in items {
                item.0.hash(&mut hasher);
            }
        }
    }
    fold(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_ids_whatever_the_order_of_keys() {
        let mut v = Values::new();
        let (a, b) = (Symbol::new("a"), Symbol::new("b"));
        let (one, two) = (v.number(Symbol::new("1")), v.number(Symbol::new("2")));
        let null = v.null();
        let x = v.map(&mut [(a, one), (b, two)]);
        let y = v.map(&mut [(b, two), (a, one), (Symbol::new("c"), null)]);
        assert_eq!(x, y);
        assert_eq!(v.get(x, b), Some(two));
        let z = v.map(&mut [(a, one), (b, one)]);
        assert_ne!(x, z);
        let l1 = v.list(&[x, z]);
        let l2 = v.list(&[y, z]);
        assert_eq!(l1, l2);
    }

    #[test]
    fn joins_merge_text() {
        let mut v = Values::new();
        let r = v.reference(Reference { address: Symbol::new("pool.a.x"), attribute: None });
        let (s, t) = (v.string(Symbol::new("arn:")), v.string(Symbol::new("aws:")));
        let j = v.join(&[s, t, r]);
        assert_eq!(v.items(j).len(), 2);
        let only = v.join(&[r]);
        assert_eq!(only, r);
    }
}
