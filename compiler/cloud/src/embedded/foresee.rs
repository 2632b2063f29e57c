//! What an execution would do, said before it is done: what a change set is. Must not change anything.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_graph::Reference;
use tonnage_plan::model::UnitOperation;

use super::decide::{Comparison, Decision};
use super::engine::Execution;
use super::order;
use super::renamed;
use super::stored::{StoredResource, key};
use crate::cloud::CloudError;

/// What is foreseen of a resource that others refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foreseen {
    /// A new one, with new values.
    New,
    /// Changed in place: only what counts changes changes.
    Updated,
}

impl Execution<'_> {
    /// Local name, action (`Add`, `Modify`, `Remove`) and replacement (`True`, `False`, `Conditional`), in the order of
    /// the members, what goes last.
    pub(super) fn foresee(mut self) -> Result<Vec<(Symbol, String, String)>, CloudError> {
        let mut changes: BTreeMap<usize, (Symbol, &str, &str)> = BTreeMap::new();
        if self.request.unit.operation != UnitOperation::Delete {
            let unit = &self.request.unit;
            let ordered = order::members(unit, &mut self.values, &|r| self.parameters.contains_key(&r))?;
            self.stand();
            let mut foreseen: FxHashMap<Symbol, Foreseen> = FxHashMap::default();
            for (position, body) in ordered {
                let Some(member) = unit.members.get(position) else { continue };
                let standing = self.standing.get(&member.address).and_then(|&index| self.unit.resources.get(index));
                let there = standing.filter(|s| s.local_name.0 == member.local_name && s.physical_id.is_some());
                let Some(stored) = there else {
                    foreseen.insert(member.address, Foreseen::New);
                    changes.insert(position, (member.local_name, "Add", "False"));
                    continue;
                };
                let decision = if stored.kind.0 == member.kind {
                    let references = self.values.references(body);
                    let values: BTreeMap<String, String> =
                        references.iter().filter_map(|r| Some((key(*r), self.will_be(*r, &foreseen)?))).collect();
                    let moves = |was: &BTreeMap<String, String>, r: Reference| {
                        let key = key(r);
                        values.get(&key).is_none_or(|value| was.get(&key) != Some(value))
                    };
                    let now = |r: Reference| values.get(&key(r)).map(String::as_str);
                    let quiet = !references.iter().any(|r| moves(&stored.resolved, *r));
                    if quiet && stored.body() == member.body {
                        Decision::Same
                    } else {
                        let before = self.values.from_json(stored.body()).map_err(|e| CloudError::Corrupt {
                            place: self.cloud.store.place(&self.file),
                            reason: e.to_string(),
                        })?;
                        let owned = |r: Reference| values.get(&key(r)).cloned();
                        let (before, was) = renamed::adopt(&mut self.values, before, body, &stored.resolved, &owned);
                        let moved = |r: Reference| moves(&was, r);
                        let comparison =
                            Comparison { schemas: &self.cloud.schemas, values: &self.values, moved: &moved, now: &now };
                        comparison.decide(member.kind, before, body)
                    }
                } else {
                    Decision::Replace { property: String::new() }
                };
                let (what, replacement) = match decision {
                    Decision::Same => continue,
                    Decision::Update { conditional: false } => (Foreseen::Updated, "False"),
                    Decision::Update { conditional: true } => (Foreseen::Updated, "Conditional"),
                    Decision::Replace { .. } => (Foreseen::New, "True"),
                };
                foreseen.insert(member.address, what);
                changes.insert(position, (member.local_name, "Modify", replacement));
            }
        }
        let wanted: rustc_hash::FxHashSet<Symbol> = match self.request.unit.operation {
            UnitOperation::Delete => rustc_hash::FxHashSet::default(),
            _ => self.request.unit.members.iter().map(|m| m.local_name).collect(),
        };
        let gone = self.unit.resources.iter().map(|r| r.local_name.0).filter(|local| !wanted.contains(local));
        let changes = changes.into_values().chain(gone.map(|local| (local, "Remove", "False")));
        Ok(changes.map(|(local, action, replacement)| (local, action.to_owned(), replacement.to_owned())).collect())
    }

    /// The value that a reference will stand for; none where it is a new one.
    fn will_be(&self, reference: Reference, foreseen: &FxHashMap<Symbol, Foreseen>) -> Option<String> {
        let target = self.standing.get(&reference.address).and_then(|&index| self.unit.resources.get(index));
        let Some(target) = target else {
            // A member that is not there yet has no value that could be the same.
            return self.given(reference);
        };
        match foreseen.get(&reference.address) {
            Some(Foreseen::New) => None,
            Some(Foreseen::Updated) => {
                let after = StoredResource { updates: target.updates + 1, ..target.clone() };
                self.value_of(&after, reference.attribute)
            }
            None => self.value_of(target, reference.attribute),
        }
    }
}
