//! Records there and back, and what a damaged one does. Must not test the store.

use super::*;
use crate::burn::{Alike, Drawing, Payer};

fn record(serial: u64) -> Record {
    Record {
        serial,
        fleet: "training".to_owned(),
        plan_digest: format!("sha256:{serial}"),
        who: "ada".to_owned(),
        started: Timestamp::from_second(10).expect("in range"),
        finished: Timestamp::from_second(20).expect("in range"),
        outcome: RecordOutcome::Applied,
        interrupted: Vec::new(),
        lifted: vec!["policy.no".to_owned()],
        burn: burn(),
        stands: vec![Stand {
            cloud: "aws".to_owned(),
            region: "r".to_owned(),
            account: Some("1".to_owned()),
            units: 2,
        }],
        granted: vec![Granted {
            block: "capacity.a".to_owned(),
            own: true,
            sources: vec!["cr-1".to_owned()],
            cloud: "aws".to_owned(),
            region: "r".to_owned(),
            zone: "z".to_owned(),
            shape: "s".to_owned(),
            nodes: 4,
            gone: 2,
            from: None,
            until: "2030-12-31".parse().ok(),
            contract: Some("commitment.c".to_owned()),
            said: "2026-11-22".parse().expect("a day"),
        }],
        reported: 3,
        short: [("pool.a.first.nodes[\"z1\"]".to_owned(), 5)].into(),
        protected: vec![Protected {
            address: "pool.a".to_owned(),
            destroy: true,
            shrink: false,
            until: "2030-12-31".parse().ok(),
        }],
        outputs: BTreeMap::from([("gpus".to_owned(), Some("64".to_owned())), ("key".to_owned(), None)]),
        written: BTreeMap::from([("pool.a.size.gpus".to_owned(), "64".to_owned())]),
    }
}

fn burn() -> Burn {
    let of = Alike {
        cloud: "aws".to_owned(),
        region: "r".to_owned(),
        zone: Some("z".to_owned()),
        shape: "s".to_owned(),
        market: "on_demand".to_owned(),
        reserves_only: false,
    };
    let day = |text: &str| text.parse().ok();
    let payers = vec![
        Payer { contract: "c".to_owned(), rate: None, from: day("1970-01-01"), until: day("1970-01-02") },
        Payer { contract: "d".to_owned(), rate: Some("1.50".parse().expect("a number")), from: None, until: None },
    ];
    let drawing = |nodes| Drawing { of: of.clone(), payers: payers.clone(), gpus: 8, nodes };
    let at = |second| Timestamp::from_second(second).expect("in range");
    let first = Burn::next(None, at(10), true, Vec::new(), vec![drawing(2)]);
    Burn::next(Some(&first), at(20), true, vec![drawing(2)], vec![drawing(3)])
}

fn unit(name: &str, operation: &str, result: UnitResult, body: &str) -> UnitRecord {
    UnitRecord {
        unit: UnitKey { cloud: "aws".to_owned(), region: "r".to_owned(), name: name.to_owned() },
        operation: operation.to_owned(),
        result,
        detail: String::new(),
        fingerprint: "f".to_owned(),
        document: "{\"a\": \"b\"}".to_owned(),
        members: vec![MemberRecord {
            address: "resource.vpc".to_owned(),
            local_name: "Vpc".to_owned(),
            kind: "X::Y::Z".to_owned(),
            physical_id: Some("z-1".to_owned()),
            body: body.to_owned(),
        }],
    }
}

#[tokio::test]
async fn a_record_comes_back_as_it_was_and_its_serial_is_taken_once() {
    let ledger = Ledger::in_memory();
    let units = [unit("net", "create", UnitResult::Done, "{\"n\":1.50,\"$ref\":\"é\"}")];
    let written = record(1);
    ledger.write_record(&written, &units).await.expect("written");
    assert_eq!(ledger.record(1).await.expect("read"), Some(written.clone()));
    assert_eq!(ledger.units(1).await.expect("read"), units);
    assert_eq!(ledger.serial().await, Ok(1));
    assert_eq!(ledger.write_record(&written, &[]).await, Err(LedgerError::SerialTaken { serial: 1 }));
    assert_eq!(ledger.units(1).await.expect("read"), units, "what a record refused brought is in none");
    assert_eq!(LedgerError::SerialTaken { serial: 1 }.diagnostic(written.finished).code.id, "T0807");
    assert_eq!(ledger.record(2).await, Ok(None));
    assert_eq!(ledger.units(2).await, Ok(Vec::new()));
}

#[tokio::test]
async fn the_last_applied_state_is_the_newest_that_landed() {
    let ledger = Ledger::in_memory();
    let units = [
        vec![unit("net", "create", UnitResult::Done, "1"), unit("pool", "create", UnitResult::Short, "1")],
        vec![unit("net", "update", UnitResult::Failed, "2"), unit("pool", "update", UnitResult::Done, "2")],
        vec![unit("gone", "create", UnitResult::Done, "3")],
        vec![unit("gone", "delete", UnitResult::Done, "3")],
    ];
    for (serial, units) in (1..).zip(units) {
        ledger.write_record(&record(serial), &units).await.expect("written");
    }
    let (last, damaged) = ledger.last_applied().await.expect("read");
    let bodies: Vec<(&str, &str)> =
        last.values().map(|u| (u.unit.name.as_str(), u.members.first().map_or("", |m| m.body.as_str()))).collect();
    assert_eq!(bodies, [("net", "1"), ("pool", "2")]);
    assert_eq!(damaged, []);
}

#[tokio::test]
async fn a_damaged_record_is_told_and_passed_over_and_a_newer_one_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    ledger.write_record(&record(1), &[]).await.expect("written");
    std::fs::write(folder.path().join("records/00000002.json"), "{\"version\": 1").expect("written");
    ledger.write_record(&record(3), &[]).await.expect("written");
    let history = ledger.history().await.expect("read");
    assert_eq!(history.records.iter().map(|r| r.serial).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(history.damaged.iter().map(|d| d.place.as_str()).collect::<Vec<_>>(), ["records/00000002.json"]);
    std::fs::remove_file(folder.path().join("units/00000002.json")).expect("removed");
    let (_, damaged) = ledger.last_applied().await.expect("read");
    assert_eq!(
        damaged.iter().map(|d| (d.place.as_str(), d.reason.as_str())).collect::<Vec<_>>()[1..],
        [("records/00000003.json", "units/00000002.json is not there")]
    );
    let (last, damaged) = ledger.last().await.expect("read");
    assert_eq!((last.map(|record| record.serial), damaged), (Some(3), Vec::new()));
    let error = ledger.record(2).await.expect_err("damaged").diagnostic(Timestamp::UNIX_EPOCH);
    assert_eq!(error.code.id, "T0805");
    std::fs::write(folder.path().join("records/00000004.json"), "{\"version\": 9}").expect("written");
    let error = ledger.history().await.expect_err("newer").diagnostic(Timestamp::UNIX_EPOCH);
    assert_eq!(error.code.id, "T0806");
}

#[tokio::test]
async fn contracts_are_followed_back_as_far_as_asked_and_past_what_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    let at = |second| Timestamp::from_second(second).expect("in range");
    for serial in 1..=4 {
        let ended = at(i64::try_from(serial).expect("small") * 10);
        let burn = Burn { at: ended, ..burn() };
        let record = Record { finished: ended, burn, ..record(serial) };
        ledger.write_record(&record, &[]).await.expect("written");
    }
    std::fs::write(folder.path().join("records/00000003.json"), "{").expect("written");
    let told = async |moment| -> Vec<i64> {
        let burns = ledger.burns(at(moment)).await.expect("read");
        burns.iter().map(|burn| burn.at.as_second()).collect()
    };
    assert_eq!(told(99).await, [40]);
    assert_eq!(told(39).await, [40, 20]);
    assert_eq!(told(0).await, [40, 20, 10]);
}
