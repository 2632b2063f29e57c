//! The fleet texts that the project itself holds: what mutations begin with. Must not know what is done with them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tonnage_base::{FileId, SourceMap};
use tonnage_syntax::Module;

/// The files of one folder, by name.
pub type Files = Vec<(String, Vec<u8>)>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path) -> Files {
    let mut files: Files = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".fleet.hcl"))
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).expect("a file");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect();
    files.sort();
    files
}

/// The folders of fleets below folders: each folder, or its `input`.
fn folders_under(folders: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for under in folders {
        for entry in std::fs::read_dir(root().join(under)).into_iter().flatten().flatten() {
            let path = entry.path();
            found.push(if path.join("input").is_dir() { path.join("input") } else { path });
        }
    }
    found.sort();
    found
}

/// Their files.
fn fleets_under(folders: &[&str]) -> Vec<Files> {
    folders_under(folders).iter().map(|folder| files(folder)).filter(|files| !files.is_empty()).collect()
}

/// The examples.
pub fn examples() -> Vec<Files> {
    fleets_under(&["examples"])
}

/// Where fleets lie: the examples first, then the inputs of the golden cases.
const FLEETS: &[&str] = &[
    "examples",
    "golden-tests/cases/apply",
    "golden-tests/cases/lang",
    "golden-tests/cases/lower",
    "golden-tests/cases/place",
    "golden-tests/cases/plan",
    "golden-tests/cases/syntax",
];

/// The examples and the inputs of the golden cases.
pub fn fleets() -> Vec<Files> {
    fleets_under(FLEETS)
}

/// The folders of the examples, then those of the golden cases.
pub fn folders() -> Vec<PathBuf> {
    FLEETS.iter().flat_map(|under| folders_under(&[under])).collect()
}

/// Every fleet text there is: examples, golden inputs, samples of the parser's tests, the standard library.
pub fn texts() -> Vec<String> {
    let mut found = fleets();
    found.push(files(&root().join("compiler/syntax/src/tests")));
    let read = found.into_iter().flatten().filter_map(|(_, bytes)| String::from_utf8(bytes).ok());
    read.chain(tonnage_stdlib::fleet_sources().iter().map(|source| source.text.to_owned())).collect()
}

/// The standard library, parsed once, and the texts of its files.
pub static STANDARD_LIBRARY: LazyLock<(Module, SourceMap)> = LazyLock::new(|| {
    let (mut module, mut sources) = (Module::default(), SourceMap::default());
    for source in tonnage_stdlib::fleet_sources() {
        let id: FileId = sources.add(source.name, source.text);
        module.files.push(tonnage_syntax::parse(id, source.text).0.into());
    }
    (module, sources)
});
