//! The examples of the table hold; and the corners that an example does not show.

use crate::evaluate::{Evaluator, tests::expression};
use crate::scope::EmptyScope;
use crate::value::{Equality, Value};

fn eval(text: &str) -> Value {
    let mut evaluator = Evaluator::new().for_day("2027-01-01".parse().unwrap());
    let value = evaluator.eval(&expression(text), &EmptyScope);
    assert!(evaluator.diagnostics.is_empty(), "{text}: {:?}", evaluator.diagnostics);
    value
}

fn check(text: &str, expect: &str) {
    let (value, expected) = (eval(text), eval(expect));
    assert_eq!(value.type_name(), expected.type_name(), "{text} gives {value}");
    assert_eq!(value.equality(&expected), Equality::Equal, "{text} gives {value}, not {expected}");
}

fn fails(text: &str, words: &str) {
    let mut evaluator = Evaluator::new().for_day("2027-01-01".parse().unwrap());
    let value = evaluator.eval(&expression(text), &EmptyScope);
    assert!(matches!(value, Value::Invalid), "{text} gives {value}");
    let said = &evaluator.diagnostics.first().unwrap().message;
    assert!(said.contains(words), "{text}: {said}");
    assert_eq!(evaluator.diagnostics.len(), 1, "{text}");
}

#[test]
fn every_example_of_the_table_holds() {
    for function in super::all() {
        check(function.example, function.result);
        assert!(function.example.contains(&format!("{}(", function.name)), "{}", function.name);
        assert!(function.doc.ends_with('.'), "{}", function.name);
    }
}

#[test]
fn names_are_unique_and_enough() {
    let mut names: Vec<&str> = super::all().map(|f| f.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count >= 95, "{count}");
}

#[test]
fn numbers() {
    check("ceil(-0.5)", "0");
    check("pow(2, -2)", "0.25");
    check("pow(0.5, 3)", "0.125");
    check("pow(0, 0)", "1");
    check("sum([])", "0");
    check("signum(0)", "0");
    check("parseint(\"-zz\", 36)", "-1295");
    check("tostring(1.10)", "\"1.1\"");
    check("tonumber(null)", "null");
    check("tonumber(\"-1.5E-2\")", "-0.015");
    fails("pow(2, 0.5)", "whole number");
    fails("pow(0, -1)", "zero");
    fails("parseint(\"12\", 2)", "base 2");
    fails("parseint(\"+1\", 10)", "base 10");
    fails("tonumber(\"1_000\")", "not a number");
    fails("tonumber(\"1e99\")", "exactly");
    fails("tonumber(\"\")", "not a number");
}

#[test]
fn texts() {
    check("substr(\"hello\", -3, 2)", "\"ll\"");
    check("substr(\"hello\", 2, -1)", "\"llo\"");
    check("substr(\"hello\", 9, 2)", "\"\"");
    check("substr(\"héllo\", 1, 1)", "\"é\"");
    check("split(\"\", \"aé\")", "[\"a\", \"é\"]");
    check("split(\",\", \"\")", "[\"\"]");
    check("join(\", \", [], [\"a\"], [1])", "\"a, 1\"");
    check("strrev(\"añb\")", "\"bña\"");
    check("title(\"don't stop\")", "\"Don't Stop\"");
    check("trimprefix(\"aab\", \"a\")", "\"ab\"");
    check("upper(5)", "\"5\"");
    fails("substr(\"a\", 0, -2)", "-1 or more");
    fails("indent(-1, \"a\")", "0 to 1000");
    fails("join(\",\", \"a\")", "joins lists");
}

#[test]
fn formats() {
    check("format(\"%d%%\", 5)", "\"5%\"");
    check("format(\"[%5s|%-5s]\", \"ab\", \"cd\")", "\"[   ab|cd   ]\"");
    check("format(\"%+d % d %05d\", 3, 4, -42)", "\"+3  4 -0042\"");
    check("format(\"%f %.0f %.3f\", 1.5, 2.5, 3)", "\"1.500000 2 3.000\"");
    check("format(\"%x %X %o %b\", 255, 255, 8, 5)", "\"ff FF 10 101\"");
    check("format(\"%[2]s-%[1]s\", \"a\", \"b\")", "\"b-a\"");
    check("format(\"%q %t %v %.2s\", \"a\\\"b\", true, [1, null], \"xyz\")", "\"\\\"a\\\\\\\"b\\\" true [1,null] xy\"");
    check("format(\"%v\", null)", "\"null\"");
    check("formatlist(\"%s%s\", [1, 2], [\"a\", \"b\"])", "[\"1a\", \"2b\"]");
    check("formatlist(\"%s\", [])", "[]");
    fails("format(\"%s\")", "asks for value 1, and none is given");
    fails("format(\"a\", 1)", "shows 0 of them");
    fails("format(\"%y\", 1)", "not understood");
    fails("format(\"%d\", \"x\")", "can't show");
    fails("format(\"%s\", null)", "null");
    fails("format(\"100%\")", "ends after");
    fails("format(\"%99999s\", 1)", "at most");
    fails("formatlist(\"%s%s\", [1], [1, 2])", "one length");
}

#[test]
fn collections() {
    check("alltrue([])", "true");
    check("anytrue([])", "false");
    check("alltrue([true, null])", "false");
    check("coalesce(\"\", 0)", "0");
    check("coalescelist(null, [], [1])", "[1]");
    check("contains([1, 2], \"1\")", "false");
    check("length(\"héllo\")", "5");
    check("length({ a = 1 })", "1");
    check("lookup({ a = null }, \"a\", 1)", "null");
    check("merge()", "{}");
    check("one([])", "null");
    check("one(null)", "null");
    check("element([1, 2, 3], -1)", "3");
    check("flatten([1, [2, [[3]]]])", "[1, 2, 3]");
    check("distinct([1, \"1\", 1.0, [1], [1]])", "[1, \"1\", [1]]");
    check("reverse([])", "[]");
    check("range(3)", "[0, 1, 2]");
    check("range(5, 2)", "[5, 4, 3]");
    check("range(0, 1, 0.25)", "[0, 0.25, 0.5, 0.75]");
    check("range(0)", "[]");
    check("slice([1, 2], 2, 2)", "[]");
    check("tolist([1, true])", "[\"1\", \"true\"]");
    check("tolist([1, null, 2])", "[1, null, 2]");
    check("zipmap([], [])", "{}");
    check("length(range(100000))", "100000");
    fails("one([1, 2])", "2 elements");
    fails("coalesce(null, \"\")", "null or empty");
    fails("lookup({}, \"a\")", "no default");
    fails("element([], 0)", "empty");
    fails("index([1], 2)", "no element");
    fails("slice([1, 2], 1, 3)", "0 to 2");
    fails("slice([1, 2], 2, 1)", "after the end");
    fails("range(0, 5, -1)", "away");
    fails("range(0, 5, 0)", "zero");
    fails("chunklist([1], 0)", "1 or more");
    fails("zipmap([\"a\"], [])", "1 keys and 0 values");
    fails("merge([])", "takes a map");
    fails("tomap([])", "not a map");
}

#[test]
fn sets_are_in_order() {
    check("toset([10, 9, 10])", "[9, 10]");
    check("setunion([\"b\"], [\"a\"], [\"c\", \"a\"])", "[\"a\", \"b\", \"c\"]");
    check("setintersection([3, 2, 1], [1, 2], [2])", "[2]");
    check("setsubtract([3, 2, 1], [2])", "[1, 3]");
    check("setproduct([1], [])", "[]");
    check("setproduct([1, 2])", "[[1], [2]]");
}

#[test]
fn encodings() {
    check("jsondecode(\"0.1000000000000000000000001\") == 0.1000000000000000000000001", "true");
    check(
        "jsondecode(\"{\\\"b\\\": {\\\"é\\\": \\\"\\\\u00e9\\\"}, \\\"a\\\": 1e2}\")",
        "{ a = 100, b = { \"é\" = \"é\" } }",
    );
    check("jsondecode(jsonencode({ a = [1, \"x\\n\", null, true] }))", "{ a = [1, \"x\\n\", null, true] }");
    check("jsonencode(\"<&>\")", "\"\\\"<&>\\\"\"");
    check("base64decode(base64encode(\"é\"))", "\"é\"");
    fails("jsondecode(\"{\")", "not JSON");
    fails("jsondecode(\"1e99\")", "exactly");
    fails("base64decode(\"!\")", "not base64");
    fails("base64decode(\"/w==\")", "UTF-8");
    fails(&format!("jsondecode(\"{}{}\")", "[".repeat(100), "]".repeat(100)), "deeper");
}

#[test]
fn networks() {
    check("cidrsubnet(\"10.1.2.3/16\", 8, 255)", "\"10.1.255.0/24\"");
    check("cidrsubnet(\"0.0.0.0/0\", 32, 4294967295)", "\"255.255.255.255/32\"");
    check("cidrhost(\"10.0.0.0/24\", -1)", "\"10.0.0.255\"");
    check("cidrhost(\"10.0.0.7/32\", 0)", "\"10.0.0.7\"");
    check("cidrnetmask(\"0.0.0.0/0\")", "\"0.0.0.0\"");
    check("cidrsubnets(\"10.0.0.0/16\", 8, 4)", "[\"10.0.0.0/24\", \"10.0.16.0/20\"]");
    fails("cidrhost(\"10.0.0.0/24\", 256)", "256 addresses");
    fails("cidrsubnet(\"10.0.0.0/24\", 9, 0)", "0 to 8 more");
    fails("cidrsubnet(\"10.0.0.0/24\", -1, 0)", "0 to 8 more");
    fails("cidrsubnet(\"10.0.0.0\", 1, 0)", "10.0.0.0/16");
    fails("cidrnetmask(\"fd00::/8\")", "IPv6");
    fails("cidrsubnets(\"10.0.0.0/30\", 1, 1, 1)", "no room");
}

#[test]
fn quantities() {
    check("bytes(\"1.5 KiB\")", "1536");
    check("duration(\"1d12h\") / duration(\"1h\")", "36");
    check("date_before(\"2027-01-11\", \"2027-01-11\")", "false");
    fails("bytes(\"2 Tib\")", "2 Tib");
    fails("date_before(\"2027-02-30\", \"2027-01-01\")", "2027-02-30");
    fails("percent(5)", "reads text");
    fails("duration(null)", "null");
}

#[test]
fn patterns() {
    check(r#"regex("[a-z]+", "12ab34")"#, "\"ab\"");
    check(r#"regex("(?P<family>[a-z0-9]+)\\.(?P<size>.*)", "p5en.48xlarge").size"#, "\"48xlarge\"");
    check(r#"regex("(a)|(b)", "b")"#, "[null, \"b\"]");
    check(r#"regexall("(\\d)", "1-2")"#, "[[\"1\"], [\"2\"]]");
    check(r#"regexall("x", "aaa")"#, "[]");
    check(r#"can(regex("x", "aaa"))"#, "false");
    check(r#"replace("use2-az1", "/-az(\\d)/", "_$1")"#, "\"use2_1\"");
    check(r#"replace("a/b", "/", "-")"#, "\"a-b\"");
    check(r#"replace("a/b", "/\\//", "-")"#, "\"a-b\"");
    check(r#"replace("a//b", "//", "-")"#, "\"a-b\"");
    check(r#"replace("a//b", "//+/", "-")"#, "\"a-b\"");
    fails(r#"regex("(", "a")"#, "is not a regular expression");
    fails(r#"regex("x", "aaa")"#, "matches nothing");
    fails(r#"regex("(a{1000}){1000}", "a")"#, "is not a regular expression");
}

#[test]
fn time() {
    check(r#"ramp({ "2026-06-30" = 100, "2027-07-01" = 465 }, "linear")"#, "284");
    check(r#"ramp({ "2026-06-30" = 100, "2027-07-01" = 465 })"#, "100");
    check(r#"ramp({ "2028-06-30" = 100 }, "linear")"#, "0");
    check(r#"ramp({ "2026-01-01" = 0.5, "2028-01-01" = 1 }, "linear")"#, "0.75");
    check("as_of()", "\"2027-01-01\"");
    check(r#"date_add(as_of(), "-1d")"#, "\"2026-12-31\"");
    check(r#"days_between("2027-01-11", "2026-01-11")"#, "-365");
    check(r#"timecmp("2026-12-31", "2027-01-01")"#, "-1");
    check(
        r#"formatdate("EEEE, D MMMM YY 'o''clock' H AA", "2027-01-11T00:30:00Z")"#,
        "\"Monday, 11 January 27 o'clock 12 AM\"",
    );
    fails(r#"ramp({ "2026-13-30" = 100 })"#, "2026-13-30");
    fails("ramp({})", "no dates");
    fails(r#"ramp({ "2026-12-30" = 100 }, "smooth")"#, "is not a way to ramp");
    fails(r#"ramp({ "2026-12-30" = "many" })"#, "is a number");
    fails(r#"date_add("2027-01-11", "36h")"#, "whole days");
    fails(r#"formatdate("QQ", "2027-01-11")"#, "not a part of a date");
    fails(r#"formatdate("'open", "2027-01-11")"#, "not closed");
    fails(r#"timeadd("soon", "1h")"#, "not a timestamp");
}

#[test]
fn what_reads_the_world_says_what_to_write_instead() {
    let mut evaluator = Evaluator::new();
    evaluator.eval(&expression("file(\"a\")"), &EmptyScope);
    let help = evaluator.diagnostics.first().and_then(|d| d.help.clone()).unwrap_or_default();
    assert!(help.contains("heredoc"), "{help}");
}

/// The arguments of an example, each made sensitive in turn: whatever a function gives then came from a secret.
#[test]
fn what_is_made_of_a_secret_is_one() {
    use tonnage_base::Symbol;
    use tonnage_syntax::tree::{Expr, ExprKind, Ident};
    let mut tried = 0;
    for function in super::all().filter(|f| !["nonsensitive", "issensitive"].contains(&f.name)) {
        let example = expression(function.example);
        let mut calls = vec![&example];
        let ExprKind::Call { arguments, name, expand_last } = (loop {
            let Some(Expr { kind, .. }) = calls.pop() else { panic!("{}", function.example) };
            match kind {
                ExprKind::Call { name, .. } if name.name == function.name => break kind.clone(),
                ExprKind::Call { arguments, .. } => calls.extend(arguments),
                ExprKind::Attribute(base, _) | ExprKind::Index(base, _) | ExprKind::Binary(base, ..) => {
                    calls.push(base)
                }
                _ => {}
            }
        }) else {
            panic!()
        };
        for at in 0..arguments.len() {
            let mut arguments = arguments.clone();
            let inner = arguments[at].clone();
            if matches!(Evaluator::new().eval(&inner, &EmptyScope), Value::Invalid) {
                continue;
            }
            let hide = Ident { name: Symbol::new("sensitive"), span: inner.span };
            arguments[at].kind = ExprKind::Call { name: hide, arguments: vec![inner], expand_last: false };
            let call = Expr { span: example.span, kind: ExprKind::Call { name, arguments, expand_last } };
            let mut evaluator = Evaluator::new().for_day("2027-01-01".parse().unwrap());
            let value = evaluator.eval(&call, &EmptyScope);
            assert!(evaluator.diagnostics.is_empty(), "{}: {:?}", function.example, evaluator.diagnostics);
            let hidden = value.holds_sensitive();
            assert!(hidden, "{} with argument {at} sensitive gives {value}", function.example);
            tried += 1;
        }
    }
    assert!(tried > 150, "{tried}");
}

#[test]
fn secrets_go_through_expressions_and_out_of_messages() {
    let hidden = |text: &str| assert!(eval(text).holds_sensitive(), "{text} gives {}", eval(text));
    let seen = |text: &str| assert!(!eval(text).holds_sensitive(), "{text} gives {}", eval(text));
    let s = "sensitive(\"hunter2\")";
    for text in [
        "SECRET == \"x\"",
        "!(SECRET == \"x\")",
        "SECRET == \"x\" && true",
        "true && SECRET == \"x\"",
        "SECRET == \"x\" ? 1 : 2",
        "\"a${SECRET}b\"",
        "\"%{ if SECRET == \"x\" }a%{ endif }\"",
        "[for x in [1, 2] : x if SECRET == \"x\"]",
        "[for x in sensitive([1, 2]) : 1]",
        "{ for k, v in { a = SECRET } : k => v }",
        "sensitive({ a = 1 }).a",
        "sensitive([1])[0]",
        "[1, 2][sensitive(0)]",
        "sensitive([{ a = 1 }])[*].a",
        "-sensitive(1)",
        "sensitive(1) + 1",
        "try(regex(\"x\", SECRET), \"no\")",
        "can(regex(\"x\", SECRET))",
        "concat([1], [SECRET])",
        "max(sensitive([1, 2])...)",
        "jsonencode({ a = SECRET })",
        "format(\"%s\", SECRET)",
    ] {
        hidden(&text.replace("SECRET", s));
    }
    seen("keys({ a = sensitive(1) })");
    seen("merge({ a = sensitive(1) }, { b = 2 }).b");
    seen("[{ name = \"a\", password = sensitive(1) }][0].name");
    for text in [
        "regex(\"x\", SECRET)",
        "tonumber(SECRET)",
        "SECRET + 1",
        "sensitive({ hunter2 = 1 }).b",
        "{ a = 1 }[SECRET]",
        "SECRET.hunter2",
        "upper(sensitive([\"hunter2\"]))",
        "base64decode(SECRET)",
        "{ (SECRET) = 1 }",
        "sensitive(\"hunter2\") ? 1 : 2",
        "jsondecode(SECRET)",
    ] {
        let text = text.replace("SECRET", s);
        let mut evaluator = Evaluator::new();
        let value = evaluator.eval(&expression(&text), &EmptyScope);
        assert!(matches!(value, Value::Invalid), "{text} gives {value}");
        let told = format!("{:?}", evaluator.diagnostics);
        let written = text.contains(".hunter2");
        assert!(written || !told.contains("hunter2"), "{text}: {told}");
    }
    fails("secret(\"prod/db\")", "not the address of a secret");
    fails("secret(\"vault://prod/db\")", "no store of secrets");
    fails("secret(\"aws-secretsmanager://a}b\")", "is written `aws-secretsmanager://NAME#KEY`");
    fails("secret(\"azure-keyvault://prod/db\")", "is written `azure-keyvault://GROUP/VAULT/NAME#VERSION`");
    check("type(secret(\"aws-secretsmanager://a#b\"))", "\"reference\"");
}
