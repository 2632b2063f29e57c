//! Endpoints that are down, that never answer, and that say: too often.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use crate::fleet::Fleet;
use crate::testbed::{Server, free_port};

#[test]
fn an_endpoint_that_is_down_is_named_soon() {
    let endpoint = format!("http://127.0.0.1:{}", free_port());
    let said = Fleet::new("site", &endpoint).tonnage(&["plan"]).code(1).says(&["T0701", &endpoint, "does not answer"]);
    assert!(said.took < Duration::from_secs(30), "{said}");
}

#[test]
fn the_endpoint_of_the_block_goes_before_that_of_the_environment() {
    let server = Server::ministack();
    let fleet = Fleet::new("site", &format!("http://127.0.0.1:{}", free_port()));
    fleet.edit("regions = [", &format!("endpoint = \"{}\"\n  regions = [", server.endpoint()));
    fleet.tonnage(&["plan"]).code(0).says(&["Plan: 6 to add"]);
}

#[test]
fn an_endpoint_that_never_answers_is_given_up() {
    // Connections are taken by the system; nobody reads them.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let said = Fleet::new("site", &endpoint).tonnage(&["plan"]).code(1).says(&["T0701", &endpoint, "does not answer"]);
    assert!(said.took < Duration::from_secs(100), "{said}");
    drop(listener);
}

#[test]
fn credentials_of_another_account_are_refused_before_anything_is_read() {
    let server = Server::ministack();
    let fleet = Fleet::new("site", &server.endpoint());
    fleet.edit("123456789012", "210987654321");
    fleet.tonnage(&["plan"]).code(1).says(&["account 123456789012", "account 210987654321"]);
}

#[test]
fn throttled_calls_are_made_again() {
    let server = Server::ministack();
    // Of every three calls, two are refused.
    let rules = json!([{
        "service": "cloudformation",
        "error": { "code": "Throttling", "status": 400, "message": "Rate exceeded" },
        "sequence": { "fail": 2, "pass": 1 },
    }]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = Fleet::new("site", &proxy.endpoint());
    fleet.apply().code(0).says(&["Apply complete! Resources: 6 added"]);
    fleet.is_settled();
    assert_eq!(server.read_back()["stacks"], json!({ "site-resource-1": "CREATE_COMPLETE" }));
}

#[test]
fn a_service_that_keeps_throttling_is_told_from_one_that_is_down() {
    let server = Server::ministack();
    let rules = json!([{
        "service": "cloudformation",
        "error": { "code": "Throttling", "status": 400, "message": "Rate exceeded" },
    }]);
    let proxy = Server::microburst(&server, &rules);
    let said = Fleet::new("site", &proxy.endpoint()).tonnage(&["plan"]).code(1);
    let said = said.says(&["T0703", "it is called too often: `ListStacks` was refused 6 times"]);
    assert!(said.took < Duration::from_secs(60), "{said}");
}

#[test]
fn connections_that_break_now_and_then_are_no_failure() {
    let server = Server::ministack();
    let rules = json!([{ "service": "cloudformation", "reset": true, "sequence": { "fail": 1, "pass": 1 } }]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = Fleet::new("site", &proxy.endpoint());
    fleet.apply().code(0).says(&["Apply complete! Resources: 6 added"]);
    fleet.is_settled();
    assert_eq!(server.read_back()["groups"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_question_that_was_cut_short_is_taken_over_and_taken_away() {
    let server = Server::ministack();
    // All attempts to take the first change set away.
    let rules = json!([{
        "service": "cloudformation",
        "operation": "DeleteChangeSet",
        "error": { "code": "Throttling", "status": 400, "message": "Rate exceeded" },
        "times": 6,
    }]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = Fleet::new("site", &proxy.endpoint());
    let said = fleet.tonnage(&["plan", "-verify"]).code(0);
    said.says(&[
        "cannot know: site-resource-1",
        "is left behind",
        "it is called too often: `DeleteChangeSet` was refused 6 times",
    ]);
    let found = server.read_back();
    assert_eq!(found["stacks"], json!({ "site-resource-1": "REVIEW_IN_PROGRESS" }));
    assert_eq!(found["questions"].as_array().map(Vec::len), Some(1), "{found:#}");

    fleet.tonnage(&["plan", "-verify"]).code(0).says(&["the cloud agrees: 1 unit, 6 changes"]);
    let found = server.read_back();
    assert_eq!((&found["stacks"], &found["questions"]), (&json!({}), &json!([])));
}

#[test]
fn an_apply_that_was_cut_short_goes_on_and_makes_nothing_twice() {
    let server = Server::ministack();
    // All attempts of the first call that would change something.
    let rules = json!([{
        "service": "cloudformation",
        "operation": "ExecuteChangeSet",
        "error": { "code": "Throttling", "status": 400, "message": "Rate exceeded" },
        "times": 6,
    }]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = Fleet::new("site", &proxy.endpoint());
    fleet.apply().code(1).says(&["it is called too often: `ExecuteChangeSet` was refused 6 times", "Apply failed."]);
    let found = server.read_back();
    assert_eq!(found["vpcs"], json!([]), "{found:#}");
    fleet.apply().code(0).says(&["Apply complete! Resources: 6 added"]);
    let found = server.read_back();
    for kind in ["vpcs", "groups", "launch_templates"] {
        assert_eq!(found[kind].as_array().map(Vec::len), Some(1), "{found:#}");
    }
    fleet.is_settled();
}
