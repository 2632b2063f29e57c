//! What other tools read of a plan: the lines that Atlantis matches, the fields that tf-summarize, Checkov and conftest
//! read. Their sources name them; the tests read the same fields in the same way.

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

/// What GitHub's code scanning asks of SARIF 2.1.0.
#[test]
fn findings_have_rules_levels_and_lines() {
    let (folder, _) = made::saved();
    let shown = in_process(folder.path(), &["show", "plan", "-sarif"]);
    let sarif: Value = serde_json::from_str(&shown.out).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), 2, "{sarif}");
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("a number") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().expect("a level")));
        assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "main.fleet.hcl");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
    }
}
