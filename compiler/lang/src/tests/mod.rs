//! Tests of the analysis: mistakes drawn where they are made, pages, and what fleets mean.
//!
//! A fixture is a fleet file. Under a line, `# ^^^^ T0204: words` says what must be found at the marked columns of that
//! line, and `#< T0205: words` what must be found from its first column on. Words may be the start of the message.

mod contract;
mod drawn;
mod foreign;
mod hurt;
mod identity;
mod meaning;
mod pages;
mod size;
mod variables;
mod written;

use std::sync::LazyLock;

use tonnage_base::{Date, Diagnostic, FileId, SourceMap, Symbol, diagnostic::has_errors};
use tonnage_syntax::Module;

use crate::{Inputs, VariableSource, analyze, intent::Intent};

/// The standard library, with the ids that [`sources`] gives its files.
static STANDARD_LIBRARY: LazyLock<Module> = LazyLock::new(|| {
    let mut module = Module::default();
    for (id, source) in (0u32..).zip(tonnage_stdlib::fleet_sources()) {
        let (file, diagnostics) = tonnage_syntax::parse(FileId(id), source.text);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", source.name);
        module.files.push(file.into());
    }
    module
});

/// The files of the standard library.
fn sources() -> SourceMap {
    let mut map = SourceMap::default();
    for source in tonnage_stdlib::fleet_sources() {
        map.add(source.name, source.text);
    }
    map
}

pub fn as_of() -> Date {
    "2027-01-01".parse().unwrap()
}

/// Analyses a fleet of one file with the standard library.
pub fn analyse(
    text: &str,
    variables: &[(&str, VariableSource)],
) -> (Option<Intent>, Vec<Diagnostic>, SourceMap, FileId) {
    let mut map = sources();
    let id = map.add("demo.fleet.hcl", text);
    let (file, syntax) = tonnage_syntax::parse(id, text);
    assert!(syntax.is_empty(), "the fixture must parse: {syntax:?}\n{text}");
    let fleet = Module { files: vec![file.into()] };
    let variables: Vec<(Symbol, VariableSource)> =
        variables.iter().map(|(name, source)| (Symbol::new(name), source.clone())).collect();
    let inputs = Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &STANDARD_LIBRARY,
        variables: &variables,
        as_of: as_of(),
    };
    let (intent, diagnostics) = analyze(&inputs);
    assert_eq!(
        intent.is_none(),
        has_errors(&diagnostics),
        "an Intent is there exactly when nothing is wrong: {diagnostics:#?}\n{text}"
    );
    (intent, diagnostics, map, id)
}

/// The Intent of a fleet without mistakes. Warnings fail too.
pub fn intent(text: &str) -> Intent {
    let (intent, diagnostics, ..) = analyse(text, &[]);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    intent.unwrap()
}

/// A fleet, a cloud `aws` and one more thing.
pub fn with_cloud(text: &str) -> String {
    format!(
        "fleet \"demo\" {{\n  language = 1\n}}\n\ncloud \"aws\" {{\n  regions = [\"us-east-2\", \"us-west-2\"]\n}}\n\n{text}"
    )
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Found {
    line: u32,
    from: u32,
    to: u32,
    said: String,
}

/// Holds what is found against what is drawn.
pub fn check(text: &str) {
    check_with(text, &[]);
}

pub fn check_with(text: &str, variables: &[(&str, VariableSource)]) {
    let (_, diagnostics, map, id) = analyse(text, variables);
    let file = map.file(id).unwrap();
    let mut found: Vec<Found> = diagnostics
        .iter()
        .map(|d| {
            let span = d.primary.as_ref().map(|label| label.span).filter(|span| span.file == id);
            let span = span.unwrap_or_else(|| panic!("not in the fixture: {d:#?}"));
            let (line, from) = file.line_column(span.lo);
            let (last, to) = file.line_column(span.hi);
            let to = if last == line { to } else { u32::try_from(file.line_text(line).chars().count()).unwrap() + 1 };
            Found { line, from, to, said: format!("{}: {}", d.code.id, d.message) }
        })
        .collect();
    let mut drawn = draw(text);
    found.sort();
    drawn.sort();
    let agree = found.len() == drawn.len()
        && found.iter().zip(&drawn).all(|(f, d)| {
            f.line == d.line && f.from == d.from && (d.to == 0 || f.to == d.to) && f.said.starts_with(&d.said)
        });
    assert!(agree, "found {found:#?}\ndrawn {drawn:#?}\n{text}");
}

fn draw(text: &str) -> Vec<Found> {
    let mut drawn = Vec::new();
    let mut line = 0;
    for (number, content) in (1u32..).zip(text.lines()) {
        if let Some(said) = content.strip_prefix("#< ") {
            drawn.push(Found { line, from: 1, to: 0, said: said.to_owned() });
            continue;
        }
        let carets = content.trim_start().starts_with('#').then(|| content.find('^')).flatten();
        let Some(start) = carets else {
            line = number;
            continue;
        };
        let rest = content.get(start..).unwrap_or("");
        let width = rest.chars().take_while(|c| *c == '^').count();
        let said = rest.get(width..).unwrap_or("").trim().to_owned();
        let from = u32::try_from(start + 1).unwrap();
        drawn.push(Found { line, from, to: from + u32::try_from(width).unwrap(), said });
    }
    drawn
}
