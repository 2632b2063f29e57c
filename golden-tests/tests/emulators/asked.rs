//! What AWS is asked before apply. moto knows where shapes are sold, and the quotas of VPC;
//! ministack has no reservation. Whoever can't say something is quoted, and the plan is made all the same.

use std::time::Duration;

use serde_json::{Value, json};

use crate::fleet::{Fleet, Said};
use crate::testbed::Server;

/// A plan's rows of one check that the cloud was asked for: of what, the verdict, and what is missing or where it comes
/// from.
fn rows(fleet: &Fleet, check: &str) -> Vec<(String, String, String)> {
    let said = fleet.tonnage(&["plan", "-json"]).code(0);
    let plan: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}\n{said}"));
    let rows = plan["preflight"].as_array().unwrap_or_else(|| panic!("{said}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = rows.iter().filter(|row| row["check"] == check && row["read_at"].is_string()).map(|row| {
        assert!(row["good_until"].is_string(), "{row}");
        let why = if row["missing"].is_null() { &row["source"] } else { &row["missing"] };
        (text(&row["subject"]), text(&row["verdict"]), text(why))
    });
    rows.collect()
}

fn refusal(service: &str, operation: &str, code: &str, message: &str) -> Value {
    json!({ "service": service, "operation": operation, "error": { "code": code, "status": 400, "message": message } })
}

#[test]
fn a_shape_is_sold_in_its_zone_or_is_not() {
    let server = Server::moto();
    let fleet = Fleet::new("asked", &server.endpoint());
    let row = |place: &str, verdict: &str, source: &str| {
        (format!("p5.48xlarge, aws {place}"), verdict.to_owned(), source.to_owned())
    };
    assert_eq!(
        rows(&fleet, "offering"),
        [
            row("us-east-1 use1-atl2-az1", "short", "not sold there (offerings of EC2)"),
            row("us-east-2 use2-az1", "ok", "offerings of EC2"),
        ]
    );
    let said = fleet.tonnage(&["plan", "-detailed-exitcode"]).code(4);
    let said = said.says(&[
        "short by 2 nodes",
        "p5.48xlarge, aws us-east-1 use1-atl2-az1",
        "not sold there (offerings of EC2)",
    ]);
    let digest = |said: &Said| said.out.lines().find(|line| line.contains("sha256:")).map(str::to_owned);
    let again = fleet.tonnage(&["plan"]).code(0);
    assert_eq!(digest(&said), digest(&again), "when it was asked is not what is planned");
}

#[test]
fn a_quota_is_what_the_service_says() {
    let server = Server::moto();
    let fleet = Fleet::new("asked", &server.endpoint());
    fleet.add(
        r#"resource "AWS::EC2::InternetGateway" "way" {
  cloud    = cloud.aws
  region   = "us-east-2"
  for_each = toset(["a", "b", "c", "d", "e", "f"])
  body     = {}
}"#,
    );
    let vpcs = "VPCs per region, quota L-F678F1CE";
    let gateways = "internet gateways per region, quota L-A4707A72";
    let expected = [("aws us-east-1", "ok", vpcs), ("aws us-east-2", "ok", vpcs), ("aws us-east-2", "short", gateways)];
    assert_eq!(rows(&fleet, "limit"), expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    let said = fleet.tonnage(&["plan"]).code(0);
    said.says(&["short by 1 gateway", "needs 6 gateways; limit 5: internet gateways per region, quota L-A4707A72"]);
}

#[test]
fn a_reservation_that_the_account_does_not_have_is_short() {
    let server = Server::ministack();
    let fleet = Fleet::new("asked", &server.endpoint());
    let subject = "capacity.block cr-0a1b2c3d4e5f60001, aws us-east-2 use2-az1";
    let why = "the account can use none of this id in us-east-2 (reservation cr-0a1b2c3d4e5f60001)";
    assert_eq!(rows(&fleet, "reservation"), [(subject.to_owned(), "short".to_owned(), why.to_owned())]);
    assert!(rows(&fleet, "window").is_empty(), "there is nothing that could end");
}

#[test]
fn what_is_not_allowed_names_the_permission() {
    let server = Server::ministack();
    let denied = |service: &str, operation: &str, code: &str| refusal(service, operation, code, "no policy allows it");
    let rules = json!([
        denied("service-quotas", "GetServiceQuota", "AccessDeniedException"),
        denied("ec2", "DescribeCapacityReservations", "UnauthorizedOperation"),
        denied("ec2", "DescribeInstanceTypeOfferings", "UnauthorizedOperation"),
    ]);
    let proxy = Server::microburst(&server, &rules);
    let fleet = Fleet::new("asked", &proxy.endpoint());
    for (check, action, code) in [
        ("quota", "servicequotas:GetServiceQuota", "AccessDeniedException"),
        ("reservation", "ec2:DescribeCapacityReservations", "UnauthorizedOperation"),
        ("window", "ec2:DescribeCapacityReservations", "UnauthorizedOperation"),
        ("offering", "ec2:DescribeInstanceTypeOfferings", "UnauthorizedOperation"),
    ] {
        let operation = action.split_once(':').map(|(_, operation)| operation).expect("an operation");
        let why = format!("not allowed: {operation}: {code}: no policy allows it; it takes the permission `{action}`");
        let rows = rows(&fleet, check);
        assert!(!rows.is_empty(), "{check}");
        for (subject, verdict, words) in rows {
            assert_eq!((verdict.as_str(), words.as_str()), ("cannot_know", why.as_str()), "{check} of {subject}");
        }
    }
}

#[test]
fn services_that_throttle_break_or_never_answer_do_not_keep_a_plan() {
    let server = Server::ministack();
    let rules = json!([
        refusal("service-quotas", "GetServiceQuota", "TooManyRequestsException", "Rate exceeded"),
        { "service": "ec2", "operation": "DescribeCapacityReservations", "reset": true },
        { "service": "ec2", "operation": "DescribeInstanceTypeOfferings", "latency": 120_000 },
    ]);
    let proxy = Server::microburst(&server, &rules);
    let said = Fleet::new("asked", &proxy.endpoint()).tonnage(&["plan"]).code(0).says(&[
        "it is called too often: `GetServiceQuota` was refused 6 times (servicequotas:GetServiceQuota)",
        "does not answer",
        "no answer within 20 s (ec2:DescribeInstanceTypeOfferings)",
        "Plan: ",
    ]);
    assert!(said.took < Duration::from_secs(60), "{said}");
}

#[test]
fn connections_that_break_once_are_no_gap() {
    let server = Server::moto();
    let rules = json!([{ "service": "ec2", "operation": "DescribeInstanceTypeOfferings", "reset": true, "times": 1 }]);
    let proxy = Server::microburst(&server, &rules);
    let rows = rows(&Fleet::new("asked", &proxy.endpoint()), "offering");
    let verdicts: Vec<&str> = rows.iter().map(|(_, verdict, _)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["short", "ok"], "{rows:?}");
}
