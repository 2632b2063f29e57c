//! Paths into expressions.

use tonnage_base::Symbol;

use super::{Step, slice};
use crate::evaluate::tests::expression;

fn key(name: &str) -> Step {
    Step::Key(Symbol::new(name))
}

/// The part reached is `place`, and it mentions `names`.
fn check(text: &str, path: &[Step], place: &str, names: &[&str]) {
    let source = format!("x = {text}\n");
    let expr = expression(text);
    let (part, mentions) = slice(&expr, path);
    assert_eq!(&source[part.span.lo as usize..part.span.hi as usize], place, "{text}");
    let found: Vec<&str> = mentions.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(found, names, "{text}");
    for mention in &mentions {
        let written = &source[mention.span.lo as usize..mention.span.hi as usize];
        assert_eq!(written, mention.name, "{text}");
    }
}

#[test]
fn objects_and_lists_are_walked() {
    let text = "{ Data = { ImageId = var.image, \"Type\" = shape.name }, Tags = [{ V = self.a }, (self.b)] }";
    check(text, &[key("Data"), key("ImageId")], "var.image", &["var.image"]);
    check(text, &[key("Data"), key("Type")], "shape.name", &["shape.name"]);
    check(text, &[key("Tags"), Step::Index(0), key("V")], "self.a", &["self.a"]);
    check(text, &[key("Tags"), Step::Index(1)], "self.b", &["self.b"]);
    check(text, &[key("Tags"), Step::Index(7)], "[{ V = self.a }, (self.b)]", &["self.a", "self.b"]);
}

#[test]
fn a_condition_is_shown_whole() {
    let text = "{ A = (pool.fabric.kind == \"rdma\" ? { B = shape.x } : null) }";
    let whole = "pool.fabric.kind == \"rdma\" ? { B = shape.x } : null";
    check(text, &[key("A"), key("B")], whole, &["pool.fabric.kind", "shape.x"]);
}

#[test]
fn elements_of_a_for_lead_to_its_collection() {
    let text = "[for i, card in range(shape.network_cards) : { Card = card, Index = i, Group = resource.sg.ref }]";
    check(text, &[Step::Index(3), key("Card")], "card", &["shape.network_cards"]);
    check(text, &[Step::Index(3), key("Index")], "i", &["shape.network_cards"]);
    check(text, &[Step::Index(3), key("Group")], "resource.sg.ref", &["resource.sg.ref"]);
    check("{ for k, v in var.a : k => [v, var.b] }", &[key("z"), Step::Index(0)], "v", &["var.a"]);
    check("{ for v in var.a : v => { x = v }... }", &[key("z"), Step::Index(0), key("x")], "v", &["var.a"]);
    check("[for x in var.a : [for y in x.b : y]]", &[Step::Index(0), Step::Index(0)], "y", &["var.a"]);
}

#[test]
fn merge_leads_to_the_argument_that_has_the_key() {
    let text = "merge({ a = var.one, b = var.two }, { a = var.three })";
    check(text, &[key("a")], "var.three", &["var.three"]);
    check(text, &[key("b")], "var.two", &["var.two"]);
    check(text, &[key("c")], text, &["var.one", "var.two", "var.three"]);
    // What follows may have it, too.
    let opaque = "merge({ a = var.one }, local.rest)";
    check(opaque, &[key("a")], opaque, &["var.one", "local.rest"]);
    check("merge(local.rest, { a = var.one })", &[key("a")], "var.one", &["var.one"]);
}

#[test]
fn names_are_dotted_with_their_literal_indexes() {
    check("pool.size.gpus + var.z[0].a", &[], "pool.size.gpus + var.z[0].a", &["pool.size.gpus", "var.z[0].a"]);
    check("resource.nodes[\"a\"].ref", &[], "resource.nodes[\"a\"].ref", &["resource.nodes[\"a\"].ref"]);
    check("var.m[var.k].x", &[], "var.m[var.k].x", &["var.m", "var.k"]);
    check(
        "\"a${var.x}%{ for y in var.l }${y}${var.x}%{ endfor }\"",
        &[],
        "\"a${var.x}%{ for y in var.l }${y}${var.x}%{ endfor }\"",
        &["var.x", "var.l"],
    );
    check("[for v in var.a : v.x if v.y == var.c]", &[], "[for v in var.a : v.x if v.y == var.c]", &["var.a", "var.c"]);
    check("upper(self.name)", &[key("x")], "upper(self.name)", &["self.name"]);
    check("var.list[*].name", &[], "var.list[*].name", &["var.list"]);
}
