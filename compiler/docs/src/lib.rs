//! The language reference under `docs/`: blocks, types and units, functions, error codes, catalog; each page written
//! from the table that the compiler itself goes by.
//!
//! Must not hold a fact of its own: what a page says is said in the table.

mod catalog;
mod errors;
mod functions;
mod language;
mod units;

use std::path::{Path, PathBuf};

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its file in `docs/`.
    pub file: &'static str,
    /// Its text, Markdown.
    pub text: String,
}

/// All pages that are written from tables.
pub fn pages() -> Vec<Page> {
    let page = |file, text: String| Page { file, text: format!("{HEAD}{}\n", text.trim_end()) };
    vec![
        page("language.md", language::page()),
        page("units.md", units::page()),
        page("functions.md", functions::page()),
        page("catalog.md", catalog::page()),
        page("errors.md", errors::page()),
    ]
}

const HEAD: &str =
    "<!-- Written by `cargo xtask docs` from the tables that the compiler goes by. Change those, not this. -->\n\n";

/// The folder of the pages.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_what_the_tables_say() {
        let stale: Vec<&str> = pages()
            .iter()
            .filter(|page| std::fs::read_to_string(folder().join(page.file)).unwrap_or_default() != page.text)
            .map(|page| page.file)
            .collect();
        assert!(stale.is_empty(), "{stale:?} in docs/ are not what the tables say: `cargo xtask docs` writes them");
    }

    #[test]
    fn nothing_is_left_out() {
        let pages = pages();
        let text = |file: &str| pages.iter().find(|page| page.file == file).expect("a page").text.clone();
        for block in tonnage_lang::schema_table() {
            assert!(text("language.md").contains(&format!("## `{}", block.kind)), "{}", block.kind);
        }
        for function in tonnage_lang::functions::all() {
            assert!(text("functions.md").contains(&format!("`{}(", function.name)), "{}", function.name);
        }
        for code in tonnage_base::codes::all() {
            assert!(text("errors.md").contains(code.id), "{}", code.id);
        }
        for name in ["nvidia-gb200", "p5en.48xlarge", "a4-highgpu-8g", "us-east-2", "provider_concentration"] {
            assert!(text("catalog.md").contains(name), "{name}");
        }
    }
}
