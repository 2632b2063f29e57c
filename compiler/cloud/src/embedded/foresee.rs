//! What an execution would do, said before it is done: what a change set is. Must not change anything.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_graph::{Node, Reference, ValueId};
use tonnage_plan::model::{Ahead, UnitOperation};
use tonnage_plan::opinion::{Act, Answer, Cause, Foreseen};
use tonnage_schema::path;

use super::decide::{Changed, Comparison, Decision};
use super::engine::Execution;
use super::order;
use super::renamed;
use super::scenario::{OpinionRule, Says};
use super::store::unit_file;
use super::stored::{StoredResource, key};
use super::{EmbeddedCloud, Silent};
use crate::cloud::{Cancel, CloudError, Opinion, UnitRequest};
use crate::glob::matches;

/// What is foreseen of a resource that others refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Later {
    /// A new one, with new values.
    New,
    /// Changed in place: only what counts changes changes.
    Updated,
}

impl EmbeddedCloud {
    /// What it says that it would do with a unit: what it would do, but for what its scenario makes it say.
    pub(super) fn opinion(&self, request: &UnitRequest, cancel: &Cancel) -> Opinion {
        let unit = &request.unit;
        if let Some(rule) = self.scenario.unanswered.iter().find(|rule| matches(&rule.unit, unit.name.as_str())) {
            return Opinion::Unasked(rule.reason.clone());
        }
        if unit.ahead.iter().any(|ahead| matches!(ahead, Ahead::Import { .. })) {
            return Opinion::Unasked("what it takes in is not in it yet".to_owned());
        }
        let foreseen = self.expected(request).and_then(|existing| {
            let file = unit_file(unit.site.region, unit.name);
            let before = existing.clone();
            let said = Execution::begin(self, request, &Silent, cancel, file, existing).foresee()?;
            Ok((said, before))
        });
        let (mut said, existing) = match foreseen {
            Ok(foreseen) => foreseen,
            Err(error) => return Opinion::Unasked(error.to_string()),
        };
        let members = unit.members.iter().map(|member| (member.local_name, member.address));
        let stored = existing.iter().flat_map(|unit| &unit.resources).map(|r| (r.local(), r.at()));
        for (local, address) in members.chain(stored).collect::<BTreeMap<_, _>>() {
            if let Some(rule) = self.scenario.opinions.iter().find(|r| matches(&r.address, address.as_str())) {
                let found = said.extract_if(.., |foreseen| foreseen.local_name == local).next();
                said.extend(rule.says(local, found));
            }
        }
        Opinion::Foreseen(said)
    }
}

impl OpinionRule {
    fn says(&self, local_name: Symbol, found: Option<Foreseen>) -> Option<Foreseen> {
        let (act, replaced) = match self.says {
            Says::Nothing => return None,
            Says::Add => (Act::Add, Answer::No),
            Says::Update => (Act::Modify, Answer::No),
            Says::MayReplace => (Act::Modify, Answer::Maybe),
            Says::Replace => (Act::Modify, Answer::Yes),
            Says::Remove => (Act::Remove, Answer::No),
        };
        let own = self.properties.iter().map(|property| Cause {
            path: property.path.clone(),
            recreates: property.recreates.as_deref().and_then(Answer::parse).unwrap_or_default(),
            certain: true,
            before: property.before.clone(),
            after: property.after.clone(),
        });
        let mut causes: Vec<Cause> = own.collect();
        if causes.is_empty() {
            causes = found.map(|found| found.causes).unwrap_or_default();
        }
        Some(Foreseen { local_name, act, replaced, kept: false, causes })
    }
}

impl Execution<'_> {
    /// What would be done, in the order of the members, what goes last.
    pub(super) fn foresee(mut self) -> Result<Vec<Foreseen>, CloudError> {
        let mut changes: BTreeMap<usize, Foreseen> = BTreeMap::new();
        if self.request.unit.operation != UnitOperation::Delete {
            let unit = &self.request.unit;
            let ordered = order::members(unit, &mut self.values, &|r| self.parameters.contains_key(&r))?;
            self.stand();
            let mut foreseen: FxHashMap<Symbol, Later> = FxHashMap::default();
            for (position, body) in ordered {
                let Some(member) = unit.members.get(position) else { continue };
                let says = |act, replaced, causes| Foreseen {
                    local_name: member.local_name,
                    act,
                    replaced,
                    kept: false,
                    causes,
                };
                let standing = self.standing.get(&member.address).and_then(|&index| self.unit.resources.get(index));
                let there = standing.filter(|s| s.local() == member.local_name && s.physical_id.is_some());
                let Some(stored) = there else {
                    foreseen.insert(member.address, Later::New);
                    changes.insert(position, says(Act::Add, Answer::No, Vec::new()));
                    continue;
                };
                if stored.kind.0 != member.kind {
                    foreseen.insert(member.address, Later::New);
                    changes.insert(position, says(Act::Modify, Answer::Yes, Vec::new()));
                    continue;
                }
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
                    continue;
                }
                let facts = self.cloud.facts.schemas.get(member.kind);
                let before = stored.asked(&mut self.values, facts, body).map_err(|e| CloudError::Corrupt {
                    place: self.cloud.store.place(&self.file),
                    reason: e.to_string(),
                })?;
                let owned = |r: Reference| values.get(&key(r)).cloned();
                let (before, was) = renamed::adopt(&mut self.values, before, body, &stored.resolved, &owned);
                let moved = |r: Reference| moves(&was, r);
                let comparison = Comparison {
                    facts: &self.cloud.facts,
                    values: &self.values,
                    update_policy: member.update_policy,
                    moved: &moved,
                    now: &now,
                };
                let found = comparison.changes(member.kind, before, body);
                let (later, replaced) = match Decision::of(&found) {
                    Decision::Same => continue,
                    Decision::Update { .. } => {
                        (Later::Updated, found.iter().map(|changed| changed.recreates).max().unwrap_or_default())
                    }
                    Decision::Replace { .. } => (Later::New, Answer::Yes),
                };
                let old = |reference: Reference| was.get(&key(reference)).cloned();
                let causes = found.iter().map(|changed| self.cause(changed, &old, &owned)).collect();
                foreseen.insert(member.address, later);
                changes.insert(position, says(Act::Modify, replaced, causes));
            }
        }
        let wanted: rustc_hash::FxHashSet<Symbol> = match self.request.unit.operation {
            UnitOperation::Delete => rustc_hash::FxHashSet::default(),
            _ => self.request.unit.members.iter().map(|m| m.local_name).collect(),
        };
        let gone = self.unit.resources.iter().filter(|resource| !wanted.contains(&resource.local()));
        let gone = gone.map(|resource| Foreseen {
            local_name: resource.local(),
            act: Act::Remove,
            replaced: Answer::No,
            kept: resource.retain_on_delete,
            causes: Vec::new(),
        });
        Ok(changes.into_values().chain(gone).collect())
    }

    fn cause(
        &self,
        changed: &Changed,
        was: &dyn Fn(Reference) -> Option<String>,
        will_be: &dyn Fn(Reference) -> Option<String>,
    ) -> Cause {
        let text = |id: Option<ValueId>, value: &dyn Fn(Reference) -> Option<String>| match self.values.node(id?) {
            Node::Bool(value) => Some(value.to_string()),
            Node::Number(text) | Node::String(text) => Some(text.as_str().to_owned()),
            Node::Reference(reference) => value(reference),
            _ => None,
        };
        Cause {
            path: path::display(&changed.path),
            recreates: changed.recreates,
            certain: true,
            before: text(changed.before, was),
            after: text(changed.after, will_be),
        }
    }

    /// The value that a reference will stand for; none where it is a new one.
    fn will_be(&self, reference: Reference, foreseen: &FxHashMap<Symbol, Later>) -> Option<String> {
        let target = self.standing.get(&reference.address).and_then(|&index| self.unit.resources.get(index));
        let Some(target) = target else {
            // A member that is not there yet has no value that could be the same.
            return self.given(reference);
        };
        match foreseen.get(&reference.address) {
            Some(Later::New) => None,
            Some(Later::Updated) => {
                let after = StoredResource { updates: target.updates + 1, ..target.clone() };
                self.value_of(&after, reference.attribute)
            }
            None => self.value_of(target, reference.attribute),
        }
    }
}
