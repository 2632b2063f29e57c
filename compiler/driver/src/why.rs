//! From a property to the author's lines, and from these to the lines they take their values from. Must not know how it
//! is shown.

use tonnage_base::Symbol;
use tonnage_graph::{Node, ResourceGraph, ValueId, Values};
use tonnage_lang::{
    Intent,
    provenance::{Behind, Start, author_steps},
};
use tonnage_lower::{
    Lowered, OriginStep,
    path::{Segment, parse},
};

use crate::check::Checked;

/// Each step from the property at a path of the resource at an address: through the lowering that writes it, to what
/// the author wrote, through locals, modules and variables. Each line once.
pub fn steps(checked: &Checked, intent: &Intent, lowered: &Lowered, address: Symbol, path: &str) -> Vec<OriginStep> {
    let mut steps: Vec<OriginStep> = Vec::new();
    for step in lowered.origin(intent, address, path) {
        let behind = behind(checked, intent, address, &step);
        if step.is_far && step.text.is_empty() && !behind.is_there {
            continue;
        }
        let step = OriginStep { span: behind.at, text: said(step.text, &step.inside, &behind.name), ..step };
        let further = behind.steps;
        let further = further.into_iter().map(|step| OriginStep::new(step.span, step.text));
        for step in [step].into_iter().chain(further) {
            if !steps.iter().any(|known| known.span == step.span) {
                steps.push(step);
            }
        }
    }
    steps
}

/// What a line says: `size.gpus`; of what is found in a block, or in a value, by its name there: `labels.team`.
pub(crate) fn said(text: String, inside: &[Segment], name: &str) -> String {
    let own = text.contains(" of resource ") || text.starts_with("resource ");
    let by_name = !inside.is_empty() && inside != [Segment::Any] || text.is_empty();
    if !by_name || own || name.is_empty() { text } else { short(name).to_owned() }
}

/// A name as it is said beside a property: `size.gpus` of `pool.chat.size.gpus`.
pub(crate) fn short(name: &str) -> &str {
    let within = name.rsplit_once('/').map_or(name, |(_, within)| within);
    let of_pool = within.strip_prefix("pool.").and_then(|rest| Some(rest.split_once('.')?.1));
    of_pool.unwrap_or(within)
}

/// What stands behind a step: the part of its line that is meant, and the lines that takes its value from.
pub(crate) fn behind(checked: &Checked, intent: &Intent, address: Symbol, step: &OriginStep) -> Behind {
    let address = step.of.unwrap_or(address);
    author_steps(&checked.texts(), intent, Start { address: address.as_str(), at: step.span, inside: &step.inside })
}

/// The value at a path (`A.B[0]["c d"]`) of a body. Items of a list that are told apart by a key may be asked for by it
/// (`Tags["team"]`): what else such an item holds is its value.
pub fn value(values: &Values, body: ValueId, path: &str) -> Option<ValueId> {
    parse(path).into_iter().try_fold(body, |at, segment| match segment {
        Segment::Key(key) => values.get(at, key).or_else(|| keyed(values, at, key)),
        Segment::Index(index) => values.items(at).get(index).copied(),
        Segment::Any => None,
    })
}

fn keyed(values: &Values, list: ValueId, key: Symbol) -> Option<ValueId> {
    let is_key = |(_, value): &(Symbol, ValueId)| values.node(*value) == Node::String(key);
    let item = values.items(list).iter().find(|&&item| values.entries(item).any(|entry| is_key(&entry)))?;
    let mut rest = values.entries(*item).filter(|entry| !is_key(entry)).map(|(_, value)| value);
    match (rest.next(), rest.next()) {
        (Some(only), None) => Some(only),
        _ => Some(*item),
    }
}

/// A key that names the place alone (`nodes["use2-az1"]`) means its only group (`nodes["use2-az1/001"]`).
pub fn whole(asked: &str, graph: &ResourceGraph) -> Option<String> {
    if split(asked, |a| graph.find(Symbol::new(a)).is_some()).is_some() {
        return None;
    }
    let mut ends = asked.match_indices("\"]").map(|(at, _)| at).collect::<Vec<_>>();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let begin = format!("{}/", asked.get(..end)?);
        let mut fitting = graph.iter().map(|(_, r)| r.address.as_str()).filter(|a| a.starts_with(&begin));
        let (only, more) = (fitting.next()?, fitting.next());
        (more.is_none()).then(|| format!("{only}{}", asked.get(end + 2..).unwrap_or_default()))
    })
}

/// The longest beginning that is an address, and the rest as a path.
pub fn split(text: &str, known: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    if known(text) {
        return Some((text, ""));
    }
    text.char_indices()
        .rev()
        .filter(|(_, c)| matches!(c, '.' | '['))
        .find(|(at, _)| known(&text[..*at]))
        .map(|(at, _)| (&text[..at], text[at..].trim_start_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_longest_known_address_wins() {
        let known = |a: &str| a == "pool.a.n[\"z/001\"]" || a == "resource.r";
        assert_eq!(split("pool.a.n[\"z/001\"].Min.Size", known), Some(("pool.a.n[\"z/001\"]", "Min.Size")));
        assert_eq!(split("resource.r.Tags[\"a.b\"]", known), Some(("resource.r", "Tags[\"a.b\"]")));
        assert_eq!(split("nope.x", known), None);
    }
}
