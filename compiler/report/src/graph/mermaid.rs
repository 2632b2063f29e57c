//! Mermaid, which GitHub draws in a comment. An arrow goes from what needs to what is needed. Must not know plans.

use std::fmt::Write as _;

use super::Picture;

/// The picture as a Mermaid flowchart.
pub fn mermaid(picture: &Picture) -> String {
    let mut out = String::from("flowchart LR\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        let kind = if node.kind.is_empty() { String::new() } else { format!("<br/>{}", text(&node.kind)) };
        let _ = writeln!(out, "  n{at}[\"{}{kind}\"]:::{}", text(&node.title()), node.class());
    }
    for edge in &picture.edges {
        let line = if edge.cascade { "==>" } else { "-->" };
        let _ = writeln!(out, "  n{} {line} n{}", edge.from, edge.to);
    }
    out.push_str(
        "  classDef add stroke:#1a7f37,stroke-width:2px\n  classDef change stroke:#9a6700,stroke-width:2px\n\
         \x20 classDef remove stroke:#cf222e,stroke-width:2px,stroke-dasharray:4 3\n\
         \x20 classDef replace stroke:#cf222e,stroke-width:3px\n  classDef keep stroke:#8c959f,stroke-dasharray:2 2\n",
    );
    out
}

/// Mermaid reads `#` as the start of an entity and knows quotes only as one.
fn text(text: &str) -> String {
    text.replace('#', "#35;")
        .replace('&', "#amp;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
        .replace(['\n', '\r'], " ")
}
