//! What counts as an edge, and how cycles read.

use tonnage_base::Symbol;

use super::Walk;
use crate::{Reference, Resource, ResourceGraph, ResourceId, Site, Values};

/// A graph from `(address, refers to, waits for)`.
fn graph(rows: &[(&str, &[&str], &[&str])]) -> (ResourceGraph, Values) {
    let mut values = Values::new();
    let mut graph = ResourceGraph::new();
    for (address, refers, waits) in rows {
        let items: Vec<_> = refers
            .iter()
            .map(|to| values.reference(Reference { address: Symbol::new(to), attribute: Some(Symbol::new("Arn")) }))
            .collect();
        let list = values.list(&items);
        let body = values.map(&mut [(Symbol::new("Things"), list)]);
        let resource = Resource {
            address: Symbol::new(address),
            kind: Symbol::new("Test::Thing"),
            body,
            site: Site { cloud: Symbol::new("aws"), region: Symbol::new("r") },
            scope: Symbol::new("resource"),
            depends_on: waits.iter().map(|to| Symbol::new(to)).collect(),
            lifecycle: Default::default(),
            holds: None,
            declared: None,
            live: None,
        };
        graph.add(resource).unwrap();
    }
    (graph, values)
}

#[test]
fn references_and_depends_on_are_edges_and_strangers_are_not() {
    let (g, v) = graph(&[("a", &["b", "b", "elsewhere"], &["c"]), ("b", &["c"], &[]), ("c", &[], &["nowhere"])]);
    let walk = Walk::of(&g, &v).unwrap();
    assert_eq!(walk.order(), [ResourceId(2), ResourceId(1), ResourceId(0)]);
    assert_eq!(walk.dependencies(ResourceId(0)), [ResourceId(1), ResourceId(2)]);
    assert_eq!(walk.transitive_dependents(&[ResourceId(2)]), [ResourceId(0), ResourceId(1)]);
}

#[test]
fn a_cycle_is_explained_as_a_path() {
    let (g, v) = graph(&[("x", &["a"], &[]), ("a", &["b"], &[]), ("b", &[], &["a"])]);
    let cycles = Walk::of(&g, &v).unwrap_err();
    assert_eq!(cycles.len(), 1);
    assert_eq!(cycles[0].explain(&g), "a → b → a");
}

#[test]
fn a_long_cycle_is_shown_by_its_ends() {
    let names: Vec<String> = (0..40).map(|n| format!("r{n:02}")).collect();
    let next: Vec<[&str; 1]> = (0..40).map(|n| [names[(n + 1) % 40].as_str()]).collect();
    let rows: Vec<(&str, &[&str], &[&str])> = (0..40).map(|n| (names[n].as_str(), &next[n][..], &[][..])).collect();
    let (g, v) = graph(&rows);
    let text = Walk::of(&g, &v).unwrap_err()[0].explain(&g);
    assert!(text.starts_with("r00 → r01 → ") && text.ends_with(" → r39 → r00"), "{text}");
    assert!(text.contains("… 30 more …"), "{text}");
}
