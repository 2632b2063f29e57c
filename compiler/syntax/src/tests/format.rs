//! The formatter: fixed points, a table of layouts, and what must never change.

use proptest::prelude::*;

use super::samples::{FRONTIER, SERVING, TRAINING, damaged};
use super::{FILE, MIXED};
use crate::compare::SameMeaning;
use crate::lex::{self, Kind};
use crate::{format, unified_diff};

fn check(text: &str, expect: &str) {
    let once = format(FILE, text).expect(text);
    assert_eq!(once, expect, "\n{once}");
    assert_eq!(format(FILE, &once).expect("once"), once, "twice");
}

#[test]
fn well_laid_out_fleets_stay_as_they_are() {
    for text in [SERVING, TRAINING, FRONTIER] {
        assert_eq!(unified_diff("fleet", text, &format(FILE, text).expect("no errors")), "");
    }
}

#[test]
fn everything_at_once() {
    check(
        MIXED,
        r#"# head
a "b" c {
  x         = 1 # one
  long_name = [1, 2, 3]

  # before y
  y = <<-EOT
      text ${ f(x) }
        %{ if a ~}
        more
        %{ endif ~}
      EOT
  /* z */ z = c ? -1 : !d
  inner { k = "v${ {a=1}.a }w" }
  list = [
    {
      a   = 1
      bcd = "é", # last
    }, {
      q = f(a,
        b...)
    }
  ]
}

e = { for k, v in m: k => v... if v != null }

g {}
h = a.*.b [0]. c
"#,
    );
}

#[test]
fn blank_lines() {
    check("\n\n\na = 1\n\n\n\nb = 2\n\n\n", "a = 1\n\nb = 2\n");
    check("a {\n\n  b = 1\n\n}\n", "a {\n  b = 1\n}\n");
    check("a {\n}\nb {\n}\n", "a {\n}\n\nb {\n}\n");
    check("a {\n}\n# b\nb {\n}\n", "a {\n}\n\n# b\nb {\n}\n");
    check("a {\n}\n# a\n\n# b\nb {\n}\n", "a {\n}\n# a\n\n# b\nb {\n}\n");
    check("a {\n  b = 1\n  c {\n  }\n  d = 1\n}\n", "a {\n  b = 1\n\n  c {\n  }\n\n  d = 1\n}\n");
    check("a {\n  # c\n  c {\n  }\n}\n", "a {\n  # c\n  c {\n  }\n}\n");
    check("a {}\nb {}\n", "a {}\nb {}\n");
    check("a = [\n\n  1,\n\n\n  2\n\n]\n", "a = [\n  1,\n\n  2\n]\n");
    check("", "");
    check("\n", "");
    check("# only\n\n", "# only\n");
    check("a = 1", "a = 1\n");
}

#[test]
fn alignment() {
    check("a = 1\nbcd = 2\n", "a   = 1\nbcd = 2\n");
    check("a = 1\n\nbcd = 2\n", "a = 1\n\nbcd = 2\n");
    check("a = 1\n# c\nbcd = 2\n", "a = 1\n# c\nbcd = 2\n");
    check("a = 1\nbcd = {\n  e = 1\n}\nf = 2\n", "a = 1\nbcd = {\n  e = 1\n}\nf = 2\n");
    check("a = { \n\"x y\" = 1\nz = 2 }\n", "a = {\n  \"x y\" = 1\n  z = 2 }\n");
    check("é = 1\nabc = 2\n", "é   = 1\nabc = 2\n");
    check("a = 1 # x\nbcd = 22  # y\ne = 3\nf = 4 # z\n", "a   = 1  # x\nbcd = 22 # y\ne   = 3\nf   = 4 # z\n");
    check("a = f(b == c)\nde = 1\n", "a  = f(b == c)\nde = 1\n");
}

#[test]
fn spacing() {
    check("a=b+c*-d\n", "a = b + c * -d\n");
    check("a = ! b&&c\n", "a = !b && c\n");
    check("a = [for x in -y : -x if !z]\n", "a = [for x in -y : -x if !z]\n");
    check("a = b ? !c : !d\n", "a = b ? !c : !d\n");
    check("a = [ 1 ,2, ]\n", "a = [1, 2,]\n");
    check("a = { }\n", "a = {}\n");
    check("a = {b=1,c=2}\n", "a = { b = 1, c = 2 }\n");
    check("a = f( x ,y ... )\n", "a = f(x, y...)\n");
    check("a = b?c:d\n", "a = b ? c : d\n");
    check("a = [for x in y:x if x!=1]\n", "a = [for x in y: x if x != 1]\n");
    check("a = b[*].c\n", "a = b[*].c\n");
    check("a = b [0]\n", "a = b [0]\n");
    check("a = (b)\n", "a = (b)\n");
    check("a = b /* c */ + d\n", "a = b /* c */ + d\n");
    check("a\t=\t\"x  y\"   \n", "a = \"x  y\"\n");
    check("pool\"x\"y{\n}\n", "pool \"x\" y {\n}\n");
}

#[test]
fn indentation() {
    check("a = f([{\nb = 1\n}])\n", "a = f([{\n  b = 1\n}])\n");
    check("a = [{\nb = 1\n}, {\nb = 2\n}]\n", "a = [{\n  b = 1\n}, {\n  b = 2\n}]\n");
    check("a = (\nb &&\nc\n)\n", "a = (\n  b &&\n  c\n)\n");
    check("a {\n# c\n}\n", "a {\n  # c\n}\n");
    check("a {\n/* one\n two */\nb = 1\n}\n", "a {\n  /* one\n two */\n  b = 1\n}\n");
    check("a {\nb = <<EOT\n  x\n y\nEOT\nc = 1\n}\n", "a {\n  b = <<EOT\n  x\n y\nEOT\n  c = 1\n}\n");
}

#[test]
fn line_ends_stay_and_marks_go() {
    check("a = 1\r\nbc {\r\nd = <<EOT\r\n x\r\nEOT\r\n}\r\n", "a = 1\r\n\r\nbc {\r\n  d = <<EOT\r\n x\r\nEOT\r\n}\r\n");
    check("\u{feff}a=1\n", "a = 1\n");
}

#[test]
fn files_with_errors_are_refused() {
    let diagnostics = format(FILE, "a = 1 +\nb = [1 2]\n").expect_err("two errors");
    assert_eq!(diagnostics.len(), 2);
}

#[test]
fn the_diff_names_the_file() {
    let diff = unified_diff("x.fleet.hcl", "a=1\n", "a = 1\n");
    assert!(diff.starts_with("--- a/x.fleet.hcl\n+++ b/x.fleet.hcl\n@@"), "{diff}");
}

#[test]
fn a_part_is_formatted_alone() {
    let text = "a=1\nb {\nc=2\n}\nd=3\n";
    let edits = crate::format_range(FILE, text, 8..9).expect("no errors");
    assert_eq!(apply(text, &edits), "a=1\nb {\n  c = 2\n}\nd=3\n", "{edits:?}");
    assert_eq!(crate::format_edits(FILE, "a = 1\n").expect("no errors"), []);
    assert!(crate::format_edits(FILE, "a =\n").is_err());
}

fn apply(text: &str, edits: &[crate::Edit]) -> String {
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.lo as usize..edit.span.hi as usize, &edit.replacement);
    }
    out
}

/// Every comment with what it belongs to. An empty line may come between a comment and a block's end, or go.
fn comments(text: &str) -> Vec<(String, usize, crate::comments::Belongs)> {
    let plain = text.replace("\r\n", "\n");
    crate::comments(FILE, &plain).iter().map(|c| (c.text.to_owned(), c.ordinal, c.belongs)).collect()
}

/// All that is neither blank nor line end.
fn words(text: &str) -> Vec<String> {
    let plain = text.replace("\r\n", "\n");
    let (tokens, _) = lex::lex(FILE, &plain);
    tokens.iter().filter(|t| t.kind != Kind::Newline).map(|t| t.text(&plain).trim_end().to_owned()).collect()
}

/// Text that mostly parses: whole fleets with blanks, line ends, comments and small values put in.
fn loosened() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" "),
        Just("  "),
        Just("\t"),
        Just("\n"),
        Just("\n\n\n"),
        Just("\r\n"),
        Just(" # c\n"),
        Just(" // c \n"),
        Just(" /* c */ "),
        Just("/* c\n c */"),
        Just(" + 1"),
        Just("\nx = [1,\n2]\n"),
        Just("\ny { z = 1 }\n"),
        Just("\nq {\n}\n"),
        Just("(-1)"),
        Just("\nh = <<-E\n  a\n    ${b}\n  E\n"),
        Just(""),
        Just(","),
        Just("!a?b:c"),
    ];
    let text = prop_oneof![Just(SERVING), Just(TRAINING), Just(FRONTIER), Just(MIXED)];
    (text, prop::collection::vec((any::<prop::sample::Index>(), piece), 0..8)).prop_map(|(text, edits)| {
        let mut text = text.to_owned();
        for (place, piece) in edits {
            let ends: Vec<usize> = text
                .char_indices()
                .filter(|(_, c)| c.is_whitespace() || "=,[](){}".contains(*c))
                .map(|(i, _)| i)
                .collect();
            text.insert_str(*place.get(&ends), piece);
        }
        text
    })
}

fn holds(text: &str) -> Result<bool, TestCaseError> {
    let Ok(once) = format(FILE, text) else { return Ok(false) };
    let (before, _) = crate::parse(FILE, text);
    let (after, diagnostics) = crate::parse(FILE, &once);
    prop_assert!(diagnostics.is_empty(), "{text}\n----\n{once}\n{diagnostics:#?}");
    prop_assert!(before.same_meaning(&after), "{text}\n----\n{once}");
    prop_assert_eq!(words(text), words(&once));
    prop_assert_eq!(comments(text), comments(&once), "{}\n----\n{}", text, once);
    prop_assert_eq!(apply(text, &crate::format_edits(FILE, text).expect("no errors")), &once[..]);
    prop_assert_eq!(&format(FILE, &once).expect("once"), &once);
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_meaning_and_comments_and_is_idempotent(text in loosened()) {
        holds(&text)?;
    }

    #[test]
    fn damaged_fleets_are_refused_or_formatted(text in damaged()) {
        holds(&text)?;
    }
}
