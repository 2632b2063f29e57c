//! The whole analysis of a fleet whose trees are there already: what `validate` says, for a text that is being written.
//!
//! Runs on another thread than the one that edits: it is handed a snapshot and gives back what it found, or nothing
//! when it is overtaken. Must not know documents.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tonnage_base::{Date, Diagnostic, SourceMap, Symbol, Timestamp, diagnostic::has_errors};
use tonnage_graph::Values;
use tonnage_lang::{Inputs, Intent, ModuleFolder, VariableSource, intent::Catalog};
use tonnage_syntax::Module;

use crate::{check, compile, load};

/// The standard library, parsed once.
#[derive(Debug)]
pub struct Library {
    /// Its texts.
    pub sources: SourceMap,
    /// Its trees.
    pub module: Module,
}

impl Library {
    /// The one that comes with this program.
    pub fn get() -> &'static Self {
        static LIBRARY: OnceLock<Library> = OnceLock::new();
        LIBRARY.get_or_init(|| {
            let mut loaded = load::Loaded::default();
            load::standard_library(&mut loaded);
            Self { sources: loaded.sources, module: loaded.standard_library }
        })
    }

    /// Its catalog, without what a fleet adds.
    pub fn catalog() -> Arc<Catalog> {
        static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
        let make = || {
            let empty = "fleet \"empty\" {\n  language = 1\n}\n";
            let (file, _) = tonnage_syntax::parse(tonnage_base::FileId(u32::MAX), empty);
            let inputs = Inputs {
                fleet: &Module { files: vec![Arc::new(file)] },
                modules: &[],
                tests: &Module::default(),
                standard_library: &Self::get().module,
                variables: &[],
                as_of: Date::constant(2026, 1, 1),
            };
            Arc::new(tonnage_lang::analyze(&inputs).0.map(|intent| intent.catalog).unwrap_or_default())
        };
        Arc::clone(CATALOG.get_or_init(make))
    }
}

/// A fleet's trees at one moment. Cheap to make: the trees are shared.
#[derive(Debug)]
pub struct Snapshot {
    /// The fleet's folder.
    pub root: PathBuf,
    /// When the fleet changed last.
    pub generation: u64,
    pub(super) fleet: Module,
    pub(super) modules: Vec<ModuleFolder>,
    pub(super) tests: Module,
    pub(super) variables: Vec<(Symbol, VariableSource)>,
    pub(super) as_of: Date,
    /// Some text could not be parsed: what it means is told, nothing is compiled.
    pub(super) broken: bool,
}

/// What was found in a snapshot.
#[derive(Debug)]
pub struct Analysis {
    /// The fleet's folder.
    pub root: PathBuf,
    /// That of the snapshot.
    pub generation: u64,
    /// Everything but what parsing says.
    pub diagnostics: Vec<Diagnostic>,
    /// Present where nothing is wrong.
    pub intent: Option<Arc<Intent>>,
}

impl Snapshot {
    /// Analyses, places and lowers with nothing known of availability. None when `overtaken` says so between two
    /// phases.
    pub fn analyse(&self, overtaken: &dyn Fn() -> bool) -> Option<Analysis> {
        let library = Library::get();
        let (intent, mut diagnostics) = tonnage_lang::analyze(&Inputs {
            fleet: &self.fleet,
            modules: &self.modules,
            tests: &self.tests,
            standard_library: &library.module,
            variables: &self.variables,
            as_of: self.as_of,
        });
        if overtaken() {
            return None;
        }
        let intent = intent.filter(|_| !self.broken && !has_errors(&diagnostics));
        if let Some(intent) = &intent {
            let wrong = check::no_address(intent);
            diagnostics.extend(wrong.map(|(error, span)| error.diagnostic(Timestamp::UNIX_EPOCH).at(span, "")));
            compile::compile(intent, &Default::default(), self.as_of, &[], &mut Values::new(), &mut diagnostics);
        }
        let (root, generation) = (self.root.clone(), self.generation);
        (!overtaken()).then(|| Analysis { root, generation, diagnostics, intent: intent.map(Arc::new) })
    }
}
