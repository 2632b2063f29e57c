//! Plans that others overtook, and applies that others broke off: what they did is not unsaid. Must not test other
//! endings.

use tonnage_base::Market;
use tonnage_ledger::{Burn, Entry, Protected, Record, Stand, What};
use tonnage_plan::{
    Action, Change,
    model::Protected as InPlan,
    money::{Held, Paid},
};

use super::*;

/// A unit in another region, of which plans that were made before it know nothing.
fn far() -> Unit {
    let far = unit("far", vec![member("T::Net::Vpc", "far", r#"{"Cidr":"9"}"#)]);
    Unit { site: Site { cloud: symbol("aws"), region: symbol("r2") }, ..far }
}

/// A pool whose nodes are kept where they are too few.
fn held_pool(name: &str, nodes: u32) -> Unit {
    Unit { hold: true, ..pool(name, nodes) }
}

fn is_protected(address: &str) -> InPlan {
    InPlan { address: symbol(address), destroy: true, shrink: false, until: None }
}

fn held(owner: &str, shape: &str, nodes: u32) -> Held {
    Held {
        owner: symbol(owner),
        site: Site { cloud: symbol("aws"), region: symbol("r") },
        holds: Holds { shape: symbol(shape), nodes, market: Market::OnDemand, zone: None, reserves_only: false },
        resources: 1,
        paid: Paid::Contract(Some(symbol("commitment.c"))),
        list: None,
        cost: None,
        from: None,
        until: None,
        leaves: false,
        idle: None,
        outside: false,
        ended: None,
        later: Vec::new(),
    }
}

fn deletion(address: &str, unit: u32) -> Change {
    Change {
        address: symbol(address),
        previous_address: None,
        kind: symbol("T::Compute::Group"),
        action: Action::Delete,
        reasons: Vec::new(),
        diffs: Vec::new(),
        site: Site { cloud: symbol("aws"), region: symbol("r") },
        unit: UnitId(unit),
        local_name: symbol("X"),
        physical_id: None,
        before: None,
        after: None,
        holds_before: None,
        asked_before: None,
        older: Vec::new(),
        holds_after: None,
        effects: Vec::new(),
        declared: None,
    }
}

fn places(stands: &[Stand]) -> Vec<(&str, u64)> {
    stands.iter().map(|stand| (stand.region.as_str(), stand.units)).collect()
}

#[tokio::test]
async fn a_record_keeps_what_others_recorded_since_its_plan_was_made() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let mut first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    first.protected = vec![is_protected("pool.let_go")];
    first.written = [("x", "1"), ("y", "1"), ("z", "1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    run(&first, &cloud, &ledger, "d1").await;

    let mut mine = plan(&*cloud, &ledger, vec![network("1"), pool("a", 2)]).await;
    mine.written = [("x", "2"), ("y", "1"), ("z", "1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    mine.held_before = vec![held("pool.a", "big", 1)];
    mine.held_after = vec![held("pool.a", "big", 2)];
    let mut theirs = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), far()]).await;
    theirs.protected = vec![is_protected("pool.let_go"), is_protected("pool.far")];
    theirs.written = [("x", "1"), ("y", "3")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    theirs.held_before = vec![held("pool.a", "big", 1)];
    theirs.held_after = vec![held("pool.a", "big", 1), held("pool.far", "small", 7)];
    assert_eq!(run(&theirs, &cloud, &ledger, "d2").await.serial, Some(2));
    assert_eq!(run(&mine, &cloud, &ledger, "d3").await.serial, Some(3));

    let record = ledger.record(3).await.expect("read").expect("there");
    assert_eq!(places(&record.stands), [("r", 2), ("r2", 1)]);
    let protected: Vec<&str> = record.protected.iter().map(|of| of.address.as_str()).collect();
    assert_eq!(protected, ["pool.far"], "what mine lets go is let go");
    let written: Vec<(&str, &str)> = record.written.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(written, [("x", "2"), ("y", "3")], "each has its own edits, and `z` is gone");
    let nodes = |drawings: &[tonnage_ledger::Drawing]| -> Vec<(String, u64)> {
        drawings.iter().map(|drawing| (drawing.of.shape.clone(), drawing.nodes)).collect()
    };
    let (big, small) = ("big".to_owned(), "small".to_owned());
    assert_eq!(nodes(&record.burn.before), [(big.clone(), 1), (small.clone(), 7)]);
    assert_eq!(nodes(&record.burn.after), [(big, 2), (small, 7)]);
}

#[tokio::test]
async fn what_has_been_protected_since_is_not_taken_away_unseen() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    run(&plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await, &cloud, &ledger, "d1").await;
    let mut mine = plan(&*cloud, &ledger, vec![network("1")]).await;
    mine.changes = vec![deletion("pool.a.primary.nodes[\"z1\"]", 1)];
    let mut theirs = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    (theirs.protected, theirs.protects_anew) = (vec![is_protected("pool.a")], true);
    assert_eq!(run(&theirs, &cloud, &ledger, "d2").await.serial, Some(2));

    let report = run(&mine, &cloud, &ledger, "d3").await;
    assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Stale, vec!["T0715"]));
    assert!(report.diagnostics[0].message.starts_with("pool.a has been protected"), "{:?}", report.diagnostics);
    assert_eq!(ledger.serial().await, Ok(2), "nothing was done");
    let lifted = Options { lifted: vec!["pool.a.protect.destroy".to_owned()], ..options("d3", "ada", at(0)) };
    assert_eq!(run_as(&mine, &cloud, &ledger, &lifted, &Cancel::default()).await.outcome, ApplyOutcome::Applied);
}

#[tokio::test]
async fn what_the_plan_knew_of_is_not_asked_again() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let mut first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1)]).await;
    first.protected = vec![is_protected("pool.a")];
    run(&first, &cloud, &ledger, "d1").await;
    // its guard says that it only lets go of what is empty
    let mut mine = plan(&*cloud, &ledger, vec![network("1")]).await;
    mine.changes = vec![deletion("pool.a.primary.nodes[\"z1\"]", 1)];
    let mut theirs = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), far()]).await;
    theirs.protected = vec![is_protected("pool.a")];
    run(&theirs, &cloud, &ledger, "d2").await;
    assert_eq!(run(&mine, &cloud, &ledger, "d3").await.outcome, ApplyOutcome::Applied);
}

#[tokio::test]
async fn a_unit_that_an_earlier_try_made_stands_where_a_later_one_does_not_come_to_it() {
    let broken = r#"{"failures": [{"address": "resource.a_group", "operation": "create", "code": "Internal"}]}"#;
    let (memory, ledger) = (Memory::default(), Ledger::in_memory());
    let cloud = cloud(&memory, broken);
    let mut first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), far()]).await;
    first.steps.insert(0, Step { units: vec![UnitId(2)], between: Vec::new() });
    first.steps[2].units.retain(|id| *id != UnitId(2));
    assert_eq!(run(&first, &cloud, &ledger, "d1").await.outcome, ApplyOutcome::Failed);
    let cancel = Cancel::default();
    cancel.cancel();
    let report = run_as(&first, &cloud, &ledger, &options("d1", "ada", at(1)), &cancel).await;
    assert_eq!((report.outcome, report.serial), (ApplyOutcome::Cancelled, Some(2)));
    let record = ledger.record(2).await.expect("read").expect("there");
    assert!(places(&record.stands).contains(&("r2", 1)), "{:?}", record.stands);
}

#[tokio::test]
async fn a_unit_that_a_killed_apply_of_another_plan_had_begun_may_stand() {
    let (cloud, ledger) = (cloud(&Memory::default(), "{}"), Ledger::in_memory());
    let mine = plan(&*cloud, &ledger, vec![network("1")]).await;
    let (journal, ..) = ledger.journal(1).await.expect("opens");
    let note = |name: &str, region: &str, what| Entry {
        plan_digest: "killed".to_owned(),
        unit: tonnage_ledger::UnitKey { cloud: "aws".to_owned(), region: region.to_owned(), name: name.to_owned() },
        at: at(0)(),
        what,
    };
    journal.append(note("far#1", "r2", What::Prepared { handle: String::new() })).await.expect("written");
    journal.append(note("far", "r2", What::Executed { outcome: String::new() })).await.expect("written");
    journal.append(note("never", "r3", What::Started)).await.expect("written");
    assert_eq!(run(&mine, &cloud, &ledger, "d1").await.serial, Some(1));
    let record = ledger.record(1).await.expect("read").expect("there");
    assert_eq!(places(&record.stands), [("r", 1), ("r2", 1)], "nothing was ever asked for in r3");
}

#[tokio::test]
async fn a_saved_plan_stops_no_more_nodes_than_it_counted_begun_or_not() {
    let memory = Memory::default();
    let (tight, ledger) =
        (cloud(&memory, r#"{"fill": [{"address": "resource.a_group", "running": 2}]}"#), Ledger::in_memory());
    let first = plan(&*tight, &ledger, vec![network("1"), held_pool("a", 8)]).await;
    run(&first, &tight, &ledger, "d1").await;
    let mut mine = plan(&*tight, &ledger, vec![network("1")]).await;
    let two = Holds { shape: symbol("big"), nodes: 2, market: Market::OnDemand, zone: None, reserves_only: false };
    let gone = Change { local_name: symbol("A_GROUP"), holds_before: Some(two), ..deletion("resource.a_group", 1) };
    mine.changes = vec![gone];
    let saved = Options { look_first: true, ..options("d2", "ada", at(0)) };
    let wide = cloud(&memory, "{}");
    let denied = cloud(&memory, r#"{"denied": [{"call": "prepare", "reason": "no"}]}"#);
    for (begun, when) in [(&wide, "not begun"), (&denied, "begun and refused"), (&wide, "begun")] {
        // the first look fills the group, so a try that is refused begins only where the nodes are not looked at
        let options = Options { look_first: when != "begun and refused", ..saved.clone() };
        let report = run_as(&mine, begun, &ledger, &options, &Cancel::default()).await;
        if when == "begun and refused" {
            assert_eq!(report.outcome, ApplyOutcome::Failed, "{:?}", report.diagnostics);
            continue;
        }
        assert_eq!((report.outcome, codes(&report)), (ApplyOutcome::Stale, vec!["T0704"]), "{when}");
        let [moved] = report.moved.as_slice() else { panic!("{when}: {:?}", report.moved) };
        let [group] = moved.grown.as_slice() else { panic!("{when}: {moved:?}") };
        assert_eq!((group.counted, group.running), (2, 8));
    }
}

#[tokio::test]
async fn a_group_is_short_on_record_until_it_is_brought_to_its_end_again() {
    let memory = Memory::default();
    let (tight, ledger) =
        (cloud(&memory, r#"{"fill": [{"address": "resource.a_group", "running": 5}]}"#), Ledger::in_memory());
    let first = plan(&*tight, &ledger, vec![network("1"), held_pool("a", 8), pool("b", 1)]).await;
    assert_eq!(run(&first, &tight, &ledger, "d1").await.outcome, ApplyOutcome::Held);
    let short = async |serial| ledger.record(serial).await.expect("read").expect("there").short;
    let five: BTreeMap<String, u32> = [("resource.a_group".to_owned(), 5)].into();
    assert_eq!(short(1).await, five);
    let other = plan(&*tight, &ledger, vec![network("1"), held_pool("a", 8), pool("b", 2)]).await;
    run(&other, &tight, &ledger, "d2").await;
    assert_eq!(short(2).await, five, "nothing was done to it");
    let wide = cloud(&memory, "{}");
    let more = plan(&*wide, &ledger, vec![network("1"), held_pool("a", 9), pool("b", 2)]).await;
    run(&more, &wide, &ledger, "d3").await;
    assert_eq!(short(3).await, BTreeMap::new());
}

#[test]
fn of_two_who_protect_the_same_otherwise_the_stricter_holds() {
    let of = |destroy, shrink, until: Option<&str>| InPlan {
        address: symbol("pool.a"),
        destroy,
        shrink,
        until: until.map(|day| day.parse().expect("a day")),
    };
    let record = |of: &InPlan| Record { protected: vec![crate::since::protected(of)], ..record() };
    let mut since = Since::starting(record(&of(true, false, Some("2026-12-01"))));
    since.add(record(&of(true, true, Some("2027-01-01"))));
    let mut mine = Plan::new(symbol("fleet"), "2026-01-01".parse().expect("a day"), Values::new());
    mine.protected = vec![of(false, false, None)];
    let wanted = Protected { address: "pool.a".to_owned(), destroy: true, shrink: true, until: None };
    assert_eq!(since.protected(&mine), [wanted]);
}

fn record() -> Record {
    let at = at(0)();
    Record {
        serial: 1,
        fleet: "fleet".to_owned(),
        plan_digest: "other".to_owned(),
        who: "bob".to_owned(),
        started: at,
        finished: at,
        outcome: tonnage_ledger::RecordOutcome::Applied,
        interrupted: Vec::new(),
        lifted: Vec::new(),
        burn: Burn::next(None, at, true, Vec::new(), Vec::new()),
        stands: Vec::new(),
        short: BTreeMap::new(),
        granted: Vec::new(),
        protected: Vec::new(),
        reported: 0,
        outputs: BTreeMap::new(),
        written: BTreeMap::new(),
    }
}
