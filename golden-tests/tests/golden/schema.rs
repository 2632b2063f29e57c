//! The JSON that cases and examples print, held against the schemas under `docs/schemas/`. Must not know any single
//! case.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonschema::Validator;
use serde_json::{Value, json};
use tonnage_golden_tests::{Fixed, in_process, in_process_at};

/// Commands of which the JSON has a schema.
const VERBS: [&str; 9] = ["plan", "diff", "timeline", "validate", "test", "graph", "show", "explain", "version"];

/// Other forms of the same.
const FORMS: [&str; 7] = ["-md", "-summary", "-html", "-sarif", "-svg", "-csv", "-short"];

/// The plan as it is shown in other widths.
const SAVED: &str = "shown.tfplan";

static HELD: AtomicUsize = AtomicUsize::new(0);

static SCHEMAS: LazyLock<[(&str, Validator); 11]> = LazyLock::new(|| {
    let read = |text: &str| -> Value { serde_json::from_str(text).expect("a schema is JSON") };
    let plan = read(include_str!("../../../docs/schemas/plan.schema.json"));
    let mut difference = read(include_str!("../../../docs/schemas/difference.schema.json"));
    // it refers to the other by its name
    difference["$defs"] = json!({"plan": plan});
    let findings = read(include_str!("../../../docs/schemas/findings.schema.json"));
    let mut tests = read(include_str!("../../../docs/schemas/tests.schema.json"));
    let mut apply = read(include_str!("../../../docs/schemas/apply.schema.json"));
    for schema in [&mut tests, &mut apply] {
        schema["$defs"] = json!({"findings": findings});
    }
    let timeline = read(include_str!("../../../docs/schemas/timeline.schema.json"));
    let graph = read(include_str!("../../../docs/schemas/graph.schema.json"));
    let version = read(include_str!("../../../docs/schemas/version.schema.json"));
    let codes = read(include_str!("../../../docs/schemas/codes.schema.json"));
    let live = read(include_str!("../../../docs/schemas/live.schema.json"));
    let validator =
        |schema: &Value| jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    [
        ("resource_changes", validator(&plan)),
        ("asked", validator(&difference)),
        ("samples", validator(&timeline)),
        ("error_count", validator(&findings)),
        ("tests", validator(&tests)),
        ("outcome", validator(&apply)),
        ("edges", validator(&graph)),
        ("tonnage_version", validator(&version)),
        ("codes", validator(&codes)),
        ("page", validator(&codes)),
        ("gaps", validator(&live)),
    ]
});

/// Whether a word of a command asks for another form than JSON, or for JSON elsewhere.
fn is_form(word: &str) -> bool {
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    FORMS.contains(&name) || (name == "-json" && word != name)
}

/// What is wrong with what a command printed; none where no schema is of that.
fn judge(printed: &Value) -> Option<Vec<String>> {
    let (_, schema) = SCHEMAS.iter().find(|(key, _)| printed.get(key).is_some())?;
    let wrong = schema.iter_errors(printed).map(|error| format!("{}: {error}", error.instance_path()));
    Some(wrong.take(5).collect())
}

/// Runs a command of a case for machines, whatever it was run for and when it was, and holds what it prints against the
/// schema of that, and the same as text against the width of terminals.
pub fn hold(folder: &std::path::Path, words: &[String], at: Fixed) -> Vec<String> {
    if !words.iter().find(|word| !word.starts_with('-')).is_some_and(|verb| VERBS.contains(&verb.as_str())) {
        return Vec::new();
    }
    let mut said: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_form(word)).collect();
    if !said.contains(&"-json") {
        said.push("-json");
    }
    // shown in other widths without planning again
    let saved = format!("-out={SAVED}");
    let is_plan = said.contains(&"plan") && !said.iter().any(|word| word.starts_with("-out"));
    if is_plan {
        said.push(&saved);
    }
    let printed = in_process_at(folder, &said, at, |_, _| ()).out;
    let mut wrong = Vec::new();
    if is_plan && folder.join(SAVED).is_file() {
        wrong.extend(super::width::hold(folder, &["show", SAVED], at));
        std::fs::remove_file(folder.join(SAVED)).expect("a saved plan");
    } else if said.contains(&"diff") || said.contains(&"timeline") {
        said.retain(|word| *word != "-json");
        wrong.extend(super::width::hold(folder, &said, at));
    }
    let Some(differs) = serde_json::from_str::<Value>(&printed).ok().and_then(|printed| judge(&printed)) else {
        return wrong;
    };
    HELD.fetch_add(1, Ordering::Relaxed);
    wrong.extend(
        differs.into_iter().map(|text| format!("tonnage {}: not as docs/schemas/ says: {text}", said.join(" "))),
    );
    wrong
}

/// The same of what a case has printed and would not print again, as an apply.
pub fn hold_printed(words: &[String], printed: &str) -> Vec<String> {
    let json = printed.split_once('\n').and_then(|(_, rest)| rest.split("\n--- ").next());
    let judged = json.and_then(|json| serde_json::from_str::<Value>(json).ok()).and_then(|json| judge(&json));
    let wrong = judged.into_iter().inspect(|_| {
        HELD.fetch_add(1, Ordering::Relaxed);
    });
    wrong.flatten().map(|text| format!("tonnage {}: not as docs/schemas/ says: {text}", words.join(" "))).collect()
}

/// How many were held against a schema so far.
pub fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}

/// Objects of a printed plan to which nothing can be added, as pointers: all but those that hold what a cloud's
/// resource has, or keys that authors write.
fn closed(at: &Value, pointer: &str, found: &mut Vec<String>) {
    const OPEN: [&str; 8] = [
        "values",
        "after_unknown",
        "before_sensitive",
        "after_sensitive",
        "sensitive_values",
        "expressions",
        "output_changes",
        "provenance",
    ];
    match at {
        Value::Object(entries) => {
            found.push(pointer.to_owned());
            for (key, value) in entries {
                let body = pointer.ends_with("/change") && ["before", "after"].contains(&key.as_str());
                if !body && !OPEN.contains(&key.as_str()) && key != "provider_config" && key != "draws" {
                    closed(value, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), found);
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| closed(item, &format!("{pointer}/{at}"), found));
        }
        _ => {}
    }
}

/// What an apply prints that finds something else than its plan was made from.
fn stale() -> Value {
    let case = super::root().join("apply/a_saved_plan_says_what_has_moved");
    let work = tempfile::tempdir().expect("a temporary folder");
    let run = |state: &str, words: &[&str]| {
        tonnage_golden_tests::copy(&case.join("input"), work.path());
        tonnage_golden_tests::copy(&case.join(state), work.path());
        let words: Vec<&str> = words.iter().chain(&["--embedded", "-var-file=secrets.vars"]).copied().collect();
        in_process(work.path(), &words).out
    };
    run("input", &["apply", "-auto-approve"]);
    run("mine", &["plan", "-out=mine.tfplan"]);
    run("theirs", &["apply", "-auto-approve"]);
    serde_json::from_str(&run("mine", &["apply", "mine.tfplan", "-json"])).expect("JSON")
}

/// What is live of a fleet, as it is shown.
fn live() -> Value {
    let work = tempfile::tempdir().expect("a temporary folder");
    tonnage_golden_tests::copy(&super::root().join("plan/what_contracts_get/input"), work.path());
    in_process(work.path(), &["apply", "--embedded", "-auto-approve"]);
    serde_json::from_str(&in_process(work.path(), &["show", "--embedded", "-json"]).out).expect("JSON")
}

/// A field that no schema knows is found wherever it stands, and so is one that is missing.
#[test]
fn the_schemas_are_closed() {
    let printed = |case: &str, words: &[&str]| -> Value {
        let work = tempfile::tempdir().expect("a temporary folder");
        tonnage_golden_tests::copy(&super::root().join(case), work.path());
        serde_json::from_str(&in_process(work.path(), words).out).expect("JSON")
    };
    let all = [
        printed("plan/what_contracts_get/input", &["plan", "--embedded", "-json"]),
        printed("plan/intent_diff/input", &["diff", "before", "-as-of", "2026-12-31", "-json"]),
        printed("plan/what_contracts_get/input", &["timeline", "-json"]),
        printed("cli/machine_readable_findings/input", &["validate", "-json"]),
        printed("cli/tests_of_a_fleet/input", &["test", "-json"]),
        printed("lower/graph/input", &["graph", "-json"]),
        printed("lower/graph/input", &["version", "-json"]),
        printed("lower/graph/input", &["explain", "-json"]),
        printed("lower/graph/input", &["explain", "T0204", "-json"]),
        live(),
        stale(),
    ];
    for printed in all {
        assert_eq!(judge(&printed), Some(Vec::new()));
        let mut pointers = Vec::new();
        closed(&printed, "", &mut pointers);
        // one object of each kind is enough
        let kind = |pointer: &String| -> Vec<String> {
            pointer
                .split('/')
                .map(|step| if step.parse::<usize>().is_ok() { "0".to_owned() } else { step.to_owned() })
                .collect()
        };
        pointers.sort_by_key(kind);
        pointers.dedup_by_key(|pointer| kind(pointer));
        assert!(!pointers.is_empty());
        for pointer in pointers {
            let mut hurt = printed.clone();
            let object = hurt.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("an object");
            object.insert("unheard_of".to_owned(), Value::Null);
            assert!(
                judge(&hurt).is_some_and(|wrong| !wrong.is_empty()),
                "{pointer} takes a field that no schema knows"
            );
        }
        for key in
            printed.as_object().expect("an object").keys().filter(|key| SCHEMAS.iter().all(|(name, _)| name != key))
        {
            let mut hurt = printed.clone();
            hurt.as_object_mut().expect("an object").remove(key);
            assert!(judge(&hurt).is_some_and(|wrong| !wrong.is_empty()), "`{key}` may be missing");
        }
    }
}
