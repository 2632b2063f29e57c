//! The embedded cloud reads the schema for itself: what it foresees of every unit of a plan is what the plan says.
//! Must not know how either decides.

use std::collections::BTreeMap;
use std::path::Path;

use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Event, EventSink, LiveResource, UnitRequest};
use tonnage_cloud::embedded::EmbeddedCloud;
use tonnage_cloud::{Cancel, Cloud, Outcome};
use tonnage_plan::model::{Between, Giver};
use tonnage_plan::opinion::{Resident, SecondOpinion};
use tonnage_plan::{Plan, Unit, UnitId, UnitOperation, file};

struct Silent;

impl EventSink for Silent {
    fn event(&self, _: Event) {}
}

/// Applies a saved plan to a copy of an embedded cloud, and compares what is foreseen before each unit.
pub fn agrees(plan: &Path, embedded: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(plan).map_err(|error| error.to_string())?;
    let plan = file::read(&text).map_err(|problem| problem.message)?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    if embedded.exists() {
        tonnage_golden_tests::copy(embedded, folder.path());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(walk(&plan, folder.path()))
}

async fn walk(plan: &Plan, folder: &Path) -> Result<(), String> {
    let mut clouds: BTreeMap<Symbol, EmbeddedCloud> = BTreeMap::new();
    for unit in &plan.units {
        let name = unit.site.cloud;
        if let std::collections::btree_map::Entry::Vacant(e) = clouds.entry(name) {
            let facts = tonnage_driver::compile::facts()?;
            let cloud = EmbeddedCloud::open(folder, name, facts, crate::machine::clock());
            e.insert(cloud.map_err(|error| error.to_string())?);
        }
    }
    let cancel = Cancel::default();
    let token = plan.digest();
    let between = |step: &tonnage_plan::Step| step.between.iter().map(|id| (*id, true)).collect::<Vec<_>>();
    let whole = |step: &tonnage_plan::Step| step.units.iter().map(|id| (*id, false)).collect::<Vec<_>>();
    let mut fingerprints: BTreeMap<UnitId, String> = BTreeMap::new();
    for (id, first) in plan.steps.iter().flat_map(|step| [between(step), whole(step)].concat()) {
        let Some(unit) = plan.unit(id).filter(|unit| unit.operation != UnitOperation::Keep) else { continue };
        let mut then = Unit { between: None, ..unit.clone() };
        if let Some(between) = unit.between.as_deref().filter(|_| first) {
            let Between { members, document, parameters, outputs } = between.clone();
            then = Unit { members, document, parameters, outputs, ..then };
        }
        if let Some(fingerprint) = fingerprints.remove(&id) {
            then.expects = fingerprint;
        }
        let cloud = &clouds[&unit.site.cloud];
        let mut parameters = Vec::new();
        for parameter in &then.parameters {
            let Giver::Unit { unit: from, output } = parameter.from else { return Err("a secret".into()) };
            let giver = plan.unit(from).ok_or("a parameter from nowhere")?;
            let live = clouds[&giver.site.cloud].read_back(giver.site.region, giver.name, &cancel).await;
            let live =
                live.map_err(|error| error.to_string())?.ok_or_else(|| format!("{} is not there", giver.name))?;
            let value = live.outputs.iter().find(|(name, _)| *name == output).map(|(_, value)| value.clone());
            parameters.push((parameter.name, value.ok_or_else(|| format!("no output {output}"))?));
        }
        let token = if first { format!("{token}#between") } else { token.clone() };
        let request = UnitRequest { unit: then, parameters, fleet: plan.fleet, token, ahead: None };
        if first || unit.between.is_none() {
            // Asked of all that the unit will be, before it is brought in between.
            let asked = UnitRequest { unit: unit.clone(), ..request.clone() };
            let prepared = cloud.prepare(&asked, &cancel).await.map_err(|error| error.to_string())?;
            let live =
                cloud.read_back(unit.site.region, unit.name, &cancel).await.map_err(|error| error.to_string())?;
            let residents: Vec<Resident> = live.into_iter().flat_map(|unit| unit.resources).map(resident).collect();
            let mut opinion = SecondOpinion::default();
            opinion.add(plan, id, &residents, &prepared.changes, &tonnage_driver::compile::schemas());
            if opinion.differs() || opinion.open > 0 {
                return Err(format!("unit {}: the cloud says something else: {opinion:#?}", unit.name));
            }
        }
        let prepared = cloud.prepare(&request, &cancel).await.map_err(|error| error.to_string())?;
        match cloud.execute(&request, &prepared, &Silent, &cancel).await {
            Ok(Outcome::Filled) => {}
            other => return Err(format!("unit {} ended so: {other:?}", unit.name)),
        }
        if first {
            let live =
                cloud.read_back(unit.site.region, unit.name, &cancel).await.map_err(|error| error.to_string())?;
            fingerprints.insert(id, live.map(|live| live.fingerprint).unwrap_or_default());
        }
    }
    Ok(())
}

fn resident(resource: LiveResource) -> Resident {
    Resident { address: resource.at(), local_name: Symbol::new(&resource.local_name), kept: resource.retain_on_delete }
}
