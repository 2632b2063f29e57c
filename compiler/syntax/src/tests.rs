//! Tests of the parser, lowest level first.

mod errors;
mod format;
mod samples;
mod values;

use tonnage_base::{Diagnostic, FileId};

use crate::tree::{Expr, File};

const FILE: FileId = FileId(7);

/// A tree without errors.
fn good(text: &str) -> File {
    let (file, diagnostics) = crate::parse(FILE, text);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:#?}");
    file
}

/// The value of `x = …`.
fn value(text: &str) -> Expr {
    let mut file = good(&format!("x = {text}\n"));
    file.body.attributes.remove(0).value
}

/// Code and the text its place covers, of each diagnostic.
fn wrong(text: &str) -> Vec<(&'static str, String)> {
    let (_, diagnostics) = crate::parse(FILE, text);
    diagnostics.iter().map(|d| (d.code.id, covered(text, d).to_owned())).collect()
}

fn covered<'t>(text: &'t str, diagnostic: &Diagnostic) -> &'t str {
    let span = diagnostic.primary.as_ref().unwrap().span;
    assert_eq!(span.file, FILE);
    text.get(span.lo as usize..span.hi as usize).unwrap()
}

/// Every form of the language once, in a layout of its own.
const MIXED: &str = include_str!("tests/mixed.fleet.hcl");
