//! The graph frozen for walking: edges in rows, order, waves, cycles explained as a path. Must not know what an edge
//! is for.

use crate::dag::Dag;
use crate::resource::ResourceId;
use crate::resource_graph::ResourceGraph;
use crate::value::Values;

/// A frozen graph. A resource waits for what its body refers to and for its `depends_on`; addresses that are not in the
/// graph are nobody's edge.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    dag: Dag<ResourceId>,
}

/// A cycle, as the resources on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// Each refers to the next, the last to the first.
    pub path: Vec<ResourceId>,
}

impl Walk {
    /// Freezes a graph. Errors with one short cycle of each knot.
    pub fn of(graph: &ResourceGraph, values: &Values) -> Result<Self, Vec<Cycle>> {
        let mut edges: Vec<(ResourceId, ResourceId)> = Vec::with_capacity(graph.len());
        let mut stack = Vec::new();
        let mut row: Vec<ResourceId> = Vec::new();
        for (id, resource) in graph.iter() {
            row.clear();
            row.extend(resource.depends_on.iter().filter_map(|&address| graph.find(address)));
            values.each_reference(resource.body, &mut stack, |reference| row.extend(graph.find(reference.address)));
            row.sort_unstable();
            row.dedup();
            edges.extend(row.iter().map(|&target| (id, target)));
        }
        match Dag::new(graph.len(), edges) {
            Ok(dag) => Ok(Self { dag }),
            Err(cycles) => Err(cycles.into_iter().map(|path| Cycle { path }).collect()),
        }
    }

    /// All resources, each after everything it waits for: by wave, then by id.
    pub fn order(&self) -> &[ResourceId] {
        self.dag.order()
    }
    /// The waves: the resources of one wait only for resources of those before it.
    pub fn waves(&self) -> impl ExactSizeIterator<Item = &[ResourceId]> {
        self.dag.waves()
    }
    /// What a resource waits for, by id.
    pub fn dependencies(&self, id: ResourceId) -> &[ResourceId] {
        self.dag.dependencies(id)
    }
    /// What waits for a resource, by id.
    pub fn dependents(&self, id: ResourceId) -> &[ResourceId] {
        self.dag.dependents(id)
    }
    /// Everything that waits for one of `from`, directly or not; by id.
    pub fn transitive_dependents(&self, from: &[ResourceId]) -> Vec<ResourceId> {
        self.dag.transitive_dependents(from)
    }
}

impl Cycle {
    /// `a → b → a`, by address.
    pub fn explain(&self, graph: &ResourceGraph) -> String {
        let names: Vec<&str> = self
            .path
            .iter()
            .chain(self.path.first())
            .filter_map(|&id| graph.get(id))
            .map(|r| r.address.as_str())
            .collect();
        if names.len() <= 12 {
            return names.join(" → ");
        }
        // A long cycle is shown by its two ends.
        let (head, tail) = (names.get(..6).unwrap_or(&[]), names.get(names.len() - 5..).unwrap_or(&[]));
        format!("{} → … {} more … → {}", head.join(" → "), names.len() - 11, tail.join(" → "))
    }
}

#[cfg(test)]
mod tests;
