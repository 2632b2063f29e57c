//! Bodies from before a rename. A cloud knows resources by their names inside the unit and compares values, so what
//! only bears another address is the same thing. Must not know what is renamed why.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tonnage_graph::{Reference, ValueId, Values};
use tonnage_plan::moved::map_references;

use super::stored::key;

/// The body from before with each reference under the address it bears now, where it stands for the same value; and the
/// values its references stood for.
pub(super) fn adopt(
    values: &mut Values,
    before: ValueId,
    after: ValueId,
    resolved: &BTreeMap<String, String>,
    now: &dyn Fn(Reference) -> Option<String>,
) -> (ValueId, BTreeMap<String, String>) {
    let mut was = resolved.clone();
    let (old, new) = (values.references(before), values.references(after));
    let mut names: FxHashMap<Reference, Reference> = FxHashMap::default();
    for &reference in old.iter().filter(|reference| !new.contains(reference)) {
        let Some(value) = resolved.get(&key(reference)) else { continue };
        let same = |other: &&Reference| {
            !old.contains(other) && other.attribute == reference.attribute && now(**other).as_ref() == Some(value)
        };
        if let Some(&other) = new.iter().find(same) {
            was.insert(key(other), value.clone());
            names.insert(reference, other);
        }
    }
    if names.is_empty() {
        return (before, was);
    }
    let mut rename = |values: &mut Values, reference: Reference| {
        values.reference(names.get(&reference).copied().unwrap_or(reference))
    };
    (map_references(values, before, &mut FxHashMap::default(), &mut rename), was)
}
