//! `planned_values` and `configuration` in Terraform's shape, for tools that judge what will be there: Checkov,
//! conftest, cost tools. Only what the plan creates or changes is in them. Must not compute anything.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tonnage_plan::{Change, Plan};

use super::{known, name_and_index, provider, sensitive};
use crate::graph::references;

/// Each resource as it will be.
pub fn planned_values(plan: &Plan) -> Value {
    let resources: Vec<Value> = coming(plan)
        .map(|(change, after)| {
            let mut out = head(plan, change);
            out.insert("schema_version".to_owned(), json!(0));
            out.insert("values".to_owned(), known(&plan.values, after));
            out.insert("sensitive_values".to_owned(), sensitive(&plan.values, Some(after)));
            Value::Object(out)
        })
        .collect();
    json!({"root_module": {"resources": resources}})
}

/// Each resource's references, by top-level property.
pub fn configuration(plan: &Plan) -> Value {
    let resources: Vec<Value> = coming(plan)
        .map(|(change, after)| {
            let mut expressions = Map::new();
            for (name, value) in plan.values.entries(after) {
                let found: Vec<String> = references(&plan.values, value)
                    .iter()
                    .map(|r| r.attribute.map_or_else(|| r.address.to_string(), |a| format!("{}.{a}", r.address)))
                    .collect();
                if !found.is_empty() {
                    expressions.insert(name.as_str().to_owned(), json!({"references": found}));
                }
            }
            let mut out = head(plan, change);
            out.remove("provider_name");
            out.insert("provider_config_key".to_owned(), json!(provider(plan, change.site, change.kind)));
            out.insert("expressions".to_owned(), Value::Object(expressions));
            out.insert("schema_version".to_owned(), json!(0));
            Value::Object(out)
        })
        .collect();
    let providers: BTreeMap<String, Value> = plan
        .changes
        .iter()
        .map(|change| provider(plan, change.site, change.kind))
        .map(|name| (name.clone(), json!({"name": name})))
        .collect();
    json!({"provider_config": providers, "root_module": {"resources": resources}})
}

fn coming(plan: &Plan) -> impl Iterator<Item = (&Change, tonnage_graph::ValueId)> {
    plan.changes.iter().filter_map(|change| Some((change, change.after?)))
}

fn head(plan: &Plan, change: &Change) -> Map<String, Value> {
    let (name, index) = name_and_index(change.address.as_str());
    let mut out = Map::new();
    out.insert("address".to_owned(), json!(change.address.as_str()));
    out.insert("mode".to_owned(), json!("managed"));
    out.insert("type".to_owned(), json!(change.kind.as_str()));
    out.insert("name".to_owned(), json!(name));
    out.insert("provider_name".to_owned(), json!(provider(plan, change.site, change.kind)));
    if let Some(index) = index {
        out.insert("index".to_owned(), json!(index));
    }
    out
}
