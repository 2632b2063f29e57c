//! Reading back: never trust a status alone. Must not know why something is missing.

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{LiveResource, LiveUnit, Shortfall};
use tonnage_plan::{Unit, UnitOperation};

/// What a unit is like beside what it should be like.
#[derive(Debug, PartialEq)]
pub(crate) enum Comparison {
    /// As planned.
    AsPlanned,
    /// As planned, but these groups are not full.
    Short(Vec<Shortfall>),
    /// These are missing; for a deletion, these are still there.
    NotThere(Vec<Symbol>),
}

/// Compares a unit with what is there.
pub(crate) fn compare(unit: &Unit, live: Option<&LiveUnit>) -> Comparison {
    if unit.operation == UnitOperation::Delete {
        let left: Vec<Symbol> = live.into_iter().flat_map(|live| &live.resources).map(|r| r.at()).collect();
        return if left.is_empty() { Comparison::AsPlanned } else { Comparison::NotThere(left) };
    }
    let there: FxHashMap<&str, &LiveResource> =
        live.into_iter().flat_map(|live| &live.resources).map(|r| (&*r.local_name, r)).collect();
    let mut missing = Vec::new();
    let mut short = Vec::new();
    for member in &unit.members {
        let Some(found) =
            there.get(member.local_name.as_str()).filter(|r| r.physical_id.is_some() && r.kind == member.kind)
        else {
            missing.push(member.address);
            continue;
        };
        if let (Some(holds), Some(running)) = (member.holds.filter(|h| !h.reserves_only), found.running)
            && running < holds.nodes
        {
            short.push(Shortfall {
                address: member.address,
                asked: holds.nodes,
                running,
                reason: "NotFilled".to_owned(),
            });
        }
    }
    match (missing.is_empty(), short.is_empty()) {
        (false, _) => Comparison::NotThere(missing),
        (true, false) => Comparison::Short(short),
        (true, true) => Comparison::AsPlanned,
    }
}
