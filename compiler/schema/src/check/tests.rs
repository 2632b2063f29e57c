//! Problems as they are found, against small facts that show one rule each.

use serde_json::{Value, json};

use super::*;
use crate::path;

const FACTS: &str = concat!(
    "\"functions\":[\"Fn::Sub\",\"Ref\"],\n",
    r#""Test::Thing":{"p":{"Name":"s","Count":{"t":"i","min":1,"max":9},"On":"b","Mode":{"e":["fast","safe"]},"Loose":{"ci":true,"e":["GP3"]},"Id":"s","Ratio":"n","#,
    r#""Tags":{"a":{"d":"Tag"},"u":true,"max":2},"Labels":{"p":{},"m":"s"},"Document":"j","Deep":{"d":"Deep"},"Size":{"t":"i","e":["1","3"]}},"#,
    r#""defs":{"Tag":{"p":{"Key":"s","Value":"s"},"r":["Key"]},"Deep":{"p":{"Deep":{"d":"Deep"},"State":"s"}}},"r":["Name"],"ro":["Id","Deep/State"]}"#,
);

#[derive(Clone, Copy)]
struct Json<'a>(&'a Value);

impl Body for Json<'_> {
    fn kind(&self) -> BodyKind<'_> {
        match self.0 {
            Value::Null => BodyKind::Null,
            Value::Bool(bool) => BodyKind::Bool(*bool),
            Value::Number(number) => BodyKind::Number(number.to_string().parse().expect("a decimal")),
            Value::String(text) if text == "?" => BodyKind::Unknown,
            Value::String(text) if text == "a-?" => BodyKind::Text,
            Value::String(text) => BodyKind::String(text),
            Value::Array(_) => BodyKind::List,
            Value::Object(_) => BodyKind::Map,
        }
    }
    fn entries(&self) -> impl Iterator<Item = (Symbol, Self)> {
        self.0.as_object().into_iter().flatten().map(|(key, value)| (Symbol::new(key), Json(value)))
    }
    fn items(&self) -> impl Iterator<Item = Self> {
        self.0.as_array().into_iter().flatten().map(Json)
    }
}

/// One line for each problem: `path: kind, expected …[, meant …]`.
fn check(body: Value, expect: &[&str]) {
    let schemas = Schemas::load(FACTS);
    let lines: Vec<String> = schemas
        .check("Test::Thing".into(), Json(&body))
        .into_iter()
        .map(|problem| {
            let meant = problem.suggestion.map(|meant| format!(", meant {meant}")).unwrap_or_default();
            format!("{}: {:?}, expected {}{meant}", path::display(&problem.path), problem.kind, problem.expected)
        })
        .collect();
    assert_eq!(lines, expect, "for {body}");
}

#[test]
fn a_right_body_has_no_problem() {
    check(
        json!({
            "Name": "x", "Count": 3, "On": true, "Mode": "safe", "Loose": "gp3", "Ratio": 1.5, "Size": 3,
            "Tags": [{"Key": "a", "Value": "b"}], "Labels": {"free": "x"}, "Document": {"any": [1, {"x": null}]},
            "Deep": {"Deep": {"Deep": {}}},
        }),
        &[],
    );
}

#[test]
fn scalars_are_as_lenient_as_the_service() {
    check(json!({"Name": 5, "Count": "3", "On": "false", "Ratio": "0.5", "Labels": {"a": true}, "Size": "3"}), &[]);
    check(
        json!({"Name": "x", "Count": "three"}),
        &["Count: WrongType { found: \"a string\" }, expected a whole number from 1 to 9"],
    );
    check(
        json!({"Name": "x", "Count": 1.5}),
        &["Count: WrongType { found: \"a number\" }, expected a whole number from 1 to 9"],
    );
    check(json!({"Name": "x", "On": 1}), &["On: WrongType { found: \"a number\" }, expected true or false"]);
    check(json!({"Name": ["x"]}), &["Name: WrongType { found: \"a list\" }, expected a string"]);
    check(json!({"Name": "x", "Tags": {"Key": "a"}}), &["Tags: WrongType { found: \"an object\" }, expected a list"]);
    check(json!({"Name": "x", "Labels": "a"}), &["Labels: WrongType { found: \"a string\" }, expected an object"]);
}

#[test]
fn what_is_not_known_yet_passes() {
    check(json!({"Name": "?", "Count": "?", "On": "?", "Mode": "?", "Tags": "?", "Deep": "?"}), &[]);
    check(json!({"Name": "a-?", "Count": "a-?", "Mode": "a-?"}), &[]);
    check(json!({"Name": "x", "Tags": "a-?"}), &["Tags: WrongType { found: \"a string\" }, expected a list"]);
    check(json!({"Name": {"Fn::Sub": "x"}, "Tags": {"Ref": "X"}}), &[]);
    check(json!({"Name": {"Fn::Nothing": "x"}}), &["Name: WrongType { found: \"an object\" }, expected a string"]);
}

#[test]
fn unknown_names_are_suggested_but_never_one_that_cannot_be_set() {
    check(
        json!({"Name": "x", "Tags": [{"Key": "a", "Valeu": "b"}]}),
        &["Tags[0].Valeu: UnknownProperty, expected one of `Key`, `Value`, meant Value"],
    );
    check(json!({"Name": "x", "Deep": {"Stat": "b"}}), &["Deep.Stat: UnknownProperty, expected `Deep`"]);
}

#[test]
fn what_the_cloud_says_cannot_be_set() {
    check(json!({"Name": "x", "Id": "i-1"}), &["Id: ReadOnly, expected it to be left out: the cloud says it"]);
    check(
        json!({"Name": "x", "Id": null, "Deep": {"State": "?"}}),
        &["Deep.State: ReadOnly, expected it to be left out: the cloud says it"],
    );
}

#[test]
fn what_is_missing_comes_last() {
    check(
        json!({"Nam": "x", "Name": null, "Tags": [{"Value": "b"}, {"Key": "a"}]}),
        &[
            "Nam: UnknownProperty, expected one of `Count`, `Deep`, `Document`, `Labels`, `Loose`, `Mode`, `Name`, `On`, `Ratio`, `Size`, `Tags`, meant Name",
            "Name: Missing, expected a string",
            "Tags[0].Key: Missing, expected a string",
        ],
    );
}

#[test]
fn values_out_of_what_is_allowed() {
    check(
        json!({"Name": "x", "Mode": "sfae"}),
        &["Mode: NotAllowed { found: \"sfae\" }, expected one of `fast`, `safe`, meant safe"],
    );
    check(
        json!({"Name": "x", "Count": 10}),
        &["Count: OutOfBounds { found: \"10\" }, expected a whole number from 1 to 9"],
    );
    check(json!({"Name": "x", "Size": 2.0}), &["Size: NotAllowed { found: \"2\" }, expected one of `1`, `3`, meant 1"]);
    let tag = json!({"Key": "a"});
    check(
        json!({"Name": "x", "Tags": [tag, tag, tag]}),
        &["Tags: OutOfBounds { found: \"3 elements\" }, expected at most 2 elements"],
    );
}

#[test]
fn a_type_that_is_not_known_is_suggested() {
    let schemas = Schemas::load(FACTS);
    let problems = schemas.check("Test::Thign".into(), Json(&json!({})));
    assert_eq!(problems.len(), 1);
    assert_eq!((&problems[0].kind, problems[0].suggestion), (&ProblemKind::UnknownType, Some("Test::Thing".into())));
}

#[test]
fn a_body_that_is_no_object_is_said_once() {
    check(json!([1]), &[": WrongType { found: \"a list\" }, expected an object of properties"]);
    check(json!("?"), &[]);
}

#[test]
fn depth_does_not_matter() {
    let mut body = json!({});
    for _ in 0..100 {
        body = json!({"Deep": body});
    }
    body["Name"] = json!("x");
    check(body, &[]);
}
