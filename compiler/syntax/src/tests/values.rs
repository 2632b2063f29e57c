//! What values become, and where they stand.

use super::{FILE, good, value};
use crate::tree::{Expr, ExprKind, ObjectKey, SplatStep, TemplatePart};

/// A value as an s-expression.
fn show(expr: &Expr) -> String {
    let all = |items: &[Expr]| items.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Number(n) => n.to_string(),
        ExprKind::String(s) => format!("{:?}", s.as_str()),
        ExprKind::Template(parts) => format!("(tpl {})", parts_of(parts)),
        ExprKind::List(items) => format!("[{}]", all(items)),
        ExprKind::Object(items) => {
            let items = items.iter().map(|item| {
                let key = match &item.key {
                    ObjectKey::Name(name) => name.name.to_string(),
                    ObjectKey::Expr(expr) => show(expr),
                };
                format!("{key}={}", show(&item.value))
            });
            format!("{{{}}}", items.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Variable(name) => name.to_string(),
        ExprKind::Attribute(base, name) => format!("{}.{}", show(base), name.name),
        ExprKind::Index(base, index) => format!("{}[{}]", show(base), show(index)),
        ExprKind::Splat(base, steps) => {
            let steps = steps.iter().map(|step| match step {
                SplatStep::Attribute(name) => format!(".{}", name.name),
                SplatStep::Index(index) => format!("[{}]", show(index)),
            });
            format!("(splat {} {})", show(base), steps.collect::<String>())
        }
        ExprKind::Call { name, arguments, expand_last } => {
            format!("({} {}{})", name.name, all(arguments), if *expand_last { "..." } else { "" })
        }
        ExprKind::Unary(op, a) => format!("({op:?} {})", show(a)),
        ExprKind::Binary(a, op, b) => format!("({op:?} {} {})", show(a), show(b)),
        ExprKind::Conditional(a, b, c) => format!("(if {} {} {})", show(a), show(b), show(c)),
        ExprKind::For(of) => format!(
            "(for {}{} {} {}{}{}{})",
            of.key.map_or(String::new(), |k| format!("{} ", k.name)),
            of.value.name,
            show(&of.collection),
            of.key_expr.as_ref().map_or(String::new(), |k| format!("{} => ", show(k))),
            show(&of.value_expr),
            if of.group { "..." } else { "" },
            of.condition.as_ref().map_or(String::new(), |c| format!(" if {}", show(c))),
        ),
        ExprKind::Paren(inner) => format!("({})", show(inner)),
        ExprKind::Invalid => "INVALID".into(),
    }
}

fn parts_of(parts: &[TemplatePart]) -> String {
    let parts = parts.iter().map(|part| match part {
        TemplatePart::Text(text) => format!("{:?}", text.as_str()),
        TemplatePart::Value(expr) => show(expr),
        TemplatePart::If { condition, then, otherwise } => {
            format!("(if {} [{}] [{}])", show(condition), parts_of(then), parts_of(otherwise))
        }
        TemplatePart::For { key, value, collection, body } => format!(
            "(for {}{} {} [{}])",
            key.map_or(String::new(), |k| format!("{} ", k.name)),
            value.name,
            show(collection),
            parts_of(body)
        ),
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn check(text: &str, expect: &str) {
    assert_eq!(show(&value(text)), expect, "{text}");
}

#[test]
fn literals() {
    check("null", "null");
    check("true", "true");
    check("\"a b\"", "\"a b\"");
    check("\"\"", "\"\"");
    check(r#""tab\there \"q\" \u00e9 $${x} %%{y} $5 100%""#, r#""tab\there \"q\" é ${x} %{y} $5 100%""#);
    check("\"größe 东\"", "\"größe 东\"");
}

#[test]
fn numbers_are_exact() {
    for (text, expect) in [
        ("0", "0"),
        ("4096", "4096"),
        ("18446744073709551616", "18446744073709551616"),
        ("79228162514264337593543950335", "79228162514264337593543950335"),
        ("0.1", "0.1"),
        ("2.50", "2.5"),
        ("1.5e3", "1500"),
        ("1E3", "1000"),
        ("25e-4", "0.0025"),
        ("0e99", "0"),
        ("007", "7"),
        ("0.30000000000000000000000000", "0.3"),
        ("-5", "-5"),
        ("- 5", "-5"),
        ("1 + -2.50", "(Add 1 -2.5)"),
        ("0.1 + 0.2", "(Add 0.1 0.2)"),
        ("0.10 + 18446744073709551616", "(Add 0.1 18446744073709551616)"),
    ] {
        check(text, expect);
    }
}

#[test]
fn references_lists_objects_and_calls() {
    check("a.b.c", "a.b.c");
    check("a-1.b", "a-1.b");
    check("a[0].b[\"c\"]", "a[0].b[\"c\"]");
    check("a.0.b", "a[0].b");
    check("[]", "[]");
    check("[1, [2, 3,], \"x\"]", "[1 [2 3] \"x\"]");
    check("[\n  1, # one\n  2\n  # two\n]", "[1 2]");
    check("{}", "{}");
    check("{ a = 1, \"b c\" = 2, (d) = 3, \"${e}\" = 4, f : 5, 6 = 7 }", "{a=1 b c=2 (d)=3 (tpl e)=4 f=5 6=7}");
    check("{\n  a = 1 # one\n  b = [2],\n\n  c = 3\n}", "{a=1 b=[2] c=3}");
    check("{ for = 1 }", "{for=1}");
    check("f()", "(f )");
    check("f(1, g(x), [2]...)", "(f 1 (g x) [2]...)");
    check("f(\n  1,\n  2,\n)", "(f 1 2)");
    check("a::b(1)", "(a::b 1)");
    check("(1)", "(1)");
    check("(a\n + b)", "((Add a b))");
    check("f(a\n + b)", "(f (Add a b))");
    check("[a # one\n + b]", "[(Add a b)]");
    check("f(x).y", "(f x).y");
    check("[1, 2][0]", "[1 2][0]");
    check("{ a = 1 }.a", "{a=1}.a");
}

#[test]
fn operators_bind_as_in_terraform() {
    check("a + b * c - d", "(Subtract (Add a (Multiply b c)) d)");
    check("a || b && c == d", "(Or a (And b (Equal c d)))");
    check("!a && -b < c % 2", "(And (Not a) (Less (Negate b) (Remainder c 2)))");
    check("a ? b : c ? d : e", "(if a b (if c d e))");
    check("a >= 1 && b <= 2 || c != d / 3", "(Or (And (GreaterEqual a 1) (LessEqual b 2)) (NotEqual c (Divide d 3)))");
    check("a /* x */ + /* y */ b", "(Add a b)");
}

#[test]
fn for_and_splat() {
    check("[for x in xs : x.a if x.b]", "(for x xs x.a if x.b)");
    check("{for k, v in m : k => v...}", "(for k v m k => v...)");
    check("[\n  for x in xs :\n  x\n]", "(for x xs x)");
    check("[for x in c ? a : b : x]", "(for x (if c a b) x)");
    check("a[*].b[0].c", "(splat a .b[0].c)");
    check("a.*.b[0].c", "(splat a .b)[0].c");
    check("a[*]", "(splat a )");
    check("xs[length(xs) - 1]", "xs[(Subtract (length xs) 1)]");
}

#[test]
fn templates() {
    check("\"a${b}c\"", "(tpl \"a\" b \"c\")");
    check("\"${b}\"", "(tpl b)");
    check("\"a ${~ b ~} c\"", "(tpl \"a\" b \"c\")");
    check("\"${\"x${\"y\"}\"}\"", "(tpl (tpl \"x\" \"y\"))");
    check("\"${{ a = \"}\" }.a}\"", "(tpl {a=\"}\"}.a)");
    check("\"%{ if a }x%{ else }y%{ endif }z\"", "(tpl (if a [\"x\"] [\"y\"]) \"z\")");
    check("\"%{ if a ~} x %{~ else ~} y %{~ endif ~} z\"", "(tpl (if a [\"x\"] [\"y\"]) \"z\")");
    check("\"%{ for k, v in m }${k}%{ endfor }\"", "(tpl (for k v m [k]))");
}

#[test]
fn heredocs() {
    check("<<EOT\n  a\nb\nEOT", "\"  a\\nb\\n\"");
    check("<<-EOT\n    a\n      b\n\n    c\n  EOT", "\"a\\n  b\\n\\nc\\n\"");
    check("<<-EOT\n    a ${b}\n    c\n    EOT", "(tpl \"a \" b \"\\nc\\n\")");
    check("<<-EOT\n    ${b}\n      c\n    EOT", "(tpl b \"\\n  c\\n\")");
    check("<<EOT\n\\n $${x} \"q\"\nEOT", "\"\\\\n ${x} \\\"q\\\"\\n\"");
    check("<<EOT\nEOT", "\"\"");
    check("<<EOT\nEOTX\nEOT", "\"EOTX\\n\"");
    check(
        "<<-EOT\n    %{ for x in xs ~}\n    - ${x}\n    %{ endfor ~}\n    end\n    EOT",
        "(tpl (for x xs [\"- \" x \"\\n\"]) \"end\\n\")",
    );
    check("{\n  a = <<EOT\nx\nEOT\n  b = 1\n}", "{a=\"x\\n\" b=1}");
    check("f(<<EOT\nx\nEOT\n, 1)", "(f \"x\\n\" 1)");
}

#[test]
fn line_ends_and_byte_order_marks_do_not_change_the_meaning() {
    use crate::compare::SameMeaning;
    let text = "a {\n  b = <<-EOT\n    x\n      y ${z}\n  EOT\n  c = [\n    1, # é\n    f(2),\n  ]\n}\n# end\nd = \"ä\" // x\n";
    let crlf = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let (plain, other) = (good(text), good(&crlf));
    assert!(plain.same_meaning(&other));
    let attribute = &other.body.attributes[0];
    assert_eq!(&crlf[attribute.span.lo as usize..attribute.span.hi as usize], "d = \"ä\"");
}

/// The text of every expression, in the order they are met.
fn texts(expr: &Expr, source: &str, out: &mut Vec<String>) {
    assert_eq!(expr.span.file, FILE);
    out.push(source[expr.span.lo as usize..expr.span.hi as usize].to_owned());
    match &expr.kind {
        ExprKind::Binary(a, _, b) | ExprKind::Index(a, b) => {
            texts(a, source, out);
            texts(b, source, out);
        }
        ExprKind::Attribute(a, name) => {
            texts(a, source, out);
            out.push(source[name.span.lo as usize..name.span.hi as usize].to_owned());
        }
        ExprKind::Splat(a, _) | ExprKind::Paren(a) | ExprKind::Unary(_, a) => texts(a, source, out),
        ExprKind::List(items) | ExprKind::Call { arguments: items, .. } => {
            items.iter().for_each(|item| texts(item, source, out));
        }
        ExprKind::Conditional(a, b, c) => [a, b, c].into_iter().for_each(|e| texts(e, source, out)),
        ExprKind::Object(items) => items.iter().for_each(|item| texts(&item.value, source, out)),
        ExprKind::For(of) => {
            texts(&of.collection, source, out);
            of.key_expr.iter().for_each(|e| texts(e, source, out));
            texts(&of.value_expr, source, out);
            of.condition.iter().for_each(|e| texts(e, source, out));
        }
        ExprKind::Template(parts) => {
            for part in parts {
                if let TemplatePart::Value(value) = part {
                    texts(value, source, out);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn spans_cover_exactly_their_text() {
    let source = "é {\n x = [ a.b[1 + 2].c , \"s\", -q ]\n y = c ? f(x, \"é${ z }\") : !w\n z = [for v in vs : v.n[*].m if v.k == null]\n w = (1 +\n  aa)\n v = f(1 +\n bb)\n}\n";
    let file = good(source);
    let mut out = Vec::new();
    for attribute in &file.body.blocks[0].body.attributes {
        out.push(source[attribute.span.lo as usize..attribute.span.hi as usize].to_owned());
        texts(&attribute.value, source, &mut out);
    }
    let expect = [
        "x = [ a.b[1 + 2].c , \"s\", -q ]",
        "[ a.b[1 + 2].c , \"s\", -q ]",
        "a.b[1 + 2].c",
        "a.b[1 + 2]",
        "a.b",
        "a",
        "b",
        "1 + 2",
        "1",
        "2",
        "c",
        "\"s\"",
        "-q",
        "q",
        "y = c ? f(x, \"é${ z }\") : !w",
        "c ? f(x, \"é${ z }\") : !w",
        "c",
        "f(x, \"é${ z }\")",
        "x",
        "\"é${ z }\"",
        "z",
        "!w",
        "w",
        "z = [for v in vs : v.n[*].m if v.k == null]",
        "[for v in vs : v.n[*].m if v.k == null]",
        "vs",
        "v.n[*].m",
        "v.n",
        "v",
        "n",
        "v.k == null",
        "v.k",
        "v",
        "k",
        "null",
        "w = (1 +\n  aa)",
        "(1 +\n  aa)",
        "1 +\n  aa",
        "1",
        "aa",
        "v = f(1 +\n bb)",
        "f(1 +\n bb)",
        "1 +\n bb",
        "1",
        "bb",
    ];
    assert_eq!(out, expect);
}

#[test]
fn blocks_have_headers_labels_and_order() {
    let source =
        "pool \"a b\" c {\n  size { gpus = 1 }\n  moves {}\n  purpose = \"x\"\n}\nfleet /* f */ \"y\" { # c\n}\n";
    let file = good(source);
    let text = |span: tonnage_base::Span| &source[span.lo as usize..span.hi as usize];
    let pool = &file.body.blocks[0];
    assert_eq!(text(pool.header), "pool \"a b\" c");
    assert_eq!(
        pool.labels.iter().map(|l| (l.name.as_str(), text(l.span))).collect::<Vec<_>>(),
        [("a b", "\"a b\""), ("c", "c")]
    );
    assert!(text(pool.span).starts_with("pool") && text(pool.span).ends_with('}'));
    assert_eq!(pool.body.blocks[0].body.attributes[0].key.name, "gpus");
    assert_eq!(pool.body.blocks.len(), 2);
    assert_eq!(pool.body.attribute("purpose").unwrap().key.name, "purpose");
    assert_eq!(file.body.blocks[1].labels[0].name, "y");
}
