//! The embedded cloud reads the schema for itself: what it foresees of every unit of a plan is what the plan says.
//! Must not know how either decides.

use std::collections::BTreeMap;
use std::path::Path;

use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Event, EventSink, UnitRequest};
use tonnage_cloud::embedded::EmbeddedCloud;
use tonnage_cloud::{Cancel, Cloud, Outcome};
use tonnage_plan::model::Giver;
use tonnage_plan::{Action, Plan, UnitId, UnitOperation, file};

struct Silent;

impl EventSink for Silent {
    fn event(&self, _: Event) {}
}

/// How a plan ends that was applied to a copy.
#[derive(PartialEq)]
pub enum Foreseen {
    /// All of it is done.
    Done,
    /// A unit gives something new to another and takes something old away from it: it comes first, and what is still in
    /// use stays until the next apply.
    InUse,
}

fn still_used(reason: &str) -> bool {
    reason.starts_with("DependencyViolation")
}

/// Applies a saved plan to a copy of an embedded cloud, and compares what is foreseen before each unit.
pub fn agrees(plan: &Path, embedded: &Path) -> Result<Foreseen, String> {
    let text = std::fs::read_to_string(plan).map_err(|error| error.to_string())?;
    let plan = file::read(&text).map_err(|problem| problem.message)?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    if embedded.exists() {
        crate::machine::copy(embedded, folder.path());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(walk(&plan, folder.path()))
}

async fn walk(plan: &Plan, folder: &Path) -> Result<Foreseen, String> {
    let mut clouds: BTreeMap<Symbol, EmbeddedCloud> = BTreeMap::new();
    for unit in &plan.units {
        let name = unit.site.cloud;
        if let std::collections::btree_map::Entry::Vacant(e) = clouds.entry(name) {
            let schemas = tonnage_driver::compile::schemas();
            let cloud = EmbeddedCloud::open(folder, name, schemas, crate::machine::clock());
            e.insert(cloud.map_err(|error| error.to_string())?);
        }
    }
    let cancel = Cancel::default();
    let token = plan.digest();
    for &id in plan.steps.iter().flat_map(|step| &step.units) {
        let Some(unit) = plan.unit(id).filter(|unit| unit.operation != UnitOperation::Keep) else { continue };
        let cloud = &clouds[&unit.site.cloud];
        let mut parameters = Vec::new();
        for parameter in &unit.parameters {
            let Giver::Unit { unit: from, output } = parameter.from else { return Err("a secret".into()) };
            let giver = plan.unit(from).ok_or("a parameter from nowhere")?;
            let live = clouds[&giver.site.cloud].read_back(giver.site.region, giver.name, &cancel).await;
            let live =
                live.map_err(|error| error.to_string())?.ok_or_else(|| format!("{} is not there", giver.name))?;
            let value = live.outputs.iter().find(|(name, _)| *name == output).map(|(_, value)| value.clone());
            parameters.push((parameter.name, value.ok_or_else(|| format!("no output {output}"))?));
        }
        let request =
            UnitRequest { unit: unit.clone(), parameters, fleet: plan.fleet, token: token.clone(), ahead: None };
        let prepared = cloud.prepare(&request, &cancel).await.map_err(|error| error.to_string())?;
        let live = cloud.read_back(unit.site.region, unit.name, &cancel).await.map_err(|error| error.to_string())?;
        let local = |address: Symbol| {
            live.as_ref().and_then(|l| l.resources.iter().find(|r| r.address == address)).map(|r| r.local_name)
        };
        let (planned, said) = (expected(plan, id, &local), foreseen(&prepared.changes));
        if planned != said {
            let only = |a: &[String], b: &[String]| a.iter().filter(|x| !b.contains(x)).cloned().collect::<Vec<_>>();
            return Err(format!(
                "unit {}: the plan alone says {:?}, the cloud alone {:?}",
                unit.name,
                only(&planned, &said),
                only(&said, &planned)
            ));
        }
        match cloud.execute(&request, &prepared, &Silent, &cancel).await {
            Ok(Outcome::Filled) => {}
            Ok(Outcome::Failed { failures, .. }) if failures.iter().all(|f| still_used(&f.reason)) => {
                return Ok(Foreseen::InUse);
            }
            other => return Err(format!("unit {} ended so: {other:?}", unit.name)),
        }
    }
    Ok(Foreseen::Done)
}

/// What a plan says of a unit, in the words of a cloud.
fn expected(plan: &Plan, id: UnitId, local: &dyn Fn(Symbol) -> Option<Symbol>) -> Vec<String> {
    let mut rows = Vec::new();
    for change in &plan.changes {
        // Nodes and what happens on deletion are kept beside the body, where this cloud sees no change.
        if change.action == Action::Update && change.before == change.after {
            continue;
        }
        let old = local(change.previous_address.unwrap_or(change.address));
        if change.unit == id {
            match change.action {
                Action::Create => rows.push(format!("Add {}", change.local_name)),
                Action::Update | Action::Import => rows.push(format!("Modify {}", change.local_name)),
                Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst if old == Some(change.local_name) => {
                    rows.push(format!("Replace {}", change.local_name));
                }
                Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => {
                    rows.push(format!("Add {}", change.local_name));
                }
                Action::Delete | Action::Forget => rows.push(format!("Remove {}", change.local_name)),
                Action::Move | Action::NoOp => {}
            }
        }
        // What is made anew elsewhere or as another type leaves where it was.
        let elsewhere = change.unit != id || old.is_some_and(|old| old != change.local_name);
        if change.action.is_replace()
            && elsewhere
            && let Some(old) = old
        {
            rows.push(format!("Remove {old}"));
        }
    }
    rows.sort();
    rows
}

fn foreseen(changes: &[(Symbol, String, String)]) -> Vec<String> {
    let mut rows: Vec<String> = changes
        .iter()
        .map(|(local, action, replacement)| match (action.as_str(), replacement.as_str()) {
            ("Modify", "True") => format!("Replace {local}"),
            (action, _) => format!("{action} {local}"),
        })
        .collect();
    rows.sort();
    rows
}
