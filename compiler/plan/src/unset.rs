//! Properties that no file sets: what their service reported right after they were applied, held against what it
//! reports now. Must not know what becomes of a difference.
//!
//! Shown is only what an author could set and what somebody must have done: not what the service alone says or changes
//! by itself, not what other resources of the fleet write into it, not what came to be reported and says nothing (a
//! service that reports more than it did begins with what was off all along), not another order of what has none.

use tonnage_base::Symbol;
use tonnage_graph::{Node, Resource, ValueId, Values};
use tonnage_schema::{PathStep, Replacement, ResourceType, path::display};

use crate::compare::Comparison;
use crate::facts::{Fact, is_reserved_tag};
use crate::parts::{Parts, Side};

/// A property that no file sets and that is not as it was.
#[derive(Clone, PartialEq, Debug)]
pub struct Unset {
    /// Where: keys of maps.
    pub keys: Vec<Symbol>,
    /// As it was reported right after it was applied.
    pub recorded: Option<ValueId>,
    /// As it is reported now.
    pub reported: Option<ValueId>,
    /// Of each side the entries that other resources of the fleet write into it.
    written: [Vec<ValueId>; 2],
}

impl Unset {
    /// `MetadataOptions.HttpTokens`.
    pub fn path(&self) -> String {
        display(&self.keys.iter().copied().map(PathStep::Key).collect::<Vec<_>>())
    }

    /// Without what other resources of the fleet write into it: that is theirs to say.
    pub fn alone(mut self, values: &mut Values) -> Self {
        let [in_recorded, in_reported] = std::mem::take(&mut self.written);
        for (side, written) in [(&mut self.recorded, in_recorded), (&mut self.reported, in_reported)] {
            if let Some(list) = side.filter(|_| !written.is_empty()) {
                let rest: Vec<ValueId> =
                    values.items(list).iter().copied().filter(|item| !written.contains(item)).collect();
                *side = Some(values.list(&rest)).filter(|_| !rest.is_empty());
            }
        }
        self
    }
}

/// What is not as it was. `declared` is what the files, or the last apply, say of it.
pub fn differences(
    parts: &Parts<'_>,
    comparison: &Comparison<'_>,
    resource: &Resource,
    declared: ValueId,
    (recorded, reported): (ValueId, ValueId),
) -> Vec<Unset> {
    let Some(kind) = comparison.kind else { return Vec::new() };
    let mut walk = Walk { parts, comparison, resource, kind, path: Vec::new(), found: Vec::new() };
    walk.beside(Some(declared), Some(recorded), Some(reported));
    walk.found
}

struct Walk<'a> {
    parts: &'a Parts<'a>,
    comparison: &'a Comparison<'a>,
    resource: &'a Resource,
    kind: &'a ResourceType,
    path: Vec<PathStep>,
    found: Vec<Unset>,
}

impl Walk<'_> {
    /// Recursive: a store's reader bounds the nesting.
    fn beside(&mut self, declared: Option<ValueId>, recorded: Option<ValueId>, reported: Option<ValueId>) {
        let values = self.comparison.values;
        let of = |id: Option<ValueId>| id.into_iter().flat_map(|id| values.entries(id)).map(|(key, _)| key);
        let mut keys: Vec<Symbol> = of(recorded).chain(of(reported)).collect();
        keys.sort();
        keys.dedup();
        let get = |id: Option<ValueId>, key: Symbol| id.and_then(|id| values.get(id, key));
        for key in keys {
            self.path.push(PathStep::Key(key));
            self.property(get(declared, key), get(recorded, key), get(reported, key));
            self.path.pop();
        }
    }

    fn property(&mut self, declared: Option<ValueId>, recorded: Option<ValueId>, reported: Option<ValueId>) {
        if recorded == reported || self.kind.property(&self.path).is_none() {
            return;
        }
        let fact = Fact::of(Some(self.kind), &self.path);
        if fact.read_only || fact.write_only || self.parts.moves(self.kind.name(), &self.path) {
            return;
        }
        let is_map = |id: Option<ValueId>| id.is_none_or(|id| matches!(self.comparison.values.node(id), Node::Map(_)));
        if declared.is_some() {
            // Keys of a map that is anybody's to write into are compared with those that were applied.
            if is_map(declared) && !fact.free {
                self.beside(declared, recorded, reported);
            }
        } else if is_map(recorded) && is_map(reported) && !fact.free {
            self.beside(None, recorded, reported);
        } else if !self.alike(recorded, reported, &fact) {
            let keys = self.path.iter().filter_map(|step| match step {
                PathStep::Key(key) => Some(*key),
                PathStep::Index(_) => None,
            });
            let keys = keys.collect();
            let Some(written) = self.written(recorded, reported) else { return };
            self.found.push(Unset { keys, recorded, reported, written });
        }
    }

    /// Of each side the entries that other resources of the fleet write; none where that is all in which they differ.
    fn written(&mut self, recorded: Option<ValueId>, reported: Option<ValueId>) -> Option<[Vec<ValueId>; 2]> {
        let values = self.comparison.values;
        let is_list = |id: ValueId| matches!(values.node(id), Node::List(_));
        let [was, is] = [(recorded, Side::Recorded), (reported, Side::Reported)].map(|(id, side)| {
            let only: Vec<ValueId> = id.into_iter().filter(|&id| !is_list(id)).collect();
            let entries = if only.is_empty() { id.map_or(&[][..], |id| values.items(id)) } else { &only };
            let wrote =
                |entry: &ValueId| self.parts.wrote(self.comparison, (self.resource, &self.path), (*entry, side));
            entries.iter().copied().partition::<Vec<ValueId>, _>(wrote)
        });
        if was.0.is_empty() && is.0.is_empty() {
            return Some([was.0, is.0]);
        }
        self.path.push(PathStep::Index(0));
        let (missing, extra) = self.comparison.unmatched(&was.1, &is.1, &mut self.path);
        self.path.pop();
        (!missing.is_empty() || !extra.is_empty()).then_some([was.0, is.0])
    }

    fn alike(&mut self, recorded: Option<ValueId>, reported: Option<ValueId>, fact: &Fact) -> bool {
        let values = self.comparison.values;
        let nothing = |id: Option<ValueId>| id.is_none_or(|id| values.says_nothing(id));
        if let Some(key) = fact.key {
            // tags that the service keeps for itself are its own
            let reserved = |item: ValueId| {
                let name = values.get(item, key).and_then(|name| self.comparison.text(name));
                name.is_some_and(|name| is_reserved_tag(Some(self.kind), &name))
            };
            let [recorded, reported] = [recorded, reported].map(|side| -> Vec<ValueId> {
                let items = side.map_or(&[][..], |id| values.items(id)).iter().copied();
                items.filter(|&item| !reserved(item)).collect()
            });
            let (missing, extra) = self.comparison.unmatched(&recorded, &reported, &mut self.path);
            return missing.is_empty() && extra.is_empty();
        }
        match (recorded, reported) {
            (Some(recorded), Some(reported)) => self.comparison.same(recorded, reported, &mut self.path),
            (one, other) => nothing(one) && nothing(other),
        }
    }
}

/// What is on record of a resource beside what was set, and what is reported of it now; none: nothing is on record.
pub fn sides(resource: &Resource) -> Option<(ValueId, ValueId)> {
    let live = resource.live.as_deref()?;
    let recorded = live.recorded?;
    Some((recorded, live.reported.unwrap_or(recorded)))
}

/// Of properties those that are changed in place: of the others a service does not ask what they are before it
/// replaces.
pub fn changeable(values: &mut Values, kind: Option<&ResourceType>, properties: ValueId) -> ValueId {
    fn part(values: &mut Values, kind: &ResourceType, path: &mut Vec<PathStep>, map: ValueId) -> ValueId {
        let mut entries: Vec<(Symbol, ValueId)> = values.entries(map).collect();
        entries.retain_mut(|(key, value)| {
            path.push(PathStep::Key(*key));
            let replacement = kind.replacement(path);
            if replacement == Replacement::Conditional && matches!(values.node(*value), Node::Map(_)) {
                *value = part(values, kind, path, *value);
            }
            path.pop();
            replacement == Replacement::Never
                || (replacement == Replacement::Conditional && values.entries(*value).len() > 0)
        });
        values.map_sorted(&entries)
    }
    match kind {
        Some(kind) => part(values, kind, &mut Vec::new(), properties),
        None => properties,
    }
}
