//! What other tools read of a plan: the lines that Atlantis matches, the fields that tf-summarize, Checkov and conftest
//! read. Their sources name them; the tests read the same fields in the same way.

use std::path::Path;

use regex_lite::Regex;
use serde_json::{Value, json};
use tonnage_golden_tests::in_process;
use tonnage_report::{PlanView, text};

use crate::made;

fn plan_json() -> Value {
    let (folder, _) = made::saved();
    let shown = in_process(folder.path(), &["show", "plan", "-json"]);
    serde_json::from_str(&shown.out).expect("JSON")
}

/// Atlantis finds the numbers of a plan, and that there is nothing to do, by two patterns (`models.NewPlanSuccessStats`).
#[test]
fn atlantis_matches_our_summary_lines() {
    let changes =
        Regex::new(r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy.").expect("one");
    let nothing =
        Regex::new(r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration).")
            .expect("a pattern");
    let (_folder, planned) = made::saved();
    let numbers = changes.captures(&planned).expect("a summary line");
    assert_eq!([&numbers[2], &numbers[3], &numbers[4]], ["8", "2", "9"]);
    assert!(!nothing.is_match(&planned));
    let empty = made::large(0);
    let said = text::plan(&PlanView::of(&empty), Default::default());
    assert!(nothing.is_match(&said) && !changes.is_match(&said), "{said}");
}

/// tf-summarize decodes with terraform-json, which refuses another format version, and sorts changes by their actions.
#[test]
fn tf_summarize_counts_what_the_summary_says() {
    let plan = plan_json();
    assert!(plan["format_version"].as_str().is_some_and(|version| version.starts_with("1.")), "not terraform-json's");
    let changes = plan["resource_changes"].as_array().expect("a list");
    let count = |wanted: &[&str]| changes.iter().filter(|c| c["change"]["actions"] == json!(wanted)).count();
    let replaced = count(&["delete", "create"]) + count(&["create", "delete"]);
    assert_eq!([count(&["create"]) + replaced, count(&["update"]), count(&["delete"]) + replaced], [8, 2, 9]);
    for change in changes {
        for field in ["address", "mode", "type", "name", "provider_name"] {
            assert!(change[field].is_string(), "{field}: {change}");
        }
        for field in ["before_sensitive", "after_sensitive", "after_unknown"] {
            assert!(change["change"][field].is_object() || change["change"][field].is_boolean(), "{field}: {change}");
        }
        for field in ["before", "after"] {
            assert!(change["change"][field].is_object() || change["change"][field].is_null(), "{field}: {change}");
        }
    }
    assert!(plan["output_changes"].is_object());
}

/// Checkov walks `planned_values`, finds each resource's change by its address, and its references in `configuration`.
#[test]
fn checkov_finds_each_planned_resource_and_its_references() {
    let plan = plan_json();
    let resources = plan["planned_values"]["root_module"]["resources"].as_array().expect("a list");
    let configured = plan["configuration"]["root_module"]["resources"].as_array().expect("a list");
    assert!(!resources.is_empty());
    for resource in resources {
        let same = |other: &&Value| other["address"] == resource["address"];
        let change = plan["resource_changes"].as_array().into_iter().flatten().find(same).expect("its change");
        assert_eq!(change["change"]["after"], resource["values"]);
        assert!(resource["mode"] == "managed" && resource["type"].is_string() && resource["name"].is_string());
        assert!(configured.iter().any(|other| same(&other)), "{resource}");
    }
    let routed = configured.iter().find(|r| r["address"] == "resource.routed").expect("the association");
    assert_eq!(routed["expressions"]["SubnetId"]["references"], json!(["resource.a"]));
}

/// What a policy for Terraform plans written in Rego asks most often.
#[test]
fn conftest_finds_deletions_and_properties() {
    let plan = plan_json();
    let changes = plan["resource_changes"].as_array().expect("a list");
    let deleted: Vec<&str> = changes
        .iter()
        .filter(|c| c["change"]["actions"].as_array().is_some_and(|actions| actions.contains(&json!("delete"))))
        .filter_map(|c| c["address"].as_str())
        .collect();
    assert!(deleted.contains(&"resource.old") && deleted.contains(&"resource.a"), "{deleted:?}");
    let subnet = changes.iter().find(|c| c["address"] == "resource.a").expect("the subnet");
    assert_eq!(subnet["change"]["after"]["CidrBlock"], "10.1.2.0/24");
    assert_eq!(subnet["change"]["replace_paths"], json!([["CidrBlock"]]));
}

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

/// SARIF 2.1.0 as OASIS defines it, and what GitHub's code scanning asks beside it: rules with help, levels, and a place for each
/// finding.
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

/// What stops is an error at the author's line; what others did is a warning, and what is left to them a note that is
/// suppressed.
#[test]
fn risks_and_drift_are_findings() {
    let found = |case: &str| -> Vec<(String, String, u64, bool)> {
        let sarif = sarif(case);
        let results = sarif["runs"][0]["results"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line =
            |result: &Value| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap_or(0);
        results.iter().map(|r| (text(&r["ruleId"]), text(&r["level"]), line(r), r["suppressions"].is_array())).collect()
    };
    let risks = found("shown_in_other_forms");
    assert!(risks.contains(&("risk/stops".to_owned(), "error".to_owned(), 21, false)), "{risks:?}");
    let drift = found("drift_shown_in_other_forms");
    let of = |rule: &str, level: &str, suppressed: bool| {
        drift.iter().filter(|(r, l, _, s)| r == rule && l == level && *s == suppressed).count()
    };
    assert_eq!(of("drift/conflict", "warning", false), 1, "{drift:?}");
    assert_eq!(of("drift/changed", "warning", false), 4, "{drift:?}");
    assert_eq!(of("drift/deleted", "warning", false), 1, "{drift:?}");
    assert_eq!(of("drift/changed", "note", true), 1, "{drift:?}");
    assert_eq!(drift.len(), 7);
}
