//! A unit as the embedded cloud keeps it: one JSON file each. Must not know how it comes about.
//!
//! Bodies are carried as they were written (raw JSON), names go straight into the interner: reading a unit makes no
//! tree.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tonnage_base::{Market, Symbol};
use tonnage_graph::{Holds, JsonError, Node, Older, Reference, ValueId, Values};
use tonnage_plan::model::Member;
use tonnage_plan::unset;
use tonnage_schema::ResourceType;

/// The version of the files.
pub(super) const VERSION: u32 = 1;

/// An interned name that JSON can carry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Name(pub Symbol);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(Symbol::new(text)))
            }
        }
        d.deserialize_str(Visitor)
    }
}

/// A unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredUnit {
    pub version: u32,
    pub fleet: Name,
    pub region: Name,
    pub name: Name,
    pub fingerprint: String,
    /// None: it can be updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// The token of the request that brought it where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// A request that is not at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<UnderWay>,
    /// Counts the identifiers given out.
    pub next_id: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<Name, StoredOutput>,
    pub resources: Vec<StoredResource>,
    /// Replaced, and still to be deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleanup: Vec<StoredResource>,
}

/// A value given to other units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredOutput {
    /// What it is, as a [`key`].
    pub of: String,
    pub value: String,
}

/// Why a unit can't be updated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Trouble {
    pub state: String,
    pub reason: String,
    /// Its creation failed and nothing is in it.
    #[serde(default)]
    pub failed_create: bool,
}

/// A request that is not at its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct UnderWay {
    pub token: String,
    /// What was there when it began: where a rollback goes. None: there was nothing.
    pub before: Option<Vec<StoredResource>>,
}

/// A resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredResource {
    pub address: Box<str>,
    pub local_name: Box<str>,
    pub kind: Name,
    /// None: accepted, not there.
    pub physical_id: Option<Box<str>>,
    /// In-place updates since it was created.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub updates: u64,
    pub applied: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Box<RawValue>>,
    /// Properties that nobody asked for: filled in by the service, or set by somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Box<RawValue>>,
    /// What its references stood for when it was last applied, by [`key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resolved: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<StoredHolds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<u32>,
    /// Of these, those that started as an earlier version: what started first comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older: Vec<StoredOlder>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Name>,
    /// Somebody else deleted it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub retain_on_delete: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub retain_on_replace: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub delete_first: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_policy: Option<Name>,
}

/// [`Holds`], on disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredHolds {
    pub shape: Name,
    pub nodes: u32,
    pub market: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Name>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserves_only: bool,
}

/// [`Older`], on disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredOlder {
    pub shape: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Name>,
    pub nodes: u32,
}

impl StoredOlder {
    pub fn older(&self) -> Older {
        Older { shape: self.shape.0, version: self.version.map(|version| version.0), nodes: self.nodes }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(b: &bool) -> bool {
    !*b
}

impl From<Holds> for StoredHolds {
    fn from(h: Holds) -> Self {
        Self {
            shape: Name(h.shape),
            nodes: h.nodes,
            market: h.market.as_str().to_owned(),
            zone: h.zone.map(Name),
            reserves_only: h.reserves_only,
        }
    }
}

impl StoredHolds {
    /// None where the market is none that there is.
    pub fn holds(&self) -> Option<Holds> {
        Some(Holds {
            shape: self.shape.0,
            nodes: self.nodes,
            market: Market::parse(&self.market)?,
            zone: self.zone.map(|z| z.0),
            reserves_only: self.reserves_only,
        })
    }
}

impl StoredResource {
    /// Its address, interned.
    pub fn at(&self) -> Symbol {
        Symbol::new(&self.address)
    }

    /// Its name inside the unit, interned.
    pub fn local(&self) -> Symbol {
        Symbol::new(&self.local_name)
    }

    /// Its identifier, interned; none: accepted, not there.
    pub fn id(&self) -> Option<Symbol> {
        self.physical_id.as_deref().map(Symbol::new)
    }

    /// What is there: what somebody else made of it, or what was applied.
    pub fn body(&self) -> &str {
        self.actual.as_deref().unwrap_or(&self.applied).get()
    }

    /// What is there, with the properties that nobody asked for.
    pub fn whole(&self, values: &mut Values) -> Result<ValueId, JsonError> {
        let body = values.from_json(self.body())?;
        let Some(beside) = &self.beside else { return Ok(body) };
        let beside = values.from_json(beside.get())?;
        Ok(values.merge(beside, body))
    }

    /// What is there of what a body asks for: of what nobody asked for until now, what can be changed in place.
    pub fn asked(
        &self,
        values: &mut Values,
        facts: Option<&ResourceType>,
        wanted: ValueId,
    ) -> Result<ValueId, JsonError> {
        let body = values.from_json(self.body())?;
        let Some(beside) = &self.beside else { return Ok(body) };
        let beside = values.from_json(beside.get())?;
        let (within, _) = values.split(wanted, beside);
        let within = unset::changeable(values, facts, within);
        Ok(values.merge(within, body))
    }

    /// Takes a body for what is there: what was asked for of it, and what was not.
    pub fn becomes(&mut self, values: &mut Values, whole: ValueId) -> Result<(), JsonError> {
        let applied = values.from_json(self.applied.get())?;
        let (within, beside) = values.split(applied, whole);
        self.actual = (within != applied).then(|| raw(values, within)).flatten();
        self.stands_beside(values, beside);
        Ok(())
    }

    /// Has these properties that nobody asked for.
    pub fn stands_beside(&mut self, values: &Values, beside: ValueId) {
        self.beside = (values.entries(beside).len() > 0).then(|| raw(values, beside)).flatten();
    }

    /// Its properties as they are, references as what they stood for.
    pub fn literal(&self) -> String {
        let mut values = Values::new();
        let Ok(body) = self.whole(&mut values) else { return self.body().to_owned() };
        let body = self.literal_of(&mut values, body);
        values.to_json(body)
    }

    /// Depth is bounded by the reader of the body.
    fn literal_of(&self, values: &mut Values, id: ValueId) -> ValueId {
        match values.node(id) {
            Node::Reference(reference) => match self.resolved.get(&key(reference)) {
                Some(text) => values.string(Symbol::new(text)),
                None => id,
            },
            Node::List(_) | Node::Join(_) => {
                let items = values.items(id).to_vec();
                let items: Vec<ValueId> = items.into_iter().map(|item| self.literal_of(values, item)).collect();
                if matches!(values.node(id), Node::List(_)) { values.list(&items) } else { values.join(&items) }
            }
            Node::Map(_) => {
                let entries: Vec<(Symbol, ValueId)> = values.entries(id).collect();
                let mut literal: Vec<(Symbol, ValueId)> =
                    entries.into_iter().map(|(name, value)| (name, self.literal_of(values, value))).collect();
                values.map(&mut literal)
            }
            _ => id,
        }
    }

    /// So many nodes run. Where there are fewer than there were, those go that started first.
    pub fn run(&mut self, running: u32) {
        self.running = Some(running);
        let mut gone = self.older.iter().map(|older| older.nodes).sum::<u32>().saturating_sub(running);
        for older in &mut self.older {
            let less = older.nodes.min(gone);
            older.nodes -= less;
            gone -= less;
        }
        self.older.retain(|older| older.nodes > 0);
    }

    /// What runs now stays as it is when another version is asked for.
    pub fn stays_behind(&mut self, version: Option<Symbol>) {
        let older = self.older.iter().map(|older| older.nodes).sum::<u32>();
        let nodes = self.running.unwrap_or(0).saturating_sub(older);
        if let Some(holds) = self.holds.as_ref().filter(|_| nodes > 0) {
            self.older.push(StoredOlder { shape: holds.shape, version: version.map(Name), nodes });
        }
    }

    /// Takes over what a member says beside its body. True: something of it is new.
    pub fn take_over(&mut self, member: &Member) -> bool {
        let holds = member.holds.map(StoredHolds::from);
        let depends_on: Vec<Name> = member.depends_on.iter().copied().map(Name).collect();
        let same = *self.address == *member.address.as_str()
            && self.holds == holds
            && self.depends_on == depends_on
            && self.retain_on_delete == member.retain_on_delete
            && self.retain_on_replace == member.retain_on_replace
            && self.delete_first == member.delete_first
            && self.update_policy.map(|name| name.0) == member.update_policy;
        if !same {
            self.address = member.address.as_str().into();
            self.holds = holds;
            self.depends_on = depends_on;
            self.retain_on_delete = member.retain_on_delete;
            self.retain_on_replace = member.retain_on_replace;
            self.delete_first = member.delete_first;
            self.update_policy = member.update_policy.map(Name);
        }
        !same
    }
}

impl StoredUnit {
    /// Sets the fingerprint from the content. Running nodes are not part of it: they come and go.
    pub fn seal(&mut self) {
        let mut hasher = Sha256::new();
        let mut part = |text: &str| {
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for resource in self.resources.iter().chain(&self.cleanup) {
            part(&resource.address);
            part(&resource.local_name);
            part(resource.kind.0.as_str());
            part(resource.physical_id.as_deref().unwrap_or(""));
            part(resource.applied.get());
            part(resource.actual.as_deref().map_or("", RawValue::get));
            if let Some(beside) = &resource.beside {
                part(beside.get());
            }
            for (key, value) in &resource.resolved {
                part(key);
                part(value);
            }
        }
        for (name, output) in &self.outputs {
            part(name.0.as_str());
            part(&output.value);
        }
        part(self.trouble.as_ref().map_or("", |t| t.state.as_str()));
        self.fingerprint = hex::encode(hasher.finalize());
        self.fingerprint.truncate(32);
    }
}

/// Values write JSON, always.
fn raw(values: &Values, id: ValueId) -> Option<Box<RawValue>> {
    RawValue::from_string(values.to_json(id)).ok()
}

/// A reference as the key of a map: `address` or `address|attribute`.
pub(super) fn key(reference: Reference) -> String {
    match reference.attribute {
        Some(attribute) => format!("{}|{attribute}", reference.address),
        None => reference.address.as_str().to_owned(),
    }
}

/// The address in a [`key`].
pub(super) fn address_of(key: &str) -> &str {
    key.rsplit_once('|').map_or(key, |(address, _)| address)
}
