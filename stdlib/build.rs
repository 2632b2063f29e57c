//! Lists the fleet files of the standard library for embedding, so that a new file needs no Rust. A macro cannot do it:
//! the compiler would not notice a file that was added. Must not know what is in them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders whose `*.fleet.hcl` files are embedded.
const FOLDERS: [&str; 3] = ["catalog", "lowering", "policy"];

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").map_err(std::io::Error::other)?);
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(std::io::Error::other)?);
    println!("cargo:rerun-if-changed=.");
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut files)?;
    }
    let mut names: Vec<String> = files
        .iter()
        .filter_map(|file| file.strip_prefix(&root).ok())
        .map(|file| file.to_string_lossy().replace('\\', "/"))
        .filter(|name| name.ends_with(".fleet.hcl"))
        .collect();
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = root.join(&name);
        let _ = writeln!(list, "    Source {{ name: {:?}, text: include_str!({:?}) }},", format!("std:{name}"), path);
    }
    list.push_str("]\n");
    fs::write(out.join("fleet_sources.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
