//! The embedded cloud behaves like a provider's engine. Must not test how a plan is made or walked.

mod faults;
mod groups;
mod renames;
mod updates;

use std::sync::{Arc, Mutex};

use tonnage_base::{Market, Symbol, clock};
use tonnage_graph::{Holds, Reference, Site};
use tonnage_plan::model::{Giver, Member, Parameter, Unit, UnitId, UnitOperation, UnitOutput, WhenHeld};
use tonnage_schema::Schemas;

use super::*;
use crate::cloud::Event;

pub(super) const FACTS: &str = r#"{
"T::Net::Vpc":{"p":{"Cidr":"s","Name":"s","Id":"s","Arn":"s"},"co":["Cidr"],"ro":["Id","Arn"],"id":["Id"]},
"T::Net::Subnet":{"p":{"Vpc":"s","Cidr":"s","Tags":{"m":"s"},"Id":"s"},"r":["Vpc"],"co":["Vpc","Cidr"],"ro":["Id"],"id":["Id"]},
"T::Compute::Template":{"p":{"Image":"s","Id":"s","Version":"i"},"ro":["Id","Version"],"id":["Id"]},
"T::Compute::Group":{"p":{"Template":"s","Version":"s","Size":"i","Most":"i","Subnets":{"a":"s","u":true},"Id":"s"},"cco":["Template"],"ro":["Id"],"id":["Id"]},
"T::Compute::Reservation":{"p":{"Count":"i","Shape":"s","Id":"s"},"co":["Shape"],"ro":["Id"],"id":["Id"]},
"T::Access::Role":{"p":{"RoleName":"s","Path":"s"},"co":["RoleName","Path"],"id":["RoleName"]}
}"#;

const EFFECTS: &str = "\
type,change,property,condition,nodes,holdings,words,source
T::Compute::Group,update,Template,@update_policy/Replace=true,replaces,,,t
T::Compute::Group,update,Template,@update_policy/Roll,rolling,,,t
T::Compute::Group,size,Size,,,,,t
T::Compute::Group,most,Most,,,,,t
";

pub(super) fn facts() -> Facts {
    let effects = Effects::load([EFFECTS]).expect("effects");
    Facts { schemas: Arc::new(Schemas::load(FACTS)), effects: Arc::new(effects) }
}

pub(super) fn symbol(text: &str) -> Symbol {
    Symbol::new(text)
}

pub(super) fn cloud(memory: &Memory, scenario: &str) -> EmbeddedCloud {
    let at = clock::fixed("2026-01-02T14:02:00Z".parse().expect("a time"));
    let scenario = Scenario::parse(scenario).expect("a scenario");
    EmbeddedCloud::in_memory(memory, symbol("aws"), facts(), at, scenario).expect("opens")
}

/// `resource.NAME` of a type, named `Name` inside the unit.
pub(super) fn member(kind: &str, name: &str, body: &str) -> Member {
    Member {
        address: symbol(&format!("resource.{name}")),
        local_name: symbol(&name.to_uppercase()),
        kind: symbol(kind),
        body: body.to_owned(),
        depends_on: Vec::new(),
        retain_on_delete: false,
        retain_on_replace: false,
        delete_first: false,
        update_policy: None,
        holds: None,
    }
}

pub(super) fn group(name: &str, nodes: u32) -> Member {
    let holds =
        Holds { shape: symbol("big"), nodes, market: Market::OnDemand, zone: Some(symbol("z1")), reserves_only: false };
    let body = format!(r#"{{"Size":{nodes}}}"#);
    Member { holds: Some(holds), ..member("T::Compute::Group", name, &body) }
}

pub(super) fn vpc(cidr: &str) -> Member {
    member("T::Net::Vpc", "vpc", &format!(r#"{{"Cidr":"{cidr}"}}"#))
}

pub(super) fn subnet(name: &str) -> Member {
    member("T::Net::Subnet", name, r#"{"Cidr":"10.0.1.0/24","Vpc":{"$ref":"resource.vpc"}}"#)
}

pub(super) fn unit(name: &str, members: Vec<Member>) -> Unit {
    Unit {
        name: symbol(name),
        site: Site { cloud: symbol("aws"), region: symbol("r") },
        operation: UnitOperation::Create,
        members,
        document: String::new(),
        parameters: Vec::new(),
        outputs: Vec::new(),
        expects: String::new(),
        hold: false,
        when_held: WhenHeld::Stop,
        ahead: Vec::new(),
        between: None,
        reverts: false,
    }
}

/// What happened in one request.
#[derive(Debug)]
pub(super) struct Done {
    pub outcome: Outcome,
    pub events: Vec<String>,
    pub prepared: Prepared,
}

struct Log(Mutex<Vec<String>>);

impl EventSink for Log {
    fn event(&self, event: Event) {
        let address = event.address.map_or("", Symbol::as_str).trim_start_matches("resource.");
        self.0.lock().expect("not poisoned").push(format!("{} {address}", event.what));
    }
}

/// Prepares and executes `unit` as it stands in the cloud, under a token of its own.
pub(super) async fn run(cloud: &EmbeddedCloud, unit: &Unit, token: &str) -> Result<Done, CloudError> {
    run_with(cloud, unit, token, &[]).await
}

pub(super) async fn run_with(
    cloud: &EmbeddedCloud,
    unit: &Unit,
    token: &str,
    parameters: &[(&str, &str)],
) -> Result<Done, CloudError> {
    let request = UnitRequest {
        ahead: None,
        unit: unit.clone(),
        parameters: parameters.iter().map(|(name, value)| (symbol(name), (*value).to_owned())).collect(),
        fleet: symbol("fleet"),
        token: token.to_owned(),
    };
    let log = Log(Mutex::default());
    let prepared = cloud.prepare(&request, &Cancel::default()).await?;
    let outcome = cloud.execute(&request, &prepared, &log, &Cancel::default()).await?;
    Ok(Done { outcome, events: log.0.into_inner().expect("not poisoned"), prepared })
}

pub(super) async fn live(cloud: &EmbeddedCloud, name: &str) -> Option<LiveUnit> {
    cloud.read_back(symbol("r"), symbol(name), &Cancel::default()).await.expect("answers")
}

/// The unit again, to be updated to other members.
pub(super) async fn next(cloud: &EmbeddedCloud, unit: &Unit, members: Vec<Member>) -> Unit {
    let expects = live(cloud, unit.name.as_str()).await.map(|u| u.fingerprint).unwrap_or_default();
    Unit { operation: UnitOperation::Update, members, expects, ..unit.clone() }
}

pub(super) fn ids(unit: &LiveUnit) -> Vec<(&'static str, Option<&str>)> {
    unit.resources.iter().map(|r| (r.at().as_str(), r.physical_id.as_deref())).collect()
}

pub(super) fn reference(address: &str, attribute: Option<&str>) -> Reference {
    Reference { address: symbol(address), attribute: attribute.map(symbol) }
}

pub(super) fn parameter(name: &str, reference: Reference) -> Parameter {
    Parameter { name: symbol(name), from: Giver::Unit { unit: UnitId(0), output: symbol(name) }, reference }
}

pub(super) fn output(name: &str, reference: Reference) -> UnitOutput {
    UnitOutput { name: symbol(name), reference }
}
