//! Imports point up the list only, and only the command line turns SDK clients on or opens buckets. Reads the
//! manifests.

use super::Finding;
use super::tree::Tree;

/// The crates of `compiler/`, bottom first: a crate imports only what stands before it.
const ORDER: [&str; 23] = [
    "base",
    "syntax",
    "schema",
    "graph",
    "lang",
    "place",
    "forecast",
    "lower",
    "plan",
    "cloud",
    "cloud-aws",
    "cloud-azure",
    "cloud-google",
    "ledger",
    "bucket",
    "apply",
    "report",
    "driver",
    "lsp",
    "cli",
    "bench",
    "docs",
    "xtask",
];

/// The first crate that may embed the standard library; below it, its text is handed in.
const FIRST_WITH_STDLIB: &str = "driver";

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        let Some(name) = file.path.strip_prefix("compiler/").and_then(|rest| rest.strip_suffix("/Cargo.toml")) else {
            continue;
        };
        let Some(own) = place(name) else {
            findings.push(Finding::new(&file.path, 1, format!("`{name}` has no place in the import order: add it to ORDER in xtask's tidy/imports.rs and to compiler/ARCHITECTURE.md")));
            continue;
        };
        if !file.text.contains("[lints]\nworkspace = true") {
            findings.push(Finding::new(
                &file.path,
                0,
                "the workspace's lints are not on: add `[lints]` with `workspace = true`",
            ));
        }
        let mut section = "";
        for (index, line) in file.text.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim();
            }
            // Tests may look further down: nothing is built from them.
            if !section.ends_with("dependencies]") || section.ends_with("dev-dependencies]") {
                continue;
            }
            let Some(imported) = line.split(['.', ' ', '=']).next().and_then(|key| key.strip_prefix("tonnage-")) else {
                continue;
            };
            let mut mend = |message: String| findings.push(Finding::new(&file.path, index + 1, message));
            if imported == "stdlib" {
                if place(FIRST_WITH_STDLIB).is_some_and(|first| own < first) {
                    mend(format!(
                        "`{name}` embeds the standard library: have its text handed in; `{FIRST_WITH_STDLIB}` does that"
                    ));
                }
                continue;
            }
            match place(imported) {
                Some(other) if other >= own => {
                    mend(format!(
                        "`{name}` imports `{imported}`, which comes after it in compiler/ARCHITECTURE.md: imports point up the list only"
                    ));
                }
                _ if name.starts_with("cloud-") && imported.starts_with("cloud-") => {
                    mend(format!(
                        "`{name}` imports `{imported}`: clouds do not know each other; what both need belongs in `cloud`"
                    ));
                }
                Some(_) => {}
                None => mend(format!(
                    "`{imported}` has no place in the import order: add it to ORDER in xtask's tidy/imports.rs"
                )),
            }
            if imported == "bucket" && name != "cli" {
                mend(format!("`{name}` imports `bucket`, which is heavy: only `cli` does; others are handed a ledger"));
            }
            if line.contains("\"live\"") && name != "cli" {
                mend(format!("`{name}` turns a live client on: only `cli` does"));
            }
        }
    }
    findings
}

fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|crate_name| *crate_name == name)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    fn manifest(name: &str, body: &str) -> Vec<String> {
        let text = format!("[package]\n[lints]\nworkspace = true\n{body}");
        found(check, &[(&format!("compiler/{name}/Cargo.toml"), &text)])
    }

    #[test]
    fn imports_point_up_the_list() {
        assert!(
            manifest("plan", "[dependencies]\ntonnage-graph.workspace = true\ntonnage-base = { path = \"x\" }")
                .is_empty()
        );
        let down = manifest("plan", "[dependencies]\ntonnage-report.workspace = true");
        assert!(
            down.len() == 1 && down[0].starts_with("compiler/plan/Cargo.toml:5: `plan` imports `report`"),
            "{down:?}"
        );
        assert!(manifest("plan", "[dev-dependencies]\ntonnage-stdlib.workspace = true").is_empty());
        assert_eq!(manifest("plan", "[dependencies]\ntonnage-stdlib.workspace = true").len(), 1);
        assert_eq!(manifest("cloud-google", "[dependencies]\ntonnage-cloud-aws.workspace = true").len(), 1);
        assert_eq!(
            manifest("driver", "[dependencies]\ntonnage-cloud-aws = { workspace = true, features = [\"live\"] }").len(),
            1
        );
        assert_eq!(manifest("driver", "[dependencies]\ntonnage-bucket.workspace = true").len(), 1);
        assert_eq!(manifest("novel", "").len(), 1);
        assert_eq!(found(check, &[("compiler/base/Cargo.toml", "[package]")]).len(), 1);
    }
}
