//! The JSON that cases and examples print, held against the schemas under `docs/schemas/`. Must not know any single case.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonschema::Validator;
use serde_json::{Value, json};
use tonnage_golden_tests::{Fixed, in_process, in_process_at};

/// Commands of which the JSON has a schema.
const VERBS: [&str; 3] = ["plan", "diff", "timeline"];

/// Other forms of the same.
const FORMS: [&str; 5] = ["-md", "-html", "-sarif", "-svg", "-csv"];

/// The plan as it is shown in other widths.
const SAVED: &str = "shown.tfplan";

static HELD: AtomicUsize = AtomicUsize::new(0);

static SCHEMAS: LazyLock<[(&str, Validator); 3]> = LazyLock::new(|| {
    let read = |text: &str| -> Value { serde_json::from_str(text).expect("a schema is JSON") };
    let plan = read(include_str!("../../../docs/schemas/plan.schema.json"));
    let mut difference = read(include_str!("../../../docs/schemas/difference.schema.json"));
    // it refers to the other by its name
    difference["$defs"] = json!({"plan": plan});
    let timeline = read(include_str!("../../../docs/schemas/timeline.schema.json"));
    let validator =
        |schema: &Value| jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    [("resource_changes", validator(&plan)), ("asked", validator(&difference)), ("samples", validator(&timeline))]
});

/// What is wrong with a plan, a difference or a timeline; none where it is none of these.
fn judge(printed: &Value) -> Option<Vec<String>> {
    let (_, schema) = SCHEMAS.iter().find(|(key, _)| printed.get(key).is_some())?;
    let wrong = schema.iter_errors(printed).map(|error| format!("{}: {error}", error.instance_path()));
    Some(wrong.take(5).collect())
}

/// Runs a command of a case for machines, whatever it was run for and when it was, and holds what it prints against the schema
/// of that, and the same as text against the width of terminals.
pub fn hold(folder: &std::path::Path, words: &[String], at: Fixed) -> Vec<String> {
    if !words.iter().find(|word| !word.starts_with('-')).is_some_and(|verb| VERBS.contains(&verb.as_str())) {
        return Vec::new();
    }
    let mut said: Vec<&str> = words.iter().map(String::as_str).filter(|word| !FORMS.contains(word)).collect();
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
    } else if !said.contains(&"plan") {
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

/// How many were held against a schema so far.
pub fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}

/// Objects of a printed plan to which nothing can be added, as pointers: all but those that hold what a cloud's resource
/// has, or keys that authors write.
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
        assert!(pointers.len() >= 7, "{pointers:?}");
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
