//! Graphviz. An arrow goes from what needs to what is needed, as `terraform graph` draws it. Must not know plans.

use std::fmt::Write as _;

use super::{Node, Picture};

/// The picture as DOT.
pub fn dot(picture: &Picture) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
    let name = |at: usize| picture.nodes.get(at).map_or(String::new(), |node| quote(&node.name));
    let mut out = String::from("digraph fleet {\n  rankdir = LR\n  node [shape = box, fontname = \"sans-serif\"]\n");
    for node in &picture.nodes {
        let label = quote(format!("{}\n{}", node.title(), node.kind).trim_end());
        let _ = writeln!(out, "  {} [label = {label}{}]", quote(&node.name), colour(node));
    }
    for edge in &picture.edges {
        let cascade = if edge.cascade { " [color = \"#cf222e\", penwidth = 2]" } else { "" };
        let _ = writeln!(out, "  {} -> {}{cascade}", name(edge.from), name(edge.to));
    }
    out.push_str("}\n");
    out
}

fn colour(node: &Node) -> String {
    let colour = match node.class() {
        "add" => "#1a7f37",
        "change" => "#9a6700",
        "remove" | "replace" => "#cf222e",
        _ => return String::new(),
    };
    format!(", color = \"{colour}\", fontcolor = \"{colour}\"")
}
