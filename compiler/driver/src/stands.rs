//! Where a fleet stands that its files do not name any more: a region taken out of a `cloud` block, a block taken out. Must
//! not know what stands there.
//!
//! The clouds are asked only in the regions that the files name. What was built elsewhere would run on and be paid for, and
//! a plan would say that nothing differs: the ledger knows where the fleet stood when it was last applied.

use std::collections::BTreeMap;

use tonnage_base::{Diagnostic, Severity, Symbol, Timestamp, codes::driver as codes};
use tonnage_lang::Intent;
use tonnage_ledger::{Damage, Ledger, Stand};

/// Where to look beside the regions that the files name.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    regions: BTreeMap<Symbol, Vec<Symbol>>,
    /// What is to be said of it.
    pub notes: Vec<String>,
}

impl Elsewhere {
    /// The regions of a `cloud` block that it does not name any more.
    pub fn regions(&self, cloud: Symbol) -> &[Symbol] {
        self.regions.get(&cloud).map_or(&[], Vec::as_slice)
    }
}

/// Where the fleet stands beside what its files name; with an error where that is out of reach.
pub async fn elsewhere(
    ledger: &Ledger,
    intent: &Intent,
    now: Timestamp,
    diagnostics: &mut Vec<Diagnostic>,
) -> Elsewhere {
    let mut found = Elsewhere::default();
    let stands = match ledger.stands().await {
        Ok((stands, damaged)) => {
            found.notes.extend(damaged.into_iter().map(|Damage { place, reason }| {
                format!(
                    "cannot know where else the fleet stands since {place} was written, which can't be read: {reason}"
                )
            }));
            stands
        }
        Err(error) => {
            diagnostics.push(error.diagnostic(now));
            return found;
        }
    };
    let mut gone: BTreeMap<&str, Vec<&Stand>> = BTreeMap::new();
    for stand in &stands {
        match intent.clouds.iter().find(|cloud| cloud.name.value == stand.cloud.as_str()) {
            None => gone.entry(&stand.cloud).or_default().push(stand),
            Some(cloud) if cloud.regions.iter().any(|region| region.value == stand.region.as_str()) => {}
            Some(cloud) => {
                found.regions.entry(cloud.name.value).or_default().push(Symbol::new(&stand.region));
            }
        }
    }
    for (cloud, stands) in gone {
        let units: u64 = stands.iter().map(|stand| stand.units).sum();
        let units = if units == 1 { "1 unit".to_owned() } else { format!("{units} units") };
        let regions: Vec<&str> = stands.iter().map(|stand| stand.region.as_str()).collect();
        let place = format!("{units} of this fleet in {cloud} ({})", regions.join(", "));
        if intent.removed.iter().any(|removed| removed.from.value.as_str() == format!("cloud.{cloud}")) {
            found.notes.push(format!("cloud.{cloud} is removed; what it has runs on, and nobody looks at it: {place}"));
            continue;
        }
        let message = format!("there is no cloud `{cloud}` any more, and there were {place} after the last apply");
        diagnostics.push(Diagnostic::new(Severity::Error, codes::T0914, message).with_help(format!(
            "write `cloud \"{cloud}\"` back, apply without what is built in it, and then take it out; to leave it running, \
             unmanaged: `removed {{ from = cloud.{cloud} }}`"
        )));
    }
    found
}
