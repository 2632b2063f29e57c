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

use crate::{
    alike::{self, Nameless},
    inside::Line as Inner,
    words,
};

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
    /// What changed inside a long text.
    pub inside: Vec<Inner>,
    /// `file:line`, in the second revision where it is there: of what is edited, where that is another line.
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

/// Blocks that differ alike.
struct Rolled {
    /// The first of them; what varies in it is said to vary.
    block: Block,
    count: usize,
    /// Which they are, where their names are not in the address.
    names: Option<String>,
}

/// Instances that differ alike are one, and so are blocks of other names. What is gone comes first, then what changes.
fn rolled(blocks: &[Block]) -> Vec<Rolled> {
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
                if line.inside != other.inside {
                    line.inside.clear();
                }
            }
        }
    }
    let rank = |action: Action| match action {
        Action::Delete => 0,
        Action::Update => 1,
        Action::Move => 2,
        _ => 3,
    };
    let same = |(block, count): &(Block, usize)| {
        let lines = block.lines.iter().map(|line| (line.path.clone(), line.before.clone(), line.after.clone()));
        let label = Nameless::of(&words::without_keys(&block.address))?.label();
        block.was.is_none().then(|| (block.action, label, *count, lines.collect::<Vec<_>>()))
    };
    let all = alike::group(groups.into_values(), same).into_iter().filter_map(|group| {
        let names = (group.len() > 1).then(|| alike::names(group.iter().map(|(block, _)| block.address.as_str())));
        let more = group.len() - 1;
        let (mut block, count) = group.into_iter().next()?;
        if more > 0 {
            let label = Nameless::of(&words::without_keys(&block.address)).map(|nameless| nameless.label());
            block.address = label.unwrap_or(block.address);
            let places = block.lines.iter_mut().map(|line| &mut line.place).chain([&mut block.place]);
            places.for_each(|place| place.push_str(&format!(" and {more} more")));
        }
        Some(Rolled { block, count: count * (more + 1), names })
    });
    let mut all: Vec<Rolled> = all.collect();
    all.sort_by(|a, b| (rank(a.block.action), &a.block.address).cmp(&(rank(b.block.action), &b.block.address)));
    all
}

fn vary(value: &mut Option<String>, other: &Option<String>) {
    if value != other {
        *value = Some("(varies)".to_owned());
    }
}

/// A line's values: `4096 → 4608`, `(not set) → true`.
fn values(line: &Line) -> String {
    if !line.inside.is_empty() {
        return "changes inside".to_owned();
    }
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
        for line in crate::text::placement::lines_by_name(&told) {
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
    let differing = pools.into_iter().filter(|(_, [before, after])| before != after).map(|(name, [before, after])| {
        let heading = before.first().filter(|_| before.first() == after.first()).cloned();
        let gone = before.iter().filter(|line| !after.contains(line)).map(|line| ('-', line.clone()));
        let new = after.iter().filter(|line| !before.contains(line)).map(|line| ('+', line.clone()));
        (name, heading, gone.chain(new).collect::<Vec<_>>())
    });
    let mut out = Vec::new();
    // of those that stay, and are one pool each
    let same = |(name, heading, lines): &(String, Option<String>, Vec<(char, String)>)| {
        let label = Nameless::of(name).filter(|_| heading.as_ref() == Some(name))?.label();
        Some((label, lines.clone()))
    };
    for group in alike::group(differing, same) {
        let names = alike::names(group.iter().map(|(name, ..)| name.as_str()));
        let many = group.len();
        let Some((name, heading, lines)) = group.into_iter().next() else { continue };
        let label = Nameless::of(&name).filter(|_| many > 1).map(|nameless| nameless.label());
        let heading = label.map_or(heading, |label| Some(format!("{many} × {label}, each: {names}")));
        out.extend(heading.map(|heading| (' ', heading)));
        out.extend(lines);
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
