//! Fleet files to Intent: what `validate` does, and the beginning of everything else. No cloud is asked.

use tonnage_base::{Date, Diagnostic, SourceMap, Span, Symbol, Timestamp, diagnostic::has_errors};
use tonnage_lang::{Intent, ModuleFolder, VariableSource, provenance::Texts};
use tonnage_ledger::{Address, LedgerError};
use tonnage_syntax::Module;

use crate::{load, settings::Settings, world::World};

/// A fleet as far as it could be understood.
#[derive(Debug, Default)]
pub struct Checked {
    /// All texts.
    pub sources: SourceMap,
    /// Present when there is no error.
    pub intent: Option<Intent>,
    /// Everything found, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The day it was read for.
    pub as_of: Option<Date>,
    /// The fleet's own files.
    pub fleet: Module,
    /// The folders of its modules.
    pub modules: Vec<ModuleFolder>,
    /// Values given to its variables.
    pub variables: Vec<(Symbol, VariableSource)>,
    /// The files of tests.
    pub tests: Module,
    /// The standard library.
    pub standard_library: Module,
}

impl Checked {
    /// The texts, for following a line to where it takes its value from.
    pub fn texts(&self) -> Texts<'_> {
        Texts { fleet: &self.fleet, modules: &self.modules, variables: &self.variables }
    }
}

/// Reads, parses and analyses a fleet.
pub fn check(world: &dyn World, settings: &Settings) -> Checked {
    let loaded = load::load(world, &settings.folder);
    let mut checked = Checked { sources: loaded.sources, diagnostics: loaded.diagnostics, ..Checked::default() };
    let (variables, found) = settings.values(world, &mut checked.sources);
    checked.diagnostics.extend(found);
    (checked.fleet, checked.modules, checked.variables) = (loaded.fleet, loaded.modules, variables);
    (checked.standard_library, checked.tests) = (loaded.standard_library, loaded.tests);
    match settings.day(world) {
        Err(diagnostic) => checked.diagnostics.push(diagnostic),
        Ok(as_of) => {
            checked.as_of = Some(as_of);
            if !checked.fleet.files.is_empty() {
                let (intent, found) = analyze(&checked, as_of);
                checked.diagnostics.extend(found);
                let wrong = intent.as_ref().and_then(no_address);
                checked.diagnostics.extend(wrong.map(|wrong| told(wrong, &checked.sources)));
                checked.intent = intent;
            }
        }
    }
    sort(&mut checked.diagnostics);
    if has_errors(&checked.diagnostics) {
        checked.intent = None;
    }
    checked
}

/// What is wrong with the ledger's address, and where it stands.
pub(crate) fn no_address(intent: &Intent) -> Option<(LedgerError, Span)> {
    let address = intent.fleet.ledger?;
    Some((Address::parse(address.value.as_str()).err()?, address.span))
}

/// The same as a diagnostic: by its place alone where the line may hold a secret.
fn told((error, span): (LedgerError, Span), sources: &SourceMap) -> Diagnostic {
    let told = error.diagnostic(Timestamp::UNIX_EPOCH);
    match error {
        LedgerError::MoreThanAPlace => {
            Diagnostic { message: format!("{}: {}", sources.place(span), told.message), ..told }
        }
        _ => told.at(span, ""),
    }
}

/// What the files that were read mean on a day.
pub fn analyze(checked: &Checked, as_of: Date) -> (Option<Intent>, Vec<Diagnostic>) {
    tonnage_lang::analyze(&inputs(checked, as_of))
}

/// What the analysis is given.
pub(crate) fn inputs(checked: &Checked, as_of: Date) -> tonnage_lang::Inputs<'_> {
    tonnage_lang::Inputs {
        fleet: &checked.fleet,
        modules: &checked.modules,
        tests: &checked.tests,
        standard_library: &checked.standard_library,
        variables: &checked.variables,
        as_of,
    }
}

/// By place, so that a reader goes through a file from top to bottom; what has no place comes first.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| d.primary.as_ref().map(|label| label.span));
    diagnostics.dedup();
}
