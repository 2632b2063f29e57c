//! The project's text files, and what of a Rust file is code, comment or test. Must not know any rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What is not the project's text.
const SKIPPED: [&str; 4] = ["target", ".git", ".tonnage", "node_modules"];

/// A text file.
pub struct TextFile {
    /// Relative to the workspace, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// All text files, in order of their paths.
pub struct Tree {
    files: Vec<TextFile>,
    /// Rust files that exist only in tests.
    tests: BTreeSet<String>,
}

/// A line of code outside of tests, without its comment.
pub struct CodeLine<'a> {
    /// From 1.
    pub number: usize,
    /// Never empty.
    pub code: &'a str,
    /// The whole line above.
    pub above: &'a str,
}

impl CodeLine<'_> {
    /// Whether the line above lifts this rule, with a reason.
    pub fn allows(&self, rule: &str) -> bool {
        let lifted = self.above.split_once(&format!("tidy: allow({rule}):"));
        lifted.is_some_and(|(_, reason)| !reason.trim().is_empty())
    }
}

impl Tree {
    /// Reads every text file of the workspace.
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            for entry in entries.flatten() {
                let path = entry.path();
                let name = entry.file_name();
                // In a worktree `.git` is a file.
                if SKIPPED.iter().any(|skipped| name == *skipped) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if let (Ok(text), Ok(relative)) = (fs::read_to_string(&path), path.strip_prefix(root)) {
                    files.push(TextFile { path: relative.to_string_lossy().replace('\\', "/"), text });
                }
            }
        }
        Ok(Self::from_files(files))
    }

    /// A tree made up for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self::from_files(
            files.iter().map(|(path, text)| TextFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect(),
        )
    }

    fn from_files(mut files: Vec<TextFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let modules: Vec<String> =
            files.iter().filter(|file| file.path.ends_with(".rs")).flat_map(test_modules).collect();
        let tests = files
            .iter()
            .map(|file| &file.path)
            .filter(|path| {
                modules.iter().any(|module| {
                    path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
                }) || path.starts_with("golden-tests/")
                    || path.contains("/tests/")
            })
            .cloned()
            .collect();
        Self { files, tests }
    }

    /// All files.
    pub fn files(&self) -> &[TextFile] {
        &self.files
    }

    /// A file by its path.
    pub fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Rust files, those of tests included.
    pub fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Rust files that are not only there for tests.
    pub fn product(&self) -> impl Iterator<Item = &TextFile> {
        self.rust().filter(|file| !self.tests.contains(&file.path))
    }

    /// Everything that tests are made of: test files, test modules inside of other files, golden cases.
    pub fn test_text(&self) -> impl Iterator<Item = &str> {
        let whole = self.files.iter().filter(|file| self.tests.contains(&file.path)).map(|file| file.text.as_str());
        whole.chain(self.product().filter_map(|file| file.text.split_once("#[cfg(test)]\nmod ").map(|(_, rest)| rest)))
    }
}

/// The lines of code of a file, up to its inline test module.
pub fn code(file: &TextFile) -> impl Iterator<Item = CodeLine<'_>> {
    let mut above = "";
    let mut test = false;
    let mut lines = file.text.lines().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (index, line) = lines.next()?;
            let before = std::mem::replace(&mut above, line);
            let next = lines.peek().map_or("", |(_, next)| next.trim());
            test = test || (line.trim() == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{'));
            let code = without_comment(line);
            if !test && !code.trim().is_empty() {
                return Some(CodeLine { number: index + 1, code, above: before });
            }
        }
    })
}

/// A line up to its `//`, where that is not inside of a string.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    let mut last = ' ';
    for (index, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if last != '\'' => quoted = !quoted,
            '/' if !quoted && last == '/' => return line.get(..index - 1).unwrap_or(line),
            _ => {}
        }
        last = character;
    }
    line
}

/// Where the modules stand that a file declares under `#[cfg(test)]`, without `.rs`.
fn test_modules(file: &TextFile) -> Vec<String> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let stem = name.trim_end_matches(".rs");
    let inside = if ["mod", "lib", "main"].contains(&stem) { folder.to_owned() } else { format!("{folder}/{stem}") };
    let mut found = Vec::new();
    let mut test = false;
    for line in file.text.lines().map(str::trim) {
        let declared = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod ");
        if let (true, Some(module)) = (test, declared.and_then(|rest| rest.strip_suffix(';'))) {
            found.push(format!("{inside}/{module}"));
        }
        test = line == "#[cfg(test)]" || (test && line.starts_with("#["));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("a.rs", text)]);
        code(&tree.files()[0]).map(|line| (line.number, line.code.trim().to_owned())).collect()
    }

    #[test]
    fn comments_and_inline_tests_are_not_code() {
        let text =
            "//! head\nlet a = \"http://x\"; // why\nlet q = '\"'; // \"\n#[cfg(test)]\nmod tests {\n  let b = 1;\n}\n";
        let found = lines(text);
        assert_eq!(found, [(2, "let a = \"http://x\";".to_owned()), (3, "let q = '\"';".to_owned())]);
    }

    #[test]
    fn modules_declared_for_tests_are_test_files() {
        let tree = Tree::of(&[
            ("c/src/a.rs", "//!\n#[cfg(test)]\n#[path_like]\nmod fixtures;\nmod real;\n"),
            ("c/src/a/fixtures.rs", "//! T0001"),
            ("c/src/a/fixtures/more.rs", "//!"),
            ("c/src/a/real.rs", "//!"),
        ]);
        let product: Vec<_> = tree.product().map(|file| file.path.as_str()).collect();
        assert_eq!(product, ["c/src/a.rs", "c/src/a/real.rs"]);
        assert!(tree.test_text().any(|text| text.contains("T0001")));
    }

    #[test]
    fn a_rule_is_lifted_only_with_a_reason() {
        let line = |above| CodeLine { number: 1, code: "x", above };
        assert!(line("// tidy: allow(native): the service's own name").allows("native"));
        assert!(!line("// tidy: allow(native):").allows("native"));
        assert!(!line("// tidy: allow(native): x").allows("purity"));
    }
}
