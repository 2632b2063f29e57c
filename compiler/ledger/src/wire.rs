//! The objects of a ledger as JSON, version 1. Must not be used by anything but this crate's rooms: they have their own types.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tonnage_base::Timestamp;

use crate::error::LedgerError;

/// The version written, and the last that is understood.
pub(crate) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// Reads an object of a version that is understood.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8], place: &str) -> Result<T, LedgerError> {
    let damaged = |e: serde_json::Error| LedgerError::Damaged { place: place.to_owned(), reason: e.to_string() };
    let head: Versioned = serde_json::from_slice(bytes).map_err(damaged)?;
    if head.version > VERSION {
        return Err(LedgerError::Newer { place: place.to_owned(), version: head.version });
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

/// Writes an object.
pub(crate) fn encode<T: Serialize>(value: &T, place: &str) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = serde_json::to_vec(value)
        .map_err(|e| LedgerError::Store { operation: format!("writing {place}"), reason: e.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A timestamp as text.
pub(crate) mod stamp {
    use super::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(at)
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Timestamp, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LockStateV1 {
    Held,
    Released,
}

/// `lock/N.json`: the one with the highest number counts.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct LockV1 {
    pub version: u64,
    pub state: LockStateV1,
    pub id: String,
    pub owner: String,
    pub purpose: String,
    #[serde(with = "stamp")]
    pub created: Timestamp,
    #[serde(with = "stamp")]
    pub expires: Timestamp,
}

/// `records/SERIAL.json`.
#[derive(Serialize, Deserialize)]
pub(crate) struct RecordV1 {
    pub version: u64,
    pub serial: u64,
    pub fleet: String,
    pub plan_digest: String,
    pub who: String,
    #[serde(with = "stamp")]
    pub started: Timestamp,
    #[serde(with = "stamp")]
    pub finished: Timestamp,
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interrupted: Vec<String>,
    pub units: Vec<UnitV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct UnitV1 {
    pub cloud: String,
    pub region: String,
    pub name: String,
    pub operation: String,
    pub result: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberV1 {
    pub address: String,
    pub local_name: String,
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    pub body: Box<RawValue>,
}

/// `journal/SERIAL/N.json`: what was acknowledged together.
#[derive(Serialize, Deserialize)]
pub(crate) struct JournalV1 {
    pub version: u64,
    pub entries: Vec<EntryV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EntryV1 {
    pub plan_digest: String,
    pub cloud: String,
    pub region: String,
    pub unit: String,
    #[serde(with = "stamp")]
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: WhatV1,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum WhatV1 {
    Started,
    Prepared {
        #[serde(default)]
        handle: String,
    },
    Executed {
        outcome: String,
    },
    Done {
        /// None: it was deleted.
        fingerprint: Option<String>,
    },
    Failed {
        reason: String,
    },
}
