//! Files to modules: the fleet's own files and the standard library's. Must not know what they mean.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tonnage_base::{Diagnostic, Severity, SourceMap, codes::driver as codes};
use tonnage_lang::{ModuleFolder, folder_of, source_of};
use tonnage_syntax::Module;

use crate::world::World;

/// More folders of modules than this are refused.
const MOST_MODULES: usize = 10_000;

/// Files that end so are fleet files.
pub const FLEET_SUFFIX: &str = ".fleet.hcl";

/// Files that end so hold tests.
pub const TEST_SUFFIX: &str = ".fleettest.hcl";

/// The fleet's files and the standard library's, parsed.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All texts, for diagnostics.
    pub sources: SourceMap,
    /// The fleet.
    pub fleet: Module,
    /// The folders of the modules it calls, and of those that these call.
    pub modules: Vec<ModuleFolder>,
    /// Files that hold tests only, of the fleet's folder and of `tests` in it.
    pub tests: Module,
    /// The standard library.
    pub standard_library: Module,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
}

/// The fleet files of a folder, sorted by name.
pub fn fleet_files(world: &dyn World, folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let files = world.list(folder).map_err(|reason| {
        Diagnostic::new(Severity::Error, codes::T0901, format!("{} can't be read: {reason}", folder.display()))
    })?;
    Ok(files.into_iter().filter(|path| path.to_string_lossy().ends_with(FLEET_SUFFIX)).collect())
}

/// Reads and parses a fleet's folder. Reports every file that can't be read and every error in those that can.
pub fn load(world: &dyn World, folder: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    match fleet_files(world, folder) {
        Err(diagnostic) => loaded.diagnostics.push(diagnostic),
        Ok(files) if files.is_empty() => loaded.diagnostics.push(
            Diagnostic::new(Severity::Error, codes::T0902, format!("no fleet files in {}", shown(folder))).with_help(
                "fleet files end in `.fleet.hcl`; `tonnage init` writes a first one, `-chdir=DIR` looks elsewhere",
            ),
        ),
        Ok(files) => {
            for file in files {
                let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
                match world.read(&file) {
                    Ok(text) => {
                        let parsed = add(&mut loaded, name, text);
                        loaded.fleet.files.push(parsed);
                    }
                    Err(reason) => loaded.diagnostics.push(Diagnostic::new(
                        Severity::Error,
                        codes::T0901,
                        format!("{name} can't be read: {reason}"),
                    )),
                }
            }
        }
    }
    modules(world, folder, &mut loaded);
    for within in [folder.to_path_buf(), folder.join("tests")] {
        let files = world.list(&within).unwrap_or_default();
        for file in files.into_iter().filter(|path| path.to_string_lossy().ends_with(TEST_SUFFIX)) {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            match world.read(&file) {
                Ok(text) => {
                    let parsed = add(&mut loaded, name, text);
                    loaded.tests.files.push(parsed);
                }
                Err(reason) => loaded.diagnostics.push(Diagnostic::new(
                    Severity::Error,
                    codes::T0901,
                    format!("{name} can't be read: {reason}"),
                )),
            }
        }
    }
    standard_library(&mut loaded);
    loaded
}

/// Parses the standard library.
pub fn standard_library(loaded: &mut Loaded) {
    for source in tonnage_stdlib::fleet_sources() {
        let parsed = add(loaded, source.name.to_owned(), source.text.to_owned());
        loaded.standard_library.files.push(parsed);
    }
}

/// Reads the folders that `module` blocks name, each once. What is wrong with a source is said where it is analysed; a
/// folder that can't be read is passed over there as one without fleet files.
fn modules(world: &dyn World, folder: &Path, loaded: &mut Loaded) {
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut open = called("", &loaded.fleet);
    while let Some(path) = open.pop() {
        // the fleet's own folder is refused where it is analysed
        if path.is_empty() || !asked.insert(path.clone()) {
            continue;
        }
        if asked.len() > MOST_MODULES {
            let message = format!("the fleet calls modules of more than {MOST_MODULES} folders");
            loaded.diagnostics.push(
                Diagnostic::new(Severity::Error, codes::T0901, message)
                    .with_help("a module that calls a folder beside itself again and again never ends"),
            );
            return;
        }
        let within = folder.join(&path);
        let Ok(files) = fleet_files(world, &within) else { continue };
        let mut module = Module::default();
        for file in files {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            match world.read(&file) {
                Ok(text) => module.files.push(add(loaded, name, text)),
                Err(reason) => loaded.diagnostics.push(Diagnostic::new(
                    Severity::Error,
                    codes::T0901,
                    format!("{name} can't be read: {reason}"),
                )),
            }
        }
        open.extend(called(&path, &module));
        if !module.files.is_empty() {
            loaded.modules.push(ModuleFolder { path, module });
        }
    }
}

/// The folders that the `module` blocks of a folder name.
fn called(within: &str, module: &Module) -> Vec<String> {
    let blocks = module.files.iter().flat_map(|file| file.body.blocks_of("module"));
    blocks.filter_map(|block| folder_of(within, source_of(block)?.0)).collect()
}

fn add(loaded: &mut Loaded, name: String, text: String) -> Arc<tonnage_syntax::tree::File> {
    let id = loaded.sources.add(name, text);
    let text = loaded.sources.file(id).map_or("", |file| &file.text);
    let (parsed, diagnostics) = tonnage_syntax::parse(id, text);
    loaded.diagnostics.extend(diagnostics);
    Arc::new(parsed)
}

fn shown(folder: &Path) -> String {
    if folder == Path::new(".") { "this folder".to_owned() } else { folder.display().to_string() }
}
