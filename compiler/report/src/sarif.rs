//! Guards and policies as SARIF 2.1.0, so that code scanning shows each at the line where it is written. Must not compute
//! anything.

use serde_json::{Value, json};
use tonnage_plan::model::{Guard, GuardState, Verdict};

use crate::{text, view::PlanView};

/// What is broken, what cannot be known, and where capacity is short.
pub fn plan(view: &PlanView<'_>) -> Value {
    let guards: Vec<&Guard> = view.plan.guards.iter().collect();
    let rules: Vec<Value> = guards
        .iter()
        .map(|guard| {
            json!({
                "id": guard.name,
                "shortDescription": {"text": guard.name},
                "defaultConfiguration": {"level": if guard.deny { "error" } else { "warning" }},
            })
        })
        .chain([json!({"id": CAPACITY, "shortDescription": {"text": "capacity that is asked for is there"}})])
        .collect();
    let broken = guards.iter().enumerate().filter(|(_, guard)| guard.state != GuardState::Holds);
    let mut results: Vec<Value> = broken.map(|(rule, guard)| result(rule, guard)).collect();
    for row in view.plan.preflight.iter().filter(|row| matches!(row.verdict, Verdict::ShortBy(_))) {
        results.push(json!({
            "ruleId": CAPACITY, "ruleIndex": guards.len(), "level": "warning",
            "message": {"text": format!("{}: {} ({})", row.subject, text::verdict(row), row.source)},
            "partialFingerprints": {"tonnage/v1": format!("{CAPACITY} {}", row.subject)},
        }));
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "tonnage", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "automationDetails": {"id": format!("tonnage/{}/", view.plan.fleet)},
            "columnKind": "unicodeCodePoints",
            "properties": {"digest": view.digest, "summary": view.summary()},
            "results": results,
        }],
    })
}

const CAPACITY: &str = "capacity";

fn result(rule: usize, guard: &Guard) -> Value {
    let (level, word) = match (guard.state, guard.deny) {
        (GuardState::Broken, true) => ("error", ""),
        (GuardState::Broken, false) => ("warning", ""),
        _ => ("note", "cannot know: "),
    };
    let mut out = json!({
        "ruleId": guard.name, "ruleIndex": rule, "level": level,
        "message": {"text": format!("{word}{}", guard.message)},
        // the same finding in the next run, wherever its line has moved to
        "partialFingerprints": {"tonnage/v1": guard.name},
    });
    if let (Some((file, line)), Some(object)) = (file_and_line(&guard.place), out.as_object_mut()) {
        let place = json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        }});
        object.insert("locations".to_owned(), json!([place]));
    }
    out
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
