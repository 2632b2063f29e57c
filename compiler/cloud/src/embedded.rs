//! The embedded cloud: a cloud in process, kept in a folder, that behaves as the schema says and as its scenario wills.
//! It serves the quickstart, every golden test and `tonnage test`.
//!
//! It decides by itself what a change does to a resource, by its own reading of the schema, so that the planner can be
//! found wrong. Must not know any type, shape or price, nor how a plan is made. One process at a time writes to a
//! folder: the ledger's lock sees to that. Only [`store`] touches the disk.

mod answers;
mod capacity;
mod decide;
mod echo;
mod engine;
mod existing;
mod fill;
mod foresee;
mod look;
mod naming;
mod order;
mod renamed;
mod rollback;
mod scenario;
mod store;
mod stored;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rustc_hash::FxHashMap;
use tonnage_base::{Clock, Symbol};
use tonnage_plan::model::{Member, UnitOperation};
use tonnage_schema::{Effects, Schemas};

use crate::cloud::{
    Cancel, Cloud, CloudError, EventSink, LiveUnit, Observation, ObserveRequest, Opinion, Outcome, Prepared, Sighting,
    Sought, UnitRequest,
};
use crate::glob::matches;
use crate::question::{Answer, Question};
use echo::Echo;
use engine::{Execution, Stop, failed};
pub use scenario::Scenario;
pub use store::Memory;
use store::{Store, unit_file};
use stored::{StoredResource, StoredUnit};
pub use world::LeftBehind;
use world::{Held, Import, Meta, UnitFacts, World};

/// What the cloud knows of native types. It reads them for itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What they have, and what of it can only be set at creation.
    pub schemas: Arc<Schemas>,
    /// What changes do, and under which conditions they replace.
    pub effects: Arc<Effects>,
}

/// A cloud in process.
#[derive(Debug)]
pub struct EmbeddedCloud {
    name: Symbol,
    store: Store,
    facts: Facts,
    clock: Clocked,
    scenario: Scenario,
    world: Mutex<World>,
}

struct Clocked(Clock);

impl std::fmt::Debug for Clocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl EmbeddedCloud {
    /// The cloud of the block `cloud "NAME"`, kept in `folder/NAME`, with the scenario of `folder/scenario.json` where
    /// there is one. Nothing is written before something is applied.
    pub fn open(folder: &Path, cloud: Symbol, facts: Facts, clock: Clock) -> Result<Self, CloudError> {
        let whole = Store::Folder(folder.to_owned());
        let place = whole.place("scenario.json");
        let scenario = match whole.read("scenario.json")? {
            Some(bytes) => Scenario::parse(&String::from_utf8_lossy(&bytes))
                .map_err(|reason| CloudError::Corrupt { place, reason })?,
            None => Scenario::default(),
        };
        let store = Store::Folder(folder.join(store::file_name(cloud.as_str())));
        Self::over(store, cloud, facts, clock, scenario)
    }

    /// A cloud in memory. Those that are given clones of one `memory` see the same units, as with a folder.
    pub fn in_memory(
        memory: &Memory,
        cloud: Symbol,
        facts: Facts,
        clock: Clock,
        scenario: Scenario,
    ) -> Result<Self, CloudError> {
        Self::over(Store::Memory(memory.clone()), cloud, facts, clock, scenario)
    }

    fn over(store: Store, name: Symbol, facts: Facts, clock: Clock, scenario: Scenario) -> Result<Self, CloudError> {
        let corrupt = |reason: String| CloudError::Corrupt { place: store.place("meta.json"), reason };
        let meta = match store.read("meta.json")? {
            Some(bytes) => serde_json::from_slice::<Meta>(&bytes).map_err(|e| corrupt(e.to_string()))?,
            None => Meta { version: stored::VERSION, ..Meta::default() },
        };
        if meta.version > stored::VERSION {
            return Err(corrupt(format!("it was written by a later version ({})", meta.version)));
        }
        let world = Mutex::new(World { meta, ..World::default() });
        Ok(Self { name, store, facts, clock: Clocked(clock), scenario, world })
    }

    /// The same with another scenario.
    pub fn with_scenario(self, scenario: Scenario) -> Self {
        Self { scenario, ..self }
    }

    /// How many resources were created over the cloud's life: what a test counts.
    pub fn creations(&self) -> u64 {
        self.world().meta.creations
    }

    /// How many operations were done over the cloud's life.
    pub fn operations(&self) -> u64 {
        self.world().meta.operations
    }

    /// Resources that exist and are in no unit: retained ones, and replaced ones that could not be deleted.
    pub fn left_behind(&self) -> Vec<LeftBehind> {
        self.world().meta.left_behind.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What every call meets first: outages, a broken connection, what is not allowed, throttling.
    fn answer(&self, call: &str, cancel: &Cancel) -> Result<(), CloudError> {
        /// How often a call is tried again by itself before it is given up.
        const TRIES: u32 = 5;
        if cancel.is_cancelled() {
            return Err(CloudError::Cancelled);
        }
        let unreachable = |reason: &str| CloudError::Unreachable {
            endpoint: format!("embedded cloud {}", self.name),
            reason: reason.to_owned(),
        };
        let mut world = self.world();
        if world.dead {
            return Err(unreachable("the connection is broken"));
        }
        let mut outages = self.scenario.outages.iter().filter(|rule| matches(&rule.call, call));
        if outages.any(|rule| world.meta.spend(rule, rule.times)) {
            return Err(unreachable("outage"));
        }
        let mut denied = self.scenario.denied.iter().filter(|rule| matches(&rule.call, call));
        if let Some(rule) = denied.find(|rule| world.meta.spend(rule, rule.times)) {
            return Err(CloudError::Denied(rule.reason.clone()));
        }
        for rule in self.scenario.throttle.iter().filter(|rule| matches(&rule.call, call)) {
            for attempt in 1..=TRIES {
                if !world.meta.spend(rule, Some(rule.times)) {
                    break;
                }
                world.meta.ticks += u64::from(attempt);
                if attempt == TRIES {
                    return Err(CloudError::Throttled { operation: call.to_owned(), attempts: TRIES });
                }
            }
        }
        Ok(())
    }

    /// Counts an operation; says whether it fails, or the connection breaks.
    fn count_operation(&self, address: Symbol, kind: Symbol, operation: &str) -> Result<(), Stop> {
        let mut world = self.world();
        world.meta.operations += 1;
        if self.scenario.crash_at == Some(world.meta.operations) {
            world.dead = true;
            return Err(Stop::Cloud(CloudError::Unreachable {
                endpoint: format!("embedded cloud {}", self.name),
                reason: format!("the connection broke at operation {}", world.meta.operations),
            }));
        }
        if kind == "" {
            return Ok(());
        }
        let mut rules = self.scenario.failures.iter().filter(|rule| {
            matches(&rule.address, address.as_str())
                && matches(&rule.kind, kind.as_str())
                && matches(&rule.operation, operation)
                // Undoing fails only where that is asked for by name.
                && (operation != "roll_back" || rule.operation == "roll_back")
        });
        match rules.find(|rule| world.meta.spend(rule, rule.times)) {
            Some(rule) if rule.message.is_empty() => Err(failed(address, rule.code.clone())),
            Some(rule) => Err(failed(address, format!("{}: {}", rule.code, rule.message))),
            None => Ok(()),
        }
    }

    /// Whether a resource is accepted and will not be there.
    fn is_accepted_only(&self, member: &Member) -> bool {
        let rules = self.scenario.missing.iter();
        rules
            .filter(|rule| matches(&rule.address, member.address.as_str()) && matches(&rule.kind, member.kind.as_str()))
            .any(|rule| self.world().meta.spend(rule, rule.times))
    }

    /// The value of a resource's identifier or attribute; none: it is not there.
    fn value_of(&self, resource: &StoredResource, region: Symbol, attribute: Option<Symbol>) -> Option<String> {
        let id = resource.id()?;
        let Some(attribute) = attribute else { return Some(id.as_str().to_owned()) };
        let kind = resource.kind.0;
        let rule = naming::rule(self.facts.schemas.get(kind), attribute);
        Some(naming::attribute(rule, kind, region, id, resource.updates, attribute).as_str().to_owned())
    }

    /// What identifiers of a unit are made from.
    fn unit_name(&self, unit: &StoredUnit) -> String {
        format!("{}/{}/{}", self.name, unit.region.0, unit.name.0)
    }

    /// Nodes that can still be had, beside what other units and `own` hold.
    fn free(
        &self,
        file: &str,
        wanted: capacity::Wanted,
        region: Symbol,
        own: &[Held],
    ) -> Result<Option<(u64, String)>, CloudError> {
        self.with_index(|index| {
            let others = index.iter().filter(|(other, _)| **other != file);
            let mut held: Vec<(Symbol, &Held)> =
                others.flat_map(|(_, facts)| facts.held.iter().map(|h| (facts.region, h))).collect();
            held.extend(own.iter().map(|h| (region, h)));
            self.scenario.free(wanted, &held)
        })
    }

    /// Looks at the index of all units, which is read once.
    fn with_index<T>(&self, look: impl FnOnce(&BTreeMap<String, UnitFacts>) -> T) -> Result<T, CloudError> {
        let mut world = self.world();
        if world.index.is_none() {
            let mut index = BTreeMap::new();
            for region in self.store.folders("units")? {
                for file in self.store.list(&format!("units/{region}"))? {
                    if let Some(unit) = self.read_unit(&file)? {
                        index.insert(file, UnitFacts::of(&unit));
                    }
                }
            }
            world.index = Some(index);
        }
        Ok(look(world.index.get_or_insert_default()))
    }

    /// What the units beside the one in `file` take from others, by the address they take it from.
    fn taken_from(&self, file: &str) -> Result<FxHashMap<String, Vec<Import>>, CloudError> {
        self.with_index(|index| {
            let mut taken: FxHashMap<String, Vec<Import>> = FxHashMap::default();
            for facts in index.iter().filter(|(other, _)| **other != file).map(|(_, facts)| facts) {
                for (key, value) in &facts.imports {
                    let attribute = key.rsplit_once('|').map(|(_, attribute)| Symbol::new(attribute));
                    let import = Import { unit: facts.name, attribute, value: value.clone() };
                    taken.entry(stored::address_of(key).to_owned()).or_default().push(import);
                }
            }
            taken
        })
    }

    fn index_unit(&self, file: &str, facts: UnitFacts) {
        if let Some(index) = &mut self.world().index {
            index.insert(file.to_owned(), facts);
        }
    }

    fn read_unit(&self, file: &str) -> Result<Option<StoredUnit>, CloudError> {
        let Some(bytes) = self.store.read(file)? else { return Ok(None) };
        let corrupt = |reason: String| CloudError::Corrupt { place: self.store.place(file), reason };
        // read as text once, rather than text by text
        let text = std::str::from_utf8(&bytes).map_err(|e| corrupt(e.to_string()))?;
        let unit: StoredUnit = serde_json::from_str(text).map_err(|e| corrupt(e.to_string()))?;
        if unit.version > stored::VERSION {
            return Err(corrupt(format!("it was written by a later version ({})", unit.version)));
        }
        Ok(Some(unit))
    }

    fn write_unit(&self, file: &str, unit: &StoredUnit) -> Result<(), CloudError> {
        let bytes = serde_json::to_vec(unit)
            .map_err(|e| CloudError::Corrupt { place: self.store.place(file), reason: e.to_string() })?;
        self.store.write(file, bytes)
    }

    fn remove_unit(&self, file: &str, next_id: u64) -> Result<(), CloudError> {
        self.store.remove(file)?;
        let mut world = self.world();
        if let Some(index) = &mut world.index {
            index.remove(file);
        }
        if next_id > 0 {
            world.meta.retired.insert(file.to_owned(), next_id);
        }
        drop(world);
        self.save_meta()
    }

    fn save_meta(&self) -> Result<(), CloudError> {
        let bytes = serde_json::to_vec_pretty(&self.world().meta)
            .map_err(|e| CloudError::Corrupt { place: self.store.place("meta.json"), reason: e.to_string() })?;
        self.store.write("meta.json", bytes)
    }

    /// The unit of a request, where it may be changed by it.
    fn expected(&self, request: &UnitRequest) -> Result<Option<StoredUnit>, CloudError> {
        let unit = &request.unit;
        let existing = self.read_unit(&unit_file(unit.site.region, unit.name))?;
        let Some(stored) = existing else {
            // Deleting what is gone is done; anything else was planned for a unit that was there.
            if unit.operation == UnitOperation::Update {
                return Err(CloudError::Stale { unit: unit.name });
            }
            return Ok(None);
        };
        if stored.fleet.0 != request.fleet {
            let reason = format!("unit {} belongs to fleet {}", unit.name, stored.fleet.0);
            return Err(CloudError::Refused { operation: "prepare".to_owned(), reason });
        }
        let ours = |token: Option<&String>| token == Some(&request.token);
        if ours(stored.token.as_ref()) || ours(stored.under_way.as_ref().map(|u| &u.token)) {
            return Ok(Some(stored));
        }
        if let Some(state) = self.scenario.busy(unit.name.as_str()) {
            let reason = "somebody else's operation is going on in it".to_owned();
            return Err(CloudError::State { unit: unit.name, state: state.to_owned(), reason });
        }
        let trouble = stored.trouble.as_ref();
        let empty = trouble.is_some_and(|t| t.failed_create);
        if let Some(trouble) = trouble.filter(|_| !empty && unit.operation != UnitOperation::Delete) {
            return Err(CloudError::State {
                unit: unit.name,
                state: trouble.state.clone(),
                reason: trouble.reason.clone(),
            });
        }
        let as_planned = stored.fingerprint == unit.expects || (empty && unit.expects.is_empty());
        if as_planned { Ok(Some(stored)) } else { Err(CloudError::Stale { unit: unit.name }) }
    }
}

/// Takes no events.
struct Silent;

impl EventSink for Silent {
    fn event(&self, _: crate::cloud::Event) {}
}

#[async_trait]
impl Cloud for EmbeddedCloud {
    async fn observe(&self, request: &ObserveRequest, cancel: &Cancel) -> Result<Observation, CloudError> {
        self.answer("observe", cancel)?;
        let mut seen = self.look_at_all(request)?;
        for unit in &mut seen.units {
            let unread = self.scenario.unreadable.iter().any(|rule| matches(&rule.unit, unit.name.as_str()));
            if !request.drift || unread {
                unit.resources.iter_mut().for_each(|resource| (resource.actual, resource.reported) = (None, None));
            }
        }
        Ok(seen)
    }

    async fn find(&self, sought: &[Sought], cancel: &Cancel) -> Result<Vec<Sighting>, CloudError> {
        self.answer("find", cancel)?;
        if let Some(why) = &self.scenario.unseen {
            return Ok(vec![Sighting::CannotKnow(why.clone()); sought.len()]);
        }
        sought.iter().map(|sought| self.sight(sought)).collect()
    }

    async fn preflight(&self, questions: &[Question], cancel: &Cancel) -> Vec<Answer> {
        match self.answer("preflight", cancel) {
            Ok(()) => self.scenario.answers(questions, &self.clock.0),
            Err(error) => {
                let unknown = |_: &Question| Answer::unknown(error.to_string(), "embedded cloud");
                questions.iter().map(unknown).collect()
            }
        }
    }

    async fn foresee(
        &self,
        requests: &[UnitRequest],
        asked: &(dyn Fn(Symbol) + Sync),
        cancel: &Cancel,
    ) -> Result<Vec<Opinion>, CloudError> {
        let mut opinions = Vec::with_capacity(requests.len());
        for request in requests {
            self.answer("foresee", cancel)?;
            opinions.push(self.opinion(request, cancel));
            asked(request.unit.name);
        }
        Ok(opinions)
    }

    async fn prepare(&self, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
        self.answer("prepare", cancel)?;
        if let Some(limit) = self.scenario.resources_per_unit
            && request.unit.members.len() > limit
        {
            let reason = format!("{} resources are more than {limit}", request.unit.members.len());
            return Err(CloudError::Refused { operation: "prepare".to_owned(), reason });
        }
        let existing = self.expected(request)?;
        let done = match request.unit.operation {
            _ if request.ahead.is_some() => {
                existing.as_ref().is_some_and(|unit| unit.token.as_ref() == Some(&request.token))
            }
            UnitOperation::Keep => true,
            UnitOperation::Delete => existing.is_none(),
            UnitOperation::Create | UnitOperation::Update => {
                existing.as_ref().is_some_and(|unit| unit.token.as_ref() == Some(&request.token))
            }
        };
        let handle = existing.as_ref().map_or_else(String::new, |unit| unit.fingerprint.clone());
        if done {
            return Ok(Prepared { handle, nothing_to_do: true, changes: Vec::new() });
        }
        let file = unit_file(request.unit.site.region, request.unit.name);
        let execution = Execution::begin(self, request, &Silent, cancel, file, existing);
        let changes = match &request.ahead {
            Some(ahead) => existing::foresee(ahead),
            None => execution.foresee()?,
        };
        Ok(Prepared { handle, nothing_to_do: false, changes })
    }

    async fn execute(
        &self,
        request: &UnitRequest,
        prepared: &Prepared,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Outcome, CloudError> {
        self.answer("execute", cancel)?;
        let file = unit_file(request.unit.site.region, request.unit.name);
        let existing = self.expected(request)?;
        if existing.as_ref().map_or("", |unit| unit.fingerprint.as_str()) != prepared.handle {
            return Err(CloudError::Stale { unit: request.unit.name });
        }
        if prepared.nothing_to_do {
            return self.settled(&file, existing);
        }
        let echo = Echo::of(request, events);
        let outcome = Execution::begin(self, request, &echo, cancel, file, existing).run().await;
        outcome.map(|outcome| echo.outcome(outcome))
    }

    async fn account(&self, cancel: &Cancel) -> Result<Option<Symbol>, CloudError> {
        self.answer("account", cancel)?;
        Ok(self.scenario.account.as_deref().map(Symbol::new))
    }

    async fn read_back(&self, region: Symbol, unit: Symbol, cancel: &Cancel) -> Result<Option<LiveUnit>, CloudError> {
        self.answer("read_back", cancel)?;
        self.look_at(&unit_file(region, unit))
    }
}

#[cfg(test)]
mod tests;
