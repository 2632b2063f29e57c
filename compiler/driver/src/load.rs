//! Files to modules: the fleet's own files and the standard library's. Must not know what they mean.

use std::path::{Path, PathBuf};

use tonnage_base::{Diagnostic, Severity, SourceMap, codes::driver as codes};
use tonnage_syntax::Module;

use crate::world::World;

/// Files that end so are fleet files.
pub const FLEET_SUFFIX: &str = ".fleet.hcl";

/// The fleet's files and the standard library's, parsed.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All texts, for diagnostics.
    pub sources: SourceMap,
    /// The fleet.
    pub fleet: Module,
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
    for source in tonnage_stdlib::fleet_sources() {
        let parsed = add(&mut loaded, source.name.to_owned(), source.text.to_owned());
        loaded.standard_library.files.push(parsed);
    }
    loaded
}

fn add(loaded: &mut Loaded, name: String, text: String) -> tonnage_syntax::tree::File {
    let id = loaded.sources.add(name, text);
    let text = loaded.sources.file(id).map_or("", |file| &file.text);
    let (parsed, diagnostics) = tonnage_syntax::parse(id, text);
    loaded.diagnostics.extend(diagnostics);
    parsed
}

fn shown(folder: &Path) -> String {
    if folder == Path::new(".") { "this folder".to_owned() } else { folder.display().to_string() }
}
