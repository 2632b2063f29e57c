//! Looking at the embedded cloud: observing and reading back. Must not change units, except for what the scenario's
//! strangers and the passing of time do to them.

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_graph::{JsonError, Values};

use super::EmbeddedCloud;
use super::naming::{self, Rule};
use super::store::region_folder;
use super::stored::{StoredHolds, StoredOlder, StoredResource, StoredUnit, address_of};
use super::world::UnitFacts;
use crate::cloud::{
    CloudError, LiveResource, LiveUnit, NOTHING_BESIDE, Observation, ObserveRequest, Outcome, Shortfall, UnitState,
};
use crate::glob::matches;

impl EmbeddedCloud {
    /// Every unit of a fleet. One that can't be read is an error: a plan that overlooked it would make it a second
    /// time.
    pub(super) fn look_at_all(&self, request: &ObserveRequest) -> Result<Observation, CloudError> {
        let mut seen = Observation { capacity: self.scenario.known(&request.regions), ..Observation::default() };
        let mut units = Vec::new();
        for &region in &request.regions {
            for file in self.store.list(&region_folder(region))? {
                let Some(unit) = self.as_it_is_now(&file)? else { continue };
                if unit.fleet.0 == request.fleet {
                    units.push(unit);
                }
            }
        }
        // Values of attributes are compared only with what a stranger wrote: what we applied refers to them by name.
        let literal = units.iter().flat_map(|unit| &unit.resources).any(|resource| resource.actual.is_some());
        let mut names = if literal { Names::default() } else { Names::none() };
        for unit in units.iter().filter(|_| request.drift) {
            let rule = self.scenario.unreadable.iter().find(|rule| matches(&rule.unit, unit.name.0.as_str()));
            seen.gaps.extend(
                rule.map(|rule| format!("cannot know: property drift in unit {} ({})", unit.name.0, rule.reason)),
            );
        }
        seen.units = units.into_iter().map(|unit| self.live(unit, &mut names)).collect();
        Ok(seen)
    }

    pub(super) fn look_at(&self, file: &str) -> Result<Option<LiveUnit>, CloudError> {
        Ok(self.as_it_is_now(file)?.map(|unit| self.live(unit, &mut Names::default())))
    }

    /// How a unit stands that was brought there before.
    pub(super) fn settled(&self, file: &str, unit: Option<StoredUnit>) -> Result<Outcome, CloudError> {
        let Some(mut unit) = unit else { return Ok(Outcome::Filled) };
        let short: Vec<Shortfall> = self.fill(file, &mut unit);
        Ok(if short.is_empty() { Outcome::Filled } else { Outcome::Short(short) })
    }

    /// A unit, after strangers had their way with it and groups that were short were filled where there is room by now.
    fn as_it_is_now(&self, file: &str) -> Result<Option<StoredUnit>, CloudError> {
        let Some(mut unit) = self.read_unit(file)? else { return Ok(None) };
        let mut changed = self.strangers(file, &mut unit)?;
        changed |= self.go_on(file, &mut unit)?;
        let is_short =
            |r: &StoredResource| r.holds.as_ref().is_some_and(|h| r.running.is_some_and(|running| running < h.nodes));
        if unit.under_way.is_none() && unit.resources.iter().any(is_short) {
            let before: Vec<Option<u32>> = unit.resources.iter().map(|r| r.running).collect();
            self.fill(file, &mut unit);
            changed |= unit.resources.iter().map(|r| r.running).ne(before);
        }
        if changed {
            unit.seal();
            self.write_unit(file, &unit)?;
            self.index_unit(file, UnitFacts::of(&unit));
            self.save_meta()?;
        }
        Ok(Some(unit))
    }

    /// A request broke off, and nobody is at it: as a real cloud goes on without its caller, what was replaced goes,
    /// and what is given to others is what is there. The rest is for the same request again, or for a new plan.
    fn go_on(&self, file: &str, unit: &mut StoredUnit) -> Result<bool, CloudError> {
        // With real delays somebody may be at it.
        if unit.under_way.is_none() || self.scenario.tick_ms > 0 {
            return Ok(false);
        }
        let mut changed = false;
        let region = unit.region.0;
        while let Some(old) = unit.cleanup.pop() {
            changed = true;
            let taken = self.taken_from(file)?;
            let user = taken
                .get(&*old.address)
                .into_iter()
                .flatten()
                .find(|import| self.value_of(&old, region, import.attribute).as_ref() == Some(&import.value));
            let why = match user {
                _ if old.retain_on_delete => "retained".to_owned(),
                Some(import) => format!("DependencyViolation: unit {} uses it", import.unit),
                None => continue,
            };
            self.world().meta.leave_behind(region, &old, &why);
        }
        let resources = &unit.resources;
        for output in unit.outputs.values_mut() {
            let attribute = output.of.rsplit_once('|').map(|(_, attribute)| Symbol::new(attribute));
            let resource = resources.iter().find(|r| *r.address == *address_of(&output.of));
            if let Some(value) = resource.and_then(|r| self.value_of(r, region, attribute))
                && value != output.value
            {
                output.value = value;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// What strangers do to a unit. True: they did something.
    fn strangers(&self, file: &str, unit: &mut StoredUnit) -> Result<bool, CloudError> {
        let mut changed = false;
        for edit in &self.scenario.strangers {
            let Some(resource) = unit.resources.iter_mut().find(|r| *r.address == *edit.address.as_str()) else {
                continue;
            };
            if resource.physical_id.is_none() || !self.world().meta.spend(edit, Some(1)) {
                continue;
            }
            changed = true;
            if edit.delete {
                resource.physical_id = None;
                resource.deleted = true;
                if resource.running.is_some() {
                    resource.run(0);
                }
                continue;
            }
            let corrupt = |e: JsonError| CloudError::Corrupt { place: self.store.place(file), reason: e.to_string() };
            if let Some(running) = edit.running {
                resource.run(running);
            }
            if edit.refresh {
                resource.older.clear();
            }
            let mut values = Values::new();
            let mut whole = resource.whole(&mut values).map_err(corrupt)?;
            for (property, value) in &edit.set {
                let set = match value.is_null() {
                    true => None,
                    false => Some(values.from_json(&value.to_string()).map_err(corrupt)?),
                };
                whole = values.put(whole, &[Symbol::new(property)], set);
            }
            resource.becomes(&mut values, whole).map_err(corrupt)?;
        }
        Ok(changed)
    }

    fn live(&self, unit: StoredUnit, names: &mut Names) -> LiveUnit {
        let region = unit.region.0;
        let state = match (unit.trouble, self.scenario.busy(unit.name.0.as_str())) {
            (_, Some(state)) => UnitState::Busy(state.to_owned()),
            (None, None) => UnitState::Ready,
            (Some(t), None) if t.failed_create => UnitState::FailedCreate { state: t.state, reason: t.reason },
            (Some(t), None) => UnitState::Stuck { state: t.state, reason: t.reason },
        };
        LiveUnit {
            name: unit.name.0,
            region,
            fingerprint: unit.fingerprint,
            state,
            outputs: unit.outputs.into_iter().map(|(name, output)| (name.0, output.value)).collect(),
            resources: unit.resources.into_iter().map(|resource| self.live_resource(resource, region, names)).collect(),
        }
    }

    fn live_resource(&self, resource: StoredResource, region: Symbol, names: &mut Names) -> LiveResource {
        let kind = resource.kind.0;
        let attributes = match resource.physical_id.as_deref().filter(|_| !names.unwanted).map(Symbol::new) {
            Some(id) => names
                .of(self, kind)
                .iter()
                .map(|&(name, rule)| (name, naming::attribute(rule, kind, region, id, resource.updates, name)))
                .collect(),
            None => Vec::new(),
        };
        LiveResource {
            address: resource.address,
            local_name: resource.local_name,
            kind,
            applied: Box::<str>::from(resource.applied).into_string(),
            actual: match resource.deleted && resource.physical_id.is_none() {
                true => Some("null".to_owned()),
                false => resource.actual.map(|body| Box::<str>::from(body).into_string()),
            },
            reported: Some(resource.beside.as_deref().map_or(names.nothing, |beside| Symbol::new(beside.get()))),
            recorded: None,
            physical_id: resource.physical_id,
            attributes,
            holds: resource.holds.as_ref().and_then(StoredHolds::holds),
            running: resource.running,
            older: resource.older.iter().map(StoredOlder::older).collect(),
            depends_on: resource.depends_on.into_iter().map(|name| name.0).collect(),
            retain_on_delete: resource.retain_on_delete,
            retain_on_replace: resource.retain_on_replace,
            delete_first: resource.delete_first,
            update_policy: resource.update_policy.map(|name| name.0),
        }
    }
}

/// The attributes of each type, where they are wanted.
struct Names {
    by_kind: FxHashMap<Symbol, Vec<(Symbol, Rule)>>,
    unwanted: bool,
    /// What is said where nothing is reported beside what was applied.
    nothing: Symbol,
}

impl Default for Names {
    fn default() -> Self {
        Self { by_kind: FxHashMap::default(), unwanted: false, nothing: Symbol::new(NOTHING_BESIDE) }
    }
}

impl Names {
    fn none() -> Self {
        Self { unwanted: true, ..Self::default() }
    }

    fn of(&mut self, cloud: &EmbeddedCloud, kind: Symbol) -> &[(Symbol, Rule)] {
        if self.unwanted {
            return &[];
        }
        self.by_kind.entry(kind).or_insert_with(|| {
            let facts = cloud.facts.schemas.get(kind);
            let names = facts.map(|facts| facts.attributes()).unwrap_or_default();
            names.iter().map(|&name| (name, naming::rule(facts, name))).collect()
        })
    }
}
