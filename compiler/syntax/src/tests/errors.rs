//! Every mistake has its code and its place, and one mistake does not hide another.

use tonnage_base::codes::syntax as codes;

use super::{FILE, good, wrong};

fn check(text: &str, expect: &[(&str, &str)]) {
    let found = wrong(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (*code, text.as_str())).collect();
    assert_eq!(found, expect, "{text}");
}

/// The fenced example of a page.
fn example<'p>(page: &'p str, kind: &str) -> Option<&'p str> {
    let start = page.find(&format!("```fleet {kind}\n"))? + 10 + kind.len();
    let length = page[start..].find("\n```")?;
    Some(&page[start..start + length + 1])
}

#[test]
fn every_page_shows_its_mistake_and_the_right_way() {
    for code in codes::ALL {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{}", code.id);
        let (Some(bad), Some(fine)) = (example(code.page, "wrong"), example(code.page, "right")) else {
            assert!(code.page.contains("```text wrong") && code.page.contains("```text right"), "{}", code.id);
            continue;
        };
        let mut found: Vec<&str> = wrong(bad).iter().map(|(code, _)| *code).collect();
        found.dedup();
        assert_eq!(found, [code.id], "{bad}");
        good(fine);
    }
}

#[test]
fn all_errors_are_found_and_the_rest_is_kept() {
    let text = "a {\n  x = 1 +\n  y = \"ok\"\n  z = [1 2]\n}\nb {\n  u = \"open\n  v = 2\n}\n}\nc = 'q'\nd = 4\n";
    check(text, &[("T0129", "+"), ("T0115", "2"), ("T0101", "\""), ("T0104", "}"), ("T0121", "'")]);
    let (file, _) = crate::parse(FILE, text);
    assert_eq!(file.body.blocks.len(), 2);
    assert_eq!(file.body.blocks[0].body.attribute("y").map(|a| a.key.name.as_str()), Some("y"));
    assert!(file.body.blocks[1].body.attribute("v").is_some());
    assert!(file.body.attribute("d").is_some());
}

#[test]
fn what_is_unclosed_is_reported_where_it_opens() {
    check("a = \"x\nb = 1\n", &[("T0101", "\"")]);
    check("a = \"x", &[("T0101", "\"")]);
    check("pool \"x {\n  a = 1\n}\n", &[("T0101", "\"")]);
    check("a = [\"x, \"y\"]\nb = 1\n", &[("T0101", "\"")]);
    check("a = { b = \"x }\nc = 1\n", &[("T0101", "\"")]);
    check("a = <<EOT\nx\n", &[("T0102", "<<EOT")]);
    check("a {\n  b = <<EOT\nx\n}\nc {\n  d = 1 +\n}\n", &[("T0102", "<<EOT"), ("T0129", "+")]);
    check("a = <<EOT\n${x\nEOT\nb = 1 +\n", &[("T0106", "${"), ("T0129", "+")]);
    check("a = \"${x\"\nb = 1\n", &[("T0106", "${")]);
    check("a = \"${f(\"}\"\nb = 1\n", &[("T0106", "${")]);
    check("a {\n  b = 1\n", &[("T0103", "{")]);
    check("a {\n  b {\n    c = 1\n}\nd {\n}\n", &[("T0103", "{")]);
    check("a {\n  b = 1\n\nd {\n  e = 1 +\n}\n", &[("T0103", "{"), ("T0129", "+")]);
    check("a {\n  b = [1, 2\n  c = 1 +\n}\n", &[("T0103", "["), ("T0129", "+")]);
    check("a {\n  b = f(1, 2\n}\nc = 1\n", &[("T0103", "(")]);
    check("a {\n  b = {\n    c = 1\n}\nd {\n}\n", &[("T0103", "{")]);
    check("a = [1)\nb = 1\n", &[("T0103", "["), ("T0104", ")")]);
    check("a = 1)\nb = 1\n", &[("T0104", ")")]);
    check("/* x\na = 1\n", &[("T0105", "/*")]);
    let (_, diagnostics) = crate::parse(FILE, "a {\n  b {\n    c = 1\n}\nd {\n}\n");
    assert_eq!(diagnostics[0].primary.as_ref().map(|l| l.span.lo), Some(8), "the inner brace, by its indentation");
}

#[test]
fn bodies() {
    check("foo\n", &[("T0107", "foo")]);
    check("foo: 1\n", &[("T0107", "foo")]);
    check("foo bar = 1\n", &[("T0107", "foo bar")]);
    check("= 1\n", &[("T0107", "=")]);
    check("pool \"x\"\na = 1\n", &[("T0122", "pool \"x\"")]);
    check("pool \"x\"\n{\n  a = 1 +\n}\n", &[("T0122", "{"), ("T0129", "+")]);
    check("pool \"x${y}\" {}\n", &[("T0125", "\"x${y}\"")]);
    check("a = 1 b = 2\n", &[("T0109", "b")]);
    check("a {\n  b = 1 }\n", &[("T0109", "}")]);
    check("a { b = 1\n  c = 2\n}\n", &[("T0109", "b")]);
    check("a {} b {}\n", &[("T0109", "b")]);
    check("a { b = 1 c = 2 }\n", &[("T0110", "{ b = 1 c = 2 }")]);
    check("a { b { c = 1 } }\n", &[("T0110", "{ b { c = 1 } }")]);
    check("a = 1\na = 2\n", &[("T0111", "a")]);
    check("\"a\" = 1 +\n", &[("T0126", "\"a\""), ("T0129", "+")]);
    check("a =\nb = 1\n", &[("T0108", "=")]);
    check("a = # none\n", &[("T0108", "=")]);
    let (_, diagnostics) = crate::parse(FILE, "x {\n  a { b = 1 c = \"2\" }\n}\n");
    assert_eq!(diagnostics[0].suggestions[0].replacement, "{\n    b = 1\n    c = \"2\"\n  }");
}

#[test]
fn many_attributes_are_still_checked_for_doubles() {
    let mut text: String = (0..40).map(|i| format!("a{i} = {i}\n")).collect();
    text.push_str("a3 = 1\na39 = 1\n");
    check(&text, &[("T0111", "a3"), ("T0111", "a39")]);
    let keys: String = (0..40).map(|i| format!("k{i} = {i}\n")).collect();
    check(&format!("a = {{\n{keys}k39 = 1\n}}\n"), &[("T0112", "k39")]);
}

#[test]
fn values() {
    check("a = b and c\n", &[("T0113", "and")]);
    check("a = b = c\n", &[("T0113", "=")]);
    check("a = 1,\n", &[("T0113", ",")]);
    check("a = b & c\n", &[("T0121", "&")]);
    check("a = “x”\n", &[("T0121", "“")]);
    check("a = b\u{a0}+ c\n", &[("T0121", "\u{a0}")]);
    check("a = 1 +\n  b\n", &[("T0114", "+")]);
    check("a = b\n  + 1\nc = 2\n", &[("T0114", "b")]);
    check("a = b ? 1\n  : 2\nc = 2\n", &[("T0114", "1")]);
    check("a = [1 2]\n", &[("T0115", "2")]);
    check("a = f(1 2)\n", &[("T0115", "2")]);
    check("a = [\n  \"x\"\n  \"y\"\n]\n", &[("T0115", "\"y\"")]);
    check("a = [f(1 2) + 1]\n", &[("T0115", "2")]);
    check("a = { b = 1 c = 2 }\n", &[("T0115", "c")]);
    check("a = { \"b\" = 1 \"c\" = 2 }\n", &[("T0115", "\"c\"")]);
    check("a = { 1, 2 }\n", &[("T0116", "1"), ("T0116", "2")]);
    check("a = { b = 1, b = 2 }\n", &[("T0112", "b")]);
    check("a = { b = 1, \"b\" = 2 }\n", &[("T0112", "\"b\"")]);
    check("a = [{ b = 1 +, c = 2 * }]\n", &[("T0129", "+"), ("T0129", "*")]);
    check("a = 12345678901234567890123456789012\n", &[("T0117", "12345678901234567890123456789012")]);
    check("a = 1e400\n", &[("T0117", "1e400")]);
    check("a = 1 + 1e400\n", &[("T0117", "1e400")]);
    check("a = 1e-40 + 1\n", &[("T0117", "1e-40")]);
    check("a = 1_000\n", &[("T0118", "1_000")]);
    check("a = 2PiB\n", &[("T0118", "2PiB")]);
    check("a = b.\n", &[("T0129", ".")]);
    check("a = b ? 1\n", &[("T0129", "1")]);
    check("a = ()\n", &[("T0129", "(")]);
    check("a = b[]\n", &[("T0129", "[")]);
    check("a = * 2\n", &[("T0129", "*")]);
    check("a = 1 + * 2\n", &[("T0129", "*")]);
    check("a = [1,,2]\n", &[("T0113", ",")]);
    check("a = [for x xs : x]\n", &[("T0130", "for")]);
    check("a = {for x in xs : x}\n", &[("T0130", "for")]);
    check("a = [for x in xs : x =>  x]\n", &[("T0130", "=>")]);
    check("a = [for x in xs : x + ]\n", &[("T0129", "+")]);
    check("a = <<EOT  \nx\nEOT\n", &[("T0113", "  ")]);
    check("a = b[*].c[*].d\n", &[("T0127", "[*]")]);
}

#[test]
fn templates() {
    check("a = \"x\\dy\"\n", &[("T0128", "\\d")]);
    check("a = \"\\u12\"\n", &[("T0128", "\\u")]);
    check("a = \"${b +}\"\n", &[("T0129", "+")]);
    check("a = \"x ${}\"\n", &[("T0129", "${}")]);
    check("a = \"${b c}\"\n", &[("T0113", "c")]);
    check("a = <<EOT\n${f(1 2)}\nEOT\n", &[("T0115", "2")]);
    check("a = \"%{ if b }x\"\n", &[("T0124", "%{ if b }")]);
    check("a = \"x%{ endif }\"\n", &[("T0124", "%{ endif }")]);
    check("a = \"%{ fi b }x%{ endif }\"\n", &[("T0124", "fi")]);
    check("a = \"%{ for x xs }x%{ endfor }\"\n", &[("T0130", "for")]);
    check("a = \"%{ if b + }x%{ endif }\"\n", &[("T0129", "+")]);
}

#[test]
fn huge_and_hopeless_files_take_linear_time() {
    let n = 10_000;
    let pieces = [
        "(",
        ")",
        "]",
        "[",
        "{",
        "}",
        "a {\n",
        "<<A\n",
        "<<A",
        "\"${",
        "\"${/*\n",
        "\"\n",
        "/*",
        "a = <<A\n",
        "x = 1 ",
        "a {} ",
        "\"a\" ",
        "=",
        "a = \"${\n",
        "%{",
        "a = [\n",
        "b = (\n",
        "é",
        "\u{a0}",
        "a = {\n",
        "1 ",
        "- ",
        "a = 'x'\n",
    ];
    for piece in pieces {
        for text in
            [piece.repeat(n), format!("a = [{{{}", piece.repeat(n)), format!("a = {{ {} }}", "\"k\" = 1, ".repeat(n))]
        {
            let (_, diagnostics) = crate::parse(FILE, &text);
            assert!(!diagnostics.is_empty() && diagnostics.len() <= 21, "{piece}");
        }
    }
    let text = format!("a = [{{{}{}", "(".repeat(n), "]".repeat(n));
    assert!(!wrong(&text).is_empty());
    let nested = "\"${b c}\" + f(";
    let text = format!("a = {}1{}\n", nested.repeat(5_000), ")".repeat(5_000));
    let found: Vec<_> = wrong(&text).iter().map(|(code, _)| *code).collect();
    assert_eq!(found, ["T0113"]);
    let many = ")\n".repeat(3_000);
    assert_eq!(wrong(&many).last().map(|(code, _)| *code), Some("T0131"));
}

#[test]
fn too_deep_and_too_long_are_errors_not_crashes() {
    let deep = |open: &str, close: &str, n: usize| format!("a = {}1{}\n", open.repeat(n), close.repeat(n));
    good(&deep("[", "]", 60));
    for (open, close) in [("[", "]"), ("(", ")"), ("{ a = ", "}"), ("f(", ")"), ("-", ""), ("!", ""), ("\"${", "}\"")] {
        for n in [70, 5_000] {
            let found = wrong(&deep(open, close, n));
            assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["T0119"], "{open} {n}");
        }
    }
    let blocks = |n: usize| format!("{}\n{}\n", "a {\n".repeat(n), "}\n".repeat(n));
    good(&blocks(60));
    assert_eq!(wrong(&blocks(5_000)).iter().map(|f| f.0).collect::<Vec<_>>(), ["T0119"]);
    for step in [" + 1", ".b", "[0]"] {
        good(&format!("a = b{}\n", step.repeat(120)));
        let found = wrong(&format!("a = b{}\n", step.repeat(50_000)));
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["T0120"], "{step}");
    }
}

#[test]
fn a_file_beyond_what_spans_can_count_is_refused() {
    let file = tonnage_base::FileId(0);
    assert!(crate::parse::too_large(file, u32::MAX as usize).is_none());
    // No golden case can show it: the whole text is compared here.
    let told = crate::parse::too_large(file, u32::MAX as usize + 1).expect("refused");
    assert_eq!((told.code.id, told.message.as_str()), ("T0123", "this file is larger than 4 GiB"));
    assert_eq!(told.help.as_deref(), Some("split it: a fleet may have any number of files"));
    assert_eq!(told.primary.map(|label| (label.span.lo, label.span.hi)), Some((0, 0)), "its first line is shown");
}

#[test]
fn what_other_languages_write() {
    check("a = 5%\nb = 1\n", &[("T0132", "5%")]);
    check("a {\n  b = 2 %\n}\n", &[("T0132", "2 %")]);
    check("a = 4,096\n", &[("T0113", ",")]);
    check("a = b.8x6\n", &[("T0113", "8x6")]);
    check("a = not true\n", &[("T0113", "true")]);
    let mended = |text: &str| {
        let (_, found) = crate::parse(FILE, text);
        let mend = found.first().and_then(|d| d.suggestions.first()).expect("a mend");
        format!("{}{}{}", &text[..mend.span.lo as usize], mend.replacement, &text[mend.span.hi as usize..])
    };
    assert_eq!(mended("a = 5%\n"), "a = \"5%\"\n");
    assert_eq!(mended("a = 4,096\n"), "a = 4096\n");
    assert_eq!(mended("a = not true\n"), "a = !true\n");
}
