//! Units that are changed twice: one that gives others something new and takes something old away from them first gets
//! all that comes, beside what leaves, and loses what leaves when the others have let go of it. Must not know what a
//! cloud does for it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use tonnage_base::Symbol;
use tonnage_graph::{Disposal, Reference, Resource, Values};

use crate::cut::Cut;
use crate::inputs::Inputs;
use crate::model::{Between, Giver, Member, Parameter, Unit, UnitId, UnitOperation, UnitOutput};
use crate::moved::LiveView;
use crate::{names, units};

/// Everything that is needed to let a unit grow before it shrinks.
pub struct Growth<'a, 'i> {
    /// The inputs.
    pub inputs: &'a Inputs<'i>,
    /// What is where.
    pub cut: &'a Cut,
    /// Final numbers of the units of the cut.
    pub ids: &'a [UnitId],
}

impl Growth<'_, '_> {
    /// What each of these units, by their numbers in the cut, holds in between. One that can't hold both is left out:
    /// it changes once.
    pub fn first(
        &self,
        values: &mut Values,
        live: &mut LiveView<'_>,
        twice: &BTreeSet<usize>,
        all: &[Unit],
    ) -> BTreeMap<usize, Between> {
        let mut grown = BTreeMap::new();
        for &number in twice {
            let unit = self.ids.get(number).and_then(|id| all.get(id.0 as usize));
            let unit = unit.filter(|unit| unit.operation == UnitOperation::Update);
            if let Some(between) = unit.and_then(|unit| self.between(values, live, number, unit)) {
                grown.insert(number, between);
            }
        }
        grown
    }

    fn between(&self, values: &mut Values, live: &mut LiveView<'_>, number: usize, unit: &Unit) -> Option<Between> {
        let stay: FxHashSet<Symbol> = unit.members.iter().map(|member| member.local_name).collect();
        let home = |resource: &Resource| self.cut.find(resource.site, resource.live.as_deref()?.unit);
        let leaves = |resource: &&Resource| {
            let there = resource.live.as_deref().filter(|facts| facts.physical_id.is_some());
            home(resource) == Some(number) && there.is_some_and(|facts| !stay.contains(&facts.name()))
        };
        let leaving: Vec<&Resource> = live.iter().map(|(_, resource)| resource).filter(leaves).collect();
        if leaving.is_empty() {
            return None;
        }
        let here: FxHashSet<Symbol> = unit.members.iter().map(|member| member.address).collect();
        let gone: FxHashSet<Symbol> = leaving.iter().map(|resource| live.address(resource.address)).collect();
        if here.iter().any(|address| gone.contains(address)) {
            return None;
        }
        let mut between = unit.clone();
        let mut taken: BTreeSet<Reference> = BTreeSet::new();
        let mut stack = Vec::new();
        for resource in leaving {
            let facts = resource.live.as_deref()?;
            let body = live.rewrite(values, facts.applied.unwrap_or(resource.body));
            values.each_reference(body, &mut stack, |reference| {
                taken.insert(reference);
            });
            let mut depends_on: Vec<Symbol> =
                resource.depends_on.iter().map(|address| live.address(*address)).collect();
            depends_on.retain(|address| here.contains(address) || gone.contains(address));
            between.members.push(Member {
                address: live.address(resource.address),
                local_name: facts.name(),
                kind: resource.kind,
                body: values.to_json(body),
                depends_on,
                retain_on_delete: resource.lifecycle.on_delete == Disposal::Retain,
                retain_on_replace: resource.lifecycle.on_replace == Disposal::Retain,
                delete_first: false,
                update_policy: resource.lifecycle.update_policy,
                holds: resource.holds,
            });
        }
        between.members.sort_by_key(|member| member.address);
        taken.retain(|reference| !here.contains(&reference.address) && !gone.contains(&reference.address));
        for reference in taken {
            // What a secret is given with is not kept of what leaves.
            let giver = self.giver(live, reference).filter(|_| reference.secret().is_none())?;
            let from = Giver::Unit { unit: *self.ids.get(giver)?, output: names::output(reference) };
            let parameter = Parameter { name: names::parameter(reference), from, reference };
            if !between.parameters.iter().any(|known| known.name == parameter.name) {
                between.parameters.push(parameter);
            }
        }
        between.parameters.sort_by_key(|parameter| parameter.reference);
        self.given(values, live, number, &gone, &mut between.outputs);
        let document = units::document(self.inputs, &between).ok()?;
        let Unit { members, parameters, outputs, .. } = between;
        Some(Between { members, document, parameters, outputs })
    }

    /// The unit that gives a value to what leaves: where it will be, or where it is.
    fn giver(&self, live: &LiveView<'_>, reference: Reference) -> Option<usize> {
        let desired = self.inputs.desired.find(reference.address);
        let will_be = desired.and_then(|id| self.cut.unit_of.get(id.0 as usize).copied().flatten());
        will_be.or_else(|| {
            let there = live.find(reference.address).and_then(|id| live.get(id))?;
            self.cut.find(there.site, there.live.as_deref()?.unit)
        })
    }

    /// What live resources of other units take from what leaves.
    fn given(
        &self,
        values: &Values,
        live: &LiveView<'_>,
        number: usize,
        gone: &FxHashSet<Symbol>,
        outputs: &mut Vec<UnitOutput>,
    ) {
        let mut stack = Vec::new();
        for (_, user) in live.iter() {
            let Some(facts) = user.live.as_deref() else { continue };
            if self.cut.find(user.site, facts.unit) == Some(number) {
                continue;
            }
            values.each_reference(facts.applied.unwrap_or(user.body), &mut stack, |reference| {
                let reference = Reference { address: live.address(reference.address), ..reference };
                if gone.contains(&reference.address) && !outputs.iter().any(|known| known.reference == reference) {
                    outputs.push(UnitOutput { name: names::output(reference), reference });
                }
            });
        }
        outputs.sort_by_key(|output| output.reference);
    }
}
