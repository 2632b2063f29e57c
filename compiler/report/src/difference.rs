//! Two revisions of a fleet's files compared: what is asked for, and what follows from it. Text, Markdown and JSON are
//! written from one [`Difference`]. Must not know where the revisions come from, nor compare anything itself.

mod machine;
mod markdown;
mod text;

pub use machine::json;
pub use markdown::markdown;
pub use text::text;

use indexmap::IndexMap;
use tonnage_base::{Date, Decimal, Symbol};
use tonnage_forecast::Late;
use tonnage_plan::{
    Action, Plan,
    model::{Guard, GuardState, PlacementSummary},
};

use crate::words;

/// What differs between two revisions of a fleet.
pub struct Difference {
    /// The fleet's name.
    pub fleet: Symbol,
    /// The day both are read for.
    pub as_of: Date,
    /// What the first revision is called: `main`.
    pub base: String,
    /// What the second one is called.
    pub head: String,
    /// Blocks that differ, each instance for itself, in order of addresses.
    pub blocks: Vec<Block>,
    /// Placements of the pools of the first revision.
    pub placed_before: Vec<PlacementSummary>,
    /// Placements of the pools of the second.
    pub placed_after: Vec<PlacementSummary>,
    /// Commitments that are drawn on otherwise.
    pub commitments: Vec<Drawn>,
    /// Guards that are otherwise than before, and those that do not hold: the state before, where there was one.
    pub guards: Vec<(Option<GuardState>, Guard)>,
    /// The plan that leads from all the first revision asks for to all the second does.
    pub plan: Plan,
}

/// A block that differs.
#[derive(Clone, Debug)]
pub struct Block {
    /// Create, delete, update or move.
    pub action: Action,
    /// Its address.
    pub address: String,
    /// The address it had, where a `moved` block says so.
    pub was: Option<String>,
    /// `file:line`, in the second revision where it is there.
    pub place: String,
    /// What differs in it.
    pub lines: Vec<Line>,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `size.gpus`.
    pub path: String,
    /// In the first revision; none: it does not stand there.
    pub before: Option<String>,
    /// In the second.
    pub after: Option<String>,
    /// `file:line`, in the second revision where it is there.
    pub place: String,
}

/// A commitment that is drawn on otherwise.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its name.
    pub name: Symbol,
    /// Currency, or `gpu-hours`.
    pub unit: Symbol,
    /// Only years that differ.
    pub years: Vec<Drawing>,
    /// Milestones that are met otherwise: name, before, afterwards.
    pub milestones: Vec<(Symbol, Option<Late>, Option<Late>)>,
}

/// What is planned to be drawn in a calendar year.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The year.
    pub year: i16,
    /// The first day that counts, where days of it are gone: what was drawn on those no revision says.
    pub from: Option<Date>,
    /// Owed in the whole year; none: it is not said year by year.
    pub owed: Option<Decimal>,
    /// In the first revision.
    pub before: Decimal,
    /// In the second.
    pub after: Decimal,
}

impl Difference {
    /// Whether both ask for the same.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && !self.plan.has_changes()
    }

    /// `2 blocks removed · 1 changed`.
    fn headline(&self) -> String {
        let count = |wanted: &[Action]| self.blocks.iter().filter(|b| wanted.contains(&b.action)).count() as u64;
        let parts = [
            (count(&[Action::Delete]), "removed"),
            (count(&[Action::Update]), "changed"),
            (count(&[Action::Move]), "renamed"),
            (count(&[Action::Create]), "added"),
        ];
        let mut told = Vec::new();
        for (n, word) in parts.into_iter().filter(|(n, _)| *n > 0) {
            let what = if told.is_empty() { words::count(n, "block") } else { n.to_string() };
            told.push(format!("{what} {word}"));
        }
        if told.is_empty() { "the same is asked for".to_owned() } else { told.join(" · ") }
    }
}

/// Instances that differ alike are one: values that vary are said to vary. What is gone comes first, then what changes.
fn rolled(blocks: &[Block]) -> Vec<(Block, usize)> {
    type Key<'a> = (Action, String, Vec<(&'a str, bool, bool)>);
    let mut groups: IndexMap<Key<'_>, (Block, usize)> = IndexMap::new();
    for block in blocks {
        let paths = block.lines.iter().map(|l| (l.path.as_str(), l.before.is_some(), l.after.is_some())).collect();
        let key = (block.action, words::without_keys(&block.address), paths);
        let (group, count) = groups.entry(key).or_insert_with(|| (block.clone(), 0));
        *count += 1;
        if *count > 1 {
            group.address = words::without_keys(&block.address);
            group.was = group.was.as_deref().map(words::without_keys);
            for (line, other) in group.lines.iter_mut().zip(&block.lines) {
                vary(&mut line.before, &other.before);
                vary(&mut line.after, &other.after);
            }
        }
    }
    let rank = |action: Action| match action {
        Action::Delete => 0,
        Action::Update => 1,
        Action::Move => 2,
        _ => 3,
    };
    let mut all: Vec<(Block, usize)> = groups.into_values().collect();
    all.sort_by(|(a, _), (b, _)| (rank(a.action), &a.address).cmp(&(rank(b.action), &b.address)));
    all
}

fn vary(value: &mut Option<String>, other: &Option<String>) {
    if value != other {
        *value = Some("(varies)".to_owned());
    }
}

/// A line's values: `4096 → 4608`, `(not set) → true`.
fn values(line: &Line) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not set)".to_owned());
    format!("{} → {}", side(&line.before), side(&line.after))
}

/// Values of a block that is new or gone: what it asks for, in one line.
fn summary(block: &Block) -> String {
    let told = block.lines.iter().filter_map(|line| {
        let value = line.after.as_ref().or(line.before.as_ref())?;
        Some(format!("{} = {value}", line.path))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// Placement lines that differ, pool by pool: sign and line, names of pools that stay unsigned.
fn placement_lines(difference: &Difference) -> Vec<(char, String)> {
    let mut pools: IndexMap<String, [Vec<String>; 2]> = IndexMap::new();
    for (side, placed) in [&difference.placed_before, &difference.placed_after].into_iter().enumerate() {
        let mut told = placed.clone();
        // where it is written moves with every line of the file
        told.iter_mut().flat_map(|pool| &mut pool.rejected).for_each(|rejection| rejection.place.clear());
        let mut name = String::new();
        for line in crate::text::placement::lines(&told, &[]) {
            if !line.starts_with(' ') {
                // `2 × pool.chat, each (in aws)` stays the same pools when one more is placed alike
                name = line.split(" × ").last().and_then(|n| n.split(", each").next()).unwrap_or(&line).to_owned();
            }
            if let Some(lines) = pools.entry(name.clone()).or_default().get_mut(side) {
                lines.push(line.trim_end().to_owned());
            }
        }
    }
    pools.sort_keys();
    let mut out = Vec::new();
    for [before, after] in pools.into_values() {
        if before == after {
            continue;
        }
        let heading = before.first().filter(|_| before.first() == after.first()).cloned();
        out.extend(heading.map(|heading| (' ', heading)));
        out.extend(before.iter().filter(|line| !after.contains(line)).map(|line| ('-', line.clone())));
        out.extend(after.iter().filter(|line| !before.contains(line)).map(|line| ('+', line.clone())));
    }
    out
}

/// `met`, `12 days late`, `not met in the term`, `no such milestone`.
fn late(late: Option<Late>) -> String {
    match late {
        None => "no such milestone".to_owned(),
        Some(Late::Met) => "met".to_owned(),
        Some(Late::Days(days)) => format!("{days} days late"),
        Some(Late::Never) => "not met in the term".to_owned(),
    }
}

/// A guard's state before and now: `holds → FAIL`.
fn guard(before: Option<GuardState>, guard: &Guard) -> String {
    let now = words::guard(guard).0;
    match before {
        None => format!("new: {now}"),
        Some(state) if state == guard.state => now.to_owned(),
        Some(GuardState::Holds) => format!("pass → {now}"),
        Some(GuardState::Broken) => format!("fail → {now}"),
        Some(GuardState::CannotKnow) => format!("cannot know → {now}"),
    }
}
