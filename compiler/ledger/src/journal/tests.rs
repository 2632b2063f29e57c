//! The journal there and back, in groups. Must not test what an apply makes of it.

use super::*;

fn entry(unit: usize, what: What) -> Entry {
    Entry {
        plan_digest: "sha256:1".to_owned(),
        unit: UnitKey { cloud: "aws".to_owned(), region: "r".to_owned(), name: format!("u{unit}") },
        at: Timestamp::from_second(7).expect("in range"),
        what,
    }
}

fn all_kinds() -> Vec<Entry> {
    vec![
        entry(0, What::Started),
        entry(0, What::Prepared { handle: "arn:x".to_owned() }),
        entry(0, What::Executed { outcome: "filled".to_owned() }),
        entry(0, What::Done { fingerprint: Some("f".to_owned()) }),
        entry(1, What::Done { fingerprint: None }),
        entry(1, What::Failed { reason: "no room".to_owned() }),
    ]
}

#[tokio::test]
async fn entries_come_back_in_order_and_a_second_try_adds_behind() {
    let ledger = Ledger::in_memory();
    let (journal, before, _) = ledger.journal(3).await.expect("opens");
    assert_eq!(before, []);
    for entry in all_kinds() {
        journal.append(entry).await.expect("durable");
    }
    let (journal, before, damaged) = ledger.journal(3).await.expect("opens");
    assert_eq!((before, damaged), (all_kinds(), Vec::new()));
    journal.append(entry(9, What::Started)).await.expect("durable");
    let (_, before, _) = ledger.journal(3).await.expect("opens");
    assert_eq!(before.len(), 7);
    let (_, other, _) = ledger.journal(4).await.expect("opens");
    assert_eq!(other, []);
}

#[tokio::test]
async fn those_who_wait_together_are_written_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    let (journal, _, _) = ledger.journal(1).await.expect("opens");
    let all = futures::future::join_all((0..200).map(|n| journal.append(entry(n, What::Started)))).await;
    assert!(all.iter().all(Result::is_ok));
    let objects = ledger.numbers("journal/00000001").await.expect("listed").len();
    assert!(objects <= 3, "{objects} objects");
    let (_, entries, _) = ledger.journal(1).await.expect("opens");
    assert_eq!(entries.len(), 200);
}

#[tokio::test]
async fn a_torn_object_is_told_and_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    let (journal, _, _) = ledger.journal(1).await.expect("opens");
    journal.append(entry(0, What::Started)).await.expect("durable");
    journal.append(entry(1, What::Started)).await.expect("durable");
    std::fs::write(folder.path().join("journal/00000001/00000001.json"), "{\"version\":1,\"entr").expect("written");
    let (journal, entries, damaged) = ledger.journal(1).await.expect("opens");
    assert_eq!(entries, [entry(1, What::Started)]);
    assert_eq!(damaged.iter().map(|d| d.place.as_str()).collect::<Vec<_>>(), ["journal/00000001/00000001.json"]);
    journal.append(entry(2, What::Started)).await.expect("durable");
}

#[tokio::test]
async fn nothing_is_acknowledged_after_a_write_failed() {
    let ledger = Ledger::in_memory();
    let (ours, _, _) = ledger.journal(1).await.expect("opens");
    let (theirs, _, _) = ledger.journal(1).await.expect("opens");
    theirs.append(entry(0, What::Started)).await.expect("durable");
    assert!(ours.append(entry(1, What::Started)).await.is_err());
    assert!(ours.append(entry(2, What::Started)).await.is_err());
}
