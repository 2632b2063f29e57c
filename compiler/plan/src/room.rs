//! How full a unit is, by upper bounds, so that limits hold by construction. Must not know how units are chosen.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_graph::Reference;

use crate::emit::Limits;

/// What a resource asks of the unit it comes into.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// Upper bound of its bytes.
    pub bytes: usize,
    /// What it refers to, each once: whether that is in the unit already, and whether the unit gives it to others.
    pub takes: Vec<(Reference, bool)>,
    /// What others refer to of it, with the number of resources that do and are not in the unit.
    pub gives: Vec<(Reference, usize)>,
}

/// How full a unit is.
#[derive(Clone, Debug, Default)]
pub struct Room {
    resources: usize,
    bytes: usize,
    /// Values from other units.
    takes: FxHashSet<Reference>,
    /// Values for resources that are not in the unit (yet), with their number.
    gives: FxHashMap<Reference, usize>,
}

impl Room {
    /// An empty unit whose document has this size.
    pub fn new(base: usize) -> Self {
        Self { bytes: base, ..Self::default() }
    }

    /// Whether a resource may come in. An empty unit takes whatever its cloud takes; another one is filled to four
    /// fifths of its bytes, so that what is in it can grow later without having to move.
    pub fn takes(&self, need: &Need, limits: Limits) -> bool {
        let bytes = if self.resources == 0 { limits.bytes } else { limits.bytes / 5 * 4 };
        let takes = need.takes.iter().filter(|(r, inside)| !inside && !self.takes.contains(r)).count();
        let arriving = need.gives.iter().filter(|(r, _)| self.takes.contains(r)).count();
        let gives = need.gives.iter().filter(|(_, others)| *others > 0).count();
        let settled = need.takes.iter().filter(|(r, inside)| *inside && self.gives.get(r) == Some(&1)).count();
        self.resources < limits.resources
            && self.bytes.saturating_add(need.bytes) <= bytes
            && self.takes.len() + takes <= limits.parameters.saturating_add(arriving)
            && self.gives.len() + gives <= limits.outputs.saturating_add(settled)
    }

    /// Takes a resource in.
    pub fn put(&mut self, need: &Need) {
        self.resources += 1;
        self.bytes += need.bytes;
        for &(reference, inside) in &need.takes {
            if !inside {
                self.takes.insert(reference);
            } else if let Some(others) = self.gives.get_mut(&reference) {
                *others = others.saturating_sub(1);
                if *others == 0 {
                    self.gives.remove(&reference);
                }
            }
        }
        for &(reference, others) in &need.gives {
            self.takes.remove(&reference);
            if others > 0 {
                self.gives.insert(reference, others);
            }
        }
    }
}
