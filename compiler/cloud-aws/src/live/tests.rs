//! What the client says to CloudFormation, and what it makes of answers that only the real service gives.

use tonnage_base::clock::fixed;
use tonnage_graph::Reference;
use tonnage_plan::model::{Ahead, Giver, Parameter, Unit};

use super::canned::{Canned, Reply, ok, refused};
use super::*;
use crate::emit::tests::{member, unit};

/// A client of a service. Looks again after a millisecond.
fn client(service: &Canned, account: Option<&str>) -> AwsCloud {
    let region = Symbol::new("us-east-2");
    let pace = std::time::Duration::from_millis(1);
    let config = AwsConfig {
        account: account.map(str::to_owned),
        poll: pace,
        slowest_poll: pace,
        ..AwsConfig::new(vec![region])
    };
    let sdk = service.sdk();
    let regions = [(region, Region::new(region, &sdk, &config))].into();
    let clock = fixed("2026-11-26T14:02:00Z".parse().expect("a time"));
    AwsCloud { config, sdk, regions, clock, account: OnceCell::new() }
}

fn run<T>(of: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(of)
}

fn asks(call: &str, action: &str) -> bool {
    call.contains(&format!("Action={action}&"))
}

/// An answer of the Query protocol.
fn xml(action: &str, inside: &str) -> Reply {
    ok(&format!("<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"))
}

fn missing() -> Reply {
    refused(
        "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id serving-a does not \
         exist</Message></Error></ErrorResponse>",
    )
}

fn request(unit: Unit, ahead: Option<Ahead>) -> UnitRequest {
    let (fleet, token) = (Symbol::new("serving"), "sha256:00".to_owned());
    UnitRequest { unit, parameters: Vec::new(), fleet, token, ahead }
}

struct Nobody;

impl EventSink for Nobody {
    fn event(&self, _: tonnage_cloud::cloud::Event) {}
}

/// Something with a parameter that a secret is given by.
fn with_a_secret() -> UnitRequest {
    let [name, address] = ["Key", "var.key"].map(Symbol::new);
    let mut unit = unit(vec![member("resource.a", "A", "AWS::EC2::VPC", "{}")]);
    let reference = Reference { address, attribute: None };
    unit.parameters = vec![Parameter { name, from: Giver::Secret { kept: false }, reference }];
    UnitRequest { parameters: vec![(name, "hunter2".to_owned())], ..request(unit, None) }
}

#[test]
fn what_a_creation_cannot_keep_is_deleted_but_nothing_that_is_imported() {
    let executed = |ahead: Option<Ahead>| {
        let service = Canned::new(|call| match call {
            call if asks(call, "DescribeStacks") => xml(
                "DescribeStacks",
                "<Stacks><member><StackName>serving-network</StackName><StackStatus>REVIEW_IN_PROGRESS</StackStatus>\
                 <CreationTime>2026-11-26T14:00:00Z</CreationTime></member></Stacks>",
            ),
            call if asks(call, "DescribeStackEvents") => xml("DescribeStackEvents", "<StackEvents/>"),
            _ => {
                refused("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")
            }
        });
        let prepared = Prepared { handle: "change-set".to_owned(), nothing_to_do: false, changes: Vec::new() };
        let request = request(unit(vec![member("resource.a", "A", "AWS::EC2::VPC", "{}")]), ahead);
        let done = run(client(&service, None).execute(&request, &prepared, &Nobody, &Cancel::default()));
        assert!(matches!(done, Err(CloudError::Denied(_))));
        service.calls().into_iter().find(|call| asks(call, "ExecuteChangeSet")).expect("it is executed")
    };
    assert!(executed(None).contains("RetainExceptOnCreate=true"));
    let import = Ahead::Import { resources: Vec::new(), document: String::new() };
    assert!(!executed(Some(import)).contains("RetainExceptOnCreate"));
}

#[test]
fn a_change_set_that_was_given_a_secret_is_made_anew() {
    let calls = |request: UnitRequest| {
        let there = std::sync::atomic::AtomicBool::new(true);
        let service = Canned::new(move |call| match call {
            call if asks(call, "CreateChangeSet") && there.load(std::sync::atomic::Ordering::Relaxed) => refused(
                "<ErrorResponse><Error><Code>AlreadyExistsException</Code><Message>it is there</Message></Error>\
                 </ErrorResponse>",
            ),
            call if asks(call, "CreateChangeSet") => xml("CreateChangeSet", ""),
            call if asks(call, "DeleteChangeSet") => {
                there.store(false, std::sync::atomic::Ordering::Relaxed);
                xml("DeleteChangeSet", "")
            }
            call if asks(call, "DescribeChangeSet") => xml(
                "DescribeChangeSet",
                "<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>\
                 <ChangeSetId>arn:1</ChangeSetId>",
            ),
            _ => missing(),
        });
        let prepared = run(client(&service, None).prepare(&request, &Cancel::default())).expect("a change set");
        assert_eq!(prepared.handle, "arn:1");
        let made = ["CreateChangeSet", "DeleteChangeSet"];
        let of = |call: &String| made.into_iter().find(|action| asks(call, action));
        service.calls().iter().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(calls(with_a_secret()), ["CreateChangeSet", "DeleteChangeSet", "CreateChangeSet"]);
    let plain = request(unit(vec![member("resource.a", "A", "AWS::EC2::VPC", "{}")]), None);
    assert_eq!(calls(plain), ["CreateChangeSet"], "its name says all that is in it");
}

#[test]
fn nothing_is_read_back_from_another_account() {
    let service = Canned::new(|call| match call {
        call if asks(call, "GetCallerIdentity") || call.ends_with("Version=2011-06-15") => {
            xml("GetCallerIdentity", "<Account>999999999999</Account>")
        }
        _ => missing(),
    });
    let read = |account: Option<&str>| {
        let unit = Symbol::new("serving-network");
        run(client(&service, account).read_back(Symbol::new("us-east-2"), unit, &Cancel::default()))
    };
    assert!(
        matches!(read(Some("123456789012")), Err(CloudError::Denied(why)) if why.contains("of account 999999999999"))
    );
    assert!(matches!(read(Some("999999999999")), Ok(None)));
}

#[test]
fn a_look_that_is_lost_is_not_the_end() {
    let looks = std::sync::atomic::AtomicU32::new(0);
    let service = Canned::new(move |call| match call {
        call if asks(call, "DescribeStacks") => match looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => xml(
                "DescribeStacks",
                "<Stacks><member><StackName>serving-network</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
                 <CreationTime>2026-11-26T14:00:00Z</CreationTime></member></Stacks>",
            ),
            // both attempts of two calls
            1..=4 => refused("<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"),
            _ => missing(),
        },
        call if asks(call, "DescribeStackEvents") => xml("DescribeStackEvents", "<StackEvents/>"),
        call if asks(call, "GetTemplate") => xml("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
        call if asks(call, "ListStackResources") => xml("ListStackResources", "<StackResourceSummaries/>"),
        _ => xml("DeleteStack", ""),
    });
    let mut unit = unit(Vec::new());
    unit.operation = UnitOperation::Delete;
    let prepared = Prepared { handle: "serving-network".to_owned(), nothing_to_do: false, changes: Vec::new() };
    let done = run(client(&service, None).execute(&request(unit, None), &prepared, &Nobody, &Cancel::default()));
    assert!(matches!(done, Ok(Outcome::Filled)), "{done:?}");
}
