//! Every Rust file begins by saying what the room is for, and is not so long that it asks to be two rooms.

use super::Finding;
use super::tree::Tree;

/// Longer files are noted.
const MOST_LINES: usize = 600;

/// Words that a head has until somebody writes it.
const UNWRITTEN: [&str; 2] = ["(to be written)", "todo"];

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let first = file.text.lines().next().unwrap_or_default();
        let head = first.strip_prefix("//!").map(str::trim);
        if head.is_none_or(|head| head.is_empty() || UNWRITTEN.contains(&head.to_lowercase().as_str())) {
            findings.push(Finding::new(
                &file.path,
                1,
                "no head: begin the file with `//! …`, what the room is for and what it must not know",
            ));
        }
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            let mut finding = Finding::new(
                &file.path,
                lines,
                format!("{lines} lines: over {MOST_LINES} a file asks to be two rooms"),
            );
            finding.note = true;
            findings.push(finding);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    #[test]
    fn heads_are_written_and_long_files_are_noted() {
        assert!(found(check, &[("a.rs", "//! What it is for.\n"), ("b.md", "")]).is_empty());
        assert_eq!(
            found(check, &[("a.rs", "use std::fmt;\n"), ("b.rs", "//! (to be written)\n"), ("c.rs", "")]).len(),
            3
        );
        let long = format!("//! Long.\n{}", "\n".repeat(600));
        assert_eq!(
            found(check, &[("a.rs", &long)]),
            ["a.rs:601: note: 601 lines: over 600 a file asks to be two rooms"]
        );
    }
}
