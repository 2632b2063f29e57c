//! Findings for code scanning, held against the schema of SARIF 2.1.0 and what GitHub asks beside it.

use std::path::Path;

use serde_json::Value;
use tonnage_golden_tests::in_process;

use crate::made;

fn sarif(case: &str) -> Value {
    let (folder, _) = made::planned(case);
    let shown = in_process(folder.path(), &["show", "plan", "-sarif"]);
    serde_json::from_str(&shown.out).expect("JSON")
}

fn schema(name: &str) -> jsonschema::Validator {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    // The pattern of a language, which we do not use, has a bracket too many to be one.
    let text = std::fs::read_to_string(file).expect("a schema").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
}

/// SARIF 2.1.0 as OASIS defines it, and what GitHub's code scanning asks beside it: rules with help, levels, and a
/// place for each finding.
#[test]
fn findings_have_rules_levels_and_lines() {
    let validator = schema("sarif-2.1.0.json");
    for case in ["shown_in_other_forms", "drift_shown_in_other_forms", "risks_for_machines"] {
        let sarif = sarif(case);
        let wrong: Vec<String> =
            validator.iter_errors(&sarif).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{case}");
        let run = &sarif["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
        for rule in rules {
            for text in [&rule["shortDescription"]["text"], &rule["help"]["text"], &rule["help"]["markdown"]] {
                assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
            }
        }
        let results = run["results"].as_array().expect("a list");
        assert!(!results.is_empty(), "{case}");
        let mut seen = std::collections::BTreeSet::new();
        for result in results {
            let rule = &rules[result["ruleIndex"].as_u64().expect("a number") as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(["note", "warning", "error"].contains(&result["level"].as_str().expect("a level")));
            assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            assert!(
                place["artifactLocation"]["uri"].as_str().is_some_and(|uri| uri.ends_with(".fleet.hcl")),
                "{result}"
            );
            assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
            assert!(
                seen.insert(result["partialFingerprints"]["tonnage/v1"].as_str().expect("a text")),
                "twice: {result}"
            );
        }
    }
}

/// What stops is an error at the author's line; what others did is a warning, and what a plan was told to leave alone a
/// note that is suppressed. What the files leave to others is no finding.
#[test]
fn risks_and_drift_are_findings() {
    let found = |sarif: Value| -> Vec<(String, String, u64, bool)> {
        let results = sarif["runs"][0]["results"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line =
            |result: &Value| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap_or(0);
        results.iter().map(|r| (text(&r["ruleId"]), text(&r["level"]), line(r), r["suppressions"].is_array())).collect()
    };
    let risks = found(sarif("shown_in_other_forms"));
    assert!(risks.contains(&("risk/stops".to_owned(), "error".to_owned(), 21, false)), "{risks:?}");
    let (folder, _) = made::planned("drift_shown_in_other_forms");
    let words = ["plan", "--embedded", "-ignore-drift", "resource.read.PolicyDocument", "-sarif"];
    let drift = found(serde_json::from_str(&in_process(folder.path(), &words).out).expect("JSON"));
    let of = |rule: &str, level: &str, suppressed: bool| {
        drift.iter().filter(|(r, l, _, s)| r == rule && l == level && *s == suppressed).count()
    };
    assert_eq!(of("drift/conflict", "warning", false), 1, "{drift:?}");
    assert_eq!(of("drift/changed", "warning", false), 3, "{drift:?}");
    assert_eq!(of("drift/deleted", "warning", false), 1, "{drift:?}");
    assert_eq!(of("drift/changed", "note", true), 1, "{drift:?}");
    assert_eq!(drift.len(), 6);
}
