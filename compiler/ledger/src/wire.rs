//! The objects of a ledger as JSON, version 1. Must not be used by anything but this crate's rooms: they have their own
//! types.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tonnage_base::{Date, Decimal, Timestamp};

use crate::burn::{Alike, Burn, Drawing, Drawn, Payer};
use crate::error::LedgerError;
use crate::record::Granted;

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

/// A time or an amount as text, exact.
pub(crate) mod text {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: Display, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(value)
    }
    pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount, where there may be none.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AmountV1(#[serde(with = "text")] Decimal);

/// A day, where there may be none.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct DateV1(#[serde(with = "text")] pub Date);

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
    #[serde(with = "text")]
    pub created: Timestamp,
    #[serde(with = "text")]
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
    #[serde(with = "text")]
    pub started: Timestamp,
    #[serde(with = "text")]
    pub finished: Timestamp,
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interrupted: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted: Vec<String>,
    /// Which `units/N.json` tells what was done to units.
    pub units: u64,
    pub burn: BurnV1,
    pub stands: Vec<StandV1>,
    /// Nodes that ran in groups that were not full, by address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub short: BTreeMap<String, u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<GrantedV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protected: Vec<ProtectedV1>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub written: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Option<String>>,
    /// Which `reported/N.json` counts from then on; 0: none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub reported: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(number: &u64) -> bool {
    *number == 0
}

/// `reported/N.json`: what services reported beside what was set.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReportedV1 {
    pub version: u64,
    /// Each once.
    pub texts: Vec<Box<RawValue>>,
    pub units: Vec<ReportedUnitV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReportedUnitV1 {
    pub cloud: String,
    pub region: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<ReportedMemberV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReportedMemberV1 {
    pub local_name: String,
    /// Which of the texts.
    pub text: usize,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProtectedV1 {
    pub address: String,
    pub destroy: bool,
    pub shrink: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct GrantedV1 {
    pub block: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    pub sources: Vec<String>,
    pub cloud: String,
    pub region: String,
    pub zone: String,
    pub shape: String,
    pub nodes: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    pub gone: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    pub said: DateV1,
}

impl From<&Granted> for GrantedV1 {
    fn from(of: &Granted) -> Self {
        Self {
            block: of.block.clone(),
            own: of.own,
            sources: of.sources.clone(),
            cloud: of.cloud.clone(),
            region: of.region.clone(),
            zone: of.zone.clone(),
            shape: of.shape.clone(),
            nodes: of.nodes,
            gone: of.gone,
            from: of.from.map(DateV1),
            until: of.until.map(DateV1),
            contract: of.contract.clone(),
            said: DateV1(of.said),
        }
    }
}

impl GrantedV1 {
    pub(crate) fn into_granted(self) -> Granted {
        Granted {
            block: self.block,
            own: self.own,
            sources: self.sources,
            cloud: self.cloud,
            region: self.region,
            zone: self.zone,
            shape: self.shape,
            nodes: self.nodes,
            gone: self.gone,
            from: self.from.map(|DateV1(day)| day),
            until: self.until.map(|DateV1(day)| day),
            contract: self.contract,
            said: self.said.0,
        }
    }
}

/// Its end is that of the record, and whether all of it came to be is the record's outcome.
#[derive(Serialize, Deserialize)]
pub(crate) struct BurnV1 {
    #[serde(with = "text")]
    pub begins: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<DrawingV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<DrawingV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawn: Vec<DrawnV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DrawingV1 {
    pub cloud: String,
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub shape: String,
    pub market: String,
    pub reserves_only: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payers: Vec<PayerV1>,
    pub gpus: u32,
    pub nodes: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PayerV1 {
    pub contract: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<AmountV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DrawnV1 {
    pub contract: String,
    pub year: i16,
    #[serde(with = "text")]
    pub money: Decimal,
    #[serde(with = "text")]
    pub gpu_hours: Decimal,
    #[serde(with = "text")]
    pub without_rate: Decimal,
    #[serde(with = "text")]
    pub unsure: Decimal,
}

impl From<&Burn> for BurnV1 {
    fn from(burn: &Burn) -> Self {
        let payer = |payer: &Payer| PayerV1 {
            contract: payer.contract.clone(),
            rate: payer.rate.map(AmountV1),
            from: payer.from.map(DateV1),
            until: payer.until.map(DateV1),
        };
        let drawing = |drawing: &Drawing| DrawingV1 {
            cloud: drawing.of.cloud.clone(),
            region: drawing.of.region.clone(),
            zone: drawing.of.zone.clone(),
            shape: drawing.of.shape.clone(),
            market: drawing.of.market.clone(),
            reserves_only: drawing.of.reserves_only,
            payers: drawing.payers.iter().map(payer).collect(),
            gpus: drawing.gpus,
            nodes: drawing.nodes,
        };
        let drawn = burn.sums.iter().map(|((contract, year), drawn)| DrawnV1 {
            contract: contract.clone(),
            year: *year,
            money: drawn.money.normalize(),
            gpu_hours: drawn.gpu_hours.normalize(),
            without_rate: drawn.without_rate.normalize(),
            unsure: drawn.unsure.normalize(),
        });
        Self {
            begins: burn.begins,
            before: burn.before.iter().map(drawing).collect(),
            after: burn.after.iter().map(drawing).collect(),
            drawn: drawn.collect(),
        }
    }
}

impl BurnV1 {
    pub(crate) fn into_burn(self, at: Timestamp, whole: bool) -> Burn {
        let payer = |of: PayerV1| Payer {
            contract: of.contract,
            rate: of.rate.map(|AmountV1(rate)| rate),
            from: of.from.map(|DateV1(day)| day),
            until: of.until.map(|DateV1(day)| day),
        };
        let drawing = |of: DrawingV1| Drawing {
            of: Alike {
                cloud: of.cloud,
                region: of.region,
                zone: of.zone,
                shape: of.shape,
                market: of.market,
                reserves_only: of.reserves_only,
            },
            payers: of.payers.into_iter().map(payer).collect(),
            gpus: of.gpus,
            nodes: of.nodes,
        };
        let drawn = self.drawn.into_iter().map(|of| {
            let DrawnV1 { contract, year, money, gpu_hours, without_rate, unsure } = of;
            ((contract, year), Drawn { money, gpu_hours, without_rate, unsure })
        });
        Burn {
            begins: self.begins,
            at,
            whole,
            before: self.before.into_iter().map(drawing).collect(),
            after: self.after.into_iter().map(drawing).collect(),
            sums: drawn.collect(),
        }
    }
}

/// `units/N.json`: what one record did to units.
#[derive(Serialize, Deserialize)]
pub(crate) struct UnitsV1 {
    pub version: u64,
    pub units: Vec<UnitV1>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct StandV1 {
    pub cloud: String,
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub units: u64,
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
    #[serde(with = "text")]
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
