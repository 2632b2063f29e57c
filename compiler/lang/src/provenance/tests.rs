//! Paths into expressions, and what was read on the way.

use tonnage_base::Symbol;

use super::{Step, mentions, reads, shown};
use crate::{
    Value,
    evaluate::tests::expression,
    scope::{EmptyScope, Frame},
};

fn key(name: &str) -> Step {
    Step::Key(Symbol::new(name))
}

/// `local` with a list, a map of objects and a few words; nothing else has a value.
fn local() -> Value {
    let team =
        |nodes: u64, zone: &str| Value::map([("nodes", Value::Number(nodes.into())), ("zone", Value::string(zone))]);
    Value::map([
        ("teams", Value::map([("ads", team(2, "a")), ("chat", team(5, "b"))])),
        ("list", Value::list([team(1, "a"), team(2, "b"), team(3, "a")])),
        ("words", Value::list(["x", "y", "z"].map(Value::string))),
        ("lists", Value::list([Value::list(["p", "q"].map(Value::string)), Value::list(["r"].map(Value::string))])),
        ("on", Value::Bool(true)),
        ("team", Value::string("chat")),
    ])
}

/// The part of the value at a path comes from `place`, and `names` were read for it.
fn check(text: &str, path: &[Step], place: &str, names: &[&str]) {
    let source = format!("x = {text}\n");
    let expr = expression(text);
    let scope = Frame::new(&EmptyScope).with(Symbol::new("local"), local());
    let found = reads(&expr, path, &scope, tonnage_base::Date::constant(2026, 11, 1));
    assert_eq!(&source[found.at.lo as usize..found.at.hi as usize], place, "{text}");
    let mut found: Vec<String> = found.names.iter().map(|(root, way)| shown(root.to_string(), way)).collect();
    found.dedup();
    assert_eq!(found, names, "{text}");
}

#[test]
fn objects_and_lists_are_walked() {
    let text = "{ Data = { ImageId = var.image, \"Type\" = shape.name }, Tags = [{ V = self.a }, (self.b)] }";
    check(text, &[key("Data"), key("ImageId")], "var.image", &["var.image"]);
    check(text, &[key("Data"), key("Type")], "shape.name", &["shape.name"]);
    check(text, &[key("Tags"), Step::Index(0), key("V")], "self.a", &["self.a"]);
    check(text, &[key("Tags"), Step::Index(1)], "(self.b)", &["self.b"]);
    check(text, &[key("Tags"), Step::Index(7)], "[{ V = self.a }, (self.b)]", &["self.a", "self.b"]);
    check(
        "[{ Key = \"a\", V = local.on }, { Key = \"b\", V = local.team }]",
        &[key("b"), key("V")],
        "local.team",
        &["local.team"],
    );
}

#[test]
fn the_branch_that_was_taken_is_read_and_what_took_it() {
    let unknown = "{ A = (pool.fabric.kind == \"rdma\" ? { B = shape.x } : { B = shape.y }) }";
    let whole = "(pool.fabric.kind == \"rdma\" ? { B = shape.x } : { B = shape.y })";
    check(unknown, &[key("A"), key("B")], whole, &["shape.x", "shape.y", "pool.fabric.kind"]);
    check("local.on ? var.a : var.b", &[], "var.a", &["var.a", "local.on"]);
    check("!local.on ? var.a : var.b", &[], "var.b", &["var.b", "local.on"]);
    check("coalesce(null, local.team, var.b)", &[], "local.team", &["local.team"]);
    check("try(local.none, local.team)", &[], "local.team", &["local.team", "local.none"]);
}

#[test]
fn the_entry_that_was_read_is_found() {
    check("local.teams.ads.nodes", &[], "local.teams.ads.nodes", &["local.teams.ads.nodes"]);
    check(
        "local.teams[local.team].nodes",
        &[],
        "local.teams[local.team].nodes",
        &["local.teams.chat.nodes", "local.team"],
    );
    check("lookup(local.teams, \"ads\", null)", &[key("zone")], "local.teams", &["local.teams.ads.zone"]);
    check("lookup(local.teams, \"no\", var.default)", &[], "var.default", &["var.default", "local.teams"]);
    check("{ a = { n = 1 }, (local.team) = { n = 2 } }", &[key("chat"), key("n")], "2", &["local.team"]);
    check("element(local.words, 4)", &[], "local.words", &["local.words[1]"]);
    check("concat(local.words, [\"v\"])", &[Step::Index(2)], "local.words", &["local.words[2]"]);
    check("concat(local.words, [\"v\"])", &[Step::Index(3)], "\"v\"", &[]);
    check("flatten(local.lists)", &[Step::Index(2)], "local.lists", &["local.lists[1][0]"]);
    check("reverse(local.words)", &[Step::Index(0)], "local.words", &["local.words[2]"]);
    check("values(local.teams)", &[Step::Index(1), key("nodes")], "local.teams", &["local.teams.chat.nodes"]);
    check("local.list[*].nodes", &[Step::Index(1)], "local.list[*].nodes", &["local.list[1].nodes"]);
}

#[test]
fn elements_of_a_for_lead_to_the_one_they_come_from() {
    let text = "[for i, card in range(shape.network_cards) : { Card = card, Index = i, Group = resource.sg.ref }]";
    check(text, &[Step::Index(3), key("Card")], "range(shape.network_cards)", &["shape.network_cards"]);
    check(text, &[Step::Index(3), key("Group")], "resource.sg.ref", &["resource.sg.ref"]);
    check(
        "[for t in local.list : t.nodes if t.zone == \"a\"]",
        &[Step::Index(1)],
        "local.list",
        &["local.list[2].nodes", "local.list[2].zone"],
    );
    check(
        "{ for name, t in local.teams : \"x-${name}\" => t }",
        &[key("x-chat"), key("nodes")],
        "local.teams",
        &["local.teams.chat.nodes"],
    );
    check("{ for t in [{ n = 1, k = \"a\" }, { n = 2, k = \"b\" }] : t.k => t.n }", &[key("b")], "2", &[]);
    check(
        "{ for t in local.list : t.zone => t.nodes... }",
        &[key("a"), Step::Index(1)],
        "local.list",
        &["local.list[2].nodes", "local.list[2].zone"],
    );
    check("{ for k, v in var.a : k => [v, var.b] }", &[key("z"), Step::Index(0)], "var.a", &["var.a"]);
}

#[test]
fn merge_leads_to_the_argument_that_has_the_key() {
    let text = "merge({ a = var.one, b = local.on }, { a = local.team })";
    check(text, &[key("a")], "local.team", &["local.team"]);
    check(text, &[key("c")], text, &["var.one", "local.on", "local.team"]);
    check(
        "merge(local.teams, { ads = local.on })",
        &[key("chat"), key("zone")],
        "local.teams",
        &["local.teams.chat.zone"],
    );
}

#[test]
fn names_that_might_be_read_are_dotted_with_their_literal_indexes() {
    let check = |text: &str, names: &[&str]| {
        let source = format!("x = {text}\n");
        let found = mentions(&expression(text));
        let told: Vec<&str> = found.iter().map(|mention| mention.name.as_str()).collect();
        assert_eq!(told, names, "{text}");
        for mention in &found {
            assert_eq!(&source[mention.span.lo as usize..mention.span.hi as usize], mention.name, "{text}");
        }
    };
    check("pool.size.gpus + var.z[0].a", &["pool.size.gpus", "var.z[0].a"]);
    check("resource.nodes[\"a\"].ref", &["resource.nodes[\"a\"].ref"]);
    check("var.m[var.k].x", &["var.m", "var.k"]);
    check("\"a${var.x}%{ for y in var.l }${y}${var.x}%{ endfor }\"", &["var.x", "var.l"]);
    check("[for v in var.a : v.x if v.y == var.c]", &["var.a", "var.c"]);
    check("upper(self.name)", &["self.name"]);
    check("var.list[*].name", &["var.list"]);
}
