//! Everything of a fleet in one region, in bulk: one listing of names, one of descriptions, two calls for each stack
//! that is ours by its name. Must not change anything.

use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, LiveUnit, ObserveRequest};
use tonnage_plan::names;

use super::region::{Region, side_by_side};
use super::stacks::Seen;
use super::{control, drift, groups};
use crate::read::state;

/// The fleet's units in a region, in order of name, and what could not be read.
pub async fn region(
    region: &Region,
    request: &ObserveRequest,
    cancel: &Cancel,
) -> Result<(Vec<LiveUnit>, Vec<String>), CloudError> {
    let names = region.list_stacks(&prefix(request.fleet), &state::LIVE, cancel).await?;
    if names.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let stacks = region.describe_stacks(cancel).await?;
    let found = names.iter().filter_map(|name| stacks.get(name));
    let reads = found.map(|stack| region.read(stack, Some(request.fleet), cancel)).collect();
    let seen: Vec<Seen> = side_by_side(reads).await?;

    let (mut units, mut gaps) = (Vec::new(), Vec::new());
    for seen in seen {
        match seen {
            Seen::Ours(seen) => {
                units.push(seen.unit);
                gaps.extend(seen.gaps);
            }
            Seen::Others => {}
            // what runs in it would be made a second time
            Seen::Unreadable(reason) => {
                return Err(CloudError::Corrupt { place: format!("AWS in {}", region.name), reason });
            }
        }
    }
    groups::count(region, &mut units, &mut gaps, cancel).await?;
    if request.drift {
        let looks = units.iter_mut().map(|unit| drift::look(region, unit, cancel)).collect();
        let found: Vec<Vec<String>> = side_by_side(looks).await?;
        gaps.extend(found.into_iter().flatten());
        gaps.extend(control::look(region, &mut units, cancel).await?);
    }
    Ok((units, gaps))
}

/// How the names of a fleet's stacks begin. Other fleets' may begin so too: templates say whose they are.
pub fn prefix(fleet: Symbol) -> String {
    // The end of a very long name gives way to a hash in the names of stacks.
    let beginning: String = fleet.as_str().chars().take(40).collect();
    names::unit_base(Symbol::new(&beginning), Symbol::new(""), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_a_fleet_begins_with_its_prefix() {
        for fleet in ["serving", "my__fleet.x", "2026", &"very_long_".repeat(20)] {
            for scope in ["pool.chat", "network.default", &"z".repeat(200)] {
                for told_apart in [false, true] {
                    let base = names::unit_base(Symbol::new(fleet), Symbol::new(scope), told_apart);
                    assert!(base.starts_with(&prefix(Symbol::new(fleet))), "{fleet} {scope} {base}");
                }
            }
        }
    }
}
