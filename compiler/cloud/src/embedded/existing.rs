//! What exists and is in no unit of a fleet: looking for it, and taking it into a unit. Must not know why somebody
//! does.

use std::collections::BTreeMap;

use serde_json::Value;
use tonnage_base::Symbol;
use tonnage_plan::model::{Ahead, Imported};
use tonnage_plan::opinion::{Act, Answer, Foreseen};

use super::EmbeddedCloud;
use super::engine::{Execution, Stop, failed, raw};
use super::naming;
use super::stored::{Name, StoredHolds, StoredResource};
use crate::cloud::{CloudError, Outcome, Sighting, Sought, SoughtBy};

/// Something that is there.
struct Thing {
    id: String,
    properties: String,
    attributes: Vec<(Symbol, Symbol)>,
    /// The unit that holds it.
    unit: Option<Symbol>,
}

impl EmbeddedCloud {
    /// What is known of an object.
    pub(super) fn sight(&self, sought: &Sought) -> Result<Sighting, CloudError> {
        let mut found = self.things(sought.region, sought.kind)?;
        found.retain(|thing| match &sought.by {
            SoughtBy::Id(id) => thing.id == id.as_str(),
            SoughtBy::Where(wanted) => meets(&thing.properties, wanted),
        });
        Ok(match (found.len(), found.pop()) {
            (1, Some(only)) => {
                Sighting::Found { id: Symbol::new(&only.id), properties: only.properties, attributes: only.attributes }
            }
            (_, None) => Sighting::Nothing,
            (_, Some(last)) => {
                let ids = found.iter().chain([&last]).map(|thing| Symbol::new(&thing.id));
                Sighting::Several(ids.collect())
            }
        })
    }

    /// Everything of a type in a region, in order of their identifiers: what the scenario says is there, what units
    /// hold, what they left behind.
    fn things(&self, region: Symbol, kind: Symbol) -> Result<Vec<Thing>, CloudError> {
        let facts = self.facts.schemas.get(kind);
        let mut all: BTreeMap<String, Thing> = BTreeMap::new();
        let named = |id: &str| -> Vec<(Symbol, Symbol)> {
            let names = facts.map(|facts| facts.attributes()).unwrap_or_default();
            let value =
                |name: Symbol| naming::attribute(naming::rule(facts, name), kind, region, Symbol::new(id), 0, name);
            names.iter().map(|&name| (name, value(name))).collect()
        };
        for existing in self.scenario.existing.iter().filter(|e| region == e.region.as_str() && kind == e.kind.as_str())
        {
            let mut attributes = named(&existing.id);
            for (name, value) in &existing.attributes {
                attributes.retain(|(known, _)| *known != name.as_str());
                attributes.push((Symbol::new(name), Symbol::new(value)));
            }
            let properties = Value::Object(existing.properties.clone()).to_string();
            let thing = Thing { id: existing.id.clone(), properties, attributes, unit: None };
            all.insert(existing.id.clone(), thing);
        }
        let left = self.world().meta.left_behind.clone();
        for left in left.into_iter().filter(|left| region == left.region.as_str() && kind == left.kind.as_str()) {
            let attributes = named(&left.physical_id);
            let thing = Thing { id: left.physical_id.clone(), properties: left.properties, attributes, unit: None };
            all.insert(left.physical_id, thing);
        }
        for file in self.store.list(&super::store::region_folder(region))? {
            let Some(unit) = self.read_unit(&file)? else { continue };
            for resource in unit.resources.iter().filter(|resource| resource.kind.0 == kind) {
                let Some(id) = resource.id() else { continue };
                let mut attributes = named(id.as_str());
                for (name, value) in &mut attributes {
                    if let Some(now) = self.value_of(resource, region, Some(*name)) {
                        *value = Symbol::new(&now);
                    }
                }
                let thing = Thing {
                    id: id.as_str().to_owned(),
                    properties: resource.literal(),
                    attributes,
                    unit: Some(unit.name.0),
                };
                all.insert(id.as_str().to_owned(), thing);
            }
        }
        Ok(all.into_values().collect())
    }
}

/// Whether properties are as wanted: each of them the same, or holding what is wanted where that is a map.
fn meets(properties: &str, wanted: &[(Symbol, String)]) -> bool {
    let Ok(Value::Object(properties)) = serde_json::from_str::<Value>(properties) else { return false };
    wanted.iter().all(|(name, text)| {
        let wanted: Value = serde_json::from_str(text).unwrap_or_default();
        properties.get(name.as_str()).is_some_and(|is| holds(is, &wanted))
    })
}

/// A list of keys and values, such as tags, holds a map where it holds all of its entries.
fn holds(is: &Value, wanted: &Value) -> bool {
    match (is, wanted) {
        (Value::Object(is), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| is.get(name).is_some_and(|is| holds(is, value)))
        }
        (Value::Array(items), Value::Object(wanted)) => wanted.iter().all(|(name, value)| {
            items
                .iter()
                .any(|item| item.get("Key").and_then(Value::as_str) == Some(name) && item.get("Value") == Some(value))
        }),
        _ => is == wanted,
    }
}

/// What a change set would say of it.
pub(super) fn foresee(ahead: &Ahead) -> Vec<Foreseen> {
    let row = |local_name, act| Foreseen { local_name, act, replaced: Answer::No, kept: false, causes: Vec::new() };
    match ahead {
        Ahead::Retain(names) => names.iter().map(|name| row(*name, Act::Modify)).collect(),
        Ahead::Import { resources, .. } => resources.iter().map(|r| row(r.member.local_name, Act::Import)).collect(),
    }
}

impl Execution<'_> {
    /// What is done to a unit before all else.
    pub(super) async fn ahead(&mut self, ahead: &Ahead) -> Result<Outcome, CloudError> {
        let done = match ahead {
            Ahead::Retain(names) => self.mark(names).await,
            Ahead::Import { resources, .. } => self.import(resources).await,
        };
        match done {
            Ok(()) => {}
            Err(Stop::Cloud(error)) => return Err(error),
            Err(Stop::Failed(failure)) => return self.undo_or_hold(vec![failure]).await,
        }
        self.unit.token = Some(self.request.token.clone());
        self.unit.under_way = None;
        self.save()?;
        Ok(Outcome::Filled)
    }

    async fn mark(&mut self, names: &[Symbol]) -> Result<(), Stop> {
        for index in 0..self.unit.resources.len() {
            let Some(stored) = self.unit.resources.get(index) else { continue };
            let (address, kind) = (stored.at(), stored.kind.0);
            if !names.contains(&stored.local()) || stored.retain_on_delete {
                continue;
            }
            self.say(Some(address), "updating", "to be kept");
            self.operation(address, kind, "update").await?;
            if let Some(stored) = self.unit.resources.get_mut(index) {
                stored.retain_on_delete = true;
            }
        }
        Ok(())
    }

    async fn import(&mut self, resources: &[Imported]) -> Result<(), Stop> {
        self.stand();
        for Imported { member, id, .. } in resources {
            // A try that was killed has taken it in already.
            if self.unit.resources.iter().any(|r| r.local() == member.local_name && r.physical_id.is_some()) {
                continue;
            }
            let there = self.cloud.things(self.unit.region.0, member.kind)?;
            let properties = match there.into_iter().find(|thing| thing.id == id.as_str()) {
                Some(Thing { unit: Some(unit), .. }) => {
                    return Err(failed(member.address, format!("AlreadyManaged: {id} is in unit {unit}")));
                }
                None => return Err(failed(member.address, format!("NotFound: there is no {} {id}", member.kind))),
                Some(Thing { properties, .. }) => properties,
            };
            self.say(Some(member.address), "importing", id.as_str());
            self.operation(member.address, member.kind, "import").await?;
            let unreadable = |error: tonnage_graph::JsonError| failed(member.address, error.to_string());
            let body = self.values.from_json(&member.body).map_err(unreadable)?;
            let whole = self.values.from_json(&properties).map_err(unreadable)?;
            let mut taken = StoredResource {
                address: member.address.as_str().into(),
                local_name: member.local_name.as_str().into(),
                kind: Name(member.kind),
                physical_id: Some(id.as_str().into()),
                updates: 0,
                applied: raw(&member.body)?,
                actual: None,
                beside: None,
                deleted: false,
                resolved: BTreeMap::new(),
                holds: member.holds.map(StoredHolds::from),
                running: member.holds.filter(|holds| !holds.reserves_only).map(|holds| holds.nodes),
                older: Vec::new(),
                depends_on: Vec::new(),
                retain_on_delete: member.retain_on_delete,
                retain_on_replace: member.retain_on_replace,
                delete_first: member.delete_first,
                update_policy: None,
            };
            let (_, beside) = self.values.split(body, whole);
            taken.stands_beside(&self.values, beside);
            self.unit.resources.push(taken);
            self.cloud.world().meta.left_behind.retain(|left| left.physical_id != id.as_str());
            self.say(Some(member.address), "imported", id.as_str());
        }
        Ok(())
    }
}
