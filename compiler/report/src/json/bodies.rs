//! Values of native properties in Terraform's shape: what is known of them, and beside it in the same shape what is not
//! known yet and what is secret. Must not know what a property means.

use serde_json::{Map, Value};
use tonnage_graph::{Node, ValueId, Values, secret::HIDDEN};

/// The known part of a value: what is not known yet is left out of its map, and null elsewhere.
pub fn known(values: &Values, id: ValueId) -> Value {
    match values.node(id) {
        Node::Null | Node::Unknown(_) => Value::Null,
        Node::Bool(b) => Value::Bool(b),
        Node::Number(text) => serde_json::from_str(text.as_str()).unwrap_or(Value::Null),
        Node::String(text) => Value::String(text.as_str().to_owned()),
        Node::Reference(_) => Value::String(crate::values::show(values, Some(id), 400)),
        Node::Join(_) if is_unknown(values, id) => Value::Null,
        Node::Join(_) => {
            let text = crate::values::show(values, Some(id), 4000);
            Value::String(text.trim_matches('"').to_owned())
        }
        Node::List(_) => values.items(id).iter().map(|&item| known(values, item)).collect(),
        Node::Map(_) => {
            let entries = values.entries(id).filter(|(_, value)| !is_unknown(values, *value));
            entries.map(|(key, value)| (key.as_str().to_owned(), known(values, value))).collect::<Map<_, _>>().into()
        }
    }
}

/// `after_unknown`: `true` where a value is not known yet; `{}` where all is.
pub fn unknown(values: &Values, id: Option<ValueId>) -> Value {
    whole(id.map_or(Value::Bool(false), |id| marks(values, id, is_unknown)))
}

/// `before_sensitive`, `after_sensitive`, `sensitive_values`: `true` where a value is secret or holds a secret; `{}`
/// where nothing is, `false` where there is no value.
pub fn sensitive(values: &Values, id: Option<ValueId>) -> Value {
    id.map_or(Value::Bool(false), |id| whole(marks(values, id, is_secret)))
}

fn whole(marks: Value) -> Value {
    if marks == Value::Bool(false) { Value::Object(Map::new()) } else { marks }
}

fn is_unknown(values: &Values, id: ValueId) -> bool {
    is_or_joins(values, id, |node| matches!(node, Node::Unknown(_)))
}

fn is_secret(values: &Values, id: ValueId) -> bool {
    is_or_joins(values, id, |node| match node {
        Node::Reference(r) | Node::Unknown(r) => r.secret().is_some(),
        Node::String(text) => text == HIDDEN,
        _ => false,
    })
}

fn is_or_joins(values: &Values, id: ValueId, is: impl Fn(Node) -> bool) -> bool {
    match values.node(id) {
        Node::Join(_) => values.items(id).iter().any(|&part| is(values.node(part))),
        node => is(node),
    }
}

/// `true` at what is marked, lists whole, maps with the marked keys alone; `false` where nothing is.
fn marks(values: &Values, id: ValueId, is_marked: fn(&Values, ValueId) -> bool) -> Value {
    if is_marked(values, id) {
        return Value::Bool(true);
    }
    match values.node(id) {
        Node::List(_) => {
            let items: Vec<Value> = values.items(id).iter().map(|&item| marks(values, item, is_marked)).collect();
            if items.iter().all(|item| *item == Value::Bool(false)) { Value::Bool(false) } else { items.into() }
        }
        Node::Map(_) => {
            let entries = values.entries(id).map(|(key, value)| (key, marks(values, value, is_marked)));
            let marked: Map<String, Value> = entries
                .filter(|(_, marks)| *marks != Value::Bool(false))
                .map(|(key, marks)| (key.as_str().to_owned(), marks))
                .collect();
            if marked.is_empty() { Value::Bool(false) } else { marked.into() }
        }
        _ => Value::Bool(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_secret_and_what_is_not_known_is_marked_in_the_shape_of_the_value() {
        let mut values = Values::new();
        let body = r#"{"A":{"$ref":"var.p"},"B":[{"X":1},{"Y":{"$join":["u:",{"$ref":"var.p"}]}}],"C":"open","D":"(sensitive)"}"#;
        let id = values.from_json(body).unwrap();
        assert_eq!(sensitive(&values, Some(id)), json!({"A": true, "B": [false, {"Y": true}], "D": true}));
        assert_eq!(known(&values, id)["B"], json!([{"X": 1}, {"Y": "u:(sensitive: var.p)"}]));
        assert_eq!(unknown(&values, Some(id)), json!({}));
        assert_eq!(sensitive(&values, None), json!(false));
    }
}
