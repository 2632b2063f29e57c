//! A whole deployment. Must not know how a reference is written.

use serde_json::{Map, Value, json};
use tonnage_base::codes::cloud;
use tonnage_plan::emit::Problem;
use tonnage_plan::emit::named::{Named, Ready, Target};
use tonnage_plan::emit::words::{self, Words as _, Writer};
use tonnage_plan::model::{Giver, Parameter, Unit};

use super::expression::{Expressions, version};
use super::{Deployments, vault};

/// The property that says of which resource another is a part, as in Bicep: ARM says it in the name.
pub const PARENT: &str = "parent";
/// The version of what is kept in `metadata.tonnage`.
const METADATA_VERSION: u64 = 1;
/// What the template does not name is left alone. `Complete` would delete all else in the resource group: other units
/// of the fleet, and what is no fleet's.
const MODE: &str = "Incremental";
const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// Writes the deployment of a unit, or says everything that is wrong with it.
pub fn write(of: &Deployments, unit: &Unit) -> Result<String, Vec<Problem>> {
    let Deployments { fleet, subscription, schemas, .. } = of;
    let mut problems = Vec::new();
    let named = Named::new(*fleet, unit, schemas)?;
    let expressions = Expressions { named: &named, schemas };
    let resources: Vec<Value> =
        named.members.iter().map(|ready| resource(&expressions, *ready, &mut problems)).collect();

    let mut parameters = Map::new();
    let mut origins = Map::new();
    let mut given = Map::new();
    for Parameter { name, from, reference } in &unit.parameters {
        let kind = if matches!(from, Giver::Unit { .. }) { "string" } else { "securestring" };
        parameters.insert(name.to_string(), json!({"type": kind}));
        origins.insert(name.to_string(), words::origin(*reference));
        if *from == Giver::Store {
            match vault::reference(*subscription, *reference) {
                Some(told) => drop(given.insert(name.to_string(), told)),
                None => {
                    let what = format!("no key vault of Azure is known as `{}`", reference.address);
                    let help = "write `azure-keyvault://SUBSCRIPTION/GROUP/VAULT/NAME`";
                    problems.push(Problem::of_unit(unit, cloud::T0771, &what, help));
                }
            }
        }
    }
    let mut outputs = Map::new();
    for output in &unit.outputs {
        let Some(target @ Target::Member(..)) = named.target(output.reference) else { continue };
        outputs.insert(output.name.to_string(), json!({"type": "string", "value": expressions.target(target)}));
    }
    let template = json!({
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": {"tonnage": {
            "version": METADATA_VERSION,
            "fleet": fleet.as_str(),
            "unit": unit.name.as_str(),
            "parameters": origins,
        }},
        "parameters": parameters,
        "resources": resources,
        "outputs": outputs,
    });
    let deployment = json!({"mode": MODE, "template": template, "parameters": given});
    if problems.is_empty() { Ok(deployment.to_string()) } else { Err(problems) }
}

fn resource(expressions: &Expressions<'_, '_>, ready: Ready<'_>, problems: &mut Vec<Problem>) -> Value {
    let Ready { member, body } = ready;
    let mut writer = Writer::new(expressions.named, expressions, member);
    let mut resource = writer.body(body);
    problems.append(&mut writer.problems);
    resource.remove(PARENT);
    match version(expressions.schemas, member.kind) {
        Some(version) => resource.insert("apiVersion".to_owned(), version.as_str().into()),
        None => {
            let help = "a resource of an Azure cloud has a type of Azure's";
            problems.push(Problem::of(member, cloud::T0781, "can't be made: nothing says how Azure does it", help));
            None
        }
    };
    resource.insert("type".to_owned(), member.kind.as_str().into());
    resource.insert("name".to_owned(), expressions.full_name(member).into());
    // ARM waits for nothing by itself.
    let waits = writer.uses.iter().chain(&member.depends_on);
    let mut waits: Vec<String> = waits
        .filter_map(|address| expressions.named.member(*address))
        .map(|other| format!("[{}]", expressions.resource_id(other.member)))
        .collect();
    waits.sort();
    waits.dedup();
    if !waits.is_empty() {
        resource.insert("dependsOn".to_owned(), waits.into());
    }
    resource.insert("metadata".to_owned(), json!({"tonnage": words::kept(member)}));
    resource.into()
}
