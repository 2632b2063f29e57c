//! `cargo xtask bench`: the benchmarks, built for release. Must not know what they measure.

use std::path::Path;
use std::process::Command;

/// Builds and runs the benchmarks; `words` are theirs.
pub fn run(root: &Path, words: &[&str]) -> Result<(), String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["run", "--release", "--quiet", "--package", "tonnage-bench", "--"])
        .args(words)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err("the benchmarks did not run to their end".to_owned()) }
}
