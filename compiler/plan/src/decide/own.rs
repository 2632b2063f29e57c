//! What differs beside a resource's body: nodes, what becomes of it when it leaves, its update policy. Must not decide
//! what follows from that.

use tonnage_base::Symbol;
use tonnage_graph::{Disposal, Holds, Node, Resource, ValueId};
use tonnage_schema::{PathStep, path};

use super::Judge;
use crate::{change::PropertyDiff, identity};

/// What stands for it among the properties.
const UPDATE_POLICY: &str = "update_policy";

impl Judge<'_, '_, '_> {
    /// Differences in what is kept beside the body: nodes, where no property says it already, and `on_delete`, which
    /// must be known in the cloud before the resource leaves the files.
    pub(super) fn own_differences(&mut self, desired: &Resource, live: &Resource, alone: bool) -> Vec<PropertyDiff> {
        let mut found = Vec::new();
        let mut policies = (None, None);
        if alone && desired.holds != live.holds && !identity::is_importing(live) {
            found.push(("holds", self.holds(live.holds, desired.holds), self.holds(desired.holds, live.holds)));
        }
        // What is imported comes with whatever the files say of it.
        if identity::is_importing(live) {
            return Vec::new();
        }
        if desired.lifecycle.on_delete != live.lifecycle.on_delete {
            let mut word = |disposal| {
                let word = if disposal == Disposal::Retain { "retain" } else { "delete" };
                Some(self.values.string(Symbol::new(word)))
            };
            found.push(("lifecycle.on_delete", word(live.lifecycle.on_delete), word(desired.lifecycle.on_delete)));
        }
        if desired.lifecycle.update_policy != live.lifecycle.update_policy {
            let mut policy = |text: Option<Symbol>| text.and_then(|text| self.values.from_json(text.as_str()).ok());
            policies = (policy(live.lifecycle.update_policy), policy(desired.lifecycle.update_policy));
        }
        let mut found: Vec<(String, _, _)> = found.into_iter().map(|(path, b, a)| (path.to_owned(), b, a)).collect();
        self.inside(vec![PathStep::from(UPDATE_POLICY)], policies, &mut found);
        let diff = |(path, before, after): (String, _, _)| PropertyDiff {
            origin: (self.inputs.origin)(desired.address, &path),
            path,
            before,
            after,
            forces_replacement: false,
            drift: false,
            conflict: false,
            applied: None,
        };
        found.into_iter().map(diff).collect()
    }

    /// What differs inside, property by property where both sides have some.
    fn inside(
        &self,
        path: Vec<PathStep>,
        sides: (Option<ValueId>, Option<ValueId>),
        found: &mut Vec<(String, Option<ValueId>, Option<ValueId>)>,
    ) {
        let mut open = vec![(path, sides)];
        while let Some((path, (before, after))) = open.pop() {
            let of = |side: Option<ValueId>| side.filter(|id| matches!(self.values.node(*id), Node::Map(_)));
            match (of(before), of(after)) {
                _ if before == after => {}
                (Some(b), Some(a)) => {
                    let mut keys: Vec<Symbol> =
                        self.values.entries(b).chain(self.values.entries(a)).map(|(key, _)| key).collect();
                    keys.sort();
                    keys.dedup();
                    let get = |side: ValueId, key: Symbol| self.values.get(side, key);
                    open.extend(
                        keys.into_iter()
                            .rev()
                            .map(|key| ([&path[..], &[PathStep::Key(key)]].concat(), (get(b, key), get(a, key)))),
                    );
                }
                _ => found.push((path::display(&path), before, after)),
            }
        }
    }

    /// Nodes as a value: their number where nothing else differs.
    fn holds(&mut self, holds: Option<Holds>, other: Option<Holds>) -> Option<ValueId> {
        let holds = holds?;
        let nodes = self.values.number(Symbol::new(&holds.nodes.to_string()));
        if other.is_some_and(|other| Holds { nodes: holds.nodes, ..other } == holds) {
            return Some(nodes);
        }
        let mut entries = vec![
            (Symbol::new("nodes"), nodes),
            (Symbol::new("shape"), self.values.string(holds.shape)),
            (Symbol::new("market"), self.values.string(Symbol::new(holds.market.as_str()))),
            (Symbol::new("reserves_only"), self.values.bool(holds.reserves_only)),
        ];
        if let Some(zone) = holds.zone {
            entries.push((Symbol::new("zone"), self.values.string(zone)));
        }
        Some(self.values.map(&mut entries))
    }
}
