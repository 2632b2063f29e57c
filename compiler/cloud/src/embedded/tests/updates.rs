//! Creating, changing and deleting units. Must not test failures.

use tonnage_plan::opinion::{Act, Answer};

use super::*;

#[tokio::test]
async fn a_unit_is_created_in_the_order_of_references_and_seen_again() {
    let cloud = cloud(&Memory::default(), "{}");
    let mut wanted = unit("net", vec![subnet("a"), subnet("b"), vpc("10.0.0.0/16")]);
    wanted.outputs =
        vec![output("vpc", reference("resource.vpc", None)), output("arn", reference("resource.vpc", Some("Arn")))];
    let done = run(&cloud, &wanted, "t1").await.expect("done");
    assert_eq!(done.outcome, Outcome::Filled);
    assert_eq!(done.events, ["creating vpc", "created vpc", "creating a", "created a", "creating b", "created b"]);
    let seen = live(&cloud, "net").await.expect("there");
    assert_eq!(seen.state, crate::cloud::UnitState::Ready);
    let vpc_id = seen.resources[0].physical_id.clone().expect("an id");
    assert!(vpc_id.starts_with("vpc-") && vpc_id.ends_with("00001"), "{vpc_id}");
    assert_eq!(seen.outputs[0], (symbol("arn"), format!("arn:embedded:T::Net::Vpc:r:{vpc_id}")));
    assert_eq!(seen.outputs[1], (symbol("vpc"), vpc_id.to_string()));
    assert_eq!(seen.resources[1].applied, subnet("a").body);
    assert_eq!(seen.resources[1].actual, None);
    assert_eq!(seen.resources[0].attributes[1], (symbol("Id"), symbol(&vpc_id)));

    let request = ObserveRequest { fleet: symbol("fleet"), regions: vec![symbol("r")], drift: false };
    let all = cloud.observe(&request, &Cancel::default()).await.expect("answers");
    // values of attributes are told where somebody may compare them: not while everything is as it was applied
    let mut told = seen;
    for resource in &mut told.resources {
        resource.attributes.clear();
        // without a look at drift nothing is known of what nobody set
        assert_eq!(resource.reported.take(), Some(symbol("{}")));
    }
    assert_eq!(all.units, [told]);
    let other = ObserveRequest { fleet: symbol("other"), ..request };
    assert_eq!(cloud.observe(&other, &Cancel::default()).await.expect("answers").units, []);
}

#[tokio::test]
async fn the_same_units_get_the_same_identifiers_in_any_order() {
    let (x, y) = (unit("x", vec![vpc("1")]), unit("y", vec![vpc("2")]));
    let mut seen = Vec::new();
    for order in [[&x, &y], [&y, &x]] {
        let cloud = cloud(&Memory::default(), "{}");
        for unit in order {
            run(&cloud, unit, "t").await.expect("done");
        }
        seen.push((live(&cloud, "x").await, live(&cloud, "y").await));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn nothing_changes_when_nothing_changed() {
    let cloud = cloud(&Memory::default(), "{}");
    let wanted = unit("net", vec![vpc("10.0.0.0/16"), subnet("a")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let before = live(&cloud, "net").await;
    let again = next(&cloud, &wanted, wanted.members.clone()).await;
    let done = run(&cloud, &again, "t2").await.expect("done");
    assert_eq!((done.prepared.changes.len(), done.events.len()), (0, 0));
    assert_eq!(live(&cloud, "net").await, before);
    assert_eq!(cloud.creations(), 2);
}

#[tokio::test]
async fn a_create_only_property_replaces_and_takes_its_users_along() {
    let cloud = cloud(&Memory::default(), "{}");
    let wanted =
        unit("net", vec![vpc("10.0.0.0/16"), subnet("a"), member("T::Compute::Template", "t", r#"{"Image":"i"}"#)]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let before = live(&cloud, "net").await.expect("there");
    let mut members = wanted.members.clone();
    members[0] = vpc("10.1.0.0/16");
    members[2].body = r#"{"Image":"j"}"#.to_owned();
    let done = run(&cloud, &next(&cloud, &wanted, members).await, "t2").await.expect("done");
    let foreseen: Vec<(&str, Act, Answer)> =
        done.prepared.changes.iter().map(|f| (f.local_name.as_str(), f.act, f.replaced)).collect();
    let modify = |name, replaced| (name, Act::Modify, replaced);
    assert_eq!(foreseen, [modify("VPC", Answer::Yes), modify("A", Answer::Yes), modify("T", Answer::No)]);
    let cause = &done.prepared.changes[0].causes[0];
    assert_eq!((cause.path.as_str(), cause.recreates), ("Cidr", Answer::Yes));
    assert_eq!((cause.before.as_deref(), cause.after.as_deref()), (Some("10.0.0.0/16"), Some("10.1.0.0/16")));
    assert_eq!(
        done.events,
        [
            "replacing vpc",
            "creating vpc",
            "created vpc",
            "updating t",
            "updated t",
            "replacing a",
            "creating a",
            "created a",
            "deleting a",
            "deleted a",
            "deleting vpc",
            "deleted vpc",
        ]
    );
    let after = live(&cloud, "net").await.expect("there");
    assert_ne!(ids(&before)[0], ids(&after)[0]);
    assert_eq!(ids(&before)[1], ids(&after)[1], "the template");
    assert_ne!(ids(&before)[2], ids(&after)[2]);
}

#[tokio::test]
async fn a_number_that_counts_updates_reaches_those_who_refer_to_it() {
    let cloud = cloud(&Memory::default(), "{}");
    let version = r#"{"Template":{"$ref":"resource.t"},"Version":{"$att":"Version","$ref":"resource.t"}}"#;
    let template = |image: &str| member("T::Compute::Template", "t", &format!(r#"{{"Image":"{image}"}}"#));
    let wanted = unit("u", vec![template("i"), member("T::Compute::Group", "g", version)]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let done = run(&cloud, &next(&cloud, &wanted, vec![template("j"), wanted.members[1].clone()]).await, "t2")
        .await
        .expect("done");
    assert_eq!(done.events, ["updating t", "updated t", "updating g", "updated g"]);
    let seen = live(&cloud, "u").await.expect("there");
    assert!(seen.resources[0].attributes.contains(&(symbol("Version"), symbol("2"))));
}

#[tokio::test]
async fn delete_first_retain_and_names_that_exist_once() {
    let cloud = cloud(&Memory::default(), "{}");
    let role = |path: &str| member("T::Access::Role", "role", &format!(r#"{{"RoleName":"node","Path":"{path}"}}"#));
    let reserved = |shape: &str| {
        let mut r = member("T::Compute::Reservation", "res", &format!(r#"{{"Shape":"{shape}"}}"#));
        (r.retain_on_delete, r.retain_on_replace) = (true, true);
        r
    };
    let wanted = unit("u", vec![role("/"), reserved("big")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    assert_eq!(ids(&live(&cloud, "u").await.expect("there"))[0].1, Some("node"));

    // The new one can't be there beside the old one.
    let clash = next(&cloud, &wanted, vec![role("/x"), reserved("big")]).await;
    let Outcome::Failed { failures, kept: false } = run(&cloud, &clash, "t2").await.expect("answered").outcome else {
        unreachable!("must fail")
    };
    assert!(failures[0].reason.starts_with("AlreadyExists"), "{failures:?}");

    let mut first = role("/x");
    first.delete_first = true;
    let update = next(&cloud, &wanted, vec![first, reserved("huge")]).await;
    let done = run(&cloud, &update, "t3").await.expect("done");
    assert_eq!(done.outcome, Outcome::Filled);
    assert_eq!(done.events[..3], ["replacing role", "deleting role", "deleted role"]);
    assert!(done.events.contains(&"retained res".to_owned()));
    let update = next(&cloud, &wanted, vec![wanted.members[0].clone()]).await;
    let gone = Unit { operation: UnitOperation::Delete, members: Vec::new(), ..update };
    run(&cloud, &gone, "t4").await.expect("done");
    assert_eq!(live(&cloud, "u").await, None);
    let left: Vec<(String, String)> = cloud.left_behind().into_iter().map(|l| (l.address, l.why)).collect();
    assert_eq!(
        left,
        [("resource.res".to_owned(), "retained".to_owned()), ("resource.res".to_owned(), "retained".to_owned())]
    );
}

#[tokio::test]
async fn values_cross_units_and_what_is_used_is_not_deleted() {
    let cloud = cloud(&Memory::default(), "{}");
    let net = unit("net", vec![vpc("10.0.0.0/16")]);
    run(&cloud, &net, "t1").await.expect("done");
    let id = live(&cloud, "net").await.expect("there").resources[0].physical_id.clone().expect("an id");
    let mut pool = unit("pool", vec![subnet("a")]);
    let error = run(&cloud, &pool, "t1").await.expect_err("refused");
    assert!(error.to_string().contains("resource.a refers to resource.vpc, which is not there"), "{error}");
    pool.parameters = vec![parameter("vpc", reference("resource.vpc", None))];
    run_with(&cloud, &pool, "t1", &[("vpc", &*id)]).await.expect("done");

    let gone = Unit { operation: UnitOperation::Delete, ..next(&cloud, &net, Vec::new()).await };
    let Outcome::Failed { failures, kept: true } = run(&cloud, &gone, "t2").await.expect("answered").outcome else {
        unreachable!("must fail")
    };
    assert!(failures[0].reason.contains("unit pool uses it"), "{failures:?}");
    // Replaced while it is in use: the old one is left behind, and said.
    let update = next(&cloud, &net, vec![vpc("10.1.0.0/16")]).await;
    let done = run(&cloud, &update, "t3").await.expect("done");
    assert_eq!(done.outcome, Outcome::Filled);
    assert_eq!(cloud.left_behind()[0].physical_id, *id);
    // The other unit sees the new value.
    let new = live(&cloud, "net").await.expect("there").resources[0].physical_id.clone().expect("an id");
    let again = next(&cloud, &pool, pool.members.clone()).await;
    let done = run_with(&cloud, &again, "t3", &[("vpc", &*new)]).await.expect("done");
    assert_eq!(done.events[0], "replacing a");
}

#[tokio::test]
async fn removed_members_go_in_reverse_order_and_moved_ones_stay() {
    let cloud = cloud(&Memory::default(), "{}");
    let wanted = unit("net", vec![vpc("10.0.0.0/16"), subnet("a"), subnet("b")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let mut members = vec![vpc("10.0.0.0/16")];
    members[0].address = symbol("resource.main");
    let done = run(&cloud, &next(&cloud, &wanted, members).await, "t2").await.expect("done");
    assert_eq!(done.events, ["deleting b", "deleted b", "deleting a", "deleted a"]);
    assert_eq!(live(&cloud, "net").await.expect("there").resources[0].at(), symbol("resource.main"));
    assert_eq!(cloud.creations(), 3);
}

#[tokio::test]
async fn requests_that_are_wrong_as_a_whole_are_refused() {
    let cloud = cloud(&Memory::default(), r#"{"resources_per_unit": 3}"#);
    let ring = |a: &str, b: &str| member("T::Net::Vpc", a, &format!(r#"{{"Name":{{"$ref":"resource.{b}"}}}}"#));
    for (members, words) in [
        (vec![ring("a", "b"), ring("b", "a")], "circular dependency between resource.a, resource.b"),
        (vec![vpc("1"), vpc("2")], "is in it twice"),
        (vec![vpc("1"), subnet("a"), subnet("b"), subnet("c")], "4 resources are more than 3"),
    ] {
        let error = run(&cloud, &unit("u", members), "t").await.expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
    }
    for (body, words) in [(r#"{"Arn":"x"}"#, "read-only"), (r#"{"Nmae":"x"}"#, "unsupported property Nmae")] {
        let done = run(&cloud, &unit("u", vec![member("T::Net::Vpc", "v", body)]), "t").await.expect("answered");
        let Outcome::Failed { failures, .. } = done.outcome else { unreachable!("must fail") };
        assert!(failures[0].reason.contains(words), "{failures:?}");
    }
    let done = run(&cloud, &unit("v", vec![member("T::Net::Subnet", "s", "{}")]), "t").await.expect("answered");
    assert!(matches!(done.outcome, Outcome::Failed { .. }), "required key");
}

#[tokio::test]
async fn a_unit_that_changed_since_is_stale() {
    let cloud = cloud(&Memory::default(), "{}");
    let wanted = unit("net", vec![vpc("1")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let theirs = next(&cloud, &wanted, vec![vpc("2")]).await;
    let ours = next(&cloud, &wanted, vec![vpc("3")]).await;
    run(&cloud, &theirs, "t2").await.expect("done");
    assert!(matches!(run(&cloud, &ours, "t3").await, Err(CloudError::Stale { .. })));
    assert!(matches!(run(&cloud, &wanted, "t4").await, Err(CloudError::Stale { .. })), "it is there already");
    let missing = Unit { operation: UnitOperation::Update, ..unit("other", vec![vpc("1")]) };
    assert!(matches!(run(&cloud, &missing, "t4").await, Err(CloudError::Stale { .. })));
}

#[tokio::test]
async fn a_folder_keeps_it_and_each_cloud_has_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = clock::fixed("2026-01-02T14:02:00Z".parse().expect("a time"));
    let open = |name: &str| EmbeddedCloud::open(folder.path(), symbol(name), facts(), at.clone()).expect("opens");
    let wanted = unit("net", vec![vpc("1"), subnet("a")]);
    run(&open("aws"), &wanted, "t1").await.expect("done");
    let seen = live(&open("aws"), "net").await.expect("there");
    assert_eq!(seen.resources.len(), 2);
    assert_eq!(live(&open("azure"), "net").await, None);
    // Deleted and made again, it gets other identifiers.
    let aws = open("aws");
    let gone = Unit { operation: UnitOperation::Delete, ..next(&aws, &wanted, Vec::new()).await };
    run(&aws, &gone, "t2").await.expect("done");
    let aws = open("aws");
    run(&aws, &wanted, "t3").await.expect("done");
    let again = live(&aws, "net").await.expect("there");
    assert_ne!(ids(&seen), ids(&again));
    std::fs::write(folder.path().join("scenario.json"), r#"{"capcity": []}"#).expect("written");
    let error =
        EmbeddedCloud::open(folder.path(), symbol("aws"), Facts::default(), at.clone()).expect_err("unknown part");
    assert!(error.to_string().contains("capcity"), "{error}");
}
