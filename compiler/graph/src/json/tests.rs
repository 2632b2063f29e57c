//! What JSON promises, the round trip above all.

use proptest::prelude::*;
use tonnage_base::Symbol;

use crate::{Reference, ValueId, Values};

fn round(text: &str) -> String {
    let mut values = Values::new();
    let id = values.from_json(text).unwrap();
    values.to_json(id)
}

#[test]
fn text_is_canonical() {
    assert_eq!(
        round(r#" {"b": [1, 2.50, -0.0, 1e3, true, null], "a": "x\ny\u0001é", "gone": null} "#),
        r#"{"a":"x\ny\u0001é","b":[1,2.5,0,1000,true,null]}"#
    );
}

#[test]
fn references_joins_and_unknowns_have_forms() {
    let text = r#"{"A":{"$ref":"pool.a"},"B":{"$ref":"pool.a","$att":"Arn"},"C":{"$join":["arn:",{"$ref":"x"}]},"D":{"$unknown":"y","$att":"Id"}}"#;
    assert_eq!(round(text), text);
    let mut values = Values::new();
    let id = values.from_json(text).unwrap();
    assert!(values.is_json(id, text));
    for other in [&text[..text.len() - 1], &format!("{text} "), &text.replace("Arn", "Ars"), ""] {
        assert!(!values.is_json(id, other), "{other}");
    }
    assert_eq!(round(r#"{"$att":"Arn","$ref":"pool.a"}"#), r#"{"$ref":"pool.a","$att":"Arn"}"#);
}

#[test]
fn own_keys_that_look_like_forms_are_escaped() {
    let mut values = Values::new();
    let one = values.number(Symbol::new("1"));
    for (key, written) in [("$ref", "$$ref"), ("$$ref", "$$$ref"), ("$schema", "$schema"), ("$", "$"), ("$$x", "$$x")] {
        let map = values.map(&mut [(Symbol::new(key), one)]);
        let text = values.to_json(map);
        assert_eq!(text, format!("{{\"{written}\":1}}"));
        assert_eq!(values.from_json(&text).unwrap(), map);
    }
}

#[test]
fn numbers_that_readers_would_round_are_text() {
    let mut values = Values::new();
    for (number, plain) in [
        ("18446744073709551615", true),
        ("18446744073709551616", false),
        ("-9223372036854775808", true),
        ("0.1", true),
        ("123456.789012345", true),
        ("0.12345678901234567", false),
    ] {
        let id = values.number(Symbol::new(number));
        let text = values.to_json(id);
        assert_eq!(text == number, plain, "{text}");
        assert_eq!(values.from_json(&text).unwrap(), id);
    }
}

#[test]
fn wrong_forms_are_refused_with_their_place() {
    for (text, part) in [
        (r#"{"$ref": 5}"#, "written with `$ref` like this"),
        (r#"{"$ref": "a", "other": 1}"#, "do not belong"),
        (r#"{"$join": [1]}"#, "written with `$join` like this"),
        (r#"{"$att": "a"}"#, "written with `$att` like this"),
        ("[1,", "EOF"),
        ("1 2", "trailing"),
    ] {
        let error = Values::new().from_json(text).unwrap_err();
        assert!(error.to_string().contains(part) && error.to_string().contains("line 1"), "{error}");
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Values::new().from_json(&deep(100)).is_ok());
    assert!(Values::new().from_json(&deep(101)).is_err());
    assert!(Values::new().from_json(&deep(100_000)).is_err());
    let mut values = Values::new();
    let mut id = values.null();
    for _ in 0..200_000 {
        id = values.list(&[id]);
    }
    assert_eq!(values.depth(id), 255);
    assert_eq!(values.to_json(id).len(), 400_004);
}

#[derive(Clone, Debug)]
enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Ref(bool, String, Option<String>),
    Join(Vec<Result<String, String>>),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z]{1,4}", "[$]{0,3}(ref|att|join|unknown|number)", any::<String>()]
}

fn tree() -> impl Strategy<Value = Tree> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        "-?[1-9][0-9]{0,26}\\.[0-9]{0,20}[1-9]",
        "0\\.[0-9]{0,20}[1-9]",
    ];
    let leaf = prop_oneof![
        Just(Tree::Null),
        any::<bool>().prop_map(Tree::Bool),
        number.prop_map(Tree::Number),
        any::<String>().prop_map(Tree::Text),
        (any::<bool>(), key(), proptest::option::of(key())).prop_map(|(u, a, b)| Tree::Ref(u, a, b)),
        proptest::collection::vec(prop_oneof![key().prop_map(Ok), key().prop_map(Err)], 0..4).prop_map(Tree::Join),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            proptest::collection::vec((key(), inner), 0..5).prop_map(Tree::Map),
        ]
    })
}

fn store(values: &mut Values, tree: &Tree) -> ValueId {
    let reference = |address: &str, attribute: Option<&String>| Reference {
        address: Symbol::new(address),
        attribute: attribute.map(|a| Symbol::new(a)),
    };
    match tree {
        Tree::Null => values.null(),
        Tree::Bool(b) => values.bool(*b),
        Tree::Number(n) => values.number(Symbol::new(n)),
        Tree::Text(t) => values.string(Symbol::new(t)),
        Tree::Ref(true, a, b) => values.unknown(reference(a, b.as_ref())),
        Tree::Ref(false, a, b) => values.reference(reference(a, b.as_ref())),
        Tree::Join(parts) => {
            let parts: Vec<ValueId> = parts
                .iter()
                .map(|part| match part {
                    Ok(text) => values.string(Symbol::new(text)),
                    Err(to) => values.reference(reference(to, None)),
                })
                .collect();
            values.join(&parts)
        }
        Tree::List(items) => {
            let items: Vec<ValueId> = items.iter().map(|item| store(values, item)).collect();
            values.list(&items)
        }
        Tree::Map(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|(key, value)| (Symbol::new(key), store(values, value))).collect();
            values.map(&mut entries)
        }
    }
}

proptest! {
    #[test]
    fn reading_what_was_written_is_identity(tree in tree()) {
        let mut values = Values::new();
        let id = store(&mut values, &tree);
        let text = values.to_json(id);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        prop_assert_eq!(values.from_json(&text).unwrap(), id);
        // In another store, too, and there the text is the same again.
        let mut other = Values::new();
        let there = other.from_json(&text).unwrap();
        prop_assert_eq!(other.to_json(there), text);
    }
}
