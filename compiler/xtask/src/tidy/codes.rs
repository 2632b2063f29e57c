//! Every diagnostic code stands in the range of its phase, has a page with a wrong and a right example, is given by the
//! product and is asked for by a test.

use super::Finding;
use super::tree::{self, Tree};

const CODES: &str = "compiler/base/src/codes/";
const PAGES: &str = "compiler/base/pages/";

/// The ranges, by the file that declares them.
const RANGES: [(&str, &[&str]); 8] = [
    ("syntax", &["T01"]),
    ("lang", &["T02", "T03"]),
    ("place", &["T04"]),
    ("lower", &["T05"]),
    ("plan", &["T06"]),
    ("cloud", &["T07"]),
    ("ledger", &["T08"]),
    ("driver", &["T09"]),
];

struct Declared<'a> {
    id: &'a str,
    path: &'a str,
    line: usize,
}

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let codes = declared(tree);
    let tests: Vec<&str> = tree.test_text().collect();
    let product: Vec<&str> = tree
        .product()
        .filter(|file| !file.path.starts_with(CODES))
        .flat_map(tree::code)
        .map(|line| line.code)
        .filter(|code| code.contains("T0"))
        .collect();
    for (position, code) in codes.iter().enumerate() {
        let id = code.id;
        let mut mend = |message: String| findings.push(Finding::new(code.path, code.line, message));
        let phase = code.path.trim_start_matches(CODES).trim_end_matches(".rs");
        let range = RANGES.iter().find(|(name, _)| *name == phase).map_or(&[] as &[&str], |(_, range)| *range);
        if !range.iter().any(|prefix| id.starts_with(prefix)) {
            mend(format!("{id} is out of the range of `{phase}` ({}): renumber it", range.join(", ")));
        }
        if codes.iter().take(position).any(|other| other.id == id) {
            mend(format!("{id} is declared twice: give this one another number"));
        }
        if !product.iter().any(|line| line.contains(id)) {
            mend(format!("{id} is given nowhere: give it where the mistake is found, or remove it with its page"));
        }
        // an example in the fleet language is run by the golden tests: the wrong one must give the code, the right one
        // not
        let page = tree.file(&format!("{PAGES}{id}.md")).map_or("", |page| page.text.as_str());
        if !page.contains("```fleet wrong") && !tests.iter().any(|text| text.contains(id)) {
            mend(format!("{id} is in no test: add one that must give it (a unit test or a golden case)"));
        }
        match tree.file(&format!("{PAGES}{id}.md")) {
            Some(page) => findings.extend(page_findings(id, &page.path, &page.text)),
            None => mend(format!("{id} has no page: write {PAGES}{id}.md with a wrong and a right example")),
        }
    }
    for file in tree.files() {
        if let Some(id) = file.path.strip_prefix(PAGES).and_then(|name| name.strip_suffix(".md"))
            && !codes.iter().any(|code| code.id == id)
        {
            findings.push(Finding::new(
                &file.path,
                1,
                format!("{id} is no code: declare it under {CODES} or remove the page"),
            ));
        }
    }
    findings
}

/// `T0101 "title"` lines of the phase files.
fn declared(tree: &Tree) -> Vec<Declared<'_>> {
    let phases = tree.files().iter().filter(|file| file.path.starts_with(CODES) && !file.path.ends_with("/mod.rs"));
    let mut codes = Vec::new();
    for file in phases {
        for (index, line) in file.text.lines().enumerate() {
            let id = line.trim().trim_start_matches("crate::codes! {").trim().split(' ').next().unwrap_or_default();
            let digits = id.strip_prefix('T').unwrap_or_default();
            if digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
                codes.push(Declared { id, path: &file.path, line: index + 1 });
            }
        }
    }
    codes
}

fn page_findings(id: &str, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !text.starts_with(&format!("# {id}: ")) {
        findings.push(Finding::new(path, 1, format!("the page does not begin with `# {id}: …`: give it that title")));
    }
    for word in ["wrong", "right"] {
        let example = |line: &str| {
            line.strip_prefix("```")
                .is_some_and(|info| info == format!("fleet {word}") || info == format!("text {word}"))
        };
        if !text.lines().any(example) {
            findings.push(Finding::new(
                path,
                0,
                format!("no `{word}` example: add a fence that opens with ```fleet {word}"),
            ));
        }
    }
    let fences = text.lines().filter(|line| line.starts_with("```")).count();
    if fences % 2 == 1 {
        findings.push(Finding::new(path, 0, "a fence is not closed: end it with ```"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    const PAGE: &str = "# T0201: x\n\n```fleet wrong\n```\n\n```fleet right\n```\n";

    fn code(declared: &str, page: &str, product: &str, test: &str) -> Vec<String> {
        let files = [
            ("compiler/base/src/codes/lang.rs", declared),
            ("compiler/base/pages/T0201.md", page),
            ("compiler/lang/src/a.rs", product),
            ("golden-tests/cases/lang/x/stderr.txt", test),
        ];
        found(check, &files)
    }

    #[test]
    fn a_code_has_its_range_page_use_and_test() {
        let declared = "crate::codes! {\n    T0201 \"x\",\n}\n";
        assert!(code(declared, PAGE, "codes::T0201", "T0201").is_empty());
        // the golden tests run what is written in the fleet language; anything else needs a test of its own
        assert!(code(declared, PAGE, "codes::T0201", "").is_empty());
        assert_eq!(code(declared, &PAGE.replace("```fleet", "```text"), "codes::T0201", "").len(), 1);
        assert_eq!(code(declared, PAGE, "// T0201", "T0201").len(), 1);
        assert_eq!(code(declared, "# T0201\n```fleet wrong\n", "codes::T0201", "T0201").len(), 3);
        assert_eq!(
            code("", PAGE, "", ""),
            [
                "compiler/base/pages/T0201.md:1: T0201 is no code: declare it under compiler/base/src/codes/ or remove the page"
            ]
        );
        let twice = "crate::codes! {\n    T0201 \"x\",\n    T0201 \"y\",\n    T0401 \"z\",\n}\n";
        let findings = code(twice, PAGE, "T0201 T0401", "T0201 T0401");
        assert_eq!(findings.len(), 3, "{findings:?}");
        assert!(findings[0].contains(":3: T0201 is declared twice"));
        assert!(findings[2].contains(":4: T0401 is out of the range of `lang` (T02, T03)"));
    }
}
