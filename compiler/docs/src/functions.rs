//! Functions, from their table: each with its parameters, its line and its example, which a test runs. Must not know
//! any of them.

use std::fmt::Write as _;

use tonnage_lang::functions;

use crate::cell;

pub fn page() -> String {
    let mut out = format!(
        "# Functions\n\n{} functions. Where Terraform has one of the name, it does the same. None reads files, clocks or networks: the \
         same files mean the same on every machine. Every example is run by a test.\n",
        functions::all().count()
    );
    for (subject, tables) in functions::SUBJECTS {
        let mut all: Vec<&functions::Function> = tables.iter().flat_map(|table| table.iter()).collect();
        all.sort_by_key(|function| function.name);
        let mut title = (*subject).to_owned();
        title.get_mut(..1).map(str::make_ascii_uppercase);
        let _ = writeln!(out, "\n## {title}\n\n| function | does | for instance | gives |\n|---|---|---|---|");
        for function in all {
            let _ = writeln!(
                out,
                "| `{}` | {} | `{}` | `{}` |",
                cell(&function.signature()),
                cell(function.doc),
                cell(function.example),
                cell(function.result)
            );
        }
    }
    out
}
