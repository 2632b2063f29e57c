//! The second opinion in words: one line where the clouds agree, otherwise where they do not. Must not compute
//! anything.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tonnage_plan::opinion::{Answer, Deed, Disagreement, Property, SaidBy, SecondOpinion};

use crate::words;

/// Characters of a value.
const TEXT: usize = 60;
/// Properties of a resource that are shown; all of them are in the JSON.
const PROPERTIES: usize = 8;

/// The opinion in one line.
pub fn headline(said: &SecondOpinion) -> String {
    let differ = said.disagreements.len() as u64;
    let asked = format!("{}, {}", words::count(said.units, "unit"), words::count(said.changes, "change"));
    let mut line = match (said.units, differ) {
        (0, _) if said.unasked.is_empty() => return "there is nothing to ask the cloud about".to_owned(),
        (0, _) => return format!("no answer about {}", words::count(said.unasked.len() as u64, "unit")),
        (_, 0) => format!("the cloud agrees: {asked}"),
        (_, 1) => format!("the cloud says something else of 1 resource ({asked})"),
        _ => format!("the cloud says something else of {} ({asked})", words::count(differ, "resource")),
    };
    if said.open > 0 {
        let _ = write!(line, "; of {} it leaves open what happens", words::count(said.open, "resource"));
    }
    if !said.unasked.is_empty() {
        let _ = write!(line, "; no answer about {}", words::count(said.unasked.len() as u64, "unit"));
    }
    line
}

/// What is said beside that: where the cloud differs, and of what it says nothing. The text, and whether it is a
/// heading of a resource. At most `shown` resources.
pub fn lines(said: &SecondOpinion, shown: usize) -> Vec<(String, bool)> {
    let mut lines = Vec::new();
    for found in said.disagreements.iter().take(shown) {
        let Disagreement { address, ours, theirs, unit, .. } = found;
        lines.push((format!("{address}: {}   {unit}", says(*ours, *theirs)), true));
        lines.extend(found.properties.iter().take(PROPERTIES).map(|found| (format!("  {}", property(found)), false)));
        if let Some(more) = found.properties.len().checked_sub(PROPERTIES).filter(|&more| more > 0) {
            lines.push((format!("  … and {more} more"), false));
        }
    }
    if let Some(more) = said.disagreements.len().checked_sub(shown).filter(|&more| more > 0) {
        lines.push((format!("… and {more} more: -json lists all"), false));
    }
    // Units of which nothing is known for the same reason are one line.
    let mut reasons: indexmap::IndexMap<&str, Vec<&str>> = indexmap::IndexMap::new();
    for unit in &said.unasked {
        reasons.entry(&unit.why).or_default().push(unit.unit.as_str());
    }
    for (why, units) in reasons {
        let named = match units.as_slice() {
            [one] => (*one).to_owned(),
            [first, .., last] => format!("{} ({first} … {last})", words::count(units.len() as u64, "unit")),
            [] => continue,
        };
        lines.push((format!("cannot know: {named}: {why}"), false));
    }
    lines
}

/// What both say of a resource.
pub(crate) fn says(ours: Deed, theirs: Deed) -> String {
    if ours == theirs {
        return format!("both {}, but not the same", ours.as_str());
    }
    format!("the plan says {}, the cloud {}", deed(ours), deed(theirs))
}

const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::MayReplace => "update, perhaps replace",
        other => other.as_str(),
    }
}

pub(crate) fn property(found: &Property) -> String {
    let Property { path, said_by, recreates, before, after, planned } = found;
    let short = |text: &Option<String>| text.as_deref().map_or_else(|| "(not told)".to_owned(), cut);
    let mut line = match said_by {
        SaidBy::Plan => format!("{path}  only the plan changes it"),
        SaidBy::Both | SaidBy::Cloud if before.is_none() && after.is_none() => path.clone(),
        SaidBy::Both | SaidBy::Cloud => format!("{path}  {} → {}", short(before), short(after)),
    };
    if *said_by == SaidBy::Cloud {
        line.push_str("  only the cloud changes it");
    }
    if let Some(planned) = planned {
        line.push_str(&format!("  the plan says {}", cut(planned)));
    }
    line.push_str(match recreates {
        Answer::No => "",
        Answer::Maybe => "  may replace it",
        Answer::Yes => "  replaces it",
    });
    line
}

fn cut(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{:?}", format!("{}…", text.get(..end).unwrap_or_default())),
        None => format!("{text:?}"),
    }
}

/// For machines: all of it.
pub fn to_json(said: &SecondOpinion) -> Value {
    let property = |found: &Property| {
        json!({
            "path": found.path, "said_by": found.said_by.as_str(), "recreates": found.recreates.as_str(),
            "before": found.before, "after": found.after, "planned": found.planned,
        })
    };
    json!({
        "agrees": said.disagreements.is_empty() && said.unasked.is_empty(),
        "summary": headline(said),
        "units": said.units,
        "changes": said.changes,
        "open": said.open,
        "disagreements": said.disagreements.iter().map(|found| json!({
            "address": found.address.as_str(), "unit": found.unit.as_str(), "cloud": found.site.cloud.as_str(),
            "region": found.site.region.as_str(), "plan": found.ours.as_str(), "said": found.theirs.as_str(),
            "worse": found.is_worse(),
            "properties": found.properties.iter().map(property).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "cannot_know": said.unasked.iter().map(|unit| json!({
            "unit": unit.unit.as_str(), "cloud": unit.site.cloud.as_str(), "region": unit.site.region.as_str(),
            "why": unit.why,
        })).collect::<Vec<_>>(),
    })
}
