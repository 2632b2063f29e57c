//! The cut of desired resources into units. Must not know what happens to a resource, nor any cloud.
//!
//! The cut is stable: a resource that is live stays in its unit, whatever else comes or goes. New ones go, each after
//! what it refers to and otherwise by address, to the last unit of their scope that has room, else to a new one. Units
//! never mix scopes, and never wait for each other in a circle.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{Reference, Resource, ResourceId, Site, ValueId, Values, Walk};

use crate::decide::Decision;
use crate::emit::{Emitter, Limits};
use crate::identity::is_importing;
use crate::inputs::Inputs;
use crate::moved::LiveView;
use crate::names;
use crate::reach::Waits;
use crate::room::{Need, Room};

/// A unit while it is being filled.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name.
    pub name: Symbol,
    /// Where.
    pub site: Site,
    /// The scope of what is in it; none while nothing is.
    pub scope: Option<Symbol>,
    /// Its number among the live units given, where it is one of them.
    pub facts: Option<usize>,
    /// Desired resources in it.
    pub members: Vec<ResourceId>,
    number: u32,
    room: Option<Room>,
}

impl Draft {
    /// Whether all that is in it stays as it is, unseen.
    pub fn rests(&self, inputs: &Inputs<'_>) -> bool {
        self.facts.and_then(|facts| inputs.live_units.get(facts)).is_some_and(|facts| facts.rests)
    }
}

/// Which resource is in which unit.
pub struct Cut {
    /// Units, live ones first.
    pub drafts: Vec<Draft>,
    /// The unit of each desired resource, by its id; none where it fits nowhere (an error was given).
    pub unit_of: Vec<Option<usize>>,
    /// Which unit waits for which.
    pub waits: Waits,
    by_name: FxHashMap<(Site, Symbol), usize>,
}

impl Cut {
    /// The unit of this name.
    pub fn find(&self, site: Site, name: Symbol) -> Option<usize> {
        self.by_name.get(&(site, name)).copied()
    }

    fn add(&mut self, name: Symbol, site: Site, facts: Option<usize>) -> usize {
        let unit = self.drafts.len();
        self.drafts.push(Draft { name, site, scope: None, facts, members: Vec::new(), number: 0, room: None });
        self.by_name.insert((site, name), unit);
        self.waits.grow(unit + 1);
        unit
    }
}

/// Cuts the desired resources into units.
pub fn cut(
    inputs: &Inputs<'_>,
    values: &Values,
    live: &LiveView<'_>,
    walk: &Walk,
    decisions: &[Decision],
    diagnostics: &mut Vec<Diagnostic>,
) -> Cut {
    let mut cut = Cut {
        drafts: Vec::new(),
        unit_of: vec![None; inputs.desired.len()],
        waits: Waits::default(),
        by_name: FxHashMap::default(),
    };
    for (position, facts) in inputs.live_units.iter().enumerate() {
        if cut.find(facts.site, facts.name).is_none() {
            cut.add(facts.name, facts.site, Some(position));
        }
    }
    for (_, resource) in live.iter().filter(|(_, resource)| !is_importing(resource)) {
        if let Some(unit) = resource.live.as_deref().map(|facts| facts.unit)
            && cut.find(resource.site, unit).is_none()
        {
            cut.add(unit, resource.site, None);
        }
    }
    let mut fresh: Vec<ResourceId> = Vec::new();
    let mut previous = None;
    for (id, desired) in inputs.desired.iter() {
        let home = decisions.get(id.0 as usize).and_then(|decision| decision.live).and_then(|id| live.get(id));
        let unit = home
            .filter(|home| home.site == desired.site && !is_importing(home))
            .and_then(|home| home.live.as_deref())
            .and_then(|facts| {
                match previous {
                    // Neighbours are mostly in the same unit.
                    Some((site, name, unit)) if site == desired.site && name == facts.unit => Some(unit),
                    _ => {
                        let unit = cut.find(desired.site, facts.unit)?;
                        previous = Some((desired.site, facts.unit, unit));
                        Some(unit)
                    }
                }
            });
        match unit.and_then(|unit| cut.drafts.get_mut(unit)) {
            Some(draft) => {
                draft.members.push(id);
                draft.scope.get_or_insert(desired.scope);
                if let Some(slot) = cut.unit_of.get_mut(id.0 as usize) {
                    *slot = unit;
                }
            }
            None => fresh.push(id),
        }
    }
    let mut filling =
        Filling { inputs, values, walk, decisions, cut, chains: FxHashMap::default(), bases: FxHashMap::default() };
    filling.settled_edges(diagnostics);
    if !fresh.is_empty() {
        filling.name_bases();
        filling.chain_units();
        for id in filling.in_order(fresh) {
            filling.place(id, diagnostics);
        }
    }
    filling.cut
}

struct Filling<'a, 'i> {
    inputs: &'a Inputs<'i>,
    values: &'a Values,
    walk: &'a Walk,
    decisions: &'a [Decision],
    cut: Cut,
    /// Units of a scope, by number and name.
    chains: FxHashMap<(Site, Symbol), Vec<usize>>,
    bases: FxHashMap<(Site, Symbol), String>,
}

impl Filling<'_, '_> {
    fn unit(&self, id: ResourceId) -> Option<usize> {
        self.cut.unit_of.get(id.0 as usize).copied().flatten()
    }

    fn body(&self, id: ResourceId) -> ValueId {
        self.decisions.get(id.0 as usize).map_or(ValueId(u32::MAX), |decision| decision.body)
    }

    /// Edges among the units of resources that stay where they are.
    fn settled_edges(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
        let mut edges: Vec<(usize, usize, ResourceId, ResourceId)> = Vec::new();
        let mut last = (usize::MAX, usize::MAX);
        // Those of resources that do not change come first: where a circle closes, a change is what closes it.
        for changing in [false, true] {
            for (id, decision) in (0u32..).map(ResourceId).zip(self.decisions) {
                let Some(unit) = self.unit(id).filter(|_| decision.change.is_some() == changing) else { continue };
                for &other in self.walk.dependencies(id) {
                    if let Some(there) = self.unit(other)
                        && there != unit
                        && (unit, there) != last
                    {
                        last = (unit, there);
                        if seen.insert((unit, there)) {
                            edges.push((unit, there, id, other));
                        }
                    }
                }
            }
        }
        for (unit, there, id, other) in edges {
            if let Err(circle) = self.cut.waits.add(&[(unit, there)]) {
                diagnostics.push(self.circle(id, other, &circle));
            }
        }
    }

    /// One base for each scope of a site, told apart where two have the same letters.
    fn name_bases(&mut self) {
        let mut scopes: Vec<(Site, Symbol)> = Vec::new();
        let mut seen: FxHashSet<(Site, Symbol)> = FxHashSet::default();
        for (_, desired) in self.inputs.desired.iter() {
            if seen.insert((desired.site, desired.scope)) {
                scopes.push((desired.site, desired.scope));
            }
        }
        let base = |scope, apart| names::unit_base(self.inputs.fleet, scope, apart);
        let mut count: FxHashMap<(Site, String), usize> = FxHashMap::default();
        for &(site, scope) in &scopes {
            *count.entry((site, base(scope, false))).or_default() += 1;
        }
        for (site, scope) in scopes {
            let short = base(scope, false);
            let alone = count.get(&(site, short.clone())).is_none_or(|&n| n == 1);
            self.bases.insert((site, scope), if alone { short } else { base(scope, true) });
        }
    }

    /// The units of each scope: those that hold it, and empty ones that bear its name.
    fn chain_units(&mut self) {
        let mut bases: Vec<(&(Site, Symbol), &String)> = self.bases.iter().collect();
        bases.sort();
        // Empty units are looked up by the part of their name before the number.
        let named: FxHashMap<(Site, &str), Symbol> =
            bases.iter().map(|((site, scope), base)| ((*site, base.as_str()), *scope)).collect();
        for (unit, draft) in self.cut.drafts.iter_mut().enumerate() {
            // what is in it is not known here, so nothing comes into it
            if draft.rests(self.inputs) {
                continue;
            }
            let stem = draft.name.as_str().rsplit_once('-').map_or("", |(stem, _)| stem);
            draft.number = names::unit_number(draft.name, stem).unwrap_or(0);
            if draft.scope.is_none() && draft.number > 0 {
                draft.scope = named.get(&(draft.site, stem)).copied();
            }
            if let Some(scope) = draft.scope {
                self.chains.entry((draft.site, scope)).or_default().push(unit);
            }
        }
        let drafts = &self.cut.drafts;
        for chain in self.chains.values_mut() {
            chain.sort_by_key(|&unit| drafts.get(unit).map(|draft| (draft.number, draft.name)));
        }
    }

    /// New resources, each after the new ones it refers to, otherwise by address: what belongs together comes together.
    fn in_order(&self, mut fresh: Vec<ResourceId>) -> Vec<ResourceId> {
        let address = |id: &ResourceId| self.inputs.desired.get(*id).map(|r| r.address);
        fresh.sort_by_cached_key(address);
        let mut waiting = vec![false; self.inputs.desired.len()];
        for id in &fresh {
            if let Some(slot) = waiting.get_mut(id.0 as usize) {
                *slot = true;
            }
        }
        let mut order = Vec::with_capacity(fresh.len());
        let mut stack: Vec<(ResourceId, bool)> = Vec::new();
        for id in fresh {
            stack.push((id, false));
            while let Some((id, entered)) = stack.pop() {
                if entered {
                    order.push(id);
                } else if let Some(slot @ true) = waiting.get_mut(id.0 as usize) {
                    *slot = false;
                    stack.push((id, true));
                    let mut needs: Vec<ResourceId> = self.walk.dependencies(id).to_vec();
                    needs.sort_by_cached_key(address);
                    stack.extend(needs.into_iter().rev().map(|need| (need, false)));
                }
            }
        }
        order
    }

    fn place(&mut self, id: ResourceId, diagnostics: &mut Vec<Diagnostic>) {
        let Some(desired) = self.inputs.desired.get(id) else { return };
        let Some(emitter) = (self.inputs.emitter)(desired.site) else {
            diagnostics.push(no_cloud(desired.site, &format!("`{}` is to be made", desired.address)));
            return;
        };
        let limits = emitter.limits();
        let bytes = emitter.size_bound(&Resource { body: self.body(id), ..desired.clone() }, self.values);
        let alone = self.need(id, bytes, None);
        if let Some(problem) = too_large(desired, &alone, limits, emitter.base_size()) {
            diagnostics.push(problem);
            return;
        }
        let key = (desired.site, desired.scope);
        let chain = self.chains.get(&key).cloned().unwrap_or_default();
        // The last unit of the scope; a new one; and where both would make units wait for each other, any with room.
        let mut circle = None;
        let (last, earlier) = match chain.split_last() {
            Some((last, earlier)) => (Some(*last), earlier),
            None => (None, &[][..]),
        };
        let candidates = last.into_iter().map(Some).chain([None]).chain(earlier.iter().rev().copied().map(Some));
        for candidate in candidates {
            let unit = match candidate {
                Some(unit) => unit,
                None => self.cut.drafts.len(),
            };
            if candidate.is_some() {
                self.measure(unit, emitter);
                let need = self.need(id, bytes, Some(unit));
                let room = self.cut.drafts.get(unit).and_then(|draft| draft.room.as_ref());
                if !room.is_some_and(|room| room.takes(&need, limits)) {
                    continue;
                }
            }
            let edges = self.edges(id, unit);
            match self.cut.waits.add(&edges) {
                Ok(()) => {
                    let unit = candidate.unwrap_or_else(|| self.open(key, emitter));
                    self.put(id, unit, bytes);
                    return;
                }
                Err(found) => circle = circle.or(Some((found, unit))),
            }
        }
        if let Some((found, unit)) = circle {
            // The circle runs through a unit that is not made: shown by the scope's name.
            let names: Vec<String> = found
                .iter()
                .map(|&at| match self.cut.drafts.get(at) {
                    Some(draft) if at != unit || at < self.cut.drafts.len() => draft.name.to_string(),
                    _ => format!("a unit for `{}`", desired.address),
                })
                .collect();
            diagnostics.push(circle_problem(desired, &names));
        }
    }

    /// Edges that a resource brings when it comes into a unit.
    fn edges(&self, id: ResourceId, unit: usize) -> Vec<(usize, usize)> {
        let mut edges: Vec<(usize, usize)> = Vec::new();
        edges.extend(self.walk.dependencies(id).iter().filter_map(|&other| self.unit(other)).map(|to| (unit, to)));
        edges.extend(self.walk.dependents(id).iter().filter_map(|&other| self.unit(other)).map(|from| (from, unit)));
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Opens a new unit for a scope.
    fn open(&mut self, key: (Site, Symbol), emitter: &dyn Emitter) -> usize {
        let (site, scope) = key;
        let base = self.bases.get(&key).cloned().unwrap_or_else(|| names::unit_base(self.inputs.fleet, scope, true));
        let chain = self.chains.entry(key).or_default();
        let drafts = &self.cut.drafts;
        let mut number = chain
            .iter()
            .filter_map(|&u| drafts.get(u))
            .filter_map(|d| names::unit_number(d.name, &base))
            .max()
            .unwrap_or(0);
        let name = loop {
            number = number.saturating_add(1);
            let name = Symbol::new(&format!("{base}-{number}"));
            if !self.cut.by_name.contains_key(&(site, name)) || number == u32::MAX {
                break name;
            }
        };
        let unit = self.cut.add(name, site, None);
        if let Some(draft) = self.cut.drafts.get_mut(unit) {
            draft.scope = Some(scope);
            draft.number = number;
            draft.room = Some(Room::new(emitter.base_size()));
        }
        self.chains.entry(key).or_default().push(unit);
        unit
    }

    fn put(&mut self, id: ResourceId, unit: usize, bytes: usize) {
        let need = self.need(id, bytes, Some(unit));
        if let Some(draft) = self.cut.drafts.get_mut(unit) {
            if let Some(room) = &mut draft.room {
                room.put(&need);
            }
            draft.members.push(id);
        }
        if let Some(slot) = self.cut.unit_of.get_mut(id.0 as usize) {
            *slot = Some(unit);
        }
    }

    /// Measures a live unit when something new may come into it. Units that nothing comes into are never measured.
    fn measure(&mut self, unit: usize, emitter: &dyn Emitter) {
        let Some(draft) = self.cut.drafts.get(unit).filter(|draft| draft.room.is_none()) else { return };
        let members = draft.members.clone();
        // Its members come in one after the other, as if each were new, so that one rule counts.
        let mut room = Room::new(emitter.base_size());
        let mut inside: FxHashSet<ResourceId> = FxHashSet::default();
        for id in members {
            let Some(desired) = self.inputs.desired.get(id) else { continue };
            let bytes = emitter.size_bound(&Resource { body: self.body(id), ..desired.clone() }, self.values);
            let need = self.need_by(id, bytes, |other| inside.contains(&other));
            room.put(&need);
            inside.insert(id);
        }
        if let Some(draft) = self.cut.drafts.get_mut(unit) {
            draft.room = Some(room);
        }
    }

    fn need(&self, id: ResourceId, bytes: usize, unit: Option<usize>) -> Need {
        self.need_by(id, bytes, |other| unit.is_some() && self.unit(other) == unit)
    }

    /// What a resource asks of a unit, given which others are in it.
    fn need_by(&self, id: ResourceId, bytes: usize, inside: impl Fn(ResourceId) -> bool) -> Need {
        let mut stack = Vec::new();
        let mut takes: Vec<Reference> = Vec::new();
        self.values.each_reference(self.body(id), &mut stack, |reference| takes.push(reference));
        takes.sort_unstable();
        takes.dedup();
        let takes = takes
            .into_iter()
            // A secret is a parameter of its unit in some clouds: room is left for it in all.
            .filter_map(|r| match r.secret() {
                Some(_) => Some((r, false)),
                None => self.inputs.desired.find(r.address).map(|target| (r, inside(target))),
            })
            .collect();
        let address = self.inputs.desired.get(id).map(|r| r.address);
        let mut given: Vec<Reference> = Vec::new();
        let mut own: Vec<Reference> = Vec::new();
        let mut all: Vec<Reference> = Vec::new();
        for &other in self.walk.dependents(id) {
            own.clear();
            self.values.each_reference(self.body(other), &mut stack, |r| {
                own.extend(Some(r).filter(|r| Some(r.address) == address))
            });
            own.sort_unstable();
            own.dedup();
            all.extend(&own);
            if !inside(other) {
                given.extend(&own);
            }
        }
        all.sort_unstable();
        all.dedup();
        given.sort_unstable();
        let count = |r: &Reference| given.partition_point(|g| g <= r) - given.partition_point(|g| g < r);
        Need { bytes, takes, gives: all.into_iter().map(|r| (r, count(&r))).collect() }
    }

    fn circle(&self, id: ResourceId, other: ResourceId, circle: &[usize]) -> Diagnostic {
        let names: Vec<String> =
            circle.iter().filter_map(|&unit| self.cut.drafts.get(unit)).map(|draft| draft.name.to_string()).collect();
        let address = |id| self.inputs.desired.get(id).map_or("", |r: &Resource| r.address.as_str());
        let mut problem = match self.inputs.desired.get(id) {
            Some(desired) => circle_problem(desired, &names),
            None => Diagnostic::new(Severity::Error, codes::T0608, "units would wait for each other"),
        };
        problem.message = format!("{}: `{}` refers to `{}`", problem.message, address(id), address(other));
        problem
    }
}

fn circle_problem(desired: &Resource, names: &[String]) -> Diagnostic {
    let first = names.first().map_or("", String::as_str);
    let message = format!("units would wait for each other: {} → {first}", names.join(" → "));
    placed(desired, Diagnostic::new(Severity::Error, codes::T0608, message)).with_help(format!(
        "what is live stays in its unit; leave the reference out, or rename `{}` without a `moved` block, so that it is made anew",
        desired.address
    ))
}

/// A resource that no unit of its cloud can hold.
fn too_large(desired: &Resource, need: &Need, limits: Limits, base: usize) -> Option<Diagnostic> {
    let outputs = need.gives.iter().filter(|(_, others)| *others > 0).count();
    let what = if base + need.bytes > limits.bytes {
        format!("{} bytes of {}", need.bytes, limits.bytes.saturating_sub(base))
    } else if need.takes.len() > limits.parameters {
        format!("{} references to others and secrets, where a unit takes {}", need.takes.len(), limits.parameters)
    } else if outputs > limits.outputs {
        format!("{outputs} of its values are used by others, where a unit gives {}", limits.outputs)
    } else if limits.resources == 0 {
        "a unit takes no resources at all".to_owned()
    } else {
        return None;
    };
    let message = format!("`{}` does not fit into a unit of its own: {what}", desired.address);
    Some(
        placed(desired, Diagnostic::new(Severity::Error, codes::T0609, message))
            .with_help("put long scripts into the image, or into a bucket from which they are fetched"),
    )
}

/// A site that no `cloud` block names.
pub fn no_cloud(site: Site, what: &str) -> Diagnostic {
    let message = format!("no `cloud` block reaches {}/{}, where {what}", site.cloud, site.region);
    Diagnostic::new(Severity::Error, codes::T0612, message)
        .with_help(format!("keep the `cloud \"{}\"` block until nothing of the fleet is in it", site.cloud))
}

/// At the block that asks for the resource.
pub fn placed(desired: &Resource, diagnostic: Diagnostic) -> Diagnostic {
    match desired.declared {
        Some(span) => diagnostic.at(span, ""),
        None => diagnostic,
    }
}
