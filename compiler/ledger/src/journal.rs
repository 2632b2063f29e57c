//! The journal of an apply under way: what was begun and what came of it, durable before it is acknowledged. Must not
//! know what a unit is.
//!
//! Entries are committed in groups: whoever writes takes along everything that waits, so that units side by side share
//! one write. Objects are only ever added; a killed apply that is run again adds behind what is there.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use futures::lock::Mutex as Turn;
use futures::stream::StreamExt;
use tonnage_base::Timestamp;

use crate::error::LedgerError;
use crate::ledger::{Damage, Ledger, name, side_by_side};
use crate::wire::{EntryV1, JournalV1, VERSION, WhatV1, decode, encode};

/// A unit by name: what stays the same when a plan is made again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitKey {
    /// The `cloud` block.
    pub cloud: String,
    /// The region.
    pub region: String,
    /// The unit's name.
    pub name: String,
}

/// One line of the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Under which plan.
    pub plan_digest: String,
    /// Of which unit.
    pub unit: UnitKey,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

impl Entry {
    /// The unit, where a cloud had it ready to be told to go, or it went: since then it may be there.
    pub fn told(&self) -> Option<UnitKey> {
        let told = match &self.what {
            What::Prepared { .. } | What::Executed { .. } => true,
            What::Done { fingerprint } => fingerprint.is_some(),
            What::Started | What::Failed { .. } => false,
        };
        // what is done to a unit first has a mark of its own after the unit's name
        let name = self.unit.name.split_once('#').map_or(self.unit.name.as_str(), |(name, _)| name);
        told.then(|| UnitKey { name: name.to_owned(), ..self.unit.clone() })
    }
}

/// What happened to a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Its turn came.
    Started,
    /// The cloud has it ready, under this handle, and will be told to go.
    Prepared {
        /// The cloud's handle.
        handle: String,
    },
    /// The cloud says it ended so.
    Executed {
        /// In a word.
        outcome: String,
    },
    /// It was read back and is as planned; the fingerprint it has then, none: it is gone.
    Done {
        /// Of the live unit.
        fingerprint: Option<String>,
    },
    /// It failed.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    ledger: Ledger,
    folder: String,
    waiting: Mutex<Waiting>,
    turn: Turn<Written>,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<Entry>,
    /// How many entries were ever handed in.
    taken: u64,
}

#[derive(Debug)]
struct Written {
    /// How many entries are durable.
    entries: u64,
    /// The number of the next object.
    next: u64,
    /// After one failed write nothing more is acknowledged.
    failed: Option<LedgerError>,
}

impl Ledger {
    /// Opens the journal of the apply that is to become record `serial`, and reads what an earlier try left in it.
    /// An object that can't be read is told and passed over: the unit it spoke of will be looked at anew.
    pub async fn journal(&self, serial: u64) -> Result<(Journal, Vec<Entry>, Vec<Damage>), LedgerError> {
        let folder = &format!("journal/{serial:08}");
        let numbers = self.numbers(folder).await?;
        let (mut entries, mut damaged) = (Vec::new(), Vec::new());
        let read = |&number| async move { Ok((name(folder, number), self.read(folder, number).await?)) };
        let mut read = pin!(side_by_side(numbers.iter().map(read)));
        while let Some(object) = read.next().await {
            let (place, Some(bytes)) = object? else { continue };
            match decode::<JournalV1>(&bytes, &place) {
                Ok(batch) => entries.extend(batch.entries.into_iter().map(Entry::from)),
                Err(LedgerError::Damaged { place, reason }) => damaged.push(Damage { place, reason }),
                Err(other) => return Err(other),
            }
        }
        let written = Written { entries: 0, next: numbers.last().copied().unwrap_or(0) + 1, failed: None };
        let (ledger, folder, turn) = (self.clone(), folder.clone(), Turn::new(written));
        let journal = Journal { ledger, folder, waiting: Mutex::default(), turn };
        Ok((journal, entries, damaged))
    }
}

impl Journal {
    /// Adds an entry and returns when it is durable.
    pub async fn append(&self, entry: Entry) -> Result<(), LedgerError> {
        let mine = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.entries.push(entry);
            waiting.taken += 1;
            waiting.taken
        };
        let mut written = self.turn.lock().await;
        if let Some(failed) = &written.failed {
            return Err(failed.clone());
        }
        if written.entries >= mine {
            return Ok(());
        }
        let (batch, taken) = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            (std::mem::take(&mut waiting.entries), waiting.taken)
        };
        match self.write(&batch, written.next).await {
            Ok(()) => {
                written.entries = taken;
                written.next += 1;
                Ok(())
            }
            Err(error) => {
                written.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn write(&self, batch: &[Entry], number: u64) -> Result<(), LedgerError> {
        let place = name(&self.folder, number);
        let wire = JournalV1 { version: VERSION, entries: batch.iter().map(EntryV1::from).collect() };
        if self.ledger.create(&self.folder, number, encode(&wire, &place)?).await? {
            return Ok(());
        }
        Err(LedgerError::Store {
            operation: format!("writing {place}"),
            reason: "it is there already: somebody else applies under the same serial".to_owned(),
        })
    }
}

impl From<&Entry> for EntryV1 {
    fn from(entry: &Entry) -> Self {
        Self {
            plan_digest: entry.plan_digest.clone(),
            cloud: entry.unit.cloud.clone(),
            region: entry.unit.region.clone(),
            unit: entry.unit.name.clone(),
            at: entry.at,
            what: match entry.what.clone() {
                What::Started => WhatV1::Started,
                What::Prepared { handle } => WhatV1::Prepared { handle },
                What::Executed { outcome } => WhatV1::Executed { outcome },
                What::Done { fingerprint } => WhatV1::Done { fingerprint },
                What::Failed { reason } => WhatV1::Failed { reason },
            },
        }
    }
}

impl From<EntryV1> for Entry {
    fn from(wire: EntryV1) -> Self {
        Self {
            plan_digest: wire.plan_digest,
            unit: UnitKey { cloud: wire.cloud, region: wire.region, name: wire.unit },
            at: wire.at,
            what: match wire.what {
                WhatV1::Started => What::Started,
                WhatV1::Prepared { handle } => What::Prepared { handle },
                WhatV1::Executed { outcome } => What::Executed { outcome },
                WhatV1::Done { fingerprint } => What::Done { fingerprint },
                WhatV1::Failed { reason } => What::Failed { reason },
            },
        }
    }
}

#[cfg(test)]
mod tests;
