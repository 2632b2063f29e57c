//! One applier at a time, whatever the store. Must not test what is done under the lock.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("in range")
}

fn ask(owner: &str) -> LockRequest {
    LockRequest { owner: owner.to_owned(), purpose: "apply of sha256:1".to_owned(), ttl_seconds: 100 }
}

fn ledgers() -> (tempfile::TempDir, Vec<Ledger>) {
    let folder = tempfile::tempdir().expect("a folder");
    let local = Ledger::in_folder("ledger", folder.path().join("ledger")).expect("opens");
    (folder, vec![local, Ledger::in_memory()])
}

#[tokio::test]
async fn a_held_lock_is_refused_with_its_owner_until_it_is_released() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let lock = ledger.lock(&ask("ada"), at(0)).await.expect("free");
        let Err(LedgerError::Locked(held)) = ledger.lock(&ask("bob"), at(99)).await else { unreachable!("held") };
        assert_eq!((held.owner.as_str(), &held.id), ("ada", &lock.info.id));
        let told = LedgerError::Locked(held).diagnostic(at(99));
        assert_eq!(told.code.id, "T0802");
        assert!(
            told.help.is_some_and(|h| h.contains(&format!("tonnage unlock {}", lock.info.id)) && h.contains("for 1m"))
        );
        ledger.release(&lock, at(99)).await.expect("ours");
        assert_eq!(ledger.holder(at(99)).await, Ok(None));
        ledger.lock(&ask("bob"), at(99)).await.expect("free again");
    }
}

#[tokio::test]
async fn an_expired_lock_is_taken_over_and_its_owner_finds_out() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let ada = ledger.lock(&ask("ada"), at(0)).await.expect("free");
        let ada = ledger.refresh(&ada, at(60)).await.expect("ours");
        assert!(ledger.lock(&ask("bob"), at(159)).await.is_err(), "refreshed until 160");
        let bob = ledger.lock(&ask("bob"), at(160)).await.expect("expired");
        assert_ne!(ada.info.id, bob.info.id);
        let Err(LedgerError::LockLost { by: Some(by), .. }) = ledger.refresh(&ada, at(161)).await else {
            unreachable!("lost")
        };
        assert_eq!(by.owner, "bob");
        assert!(ledger.release(&ada, at(161)).await.is_err(), "must not release bob's");
        assert_eq!(ledger.holder(at(161)).await.expect("read").map(|l| l.owner), Some("bob".to_owned()));
        ledger.release(&bob, at(162)).await.expect("bob's");
        assert!(matches!(ledger.refresh(&ada, at(163)).await, Err(LedgerError::LockLost { by: None, .. })));
    }
}

#[tokio::test]
async fn of_many_who_race_one_wins() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        for round in 0..5 {
            let names: Vec<String> = (0..8).map(|n| format!("racer {n}")).collect();
            let all = futures::future::join_all(
                names.iter().map(|name| async { ledger.lock(&ask(name), at(round * 1000)).await }),
            );
            let won: Vec<Lock> = all.await.into_iter().filter_map(Result::ok).collect();
            assert_eq!(won.len(), 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn a_late_creator_below_the_highest_has_lost() {
    let ledger = Ledger::in_memory();
    let old = ledger.tail().await.expect("read");
    let ada = ledger.lock(&ask("ada"), at(0)).await.expect("free");
    let ada = ledger.refresh(&ada, at(1)).await.expect("ours");
    // Number 1 has been removed; somebody who listed before it existed creates it now.
    let info = LockInfo { id: "late".to_owned(), ..ada.info.clone() };
    assert_eq!(ledger.append(&old, &info, LockStateV1::Held, at(2)).await, Ok(false));
    assert_eq!(ledger.holder(at(2)).await.expect("read").map(|l| l.id), Some(ada.info.id));
    assert_eq!(ledger.numbers(FOLDER).await.expect("listed").len(), 1);
}

#[tokio::test]
async fn unlock_takes_the_id_of_the_lock_that_is_held() {
    let ledger = Ledger::in_memory();
    assert!(matches!(ledger.unlock("x", at(0)).await, Err(LedgerError::NoSuchLock { held: None, .. })));
    let ada = ledger.lock(&ask("ada"), at(0)).await.expect("free");
    let error = ledger.unlock("x", at(0)).await.expect_err("another id").diagnostic(at(0));
    assert_eq!(error.code.id, "T0804");
    assert!(error.help.is_some_and(|help| help.contains(&ada.info.id)));
    assert_eq!(ledger.unlock(&ada.info.id, at(0)).await.expect("held").owner, "ada");
    assert_eq!(ledger.holder(at(0)).await, Ok(None));
}

#[tokio::test]
async fn a_torn_lock_is_a_lock_and_can_be_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("lock")).expect("made");
    std::fs::write(folder.path().join("lock/00000004.json"), "{\"version\":1,\"sta").expect("written");
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    let Err(LedgerError::Locked(held)) = ledger.lock(&ask("ada"), at(0)).await else { unreachable!("held") };
    assert_eq!(held.id, "damaged-4");
    ledger.unlock("damaged-4", at(0)).await.expect("removed");
    ledger.lock(&ask("ada"), at(0)).await.expect("free");
}
