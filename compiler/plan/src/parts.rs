//! What resources write into properties of others: a rule shows in its group, a policy in its role. Told apart by it is
//! what the fleet's own resources did from what somebody else did. Must not know any type: which write what into which
//! is a table.
//!
//! It errs on one side only: an entry is a resource's own where all that it says, that resource says, and not where it
//! is merely like it. What lets more in than the fleet asks for is never taken for the fleet's.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_graph::{Live, Node, Resource, ValueId, Values};
use tonnage_schema::{Entry, Part, PathStep, Said, Schemas, Volatile};

use crate::compare::Comparison;
use crate::moved::LiveView;

/// Live resources that write into others.
pub struct Parts<'a> {
    volatile: &'a Volatile,
    schemas: &'a Schemas,
    writers: Vec<Writer>,
    /// Their positions, by type, by the property that names another resource, and by what it names: an address, or what
    /// another is identified by.
    by_target: FxHashMap<(Symbol, Symbol, Symbol), Vec<usize>>,
}

struct Writer {
    identifier: Option<Symbol>,
    applied: ValueId,
    live: ValueId,
}

/// Which side of a property an entry is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// As it was recorded.
    Recorded,
    /// As it is reported.
    Reported,
}

impl<'a> Parts<'a> {
    /// Of what is live.
    pub fn new(volatile: &'a Volatile, schemas: &'a Schemas, values: &mut Values, view: &mut LiveView<'_>) -> Self {
        let mut parts = Self { volatile, schemas, writers: Vec::new(), by_target: FxHashMap::default() };
        let mut targets: FxHashMap<Symbol, FxHashSet<Symbol>> = FxHashMap::default();
        for part in volatile.all_parts() {
            targets.entry(part.kind).or_default().extend(&part.targets);
        }
        let of_them = |(_, resource): &(_, &Resource)| targets.contains_key(&resource.kind);
        let writers: Vec<&Resource> = view.iter().filter(of_them).map(|(_, resource)| resource).collect();
        for resource in writers {
            let facts = resource.live.as_deref();
            let live = view.rewrite(values, resource.body);
            let applied = facts.and_then(|facts| facts.applied).map_or(live, |applied| view.rewrite(values, applied));
            let at = parts.writers.len();
            parts.writers.push(Writer { identifier: facts.and_then(Live::id), applied, live });
            for &property in targets.get(&resource.kind).into_iter().flatten() {
                for named in names(values, [applied, live], property) {
                    parts.by_target.entry((resource.kind, property, named)).or_default().push(at);
                }
            }
        }
        parts
    }

    /// Whether the service moves a property by itself.
    pub fn moves(&self, kind: Symbol, path: &[PathStep]) -> bool {
        self.volatile.moves(kind, path)
    }

    /// Whether an entry of a property of a resource (or the property, where it is no list) is what others of the fleet
    /// write into it.
    pub fn wrote(
        &self,
        comparison: &Comparison<'_>,
        (resource, path): (&Resource, &[PathStep]),
        (entry, side): (ValueId, Side),
    ) -> bool {
        let facts = resource.live.as_deref();
        let attributes = facts.map_or(&[][..], |facts| &facts.attributes).iter().map(|(_, value)| *value);
        let names: Vec<Symbol> = [comparison.live.address(resource.address)]
            .into_iter()
            .chain(facts.and_then(Live::id))
            .chain(attributes)
            .collect();
        self.volatile.parts(resource.kind, path).any(|part| {
            let comparison = Comparison { kind: self.schemas.get(part.kind), ..*comparison };
            let keys = part.targets.iter().flat_map(|&target| names.iter().map(move |&name| (part.kind, target, name)));
            let writers = keys.filter_map(|key| self.by_target.get(&key)).flatten();
            writers.filter_map(|&at| self.writers.get(at)).any(|writer| {
                let body = if side == Side::Recorded { writer.applied } else { writer.live };
                Written { comparison, part, body, identifier: writer.identifier }.is(entry)
            })
        })
    }
}

/// What a property names: addresses, and texts.
fn names(values: &Values, bodies: [ValueId; 2], property: Symbol) -> FxHashSet<Symbol> {
    let mut found = FxHashSet::default();
    for named in bodies.into_iter().filter_map(|body| values.get(body, property)) {
        found.extend(values.references(named).into_iter().map(|reference| reference.address));
        let each = [named];
        let each = if values.items(named).is_empty() { &each } else { values.items(named) };
        found.extend(each.iter().filter_map(|&one| match values.node(one) {
            Node::String(text) => Some(text),
            _ => None,
        }));
    }
    found
}

/// What one resource writes.
struct Written<'a> {
    comparison: Comparison<'a>,
    part: &'a Part,
    body: ValueId,
    identifier: Option<Symbol>,
}

impl Written<'_> {
    fn is(&self, entry: ValueId) -> bool {
        let values = self.comparison.values;
        let (own, said, beside) = match &self.part.entry {
            Entry::Value(said) => return self.says(*said, entry),
            Entry::Map { .. } if !matches!(values.node(entry), Node::Map(_)) => return false,
            Entry::Map { own, said, beside } => (*own, said, beside),
        };
        let of_its_own = |key: Symbol| values.get(self.body, key).filter(|_| own && !self.part.targets.contains(&key));
        let accounted = |key: Symbol, value: ValueId| match said.iter().find(|(name, _)| *name == key) {
            _ if of_its_own(key).is_some() => self.says(Said::Property(key), value),
            Some((_, said)) => self.says(*said, value),
            None => beside.contains(&key) || values.says_nothing(value) || self.is_read_only(&[PathStep::Key(key)]),
        };
        let there = |key: Symbol, value: ValueId| values.get(entry, key).is_some() || values.says_nothing(value);
        let mut its = values.entries(self.body).filter(|(key, _)| of_its_own(*key).is_some());
        let mut named = said.iter().filter_map(|(key, said)| match said {
            Said::Property(property) => Some((*key, values.get(self.body, *property)?)),
            Said::Identifier => None,
        });
        values.entries(entry).all(|(key, value)| accounted(key, value))
            && its.all(|(key, value)| there(key, value))
            && named.all(|(key, value)| there(key, value))
    }

    fn says(&self, said: Said, value: ValueId) -> bool {
        match said {
            Said::Identifier => {
                self.identifier.is_some_and(|id| self.comparison.text(value).as_deref() == Some(id.as_str()))
            }
            Said::Property(name) => self
                .comparison
                .values
                .get(self.body, name)
                .is_some_and(|said| self.within(said, value, &mut vec![PathStep::Key(name)])),
        }
    }

    /// Whether a value says what another does, and beside it what services alone set. Recursive: a store's reader
    /// bounds the nesting.
    fn within(&self, said: ValueId, value: ValueId, path: &mut Vec<PathStep>) -> bool {
        let values = self.comparison.values;
        if self.comparison.same(said, value, path) {
            return true;
        }
        let maps = [said, value].iter().all(|&side| matches!(values.node(side), Node::Map(_)));
        let mut inside = |key: Symbol, value: ValueId| {
            path.push(PathStep::Key(key));
            let fits = match values.get(said, key) {
                Some(said) => self.within(said, value, path),
                None => values.says_nothing(value) || self.is_read_only(path),
            };
            path.pop();
            fits
        };
        maps && values.entries(value).all(|(key, value)| inside(key, value))
            && values.entries(said).all(|(key, said)| values.get(value, key).is_some() || values.says_nothing(said))
    }

    fn is_read_only(&self, path: &[PathStep]) -> bool {
        self.comparison.kind.is_some_and(|kind| kind.read_only(path))
    }
}
