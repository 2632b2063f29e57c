//! One schema in the form of the CloudFormation registry, made compact. Must not know where it comes from or goes to.
//!
//! A property is a string for what is simple: `"s"` string, `"i"` integer, `"n"` number, `"b"` boolean, `"j"` anything;
//! else an object of one of these forms:
//!
//! - `{"e": ["a", "b"], "ci": true}`: text that is one of these, with `ci` in any case
//! - `{"t": "i", "min": 0, "max": 9, "e": ["1"]}`: a number (`i` or `n`) within bounds
//! - `{"a": PROPERTY, "u": true, "min": 1, "max": 2}`: a list, with `u` one whose order means nothing
//! - `{"p": {NAME: PROPERTY}, "r": [NAME], "m": PROPERTY}`: an object: its properties, the required ones, what others
//!   are
//! - `{"d": NAME}`: what `defs` of the type says under this name
//!
//! A type is the form of an object, with `defs`, with lists of paths (`A/B/*/C`): `co` create-only, `cco` conditionally
//! create-only, `ro` read-only, `wo` write-only, `id` the identifier; with `tag`, the path of its tags; with `aa` when
//! each of its properties is an attribute, not only the read-only ones; with `df` when it is replaced by deleting
//! first; with `mv`, attributes that have another value after every update; with `mk`, how its cloud is asked for one
//! where that is no part of the body: an API's `version`, or a request's `path` and `verb` and the verb of a `change`.

use serde_json::{Map, Value};

/// The facts of one type.
pub fn resource_type(schema: &Value, all_attributes: bool, moves: &[&str]) -> Value {
    let mut facts = object(schema);
    let mut definitions = Map::new();
    let mut wanted = Vec::new();
    for property in facts.values() {
        references(property, &mut wanted);
    }
    while let Some(name) = wanted.pop() {
        if !definitions.contains_key(&name)
            && let Some(definition) = schema.get("definitions").and_then(|d| d.get(&name))
        {
            let definition = property(&name, definition);
            references(&definition, &mut wanted);
            definitions.insert(name, definition);
        }
    }
    if !definitions.is_empty() {
        facts.insert("defs".to_owned(), sorted(definitions));
    }
    for (short, long) in [
        ("co", "createOnlyProperties"),
        ("cco", "conditionalCreateOnlyProperties"),
        ("ro", "readOnlyProperties"),
        ("wo", "writeOnlyProperties"),
        ("id", "primaryIdentifier"),
    ] {
        let mut paths: Vec<String> =
            schema.get(long).and_then(Value::as_array).into_iter().flatten().filter_map(path).collect();
        if short != "id" {
            paths.sort();
        }
        paths.dedup();
        if !paths.is_empty() {
            facts.insert(short.to_owned(), Value::from(paths));
        }
    }
    if let Some(tags) = schema.pointer("/tagging/tagProperty").and_then(path) {
        facts.insert("tag".to_owned(), Value::from(tags));
    }
    if !moves.is_empty() {
        facts.insert("mv".to_owned(), Value::from(moves));
    }
    if let Some(make) = schema.get("make") {
        facts.insert("mk".to_owned(), make.clone());
    }
    if all_attributes {
        facts.insert("aa".to_owned(), Value::from(true));
    }
    if schema.get("replacementStrategy").and_then(Value::as_str) == Some("delete_then_create") {
        facts.insert("df".to_owned(), Value::from(true));
    }
    sorted(facts)
}

/// `/properties/A/items/properties/B` and `/properties/A/*/B` are both `A/*/B`.
fn path(pointer: &Value) -> Option<String> {
    let mut steps: Vec<&str> = Vec::new();
    let mut parts = pointer.as_str()?.strip_prefix("/properties/")?.split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            "items" if parts.peek() == Some(&"properties") => steps.push("*"),
            "properties" if !steps.is_empty() => {}
            other => steps.push(other),
        }
    }
    Some(steps.join("/"))
}

/// The names of definitions that a compact property refers to.
fn references(property: &Value, found: &mut Vec<String>) {
    match property {
        Value::Object(map) => {
            if let Some(name) = map.get("d").and_then(Value::as_str) {
                found.push(name.to_owned());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn property(name: &str, node: &Value) -> Value {
    if let Some(definition) = node.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/definitions/")) {
        return form([("d", Value::from(definition))]);
    }
    let kind = match node.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => return Value::from("j"),
        None if node.get("properties").is_some() || node.get("patternProperties").is_some() => "object",
        None if node.get("items").is_some() => "array",
        None => return Value::from("j"),
    };
    match kind {
        "string" => text(node),
        "integer" => number("i", node),
        "number" => number("n", node),
        "boolean" => Value::from("b"),
        "array" => list(name, node),
        "object" => {
            let facts = object(node);
            let empty = facts.get("p").and_then(Value::as_object).is_none_or(Map::is_empty) && !facts.contains_key("m");
            if empty { Value::from("j") } else { sorted(facts) }
        }
        _ => Value::from("j"),
    }
}

fn text(node: &Value) -> Value {
    for (key, any_case) in [("enum", false), ("enumCaseInsensitive", true)] {
        if let Some(choices) = node.get(key).and_then(Value::as_array) {
            let choices: Vec<String> = choices.iter().map(plain).collect();
            let any_case = any_case.then_some(("ci", Value::from(true)));
            return form([("e", Value::from(choices))].into_iter().chain(any_case));
        }
    }
    match node.get("const") {
        Some(only) => form([("e", Value::from(vec![plain(only)]))]),
        None => Value::from("s"),
    }
}

fn number(kind: &str, node: &Value) -> Value {
    let bounds = [("min", "minimum"), ("max", "maximum")];
    let mut facts: Vec<(&str, Value)> =
        bounds.iter().filter_map(|(short, long)| Some((*short, node.get(*long)?.clone()))).collect();
    if let Some(choices) = node.get("enum").and_then(Value::as_array) {
        facts.push(("e", Value::from(choices.iter().map(plain).collect::<Vec<_>>())));
    }
    if facts.is_empty() {
        return Value::from(kind);
    }
    facts.push(("t", Value::from(kind)));
    form(facts)
}

fn list(name: &str, node: &Value) -> Value {
    let flag = |key: &str| node.get(key).and_then(Value::as_bool);
    // Unique items are a set unless their order is said to count. The order of tags never counts, whatever is said.
    let unordered = match flag("insertionOrder") {
        Some(counts) => !counts,
        None => flag("uniqueItems") == Some(true),
    } || name.ends_with("Tags");
    let item = node.get("items").map_or_else(|| Value::from("j"), |item| property("", item));
    let mut facts = vec![("a", item)];
    for (short, long) in [("min", "minItems"), ("max", "maxItems")] {
        // A minimum of nothing says nothing.
        if let Some(bound) = node.get(long).filter(|bound| bound.as_u64() != Some(0)) {
            facts.push((short, bound.clone()));
        }
    }
    if unordered {
        facts.push(("u", Value::from(true)));
    }
    form(facts)
}

/// The properties of an object, those of its alternatives included: which alternative is meant is the service's to
/// check.
fn object(node: &Value) -> Map<String, Value> {
    let mut properties = Map::new();
    let alternatives = ["oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)?.as_array()).flatten();
    for part in std::iter::once(node).chain(alternatives) {
        for (name, inner) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            properties.entry(name.clone()).or_insert_with(|| property(name, inner));
        }
    }
    let mut facts = Map::new();
    facts.insert("p".to_owned(), sorted(properties));
    let mut required: Vec<&str> =
        node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    required.sort_unstable();
    if !required.is_empty() {
        facts.insert("r".to_owned(), Value::from(required));
    }
    let patterns = node.get("patternProperties").and_then(Value::as_object);
    let others = patterns.and_then(|patterns| patterns.values().next()).map(|inner| property("", inner));
    let open = match node.get("additionalProperties") {
        Some(Value::Bool(true)) => Some(Value::from("j")),
        Some(inner @ Value::Object(_)) => Some(property("", inner)),
        _ => None,
    };
    if let Some(others) = others.or(open) {
        facts.insert("m".to_owned(), others);
    }
    facts
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn form<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    sorted(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Keys in order of their text, whatever map `serde_json` was built with.
fn sorted(map: Map<String, Value>) -> Value {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Value::Object(entries.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(node: Value, expected: Value) {
        assert_eq!(property("Thing", &node), expected);
    }

    #[test]
    fn each_form_is_compact() {
        check(json!({"type": "string", "maxLength": 3}), json!("s"));
        check(json!({"type": "string", "enum": ["a", "b"]}), json!({"e": ["a", "b"]}));
        check(json!({"type": "string", "enumCaseInsensitive": ["a"]}), json!({"ci": true, "e": ["a"]}));
        check(json!({"type": "integer", "minimum": 0, "enum": [1, 3]}), json!({"e": ["1", "3"], "min": 0, "t": "i"}));
        check(json!({"type": ["object", "string"]}), json!("j"));
        check(json!({"type": "object"}), json!("j"));
        check(json!({"$ref": "#/definitions/Tag", "type": "object"}), json!({"d": "Tag"}));
        check(json!({"type": "array", "items": {"type": "string"}}), json!({"a": "s"}));
        check(json!({"patternProperties": {"^.+$": {"type": "string"}}}), json!({"m": "s", "p": {}}));
    }

    #[test]
    fn a_list_is_a_set_when_its_order_does_not_count() {
        let list = |order: Value, unique: Value| {
            property("Ids", &json!({"type": "array", "insertionOrder": order, "uniqueItems": unique}))
        };
        assert_eq!(list(json!(false), json!(false)), json!({"a": "j", "u": true}));
        assert_eq!(list(json!(true), json!(true)), json!({"a": "j"}));
        assert_eq!(list(Value::Null, json!(true)), json!({"a": "j", "u": true}));
        assert_eq!(list(Value::Null, Value::Null), json!({"a": "j"}));
        assert_eq!(property("FileSystemTags", &json!({"type": "array"})), json!({"a": "j", "u": true}));
    }

    #[test]
    fn alternatives_are_merged_and_definitions_that_nothing_reaches_are_left_out() {
        let schema = json!({
            "properties": {"Loop": {"$ref": "#/definitions/Loop"}},
            "definitions": {
                "Loop": {"type": "object", "oneOf": [{"properties": {"A": {"$ref": "#/definitions/Loop"}}}, {"properties": {"B": {"type": "boolean"}}}]},
                "Unused": {"type": "string"},
            },
            "createOnlyProperties": ["/properties/Loop/items/properties/B", "/properties/Loop/*/A"],
            "tagging": {"tagProperty": "/properties/Loop"},
        });
        assert_eq!(
            resource_type(&schema, true, &["Version"]),
            json!({
                "aa": true,
                "co": ["Loop/*/A", "Loop/*/B"],
                "defs": {"Loop": {"p": {"A": {"d": "Loop"}, "B": "b"}}},
                "mv": ["Version"],
                "p": {"Loop": {"d": "Loop"}},
                "tag": "Loop",
            })
        );
    }
}
