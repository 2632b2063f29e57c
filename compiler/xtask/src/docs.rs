//! `cargo xtask docs`: the language reference. Must not know what it says.

use std::path::Path;
use std::process::Command;

/// Writes the pages, or with `--check` says which are not current.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["run", "--quiet", "--package", "tonnage-docs", "--"])
        .args(arguments)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err("the pages are not current".to_owned()) }
}
