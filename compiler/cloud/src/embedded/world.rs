//! What the embedded cloud remembers beside its units: operations counted, rules spent, what was left behind; and an
//! index of all units, read once. Must not know how a unit is executed.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tonnage_base::{Market, Symbol};
use tonnage_graph::Holds;

use super::stored::{StoredResource, StoredUnit, address_of};

/// `meta.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub version: u32,
    /// Operations done over the cloud's life.
    pub operations: u64,
    /// Resources created over the cloud's life.
    pub creations: u64,
    /// Ticks passed.
    pub ticks: u64,
    /// How often each rule of a scenario was used, by the rule's text.
    pub spent: BTreeMap<String, u64>,
    /// Identifiers given out by units that are gone, by the unit's file.
    pub retired: BTreeMap<String, u64>,
    /// What exists and is in no unit.
    pub left_behind: Vec<LeftBehind>,
}

/// A resource that exists and is in no unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// The address it had.
    pub address: String,
    /// Its native type.
    pub kind: String,
    /// Its identifier.
    pub physical_id: String,
    /// `retained`, or why it could not be deleted.
    pub why: String,
    /// Where.
    #[serde(default)]
    pub region: String,
    /// Its properties, references as what they stood for: JSON text.
    #[serde(default)]
    pub properties: String,
}

/// What is remembered while the process lives.
#[derive(Debug, Default)]
pub(super) struct World {
    pub meta: Meta,
    /// By the unit's file; none: not read yet.
    pub index: Option<BTreeMap<String, UnitFacts>>,
    /// The connection broke: nothing is answered any more.
    pub dead: bool,
}

/// What other units need to know of one.
#[derive(Clone, Debug)]
pub(super) struct UnitFacts {
    pub region: Symbol,
    pub name: Symbol,
    /// Values taken from other units, by key.
    pub imports: Vec<(String, String)>,
    pub kinds: BTreeMap<Symbol, u64>,
    pub held: Vec<Held>,
}

/// A value that another unit takes.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub unit: Symbol,
    pub attribute: Option<Symbol>,
    pub value: String,
}

/// Nodes of one resource.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub holds: Holds,
    /// Running, or reserved.
    pub nodes: u64,
}

impl UnitFacts {
    pub fn of(unit: &StoredUnit) -> Self {
        let there = |resource: &&StoredResource| resource.physical_id.is_some();
        let mut kinds = BTreeMap::new();
        let mut held = Vec::new();
        let own: FxHashSet<&str> = unit.resources.iter().map(|r| &*r.address).collect();
        let taken = unit.resources.iter().chain(&unit.cleanup).filter(there).flat_map(|r| &r.resolved);
        let mut imports: Vec<(String, String)> = taken
            .filter(|(key, _)| !own.contains(address_of(key)))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        imports.sort();
        imports.dedup();
        for resource in unit.resources.iter().chain(&unit.cleanup).filter(there) {
            *kinds.entry(resource.kind.0).or_insert(0) += 1;
            held.extend(Held::of(resource));
        }
        Self { region: unit.region.0, name: unit.name.0, imports, kinds, held }
    }
}

impl Held {
    pub fn of(resource: &StoredResource) -> Option<Self> {
        let holds = resource.holds.as_ref()?.holds()?;
        let nodes = if holds.reserves_only { holds.nodes } else { resource.running.unwrap_or(0) };
        Some(Self { holds, nodes: nodes.into() })
    }

    /// The market its nodes are taken from: a reservation takes from what anybody could buy.
    pub fn market(&self) -> Market {
        if self.holds.reserves_only { Market::OnDemand } else { self.holds.market }
    }
}

impl Meta {
    /// Uses a rule once. False: it is used up.
    pub fn spend(&mut self, rule: &impl Serialize, times: Option<u64>) -> bool {
        let Some(times) = times else { return true };
        let key = serde_json::to_string(rule).unwrap_or_default();
        let spent = self.spent.entry(key).or_insert(0);
        if *spent >= times {
            return false;
        }
        *spent += 1;
        true
    }

    /// Notes a resource that exists and is in no unit any more.
    pub fn leave_behind(&mut self, region: Symbol, resource: &StoredResource, why: &str) {
        if let Some(id) = resource.id() {
            self.left_behind.push(LeftBehind {
                address: resource.address.to_string(),
                kind: resource.kind.0.as_str().to_owned(),
                physical_id: id.as_str().to_owned(),
                why: why.to_owned(),
                region: region.as_str().to_owned(),
                properties: resource.literal(),
            });
        }
    }
}
