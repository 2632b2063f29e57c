//! What a reviewer must not overlook: what refuses the plan or fails, what stops, is lost or may be, what is short,
//! what a cloud sees otherwise. One list, of which the headline is the short form and the risks are the long one:
//! neither keeps back what the other says. Must not know formats.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use indexmap::IndexMap;
use tonnage_base::{Date, Decimal, Symbol, quantity::group_thousands};
use tonnage_graph::Holds;
use tonnage_plan::{
    Change, EffectKind, Plan, Reason,
    model::{Guard, GuardState, PlacementSummary, SliceSummary, Term},
    names,
    opinion::Disagreement,
};

use crate::{
    burn,
    drift::{self, RolledDrift},
    gap,
    moves::{self, Move},
    opened, opinion, places, preflight,
    risks::{Nodes, Risks},
    roll_up::RolledUp,
    term,
    unstarted::{self, Unstarted},
    values, view, words,
};

/// How dangerous a plan is, or a part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Risk {
    /// Nothing is taken away.
    None,
    /// Something is destroyed, replaced, given up, short or not known, but nothing stops or is lost for sure.
    Some,
    /// Running nodes stop, paid capacity or data is lost, or it is known that the plan can't be applied as it is.
    High,
}

impl Risk {
    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::High => "high",
        }
    }
}

/// What must not be overlooked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alarm {
    /// What it is, in a word or two.
    pub what: &'static str,
    /// Its part of the headline; empty: another alarm says it there.
    pub headline: String,
    /// How much, where and why, a line each.
    pub said: Vec<Said>,
    /// How dangerous it is.
    pub risk: Risk,
    /// It is a guard's: guards stand also in a list of their own.
    pub is_guard: bool,
    /// It is so whether the plan changes anything or not.
    pub stands: bool,
    /// As many lines of it are shown.
    pub most: usize,
}

/// A line of an alarm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// In words.
    pub text: String,
    /// The author's line, where there is one.
    pub place: Option<String>,
    /// The address that it is about, without keys; empty: several.
    pub about: String,
}

impl Said {
    /// In words, with the author's line where there is one.
    pub fn with_place(&self) -> String {
        let place = self.place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
        format!("{}{place}", self.text)
    }
}

/// What an alarm of terms that changed is called.
pub(crate) const TERMS: &str = "terms";

/// As many lines of one alarm.
const MOST: usize = 8;

impl Alarm {
    /// Of lines that are about nothing in particular.
    pub fn new(what: &'static str, risk: Risk, headline: String, texts: impl IntoIterator<Item = String>) -> Self {
        Self::about(what, risk, headline, texts.into_iter().map(|text| (String::new(), text)))
    }

    /// Of lines, each with the address that it is about.
    pub fn about(
        what: &'static str,
        risk: Risk,
        headline: String,
        lines: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let said = lines.into_iter().map(|(about, text)| Said { text, place: None, about }).collect();
        Self { what, headline, said, risk, is_guard: false, stands: false, most: MOST }
    }

    /// The same of what is so whether the plan changes anything or not.
    pub(crate) fn standing(self) -> Self {
        Self { stands: true, ..self }
    }

    /// Its lines, as many as a reader takes in.
    pub fn shown(&self) -> impl Iterator<Item = Said> {
        let more = self.said.len().saturating_sub(self.most) as u64;
        let rest = format!("and {} more: `-json` has all", group_thousands(more));
        let rest = (more > 0).then(|| Said { text: rest, place: None, about: String::new() });
        self.said.iter().take(self.most).cloned().chain(rest)
    }
}

/// All alarms of a plan, what hurts most first: in the order of their risk, and of this list. Where nothing changes,
/// what would follow from a change does not.
pub fn of(
    plan: &Plan,
    risks: &Risks,
    unstarted: &[Unstarted],
    moves: &[Move],
    changes: &[RolledUp<'_>],
    drift: &[RolledDrift],
) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    alarms.extend(guards(plan, "refused", Risk::High, |guard| guard.deny && guard.state == GuardState::Broken));
    alarms.extend(failing(changes));
    alarms.extend(risks.alarms());
    alarms.extend(by_itself(changes));
    alarms.extend(opened::alarms(changes));
    alarms.extend(drift::alarms(drift));
    alarms.extend(gap::alarms(plan));
    alarms.extend(renames(plan));
    alarms.extend(stays(plan));
    alarms.extend(seen_otherwise(plan));
    alarms.extend(unstarted::alarm(unstarted));
    alarms.extend(short(plan));
    alarms.extend(not_full(plan));
    alarms.extend(early(plan));
    alarms.extend(outlived(plan));
    alarms.extend(ending(plan));
    alarms.extend(ended(plan));
    alarms.extend(places::alarms(plan));
    alarms.extend(term::alarms(plan));
    alarms.extend(moves::alarm(plan, moves));
    alarms.extend(fallen(plan, moves));
    alarms.extend(overdrawn(plan));
    alarms.extend(for_nothing(plan));
    alarms.extend(milestones(plan));
    alarms.extend(terms(plan));
    alarms.extend(guards(plan, "warning", Risk::Some, |guard| !guard.deny && guard.state == GuardState::Broken));
    alarms.extend(guards(plan, "cannot know", Risk::Some, |guard| guard.state == GuardState::CannotKnow));
    alarms.retain(|alarm| alarm.stands || plan.has_changes());
    alarms.sort_by_key(|alarm| Reverse(alarm.risk));
    alarms
}

fn guards(plan: &Plan, what: &'static str, risk: Risk, wanted: fn(&Guard) -> bool) -> Option<Alarm> {
    let found: Vec<&Guard> = plan.guards.iter().filter(|guard| wanted(guard)).collect();
    let named = match found.as_slice() {
        [] => return None,
        [only] => only.name.clone(),
        many => words::count(many.len() as u64, "guard"),
    };
    let holds = if found.len() == 1 { "does not hold" } else { "do not hold" };
    let headline = match what {
        "cannot know" => format!("{named} cannot be judged"),
        // nothing is there to be refused
        _ if !plan.has_changes() => format!("{named} {holds}"),
        "refused" => format!("refused by {named}"),
        _ => format!("warned of by {named}"),
    };
    let said = |guard: &&Guard| Said {
        text: format!("{}: {}", guard.name, guard.message),
        place: Some(guard.place.clone()),
        about: guard.name.clone(),
    };
    let said = found.iter().map(said).collect();
    Some(Alarm { said, is_guard: true, stands: true, ..Alarm::new(what, risk, headline, []) })
}

/// Changes that the service is known to refuse.
fn failing(changes: &[RolledUp<'_>]) -> Option<Alarm> {
    let (count, said) = each(changes, EffectKind::Refused);
    let headline = format!("the cloud refuses {}", words::count(count, "change"));
    (count > 0).then(|| Alarm { said, ..Alarm::new("fails", Risk::High, headline, []) })
}

/// What makes nodes stop by themselves, some time after they start.
fn by_itself(changes: &[RolledUp<'_>]) -> Option<Alarm> {
    let (count, said) = each(changes, EffectKind::Ends);
    let headline = "nodes stop by themselves later".to_owned();
    (count > 0).then(|| Alarm { said, ..Alarm::new("stop later", Risk::Some, headline, []) })
}

/// How many changes do something, and what is said of each group of them.
fn each(changes: &[RolledUp<'_>], kind: EffectKind) -> (u64, Vec<Said>) {
    let mut count = 0;
    let mut said = Vec::new();
    for group in changes {
        let Some(effect) = group.effects.iter().find(|effect| effect.kind == kind) else { continue };
        count += group.changes.len() as u64;
        let text = format!("{}{}: {}", words::times(group.changes.len()), group.label, words::effect(effect));
        said.push(Said { text, place: group.place.clone(), about: words::without_keys(&group.label) });
    }
    (count, said)
}

/// What a cloud would do otherwise; resources of which it takes away more than the plan says each for itself.
fn seen_otherwise(plan: &Plan) -> Vec<Alarm> {
    let Some(said) = plan.second_opinion.as_ref().filter(|said| said.differs()) else { return Vec::new() };
    let (worse, other): (Vec<&Disagreement>, Vec<&Disagreement>) =
        said.disagreements.iter().partition(|found| found.is_worse());
    let mut holds: BTreeMap<Symbol, Holds> = BTreeMap::new();
    if !worse.is_empty() {
        let members = plan.units.iter().flat_map(|unit| &unit.members);
        holds.extend(members.filter_map(|member| Some((member.address, member.holds?))));
        holds.extend(plan.changes.iter().filter_map(|change| Some((change.address, change.holds_before?))));
    }
    let mut alarms = Vec::new();
    let mut all = Nodes::default();
    let mut alike: IndexMap<(String, String), (Symbol, usize, Nodes)> = IndexMap::new();
    for found in &worse {
        let nodes = holds.get(&found.address).filter(|holds| !holds.reserves_only);
        let nodes = nodes.map_or_else(Nodes::default, |holds| {
            Nodes::of(view::shape(plan, found.site, holds.shape), Some(u64::from(holds.nodes)))
        });
        all.add(nodes);
        let key = (words::without_keys(found.address.as_str()), opinion::says(found.ours, found.theirs));
        let (_, count, sum) = alike.entry(key).or_insert((found.address, 0, Nodes::default()));
        *count += 1;
        sum.add(nodes);
    }
    if !worse.is_empty() {
        let lines = alike.into_iter().map(|((label, says), (first, count, nodes))| {
            let label = if count == 1 { first.to_string() } else { label };
            let running = if nodes.is_none() { String::new() } else { format!("; {} run there", nodes.words()) };
            format!("{}{label}: {says}{running}", words::times(count))
        });
        let resources = words::count(worse.len() as u64, "resource");
        let with = if all.is_none() { String::new() } else { format!(", {}", all.words()) };
        let headline = format!("the cloud would take away more: {resources}{with}");
        alarms.push(Alarm::new("the cloud says", Risk::High, headline, lines));
    }
    if !other.is_empty() {
        let resources = words::count(other.len() as u64, "resource");
        let headline = format!("the cloud says otherwise of {resources}");
        let text = format!("something else of {resources}: see the second opinion");
        alarms.push(Alarm::new("the cloud says", Risk::Some, headline, [text]));
    }
    alarms
}

/// What is short before apply, but for what keeps nodes from starting: that is told of them.
fn short(plan: &Plan) -> Option<Alarm> {
    let short = preflight::short(&plan.preflight);
    let short: Vec<_> = short.iter().filter(|row| row.first.starting.is_empty()).collect();
    let headline = match short.as_slice() {
        [] => return None,
        [only] => only.first.words(),
        several => format!("{} short", words::count(several.len() as u64, "preflight check")),
    };
    let lines = short.iter().map(|row| {
        let by = row.first.words();
        let why = row.numbers.as_ref().unwrap_or(&row.detail);
        format!("{}: {} of {}: {why}", by.strip_prefix("short ").unwrap_or(&by), row.checks, row.subject)
    });
    Some(Alarm::new("short", Risk::Some, headline, lines))
}

/// Nodes of slices that have a day, by day, pool and what of the slice matters beside.
type ByDay = BTreeMap<(Date, String, String), Nodes>;

fn by_day(plan: &Plan, day: fn(&PlacementSummary, &SliceSummary) -> Option<(Date, String)>) -> ByDay {
    let mut days = ByDay::new();
    for pool in &plan.placements {
        for slice in &pool.slices {
            let Some((day, beside)) = day(pool, slice) else { continue };
            let nodes = Nodes::of(view::shape(plan, slice.site, slice.shape), Some(slice.nodes));
            days.entry((day, words::without_keys(&pool.pool), beside)).or_default().add(nodes);
        }
    }
    days
}

/// GPUs where there are any, else nodes.
fn counted(days: &ByDay) -> String {
    let all = days.values().fold(Nodes::default(), |mut sum, nodes| {
        sum.add(*nodes);
        sum
    });
    if all.gpus > 0 { words::count(all.gpus, "GPU") } else { all.words() }
}

/// What leaves and what comes alike: one thing, perhaps, and then nothing happens to it.
fn renames(plan: &Plan) -> Option<Alarm> {
    let moves = &plan.renames.moves;
    let headline = format!("{} may only be renamed", words::count(moves.len() as u64, "block"));
    let lines = moves.iter().map(|of| {
        let text = format!("{} may be {} under a new name: then write the `moved` block below", of.to, of.from);
        (names::block(of.to.as_str()), text)
    });
    (!moves.is_empty()).then(|| Alarm::about("renamed?", Risk::Some, headline, lines))
}

/// What is replaced and can't go, since something of another block that stays stands on it.
fn stays(plan: &Plan) -> Option<Alarm> {
    let mut blocks: BTreeMap<String, (u64, BTreeSet<String>)> = BTreeMap::new();
    for change in plan.changes.iter().filter(|change| change.action.is_replace()) {
        let block = names::block(change.address.as_str());
        let by = change.reasons.iter().find_map(|reason| match reason {
            Reason::StoodOn { by } => Some(*by),
            _ => None,
        });
        if let Some(by) = by.filter(|by| names::block(by.as_str()) != block) {
            let (count, all) = blocks.entry(block).or_default();
            *count += 1;
            all.insert(words::without_keys(by.as_str()));
        }
    }
    let lines = blocks.iter().map(|(block, (count, by))| {
        let old = if *count == 1 { "the old one".to_owned() } else { format!("{} old ones", group_thousands(*count)) };
        let stands = if by.len() == 1 { "stands" } else { "stand" };
        let it = if *count == 1 { "it" } else { "them" };
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        (block.clone(), format!("{old} of {block}, no longer managed: {} {stands} on {it}", by.join(" and ")))
    });
    (!blocks.is_empty()).then(|| Alarm::about("stays", Risk::Some, String::new(), lines))
}

/// Nodes that are asked for before they are meant to run.
fn early(plan: &Plan) -> Option<Alarm> {
    let days = by_day(plan, |_, slice| Some((slice.begins?, String::new())));
    let headline = format!("{} before their window", counted(&days));
    let lines = days.iter().map(|((day, pool, _), nodes)| {
        let nodes = nodes.words();
        let asked = format!("this plan, for {}, asks for them now", plan.as_of);
        (pool.clone(), format!("{nodes} of {pool} are not meant to run before {day}; {asked}"))
    });
    (!days.is_empty()).then(|| Alarm::about("early", Risk::Some, headline, lines).standing())
}

/// `on 2026-12-13`, or `from 2026-12-13` where there are later days.
fn since(days: &ByDay) -> Option<String> {
    let (first, ..) = days.keys().next()?;
    let word = if days.keys().any(|(day, ..)| day != first) { "from" } else { "on" };
    Some(format!("{word} {first}"))
}

/// Nodes of pools whose own windows end soon.
fn ending(plan: &Plan) -> Option<Alarm> {
    let days = by_day(plan, |pool, _| Some((pool.ends?, String::new())));
    let days: ByDay = days.into_iter().filter(|((day, ..), _)| *day >= plan.as_of).collect();
    let headline = format!("{} end {}", counted(&days), since(&days)?);
    let lines = days.iter().map(|((day, pool, _), nodes)| {
        let nodes = nodes.words();
        (
            pool.clone(),
            format!("{nodes} of {pool} on {day}, the last day of its window: a plan after that day removes them"),
        )
    });
    Some(Alarm::about("end", Risk::Some, headline, lines).standing())
}

/// What leaves since its pool's window is over, by pool and day.
fn ended(plan: &Plan) -> Option<Alarm> {
    let mut pools: BTreeMap<(String, Date), Nodes> = BTreeMap::new();
    for change in &plan.changes {
        let day = change.reasons.iter().find_map(|reason| match reason {
            Reason::Ended { on } => Some(*on),
            _ => None,
        });
        let Some(day) = day else { continue };
        let nodes = pools.entry((names::block(change.address.as_str()), day)).or_default();
        if let Some(holds) = change.holds_before.filter(|holds| !holds.reserves_only) {
            nodes.add(Nodes::of(view::shape(plan, change.site, holds.shape), Some(u64::from(holds.nodes))));
        }
    }
    let mut keys = pools.keys();
    let headline = match (keys.next()?, keys.next()) {
        ((only, day), None) => format!("window of {only} ended on {day}"),
        _ => format!("windows of {} ended", words::count(pools.len() as u64, "pool")),
    };
    let lines = pools.iter().map(|((pool, day), nodes)| {
        let what = if nodes.is_none() { "all of it".to_owned() } else { nodes.words() };
        (pool.clone(), format!("{pool}: {what} go: its window ended on {day}"))
    });
    Some(Alarm::about("ended", Risk::Some, headline, lines))
}

/// Nodes whose capacity ends under them.
fn outlived(plan: &Plan) -> Option<Alarm> {
    let days = by_day(plan, |_, slice| {
        let how = if slice.at_end.is_empty() { String::new() } else { format!(" ({})", slice.at_end) };
        Some((slice.ends?, format!("{} ends{how}", words::without_keys(slice.capacity?.as_str()))))
    });
    let headline = format!("{} lose their place {}", counted(&days), since(&days)?);
    let lines = days.iter().map(|((day, pool, ends), nodes)| {
        (pool.clone(), format!("{} of {pool} on {day}, when {ends}: the pool says no end", nodes.words()))
    });
    Some(Alarm::about("lose their place", Risk::Some, headline, lines).standing())
}

/// Pools that do not get the option that they stand by, or their first one: those that fall back, and those that the
/// files move. Where these get to another site is said of their GPUs.
fn fallen(plan: &Plan, moves: &[Move]) -> Vec<Alarm> {
    let fallen = plan.placements.iter().filter_map(|pool| Some((pool.pool.as_str(), pool.falls_back.as_ref()?)));
    let (mut chosen, forced): (Vec<_>, Vec<_>) = fallen.partition(|(_, fallen)| fallen.is_chosen);
    chosen.retain(|(pool, _)| !moves.iter().any(|of| of.block == *pool));
    [("falls back", ["falls back", "fall back"], forced), ("moves", ["moves", "move"], chosen)]
        .into_iter()
        .filter(|(.., pools)| !pools.is_empty())
        .map(|(what, [one, many], pools)| {
            let (away, near): (Vec<_>, Vec<_>) = pools.into_iter().partition(|(_, fallen)| fallen.leaves_cloud);
            let near_is = if near.len() == 1 { "in its cloud" } else { "in their clouds" };
            let counts = [(away.len(), "to another cloud"), (near.len(), near_is)];
            let parts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, where_to)| {
                let verb = if count == 1 { one } else { many };
                format!("{} {verb} {where_to}", words::count(count as u64, "pool"))
            });
            let headline = parts.collect::<Vec<_>>().join(" · ");
            let lines = away.into_iter().chain(near);
            let lines = lines
                .map(|(pool, fallen)| (words::without_keys(pool), format!("{pool}: {}", words::from_option(fallen))));
            Alarm::about(what, Risk::Some, headline, lines)
        })
        .collect()
}

/// Contracts of which the plan makes more be drawn than they owe.
fn overdrawn(plan: &Plan) -> Option<Alarm> {
    let over = plan.commitments.iter().filter_map(|contract| Some((contract, burn::over(contract)?)));
    let over: Vec<_> = over.filter(|(_, over)| over.is_raised).collect();
    let headline = match over.as_slice() {
        [] => return None,
        [(_, only)] => only.short.clone(),
        several => format!("{} overdrawn", words::count(several.len() as u64, "contract")),
    };
    let lines = over.into_iter().map(|(contract, over)| (contract.address.to_string(), over.line));
    // by a changed rate as by more nodes
    Some(Alarm::about("overdrawn", Risk::Some, headline, lines).standing())
}

/// What contracts owe and nobody draws. Only what the plan makes more of it leads: a pull request is not stopped by
/// what it mends, nor by what was so before it.
fn for_nothing(plan: &Plan) -> Option<Alarm> {
    let mut sums: BTreeMap<Symbol, Decimal> = BTreeMap::new();
    let (mut lines, mut up_to) = (Vec::new(), "");
    // what only puts back what others did draws no less than the files always said
    let is_own = |change: &Change| change.holds_before.is_some() && !change.undoes_others();
    let takes = plan.changes.iter().any(is_own);
    for contract in &plan.commitments {
        let Some(paid) = burn::for_nothing(contract) else { continue };
        let mut line = paid.line;
        if takes && contract.after < contract.before {
            let of_plan = contract.before.saturating_sub(contract.after).min(paid.amount);
            let sum = sums.entry(contract.unit).or_default();
            *sum = sum.saturating_add(of_plan);
            up_to = if paid.is_most { "up to " } else { up_to };
            if of_plan < paid.amount {
                line.push_str(&format!("; this plan makes {} of it", words::amount(of_plan, contract.unit)));
            }
        }
        lines.push((contract.address.to_string(), line));
    }
    let sums: Vec<String> = sums.into_iter().map(|(unit, sum)| words::amount(sum, unit)).collect();
    let (headline, risk) = match sums.as_slice() {
        [] => (String::new(), Risk::None),
        sums => (format!("{up_to}{} more paid for nothing", sums.join(" and ")), Risk::Some),
    };
    (!lines.is_empty()).then(|| Alarm::about("for nothing", risk, headline, lines).standing())
}

/// Promises that are written otherwise than when the files were last applied.
fn terms(plan: &Plan) -> Option<Alarm> {
    let count = plan.terms.len() as u64;
    let side =
        |text: &Option<String>| text.as_ref().map_or_else(|| "(not there)".to_owned(), |text| words::cut(text, 160));
    let fate = |term: &Term| (term.before.is_some(), term.after.is_some());
    // what comes or goes with its block is one line
    let alike = |a: &Term, b: &Term| fate(a) != (true, true) && fate(a) == fate(b) && block(&a.name) == block(&b.name);
    let said = plan.terms.chunk_by(alike).filter_map(|chunk| {
        let [term, more @ ..] = chunk else { return None };
        if !more.is_empty() {
            let which = if term.after.is_some() { "new" } else { "gone" };
            return Some(Said {
                text: format!("{}: {which}, {}", block(&term.name), words::count(chunk.len() as u64, "term")),
                place: Some(term.place.clone()).filter(|place| !place.is_empty()),
                about: words::without_keys(block(&term.name)),
            });
        }
        let (before, after) = values::pair(&side(&term.before), &side(&term.after), 60);
        Some(Said {
            text: format!("{}: {before} → {after}", term.name),
            place: Some(term.place.clone()).filter(|place| !place.is_empty()),
            about: words::without_keys(&term.name),
        })
    });
    let said = said.collect();
    let alarm = Alarm::new(TERMS, Risk::None, format!("{} changed", words::count(count, "term")), []);
    (count > 0).then(|| Alarm { said, ..alarm.standing() })
}

/// `commitment.east` of `commitment.east.rates.nvidia-h200`, `pool.a.budget` of `pool.a.budget.hourly`: all but what
/// follows its kind, or the name of what has one.
fn block(name: &str) -> &str {
    let kinds = ["commitment.", "policy."];
    let begin = kinds.iter().find_map(|kind| Some(name.find(kind)? + kind.len()));
    let end = match begin {
        Some(begin) => name.get(begin..).and_then(|rest| rest.find('.')).map(|at| begin + at),
        None => name.rfind('.'),
    };
    name.get(..end.unwrap_or(name.len())).unwrap_or(name)
}

/// Groups that the cloud has not filled, and to which the plan does nothing.
fn not_full(plan: &Plan) -> Option<Alarm> {
    let (mut gpus, mut nodes) = (0u64, 0u64);
    let lines: Vec<(String, String)> = plan
        .not_full
        .iter()
        .map(|of| {
            let missing = of.asked.saturating_sub(of.running);
            let facts = plan.shapes.iter().find(|facts| facts.site == of.site && facts.shape == of.shape);
            let each = facts.map_or(0, |facts| u64::from(facts.gpus));
            nodes += missing;
            gpus += missing.saturating_mul(each);
            let of_gpus =
                if each > 0 { format!(" ({} missing)", words::count(missing * each, "GPU")) } else { String::new() };
            let groups = words::count(of.groups, "group");
            let known = if of.words.is_empty() { String::new() } else { format!(": {}", of.words) };
            let text = format!(
                "{}: {} of {} nodes run in {groups} in {} {}{of_gpus}{known}",
                of.label,
                group_thousands(of.running),
                group_thousands(of.asked),
                of.site.cloud,
                of.site.region
            );
            (of.label.clone(), text)
        })
        .collect();
    let missing = if gpus > 0 { words::count(gpus, "GPU") } else { words::count(nodes, "node") };
    let headline = format!("{missing} asked for earlier not running");
    (!lines.is_empty()).then(|| Alarm::about("not full", Risk::Some, headline, lines).standing())
}

/// What contracts call for and the files do not plan.
fn milestones(plan: &Plan) -> Option<Alarm> {
    let of = |contract| burn::unmet(contract).into_iter().map(|line| (contract.address.to_string(), line));
    let lines: Vec<(String, String)> = plan.commitments.iter().flat_map(of).collect();
    let headline = format!("{} not met", words::count(lines.len() as u64, "milestone"));
    (!lines.is_empty()).then(|| Alarm::about("milestone", Risk::Some, headline, lines).standing())
}
