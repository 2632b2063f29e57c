//! Plans walked over the embedded cloud. Must not test how a plan is made: they are written by hand.

mod endings;
mod killed;
mod overtaken;

use std::sync::Arc;

use tonnage_base::{Clock, Symbol, clock};
use tonnage_cloud::cloud::{LiveUnit, ObserveRequest};
use tonnage_cloud::embedded::{Facts, Memory};
use tonnage_cloud::{Cloud, EmbeddedCloud, Scenario};
use tonnage_graph::{Holds, Reference, Site, Values};
use tonnage_plan::Unit;
use tonnage_plan::model::{Giver, Member, Parameter, Step, UnitOutput, WhenHeld};
use tonnage_schema::Schemas;

use super::*;
use crate::Silent;

const FACTS: &str = r#"{
"T::Net::Vpc":{"p":{"Cidr":"s","Id":"s"},"co":["Cidr"],"ro":["Id"],"id":["Id"]},
"T::Net::Subnet":{"p":{"Vpc":"s","Cidr":"s","Id":"s"},"co":["Vpc","Cidr"],"ro":["Id"],"id":["Id"]},
"T::Compute::Group":{"p":{"Subnet":"s","Size":"i","Id":"s"},"ro":["Id"],"id":["Id"]}
}"#;

pub(super) fn symbol(text: &str) -> Symbol {
    Symbol::new(text)
}

pub(super) fn at(second: i64) -> Clock {
    clock::fixed(tonnage_base::Timestamp::from_second(second).expect("in range"))
}

pub(super) fn cloud(memory: &Memory, scenario: &str) -> Arc<EmbeddedCloud> {
    let scenario = Scenario::parse(scenario).expect("a scenario");
    let facts = Facts { schemas: Arc::new(Schemas::load(FACTS)), ..Facts::default() };
    Arc::new(EmbeddedCloud::in_memory(memory, symbol("aws"), facts, at(0), scenario).expect("opens"))
}

fn member(kind: &str, name: &str, body: &str) -> Member {
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

fn unit(name: &str, members: Vec<Member>) -> Unit {
    Unit {
        name: symbol(name),
        site: Site { cloud: symbol("aws"), region: symbol("r") },
        operation: UnitOperation::Create,
        members,
        document: format!("document of {name}"),
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

fn vpc_reference() -> Reference {
    Reference { address: symbol("resource.vpc"), attribute: None }
}

pub(super) fn network(cidr: &str) -> Unit {
    let mut network = unit("network", vec![member("T::Net::Vpc", "vpc", &format!(r#"{{"Cidr":"{cidr}"}}"#))]);
    network.outputs = vec![UnitOutput { name: symbol("vpc"), reference: vpc_reference() }];
    network
}

/// A subnet in the network's VPC and a group of nodes in it. The network is unit 0.
pub(super) fn pool(name: &str, nodes: u32) -> Unit {
    let subnet = format!("{name}_subnet");
    let mut group = member(
        "T::Compute::Group",
        &format!("{name}_group"),
        &format!(r#"{{"Size":{nodes},"Subnet":{{"$ref":"resource.{subnet}"}}}}"#),
    );
    group.holds = Some(Holds {
        shape: symbol("big"),
        nodes,
        market: tonnage_base::Market::OnDemand,
        zone: Some(symbol("z1")),
        reserves_only: false,
    });
    let subnet = member("T::Net::Subnet", &subnet, r#"{"Cidr":"c","Vpc":{"$ref":"resource.vpc"}}"#);
    let mut pool = unit(name, vec![subnet, group]);
    pool.parameters = vec![Parameter {
        name: symbol("vpc"),
        from: Giver::Unit { unit: UnitId(0), output: symbol("vpc") },
        reference: vpc_reference(),
    }];
    pool
}

/// A plan that brings what is live to `desired`: the network first, then the pools, then what is not wanted any more.
pub(super) async fn plan(cloud: &dyn Cloud, ledger: &Ledger, desired: Vec<Unit>) -> Plan {
    let live = observe(cloud).await;
    let mut units: Vec<Unit> = desired;
    for unit in &mut units {
        let Some(seen) = live.iter().find(|l| l.name == unit.name) else { continue };
        unit.expects = seen.fingerprint.clone();
        let bodies = |l: &LiveUnit| l.resources.iter().map(|r| (r.at(), r.applied.clone())).collect::<BTreeMap<_, _>>();
        let wanted: BTreeMap<_, _> = unit.members.iter().map(|m| (m.address, m.body.clone())).collect();
        unit.operation = if bodies(seen) == wanted { UnitOperation::Keep } else { UnitOperation::Update };
    }
    for gone in live.iter().filter(|l| units.iter().all(|u| u.name != l.name)).collect::<Vec<_>>() {
        let name = gone.name.as_str();
        units.push(Unit {
            operation: UnitOperation::Delete,
            expects: gone.fingerprint.clone(),
            document: String::new(),
            ..unit(name, Vec::new())
        });
    }
    let ids = |want: &dyn Fn(&Unit) -> bool| -> Vec<UnitId> {
        (0..).zip(&units).filter(|(_, u)| want(u)).map(|(i, _)| UnitId(i)).collect()
    };
    let is_delete = |u: &Unit| u.operation == UnitOperation::Delete;
    let steps = vec![
        Step { units: ids(&|u| u.name == "network" && !is_delete(u)), between: Vec::new() },
        Step { units: ids(&|u| u.name != "network" && !is_delete(u)), between: Vec::new() },
        Step { units: ids(&|u| u.name != "network" && is_delete(u)), between: Vec::new() },
        Step { units: ids(&|u| u.name == "network" && is_delete(u)), between: Vec::new() },
    ];
    Plan {
        ledger_serial: ledger.serial().await.expect("read"),
        units,
        steps,
        ..Plan::new(symbol("fleet"), "2026-01-01".parse().expect("a day"), Values::new())
    }
}

pub(super) async fn observe(cloud: &dyn Cloud) -> Vec<LiveUnit> {
    let request = ObserveRequest { fleet: symbol("fleet"), regions: vec![symbol("r")], drift: false };
    cloud.observe(&request, &Cancel::default()).await.expect("answers").units
}

/// Units by name, with addresses, bodies and whether they are there.
pub(super) async fn standing(cloud: &dyn Cloud) -> BTreeMap<&'static str, Vec<(&'static str, String, bool)>> {
    observe(cloud)
        .await
        .into_iter()
        .map(|unit| {
            let mut resources: Vec<_> =
                unit.resources.into_iter().map(|r| (r.at().as_str(), r.applied, r.physical_id.is_some())).collect();
            resources.sort();
            (unit.name.as_str(), resources)
        })
        .collect()
}

pub(super) fn wanted(units: &[Unit]) -> BTreeMap<&'static str, Vec<(&'static str, String, bool)>> {
    units
        .iter()
        .map(|unit| {
            let mut resources: Vec<_> =
                unit.members.iter().map(|m| (m.address.as_str(), m.body.clone(), true)).collect();
            resources.sort();
            (unit.name.as_str(), resources)
        })
        .collect()
}

pub(super) fn options(digest: &str, who: &str, clock: Clock) -> Options {
    Options::new(digest, who, clock)
}

pub(super) async fn run(plan: &Plan, cloud: &Arc<EmbeddedCloud>, ledger: &Ledger, digest: &str) -> ApplyReport {
    run_as(plan, cloud, ledger, &options(digest, "ada", at(0)), &Cancel::default()).await
}

pub(super) async fn run_as(
    plan: &Plan,
    cloud: &Arc<EmbeddedCloud>,
    ledger: &Ledger,
    options: &Options,
    cancel: &Cancel,
) -> ApplyReport {
    let clouds = |name: Symbol| (name == "aws").then(|| cloud.clone() as Arc<dyn Cloud>);
    apply(plan, &clouds, ledger, options, &Silent, cancel).await
}

pub(super) fn codes(report: &ApplyReport) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.id).collect()
}
