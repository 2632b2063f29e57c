//! What happens to each resource, and why. Must not know units, nor how a cloud does it.

use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{
    Disposal, Holds, Live, Node, Reference, ReplaceOrder, Resource, ResourceGraph, ResourceId, ValueId, Values, Walk,
    secret::{conceal, is_hidden},
};
use tonnage_schema::{PathStep, ResourceType, path};

use crate::change::{Action, Change, Choice, Drift, DriftedProperty, PropertyDiff, Reason};
use crate::compare::{Comparison, Fate, Substitution};
use crate::cut::placed;
use crate::diff::{Difference, differences};
use crate::effects::{Case, beside, leaves_size, within, words_of};
use crate::emit::Emitter;
use crate::identity;
use crate::inputs::Inputs;
use crate::model::UnitId;
use crate::moved::LiveView;
use crate::opening;
use crate::parts::Parts;
use crate::unset::{self, Unset};

mod own;

/// What is decided about a desired resource.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What is there in its place.
    pub live: Option<ResourceId>,
    /// As others see it.
    pub fate: Fate,
    /// The body that its unit will hold, with references: the desired one, but for ignored properties.
    pub body: ValueId,
    /// None: nothing. Unit and name inside it are filled in by the cut.
    pub change: Option<Box<Change>>,
}

/// What is decided about all of them.
pub struct Decided {
    /// In order of the ids of the desired resources.
    pub decisions: Vec<Decision>,
    /// What others did, in the order in which it was met.
    pub drift: Vec<Drift>,
}

/// Decides about every desired resource.
pub fn decide(
    inputs: &Inputs<'_>,
    values: &mut Values,
    live: &mut LiveView<'_>,
    walk: &Walk,
    diagnostics: &mut Vec<Diagnostic>,
) -> Decided {
    let parts = Parts::new(inputs.volatile, inputs.schemas, values, live);
    let undecided = Decision { live: None, fate: Fate::Created, body: ValueId(u32::MAX), change: None };
    let mut judge = Judge {
        inputs,
        values,
        live,
        parts,
        substitution: Substitution::default(),
        decisions: vec![undecided; inputs.desired.len()],
        drift: Vec::new(),
        diagnostics,
    };
    for &id in walk.order() {
        let Some(desired) = inputs.desired.get(id) else { continue };
        let decision = judge.resource(desired, walk.dependencies(id));
        if let Some(slot) = judge.decisions.get_mut(id.0 as usize) {
            *slot = decision;
        }
    }
    Decided { decisions: judge.decisions, drift: judge.drift }
}

/// A resource of which more is on record than what files say.
struct Beside {
    /// What is to be there.
    body: ValueId,
    /// As applied and as live.
    sides: [ValueId; 2],
    others: Option<Others>,
}

/// What others did to properties that no file sets, beside all that was and is reported of such.
struct Others {
    found: Vec<DriftedProperty>,
    recorded: ValueId,
    reported: ValueId,
}

struct Judge<'a, 'i, 'l> {
    inputs: &'a Inputs<'i>,
    values: &'a mut Values,
    live: &'a mut LiveView<'l>,
    parts: Parts<'i>,
    substitution: Substitution,
    decisions: Vec<Decision>,
    drift: Vec<Drift>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Judge<'a, '_, '_> {
    fn resource(&mut self, desired: &Resource, dependencies: &[ResourceId]) -> Decision {
        let Some(live_id) = self.live.find(desired.address) else {
            return self.create(desired, None, vec![Reason::New]);
        };
        let Some(live) = self.live.get(live_id) else { return self.create(desired, None, vec![Reason::New]) };
        let facts = live.live.as_deref();
        if facts.is_none_or(|facts| facts.physical_id.is_none()) {
            // Nothing where something was: a cloud says so of what it knows to be deleted.
            let deleted = self.values.node(live.body) == Node::Null;
            if let Some(applied) = facts.and_then(|facts| facts.applied).filter(|_| deleted) {
                self.drifted(desired, live, applied, None, Vec::new());
                if (self.inputs.ignore_drift)(desired.address, "") {
                    self.diagnostics.push(stays_deleted(desired));
                }
            }
            let reason = if deleted { Reason::Deleted } else { Reason::Missing };
            return self.create(desired, Some(live_id), vec![reason]);
        }
        let applied = self.live.rewrite(self.values, facts.and_then(|facts| facts.applied).unwrap_or(live.body));
        let actual = self.live.rewrite(self.values, live.body);
        let moved = live.address != desired.address;
        // The whole work for a resource that nothing happens to, but for what it refers to.
        let settled = desired.body == applied && applied == actual;
        let importing = identity::is_importing(live);
        if settled
            && !moved
            && !importing
            && desired.kind == live.kind
            && desired.site == live.site
            && desired.holds == live.holds
            && desired.lifecycle.on_delete == live.lifecycle.on_delete
            && desired.lifecycle.update_policy == live.lifecycle.update_policy
            && facts.is_none_or(|facts| facts.reported.is_none_or(|reported| facts.recorded == Some(reported)))
            && dependencies.iter().all(|&id| self.decisions.get(id.0 as usize).is_some_and(|d| d.fate == Fate::Kept))
        {
            return Decision { live: Some(live_id), fate: Fate::Kept, body: desired.body, change: None };
        }
        let beside = unset::sides(live).map(|sides| self.beside(desired, live, [applied, actual], sides));
        let (wanted, [applied, actual], others) = match beside {
            Some(Beside { body, sides, others }) => (Some(Resource { body, ..desired.clone() }), sides, others),
            None => (None, [applied, actual], None),
        };
        let desired = wanted.as_ref().unwrap_or(desired);
        let settled = desired.body == applied && applied == actual;
        // What the file calls a secret may be written openly in what was applied or is live.
        let [applied, actual] = [applied, actual].map(|side| conceal(self.values, desired.body, side));
        let (body, mut found) = self.compare(desired, applied, actual);
        let ignored = if settled { Vec::new() } else { self.ignored(desired, &mut found) };
        let choice = |d: &Difference, ignored: bool| match (ignored, d.conflict) {
            (true, _) => Choice::Ignore,
            (false, true) => Choice::Overwrite,
            (false, false) => Choice::Revert,
        };
        let (access, values) = (self.inputs.access, &*self.values);
        let opens = |kind, path: &str, applied, live| {
            opening::opens(access, values, (kind, &path::parse(path)), (applied, live))
        };
        let said = |list: &[Difference], ignored: bool| -> Vec<DriftedProperty> {
            let theirs = list.iter().filter(|d| d.drift || d.conflict);
            theirs
                .map(|d| DriftedProperty {
                    path: d.path.clone(),
                    applied: d.applied,
                    live: d.before,
                    desired: d.after,
                    choice: choice(d, ignored),
                    owner: d.top.and_then(|top| owner_of(desired, top)),
                    access: opens(desired.kind, &d.path, d.applied, d.before),
                })
                .collect()
        };
        let mut properties = said(&found, false);
        properties.extend(said(&ignored, true));
        let [was, is] = match others {
            Some(Others { found, recorded, reported }) => {
                properties.extend(found);
                [self.values.merge(recorded, applied), self.values.merge(reported, actual)]
            }
            None => [applied, actual],
        };
        if !properties.is_empty() {
            self.drifted(desired, live, was, Some(is), properties);
        }
        let mut left: Vec<Symbol> = ignored.iter().filter_map(|d| d.top).collect();
        left.extend(&desired.lifecycle.ignore);
        left.extend(desired.lifecycle.owned.iter().map(|(property, _)| *property));
        left.sort();
        left.dedup();
        self.conclude(desired, (live_id, live), body, found, &left, [applied, actual])
    }

    /// Properties that no file sets are held against what is on record of them. What is to be put back comes into all
    /// sides, as if a file said it; what was put back once stays, though no file says it; and of what a file says that
    /// it did not say before, it is known what it was.
    fn beside(
        &mut self,
        desired: &Resource,
        live: &Resource,
        [applied, actual]: [ValueId; 2],
        (recorded, reported): (ValueId, ValueId),
    ) -> Beside {
        let held = self.values.common(recorded, applied);
        let mut body = self.values.merge(held, desired.body);
        let kind = self.kind(desired.kind);
        let [mut applied, mut actual] = [(applied, recorded), (actual, reported)].map(|(side, told)| {
            let (said, _) = self.values.split(body, told);
            let said = unset::changeable(self.values, kind, said);
            self.values.merge(said, side)
        });
        let comparison =
            Comparison { values: self.values, live: self.live, kind, unknown_as_reference: false, policy: false };
        let mut found = Vec::new();
        for unset in unset::differences(&self.parts, &comparison, live, body, (recorded, reported)) {
            let unset = unset.alone(self.values);
            let path = unset.path();
            let owner = unset.keys.first().and_then(|top| owner_of(desired, *top));
            let asked = |asked: &dyn Fn(Symbol, &str) -> bool| asked(desired.address, &path);
            let choice = match owner {
                Some(_) => Choice::Ignore,
                None if unset.recorded.is_some() && asked(self.inputs.revert_drift) => {
                    body = self.values.put(body, &unset.keys, unset.recorded);
                    applied = self.values.put(applied, &unset.keys, unset.recorded);
                    actual = self.values.put(actual, &unset.keys, unset.reported);
                    continue;
                }
                None if asked(self.inputs.ignore_drift) => Choice::Accept,
                None => Choice::Leave,
            };
            let Unset { recorded: applied, reported: live, .. } = unset;
            let keys: Vec<PathStep> = unset.keys.iter().copied().map(PathStep::Key).collect();
            let access = opening::opens(self.inputs.access, self.values, (desired.kind, &keys), (applied, live));
            found.push(DriftedProperty { path, applied, live, desired: None, choice, owner, access });
        }
        let others = (!found.is_empty()).then_some(Others { found, recorded, reported });
        Beside { body, sides: [applied, actual], others }
    }

    /// The desired body with what does not exist yet made unknown, and its differences.
    fn compare(&mut self, desired: &Resource, applied: ValueId, actual: ValueId) -> (ValueId, Vec<Difference>) {
        let body = self.substitute(desired.body);
        let comparison = Comparison {
            values: self.values,
            live: self.live,
            kind: self.kind(desired.kind),
            unknown_as_reference: false,
            policy: false,
        };
        (body, differences(&comparison, body, applied, actual))
    }

    /// Takes out what is not the plan's to change: properties that the file leaves to others, and what others did that
    /// is to stay as asked for with this plan. Such a property stays as a whole, so it must not be changed otherwise
    /// too.
    fn ignored(&mut self, desired: &Resource, found: &mut Vec<Difference>) -> Vec<Difference> {
        let by_file = |d: &Difference| d.top.is_some_and(|top| owner_of(desired, top).is_some());
        let asked = |d: &Difference| d.drift && (self.inputs.ignore_drift)(desired.address, &d.path);
        let mut ignored: Vec<Difference> = found.extract_if(.., |d| by_file(d)).collect();
        let mixed: Vec<Symbol> = found.iter().filter(|d| !asked(d)).filter_map(|d| d.top).collect();
        for difference in found.iter().filter(|d| asked(d) && d.top.is_some_and(|top| mixed.contains(&top))) {
            let top = difference.top.map_or("", Symbol::as_str);
            let message = format!(
                "the drift of {}.{} can't be ignored: the plan changes something else in `{top}`",
                desired.address, difference.path
            );
            let help = format!(
                "`tonnage adopt '{0}.{1}'` writes it into the file; `-ignore-drift '{0}.{top}'` leaves all of it alone",
                desired.address, difference.path
            );
            let warning = Diagnostic::new(Severity::Warning, codes::T0627, message).with_help(help);
            self.diagnostics.push(placed(desired, warning));
        }
        ignored.extend(found.extract_if(.., |d| asked(d) && !d.top.is_some_and(|top| mixed.contains(&top))));
        ignored
    }

    fn drifted(
        &mut self,
        desired: &Resource,
        live: &Resource,
        applied: ValueId,
        actual: Option<ValueId>,
        properties: Vec<DriftedProperty>,
    ) {
        self.drift.push(Drift {
            address: desired.address,
            kind: live.kind,
            site: live.site,
            physical_id: live.live.as_deref().and_then(Live::id),
            unit: live.live.as_deref().map_or(live.scope, |live| live.unit),
            local_name: live.live.as_deref().map_or(desired.address, Live::name),
            applied,
            live: actual,
            properties,
        });
    }

    fn conclude(
        &mut self,
        desired: &Resource,
        (live_id, live): (ResourceId, &Resource),
        body: ValueId,
        differences: Vec<Difference>,
        ignored: &[Symbol],
        [applied, actual]: [ValueId; 2],
    ) -> Decision {
        let mut reasons = Vec::new();
        for (differs, property) in [
            (desired.kind != live.kind, "type"),
            (desired.site.cloud != live.site.cloud, "cloud"),
            (desired.site.region != live.site.region, "region"),
        ] {
            if differs {
                reasons.push(Reason::CreateOnly { property: property.to_owned() });
            }
        }
        let mut differences = if desired.kind == live.kind { differences } else { Vec::new() };
        self.settle_conditions(desired, body, &mut differences);
        for difference in differences.iter().filter(|d| d.fact.create_only && !d.follows) {
            reasons.push(Reason::CreateOnly { property: difference.path.clone() });
        }
        for difference in differences.iter().filter(|d| d.fact.create_only && d.follows) {
            reasons.extend(self.cascade(difference));
        }
        let replaced = !reasons.is_empty();
        for difference in differences.iter().filter(|d| !d.fact.create_only && d.follows) {
            reasons.extend(self.cascade(difference));
        }
        let mut diffs: Vec<PropertyDiff> = differences.iter().map(|d| self.shown(desired.address, d)).collect();
        diffs.extend(self.own_differences(desired, live, diffs.is_empty()));
        let edited = |d: &Difference| !d.drift && !d.follows && !d.fact.create_only;
        if differences.iter().any(edited) || (differences.is_empty() && !diffs.is_empty()) {
            reasons.push(Reason::Changed);
        }
        if !replaced {
            reasons.extend(
                differences
                    .iter()
                    .filter(|d| d.fact.conditional)
                    .map(|d| Reason::Conditional { property: d.path.clone() }),
            );
        }
        if differences.iter().any(|d| d.conflict) {
            reasons.push(Reason::Conflict);
        }
        if differences.iter().any(|d| d.drift) {
            reasons.push(Reason::Drift);
        }
        let same_site = desired.site == live.site;
        // of another type it gets another name in its unit, and the old one leaves it as it stands there
        let in_place = same_site && desired.kind == live.kind;
        let kept = if in_place { desired.lifecycle.on_replace } else { live.lifecycle.on_delete };
        if replaced && kept == Disposal::Retain {
            reasons.push(Reason::Retained);
        }
        let moved = live.address != desired.address;
        if moved {
            reasons.push(Reason::Moved);
        }
        let importing = identity::is_importing(live);
        if importing {
            reasons.insert(0, Reason::Imported);
        }
        let action = match (replaced, diffs.is_empty(), moved) {
            (false, ..) if importing => Action::Import,
            (true, ..) if self.deletes_first(desired) => Action::ReplaceDeleteFirst,
            (true, ..) => Action::ReplaceCreateFirst,
            (false, false, _) => Action::Update,
            (false, true, true) => Action::Move,
            (false, true, false) => Action::NoOp,
        };
        // What is ignored stays as it is: in a change as it is live, so that the change does not undo it; otherwise as
        // it was applied, so that there is no change.
        let source = if action == Action::Update { actual } else { applied };
        let effective = if replaced { desired.body } else { self.with_ignored(desired, ignored, source) };
        let fate = match (replaced, differences.is_empty()) {
            (true, _) => Fate::Replaced,
            (false, false) => Fate::Updated,
            (false, true) => Fate::Kept,
        };
        if action == Action::NoOp {
            return Decision { live: Some(live_id), fate, body: effective, change: None };
        }
        let after = if effective == desired.body { body } else { self.substitute(effective) };
        let facts = live.live.as_deref();
        let change = Change {
            address: desired.address,
            previous_address: Some(live.address).filter(|_| moved),
            kind: desired.kind,
            action,
            reasons,
            diffs,
            site: desired.site,
            unit: UnitId(u32::MAX),
            local_name: facts.map_or(desired.address, |facts| facts.name()),
            physical_id: facts.and_then(Live::id),
            before: Some(actual),
            after: Some(after),
            holds_before: runs_before(live),
            asked_before: asked_before(live),
            older: older(live),
            holds_after: self.holds_after(desired, live, action, (ignored, actual, effective)),
            effects: Vec::new(),
            declared: desired.declared.map(|span| (self.inputs.place)(span)),
        };
        Decision { live: Some(live_id), fate, body: effective, change: Some(Box::new(change)) }
    }

    /// Nodes afterwards: those asked for. Where others decide how many run, more may, up to the maximum.
    fn holds_after(
        &self,
        desired: &Resource,
        live: &Resource,
        action: Action,
        (ignored, actual, body): (&[Symbol], ValueId, ValueId),
    ) -> Option<Holds> {
        let asked = desired.holds?;
        let Some(now) = live.holds_now().filter(|now| now.nodes != asked.nodes) else { return Some(asked) };
        let number = |id: ValueId| self.values.scalar(id)?.parse::<u32>().ok();
        let left = || ignored.iter().filter_map(|key| number(self.values.get(actual, *key)?)).any(|n| n == now.nodes);
        let (rows, kind) = (self.inputs.effects, desired.kind);
        let others = || left() || leaves_size(rows, self.values, kind, body) || (self.inputs.autoscaled)(desired.scope);
        match action {
            Action::Move | Action::NoOp => Some(now),
            Action::Update | Action::Import if others() => {
                let nodes = within(rows, self.values, kind, body, asked.nodes.max(now.nodes));
                Some(Holds { nodes, ..asked })
            }
            _ => Some(asked),
        }
    }

    /// Whether a property that replaces only under a condition does so here, where the facts say on what it depends.
    fn settle_conditions(&self, desired: &Resource, body: ValueId, differences: &mut [Difference]) {
        let beside = beside(self.inputs, desired.address);
        let mut case = Case { values: self.values, body: Some(body), beside: beside.as_slice(), words: Vec::new() };
        for difference in differences.iter_mut().filter(|d| d.fact.conditional && !d.fact.decided_inside) {
            case.words = words_of(self.values, difference.before, difference.after);
            match self.inputs.effects.replaces(desired.kind, &path::parse(&difference.path), &case) {
                Some(true) => difference.fact.create_only = true,
                Some(false) => difference.fact.conditional = false,
                None => {}
            }
        }
    }

    fn create(&mut self, desired: &Resource, live: Option<ResourceId>, reasons: Vec<Reason>) -> Decision {
        let after = self.substitute(desired.body);
        let previous = live.and_then(|id| self.live.get(id));
        let change = Change {
            address: desired.address,
            previous_address: previous.map(|live| live.address).filter(|&address| address != desired.address),
            kind: desired.kind,
            action: Action::Create,
            reasons,
            diffs: Vec::new(),
            site: desired.site,
            unit: UnitId(u32::MAX),
            local_name: desired.address,
            physical_id: None,
            before: None,
            after: Some(after),
            holds_before: None,
            asked_before: None,
            older: Vec::new(),
            holds_after: desired.holds,
            effects: Vec::new(),
            declared: desired.declared.map(|span| (self.inputs.place)(span)),
        };
        // To those that referred to it, something accepted and never there is as good as replaced.
        let fate = if live.is_some() { Fate::Replaced } else { Fate::Created };
        Decision { live, fate, body: desired.body, change: Some(Box::new(change)) }
    }

    fn substitute(&mut self, id: ValueId) -> ValueId {
        let (inputs, decisions) = (self.inputs, &self.decisions);
        let moves = |reference: Reference| {
            let target = inputs.desired.find(reference.address).and_then(|id| inputs.desired.get(id));
            let kind = target.and_then(|target| inputs.schemas.get(target.kind));
            kind.is_some_and(|kind| reference.attribute.is_some_and(|attribute| kind.attribute_moves(attribute)))
        };
        self.substitution.apply(self.values, id, |reference| {
            match fate_of(inputs.desired, decisions, reference.address) {
                Some(Fate::Created | Fate::Replaced) => false,
                Some(Fate::Updated) => !moves(reference),
                Some(Fate::Kept) | None => true,
            }
        })
    }

    fn kind(&self, kind: Symbol) -> Option<&'a ResourceType> {
        self.inputs.schemas.get(kind)
    }

    fn deletes_first(&self, desired: &Resource) -> bool {
        deletes_first(self.inputs, desired)
    }

    /// The reason of a difference that follows something replaced or updated.
    fn cascade(&self, difference: &Difference) -> Option<Reason> {
        let mut stack = vec![difference.after?];
        let mut updated = None;
        let property = difference.path.clone();
        while let Some(id) = stack.pop() {
            match self.values.node(id) {
                Node::Unknown(Reference { address: from, .. }) => {
                    match fate_of(self.inputs.desired, &self.decisions, from) {
                        Some(Fate::Updated) => updated = updated.or(Some(from)),
                        _ => return Some(Reason::Cascade { from, property }),
                    }
                }
                Node::Map(_) => stack.extend(self.values.entries(id).map(|(_, value)| value)),
                _ => stack.extend(self.values.items(id)),
            }
        }
        updated.map(|from| Reason::Follows { from, property })
    }

    fn shown(&self, address: Symbol, difference: &Difference) -> PropertyDiff {
        PropertyDiff {
            path: difference.path.clone(),
            before: difference.before,
            after: difference.after,
            forces_replacement: difference.fact.create_only,
            drift: difference.drift,
            conflict: difference.conflict,
            applied: difference.applied.filter(|_| difference.conflict),
            // what somebody else added no line says
            origin: match (difference.drift, difference.after) {
                (true, None) => None,
                _ => (self.inputs.origin)(address, &difference.path),
            },
        }
    }

    /// The desired body, its ignored properties as `source` has them. What is hidden there can't be kept.
    fn with_ignored(&mut self, desired: &Resource, ignored: &[Symbol], source: ValueId) -> ValueId {
        if ignored.is_empty() {
            return desired.body;
        }
        let mut entries: Vec<(Symbol, ValueId)> =
            self.values.entries(desired.body).filter(|(key, _)| !ignored.contains(key)).collect();
        for &key in ignored {
            let kept = match self.values.get(source, key) {
                Some(kept) if is_hidden(self.values, kept) => self.values.get(desired.body, key),
                kept => kept,
            };
            entries.extend(kept.map(|value| (key, value)));
        }
        self.values.map(&mut entries)
    }
}

/// What somebody deleted can't be left so while files ask for it.
fn stays_deleted(desired: &Resource) -> Diagnostic {
    let message =
        format!("{} was deleted outside the files, and can't be left so: the files ask for it", desired.address);
    let help = format!(
        "take it out of the files, or ask for less there: `tonnage adopt '{}'` does where a block of its own asks for it; \
         without -ignore-drift it is made again",
        desired.address
    );
    placed(desired, Diagnostic::new(Severity::Error, codes::T0627, message).with_help(help))
}

/// Whether the old one goes first when a resource is replaced.
pub fn deletes_first(inputs: &Inputs<'_>, desired: &Resource) -> bool {
    let can = || (inputs.emitter)(desired.site).is_none_or(Emitter::deletes_first);
    (desired.lifecycle.order == ReplaceOrder::DeleteFirst && can())
        || inputs.schemas.get(desired.kind).is_some_and(ResourceType::is_deleted_first)
}

/// Nodes that run, as what they are where all are of one shape, else as what was asked for.
pub(crate) fn runs_before(live: &Resource) -> Option<Holds> {
    match live.runs().as_slice() {
        [only] => Some(*only),
        _ => live.holds_now(),
    }
}

/// Of what runs what is of another shape than is asked for.
pub(crate) fn older(live: &Resource) -> Vec<Holds> {
    let asked = live.holds.map(|holds| holds.shape);
    live.runs().into_iter().filter(|runs| Some(runs.shape) != asked).collect()
}

/// Nodes that were asked for, where others run.
pub(crate) fn asked_before(live: &Resource) -> Option<u32> {
    let (asked, now) = (live.holds?.nodes, live.holds_now()?.nodes);
    Some(asked).filter(|asked| *asked != now)
}

/// To whom the files leave a property; those of `ignore` have no name.
fn owner_of(desired: &Resource, property: Symbol) -> Option<Symbol> {
    let named = desired.lifecycle.owned.iter().find(|(owned, _)| *owned == property).map(|(_, owner)| *owner);
    named.or_else(|| desired.lifecycle.ignore.contains(&property).then(|| Symbol::new("others")))
}

fn fate_of(graph: &ResourceGraph, decisions: &[Decision], address: Symbol) -> Option<Fate> {
    decisions.get(graph.find(address)?.0 as usize).map(|decision| decision.fate)
}
