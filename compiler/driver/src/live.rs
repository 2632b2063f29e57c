//! What was observed, as a graph of the same type as the desired one. Must not know any cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use tonnage_base::{Diagnostic, Market, Severity, Symbol, codes::driver as codes};
use tonnage_cloud::cloud::{LiveResource, LiveUnit, NOTHING_BESIDE, Observation};
use tonnage_graph::{
    Disposal, Lifecycle, Live, ReplaceOrder, Resource, ResourceGraph, Site, ValueId, Values, secret::conceal,
};
use tonnage_lang::Intent;
use tonnage_ledger::{Reported, UnitKey, reported::UNREAD};
use tonnage_place::availability::{Availability, Free, Standing};
use tonnage_plan::{effects, moved::current};

use crate::{compile, differ::moves};

/// What was observed in all clouds of a fleet.
#[derive(Default)]
pub struct Observed {
    /// Live resources of all clouds: those of the units that were settled.
    pub graph: ResourceGraph,
    /// Units, with the name of their `cloud` block. Settling moves their resources into the graph.
    pub units: Vec<(Site, LiveUnit)>,
    /// How many resources each unit holds, those included that could not be read.
    pub resources: BTreeMap<(Site, Symbol), usize>,
    /// Units of which nothing is in the graph, nor in the desired one: all that is in them is as it is asked for.
    pub resting: BTreeSet<(Site, Symbol)>,
    /// Known capacity.
    pub availability: Availability,
    /// What could not be read, in words.
    pub gaps: Vec<String>,
    /// Nodes that ran in groups which their last apply left with less than was asked for, by address.
    pub short: BTreeMap<String, u32>,
    /// How many units have properties that no file sets, of which nothing is on record.
    pub unrecorded: usize,
}

impl Observed {
    /// Adds what one cloud showed. Bodies stay text until they are settled.
    pub fn add(&mut self, cloud: Symbol, observation: Observation) {
        self.gaps.extend(observation.gaps.into_iter().map(|gap| format!("{cloud}: {gap}")));
        self.availability.free.extend(observation.capacity.into_iter().map(|known| Free {
            cloud,
            region: known.region,
            zone: known.zone,
            shape: known.shape,
            market: known.market,
            reservation: known.reservation,
            nodes: known.nodes,
            source: known.source,
        }));
        for unit in observation.units {
            let site = Site { cloud, region: unit.region };
            self.resources.insert((site, unit.name), unit.resources.len());
            self.units.push((site, unit));
        }
    }

    /// Lays what is on record of properties that no file sets beside what is reported of them. Gives how many units
    /// have such properties and are not on record.
    pub fn recall(&mut self, record: &Reported) -> usize {
        let [nothing, unread] = [NOTHING_BESIDE, UNREAD].map(Symbol::new);
        let mut unknown = 0;
        for (site, unit) in &mut self.units {
            let key = UnitKey {
                cloud: site.cloud.as_str().to_owned(),
                region: site.region.as_str().to_owned(),
                name: unit.name.as_str().to_owned(),
            };
            let Some(known) = record.0.get(&key) else {
                let has = |live: &LiveResource| live.reported.is_some_and(|reported| reported != nothing);
                unknown += usize::from(unit.resources.iter().any(has));
                continue;
            };
            for live in &mut unit.resources {
                let recorded = known.get(&live.local_name).copied().unwrap_or(nothing);
                live.recorded = Some(recorded).filter(|recorded| *recorded != unread);
            }
        }
        unknown
    }

    /// Forgets what is in units that rest, each said by its position.
    pub fn rest(&mut self, resting: &[bool]) {
        for ((site, unit), _) in self.units.iter_mut().zip(resting).filter(|(_, rests)| **rests) {
            unit.resources = Vec::new();
            self.resting.insert((*site, unit.name));
        }
    }

    /// Reads the bodies of all live resources into `values` and moves the resources into the graph. A body that says
    /// what the one `desired` at its address says is that one: most of a large fleet stays as it is, and is not read
    /// again.
    pub fn settle(&mut self, desired: &ResourceGraph, values: &mut Values, diagnostics: &mut Vec<Diagnostic>) {
        let mut last = Arc::new(Lifecycle::default());
        for (site, unit) in &mut self.units {
            let cloud = site.cloud;
            for live in std::mem::take(&mut unit.resources) {
                let address = live.at();
                let like = desired.find(address).and_then(|id| desired.get(id)).map(|resource| resource.body);
                match resource((*site, unit.name), address, live, like, &mut last, values) {
                    Ok(resource) => {
                        if self.graph.add(resource).is_err() {
                            self.gaps.push(format!(
                                "{cloud}: {address} is in more than one unit; the one in {} is left alone",
                                unit.name
                            ));
                        }
                    }
                    Err(reason) => diagnostics.push(
                        Diagnostic::new(
                            Severity::Error,
                            codes::T0904,
                            format!("what {cloud} keeps of `{address}` in unit {} can't be read: {reason}", unit.name),
                        )
                        .with_help(
                            "restore the unit's document from the last record of the ledger, or use the version that wrote it",
                        ),
                    ),
                }
            }
        }
    }

    /// Where pools stand, before anything is settled: nodes of groups by pool and option. Addresses are
    /// `pool.chat.primary.nodes["use2-az1/001"]`.
    pub fn standing(&self, intent: &Intent) -> Vec<Standing> {
        let pools: FxHashSet<&str> = intent.pools.iter().map(|pool| pool.address.as_str()).collect();
        let mut standing: BTreeMap<(Symbol, Symbol), Standing> = BTreeMap::new();
        let moved = moves(intent, &intent.moved);
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for (site, resource) in self.units.iter().flat_map(|(site, unit)| unit.resources.iter().map(|r| (*site, r))) {
            let Some(holds) = resource.holds.filter(|holds| !holds.reserves_only) else { continue };
            let address = match moved.as_slice() {
                [] => &*resource.address,
                moved => current(Symbol::new(&resource.address), moved).as_str(),
            };
            let path = address.rsplit_once("[\"").and_then(|(path, _)| path.rsplit_once('.'));
            let Some((pool, option)) = path.and_then(|(path, _)| path.rsplit_once('.')) else { continue };
            if resource.physical_id.is_none() || !pools.contains(pool) {
                continue;
            }
            let (pool, option) = (Symbol::new(pool), Symbol::new(option));
            if !seen.insert(address) {
                continue;
            }
            let (asked, running) = (u64::from(holds.nodes), resource.running.map(u64::from));
            // what has got more since is filling
            let is_short = running.is_some_and(|running| {
                let then = self.short.get(&*resource.address);
                running < asked && then.is_some_and(|then| running <= u64::from(*then))
            });
            let reserved = if holds.market == Market::Reserved { asked } else { 0 };
            standing
                .entry((pool, option))
                .and_modify(|all| {
                    all.asked += asked;
                    all.reserved += reserved;
                    all.short |= is_short;
                    all.running = all.running.zip(running).map(|(one, more)| one + more);
                })
                .or_insert(Standing { pool, option, cloud: site.cloud, asked, reserved, running, short: is_short });
        }
        standing.into_values().collect()
    }
}

fn resource(
    (site, unit): (Site, Symbol),
    address: Symbol,
    live: LiveResource,
    like: Option<ValueId>,
    last: &mut Arc<Lifecycle>,
    values: &mut Values,
) -> Result<Resource, String> {
    let applied = match like.filter(|&like| values.is_json(like, &live.applied)) {
        Some(like) => like,
        None => values.from_json(&live.applied).map_err(|error| error.to_string())?,
    };
    let body = match &live.actual {
        Some(actual) => {
            let actual = values.from_json(actual).map_err(|error| error.to_string())?;
            conceal(values, applied, actual)
        }
        None => applied,
    };
    // a number that others wrote is what there is, or comes to be: never more than that
    let written = || {
        let kind = live.actual.as_ref().and(Some(live.kind))?;
        u32::try_from(effects::size(compile::effects().ok()?, values, kind, body)?).ok()
    };
    let running = match (live.holds, live.running) {
        (Some(holds), None) if holds.reserves_only => written(),
        (Some(_), Some(running)) => Some(written().map_or(running, |written| running.min(written))),
        (_, running) => running,
    };
    let (recorded, reported) = match live.recorded {
        Some(recorded) if recorded != NOTHING_BESIDE || live.strays() => {
            let mut read = |text: Symbol| values.from_json(text.as_str()).map_err(|error| error.to_string());
            (Some(read(recorded)?), live.reported.map(read).transpose()?)
        }
        _ => (None, None),
    };
    let disposal = |retain: bool| if retain { Disposal::Retain } else { Disposal::Delete };
    let lifecycle = Lifecycle {
        on_delete: disposal(live.retain_on_delete),
        on_replace: disposal(live.retain_on_replace),
        order: if live.delete_first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst },
        ignore: Vec::new(),
        owned: Vec::new(),
        update_policy: live.update_policy,
    };
    if **last != lifecycle {
        *last = Arc::new(lifecycle);
    }
    Ok(Resource {
        address,
        kind: live.kind,
        body,
        site,
        scope: unit,
        depends_on: live.depends_on,
        lifecycle: Arc::clone(last), // neighbours mostly have the same
        holds: live.holds,
        declared: None,
        live: Some(Box::new(Live {
            unit,
            local_name: live.local_name,
            physical_id: live.physical_id,
            attributes: live.attributes,
            applied: Some(applied),
            recorded,
            reported,
            running,
            older: live.older,
            importing: false,
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_cloud::cloud::UnitState;

    #[test]
    fn a_body_that_is_not_ours_stops_the_plan_and_names_the_resource() {
        let live = LiveResource {
            address: "resource.vpc".into(),
            local_name: "Vpc".into(),
            kind: Symbol::new("T"),
            applied: "{\"$ref\": 7}".to_owned(),
            actual: None,
            reported: None,
            recorded: None,
            physical_id: Some("vpc-1".into()),
            attributes: Vec::new(),
            holds: None,
            running: None,
            older: Box::default(),
            depends_on: Vec::new(),
            retain_on_delete: false,
            retain_on_replace: false,
            delete_first: false,
            update_policy: None,
        };
        let unit = LiveUnit {
            name: Symbol::new("u"),
            region: Symbol::new("r"),
            fingerprint: String::new(),
            state: UnitState::Ready,
            resources: vec![live],
            outputs: Vec::new(),
        };
        let (mut observed, mut diagnostics) = (Observed::default(), Vec::new());
        let observation = Observation { units: vec![unit], ..Observation::default() };
        observed.add(Symbol::new("c"), observation);
        observed.settle(&ResourceGraph::new(), &mut Values::new(), &mut diagnostics);
        assert_eq!(diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["T0904"]);
        assert!(diagnostics[0].message.contains("resource.vpc"));
    }
}
