//! The facts about Azure's and Google Cloud's types, out of their Python SDKs. Must not know how an SDK says them:
//! `sdk.py` beside this file does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{compact, read, write};

/// Each has a list and a result in `stdlib/schema/`.
pub const CLOUDS: [&str; 2] = ["azure", "google"];

/// Extracts the file of one cloud.
pub fn run(root: &Path, cloud: &str) -> Result<(), String> {
    let python = find(&root.join("target"))
        .ok_or("no virtual environment with the SDKs under target/: make one with\n  golden-tests/testbed/setup.sh")?;
    let list = root.join(format!("stdlib/schema/{cloud}.txt"));
    read(&list)?;
    let output = Command::new(&python)
        .arg(root.join("compiler/xtask/src/schema/sdk.py"))
        .arg(cloud)
        .arg(&list)
        .output()
        .map_err(|error| format!("{}: {error}", python.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let found: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("sdk.py: {error}"))?;
    let types = found.get("types").and_then(Value::as_object).ok_or("sdk.py: no types")?;
    let mut facts: Vec<(String, Value)> = types
        .iter()
        .map(|(name, schema)| {
            let moves = found.pointer("/moving").and_then(|moving| moving.get(name)).and_then(Value::as_array);
            let moves: Vec<&str> = moves.into_iter().flatten().filter_map(Value::as_str).collect();
            (name.clone(), compact::resource_type(schema, false, &moves))
        })
        .collect();
    facts.sort_by(|a, b| a.0.cmp(&b.0));
    let source = found.get("source").and_then(Value::as_str).unwrap_or_default();
    write(root, cloud, source, &[], &facts)
}

/// The Python of a virtual environment that has the SDKs.
fn find(target: &Path) -> Option<PathBuf> {
    let mut environments: Vec<PathBuf> = std::fs::read_dir(target).ok()?.flatten().map(|e| e.path()).collect();
    environments.sort();
    let has = |environment: &&PathBuf| {
        let pythons = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten();
        pythons
            .map(|python| python.path().join("site-packages"))
            .any(|packages| packages.join("azure/mgmt/compute").is_dir() && packages.join("googleapiclient").is_dir())
    };
    environments.iter().find(has).map(|environment| environment.join("bin/python"))
}
