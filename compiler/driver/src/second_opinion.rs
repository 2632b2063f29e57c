//! The second opinion: clouds are asked what they would do with each unit of a plan, and what they say is held against
//! it. Must not know how a cloud is asked, nor decide what a difference means.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use tonnage_base::Symbol;
use tonnage_cloud::CloudError;
use tonnage_cloud::cloud::{Opinion, UnitRequest};
use tonnage_graph::Disposal;
use tonnage_plan::model::{Giver, Parameter};
use tonnage_plan::opinion::{Resident, SecondOpinion, Unasked};
use tonnage_plan::{Action, Plan, Unit, UnitId, UnitOperation};
use tonnage_schema::Schemas;

use crate::live::Observed;
use crate::plan::{Clouds, Request};

/// What stands for a value that is only known when other units have changed. To a cloud it is another value than
/// before.
const LATER: &str = "known-after-apply";

/// Asks every cloud about the units of a plan that change. Fails only where somebody asked to stop.
pub(crate) async fn ask(
    request: &Request<'_>,
    plan: &Plan,
    observed: &Observed,
    clouds: &Clouds,
    cannot: &BTreeMap<Symbol, &str>,
    schemas: &Schemas,
) -> Result<SecondOpinion, CloudError> {
    let ids = plan.steps.iter().flat_map(|step| &step.units).copied();
    let changing: Vec<(UnitId, &Unit)> =
        ids.filter_map(|id| Some((id, plan.unit(id)?))).filter(|(_, u)| u.operation != UnitOperation::Keep).collect();
    let mut of_clouds: BTreeMap<Symbol, Vec<(UnitId, &Unit)>> = BTreeMap::new();
    let mut opinion = SecondOpinion::default();
    let unasked = |unit: &Unit, why: &str| Unasked { site: unit.site, unit: unit.name, why: why.to_owned() };
    for (id, unit) in &changing {
        match cannot.get(&unit.site.cloud) {
            Some(why) => opinion.unasked.push(unasked(unit, why)),
            None => of_clouds.entry(unit.site.cloud).or_default().push((*id, unit)),
        }
    }
    let (done, all) = (AtomicUsize::new(0), changing.len() - opinion.unasked.len());
    let say = |unit: &str| {
        let done = done.load(Ordering::Relaxed);
        (request.progress)(&format!("asking the cloud what it would do: {done} of {all} units{unit}"));
    };
    let asked = |unit: Symbol| {
        done.fetch_add(1, Ordering::Relaxed);
        say(&format!(", {unit}"));
    };
    say("");
    let token = plan.digest();
    let asks = of_clouds.iter().filter_map(|(cloud, units)| {
        let client = clouds.get(cloud)?;
        let requests: Vec<UnitRequest> = units
            .iter()
            .map(|(_, unit)| UnitRequest {
                unit: (*unit).clone(),
                parameters: parameters(plan, unit, observed, schemas),
                fleet: plan.fleet,
                token: token.clone(),
                ahead: None,
            })
            .collect();
        let asked = &asked;
        Some(async move { (units, client.foresee(&requests, asked, request.cancel).await) })
    });
    for (units, answers) in futures::future::join_all(asks).await {
        match answers {
            Ok(answers) => {
                for ((id, unit), answer) in units.iter().zip(answers) {
                    match answer {
                        Opinion::Foreseen(said) => opinion.add(plan, *id, &held(observed, unit), &said, schemas),
                        Opinion::Unasked(why) => opinion.unasked.push(unasked(unit, &why)),
                    }
                }
            }
            Err(CloudError::Cancelled) => return Err(CloudError::Cancelled),
            Err(error) => opinion.unasked.extend(units.iter().map(|(_, unit)| unasked(unit, &error.to_string()))),
        }
    }
    opinion.disagreements.sort_by_key(|found| (found.site, found.unit, found.address));
    opinion.unasked.sort_by_key(|unit| (unit.site, unit.unit));
    Ok(opinion)
}

/// What is in a unit now.
fn held(observed: &Observed, unit: &Unit) -> Vec<Resident> {
    let there = observed.graph.iter().filter_map(|(_, resource)| Some((resource, resource.live.as_deref()?)));
    let here = there.filter(|(resource, live)| resource.site == unit.site && live.unit == unit.name && !live.importing);
    here.map(|(resource, live)| Resident {
        address: resource.address,
        local_name: live.name(),
        kept: resource.lifecycle.on_delete == Disposal::Retain,
    })
    .collect()
}

/// Values of a unit's parameters: those that stay as they are now, and of the others that they will be others.
fn parameters(plan: &Plan, unit: &Unit, observed: &Observed, schemas: &Schemas) -> Vec<(Symbol, String)> {
    let taken = unit.parameters.iter().filter(|parameter| parameter.from != (Giver::Secret { kept: true }));
    let value = |parameter: &Parameter| {
        let Giver::Unit { unit, output } = parameter.from else { return None };
        let giver = plan.unit(unit)?;
        let moves = |attribute: Symbol, kind| schemas.get(kind).is_some_and(|facts| facts.attribute_moves(attribute));
        let changed = plan.changes.iter().filter(|change| change.address == parameter.reference.address).any(
            |change| match change.action {
                Action::Update => parameter.reference.attribute.is_some_and(|name| moves(name, change.kind)),
                Action::Import | Action::Move | Action::NoOp => false,
                _ => true,
            },
        );
        let live = observed.units.iter().find(|(site, live)| *site == giver.site && live.name == giver.name);
        let known = live.and_then(|(_, live)| live.outputs.iter().find(|(name, _)| *name == output));
        known.filter(|_| !changed).map(|(_, value)| value.clone())
    };
    taken.map(|parameter| (parameter.name, value(parameter).unwrap_or_else(|| LATER.to_owned()))).collect()
}
