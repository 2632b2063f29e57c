//! Three-way diff of one body: desired against last applied against live. Must not know what action follows.
//!
//! Every property has one owner. What the cloud sets (read-only properties, defaults, named properties that we never
//! set) is never shown; what the file changes is; what somebody else changed since we applied is shown as drift, and as
//! a conflict where the file changed it too.

use tonnage_base::Symbol;
use tonnage_graph::{Node, ValueId, Values};
use tonnage_schema::{PathStep, path::display};

use crate::compare::Comparison;
use crate::facts::{Fact, is_reserved_tag};

/// One difference.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// `Tags["team"]`.
    pub path: String,
    /// The top-level property that it lies in.
    pub top: Option<Symbol>,
    /// Last applied.
    pub applied: Option<ValueId>,
    /// Live.
    pub before: Option<ValueId>,
    /// Desired.
    pub after: Option<ValueId>,
    /// What is known of the property.
    pub fact: Fact,
    /// The file says what it said; somebody else changed it.
    pub drift: bool,
    /// The file says something else than it said, and somebody else changed it to a third thing.
    pub conflict: bool,
    /// The file says what it said; what it refers to is new.
    pub follows: bool,
}

/// The three sides of a property.
#[derive(Clone, Copy, PartialEq)]
struct Sides {
    desired: Option<ValueId>,
    applied: Option<ValueId>,
    live: Option<ValueId>,
}

/// All differences, in order of their paths in the body.
pub fn differences(comparison: &Comparison<'_>, desired: ValueId, applied: ValueId, live: ValueId) -> Vec<Difference> {
    let mut walk = Walk { comparison: *comparison, path: Vec::new(), found: Vec::new() };
    walk.property(Sides { desired: Some(desired), applied: Some(applied), live: Some(live) });
    walk.found
}

/// An item of a set that is on one side only.
struct Row {
    position: usize,
    before: Option<ValueId>,
    after: Option<ValueId>,
    drift: bool,
    follows: bool,
}

struct Walk<'a> {
    comparison: Comparison<'a>,
    path: Vec<PathStep>,
    found: Vec<Difference>,
}

impl Walk<'_> {
    fn values(&self) -> &Values {
        self.comparison.values
    }

    /// Whether two sides mean the same at this place.
    fn same(&mut self, a: Option<ValueId>, b: Option<ValueId>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.comparison.same(a, b, &mut self.path),
            (None, None) => true,
            (Some(only), None) | (None, Some(only)) => self.comparison.says_no_name(only),
        }
    }

    fn property(&mut self, sides: Sides) {
        let Sides { desired, applied, live } = sides;
        if desired == applied && applied == live {
            return;
        }
        let kind = self.comparison.kind;
        let fact = if self.path.is_empty() { Fact::default() } else { Fact::of(kind, &self.path) };
        if fact.read_only {
            return;
        }
        // A side of another form than the desired one has nothing inside to compare with.
        let form = |id: Option<ValueId>| id.map(|id| std::mem::discriminant(&self.values().node(id)));
        let like = |id: Option<ValueId>| id.is_none() || form(id) == form(desired);
        match desired.map(|id| self.values().node(id)) {
            Some(Node::Map(_)) if like(applied) && like(live) && (applied.is_some() || fact.decided_inside) => {
                let outside = self.comparison.policy;
                self.comparison.policy |= desired.is_some_and(|id| self.comparison.is_policy(id, &self.path));
                self.map(sides, fact);
                self.comparison.policy = outside;
            }
            Some(Node::List(_))
                if (fact.set || self.comparison.policy) && like(applied) && like(live) && applied.is_some() =>
            {
                self.set(sides, fact);
            }
            Some(Node::List(_)) if like(applied) && like(live) && applied.is_some() => self.list(sides, fact),
            _ => self.leaf(sides, fact),
        }
    }

    /// The keys that we set or did set, and those that are free; others are the cloud's.
    fn map(&mut self, sides: Sides, fact: Fact) {
        let of = |id: Option<ValueId>| id.map_or_else(Vec::new, |id| self.values().entries(id).collect::<Vec<_>>());
        let (desired, applied, live) = (of(sides.desired), of(sides.applied), of(sides.live));
        let get = |entries: &[(Symbol, ValueId)], key: Symbol| {
            entries.binary_search_by_key(&key, |(k, _)| *k).ok().and_then(|at| entries.get(at)).map(|(_, v)| *v)
        };
        let mut keys: Vec<Symbol> = desired.iter().chain(&applied).map(|(key, _)| *key).collect();
        if fact.free && sides.applied.is_some() {
            keys.extend(live.iter().map(|(key, _)| *key));
        }
        keys.sort();
        keys.dedup();
        for key in keys {
            self.path.push(PathStep::Key(key));
            self.property(Sides { desired: get(&desired, key), applied: get(&applied, key), live: get(&live, key) });
            self.path.pop();
        }
    }

    /// An ordered list: what is alike at both ends is passed over, the middle is compared by position.
    fn list(&mut self, sides: Sides, fact: Fact) {
        let values = self.comparison.values;
        let items = |id: Option<ValueId>| id.map_or(&[][..], |id| values.items(id));
        let (desired, applied, live) = (items(sides.desired), items(sides.applied), items(sides.live));
        if sides.live.is_some() && live.len() != applied.len() {
            // Somebody else made it longer or shorter: positions no longer correspond.
            self.leaf(sides, fact);
            return;
        }
        let at = |list: &[ValueId], position: usize| list.get(position).copied();
        let shorter = desired.len().min(applied.len());
        let mut end = 0;
        if desired.len() != applied.len() {
            self.path.push(PathStep::Index(0));
            while end < shorter && self.same(at(desired, desired.len() - 1 - end), at(applied, applied.len() - 1 - end))
            {
                end += 1;
            }
            self.path.pop();
        }
        let (left, right) = (desired.len() - end, applied.len() - end);
        let pairs = (0..left.max(right))
            .map(|i| (Some(i).filter(|i| *i < left), Some(i).filter(|i| *i < right)))
            .chain((0..end).map(|i| (Some(left + i), Some(right + i))));
        for (mine, theirs) in pairs {
            let shown = mine.or(theirs).unwrap_or(0);
            self.path.push(PathStep::Index(u32::try_from(shown).unwrap_or(u32::MAX)));
            self.property(Sides {
                desired: mine.and_then(|i| at(desired, i)),
                applied: theirs.and_then(|i| at(applied, i)),
                live: theirs.and_then(|i| at(live, i)),
            });
            self.path.pop();
        }
    }

    /// A set, or tags: order means nothing.
    fn set(&mut self, sides: Sides, fact: Fact) {
        if let Some(key) = fact.key
            && self.keyed(sides, key, fact)
        {
            return;
        }
        let values = self.comparison.values;
        let items = |id: Option<ValueId>| id.map_or(&[][..], |id| values.items(id));
        let (desired, applied) = (items(sides.desired), items(sides.applied));
        // Without knowledge of the live side, what was applied is what is there.
        let live = if sides.live.is_some() { items(sides.live) } else { applied };
        self.path.push(PathStep::Index(0));
        let (added, extra) = self.comparison.unmatched(desired, live, &mut self.path);
        let (edited, _) = self.comparison.unmatched(desired, applied, &mut self.path);
        let by_file = |walk: &mut Self, item: ValueId| {
            applied.iter().any(|&other| walk.comparison.same(item, other, &mut walk.path))
        };
        let follow = Comparison { unknown_as_reference: true, ..self.comparison };
        let mut rows: Vec<Row> = Vec::new();
        for &position in &extra {
            let Some(&item) = live.get(position) else { continue };
            // What was applied and is no longer desired is the file's change; what never was is a stranger's.
            let drift = !by_file(self, item);
            rows.push(Row { position, before: Some(item), after: None, drift, follows: false });
        }
        let mut new: Vec<Row> = Vec::new();
        for &position in &added {
            let Some(&item) = desired.get(position) else { continue };
            let drift = !edited.contains(&position);
            // An item that only follows what it refers to stands for the one it was.
            let was = rows.iter_mut().find(|row| {
                row.after.is_none() && row.before.is_some_and(|before| follow.same(item, before, &mut self.path))
            });
            match was {
                Some(row) => (row.position, row.after, row.follows) = (position, Some(item), true),
                None => new.push(Row { position, before: None, after: Some(item), drift, follows: false }),
            }
        }
        self.path.pop();
        self.pair(&mut rows, &mut new);
        rows.append(&mut new);
        for Row { position, before, after, drift, follows } in rows {
            self.path.push(PathStep::Index(u32::try_from(position).unwrap_or(u32::MAX)));
            match (before, after) {
                // One item became another: what differs in it is shown, not it as a whole.
                (Some(was), Some(now)) if !follows && self.is_map(was) && self.is_map(now) => {
                    let applied = if drift { now } else { was };
                    self.property(Sides { desired: after, applied: Some(applied), live: before });
                }
                _ => {
                    let applied = if drift { after } else { before };
                    self.push(
                        display(&self.path),
                        Sides { desired: after, applied, live: before },
                        fact,
                        drift,
                        follows,
                    );
                }
            }
            self.path.pop();
        }
    }

    /// Brings together what went and what came by the same hand, where it is plain that one became the other: the only
    /// two, or maps that have most in common.
    fn pair(&self, gone: &mut [Row], new: &mut Vec<Row>) {
        let open = |rows: &[Row], drift: bool| rows.iter().filter(|r| r.drift == drift && !r.follows).count();
        let counts = [false, true].map(|drift| (open(gone, drift), open(new, drift)));
        new.retain(|row| {
            let Some(now) = row.after else { return true };
            let alone = counts.get(usize::from(row.drift)) == Some(&(1, 1));
            let like = |was: ValueId| match (self.is_map(was), self.is_map(now)) {
                (true, true) => {
                    let same =
                        self.values().entries(was).filter(|(k, v)| self.values().get(now, *k) == Some(*v)).count();
                    let most = self.values().entries(was).len().max(self.values().entries(now).len());
                    Some(same).filter(|same| same * 2 >= most || (self.comparison.policy && alone))
                }
                (false, false) => Some(0).filter(|_| alone),
                _ => None,
            };
            let free = gone.iter_mut().filter(|was| was.after.is_none() && was.drift == row.drift);
            let best = free.filter_map(|was| Some((like(was.before?)?, was))).max_by_key(|(like, _)| *like);
            match best {
                Some((_, was)) => {
                    was.after = Some(now);
                    false
                }
                None => true,
            }
        });
    }

    fn is_map(&self, id: ValueId) -> bool {
        matches!(self.values().node(id), Node::Map(_))
    }

    fn push(&mut self, path: String, sides: Sides, fact: Fact, drift: bool, follows: bool) {
        let Sides { desired, applied, live } = sides;
        let top = match self.path.first() {
            Some(PathStep::Key(top)) => Some(*top),
            _ => None,
        };
        let unread = fact.write_only && live.is_none();
        let conflict = !(drift || follows || unread || self.same(applied, live));
        self.found.push(Difference {
            path,
            top,
            applied,
            before: live,
            after: desired,
            fact,
            drift,
            conflict,
            follows,
        });
    }

    /// Items told apart by a key, as if they were a map. False where an item has none, or two have the same.
    fn keyed(&mut self, sides: Sides, key: Symbol, fact: Fact) -> bool {
        let by_key = |id: Option<ValueId>| -> Option<Vec<(String, ValueId)>> {
            let mut rows = Vec::new();
            for &item in id.map_or(&[][..], |id| self.values().items(id)) {
                rows.push((self.comparison.text(self.values().get(item, key)?)?, item));
            }
            rows.sort();
            rows.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a != b)).then_some(rows)
        };
        let (Some(desired), Some(applied), Some(live)) =
            (by_key(sides.desired), by_key(sides.applied), by_key(sides.live))
        else {
            return false;
        };
        let get = |rows: &[(String, ValueId)], key: &str| {
            rows.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok().and_then(|at| rows.get(at)).map(|(_, v)| *v)
        };
        let strangers = live.iter().map(|(name, _)| name.as_str());
        let strangers = strangers.filter(|name| !is_reserved_tag(self.comparison.kind, name));
        let mut names: Vec<&str> = desired.iter().chain(&applied).map(|(name, _)| name.as_str()).collect();
        names.extend(strangers);
        names.sort_unstable();
        names.dedup();
        for name in names {
            self.path.push(PathStep::Key(Symbol::new(name)));
            let inner = Sides { desired: get(&desired, name), applied: get(&applied, name), live: get(&live, name) };
            let live_unknown = sides.live.is_none();
            let inner = Sides { live: if live_unknown { inner.applied } else { inner.live }, ..inner };
            let shown = display_keyed(&self.path);
            self.leaf_at(self.narrowed(inner, key), fact, shown);
            self.path.pop();
        }
        true
    }

    /// The one property in which two items with the same key differ, where it is one and the same on all sides; else
    /// the items as they are.
    fn narrowed(&self, sides: Sides, key: Symbol) -> Sides {
        let (Some(desired), Some(applied)) = (sides.desired, sides.applied) else { return sides };
        let live = sides.live.unwrap_or(applied);
        let mut names: Vec<Symbol> =
            [desired, applied].iter().flat_map(|&id| self.values().entries(id)).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let get = |id: ValueId, name: Symbol| self.values().get(id, name);
        names.retain(|&name| {
            name != key && !(get(desired, name) == get(applied, name) && get(applied, name) == get(live, name))
        });
        match names.as_slice() {
            [only] if sides.live.is_some() => {
                Sides { desired: get(desired, *only), applied: get(applied, *only), live: get(live, *only) }
            }
            _ => sides,
        }
    }

    fn leaf(&mut self, sides: Sides, fact: Fact) {
        self.leaf_at(sides, fact, display(&self.path));
    }

    fn leaf_at(&mut self, sides: Sides, fact: Fact, path: String) {
        let Sides { desired, applied, live } = sides;
        let unchanged = self.same(desired, applied);
        // What is there as desired needs nothing; what a read never gives back is there as applied.
        if self.same(desired, live) || (unchanged && live.is_none() && fact.write_only) {
            return;
        }
        let follows = !unchanged && {
            let follow = Comparison { unknown_as_reference: true, ..self.comparison };
            matches!((desired, applied), (Some(d), Some(a)) if follow.same(d, a, &mut self.path))
        };
        let live = if unchanged || !fact.write_only { live } else { live.or(applied) };
        self.push(path, Sides { desired, applied, live }, fact, unchanged, follows);
    }
}

/// A path whose last key is shown in brackets whatever it is: `Tags["team"]`.
fn display_keyed(path: &[PathStep]) -> String {
    match path {
        [outer @ .., PathStep::Key(key)] => format!("{}[{:?}]", display(outer), key.as_str()),
        _ => display(path),
    }
}
