//! What a saved plan was made from against what is there instead, property by property: why it is refused. Must not
//! know how it is shown.

use std::collections::BTreeMap;

use tonnage_apply::MovedUnit;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::Observation;
use tonnage_graph::{Node, Resource, ResourceGraph, ValueId, Values};
use tonnage_plan::{
    Plan, UnitOperation,
    compare::Comparison,
    diff::{Difference, differences},
    moved::LiveView,
};
use tonnage_report::{values::show, words};
use tonnage_schema::Schemas;

use crate::live::Observed;

/// Characters of a value.
const TEXT: usize = 60;

/// Something that is not as it was when the plan was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The resource.
    pub address: Symbol,
    /// Its property; empty: the resource as a whole.
    pub path: String,
    /// As the plan knows it.
    pub was: String,
    /// As it is.
    pub is: String,
}

/// What has moved in units that are not as they were, in order of address. A unit that the plan only takes values from
/// is not kept in it: of such a one nothing more is known.
pub fn moved(plan: &Plan, schemas: &Schemas, units: &[MovedUnit]) -> Vec<Moved> {
    let mut values = plan.values.clone();
    let mut was = BTreeMap::new();
    let mut observed = Observed::default();
    for moved in units.iter().filter(|moved| moved.grown.is_empty()) {
        let Some(unit) = plan.unit(moved.unit).filter(|unit| unit.operation != UnitOperation::Keep) else { continue };
        was.extend(known(plan, moved, &mut values));
        let units = moved.live.iter().cloned().collect();
        observed.add(unit.site.cloud, Observation { units, ..Observation::default() });
    }
    observed.settle(&ResourceGraph::new(), &mut values, &mut Vec::new());
    let nothing = ResourceGraph::new();
    let live = LiveView::new(&observed.graph, &nothing, &[], &mut Vec::new());
    let is: BTreeMap<Symbol, &Resource> = observed
        .graph
        .iter()
        .filter(|(_, resource)| values.node(resource.body) != Node::Null)
        .map(|(_, resource)| (resource.address, resource))
        .collect();
    let mut found = Vec::new();
    for (address, (kind, body)) in &was {
        let Some(now) = is.get(address) else {
            found.push(whole(*address, "there", "gone"));
            continue;
        };
        let comparison = Comparison {
            values: &values,
            live: &live,
            kind: schemas.get(*kind),
            unknown_as_reference: false,
            policy: false,
        };
        let told = differences(&comparison, *body, *body, now.body);
        let told = told.iter().filter(|difference| is_told(&values, difference));
        found.extend(told.map(|difference| Moved {
            address: *address,
            path: difference.path.clone(),
            was: show(&values, difference.applied, TEXT),
            is: show(&values, difference.before, TEXT),
        }));
    }
    found.extend(
        is.keys().filter(|address| !was.contains_key(address)).map(|address| whole(*address, "not there", "there")),
    );
    let run = |nodes: u32| format!("{} running", words::count(u64::from(nodes), "node"));
    let grown = units.iter().flat_map(|moved| &moved.grown);
    found.extend(grown.map(|group| whole(group.address, &run(group.counted), &run(group.running))));
    found.sort_by(|a, b| (a.address.as_str(), &a.path).cmp(&(b.address.as_str(), &b.path)));
    found
}

fn whole(address: Symbol, was: &str, is: &str) -> Moved {
    Moved { address, path: String::new(), was: was.to_owned(), is: is.to_owned() }
}

/// What the plan knows of a unit before it: what changes as it was, what stays as it is to be.
fn known(plan: &Plan, moved: &MovedUnit, values: &mut Values) -> BTreeMap<Symbol, (Symbol, ValueId)> {
    let mut known = BTreeMap::new();
    for member in plan.unit(moved.unit).into_iter().flat_map(|unit| &unit.members) {
        if let Ok(body) = values.from_json(&member.body) {
            known.insert(member.address, (member.kind, body));
        }
    }
    for change in plan.changes_of(moved.unit) {
        known.remove(&change.address);
        if let Some(before) = change.before {
            known.insert(change.previous_address.unwrap_or(change.address), (change.kind, before));
        }
    }
    known
}

/// Where the plan has a reference and the cloud gives back an identifier nobody can say whether they are the same.
fn is_told(values: &Values, difference: &Difference) -> bool {
    let refers =
        |id: Option<ValueId>| id.is_some_and(|id| matches!(values.node(id), Node::Reference(_) | Node::Join(_)));
    refers(difference.applied) == refers(difference.before)
}
