//! The project speaks of itself alone: no path of somebody's machine in any file.

use super::Finding;
use super::tree::Tree;

/// Folders outside of the project that its files must not name, without their slashes.
const FOLDERS: [&str; 2] = ["work", "root"];

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        for (index, line) in file.text.lines().enumerate() {
            for folder in FOLDERS {
                if names(line, &format!("/{folder}/")) {
                    findings.push(Finding::new(
                        &file.path,
                        index + 1,
                        format!(
                            "`/{folder}/…` is a path of one machine: say it relative to the project, or not at all"
                        ),
                    ));
                }
            }
        }
    }
    findings
}

/// Whether an absolute path begins so: what stands before it is no part of a longer path.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(index, _)| {
        let before = line.get(..index).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | '/' | '}' | ')' | '>' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    #[test]
    fn paths_of_one_machine_are_found() {
        let path = |folder: &str, rest: &str| format!("see \"/{folder}/{rest}\"\n");
        assert_eq!(found(check, &[("a.md", &path("work", "x")), ("b.hcl", &path("root", ".cache"))]).len(), 2);
        let (work, root) = (["", "work", "x"].join("/"), ["", "root", "y"].join("/"));
        let others = format!("examples{work} and .{root} and /workshop/ and https://a.b{root}\n");
        assert!(found(check, &[("a.md", &others)]).is_empty());
    }
}
