//! The pure crates do no input or output: files, clock, environment and network are handed in.

use super::Finding;
use super::tree::{self, Tree};

const PURE: [&str; 12] = [
    "base",
    "syntax",
    "schema",
    "graph",
    "lang",
    "place",
    "forecast",
    "lower",
    "plan",
    "cloud-azure",
    "cloud-google",
    "report",
];

/// What they must not name, and where it comes from instead.
const IMPURE: [(&str, &str); 17] = [
    ("std::fs", "files come through `World` or the object store"),
    ("std::env", "the environment comes through `World`"),
    ("TcpStream", "the network comes through `Cloud`"),
    ("TcpListener", "the network comes through `Cloud`"),
    ("UdpSocket", "the network comes through `Cloud`"),
    ("ToSocketAddrs", "the network comes through `Cloud`"),
    ("std::process", "only the command line starts or ends processes"),
    ("std::io::std", "return text; the command line prints it"),
    ("io::stdout", "return text; the command line prints it"),
    ("io::stderr", "return text; the command line prints it"),
    ("SystemTime", "the time is handed in"),
    ("Instant::now", "the time is handed in"),
    ("Zoned::now", "the time is handed in"),
    ("Timestamp::now", "the time is handed in"),
    ("RandomState", "use FxHashMap, and never let its order reach an output"),
    ("print!(", "return text or a diagnostic; the command line prints it"),
    ("println!(", "return text or a diagnostic; the command line prints it"),
];

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.product() {
        let crate_name = file.path.strip_prefix("compiler/").and_then(|rest| rest.split('/').next());
        let Some(crate_name) = crate_name.filter(|name| PURE.contains(name)) else { continue };
        for line in tree::code(file) {
            let named = IMPURE.iter().find(|(word, _)| line.code.contains(word) || is_in_braces(line.code, word));
            if let Some((word, instead)) = named.filter(|_| !line.allows("purity")) {
                let word = word.trim_end_matches('(');
                findings.push(Finding::new(
                    &file.path,
                    line.number,
                    format!("`{word}` in `{crate_name}`, which is pure: {instead}"),
                ));
            }
        }
    }
    findings
}

/// `use std::{env, fs};` names `std::fs` too.
fn is_in_braces(code: &str, word: &str) -> bool {
    let Some((outer, inner)) = word.split_once("::") else { return false };
    let Some((_, listed)) = code.split_once(&format!("{outer}::{{")) else { return false };
    listed.split([',', '{', '}']).any(|name| name.trim() == inner || name.trim().starts_with(&format!("{inner}::")))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    #[test]
    fn pure_crates_do_not_read_or_print() {
        let text = "//! head\nuse std::fs;\n// std::env is fine in a comment\nfn f() { eprintln!(\"x\"); }\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        let findings = found(check, &[("compiler/plan/src/a.rs", text), ("compiler/cli/src/a.rs", text)]);
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].starts_with("compiler/plan/src/a.rs:2: `std::fs` in `plan`, which is pure"));
        assert!(findings[1].starts_with("compiler/plan/src/a.rs:4: "));
        let braced = found(
            check,
            &[("compiler/forecast/src/a.rs", "//! head\nuse std::{collections::BTreeMap, env, fs::File};\n")],
        );
        assert_eq!(braced.len(), 1, "{braced:?}");
        let lifted = "//! head\n// tidy: allow(purity): a build stamp\nlet x = std::env::var(\"X\");\n";
        assert!(found(check, &[("compiler/base/src/a.rs", lifted)]).is_empty());
    }
}
