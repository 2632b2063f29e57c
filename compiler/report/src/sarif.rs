//! What is wrong with a plan and what it puts at risk as SARIF 2.1.0, so that code scanning shows each at the line
//! where it is written: guards, capacity, what stops or is lost, what a cloud says otherwise, what others changed. Must
//! not compute anything.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tonnage_plan::{
    Choice,
    model::{Guard, GuardState},
    opinion::Disagreement,
};

use crate::{
    drift::{self, Answer, RolledDrift},
    opinion, preflight,
    roll_up::{RolledEffect, RolledUp},
    view::PlanView,
    words,
};

mod rules;

/// GitHub takes 25,000 results and shows 5,000: those that hurt most come first.
const MOST: usize = 5_000;

/// What is broken or cannot be known, what is short before apply, what is at risk, what others did. `folder` is where
/// the files lie in their repository, `fleets/serving/`: annotations are found by that.
pub fn plan(view: &PlanView<'_>, folder: &str) -> Value {
    let declared = Declared::of(view);
    let guards = &view.plan.guards;
    let mut all: Vec<Value> = guards.iter().map(guard_rule).collect();
    all.extend(rules::ALL.iter().map(|rule| rule.descriptor()));
    let mut found: Vec<Finding> =
        guards.iter().filter(|guard| guard.state != GuardState::Holds).map(of_guard).collect();
    for change in &view.changes {
        found.extend(change.effects.iter().filter_map(|effect| of_effect(change, effect)));
    }
    for row in view.plan.preflight.iter().filter(|row| row.is_short()) {
        let (check, rule) = (row.check.as_str(), rules::PREFLIGHT);
        found.push(Finding {
            rule: rule.id.to_owned(),
            level: rule.level,
            message: format!(
                "{check}, {}: {} ({})",
                row.subject,
                [Some(row.words()), row.numbers()].into_iter().flatten().collect::<Vec<_>>().join(", "),
                row.source
            ),
            place: declared.at(&preflight::address(row)),
            fingerprint: format!("{} {check} {}", rule.id, row.subject),
            suppressed: false,
        });
    }
    for alarm in &view.alarms {
        let Some(rule) = rules::of_alarm(alarm.what) else { continue };
        let mut told: Vec<&str> = Vec::new();
        for said in &alarm.said {
            // the second of one address is another finding
            let before = told.iter().filter(|about| **about == said.about).count();
            let which = if before == 0 { String::new() } else { format!(" {}", before + 1) };
            told.push(&said.about);
            found.push(Finding {
                rule: rule.id.to_owned(),
                level: rule.level,
                message: said.text.clone(),
                place: declared.at(&said.about).or_else(|| said.place.clone()),
                fingerprint: format!("{} {}{which}", rule.id, said.about),
                suppressed: false,
            });
        }
    }
    let opinion = view.plan.second_opinion.iter().filter(|_| !view.is_empty());
    found.extend(opinion.flat_map(|said| &said.disagreements).map(|found| of_disagreement(&declared, found)));
    // What an owner does that the files name is no finding.
    found.extend(view.drift.iter().filter(|line| line.owner == drift::STRANGER).map(of_drift));
    let left_out = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    // Code scanning refuses a finding without a place: what has left the files is shown where they begin.
    let somewhere = view.changes.iter().find_map(|change| change.place.as_deref()).and_then(file_and_line);
    let results: Vec<Value> = found
        .iter()
        .map(|finding| {
            let rule = all.iter().position(|rule| rule["id"] == finding.rule.as_str());
            let place = finding.place.as_deref().and_then(file_and_line);
            finding.result(rule, folder, place.or_else(|| somewhere.map(|(file, _)| (file, 1))))
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "tonnage", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": all}},
            "automationDetails": {"id": uri(&format!("tonnage/{}/{folder}", view.plan.fleet))},
            "columnKind": "unicodeCodePoints",
            "properties": {"digest": view.digest, "summary": view.summary(), "results_left_out": left_out},
            "results": results,
        }],
    })
}

/// A result before it is written.
struct Finding {
    rule: String,
    level: &'static str,
    message: String,
    place: Option<String>,
    /// The same finding in the next run, wherever its line has moved to.
    fingerprint: String,
    /// It was decided to leave it as it is.
    suppressed: bool,
}

impl Finding {
    fn result(&self, rule: Option<usize>, folder: &str, place: Option<(&str, u64)>) -> Value {
        let mut out = json!({
            "ruleId": self.rule, "level": self.level,
            "message": {"text": self.message},
            "partialFingerprints": {"tonnage/v1": self.fingerprint},
        });
        if let Some(rule) = rule {
            out["ruleIndex"] = json!(rule);
        }
        if let Some((file, line)) = place {
            out["locations"] = json!([{"physicalLocation": {
                "artifactLocation": {"uri": uri(&format!("{folder}{file}")), "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line},
            }}]);
        }
        if self.suppressed {
            let why = "the plan was made with -ignore-drift";
            out["suppressions"] = json!([{"kind": "external", "justification": why}]);
        }
        out
    }
}

fn guard_rule(guard: &Guard) -> Value {
    let level = if guard.deny { "error" } else { "warning" };
    let help = if guard.deny {
        format!(
            "The plan is refused. Change what it asks for, or lift the guard for this one plan: `tonnage apply -ack DIGEST:{}`.",
            guard.name
        )
    } else {
        "The plan can be applied. Change what it asks for, or the guard.".to_owned()
    };
    rules::descriptor(&guard.name, level, "guard", &guard.name, &help)
}

fn of_guard(guard: &Guard) -> Finding {
    let (level, word) = match (guard.state, guard.deny) {
        (GuardState::Broken, true) => ("error", ""),
        (GuardState::Broken, false) => ("warning", ""),
        _ => ("note", "cannot know: "),
    };
    Finding {
        rule: guard.name.clone(),
        level,
        message: format!("{word}{}", guard.message),
        place: Some(guard.place.clone()),
        fingerprint: guard.name.clone(),
        suppressed: false,
    }
}

fn of_effect(change: &RolledUp<'_>, effect: &RolledEffect) -> Option<Finding> {
    let rule = rules::of_effect(effect.kind)?;
    Some(Finding {
        rule: rule.id.to_owned(),
        level: rule.level,
        message: format!("{}{}: {}", words::times(change.changes.len()), change.label, words::effect(effect)),
        place: change.behind(effect).filter(|_| !change.is_gone()),
        fingerprint: match &effect.property {
            // of these one resource has several
            Some(property) if effect.kind.is_of_access() => format!("{} {} {property}", rule.id, change.label),
            _ => format!("{} {}", rule.id, change.label),
        },
        suppressed: false,
    })
}

fn of_disagreement(declared: &Declared<'_>, found: &Disagreement) -> Finding {
    let rule = if found.is_worse() { rules::WORSE } else { rules::OTHERWISE };
    let properties: Vec<String> = found.properties.iter().map(opinion::property).collect();
    let why = if properties.is_empty() { String::new() } else { format!(" ({})", properties.join("; ")) };
    let address = words::without_keys(found.address.as_str());
    Finding {
        rule: rule.id.to_owned(),
        level: rule.level,
        message: format!("{}: {}{why}", found.address, opinion::says(found.ours, found.theirs)),
        place: declared.at(&address),
        fingerprint: format!("{} {}", rule.id, found.address),
        suppressed: false,
    }
}

fn of_drift(line: &RolledDrift) -> Finding {
    let rule = rules::of_drift(line.answer);
    let suppressed = matches!(line.answer, Answer::Property(Choice::Ignore | Choice::Accept));
    let what = match line.answer {
        Answer::MakesAgain => format!("{} was deleted by somebody else", line.label),
        Answer::Property(_) | Answer::Lost(_) if !line.inside.is_empty() => {
            let inside: Vec<String> = line.inside.iter().map(ToString::to_string).collect();
            format!("{} was changed inside by somebody else ({})", line.whole(), inside.join("; "))
        }
        Answer::Property(_) | Answer::Lost(_) => {
            format!("{} was changed by somebody else, {} → {}", line.whole(), line.applied, line.live)
        }
    };
    let ways = line.ways_out().into_iter().map(|(purpose, command)| format!(". To {purpose}: {command}"));
    Finding {
        rule: rule.id.to_owned(),
        level: if suppressed { "note" } else { rule.level },
        message: format!(
            "{}{what}: {}{}",
            words::times(line.addresses.len()),
            line.answer_in_words(),
            ways.collect::<String>()
        ),
        place: line.place.clone(),
        fingerprint: format!("{} {}", rule.id, line.whole()),
        suppressed,
    }
}

/// Where what changes is declared, by address without keys.
struct Declared<'v>(BTreeMap<String, &'v str>);

impl<'v> Declared<'v> {
    fn of(view: &'v PlanView<'_>) -> Self {
        let mut places = BTreeMap::new();
        for change in view.changes.iter().flat_map(|line| &line.changes) {
            if let Some(place) = &change.declared {
                places.entry(words::without_keys(change.address.as_str())).or_insert(place.as_str());
            }
        }
        Self(places)
    }

    /// Where the first of what an address names, or what is inside it, is declared.
    fn at(&self, address: &str) -> Option<String> {
        let near = self.0.range(address.to_owned()..).take_while(|(at, _)| at.starts_with(address));
        near.filter(|(at, _)| tonnage_graph::is_inside(at, address)).map(|(_, place)| (*place).to_owned()).next()
    }
}

/// `fleet.hcl:14` or `fleet.hcl:14:3`.
fn file_and_line(place: &str) -> Option<(&str, u64)> {
    let (file, last) = place.rsplit_once(':')?;
    let last = last.parse().ok()?;
    match file.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
        Some(with_column) => Some(with_column),
        None => Some((file, last)).filter(|(_, line)| *line > 0),
    }
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_and_a_line() {
        assert_eq!(file_and_line("a/b.hcl:14"), Some(("a/b.hcl", 14)));
        assert_eq!(file_and_line("a.hcl:14:3"), Some(("a.hcl", 14)));
        assert_eq!(file_and_line("a.hcl"), None);
        assert_eq!(uri("a b/ü.hcl"), "a%20b/%C3%BC.hcl");
    }
}
