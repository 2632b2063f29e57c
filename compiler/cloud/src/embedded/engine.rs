//! Executes one unit as a provider's engine does: creates in the order of references, updates in place or replaces,
//! fills groups, then deletes; undoes it all when something fails and the unit is not to be held. Must not know how the
//! unit is kept, nor what its types mean.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;
use tonnage_base::Symbol;
use tonnage_graph::{JsonError, Node, Reference, Secret, ValueId, Values};
use tonnage_plan::model::{Giver, Member, UnitOperation};

use super::EmbeddedCloud;
use super::decide::{Changed, Comparison, Decision};
use super::naming;
use super::order;
use super::renamed;
use super::stored::{Name, StoredHolds, StoredOutput, StoredResource, StoredUnit, UnderWay, key};
use super::world::{Import, UnitFacts};
use crate::cloud::{Cancel, CloudError, Event, EventSink, Failure, Outcome, UnitRequest};

/// What is kept in place of a secret, as CloudFormation shows one: nothing of it.
const HIDDEN: &str = "****";

/// Why the work ends before its end.
pub(super) enum Stop {
    /// The connection, or the request as a whole.
    Cloud(CloudError),
    /// One resource.
    Failed(Failure),
}

impl From<CloudError> for Stop {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

/// What runs stays as it is: as this version, where it has one.
struct Left(Option<Symbol>);

/// One unit under execution.
pub(super) struct Execution<'a> {
    pub(super) cloud: &'a EmbeddedCloud,
    pub(super) request: &'a UnitRequest,
    pub(super) events: &'a dyn EventSink,
    pub(super) cancel: &'a Cancel,
    /// The unit's file.
    pub(super) file: String,
    pub(super) unit: StoredUnit,
    pub(super) values: Values,
    pub(super) parameters: FxHashMap<Reference, String>,
    /// Where the resources of the unit stand, by address.
    pub(super) standing: FxHashMap<Symbol, usize>,
    /// What other units take from this one, by address; read when something is to be deleted.
    imported: Option<FxHashMap<String, Vec<Import>>>,
    /// The unit is gone.
    removed: bool,
}

impl<'a> Execution<'a> {
    /// Begins, or goes on with what the same request began.
    pub fn begin(
        cloud: &'a EmbeddedCloud,
        request: &'a UnitRequest,
        events: &'a dyn EventSink,
        cancel: &'a Cancel,
        file: String,
        existing: Option<StoredUnit>,
    ) -> Self {
        let fresh = existing.as_ref().is_none_or(|unit| unit.trouble.as_ref().is_some_and(|t| t.failed_create));
        let mut unit = existing.unwrap_or_else(|| StoredUnit {
            version: super::stored::VERSION,
            fleet: Name(request.fleet),
            region: Name(request.unit.site.region),
            name: Name(request.unit.name),
            fingerprint: String::new(),
            trouble: None,
            token: None,
            under_way: None,
            next_id: cloud.world().meta.retired.get(&file).copied().unwrap_or(0),
            outputs: BTreeMap::new(),
            resources: Vec::new(),
            cleanup: Vec::new(),
        });
        let goes_on = unit.under_way.as_ref().is_some_and(|u| u.token == request.token);
        if !goes_on {
            let before = (!fresh).then(|| unit.resources.clone());
            unit.under_way = Some(UnderWay { token: request.token.clone(), before });
        }
        unit.trouble = None;
        unit.token = None;
        let given: FxHashMap<Symbol, &String> = request.parameters.iter().map(|(name, value)| (*name, value)).collect();
        let taken = request.unit.parameters.iter();
        let parameters = taken
            .filter_map(|p| match p.from {
                Giver::Unit { .. } => Some((p.reference, (*given.get(&p.name)?).clone())),
                Giver::Secret { .. } | Giver::Store => Some((p.reference, HIDDEN.to_owned())),
            })
            .collect();
        Self {
            cloud,
            request,
            events,
            cancel,
            file,
            unit,
            values: Values::new(),
            parameters,
            standing: FxHashMap::default(),
            imported: None,
            removed: false,
        }
    }

    /// Does it. Whatever happens, what was done is kept.
    pub async fn run(mut self) -> Result<Outcome, CloudError> {
        let result = if let Some(ahead) = &self.request.ahead {
            self.ahead(ahead).await
        } else if self.request.unit.operation == UnitOperation::Delete {
            self.delete_all().await
        } else {
            self.apply().await
        };
        match result {
            Ok(outcome) => Ok(outcome),
            Err(error) => {
                let begun = !self.unit.fingerprint.is_empty() || !self.unit.resources.is_empty();
                if begun && !self.removed {
                    self.save()?
                } else {
                    self.cloud.save_meta()?
                }
                Err(error)
            }
        }
    }

    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    async fn apply(&mut self) -> Result<Outcome, CloudError> {
        match self.forward().await {
            Ok(()) => {}
            Err(Stop::Cloud(error)) => return Err(error),
            Err(Stop::Failed(failure)) => return self.undo_or_hold(vec![failure]).await,
        }
        let short = self.fill_again();
        if self.request.unit.undoes(short.iter().map(|group| group.address)) {
            let failures = short.iter().map(|s| Failure {
                address: s.address,
                reason: format!("{}: {} nodes asked for, {} running", s.reason, s.asked, s.running),
            });
            let failures = failures.collect();
            return self.undo_or_hold(failures).await;
        }
        let (members, replaced) = (self.unit.resources.len(), !self.unit.cleanup.is_empty());
        let failures = match self.clean_up().await {
            Ok(failures) => failures,
            Err(Stop::Cloud(error)) => return Err(error),
            Err(Stop::Failed(failure)) => vec![failure],
        };
        // What is new can be taken by others, also where something old could not go.
        self.give();
        if !failures.is_empty() {
            self.unit.under_way = None;
            self.save()?;
            return Ok(Outcome::Failed { failures, kept: true });
        }
        // What went made room.
        let made_room = replaced || self.unit.resources.len() < members;
        let short = if made_room && !short.is_empty() { self.fill() } else { short };
        self.operation(self.unit.name.0, Symbol::new(""), "finish").await.map_err(into_error)?;
        self.unit.token = Some(self.request.token.clone());
        self.unit.under_way = None;
        self.save()?;
        // The connection may break after all is done.
        self.operation(self.unit.name.0, Symbol::new(""), "answer").await.map_err(into_error)?;
        Ok(if short.is_empty() { Outcome::Filled } else { Outcome::Short(short) })
    }

    /// The values for other units.
    fn give(&mut self) {
        self.unit.outputs = BTreeMap::new();
        for output in &self.request.unit.outputs {
            if let Some(value) = self.value(output.reference) {
                self.unit.outputs.insert(Name(output.name), StoredOutput { of: key(output.reference), value });
            }
        }
    }

    /// Every member, each after what it waits for.
    async fn forward(&mut self) -> Result<(), Stop> {
        let unit = &self.request.unit;
        let ordered = order::members(unit, &mut self.values, &|r| self.parameters.contains_key(&r))?;
        self.stand();
        for (position, body) in ordered {
            let Some(member) = unit.members.get(position) else { continue };
            if self.cancel.is_cancelled() {
                return Err(Stop::Cloud(CloudError::Cancelled));
            }
            self.member(member, body).await?;
        }
        Ok(())
    }

    pub(super) fn stand(&mut self) {
        self.standing = self.unit.resources.iter().enumerate().map(|(i, r)| (r.at(), i)).collect();
        // A resource that moves is looked up under its new address, by those that are looked at after it.
        let locals: FxHashMap<Symbol, usize> =
            self.unit.resources.iter().enumerate().map(|(i, r)| (r.local(), i)).collect();
        for member in &self.request.unit.members {
            if let Some(&index) = locals.get(&member.local_name) {
                self.standing.insert(member.address, index);
            }
        }
    }

    async fn member(&mut self, member: &Member, body: ValueId) -> Result<(), Stop> {
        let mut resolved = BTreeMap::new();
        for reference in self.values.references(body) {
            let Some(value) = self.value(reference) else {
                return Err(failed(member.address, format!("{} does not exist", key(reference))));
            };
            resolved.insert(key(reference), value);
        }
        let standing = self.standing.get(&member.address).copied();
        let stored = standing
            .and_then(|index| self.unit.resources.get(index))
            .filter(|stored| stored.local() == member.local_name);
        let (Some(index), Some(stored)) = (standing, stored) else {
            return self.create(member, body, resolved, None).await;
        };
        if stored.physical_id.is_none() {
            return self.create(member, body, resolved, Some(index)).await;
        }
        let untouched = stored.kind.0 == member.kind && stored.body() == member.body && stored.resolved == resolved;
        let mut left = None;
        let decision = if untouched {
            Decision::Same
        } else if stored.kind.0 != member.kind {
            Decision::Replace { property: "its type".to_owned() }
        } else {
            let facts = self.cloud.facts.schemas.get(member.kind);
            let before = stored.asked(&mut self.values, facts, body);
            let before = before.map_err(|e| failed(member.address, e.to_string()))?;
            let now = |r: Reference| resolved.get(&key(r)).cloned();
            let (before, was) = renamed::adopt(&mut self.values, before, body, &stored.resolved, &now);
            let moved = |r: Reference| {
                let key = key(r);
                was.get(&key) != resolved.get(&key)
            };
            let values = &self.values;
            let now = |r: Reference| resolved.get(&key(r)).map(String::as_str);
            let (facts, update_policy) = (&self.cloud.facts, member.update_policy);
            let comparison = Comparison { facts, values, update_policy, moved: &moved, now: &now };
            let changed = comparison.changes(member.kind, before, body);
            left = self.left_behind(&changed, member, stored, &was);
            Decision::of(&changed)
        };
        match decision {
            Decision::Same => {
                if let Some(stored) = self.unit.resources.get_mut(index) {
                    let unreadable = |e: JsonError| failed(member.address, e.to_string());
                    let whole = stored.whole(&mut self.values).map_err(unreadable)?;
                    stored.take_over(member);
                    stored.actual = None;
                    stored.applied = raw(&member.body)?;
                    let (_, beside) = self.values.split(body, whole);
                    stored.stands_beside(&self.values, beside);
                    stored.resolved = resolved;
                }
                Ok(())
            }
            Decision::Update { rolls } => {
                // what is replaced in batches is not left behind
                let left = left.filter(|_| !rolls);
                self.update(member, body, resolved, (index, rolls, left)).await
            }
            Decision::Replace { property } => self.replace(member, body, resolved, index, &property).await,
        }
    }

    /// Whether what runs is of another version, or of another shape, than what is asked for from now on.
    fn left_behind(
        &self,
        changed: &[Changed],
        member: &Member,
        stored: &StoredResource,
        was: &BTreeMap<String, String>,
    ) -> Option<Left> {
        let before = |changed: &Changed| match self.values.node(changed.before?) {
            Node::Reference(reference) => Some(reference),
            _ => None,
        };
        let moves = |reference: &Reference| {
            let giver = self.standing.get(&reference.address).and_then(|&index| self.unit.resources.get(index));
            let facts = giver.and_then(|giver| self.cloud.facts.schemas.get(giver.kind.0));
            facts.zip(reference.attribute).is_some_and(|(facts, attribute)| facts.attribute_moves(attribute))
        };
        let mut later = changed.iter().filter(|changed| changed.later).peekable();
        later.peek()?;
        let version = later.filter_map(before).find(moves).and_then(|reference| was.get(&key(reference)));
        let shape = |holds: Option<&StoredHolds>| holds.map(|holds| holds.shape);
        let holds = member.holds.map(StoredHolds::from);
        let another = shape(stored.holds.as_ref()) != shape(holds.as_ref());
        (version.is_some() || another).then(|| Left(version.map(|version| Symbol::new(version))))
    }

    async fn update(
        &mut self,
        member: &Member,
        body: ValueId,
        resolved: BTreeMap<String, String>,
        (index, rolls, left): (usize, bool, Option<Left>),
    ) -> Result<(), Stop> {
        self.say(Some(member.address), "updating", "");
        self.operation(member.address, member.kind, "update").await?;
        self.check(member, body)?;
        if let Some(stored) = self.unit.resources.get_mut(index) {
            if let Some(Left(version)) = left {
                stored.stays_behind(version);
            }
            stored.take_over(member);
            stored.applied = raw(&member.body)?;
            stored.actual = None;
            let before = stored.beside.take();
            self.cloud.fill_in(stored, before, &mut self.values, body)?;
            self.cloud.lower(stored, &mut self.values, body)?;
            stored.resolved = resolved;
            stored.updates += 1;
            // Those that run end, and the group fills again.
            if rolls && let Some(running) = stored.running {
                stored.older.clear();
                self.say(Some(member.address), "rolling", &format!("{running} nodes"));
            }
        }
        self.say(Some(member.address), "updated", "");
        Ok(())
    }

    async fn replace(
        &mut self,
        member: &Member,
        body: ValueId,
        resolved: BTreeMap<String, String>,
        index: usize,
        property: &str,
    ) -> Result<(), Stop> {
        self.say(Some(member.address), "replacing", property);
        let Some(old) = self.unit.resources.get(index).cloned() else { return Ok(()) };
        if member.delete_first {
            self.delete(&old, member.retain_on_replace).await?;
            // It is gone even if the new one is never made.
            if let Some(stored) = self.unit.resources.get_mut(index) {
                stored.physical_id = None;
            }
            return self.create(member, body, resolved, Some(index)).await;
        }
        let facts = self.cloud.facts.schemas.get(member.kind);
        let name = facts.and_then(naming::naming_property).and_then(|name| self.values.get(body, name));
        let named = name.and_then(|value| self.text(value));
        if facts.is_some_and(|f| f.is_deleted_first()) || (named.is_some() && named == old.id()) {
            let reason = format!("AlreadyExists: {} is there, and there can be only one", old.address);
            return Err(failed(member.address, reason));
        }
        self.create(member, body, resolved, Some(index)).await?;
        let mut old = old;
        old.retain_on_delete = member.retain_on_replace;
        self.unit.cleanup.push(old);
        Ok(())
    }

    async fn create(
        &mut self,
        member: &Member,
        body: ValueId,
        resolved: BTreeMap<String, String>,
        index: Option<usize>,
    ) -> Result<(), Stop> {
        self.say(Some(member.address), "creating", "");
        self.operation(member.address, member.kind, "create").await?;
        self.check(member, body)?;
        self.room(member)?;
        let facts = self.cloud.facts.schemas.get(member.kind);
        let given = facts.and_then(naming::naming_property).and_then(|name| self.values.get(body, name));
        let id = given.and_then(|value| self.text(value)).unwrap_or_else(|| {
            self.unit.next_id += 1;
            naming::physical_id(member.kind, &self.cloud.unit_name(&self.unit), self.unit.next_id)
        });
        let mut resource = StoredResource {
            address: member.address.as_str().into(),
            local_name: member.local_name.as_str().into(),
            kind: Name(member.kind),
            physical_id: (!self.cloud.is_accepted_only(member)).then(|| id.as_str().into()),
            updates: 0,
            applied: raw(&member.body)?,
            actual: None,
            beside: None,
            resolved,
            holds: member.holds.map(StoredHolds::from),
            running: member.holds.filter(|h| !h.reserves_only).map(|_| 0),
            older: Vec::new(),
            depends_on: member.depends_on.iter().copied().map(Name).collect(),
            deleted: false,
            retain_on_delete: member.retain_on_delete,
            retain_on_replace: member.retain_on_replace,
            delete_first: member.delete_first,
            update_policy: member.update_policy.map(Name),
        };
        self.cloud.fill_in(&mut resource, None, &mut self.values, body)?;
        self.cloud.world().meta.creations += 1;
        match index.and_then(|index| self.unit.resources.get_mut(index)) {
            Some(stored) => *stored = resource,
            None => {
                self.standing.insert(member.address, self.unit.resources.len());
                self.unit.resources.push(resource);
            }
        }
        self.say(Some(member.address), "created", id.as_str());
        Ok(())
    }

    /// Deletes the real thing, or leaves it behind. The unit's list is the caller's.
    async fn delete(&mut self, resource: &StoredResource, retain: bool) -> Result<(), Stop> {
        let address = resource.at();
        if resource.physical_id.is_none() {
            return Ok(());
        }
        if retain {
            self.cloud.world().meta.leave_behind(self.unit.region.0, resource, "retained");
            self.say(Some(address), "retained", "");
            return Ok(());
        }
        self.say(Some(address), "deleting", "");
        self.operation(address, resource.kind.0, "delete").await?;
        if let Some(user) = self.used_by(resource)? {
            return Err(failed(address, format!("DependencyViolation: unit {user} uses it")));
        }
        self.say(Some(address), "deleted", "");
        Ok(())
    }

    /// The unit that takes a value of this resource.
    fn used_by(&mut self, resource: &StoredResource) -> Result<Option<Symbol>, CloudError> {
        if self.imported.is_none() {
            self.imported = Some(self.cloud.taken_from(&self.file)?);
        }
        let takers = self.imported.as_ref().and_then(|imported| imported.get(&*resource.address));
        let uses = |import: &&Import| self.value_of(resource, import.attribute).as_ref() == Some(&import.value);
        Ok(takers.into_iter().flatten().find(uses).map(|import| import.unit))
    }

    /// What is left of the old, in reverse order: what was replaced, then what is no longer a member.
    async fn clean_up(&mut self) -> Result<Vec<Failure>, Stop> {
        while let Some(old) = self.unit.cleanup.last().cloned() {
            match self.delete(&old, old.retain_on_delete).await {
                Ok(()) => {}
                // As with the real ones, a replaced resource that can't be deleted is left behind, and said.
                Err(Stop::Failed(failure)) => {
                    self.cloud.world().meta.leave_behind(self.unit.region.0, &old, &failure.reason);
                    self.say(Some(failure.address), "failed", &failure.reason);
                }
                Err(stop) => return Err(stop),
            }
            self.unit.cleanup.pop();
        }
        let wanted: FxHashSet<Symbol> = self.request.unit.members.iter().map(|m| m.local_name).collect();
        let mut failures = Vec::new();
        let result = self.delete_where(&|resource| !wanted.contains(&resource.local()), &mut failures).await;
        self.stand();
        result.map(|()| failures)
    }

    /// Deletes the resources that are meant, in reverse order. Those that fail are told and stay.
    async fn delete_where(
        &mut self,
        meant: &(dyn Fn(&StoredResource) -> bool + Sync),
        failures: &mut Vec<Failure>,
    ) -> Result<(), Stop> {
        let mut gone: FxHashSet<usize> = FxHashSet::default();
        let mut result = Ok(());
        for position in order::reverse(&self.unit.resources) {
            let Some(old) = self.unit.resources.get(position).filter(|old| meant(old)).cloned() else { continue };
            if self.cancel.is_cancelled() {
                result = Err(Stop::Cloud(CloudError::Cancelled));
                break;
            }
            match self.delete(&old, old.retain_on_delete).await {
                Ok(()) => {
                    gone.insert(position);
                }
                Err(Stop::Failed(failure)) => {
                    self.say(Some(failure.address), "failed", &failure.reason);
                    failures.push(failure);
                }
                Err(stop) => {
                    result = Err(stop);
                    break;
                }
            }
        }
        let mut position = 0;
        self.unit.resources.retain(|_| {
            position += 1;
            !gone.contains(&(position - 1))
        });
        result
    }

    async fn delete_all(&mut self) -> Result<Outcome, CloudError> {
        let mut failures = Vec::new();
        let replaced = std::mem::take(&mut self.unit.cleanup);
        self.unit.resources.extend(replaced);
        self.delete_where(&|_| true, &mut failures).await.map_err(into_error)?;
        self.operation(self.unit.name.0, Symbol::new(""), "finish").await.map_err(into_error)?;
        if failures.is_empty() {
            self.cloud.remove_unit(&self.file, self.unit.next_id)?;
            self.removed = true;
            self.cloud.count_operation(self.unit.name.0, Symbol::new(""), "answer").map_err(into_error)?;
            return Ok(Outcome::Filled);
        }
        self.unit.under_way = None;
        self.save()?;
        Ok(Outcome::Failed { failures, kept: true })
    }

    /// The value of what comes from outside of this unit. What stands in a store is taken to be there.
    pub(super) fn given(&self, reference: Reference) -> Option<String> {
        match reference.secret() {
            Some(Secret::Stored(_)) => Some(HIDDEN.to_owned()),
            _ => self.parameters.get(&reference).cloned(),
        }
    }

    /// The value of a reference: of a resource of this unit, or a parameter.
    fn value(&self, reference: Reference) -> Option<String> {
        match self.standing.get(&reference.address).and_then(|&index| self.unit.resources.get(index)) {
            Some(resource) => self.value_of(resource, reference.attribute),
            None => self.given(reference),
        }
    }

    pub(super) fn value_of(&self, resource: &StoredResource, attribute: Option<Symbol>) -> Option<String> {
        self.cloud.value_of(resource, self.unit.region.0, attribute)
    }

    fn text(&self, value: ValueId) -> Option<Symbol> {
        match self.values.node(value) {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn say(&self, address: Option<Symbol>, what: &'static str, detail: &str) {
        self.events.event(Event { unit: self.unit.name.0, address, what, detail: detail.to_owned() });
    }

    /// Counts an operation, and lets the scenario have its way with it.
    pub(super) async fn operation(&mut self, address: Symbol, kind: Symbol, operation: &str) -> Result<(), Stop> {
        self.cloud.count_operation(address, kind, operation)?;
        let ticks = self.cloud.scenario.ticks(kind.as_str(), operation);
        if ticks > 0 {
            self.cloud.world().meta.ticks += ticks;
            self.say(Some(address), "waiting", &format!("{ticks} ticks"));
            if self.cloud.scenario.tick_ms > 0 {
                // Others who look meanwhile see how far it is.
                self.save()?;
                let pause = ticks.saturating_mul(self.cloud.scenario.tick_ms);
                tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            }
        }
        Ok(())
    }

    pub(super) fn save(&mut self) -> Result<(), CloudError> {
        self.unit.seal();
        self.cloud.write_unit(&self.file, &self.unit)?;
        self.cloud.index_unit(&self.file, UnitFacts::of(&self.unit));
        self.cloud.save_meta()
    }
}

pub(super) fn failed(address: Symbol, reason: String) -> Stop {
    Stop::Failed(Failure { address, reason })
}

fn into_error(stop: Stop) -> CloudError {
    match stop {
        Stop::Cloud(error) => error,
        Stop::Failed(failure) => {
            CloudError::Refused { operation: failure.address.as_str().to_owned(), reason: failure.reason }
        }
    }
}

pub(super) fn raw(body: &str) -> Result<Box<RawValue>, Stop> {
    RawValue::from_string(body.to_owned())
        .map_err(|e| Stop::Cloud(CloudError::Refused { operation: "execute".to_owned(), reason: e.to_string() }))
}
