//! Where pools go, in lines that text, Markdown and the difference of two revisions share. Must not know which of them
//! it is.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use tonnage_base::{
    Symbol,
    quantity::{Money, group_thousands},
};
use tonnage_graph::Parts;
use tonnage_plan::{
    Action,
    model::{FallsBack, PlacementSummary, RejectionSummary, SliceSummary},
};

use crate::{
    alike::{self, Nameless},
    unstarted::Unstarted,
    view::PlanView,
    words,
};

/// Placement of the pools of a plan in which something changes; how many others stay as they are.
pub fn lines(view: &PlanView<'_>) -> Vec<String> {
    let (plan, unstarted) = (view.plan, &view.unstarted);
    let changes = plan.changes.iter().filter(|change| change.action != Action::NoOp);
    let changing: BTreeSet<&str> = changes.map(|change| Parts::of(change.address.as_str()).block).collect();
    let is_told = |pool: &&PlacementSummary| {
        let waits = || unstarted.iter().flat_map(|of| &of.owners).any(|owner| owner == pool.pool.as_str());
        changing.contains(pool.pool.as_str()) || pool.falls_back.is_some() || waits()
    };
    let (told, others): (Vec<&PlacementSummary>, Vec<&PlacementSummary>) = plan.placements.iter().partition(is_told);
    let mut lines = all(by_key(told, unstarted), unstarted, true);
    if !lines.is_empty() && !others.is_empty() {
        let stays = match others.len() {
            1 => "1 other pool stays as it is placed: nothing of it changes".to_owned(),
            n => format!("{} other pools stay as they are placed: nothing of them changes", group_thousands(n as u64)),
        };
        lines.push(stays);
    }
    lines
}

/// Placement of all pools, each by its name.
pub fn lines_by_name(pools: &[PlacementSummary]) -> Vec<String> {
    all(by_key(pools.iter().collect(), &[]), &[], false)
}

/// Instances of one pool that are placed alike, by the pool and its lines.
type Alike<'p> = IndexMap<(String, Vec<String>), Vec<&'p PlacementSummary>>;

fn by_key<'p>(pools: Vec<&'p PlacementSummary>, unstarted: &[Unstarted]) -> Alike<'p> {
    let mut alike = Alike::new();
    for pool in pools {
        alike.entry((words::without_keys(&pool.pool), pool_lines(pool, unstarted, false))).or_default().push(pool);
    }
    alike
}

/// Those that are placed alike are said once, with their clouds; those of other names too where `across` says so.
fn all(alike: Alike<'_>, unstarted: &[Unstarted], across: bool) -> Vec<String> {
    let clouds = |pools: &[&PlacementSummary]| -> BTreeSet<Symbol> {
        pools.iter().flat_map(|pool| &pool.slices).map(|slice| slice.site.cloud).collect()
    };
    // wherever their lines are
    let alike = alike::group(alike, |((name, shared), pools)| {
        let rejected = pools.first().map_or(&[][..], |pool| &pool.rejected);
        let unplaced = |line: &String| {
            let place = rejected.iter().find_map(|of| line.strip_suffix(of.place.as_str()));
            place.unwrap_or(line).to_owned()
        };
        let lines: Vec<String> = shared.iter().map(unplaced).collect();
        Some((Nameless::of(name).filter(|_| across)?.label(), lines, pools.len(), clouds(pools)))
    });
    let mut lines = Vec::new();
    for named in alike {
        let others = named.len().saturating_sub(1);
        let names: Vec<String> = named.iter().map(|((name, _), _)| name.clone()).collect();
        let Some(((name, mut shared), pools)) = named.into_iter().next() else { continue };
        let clouds = clouds(&pools).into_iter().map(Symbol::as_str).collect::<Vec<_>>().join(", ");
        match pools.as_slice() {
            [only] if others == 0 => {
                lines.push(only.pool.clone());
                lines.extend(pool_lines(only, unstarted, true));
            }
            many if others == 0 => {
                lines.push(format!("{} × {name}, each (in {clouds})", many.len()));
                lines.extend(shared);
            }
            many => {
                let label = Nameless::of(&name).map_or(name, |nameless| nameless.label());
                let names = alike::names(names.iter().map(String::as_str));
                lines.push(format!("{} × {label}, each (in {clouds}): {names}", many.len() * (others + 1)));
                for of in many.iter().flat_map(|pool| &pool.rejected) {
                    for line in shared.iter_mut().filter(|line| line.ends_with(&of.place)) {
                        line.push_str(&format!(" and {others} more"));
                    }
                }
                lines.extend(shared);
            }
        }
    }
    lines
}

/// A pool's sizing, slices and rejections.
fn pool_lines(pool: &PlacementSummary, unstarted: &[Unstarted], with_cloud: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(fallen) = &pool.falls_back {
        lines.push(format!("  {}", falls_back(fallen)));
    }
    if !pool.sizing.is_empty() {
        lines.push(format!("  {}", pool.sizing.join("; ")));
    }
    lines.extend(roll_slices(&pool.slices, with_cloud).into_iter().map(|line| format!("  {line}")));
    let of_pool = |of: &&Unstarted| of.owners.iter().any(|owner| owner == pool.pool.as_str());
    lines.extend(unstarted.iter().filter(of_pool).map(|of| format!("  {}", of.of_block())));
    lines.extend(pool.rejected.iter().map(|r| format!("  {}", rejection_line(r))));
    lines
}

/// ``falls back `a` → `b`: why``; where the files say so, it moves.
fn falls_back(fallen: &FallsBack) -> String {
    let verb = if fallen.is_chosen { "moves" } else { "falls back" };
    format!("{verb} {}", words::from_option(fallen))
}

/// Slices of one option, place, shape, market and price are one line, however many reservations they draw from.
fn roll_slices(slices: &[SliceSummary], with_cloud: bool) -> Vec<String> {
    let mut rolled: Vec<(SliceSummary, u64)> = Vec::new();
    for slice in slices {
        let same = |other: &SliceSummary| {
            (&other.option, other.site, other.zone, other.shape, other.market, other.capacity, other.price)
                == (&slice.option, slice.site, slice.zone, slice.shape, slice.market, slice.capacity, slice.price)
        };
        match rolled.iter_mut().find(|(other, _)| same(other)) {
            Some((other, count)) => {
                other.nodes += slice.nodes;
                other.groups += slice.groups;
                *count += 1;
            }
            None => rolled.push((slice.clone(), 1)),
        }
    }
    rolled.iter().map(|(slice, count)| slice_line(slice, *count, with_cloud)).collect()
}

fn slice_line(slice: &SliceSummary, count: u64, with_cloud: bool) -> String {
    let named = |capacity: Symbol| {
        if with_cloud { capacity.as_str().to_owned() } else { words::without_keys(capacity.as_str()) }
    };
    let cloud = if with_cloud { format!("{} ", slice.site.cloud) } else { String::new() };
    let how = match slice.capacity {
        Some(capacity) if count > 1 => format!("from {} ({count} reservations)", named(capacity)),
        Some(capacity) => format!("from {}", named(capacity)),
        None => slice.market.as_str().replace('_', " "),
    };
    let price = slice.price.map_or_else(
        || if slice.capacity.is_some() { String::new() } else { ", price unknown".to_owned() },
        |p| format!(", {} a node-hour", p.full()),
    );
    format!(
        "{}: {} × {} in {cloud}{} {}, {how}, {}{price}",
        slice.option,
        group_thousands(slice.nodes),
        slice.shape,
        slice.site.region,
        words::zone(slice.zone),
        words::count(slice.groups, "group"),
    )
}

/// An option not taken: why, and what it would cost.
fn rejection_line(rejection: &RejectionSummary) -> String {
    let difference = rejection.price_difference.map_or_else(
        || "price difference unknown".to_owned(),
        |money| {
            if money.amount.is_zero() {
                "same price".to_owned()
            } else {
                let word = if money.amount.is_sign_negative() { "less" } else { "more" };
                let amount = Money { amount: money.amount.abs(), currency: money.currency };
                format!("{} an hour {word}", amount.short())
            }
        },
    );
    format!("not chosen: {}: {} ({difference})   {}", rejection.option, rejection.text, rejection.place)
}
