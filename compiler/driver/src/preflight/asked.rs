//! What the clouds of a plan are asked: nodes that can run, quotas, offerings, and what is left of reservations. Must
//! not know any quota: which one counts a shape is the standard library's.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use tonnage_base::{Date, Market, Symbol};
use tonnage_cloud::{Answer, Fact, Question, glob};
use tonnage_graph::{Holds, Site};
use tonnage_lang::intent::{Capacity, Pool, Shape};
use tonnage_place::placement::Slice;
use tonnage_plan::{Action, Check, EffectKind, Evidence, Starting, Times, Verdict, money::Held};
use tonnage_report::words;

use super::{About, Asked, Planned, SliceKey, Start, slice_of, starting};
use crate::tables;

/// A slice that is placed.
struct Placed<'a> {
    pool: &'a Pool,
    slice: &'a Slice,
    site: Site,
    /// What it is of.
    shape: &'a Shape,
    /// Nodes that start in it.
    starting: Vec<Starting>,
    /// Nodes that hold their places while those that replace them start.
    twice: u64,
    /// Those of them that leave the places: other slices in the same ones count the same.
    leaving: u64,
    /// Nodes of other slices that leave its places.
    others: u64,
}

/// All questions: one for each place that nodes are bought in, quota, offering and reservation, however many pools need
/// it.
pub fn questions<'a>(planned: &'a Planned<'a>, starts: &[Start<'_>]) -> Vec<Asked<'a>> {
    let intent = planned.intent;
    let mut of_slice: BTreeMap<SliceKey<'_>, Vec<&Start<'_>>> = BTreeMap::new();
    for start in starts {
        of_slice.entry(start.slice.unwrap_or_default()).or_default().push(start);
    }
    let mut twice: BTreeMap<SliceKey<'_>, u64> = BTreeMap::new();
    for (change, holds) in planned.overlap() {
        if let Some(slice) = slice_of(change.address.as_str()) {
            *twice.entry(slice).or_default() += u64::from(holds.nodes);
        }
    }
    let leaving = planned.leaving();
    let slices =
        planned.placement.pools.iter().flat_map(|placed| placed.slices.iter().map(move |slice| (placed, slice)));
    let placed: Vec<Placed<'a>> = slices
        .map(|(placed, slice)| {
            let pool = &intent.pools[placed.pool];
            let option = format!("{}.{}", pool.address, slice.option);
            let key = (option.as_str(), slice.key.as_str());
            let site = Site { cloud: intent.clouds[slice.cloud].name.value, region: slice.region };
            let (shape, starts) =
                (&intent.catalog.shapes[slice.shape], of_slice.get(&key).map_or(&[][..], Vec::as_slice));
            let first = starts.iter().map(|start| start.step).min();
            let here = leaving.iter().filter(|(change, holds, _)| match slice.reservation {
                // the key of a slice says in which reservation it is
                Some(_) => change.site == site && slice_of(change.address.as_str()).is_some_and(|(_, of)| of == key.1),
                None => {
                    let runs = (change.site, holds.zone, holds.shape, holds.market);
                    runs == (site, Some(slice.zone), shape.name, slice.market)
                }
            });
            let (mut others, mut leaving) = (0, 0);
            for (change, holds, goes) in here.filter(|_| first.is_some()) {
                let nodes = u64::from(holds.nodes);
                leaving += if Some(*goes) < first { 0 } else { nodes };
                others += if slice_of(change.address.as_str()) == Some(key) { 0 } else { nodes };
            }
            let starting = starting(starts.iter().map(|start| (*start, 1)));
            let twice = twice.get(&key).copied().unwrap_or(0) + leaving;
            Placed { pool, slice, site, shape, starting, twice, leaving, others }
        })
        .collect();
    let mut asked = capacity(&placed);
    asked.extend(quotas(planned, starts));
    asked.extend(offerings(&placed));
    asked.extend(reservations(planned, &placed));
    asked
}

/// What is bought and starts. Of what was granted, the reservation knows.
fn bought<'s, 'a>(placed: &'s [Placed<'a>]) -> impl Iterator<Item = &'s Placed<'a>> {
    placed.iter().filter(|placed| !placed.starting.is_empty() && placed.slice.reservation.is_none())
}

/// What could not be read, for a check.
fn unread(check: Check, subject: &str, answer: &Answer) -> Evidence {
    let why = match &answer.fact {
        Fact::Unknown(why) => why.clone(),
        _ => "the cloud answered something else".to_owned(),
    };
    Evidence::unknown(check, subject.to_owned(), why, answer.source.clone())
}

/// Whether the nodes can run: those of all pools that buy the same in the same place together.
fn capacity<'a>(placed: &[Placed<'a>]) -> Vec<Asked<'a>> {
    let mut places: IndexMap<(Site, Symbol, Symbol, Market), Vec<&Placed<'a>>> = IndexMap::new();
    for placed in bought(placed) {
        let place = (placed.site, placed.slice.zone, placed.shape.name, placed.slice.market);
        places.entry(place).or_default().push(placed);
    }
    let ask = |all: Vec<&Placed<'a>>| {
        let placed = *all.first()?;
        let slice = placed.slice;
        let leaving = all.iter().map(|placed| placed.leaving).max().unwrap_or(0);
        let twice = all.iter().map(|placed| placed.twice - placed.leaving).sum::<u64>() + leaving;
        let needed = all.iter().map(|placed| placed.slice.nodes).sum::<u64>() + twice;
        // the zone stands in the key: `1/spot`, `use2-az1/floor`
        let rest = slice.key.as_str().strip_prefix(slice.zone.as_str()).unwrap_or_default();
        let place = format!("{} {}{rest}", slice.region, words::zone(slice.zone));
        let label = |placed: &Placed<'_>| format!("{}/{}", placed.pool.address, placed.slice.option);
        let subject = match all.as_slice() {
            [one] => format!("{} {place}", label(one)),
            [first, rest @ ..] => format!("{} and {} more, {place}", label(first), rest.len()),
            [] => return None,
        };
        let question = Question::Capacity {
            region: slice.region,
            zone: slice.zone,
            shape: placed.shape.name,
            market: Symbol::new(slice.market.as_str()),
            reservation: None,
        };
        let judge = move |answer: &Answer| match answer.fact {
            Fact::Nodes(can) => {
                let (subject, source) = (subject.clone(), answer.source.clone());
                vec![Evidence::judged(Check::Capacity, subject, needed, can, "node", source).of_which(None, twice)]
            }
            _ => vec![unread(Check::Capacity, &subject, answer)],
        };
        let starting = all.iter().flat_map(|placed| placed.starting.iter().cloned()).collect();
        Some(Asked {
            cloud: placed.site.cloud,
            question: Some(question),
            judge: Box::new(judge),
            starting,
            about: None,
        })
    };
    places.into_values().filter_map(ask).collect()
}

/// Which quota counts what.
struct Quota {
    provider: Symbol,
    shapes: String,
    bought: String,
    unit: Symbol,
    service: Symbol,
    code: Symbol,
    name: String,
}

fn quota_table() -> Vec<Quota> {
    let quota = |row: &csv::StringRecord| {
        Some(Quota {
            provider: Symbol::new(row.get(0)?),
            shapes: row.get(1)?.to_owned(),
            bought: row.get(2)?.to_owned(),
            unit: Symbol::new(row.get(3)?),
            service: Symbol::new(row.get(4)?),
            code: Symbol::new(row.get(5)?),
            name: row.get(6)?.to_owned(),
        })
    };
    tables::rows(tonnage_stdlib::quotas_csv().text).iter().filter_map(quota).collect()
}

impl Quota {
    fn counts(&self, provider: Symbol, shape: Symbol, bought: &str) -> bool {
        self.provider == provider
            && self.bought.split_whitespace().any(|word| word == bought)
            && self.shapes.split_whitespace().any(|pattern| glob::matches(pattern, shape.as_str()))
    }

    /// What one node counts for; none: the catalog does not say.
    fn of_node(&self, shape: &Shape) -> Option<u64> {
        match self.unit.as_str() {
            "vCPU" => shape.vcpus.map(u64::from),
            "GPU" => Some(u64::from(shape.accelerators)),
            _ => Some(1),
        }
    }
}

/// How nodes are bought, as the table of quotas says it; none: they run in what was bought before.
const fn way(holds: &Holds) -> Option<&'static str> {
    match (holds.reserves_only, holds.market) {
        (true, _) => Some("owned"),
        (false, Market::OnDemand) => Some("on_demand"),
        (false, Market::Spot) => Some("spot"),
        (false, Market::Reserved) => None,
    }
}

/// What counts for one quota at one site, in nodes of each shape.
type Counted = BTreeMap<Symbol, Level>;

/// Nodes before and afterwards, and how many more and fewer there are on the way.
#[derive(Default)]
struct Level {
    before: u64,
    after: u64,
    /// By time: in each step what comes is there before what leaves has gone.
    moves: BTreeMap<(usize, bool), i64>,
}

impl Level {
    /// Adds what a change does.
    fn add(&mut self, when: (Option<usize>, bool), nodes: u64) {
        let Some(step) = when.0 else { return };
        let nodes = i64::try_from(nodes).unwrap_or(i64::MAX);
        *self.moves.entry((step, when.1)).or_default() += if when.1 { -nodes } else { nodes };
    }
}

/// The most that there is on the way of what counts so much, where that is more than before and afterwards.
fn peak<'l>(levels: impl Iterator<Item = (&'l Level, u64)>, before: u64, after: u64) -> u64 {
    let mut moves: BTreeMap<(usize, bool), i64> = BTreeMap::new();
    for (level, weight) in levels {
        for (when, nodes) in &level.moves {
            let more = nodes.saturating_mul(i64::try_from(weight).unwrap_or(i64::MAX));
            let sum = moves.entry(*when).or_default();
            *sum = sum.saturating_add(more);
        }
    }
    let mut now = before;
    let levels = moves.into_values().map(|more| {
        now = now.saturating_add_signed(more);
        now
    });
    levels.max().filter(|most| *most > before.max(after)).map_or(0, |most| most.saturating_sub(after))
}

/// Whether the account may have what the plan adds.
fn quotas<'a>(planned: &'a Planned<'a>, starts: &[Start<'_>]) -> Vec<Asked<'a>> {
    let table = quota_table();
    let mut counted: BTreeMap<(Site, Option<usize>), Counted> = BTreeMap::new();
    let mut count = |site: Site, holds: Holds, what: &dyn Fn(&mut Level)| {
        let (Some(provider), Some(bought)) = (planned.provider(site), way(&holds)) else { return };
        let quota = table.iter().position(|quota| quota.counts(provider, holds.shape, bought));
        what(counted.entry((site, quota)).or_default().entry(holds.shape).or_default());
    };
    let is_bought = |row: &&Held| row.idle.is_none();
    for row in planned.plan.held_before.iter().filter(is_bought) {
        count(row.site, row.holds, &|level| level.before = level.before.saturating_add(row.nodes()));
    }
    for row in planned.plan.held_after.iter().filter(is_bought) {
        count(row.site, row.holds, &|level| level.after = level.after.saturating_add(row.nodes()));
    }
    let times = Times::of(planned.plan);
    for change in &planned.plan.changes {
        let twice = change.effects.iter().any(|effect| effect.kind == EffectKind::Twice);
        let (before, after) = (change.holds_before, change.holds_after);
        // what is replaced in its place is there once
        let stays = before.zip(after).filter(|_| !twice).map_or(0, |(before, after)| before.nodes.min(after.nodes));
        let nodes = |holds: Holds| u64::from(holds.nodes.saturating_sub(stays));
        if let Some(holds) = after {
            count(change.site, holds, &|level| level.add((times.comes(change), false), nodes(holds)));
        }
        if let Some(holds) = before {
            count(change.site, holds, &|level| level.add((times.goes(change), true), nodes(holds)));
        }
    }
    let grows =
        |level: &Level| level.after > level.before || peak([(level, 1)].into_iter(), level.before, level.after) > 0;
    let more = counted.into_iter().filter(|(_, shapes)| shapes.values().any(grows));
    more.map(|((site, quota), shapes)| {
        let quota = quota.and_then(|at| table.get(at));
        ask_quota(planned, starts, site, quota, &shapes)
    })
    .collect()
}

fn ask_quota<'a>(
    planned: &Planned<'_>,
    starts: &[Start<'_>],
    site: Site,
    quota: Option<&Quota>,
    shapes: &Counted,
) -> Asked<'a> {
    let provider = planned.provider(site);
    let of_node = |name: Symbol| {
        let mut known = planned.intent.catalog.shapes.iter();
        let shape = known.find(|shape| shape.name == name && Some(shape.cloud) == provider)?;
        quota?.of_node(shape)
    };
    let names: Vec<&str> = shapes.keys().map(|shape| shape.as_str()).collect();
    let place = format!("{} {}", site.cloud, site.region);
    let subject = quota.map_or_else(|| format!("{}, {place}", names.join(", ")), |q| format!("{}, {place}", q.name));
    let sum = |nodes: fn(&Level) -> u64| {
        shapes.iter().try_fold(0u64, |sum, (shape, level)| sum.checked_add(of_node(*shape)?.checked_mul(nodes(level))?))
    };
    let (before, after) = (sum(|level| level.before), sum(|level| level.after));
    let missing = match quota {
        None => Some(format!("which quota counts {} is not in the catalog", names.join(", "))),
        Some(quota) if after.is_none() => Some(format!("the catalog does not say how many {}s a node has", quota.unit)),
        Some(_) => None,
    };
    let unlisted = missing.is_some();
    let is_counted = |start: &&Start<'_>| {
        start.site == site
            && quota
                .zip(provider)
                .zip(way(&start.holds))
                .is_some_and(|((quota, provider), bought)| quota.counts(provider, start.holds.shape, bought))
    };
    let counted = starts.iter().filter(is_counted);
    let starting = starting(counted.filter_map(|start| Some((start, of_node(start.holds.shape)?))));
    let unit = quota.map_or_else(|| Symbol::new("node"), |quota| quota.unit);
    let (before, after) = (before.unwrap_or(0), after.unwrap_or(0));
    let weighed = shapes.iter().filter_map(|(shape, level)| Some((level, of_node(*shape)?)));
    let twice = peak(weighed, before, after);
    let market = quota.map(|quota| if quota.bought.contains("spot") { Market::Spot } else { Market::OnDemand });
    let about = market.map(|market| About { site, shapes: shapes.keys().copied().collect(), market });
    let judge = move |answer: &Answer| {
        vec![match (&missing, &answer.fact) {
            (Some(why), _) => {
                Evidence::unknown(Check::Quota, subject.clone(), why.clone(), "std:preflight/quotas.csv".to_owned())
            }
            (None, Fact::Quota { limit, used }) => {
                let others = used.map_or(0, |used| used.saturating_sub(before));
                let needed = others.saturating_add(after).saturating_add(twice);
                let source = answer.source.clone();
                let row = Evidence::judged(Check::Quota, subject.clone(), needed, *limit, unit.as_str(), source);
                let mut row = row.of_which(*used, twice);
                if used.is_none() && !row.is_short() {
                    let fleet = row.numbers().unwrap_or_default();
                    let why = format!("this fleet {fleet}; what else the account uses is not read");
                    row.verdict = Verdict::CannotKnow(why);
                }
                row
            }
            _ => unread(Check::Quota, &subject, answer),
        }]
    };
    // what the table does not have is not asked for
    let known = quota.filter(|_| !unlisted);
    let question = known.map(|quota| Question::Quota { region: site.region, service: quota.service, code: quota.code });
    Asked { cloud: site.cloud, question, judge: Box::new(judge), starting, about }
}

/// Whether what is bought is sold where it is to run.
fn offerings<'a>(placed: &[Placed<'a>]) -> Vec<Asked<'a>> {
    let mut nodes: BTreeMap<(Site, Symbol, Symbol), (u64, Vec<Starting>)> = BTreeMap::new();
    for placed in bought(placed) {
        let (nodes, starting) = nodes.entry((placed.site, placed.slice.zone, placed.shape.name)).or_default();
        *nodes += placed.slice.nodes;
        starting.extend_from_slice(&placed.starting);
    }
    let ask = |((site, zone, shape), (nodes, starting)): ((Site, Symbol, Symbol), (u64, Vec<Starting>))| {
        let subject = format!("{shape}, {} {} {}", site.cloud, site.region, words::zone(zone));
        let judge = move |answer: &Answer| {
            let mut row = match answer.fact {
                Fact::Offered(sold) => {
                    let can = if sold { nodes } else { 0 };
                    let source =
                        if sold { answer.source.clone() } else { format!("not sold there ({})", answer.source) };
                    Evidence::judged(Check::Offering, subject.clone(), nodes, can, "node", source)
                }
                _ => unread(Check::Offering, &subject, answer),
            };
            // that a shape is sold is no number of nodes
            row.measure = if row.is_short() { row.measure } else { None };
            vec![row]
        };
        let question = Question::Offering { region: site.region, zone, shape };
        Asked { cloud: site.cloud, question: Some(question), judge: Box::new(judge), starting, about: None }
    };
    nodes.into_iter().map(ask).collect()
}

/// When something is needed.
#[derive(Clone, Copy)]
struct Days {
    from: Date,
    /// The last day; none: no pool says, nor does the capacity.
    until: Option<Date>,
}

/// What pools need of one reservation.
struct Needed<'a> {
    capacity: &'a Capacity,
    shape: Symbol,
    nodes: u64,
    /// Those of them that are there only while others take their place.
    twice: u64,
    /// Nodes of these pools that run in it already.
    ours: u64,
    starting: Vec<Starting>,
    days: Days,
}

/// Whether reservations have room, and are there when they are needed.
fn reservations<'a>(planned: &'a Planned<'a>, placed: &[Placed<'a>]) -> Vec<Asked<'a>> {
    let (running, resized) = (running(planned), resized(planned));
    let mut needed: BTreeMap<(Site, Symbol), Needed<'a>> = BTreeMap::new();
    for Placed { pool, slice, site, shape, starting, twice, others, leaving: _ } in placed {
        let (Some(id), Some(capacity)) = (slice.reservation, slice.capacity) else { continue };
        let capacity = &planned.intent.capacities[capacity];
        let windows = || [pool.window.as_ref(), capacity.window.as_ref()].into_iter().flatten();
        let from = windows().find_map(|window| window.start.as_ref()).map_or(planned.as_of, |at| at.value);
        let until = windows().find_map(|window| window.end.as_ref()).map(|at| at.value);
        let option = format!("{}.{}", pool.address, slice.option);
        let ours = running.get(&(option.as_str(), slice.key.as_str())).copied().unwrap_or(0);
        let from = from.max(planned.as_of);
        let (starts, days) = (Vec::new(), Days { from, until });
        let none = Needed { capacity, shape: shape.name, nodes: 0, twice: 0, ours: 0, starting: starts, days };
        let row = needed.entry((*site, id)).or_insert(none);
        row.nodes += slice.nodes + twice;
        row.twice += twice;
        row.ours += ours + others;
        row.starting.extend_from_slice(starting);
        row.days = Days { from: row.days.from.min(from), until: row.days.until.zip(until).map(|(a, b)| a.max(b)) };
    }
    let ask = |((site, id), mut needed): ((Site, Symbol), Needed<'a>)| {
        let starting = std::mem::take(&mut needed.starting);
        let (capacity, zone) = (needed.capacity, words::zone(needed.capacity.zone.value));
        let subject = format!("{} {id}, {} {} {zone}", capacity.address, site.cloud, site.region);
        let as_of = planned.as_of;
        let resized = resized.get(&id).copied();
        // of what runs and stays only what is wrong is told
        let stays = starting.is_empty() && needed.days.until.is_none();
        let judged = move |answer: &Answer| match &answer.fact {
            Fact::Reservation { total, free, shape, zone, from, until } => {
                let (total, free, source) = match resized {
                    None => (*total, *free, answer.source.clone()),
                    Some((before, after)) => {
                        let then = |nodes: u64| nodes.saturating_add(after).saturating_sub(before);
                        let source =
                            format!("{}, which this plan changes from {before} to {after} nodes", answer.source);
                        (then(*total), free.map(then), source)
                    }
                };
                // before its first day nothing is free in it
                let begun = from.is_none_or(|from| from <= as_of);
                let can = free.filter(|_| begun).map_or(total, |free| free.saturating_add(needed.ours).min(total));
                let is_other = |holds: &Option<Symbol>, wanted: Symbol| holds.is_some_and(|holds| holds != wanted);
                let other = is_other(shape, needed.shape) || is_other(zone, needed.capacity.zone.value);
                let of = shape.iter().map(|shape| format!("of {shape}"));
                let at = zone.iter().map(|zone| format!("in {}", words::zone(*zone)));
                let what = of.chain(at).collect::<Vec<_>>().join(" ");
                let (can, source) = if other { (0, format!("it is {what} ({source})")) } else { (can, source) };
                vec![
                    Evidence::judged(Check::Reservation, subject.clone(), needed.nodes, can, "node", source)
                        .of_which(None, needed.twice),
                    window(needed.days, subject.clone(), *from, *until, &answer.source),
                ]
            }
            Fact::NoReservation(why) => {
                let source = format!("{why} ({})", answer.source);
                let row = Evidence::judged(Check::Reservation, subject.clone(), needed.nodes, 0, "node", source);
                vec![row.of_which(None, needed.twice)]
            }
            _ if stays => Vec::new(),
            _ => vec![unread(Check::Reservation, &subject, answer), unread(Check::Window, &subject, answer)],
        };
        let judge = move |answer: &Answer| {
            let mut rows = judged(answer);
            rows.retain(|row| !stays || row.verdict != Verdict::Ok);
            rows
        };
        let question = Question::Reservation { region: site.region, id };
        Asked { cloud: site.cloud, question: Some(question), judge: Box::new(judge), starting, about: None }
    };
    needed.into_iter().map(ask).collect()
}

/// Whether a reservation is there on each day on which it is needed.
fn window(needed: Days, subject: String, from: Option<Date>, until: Option<Date>, source: &str) -> Evidence {
    let days =
        |from: Date, until: Date| from.until(until).map_or(0, |span| u64::try_from(span.get_days()).unwrap_or(0));
    let late = from.map_or(0, |from| days(needed.from, from));
    let first = from.map(|from| format!("from {from}"));
    let last = until.map(|until| format!("until {until}"));
    let there: Vec<String> = first.into_iter().chain(last).collect();
    let there = if there.is_empty() { "always".to_owned() } else { there.join(" ") };
    let wanted = needed.until.map_or_else(String::new, |until| format!(" until {until}"));
    let source = format!("there {there}, needed from {}{wanted} ({source})", needed.from);
    match (needed.until, until) {
        (Some(last), _) => {
            let early = until.map_or(0, |until| days(until, last));
            let wanted = days(needed.from, last).saturating_add(1);
            let can = wanted.saturating_sub(late.saturating_add(early));
            Evidence::judged(Check::Window, subject, wanted, can, "day", source)
        }
        (None, Some(until)) if late == 0 => {
            let why = format!("it ends on {until}, and no pool says until when it is needed");
            Evidence::unknown(Check::Window, subject, why, source)
        }
        (None, _) => {
            let mut row = Evidence::judged(Check::Window, subject, late, 0, "day", source);
            row.measure = if row.is_short() { row.measure } else { None };
            row
        }
    }
}

/// Reservations of the fleet's own that the plan makes larger or smaller or takes away, by identifier: nodes before and
/// afterwards. A file may name one by the identifier that it has now.
fn resized(planned: &Planned<'_>) -> BTreeMap<Symbol, (u64, u64)> {
    let resized = planned.plan.changes.iter().filter_map(|change| {
        let before = change.holds_before.filter(|holds| holds.reserves_only)?;
        let live = planned.live.get(planned.live.find(change.address)?)?;
        let id = live.live.as_ref()?.id()?;
        // what is only forgotten stays as it is; what is replaced comes back by another name
        let after = match change.action {
            Action::Forget => return None,
            Action::Delete | Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst => 0,
            _ => change.holds_after.map_or(0, |holds| u64::from(holds.nodes)),
        };
        let before = u64::from(before.nodes);
        (before != after).then_some((id, (before, after)))
    });
    resized.collect()
}

/// Nodes that run now.
fn running<'a>(planned: &Planned<'a>) -> BTreeMap<SliceKey<'a>, u64> {
    let mut running: BTreeMap<SliceKey<'a>, u64> = BTreeMap::new();
    for (_, resource) in planned.live.iter() {
        if let (Some(holds), Some(live)) = (resource.holds.filter(|holds| !holds.reserves_only), &resource.live)
            && live.physical_id.is_some()
            && let Some(slice) = slice_of(resource.address.as_str())
        {
            *running.entry(slice).or_default() += u64::from(live.running.unwrap_or(holds.nodes));
        }
    }
    running
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_window_is_short_by_the_days_on_which_the_reservation_is_not_there() {
        let judged = |from: Option<&str>, until: Option<&str>, needed: Option<&str>| {
            let of = Days { from: day("2026-12-01"), until: needed.map(day) };
            let row = window(of, "x".to_owned(), from.map(day), until.map(day), "cr-1");
            (row.words(), row.measure.map(|measure| (measure.needed, measure.available)))
        };
        let ok = |days: u64| ("ok".to_owned(), Some((days, Some(days))));
        assert_eq!(judged(None, None, Some("2026-12-31")), ok(31));
        assert_eq!(judged(Some("2026-11-01"), Some("2027-01-01"), Some("2026-12-31")), ok(31));
        let short = |by: &str, can: u64| (format!("short by {by}"), Some((31, Some(can))));
        assert_eq!(judged(None, Some("2026-12-30"), Some("2026-12-31")), short("1 day", 30));
        assert_eq!(judged(Some("2026-12-03"), Some("2026-12-29"), Some("2026-12-31")), short("4 days", 27));
        assert_eq!(judged(Some("2027-02-01"), None, Some("2026-12-31")), short("31 days", 0));
        assert_eq!(judged(None, Some("2026-12-30"), None).0, "cannot know");
        assert_eq!(judged(Some("2026-12-03"), None, None).0, "short by 2 days");
        assert_eq!(judged(None, None, None).0, "ok");
    }

    #[test]
    fn what_counts_on_the_way_is_the_most_of_what_is_there_at_once() {
        let of = |moves: &[(usize, i64)]| {
            let moves = moves.iter().map(|(step, nodes)| ((*step, *nodes < 0), *nodes));
            Level { before: 0, after: 0, moves: moves.collect() }
        };
        let most = |moves: &[(usize, i64)], before, after| peak([(&of(moves), 2)].into_iter(), before, after);
        assert_eq!(most(&[(0, 4), (1, -4)], 8, 8), 8, "the new ones first");
        assert_eq!(most(&[(0, -4), (1, 4)], 8, 8), 0, "the old ones first");
        assert_eq!(most(&[(0, 4), (0, -4)], 8, 8), 8, "side by side");
        assert_eq!(most(&[(0, 4)], 8, 16), 0, "what only comes stays");
        assert_eq!(most(&[(0, 1), (1, -4)], 8, 2), 8, "what remains is less than before");
        assert_eq!(most(&[(1, -4)], 8, 0), 0);
    }

    #[test]
    fn the_first_quota_that_covers_a_shape_counts() {
        let table = quota_table();
        assert_eq!(table.len(), tables::written(tonnage_stdlib::quotas_csv().text), "a row is not read");
        let code = |provider: &str, shape: &str, bought: &str| {
            let (provider, shape) = (Symbol::new(provider), Symbol::new(shape));
            table.iter().find(|quota| quota.counts(provider, shape, bought)).map(|quota| quota.code.as_str())
        };
        assert_eq!(code("aws", "p5.48xlarge", "on_demand"), Some("L-417A185B"));
        assert_eq!(code("aws", "p5.48xlarge", "owned"), Some("L-417A185B"));
        assert_eq!(code("aws", "p5.48xlarge", "spot"), Some("L-7212CCBC"));
        assert_eq!(code("aws", "trn2.48xlarge", "on_demand"), Some("L-2C3B7624"), "not of the standard families");
        assert_eq!(code("aws", "inf2.48xlarge", "spot"), Some("L-B5D1601B"), "not of the standard families");
        assert_eq!(code("aws", "hpc7a.96xlarge", "on_demand"), Some("L-F7808C92"), "not of the standard families");
        assert_eq!(code("aws", "hpc7a.96xlarge", "spot"), None);
        assert_eq!(code("aws", "m7i.48xlarge", "on_demand"), Some("L-1216C47A"));
        assert_eq!(code("azure", "Standard_ND96isr_MI300X_v5", "spot"), Some("lowPriorityCores"));
        assert_eq!(code("azure", "Standard_ND96isr_MI300X_v5", "on_demand"), None);
    }
}
