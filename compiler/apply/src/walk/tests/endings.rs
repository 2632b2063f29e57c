//! How an apply ends: applied, held, failed, stale, cancelled, locked. Must not test kills.

use std::sync::Mutex as Plain;

use tonnage_ledger::RecordOutcome;

use super::*;
use crate::Counts;

#[tokio::test]
async fn what_is_planned_is_there_and_recorded_and_a_second_plan_is_empty() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let desired = vec![network("1"), pool("a", 3), pool("b", 4)];
    let first = plan(&*cloud, &ledger, desired.clone()).await;
    let report = run(&first, &cloud, &ledger, "d1").await;
    assert_eq!((report.outcome, report.serial, report.outcome.exit_code()), (ApplyOutcome::Applied, Some(1), 0));
    assert_eq!((codes(&report), report.not_attempted.len(), report.units.len()), (vec![], 0, 3));
    assert_eq!(standing(&*cloud).await, wanted(&desired));
    assert_eq!(cloud.creations(), 5);
    let record = ledger.record(1).await.expect("read").expect("there");
    let head = (record.outcome, record.plan_digest.as_str(), record.who.as_str());
    assert_eq!(head, (RecordOutcome::Applied, "d1", "ada"));
    let records = ledger.units(1).await.expect("read");
    let units: Vec<(&str, &str, &str)> =
        records.iter().map(|u| (u.unit.name.as_str(), u.operation.as_str(), u.document.as_str())).collect();
    assert_eq!(units[1], ("a", "create", "document of a"));
    assert!(records[1].members.iter().all(|m| m.physical_id.is_some()));

    let second = plan(&*cloud, &ledger, desired).await;
    let report = run(&second, &cloud, &ledger, "d2").await;
    assert_eq!((report.outcome, report.serial, report.units.len()), (ApplyOutcome::Applied, None, 0));
    assert_eq!(ledger.serial().await, Ok(1), "nothing was executed");
}

#[tokio::test]
async fn a_replacement_reaches_other_units_and_the_rest_is_deleted() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 3), pool("b", 4)]).await;
    run(&first, &cloud, &ledger, "d1").await;
    let desired = vec![network("2"), pool("a", 5)];
    let second = plan(&*cloud, &ledger, desired.clone()).await;
    let report = run(&second, &cloud, &ledger, "d2").await;
    assert_eq!((report.outcome, report.serial), (ApplyOutcome::Applied, Some(2)), "{:?}", report.diagnostics);
    assert_eq!(standing(&*cloud).await, wanted(&desired));
    let left: Vec<String> = cloud.left_behind().into_iter().map(|l| l.address).collect();
    assert_eq!(left, ["resource.vpc"], "in use when it was replaced");
    let nothing = plan(&*cloud, &ledger, Vec::new()).await;
    assert_eq!(run(&nothing, &cloud, &ledger, "d3").await.outcome, ApplyOutcome::Applied);
    assert_eq!(observe(&*cloud).await, []);
    let (last, _) = ledger.last_applied().await.expect("read");
    assert_eq!(last.len(), 0);
}

#[tokio::test]
async fn a_failed_step_stops_the_walk_and_says_what_was_not_begun() {
    let scenario = r#"{"failures": [{"address": "resource.a_group", "operation": "create", "code": "Internal"}]}"#;
    let (cloud, ledger) = (cloud(&Memory::default(), scenario), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("old", 1)]).await;
    run(&first, &cloud, &ledger, "d1").await;
    let second = plan(&*cloud, &ledger, vec![network("1"), pool("a", 3), pool("b", 4)]).await;
    let report = run(&second, &cloud, &ledger, "d2").await;
    assert_eq!((report.outcome, report.serial, codes(&report)), (ApplyOutcome::Failed, Some(2), vec!["T0710"]));
    assert!(report.diagnostics[0].message.contains("resource.a_group: Internal"));
    assert_eq!(report.units.len(), 2, "b was at work beside it");
    let left: Vec<Symbol> = report.not_attempted.iter().filter_map(|id| second.unit(*id)).map(|u| u.name).collect();
    assert_eq!(left, [symbol("old")]);
    assert!(standing(&*cloud).await.contains_key("old"));
    let record = ledger.record(2).await.expect("read").expect("there");
    assert_eq!(record.outcome, RecordOutcome::Failed);
    // The same plan goes on where it failed, also when it is looked at whole first.
    let saved = Options { look_first: true, ..options("d2", "ada", at(0)) };
    let again = run_as(&second, &cloud, &ledger, &saved, &Cancel::default()).await;
    assert_eq!((again.outcome, codes(&again)), (ApplyOutcome::Failed, vec!["T0710"]));
    let resumed =
        again.units.iter().any(|unit| unit.name == "b" && matches!(unit.end, UnitEnd::Done { resumed: true }));
    assert!(resumed, "what is done is not done again: {:?}", again.units);
}

#[tokio::test]
async fn a_short_group_is_held_and_nothing_old_is_taken_away() {
    let room = r#"{"capacity": [{"shape": "big", "nodes": 6}]}"#;
    let (tight, ledger) = (cloud(&Memory::default(), room), Ledger::in_memory());
    let first = plan(&*tight, &ledger, vec![network("1"), pool("old", 4)]).await;
    run(&first, &tight, &ledger, "d1").await;
    let mut new = pool("new", 4);
    new.hold = true;
    let second = plan(&*tight, &ledger, vec![network("1"), new.clone()]).await;
    let report = run(&second, &tight, &ledger, "d2").await;
    assert_eq!((report.outcome, report.outcome.exit_code()), (ApplyOutcome::Held, 6));
    assert_eq!(report.diagnostics[0].message, "resource.new_group: 4 asked, 2 running, 2 InsufficientInstanceCapacity");
    assert_eq!(report.not_attempted.len(), 1);
    assert!(standing(&*tight).await.contains_key("old"));
    assert_eq!(ledger.record(2).await.expect("read").expect("there").outcome, RecordOutcome::Held);
    // What is made of a new pool is taken away again where it is not to be held.
    let mut other = pool("other", 1);
    for member in &mut other.members {
        let of_a_pool = |text: &str| text.replace("resource.other", "pool.other.other");
        member.address = Symbol::new(&of_a_pool(member.address.as_str()));
        member.body = of_a_pool(&member.body);
    }
    let third = plan(&*tight, &ledger, vec![network("1"), pool("old", 4), new, other]).await;
    let report = run(&third, &tight, &ledger, "d3").await;
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Failed, vec!["T0710"]));
    assert_eq!(standing(&*tight).await.get("other"), Some(&vec![]));
}

#[tokio::test]
async fn a_plan_is_stale_when_what_it_was_made_from_has_moved() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let one = plan(&*cloud, &ledger, vec![network("1")]).await;
    let two = plan(&*cloud, &ledger, vec![network("2")]).await;
    run(&one, &cloud, &ledger, "d1").await;
    let report = run(&two, &cloud, &ledger, "d2").await;
    assert_eq!((report.outcome, report.outcome.exit_code(), codes(&report)), (ApplyOutcome::Stale, 5, vec!["T0704"]));
    assert_eq!(ledger.serial().await, Ok(1), "nothing was executed");
    assert_eq!(ledger.holder(at(0)()).await, Ok(None), "the lock is given back");
}

#[tokio::test]
async fn a_saved_plan_is_looked_at_whole_before_anything_is_done_and_others_may_go_on_beside_it() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    run(&plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), pool("b", 1)]).await, &cloud, &ledger, "d1").await;
    let one = plan(&*cloud, &ledger, vec![network("1"), pool("a", 2), pool("b", 1)]).await;
    let both = plan(&*cloud, &ledger, vec![network("1"), pool("a", 3), pool("b", 2)]).await;
    let other = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), pool("b", 3)]).await;
    let apply = async |plan: &Plan, digest: &str| {
        let saved = Options { look_first: true, ..options(digest, "ada", at(0)) };
        run_as(plan, &cloud, &ledger, &saved, &Cancel::default()).await
    };
    // A plan of another pool is applied in between: this one does not depend on it.
    assert_eq!(apply(&other, "d2").await.outcome, ApplyOutcome::Applied);
    assert_eq!(apply(&one, "d3").await.outcome, ApplyOutcome::Applied);
    assert_eq!(apply(&one, "d3").await.serial, Some(3), "applied already");
    // One that takes from both says all that has moved, and does nothing.
    let report = apply(&both, "d4").await;
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Stale, vec!["T0704", "T0704"]));
    assert_eq!(report.not_attempted.len(), 2);
    assert_eq!(ledger.serial().await, Ok(3));
}

#[tokio::test]
async fn what_is_accepted_and_not_there_is_found_by_reading_back() {
    let scenario = r#"{"missing": [{"address": "resource.vpc"}]}"#;
    let (cloud, ledger) = (cloud(&Memory::default(), scenario), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1")]).await;
    let report = run(&first, &cloud, &ledger, "d1").await;
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Failed, vec!["T0712"]));
    assert!(report.diagnostics[0].message.contains("resource.vpc was accepted"));
}

#[tokio::test]
async fn an_unknown_cloud_and_a_missing_value_are_told() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let mut stray = network("1");
    stray.site.cloud = symbol("amazon");
    let first = plan(&*cloud, &ledger, vec![stray]).await;
    assert_eq!(codes(&run(&first, &cloud, &ledger, "d1").await), ["T0714"]);
    let mut alone = network("1");
    alone.outputs.clear();
    let second = plan(&*cloud, &ledger, vec![alone, pool("a", 1)]).await;
    let report = run(&second, &cloud, &ledger, "d2").await;
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Failed, vec!["T0713"]));
}

#[tokio::test]
async fn asked_to_stop_it_begins_nothing_more() {
    struct Stopper(Cancel);
    impl Progress for Stopper {
        fn unit_started(&self, _: &Unit, _: Counts) {}
        fn event(&self, _: &tonnage_cloud::Event, _: Counts) {}
        fn unit_finished(&self, _: &Unit, _: &UnitEnd, _: Counts) {
            self.0.cancel();
        }
    }
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let desired = vec![network("1"), pool("a", 1)];
    let first = plan(&*cloud, &ledger, desired.clone()).await;
    let cancel = Cancel::default();
    let clouds = |_: Symbol| Some(cloud.clone() as Arc<dyn Cloud>);
    let stopper = Stopper(cancel.clone());
    let report = apply(&first, &clouds, &ledger, &options("d1", "ada", at(0)), &stopper, &cancel).await;
    assert_eq!((report.outcome, report.serial, codes(&report)), (ApplyOutcome::Cancelled, Some(1), vec!["T0707"]));
    assert_eq!(report.not_attempted, [UnitId(1)]);
    // A new plan does the rest.
    let rest = plan(&*cloud, &ledger, desired.clone()).await;
    assert_eq!(run(&rest, &cloud, &ledger, "d2").await.outcome, ApplyOutcome::Applied);
    assert_eq!(standing(&*cloud).await, wanted(&desired));
}

#[tokio::test]
async fn of_two_appliers_one_gets_the_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let cloud = cloud(&Memory::default(), "{}");
    let ledger = Ledger::in_folder("ledger", folder.path().join("ledger")).expect("opens");
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    let (ada, bob) = (options("d1", "ada", at(0)), options("d1", "bob", at(0)));
    let cancel = Cancel::default();
    let (x, y) =
        futures::join!(run_as(&first, &cloud, &ledger, &ada, &cancel), run_as(&first, &cloud, &ledger, &bob, &cancel));
    let mut outcomes = [x.outcome, y.outcome];
    outcomes.sort_by_key(|o| o.exit_code());
    assert_eq!(outcomes, [ApplyOutcome::Applied, ApplyOutcome::Locked], "{:?} {:?}", x.diagnostics, y.diagnostics);
    assert_eq!(cloud.creations(), 3);
    assert_eq!(ledger.holder(at(0)()).await, Ok(None));
}

#[tokio::test]
async fn a_lock_is_waited_for_as_long_as_is_wanted() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    let request = LockRequest { owner: "bob".to_owned(), purpose: "another apply".to_owned(), ttl_seconds: 60 };
    let held = ledger.lock(&request, at(0)()).await.expect("free");
    let cancel = Cancel::default();
    let wait = |milliseconds| Options { lock_wait: Duration::from_millis(milliseconds), ..options("d1", "ada", at(0)) };
    let short = run_as(&first, &cloud, &ledger, &wait(100), &cancel).await;
    assert_eq!((short.outcome, codes(&short)), (ApplyOutcome::Locked, vec!["T0802"]), "bob is not done");
    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        ledger.release(&held, at(0)()).await.expect("his own");
    };
    let long = wait(300_000);
    let (report, ()) = futures::join!(run_as(&first, &cloud, &ledger, &long, &cancel), release);
    assert_eq!(report.outcome, ApplyOutcome::Applied, "{:?}", report.diagnostics);
}

#[tokio::test]
async fn a_lock_that_is_lost_stops_the_walk() {
    let slow = r#"{"delays": [{"kind": "T::Net::Vpc", "ticks": 1}], "tick_ms": 2500}"#;
    let (cloud, ledger) = (cloud(&Memory::default(), slow), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    let short = Options { lock_seconds: 3, ..options("d1", "ada", at(0)) };
    let cancel = Cancel::default();
    let steal = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let held = ledger.holder(at(0)()).await.expect("read").expect("held");
        ledger.unlock(&held.id, at(0)()).await.expect("removed");
    };
    let (report, ()) = futures::join!(run_as(&first, &cloud, &ledger, &short, &cancel), steal);
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Failed, vec!["T0803"]));
    assert_eq!(report.not_attempted, [UnitId(1)]);
    assert_eq!(report.serial, Some(1), "what was at work came to its end and is recorded");
}

#[tokio::test]
async fn progress_counts_units_and_ends_at_all_of_them() {
    #[derive(Default)]
    struct Log(Plain<Vec<String>>);
    impl Progress for Log {
        fn unit_started(&self, unit: &Unit, counts: Counts) {
            let line = format!("start {} {}/{}", unit.name, counts.units_done, counts.units);
            self.0.lock().expect("fine").push(line);
        }
        fn event(&self, _: &tonnage_cloud::Event, _: Counts) {}
        fn unit_finished(&self, unit: &Unit, end: &UnitEnd, counts: Counts) {
            let line = format!("end {} {} {}/{}", unit.name, end.is_done(), counts.units_done, counts.units);
            self.0.lock().expect("fine").push(line);
        }
    }
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    let clouds = |_: Symbol| Some(cloud.clone() as Arc<dyn Cloud>);
    let log = Log::default();
    apply(&first, &clouds, &ledger, &options("d1", "ada", at(0)), &log, &Cancel::default()).await;
    let lines = log.0.into_inner().expect("fine");
    assert_eq!(lines, ["start network 0/2", "end network true 1/2", "start a 1/2", "end a true 2/2"]);
}
