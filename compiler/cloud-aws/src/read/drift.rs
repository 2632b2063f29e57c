//! What is there, from what a drift detection says. Must not know how it was asked for.

use serde_json::{Map, Value};

/// A body as it is: `applied` (with references, in the form of `tonnage_graph::json`), with every value replaced that
/// is not as CloudFormation expected it. References stay wherever what they resolved to is what is there.
///
/// None where nothing differs, or one of the texts can't be read.
pub fn actual(applied: &str, expected: &str, actual: &str) -> Option<String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (applied, expected, actual) = (read(applied)?, read(expected)?, read(actual)?);
    if expected == actual {
        return None;
    }
    let merged = merge(&applied, &expected, actual);
    if merged == applied { None } else { Some(merged.to_string()) }
}

/// Recursive: JSON's reader bounds the nesting at 128.
fn merge(applied: &Value, expected: &Value, actual: Value) -> Value {
    if *expected == actual {
        return applied.clone();
    }
    match (applied, expected, actual) {
        (Value::Object(applied), Value::Object(expected), Value::Object(actual)) if !is_reference(applied) => {
            let mut merged = Map::new();
            for (key, value) in actual {
                let value = match (applied.get(&key), expected.get(&key)) {
                    (Some(applied), Some(expected)) => merge(applied, expected, value),
                    _ => value,
                };
                merged.insert(key, value);
            }
            // What CloudFormation did not compare (it can't be read) is as it was applied.
            for (key, value) in applied {
                if !expected.contains_key(key) && !merged.contains_key(key) {
                    merged.insert(key.clone(), value.clone());
                }
            }
            Value::Object(merged)
        }
        (Value::Array(applied), Value::Array(expected), Value::Array(actual)) if applied.len() == expected.len() => {
            let mut items = Vec::with_capacity(actual.len());
            for (position, value) in actual.into_iter().enumerate() {
                items.push(match (applied.get(position), expected.get(position)) {
                    (Some(applied), Some(expected)) => merge(applied, expected, value),
                    _ => value,
                });
            }
            Value::Array(items)
        }
        (_, _, actual) => actual,
    }
}

fn is_reference(map: &Map<String, Value>) -> bool {
    ["$ref", "$join", "$unknown", "$number"].iter().any(|word| map.contains_key(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(applied: &str, expected: &str, live: &str, merged: Option<&str>) {
        let read = |text: String| serde_json::from_str::<Value>(&text).expect("JSON");
        assert_eq!(actual(applied, expected, live).map(read), merged.map(|text| read(text.to_owned())));
    }

    #[test]
    fn references_stay_where_nothing_differs() {
        check(
            r#"{"Tags":[{"Key":"team","Value":"a"}],"VpcId":{"$ref":"network.default.vpc"}}"#,
            r#"{"Tags":[{"Key":"team","Value":"a"}],"VpcId":"vpc-1"}"#,
            r#"{"Tags":[{"Key":"team","Value":"b"}],"VpcId":"vpc-1"}"#,
            Some(r#"{"Tags":[{"Key":"team","Value":"b"}],"VpcId":{"$ref":"network.default.vpc"}}"#),
        );
    }

    #[test]
    fn what_is_gone_is_gone_and_what_can_not_be_read_stays() {
        check(
            r#"{"A":1,"B":2,"Secret":"x"}"#,
            r#"{"A":1,"B":2}"#,
            r#"{"A":1,"C":3}"#,
            Some(r#"{"A":1,"C":3,"Secret":"x"}"#),
        );
    }

    #[test]
    fn a_reference_that_leads_elsewhere_is_what_is_there() {
        check(r#"{"V":{"$ref":"a"}}"#, r#"{"V":{"x":1}}"#, r#"{"V":{"x":2}}"#, Some(r#"{"V":{"x":2}}"#));
        check(r#"{"V":{"$ref":"a"}}"#, r#"{"V":"x"}"#, r#"{"V":"x"}"#, None);
        check("{}", "not JSON", "{}", None);
    }
}
