//! Units as they will be: what is done to each, what is in it, what it takes and gives, and its document. Only units
//! that change are looked into. Must not know why a resource changes.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Severity, Symbol, codes::plan as codes};
use tonnage_graph::{Disposal, Reference, ResourceId, Secret, Site, Values, Walk};

use crate::change::Change;
use crate::cut::{Cut, no_cloud};
use crate::decide::{Decision, deletes_first};
use crate::emit::Emitter;
use crate::emit::Problem;
use crate::inputs::{Condition, Inputs};
use crate::model::{Giver, Member, Parameter, Unit, UnitId, UnitOperation, UnitOutput};
use crate::moved::LiveView;
use crate::names;

/// What is done to each unit, by its number in the cut.
pub struct Operations {
    /// What is done.
    pub operations: Vec<UnitOperation>,
    /// Units that change although none of their resources does: they come to give values to others. With their number.
    pub passing_on: Vec<(usize, usize)>,
}

/// Everything that is needed to look into a unit.
pub struct Assembly<'a, 'i> {
    /// The inputs.
    pub inputs: &'a Inputs<'i>,
    /// All values.
    pub values: &'a Values,
    /// The live side.
    pub live: &'a LiveView<'a>,
    /// The frozen desired graph.
    pub walk: &'a Walk,
    /// What is decided.
    pub decisions: &'a [Decision],
    /// What is where.
    pub cut: &'a Cut,
}

impl Assembly<'_, '_> {
    fn condition(&self, unit: usize) -> &Condition {
        let facts = self.cut.drafts.get(unit).and_then(|draft| draft.facts);
        facts.and_then(|facts| self.inputs.live_units.get(facts)).map_or(&Condition::Ready, |facts| &facts.condition)
    }

    fn unit_of(&self, id: ResourceId) -> Option<usize> {
        self.cut.unit_of.get(id.0 as usize).copied().flatten()
    }

    fn members(&self, unit: usize) -> &[ResourceId] {
        self.cut.drafts.get(unit).map_or(&[], |draft| &draft.members)
    }

    /// What a unit takes from others: the reference and who gives it, each once, in order.
    fn takes(&self, unit: usize) -> Vec<(Reference, usize)> {
        let mut taken: FxHashSet<Reference> = FxHashSet::default();
        let mut stack = Vec::new();
        for &id in self.members(unit) {
            let Some(decision) = self.decisions.get(id.0 as usize) else { continue };
            self.values.each_reference(decision.body, &mut stack, |reference| {
                taken.insert(reference);
            });
        }
        let mut taken: Vec<(Reference, usize)> = taken
            .into_iter()
            .filter_map(|r| Some((r, self.unit_of(self.inputs.desired.find(r.address)?)?)))
            .filter(|&(_, from)| from != unit)
            .collect();
        taken.sort_unstable();
        taken
    }

    /// What is done to each unit. `touched` are those in which a resource changes or from which one leaves.
    pub fn operations(&self, touched: &[bool]) -> Operations {
        let mut operations = vec![UnitOperation::Keep; self.cut.drafts.len()];
        let mut open: Vec<usize> = Vec::new();
        for (unit, operation) in operations.iter_mut().enumerate() {
            let Some(draft) = self.cut.drafts.get(unit).filter(|draft| !draft.rests(self.inputs)) else { continue };
            let was_there = draft.facts.is_some() || touched.get(unit) == Some(&true) && draft.members.is_empty();
            let failed = *self.condition(unit) == Condition::FailedCreate;
            *operation = match (draft.members.is_empty(), touched.get(unit) == Some(&true)) {
                (true, _) if was_there => UnitOperation::Delete,
                (true, _) => UnitOperation::Keep,
                (false, _) if failed => UnitOperation::Create,
                (false, true) if draft.facts.is_none() && !self.holds_live(unit) => UnitOperation::Create,
                (false, true) => UnitOperation::Update,
                (false, false) => UnitOperation::Keep,
            };
            if matches!(operation, UnitOperation::Create | UnitOperation::Update) {
                open.push(unit);
            }
        }
        // A unit that is asked for a value it does not give yet changes too; what it takes itself it took before.
        let mut lacking: FxHashMap<usize, FxHashSet<Symbol>> = FxHashMap::default();
        for unit in open {
            for (reference, from) in self.takes(unit) {
                let facts = self.cut.drafts.get(from).and_then(|draft| draft.facts);
                let given = facts.and_then(|facts| self.inputs.live_units.get(facts)).map_or(&[][..], |f| &f.outputs);
                let name = names::output(reference);
                if operations.get(from) == Some(&UnitOperation::Keep) && !given.contains(&name) {
                    lacking.entry(from).or_default().insert(name);
                }
            }
        }
        let mut passing_on: Vec<(usize, usize)> =
            lacking.into_iter().map(|(unit, names)| (unit, names.len())).collect();
        passing_on.sort_unstable();
        for &(unit, _) in &passing_on {
            if let Some(operation) = operations.get_mut(unit) {
                *operation = UnitOperation::Update;
            }
        }
        Operations { operations, passing_on }
    }

    /// Whether somebody else changed or deleted something in the unit that is to be as it was.
    fn reverts(&self, unit: usize) -> bool {
        self.members(unit)
            .iter()
            .filter_map(|id| self.decisions.get(id.0 as usize)?.change.as_deref())
            .any(Change::undoes_others)
    }

    /// Whether something in the unit is live already.
    fn holds_live(&self, unit: usize) -> bool {
        self.members(unit).iter().any(|id| {
            let decision = self.decisions.get(id.0 as usize);
            let live = decision.and_then(|decision| decision.live).and_then(|id| self.live.get(id));
            let home = live.and_then(|live| self.cut.find(live.site, live.live.as_deref()?.unit));
            home == Some(unit)
        })
    }

    /// Values that live resources of other units take today, by the unit that gives them. An output is dropped only
    /// when nothing live takes it any more, so a unit may give one for one apply longer than it is needed: then the
    /// order in which giver and taker are applied does not matter.
    fn still_taken(&self) -> FxHashMap<usize, Vec<Reference>> {
        let mut taken: FxHashMap<usize, Vec<Reference>> = FxHashMap::default();
        let mut stack = Vec::new();
        for (_, resource) in self.live.iter() {
            let Some(facts) = resource.live.as_deref() else { continue };
            self.values.each_reference(facts.applied.unwrap_or(resource.body), &mut stack, |reference| {
                let reference = Reference { address: self.live.address(reference.address), ..reference };
                let Some(giver) = self.inputs.desired.find(reference.address).and_then(|id| self.unit_of(id)) else {
                    return;
                };
                if self.cut.drafts.get(giver).is_some_and(|d| d.name != facts.unit || d.site != resource.site) {
                    taken.entry(giver).or_default().push(reference);
                }
            });
        }
        taken
    }

    /// All units, those that change with everything that is in them. `ids` are their final numbers.
    pub fn units(
        &self,
        operations: &[UnitOperation],
        ids: &[UnitId],
        local_names: &dyn Fn(ResourceId) -> Symbol,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Unit> {
        let changing = |operation: &UnitOperation| matches!(operation, UnitOperation::Create | UnitOperation::Update);
        let still_taken = if operations.iter().any(changing) { self.still_taken() } else { FxHashMap::default() };
        let known =
            if operations.iter().any(|o| *o != UnitOperation::Keep) { self.known() } else { FxHashMap::default() };
        let mut units: Vec<(UnitId, Unit)> = Vec::with_capacity(self.cut.drafts.len());
        for (number, draft) in self.cut.drafts.iter().enumerate() {
            let operation = operations.get(number).copied().unwrap_or(UnitOperation::Keep);
            let facts = draft.facts.and_then(|facts| self.inputs.live_units.get(facts));
            let held = draft.scope.and_then(|scope| (self.inputs.hold)(scope));
            let mut unit = Unit {
                name: draft.name,
                site: draft.site,
                operation,
                members: Vec::new(),
                document: String::new(),
                parameters: Vec::new(),
                outputs: Vec::new(),
                expects: facts.map_or_else(String::new, |facts| facts.fingerprint.clone()),
                hold: held.is_some(),
                when_held: held.unwrap_or_default(),
                ahead: Vec::new(),
                between: None,
                reverts: operation == UnitOperation::Update && self.reverts(number),
            };
            if operation != UnitOperation::Keep {
                self.check_known(number, &known, diagnostics);
                self.refuse(&unit, self.condition(number), diagnostics);
            }
            if changing(&operation) {
                unit.members =
                    self.members(number).iter().filter_map(|&id| self.member(number, id, local_names)).collect();
                unit.members.sort_by_key(|member| member.address);
                unit.parameters = self.parameters(number, ids);
                unit.outputs = self.outputs(number, still_taken.get(&number).map_or(&[], Vec::as_slice));
                match document(self.inputs, &unit) {
                    Ok(document) => unit.document = document,
                    Err(problems) => diagnostics.extend(problems),
                }
            } else if operation == UnitOperation::Delete && (self.inputs.emitter)(draft.site).is_none() {
                diagnostics.push(no_cloud(draft.site, &format!("unit {} is to be deleted", draft.name)));
            }
            units.push((ids.get(number).copied().unwrap_or(UnitId(u32::MAX)), unit));
        }
        units.sort_by_key(|(id, _)| *id);
        units.into_iter().map(|(_, unit)| unit).collect()
    }

    /// How many live resources are known of each unit, by its place and name.
    fn known(&self) -> FxHashMap<(Site, Symbol), usize> {
        let mut known = FxHashMap::default();
        for (_, resource) in self.live.iter() {
            let Some(facts) = resource.live.as_deref() else { continue };
            *known.entry((resource.site, facts.unit)).or_default() += 1;
        }
        known
    }

    /// A unit that holds more than is known must not change: what is not in its new document would be deleted.
    fn check_known(&self, unit: usize, known: &FxHashMap<(Site, Symbol), usize>, diagnostics: &mut Vec<Diagnostic>) {
        let Some(draft) = self.cut.drafts.get(unit) else { return };
        let Some(facts) = draft.facts.and_then(|facts| self.inputs.live_units.get(facts)) else { return };
        let known = known.get(&(draft.site, draft.name)).copied().unwrap_or(0);
        if known < facts.resources {
            let message = format!(
                "unit {} must change but holds {} resources of which only {known} could be read",
                draft.name, facts.resources
            );
            let gaps: String = self.inputs.gaps.iter().map(|gap| format!("; {gap}")).collect();
            let help = format!("what could not be read would be deleted unseen: mend it and plan again{gaps}");
            diagnostics.push(Diagnostic::new(Severity::Error, codes::T0614, message).with_help(help));
        }
    }

    /// A unit that can't be changed in its state. Deleting a stuck one is often the way out, so that is not refused.
    fn refuse(&self, unit: &Unit, condition: &Condition, diagnostics: &mut Vec<Diagnostic>) {
        let place = format!("{} in {}/{}", unit.name, unit.site.cloud, unit.site.region);
        match condition {
            Condition::Stuck { state, reason } if unit.operation != UnitOperation::Delete => diagnostics.push(
                Diagnostic::new(
                    Severity::Error,
                    codes::T0606,
                    format!("unit {place} must change but is in state {state}: {reason}"),
                )
                .with_help(
                    "continue its rollback in the cloud's own console, or delete what blocks it, then plan again",
                ),
            ),
            Condition::Busy(state) => diagnostics.push(
                Diagnostic::new(
                    Severity::Error,
                    codes::T0607,
                    format!("unit {place} must change but something is going on in it: {state}"),
                )
                .with_help("wait until it is done, then plan again"),
            ),
            _ => {}
        }
    }

    fn member(&self, unit: usize, id: ResourceId, local_names: &dyn Fn(ResourceId) -> Symbol) -> Option<Member> {
        let desired = self.inputs.desired.get(id)?;
        let decision = self.decisions.get(id.0 as usize)?;
        let here = |address: &Symbol| {
            self.inputs.desired.find(*address).is_some_and(|other| self.unit_of(other) == Some(unit))
        };
        let mut depends_on: Vec<Symbol> = desired.depends_on.iter().copied().filter(here).collect();
        depends_on.sort();
        depends_on.dedup();
        Some(Member {
            address: desired.address,
            local_name: local_names(id),
            kind: desired.kind,
            body: self.values.to_json(decision.body),
            depends_on,
            retain_on_delete: desired.lifecycle.on_delete == Disposal::Retain,
            retain_on_replace: desired.lifecycle.on_replace == Disposal::Retain
                || decision.change.as_deref().is_some_and(Change::keeps_old),
            delete_first: deletes_first(self.inputs, desired),
            update_policy: desired.lifecycle.update_policy,
            holds: desired.holds,
        })
    }

    fn parameters(&self, unit: usize, ids: &[UnitId]) -> Vec<Parameter> {
        let takes = self.takes(unit).into_iter();
        let given = takes.filter_map(|(reference, from)| {
            let from = Giver::Unit { unit: *ids.get(from)?, output: names::output(reference) };
            Some(Parameter { name: names::parameter(reference), from, reference })
        });
        let secrets = self.secrets(unit).into_iter();
        let secrets = secrets.map(|(reference, from)| Parameter { name: names::parameter(reference), from, reference });
        given.chain(secrets).collect()
    }

    /// The secrets that a unit takes as parameters, each once, in order; and who gives them.
    fn secrets(&self, unit: usize) -> Vec<(Reference, Giver)> {
        let emitter = self.cut.drafts.get(unit).and_then(|draft| (self.inputs.emitter)(draft.site));
        let Some(rules) = emitter.map(Emitter::secrets) else { return Vec::new() };
        let (mut taken, mut there) = (BTreeSet::new(), FxHashSet::default());
        let mut stack = Vec::new();
        for &id in self.members(unit) {
            let Some(decision) = self.decisions.get(id.0 as usize) else { continue };
            self.values.each_reference(decision.body, &mut stack, |r| taken.extend(r.secret().map(|_| r)));
            let Some(live) = decision.live.and_then(|live| self.inputs.live.get(live)) else { continue };
            self.values.each_reference(live.body, &mut stack, |r| there.extend(r.secret().map(|_| r)));
        }
        let giver = |reference: Reference| match reference.secret()? {
            Secret::Variable(_) => Some(Giver::Secret { kept: rules.kept && there.contains(&reference) }),
            Secret::Stored(_) => rules.stored_are_parameters.then_some(Giver::Store),
        };
        taken.into_iter().filter_map(|reference| Some((reference, giver(reference)?))).collect()
    }

    /// What desired resources of other units take, and what live ones still do.
    fn outputs(&self, unit: usize, still_taken: &[Reference]) -> Vec<UnitOutput> {
        let mut given: Vec<Reference> = still_taken.to_vec();
        let mut stack = Vec::new();
        for &id in self.members(unit) {
            let Some(desired) = self.inputs.desired.get(id) else { continue };
            for &other in self.walk.dependents(id) {
                if self.unit_of(other).is_none_or(|there| there == unit) {
                    continue;
                }
                let Some(decision) = self.decisions.get(other.0 as usize) else { continue };
                let own = |r: Reference| Some(r).filter(|r| r.address == desired.address);
                self.values.each_reference(decision.body, &mut stack, |reference| given.extend(own(reference)));
            }
        }
        given.sort_unstable();
        given.dedup();
        given.into_iter().map(|reference| UnitOutput { name: names::output(reference), reference }).collect()
    }
}

/// The native document of a unit. Errors with what its cloud can't hold.
pub fn document(inputs: &Inputs<'_>, unit: &Unit) -> Result<String, Vec<Diagnostic>> {
    let Some(emitter) = (inputs.emitter)(unit.site) else {
        return Err(vec![no_cloud(unit.site, &format!("unit {} is to change", unit.name))]);
    };
    let limits = emitter.limits();
    let rows = [
        (unit.members.len(), limits.resources, "resources"),
        (unit.parameters.len(), limits.parameters, "values from other units and secrets"),
        (unit.outputs.len(), limits.outputs, "values for other units"),
    ];
    let over = rows.iter().filter(|(n, limit, _)| n > limit);
    let mut over: Vec<String> = over.map(|(n, limit, what)| format!("{n} {what} of {limit}")).collect();
    if over.is_empty() {
        let placed = |problems: Vec<Problem>| {
            problems.into_iter().map(|problem| problem.placed(inputs.desired)).collect::<Vec<_>>()
        };
        let document = emitter.document(unit).map_err(placed)?;
        if document.len() <= limits.bytes {
            return Ok(document);
        }
        over.push(format!("{} bytes of {}", document.len(), limits.bytes));
    }
    let message = format!("unit {} has outgrown its cloud's limits: {}", unit.name, over.join(", "));
    Err(vec![Diagnostic::new(Severity::Error, codes::T0610, message).with_help(
        "make bodies smaller, or rename some of its resources without a `moved` block, so that they are made anew in another unit",
    )])
}
