//! Error codes, from their pages. Must not know any of them.

use std::fmt::Write as _;

use tonnage_base::codes;

use crate::cell;

pub fn page() -> String {
    let mut out = String::from(
        "# Error codes\n\n`tonnage explain T0204` prints a code's page, with a wrong and a right example; tests run both.\n\n| code | is | |\n|---|---|---|\n",
    );
    for code in codes::all() {
        let paragraph = code.page.lines().skip(1).skip_while(|line| line.trim().is_empty());
        let first = paragraph.take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            out,
            "| [{0}](../compiler/base/pages/{0}.md) | {1} | {2} |",
            code.id,
            cell(code.title),
            cell(&first)
        );
    }
    out
}
