//! Failures, rollbacks, strangers, outages, broken connections. Must not test what goes well.

use super::*;
use crate::cloud::UnitState;

fn fails(address: &str, operation: &str, times: &str) -> String {
    format!(
        r#"{{"failures": [{{"address": "{address}", "operation": "{operation}", "code": "Internal", "message": "no"{times}}}]}}"#
    )
}

fn failed_with(outcome: &Outcome) -> (&str, bool) {
    match outcome {
        Outcome::Failed { failures, kept } => (failures[0].reason.as_str(), *kept),
        other => unreachable!("must fail: {other:?}"),
    }
}

#[tokio::test]
async fn a_failed_create_is_undone_or_held() {
    let cloud = cloud(&Memory::default(), &fails("resource.b", "create", ""));
    let wanted = unit("net", vec![vpc("1"), subnet("a"), subnet("b")]);
    let done = run(&cloud, &wanted, "t1").await.expect("answered");
    assert_eq!(failed_with(&done.outcome), ("Internal: no", false));
    assert_eq!(done.events[done.events.len() - 4..], ["failed b", "rolling back ", "deleted a", "deleted vpc"]);
    let seen = live(&cloud, "net").await.expect("the empty unit");
    assert!(matches!(&seen.state, UnitState::FailedCreate { state, .. } if state == "ROLLBACK_COMPLETE"));
    // It can be made again.
    let held = Unit { hold: true, ..wanted.clone() };
    let done = run(&cloud, &held, "t2").await.expect("answered");
    assert_eq!(failed_with(&done.outcome), ("Internal: no", true));
    let seen = live(&cloud, "net").await.expect("there");
    assert_eq!((seen.resources.len(), seen.state), (2, UnitState::Ready));
    // And finished, by a plan made from what is there.
    let rest = next(&cloud, &wanted, vec![vpc("1"), subnet("a")]).await;
    assert_eq!(run(&cloud, &rest, "t3").await.expect("done").outcome, Outcome::Filled);
    assert_eq!(cloud.creations(), 4);
}

#[tokio::test]
async fn a_failed_update_goes_back_to_what_was() {
    let memory = Memory::default();
    let wanted = unit("net", vec![vpc("1"), subnet("a"), member("T::Compute::Template", "t", r#"{"Image":"i"}"#)]);
    run(&cloud(&memory, "{}"), &wanted, "t1").await.expect("done");
    let before = live(&cloud(&memory, "{}"), "net").await.expect("there");
    let faulty = cloud(&memory, &fails("resource.z", "create", ""));
    let mut members = vec![
        vpc("2"),
        subnet("a"),
        wanted.members[2].clone(),
        member("T::Net::Vpc", "z", r#"{"Name":{"$ref":"resource.a"}}"#),
    ];
    members[2].body = r#"{"Image":"j"}"#.to_owned();
    let done = run(&faulty, &next(&faulty, &wanted, members).await, "t2").await.expect("answered");
    assert_eq!(failed_with(&done.outcome), ("Internal: no", false));
    let after = live(&faulty, "net").await.expect("there");
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(before.fingerprint, after.fingerprint);
    let bodies = |unit: &LiveUnit| unit.resources.iter().map(|r| r.applied.clone()).collect::<Vec<_>>();
    assert_eq!(bodies(&before), bodies(&after));
}

#[tokio::test]
async fn what_was_deleted_first_is_made_again_by_a_rollback() {
    let memory = Memory::default();
    let first = |cidr: &str| Member { delete_first: true, ..vpc(cidr) };
    let wanted = unit("net", vec![first("1"), subnet("a")]);
    run(&cloud(&memory, "{}"), &wanted, "t1").await.expect("done");
    let faulty = cloud(&memory, &fails("resource.a", "create", ""));
    let update = next(&faulty, &wanted, vec![first("2"), subnet("a")]).await;
    let done = run(&faulty, &update, "t2").await.expect("answered");
    assert_eq!(failed_with(&done.outcome), ("Internal: no", false));
    let after = live(&faulty, "net").await.expect("there");
    assert_eq!(after.resources[0].applied, vpc("1").body);
    // The subnet follows the new one at the next update of anything.
    let again = next(&faulty, &wanted, wanted.members.clone()).await;
    let done = run(&cloud(&memory, "{}"), &again, "t3").await.expect("done");
    assert_eq!((done.outcome, done.events), (Outcome::Filled, Vec::<String>::new()));
}

#[tokio::test]
async fn a_rollback_that_fails_leaves_it_to_a_person() {
    let memory = Memory::default();
    let wanted = unit("net", vec![vpc("1")]);
    run(&cloud(&memory, "{}"), &wanted, "t1").await.expect("done");
    let faulty = cloud(
        &memory,
        r#"{"failures": [{"address": "resource.b", "operation": "create", "code": "A"}, {"operation": "roll_back", "code": "B"}]}"#,
    );
    let update = next(&faulty, &wanted, vec![vpc("1"), subnet("a"), subnet("b")]).await;
    let done = run(&faulty, &update, "t2").await.expect("answered");
    assert_eq!(failed_with(&done.outcome), ("A", true));
    let stuck = next(&faulty, &wanted, vec![vpc("1")]).await;
    let Err(CloudError::State { state, reason, .. }) = run(&faulty, &stuck, "t3").await else { unreachable!("stuck") };
    assert_eq!((state.as_str(), reason.as_str()), ("UPDATE_ROLLBACK_FAILED", "resource.a: B"));
    let gone = Unit { operation: UnitOperation::Delete, ..stuck };
    assert_eq!(run(&faulty, &gone, "t4").await.expect("done").outcome, Outcome::Filled);
}

#[tokio::test]
async fn a_rule_is_used_up_even_across_processes() {
    let memory = Memory::default();
    let once = fails("*", "create", r#", "times": 1"#);
    assert!(
        matches!(run(&cloud(&memory, &once), &unit("a", vec![vpc("1")]), "t").await, Ok(d) if d.outcome != Outcome::Filled)
    );
    assert!(
        matches!(run(&cloud(&memory, &once), &unit("b", vec![vpc("1")]), "t").await, Ok(d) if d.outcome == Outcome::Filled)
    );
}

#[tokio::test]
async fn strangers_change_things_once_and_are_undone_by_an_update() {
    let memory = Memory::default();
    let scenario = r#"{"strangers": [{"address": "resource.vpc", "set": {"Name": "mine", "Cidr": null}}, {"address": "resource.a", "delete": true}]}"#;
    let wanted = unit("net", vec![vpc("1"), subnet("a")]);
    let calm = cloud(&memory, "{}");
    run(&calm, &wanted, "t1").await.expect("done");
    let before = live(&calm, "net").await.expect("there");
    let wild = cloud(&memory, scenario);
    let drifted = live(&wild, "net").await.expect("there");
    assert_ne!(before.fingerprint, drifted.fingerprint);
    assert_eq!(drifted.resources[0].actual.as_deref(), Some("{}"));
    assert_eq!(drifted.resources[0].reported, Some(symbol(r#"{"Name":"mine"}"#)), "nobody asked for a name");
    assert_eq!(drifted.resources[0].applied, vpc("1").body);
    assert_eq!(drifted.resources[1].physical_id, None);
    let mut members = wanted.members.clone();
    members[0].body = r#"{"Name":"mine"}"#.to_owned();
    let adopt = next(&wild, &wanted, members).await;
    let done = run(&wild, &adopt, "t2").await.expect("done");
    assert_eq!(done.events, ["creating a", "created a"], "what they made is what is wanted now");
    let seen = live(&cloud(&memory, scenario), "net").await.expect("there");
    assert_eq!(seen.resources[0].actual, None, "they do it once");
}

#[tokio::test]
async fn outages_and_throttling_are_told() {
    let scenario = r#"{"outages": [{"call": "observe", "times": 1}], "throttle": [{"call": "prepare", "times": 7}]}"#;
    let cloud = cloud(&Memory::default(), scenario);
    let request = ObserveRequest { fleet: symbol("fleet"), regions: vec![symbol("r")], drift: false };
    assert!(matches!(cloud.observe(&request, &Cancel::default()).await, Err(CloudError::Unreachable { .. })));
    assert!(cloud.observe(&request, &Cancel::default()).await.is_ok());
    let wanted = unit("net", vec![vpc("1")]);
    assert!(matches!(run(&cloud, &wanted, "t").await, Err(CloudError::Throttled { attempts: 5, .. })));
    assert_eq!(run(&cloud, &wanted, "t").await.expect("tried again").outcome, Outcome::Filled);
    let stop = Cancel::default();
    stop.cancel();
    assert!(matches!(cloud.observe(&request, &stop).await, Err(CloudError::Cancelled)));
}

#[tokio::test]
async fn a_broken_connection_is_gone_on_with_at_every_operation() {
    let first = unit("net", vec![vpc("1"), subnet("a"), group("g", 3)]);
    for crash in 1..40 {
        let memory = Memory::default();
        run(&cloud(&memory, "{}"), &first, "t0").await.expect("done");
        let update = next(&cloud(&memory, "{}"), &first, vec![vpc("2"), subnet("a"), subnet("b")]).await;
        let count = cloud(&memory, "{}").operations();
        let broken = cloud(&memory, &format!(r#"{{"crash_at": {}}}"#, count + crash));
        let result = run(&broken, &update, "t1").await;
        let ended = result.is_ok();
        if !ended {
            assert!(matches!(result, Err(CloudError::Unreachable { .. })));
            assert!(
                matches!(run(&broken, &update, "t1").await, Err(CloudError::Unreachable { .. })),
                "it stays broken"
            );
        }
        let cloud = cloud(&memory, "{}");
        let done = run(&cloud, &update, "t1").await.expect("goes on");
        assert_eq!(done.outcome, Outcome::Filled, "at {crash}");
        assert_eq!(cloud.creations(), 6, "at {crash}: 3 at first, then vpc, a and b");
        let seen = live(&cloud, "net").await.expect("there");
        assert_eq!(seen.resources.len(), 3);
        let gone = Unit { operation: UnitOperation::Delete, ..next(&cloud, &first, Vec::new()).await };
        assert_eq!(run(&cloud, &gone, "t2").await.expect("done").outcome, Outcome::Filled);
        if ended {
            assert!(crash > 8, "the scenario never struck");
            return;
        }
    }
    unreachable!("never came to an end");
}

#[tokio::test]
async fn what_is_new_is_given_also_where_something_old_is_still_in_use() {
    let cloud = cloud(&Memory::default(), "{}");
    let old = member("T::Net::Vpc", "old", r#"{"Cidr":"1"}"#);
    let net = unit("net", vec![old.clone()]);
    run(&cloud, &net, "t1").await.expect("done");
    let id = live(&cloud, "net").await.expect("there").resources[0].physical_id.clone().expect("an id");
    let mut user = unit("user", vec![member("T::Net::Vpc", "v", r#"{"Cidr":"3","Name":{"$ref":"resource.old"}}"#)]);
    user.parameters = vec![parameter("old", reference("resource.old", None))];
    run_with(&cloud, &user, "t1", &[("old", &*id)]).await.expect("done");
    let mut other = next(&cloud, &net, vec![member("T::Net::Vpc", "new", r#"{"Cidr":"2"}"#)]).await;
    other.outputs = vec![output("new", reference("resource.new", None))];
    let done = run(&cloud, &other, "t2").await.expect("answered");
    assert!(matches!(done.outcome, Outcome::Failed { kept: true, .. }), "{:?}", done.outcome);
    let seen = live(&cloud, "net").await.expect("there");
    assert_eq!(seen.resources.len(), 2);
    assert_eq!(seen.outputs.len(), 1, "the user can take the new value and let go of the old one");
}
