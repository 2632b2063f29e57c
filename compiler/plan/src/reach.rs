//! Which unit waits for which, kept free of circles while the cut grows. Must not know what units hold.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

/// A growing graph of numbered units that never has a circle.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// For each unit, those it waits for, in the order the edges came.
    rows: Vec<Vec<usize>>,
    edges: FxHashSet<(usize, usize)>,
}

impl Waits {
    /// Makes room for units up to this number.
    pub fn grow(&mut self, units: usize) {
        if self.rows.len() < units {
            self.rows.resize(units, Vec::new());
        }
    }

    /// Adds edges (waiting, waited for), all or none. Errors with the circle that they would close, each waiting for
    /// the next and the last for the first.
    pub fn add(&mut self, edges: &[(usize, usize)]) -> Result<(), Vec<usize>> {
        let mut added = Vec::new();
        for &(from, to) in edges {
            if from == to || self.edges.contains(&(from, to)) {
                continue;
            }
            if let Some(circle) = self.path(to, from) {
                for (from, to) in added {
                    self.remove(from, to);
                }
                return Err(circle);
            }
            self.grow(from.max(to) + 1);
            if let Some(row) = self.rows.get_mut(from) {
                row.push(to);
            }
            self.edges.insert((from, to));
            added.push((from, to));
        }
        Ok(())
    }

    /// What a unit waits for.
    pub fn of(&self, unit: usize) -> &[usize] {
        self.rows.get(unit).map_or(&[], Vec::as_slice)
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.edges.remove(&(from, to));
        if let Some(row) = self.rows.get_mut(from) {
            row.retain(|&other| other != to);
        }
    }

    /// A shortest way from one unit to another along what is waited for.
    fn path(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let mut came_from: FxHashMap<usize, usize> = FxHashMap::default();
        let mut queue = VecDeque::from([from]);
        came_from.insert(from, from);
        while let Some(unit) = queue.pop_front() {
            if unit == to {
                let mut path = vec![unit];
                let mut at = unit;
                while at != from {
                    at = came_from.get(&at).copied().unwrap_or(from);
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            for &next in self.of(unit) {
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    unit
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Waits;

    #[test]
    fn circles_are_refused_whole_and_shown() {
        let mut waits = Waits::default();
        waits.add(&[(1, 0), (2, 1), (3, 3)]).expect("no circle");
        assert_eq!(waits.add(&[(5, 4), (0, 2)]), Err(vec![2, 1, 0]));
        assert!(waits.of(5).is_empty(), "nothing of a refused addition stays");
        waits.add(&[(4, 5)]).expect("the other way round is free");
    }
}
