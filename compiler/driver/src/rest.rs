//! Units that rest: all that is in them was found as it is asked for before any of it was made, so that a plan need not
//! look at what is in them. Must not know any cloud.
//!
//! A unit is looked into as ever where anything may come of it: where it is not ready, gives values to others, holds
//! nodes, is the last of its row (what is new comes into that one), or where somebody changed something in it.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{LiveResource, LiveUnit, UnitState};
use tonnage_graph::{Disposal, Place, Site, Standing, Wanted};
use tonnage_lang::Intent;
use tonnage_plan::names;

use crate::{compile, live::Observed, preflight, settings::Settings};

/// What stands in units that may rest.
pub struct Rest<'o> {
    units: Vec<Unit>,
    members: Vec<Member<'o>>,
    /// Members by what their addresses hash to.
    at: FxHashMap<u64, u32>,
    /// Where the last one was found: members are mostly asked for in their order.
    next: usize,
    /// Types of which every single resource is looked at: those that are counted, and those that write into others.
    counted: FxHashSet<Symbol>,
}

struct Unit {
    site: Site,
    /// Members that were not found as they are wanted, so far.
    open: usize,
    awake: bool,
}

struct Member<'o> {
    unit: usize,
    live: &'o LiveResource,
}

impl<'o> Rest<'o> {
    /// Of what was observed; none where nothing may rest. Where something is renamed, taken in, let go or left alone by
    /// its address, all addresses are looked at.
    pub fn of(observed: &'o Observed, intent: &Intent, settings: &Settings) -> Option<Self> {
        let named = intent.moved.len() + intent.removed.len() + intent.imports.len() + settings.ignore_drift.len();
        let named = named + settings.revert_drift.len();
        if named > 0 {
            return None;
        }
        let last = last_of_rows(observed);
        let stores = compile::effects().into_iter().flat_map(|effects| effects.stores());
        let writers = compile::volatile().into_iter().flat_map(|volatile| volatile.all_parts().map(|part| part.kind));
        let mut rest = Self {
            units: Vec::with_capacity(observed.units.len()),
            members: Vec::new(),
            at: FxHashMap::default(),
            next: 0,
            counted: preflight::counted().into_iter().chain(stores).chain(writers).collect(),
        };
        let mut twice = Vec::new();
        for (number, (site, unit)) in observed.units.iter().enumerate() {
            let fit = may_rest(unit) && !last.contains(&(*site, unit.name));
            rest.units.push(Unit { site: *site, open: unit.resources.len(), awake: !fit });
            for live in &unit.resources {
                let (hash, id) = (hash(&live.address), u32::try_from(rest.members.len()).ok()?);
                // what is in two units, or seems to be, is in neither for certain
                twice.extend(rest.at.insert(hash, id).map(|first| (first, number)));
                rest.members.push(Member { unit: number, live });
            }
        }
        for (first, second) in twice {
            let first = rest.members.get(first as usize).map(|member| member.unit);
            for number in first.into_iter().chain([second]) {
                if let Some(unit) = rest.units.get_mut(number) {
                    unit.awake = true;
                }
            }
        }
        rest.units.iter().any(|unit| !unit.awake).then_some(rest)
    }

    /// Whether each of the observed units rests.
    pub fn resting(self) -> Vec<bool> {
        self.units.into_iter().map(|unit| unit.rests()).collect()
    }
}

fn hash(address: &str) -> u64 {
    FxBuildHasher.hash_one(address)
}

impl Unit {
    fn rests(&self) -> bool {
        !self.awake && self.open == 0
    }
}

impl Standing for Rest<'_> {
    fn may_rest(&self, kind: Symbol) -> bool {
        !self.counted.contains(&kind)
    }

    fn hold(&mut self, address: &str, wanted: Wanted, says: &mut dyn FnMut(&str) -> bool) -> Option<Place> {
        let found = match self.members.get(self.next) {
            Some(next) if *next.live.address == *address => self.next,
            _ => *self.at.get(&hash(address))? as usize,
        };
        self.next = found + 1;
        let Member { unit: number, live } = self.members.get(found).filter(|found| *found.live.address == *address)?;
        let unit = self.units.get_mut(*number).filter(|unit| !unit.awake)?;
        let on_delete = if live.retain_on_delete { Disposal::Retain } else { Disposal::Delete };
        if (live.kind, unit.site, on_delete) == (wanted.kind, wanted.site, wanted.on_delete) && says(&live.applied) {
            unit.open = unit.open.saturating_sub(1);
            return Some(Place(u32::try_from(*number).ok()?));
        }
        unit.awake = true;
        None
    }

    fn rests(&self, place: Place) -> bool {
        self.units.get(place.0 as usize).is_some_and(Unit::rests)
    }
}

/// Units whose number is the highest of those called alike. One without a number is alone in its row.
fn last_of_rows(observed: &Observed) -> FxHashSet<(Site, Symbol)> {
    let mut rows: BTreeMap<(Site, &str), (u32, Symbol)> = BTreeMap::new();
    for (site, unit) in &observed.units {
        let name = unit.name.as_str();
        let stem = name.rsplit_once('-').map_or(name, |(stem, _)| stem);
        let (stem, number) = match names::unit_number(unit.name, stem) {
            Some(number) => (stem, number),
            None => (name, 0),
        };
        let last = rows.entry((*site, stem)).or_insert((number, unit.name));
        *last = (*last).max((number, unit.name));
    }
    rows.into_iter().map(|((site, _), (_, name))| (site, name)).collect()
}

fn may_rest(unit: &LiveUnit) -> bool {
    let as_applied = |live: &LiveResource| {
        live.physical_id.is_some()
            && live.actual.is_none()
            && !live.strays()
            && live.holds.is_none()
            && live.running.is_none()
            && live.depends_on.is_empty()
            && live.update_policy.is_none()
    };
    unit.state == UnitState::Ready && unit.outputs.is_empty() && unit.resources.iter().all(as_applied)
}
