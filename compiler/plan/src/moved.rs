//! `moved`: live resources under their new addresses, and everything that can be wrong with a rename. Must not know
//! what happens to them then.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Symbol, codes::plan as codes};
use tonnage_graph::{Node, Reference, Resource, ResourceGraph, ResourceId, ValueId, Values};

use crate::inputs::{Moved, Rekeyed};

/// The live graph as it is called now.
pub struct LiveView<'a> {
    graph: &'a ResourceGraph,
    /// New address to resource, for renamed ones.
    renamed: FxHashMap<Symbol, ResourceId>,
    /// Old address to new one.
    names: FxHashMap<Symbol, Symbol>,
    /// Values rewritten already.
    rewritten: FxHashMap<ValueId, ValueId>,
}

impl<'a> LiveView<'a> {
    /// Applies the renames to the live graph.
    pub fn new(
        live: &'a ResourceGraph,
        desired: &ResourceGraph,
        moved: &[Moved],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut view = Self {
            graph: live,
            renamed: FxHashMap::default(),
            names: FxHashMap::default(),
            rewritten: FxHashMap::default(),
        };
        if moved.is_empty() {
            return view;
        }
        let rules = check(moved, desired, diagnostics);
        let mut used: FxHashSet<usize> = FxHashSet::default();
        let mut arrived: FxHashMap<Symbol, (Symbol, usize)> = FxHashMap::default();
        for (id, resource) in live.iter() {
            let Some((to, last)) = follow(resource.address, &rules, &mut used) else { continue };
            let rule = rules.get(last).copied();
            let (Some(rule), false) = (rule, to == resource.address) else { continue };
            if let Some(&(other, _)) = arrived.get(&to) {
                diagnostics.push(collision(rule, to, resource.address, other));
                continue;
            }
            // Something live may bear the new name already, unless it is renamed itself.
            let taken = live.find(to).filter(|&id| {
                live.get(id).is_some_and(|r| follow(r.address, &rules, &mut FxHashSet::default()).is_none())
            });
            if taken.is_some() {
                diagnostics.push(collision(rule, to, resource.address, to));
                continue;
            }
            arrived.insert(to, (resource.address, last));
            view.renamed.insert(to, id);
            view.names.insert(resource.address, to);
        }
        let undeclared = |rule: &Moved| !desired.iter().any(|(_, r)| matches(r.address, rule.to, rule.to));
        let passes_on = |rule: &Moved| moved.iter().any(|other| other.from == rule.to);
        for (index, rule) in rules.iter().enumerate() {
            if used.contains(&index) && undeclared(rule) && !passes_on(rule) {
                diagnostics.push(
                    Diagnostic::error(codes::T0603, rule.span, format!("nothing is declared at `{}`", rule.to))
                        .with_help(format!(
                            "`{}` is there and would be deleted under its new name; declare `{}`, or leave the `moved` block out to delete it",
                            rule.from, rule.to
                        )),
                );
            }
        }
        view
    }

    /// The live resource that has this address now.
    pub fn find(&self, address: Symbol) -> Option<ResourceId> {
        self.renamed
            .get(&address)
            .copied()
            .or_else(|| self.graph.find(address).filter(|_| !self.names.contains_key(&address)))
    }

    /// Whether anything has another name now.
    pub fn has_renames(&self) -> bool {
        !self.names.is_empty()
    }

    /// The live resource of an id.
    pub fn get(&self, id: ResourceId) -> Option<&'a Resource> {
        self.graph.get(id)
    }

    /// What a live address is called now.
    pub fn address(&self, old: Symbol) -> Symbol {
        self.names.get(&old).copied().unwrap_or(old)
    }

    /// All live resources.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &'a Resource)> {
        self.graph.iter()
    }

    /// How many live resources there are.
    pub fn count(&self) -> usize {
        self.graph.len()
    }

    /// A value of the live graph, its references under their new addresses.
    pub fn rewrite(&mut self, values: &mut Values, id: ValueId) -> ValueId {
        if self.names.is_empty() {
            return id;
        }
        let names = &self.names;
        let mut renamed = |values: &mut Values, reference: Reference| {
            let address = names.get(&reference.address).copied().unwrap_or(reference.address);
            values.reference(Reference { address, ..reference })
        };
        map_references(values, id, &mut self.rewritten, &mut renamed)
    }
}

/// A value with every reference replaced. Values nested deeper than [`tonnage_graph::MAX_DEPTH`] are refused before.
pub fn map_references(
    values: &mut Values,
    id: ValueId,
    memo: &mut FxHashMap<ValueId, ValueId>,
    replace: &mut impl FnMut(&mut Values, Reference) -> ValueId,
) -> ValueId {
    if let Some(&known) = memo.get(&id) {
        return known;
    }
    let mapped = match values.node(id) {
        Node::Reference(reference) => replace(values, reference),
        Node::List(_) | Node::Join(_) => {
            let items = values.items(id).to_vec();
            let mapped: Vec<ValueId> = items.iter().map(|&item| map_references(values, item, memo, replace)).collect();
            match values.node(id) {
                _ if mapped == items => id,
                Node::List(_) => values.list(&mapped),
                _ => values.join(&mapped),
            }
        }
        Node::Map(_) => {
            let entries: Vec<(Symbol, ValueId)> = values.entries(id).collect();
            let mut mapped: Vec<(Symbol, ValueId)> =
                entries.iter().map(|&(key, value)| (key, map_references(values, value, memo, replace))).collect();
            if mapped == entries { id } else { values.map(&mut mapped) }
        }
        _ => id,
    };
    memo.insert(id, mapped);
    mapped
}

/// The rules that hold, the wrong ones reported.
fn check<'m>(moved: &'m [Moved], desired: &ResourceGraph, diagnostics: &mut Vec<Diagnostic>) -> Vec<&'m Moved> {
    let mut rules: Vec<&Moved> = Vec::new();
    for rule in moved {
        if rule.from == rule.to {
            continue;
        }
        if let Some(first) = rules.iter().find(|r| r.to == rule.to && r.from != rule.from) {
            diagnostics.push(
                Diagnostic::error(codes::T0604, rule.span, format!("two things are moved to `{}`", rule.to))
                    .with_label(first.span, format!("`{}` is moved there too", first.from))
                    .with_help("an address names one thing: give one of them another name"),
            );
            continue;
        }
        if let Some(first) = rules.iter().find(|r| r.from == rule.from && r.to != rule.to) {
            diagnostics.push(
                Diagnostic::error(codes::T0604, rule.span, format!("`{}` is moved twice", rule.from))
                    .with_label(first.span, format!("to `{}` here", first.to))
                    .with_help("keep the block that names its address of today"),
            );
            continue;
        }
        if let Some((_, still)) = desired.iter().find(|(_, r)| matches(r.address, rule.from, rule.to)) {
            let mut diagnostic =
                Diagnostic::error(codes::T0602, rule.span, format!("`{}` is moved but still declared", rule.from))
                    .with_help(format!("rename its block to `{}`, or leave the `moved` block out", rule.to));
            if let Some(span) = still.declared {
                diagnostic = diagnostic.with_label(span, "declared here");
            }
            diagnostics.push(diagnostic);
            continue;
        }
        rules.push(rule);
    }
    sort(&mut rules);
    rules
}

fn collision(rule: &Moved, to: Symbol, one: Symbol, other: Symbol) -> Diagnostic {
    let message = if to == other {
        format!("`{one}` can't be moved to `{to}`: that is there already")
    } else {
        format!("`{one}` and `{other}` would both be `{to}`")
    };
    Diagnostic::error(codes::T0605, rule.span, message)
        .with_help("both are live; delete one of them first, or give the other a name of its own")
}

/// Whether an address is `prefix`, or inside it. A block without keys is not the block with keys of the same name when
/// the rename only adds the key.
fn matches(address: Symbol, prefix: Symbol, to: Symbol) -> bool {
    match address.as_str().strip_prefix(prefix.as_str()) {
        Some("") => true,
        Some(rest) if rest.starts_with('.') => true,
        Some(rest) if rest.starts_with('[') => {
            !to.as_str().strip_prefix(prefix.as_str()).is_some_and(|added| added.starts_with('['))
        }
        _ => false,
    }
}

/// The address that something has now, by rules that need not all be right.
pub fn current(address: Symbol, moved: &[Moved]) -> Symbol {
    let mut rules: Vec<&Moved> = moved.iter().collect();
    sort(&mut rules);
    follow(address, &rules, &mut FxHashSet::default()).map_or(address, |(now, _)| now)
}

/// The longest, most special rule comes first.
fn sort(rules: &mut [&Moved]) {
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.from.as_str().len()), rule.from));
}

/// Where an address ends up, and by which rule; none where no rule is about it.
fn follow(address: Symbol, rules: &[&Moved], used: &mut FxHashSet<usize>) -> Option<(Symbol, usize)> {
    let mut at = address;
    let mut last = None;
    // One rule may lead to the next; each leads on once.
    for _ in 0..rules.len() {
        let led = rules.iter().enumerate().find_map(|(index, rule)| Some((index, led(at, rule)?)));
        let Some((index, next)) = led else { break };
        at = next;
        used.insert(index);
        last = Some(index);
    }
    last.map(|index| (at, index))
}

/// Where one rule leads an address; none: it is not about it.
fn led(address: Symbol, rule: &Moved) -> Option<Symbol> {
    if matches(address, rule.from, rule.to) {
        let rest = address.as_str().strip_prefix(rule.from.as_str()).unwrap_or("");
        return Some(Symbol::new(&format!("{}{rest}", rule.to)));
    }
    rule.keys.iter().find_map(|key| rekeyed(address.as_str(), key))
}

/// `pool.chat.a.nodes["use2-az1/base/001"]` of `pool.chat.a.nodes["use2-az1/floor/001"]`.
fn rekeyed(address: &str, key: &Rekeyed) -> Option<Symbol> {
    address.strip_prefix(key.scope.as_str())?.strip_prefix('.')?;
    let (before, last) = address.strip_suffix("\"]")?.rsplit_once("[\"")?;
    let (place, source) = last.split_once('/')?;
    let rest = source.strip_prefix(key.from.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    Some(Symbol::new(&format!("{before}[\"{place}/{}{rest}\"]", key.to)))
}
