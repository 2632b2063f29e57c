//! Templates become live resources again: the inverse of `emit`. Pure.
//!
//! A template may have been edited by somebody else, or not be ours at all: nothing here panics, and what can't be
//! understood is said. Must not know the service: identifiers and states are added by whoever asked for them.

pub mod activity;
mod body;
pub mod drift;
pub mod reported;
pub mod state;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use tonnage_base::{Market, Symbol};
use tonnage_cloud::cloud::LiveResource;
use tonnage_graph::{Holds, Reference};

use crate::emit::METADATA_VERSION;
use crate::functions::{GET_ATT, REF};

/// A template of ours, read.
#[derive(Clone, Debug)]
pub struct Template {
    /// The fleet it belongs to.
    pub fleet: Symbol,
    /// The unit, as it was named when it was written.
    pub unit: Symbol,
    /// What is in it, in order of address. Identifiers, attributes and running nodes are not in a template.
    pub resources: Vec<LiveResource>,
    /// What its outputs are, by name; those only that are of one resource.
    pub outputs: Vec<(Symbol, Reference)>,
    /// What could not be understood, in words.
    pub gaps: Vec<String>,
}

/// A template that can't be read as one of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It has none of our metadata: it belongs to somebody else.
    NotOurs,
    /// It is broken, or of a later version; in words.
    Broken(String),
}

/// Reads the template of the stack `stack`.
pub fn template(stack: Symbol, text: &str) -> Result<Template, Unreadable> {
    let root = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(root)) => root,
        // YAML, or something that was never a template: never ours.
        Ok(_) => return Err(Unreadable::NotOurs),
        Err(error) if text.trim_start().starts_with('{') => {
            return Err(Unreadable::Broken(format!("its template can't be read: {error}")));
        }
        Err(_) => return Err(Unreadable::NotOurs),
    };
    let Some(ours) = object(&root, "Metadata").and_then(|metadata| object(metadata, "Tonnage")) else {
        return Err(Unreadable::NotOurs);
    };
    let Some(fleet) = symbol(ours, "Fleet") else {
        return Err(Unreadable::Broken("its metadata does not name its fleet".into()));
    };
    let version = ours.get("Version").and_then(Value::as_u64).unwrap_or(0);
    if version != METADATA_VERSION {
        return Err(Unreadable::Broken(format!(
            "its metadata are of version {version}, and version {METADATA_VERSION} is what this program reads"
        )));
    }
    let empty = Map::new();
    let resources = object(&root, "Resources").unwrap_or(&empty);
    let names = Names::of(stack, ours, resources);

    let mut gaps = Vec::new();
    let mut live: Vec<LiveResource> = resources
        .iter()
        .filter_map(|(local, resource)| read_resource(stack, local, resource, &names, &mut gaps))
        .collect();
    live.sort_by(|a, b| a.address.cmp(&b.address));
    let mut last: Option<Box<str>> = None;
    for resource in &mut live {
        if last.as_ref() == Some(&resource.address) {
            gaps.push(format!(
                "stack {stack}: {} has the address {} of another resource; its template was edited by somebody else, and it \
                 goes when the stack is next updated",
                resource.local_name, resource.address
            ));
            resource.address = unmanaged(stack, &resource.local_name).as_str().into();
        } else {
            last = Some(resource.address.clone());
        }
    }
    live.sort_by(|a, b| a.address.cmp(&b.address));

    let mut outputs = Vec::new();
    for (name, output) in object(&root, "Outputs").unwrap_or(&empty) {
        if let Some(reference) = output.get("Value").and_then(|value| names.simple(value)) {
            outputs.push((Symbol::new(name), reference));
        }
    }
    outputs.sort_by_key(|(name, _)| *name);
    Ok(Template { fleet, unit: symbol(ours, "Unit").unwrap_or(stack), resources: live, outputs, gaps })
}

/// What the names of a template mean.
struct Names {
    meanings: FxHashMap<String, Meaning>,
}

#[derive(Clone, Copy)]
enum Meaning {
    Resource(Symbol),
    Parameter(Reference),
}

impl Names {
    fn of(stack: Symbol, ours: &Map<String, Value>, resources: &Map<String, Value>) -> Self {
        let mut meanings = FxHashMap::default();
        for (name, value) in object(ours, "Parameters").into_iter().flatten() {
            let mut parts = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(Symbol::new);
            if let Some(address) = parts.next() {
                let reference = Reference { address, attribute: parts.next() };
                meanings.insert(name.clone(), Meaning::Parameter(reference));
            }
        }
        for (local, resource) in resources {
            meanings.insert(local.clone(), Meaning::Resource(address_of(stack, local, resource)));
        }
        Self { meanings }
    }

    /// What `Ref` of a name refers to, or `Fn::GetAtt` with an attribute.
    fn reference(&self, name: &str, attribute: Option<&str>) -> Option<Reference> {
        match (self.meanings.get(name)?, attribute) {
            (Meaning::Resource(address), _) => {
                Some(Reference { address: *address, attribute: attribute.map(Symbol::new) })
            }
            (Meaning::Parameter(reference), None) => Some(*reference),
            (Meaning::Parameter(_), Some(_)) => None,
        }
    }

    /// The reference that a value is as a whole.
    fn simple(&self, value: &Value) -> Option<Reference> {
        let Value::Object(map) = value else { return None };
        let mut entries = map.iter();
        let (Some((key, argument)), None) = (entries.next(), entries.next()) else { return None };
        match key.as_str() {
            REF => self.reference(argument.as_str()?, None),
            GET_ATT => {
                let (name, attribute) = match argument {
                    Value::String(dotted) => dotted.split_once('.')?,
                    Value::Array(parts) => match parts.as_slice() {
                        [Value::String(name), Value::String(attribute)] => (name.as_str(), attribute.as_str()),
                        _ => return None,
                    },
                    _ => return None,
                };
                self.reference(name, Some(attribute))
            }
            _ => None,
        }
    }
}

fn read_resource(
    stack: Symbol,
    local: &str,
    resource: &Value,
    names: &Names,
    gaps: &mut Vec<String>,
) -> Option<LiveResource> {
    let Some(kind) = resource.as_object().and_then(|map| symbol(map, "Type")) else {
        gaps.push(format!("stack {stack}: {local} has no type; its template was edited"));
        return None;
    };
    let address = address_of(stack, local, resource);
    let empty = Map::new();
    let kept = kept(resource).unwrap_or(&empty);
    if symbol(kept, "Address").is_none() {
        gaps.push(format!(
            "stack {stack}: {local} ({kind}) was added by somebody else; it goes when the stack is next updated"
        ));
    }
    let secrets = kept.get("Secrets").and_then(Value::as_array).into_iter().flatten();
    let mut body = body::Body::new(names, secrets.filter_map(Value::as_str).map(Symbol::new));
    let applied = body.write(resource.get("Properties").unwrap_or(&Value::Null));
    for function in body.foreign {
        gaps.push(format!("stack {stack}: {local} ({kind}) uses {function}, which Tonnage does not write"));
    }
    let policy =
        |key: &str| matches!(resource.get(key).and_then(Value::as_str), Some("Retain" | "RetainExceptOnCreate"));
    Some(LiveResource {
        address: address.as_str().into(),
        local_name: local.into(),
        kind,
        applied,
        actual: None,
        reported: None,
        recorded: None,
        physical_id: None,
        attributes: Vec::new(),
        holds: object(kept, "Holds").and_then(holds),
        running: None,
        older: Box::default(),
        depends_on: depends_on(resource, kept, names),
        retain_on_delete: policy("DeletionPolicy"),
        retain_on_replace: policy("UpdateReplacePolicy"),
        delete_first: kept.get("DeleteFirst").and_then(Value::as_bool).unwrap_or(false),
        update_policy: resource.get("UpdatePolicy").and_then(|policy| {
            let mut values = tonnage_graph::Values::new();
            let id = values.from_json(&policy.to_string()).ok()?;
            Some(Symbol::new(&values.to_json(id)))
        }),
    })
}

fn depends_on(resource: &Value, kept: &Map<String, Value>, names: &Names) -> Vec<Symbol> {
    if let Some(addresses) = kept.get("DependsOn").and_then(Value::as_array) {
        return addresses.iter().filter_map(Value::as_str).map(Symbol::new).collect();
    }
    let locals: Vec<&str> = match resource.get("DependsOn") {
        Some(Value::String(local)) => vec![local],
        Some(Value::Array(locals)) => locals.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    locals.into_iter().filter_map(|local| names.reference(local, None)).map(|reference| reference.address).collect()
}

fn holds(map: &Map<String, Value>) -> Option<Holds> {
    Some(Holds {
        shape: symbol(map, "Shape")?,
        zone: symbol(map, "Zone"),
        nodes: u32::try_from(map.get("Nodes")?.as_u64()?).ok()?,
        market: Market::parse(map.get("Market")?.as_str()?)?,
        reserves_only: map.get("ReservesOnly").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// The address kept with a resource; for a stranger's resource, one that no block can have.
fn address_of(stack: Symbol, local: &str, resource: &Value) -> Symbol {
    kept(resource).and_then(|kept| symbol(kept, "Address")).unwrap_or_else(|| unmanaged(stack, local))
}

/// The address of what somebody else put into a stack.
fn unmanaged(stack: Symbol, local: &str) -> Symbol {
    Symbol::new(&format!("unmanaged[{:?}].{local}", stack.as_str()))
}

fn kept(resource: &Value) -> Option<&Map<String, Value>> {
    object(object(resource.as_object()?, "Metadata")?, "Tonnage")
}

fn object<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    map.get(key)?.as_object()
}

fn symbol(map: &Map<String, Value>, key: &str) -> Option<Symbol> {
    map.get(key)?.as_str().filter(|text| !text.is_empty()).map(Symbol::new)
}
