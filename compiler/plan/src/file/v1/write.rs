//! From a plan to version 1. Must not lose anything but what it is asked to leave out.

use super::*;
use crate::change::{self, PropertyDiff};
use crate::{evidence, model};
use serde_json::value::to_raw_value;
use tonnage_base::{Symbol, quantity::Money};
use tonnage_graph::{self as graph, Node, ValueId, Values};

impl Plan {
    /// The content of a plan without what the digest does not know: when evidence was read, what it counted and in
    /// which words, where things are written, notes, which say the one or the other, what contracts get, what a cloud
    /// says of the plan, on which day it was made, and whether that cloud is the embedded one: nothing of that is done.
    pub(in crate::file) fn for_digest(plan: &model::Plan) -> Self {
        let mut content = Self::of(plan, false);
        content.notes.clear();
        content.commitments.clear();
        for guard in &mut content.guards {
            guard.place.clear();
        }
        for term in &mut content.terms {
            term.place.clear();
        }
        for change in &mut content.changes {
            change.declared = None;
            for origin in change.diffs.iter_mut().filter_map(|diff| diff.origin.as_mut()) {
                origin.place.clear();
            }
        }
        for lookup in &mut content.lookups {
            lookup.place.clear();
            // that something can't be read counts, not how a service says so
            lookup.cannot_know = lookup.cannot_know.take().map(|_| String::new());
        }
        for rejection in content.placements.iter_mut().flat_map(|placement| &mut placement.rejected) {
            rejection.place.clear();
        }
        // how much others use changes by the hour, and a service's words by its version; what the reader relied on does
        // not
        for row in &mut content.preflight {
            row.measure = None;
            row.starting.clear();
            row.source.clear();
            if let Verdict::CannotKnow(why) = &mut row.verdict {
                why.clear();
            }
        }
        content.made.clear();
        content.places.clear();
        content.accounts.clear();
        content.embedded = false;
        content.second_opinion = None;
        content
    }

    /// The content of a plan, with all of it.
    pub(in crate::file) fn whole(plan: &model::Plan) -> Self {
        Self::of(plan, true)
    }

    fn of(plan: &model::Plan, times: bool) -> Self {
        Self {
            fleet: plan.fleet.to_string(),
            as_of: plan.as_of.to_string(),
            made: plan.made.to_string(),
            ledger_serial: plan.ledger_serial,
            units: plan.units.iter().map(unit).collect(),
            steps: plan.steps.iter().map(|step| step.units.iter().map(|id| id.0).collect()).collect(),
            between: (plan.steps.iter().enumerate())
                .flat_map(|(at, step)| step.between.iter().map(move |id| (at, id.0)))
                .collect(),
            changes: plan.changes.iter().map(|c| change(c, &plan.values)).collect(),
            drift: plan.drift.iter().filter_map(|d| drift(d, &plan.values)).collect(),
            adoptable: plan.adoptable.clone(),
            placements: plan.placements.iter().map(placement).collect(),
            lookups: plan.lookups.iter().map(lookup).collect(),
            held_before: plan.held_before.iter().map(held::write).collect(),
            held_after: plan.held_after.iter().map(held::write).collect(),
            granted: plan.granted.iter().map(super::granted::write).collect(),
            stored: plan.stored.map(|stored| [stored.stores, stored.gib, stored.unsized_stores]),
            commitments: plan.commitments.iter().map(contract::write).collect(),
            preflight: plan.preflight.iter().map(|row| evidence(row, times)).collect(),
            outputs: plan.outputs.iter().map(|(name, value)| output(*name, value)).collect(),
            outputs_before: plan.outputs_before.iter().map(|(name, value)| output(*name, value)).collect(),
            notes: plan.notes.clone(),
            guards: plan
                .guards
                .iter()
                .map(|guard| Guard {
                    name: guard.name.clone(),
                    deny: guard.deny,
                    state: guard.state.as_str().to_owned(),
                    message: guard.message.clone(),
                    place: guard.place.clone(),
                })
                .collect(),
            protected: plan.protected.iter().map(protected).collect(),
            protects_anew: plan.protects_anew,
            written: plan.written.clone(),
            terms: plan.terms.iter().map(term).collect(),
            embedded: plan.embedded,
            shapes: plan.shapes.iter().map(shape).collect(),
            stops_first: plan.stops_first.iter().map(|of| (of.block.clone(), of.why.clone(), of.within)).collect(),
            renames: (!plan.renames.moves.is_empty()).then(|| {
                let moves = plan.renames.moves.iter().map(|of| (of.from.to_string(), of.to.to_string()));
                (moves.collect(), plan.renames.stopping)
            }),
            not_full: plan.not_full.iter().map(not_full).collect(),
            places: plan.places.iter().map(place).collect(),
            accounts: plan.accounts.iter().map(|(cloud, of)| (text(*cloud), text(*of))).collect(),
            callers: plan.callers.iter().map(|(cloud, of)| (text(*cloud), text(*of))).collect(),
            second_opinion: plan.second_opinion.as_ref().map(opinion::SecondOpinion::of),
        }
    }
}

pub(super) fn text(symbol: Symbol) -> String {
    symbol.as_str().to_owned()
}

fn texts(symbols: &[Symbol]) -> Vec<String> {
    symbols.iter().copied().map(text).collect()
}

/// JSON text as it is; text that is not JSON as a string, so that the file is whole in any case.
fn raw(json: String) -> Option<Box<RawValue>> {
    RawValue::from_string(json).or_else(|_| to_raw_value("")).ok()
}

/// Null is told by absence: a reader can't tell the two apart.
fn value(id: Option<ValueId>, values: &Values) -> Option<Box<RawValue>> {
    let id = id.filter(|&id| values.node(id) != Node::Null)?;
    raw(values.to_json(id))
}

pub(super) fn site(site: graph::Site) -> Site {
    Site { cloud: text(site.cloud), region: text(site.region) }
}

fn protected(of: &model::Protected) -> Protected {
    let until = of.until.map(|until| until.to_string());
    Protected { address: text(of.address), destroy: of.destroy, shrink: of.shrink, until }
}

fn output(name: Symbol, value: &model::OutputValue) -> Output {
    Output {
        name: name.to_string(),
        value: value.known().map(str::to_owned),
        sensitive: *value == model::OutputValue::Sensitive,
    }
}

fn term(model::Term { name, before, after, place }: &model::Term) -> Term {
    Term { name: name.clone(), before: before.clone(), after: after.clone(), place: place.clone() }
}

pub(super) fn holds(holds: graph::Holds) -> Holds {
    Holds {
        shape: text(holds.shape),
        nodes: holds.nodes,
        market: holds.market.as_str().to_owned(),
        zone: holds.zone.map(text),
        reserves_only: holds.reserves_only,
    }
}

fn not_full(of: &model::NotFull) -> NotFull {
    let model::NotFull { groups, running, asked, .. } = *of;
    let (label, words) = (of.label.clone(), of.words.clone());
    NotFull { label, site: site(of.site), shape: text(of.shape), groups, running, asked, words }
}

fn place(place: &model::Place) -> Place {
    Place {
        site: site(place.site),
        provider: text(place.provider),
        name: place.name.clone(),
        country: place.country.clone(),
        continent: place.continent.clone(),
    }
}

fn reference(reference: graph::Reference) -> Reference {
    Reference { address: text(reference.address), attribute: reference.attribute.map(text) }
}

pub(super) fn amount(money: Money) -> Amount {
    Amount { amount: money.amount.to_string(), currency: text(money.currency) }
}

fn unit(unit: &model::Unit) -> Unit {
    Unit {
        name: text(unit.name),
        site: site(unit.site),
        operation: match unit.operation {
            model::UnitOperation::Keep => Operation::Keep,
            model::UnitOperation::Create => Operation::Create,
            model::UnitOperation::Update => Operation::Update,
            model::UnitOperation::Delete => Operation::Delete,
        },
        expects: unit.expects.clone(),
        hold: unit.hold,
        when_held: (unit.when_held != model::WhenHeld::Stop).then(|| unit.when_held.as_str().to_owned()),
        ahead: unit.ahead.iter().map(ahead).collect(),
        between: unit.between.as_deref().map(between),
        reverts: unit.reverts,
        members: unit.members.iter().filter_map(member).collect(),
        parameters: unit.parameters.iter().map(parameter).collect(),
        outputs: unit.outputs.iter().map(unit_output).collect(),
        document: unit.document.clone(),
    }
}

fn parameter(parameter: &model::Parameter) -> Parameter {
    let (from, output, kept) = match parameter.from {
        model::Giver::Unit { unit, output } => (Some(unit.0), Some(text(output)), None),
        model::Giver::Secret { kept } => (None, None, Some(kept)),
        model::Giver::Store => (None, None, None),
    };
    let store = parameter.from == model::Giver::Store;
    Parameter { name: text(parameter.name), from, output, kept, store, reference: reference(parameter.reference) }
}

fn unit_output(output: &model::UnitOutput) -> UnitOutput {
    UnitOutput { name: text(output.name), reference: reference(output.reference) }
}

fn between(between: &model::Between) -> Between {
    Between {
        members: between.members.iter().filter_map(member).collect(),
        document: between.document.clone(),
        parameters: between.parameters.iter().map(parameter).collect(),
        outputs: between.outputs.iter().map(unit_output).collect(),
    }
}

fn ahead(ahead: &model::Ahead) -> Ahead {
    match ahead {
        model::Ahead::Retain(names) => Ahead::Retain(texts(names)),
        model::Ahead::Import { resources, document } => {
            let imported = |imported: &model::Imported| {
                Some(Imported {
                    member: member(&imported.member)?,
                    id: text(imported.id),
                    identifier: imported.identifier.iter().map(|(name, value)| (text(*name), text(*value))).collect(),
                })
            };
            Ahead::Import { resources: resources.iter().filter_map(imported).collect(), document: document.clone() }
        }
    }
}

fn member(member: &model::Member) -> Option<Member> {
    Some(Member {
        address: text(member.address),
        local_name: text(member.local_name),
        kind: text(member.kind),
        body: raw(member.body.clone())?,
        depends_on: texts(&member.depends_on),
        retain_on_delete: member.retain_on_delete,
        retain_on_replace: member.retain_on_replace,
        delete_first: member.delete_first,
        update_policy: member.update_policy.map(text),
        holds: member.holds.map(holds),
    })
}

fn change(change: &change::Change, values: &Values) -> Change {
    Change {
        address: text(change.address),
        previous_address: change.previous_address.map(text),
        kind: text(change.kind),
        action: change.action.as_str().to_owned(),
        reasons: change.reasons.iter().map(reason).collect(),
        diffs: change.diffs.iter().map(|d| diff(d, values)).collect(),
        site: site(change.site),
        unit: change.unit.0,
        local_name: text(change.local_name),
        physical_id: change.physical_id.map(text),
        before: value(change.before, values),
        after: value(change.after, values),
        holds_before: change.holds_before.map(holds),
        asked_before: change.asked_before,
        older: change.older.iter().copied().map(holds).collect(),
        holds_after: change.holds_after.map(holds),
        effects: change.effects.iter().map(effect).collect(),
        declared: change.declared.clone(),
    }
}

fn effect(effect: &change::Effect) -> Effect {
    Effect {
        kind: effect.kind.as_str().to_owned(),
        nodes: effect.nodes,
        gib: effect.gib,
        property: effect.property.clone(),
        batch: effect.batch,
        words: effect.words.clone(),
        way_out: effect.way_out.clone(),
    }
}

fn reason(reason: &change::Reason) -> Reason {
    let (property, from) = match reason {
        change::Reason::CreateOnly { property } | change::Reason::Conditional { property } => {
            (Some(property.clone()), None)
        }
        change::Reason::StoodOn { by } => (None, Some(text(*by))),
        change::Reason::Ended { on } => (None, Some(on.to_string())),
        change::Reason::Cascade { from, property } | change::Reason::Follows { from, property } => {
            (Some(property.clone()), Some(text(*from)))
        }
        _ => (None, None),
    };
    Reason { code: reason.code().to_owned(), property, from }
}

fn diff(diff: &PropertyDiff, values: &Values) -> Diff {
    Diff {
        path: diff.path.clone(),
        before: value(diff.before, values),
        after: value(diff.after, values),
        forces_replacement: diff.forces_replacement,
        drift: diff.drift,
        conflict: diff.conflict,
        applied: value(diff.applied, values),
        origin: diff.origin.as_ref().map(|o| Origin { place: o.place.clone(), name: o.name.clone() }),
    }
}

fn drift(drift: &change::Drift, values: &Values) -> Option<Drift> {
    let property = |property: &change::DriftedProperty| DriftedProperty {
        path: property.path.clone(),
        applied: value(property.applied, values),
        live: value(property.live, values),
        desired: value(property.desired, values),
        choice: property.choice.as_str().to_owned(),
        owner: property.owner.map(text),
        access: property.access.map(|access| access.as_str().to_owned()),
    };
    Some(Drift {
        address: text(drift.address),
        kind: text(drift.kind),
        site: site(drift.site),
        physical_id: drift.physical_id.map(text),
        unit: text(drift.unit),
        local_name: text(drift.local_name),
        applied: raw(values.to_json(drift.applied))?,
        live: value(drift.live, values),
        properties: drift.properties.iter().map(property).collect(),
    })
}

fn placement(placement: &model::PlacementSummary) -> Placement {
    Placement {
        pool: placement.pool.clone(),
        sizing: placement.sizing.clone(),
        ends: placement.ends.map(|day| day.to_string()),
        slices: placement
            .slices
            .iter()
            .map(|slice| Slice {
                option: slice.option.clone(),
                site: site(slice.site),
                zone: text(slice.zone),
                shape: text(slice.shape),
                market: text(slice.market),
                capacity: slice.capacity.map(text),
                nodes: slice.nodes,
                groups: slice.groups,
                price: slice.price.map(amount),
                begins: slice.begins.map(|day| day.to_string()),
                ends: slice.ends.map(|day| day.to_string()),
                at_end: slice.at_end.clone(),
            })
            .collect(),
        rejected: placement
            .rejected
            .iter()
            .map(|rejection| Rejection {
                option: rejection.option.clone(),
                reason: rejection.reason.clone(),
                text: rejection.text.clone(),
                price_difference: rejection.price_difference.map(amount),
                place: rejection.place.clone(),
            })
            .collect(),
        falls_back: placement.falls_back.as_ref().map(|fallen| FallsBack {
            from: fallen.from.clone(),
            to: fallen.to.clone(),
            why: fallen.why.clone(),
            leaves_cloud: fallen.leaves_cloud,
            is_chosen: fallen.is_chosen,
        }),
    }
}

fn lookup(lookup: &model::LookupSummary) -> Lookup {
    Lookup {
        address: text(lookup.address),
        kind: text(lookup.kind),
        site: site(lookup.site),
        id: text(lookup.id),
        cannot_know: lookup.cannot_know.clone(),
        place: lookup.place.clone(),
    }
}

fn evidence(row: &evidence::Evidence, times: bool) -> Evidence {
    Evidence {
        check: row.check.as_str().to_owned(),
        subject: row.subject.clone(),
        verdict: match &row.verdict {
            evidence::Verdict::Ok => Verdict::Ok,
            evidence::Verdict::ShortBy(by) => Verdict::ShortBy(*by),
            evidence::Verdict::CannotKnow(why) => Verdict::CannotKnow(why.clone()),
        },
        measure: row.measure.as_ref().map(|measure| Measure {
            needed: measure.needed,
            used: measure.used,
            twice: measure.twice,
            available: measure.available,
            unit: text(measure.unit),
        }),
        starting: row.starting.iter().map(starting).collect(),
        source: row.source.clone(),
        read_at: row.read_at.clone().filter(|_| times),
        good_until: row.good_until.clone().filter(|_| times),
    }
}

fn starting(starting: &evidence::Starting) -> Starting {
    Starting {
        owner: text(starting.owner),
        slice: text(starting.slice),
        site: site(starting.site),
        shape: text(starting.shape),
        nodes: starting.nodes,
        each: starting.each,
        reserves: starting.reserves,
    }
}

fn shape(shape: &model::ShapeFacts) -> Shape {
    Shape {
        shape: text(shape.shape),
        site: site(shape.site),
        accelerator: shape.accelerator.map(text),
        gpus: shape.gpus,
        on_demand: shape.on_demand.map(amount),
        spot: shape.spot.map(amount),
        local_gb: shape.local_gb,
    }
}
