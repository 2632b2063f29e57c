//! What refers to what, rolled up: one node for 512 resources that differ only in their keys. Drawn as DOT, Mermaid and
//! SVG. Must not know formats: they are in the files below this one.

use indexmap::{IndexMap, IndexSet};
use tonnage_base::quantity::group_thousands;
use tonnage_graph::{Node as Content, Reference, ResourceGraph, ValueId, Values};
use tonnage_plan::{Action, Reason};

use crate::{risks, view::PlanView, words};

mod dot;
mod mermaid;
mod svg;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::{inline as svg_inline, svg};

/// Nodes and lines between them.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// In order of their names.
    pub nodes: Vec<Node>,
    /// In order of their ends.
    pub edges: Vec<Edge>,
    /// Nodes that are not drawn.
    pub left_out: usize,
}

/// Resources that differ only in their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Their address without keys, or the whole of it.
    pub name: String,
    /// The native type; empty where only a reference names it.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// How many of them each thing happens to, the first seen first.
    pub counts: Vec<(Action, u64)>,
    /// What happens to them, of several things the worst; none: nothing.
    pub action: Option<Action>,
    /// How much it hurts; 0 hurts most.
    pub rank: u8,
}

/// One node needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// What needs.
    pub from: usize,
    /// What is needed.
    pub to: usize,
    /// A replacement spreads along it, from `to` to `from`.
    pub cascade: bool,
}

/// Of a node to which nothing happens.
const QUIET: u8 = u8::MAX;

#[derive(Default)]
struct Builder {
    nodes: IndexMap<String, Node>,
    edges: IndexMap<(String, String), bool>,
}

impl Builder {
    fn node(&mut self, name: String, kind: &str, count: u64, action: Option<(Action, u8)>) {
        let empty =
            Node { name: name.clone(), kind: String::new(), count: 0, counts: Vec::new(), action: None, rank: QUIET };
        let node = self.nodes.entry(name).or_insert(empty);
        if !node.kind.split(", ").any(|known| known == kind) {
            let between = if node.kind.is_empty() { "" } else { ", " };
            node.kind = format!("{}{between}{kind}", node.kind);
        }
        node.count += count;
        if let Some((action, _)) = action {
            match node.counts.iter_mut().find(|(known, _)| *known == action) {
                Some((_, of)) => *of += count,
                None => node.counts.push((action, count)),
            }
        }
        if let Some((action, rank)) = action
            && rank < node.rank
        {
            (node.action, node.rank) = (Some(action), rank);
        }
    }

    fn edge(&mut self, from: &str, to: String, cascade: bool) {
        if from != to {
            *self.edges.entry((from.to_owned(), to)).or_default() |= cascade;
        }
    }

    fn finish(mut self) -> Picture {
        for (_, to) in self.edges.keys() {
            if !self.nodes.contains_key(to) {
                let node = Node {
                    name: to.clone(),
                    kind: String::new(),
                    count: 1,
                    counts: Vec::new(),
                    action: None,
                    rank: QUIET,
                };
                self.nodes.insert(to.clone(), node);
            }
        }
        self.nodes.sort_unstable_keys();
        self.edges.sort_unstable_keys();
        let place = |name: &String| self.nodes.get_index_of(name).unwrap_or_default();
        let edges =
            self.edges.iter().map(|((from, to), cascade)| Edge { from: place(from), to: place(to), cascade: *cascade });
        Picture { edges: edges.collect(), nodes: self.nodes.into_values().collect(), left_out: 0 }
    }
}

impl Picture {
    /// Everything that is wanted; every resource for itself with `instances`.
    pub fn of_graph(graph: &ResourceGraph, values: &Values, instances: bool) -> Self {
        let name = |address: &str| if instances { address.to_owned() } else { words::without_keys(address) };
        let mut builder = Builder::default();
        for (_, resource) in graph.iter() {
            let from = name(resource.address.as_str());
            builder.node(from.clone(), resource.kind.as_str(), 1, None);
            let needs = references(values, resource.body).into_iter().map(|r| r.address);
            for to in needs.chain(resource.depends_on.iter().copied()) {
                builder.edge(&from, name(to.as_str()), false);
            }
        }
        builder.finish()
    }

    /// What a plan changes, and what that refers to.
    pub fn of_plan(view: &PlanView<'_>, instances: bool) -> Self {
        let name = |address: &str| if instances { address.to_owned() } else { words::without_keys(address) };
        let values = &view.plan.values;
        let mut builder = Builder::default();
        for change in view.plan.changes.iter().filter(|change| change.action != Action::NoOp) {
            let from = name(change.address.as_str());
            builder.node(from.clone(), change.kind.as_str(), 1, Some((change.action, risks::rank(change))));
            let bodies = [change.after, change.before.filter(|_| change.after.is_none())];
            for reference in bodies.into_iter().flatten().flat_map(|body| references(values, body)) {
                builder.edge(&from, name(reference.address.as_str()), false);
            }
            for reason in &change.reasons {
                match reason {
                    Reason::Cascade { from: root, .. } => builder.edge(&from, name(root.as_str()), true),
                    Reason::Follows { from: root, .. } => builder.edge(&from, name(root.as_str()), false),
                    _ => {}
                }
            }
        }
        builder.finish()
    }

    /// At most `limit` nodes: those that hurt most, and those along which replacements spread, first.
    pub fn bounded(self, limit: usize) -> Self {
        if self.nodes.len() <= limit {
            return self;
        }
        let spread: IndexSet<usize> =
            self.edges.iter().filter(|edge| edge.cascade).flat_map(|edge| [edge.from, edge.to]).collect();
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|at| (!spread.contains(at), self.nodes.get(*at).map_or(QUIET, |node| node.rank), *at));
        let mut kept: Vec<usize> = order.into_iter().take(limit).collect();
        kept.sort_unstable();
        let place = |at: usize| kept.binary_search(&at).ok();
        let edges = self
            .edges
            .iter()
            .filter_map(|edge| Some(Edge { from: place(edge.from)?, to: place(edge.to)?, cascade: edge.cascade }));
        Self {
            edges: edges.collect(),
            left_out: self.nodes.len() - kept.len(),
            nodes: kept.iter().filter_map(|at| self.nodes.get(*at).cloned()).collect(),
        }
    }

    /// Nodes and edges for machines.
    pub fn json(&self) -> serde_json::Value {
        let name = |at: usize| self.nodes.get(at).map(|node| node.name.as_str());
        serde_json::json!({
            "nodes": self.nodes.iter().map(|node| serde_json::json!({
                "address": node.name, "type": node.kind, "count": node.count,
                "action": node.action.map(Action::as_str),
                "actions": node.counts.iter().map(|(action, of)| (action.as_str().to_owned(), (*of).into())).collect::<serde_json::Map<_, _>>(),
            })).collect::<Vec<_>>(),
            "edges": self.edges.iter().map(|edge| serde_json::json!({
                "from": name(edge.from), "to": name(edge.to), "cascade": edge.cascade,
            })).collect::<Vec<_>>(),
        })
    }
}

impl Node {
    /// `512 × pool.a.nodes`, after the symbol of what happens; of several things how many each happens to: `- 1, + 2 ×
    /// pool.a.nodes`.
    pub fn title(&self) -> String {
        if self.counts.len() > 1 {
            let each =
                self.counts.iter().map(|(action, of)| format!("{} {}", words::symbol(*action), group_thousands(*of)));
            return format!("{} × {}", each.collect::<Vec<_>>().join(", "), self.name);
        }
        let symbol = self.action.map_or(String::new(), |action| format!("{} ", words::symbol(action)));
        let times = if self.count > 1 { format!("{} × ", group_thousands(self.count)) } else { String::new() };
        format!("{symbol}{times}{}", self.name)
    }

    /// What happens to how many: `+ 1, - 1`; empty where nothing does to one.
    pub fn what(&self) -> String {
        if self.counts.len() > 1 {
            let each =
                self.counts.iter().map(|(action, of)| format!("{} {}", words::symbol(*action), group_thousands(*of)));
            return each.collect::<Vec<_>>().join(", ");
        }
        let count = if self.count > 1 { group_thousands(self.count) } else { String::new() };
        format!("{} {count}", self.action.map_or("", words::symbol)).trim().to_owned()
    }

    /// The class by which it is coloured: `add`, `change`, `remove`, `replace`, `keep`.
    pub const fn class(&self) -> &'static str {
        match self.action {
            Some(Action::Create) => "add",
            Some(Action::Import | Action::Update | Action::Move | Action::Forget) => "change",
            Some(Action::Delete) => "remove",
            Some(Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst) => "replace",
            Some(Action::NoOp) | None => "keep",
        }
    }
}

/// Every reference inside a value, those included that a plan could not resolve yet; each once.
pub(crate) fn references(values: &Values, id: ValueId) -> IndexSet<Reference> {
    let mut found = IndexSet::new();
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        match values.node(id) {
            Content::Reference(reference) | Content::Unknown(reference) => {
                found.insert(reference);
            }
            Content::List(_) | Content::Join(_) => stack.extend(values.items(id)),
            Content::Map(_) => stack.extend(values.entries(id).map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}
