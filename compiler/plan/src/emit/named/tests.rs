//! What a name depends on, and what it does not.

use tonnage_graph::Site;

use super::*;
use crate::model::{Giver, Parameter, UnitId, UnitOperation};

const FACTS: &str = r#"{
"T/net":{"p":{"range":"s","label":"s","zones":{"a":"s","u":true}},"co":["range","zones"]},
"T/node":{"p":{"name":"s","net":"s","count":"i","place":{"p":{"rack":"s","text":"s"}}},"co":["net","place/rack"]}
}"#;

fn member(address: &str, kind: &str, body: &str) -> Member {
    Member {
        address: Symbol::new(address),
        local_name: crate::names::local(
            Symbol::new(address),
            Symbol::new(kind),
            Site { cloud: Symbol::new("c"), region: Symbol::new("r") },
        ),
        kind: Symbol::new(kind),
        body: body.into(),
        depends_on: Vec::new(),
        retain_on_delete: false,
        retain_on_replace: false,
        delete_first: false,
        update_policy: None,
        holds: None,
    }
}

fn unit(net: &str, node: &str) -> Unit {
    let reference = Reference { address: Symbol::new("network.x"), attribute: None };
    Unit {
        name: Symbol::new("u-1"),
        site: Site { cloud: Symbol::new("c"), region: Symbol::new("r") },
        operation: UnitOperation::Create,
        // The node first: the order is found.
        members: vec![member("pool.a.nodes[\"z/1\"]", "T/node", node), member("pool.a.net", "T/net", net)],
        document: String::new(),
        parameters: vec![
            Parameter {
                name: Symbol::new("P1"),
                from: Giver::Unit { unit: UnitId(0), output: Symbol::new("O1") },
                reference,
            },
            Parameter {
                name: Symbol::new("P2"),
                from: Giver::Secret { kept: false },
                reference: Reference { address: Symbol::new("var.token"), attribute: None },
            },
        ],
        outputs: Vec::new(),
        expects: String::new(),
        hold: false,
        when_held: crate::model::WhenHeld::Stop,
        ahead: Vec::new(),
        between: None,
        reverts: false,
    }
}

/// The names of the network and of the nodes.
fn names(net: &str, node: &str) -> (Name, Name) {
    let schemas = Schemas::load(FACTS);
    let unit = unit(net, node);
    let named = Named::new(Symbol::new("fleet"), &unit, &schemas).expect("named");
    let order: Vec<&str> = named.members.iter().map(|ready| ready.member.address.as_str()).collect();
    assert_eq!(order, ["pool.a.net", "pool.a.nodes[\"z/1\"]"]);
    (named.name_of(Symbol::new("pool.a.net")), named.name_of(Symbol::new("pool.a.nodes[\"z/1\"]")))
}

const NODE: &str = r#"{"net":{"$ref":"pool.a.net"},"count":3}"#;

#[test]
fn a_name_changes_with_what_can_be_set_at_creation_only() {
    let first = names(r#"{"range":"10/8","label":"a"}"#, NODE);
    assert_eq!(first, names(r#"{"range":"10/8","label":"b"}"#, &NODE.replace('3', "4")), "changed in place");
    let other = names(r#"{"range":"11/8","label":"a"}"#, NODE);
    assert_ne!(first.0, other.0, "replaced");
    assert_ne!(first.1, other.1, "replaced with what it stands in");
    let racked = names(r#"{"range":"10/8"}"#, r#"{"net":{"$ref":"pool.a.net"},"place":{"rack":"7","text":"x"}}"#);
    assert_eq!(racked.0, first.0);
    assert_ne!(racked.1, first.1);
    let text = names(r#"{"range":"10/8"}"#, r#"{"net":{"$ref":"pool.a.net"},"place":{"rack":"7","text":"y"}}"#);
    assert_eq!(text, racked);
}

#[test]
fn the_order_of_a_set_is_no_part_of_a_name() {
    assert_eq!(names(r#"{"zones":["1","2"]}"#, NODE).0, names(r#"{"zones":["2","1"]}"#, NODE).0);
    assert_ne!(names(r#"{"zones":["1","2"]}"#, NODE).0, names(r#"{"zones":["3","1"]}"#, NODE).0);
}

#[test]
fn a_value_from_another_unit_is_part_of_a_name_when_it_is_applied() {
    let through = names(r#"{"range":{"$join":["x-",{"$ref":"network.x"}]}}"#, NODE);
    assert_eq!(through.0.of, [Symbol::new("P1")]);
    assert_eq!(through.1.of, [Symbol::new("P1")], "of what it stands in");
    assert!(names(r#"{"label":{"$ref":"network.x"}}"#, NODE).0.of.is_empty());
}

#[test]
fn of_a_secret_a_name_tells_where_it_is_and_nothing_else() {
    let with = |reference: &str| names(&format!(r#"{{"range":{{"$join":["x-",{reference}]}}}}"#), NODE).0;
    let variable = with(r#"{"$ref":"var.token"}"#);
    let second = with(r#"{"$ref":"var.token","$att":"2"}"#);
    let stored = with(r#"{"$ref":"azure-keyvault://g/v/token#1"}"#);
    let rotated = with(r#"{"$ref":"azure-keyvault://g/v/token#2"}"#);
    let all = [&variable, &second, &stored, &rotated];
    for (at, name) in all.iter().enumerate() {
        assert!(name.of.is_empty(), "no hash of a value: {name:?}");
        assert!(all.iter().skip(at + 1).all(|other| name.text != other.text), "replaced when it changes: {all:?}");
    }
}

#[test]
fn an_author_names_it() {
    let given = names("{}", r#"{"net":{"$ref":"pool.a.net"},"name":"mine"}"#).1;
    assert_eq!(given, Name { text: "mine".to_owned(), of: Vec::new() });
    let schemas = Schemas::load(FACTS);
    let unit = unit("{}", r#"{"name":{"$ref":"pool.a.net"}}"#);
    assert_eq!(Named::new(Symbol::new("fleet"), &unit, &schemas).expect_err("refused").len(), 1);
}

#[test]
fn names_are_short_and_plain() {
    let longest = Symbol::new(&format!("Pool{}0123456789", "Xy9".repeat(80)));
    for local in [longest, Symbol::new("R999999999999999999999999999999999999999999999"), Symbol::new("A")] {
        let text = readable(local);
        assert!(text.len() <= READABLE && text.starts_with(|c: char| c.is_ascii_lowercase()), "{text}");
        assert!(text.chars().all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit()), "{text}");
    }
    let name = names("{}", NODE).1.text;
    assert!(name.starts_with("pool-a-nodes-z1"), "{name}");
}
