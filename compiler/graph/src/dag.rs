//! A directed graph of ids, frozen: edges in rows both ways, order, waves, cycles. Must not know what a node is.
//!
//! Every algorithm here is iterative: a chain of a million nodes must not overflow a stack.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use tonnage_base::index::Idx;

/// Rows of targets, one row a node.
#[derive(Clone, Debug)]
struct Rows<I> {
    starts: Vec<u32>,
    targets: Vec<I>,
}

impl<I: Idx> Rows<I> {
    /// Rows of `nodes` nodes from edges, by counting; targets keep the order of the edges.
    fn new(nodes: usize, edges: impl Iterator<Item = (I, I)> + Clone) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        let mut count = 0;
        for (from, _) in edges.clone() {
            count += 1;
            if let Some(slot) = starts.get_mut(from.index() + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut targets = vec![I::from_index(0); count];
        for (from, to) in edges {
            if let Some(at) = next.get_mut(from.index()) {
                if let Some(slot) = targets.get_mut(*at as usize) {
                    *slot = to;
                }
                *at += 1;
            }
        }
        Self { starts, targets }
    }

    fn row(&self, node: I) -> &[I] {
        match (self.starts.get(node.index()), self.starts.get(node.index() + 1)) {
            (Some(&start), Some(&end)) => self.targets.get(start as usize..end as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// A frozen acyclic graph. An edge goes from what waits to what it waits for.
#[derive(Clone, Debug)]
pub struct Dag<I> {
    dependencies: Rows<I>,
    dependents: Rows<I>,
    order: Vec<I>,
    /// Where each wave starts in `order`, and the end of the last.
    waves: Vec<usize>,
}

impl<I> Default for Dag<I> {
    fn default() -> Self {
        let rows = || Rows { starts: Vec::new(), targets: Vec::new() };
        Self { dependencies: rows(), dependents: rows(), order: Vec::new(), waves: Vec::new() }
    }
}

impl<I: Idx> Dag<I> {
    /// Freezes `nodes` nodes and edges (waiting, waited for). Edges may come in any order and more than once; those
    /// with an end outside the graph are left out. Errors with one short cycle of each knot, as nodes each of which
    /// waits for the next and the last for the first.
    pub fn new(nodes: usize, mut edges: Vec<(I, I)>) -> Result<Self, Vec<Vec<I>>> {
        let key = |&(from, to): &(I, I)| (from.index(), to.index());
        edges.retain(|&(from, to)| from.index() < nodes && to.index() < nodes);
        if !edges.is_sorted_by_key(key) {
            edges.sort_unstable_by_key(key);
        }
        edges.dedup();
        let dependencies = Rows::new(nodes, edges.iter().copied());
        let dependents = Rows::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
        drop(edges);
        let mut waiting: Vec<usize> = (0..nodes).map(|node| dependencies.row(I::from_index(node)).len()).collect();
        let mut order: Vec<I> = Vec::with_capacity(nodes);
        order.extend(waiting.iter().enumerate().filter(|(_, count)| **count == 0).map(|(node, _)| I::from_index(node)));
        let mut waves = vec![0];
        let mut done = 0;
        while done < order.len() {
            let wave_end = order.len();
            waves.push(wave_end);
            while done < wave_end {
                let Some(&node) = order.get(done) else { break };
                done += 1;
                for &dependent in dependents.row(node) {
                    if let Some(count) = waiting.get_mut(dependent.index()) {
                        *count -= 1;
                        if *count == 0 {
                            order.push(dependent);
                        }
                    }
                }
            }
            if let Some(next) = order.get_mut(wave_end..) {
                next.sort_unstable_by_key(|node| node.index());
            }
        }
        if order.len() < nodes {
            return Err(cycles(&dependencies, &waiting));
        }
        Ok(Self { dependencies, dependents, order, waves })
    }

    /// All nodes, each after everything it waits for: by wave, then by id.
    pub fn order(&self) -> &[I] {
        &self.order
    }
    /// The waves: the nodes of one wait only for nodes of those before it, and for at least one of the one right
    /// before.
    pub fn waves(&self) -> impl ExactSizeIterator<Item = &[I]> {
        self.waves.windows(2).map(|bounds| match bounds {
            [start, end] => self.order.get(*start..*end).unwrap_or(&[]),
            _ => &[],
        })
    }
    /// What a node waits for, by id.
    pub fn dependencies(&self, node: I) -> &[I] {
        self.dependencies.row(node)
    }
    /// What waits for a node, by id.
    pub fn dependents(&self, node: I) -> &[I] {
        self.dependents.row(node)
    }
    /// Everything that waits for one of `from`, directly or not, themselves left out unless reached; by id.
    pub fn transitive_dependents(&self, from: &[I]) -> Vec<I> {
        let mut seen = vec![false; self.order.len()];
        let mut stack: Vec<I> = from.to_vec();
        while let Some(node) = stack.pop() {
            for &dependent in self.dependents(node) {
                if let Some(seen) = seen.get_mut(dependent.index())
                    && !*seen
                {
                    *seen = true;
                    stack.push(dependent);
                }
            }
        }
        seen.into_iter().enumerate().filter(|(_, seen)| *seen).map(|(node, _)| I::from_index(node)).collect()
    }
}

const NONE: usize = usize::MAX;

/// One short cycle of each strongly connected component among the nodes that still wait.
fn cycles<I: Idx>(dependencies: &Rows<I>, waiting: &[usize]) -> Vec<Vec<I>> {
    // Only what is left is given to petgraph: everything on a cycle, and what waits for one.
    let left: Vec<usize> = waiting.iter().enumerate().filter(|(_, c)| **c > 0).map(|(node, _)| node).collect();
    let mut position = vec![NONE; waiting.len()];
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(left.len(), 0);
    for &node in &left {
        if let Some(slot) = position.get_mut(node) {
            *slot = graph.add_node(()).index();
        }
    }
    for (from, &node) in left.iter().enumerate() {
        for target in dependencies.row(I::from_index(node)) {
            if let Some(&to) = position.get(target.index()).filter(|&&to| to != NONE) {
                graph.add_edge((u32::try_from(from).unwrap_or(0)).into(), (u32::try_from(to).unwrap_or(0)).into(), ());
            }
        }
    }
    let mut component = vec![NONE; waiting.len()];
    let mut knots: Vec<usize> = Vec::new();
    for (number, members) in kosaraju_scc(&graph).into_iter().enumerate() {
        let mut least = NONE;
        for member in &members {
            let node = left.get(member.index()).copied().unwrap_or(NONE);
            least = least.min(node);
            if let Some(slot) = component.get_mut(node) {
                *slot = number;
            }
        }
        if members.len() > 1 || dependencies.row(I::from_index(least)).contains(&I::from_index(least)) {
            knots.push(least);
        }
    }
    knots.sort_unstable();
    let mut came_from = vec![NONE; waiting.len()];
    knots.into_iter().map(|start| shortest_cycle(dependencies, &component, &mut came_from, start)).collect()
}

/// The shortest cycle through `start`, breadth first inside its component.
fn shortest_cycle<I: Idx>(
    dependencies: &Rows<I>,
    component: &[usize],
    came_from: &mut [usize],
    start: usize,
) -> Vec<I> {
    let of = |node: usize| component.get(node).copied();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for target in dependencies.row(I::from_index(node)) {
            let target = target.index();
            if target == start {
                let mut path = vec![I::from_index(node)];
                let mut at = node;
                while at != start {
                    at = came_from.get(at).copied().unwrap_or(start);
                    path.push(I::from_index(at));
                }
                path.reverse();
                return path;
            }
            if of(target) == of(start)
                && let Some(slot) = came_from.get_mut(target)
                && *slot == NONE
            {
                *slot = node;
                queue.push_back(target);
            }
        }
    }
    vec![I::from_index(start)]
}

#[cfg(test)]
mod tests;
