//! Blocks of other names that change alike: one line for a hundred pools of which only the names differ. What differs
//! in anything else stands apart, and who they are is said. Must not know what a block is for.

use std::collections::BTreeSet;
use std::hash::Hash;

use indexmap::IndexMap;
use tonnage_base::{Market, Symbol, quantity::group_thousands};
use tonnage_graph::{Holds, Parts};
use tonnage_plan::{Action, EffectKind};

use crate::{roll_up::RolledUp, words};

/// As many blocks are one line; fewer are read sooner each by its name.
const FROM: usize = 4;

/// An address of which the name of the author's block is taken out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Nameless {
    /// The block: `pool.web`, with the modules it is in.
    block: String,
    /// The same for all names: `pool.*`.
    blind: String,
    /// What follows: `.a.nodes`.
    rest: String,
}

impl Nameless {
    /// Of an address without keys; none where no block is named.
    pub(crate) fn of(address: &str) -> Option<Self> {
        let Parts { block, name, rest, .. } = Parts::of(address);
        let kind = block.strip_suffix(name).filter(|_| !name.is_empty())?;
        Some(Self { block: block.to_owned(), blind: format!("{kind}*"), rest: rest.to_owned() })
    }

    /// The address for all names.
    pub(crate) fn label(&self) -> String {
        format!("{}{}", self.blind, self.rest)
    }

    /// A text in which the block's address stands for those of all.
    fn in_text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.block) {
            let (before, found) = rest.split_at(at);
            let after = found.get(self.block.len()..).unwrap_or_default();
            let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            let whole = !after.starts_with(goes_on) && !before.ends_with(|c| goes_on(c) || c == '.');
            out.push_str(before);
            out.push_str(if whole { &self.blind } else { &self.block });
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// `pool.a, pool.b and 12 more`, at most ten of them.
pub(crate) fn names<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const NAMED: usize = 10;
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {} more", group_thousands(more as u64)) } else { String::new() };
    format!("{}{more}", names.take(NAMED).collect::<Vec<_>>().join(", "))
}

/// What must be the same but for the block's name.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    action: Action,
    kind: Symbol,
    rank: u8,
    label: String,
    count: usize,
    sites: Vec<String>,
    whence: String,
    reasons: Vec<String>,
    effects: Vec<(EffectKind, String)>,
    diffs: Vec<Diff>,
    nodes: [u64; 3],
    holds: [Option<(Symbol, Market, u32)>; 2],
}

#[derive(PartialEq, Eq, Hash)]
struct Diff {
    path: String,
    values: [String; 3],
    flags: [bool; 2],
    inside: Vec<String>,
}

fn key(line: &RolledUp<'_>, nameless: &Nameless) -> Key {
    let text = |text: &String| nameless.in_text(text);
    let holds = |holds: Option<Holds>| holds.map(|holds| (holds.shape, holds.market, holds.nodes));
    let diffs = line.diffs.iter().map(|diff| Diff {
        path: diff.path.clone(),
        values: [&diff.before, &diff.after, &diff.conflict.clone().unwrap_or_default()].map(text),
        flags: [diff.forces_replacement, diff.drift],
        inside: diff.inside.iter().map(ToString::to_string).chain(diff.each.iter().cloned()).collect(),
    });
    Key {
        action: line.action,
        kind: line.kind,
        rank: line.rank,
        label: nameless.label(),
        count: line.changes.len(),
        sites: line.sites.iter().cloned().collect(),
        whence: line.place.as_ref().map_or_else(|| line.whence(), |place| line.whence().replace(place.as_str(), "")),
        reasons: line.reasons.iter().map(text).collect(),
        effects: line.effects.iter().map(|effect| (effect.kind, text(&words::effect(effect)))).collect(),
        diffs: diffs.collect(),
        nodes: [line.nodes_before, line.nodes_asked, line.nodes_after],
        holds: [line.holds, line.stays].map(holds),
    }
}

/// A line, and what it is called but for its block; none where no block is named.
type Named<'p> = (Option<Nameless>, RolledUp<'p>);

/// The lines of blocks that change alike, as one.
pub(crate) fn together(lines: Vec<RolledUp<'_>>) -> Vec<RolledUp<'_>> {
    let named = lines.into_iter().map(|line| (Nameless::of(&words::without_keys(&line.label)), line));
    let alike = group(named, |(nameless, line)| Some(key(line, nameless.as_ref()?)));
    let lines = alike
        .into_iter()
        .flat_map(|alike| if alike.len() > 1 { one(alike) } else { alike.into_iter().map(|(_, line)| line).collect() });
    lines.collect()
}

/// Items of the same key, in groups of at least [`FROM`]; all others each alone, as those that have no key. In the
/// order of the first of each.
pub(crate) fn group<T, K: Hash + Eq>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> Option<K>) -> Vec<Vec<T>> {
    let mut groups: IndexMap<Result<K, usize>, Vec<(usize, T)>> = IndexMap::new();
    for (at, item) in items.into_iter().enumerate() {
        groups.entry(key(&item).ok_or(at)).or_default().push((at, item));
    }
    let groups = groups.into_values().flat_map(|group| {
        if group.len() < FROM { group.into_iter().map(|item| vec![item]).collect() } else { vec![group] }
    });
    let mut groups: Vec<Vec<(usize, T)>> = groups.collect();
    groups.sort_by_key(|group| group.first().map(|(at, _)| *at));
    groups.into_iter().map(|group| group.into_iter().map(|(_, item)| item).collect()).collect()
}

/// One line for all of them.
fn one(alike: Vec<Named<'_>>) -> Vec<RolledUp<'_>> {
    let others = alike.len().saturating_sub(1);
    let mut lines = alike.into_iter();
    let Some((Some(first), mut line)) = lines.next() else { return Vec::new() };
    line.label = first.label();
    line.reasons = line.reasons.iter().map(|reason| first.in_text(reason)).collect();
    line.blocks.insert(first.block.clone());
    for diff in &mut line.diffs {
        (diff.before, diff.after) = (first.in_text(&diff.before), first.in_text(&diff.after));
        diff.conflict = diff.conflict.take().map(|conflict| first.in_text(&conflict));
    }
    let origins: Vec<Option<(String, String)>> = line.diffs.iter().map(|diff| diff.origin.clone()).collect();
    let mut apart: BTreeSet<usize> = BTreeSet::new();
    for (nameless, other) in lines {
        line.blocks.extend(nameless.map(|nameless| nameless.block));
        line.nodes_before += other.nodes_before;
        line.nodes_asked += other.nodes_asked;
        line.nodes_after += other.nodes_after;
        if let Some((all, more)) = line.stays.as_mut().zip(other.stays) {
            all.nodes = all.nodes.saturating_add(more.nodes);
        }
        for (effect, more) in line.effects.iter_mut().zip(&other.effects) {
            effect.add(more.nodes, more.at_once, more.gib);
        }
        let differ = origins.iter().zip(&other.diffs).enumerate().filter(|(_, (origin, diff))| **origin != diff.origin);
        apart.extend(differ.map(|(at, _)| at));
        line.changes.extend(other.changes);
    }
    // each has a line of its own: the first of them is shown
    for (at, diff) in line.diffs.iter_mut().enumerate().filter(|(at, _)| apart.contains(at)) {
        diff.origin = origins.get(at).cloned().flatten().map(|(place, name)| {
            (place, format!("{} and {} more", first.in_text(&name), group_thousands(others as u64)))
        });
    }
    for effect in &mut line.effects {
        effect.words = first.in_text(&effect.words);
    }
    vec![line]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_the_block_is_taken_out() {
        let label = |address: &str| Nameless::of(address).map(|nameless| nameless.label());
        assert_eq!(label("pool.web.a.nodes").as_deref(), Some("pool.*.a.nodes"));
        assert_eq!(label("module.eu.module.x.pool.web.a").as_deref(), Some("module.eu.module.x.pool.*.a"));
        assert_eq!(label("pool"), None);
        let web = Nameless::of("pool.web.a.nodes").expect("a block");
        assert_eq!(
            web.in_text("pool.web.a and pool.web2.a and my-pool.web, pool.web"),
            "pool.*.a and pool.web2.a and my-pool.web, pool.*"
        );
    }
}
