//! What the tests here share: the command line in process, and the fuzz targets as ordinary functions.
//!
//! Must not know any single test. Without its default feature only the fuzz targets are there, so that a fuzzer builds
//! the language and the plan reader and nothing else.

#[cfg(feature = "command-line")]
mod command_line;
pub mod fuzz;

#[cfg(feature = "command-line")]
pub use command_line::{Fixed, Said, in_process, in_process_at};
