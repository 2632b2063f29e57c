//! Tests of the parser, lowest level first.

mod errors;
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
const MIXED: &str = "\
# head\n\
a   \"b\"  c{\n\
x=1 # one\n\
  long_name = [ 1,2 , 3 ]\n\
\n\n\n\
     # before y\n\
  y = <<-EOT\n\
      text ${ f(x) }\n\
        %{ if a ~}\n\
        more\n\
        %{ endif ~}\n\
      EOT\n\
  /* z */ z = c ?-1 : !d\n\
  inner{ k = \"v${ {a=1}.a }w\" }\n\
  list=[\n\
  {\n\
  a=1\n\
  bcd = \"é\", # last\n\
  },{\n\
  q=f(a,\n\
  b...)\n\
  }\n\
  ]\n\
}\n\
e = {for k,v in m: k=>v... if v!=null}\n\
\n\
g { }\n\
h = a.*.b [0]. c\n";
