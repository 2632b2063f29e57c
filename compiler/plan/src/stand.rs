//! What stands on what: what stays in the cloud keeps what it stands on, since no service takes a network away from
//! under what is in it. Must not know any type: what can't go while it is used, the facts about changes say.

use std::collections::{VecDeque, hash_map::Entry};

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::Symbol;
use tonnage_graph::{Resource, Site, Values};
use tonnage_schema::{
    PathStep,
    effects::{Occasion, OnNodes},
};

use crate::change::{Action, Change, Reason, stopping};
use crate::decide::Decision;
use crate::effects::{Case, effects};
use crate::inputs::Inputs;
use crate::moved::LiveView;
use crate::names;

/// The word of the facts for what something that runs or holds data stands on.
pub(crate) const IN_USE: &str = "in_use";

/// What a change stands among.
#[derive(Default)]
pub struct Around {
    /// On these something stands that holds data, or so many nodes that run. Addresses are those of today's files.
    used: FxHashMap<Symbol, u64>,
    /// What is replaced: of which type, and what it follows.
    replaced: FxHashMap<Symbol, (Symbol, Vec<Symbol>)>,
    /// Where nodes of a block come that were not there: regions and zones.
    coming: FxHashMap<String, Vec<(Site, Symbol)>>,
}

impl Around {
    /// Of all that is decided.
    pub fn of(inputs: &Inputs<'_>, values: &Values, live: &LiveView<'_>, decisions: &[Decision]) -> Self {
        let mut around = Self::default();
        let changes = || decisions.iter().filter_map(|decision| decision.change.as_deref());
        for change in changes().filter(|change| change.action.is_replace()) {
            let follows = change.reasons.iter().filter_map(|reason| match reason {
                Reason::Cascade { from, .. } => Some(*from),
                _ => None,
            });
            around.replaced.insert(change.address, (change.kind, follows.collect()));
        }
        for change in changes().filter(|change| change.started() > 0) {
            if let Some(zone) = change.holds_after.and_then(|holds| holds.zone) {
                around.coming.entry(names::block(change.address.as_str())).or_default().push((change.site, zone));
            }
        }
        if !changes().any(|change| inputs.effects.asks(change.kind, IN_USE)) {
            return around;
        }
        let users = live.iter().map(|(_, resource)| resource).filter(|resource| is_there(resource));
        let mut stack = Vec::new();
        for user in users.filter(|user| running(user) > 0 || inputs.effects.holds_data(user.kind)) {
            let (mut waiting, mut seen) = (vec![user], FxHashSet::default());
            while let Some(resource) = waiting.pop() {
                for under in referred(values, live, resource, &mut stack) {
                    if seen.insert(under.address) {
                        *around.used.entry(live.address(under.address)).or_default() += u64::from(running(user));
                        waiting.push(under);
                    }
                }
            }
        }
        around
    }

    /// Whether something that runs or holds data stands on it.
    pub fn is_used(&self, address: Symbol) -> bool {
        self.used.contains_key(&address)
    }

    /// How many nodes run that stand on it.
    pub fn nodes_on(&self, address: Symbol) -> u64 {
        self.used.get(&address).copied().unwrap_or(0)
    }

    /// Whether nodes leave their zone by a change, since others of its block come in another zone of the same region.
    pub fn moves(&self, change: &Change) -> bool {
        let zone =
            change.holds_before.filter(|holds| holds.nodes > 0 && !holds.reserves_only).and_then(|holds| holds.zone);
        let coming = || self.coming.get(&names::block(change.address.as_str())).into_iter().flatten();
        zone.is_some_and(|zone| coming().any(|(site, other)| *site == change.site && *other != zone))
    }

    /// The types of what is replaced, of all that something follows which refers to this.
    pub fn follows(&self, from: Symbol) -> Vec<Symbol> {
        let mut kinds = Vec::new();
        let (mut waiting, mut seen) = (vec![from], FxHashSet::default());
        while let Some(address) = waiting.pop() {
            let Some((kind, follows)) = self.replaced.get(&address).filter(|_| seen.insert(address)) else { continue };
            kinds.push(*kind);
            waiting.extend(follows);
        }
        kinds.sort();
        kinds.dedup();
        kinds
    }
}

/// Where the old one of something is to be deleted.
enum Doomed {
    /// By the number of the decision to replace it.
    Replaced(usize),
    /// By its place among what leaves.
    Leaves(usize),
}

/// Something that stays as it is.
struct Stays<'a> {
    resource: &'a Resource,
    /// What it stays for.
    by: Symbol,
    /// It is kept by itself, with all it refers to. Otherwise nodes run on in it, with what can't go then.
    whole: bool,
}

/// Keeps what would be deleted under something that stays: what is kept itself stands on all it refers to; nodes that
/// run on stand on what can't go while they do. What is made for that is kept with it: a network's routes and rules
/// refer to the network, and not the other way about; a subnet on which nothing stands is no such thing. And so is what
/// is replaced in one unit while others still use it: they let go only when they change themselves.
pub fn keep(
    inputs: &Inputs<'_>,
    values: &Values,
    live: &LiveView<'_>,
    around: &Around,
    decisions: &mut [Decision],
    leaving: &mut [Change],
) {
    let mut doomed: FxHashMap<Symbol, Doomed> = FxHashMap::default();
    let mut stays: Vec<Stays<'_>> = Vec::new();
    for (number, decision) in decisions.iter().enumerate() {
        let there = decision.live.and_then(|id| live.get(id)).filter(|there| is_there(there));
        let change = decision.change.as_deref().filter(|change| change.action.is_replace());
        match there.zip(change) {
            Some((resource, change)) if change.keeps_old() => {
                stays.push(Stays { resource, by: change.address, whole: true });
            }
            Some((resource, _)) => _ = doomed.insert(resource.address, Doomed::Replaced(number)),
            None => {}
        }
    }
    for (number, change) in leaving.iter().enumerate() {
        let there = live.find(change.address).and_then(|id| live.get(id)).filter(|there| is_there(there));
        match there {
            Some(resource) if change.action == Action::Forget => {
                stays.push(Stays { resource, by: change.address, whole: true });
            }
            Some(resource) => _ = doomed.insert(resource.address, Doomed::Leaves(number)),
            None => {}
        }
    }
    if doomed.is_empty() {
        return;
    }
    stays.sort_by_key(|stays| stays.by); // whoever comes first by name is named
    let held = |resource: &Resource| !can_go(inputs, values, resource);
    let any_held = live.iter().any(|(_, resource)| doomed.contains_key(&resource.address) && held(resource));
    if any_held {
        let mut run_on: Vec<Stays<'_>> = Vec::new();
        for decision in decisions.iter() {
            let Some(resource) = decision.live.and_then(|id| live.get(id)).filter(|there| running(there) > 0) else {
                continue;
            };
            let change = decision.change.as_deref();
            if change.is_none_or(|change| !change.action.is_replace() && !all_stop(inputs, values, around, change)) {
                run_on.push(Stays { resource, by: live.address(resource.address), whole: false });
            }
        }
        run_on.sort_by_key(|stays| stays.by);
        stays.extend(run_on);
    }
    let mut stack = Vec::new();
    let mut beside: FxHashMap<Symbol, Vec<&Resource>> = FxHashMap::default();
    for (_, resource) in live.iter().filter(|(_, resource)| doomed.contains_key(&resource.address)) {
        if resource.holds.is_some() || inputs.effects.holds_data(resource.kind) {
            continue;
        }
        for under in referred(values, live, resource, &mut stack) {
            if doomed.contains_key(&under.address) && unit(under) == unit(resource) {
                beside.entry(under.address).or_default().push(resource);
            }
        }
    }
    beside.values_mut().for_each(|resources| resources.sort_by_key(|resource| resource.address));
    let mut kept = Kept { values, live, doomed: &doomed, beside: &beside, by: FxHashMap::default(), kept: Vec::new() };
    kept.walk(stays, &held);
    if any_held {
        let mut users: Vec<Stays<'_>> = Vec::new();
        for (_, user) in live.iter().filter(|(_, user)| is_there(user)) {
            let uses = |under: &&Resource| {
                matches!(doomed.get(&under.address), Some(Doomed::Replaced(_)))
                    && unit(under) != unit(user)
                    && held(under)
            };
            if referred(values, live, user, &mut stack).iter().any(uses) {
                users.push(Stays { resource: user, by: live.address(user.address), whole: false });
            }
        }
        users.sort_by_key(|user| user.by);
        kept.walk(users, &held);
    }
    for (address, by) in kept.by {
        match doomed.get(&address) {
            Some(Doomed::Replaced(number)) => {
                if let Some(change) = decisions.get_mut(*number).and_then(|decision| decision.change.as_mut()) {
                    change.reasons.push(Reason::StoodOn { by });
                }
            }
            Some(Doomed::Leaves(number)) => {
                if let Some(change) = leaving.get_mut(*number) {
                    change.action = Action::Forget;
                    change.reasons.insert(0, Reason::StoodOn { by });
                }
            }
            None => {}
        }
    }
}

struct Kept<'k, 'l> {
    values: &'k Values,
    live: &'k LiveView<'l>,
    doomed: &'k FxHashMap<Symbol, Doomed>,
    /// What refers to something that is to be deleted, of the same unit, and is to be deleted too.
    beside: &'k FxHashMap<Symbol, Vec<&'l Resource>>,
    /// By its address in the cloud, for whom it is kept.
    by: FxHashMap<Symbol, Symbol>,
    /// The same in the order in which it was found.
    kept: Vec<(&'l Resource, Symbol)>,
}

impl<'l> Kept<'_, 'l> {
    fn walk(&mut self, stays: Vec<Stays<'l>>, held: &dyn Fn(&Resource) -> bool) {
        let mut waiting: VecDeque<Stays<'l>> = stays.into();
        let mut seen: FxHashSet<Symbol> = FxHashSet::default();
        self.ground(&mut waiting, &mut seen, held);
        // what is kept works only with what is made for it, routes and rules, but not with others of its own type, nor
        // with what is made for those
        let kinds: FxHashSet<Symbol> = self.kept.iter().map(|(resource, _)| resource.kind).collect();
        let mut stack = Vec::new();
        let mut at = 0;
        while let Some((resource, by)) = self.kept.get(at).copied() {
            at += 1;
            for beside in self.beside.get(&resource.address).into_iter().flatten() {
                let is_kept = |of: &Resource| !kinds.contains(&of.kind) || self.by.contains_key(&of.address);
                let under = referred(self.values, self.live, beside, &mut stack);
                if is_kept(beside) && under.into_iter().all(|of| !self.doomed.contains_key(&of.address) || is_kept(of))
                {
                    self.keep(beside, by, &mut waiting);
                    self.ground(&mut waiting, &mut seen, held);
                }
            }
        }
    }

    /// Keeps what others stand on.
    fn ground(
        &mut self,
        waiting: &mut VecDeque<Stays<'l>>,
        seen: &mut FxHashSet<Symbol>,
        held: &dyn Fn(&Resource) -> bool,
    ) {
        let mut stack = Vec::new();
        while let Some(Stays { resource, by, whole }) = waiting.pop_front() {
            for under in referred(self.values, self.live, resource, &mut stack) {
                let doomed = self.doomed.contains_key(&under.address);
                if doomed && (whole || held(under)) {
                    self.keep(under, by, waiting);
                } else if !whole && seen.insert(under.address) {
                    // what nodes were started with leads on to what they stand on
                    waiting.push_back(Stays { resource: under, by, whole });
                }
            }
        }
    }

    fn keep(&mut self, resource: &'l Resource, by: Symbol, waiting: &mut VecDeque<Stays<'l>>) {
        if let Entry::Vacant(entry) = self.by.entry(resource.address) {
            entry.insert(by);
            self.kept.push((resource, by));
            waiting.push_back(Stays { resource, by, whole: true });
        }
    }
}

/// Whether nothing that runs in it is left when it has changed.
fn all_stop(inputs: &Inputs<'_>, values: &Values, around: &Around, change: &Change) -> bool {
    let effects = effects(inputs, values, around, change);
    stopping(&effects).unwrap_or(0) >= change.holds_before.map_or(0, |holds| u64::from(holds.nodes))
}

/// Whether it can be deleted while it is used.
fn can_go(inputs: &Inputs<'_>, values: &Values, resource: &Resource) -> bool {
    let case = Case { values, body: Some(resource.body), beside: &[], words: vec![IN_USE] };
    let row = inputs.effects.find(resource.kind, Occasion::Delete, &[] as &[PathStep], &case);
    row.is_none_or(|row| row.nodes != OnNodes::Refused || !inputs.effects.asks(resource.kind, IN_USE))
}

fn is_there(resource: &Resource) -> bool {
    resource.live.as_deref().is_some_and(|facts| facts.physical_id.is_some())
}

fn running(resource: &Resource) -> u32 {
    let holds = resource.holds_now().filter(|holds| !holds.reserves_only);
    holds.filter(|_| is_there(resource)).map_or(0, |holds| holds.nodes)
}

fn unit(resource: &Resource) -> (Site, Option<Symbol>) {
    (resource.site, resource.live.as_deref().map(|facts| facts.unit))
}

/// Live resources that a live one refers to.
fn referred<'l>(
    values: &Values,
    live: &LiveView<'l>,
    resource: &Resource,
    stack: &mut Vec<tonnage_graph::ValueId>,
) -> Vec<&'l Resource> {
    let applied = resource.live.as_deref().and_then(|facts| facts.applied).unwrap_or(resource.body);
    let mut found: Vec<&Resource> = Vec::new();
    values.each_reference(applied, stack, |reference| {
        // References still bear the address under which it was applied.
        let under = live.find(live.address(reference.address)).and_then(|id| live.get(id));
        found.extend(under.filter(|under| is_there(under)));
    });
    found
}
