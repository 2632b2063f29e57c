//! Expressions to values, and their mistakes to codes at their places.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{FileId, Symbol, codes::lang as codes, quantity::Quantity};
use tonnage_syntax::tree::Expr;

use super::Evaluator;
use crate::scope::{EmptyScope, Frame, MapNamespace, Namespace, Scope};
use crate::value::{Equality, Value};

/// The expression of `x = …`.
pub(crate) fn expression(text: &str) -> Expr {
    let source = format!("x = {text}\n");
    let (file, diagnostics) = tonnage_syntax::parse(FileId(0), &source);
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    file.body.attributes.first().unwrap().value.clone()
}

#[derive(Debug)]
struct Instances;

impl Namespace for Instances {
    fn describe(&self) -> String {
        "resource `subnets`".to_owned()
    }
    fn get(&self, _name: Symbol) -> Option<Value> {
        None
    }
    fn index(&self, key: &Value) -> Option<Value> {
        (key.as_text().ok()?.as_ref() == "a")
            .then(|| Value::Reference { address: Symbol::new("vpc.a"), attribute: None })
    }
    fn names(&self) -> Vec<Symbol> {
        Vec::new()
    }
}

fn symbols<const N: usize>(entries: [(&str, Value); N]) -> BTreeMap<Symbol, Value> {
    entries.into_iter().map(|(name, value)| (Symbol::new(name), value)).collect()
}

fn test_scope() -> Frame<'static> {
    let number = |n: i64| Value::Number(n.into());
    let cloud = |name: &str| {
        let entries = symbols([("region", Value::string("us-east-2")), ("account", Value::Null)]);
        MapNamespace::declared(Symbol::new("cloud"), Symbol::new(name), entries).into_value()
    };
    let var = symbols([
        ("n", number(3)),
        ("none", Value::Null),
        ("list", Value::list([number(10), number(20), number(30)])),
        ("map", Value::map([("b", number(2)), ("a", number(1))])),
        (
            "pools",
            Value::list([Value::map([("name", Value::string("p"))]), Value::map([("name", Value::string("q"))])]),
        ),
        ("later", Value::Unknown(Symbol::new("known after placement"))),
        ("bad", Value::Invalid),
        ("day", Value::Quantity(Quantity::parse("2027-01-11").unwrap())),
        ("id", Value::Reference { address: Symbol::new("vpc"), attribute: None }),
        ("arn", Value::Reference { address: Symbol::new("vpc"), attribute: Some(Symbol::new("Arn")) }),
        ("subnets", Value::Object(Arc::new(Instances))),
    ]);
    static EMPTY: EmptyScope = EmptyScope;
    Frame::new(&EMPTY)
        .with(Symbol::new("var"), MapNamespace::new("the variables of this fleet", var).into_value())
        .with(Symbol::new("aws"), cloud("aws"))
        .with(Symbol::new("aws_too"), cloud("aws"))
        .with(Symbol::new("google"), cloud("google"))
}

/// A value in one line; unlike its display, never cut.
fn shown(value: &Value) -> String {
    match value {
        Value::Unknown(why) => format!("unknown: {why}"),
        other => other.to_string(),
    }
}

fn check(text: &str, expect: &str) {
    let mut evaluator = Evaluator::new();
    let value = evaluator.eval(&expression(text), &test_scope());
    assert_eq!(shown(&value), expect, "{text}: {:?}", evaluator.diagnostics);
    assert!(evaluator.diagnostics.is_empty(), "{text}: {:?}", evaluator.diagnostics);
}

/// `text` fails with this one code, at `place` in the text, with words of the message or the help.
fn fails(text: &str, code: tonnage_base::Code, place: &str, words: &str) {
    let mut evaluator = Evaluator::new();
    let value = evaluator.eval(&expression(text), &test_scope());
    assert!(matches!(value, Value::Invalid), "{text}: {value:?}");
    let [diagnostic] = evaluator.diagnostics.as_slice() else {
        unreachable!("{text}: not one diagnostic: {:?}", evaluator.diagnostics)
    };
    assert_eq!(diagnostic.code, code, "{text}: {diagnostic:?}");
    let span = diagnostic.primary.as_ref().unwrap().span;
    let source = format!("x = {text}\n");
    assert_eq!(&source[span.lo as usize..span.hi as usize], place, "{text}");
    let said = format!("{} {}", diagnostic.message, diagnostic.help.as_deref().unwrap_or(""));
    assert!(said.contains(words), "{text}: {said}");
}

#[test]
fn arithmetic_is_exact_and_converts_text_that_is_a_number() {
    check("0.1 + 0.2", "0.3");
    check("1 / 8", "0.125");
    check("-7 % 3", "-1");
    check("\"2\" * 3", "6");
    check("2 + 3 * 4 - (1 + 1)", "12");
    check("-\"4\"", "-4");
    check("1.50", "1.5");
    check("0 * -1", "0");
    check("\"1e3\" + 0", "1000");
}

#[test]
fn arithmetic_says_what_is_wrong() {
    fails("1 + \"a\"", codes::T0303, "\"a\"", "joined in a template");
    fails("1 + var.list", codes::T0303, "var.list", "a list of 3 elements");
    fails("var.none + 1", codes::T0304, "var.none", "null");
    fails("1 / (var.n - 3)", codes::T0307, "(var.n - 3)", "division by zero");
    fails("5 % 0", codes::T0307, "0", "zero");
    fails("79228162514264337593543950335 * 2", codes::T0308, "79228162514264337593543950335 * 2", "exactly");
    fails("!5", codes::T0303, "5", "true or false");
    fails("true + 1", codes::T0303, "true", "number");
}

#[test]
fn both_sides_are_told() {
    let mut evaluator = Evaluator::new();
    evaluator.eval(&expression("\"a\" + nope"), &test_scope());
    let said: Vec<_> = evaluator.diagnostics.iter().map(|d| d.code.id).collect();
    assert_eq!(said, ["T0301", "T0303"]);
}

#[test]
fn equality_is_by_type_and_deep() {
    check("1 == 1.0", "true");
    check("\"1\" == 1", "false");
    check("null == null", "true");
    check("var.none == null", "true");
    check("[1, [2]] == [1, [2]]", "true");
    check("{ a = 1, b = 2 } == { b = 2, a = 1 }", "true");
    check("{ a = 1 } != { a = 2 }", "true");
    check("aws == aws_too", "true");
    check("aws == google", "false");
    check("var.day == \"2027-01-11\"", "true");
    check("var.day != \"2027-01-12\"", "true");
}

#[test]
fn what_is_known_after_apply_is_neither_equal_nor_different() {
    check("var.id == var.id", "true");
    check("var.id == null", "false");
    check("var.id == \"vpc-1\"", "unknown: `ref` of `vpc` is known after apply");
    check("[1, var.id] == [2, var.id]", "false");
    check("[1, var.id] == [1, \"x\"]", "unknown: `ref` of `vpc` is known after apply");
    check("\"a${var.id}\" == \"a${var.id}\"", "true");
    check("\"a${var.id}\" == \"b${var.arn}\"", "unknown: `ref` of `vpc` is known after apply");
    check("var.later == 1", "unknown: known after placement");
    check("var.later + 1", "unknown: known after placement");
    check("var.later.name", "unknown: known after placement");
    check("[for x in var.later : x]", "unknown: known after placement");
    check("upper(var.arn)", "unknown: `Arn` of `vpc` is known after apply");
    check("false && var.later", "false");
    check("var.later && false", "false");
    check("var.later || true", "true");
    check("true && var.later", "unknown: known after placement");
    check("contains([\"a\", var.id], \"a\")", "true");
    check("contains([\"a\", var.id], \"b\")", "unknown: `ref` of `vpc` is known after apply");
    check("matchkeys([1, 2], [\"a\", \"b\"], [\"b\", var.id, \"a\"])", "[1, 2]");
    check("matchkeys([1, 2], [\"a\", var.id], [\"a\"])", "unknown: `ref` of `vpc` is known after apply");
}

#[test]
fn unknown_conditions_are_errors_and_never_false() {
    fails("var.later ? 1 : 2", codes::T0310, "var.later", "cannot know");
    fails("[for x in [1] : x if var.id == \"a\"]", codes::T0310, "var.id == \"a\"", "cannot know");
    fails("\"%{ if var.later }a%{ endif }\"", codes::T0310, "var.later", "cannot know");
    fails("max(var.later...)", codes::T0310, "var.later", "cannot know");
}

#[test]
fn comparisons() {
    check("\"10\" > 9", "true");
    check("1 <= 1.0", "true");
    check("var.day < \"2027-02-01\"", "true");
    check("\"2027-02-01\" <= var.day", "false");
    fails("\"a\" < \"b\"", codes::T0303, "\"a\"", "needs a number");
    fails("var.day < 5", codes::T0303, "var.day < 5", "can't compare");
}

#[test]
fn comparing_two_texts_tells_each_once() {
    let mut evaluator = Evaluator::new();
    evaluator.eval(&expression("\"2027-01-01\" < 1"), &EmptyScope);
    assert_eq!(evaluator.diagnostics.len(), 1);
    assert!(evaluator.diagnostics[0].help.as_deref().unwrap().contains("date_before"));
}

#[test]
fn conditions_choose_one_side_and_look_at_no_other() {
    check("true ? 1 : nope", "1");
    check("\"false\" ? nope : 2", "2");
    check("false && nope", "false");
    check("true || nope", "true");
    fails("var.none ? 1 : 2", codes::T0304, "var.none", "null");
    fails("1 ? 1 : 2", codes::T0303, "1", "true or false");
}

#[test]
fn a_failed_value_is_silent() {
    let mut evaluator = Evaluator::new();
    for text in [
        "var.bad + 1",
        "var.bad.x[0]",
        "\"a${var.bad}\"",
        "[for x in var.bad : x]",
        "max(var.bad, 1)",
        "var.bad ? 1 : 2",
        "var.bad == 1",
        "coalesce(var.bad, 1)",
        "join(\",\", [var.bad])",
        "can(var.bad)",
        "var.bad[*].x",
    ] {
        let value = evaluator.eval(&expression(text), &test_scope());
        assert!(matches!(value, Value::Invalid), "{text}: {value:?}");
    }
    assert!(evaluator.diagnostics.is_empty(), "{:?}", evaluator.diagnostics);
}

#[test]
fn names_are_suggested() {
    fails("vra.n", codes::T0301, "vra", "did you mean `var`?");
    fails("us_east", codes::T0301, "us_east", "in quotes");
    fails("aws.regoin", codes::T0302, "regoin", "cloud `aws` has no `regoin`");
    fails("aws.regoin", codes::T0302, "regoin", "did you mean `region`?");
    fails("var.zzzz", codes::T0302, "zzzz", "the variables of this fleet has no `zzzz`");
    fails("var.map.zzz", codes::T0306, "zzz", "it has `a`, `b`");
    fails("var.map[\"c\"]", codes::T0306, "\"c\"", "no `c`");
    fails("aws[\"regio\"]", codes::T0302, "\"regio\"", "`region`");
    fails("var.none.x", codes::T0304, "var.none", "has no `x`");
    fails("var.list.name", codes::T0318, "var.list", "[*].name");
    fails("var.n.x", codes::T0318, "var.n", "the number 3");
}

#[test]
fn indexes() {
    check("var.list[1]", "20");
    check("var.list[\"2\"]", "30");
    check("var.list.0", "10");
    check("var.map[\"a\"]", "1");
    check("{ 1 = \"x\" }[1]", "\"x\"");
    check("var.subnets[\"a\"]", "vpc.a.ref");
    check("aws[\"region\"]", "\"us-east-2\"");
    check("var.arn.Inner", "vpc.Arn.Inner");
    fails("var.list[3]", codes::T0305, "3", "elements 0 to 2");
    fails("var.list[-1]", codes::T0305, "-1", "there is no element -1");
    fails("[][0]", codes::T0305, "0", "empty");
    fails("var.list[\"a\"]", codes::T0318, "\"a\"", "whole number");
    fails("var.list[0.5]", codes::T0318, "0.5", "whole number");
    fails("var.map[null]", codes::T0304, "null", "null");
    fails("var.map[[]]", codes::T0318, "[]", "text");
    fails("var.n[0]", codes::T0318, "var.n", "no elements");
    fails("var.none[0]", codes::T0304, "var.none", "no elements");
}

#[test]
fn splats() {
    check("var.pools[*].name", "[\"p\", \"q\"]");
    check("var.pools.*.name", "[\"p\", \"q\"]");
    check("var.none[*].name", "[]");
    check("aws[*].region", "[\"us-east-2\"]");
    check("[[1, 2], [3, 4]][*][var.n - 2]", "[2, 4]");
    check("var.list[*]", "[10, 20, 30]");
    fails("var.pools[*].nam", codes::T0306, "nam", "did you mean `name`?");
}

#[test]
fn templates() {
    check("\"a${1 + 1}b${true}\"", "\"a2btrue\"");
    check("\"${var.list}\"", "[10, 20, 30]");
    check("\"%{ if var.n > 2 }big%{ else }small%{ endif }\"", "\"big\"");
    check("\"%{ for k, v in var.map }${k}=${v};%{ endfor }\"", "\"a=1;b=2;\"");
    check("\"until ${var.day}\"", "\"until 2027-01-11\"");
    check("\"arn:${var.id}/${var.arn}!\"", "\"arn:${vpc.ref}/${vpc.Arn}!\"");
    check("\"a${\"b${var.id}c\"}d\"", "\"ab${vpc.ref}cd\"");
    check("\"${\"\"}${var.id}\"", "vpc.ref");
    check("\"a${var.later}\"", "unknown: known after placement");
    fails("\"a${var.none}\"", codes::T0304, "var.none", "null");
    fails("\"a${var.list}\"", codes::T0317, "var.list", "join");
    fails("\"a${aws}\"", codes::T0317, "aws", "cloud `aws`");
}

#[test]
fn for_expressions() {
    check("[for x in var.list : x * 2]", "[20, 40, 60]");
    check("[for i, x in var.list : i if x > 10]", "[1, 2]");
    check("[for k, v in var.map : \"${k}${v}\"]", "[\"a1\", \"b2\"]");
    check("[for k, v in aws : k]", "[\"account\", \"region\"]");
    check("{ for p in var.pools : p.name => length(p.name) }", "{ p = 1, q = 1 }");
    check("{ for x in [\"a\", \"bb\", \"c\"] : length(x) => x... }", "{ \"1\" = [\"a\", \"c\"], \"2\" = [\"bb\"] }");
    check("[for a in [1, 2] : [for b in [10] : a + b]]", "[[11], [12]]");
    check("[for x in [] : nope]", "[]");
    fails("{ for x in var.pools : \"k\" => x }", codes::T0316, "\"k\"", "two elements have the key `k`");
    fails("[for x in 5 : x]", codes::T0315, "5", "the number 5");
    fails("[for x in \"a${var.id}\" : x]", codes::T0315, "\"a${var.id}\"", "walks lists");
    fails("[for x in null : x]", codes::T0304, "null", "walk null");
    fails("[for x in var.list : x.name]", codes::T0318, "x", "the number 10");
    fails("{ for x in var.list : [x] => x }", codes::T0319, "[x]", "a key is text");
}

#[test]
fn objects() {
    check("{ b = 1, \"a b\" = 2, (\"c\") = 3 }", "{ \"a b\" = 2, b = 1, c = 3 }");
    check("{ \"k${1}\" = 1 }", "{ k1 = 1 }");
    fails("{ a = 1, b = 2, \"${lower(\"A\")}\" = 3 }", codes::T0316, "\"${lower(\"A\")}\"", "twice");
    fails("{ (null) = 1 }", codes::T0304, "(null)", "null");
}

#[test]
fn elements_fail_alone() {
    let mut evaluator = Evaluator::new();
    let value = evaluator.eval(&expression("{ a = 1 / 0, b = 2, c = nope }"), &test_scope());
    assert_eq!(evaluator.diagnostics.len(), 2);
    assert_eq!(value.to_string(), "{ a = (invalid), b = 2, c = (invalid) }");
}

#[test]
fn calls() {
    check("max(var.list...)", "30");
    check("max(5, var.list...)", "30");
    fails("uper(\"a\")", codes::T0311, "uper", "did you mean `upper`?");
    fails("element([1])", codes::T0312, "element", "takes 2 arguments, and has 1");
    fails("lookup({})", codes::T0312, "lookup", "lookup(map, key, default?)");
    fails("max()", codes::T0312, "max", "at least 1 argument");
    fails("max([])", codes::T0313, "[]", "`number` of `max` is a number");
    fails("upper(null)", codes::T0304, "null", "`text` of `upper`");
    fails("cidrsubnet(\"10.0.0.0/16\", 4, 16)", codes::T0314, "16", "16 ranges");
    fails("max({}...)", codes::T0320, "{}", "elements of a list");
    fails("join(\"-\", [1, null])", codes::T0304, "[1, null]", "an element is null");
    fails("sum([1, []])", codes::T0313, "[1, []]", "an empty list");
    fails("pow(10, 40)", codes::T0308, "pow(10, 40)", "exactly");
    fails("range(5000000)", codes::T0321, "range(5000000)", "4,000,000");
}

#[test]
fn try_and_can_catch_what_depends_on_values_only() {
    check("try(var.map.c, var.list[9], \"x\")", "\"x\"");
    check("try(1 / 0, null)", "null");
    check("can(var.map.a)", "true");
    check("can(var.list[9])", "false");
    check("try(var.later, 1)", "unknown: known after placement");
    fails("try(vra.n, 1)", codes::T0301, "vra", "var");
    fails("can(uper(\"a\"))", codes::T0311, "uper", "upper");
    fails("try(var.map.c, var.map.d)", codes::T0306, "d", "no `d`");
}

#[test]
fn references_go_through_text_functions() {
    check(
        "jsonencode({ R = var.arn, S = \"a${var.id}\\\"\" })",
        "\"{\\\"R\\\":\\\"${vpc.Arn}\\\",\\\"S\\\":\\\"a${vpc.ref}\\\\\\\"\\\"}\"",
    );
    check("join(\",\", [\"a\", var.id])", "\"a,${vpc.ref}\"");
    check("format(\"%s/x\", var.id)", "\"${vpc.ref}/x\"");
    check("coalesce(null, var.id)", "vpc.ref");
    check("merge({ a = 1 }, { b = var.id }).b", "vpc.ref");
    check("distinct([var.id, var.id])", "[vpc.ref]");
}

#[test]
fn steps_are_bounded_and_told_once() {
    let mut evaluator = Evaluator { steps_left: 5_000, ..Evaluator::new() };
    let value = evaluator.eval(&expression("[for a in range(1000) : [for b in range(1000) : a + b]]"), &EmptyScope);
    assert!(matches!(value, Value::Invalid));
    assert!(matches!(evaluator.eval(&expression("1"), &EmptyScope), Value::Invalid));
    assert_eq!(evaluator.diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["T0309"]);
    // And try can't go on past it.
    let mut evaluator = Evaluator { steps_left: 50, ..Evaluator::new() };
    let value = evaluator.eval(&expression("try([for a in range(30) : a + a], 1)"), &EmptyScope);
    assert!(matches!(value, Value::Invalid));
    assert_eq!(evaluator.diagnostics.len(), 1);
}

#[test]
fn text_does_not_grow_without_bound() {
    let mut evaluator = Evaluator::new();
    let mut value = Value::string(&"x".repeat(1 << 20));
    for _ in 0..6 {
        let scope = Frame::new(&EmptyScope).with(Symbol::new("a"), value.clone());
        value = evaluator.eval(&expression("\"${a}${a}\""), &scope);
    }
    assert_eq!(evaluator.diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["T0321"]);
}

/// Each kind of nesting, up to the bound and far beyond it, on the small stack of a test.
#[test]
fn deep_nesting_is_refused_and_overflows_nothing() {
    use tonnage_syntax::tree::{ExprKind, ForExpr, Ident, TemplatePart};
    let span = tonnage_base::Span::new(FileId(0), 0, 1);
    let name = |text: &str| Ident { name: Symbol::new(text), span };
    let expr = |kind: ExprKind| Expr { kind, span };
    let wraps: [&dyn Fn(Expr) -> ExprKind; 5] = [
        &|inner| ExprKind::Paren(Box::new(inner)),
        &|inner| ExprKind::List(vec![inner]),
        &|inner| ExprKind::Call { name: name("coalesce"), arguments: vec![inner], expand_last: false },
        &|inner| {
            let collection = expr(ExprKind::List(vec![expr(ExprKind::Null)]));
            ExprKind::For(Box::new(ForExpr {
                key: None,
                value: name("x"),
                collection,
                key_expr: Some(expr(ExprKind::String(Symbol::new("k")))),
                value_expr: inner,
                group: false,
                condition: None,
            }))
        },
        &|inner| {
            ExprKind::Template(vec![TemplatePart::If {
                condition: expr(ExprKind::Bool(true)),
                then: vec![TemplatePart::Text(Symbol::new("a")), TemplatePart::Value(inner)],
                otherwise: Vec::new(),
            }])
        },
    ];
    for wrap in wraps {
        for levels in [150, 3_000] {
            let mut nested = expr(ExprKind::Number(1.into()));
            for _ in 0..levels {
                nested = expr(wrap(nested));
            }
            let mut evaluator = Evaluator::new();
            evaluator.eval(&nested, &EmptyScope);
            let codes: Vec<&str> = evaluator.diagnostics.iter().map(|d| d.code.id).collect();
            assert_eq!(codes, if levels == 150 { &[][..] } else { &["T0321"][..] });
        }
    }
}

#[test]
fn values_that_wrap_one_another_are_bounded() {
    let wrap = expression("[v]");
    let mut evaluator = Evaluator::new();
    let mut value = Value::Null;
    for _ in 0..100_000 {
        value = evaluator.eval(&wrap, &Frame::new(&EmptyScope).with(Symbol::new("v"), value));
    }
    assert_eq!(evaluator.diagnostics.first().unwrap().code, codes::T0321);
    // A failed value is wrapped again, and fails again: each time after as many levels.
    assert_eq!(evaluator.diagnostics.len(), 100_000 / 251);
}

#[test]
fn frames_hide_and_are_set_again() {
    let outer = Frame::new(&EmptyScope).with(Symbol::new("x"), Value::Bool(false));
    let mut inner = Frame::new(&outer);
    let slot = inner.bind(Symbol::new("x"), Value::Null);
    inner.set(slot, Value::Bool(true));
    let x = inner.lookup(Symbol::new("x")).unwrap();
    assert_eq!(x.equality(&Value::Bool(true)), Equality::Equal);
    assert!(inner.lookup(Symbol::new("y")).is_none());
    check("[for var in [1] : var]", "[1]");
}

/// The wrong example of each code's page gives that code, the right one nothing. The examples are locals; T0310 needs
/// resources.
#[test]
fn pages_are_true() {
    let aws = symbols([("name", Value::string("aws"))]);
    let aws = MapNamespace::declared(Symbol::new("cloud"), Symbol::new("aws"), aws).into_value();
    let clouds = MapNamespace::new("the clouds of this fleet", symbols([("aws", aws)])).into_value();
    for code in codes::ALL.iter().filter(|code| ("T0300".."T0340").contains(&code.id) && code.id != "T0310") {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}", code.id);
        for (fence, expected) in [("```fleet wrong\n", &[code.id][..]), ("```fleet right\n", &[][..])] {
            let rest = code.page.split_once(fence).unwrap().1;
            let (file, diagnostics) = tonnage_syntax::parse(FileId(0), rest.split_once("```").unwrap().0);
            assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", code.id);
            let mut evaluator = Evaluator { steps_left: 3_000_000, ..Evaluator::new() };
            let mut values = BTreeMap::new();
            for local in &file.body.blocks_of("locals").next().unwrap().body.attributes {
                let family = MapNamespace::new("the locals of this fleet", values.clone()).into_value();
                let scope = Frame::new(&EmptyScope)
                    .with(Symbol::new("local"), family)
                    .with(Symbol::new("cloud"), clouds.clone());
                values.insert(local.key.name, evaluator.eval(&local.value, &scope));
            }
            let codes: Vec<&str> = evaluator.diagnostics.iter().map(|d| d.code.id).collect();
            assert_eq!(codes, expected, "{} {fence}", code.id);
        }
    }
}
