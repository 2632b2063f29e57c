//! Blocks and their attributes, from the table of blocks. Must not know any of them.

use std::fmt::Write as _;

use tonnage_lang::{
    check::{AttributeSpec, BlockSpec, Times},
    schema_table,
};

use crate::cell;

pub fn page() -> String {
    let mut out = String::from(
        "# The fleet language, edition 1\n\nOne folder of `*.fleet.hcl` files is one fleet; the order of files and blocks means nothing. \
         Tests stand in `*.fleettest.hcl`. Types and units: [units.md](units.md). Functions: [functions.md](functions.md). \
         Names of accelerators, shapes and regions: [catalog.md](catalog.md). A page for every error: [errors.md](errors.md).\n\n\
         Every block with a name takes `for_each`, a map or a set of strings: one instance for each entry, with `each.key` \
         and `each.value` inside.\n\n| block | for |\n|---|---|\n",
    );
    for block in schema_table() {
        let _ =
            writeln!(out, "| [`{}`](#{}) | {} |", cell(&block.heading()), anchor(&block.heading()), cell(block.doc));
    }
    for block in schema_table() {
        write(&mut out, block, 2, "");
    }
    out
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A block, then those inside it. The table bounds the depth.
fn write(out: &mut String, block: &BlockSpec, level: usize, within: &str) {
    let place = if within.is_empty() { String::new() } else { format!(" in {within}") };
    let _ =
        writeln!(out, "\n{} `{}`{place}\n\n{}{}", "#".repeat(level), block.heading(), block.doc, times(block, within));
    if !block.attributes.is_empty() {
        out.push_str("\n| attribute | takes | |\n|---|---|---|\n");
        for attribute in block.attributes {
            let _ = writeln!(out, "{}", row(attribute));
        }
    }
    if block.open {
        out.push_str("\nOther attributes are yours to name.\n");
    }
    let path = if within.is_empty() { format!("`{}`", block.kind) } else { format!("`{}` of {within}", block.kind) };
    for inner in block.blocks {
        write(out, inner, (level + 1).min(6), &path);
    }
}

fn times(block: &BlockSpec, within: &str) -> &'static str {
    match block.times {
        _ if within.is_empty() && block.times == Times::Any => "",
        Times::Optional => " Once at most.",
        Times::Required => " Exactly once.",
        Times::Any => " Any number of times.",
        Times::Some => " At least once.",
    }
}

fn row(attribute: &AttributeSpec) -> String {
    let name = if attribute.required { format!("**`{}`**", attribute.name) } else { format!("`{}`", attribute.name) };
    let required = if attribute.required { "Required. " } else { "" };
    format!("| {name} | {} | {required}{} |", cell(&attribute.expects.describe()), cell(attribute.doc))
}
