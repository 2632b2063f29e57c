//! From version 1 to a plan. Must not accept what no plan of this version says: every refusal has its words.

use super::*;
use crate::change::{self, Action, PropertyDiff};
use crate::evidence;
use crate::handover::StopsFirst;
use crate::model::{self, UnitId};
use crate::money;
use crate::renamed::{Rename, Renames};
use tonnage_base::{Date, Decimal, Market, Symbol, quantity::Money};
use tonnage_graph::{self as graph, ValueId, Values};

pub(super) type Result<T> = std::result::Result<T, String>;

impl Plan {
    /// The plan; errors with what is wrong with it.
    pub(in crate::file) fn into_plan(self) -> Result<model::Plan> {
        let units = self.units.len();
        let known =
            |id: u32| if (id as usize) < units { Ok(UnitId(id)) } else { Err(format!("there is no unit {id}")) };
        let mut values = Values::new();
        if let Some((at, _)) = self.between.iter().find(|(at, _)| *at >= self.steps.len()) {
            return Err(format!("there is no step {at}"));
        }
        let step = |(at, step): (usize, &Vec<u32>)| {
            let between = self.between.iter().filter(|(step, _)| *step == at).map(|(_, id)| known(*id));
            Ok(model::Step {
                units: step.iter().map(|&id| known(id)).collect::<Result<_>>()?,
                between: between.collect::<Result<_>>()?,
            })
        };
        let changes: Vec<_> = self.changes.iter().map(|c| change(c, &mut values, &known)).collect::<Result<_>>()?;
        // they are looked for by their unit
        if let Some(pair) = changes.windows(2).find(|pair| !pair.is_sorted_by_key(|of| (of.unit, of.address))) {
            let named: Vec<&str> = pair.iter().map(|of| of.address.as_str()).collect();
            return Err(format!("the changes of {} are not in the order of units and addresses", named.join(" and ")));
        }
        Ok(model::Plan {
            fleet: Symbol::new(&self.fleet),
            as_of: date(&self.as_of)?,
            made: date(&self.made)?,
            ledger_serial: self.ledger_serial,
            changes,
            drift: self.drift.iter().map(|d| drift(d, &mut values)).collect::<Result<_>>()?,
            adoptable: self.adoptable,
            units: self.units.iter().map(|u| unit(u, &known)).collect::<Result<_>>()?,
            steps: self.steps.iter().enumerate().map(step).collect::<Result<_>>()?,
            lookups: self.lookups.iter().map(lookup).collect(),
            placements: self.placements.iter().map(placement).collect::<Result<_>>()?,
            held_before: self.held_before.iter().map(held::read).collect::<Result<_>>()?,
            held_after: self.held_after.iter().map(held::read).collect::<Result<_>>()?,
            granted: self.granted.iter().map(super::granted::read).collect::<Result<_>>()?,
            stored: self.stored.map(|[stores, gib, unsized_stores]| money::Stores { stores, gib, unsized_stores }),
            commitments: self.commitments.iter().map(contract::read).collect::<Result<_>>()?,
            preflight: self.preflight.into_iter().map(evidence).collect::<Result<_>>()?,
            outputs: self.outputs.into_iter().map(output).collect(),
            outputs_before: self.outputs_before.into_iter().map(output).collect(),
            notes: self.notes,
            guards: self.guards.into_iter().map(guard).collect::<Result<_>>()?,
            protected: self.protected.iter().map(protected).collect::<Result<_>>()?,
            protects_anew: self.protects_anew,
            written: self.written,
            terms: self.terms.into_iter().map(term).collect(),
            embedded: self.embedded,
            shapes: self.shapes.iter().map(shape).collect::<Result<_>>()?,
            stops_first: (self.stops_first.into_iter())
                .map(|(block, why, within)| StopsFirst { block, why, within })
                .collect(),
            renames: self.renames.map_or_else(Renames::default, |(moves, stopping)| Renames {
                moves: (moves.iter())
                    .map(|(from, to)| Rename { from: Symbol::new(from), to: Symbol::new(to) })
                    .collect(),
                stopping,
            }),
            not_full: self.not_full.into_iter().map(not_full).collect(),
            places: self.places.into_iter().map(place).collect(),
            accounts: self.accounts.iter().map(|(cloud, of)| (Symbol::new(cloud), Symbol::new(of))).collect(),
            callers: self.callers.iter().map(|(cloud, of)| (Symbol::new(cloud), Symbol::new(of))).collect(),
            second_opinion: self.second_opinion.map(opinion::SecondOpinion::read).transpose()?,
            values,
        })
    }
}

fn protected(of: &Protected) -> Result<model::Protected> {
    let until = of.until.as_deref().map(date).transpose()?;
    Ok(model::Protected { address: Symbol::new(&of.address), destroy: of.destroy, shrink: of.shrink, until })
}

fn term(Term { name, before, after, place }: Term) -> model::Term {
    model::Term { name, before, after, place }
}

fn guard(guard: Guard) -> Result<model::Guard> {
    let state = model::GuardState::parse(&guard.state).ok_or_else(|| format!("`{}` is not a state", guard.state))?;
    Ok(model::Guard { name: guard.name, deny: guard.deny, state, message: guard.message, place: guard.place })
}

fn not_full(of: NotFull) -> model::NotFull {
    let NotFull { label, groups, running, asked, words, .. } = of;
    model::NotFull { label, site: site(&of.site), shape: Symbol::new(&of.shape), groups, running, asked, words }
}

fn place(place: Place) -> model::Place {
    model::Place {
        site: site(&place.site),
        provider: Symbol::new(&place.provider),
        name: place.name,
        country: place.country,
        continent: place.continent,
    }
}

pub(super) fn symbol(text: &Option<String>) -> Option<Symbol> {
    text.as_deref().map(Symbol::new)
}

fn value(raw: Option<&RawValue>, values: &mut Values) -> Result<Option<ValueId>> {
    raw.map(|raw| values.from_json(raw.get()).map_err(|error| error.to_string())).transpose()
}

pub(super) fn site(site: &Site) -> graph::Site {
    graph::Site { cloud: Symbol::new(&site.cloud), region: Symbol::new(&site.region) }
}

pub(super) fn holds(holds: &Holds) -> Result<graph::Holds> {
    Ok(graph::Holds {
        shape: Symbol::new(&holds.shape),
        nodes: holds.nodes,
        market: Market::parse(&holds.market).ok_or_else(|| format!("`{}` is not a market", holds.market))?,
        zone: symbol(&holds.zone),
        reserves_only: holds.reserves_only,
    })
}

fn some_holds(some: &Option<Holds>) -> Result<Option<graph::Holds>> {
    some.as_ref().map(holds).transpose()
}

pub(super) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|error| format!("`{text}` is not a date: {error}"))
}

pub(super) fn number(text: &str) -> Result<Decimal> {
    text.parse().map_err(|error| format!("`{text}`: {error}"))
}

fn reference(reference: &Reference) -> graph::Reference {
    graph::Reference { address: Symbol::new(&reference.address), attribute: symbol(&reference.attribute) }
}

pub(super) fn some_money(amount: &Option<Amount>) -> Result<Option<Money>> {
    let Some(amount) = amount else { return Ok(None) };
    Ok(Some(Money { amount: number(&amount.amount)?, currency: Symbol::new(&amount.currency) }))
}

fn output(output: Output) -> (Symbol, model::OutputValue) {
    let value = match output.value {
        Some(text) => model::OutputValue::Known(text),
        None if output.sensitive => model::OutputValue::Sensitive,
        None => model::OutputValue::Later,
    };
    (Symbol::new(&output.name), value)
}

fn unit(unit: &Unit, known: &dyn Fn(u32) -> Result<UnitId>) -> Result<model::Unit> {
    Ok(model::Unit {
        name: Symbol::new(&unit.name),
        site: site(&unit.site),
        operation: match unit.operation {
            Operation::Keep => model::UnitOperation::Keep,
            Operation::Create => model::UnitOperation::Create,
            Operation::Update => model::UnitOperation::Update,
            Operation::Delete => model::UnitOperation::Delete,
        },
        members: unit.members.iter().map(member).collect::<Result<_>>()?,
        document: unit.document.clone(),
        parameters: unit.parameters.iter().map(|p| parameter(p, known)).collect::<Result<_>>()?,
        outputs: unit.outputs.iter().map(unit_output).collect(),
        expects: unit.expects.clone(),
        hold: unit.hold,
        when_held: match &unit.when_held {
            Some(word) => model::WhenHeld::parse(word).ok_or_else(|| format!("`{word}` is not known"))?,
            None => model::WhenHeld::Stop,
        },
        ahead: unit.ahead.iter().map(ahead).collect::<Result<_>>()?,
        between: unit.between.as_ref().map(|b| between(b, known).map(Box::new)).transpose()?,
        reverts: unit.reverts,
    })
}

fn lookup(lookup: &Lookup) -> model::LookupSummary {
    model::LookupSummary {
        address: Symbol::new(&lookup.address),
        kind: Symbol::new(&lookup.kind),
        site: site(&lookup.site),
        id: Symbol::new(&lookup.id),
        cannot_know: lookup.cannot_know.clone(),
        place: lookup.place.clone(),
    }
}

fn parameter(p: &Parameter, known: &dyn Fn(u32) -> Result<UnitId>) -> Result<model::Parameter> {
    let from = match (p.from, &p.output, p.kept, p.store) {
        (Some(from), Some(output), None, false) => {
            model::Giver::Unit { unit: known(from)?, output: Symbol::new(output) }
        }
        (None, None, Some(kept), false) => model::Giver::Secret { kept },
        (None, None, None, true) => model::Giver::Store,
        _ => return Err(format!("parameter `{}` has neither a unit that gives it nor a secret", p.name)),
    };
    Ok(model::Parameter { name: Symbol::new(&p.name), from, reference: reference(&p.reference) })
}

fn unit_output(output: &UnitOutput) -> model::UnitOutput {
    model::UnitOutput { name: Symbol::new(&output.name), reference: reference(&output.reference) }
}

fn between(between: &Between, known: &dyn Fn(u32) -> Result<UnitId>) -> Result<model::Between> {
    Ok(model::Between {
        members: between.members.iter().map(member).collect::<Result<_>>()?,
        document: between.document.clone(),
        parameters: between.parameters.iter().map(|p| parameter(p, known)).collect::<Result<_>>()?,
        outputs: between.outputs.iter().map(unit_output).collect(),
    })
}

fn ahead(ahead: &Ahead) -> Result<model::Ahead> {
    Ok(match ahead {
        Ahead::Retain(names) => model::Ahead::Retain(names.iter().map(|name| Symbol::new(name)).collect()),
        Ahead::Import { resources, document } => {
            let imported = |imported: &Imported| {
                Ok(model::Imported {
                    member: member(&imported.member)?,
                    id: Symbol::new(&imported.id),
                    identifier: imported
                        .identifier
                        .iter()
                        .map(|(name, value)| (Symbol::new(name), Symbol::new(value)))
                        .collect(),
                })
            };
            let resources = resources.iter().map(imported).collect::<Result<_>>()?;
            model::Ahead::Import { resources, document: document.clone() }
        }
    })
}

fn member(member: &Member) -> Result<model::Member> {
    Ok(model::Member {
        address: Symbol::new(&member.address),
        local_name: Symbol::new(&member.local_name),
        kind: Symbol::new(&member.kind),
        body: member.body.get().to_owned(),
        depends_on: member.depends_on.iter().map(|text| Symbol::new(text)).collect(),
        retain_on_delete: member.retain_on_delete,
        retain_on_replace: member.retain_on_replace,
        delete_first: member.delete_first,
        update_policy: member.update_policy.as_deref().map(Symbol::new),
        holds: some_holds(&member.holds)?,
    })
}

fn change(change: &Change, values: &mut Values, known: &dyn Fn(u32) -> Result<UnitId>) -> Result<change::Change> {
    let actions = [
        Action::Delete,
        Action::ReplaceDeleteFirst,
        Action::ReplaceCreateFirst,
        Action::Forget,
        Action::Import,
        Action::Create,
        Action::Update,
        Action::Move,
        Action::NoOp,
    ];
    let action = actions.into_iter().find(|action| action.as_str() == change.action);
    Ok(change::Change {
        address: Symbol::new(&change.address),
        previous_address: symbol(&change.previous_address),
        kind: Symbol::new(&change.kind),
        action: action.ok_or_else(|| format!("`{}` is not an action", change.action))?,
        reasons: change.reasons.iter().map(reason).collect::<Result<_>>()?,
        diffs: change.diffs.iter().map(|d| diff(d, values)).collect::<Result<_>>()?,
        site: site(&change.site),
        unit: known(change.unit)?,
        local_name: Symbol::new(&change.local_name),
        physical_id: symbol(&change.physical_id),
        before: value(change.before.as_deref(), values)?,
        after: value(change.after.as_deref(), values)?,
        holds_before: some_holds(&change.holds_before)?,
        asked_before: change.asked_before,
        older: change.older.iter().map(holds).collect::<Result<_>>()?,
        holds_after: some_holds(&change.holds_after)?,
        effects: change.effects.iter().map(effect).collect::<Result<_>>()?,
        declared: change.declared.clone(),
    })
}

fn effect(effect: &Effect) -> Result<change::Effect> {
    Ok(change::Effect {
        kind: change::EffectKind::parse(&effect.kind).ok_or_else(|| format!("`{}` is not an effect", effect.kind))?,
        nodes: effect.nodes,
        gib: effect.gib,
        property: effect.property.clone(),
        batch: effect.batch,
        words: effect.words.clone(),
        way_out: effect.way_out.clone(),
    })
}

fn reason(reason: &Reason) -> Result<change::Reason> {
    let plain = [
        change::Reason::New,
        change::Reason::Gone,
        change::Reason::NotAsked,
        change::Reason::Destroyed,
        change::Reason::Changed,
        change::Reason::Drift,
        change::Reason::Conflict,
        change::Reason::Missing,
        change::Reason::Deleted,
        change::Reason::Retained,
        change::Reason::Moved,
        change::Reason::Imported,
        change::Reason::Removed,
    ];
    let found = match (reason.code.as_str(), &reason.property, &reason.from) {
        ("create_only", Some(property), None) => Some(change::Reason::CreateOnly { property: property.clone() }),
        ("conditional", Some(property), None) => Some(change::Reason::Conditional { property: property.clone() }),
        ("cascade", Some(property), Some(from)) => {
            Some(change::Reason::Cascade { from: Symbol::new(from), property: property.clone() })
        }
        ("ended", None, Some(day)) => Some(change::Reason::Ended { on: date(day)? }),
        ("stood_on", None, Some(by)) => Some(change::Reason::StoodOn { by: Symbol::new(by) }),
        ("follows", Some(property), Some(from)) => {
            Some(change::Reason::Follows { from: Symbol::new(from), property: property.clone() })
        }
        (code, None, None) => plain.into_iter().find(|plain| plain.code() == code),
        _ => None,
    };
    found.ok_or_else(|| format!("`{}` is not a reason", reason.code))
}

fn diff(diff: &Diff, values: &mut Values) -> Result<PropertyDiff> {
    Ok(PropertyDiff {
        path: diff.path.clone(),
        before: value(diff.before.as_deref(), values)?,
        after: value(diff.after.as_deref(), values)?,
        forces_replacement: diff.forces_replacement,
        drift: diff.drift,
        conflict: diff.conflict,
        applied: value(diff.applied.as_deref(), values)?,
        origin: diff.origin.as_ref().map(|o| change::Origin { place: o.place.clone(), name: o.name.clone() }),
    })
}

fn drift(drift: &Drift, values: &mut Values) -> Result<change::Drift> {
    let mut properties = Vec::new();
    for property in &drift.properties {
        let choice = change::Choice::ALL.into_iter().find(|choice| choice.as_str() == property.choice);
        let access = |text: &String| {
            let known = change::Opens::ALL.into_iter().find(|known| known.as_str() == text);
            known.ok_or_else(|| format!("`{text}` is not what becomes of access"))
        };
        properties.push(change::DriftedProperty {
            path: property.path.clone(),
            applied: value(property.applied.as_deref(), values)?,
            live: value(property.live.as_deref(), values)?,
            desired: value(property.desired.as_deref(), values)?,
            choice: choice.ok_or_else(|| format!("`{}` is not a choice", property.choice))?,
            owner: symbol(&property.owner),
            access: property.access.as_ref().map(access).transpose()?,
        });
    }
    Ok(change::Drift {
        address: Symbol::new(&drift.address),
        kind: Symbol::new(&drift.kind),
        site: site(&drift.site),
        physical_id: symbol(&drift.physical_id),
        unit: Symbol::new(&drift.unit),
        local_name: Symbol::new(&drift.local_name),
        applied: values.from_json(drift.applied.get()).map_err(|error| error.to_string())?,
        live: value(drift.live.as_deref(), values)?,
        properties,
    })
}

fn placement(placement: &Placement) -> Result<model::PlacementSummary> {
    let slice = |slice: &Slice| {
        Ok(model::SliceSummary {
            option: slice.option.clone(),
            site: site(&slice.site),
            zone: Symbol::new(&slice.zone),
            shape: Symbol::new(&slice.shape),
            market: Symbol::new(&slice.market),
            capacity: symbol(&slice.capacity),
            nodes: slice.nodes,
            groups: slice.groups,
            price: some_money(&slice.price)?,
            begins: slice.begins.as_deref().map(date).transpose()?,
            ends: slice.ends.as_deref().map(date).transpose()?,
            at_end: slice.at_end.clone(),
        })
    };
    let rejection = |rejection: &Rejection| {
        Ok(model::RejectionSummary {
            option: rejection.option.clone(),
            reason: rejection.reason.clone(),
            text: rejection.text.clone(),
            price_difference: some_money(&rejection.price_difference)?,
            place: rejection.place.clone(),
        })
    };
    let falls_back = placement.falls_back.as_ref().map(|fallen| model::FallsBack {
        from: fallen.from.clone(),
        to: fallen.to.clone(),
        why: fallen.why.clone(),
        leaves_cloud: fallen.leaves_cloud,
        is_chosen: fallen.is_chosen,
    });
    Ok(model::PlacementSummary {
        falls_back,
        pool: placement.pool.clone(),
        sizing: placement.sizing.clone(),
        ends: placement.ends.as_deref().map(date).transpose()?,
        slices: placement.slices.iter().map(slice).collect::<Result<_>>()?,
        rejected: placement.rejected.iter().map(rejection).collect::<Result<_>>()?,
    })
}

fn evidence(row: Evidence) -> Result<evidence::Evidence> {
    Ok(evidence::Evidence {
        check: evidence::Check::parse(&row.check).ok_or_else(|| format!("`{}` is not a check", row.check))?,
        subject: row.subject,
        verdict: match row.verdict {
            Verdict::Ok => evidence::Verdict::Ok,
            Verdict::ShortBy(by) => evidence::Verdict::ShortBy(by),
            Verdict::CannotKnow(why) => evidence::Verdict::CannotKnow(why),
        },
        measure: row.measure.map(|measure| evidence::Measure {
            needed: measure.needed,
            used: measure.used,
            twice: measure.twice,
            available: measure.available,
            unit: Symbol::new(&measure.unit),
        }),
        starting: row.starting.into_iter().map(starting).collect(),
        source: row.source,
        read_at: row.read_at,
        good_until: row.good_until,
    })
}

fn starting(starting: Starting) -> evidence::Starting {
    evidence::Starting {
        owner: Symbol::new(&starting.owner),
        slice: Symbol::new(&starting.slice),
        site: site(&starting.site),
        shape: Symbol::new(&starting.shape),
        nodes: starting.nodes,
        each: starting.each,
        reserves: starting.reserves,
    }
}

fn shape(shape: &Shape) -> Result<model::ShapeFacts> {
    Ok(model::ShapeFacts {
        shape: Symbol::new(&shape.shape),
        site: site(&shape.site),
        accelerator: shape.accelerator.as_deref().map(Symbol::new),
        gpus: shape.gpus,
        on_demand: some_money(&shape.on_demand)?,
        spot: some_money(&shape.spot)?,
        local_gb: shape.local_gb,
    })
}
