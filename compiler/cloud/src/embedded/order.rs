//! In which order the resources of a unit come and go, and what is wrong with a request as a whole. Must not know what
//! is done to them.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_graph::dag::Dag;
use tonnage_graph::{Reference, ResourceId, Secret, ValueId, Values};
use tonnage_plan::model::Unit;

use super::stored::{StoredResource, address_of};
use crate::cloud::CloudError;

/// The members by position, each after what it waits for, with their bodies.
pub(super) fn members(
    unit: &Unit,
    values: &mut Values,
    is_parameter: &dyn Fn(Reference) -> bool,
) -> Result<Vec<(usize, ValueId)>, CloudError> {
    let refuse = |reason: String| CloudError::Refused { operation: format!("unit {}", unit.name), reason };
    let mut by_address: FxHashMap<Symbol, u32> = FxHashMap::default();
    let mut locals: FxHashSet<Symbol> = FxHashSet::default();
    for (position, member) in (0..).zip(&unit.members) {
        if by_address.insert(member.address, position).is_some() || !locals.insert(member.local_name) {
            return Err(refuse(format!("{} ({}) is in it twice", member.address, member.local_name)));
        }
    }
    let mut bodies = Vec::with_capacity(unit.members.len());
    let mut edges: Vec<(ResourceId, ResourceId)> = Vec::new();
    for (position, member) in (0..).zip(&unit.members) {
        let body = values
            .from_json(&member.body)
            .map_err(|e| refuse(format!("the body of {} can't be read: {e}", member.address)))?;
        bodies.push(body);
        for reference in values.references(body) {
            match by_address.get(&reference.address) {
                Some(&target) => edges.push((ResourceId(position), ResourceId(target))),
                None if is_parameter(reference) || matches!(reference.secret(), Some(Secret::Stored(_))) => {}
                None => {
                    return Err(refuse(format!(
                        "{} refers to {}, which is not there",
                        member.address, reference.address
                    )));
                }
            }
        }
        for address in &member.depends_on {
            match by_address.get(address) {
                Some(&target) => edges.push((ResourceId(position), ResourceId(target))),
                None => return Err(refuse(format!("{} waits for {address}, which is not there", member.address))),
            }
        }
    }
    for output in &unit.outputs {
        if !by_address.contains_key(&output.reference.address) {
            return Err(refuse(format!(
                "output {} refers to {}, which is not there",
                output.name, output.reference.address
            )));
        }
    }
    let dag = Dag::new(unit.members.len(), edges).map_err(|cycles| {
        let names =
            cycles.iter().flatten().filter_map(|id| unit.members.get(id.0 as usize)).map(|m| m.address.as_str());
        refuse(format!("circular dependency between {}", names.collect::<Vec<_>>().join(", ")))
    })?;
    let with_body = |id: &ResourceId| bodies.get(id.0 as usize).map(|&body| (id.0 as usize, body));
    Ok(dag.order().iter().filter_map(with_body).collect())
}

/// Positions, each before what it waits for: the order of deletion.
pub(super) fn reverse(resources: &[StoredResource]) -> Vec<usize> {
    let by_address: FxHashMap<&str, u32> = (0..).zip(resources).map(|(i, r)| (&*r.address, i)).collect();
    let mut edges = Vec::new();
    for (position, resource) in (0..).zip(resources) {
        let waits = resource.resolved.keys().map(|key| address_of(key));
        for address in waits.chain(resource.depends_on.iter().map(|a| a.0.as_str())) {
            if let Some(&target) = by_address.get(address)
                && target != position
            {
                edges.push((ResourceId(position), ResourceId(target)));
            }
        }
    }
    let ids: Vec<ResourceId> = match Dag::new(resources.len(), edges) {
        Ok(dag) => dag.order().to_vec(),
        // Moved about between updates, stored names may form a ring; then any order is as good.
        Err(_) => (0..).zip(resources).map(|(i, _)| ResourceId(i)).collect(),
    };
    ids.iter().rev().map(|id| id.0 as usize).collect()
}
