//! Whether an edit that takes something over does nothing beside it: two plans, before and after it, held against each
//! other. Must not know how the edit was found.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::Symbol;
use tonnage_plan::{Action, Change, Effect, EffectKind, Plan, Reason, change::PropertyDiff};
use tonnage_report::{roll_up, words};
use tonnage_schema::{Access, path};

/// What a plan does to a resource, as it can be compared between plans.
#[derive(PartialEq, Eq)]
struct Does {
    action: Action,
    /// Of an action without differences: the resource as it is to be.
    body: Option<String>,
    /// Properties and what they become, and whether an author wanted that.
    diffs: BTreeMap<String, (Option<String>, bool)>,
    effects: BTreeSet<(EffectKind, Option<u64>, String)>,
    /// Others deleted it, and it is made again.
    again: bool,
    nodes: Option<u32>,
}

impl Does {
    fn of(plan: &Plan, change: &Change) -> Self {
        let text = |id| plan.values.to_json(id);
        let wanted = change.reasons.iter().any(|reason| !is_answer(reason));
        let follows = |path: &str| {
            change.reasons.iter().any(|reason| match reason {
                Reason::Follows { property, .. } | Reason::Cascade { property, .. } => property == path,
                _ => false,
            })
        };
        let by_author = |diff: &PropertyDiff| wanted && !diff.drift && !diff.conflict && !follows(&diff.path);
        Self {
            action: change.action,
            body: change.after.filter(|_| change.diffs.is_empty()).map(text),
            diffs: change
                .diffs
                .iter()
                .map(|diff| (diff.path.clone(), (diff.after.map(text), by_author(diff))))
                .collect(),
            effects: change.effects.iter().map(effect).collect(),
            again: change.reasons.contains(&Reason::Deleted),
            nodes: change.holds_after.map(|holds| holds.nodes),
        }
    }
}

fn effect(effect: &Effect) -> (EffectKind, Option<u64>, String) {
    (effect.kind, effect.nodes, effect.words.clone())
}

/// Whether a change is the plan's answer to what others did, or follows from that: it goes where that is taken over.
const fn is_answer(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Drift | Reason::Conflict | Reason::Follows { .. } | Reason::Cascade { .. } | Reason::Deleted
    )
}

/// What a plan does else than another, once an edit has taken over what was done to the resource at an address: in
/// words, none where it is nothing that matters. What is updated in place, and touches nothing that runs, is paid or is
/// kept, follows from the same line and may, unless it decides who gets in.
pub fn beside(access: &Access, before: &Plan, after: &Plan, address: Symbol) -> Vec<String> {
    let was: BTreeMap<Symbol, Does> = all(before);
    let now: BTreeMap<Symbol, Does> = all(after);
    let mut found = Vec::new();
    for change in &after.changes {
        let at = change.address;
        let (Some(does), known) = (now.get(&at), was.get(&at)) else { continue };
        if known.is_some_and(|known| known == does) {
            continue;
        }
        let new = |e: &&Effect| e.kind != EffectKind::Note && !known.is_some_and(|k| k.effects.contains(&effect(e)));
        let hurts: Vec<String> =
            change.effects.iter().filter(new).map(|effect| roll_up::effect(after, change, effect)).collect();
        let nodes = known.map_or_else(|| change.holds_before.map(|holds| holds.nodes), |known| known.nodes);
        // what others deleted leaves its unit too
        let gone = at == address && change.action == Action::Delete && known.is_some_and(|known| known.again);
        let in_place = gone || matches!(change.action, Action::Update | Action::NoOp);
        let new = |path: &str, to: &Option<String>| {
            known.and_then(|known| known.diffs.get(path)).is_none_or(|(before, _)| before != to)
        };
        let opens = |path: &str| access.of(change.kind, &path::parse(path)).is_some();
        let opens = || does.diffs.iter().any(|(path, (to, _))| new(path, to) && opens(path));
        // what is done as before, for fewer reasons, is nothing else
        let less = known.is_some_and(|known| known.action == does.action && known.body == does.body)
            && does.diffs.iter().all(|(path, (to, _))| !new(path, to));
        if hurts.is_empty() && nodes == does.nodes && less {
            continue;
        }
        if in_place && hurts.is_empty() && (at == address || (nodes == does.nodes && !opens())) {
            continue;
        }
        let what = match change.diffs.as_slice() {
            _ if !in_place => format!("{at} ({})", words::verb(change.action)),
            [only] => words::property(at.as_str(), &only.path),
            _ => at.to_string(),
        };
        let counted = match (nodes, does.nodes) {
            (Some(was), Some(is)) if in_place && was != is => {
                format!(" ({was} → {})", words::count(u64::from(is), "node"))
            }
            _ => String::new(),
        };
        let hurts = if hurts.is_empty() { String::new() } else { format!(": {}", hurts.join(", ")) };
        found.push(format!("{what}{counted}{hurts}"));
    }
    for (at, did) in was.iter().filter(|(at, _)| **at != address) {
        let lost = match now.get(at) {
            Some(does) => did.diffs.iter().any(|(path, (_, wanted))| *wanted && !does.diffs.contains_key(path)),
            None if did.diffs.is_empty() => !did.again,
            None => did.diffs.values().any(|(_, wanted)| *wanted),
        };
        if lost {
            found.push(format!("{at} (no longer changed as it is edited)"));
        }
    }
    found
}

fn all(plan: &Plan) -> BTreeMap<Symbol, Does> {
    plan.changes.iter().map(|change| (change.address, Does::of(plan, change))).collect()
}
