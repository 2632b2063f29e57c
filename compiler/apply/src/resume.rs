//! What an earlier try of the same plan left in the journal. Must not trust it further than the live unit bears it out.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_ledger::{Entry, UnitKey, What};
use tonnage_plan::Unit;

/// What the journal says.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// Units that were read back as planned, with the fingerprint they had then.
    done: BTreeMap<UnitKey, Option<String>>,
    /// Units that this plan has begun with.
    begun: BTreeSet<UnitKey>,
    /// Units that a cloud was told to bring somewhere by this plan.
    told: BTreeSet<UnitKey>,
    /// The same by other plans that never came to an end.
    pub(crate) of_others: BTreeSet<UnitKey>,
    /// Digests of other plans that were begun under the same serial.
    pub(crate) interrupted: Vec<String>,
    /// Whether this plan told a cloud to go.
    pub(crate) executed: bool,
}

impl Earlier {
    pub(crate) fn read(entries: &[Entry], digest: &str) -> Self {
        let mut earlier = Self::default();
        for entry in entries {
            if entry.plan_digest != digest {
                if !earlier.interrupted.contains(&entry.plan_digest) {
                    earlier.interrupted.push(entry.plan_digest.clone());
                }
                earlier.of_others.extend(entry.told());
                continue;
            }
            if !matches!(entry.what, What::Failed { .. }) {
                earlier.begun.insert(entry.unit.clone());
            }
            earlier.told.extend(entry.told());
            match &entry.what {
                What::Done { fingerprint } => {
                    earlier.done.insert(entry.unit.clone(), fingerprint.clone());
                }
                What::Prepared { .. } | What::Executed { .. } => earlier.executed = true,
                What::Started | What::Failed { .. } => {}
            }
        }
        earlier
    }

    /// Whether this plan has begun with a unit: then it may be on its way.
    pub(crate) fn began(&self, unit: &Unit) -> bool {
        self.begun.contains(&key(unit, ""))
    }

    /// Whether this plan had a cloud bring a unit somewhere: it may be there.
    pub(crate) fn told(&self, unit: &Unit) -> bool {
        self.told.contains(&key(unit, ""))
    }

    /// The fingerprint that a unit had when it was read back as planned. Outer none: it never was; inner none: it was
    /// gone.
    pub(crate) fn done(&self, unit: &Unit) -> Option<Option<&str>> {
        self.done_key(&key(unit, ""))
    }

    /// The same of what was done to a unit first.
    pub(crate) fn done_key(&self, key: &UnitKey) -> Option<Option<&str>> {
        self.done.get(key).map(Option::as_deref)
    }
}

/// A unit's name in the ledger; what is done to it first has `#` and a mark after it.
pub(crate) fn key(unit: &Unit, stage: &str) -> UnitKey {
    UnitKey {
        cloud: unit.site.cloud.as_str().to_owned(),
        region: unit.site.region.as_str().to_owned(),
        name: format!("{}{stage}", unit.name),
    }
}
