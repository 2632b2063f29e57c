//! What other tools read of a plan. Atlantis, tf-summarize, Checkov and conftest do not run here: their sources name
//! what they match and decode, and the tests match and decode the same.

use regex_lite::Regex;
use serde_json::{Value, json};
use tonnage_base::Symbol;
use tonnage_golden_tests::in_process;
use tonnage_plan::{Action, Plan};
use tonnage_report::{PlanView, text};

use crate::made;

fn plan_json(case: &str) -> Value {
    json_of(case, &["input", "later"])
}

fn json_of(case: &str, folders: &[&str]) -> Value {
    let (folder, _) = made::planned_of(case, folders);
    let shown = in_process(folder.path(), &["show", "plan", "-json"]);
    serde_json::from_str(&shown.out).expect("JSON")
}

/// The two patterns of Atlantis (`server/events/models/models.go`, `rePlanChanges` and `reNoChanges`), by which it
/// counts what a plan does and finds that there is nothing to do.
fn atlantis(output: &str) -> (Option<[u64; 4]>, bool) {
    let changes =
        Regex::new(r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy.").expect("one");
    let nothing =
        Regex::new(r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration).")
            .expect("a pattern");
    let number = |text: Option<regex_lite::Match<'_>>| text.map_or(0, |text| text.as_str().parse().expect("a number"));
    let counted = changes.captures(output).map(|found| [1, 2, 3, 4].map(|group| number(found.get(group))));
    (counted, nothing.is_match(output))
}

/// Whatever a plan does, Atlantis counts it: also where something is imported, which stands before, or forgotten, which
/// stands after.
#[test]
fn atlantis_counts_what_a_plan_does() {
    let of = |actions: &[Action]| {
        let mut plan: Plan = made::large(actions.len());
        for (change, action) in plan.changes.iter_mut().zip(actions) {
            change.action = *action;
            change.physical_id = (*action != Action::Create).then(|| Symbol::new("id"));
        }
        let said = text::plan(&PlanView::of(&plan), Default::default());
        (atlantis(&said), said.lines().last().unwrap_or_default().to_owned())
    };
    use Action::{Create, Delete, Forget, Import, Move, ReplaceCreateFirst, ReplaceDeleteFirst, Update};
    for (actions, counted, line) in [
        (&[Create, Create, Update][..], [0, 2, 1, 0], "Plan: 2 to add, 1 to change, 0 to destroy."),
        (&[ReplaceCreateFirst, ReplaceDeleteFirst, Delete], [0, 2, 0, 3], "Plan: 2 to add, 0 to change, 3 to destroy."),
        (&[Import, Create], [1, 1, 1, 0], "Plan: 1 to import, 1 to add, 1 to change, 0 to destroy."),
        (&[Forget, Delete], [0, 0, 0, 1], "Plan: 0 to add, 0 to change, 1 to destroy, 1 to forget."),
        (
            &[Import, Forget, Update],
            [1, 0, 2, 0],
            "Plan: 1 to import, 0 to add, 2 to change, 0 to destroy, 1 to forget.",
        ),
        (&[Move], [0, 0, 0, 0], "Plan: 0 to add, 0 to change, 0 to destroy."),
    ] {
        assert_eq!(of(actions), ((Some(counted), false), line.to_owned()), "{actions:?}");
    }
    let (counted, line) = of(&[]);
    assert_eq!(counted, (None, true), "{line}");
    let (_folder, planned) = made::saved();
    assert_eq!(atlantis(&planned), (Some([0, 8, 2, 9]), false));
}

/// A field that terraform-json decodes (`plan.go`, `state.go`, `config.go`): what it may be, where it is there.
type Field = (&'static str, fn(&Value) -> bool);

const TEXT: fn(&Value) -> bool = |value| value.is_string();
const ANYTHING: fn(&Value) -> bool = |_| true;
const OBJECT: fn(&Value) -> bool = |value| value.is_object();
const LIST: fn(&Value) -> bool = |value| value.is_array();
const NUMBER: fn(&Value) -> bool = |value| value.is_u64();

fn decodes(value: &Value, required: &[Field], optional: &[Field]) {
    for (name, fits) in required {
        assert!(value.get(name).is_some_and(fits), "{name}: {value}");
    }
    for (name, fits) in optional {
        assert!(value.get(name).is_none_or(fits), "{name}: {value}");
    }
}

fn decodes_as_a_change(change: &Value) {
    let named: [Field; 5] =
        [("address", TEXT), ("mode", TEXT), ("type", TEXT), ("name", TEXT), ("provider_name", TEXT)];
    let index: Field = ("index", |index| index.is_string() || index.is_u64());
    decodes(change, &named, &[index, ("previous_address", TEXT), ("module_address", TEXT)]);
    let actions: Field = ("actions", |actions| {
        let known = ["create", "read", "update", "delete", "no-op", "forget"];
        actions
            .as_array()
            .is_some_and(|all| !all.is_empty() && all.iter().all(|a| known.iter().any(|known| a == known)))
    });
    let object_or_null: fn(&Value) -> bool = |value| value.is_object() || value.is_null();
    let fields: [Field; 6] = [
        actions,
        ("before", object_or_null),
        ("after", object_or_null),
        ("after_unknown", OBJECT),
        ("before_sensitive", |value| value.is_object() || value.is_boolean()),
        ("after_sensitive", |value| value.is_object() || value.is_boolean()),
    ];
    decodes(
        &change["change"],
        &fields,
        &[("importing", |importing| importing["id"].is_string()), ("replace_paths", LIST)],
    );
}

/// terraform-json refuses a plan whose format it does not know, and decodes the rest; tf-summarize (`terraformstate`)
/// sorts by actions: two are a replacement, and an identifier of `importing` is an import.
#[test]
fn tf_summarize_counts_what_the_summary_says() {
    for (case, folders) in [
        ("shown_in_other_forms", &["input", "later"][..]),
        ("drift_shown_in_other_forms", &["input", "later"]),
        ("a_pool_is_renamed", &["input", "later"]),
        ("removed_and_kept", &["input", "forgotten"]),
        ("imported", &["input"]),
    ] {
        let plan = json_of(case, folders);
        let version: Vec<u64> =
            plan["format_version"].as_str().expect("a text").split('.').filter_map(|n| n.parse().ok()).collect();
        assert!(version.as_slice() >= [0, 1].as_slice() && version.as_slice() < [2].as_slice(), "{version:?}");
        decodes(
            &plan,
            &[("complete", |value| value.is_boolean()), ("output_changes", OBJECT)],
            &[("variables", OBJECT)],
        );
        let changes = plan["resource_changes"].as_array().expect("a list");
        for change in changes.iter().chain(plan["resource_drift"].as_array().expect("a list")) {
            decodes_as_a_change(change);
        }
        let count = |wanted: &[&str]| changes.iter().filter(|c| c["change"]["actions"] == json!(wanted)).count() as u64;
        let replaced =
            changes.iter().filter(|c| c["change"]["actions"].as_array().is_some_and(|a| a.len() == 2)).count() as u64;
        let imported = changes.iter().filter(|c| c["change"]["importing"]["id"].is_string()).count() as u64;
        let counted = [imported, count(&["create"]) + replaced, count(&["update"]), count(&["delete"]) + replaced];
        let said = atlantis(plan["summary"].as_str().expect("a text")).0;
        assert_eq!(said, Some(counted), "{case}");
    }
}

/// Checkov takes a file for a plan where it has a `terraform_version` (`plan_utils.py`). It walks `planned_values`,
/// finds each resource's change by its address, and its references in `configuration`; `before` and `after` of each
/// change are objects or nothing to it (`plan_parser.py`).
#[test]
fn checkov_finds_each_planned_resource_and_its_references() {
    for case in ["shown_in_other_forms", "drift_shown_in_other_forms"] {
        let plan = plan_json(case);
        assert!(plan["terraform_version"].as_str().is_some_and(|version| !version.is_empty()));
        let resources = plan["planned_values"]["root_module"]["resources"].as_array().expect("a list");
        let configured = plan["configuration"]["root_module"]["resources"].as_array().expect("a list");
        assert!(!resources.is_empty());
        for resource in resources {
            let same = |other: &&Value| other["address"] == resource["address"];
            let change = plan["resource_changes"].as_array().into_iter().flatten().find(same).expect("its change");
            assert_eq!(change["change"]["after"], resource["values"]);
            let fields: [Field; 7] = [
                ("address", TEXT),
                ("mode", |mode| mode == "managed"),
                ("type", TEXT),
                ("name", TEXT),
                ("provider_name", TEXT),
                ("schema_version", NUMBER),
                ("values", OBJECT),
            ];
            decodes(resource, &fields, &[("index", ANYTHING), ("sensitive_values", OBJECT)]);
            let configured = configured.iter().find(same).expect("its configuration");
            let fields: [Field; 4] = [("mode", TEXT), ("type", TEXT), ("name", TEXT), ("provider_config_key", TEXT)];
            decodes(configured, &fields, &[("expressions", OBJECT), ("schema_version", NUMBER)]);
            for (name, expression) in configured["expressions"].as_object().expect("an object") {
                let references = expression["references"].as_array().expect("a list");
                assert!(!references.is_empty() && references.iter().all(Value::is_string), "{name}: {expression}");
            }
        }
    }
    let plan = plan_json("shown_in_other_forms");
    let configured = plan["configuration"]["root_module"]["resources"].as_array().expect("a list");
    let routed = configured.iter().find(|r| r["address"] == "resource.routed").expect("the association");
    assert_eq!(routed["expressions"]["SubnetId"]["references"], json!(["resource.a"]));
}

/// What policies for Terraform plans written in Rego ask most often, conftest's as others'
/// (`input.resource_changes[_].change`), and what they can ask of ours beside: the same paths are walked here.
#[test]
fn conftest_finds_what_its_policies_ask_for() {
    let plan = plan_json("shown_in_other_forms");
    let changes = plan["resource_changes"].as_array().expect("a list");
    let having = |action: &str| -> Vec<&str> {
        let has =
            |c: &&Value| c["change"]["actions"].as_array().is_some_and(|actions| actions.contains(&json!(action)));
        changes.iter().filter(has).filter_map(|c| c["address"].as_str()).collect()
    };
    let (deleted, created) = (having("delete"), having("create"));
    assert!(deleted.contains(&"resource.old") && !created.contains(&"resource.old"), "{deleted:?}");
    assert!(deleted.contains(&"resource.a") && created.contains(&"resource.a"), "{deleted:?} {created:?}");
    let subnet = changes.iter().find(|c| c["address"] == "resource.a").expect("the subnet");
    assert_eq!(subnet["change"]["before"]["CidrBlock"], "10.1.1.0/24");
    assert_eq!(subnet["change"]["after"]["CidrBlock"], "10.1.2.0/24");
    assert_eq!(subnet["change"]["replace_paths"], json!([["CidrBlock"]]));
    assert_eq!(plan["risks"]["gpus_stopped"], 40);
    assert_eq!(plan["risks"]["gpus_stopped_at_most"], 40);
    let risks = &plan_json("a_block_and_its_protected_group_shrink")["risks"];
    assert_eq!((&risks["gpus_stopped"], &risks["gpus_stopped_at_most"]), (&json!(32), &json!(56)));
    let lost = &risks["capacity_forfeited"][0];
    assert_eq!((&lost["nodes"], &lost["nodes_at_most"]), (&json!(4), &json!(7)));
    let plan = plan_json("drift_shown_in_other_forms");
    let drift = plan["resource_drift"].as_array().expect("a list");
    let policy = drift.iter().find(|d| d["address"] == "resource.read").expect("the policy's drift");
    assert_eq!(policy["properties"][0]["owner"], "stranger");
    assert_eq!(policy["properties"][0]["choice"], "revert");
}
