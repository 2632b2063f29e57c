//! What a plan says beside its changes: placement in words, nodes held, prices, places.
//!
//! Must not decide anything.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Decimal, Market, SourceMap, Symbol, quantity::Money};
use tonnage_graph::{ReplaceOrder, ResourceGraph, Site};
use tonnage_lang::{
    Intent, Value,
    intent::{CapacityKind, Pool},
};
use tonnage_place::{Placement, PriceBook, placement::PlacedPool, window};
use tonnage_plan::{
    Action, Change, Choice, DriftedProperty, Plan,
    effects::Case,
    model::{FallsBack, LookupSummary, NotFull, Place, PlacementSummary, RejectionSummary, ShapeFacts, SliceSummary},
    money::Held,
};

use tonnage_schema::{PathStep, effects::Occasion};

use crate::{compile, settings::Settings, tables};

/// Each pool's placement in words.
pub fn placements(intent: &Intent, placement: &Placement, plan: &Plan, sources: &SourceMap) -> Vec<PlacementSummary> {
    placement.pools.iter().map(|placed| pool(intent, placed, plan, sources)).collect()
}

fn pool(intent: &Intent, placed: &PlacedPool, plan: &Plan, sources: &SourceMap) -> PlacementSummary {
    let (as_of, shapes) = (plan.as_of, plan.shapes.as_slice());
    let pool = &intent.pools[placed.pool];
    let slices = placed.slices.iter().map(|slice| {
        let capacity = slice.capacity.map(|capacity| &intent.capacities[capacity]);
        let ends = capacity.and_then(|capacity| window::outlived(pool, capacity)).map(|end| end.value);
        let shape = intent.catalog.shapes[slice.shape].name;
        let at_end = ends.and_then(|_| at_end(&capacity?.kind, intent.clouds[slice.cloud].kind, shape));
        SliceSummary {
            option: slice.option.as_str().to_owned(),
            site: Site { cloud: intent.clouds[slice.cloud].name.value, region: slice.region },
            zone: slice.zone,
            shape,
            market: Symbol::new(slice.market.as_str()),
            capacity: capacity.map(|capacity| capacity.address),
            nodes: slice.nodes,
            groups: slice.groups.len() as u64,
            price: slice.price,
            begins: window::early(pool, capacity, as_of),
            ends,
            at_end: at_end.unwrap_or_default(),
        }
    });
    let slices: Vec<SliceSummary> = slices.collect();
    let rejected = placed.rejected.iter().map(|rejection| RejectionSummary {
        option: rejection.option.as_str().to_owned(),
        reason: rejection.reason.to_owned(),
        text: rejection.text.clone(),
        price_difference: rejection.price_difference,
        place: sources.place(rejection.span),
    });
    PlacementSummary {
        pool: pool.address.to_string(),
        sizing: placed
            .sizing
            .steps
            .iter()
            .cloned()
            .chain(placed.proposal.clone())
            .chain(scales(pool, &slices, shapes))
            .collect(),
        ends: window::end(pool, as_of).map(|(_, last)| last.value),
        slices,
        rejected: rejected.collect(),
        falls_back: placed.falls_back.as_ref().map(|fallen| FallsBack {
            from: fallen.from.to_string(),
            to: fallen.to.to_string(),
            why: fallen.why.clone(),
            leaves_cloud: fallen.clouds.is_some(),
            is_chosen: fallen.is_chosen,
        }),
    }
}

/// Between which sizes an autoscaler moves a pool, and what the least and the most of them cost; none: it moves none.
fn scales(pool: &Pool, slices: &[SliceSummary], shapes: &[ShapeFacts]) -> Option<String> {
    let (min, max) = (pool.size.min?.value, pool.size.max?.value);
    if !pool.size.managed_by_autoscaler {
        return None;
    }
    let list = |slice: &SliceSummary| {
        let facts = shapes.iter().find(|facts| facts.site == slice.site && facts.shape == slice.shape);
        facts.and_then(|facts| facts.on_demand)
    };
    let prices: Option<Vec<Money>> = slices.iter().map(list).collect();
    let cost = |nodes: u64, price: Money| Some(price.checked_mul(Decimal::from(nodes)).ok()?.short());
    let dearer = |a: Money, b: Money| if a < b { b } else { a };
    let cheaper = |a: Money, b: Money| if b < a { b } else { a };
    let range = prices.and_then(|prices| {
        let (least, most) = (prices.iter().copied().reduce(cheaper)?, prices.into_iter().reduce(dearer)?);
        Some(format!("{} to {} an hour at list price", cost(min, least)?, cost(max, most)?))
    });
    let range = range.unwrap_or_else(|| "list price unknown".to_owned());
    Some(format!("an autoscaler runs {min} to {max} nodes: {range}"))
}

/// Live objects that are used and not owned.
pub fn lookups(intent: &Intent, sources: &SourceMap) -> Vec<LookupSummary> {
    let mut all: Vec<LookupSummary> = intent
        .lookups
        .iter()
        .filter_map(|lookup| {
            let read = lookup.found.as_ref().is_some_and(|found| found.properties.is_some());
            Some(LookupSummary {
                address: lookup.address,
                kind: lookup.kind.value,
                site: Site { cloud: intent.clouds.get(lookup.cloud.value)?.name.value, region: lookup.region },
                id: lookup.known_id()?,
                cannot_know: (!read).then(|| lookup.unknown().to_string()),
                place: sources.place(lookup.span),
            })
        })
        .collect();
    all.sort_by_key(|lookup| lookup.address);
    all
}

/// What is to be deleted before its replacement is made, in a cloud that does not do so.
pub fn made_first(desired: &ResourceGraph, plan: &Plan) -> Vec<String> {
    let replaced = plan.changes.iter().filter(|change| change.action == Action::ReplaceCreateFirst);
    let asked = |change: &&Change| {
        let resource = desired.find(change.address).and_then(|id| desired.get(id));
        resource.is_some_and(|resource| resource.lifecycle.order == ReplaceOrder::DeleteFirst)
    };
    let line = |change: &Change| {
        format!(
            "note: {}: `order = \"delete_first\"` is not followed: its cloud makes the new one while the old one is there, and \
             needs room, names and quota for both",
            change.address
        )
    };
    replaced.filter(asked).map(line).collect()
}

/// What a cloud does on the last day of granted capacity, in words.
fn at_end(kind: &CapacityKind, provider: Symbol, shape: Symbol) -> Option<String> {
    let CapacityKind::Granted { product, .. } = kind else { return None };
    let rows = tables::rows(tonnage_stdlib::ends_csv().text);
    let is = |row: &csv::StringRecord, at: usize, name: Symbol| row.get(at) == Some(name.as_str());
    let begins = |row: &csv::StringRecord| row.get(2).is_some_and(|prefix| shape.as_str().starts_with(prefix));
    let row = rows.iter().find(|row| is(row, 0, provider) && is(row, 1, *product) && begins(row))?;
    Some(row.get(3)?.to_owned())
}

/// Groups that run other nodes than they were asked for: those that are not full and stay as they are, and a line for
/// each kind of group that is larger, or of which the files leave something to others. Where an autoscaler owns the
/// size, that is what it wants.
pub fn not_as_asked(
    intent: &Intent,
    plan: &Plan,
    desired: &ResourceGraph,
    live: &ResourceGraph,
) -> (Vec<NotFull>, Vec<String>) {
    let rows = compile::effects().ok();
    let autoscaled = |address: Symbol| {
        intent.pools.iter().any(|pool| {
            pool.size.managed_by_autoscaler && tonnage_graph::is_inside(address.as_str(), pool.address.as_str())
        })
    };
    let changed: BTreeSet<Symbol> =
        plan.changes.iter().map(|change| change.previous_address.unwrap_or(change.address)).collect();
    let is_left = |address| {
        desired
            .find(address)
            .and_then(|id| desired.get(id))
            .is_some_and(|resource| !resource.lifecycle.owned.is_empty())
    };
    /// Of what is only noted, how it is otherwise; where groups are and of what; what is known of their nodes.
    type Alike<'a> = (Option<&'a str>, String, Site, Symbol, &'a str);
    let mut other: BTreeMap<Alike<'_>, [u64; 3]> = BTreeMap::new();
    for (_, resource) in live.iter() {
        let (Some(holds), Some(live)) = (resource.holds, &resource.live) else { continue };
        let running = live.running.filter(|running| *running != holds.nodes && !holds.reserves_only);
        let Some(running) = running.filter(|_| !autoscaled(resource.address)) else { continue };
        let noted = match running > holds.nodes {
            true => Some("larger than asked"),
            false if changed.contains(&resource.address) => continue,
            false => is_left(resource.address).then_some("not full"),
        };
        let label = tonnage_report::words::without_keys(resource.address.as_str());
        let case = Case::standing(&plan.values, resource);
        let known = rows.and_then(|rows| rows.find(resource.kind, Occasion::NotFull, &[] as &[PathStep], &case));
        let words = known.map_or("", |row| row.words.as_str());
        let row = other.entry((noted, label, resource.site, holds.shape, words)).or_default();
        let more = [1, u64::from(running), u64::from(holds.nodes)];
        row.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    let (mut not_full, mut notes) = (Vec::new(), Vec::new());
    for ((noted, label, site, shape, words), [groups, running, asked]) in other {
        match noted {
            Some(how) => {
                let groups = tonnage_report::words::count(groups, "group");
                notes.push(format!("note: {label}: {groups} {how}, {running} of {asked} nodes running"));
            }
            None => not_full.push(NotFull { label, site, shape, groups, running, asked, words: words.to_owned() }),
        }
    }
    (not_full, notes)
}

/// Nodes that run on as an earlier version of what their group asks for, where the plan does nothing to it: a line for
/// each kind of group, with how they are brought over.
pub fn left_behind(plan: &Plan, desired: &ResourceGraph, live: &ResourceGraph) -> Vec<String> {
    let rows = compile::effects().ok();
    /// Groups, nodes left behind, nodes in all.
    type Count = (u64, u64, u64);
    /// Groups of one name, and how their nodes are brought over.
    type Alike<'a> = (String, Option<&'a str>);
    /// How many, and as what they run.
    type Found = (Count, BTreeSet<String>);
    let changed: BTreeSet<Symbol> = plan.changes.iter().map(|change| change.address).collect();
    let mut found: BTreeMap<Alike<'_>, Found> = BTreeMap::new();
    for (_, resource) in live.iter().filter(|(_, resource)| desired.find(resource.address).is_some()) {
        let (Some(now), Some(live)) = (resource.holds_now(), &resource.live) else { continue };
        if live.older.is_empty() || changed.contains(&resource.address) {
            continue;
        }
        let label = tonnage_report::words::without_keys(resource.address.as_str());
        let case = Case::standing(&plan.values, resource);
        let way = rows.and_then(|rows| rows.bring_over(resource.kind, &case));
        let (count, versions) = found.entry((label, way)).or_default();
        let nodes = live.older.iter().map(|older| u64::from(older.nodes)).sum::<u64>();
        *count = (count.0 + 1, count.1 + nodes, count.2 + u64::from(now.nodes));
        versions.extend(live.older.iter().map(|older| {
            let version = older.version.map(|version| format!("version {version}"));
            let shape = (older.shape != now.shape).then(|| format!("{} (not {})", older.shape, now.shape));
            version.into_iter().chain(shape).collect::<Vec<_>>().join(" as ")
        }));
    }
    let line = |((label, way), ((groups, nodes, all), versions)): (Alike<'_>, Found)| {
        let of = if groups == 1 { String::new() } else { format!(" in {groups} groups") };
        let versions: Vec<String> = versions.into_iter().filter(|version| !version.is_empty()).collect();
        let versions = if versions.is_empty() { "an earlier version".to_owned() } else { versions.join(", ") };
        let way = way.map_or_else(String::new, |words| format!("; to bring them over: {words}"));
        format!("note: {label}: {nodes} of {all} nodes{of} still run {versions}{way}")
    };
    found.into_iter().map(line).collect()
}

/// Facts of the shapes that are held, at the sites where they are.
pub fn shapes<'a>(intent: &Intent, prices: &PriceBook, held: impl IntoIterator<Item = &'a Held>) -> Vec<ShapeFacts> {
    let mut facts: BTreeMap<(Site, Symbol), ShapeFacts> = BTreeMap::new();
    for Held { site, holds, .. } in held {
        let kind = intent.clouds.iter().find(|c| c.name.value == site.cloud).map(|c| c.kind);
        let shape = intent.catalog.shapes.iter().find(|s| s.name == holds.shape && kind.is_none_or(|k| k == s.cloud));
        let Some(shape) = shape else { continue };
        facts.entry((*site, holds.shape)).or_insert_with(|| {
            let zone = holds.zone.unwrap_or(site.region);
            let price = |market| prices.price(shape.cloud, shape.name, site.region, zone, market);
            let title = |name| intent.catalog.accelerators.iter().find(|a| a.name == name).map_or(name, |a| a.title);
            ShapeFacts {
                shape: holds.shape,
                site: *site,
                accelerator: shape.accelerator.map(title),
                gpus: shape.accelerators,
                on_demand: price(Market::OnDemand),
                spot: price(Market::Spot),
                local_gb: local_gb(&shape.value),
            }
        });
    }
    facts.into_values().collect()
}

/// `local_nvme = "8000 GB"` of a shape.
fn local_gb(shape: &Value) -> Option<u64> {
    let Value::Map(entries) = shape else { return None };
    let Some(Value::String(text)) = entries.get(&Symbol::new("local_nvme")) else { return None };
    text.strip_suffix(" GB")?.trim().parse().ok()
}

/// Where the sites of a plan lie, as the catalog and the table of countries say.
pub fn places(intent: &Intent, plan: &Plan) -> Vec<Place> {
    let held = plan.held_before.iter().chain(&plan.held_after).map(|held| held.site);
    let sites: BTreeSet<Site> = held.chain(plan.changes.iter().map(|change| change.site)).collect();
    let countries = tables::rows(tonnage_stdlib::countries_csv());
    let place = |site: Site| {
        let provider = intent.clouds.iter().find(|cloud| cloud.name.value == site.cloud)?.kind;
        let region = intent.catalog.regions.iter().find(|r| r.cloud == provider && r.name == site.region);
        let name = region.and_then(|region| match &region.value {
            Value::Map(attributes) => match attributes.get(&Symbol::new("place")) {
                Some(Value::String(name)) => Some(name.to_string()),
                _ => None,
            },
            _ => None,
        });
        let country = region.and_then(|region| region.country);
        let row = country.and_then(|code| countries.iter().find(|row| row.get(0) == Some(code.as_str())));
        let cell = |at: usize| row.and_then(|row| row.get(at)).map(str::to_owned);
        Some(Place {
            site,
            provider,
            name: name.unwrap_or_default(),
            country: cell(1).or_else(|| country.map(|code| code.as_str().to_owned())).unwrap_or_default(),
            continent: cell(2).unwrap_or_default(),
        })
    };
    sites.into_iter().filter_map(place).collect()
}

/// What apply has to do though no resource changes.
pub fn not_recorded(plan: &Plan) -> Option<String> {
    let said = "note: what is protected is not recorded yet: `apply` records it, and changes nothing";
    // terms that are to be recorded are told by themselves
    (plan.protects_anew && plan.terms.is_empty() && !plan.has_changes()).then(|| said.to_owned())
}

/// What apply records of what others did though it changes nothing, and what can't be compared because nothing is on
/// record.
pub fn unset(plan: &Plan, unrecorded: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let mut accepted = plan.drift.iter().flat_map(|drift| &drift.properties).filter(|p| p.choice == Choice::Accept);
    if accepted.next().is_some() {
        notes.push(
            "note: `apply` records what `-ignore-drift` takes as it is, and later plans compare with that".to_owned(),
        );
    }
    if unrecorded > 0 {
        let (units, it, was) = match unrecorded {
            1 => ("1 unit".to_owned(), "it", "was"),
            several => (format!("{several} units"), "them", "were"),
        };
        notes.push(format!(
            "note: cannot know whether others changed what no file sets in {units}: nothing was recorded when {} {was} applied; \
             the next apply that changes {it} records that",
            if unrecorded == 1 { "it" } else { "they" }
        ));
    }
    notes
}

/// What stays, is billed on and managed no longer: of what runs no later plan knows, of what is reserved the ledger
/// does.
pub fn let_go(plan: &Plan) -> Vec<String> {
    let stays = |change: &&Change| change.action == Action::Forget || change.keeps_old();
    let billed = plan.changes.iter().filter(stays).filter(|change| change.holds_before.is_some_and(|h| h.nodes > 0));
    let reserves = |change: &&Change| change.holds_before.is_some_and(|holds| holds.reserves_only);
    let (reserved, running): (Vec<&Change>, Vec<&Change>) = billed.partition(reserves);
    let told = [(running, false), (reserved, true)].into_iter().filter_map(|(billed, is_recorded)| {
        let first = billed.first()?;
        let id = first.physical_id.map_or_else(String::new, |id| format!(" ({id})"));
        let (more, is, it) = match billed.len() {
            1 => (String::new(), "is", "it"),
            many => (format!(" and {} more", many - 1), "are", "them"),
        };
        let later = match is_recorded {
            true => "and later plans say so",
            false => &format!("and in the money of this plan only: later plans do not know of {it}"),
        };
        let first = first.address;
        Some(format!(
            "note: {first}{id}{more} {is} billed on, {later}; delete {it} in the cloud, or bring {it} back with `import`"
        ))
    });
    told.collect()
}

/// What is said of drift that the plan leaves alone because that was asked for, or that nobody looked for.
pub fn left_alone(plan: &Plan, settings: &Settings) -> Vec<String> {
    let mut notes = Vec::new();
    if !settings.drift {
        notes.push("note: cannot know: what others changed since the last apply (-refresh=false)".to_owned());
    }
    let ignored = plan.drift.iter().flat_map(|drift| {
        let asked = move |p: &&DriftedProperty| p.choice == Choice::Ignore && settings.ignores(drift.address, &p.path);
        drift.properties.iter().filter(asked).map(|property| format!("{}.{}", drift.address, property.path))
    });
    let ignored: Vec<String> = ignored.collect();
    if let Some(first) = ignored.first() {
        let more = if ignored.len() > 1 { format!(" and {} more", ignored.len() - 1) } else { String::new() };
        notes.push(format!("note: drift left as it is (-ignore-drift): {first}{more}"));
    }
    notes
}
