//! What the embedded cloud is told to be like: capacity, quotas, failures, strangers, outages. Must not act on it.
//!
//! It is a file, `scenario.json`, that people write: every part may be left out, an unknown part is an error. Names of
//! addresses, kinds and operations are patterns with `*` and `?`.

use serde::{Deserialize, Serialize};
use tonnage_base::Date;

use crate::glob::matches;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// The account that whoever calls is of; none: the embedded cloud is nobody's.
    pub account: Option<String>,
    /// Nodes that can run somewhere in all. What no row speaks of is without limit, and not known before it is tried.
    pub capacity: Vec<Ceiling>,
    /// As capacity, with the code a cloud gives; with a `kind`, how many resources of it there can be; with neither,
    /// what the account is told of the quota of this code.
    pub quotas: Vec<Quota>,
    /// What the account is told of reservations.
    pub reservations: Vec<Reservation>,
    /// Where shapes are sold, or are not: the first row that covers one.
    pub offerings: Vec<Offering>,
    /// Objects that exist and that nobody made by a fleet.
    pub existing: Vec<Existing>,
    /// Operations that fail.
    pub failures: Vec<FailureRule>,
    /// Groups that are accepted and not filled, whatever the capacity.
    pub fill: Vec<FillRule>,
    /// Resources that are accepted and not there.
    pub missing: Vec<MissingRule>,
    /// Properties that services set by themselves where nobody says them.
    pub defaults: Vec<DefaultRule>,
    /// Changes that somebody else makes, each once, as soon as the resource is there.
    pub strangers: Vec<StrangerEdit>,
    /// Units in which it can't be found out what others changed.
    pub unreadable: Vec<UnreadableRule>,
    /// What it says that it would do, where that is not what it does.
    pub opinions: Vec<OpinionRule>,
    /// Units of which it does not say what it would do.
    pub unanswered: Vec<UnreadableRule>,
    /// Units in which somebody else's operation is going on: they can be looked at and not changed.
    pub busy: Vec<BusyRule>,
    /// Why no object outside of the fleet's units can be read; none: it can.
    pub unseen: Option<String>,
    /// Calls that are not allowed to whoever makes them.
    pub denied: Vec<DeniedRule>,
    /// Calls that are refused because there are too many.
    pub throttle: Vec<ThrottleRule>,
    /// Calls that nobody answers.
    pub outages: Vec<OutageRule>,
    /// How long operations take.
    pub delays: Vec<DelayRule>,
    /// Milliseconds of a tick; 0: time is only counted.
    pub tick_ms: u64,
    /// The operation (counted over the cloud's life, from 1) at which the connection breaks, as when the process is
    /// killed: what was done before it stays.
    pub crash_at: Option<u64>,
    /// Resources of a unit; none: as many as one likes.
    pub resources_per_unit: Option<usize>,
    /// For how many minutes what is said of capacity is good.
    pub evidence_minutes: Option<i64>,
}

/// Nodes that can run somewhere in all, running ones included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// In one region; none: any.
    #[serde(default)]
    pub region: Option<String>,
    /// In one zone; none: the whole region together.
    #[serde(default)]
    pub zone: Option<String>,
    /// A pattern.
    pub shape: String,
    /// `reserved`, `on_demand`, `spot`; none: all together.
    #[serde(default)]
    pub market: Option<String>,
    /// Of one reservation.
    #[serde(default)]
    pub reservation: Option<String>,
    /// How many.
    pub nodes: u64,
    /// What says so.
    #[serde(default)]
    pub source: Option<String>,
}

/// An object that exists and that nobody made by a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Existing {
    /// Where.
    pub region: String,
    /// Its native type.
    pub kind: String,
    /// Its identifier.
    pub id: String,
    /// Its native properties.
    #[serde(default)]
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// Its attributes.
    #[serde(default)]
    pub attributes: std::collections::BTreeMap<String, String>,
}

/// A quota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// In one region; none: any.
    #[serde(default)]
    pub region: Option<String>,
    /// A pattern of shapes, whose nodes are counted.
    #[serde(default)]
    pub shape: Option<String>,
    /// `reserved`, `on_demand`, `spot`; none: all together.
    #[serde(default)]
    pub market: Option<String>,
    /// A pattern of native types, whose resources are counted.
    #[serde(default)]
    pub kind: Option<String>,
    /// How many, or how much in the quota's own unit.
    pub limit: u64,
    /// What everybody in the account uses of it now; none: not told.
    #[serde(default)]
    pub used: Option<u64>,
    /// `VcpuLimitExceeded`, `L-417A185B`.
    pub code: String,
}

/// What the account is told of a reservation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    /// A pattern of identifiers.
    pub id: String,
    /// Nodes that it holds.
    #[serde(default)]
    pub total: u64,
    /// Those in which nothing runs; none: not told.
    #[serde(default)]
    pub free: Option<u64>,
    /// Of which shape; none: not told.
    #[serde(default)]
    pub shape: Option<String>,
    /// In which zone; none: not told.
    #[serde(default)]
    pub zone: Option<String>,
    /// Why it is not there to run anything in; none: it is.
    #[serde(default)]
    pub gone: Option<String>,
    /// Its first day; none: it is there already.
    #[serde(default, with = "day")]
    pub from: Option<Date>,
    /// Its last day; none: it has no end.
    #[serde(default, with = "day")]
    pub until: Option<Date>,
}

/// Where a shape is sold, or is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offering {
    /// In one region; none: any.
    #[serde(default)]
    pub region: Option<String>,
    /// In one zone; none: any.
    #[serde(default)]
    pub zone: Option<String>,
    /// A pattern.
    #[serde(default = "any")]
    pub shape: String,
    /// Whether it is.
    pub sold: bool,
}

/// What an operation is done to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureRule {
    /// A pattern of addresses.
    #[serde(default = "any")]
    pub address: String,
    /// A pattern of native types.
    #[serde(default = "any")]
    pub kind: String,
    /// `create`, `update`, `delete`, `roll_back`.
    #[serde(default = "any")]
    pub operation: String,
    /// `InternalFailure`.
    pub code: String,
    /// The cloud's words; `$VALUES` in them stands for the values of the unit's parameters.
    #[serde(default)]
    pub message: String,
    /// How often; none: always.
    #[serde(default)]
    pub times: Option<u64>,
}

/// A group that is not filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillRule {
    /// A pattern of addresses.
    pub address: String,
    /// At most so many nodes run.
    pub running: u32,
    /// The cloud's code; `InsufficientInstanceCapacity` by default.
    #[serde(default)]
    pub reason: Option<String>,
    /// How often; none: always.
    #[serde(default)]
    pub times: Option<u64>,
}

/// A resource that is accepted and not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingRule {
    /// A pattern of addresses.
    #[serde(default = "any")]
    pub address: String,
    /// A pattern of native types.
    #[serde(default = "any")]
    pub kind: String,
    /// How often; none: always.
    #[serde(default)]
    pub times: Option<u64>,
}

/// What a service sets by itself, when it makes or changes a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultRule {
    /// A pattern of addresses.
    #[serde(default = "any")]
    pub address: String,
    /// A pattern of native types.
    #[serde(default = "any")]
    pub kind: String,
    /// Properties, inside maps too.
    pub set: serde_json::Map<String, serde_json::Value>,
}

/// What somebody else does to a resource, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrangerEdit {
    /// The address.
    pub address: String,
    /// Top-level properties that they set; null removes one.
    #[serde(default)]
    pub set: serde_json::Map<String, serde_json::Value>,
    /// Nodes that run in it from then on; none: as many as before.
    #[serde(default)]
    pub running: Option<u32>,
    /// They replace all nodes in it that started as an earlier version.
    #[serde(default)]
    pub refresh: bool,
    /// They delete it.
    #[serde(default)]
    pub delete: bool,
}

/// What it says that it would do with a resource, whatever it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionRule {
    /// A pattern of addresses.
    pub address: String,
    /// What it says of them.
    pub says: Says,
    /// What it says of properties; none: what it finds.
    #[serde(default)]
    pub properties: Vec<SaidProperty>,
}

/// What is said of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    Nothing,
    Add,
    Update,
    MayReplace,
    Replace,
    Remove,
}

/// What is said of a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidProperty {
    /// `Tags[0].Value`.
    pub path: String,
    /// `never`, `conditionally`, `always`; `never` by default.
    #[serde(default)]
    pub recreates: Option<String>,
    /// Its text before.
    #[serde(default)]
    pub before: Option<String>,
    /// Its text afterwards.
    #[serde(default)]
    pub after: Option<String>,
}

/// What others changed, or what would be done, can't be found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadableRule {
    /// A pattern of units.
    #[serde(default = "any")]
    pub unit: String,
    /// The cloud's words.
    pub reason: String,
}

/// Something is going on in a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusyRule {
    /// A pattern of units.
    #[serde(default = "any")]
    pub unit: String,
    /// `UPDATE_IN_PROGRESS`.
    pub state: String,
}

/// Calls that are not allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeniedRule {
    /// A pattern of calls: `observe`, `find`, `preflight`, `prepare`, `execute`, `read_back`, `account`.
    #[serde(default = "any")]
    pub call: String,
    /// The cloud's words.
    pub reason: String,
    /// How often; none: always.
    #[serde(default)]
    pub times: Option<u64>,
}

/// Calls refused because there are too many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThrottleRule {
    /// A pattern of calls: `observe`, `find`, `preflight`, `foresee`, `prepare`, `execute`, `read_back`, `account`.
    #[serde(default = "any")]
    pub call: String,
    /// How often.
    pub times: u64,
}

/// Calls that nobody answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutageRule {
    /// A pattern of calls: `observe`, `find`, `preflight`, `foresee`, `prepare`, `execute`, `read_back`, `account`.
    #[serde(default = "any")]
    pub call: String,
    /// How often; none: always.
    #[serde(default)]
    pub times: Option<u64>,
}

/// How long operations take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelayRule {
    /// A pattern of native types.
    #[serde(default = "any")]
    pub kind: String,
    /// `create`, `update`, `delete`.
    #[serde(default = "any")]
    pub operation: String,
    /// How long.
    pub ticks: u64,
}

/// A day as `2027-01-31`.
mod day {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use tonnage_base::Date;

    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let day = |text: String| {
            text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not a day such as 2027-01-31")))
        };
        text.map(day).transpose()
    }
}

fn any() -> String {
    "*".to_owned()
}

impl Scenario {
    /// A cloud in which no node can run.
    pub fn nothing_runs() -> Self {
        let all = Ceiling {
            region: None,
            zone: None,
            shape: "*".to_owned(),
            market: None,
            reservation: None,
            nodes: 0,
            source: Some("an outage".to_owned()),
        };
        Self { capacity: vec![all], ..Self::default() }
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    /// What is going on in a unit; none: it can be changed.
    pub(super) fn busy(&self, unit: &str) -> Option<&str> {
        self.busy.iter().find(|rule| matches(&rule.unit, unit)).map(|rule| rule.state.as_str())
    }

    /// The ticks that an operation takes.
    pub(super) fn ticks(&self, kind: &str, operation: &str) -> u64 {
        let rule = self.delays.iter().find(|r| matches(&r.kind, kind) && matches(&r.operation, operation));
        rule.map_or(0, |r| r.ticks)
    }
}
