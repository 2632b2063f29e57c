//! What the tests here share: the command line in process, and the fuzz targets as ordinary functions.
//!
//! Must not know any single test. Without its default feature only the fuzz targets are there, so that a fuzzer builds
//! the language and the plan reader and nothing else.

use std::path::Path;

#[cfg(feature = "command-line")]
mod command_line;
pub mod fuzz;

#[cfg(feature = "command-line")]
pub use command_line::{Fixed, Said, WIDTH, in_columns_at, in_process, in_process_at};

/// Lays a folder with all that is in it over another, which is made where it is not there.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
