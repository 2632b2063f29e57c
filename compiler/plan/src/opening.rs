//! Whether what somebody else did, or the files themselves, let more in. Must not know which properties decide that,
//! nor what is open to everybody: tables say.

use tonnage_base::Symbol;
use tonnage_graph::{Node, Reference, ValueId, Values};
use tonnage_schema::{Access, Open, PathStep, Wider, path};

use crate::change::{Action, Change, Effect, EffectKind, Opens, PropertyDiff, Reason};

/// So many texts of one entry are said.
const SAID: usize = 8;

/// What became of who gets in by a property that was as applied and is as live; none where it does not decide that, or
/// lets in no more than it did for sure.
pub fn opens(
    access: &Access,
    values: &Values,
    (kind, path): (Symbol, &[PathStep]),
    (applied, live): (Option<ValueId>, Option<ValueId>),
) -> Option<Opens> {
    let is_on = || live.and_then(|id| values.scalar(id)).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let items = |side: Option<ValueId>| side.map_or(&[][..], |id| values.items(id));
    let is_list = |id: ValueId| matches!(values.node(id), Node::List(_));
    let wider = match access.of(kind, path)? {
        Wider::Any => return Some(Opens::Otherwise),
        Wider::On => is_on(),
        Wider::Off => !is_on(),
        Wider::More if live.is_some_and(is_list) => items(live).iter().any(|item| !items(applied).contains(item)),
        Wider::More => live.is_some(),
    };
    wider.then_some(Opens::Wider)
}

/// Whom a change that the files ask for lets in who was not let in before: everybody, or just more.
pub fn effects(access: &Access, open: &Open, values: &Values, change: &Change) -> Vec<Effect> {
    let kinds = |all| if all { EffectKind::AllowsAll } else { EffectKind::OpensToAll };
    let [before, after] = [change.before, change.after].map(|body| open_entries(open, values, change.kind, body));
    let new =
        after.into_iter().filter(|(_, id, all)| !before.iter().any(|(_, was, all_was)| (was, all_was) == (id, all)));
    let new: Vec<(Vec<PathStep>, ValueId, bool)> = new.collect();
    let mut found: Vec<Effect> = Vec::new();
    for (place, id, all) in &new {
        let property = path::display(place);
        let words = [property.clone(), said(values, *id)].join(" ");
        found.push(effect(kinds(*all), property, words.trim().to_owned()));
    }
    // what is made anew for something else that is, is as open as its author asked for it there
    let follows_whole =
        change.action.is_replace() && change.reasons.iter().any(|r| matches!(r, Reason::Cascade { .. }));
    if matches!(change.action, Action::Create | Action::Delete) || follows_whole {
        return found;
    }
    // what only follows something that is made anew lets in what it did
    let follows = |diff: &PropertyDiff| {
        change.reasons.iter().any(|reason| match reason {
            Reason::Cascade { property, .. } | Reason::Follows { property, .. } => *property == diff.path,
            _ => false,
        })
    };
    let mut wider: Vec<(Vec<PathStep>, Vec<&PropertyDiff>)> = Vec::new();
    for diff in change.diffs.iter().filter(|diff| !diff.drift && !follows(diff)) {
        let place = path::parse(&diff.path);
        let is_said = new.iter().any(|(entry, ..)| place.starts_with(entry) || entry.starts_with(&place));
        let opens = opens(access, values, (change.kind, &place), (diff.before, diff.after));
        if opens != Some(Opens::Wider) || is_said {
            continue;
        }
        let around = place.split_last().map_or(&[][..], |(_, around)| around);
        match wider.last_mut().filter(|(last, _)| last == around) {
            Some((_, diffs)) => diffs.push(diff),
            None => wider.push((around.to_vec(), vec![diff])),
        }
    }
    found.extend(wider.iter().flat_map(|(around, diffs)| match diffs.as_slice() {
        [] => None,
        [only] => Some(effect(EffectKind::OpensWider, only.path.clone(), became(values, only))),
        [first, ..] => {
            let names = diffs.iter().filter_map(|diff| diff.path.strip_prefix(path::display(around).as_str()));
            let names: Vec<&str> = names.map(|name| name.trim_start_matches('.')).collect();
            // switches that go the same way
            let now = diffs.iter().map(|diff| diff.after.and_then(|id| text(values, id)));
            let now = now.reduce(|one, other| if one == other { one } else { None }).flatten();
            let now = now.map_or_else(String::new, |now| format!(" → {now}"));
            let words = format!("{} {}{now}", path::display(around), names.join(", "));
            Some(effect(EffectKind::OpensWider, first.path.clone(), words.trim().to_owned()))
        }
    }));
    found
}

fn effect(kind: EffectKind, property: String, words: String) -> Effect {
    Effect { kind, nodes: None, gib: None, property: Some(property), batch: None, words, way_out: String::new() }
}

/// A property, and what comes into it.
fn became(values: &Values, diff: &PropertyDiff) -> String {
    let is_short = |id: ValueId| !matches!(values.node(id), Node::Map(_) | Node::List(_));
    // what has something inside is read where it is shown
    let is_flat = |id: &ValueId| values.entries(*id).all(|(_, inner)| is_short(inner));
    let now = diff.after.filter(is_flat).map_or_else(String::new, |id| said(values, id));
    let was = diff.before.filter(|id| is_short(*id)).map(|id| format!("{} → ", said(values, id)));
    format!("{} {}{now}", diff.path, was.unwrap_or_default()).trim().to_owned()
}

/// Entries of a body that let everybody in or (true) allow everything, each with its place.
fn open_entries(
    open: &Open,
    values: &Values,
    kind: Symbol,
    body: Option<ValueId>,
) -> Vec<(Vec<PathStep>, ValueId, bool)> {
    let mut found: Vec<(Vec<PathStep>, ValueId, bool)> = Vec::new();
    let rows = open.of(kind);
    let Some(body) = body.filter(|_| !rows.is_empty()) else { return found };
    for row in rows {
        let mut at: Vec<(Vec<PathStep>, ValueId)> = vec![(Vec::new(), body)];
        for step in row.entry.iter().flat_map(|entry| entry.steps()) {
            at = at.into_iter().flat_map(|(place, id)| step_into(values, place, id, *step)).collect();
        }
        for (place, id) in at.into_iter().filter(|(_, id)| row.holds(|name| texts(values, *id, name))) {
            // of the properties as a whole the one that opens them is meant
            let whole = row.first().filter(|_| row.entry.is_none());
            let first = whole.and_then(|key| Some((vec![PathStep::Key(key)], values.get(id, key)?)));
            let (place, id) = first.unwrap_or((place, id));
            if !found.iter().any(|(known, ..)| *known == place) {
                found.push((place, id, row.all));
            }
        }
    }
    found
}

/// The values at a step: each element of a list, and what stands alone in place of one.
fn step_into(
    values: &Values,
    place: Vec<PathStep>,
    id: ValueId,
    step: Option<Symbol>,
) -> Vec<(Vec<PathStep>, ValueId)> {
    let inside = |step: PathStep| [&place[..], &[step]].concat();
    match (step, values.node(id)) {
        (Some(key), _) => values.get(id, key).map(|value| (inside(PathStep::Key(key)), value)).into_iter().collect(),
        (None, Node::List(_)) => {
            let each = (0..).zip(values.items(id));
            each.map(|(at, item)| (inside(PathStep::Index(at)), *item)).collect()
        }
        (None, _) => vec![(place, id)],
    }
}

/// What stands at a name in an entry.
fn texts(values: &Values, entry: ValueId, name: &[Symbol]) -> Vec<String> {
    let Some(found) = name.iter().try_fold(entry, |at, key| values.get(at, *key)) else { return Vec::new() };
    let each = [found];
    let each = if matches!(values.node(found), Node::List(_)) { values.items(found) } else { &each };
    each.iter().filter(|id| values.node(**id) != Node::Null).map(|id| text(values, *id).unwrap_or_default()).collect()
}

/// The text of a scalar; of a reference, what it is to.
fn text(values: &Values, id: ValueId) -> Option<String> {
    match values.node(id) {
        Node::Reference(Reference { address, .. }) | Node::Unknown(Reference { address, .. }) => {
            Some(address.to_string())
        }
        _ => values.scalar(id).map(str::to_owned),
    }
}

/// An entry in few words: `CidrIp 0.0.0.0/0, FromPort 22, Principal.AWS *`.
fn said(values: &Values, id: ValueId) -> String {
    let mut found: Vec<String> = Vec::new();
    let mut stack: Vec<(String, ValueId)> = vec![(String::new(), id)];
    while let Some((name, id)) = stack.pop() {
        let inner: Vec<(String, ValueId)> = match values.node(id) {
            Node::Map(_) => {
                let dot = if name.is_empty() { "" } else { "." };
                values.entries(id).map(|(key, value)| (format!("{name}{dot}{key}"), value)).collect()
            }
            Node::List(_) => {
                let items = values.items(id);
                let texts: Vec<String> = items.iter().filter_map(|item| text(values, *item)).collect();
                if !texts.is_empty() && texts.len() == items.len() {
                    found.push(format!("{name} {}", cut(&texts, "")));
                    continue;
                }
                items.iter().map(|item| (name.clone(), *item)).collect()
            }
            _ => {
                found.extend(text(values, id).map(|text| format!("{name} {text}").trim().to_owned()));
                continue;
            }
        };
        stack.extend(inner.into_iter().rev());
    }
    cut(&found, ",")
}

fn cut(texts: &[String], comma: &str) -> String {
    let more = texts.len().saturating_sub(SAID);
    let more = if more > 0 { format!("{comma} and {more} more") } else { String::new() };
    let shown: Vec<&str> = texts.iter().take(SAID).map(String::as_str).collect();
    format!("{}{more}", shown.join(&format!("{comma} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_entries_let_more_in_and_fewer_do_not() {
        let access = Access::load("type,property,wider,source\nT,In,more,t\nT,Block,off,t\nT,Open,on,t\nT,Doc,any,t\n");
        let access = access.expect("a table");
        let mut values = Values::new();
        let mut of = |path: &str, applied: &str, live: &str| {
            let mut read = |text: &str| (!text.is_empty()).then(|| values.from_json(text).expect("a value"));
            let sides = (read(applied), read(live));
            opens(&access, &values, (Symbol::new("T"), &tonnage_schema::path::parse(path)), sides)
        };
        let wider = Some(Opens::Wider);
        assert_eq!(of("In", "[1]", "[1,2]"), wider);
        assert_eq!(of("In", "[1,2]", "[1]"), None);
        assert_eq!(of("In", "", "[1]"), wider);
        assert_eq!(of("In[0]", "1", "2"), wider);
        assert_eq!(of("In[0]", "1", ""), None);
        assert_eq!(of("Block", "true", "false"), wider);
        assert_eq!(of("Block", "true", ""), wider, "what is not there keeps nobody out");
        assert_eq!(of("Block", "false", "\"true\""), None);
        assert_eq!(of("Open", "false", "true"), wider);
        assert_eq!(of("Open", "true", "false"), None);
        assert_eq!(of("Doc.A", "1", "2"), Some(Opens::Otherwise));
        assert_eq!(of("Else", "1", "2"), None);
    }
}
