//! Records: who applied which plan when, and the last applied document of each unit. Must not know what a document
//! says.
//!
//! Documents lie apart from their record and are written before it: a record has them all, and whoever asks when the
//! fleet was last applied, or where it stands, reads none of them.

use std::collections::BTreeMap;
use std::pin::pin;

use futures::stream::StreamExt;
use serde_json::value::RawValue;
use tonnage_base::{Date, Timestamp};

use crate::burn::Burn;
use crate::error::LedgerError;
use crate::journal::UnitKey;
use crate::ledger::{Damage, Ledger, name, side_by_side};
use crate::wire::{
    BurnV1, DateV1, GrantedV1, MemberV1, ProtectedV1, RecordV1, StandV1, UnitV1, UnitsV1, VERSION, decode, encode,
};

pub(crate) const FOLDER: &str = "records";
const UNITS: &str = "units";

/// One applied plan; what was done to its units is told by [`Ledger::units`].
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// Counts up from 1.
    pub serial: u64,
    /// The fleet.
    pub fleet: String,
    /// The plan's digest.
    pub plan_digest: String,
    /// Who.
    pub who: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Timestamp,
    /// How.
    pub outcome: RecordOutcome,
    /// Digests of plans that were begun under this serial and never came to an end.
    pub interrupted: Vec<String>,
    /// Names of guards that did not hold and were lifted for this plan.
    pub lifted: Vec<String>,
    /// What contracts were drawn by until then, and are from then on.
    pub burn: Burn,
    /// Where the fleet stood afterwards, in order.
    pub stands: Vec<Stand>,
    /// Groups that the last apply of their unit left with less than was asked for: the nodes that ran in them, by
    /// address.
    pub short: BTreeMap<String, u32>,
    /// Granted capacity that was owed from then on.
    pub granted: Vec<Granted>,
    /// What was protected from then on.
    pub protected: Vec<Protected>,
    /// Which [`crate::Reported`] counts from then on; 0: none.
    pub reported: u64,
    /// What the files said that were last applied as a whole, by the names of values.
    pub written: BTreeMap<String, String>,
    /// The outputs that were last known, as JSON text; none: it came from a secret.
    pub outputs: BTreeMap<String, Option<String>>,
}

/// A place where units of the fleet stood.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stand {
    /// The name of the `cloud` block.
    pub cloud: String,
    /// The region.
    pub region: String,
    /// Account, subscription or project, where the files said one.
    pub account: Option<String>,
    /// How many units, those included of which it is not known whether they came or went.
    pub units: u64,
}

/// Granted capacity, as the files named it and as it is owed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granted {
    /// The author's block: `capacity.blocks`.
    pub block: String,
    /// It is no grant: the fleet made it and manages it no longer.
    pub own: bool,
    /// The reservations' ids, or the group that holds them.
    pub sources: Vec<String>,
    /// The `cloud` block.
    pub cloud: String,
    /// Where.
    pub region: String,
    /// Where.
    pub zone: String,
    /// Of what.
    pub shape: String,
    /// Nodes that the files named.
    pub nodes: u64,
    /// Nodes that earlier files named.
    pub gone: u64,
    /// The first day.
    pub from: Option<Date>,
    /// The last day on which it is owed.
    pub until: Option<Date>,
    /// The contract that its author named.
    pub contract: Option<String>,
    /// The day for which the files said so.
    pub said: Date,
}

/// What no later plan may do to a pool or a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Protected {
    /// Its address.
    pub address: String,
    /// It may not be destroyed.
    pub destroy: bool,
    /// It may not become smaller.
    pub shrink: bool,
    /// The last day of the protection; none: always.
    pub until: Option<Date>,
}

/// How an apply ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordOutcome {
    /// All of it is there.
    Applied,
    /// Groups are short, and what landed is held.
    Held,
    /// A unit failed.
    Failed,
    /// Something had changed since the plan was made.
    Stale,
    /// Somebody asked to stop.
    Cancelled,
}

impl RecordOutcome {
    const ALL: [Self; 5] = [Self::Applied, Self::Held, Self::Failed, Self::Stale, Self::Cancelled];

    /// `applied`, `held`, `failed`, `stale`, `cancelled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Stale => "stale",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How a unit ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitResult {
    /// It is as planned.
    Done,
    /// Groups in it are short.
    Short,
    /// It failed and was undone, or nothing was begun.
    Failed,
    /// It failed and what landed was kept.
    Kept,
    /// It was begun, and how it ended is not known.
    Unknown,
}

impl UnitResult {
    const ALL: [Self; 5] = [Self::Done, Self::Short, Self::Failed, Self::Kept, Self::Unknown];

    /// `done`, `short`, `failed`, `kept`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Short => "short",
            Self::Failed => "failed",
            Self::Kept => "kept",
            Self::Unknown => "unknown",
        }
    }
}

/// A unit of a record.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitRecord {
    /// Which.
    pub unit: UnitKey,
    /// `create`, `update`, `delete`.
    pub operation: String,
    /// How it ended.
    pub result: UnitResult,
    /// In words, where there is something to say.
    pub detail: String,
    /// Of the live unit afterwards; empty: not known, or gone.
    pub fingerprint: String,
    /// The native document; empty where it was deleted or was not applied.
    pub document: String,
    /// What is in it, as applied.
    pub members: Vec<MemberRecord>,
}

/// A resource of a unit, as applied.
#[derive(Clone, PartialEq, Debug)]
pub struct MemberRecord {
    /// Address.
    pub address: String,
    /// Name inside the unit.
    pub local_name: String,
    /// Native type.
    pub kind: String,
    /// The cloud's identifier.
    pub physical_id: Option<String>,
    /// Properties as JSON text, with references.
    pub body: String,
}

/// All records that can be read, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct History {
    /// The records.
    pub records: Vec<Record>,
    /// Those that can't be read.
    pub damaged: Vec<Damage>,
}

impl Ledger {
    /// The serial of the last record; 0: nothing was ever applied.
    pub async fn serial(&self) -> Result<u64, LedgerError> {
        Ok(self.numbers(FOLDER).await?.last().copied().unwrap_or(0))
    }

    /// The last record that can be read; those after it that can't are told.
    pub async fn last(&self) -> Result<(Option<Record>, Vec<Damage>), LedgerError> {
        let mut damaged = Vec::new();
        for serial in self.numbers(FOLDER).await?.into_iter().rev() {
            match self.record(serial).await {
                Ok(record) => return Ok((record, damaged)),
                Err(LedgerError::Damaged { place, reason }) => damaged.push(Damage { place, reason }),
                Err(other) => return Err(other),
            }
        }
        Ok((None, damaged))
    }

    /// Writes a record where its serial has none, with the units something was done to.
    pub async fn write_record(&self, record: &Record, units: &[UnitRecord]) -> Result<(), LedgerError> {
        let mut number = self.numbers(UNITS).await?.last().copied().unwrap_or(0) + 1;
        let place = name(UNITS, number);
        let units = units.iter().map(|unit| unit_to_wire(unit, &place)).collect::<Result<_, LedgerError>>()?;
        let bytes = encode(&UnitsV1 { version: VERSION, units }, &place)?;
        // somebody who wrote one at the same time has their own record coming
        while !self.create(UNITS, number, bytes.clone()).await? {
            number += 1;
        }
        let place = name(FOLDER, record.serial);
        let bytes = encode(&to_wire(record, number), &place)?;
        if self.create(FOLDER, record.serial, bytes).await? {
            Ok(())
        } else {
            Err(LedgerError::SerialTaken { serial: record.serial })
        }
    }

    /// One record; none: there is none of that serial.
    pub async fn record(&self, serial: u64) -> Result<Option<Record>, LedgerError> {
        let place = name(FOLDER, serial);
        match self.read(FOLDER, serial).await? {
            Some(bytes) => from_wire(decode(&bytes, &place)?, &place).map(Some),
            None => Ok(None),
        }
    }

    /// What was done to units by the plan of a record, where there is one of that serial.
    pub async fn units(&self, serial: u64) -> Result<Vec<UnitRecord>, LedgerError> {
        let place = name(FOLDER, serial);
        let Some(bytes) = self.read(FOLDER, serial).await? else { return Ok(Vec::new()) };
        let record: RecordV1 = decode(&bytes, &place)?;
        let units = name(UNITS, record.units);
        let Some(bytes) = self.read(UNITS, record.units).await? else {
            return Err(LedgerError::Damaged { place, reason: format!("{units} is not there") });
        };
        let found: UnitsV1 = decode(&bytes, &units)?;
        found.units.into_iter().map(|unit| unit_from_wire(unit, &units)).collect()
    }

    /// All records. One that can't be read is told and passed over.
    pub async fn history(&self) -> Result<History, LedgerError> {
        let mut history = History::default();
        let mut records = pin!(side_by_side(self.numbers(FOLDER).await?.into_iter().map(|serial| self.record(serial))));
        while let Some(record) = records.next().await {
            match record {
                Ok(record) => history.records.extend(record),
                Err(LedgerError::Damaged { place, reason }) => history.damaged.push(Damage { place, reason }),
                Err(other) => return Err(other),
            }
        }
        Ok(history)
    }

    /// The last applied state of each unit that is not deleted, by unit.
    pub async fn last_applied(&self) -> Result<(BTreeMap<UnitKey, UnitRecord>, Vec<Damage>), LedgerError> {
        let (mut last, mut damaged) = (BTreeMap::new(), Vec::new());
        let mut read = pin!(side_by_side(self.numbers(FOLDER).await?.into_iter().map(|serial| self.units(serial))));
        while let Some(units) = read.next().await {
            let units = match units {
                Ok(units) => units,
                Err(LedgerError::Damaged { place, reason }) => {
                    damaged.push(Damage { place, reason });
                    continue;
                }
                Err(other) => return Err(other),
            };
            for unit in units {
                match unit.result {
                    UnitResult::Done if unit.operation == "delete" => {
                        last.remove(&unit.unit);
                    }
                    UnitResult::Done | UnitResult::Short | UnitResult::Kept => {
                        last.insert(unit.unit.clone(), unit);
                    }
                    UnitResult::Failed | UnitResult::Unknown => {}
                }
            }
        }
        Ok((last, damaged))
    }
}

fn to_wire(record: &Record, units: u64) -> RecordV1 {
    let stand = |stand: &Stand| StandV1 {
        cloud: stand.cloud.clone(),
        region: stand.region.clone(),
        account: stand.account.clone(),
        units: stand.units,
    };
    let protected = |of: &Protected| ProtectedV1 {
        address: of.address.clone(),
        destroy: of.destroy,
        shrink: of.shrink,
        until: of.until.map(DateV1),
    };
    RecordV1 {
        version: VERSION,
        serial: record.serial,
        fleet: record.fleet.clone(),
        plan_digest: record.plan_digest.clone(),
        who: record.who.clone(),
        started: record.started,
        finished: record.finished,
        outcome: record.outcome.as_str().to_owned(),
        interrupted: record.interrupted.clone(),
        lifted: record.lifted.clone(),
        units,
        burn: BurnV1::from(&record.burn),
        stands: record.stands.iter().map(stand).collect(),
        short: record.short.clone(),
        granted: record.granted.iter().map(GrantedV1::from).collect(),
        protected: record.protected.iter().map(protected).collect(),
        reported: record.reported,
        written: record.written.clone(),
        outputs: record.outputs.clone(),
    }
}

fn unit_to_wire(unit: &UnitRecord, place: &str) -> Result<UnitV1, LedgerError> {
    let member = |member: &MemberRecord| {
        Ok(MemberV1 {
            address: member.address.clone(),
            local_name: member.local_name.clone(),
            kind: member.kind.clone(),
            physical_id: member.physical_id.clone(),
            body: RawValue::from_string(member.body.clone()).map_err(|e| LedgerError::Store {
                operation: format!("writing {place}"),
                reason: format!("the body of {}: {e}", member.address),
            })?,
        })
    };
    Ok(UnitV1 {
        cloud: unit.unit.cloud.clone(),
        region: unit.unit.region.clone(),
        name: unit.unit.name.clone(),
        operation: unit.operation.clone(),
        result: unit.result.as_str().to_owned(),
        detail: unit.detail.clone(),
        fingerprint: unit.fingerprint.clone(),
        document: unit.document.clone(),
        members: unit.members.iter().map(member).collect::<Result<_, LedgerError>>()?,
    })
}

/// A word that is none of those that this version knows.
fn unknown(place: &str, what: &str, word: &str) -> LedgerError {
    LedgerError::Damaged { place: place.to_owned(), reason: format!("`{word}` is not {what} of this version") }
}

fn from_wire(wire: RecordV1, place: &str) -> Result<Record, LedgerError> {
    let outcome = RecordOutcome::ALL.into_iter().find(|outcome| outcome.as_str() == wire.outcome);
    let outcome = outcome.ok_or_else(|| unknown(place, "an outcome", &wire.outcome))?;
    let stand =
        |stand: StandV1| Stand { cloud: stand.cloud, region: stand.region, account: stand.account, units: stand.units };
    let protected = |of: ProtectedV1| Protected {
        address: of.address,
        destroy: of.destroy,
        shrink: of.shrink,
        until: of.until.map(|DateV1(day)| day),
    };
    Ok(Record {
        serial: wire.serial,
        fleet: wire.fleet,
        plan_digest: wire.plan_digest,
        who: wire.who,
        started: wire.started,
        finished: wire.finished,
        outcome,
        interrupted: wire.interrupted,
        lifted: wire.lifted,
        burn: wire.burn.into_burn(wire.finished, outcome == RecordOutcome::Applied),
        stands: wire.stands.into_iter().map(stand).collect(),
        short: wire.short,
        granted: wire.granted.into_iter().map(GrantedV1::into_granted).collect(),
        protected: wire.protected.into_iter().map(protected).collect(),
        reported: wire.reported,
        written: wire.written,
        outputs: wire.outputs,
    })
}

fn unit_from_wire(unit: UnitV1, place: &str) -> Result<UnitRecord, LedgerError> {
    let result = UnitResult::ALL.into_iter().find(|result| result.as_str() == unit.result);
    let member = |member: MemberV1| MemberRecord {
        address: member.address,
        local_name: member.local_name,
        kind: member.kind,
        physical_id: member.physical_id,
        body: member.body.get().to_owned(),
    };
    Ok(UnitRecord {
        unit: UnitKey { cloud: unit.cloud, region: unit.region, name: unit.name },
        operation: unit.operation,
        result: result.ok_or_else(|| unknown(place, "a result", &unit.result))?,
        detail: unit.detail,
        fingerprint: unit.fingerprint,
        document: unit.document,
        members: unit.members.into_iter().map(member).collect(),
    })
}

#[cfg(test)]
mod tests;
