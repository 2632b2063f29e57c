//! Nodes that move from one unit to another: their successors come before they go, unless there is no room for both,
//! both have one name, or the author wants it otherwise. Must not know how units are ordered, nor what a cloud says of
//! its room.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol, quantity::group_thousands};
use tonnage_graph::{Holds, ReplaceOrder, Resource, Site, ValueId, Values, is_inside};

use crate::change::{Action, Change};
use crate::collide;
use crate::cut::Cut;
use crate::decide::Decision;
use crate::inputs::{Inputs, Narrow};
use crate::moved::LiveView;
use crate::names;
use crate::renamed::Rename;

/// Nodes leave one unit and come in another, both by their numbers in the cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handover {
    /// The author's block that gets them.
    pub block: String,
    /// The unit that loses nodes.
    pub from: usize,
    /// The unit that gains them.
    pub to: usize,
    /// Why what leaves goes before what comes; none: it goes afterwards. Within one unit the cloud makes what comes
    /// first all the same, and its nodes wait for the places of those that go.
    pub stops_first: Option<String>,
}

/// Nodes that a change takes away from a unit, or brings into it.
struct Side {
    block: String,
    unit: usize,
    site: Site,
    holds: Holds,
    /// It is replaced within its unit: no other unit gets what it loses.
    alone: bool,
}

/// Units, from and to, of which the one loses what it has before the other gets something: who gets it, and why.
type Apart = BTreeMap<(usize, usize), (String, String)>;

/// Nodes that are alike: what runs in the place of one can run in that of another.
type Place = (Site, Option<Symbol>, Symbol);

impl Side {
    fn place(&self) -> Place {
        (self.site, self.holds.zone, self.holds.shape)
    }

    fn is_reserved(&self) -> bool {
        self.holds.market == Market::Reserved
    }
}

/// What is known of a plan when units are put in order.
pub struct Movement<'a, 'i> {
    /// The inputs.
    pub inputs: &'a Inputs<'i>,
    /// The live side.
    pub live: &'a LiveView<'a>,
    /// What is where.
    pub cut: &'a Cut,
    /// What is decided.
    pub decisions: &'a [Decision],
    /// What leaves.
    pub leaving: &'a [Change],
    /// What may be the same under a new name: its nodes are handed over as if it were.
    pub renames: &'a [Rename],
    /// All values.
    pub values: &'a Values,
}

impl Movement<'_, '_> {
    /// All of them, those of which what leaves goes first among them.
    pub fn handovers(&self) -> Vec<Handover> {
        let (lost, gained, said) = self.sides();
        let mut narrow = self.same_names();
        if !lost.is_empty() && !gained.is_empty() {
            self.narrow(&lost, &gained, &mut narrow);
        }
        let mut net: BTreeMap<&str, BTreeMap<usize, i64>> = BTreeMap::new();
        let signed = lost.iter().map(|side| (side, -1)).chain(gained.iter().map(|side| (side, 1)));
        for (side, sign) in signed {
            *net.entry(&side.block).or_default().entry(side.unit).or_default() += sign * i64::from(side.holds.nodes);
        }
        let mut handovers = Vec::new();
        for (block, units) in net {
            let said = said.contains(block).then(|| "`order = \"delete_first\"` says so".to_owned());
            for (&from, _) in units.iter().filter(|(_, net)| **net < 0) {
                for (&to, _) in units.iter().filter(|(_, net)| **net > 0) {
                    let stops_first = narrow.remove(&(from, to)).map(|(_, why)| why).or_else(|| said.clone());
                    handovers.push(Handover { block: block.to_owned(), from, to, stops_first });
                }
            }
            // a unit in which some come and others go is no other one
            let within =
                |sides: &[Side], unit: usize| sides.iter().any(|side| side.block == block && side.unit == unit);
            for &unit in units.keys().filter(|unit| within(&lost, **unit) && within(&gained, **unit)) {
                let stops_first = narrow.remove(&(unit, unit)).map(|(_, why)| why);
                handovers.push(Handover { block: block.to_owned(), from: unit, to: unit, stops_first });
            }
        }
        // within a unit nothing can be put in another order for the sake of another block
        narrow.retain(|(from, to), _| from != to);
        // what leaves one block makes room for another
        let others = narrow.into_iter();
        handovers.extend(others.map(|((from, to), (block, why))| Handover { block, from, to, stops_first: Some(why) }));
        handovers
    }

    /// The author's block that a resource is of, as it is to be called.
    fn block(&self, address: Symbol) -> String {
        let inside = |rename: &&Rename| is_inside(address.as_str(), rename.from.as_str());
        let renamed =
            self.renames.iter().find(inside).and_then(|rename| {
                Some(format!("{}{}", rename.to, address.as_str().strip_prefix(rename.from.as_str())?))
            });
        names::block(renamed.as_deref().unwrap_or(address.as_str()))
    }

    /// The unit that a live resource is in.
    fn home(&self, resource: &Resource) -> Option<usize> {
        self.cut.find(resource.site, resource.live.as_deref()?.unit)
    }

    /// What is lost and gained where; and the blocks whose author wants the old ones to go first.
    fn sides(&self) -> (Vec<Side>, Vec<Side>, BTreeSet<String>) {
        let (mut lost, mut gained, mut said) = (Vec::new(), Vec::new(), BTreeSet::new());
        let runs = |holds: Option<Holds>| holds.filter(|holds| !holds.reserves_only && holds.nodes > 0);
        let wants = |resource: &Resource| resource.lifecycle.order == ReplaceOrder::DeleteFirst;
        for ((id, desired), decision) in self.inputs.desired.iter().zip(self.decisions) {
            let Some(change) = decision.change.as_deref() else { continue };
            let (mut before, mut after) = (runs(change.holds_before), runs(change.holds_after));
            if before == after && !change.action.is_replace() {
                continue;
            }
            let block = self.block(desired.address);
            let there = decision.live.and_then(|id| self.live.get(id));
            let unit = self.cut.unit_of.get(id.0 as usize).copied().flatten();
            let was = there.and_then(|there| self.home(there));
            let alone = unit == was && change.action.is_replace();
            if alone && change.action == Action::ReplaceDeleteFirst {
                continue;
            }
            if unit == was && !alone {
                // what runs on is neither
                let alike = |one: &Holds, other: &Holds| Holds { nodes: one.nodes, ..*other } == *one;
                let stay = before.zip(after).filter(|(b, a)| alike(b, a)).map_or(0, |(b, a)| b.nodes.min(a.nodes));
                let less = |holds: Holds| runs(Some(Holds { nodes: holds.nodes.saturating_sub(stay), ..holds }));
                (before, after) = (before.and_then(less), after.and_then(less));
            }
            if wants(desired) || there.is_some_and(wants) {
                said.insert(block.clone());
            }
            let stays = change.keeps_old();
            let site = there.map_or(desired.site, |there| there.site);
            let side = |unit, site, holds| Side { block: block.clone(), unit, site, holds, alone };
            lost.extend(was.zip(before).filter(|_| !stays).map(|(unit, holds)| side(unit, site, holds)));
            gained.extend(unit.zip(after).map(|(unit, holds)| side(unit, desired.site, holds)));
        }
        for change in self.leaving.iter().filter(|change| change.action == Action::Delete) {
            let there = self.live.find(change.address).and_then(|id| self.live.get(id));
            let Some((there, holds)) = there.zip(runs(change.holds_before)) else { continue };
            let block = self.block(change.address);
            if wants(there) {
                said.insert(block.clone());
            }
            lost.extend(self.home(there).map(|unit| Side { block, unit, site: there.site, holds, alone: false }));
        }
        (lost, gained, said)
    }

    /// What leaves one unit and what comes into another under a name of which there can be only one.
    fn same_names(&self) -> Apart {
        let named = |kind: Symbol, body: ValueId| {
            let names = collide::names(self.inputs, kind).enumerate();
            names.filter_map(move |(number, places)| {
                let texts = places.iter().map(|place| collide::scalar(self.values, body, place));
                let texts = texts.collect::<Option<Vec<&str>>>()?;
                (!texts.is_empty()).then_some((number, texts))
            })
        };
        let mut left: FxHashMap<(Site, Symbol, usize, Vec<&str>), usize> = FxHashMap::default();
        for change in self.leaving.iter().filter(|change| change.action == Action::Delete) {
            let there = self.live.find(change.address).and_then(|id| self.live.get(id));
            let Some((unit, body)) = there.and_then(|there| self.home(there)).zip(change.before) else { continue };
            for (number, texts) in named(change.kind, body) {
                left.insert((change.site, change.kind, number, texts), unit);
            }
        }
        let mut same = Apart::new();
        if left.is_empty() {
            return same;
        }
        for ((id, desired), decision) in self.inputs.desired.iter().zip(self.decisions) {
            let is_new = decision.change.as_deref().is_some_and(|change| change.action == Action::Create);
            let unit = self.cut.unit_of.get(id.0 as usize).copied().flatten().filter(|_| is_new);
            let Some(to) = unit else { continue };
            for (number, texts) in named(desired.kind, decision.body) {
                let shown = texts.first().copied().unwrap_or_default();
                let why = format!("both are named \"{shown}\"");
                if let Some(&from) = left.get(&(desired.site, desired.kind, number, texts)).filter(|from| **from != to)
                {
                    same.entry((from, to)).or_insert_with(|| (names::block(desired.address.as_str()), why));
                }
            }
        }
        same
    }

    /// Where there is no room for both what leaves one unit and what comes into another.
    fn narrow(&self, lost: &[Side], gained: &[Side], apart: &mut Apart) {
        let mut pairs = |is: &dyn Fn(&Side) -> bool, why: &str| {
            let from = lost.iter().filter(|side| is(side)).map(|side| (side.unit, side.alone));
            let to = gained.iter().filter(|side| is(side)).map(|side| ((side.unit, side.alone), side.block.as_str()));
            let to: BTreeMap<(usize, bool), &str> = to.collect();
            let from: BTreeSet<(usize, bool)> = from.collect();
            for (from, old) in from {
                for (&(to, _), block) in to.iter().filter(|((to, new), _)| *to == from || !(old || *new)) {
                    apart.entry((from, to)).or_insert_with(|| ((*block).to_owned(), why.to_owned()));
                }
            }
        };
        for (place, why) in self.full(lost, gained) {
            pairs(&|side| side.is_reserved() && side.place() == place, &why);
        }
        for Narrow { site, shapes, market, why } in self.inputs.narrow {
            let is =
                |side: &Side| side.site == *site && side.holds.market == *market && shapes.contains(&side.holds.shape);
            pairs(&is, why);
        }
    }

    /// Reserved places of which there are not enough for all that run there now and all that come.
    fn full(&self, lost: &[Side], gained: &[Side]) -> Vec<(Place, String)> {
        let reserved = |sides: &[Side]| -> BTreeMap<Place, u64> {
            let mut nodes = BTreeMap::new();
            for side in sides.iter().filter(|side| side.is_reserved()) {
                *nodes.entry(side.place()).or_default() += u64::from(side.holds.nodes);
            }
            nodes
        };
        let (lost, mut needed) = (reserved(lost), reserved(gained));
        needed.retain(|place, _| lost.contains_key(place));
        if needed.is_empty() {
            return Vec::new();
        }
        // what the fleet reserves itself while nodes change hands: what is made is there before them, what goes goes
        // after
        let mut owned: BTreeMap<Place, u64> = BTreeMap::new();
        let at = |site: Site, holds: Holds| (site, holds.zone, holds.shape);
        let mut stays: BTreeSet<Symbol> = BTreeSet::new();
        let mut reserve = |site: Site, holds: Holds, nodes: u32| {
            *owned.entry(at(site, holds)).or_default() += u64::from(nodes);
        };
        for (desired, decision) in self.inputs.desired.iter().map(|(_, desired)| desired).zip(self.decisions) {
            let there = decision.live.and_then(|id| self.live.get(id));
            stays.extend(there.map(|there| there.address));
            let Some(after) = desired.holds.filter(|holds| holds.reserves_only) else { continue };
            let change = decision.change.as_deref();
            let before = there.and_then(Resource::holds_now);
            match before {
                // in its place it has no more on the way than at either end
                Some(before) if !change.is_some_and(|change| change.action.is_replace()) => {
                    reserve(desired.site, after, before.nodes.min(after.nodes));
                }
                _ => reserve(desired.site, after, after.nodes),
            }
            if let Some((before, there)) = before.zip(there).filter(|_| change.is_some_and(Change::keeps_old)) {
                reserve(there.site, before, before.nodes);
            }
        }
        for (_, resource) in self.live.iter() {
            for holds in resource.runs() {
                match needed.get_mut(&at(resource.site, holds)) {
                    Some(_) if holds.reserves_only && !stays.contains(&resource.address) => {
                        reserve(resource.site, holds, holds.nodes);
                    }
                    Some(nodes) if holds.market == Market::Reserved && !holds.reserves_only => {
                        *nodes += u64::from(holds.nodes);
                    }
                    _ => {}
                }
            }
        }
        let full = needed.into_iter().filter_map(|(place, needed)| {
            let (site, zone, shape) = place;
            let owned = owned.get(&place).copied().unwrap_or_default();
            let room = (self.inputs.granted)(site, zone, shape).saturating_add(owned);
            let count = group_thousands;
            let zone = zone.map_or_else(|| site.region.to_string(), |zone| zone.to_string());
            let why =
                || format!("{} of {shape} are reserved in {zone}, and both would take {}", count(room), count(needed));
            // where no reservation is known, nobody knows how many hold
            (room > 0 && needed > room).then(|| (place, why()))
        });
        full.collect()
    }
}

/// What a plan keeps of them: blocks of which what leaves goes before what comes, each with every reason.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StopsFirst {
    /// `pool.chat`.
    pub block: String,
    /// Why, in words.
    pub why: String,
    /// Both are in one unit: the cloud makes what comes first, and its nodes wait.
    pub within: bool,
}
