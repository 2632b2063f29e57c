//! Rolling up: one line for 512 changes that are the same but for their key. The size of a report is bounded by the
//! number of different changes. Must not hide a deletion or a stop: the action and the effects are part of what
//! must be equal.

use std::{cmp::Reverse, collections::BTreeSet};

use indexmap::IndexMap;
use tonnage_base::Symbol;
use tonnage_graph::{Holds, Node, Values, secret::HIDDEN};
use tonnage_plan::{Action, Change, Choice, Effect, EffectKind, Plan, Reason, change::PropertyDiff};

use crate::{
    alike,
    drift::{self, Answer},
    inside::{self, Line},
    risks::{Nodes, Shapes, rank},
    values, words,
};

/// Changes that are the same but for their keys.
#[derive(Clone, Debug)]
pub struct RolledUp<'p> {
    /// What happens to each.
    pub action: Action,
    /// The address without the keys in which they differ.
    pub label: String,
    /// The native type.
    pub kind: Symbol,
    /// How much it hurts: 0 hurts most.
    pub rank: u8,
    /// The changes, in order of the plan.
    pub changes: Vec<&'p Change>,
    /// Where: `aws us-east-2`, each once.
    pub sites: BTreeSet<String>,
    /// Reasons in words, each once.
    pub reasons: BTreeSet<String>,
    /// What it does to nodes that run, paid capacity and data, summed up.
    pub effects: Vec<RolledEffect>,
    /// What differs, the same for all (values that vary are counted).
    pub diffs: Vec<RolledDiff>,
    /// The shape of the nodes it brings up or takes away, and how they are bought.
    pub holds: Option<Holds>,
    /// What some of the nodes afterwards still are, where that is not what is asked for; counted over all of them.
    pub stays: Option<Holds>,
    /// Nodes running now in all of them (reservations: nodes reserved).
    pub nodes_before: u64,
    /// Nodes that were asked for until now.
    pub nodes_asked: u64,
    /// Nodes afterwards.
    pub nodes_after: u64,
    /// The author's line; of several blocks the first one's.
    pub place: Option<String>,
    /// What others did to the first of them that can be written into the files: paths, the empty one its deletion.
    pub adoptable: Vec<String>,
    /// The blocks that change alike, where they are several: their names are not in the label.
    pub blocks: BTreeSet<String>,
}

/// The same effect of all changes of a roll-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolledEffect {
    /// What.
    pub kind: EffectKind,
    /// Nodes it touches in all of them.
    pub nodes: Nodes,
    /// The size of the data in all of them, as far as it is known.
    pub gib: u64,
    /// The property that does it.
    pub property: Option<String>,
    /// Those of them that are down at once, at most, where they are replaced in batches.
    pub at_once: Nodes,
    /// The shape that they stay, and the one of what replaces them, where these differ.
    pub stays: Option<(Symbol, Symbol)>,
    /// In words that go after what is counted.
    pub words: String,
}

/// A property that differs in all changes of a roll-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolledDiff {
    /// The property.
    pub path: String,
    /// Now.
    pub before: String,
    /// Afterwards.
    pub after: String,
    /// It forces a replacement.
    pub forces_replacement: bool,
    /// Somebody else changed it.
    pub drift: bool,
    /// As last applied, where the file and somebody else changed it to different things.
    pub conflict: Option<String>,
    /// What changed inside a long text, line by line.
    pub inside: Vec<Line>,
    /// Where it varies: the first of the changes by their keys, and how many there are more.
    pub each: Vec<String>,
    /// The author's line, and what is written there.
    pub origin: Option<(String, String)>,
}

/// Rolls up the changes of a plan; what hurts most comes first, then order of labels.
pub fn roll_up(plan: &Plan) -> Vec<RolledUp<'_>> {
    let mut groups: IndexMap<Key, RolledUp<'_>> = IndexMap::new();
    let shapes = Shapes::of(plan);
    for change in plan.changes.iter().filter(|c| c.action != Action::NoOp) {
        let diffs: Vec<RolledDiff> = rolled_diffs(&plan.values, change);
        let label = words::without_keys(change.address.as_str());
        let key = Key {
            action: change.action,
            kind: change.kind,
            paths: diffs
                .iter()
                .map(|d| (d.path.clone(), d.forces_replacement, d.drift, d.conflict.is_some()))
                .collect(),
            reasons: change.reasons.iter().filter_map(words::reason).map(|r| words::without_keys(&r)).collect(),
            shape: change.holds_after.or(change.holds_before).map(|h| (h.shape, h.market)),
            stays: change.stays().map(|h| (h.shape, h.market)),
            effects: change.effects.iter().map(|e| (e.kind, e.words.clone())).collect(),
            label: label.clone(),
        };
        let group = groups.entry(key).or_insert_with(|| RolledUp {
            action: change.action,
            label,
            kind: change.kind,
            rank: rank(change),
            changes: Vec::new(),
            sites: BTreeSet::new(),
            reasons: BTreeSet::new(),
            effects: Vec::new(),
            diffs: diffs.clone(),
            holds: change.holds_after.or(change.holds_before),
            stays: change.stays().map(|stays| Holds { nodes: 0, ..stays }),
            nodes_before: 0,
            nodes_asked: 0,
            nodes_after: 0,
            place: change.declared.clone(),
            adoptable: adoptable(plan, change),
            blocks: BTreeSet::new(),
        });
        merge_diffs(&mut group.diffs, &diffs);
        merge_effects(&mut group.effects, change, &shapes);
        group.rank = group.rank.min(rank(change));
        group.sites.insert(format!("{} {}", change.site.cloud, change.site.region));
        group.reasons.extend(change.reasons.iter().filter_map(words::reason).map(|r| words::without_keys(&r)));
        let before = change.holds_before.map_or(0, |h| u64::from(h.nodes));
        group.nodes_before += before;
        group.nodes_asked += change.asked_before.map_or(before, u64::from);
        group.nodes_after += match change.action {
            Action::Delete | Action::Forget => 0,
            _ => change.holds_after.map_or(0, |h| u64::from(h.nodes)),
        };
        if let Some((all, more)) = group.stays.as_mut().zip(change.stays()) {
            all.nodes = all.nodes.saturating_add(more.nodes);
        }
        group.changes.push(change);
    }
    let mut rolled: Vec<RolledUp<'_>> = groups.into_values().collect();
    for group in &mut rolled {
        // keys that all have are a part of the name
        group.label = words::common(group.changes.iter().map(|change| change.address.as_str()));
        let previous = group.changes.iter().filter_map(|change| change.previous_address);
        let was = words::common(previous.map(Symbol::as_str));
        group.reasons.extend((!was.is_empty()).then(|| format!("was {was}")));
        for (at, diff) in group.diffs.iter_mut().enumerate() {
            let first = group.changes.first().and_then(|change| change.diffs.get(at)?.origin.as_ref());
            let apart = diff.origin.is_none() && first.is_some();
            if apart || [&diff.before, &diff.after].into_iter().any(|side| side == VARIES) {
                diff.each = each(&plan.values, &group.changes, at, apart);
            }
        }
        let mut only_follow = group
            .changes
            .first()
            .map_or(&[][..], |change| &change.diffs)
            .iter()
            .map(|diff| group.changes.iter().all(|change| only_follows(&plan.values, change, &diff.path)));
        group.diffs.retain(|_| !only_follow.next().unwrap_or(false));
        group.diffs = elements(std::mem::take(&mut group.diffs));
    }
    let mut rolled = alike::together(rolled);
    rolled.sort_by(|a, b| {
        let order = |line: &RolledUp<'_>| (line.rank, Reverse(line.stopping()));
        order(a).cmp(&order(b)).then_with(|| (&a.label, a.kind).cmp(&(&b.label, b.kind)))
    });
    rolled
}

/// Whether a property only follows what changes: its reason says so, and nobody knows yet what it becomes.
fn only_follows(values: &Values, change: &Change, path: &str) -> bool {
    let follows = change.reasons.iter().any(|reason| match reason {
        Reason::Follows { property, .. } | Reason::Cascade { property, .. } => property == path,
        _ => false,
    });
    let is_unknown = |diff: &PropertyDiff| diff.after.is_some_and(|id| matches!(values.node(id), Node::Unknown(_)));
    let bare = |diff: &PropertyDiff| !(diff.forces_replacement || diff.drift || diff.conflict) && is_unknown(diff);
    follows && change.diffs.iter().find(|diff| diff.path == path).is_some_and(bare)
}

/// What stands for values that are not the same in all changes.
const VARIES: &str = "(varies)";

/// So many of the changes are named where they differ in what is said of them.
const NAMED: usize = 5;

/// So many of those that go are named.
const GOING: usize = 10;

/// Elements that come to the end of a list, or go from it, are one line: they differ as a whole. So is what changes
/// alike in elements that follow each other.
fn elements(diffs: Vec<RolledDiff>) -> Vec<RolledDiff> {
    const FROM: usize = 4;
    let alone = |diff: &RolledDiff| [diff.before == values::NONE, diff.after == values::NONE];
    let told = |diff: &RolledDiff| {
        (diff.forces_replacement, diff.drift, diff.conflict.is_some(), diff.inside.len(), diff.origin.clone())
    };
    let follows = |a: &RolledDiff, b: &RolledDiff| {
        let Some((_, _, inside)) = next(&a.path, &b.path) else { return false };
        let whole = inside.is_empty() && alone(a) == alone(b) && alone(a) != [false; 2];
        let same = (&a.before, &a.after, &a.each) == (&b.before, &b.after, &b.each) && a.inside.is_empty();
        (whole && a.each.is_empty() || same) && told(a) == told(b)
    };
    let chunks = diffs.chunk_by(follows).flat_map(|chunk| match chunk {
        [first, second, ..] if chunk.len() >= FROM && !first.drift => {
            let Some((list, from, inside)) = next(&first.path, &second.path) else { return chunk.to_vec() };
            let to = from + chunk.len() - 1;
            let is_same = chunk.iter().all(|diff| (&diff.before, &diff.after) == (&first.before, &first.after));
            let told = |side: &str| {
                if is_same || side == values::NONE {
                    side.to_owned()
                } else {
                    format!("{} elements, the first {side}", chunk.len())
                }
            };
            let (before, after) = (told(&first.before), told(&first.after));
            vec![RolledDiff { path: format!("{list}[{from}…{to}]{inside}"), before, after, ..first.clone() }]
        }
        _ => chunk.to_vec(),
    });
    chunks.collect()
}

/// Of two paths that differ in one index, by one: the list, the first of the two, and what follows.
fn next<'p>(path: &'p str, other: &str) -> Option<(&'p str, usize, &'p str)> {
    path.match_indices('[').find_map(|(open, _)| {
        let (list, after) = (path.get(..open)?, path.get(open + 1..)?);
        let (index, inside) = after.split_once(']')?;
        let from: usize = index.parse().ok()?;
        (other == format!("{list}[{}]{inside}", from.checked_add(1)?)).then_some((list, from, inside))
    })
}

/// The property at a place of the first changes, each by its keys, and by its line where each has its own.
fn each(values: &Values, changes: &[&Change], at: usize, apart: bool) -> Vec<String> {
    let named = changes.iter().take(NAMED).filter_map(|change| {
        let diff = change.diffs.get(at)?;
        let (before, after) = values::shown(values, (diff.before, diff.after), 40);
        let origin = diff.origin.as_ref().filter(|_| apart);
        let line = origin.map_or_else(String::new, |origin| format!("   {}  {}", origin.place, origin.name));
        Some(format!("{}  {before} → {after}{line}", words::keys(change.address.as_str())))
    });
    let more = changes.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| format!("… and {more} more: `-json` has all"));
    named.chain(rest).collect()
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    action: Action,
    label: String,
    kind: Symbol,
    paths: Vec<(String, bool, bool, bool)>,
    reasons: Vec<String>,
    shape: Option<(Symbol, tonnage_base::Market)>,
    stays: Option<(Symbol, tonnage_base::Market)>,
    effects: Vec<(EffectKind, String)>,
}

/// What others did to a resource that can be written into the files: paths, the empty one its deletion.
fn adoptable(plan: &Plan, change: &Change) -> Vec<String> {
    let paths = change.diffs.iter().map(|diff| diff.path.as_str()).chain([""]);
    paths.filter(|path| words::adopts(plan, change.address, path)).map(str::to_owned).collect()
}

fn rolled_diffs(values: &Values, change: &Change) -> Vec<RolledDiff> {
    change.diffs.iter().map(|diff| RolledDiff::of(values, diff, 200)).collect()
}

impl RolledDiff {
    /// Of one property, its values cut to `room` characters.
    pub fn of(values: &Values, diff: &PropertyDiff, room: usize) -> Self {
        let (before, after) = values::shown(values, (diff.before, diff.after), room);
        Self {
            path: diff.path.clone(),
            before,
            after,
            forces_replacement: diff.forces_replacement,
            drift: diff.drift,
            conflict: diff.conflict.then(|| values::show(values, diff.applied, room)),
            inside: inside::inside(values, diff.before, diff.after),
            each: Vec::new(),
            origin: diff.origin.as_ref().map(|o| (o.place.clone(), o.name.clone())),
        }
    }
}

/// Effects are the same in number, kind and words: these are part of what must be equal.
fn merge_effects(into: &mut Vec<RolledEffect>, change: &Change, shapes: &Shapes<'_>) {
    for effect in &change.effects {
        let one = RolledEffect::of(change, effect, shapes);
        match into.iter_mut().find(|rolled| (rolled.kind, &rolled.words) == (effect.kind, &effect.words)) {
            Some(rolled) => rolled.add(one.nodes, one.at_once, one.gib),
            None => into.push(one),
        }
    }
}

impl RolledEffect {
    /// Of one change alone.
    fn of(change: &Change, effect: &Effect, shapes: &Shapes<'_>) -> Self {
        Self {
            kind: effect.kind,
            nodes: shapes.nodes(change, effect),
            gib: effect.gib.unwrap_or(0),
            property: effect.property.clone(),
            at_once: shapes.at_once(change, effect),
            stays: shapes_apart(change).filter(|_| effect.kind == EffectKind::StayOld),
            words: effect.words.clone(),
        }
    }

    /// So much more of the same.
    pub(crate) fn add(&mut self, nodes: Nodes, at_once: Nodes, gib: u64) {
        self.nodes.add(nodes);
        self.at_once.add(at_once);
        self.gib = self.gib.saturating_add(gib);
    }
}

/// What one effect of a change is, in words.
pub fn effect(plan: &Plan, change: &Change, effect: &Effect) -> String {
    words::effect(&RolledEffect::of(change, effect, &Shapes::of(plan)))
}

/// The shape that nodes keep, and the one of what replaces them.
pub(crate) fn shapes_apart(change: &Change) -> Option<(Symbol, Symbol)> {
    let (stays, after) = change.stays().zip(change.holds_after)?;
    (stays.shape != after.shape).then_some((stays.shape, after.shape))
}

impl RolledDiff {
    /// What the plan does about it, where somebody else changed it.
    pub fn answer(&self) -> Option<Answer> {
        let choice = if self.conflict.is_some() { Choice::Overwrite } else { Choice::Revert };
        (self.drift || self.conflict.is_some()).then_some(Answer::Property(choice))
    }
}

impl RolledUp<'_> {
    /// GPUs and nodes that stop with it, or may.
    fn stopping(&self) -> (u64, u64) {
        let stops = |kind: EffectKind| kind.stops() || kind == EffectKind::MayStop;
        let stop = self.effects.iter().filter(|effect| stops(effect.kind));
        stop.map(|effect| (effect.nodes.gpus, effect.nodes.nodes)).max().unwrap_or_default()
    }

    /// Whether its block has left the files.
    pub fn is_gone(&self) -> bool {
        self.changes.first().is_some_and(|change| change.reasons.contains(&Reason::Gone))
    }

    /// The author's line behind an effect: of the property that does it, or of something in it; else of the whole.
    pub fn behind(&self, effect: &RolledEffect) -> Option<String> {
        let property = effect.property.as_deref();
        let within = |path: &str, property: &str| {
            path.strip_prefix(property).is_some_and(|inner| inner.is_empty() || inner.starts_with(['.', '[']))
        };
        let behind = |is: &dyn Fn(&str, &str) -> bool| {
            let mut diffs = self.diffs.iter().filter(|diff| property.is_some_and(|property| is(&diff.path, property)));
            diffs.find_map(|diff| Some(diff.origin.as_ref()?.0.clone()))
        };
        behind(&|path, property| path == property).or_else(|| behind(&within)).or_else(|| self.place.clone())
    }

    /// Which of them go, where several do: the first by their keys; and which blocks change alike.
    pub fn which(&self) -> Option<String> {
        if !self.blocks.is_empty() {
            return Some(format!("of these: {}", alike::names(self.blocks.iter().map(String::as_str))));
        }
        let goes = matches!(
            self.action,
            Action::Delete | Action::Forget | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
        );
        let all = self.changes.len();
        if !goes || all < 2 {
            return None;
        }
        let named = self.changes.iter().take(GOING).map(|change| words::keys(change.address.as_str()));
        let named: Vec<String> = named.filter(|keys| !keys.is_empty()).collect();
        let more = if all > GOING { format!(" and {} more", all - GOING) } else { String::new() };
        (!named.is_empty()).then(|| format!("these: {}{more}", named.join(", ")))
    }

    /// The author's line, or how it is that there is none.
    pub fn whence(&self) -> String {
        let reasons = self.changes.first().map_or(&[][..], |change| &change.reasons);
        let ended = reasons.iter().find_map(|reason| match reason {
            Reason::Ended { on } => Some(on),
            _ => None,
        });
        let more = match self.blocks.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let place = self.place.as_ref().map(|place| format!("{place}{more}"));
        match place {
            Some(place) if let Some(day) = ended => format!("its window ended on {day}, {place}"),
            Some(place) if reasons.contains(&Reason::Removed) => format!("`removed` at {place}"),
            Some(place) if reasons.contains(&Reason::NotAsked) => format!("no longer asked for by {place}"),
            Some(place) if reasons.contains(&Reason::Gone) => format!("was at {place}"),
            Some(place) => place,
            None if reasons.contains(&Reason::NotAsked) => "no longer asked for".to_owned(),
            None if reasons.contains(&Reason::Gone) => "no longer in the files".to_owned(),
            None => String::new(),
        }
    }

    /// The command that keeps what somebody else did to a property, for the first of the changes; none where nobody
    /// did, or no command can.
    pub fn way_out(&self, diff: &RolledDiff) -> Option<String> {
        let answer = diff.answer().filter(|_| diff.before != HIDDEN)?;
        match answer {
            _ if self.adopts(&diff.path) => self.command("to keep it", |address| words::adopt(address, &diff.path)),
            Answer::Property(Choice::Revert) => {
                let path = drift::leaves(&self.changes.first()?.diffs, &diff.path)?;
                self.command("to leave it alone", |address| words::ignore(address, &path))
            }
            _ => None,
        }
    }

    /// The command that lets what somebody else deleted be deleted; none where nobody did, it leaves the file too, or
    /// no command can.
    pub fn way_out_of_deletion(&self) -> Option<String> {
        let deleted = self.changes.first()?.reasons.contains(&Reason::Deleted);
        let works = deleted && self.action == Action::Create && self.adopts("");
        works.then(|| self.command("to leave it deleted", |address| words::adopt(address, "")))?
    }

    fn adopts(&self, path: &str) -> bool {
        self.adoptable.iter().any(|known| known == path)
    }

    fn command(&self, purpose: &str, of: impl Fn(&str) -> String) -> Option<String> {
        let first = self.changes.first()?;
        let more = match self.changes.len() {
            0 | 1 => String::new(),
            n => format!("   (and {} more)", n - 1),
        };
        Some(format!("{purpose}: {}{more}", of(first.address.as_str())))
    }
}

/// Values that vary between instances are said to vary.
fn merge_diffs(into: &mut [RolledDiff], from: &[RolledDiff]) {
    for (a, b) in into.iter_mut().zip(from) {
        if a.before != b.before {
            a.before = VARIES.to_owned();
        }
        if a.after != b.after {
            a.after = VARIES.to_owned();
        }
        if a.conflict != b.conflict {
            a.conflict = Some(VARIES.to_owned());
        }
        if a.inside != b.inside {
            a.inside.clear();
        }
        if a.origin != b.origin {
            a.origin = None;
        }
    }
}

#[cfg(test)]
mod tests;
