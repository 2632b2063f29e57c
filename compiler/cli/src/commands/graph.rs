//! `tonnage graph`: the resource graph as DOT.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use tonnage_driver::{check, compile, world::World};
use tonnage_graph::Values;
use tonnage_report::words::without_keys;

use super::common;
use crate::{arguments::Graph, exit, io::Io};

/// Prints DOT, rolled up unless every instance is wanted.
pub fn run(args: &Graph, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, None);
    let checked = check(world, &settings);
    let mut found = checked.diagnostics;
    let mut store = Values::new();
    let compiled = match (&checked.intent, checked.as_of) {
        (Some(intent), Some(as_of)) => {
            compile::compile(intent, &Default::default(), as_of, &[], &mut store, &mut found)
        }
        _ => None,
    };
    let Some(compiled) = compiled else {
        common::report(&found, &checked.sources, args.fleet.json, io);
        return exit::ERROR;
    };
    let graph = &compiled.lowered.graph;
    let name = |address: &str| if args.instances { address.to_owned() } else { without_keys(address) };
    let mut nodes: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut edges: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, resource) in graph.iter() {
        let from = name(resource.address.as_str());
        nodes.entry(from.clone()).or_insert_with(|| (resource.kind.as_str().to_owned(), 0)).1 += 1;
        let waits = store.references(resource.body).into_iter().map(|r| r.address);
        for to in waits.chain(resource.depends_on.iter().copied()) {
            let to = name(to.as_str());
            if to != from {
                edges.insert((from.clone(), to));
            }
        }
    }
    let text = if args.fleet.json {
        let nodes: Vec<_> = nodes
            .iter()
            .map(|(name, (kind, count))| serde_json::json!({"address": name, "type": kind, "count": count}))
            .collect();
        let edges: Vec<_> = edges.iter().map(|(a, b)| serde_json::json!({"from": a, "to": b})).collect();
        format!("{:#}\n", serde_json::json!({"nodes": nodes, "edges": edges}))
    } else {
        dot(&nodes, &edges)
    };
    io.print(&text);
    exit::OK
}

fn dot(nodes: &BTreeMap<String, (String, usize)>, edges: &BTreeSet<(String, String)>) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph fleet {\n  rankdir = LR\n  node [shape = box, fontname = \"sans-serif\"]\n");
    for (name, (kind, count)) in nodes {
        let times = if *count > 1 { format!("{count} × ") } else { String::new() };
        let label = quote(&format!("{times}{name}\n{kind}")).replace('\n', "\\n");
        let _ = writeln!(out, "  {} [label = {label}]", quote(name));
    }
    for (from, to) in edges {
        let _ = writeln!(out, "  {} -> {}", quote(from), quote(to));
    }
    out.push_str("}\n");
    out
}
