//! Whole runs against ministack, whose CloudFormation is the best there is. Nothing is believed that was not read back.
//!
//! Its groups start no nodes, so that an apply which makes or changes a group ends as held (6): accepted, not filled.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fleet::{Fleet, Said};
use crate::testbed::Server;

const HELD: i32 = 6;
const STALE: i32 = 5;

/// A server and a fleet applied to it, settled.
fn applied(name: &str) -> (Server, Fleet) {
    let server = Server::ministack();
    let fleet = Fleet::new(name, &server.endpoint());
    let said = fleet.apply();
    assert!([0, HELD].contains(&said.code), "{said}");
    fleet.is_settled();
    (server, fleet)
}

fn list<'a>(found: &'a Value, kind: &str) -> &'a Vec<Value> {
    found[kind].as_array().unwrap_or_else(|| panic!("no {kind} in {found:#}"))
}

/// The only one of a kind that has this property.
fn one<'a>(found: &'a Value, kind: &str, key: &str, value: &str) -> &'a Value {
    let fit: Vec<&Value> = list(found, kind).iter().filter(|each| each[key] == value).collect();
    assert_eq!(fit.len(), 1, "{kind} with {key} = {value} in {found:#}");
    fit[0]
}

/// The only group whose tag says that it belongs to a pool.
fn group_of<'a>(found: &'a Value, pool: &str) -> &'a Value {
    let fit: Vec<&Value> = list(found, "groups").iter().filter(|group| group["tags"]["tonnage:pool"] == pool).collect();
    assert_eq!(fit.len(), 1, "groups of {pool} in {found:#}");
    fit[0]
}

fn stacks(found: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(found["stacks"].clone()).expect("stacks")
}

fn check_changes(fleet: &Fleet, expected: &[(&str, &str)]) {
    let changes = fleet.changes();
    let got: Vec<(&str, &str)> =
        changes.iter().map(|(address, actions)| (address.as_str(), actions.as_str())).collect();
    assert_eq!(got, expected);
}

#[test]
fn a_fleet_is_planned_applied_and_settled() {
    let server = Server::ministack();
    let fleet = Fleet::new("serving", &server.endpoint());
    fleet.tonnage(&["plan", "-detailed-exitcode"]).code(2).says(&["Plan: 14 to add, 0 to change, 0 to destroy."]);
    fleet.apply().code(HELD).says(&[
        "T0711",
        r#"pool.chat.primary.nodes["use2-az1/001"]: 2 asked, 0 running"#,
        r#"pool.batch.primary.nodes["use2-az1/001"]: 3 asked, 0 running"#,
        "Held: accepted, but not full.",
    ]);

    let found = server.read_back();
    let vpc = one(&found, "vpcs", "cidr", "10.20.0.0/16");
    assert_eq!(vpc["tags"]["tonnage:fleet"], "serving");
    let subnet = one(&found, "subnets", "vpc", vpc["id"].as_str().expect("an id"));
    let routed = list(&found, "route_tables").iter().any(|table| table["subnets"] == serde_json::json!([subnet["id"]]));
    assert!(routed, "{found:#}");
    for (pool, nodes, shape) in [("chat", 2, "p5en.48xlarge"), ("batch", 3, "p5.48xlarge")] {
        let group = group_of(&found, pool);
        // Across stacks, by parameters: the subnet is in the network's stack.
        assert_eq!(group["subnets"], serde_json::json!([subnet["id"]]), "{found:#}");
        assert_eq!((&group["desired"], &group["max"]), (&nodes.into(), &nodes.into()), "{found:#}");
        let template = group["template"]["LaunchTemplateId"].as_str().expect("a launch template");
        let template = one(&found, "launch_templates", "id", template);
        assert_eq!(template["versions"][0]["data"]["InstanceType"], shape, "{found:#}");
        let security_group = &template["versions"][0]["data"]["NetworkInterfaces"][0]["Groups"][0];
        one(&found, "security_groups", "id", security_group.as_str().expect("a security group"));
    }
    let names: Vec<String> = stacks(&found).into_keys().collect();
    assert_eq!(names, ["serving-network-main-1", "serving-pool-batch-1", "serving-pool-chat-1"]);

    fleet.is_settled();
    fleet.apply().code(0).says(&[crate::fleet::NO_CHANGES]);
    fleet.tonnage(&["show"]).code(0).says(&["0 of 2 × p5en.48xlarge running", "serving-network-main-1"]);
}

#[test]
fn a_tag_is_changed_in_place() {
    let (server, fleet) = applied("site");
    let before = server.read_back();
    fleet.edit(r#"Value = "4711""#, r#"Value = "4712""#);
    check_changes(&fleet, &[("resource.vpc", "update")]);
    fleet.apply().code(0).says(&["Apply complete! Resources: 0 added, 1 changed, 0 destroyed."]);
    let after = server.read_back();
    let (was, is) = (one(&before, "vpcs", "cidr", "10.1.0.0/16"), one(&after, "vpcs", "cidr", "10.1.0.0/16"));
    assert_eq!(was["id"], is["id"]);
    assert_eq!((&was["tags"]["cost-centre"], &is["tags"]["cost-centre"]), (&"4711".into(), &"4712".into()));
    assert_eq!(is["tags"]["Name"], "site");
    assert_eq!((&before["subnets"], &before["groups"]), (&after["subnets"], &after["groups"]));
    fleet.is_settled();
}

#[test]
fn a_new_cidr_replaces_a_subnet_and_what_hangs_on_it_follows() {
    let (server, fleet) = applied("site");
    let before = server.read_back();
    let old = one(&before, "subnets", "cidr", "10.1.1.0/24");
    fleet.edit("10.1.1.0/24", "10.1.2.0/24");
    fleet.tonnage(&["plan"]).code(0).says(&["Plan: 2 to add, 1 to change, 2 to destroy.", "CidrBlock"]);
    check_changes(
        &fleet,
        &[("resource.a", "create delete"), ("resource.nodes", "update"), ("resource.routed", "delete create")],
    );
    fleet.apply().code(0).says(&["Apply complete! Resources: 2 added, 1 changed, 2 destroyed."]);
    let after = server.read_back();
    let new = one(&after, "subnets", "cidr", "10.1.2.0/24");
    assert_ne!(old["id"], new["id"]);
    assert_eq!(old["vpc"], new["vpc"]);
    assert!(list(&after, "subnets").iter().all(|subnet| subnet["id"] != old["id"]), "{after:#}");
    let of = |found: &Value| list(found, "groups")[0].clone();
    assert_eq!(of(&before)["name"], of(&after)["name"]);
    assert_eq!(of(&before)["subnets"], serde_json::json!([old["id"]]));
    assert_eq!(of(&after)["subnets"], serde_json::json!([new["id"]]));
    let routed: Vec<&Value> =
        list(&after, "route_tables").iter().flat_map(|table| table["subnets"].as_array().expect("subnets")).collect();
    assert_eq!(routed, [&new["id"]]);
    fleet.is_settled();
}

#[test]
fn a_replacement_is_followed_in_other_stacks() {
    let (server, fleet) = applied("serving");
    let before = server.read_back();
    fleet.edit("10.20.0.0/16", "10.30.0.0/16");
    let said = fleet.apply();
    assert!([0, HELD].contains(&said.code), "{said}");
    let after = server.read_back();
    let vpc = one(&after, "vpcs", "cidr", "10.30.0.0/16");
    // groups of other stacks leave the old one later than its own stack could delete it: it stays, and that is said
    assert!(list(&after, "vpcs").iter().any(|vpc| vpc["cidr"] == "10.20.0.0/16"), "{after:#}");
    said.says(&["6 old ones of network.main, no longer managed"]);
    let subnet = one(&after, "subnets", "vpc", vpc["id"].as_str().expect("an id"));
    for pool in ["chat", "batch"] {
        let group = group_of(&after, pool);
        assert_eq!(group["name"], group_of(&before, pool)["name"]);
        assert_eq!(group["subnets"], serde_json::json!([subnet["id"]]), "{after:#}");
        let template = group["template"]["LaunchTemplateId"].as_str().expect("a launch template");
        let newest = list(one(&after, "launch_templates", "id", template), "versions")
            .iter()
            .max_by_key(|version| version["number"].as_u64())
            .expect("a version");
        let security_group = newest["data"]["NetworkInterfaces"][0]["Groups"][0].as_str().expect("a security group");
        assert_eq!(one(&after, "security_groups", "id", security_group)["vpc"], vpc["id"], "{after:#}");
        assert_eq!(group["template"]["Version"], newest["number"].to_string(), "{after:#}");
    }
    fleet.is_settled();
}

#[test]
fn a_pool_that_grows_changes_its_group_and_a_pool_that_leaves_goes() {
    let (server, fleet) = applied("serving");
    let before = server.read_back();
    fleet.edit("nodes = 2", "nodes = 5");
    fleet.remove(r#"pool "batch" {"#);
    fleet.tonnage(&["plan"]).code(0).says(&["Plan: 0 to add, 1 to change, 4 to destroy."]);
    fleet.apply().code(HELD).says(&["5 asked, 0 running"]);
    let after = server.read_back();
    assert_eq!(list(&after, "groups").len(), 1, "{after:#}");
    let chat = group_of(&after, "chat");
    assert_eq!((&chat["name"], &chat["desired"]), (&group_of(&before, "chat")["name"], &5.into()));
    assert_eq!(list(&after, "launch_templates").len(), 1, "{after:#}");
    assert_eq!(list(&after, "roles").len(), list(&before, "roles").len() - 1, "{after:#}");
    assert_eq!(after["vpcs"], before["vpcs"]);
    assert_eq!(stacks(&after).into_keys().collect::<Vec<_>>(), ["serving-network-main-1", "serving-pool-chat-1"]);
    fleet.is_settled();
}

#[test]
fn destroy_leaves_nothing() {
    let server = Server::ministack();
    let untouched = server.read_back();
    let fleet = Fleet::new("serving", &server.endpoint());
    fleet.apply().code(HELD);
    assert_ne!(server.read_back(), untouched);
    fleet.tonnage(&["destroy", "-auto-approve"]).code(0).says(&["Destroy complete! Resources: 14 destroyed."]);
    assert_eq!(server.read_back(), untouched);
    fleet.tonnage(&["destroy", "-auto-approve"]).code(0).says(&[crate::fleet::NO_CHANGES]);
}

/// A type that ministack does not know, and so refuses; the service has it.
const REFUSED: &str = r#"
resource "AWS::EC2::PlacementGroup" "fabric" {
  depends_on = [resource.vpc]

  body = {
    Strategy = "cluster"
  }
}
"#;

#[test]
fn a_creation_that_fails_is_told_with_its_reason_and_tried_again() {
    let server = Server::ministack();
    let untouched = server.read_back();
    let fleet = Fleet::new("site", &server.endpoint());
    fleet.add(REFUSED);
    let said = fleet.apply().code(1);
    let said = said.says(&["AWS::EC2::PlacementGroup", "Apply failed."]);
    assert!(!said.out.contains("Apply complete"), "{said}");
    let found = server.read_back();
    assert_eq!((&found["vpcs"], &found["groups"]), (&untouched["vpcs"], &untouched["groups"]), "rolled back");

    fleet.remove(r#"resource "AWS::EC2::PlacementGroup" "fabric" {"#);
    fleet.apply().code(0).says(&["Apply complete! Resources: 6 added"]);
    one(&server.read_back(), "vpcs", "cidr", "10.1.0.0/16");
    fleet.is_settled();
}

/// Applies the fleet whose profile can't be made, and reads back what is left of it.
fn fails_half_way(on_capacity: &str) -> (Server, Fleet, Value) {
    let server = Server::ministack();
    server.strangers_hand(&["take_profile_name", "nodes-of-held"]);
    let fleet = Fleet::new("held", &server.endpoint());
    fleet.edit(r#"on_capacity = "hold""#, &format!("on_capacity = \"{on_capacity}\""));
    fleet.apply().code(1).says(&[
        "T0710",
        r#"pool.chat.primary.profile["use2-az1"]"#,
        "already exists",
        "Apply failed.",
    ]);
    let found = server.read_back();
    assert_eq!(list(&found, "groups").len(), 0, "{found:#}");
    (server, fleet, found)
}

/// The name is free now; the rest is made, once.
fn goes_on(server: &Server, fleet: &Fleet) -> Value {
    server.strangers_hand(&["give_profile_name_back", "nodes-of-held"]);
    fleet.apply().code(HELD).says(&["2 asked, 0 running"]);
    let found = server.read_back();
    let (templates, groups) = (list(&found, "launch_templates"), list(&found, "groups"));
    assert_eq!((templates.len(), groups.len()), (1, 1), "{found:#}");
    assert_eq!(groups[0]["template"]["LaunchTemplateId"], templates[0]["id"]);
    fleet.is_settled();
    found
}

#[test]
fn what_landed_is_kept_where_the_pool_says_hold() {
    let (server, fleet, found) = fails_half_way("hold");
    assert_eq!(stacks(&found)["held-pool-chat-1"], "CREATE_FAILED");
    let kept = list(&found, "launch_templates");
    assert_eq!(kept.len(), 1, "{found:#}");
    let after = goes_on(&server, &fleet);
    assert_eq!(list(&after, "launch_templates")[0]["id"], kept[0]["id"], "the same one");
}

#[test]
fn what_landed_is_rolled_back_where_it_does_not() {
    let (server, fleet, found) = fails_half_way("roll_back");
    assert_eq!(stacks(&found)["held-pool-chat-1"], "ROLLBACK_COMPLETE");
    assert_eq!(list(&found, "launch_templates").len(), 0, "{found:#}");
    goes_on(&server, &fleet);
}

#[test]
fn a_saved_plan_is_applied_once_and_another_one_is_stale_then() {
    let server = Server::ministack();
    let fleet = Fleet::new("site", &server.endpoint());
    fleet.tonnage(&["plan", "-out=first.plan"]).code(0);
    fleet.edit("10.1.1.0/24", "10.1.2.0/24");
    fleet.tonnage(&["plan", "-out=second.plan"]).code(0);
    let apply = |file: &str| -> Said { fleet.tonnage(&["apply", "-fill-wait=0s", file]) };
    // Exactly that plan, whatever the files say by now.
    apply("first.plan").code(0).says(&["Apply complete! Resources: 6 added, 0 changed, 0 destroyed."]);
    let found = server.read_back();
    one(&found, "subnets", "cidr", "10.1.1.0/24");
    apply("second.plan").code(STALE).says(&["T0704", "Plan again."]);
    apply("first.plan").code(0).says(&["This plan is applied already, in record 1 of the ledger."]);
    assert_eq!(server.read_back(), found);
    check_changes(
        &fleet,
        &[("resource.a", "create delete"), ("resource.nodes", "update"), ("resource.routed", "delete create")],
    );
}

#[test]
fn a_plan_is_stale_when_somebody_else_has_changed_the_stack() {
    let (server, fleet) = applied("site");
    fleet.edit(r#"Value = "4711""#, r#"Value = "4712""#);
    fleet.tonnage(&["plan", "-out=saved.plan"]).code(0);
    server.strangers_hand(&["retag_stack_resource", "site-resource-1", "AWS::EC2::VPC", "by", "hand"]);
    let found = server.read_back();
    fleet.tonnage(&["apply", "-fill-wait=0s", "saved.plan"]).code(STALE).says(&["site-resource-1", "changed"]);
    assert_eq!(server.read_back(), found);

    // A new plan shows what the stranger did, and takes it back.
    check_changes(&fleet, &[("resource.vpc", "update")]);
    fleet.apply().code(0);
    let vpc = one(&server.read_back(), "vpcs", "cidr", "10.1.0.0/16")["tags"].clone();
    assert_eq!((&vpc["by"], &vpc["cost-centre"]), (&Value::Null, &"4712".into()));
    fleet.is_settled();
}

#[test]
fn somebody_elses_stack_of_the_same_name_is_left_alone() {
    let server = Server::ministack();
    let fleet = Fleet::new("site", &server.endpoint());
    server.strangers_hand(&["foreign_stack", "site-resource-1"]);
    let found = server.read_back();
    fleet.apply().code(1).says(&["site-resource-1", "does not belong to this fleet"]);
    assert_eq!(server.read_back(), found);
}

#[test]
fn what_was_renamed_is_not_made_again() {
    let (server, fleet) = applied("serving");
    let before = server.read_back();
    let text = std::fs::read_to_string(fleet.file()).expect("a file");
    let renamed = text.replace(r#"pool "chat""#, r#"pool "assistant""#);
    let moved = "\nmoved {\n  from = pool.chat\n  to   = pool.assistant\n}\n";
    std::fs::write(fleet.file(), format!("{renamed}{moved}")).expect("a written file");
    let said = fleet.apply();
    assert!([0, HELD].contains(&said.code), "{said}");
    let after = server.read_back();
    assert_eq!(group_of(&after, "assistant")["name"], group_of(&before, "chat")["name"], "{after:#}");
    assert_eq!(list(&after, "groups").len(), 2, "{after:#}");
    assert_eq!(stacks(&after).keys().collect::<Vec<_>>(), stacks(&before).keys().collect::<Vec<_>>());
    fleet.is_settled();
}

#[test]
fn what_no_file_sets_is_read_or_said_not_to_be() {
    // Its Cloud Control answers, and knows nothing of what its CloudFormation made.
    let (_server, fleet) = applied("site");
    let said = fleet.tonnage(&["plan"]).code(0);
    said.says(&[
        "cannot know what others changed of what no file sets in 6 resources in us-east-2 (ResourceNotFoundException: \
         AWS::AutoScaling::AutoScalingGroup and 5 more types)",
    ]);
}

#[test]
fn drift_is_shown_where_the_service_can_tell() {
    let (server, fleet) = applied("serving");
    let role = |found: &Value| {
        let role = list(found, "roles").iter().find(|role| role["tags"]["tonnage:pool"] == "chat");
        role.unwrap_or_else(|| panic!("no role of the pool in {found:#}")).clone()
    };
    let name = role(&server.read_back())["name"].as_str().expect("a name").to_owned();
    server.strangers_hand(&["retag_role", &name, "team", "pirates"]);
    assert_eq!(role(&server.read_back())["tags"]["team"], "pirates");
    check_changes(&fleet, &[(r#"pool.chat.primary.role["use2-az1"]"#, "update")]);
    fleet.tonnage(&["plan"]).code(0).says(&["pirates", "drift"]);
    // A plan that does not look can't see it.
    fleet.tonnage(&["plan", "-refresh=false"]).code(0).says(&[crate::fleet::NO_CHANGES]);
    // ministack knows no change sets that undo drift: it finds nothing to change. That is not taken for done.
    fleet.apply().code(1).says(&["serving-pool-chat-1", "does not undo what others have changed"]);
    assert_eq!(role(&server.read_back())["tags"]["team"], "pirates");
    // Taken over into the file, it is what is wanted.
    fleet.edit(r#"team = "serving""#, r#"team = "pirates""#);
    let changes = fleet.changes();
    assert!(changes.iter().all(|(address, _)| !address.contains(".role")), "{changes:?}");
}

#[test]
fn asking_the_cloud_what_it_would_do_leaves_nothing_behind() {
    let server = Server::ministack();
    let fleet = Fleet::new("serving", &server.endpoint());
    let untouched = server.read_back();
    fleet.tonnage(&["plan", "-verify"]).code(0).says(&["the cloud agrees: 3 units, 14 changes"]);
    assert_eq!(server.read_back(), untouched, "new stacks are named, and gone again");

    fleet.apply().code(HELD);
    fleet.edit("nodes = 2", "nodes = 5");
    let settled = server.read_back();
    fleet.tonnage(&["plan", "-verify"]).code(0).says(&["Second opinion", "1 unit, 1 change"]);
    fleet.tonnage(&["plan", "-verify", "-destroy"]).code(0).says(&["the cloud agrees: 3 units, 14 changes"]);
    assert_eq!(server.read_back(), settled);
    // The same plan is applied afterwards as if nobody had asked.
    fleet.apply().code(HELD);
    fleet.is_settled();
}
