//! Secrets in bodies: whether one is there, and what is kept in place of what a cloud shows where one belongs. Must not
//! know where a body comes from.

use tonnage_base::Symbol;

use crate::value::{Node, ValueId, Values};

/// What stands in a live body in place of a secret that somebody could read there.
pub const HIDDEN: &str = "(sensitive)";

/// Whether a value is a secret, or text with one in it.
fn is_secret(values: &Values, id: ValueId) -> bool {
    match values.node(id) {
        Node::Reference(reference) => reference.secret().is_some(),
        Node::Join(_) => values.items(id).iter().any(|&part| is_secret(values, part)),
        _ => false,
    }
}

/// Whether there is a secret in a value.
pub fn holds_secret(values: &Values, id: ValueId) -> bool {
    let mut found = false;
    values.each_reference(id, &mut Vec::new(), |reference| found |= reference.secret().is_some());
    found
}

/// Whether something in a value was hidden. Recursive: a store's reader bounds the nesting.
pub fn is_hidden(values: &Values, id: ValueId) -> bool {
    match values.node(id) {
        Node::String(text) => text == HIDDEN,
        Node::List(_) => values.items(id).iter().any(|&item| is_hidden(values, item)),
        Node::Map(_) => values.entries(id).any(|(_, entry)| is_hidden(values, entry)),
        _ => false,
    }
}

/// A value without what stands where another has a secret: it may be that secret, laid open. Items of lists are not
/// told apart, because a cloud may give them back in another order; what the other says openly stays.
pub fn conceal(values: &mut Values, other: ValueId, id: ValueId) -> ValueId {
    if id == other || !holds_secret(values, other) { id } else { conceal_beside(values, &[other], id) }
}

/// Recursive: a store's reader bounds the nesting.
fn conceal_beside(values: &mut Values, others: &[ValueId], id: ValueId) -> ValueId {
    if others.contains(&id) {
        return id;
    }
    if others.iter().any(|&other| is_secret(values, other)) {
        return if is_secret(values, id) { id } else { values.string(Symbol::new(HIDDEN)) };
    }
    match values.node(id) {
        Node::Map(_) => {
            let entries: Vec<(Symbol, ValueId)> = values.entries(id).collect();
            let mut concealed: Vec<(Symbol, ValueId)> = Vec::with_capacity(entries.len());
            for (key, entry) in entries {
                let inside: Vec<ValueId> = others.iter().filter_map(|&other| values.get(other, key)).collect();
                concealed.push((key, conceal_beside(values, &inside, entry)));
            }
            values.map_sorted(&concealed)
        }
        Node::List(_) => {
            let items = values.items(id).to_vec();
            let is_list = |values: &Values, other: ValueId| matches!(values.node(other), Node::List(_));
            let inside: Vec<ValueId> = others
                .iter()
                .filter(|&&other| is_list(values, other))
                .flat_map(|&other| values.items(other).to_vec())
                .collect();
            let concealed: Vec<ValueId> = items.into_iter().map(|item| conceal_beside(values, &inside, item)).collect();
            values.list(&concealed)
        }
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(other: &str, live: &str, expected: &str) {
        let mut values = Values::new();
        let other = values.from_json(other).expect("JSON");
        let live = values.from_json(live).expect("JSON");
        let concealed = conceal(&mut values, other, live);
        assert_eq!(values.to_json(concealed), expected);
        assert_eq!(is_hidden(&values, concealed), expected.contains(HIDDEN));
    }

    #[test]
    fn what_stands_in_a_secrets_place_is_hidden() {
        let applied = r#"{"a":{"$ref":"var.token"},"b":{"$join":["x",{"$ref":"store://v/n"}]},"c":1}"#;
        check(applied, r#"{"a":"hunter2","b":"xhunter2","c":2}"#, r#"{"a":"(sensitive)","b":"(sensitive)","c":2}"#);
        // As it was applied, or under another version: a reference gives nothing away.
        check(applied, applied, applied);
        check(applied, r#"{"a":{"$ref":"var.token","$att":"2"}}"#, r#"{"a":{"$ref":"var.token","$att":"2"}}"#);
        check(applied, r#"{"a":["hunter2"]}"#, r#"{"a":"(sensitive)"}"#);
        check(r#"{"a":"hunter2"}"#, r#"{"a":"hunter3"}"#, r#"{"a":"hunter3"}"#);
    }

    #[test]
    fn a_list_may_come_back_in_another_order() {
        let applied = r#"{"l":[{"k":"a","v":{"$ref":"var.token"}},{"k":"b","v":"x"}]}"#;
        let hidden = r#"{"l":[{"k":"b","v":"x"},{"k":"a","v":"(sensitive)"},{"k":"c","v":"(sensitive)"}]}"#;
        check(applied, r#"{"l":[{"k":"b","v":"x"},{"k":"a","v":"hunter2"},{"k":"c","v":"y"}]}"#, hidden);
    }
}
