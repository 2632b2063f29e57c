//! Groups fill as far as there is room. Must not test anything else.

use super::*;
use crate::cloud::Shortfall;

const ROOM_FOR_TEN: &str = r#"{"capacity": [{"zone": "z1", "shape": "big", "market": "on_demand", "nodes": 10}]}"#;

async fn running(cloud: &EmbeddedCloud, name: &str) -> Vec<Option<u32>> {
    live(cloud, name).await.map(|u| u.resources.iter().map(|r| r.running).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_short_group_is_held_or_undone() {
    let cloud = cloud(&Memory::default(), ROOM_FOR_TEN);
    let mut held = unit("u", vec![vpc("1"), group("g", 7), group("h", 7)]);
    held.hold = true;
    let done = run(&cloud, &held, "t1").await.expect("done");
    let short = Shortfall {
        address: symbol("resource.h"),
        asked: 7,
        running: 3,
        reason: "InsufficientInstanceCapacity".to_owned(),
    };
    assert_eq!(done.outcome, Outcome::Short(vec![short]));
    assert_eq!(running(&cloud, "u").await, [None, Some(7), Some(3)]);

    // All is taken; a new pool without hold is undone.
    let of_a_pool = |member: Member, name: &str| Member { address: symbol(&format!("pool.v.{name}")), ..member };
    let members = vec![of_a_pool(member("T::Net::Vpc", "v", "{}"), "v"), of_a_pool(group("i", 1), "i")];
    let undone = unit("v", members);
    let done = run(&cloud, &undone, "t2").await.expect("done");
    let Outcome::Failed { failures, kept: false } = done.outcome else { unreachable!("must fail") };
    assert_eq!(failures[0].reason, "InsufficientInstanceCapacity: 1 nodes asked for, 0 running");
    let seen = live(&cloud, "v").await.expect("the empty unit");
    assert!(matches!(seen.state, crate::cloud::UnitState::FailedCreate { .. }) && seen.resources.is_empty());
}

#[tokio::test]
async fn a_held_group_fills_when_there_is_room() {
    let memory = Memory::default();
    let mut held = unit("u", vec![group("g", 12)]);
    held.hold = true;
    run(&cloud(&memory, ROOM_FOR_TEN), &held, "t1").await.expect("done");
    let before = live(&cloud(&memory, ROOM_FOR_TEN), "u").await.expect("there");
    let after = live(&cloud(&memory, "{}"), "u").await.expect("there");
    assert_eq!((before.resources[0].running, after.resources[0].running), (Some(10), Some(12)));
    assert_eq!(before.fingerprint, after.fingerprint, "running nodes come and go");
}

#[tokio::test]
async fn shrinking_one_group_makes_room_for_another() {
    let cloud = cloud(&Memory::default(), ROOM_FOR_TEN);
    let both = unit("u", vec![group("g", 8), group("h", 2)]);
    run(&cloud, &both, "t1").await.expect("done");
    let update = next(&cloud, &both, vec![group("g", 3), group("h", 7)]).await;
    assert_eq!(run(&cloud, &update, "t2").await.expect("done").outcome, Outcome::Filled);
    let gone = next(&cloud, &both, vec![group("h", 10)]).await;
    let held = Unit { hold: true, ..gone };
    assert_eq!(run(&cloud, &held, "t3").await.expect("done").outcome, Outcome::Filled);
    assert_eq!(running(&cloud, "u").await, [Some(10)]);
}

#[tokio::test]
async fn a_reservation_needs_room_twice_to_be_replaced() {
    let cloud = cloud(&Memory::default(), ROOM_FOR_TEN);
    let reserve = |shape: &str| {
        let holds = Holds { market: Market::Reserved, reserves_only: true, ..group("x", 6).holds.expect("set") };
        let body = format!(r#"{{"Shape":"{shape}"}}"#);
        Member { holds: Some(holds), ..member("T::Compute::Reservation", "res", &body) }
    };
    let wanted = unit("u", vec![reserve("big")]);
    assert_eq!(run(&cloud, &wanted, "t1").await.expect("done").outcome, Outcome::Filled);
    let before = live(&cloud, "u").await.expect("there");
    let update = next(&cloud, &wanted, vec![reserve("bigger")]).await;
    let Outcome::Failed { failures, kept: false } = run(&cloud, &update, "t2").await.expect("answered").outcome else {
        unreachable!("must fail")
    };
    assert_eq!(failures[0].reason, "InsufficientInstanceCapacity: 6 nodes asked for, 4 free");
    assert_eq!(live(&cloud, "u").await, Some(before));
}

#[tokio::test]
async fn quotas_count_nodes_and_resources() {
    let quotas = r#"{"quotas": [{"shape": "b*", "limit": 5, "code": "VcpuLimitExceeded"},
        {"kind": "*::Vpc", "limit": 1, "code": "VpcLimitExceeded"}]}"#;
    let cloud = cloud(&Memory::default(), quotas);
    let held = Unit { hold: true, ..unit("u", vec![vpc("1"), group("g", 6)]) };
    let Outcome::Short(short) = run(&cloud, &held, "t1").await.expect("done").outcome else { unreachable!("short") };
    assert_eq!((short[0].running, short[0].reason.as_str()), (5, "VcpuLimitExceeded"));
    let done = run(&cloud, &unit("v", vec![vpc("2")]), "t2").await.expect("answered");
    let Outcome::Failed { failures, .. } = done.outcome else { unreachable!("must fail") };
    assert_eq!(failures[0].reason, "VpcLimitExceeded: 1 is the limit");
}

#[tokio::test]
async fn accepted_is_not_filled_and_not_there_is_seen() {
    let scenario = r#"{"fill": [{"address": "resource.g", "running": 51, "times": 1}], "missing": [{"kind": "*Vpc"}]}"#;
    let cloud = cloud(&Memory::default(), scenario);
    let held = Unit { hold: true, ..unit("u", vec![vpc("1"), group("g", 64)]) };
    let done = run(&cloud, &held, "t1").await.expect("done");
    assert!(matches!(&done.outcome, Outcome::Short(short) if short[0].running == 51), "{:?}", done.outcome);
    assert_eq!(ids(&live(&cloud, "u").await.expect("there"))[0], ("resource.vpc", None));
}

/// A group of seven with a template and an update policy, applied; then with another template.
async fn another_template(policy: Option<&str>, room: &str) -> (EmbeddedCloud, Done) {
    let cloud = cloud(&Memory::default(), room);
    let with = |template: &str| Member {
        body: format!(r#"{{"Size":7,"Template":"{template}"}}"#),
        update_policy: policy.map(symbol),
        ..group("g", 7)
    };
    let wanted = unit("u", vec![with("one")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let done = run(&cloud, &next(&cloud, &wanted, vec![with("two")]).await, "t2").await.expect("done");
    (cloud, done)
}

#[tokio::test]
async fn without_a_policy_nodes_stay_as_they_are() {
    let (cloud, done) = another_template(None, ROOM_FOR_TEN).await;
    assert_eq!((done.events, done.outcome), (vec!["updating g".to_owned(), "updated g".into()], Outcome::Filled));
    assert_eq!(running(&cloud, "u").await, [Some(7)]);
}

#[tokio::test]
async fn a_rolling_update_ends_nodes_and_starts_others_where_they_were() {
    let (cloud, done) = another_template(Some(r#"{"Roll":{}}"#), ROOM_FOR_TEN).await;
    assert_eq!(done.events, ["updating g", "rolling g", "updated g"]);
    assert_eq!((done.outcome, running(&cloud, "u").await), (Outcome::Filled, vec![Some(7)]));
}

#[tokio::test]
async fn a_replacing_update_needs_room_for_both_groups() {
    let policy = Some(r#"{"Replace":true}"#);
    let (cloud, done) = another_template(policy, "{}").await;
    assert_eq!(done.events, ["replacing g", "creating g", "created g", "deleting g", "deleted g"]);
    assert_eq!((done.outcome, running(&cloud, "u").await), (Outcome::Filled, vec![Some(7)]));
    // Seven run and ten can: three of the new ones start, the old group goes, and the others take its place.
    let (cloud, done) = another_template(policy, ROOM_FOR_TEN).await;
    assert_eq!((done.outcome, running(&cloud, "u").await), (Outcome::Filled, vec![Some(7)]));
}

/// A group of which only the maximum is asked for, and what else changes in it.
fn bounded(most: u32, template: &str) -> Member {
    Member {
        body: format!(r#"{{"Most":{most},"Template":"{template}"}}"#),
        update_policy: Some(symbol(r#"{"Roll":{}}"#)),
        ..group("g", 2)
    }
}

#[tokio::test]
async fn what_an_autoscaler_has_started_stays_up_to_the_maximum() {
    for set in [r#""set": {"Size": "7"}, "#, ""] {
        let scenario = format!(r#"{{"strangers": [{{"address": "resource.g", {set}"running": 7}}]}}"#);
        let cloud = cloud(&Memory::default(), &scenario);
        let wanted = unit("u", vec![bounded(9, "one")]);
        run(&cloud, &wanted, "t1").await.expect("done");
        assert_eq!(running(&cloud, "u").await, [Some(7)], "{set}");
        let steps = [(bounded(8, "one"), 7), (bounded(8, "two"), 7), (bounded(3, "two"), 3), (bounded(9, "two"), 3)];
        for (token, (member, left)) in steps.into_iter().enumerate() {
            let update = next(&cloud, &wanted, vec![member]).await;
            let done = run(&cloud, &update, &format!("u{token}")).await.expect("done");
            assert_eq!((done.outcome, running(&cloud, "u").await), (Outcome::Filled, vec![Some(left)]), "{set}{token}");
        }
    }
}
