//! `cargo xtask tidy`: what a machine can check of how the project is kept. Each finding says where and what to do.
//! Must not need the compiler's crates to compile: everything is read as text.
//!
//! A line that must break a rule says why, on the line above it: `// tidy: allow(native): …`.

mod codes;
mod heads;
mod imports;
mod native;
mod purity;
mod traces;
mod tree;

use std::path::Path;

use tree::Tree;

/// Something to mend.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// Relative to the workspace.
    path: String,
    /// From 1; 0 for the whole file.
    line: usize,
    /// What is wrong and what to do.
    message: String,
    /// It is only worth knowing.
    note: bool,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into(), note: false }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let note = if self.note { "note: " } else { "" };
        write!(f, "{}:{}: {note}{}", self.path, self.line.max(1), self.message)
    }
}

/// A rule over the whole tree.
type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: [Check; 6] = [imports::check, heads::check, codes::check, traces::check, purity::check, native::check];

/// Runs every check and prints what is found, in order of files.
pub fn run(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&tree)).collect();
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| !finding.note).count() {
        0 => {
            println!("tidy: {} files, nothing to mend", tree.files().len());
            Ok(())
        }
        1 => Err("tidy: 1 thing to mend".to_owned()),
        many => Err(format!("tidy: {many} things to mend")),
    }
}

/// For the tests of each rule: what it finds in a tree made of paths and texts, one `path:line: message` each.
#[cfg(test)]
fn found(check: Check, files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = check(&Tree::of(files));
    findings.sort();
    findings.iter().map(ToString::to_string).collect()
}
