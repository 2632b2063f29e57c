//! Groups that fill, and the checks before something is made: the parts of an execution that look at the schema and at
//! what other units hold. Must not know the order of things.

use serde_json::value::RawValue;
use tonnage_base::Symbol;
use tonnage_graph::{JsonError, ValueId, Values};
use tonnage_plan::effects::{leaves_size, size, text, within};
use tonnage_plan::model::{Member, WhenHeld};
use tonnage_schema::PathStep;

use super::capacity::{INSUFFICIENT, Wanted};
use super::engine::{Execution, Stop, failed};
use super::stored::StoredResource;
use super::world::{Held, UnitFacts};
use crate::cloud::Shortfall;
use crate::glob::matches;

impl Execution<'_> {
    /// Fills the groups of the unit as far as there is room, in their order, and says which are not full.
    pub(super) fn fill(&mut self) -> Vec<Shortfall> {
        let short = self.cloud.fill(&self.file, &mut self.unit);
        self.cloud.index_unit(&self.file, UnitFacts::of(&self.unit));
        short
    }

    /// The same, asking again as often as one waits where the author wants that.
    pub(super) fn fill_again(&mut self) -> Vec<Shortfall> {
        /// How often groups are asked for again before they are left as they are.
        const TRIES: u32 = 10;
        let mut short = self.fill();
        for _ in 0..TRIES {
            if short.is_empty() || self.request.unit.when_held != WhenHeld::Retry {
                break;
            }
            self.say(None, "waiting", "asking again for what is short");
            self.cloud.world().meta.ticks += 1;
            short = self.fill();
        }
        short
    }

    /// What the service refuses before it does anything: a property that is its own to say, one that must be given.
    pub(super) fn check(&self, member: &Member, body: ValueId) -> Result<(), Stop> {
        let Some(facts) = self.cloud.facts.schemas.get(member.kind) else { return Ok(()) };
        let values = self.values();
        for (name, _) in values.entries(body) {
            if facts.read_only(&[PathStep::Key(name)]) {
                return Err(failed(
                    member.address,
                    format!("Encountered unsupported property {name}: it is read-only"),
                ));
            }
            if facts.body().get(name).is_none() {
                return Err(failed(member.address, format!("Encountered unsupported property {name}")));
            }
        }
        for &name in facts.required() {
            if values.get(body, name).is_none() {
                return Err(failed(member.address, format!("required key [{name}] not found")));
            }
        }
        Ok(())
    }

    /// Whether one more of its kind can be made, and whether there is room for what it reserves.
    pub(super) fn room(&self, member: &Member) -> Result<(), Stop> {
        let region = self.unit.region.0;
        for quota in &self.cloud.scenario.quotas {
            let Some(kind) = &quota.kind else { continue };
            if !matches(kind, member.kind.as_str()) || quota.region.as_deref().is_some_and(|r| region != r) {
                continue;
            }
            let own = UnitFacts::of(&self.unit);
            let count = |facts: &UnitFacts| -> u64 {
                facts.kinds.iter().filter(|(k, _)| matches(kind, k.as_str())).map(|(_, n)| n).sum()
            };
            let others = self.cloud.with_index(|index| {
                let others = index.iter().filter(|(file, facts)| **file != self.file && facts.region == region);
                others.map(|(_, facts)| count(facts)).sum::<u64>()
            })?;
            if others + count(&own) >= quota.limit {
                return Err(failed(member.address, format!("{}: {} is the limit", quota.code, quota.limit)));
            }
        }
        let Some(holds) = member.holds.filter(|h| h.reserves_only) else { return Ok(()) };
        let own: Vec<Held> = self.unit.resources.iter().chain(&self.unit.cleanup).filter_map(Held::of).collect();
        let free = self.cloud.free(&self.file, Wanted::by(region, holds), region, &own)?;
        match free {
            Some((free, code)) if free < u64::from(holds.nodes) => {
                let reason = format!("{code}: {} nodes asked for, {free} free", holds.nodes);
                Err(failed(member.address, reason))
            }
            _ => Ok(()),
        }
    }
}

impl super::EmbeddedCloud {
    /// See [`Execution::fill`].
    pub(super) fn fill(&self, file: &str, unit: &mut super::stored::StoredUnit) -> Vec<Shortfall> {
        let region = unit.region.0;
        let mut short = Vec::new();
        let replaced: Vec<Held> = unit.cleanup.iter().filter_map(Held::of).collect();
        for index in 0..unit.resources.len() {
            let Some(resource) = unit.resources.get(index) else { continue };
            let Some(holds) = resource.holds.as_ref().and_then(|h| h.holds()) else { continue };
            if holds.reserves_only || resource.physical_id.is_none() {
                continue;
            }
            let address = resource.at();
            let wanted = self.wanted(resource, holds.nodes);
            let mut running = wanted;
            let mut reason = INSUFFICIENT.to_owned();
            if self.scenario.limits_nodes() {
                let siblings = unit.resources.iter().enumerate().filter(|(other, _)| *other != index);
                let mut own: Vec<Held> = siblings.filter_map(|(_, r)| Held::of(r)).collect();
                own.extend(replaced.iter().cloned());
                // What can't be read limits nothing; reading it anew says why.
                if let Ok(Some((free, code))) = self.free(file, Wanted::by(region, holds), region, &own)
                    && free < u64::from(running)
                {
                    running = u32::try_from(free).unwrap_or(u32::MAX);
                    reason = code;
                }
            }
            if let Some((least, code)) = self.not_filled(address, running) {
                running = least;
                reason = code;
            }
            if let Some(resource) = unit.resources.get_mut(index) {
                resource.run(running);
            }
            if running < wanted {
                short.push(Shortfall { address, asked: wanted, running, reason });
            }
        }
        short
    }

    /// How many nodes a group is to have: those asked for; where others say how many, or have brought it to more, as
    /// many as it may have of those.
    fn wanted(&self, resource: &StoredResource, asked: u32) -> u32 {
        let (effects, kind) = (&self.facts.effects, resource.kind.0);
        if effects.sizes(kind).is_empty() {
            return asked;
        }
        let mut values = Values::new();
        // what can't be read says no other number
        let Ok(body) = resource.whole(&mut values) else { return asked };
        let others = match leaves_size(effects, &values, kind, body) {
            true => resource.running,
            false => size(effects, &values, kind, body).and_then(|nodes| u32::try_from(nodes).ok()),
        };
        within(effects, &values, kind, body, asked.max(others.unwrap_or(0)))
    }

    /// As a service does where a maximum falls below a size that the body leaves to others: the size is the maximum
    /// from then on.
    pub(super) fn lower(&self, resource: &mut StoredResource, values: &mut Values, body: ValueId) -> Result<(), Stop> {
        let (effects, kind) = (&self.facts.effects, resource.kind.0);
        let Some(beside) = &resource.beside else { return Ok(()) };
        let corrupt = |error: JsonError| failed(resource.at(), error.to_string());
        let mut beside = values.from_json(beside.get()).map_err(corrupt)?;
        for place in effects.sizes(kind) {
            let path: Option<Vec<Symbol>> = place.steps().iter().copied().collect();
            let said = text(values, beside, place).and_then(|text| text.parse().ok());
            let Some((path, said)) = path.zip(said) else { continue };
            let most = within(effects, values, kind, body, said);
            if most < said {
                let most = values.string(Symbol::new(&most.to_string()));
                beside = values.put(beside, &path, Some(most));
            }
        }
        resource.stands_beside(values, beside);
        Ok(())
    }

    /// What the service sets of a resource beside what it is told: what stood there `before`, and else its defaults.
    pub(super) fn fill_in(
        &self,
        resource: &mut StoredResource,
        before: Option<Box<RawValue>>,
        values: &mut Values,
        body: ValueId,
    ) -> Result<(), Stop> {
        let corrupt = |error: JsonError| failed(resource.at(), error.to_string());
        let rules = self.scenario.defaults.iter();
        let own = rules
            .filter(|rule| matches(&rule.kind, resource.kind.0.as_str()) && matches(&rule.address, &resource.address));
        let mut whole = values.map_sorted(&[]);
        for text in own
            .map(|rule| serde_json::Value::Object(rule.set.clone()).to_string())
            .chain(before.iter().map(|b| b.get().to_owned()))
        {
            let more = values.from_json(&text).map_err(corrupt)?;
            whole = values.merge(whole, more);
        }
        let (_, beside) = values.split(body, whole);
        resource.stands_beside(values, beside);
        Ok(())
    }

    /// What a rule of the scenario leaves of a group.
    fn not_filled(&self, address: Symbol, running: u32) -> Option<(u32, String)> {
        let rules = self.scenario.fill.iter();
        let rule = rules
            .filter(|r| matches(&r.address, address.as_str()) && r.running < running)
            .find(|rule| self.world().meta.spend(rule, rule.times))?;
        Some((rule.running, rule.reason.clone().unwrap_or_else(|| INSUFFICIENT.to_owned())))
    }
}
