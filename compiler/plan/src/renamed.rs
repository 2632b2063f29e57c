//! What leaves at one address while something alike comes at another: hardly two things. Must not know whether it is
//! one: that the author says, by `moved`, and whoever proposes it tries it first.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use tonnage_base::Symbol;
use tonnage_graph::Site;

use crate::change::{Action, Change, Reason};
use crate::decide::Decision;
use crate::inputs::Inputs;
use crate::moved::LiveView;
use crate::names;

/// What may be the same under a new name, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Old and new address of each, as a `moved` block has them.
    pub moves: Vec<Rename>,
    /// Running nodes that stop where the files say so, those that this plan stops for other reasons among them.
    pub stopping: u64,
}

/// An old and a new address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// What leaves.
    pub from: Symbol,
    /// What comes.
    pub to: Symbol,
}

impl Rename {
    /// The block that says so, to be pasted.
    pub fn block(&self) -> String {
        format!("moved {{\n  from = {}\n  to   = {}\n}}", self.from, self.to)
    }

    /// The rename of two addresses without what they end in alike: of `network.a.subnet["x"]` and
    /// `network.b.subnet["x"]` it is that of `network.a`.
    pub fn of(from: Symbol, to: Symbol) -> Self {
        let ends = |address: Symbol| {
            let mut ends = Vec::new();
            let mut end = 0;
            while end < address.as_str().len() {
                end = names::step(address.as_str(), if ends.is_empty() { 0 } else { end + 1 });
                ends.push(end);
            }
            ends
        };
        let rest = |address: Symbol, end: usize| address.as_str().get(end..).unwrap_or_default().to_owned();
        let cut = |address: Symbol, end: usize| Symbol::new(address.as_str().get(..end).unwrap_or(address.as_str()));
        // a kind and its name are not parted
        let pairs =
            ends(from).into_iter().skip(1).flat_map(|old| ends(to).into_iter().skip(1).map(move |new| (old, new)));
        let alike = pairs.into_iter().find(|(old, new)| rest(from, *old) == rest(to, *new));
        alike.map_or(Self { from, to }, |(old, new)| Self { from: cut(from, old), to: cut(to, new) })
    }
}

/// As many as an author is asked about: who renames more at once changes how a whole file is built.
const MOST: usize = 20;

/// All that is inside of an address: what follows it, without keys, of which type, where and of which shape.
type Kinds = BTreeSet<(String, Symbol, Site, Option<Symbol>)>;

/// A part of a fleet that only leaves or only comes.
#[derive(Default)]
struct Part {
    /// How far out it is: modules before blocks, blocks before options.
    depth: usize,
    kinds: Kinds,
    nodes: u64,
}

/// What leaves, and what comes alike, at one level and of one kind of block: `pool` beside `pool`, outermost first.
pub fn candidates(inputs: &Inputs<'_>, live: &LiveView<'_>, decisions: &[Decision], leaving: &[Change]) -> Vec<Rename> {
    let goes = |change: &&Change| {
        let leaves = matches!(change.action, Action::Delete | Action::Forget);
        let files = |reason: &Reason| matches!(reason, Reason::Gone | Reason::NotAsked);
        leaves && change.reasons.iter().any(files) && change.physical_id.is_some()
    };
    let is_new = |change: &&Change| change.action == Action::Create && change.reasons == [Reason::New];
    let mut left = parts(leaving.iter().filter(goes));
    let mut come = parts(decisions.iter().filter_map(|decision| decision.change.as_deref()).filter(is_new));
    if left.is_empty() || come.is_empty() {
        return Vec::new();
    }
    // of what stays in part the rest is no other thing
    let stays = inputs.desired.iter().map(|(_, resource)| resource.address);
    stays.for_each(|address| keep_out(&mut left, address));
    let stood = live.iter().map(|(_, resource)| live.address(resource.address));
    stood.for_each(|address| keep_out(&mut come, address));
    let mut alike: FxHashMap<_, Vec<(&String, &Part)>> = FxHashMap::default();
    for (to, part) in &come {
        alike.entry((part.depth, head(to), &part.kinds)).or_default().push((to, part));
    }
    let mut ordered: Vec<(&String, &Part)> = left.iter().collect();
    ordered.sort_by_key(|(_, part)| part.depth);
    let mut renames: Vec<Rename> = Vec::new();
    for (from, part) in ordered {
        let is_told = |address: &str, of: fn(&Rename) -> Symbol| {
            renames.iter().any(|told| tonnage_graph::is_inside(address, of(told).as_str()))
        };
        let Some(others) = alike.get_mut(&(part.depth, head(from), &part.kinds)) else { continue };
        if is_told(from, |told| told.from) {
            continue;
        }
        // what is told stays told: it is looked at once
        others.retain(|(to, _)| !is_told(to, |told| told.to));
        let best = others.iter().min_by_key(|(to, other)| (parent(to) != parent(from), other.nodes != part.nodes));
        renames.extend(best.map(|(to, _)| Rename { from: Symbol::new(from), to: Symbol::new(to) }));
        if renames.len() > MOST {
            return Vec::new();
        }
    }
    renames.sort();
    renames
}

/// Everything that changes lies in, by address.
fn parts<'c>(changes: impl Iterator<Item = &'c Change>) -> BTreeMap<String, Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for change in changes {
        let address = change.address.as_str();
        for (depth, end) in levels(address) {
            let (inside, rest) = address.split_at_checked(end).unwrap_or((address, ""));
            let holds = change.holds_before.or(change.holds_after);
            let part = parts.entry(inside.to_owned()).or_default();
            part.depth = depth;
            part.kinds.insert((names::without_keys(rest), change.kind, change.site, holds.map(|holds| holds.shape)));
            part.nodes += holds.map_or(0, |holds| holds.nodes.into());
        }
    }
    parts
}

/// What an address lies in is there all the same.
fn keep_out(parts: &mut BTreeMap<String, Part>, address: Symbol) {
    for (_, end) in levels(address.as_str()) {
        if let Some(inside) = address.as_str().get(..end)
            && !parts.is_empty()
        {
            parts.remove(inside);
        }
    }
}

/// Where the parts of an address end that an author names: modules, the block, the option of a pool.
fn levels(address: &str) -> Vec<(usize, usize)> {
    let mut ends = Vec::new();
    let mut at = 0;
    loop {
        let word = names::step(address, at);
        if word >= address.len() {
            break;
        }
        let end = names::step(address, word + 1);
        let kind = address.get(at..word).unwrap_or_default();
        ends.push((if kind == "module" { ends.len() } else { usize::MAX - 1 }, end));
        at = end + 1;
        if kind == "pool" && end < address.len() {
            ends.push((usize::MAX, names::step(address, at)));
        }
        if kind != "module" || end >= address.len() {
            break;
        }
    }
    ends
}

/// What an address lies in.
fn parent(address: &str) -> &str {
    let name = levels(address).iter().rev().map(|(_, end)| *end).find(|end| *end < address.len());
    address.get(..name.unwrap_or(0)).unwrap_or_default()
}

/// What kind of thing an address is: `module`, `pool`; of an option the pool that it belongs to.
fn head(address: &str) -> &str {
    let begin = parent(address).len();
    let own = address.get(begin..).unwrap_or_default().trim_start_matches('.');
    match own.split_once('.') {
        Some((kind, _)) => kind,
        None => parent(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_is_of_what_the_author_names() {
        let of = |from: &str, to: &str| {
            let told = Rename::of(Symbol::new(from), Symbol::new(to));
            format!("{} → {}", told.from, told.to)
        };
        assert_eq!(of(r#"network.a.subnet["x.y"]"#, r#"network.b.subnet["x.y"]"#), "network.a → network.b");
        assert_eq!(of(r#"resource.n["a"]"#, r#"resource.n["b"]"#), r#"resource.n["a"] → resource.n["b"]"#);
        assert_eq!(of("resource.a", "module.m.resource.a"), "resource.a → module.m.resource.a");
        assert_eq!(of("pool.a.x.nodes", "pool.a.y.nodes"), "pool.a.x → pool.a.y");
    }

    #[test]
    fn authors_name_modules_blocks_and_options() {
        let named = |address: &str| -> Vec<String> {
            levels(address).into_iter().map(|(_, end)| address[..end].to_owned()).collect()
        };
        let address = r#"module.m["a.b"].pool.chat["x"].only.nodes["z/001"]"#;
        assert_eq!(
            named(address),
            [r#"module.m["a.b"]"#, r#"module.m["a.b"].pool.chat["x"]"#, r#"module.m["a.b"].pool.chat["x"].only"#]
        );
        assert_eq!(named("capacity.floor.group"), ["capacity.floor"]);
        assert_eq!(named("resource.vpc"), ["resource.vpc"]);
        assert_eq!((head("pool.a"), head("pool.a.x"), head(r#"module.m["a"].pool.b"#)), ("pool", "pool.a", "pool"));
    }
}
