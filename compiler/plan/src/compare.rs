//! When two values are the same: the same text, the same resource, the same set. Must not know what changes follow.

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_graph::{Node, Reference, ResourceId, ValueId, Values};
use tonnage_schema::{PathStep, ResourceType};

use crate::facts::Fact;
use crate::moved::{LiveView, map_references};

/// What becomes of a desired resource, as those that refer to it see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fate {
    /// It stays: its identifier and attributes are known from the live side.
    Kept,
    /// It stays and is updated: attributes that move with every update are not known.
    Updated,
    /// It is not there yet.
    #[default]
    Created,
    /// Another one takes its place.
    Replaced,
}

/// Desired values with references to what does not exist yet made unknown. One for a whole plan: what a value becomes
/// does not depend on who uses it.
#[derive(Default)]
pub struct Substitution {
    memo: FxHashMap<ValueId, ValueId>,
}

impl Substitution {
    /// The value with references made unknown that are not `known`. The fate of everything it refers to is decided.
    pub fn apply(&mut self, values: &mut Values, id: ValueId, known: impl Fn(Reference) -> bool) -> ValueId {
        let mut replace = |values: &mut Values, reference: Reference| {
            if known(reference) { values.reference(reference) } else { values.unknown(reference) }
        };
        map_references(values, id, &mut self.memo, &mut replace)
    }
}

/// Compares values of one resource type.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// Where both lie.
    pub values: &'a Values,
    /// Knows identifiers and attributes.
    pub live: &'a LiveView<'a>,
    /// The type of the resource.
    pub kind: Option<&'a ResourceType>,
    /// An unknown is the same as the reference it comes from: tells a cascade from an edit.
    pub unknown_as_reference: bool,
    /// Inside a policy document: no list has an order, and one value is a list of one.
    pub policy: bool,
}

impl Comparison<'_> {
    /// Whether two values mean the same at `path`.
    pub fn same(&self, a: ValueId, b: ValueId, path: &mut Vec<PathStep>) -> bool {
        if a == b {
            return true;
        }
        match (self.values.node(a), self.values.node(b)) {
            (Node::Map(_), Node::Map(_)) => {
                let inside =
                    Self { policy: self.policy || (self.is_policy(a, path) && self.is_policy(b, path)), ..*self };
                let (mut left, mut right) = (inside.said(a), inside.said(b));
                loop {
                    match (left.next(), right.next()) {
                        (None, None) => return true,
                        (Some((k, x)), Some((l, y))) if k == l => {
                            path.push(PathStep::Key(k));
                            let same = inside.same(x, y, path);
                            path.pop();
                            if !same {
                                return false;
                            }
                        }
                        _ => return false,
                    }
                }
            }
            (Node::List(_), Node::List(_)) => {
                let (left, right) = (self.values.items(a), self.values.items(b));
                if left.len() != right.len() {
                    return false;
                }
                let set = self.policy || Fact::of(self.kind, path).set;
                path.push(PathStep::Index(0));
                let same = if set {
                    self.unmatched(left, right, path).0.is_empty()
                } else {
                    left.iter().zip(right).all(|(&x, &y)| self.same(x, y, path))
                };
                path.pop();
                same
            }
            (Node::Unknown(x), Node::Reference(y)) | (Node::Reference(y), Node::Unknown(x)) => {
                self.unknown_as_reference && x == y
            }
            (Node::List(_), _) if self.policy && self.values.items(a).len() == 1 => {
                self.values.items(a).first().is_some_and(|&only| self.same(only, b, path))
            }
            (_, Node::List(_)) if self.policy && self.values.items(b).len() == 1 => {
                self.values.items(b).first().is_some_and(|&only| self.same(a, only, path))
            }
            (Node::Map(_) | Node::List(_), Node::String(text)) => self.is_document(a, text.as_str()),
            (Node::String(text), Node::Map(_) | Node::List(_)) => self.is_document(b, text.as_str()),
            (Node::Map(_) | Node::List(_), _) | (_, Node::Map(_) | Node::List(_)) => false,
            // A scalar is what its text says: services give `true` and `443` back as text.
            (x_node, y_node) => match (self.text(a), self.text(b)) {
                (Some(x), Some(y)) => {
                    let numbers = matches!((x_node, y_node), (Node::Number(_), _) | (_, Node::Number(_)));
                    x == y || self.texts_alike(&x, &y, numbers, path)
                }
                _ => self.unknown_as_reference && self.same_parts(a, b),
            },
        }
    }

    /// Positions of the items of each list that have no like in the other. `path` ends with the index.
    pub fn unmatched(&self, left: &[ValueId], right: &[ValueId], path: &mut Vec<PathStep>) -> (Vec<usize>, Vec<usize>) {
        let mut missing = Vec::new();
        let mut by_id: FxHashMap<ValueId, Vec<usize>> = FxHashMap::default();
        for (position, &item) in right.iter().enumerate().rev() {
            by_id.entry(item).or_default().push(position);
        }
        let mut taken = vec![false; right.len()];
        for (position, item) in left.iter().enumerate() {
            match by_id.get_mut(item).and_then(Vec::pop) {
                Some(like) => set(&mut taken, like),
                None => missing.push(position),
            }
        }
        // What is left is usually next to nothing; only there the costly comparison is made.
        missing.retain(|&position| {
            let Some(&item) = left.get(position) else { return false };
            let like = right
                .iter()
                .enumerate()
                .position(|(at, &other)| !taken.get(at).copied().unwrap_or(true) && self.same(item, other, path));
            like.inspect(|&at| set(&mut taken, at)).is_none()
        });
        let extra = taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(position, _)| position).collect();
        (missing, extra)
    }

    /// The text of a scalar, references resolved where the live side knows them; none where it is not known.
    pub fn text(&self, id: ValueId) -> Option<String> {
        match self.values.node(id) {
            Node::Bool(value) => Some(value.to_string()),
            Node::Number(text) | Node::String(text) => Some(text.as_str().to_owned()),
            Node::Reference(reference) => self.resolve(reference).map(|text| text.as_str().to_owned()),
            Node::Join(_) => self.values.items(id).iter().map(|&part| self.text(part)).collect(),
            Node::Null | Node::Unknown(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    fn resolve(&self, reference: Reference) -> Option<Symbol> {
        let live = self.live.find(reference.address).and_then(|id: ResourceId| self.live.get(id)?.live.as_deref())?;
        live.stands_for(reference.attribute)
    }

    fn same_parts(&self, a: ValueId, b: ValueId) -> bool {
        let (left, right) = (self.values.items(a), self.values.items(b));
        !left.is_empty()
            && left.len() == right.len()
            && left.iter().zip(right).all(|(&x, &y)| match (self.values.node(x), self.values.node(y)) {
                (Node::Unknown(x), Node::Reference(y)) | (Node::Reference(y), Node::Unknown(x)) => x == y,
                _ => x == y,
            })
    }
}

fn set(flags: &mut [bool], at: usize) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = true;
    }
}
