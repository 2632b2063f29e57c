//! `cargo xtask golden`: the golden tests, writing their expectations. Must not know what a case holds.

use std::path::Path;
use std::process::Command;

/// Runs the golden tests with `UPDATE_GOLDEN=1`.
pub fn run(root: &Path, filter: Option<&str>) -> Result<(), String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["test", "--package", "tonnage-golden-tests", "--test", "golden"])
        .env("UPDATE_GOLDEN", "1")
        .env("GOLDEN", filter.unwrap_or_default())
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() {
        println!("written; read `git diff golden-tests/` before you commit it");
        Ok(())
    } else {
        Err("the golden tests failed; what they could write is written".to_owned())
    }
}
