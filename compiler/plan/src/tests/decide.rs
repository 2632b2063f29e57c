//! Actions, reasons and diffs.

use tonnage_graph::{Disposal, ReplaceOrder, Values};

use super::{Sky, error, graph, lines, plan_of, row, s, site};
use crate::change::Choice;
use crate::inputs::{Condition, LiveUnitFacts};

const NET: &str = r#"{"Cidr":"10.0.0.0/16","Name":"n"}"#;

fn fleet() -> Vec<super::Row> {
    vec![
        row("network.default.net", "T::Net", NET),
        row("network.default.sub", "T::Subnet", r#"{"Net":{"$ref":"network.default.net"},"Cidr":"10.0.0.0/24"}"#),
        row(
            "pool.a.group",
            "T::Group",
            r#"{"Name":"g","Size":4,"Subnets":[{"$ref":"network.default.sub"},"subnet-0"],"Template":"t","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}],"Order":["x","y","z"]}"#,
        ),
    ]
}

fn with(rows: &[super::Row], address: &str, from: &str, to: &str) -> Vec<super::Row> {
    let mut rows = rows.to_vec();
    let row = rows.iter_mut().find(|row| row.address == address).unwrap();
    assert!(row.body.contains(from), "{}", row.body);
    row.body = row.body.replace(from, to);
    rows
}

/// The lines of the plan that an edit of one body makes, after the fleet is live.
fn check(address: &str, from: &str, to: &str, expect: &[&str]) {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let rows = with(&fleet(), address, from, to);
    let plan = sky.plan(&rows).unwrap();
    assert_eq!(lines(&plan), expect);
    assert!(plan.units.iter().all(|unit| !unit.reverts), "nobody else has done anything");
    sky.settle(&rows);
}

/// The lines of the plan when the live body of one resource is another.
fn check_drift(address: &str, from: &str, to: &str, expect: &[&str]) {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let there = sky.at(address);
    assert!(there.row.body.contains(from), "{}", there.row.body);
    there.actual = Some(there.row.body.replace(from, to));
    let plan = sky.plan(&fleet()).unwrap();
    assert_eq!(lines(&plan), expect);
    let reverting = plan.units.iter().filter(|unit| unit.reverts).count();
    assert_eq!(reverting, usize::from(!expect.is_empty()), "only the unit that holds it");
}

#[test]
fn from_empty_everything_is_created_and_then_nothing_is_left() {
    let mut sky = Sky::default();
    let plan = sky.settle(&fleet());
    assert_eq!(
        lines(&plan),
        ["create network.default.net [new]", "create network.default.sub [new]", "create pool.a.group [new]",]
    );
    let counts = plan.counts();
    assert_eq!((counts.add, counts.change, counts.destroy), (3, 0, 0));
    let subnet = &plan.changes[1];
    assert_eq!(
        plan.values.to_json(subnet.after.unwrap()),
        r#"{"Cidr":"10.0.0.0/24","Net":{"$unknown":"network.default.net"}}"#
    );
    let gone = sky.plan(&[]).unwrap();
    assert_eq!(lines(&gone)[0], "delete network.default.net [gone]");
    assert_eq!(gone.counts().destroy, 3);
    sky.settle(&[]);
    assert!(sky.units.is_empty());
}

#[test]
fn an_edit_is_an_update_with_its_path() {
    check("pool.a.group", "\"Size\":4", "\"Size\":8", &["update pool.a.group [changed]; Size 4 → 8"]);
    check("network.default.net", ",\"Name\":\"n\"", "", &["update network.default.net [changed]; Name \"n\" → ∅"]);
    check(
        "pool.a.group",
        "\"Size\":4",
        "\"Size\":4,\"Deep\":{\"A\":\"1\"}",
        &["update pool.a.group [changed]; Deep ∅ → {\"A\":\"1\"}"],
    );
}

#[test]
fn a_conditional_property_is_an_update_that_says_so() {
    check(
        "pool.a.group",
        "\"t\"",
        "\"u\"",
        &["update pool.a.group [changed, conditional Template]; Template \"t\" → \"u\""],
    );
}

#[test]
fn lists_are_compared_from_both_ends_and_tags_by_key() {
    check(
        "pool.a.group",
        r#"["x","y","z"]"#,
        r#"["x","new","y","z"]"#,
        &["update pool.a.group [changed]; Order[1] ∅ → \"new\""],
    );
    check("pool.a.group", r#"["x","y","z"]"#, r#"["x","z"]"#, &["update pool.a.group [changed]; Order[1] \"y\" → ∅"]);
    check(
        "pool.a.group",
        r#"["x","y","z"]"#,
        r#"["x","Y","z"]"#,
        &["update pool.a.group [changed]; Order[1] \"y\" → \"Y\""],
    );
    check(
        "pool.a.group",
        r#""Value":"2""#,
        r#""Value":"3""#,
        &["update pool.a.group [changed]; Tags[\"b\"] \"2\" → \"3\""],
    );
    check(
        "pool.a.group",
        r#"{"Key":"a","Value":"1"}"#,
        r#"{"Key":"c","Value":"1"}"#,
        &[
            r#"update pool.a.group [changed]; Tags["a"] {"Key":"a","Value":"1"} → ∅; Tags["c"] ∅ → {"Key":"c","Value":"1"}"#,
        ],
    );
    check(
        "pool.a.group",
        r#""subnet-0""#,
        r#""subnet-1""#,
        &["update pool.a.group [changed]; Subnets[1] \"subnet-0\" → \"subnet-1\""],
    );
}

#[test]
fn order_of_sets_and_tags_means_nothing() {
    check(
        "pool.a.group",
        r#"[{"$ref":"network.default.sub"},"subnet-0"]"#,
        r#"["subnet-0",{"$ref":"network.default.sub"}]"#,
        &[],
    );
    check(
        "pool.a.group",
        r#"[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]"#,
        r#"[{"Key":"b","Value":"2"},{"Key":"a","Value":"1"}]"#,
        &[],
    );
}

#[test]
fn a_create_only_property_replaces_and_the_replacement_cascades() {
    check(
        "network.default.net",
        "10.0.0.0/16",
        "10.1.0.0/16",
        &[
            "replace_create_first network.default.net [create_only Cidr]; Cidr! \"10.0.0.0/16\" → \"10.1.0.0/16\"",
            "replace_create_first network.default.sub [cascade Net from network.default.net]; Net! {\"$ref\":\"network.default.net\"} → {\"$unknown\":\"network.default.net\"}",
            "update pool.a.group [cascade Subnets[0] from network.default.sub]; Subnets[0] {\"$ref\":\"network.default.sub\"} → {\"$unknown\":\"network.default.sub\"}",
        ],
    );
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let plan = sky.plan(&with(&fleet(), "network.default.net", "10.0.0.0/16", "10.1.0.0/16")).unwrap();
    let counts = plan.counts();
    assert_eq!((counts.add, counts.change, counts.destroy), (2, 1, 2));
}

#[test]
fn an_attribute_that_moves_with_every_update_is_followed_and_others_are_not() {
    let mut sky = Sky::default();
    let group = |attribute: &str| {
        format!(r#"{{"Name":{{"$ref":"a.b.t"}},"Template":{{"$ref":"a.b.t","$att":"{attribute}"}}}}"#)
    };
    let rows = vec![
        row("a.b.t", "T::Template", r#"{"Data":"1"}"#),
        row("p.moving.g", "T::Group", &group("Version")),
        row("p.still.g", "T::Group", &group("Id")),
    ];
    sky.settle(&rows);
    let rows = with(&rows, "a.b.t", "1", "2");
    let plan = sky.settle(&rows);
    assert_eq!(
        lines(&plan),
        [
            "update a.b.t [changed]; Data \"1\" → \"2\"",
            "update p.moving.g [follows Template from a.b.t, conditional Template]; Template {\"$ref\":\"a.b.t\",\"$att\":\"Version\"} → {\"$unknown\":\"a.b.t\",\"$att\":\"Version\"}",
        ]
    );
    assert_eq!(plan.steps.len(), 2, "the group's unit takes the new value after it is there");
}

#[test]
fn the_old_one_goes_first_where_the_file_or_the_type_says_so() {
    let mut sky = Sky::default();
    let mut first = row("a.b.x", "T::Net", NET);
    first.lifecycle.order = ReplaceOrder::DeleteFirst;
    let once = row("a.b.y", "T::Once", r#"{"Name":"1"}"#);
    sky.settle(&[first.clone(), once.clone()]);
    let rows = [with(&[first], "a.b.x", "/16", "/17").remove(0), with(&[once], "a.b.y", "1", "2").remove(0)];
    let plan = sky.settle(&rows);
    assert!(lines(&plan).iter().all(|line| line.starts_with("replace_delete_first ")), "{:?}", lines(&plan));
    assert!(plan.units[0].members.iter().all(|member| member.delete_first));
}

#[test]
fn a_literal_id_is_the_same_as_the_reference_to_it() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let id = sky.at("network.default.net").physical_id.clone().unwrap();
    let reference = r#"{"$ref":"network.default.net"}"#;
    let rows = with(&fleet(), "network.default.sub", reference, &format!("\"{id}\""));
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
    let join = r#"{"$join":["id-",{"$ref":"network.default.net","$att":"Arn"}]}"#;
    let rows = with(&fleet(), "pool.a.group", "\"t\"", join);
    sky.settle(&rows);
    sky.at("pool.a.group").actual = Some(sky.at("pool.a.group").row.body.replace(join, &format!("\"id-arn:{id}\"")));
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
}

#[test]
fn drift_is_shown_and_defaults_are_not() {
    check_drift("pool.a.group", "\"Size\":4", "\"Size\":6", &["update pool.a.group [drift]; Size~ 6 → 4"]);
    check_drift("pool.a.group", "\"Size\":4", "\"Size\":\"4\",\"Default\":true", &[]);
    check_drift(
        "pool.a.group",
        r#"[{"Key":"a","Value":"1"},"#,
        r#"[{"Key":"t:x","Value":"1"},{"Key":"a","Value":"9"},"#,
        &["update pool.a.group [drift]; Tags[\"a\"]~ \"9\" → \"1\""],
    );
    check_drift("pool.a.group", r#"{"$ref":"network.default.sub"}"#, "\"id-2\"", &[]);
    check_drift(
        "pool.a.group",
        r#"{"$ref":"network.default.sub"},"#,
        "",
        &["update pool.a.group [drift]; Subnets[0]~ ∅ → {\"$ref\":\"network.default.sub\"}"],
    );
    check_drift(
        "network.default.net",
        "10.0.0.0/16",
        "10.9.0.0/16",
        &[
            "replace_create_first network.default.net [create_only Cidr, drift]; Cidr!~ \"10.9.0.0/16\" → \"10.0.0.0/16\"",
            "replace_create_first network.default.sub [cascade Net from network.default.net]; Net! {\"$ref\":\"network.default.net\"} → {\"$unknown\":\"network.default.net\"}",
            "update pool.a.group [cascade Subnets[0] from network.default.sub]; Subnets[0] {\"$ref\":\"network.default.sub\"} → {\"$unknown\":\"network.default.sub\"}",
        ],
    );
}

#[test]
fn what_both_changed_differently_is_a_conflict_with_three_values() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let there = sky.at("pool.a.group");
    there.actual = Some(there.row.body.replace("\"Size\":4", "\"Size\":6"));
    let rows = with(&fleet(), "pool.a.group", "\"Size\":4", "\"Size\":8");
    let plan = sky.plan(&rows).unwrap();
    assert_eq!(lines(&plan), ["update pool.a.group [changed, conflict]; Size 6 → 8 (applied 4)"]);
    assert!(plan.units.iter().any(|unit| unit.reverts));
    let [drift] = plan.drift.as_slice() else { panic!("{:?}", plan.drift) };
    assert_eq!((drift.properties.len(), drift.properties[0].choice), (1, Choice::Overwrite));
}

#[test]
fn drift_that_is_ignored_stays_and_is_told_apart() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let there = sky.at("pool.a.group");
    there.actual = Some(there.row.body.replace("\"Size\":4", "\"Size\":6"));
    sky.ignored = vec!["pool.a.group.Size".into()];
    let plan = sky.plan(&fleet()).unwrap();
    assert!(!plan.has_changes());
    assert_eq!(plan.drift[0].properties[0].choice, Choice::Ignore);
    let rows = with(&fleet(), "pool.a.group", "\"t\"", "\"u\"");
    let plan = sky.plan(&rows).unwrap();
    assert_eq!(lines(&plan), ["update pool.a.group [changed, conditional Template]; Template \"t\" → \"u\""]);
    let unit = plan.units.iter().find(|unit| unit.name == "f-pool-a-1").unwrap();
    assert!(unit.members[0].body.contains("\"Size\":6") && !unit.reverts, "{}", unit.members[0].body);
}

#[test]
fn one_tag_of_two_that_drifted_can_not_be_ignored_alone() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let there = sky.at("pool.a.group");
    let body = there.row.body.replace(r#""Value":"1""#, r#""Value":"8""#).replace(r#""Value":"2""#, r#""Value":"9""#);
    there.actual = Some(body);
    sky.ignored = vec![r#"pool.a.group.Tags["a"]"#.into()];
    let (plan, diagnostics) = sky.plan_all(&fleet());
    assert_eq!(diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["T0627"]);
    let plan = plan.unwrap();
    assert_eq!(
        lines(&plan),
        [r#"update pool.a.group [drift]; Tags["a"]~ "8" → "1"; Tags["b"]~ "9" → "2""#],
        "both are brought back"
    );
}

#[test]
fn tags_that_a_stranger_added_are_drift_and_those_of_the_service_are_not() {
    check_drift(
        "pool.a.group",
        r#"[{"Key":"a","Value":"1"},"#,
        r#"[{"Key":"T:x","Value":"1"},{"Key":"mine","Value":"1"},{"Key":"a","Value":"1"},"#,
        &[r#"update pool.a.group [drift]; Tags["mine"]~ {"Key":"mine","Value":"1"} → ∅"#],
    );
}

#[test]
fn values_are_compared_by_what_their_type_says() {
    check_drift("pool.a.group", "\"Size\":4", "\"Size\":\"4.0\"", &[]);
    check_drift(
        "pool.a.group",
        "\"Template\":\"t\"",
        "\"Template\":\"T\"",
        &["update pool.a.group [conditional Template, drift]; Template~ \"T\" → \"t\""],
    );
    let mut sky = Sky::default();
    let rows = [row("a.b.n", "T::Net", r#"{"Cidr":"1","Name":"{\"a\":1,\"b\":[1,2]}"}"#)];
    sky.settle(&rows);
    sky.at("a.b.n").actual = Some(r#"{"Cidr":"1","Name":"{ \"b\": [\"1\", 2], \"a\": 1 }"}"#.to_owned());
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
}

#[test]
fn what_somebody_deleted_is_told_from_what_was_never_there() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    sky.at("pool.a.group").physical_id = None;
    sky.at("pool.a.group").actual = Some("null".to_owned());
    let plan = sky.plan(&fleet()).unwrap();
    assert_eq!(lines(&plan), ["create pool.a.group [deleted]"]);
    assert!(plan.drift[0].live.is_none() && plan.units.iter().any(|unit| unit.reverts));
    assert_eq!(lines(&sky.plan(&fleet()[..2]).unwrap()), ["delete pool.a.group [gone, deleted]"]);
}

#[test]
fn drift_taken_over_into_the_file_is_no_change() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let rows = with(&fleet(), "pool.a.group", "\"Size\":4", "\"Size\":6");
    sky.at("pool.a.group").actual = Some(rows[2].body.clone());
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
}

#[test]
fn what_a_read_never_gives_back_and_what_the_cloud_sets_is_not_drift() {
    let mut sky = Sky::default();
    let rows = [row("a.b.n", "T::Net", r#"{"Cidr":"1","Secret":"s","NetId":"mine"}"#)];
    sky.settle(&rows);
    sky.at("a.b.n").actual = Some(r#"{"Cidr":"1","NetId":"vpc-1"}"#.to_owned());
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
}

/// What stood openly in a file, or stands so in a cloud, may be the very value that is a secret from now on.
#[test]
fn what_is_live_where_the_file_has_a_secret_is_in_no_plan() {
    let mut sky = Sky::default();
    let net = |name: &str| [row("a.b.n", "T::Net", &format!(r#"{{"Cidr":"1","Name":{name}}}"#))];
    sky.settle(&net(r#""hunter2""#));
    for (ignored, after) in [(false, "var.token"), (true, "var.token")] {
        let mut rows = net(r#"{"$ref":"var.token"}"#);
        sky.at("a.b.n").actual = Some(r#"{"Cidr":"2","Name":"hunter3"}"#.to_owned());
        rows[0].lifecycle.ignore = if ignored { vec![s("Name")] } else { Vec::new() };
        let written = crate::file::write(&sky.plan(&rows).unwrap());
        assert!(!written.contains("hunter") && written.contains(after), "{written}");
    }
}

#[test]
fn ignored_properties_stay_as_they_are_live() {
    let mut sky = Sky::default();
    let mut rows = fleet();
    rows[2].lifecycle.ignore = vec![s("Size")];
    sky.settle(&rows);
    sky.at("pool.a.group").actual = Some(rows[2].body.replace("\"Size\":4", "\"Size\":6"));
    let rows = with(&rows, "pool.a.group", "\"Size\":4", "\"Size\":5");
    assert_eq!(lines(&sky.plan(&rows).unwrap()), [""; 0]);
    let rows = with(&rows, "pool.a.group", "\"t\"", "\"u\"");
    let plan = sky.plan(&rows).unwrap();
    assert_eq!(lines(&plan), ["update pool.a.group [changed, conditional Template]; Template \"t\" → \"u\""]);
    let body = &plan.units.iter().find(|unit| unit.name == "f-pool-a-1").unwrap().members[0].body;
    assert!(body.contains("\"Size\":6"), "the live size is not undone: {body}");
}

#[test]
fn what_was_accepted_and_is_not_there_is_created_again() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    sky.at("network.default.sub").physical_id = None;
    assert_eq!(
        lines(&sky.plan(&fleet()).unwrap()),
        [
            "create network.default.sub [missing]",
            "update pool.a.group [cascade Subnets[0] from network.default.sub]; Subnets[0] {\"$ref\":\"network.default.sub\"} → {\"$unknown\":\"network.default.sub\"}",
        ]
    );
    sky.settle(&fleet());
}

#[test]
fn retained_resources_are_forgotten_and_a_retained_replacement_is_counted_so() {
    let mut sky = Sky::default();
    let mut keep = row("a.b.k", "T::Net", NET);
    keep.lifecycle.on_delete = Disposal::Retain;
    keep.lifecycle.on_replace = Disposal::Retain;
    sky.settle(&[keep.clone()]);
    let plan = sky.plan(&with(&[keep.clone()], "a.b.k", "/16", "/17")).unwrap();
    assert_eq!((plan.counts().add, plan.counts().destroy, plan.counts().forget), (1, 0, 1));
    let plan = sky.plan(&[]).unwrap();
    assert_eq!(lines(&plan), ["forget a.b.k [retained, gone]"]);
    let counts = plan.counts();
    assert_eq!((counts.forget, counts.destroy), (1, 0));
}

#[test]
fn what_gets_another_type_goes_as_it_stands_there() {
    let mut keep = row("a.b.k", "T::Net", NET);
    keep.lifecycle.on_replace = Disposal::Retain;
    let other = |keep: &super::Row| super::Row {
        kind: "T::Land",
        body: r#"{"Cidr":"10.0.0.0/16"}"#.to_owned(),
        ..keep.clone()
    };
    let mut sky = Sky::default();
    sky.settle(std::slice::from_ref(&keep));
    let plan = sky.plan(&[other(&keep)]).unwrap();
    assert!(!lines(&plan).join(" ").contains("retained"), "it has another name in its unit: {:?}", lines(&plan));
    keep.lifecycle.on_delete = Disposal::Retain;
    let mut sky = Sky::default();
    sky.settle(std::slice::from_ref(&keep));
    let plan = sky.plan(&[other(&keep)]).unwrap();
    assert!(lines(&plan).join(" ").contains("retained"), "{:?}", lines(&plan));
}

#[test]
fn retaining_is_kept_in_the_cloud_before_it_is_needed() {
    let mut sky = Sky::default();
    let mut rows = [row("a.b.k", "T::Net", NET)];
    sky.settle(&rows);
    rows[0].lifecycle.on_delete = Disposal::Retain;
    assert_eq!(
        lines(&sky.plan(&rows).unwrap()),
        ["update a.b.k [changed]; lifecycle.on_delete \"delete\" → \"retain\""]
    );
    sky.settle(&rows);
}

#[test]
fn nodes_alone_are_an_update_of_what_is_kept_beside_the_body() {
    let mut sky = Sky::default();
    let mut rows = fleet();
    rows[2].nodes = Some(8);
    sky.settle(&rows);
    rows[2].nodes = Some(12);
    let plan = sky.settle(&rows);
    assert_eq!(lines(&plan), ["update pool.a.group [changed]; holds 8 → 12"]);
}

#[test]
fn another_type_or_place_at_the_same_address_is_a_replacement() {
    let mut sky = Sky::default();
    sky.settle(&[row("a.b.x", "T::Net", NET)]);
    let before = sky.at("a.b.x").local_name.clone();
    let rows = [row("a.b.x", "T::Once", r#"{"Name":"1"}"#)];
    assert_eq!(lines(&sky.settle(&rows)), ["replace_delete_first a.b.x [create_only type]"]);
    assert_ne!(sky.at("a.b.x").local_name, before, "no cloud changes the type under a name");
    let mut rows = rows;
    rows[0].site.region = s("west");
    let plan = sky.settle(&rows);
    assert_eq!(lines(&plan), ["replace_delete_first a.b.x [create_only region]"]);
    assert_eq!(sky.units.len(), 1);
    assert_eq!(plan.units[1].site.region, s("west"));
}

#[test]
fn cycles_and_deep_bodies_are_refused() {
    let sky = Sky::default();
    let rows = [
        row("a.b.x", "T::Net", r#"{"Name":{"$ref":"a.b.y"}}"#),
        row("a.b.y", "T::Net", r#"{"Name":{"$ref":"a.b.x"}}"#),
    ];
    let problem = error(sky.plan(&rows));
    assert_eq!(
        (problem.code.id, problem.message.as_str()),
        ("T0601", "resources wait for each other: a.b.x → a.b.y → a.b.x")
    );
}

#[test]
fn stuck_and_busy_units_stop_only_what_changes_them() {
    let mut sky = Sky::default();
    sky.settle(&fleet());
    let stuck = Condition::Stuck { state: "UPDATE_ROLLBACK_FAILED".into(), reason: "no capacity".into() };
    for unit in sky.units.values_mut() {
        unit.2 = stuck.clone();
    }
    assert!(!sky.plan(&fleet()).unwrap().has_changes());
    assert!(sky.plan(&[]).is_ok(), "deleting is a way out");
    let rows = with(&fleet(), "pool.a.group", "\"Size\":4", "\"Size\":5");
    let problem = error(sky.plan(&rows));
    assert_eq!(problem.code.id, "T0606");
    assert!(problem.message.contains("UPDATE_ROLLBACK_FAILED: no capacity"), "{}", problem.message);
    for unit in sky.units.values_mut() {
        unit.2 = Condition::Busy("UPDATE_IN_PROGRESS".into());
    }
    assert_eq!(error(sky.plan(&rows)).code.id, "T0607");
}

#[test]
fn a_unit_that_holds_unread_resources_does_not_change() {
    let mut values = Values::new();
    let desired = graph(&fleet()[..2], &mut values);
    // The unit says that one resource is in it, and none could be read.
    let facts = LiveUnitFacts {
        rests: false,
        name: s("f-pool-a-1"),
        site: site(),
        fingerprint: "x".into(),
        resources: 1,
        outputs: Vec::new(),
        condition: Condition::Ready,
    };
    let (plan, diagnostics) = plan_of(&desired, &[facts], values);
    assert!(plan.is_none());
    assert_eq!(diagnostics[0].code.id, "T0614");
}

#[test]
fn a_body_nested_too_deeply_is_refused() {
    for (levels, fits) in [(99, true), (100, false)] {
        let mut values = Values::new();
        let mut desired = graph(&fleet()[..1], &mut values);
        let mut inner = values.bool(true);
        for _ in 0..levels {
            inner = values.list(&[inner]);
        }
        let id = desired.find(s("network.default.net")).unwrap();
        desired.get_mut(id).unwrap().body = values.map(&mut [(s("Name"), inner)]);
        let (plan, diagnostics) = plan_of(&desired, &[], values);
        assert_eq!(plan.is_some(), fits);
        assert!(diagnostics.iter().all(|problem| problem.code.id == "T0611"), "{diagnostics:?}");
    }
}
