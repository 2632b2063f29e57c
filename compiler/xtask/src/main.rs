//! Development tasks: `cargo xtask tidy | schema | golden | docs | bench`. Must not depend on a crate of the compiler:
//! tasks run while one of them is broken.

mod bench;
mod docs;
mod golden;
mod schema;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask TASK

  tidy                  check what a machine can: import order, file heads, codes and pages, purity, native knowledge
  schema [--from DIR]   extract stdlib/schema/*.json out of cfn-lint's data/schemas folder (default: the cfn-lint of a
                        virtual environment under target/) and the SDKs of Azure and Google Cloud beside it
  golden [FILTER]       run the golden tests and write what they print as what is expected; read the diff afterwards
  docs [--check]        write docs/ from the compiler's own tables, or say which pages are not current
  bench [LARGEST [KIND…]]
                        plan 1k, 10k, … LARGEST (default 100000) resources: CPU seconds, peak memory, growth
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = workspace_root();
    let outcome = match words.as_slice() {
        ["tidy"] => tidy::run(&root),
        ["schema"] => schema::run(&root, None),
        ["schema", "--from", folder] => schema::run(&root, Some(Path::new(folder))),
        ["golden"] => golden::run(&root, None),
        ["docs"] => docs::run(&root, &[]),
        ["docs", "--check"] => docs::run(&root, &["--check"]),
        ["bench", words @ ..] => bench::run(&root, words),
        ["golden", filter] => golden::run(&root, Some(filter)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder: two above this crate's.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here).to_path_buf()
}
