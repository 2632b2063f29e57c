//! What services reported of resources right after they were applied, beside what was set: what a later plan holds what
//! they report then against. Must not know what a property means.
//!
//! One object has all of it, with each text once: most resources of a type report the same. A record names the one that
//! counts from then on, and it is written before the record; where nothing of it changed, the next record names the
//! same one.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use tonnage_base::Symbol;

use crate::error::LedgerError;
use crate::journal::UnitKey;
use crate::ledger::{Ledger, name};
use crate::wire::{ReportedMemberV1, ReportedUnitV1, ReportedV1, VERSION, decode, encode};

const FOLDER: &str = "reported";
/// In place of what a resource reported that was not read.
pub const UNREAD: &str = "null";

/// By unit and name inside it: properties that nobody set, as JSON text. A unit that is not there is not on record; of
/// one that is, a resource that is not there reported nothing, and [`UNREAD`] stands for one of which that is not
/// known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reported(pub BTreeMap<UnitKey, BTreeMap<Box<str>, Symbol>>);

impl Ledger {
    /// What is written in the object of a number; 0: nothing.
    pub async fn reported(&self, number: u64) -> Result<Reported, LedgerError> {
        if number == 0 {
            return Ok(Reported::default());
        }
        let place = name(FOLDER, number);
        let damaged = |reason: &str| LedgerError::Damaged { place: place.clone(), reason: reason.to_owned() };
        let bytes = self.read(FOLDER, number).await?.ok_or_else(|| damaged("it is not there"))?;
        let wire: ReportedV1 = decode(&bytes, &place)?;
        let texts: Vec<Symbol> = wire.texts.iter().map(|text| Symbol::new(text.get())).collect();
        let mut reported = Reported::default();
        for unit in wire.units {
            let mut members = BTreeMap::new();
            for member in unit.members {
                let text = texts.get(member.text).ok_or_else(|| damaged("it names a text that it does not have"))?;
                members.insert(member.local_name.into(), *text);
            }
            let key = UnitKey { cloud: unit.cloud, region: unit.region, name: unit.name };
            reported.0.insert(key, members);
        }
        Ok(reported)
    }

    /// Writes it, and gives the number of its object.
    pub async fn write_reported(&self, reported: &Reported) -> Result<u64, LedgerError> {
        let mut number = self.numbers(FOLDER).await?.last().copied().unwrap_or(0) + 1;
        let place = name(FOLDER, number);
        let mut texts = Vec::new();
        let mut known: BTreeMap<Symbol, usize> = BTreeMap::new();
        let mut units = Vec::with_capacity(reported.0.len());
        for (key, members) in &reported.0 {
            let mut written = Vec::with_capacity(members.len());
            for (local_name, text) in members {
                let text = match known.get(text) {
                    Some(number) => *number,
                    None => {
                        let fault = |error: serde_json::Error| LedgerError::Store {
                            operation: format!("writing {place}"),
                            reason: format!("what is reported of {local_name}: {error}"),
                        };
                        texts.push(RawValue::from_string(text.as_str().to_owned()).map_err(fault)?);
                        known.insert(*text, texts.len() - 1);
                        texts.len() - 1
                    }
                };
                written.push(ReportedMemberV1 { local_name: local_name.to_string(), text });
            }
            let UnitKey { cloud, region, name } = key.clone();
            units.push(ReportedUnitV1 { cloud, region, name, members: written });
        }
        let bytes = encode(&ReportedV1 { version: VERSION, texts, units }, &place)?;
        while !self.create(FOLDER, number, bytes.clone()).await? {
            number += 1;
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_reported_is_read_as_it_was_written() {
        let ledger = Ledger::in_memory();
        let unit = |name: &str| UnitKey { cloud: "aws".into(), region: "us-east-2".into(), name: name.into() };
        let text = Symbol::new(r#"{"EnableDnsSupport":true}"#);
        let members =
            BTreeMap::from([("A".into(), text), ("B".into(), text), ("C".into(), Symbol::new("{\"X\":[1]}"))]);
        let reported = Reported(BTreeMap::from([(unit("one"), members), (unit("two"), BTreeMap::new())]));
        assert_eq!(ledger.reported(0).await, Ok(Reported::default()));
        let number = ledger.write_reported(&reported).await.expect("written");
        assert_eq!(ledger.reported(number).await.as_ref(), Ok(&reported));
        assert_eq!(ledger.write_reported(&Reported::default()).await, Ok(number + 1), "nothing is overwritten");
        let missing = ledger.reported(number + 7).await.expect_err("there is none");
        assert!(matches!(missing, LedgerError::Damaged { .. }), "{missing}");
    }
}
