//! A plan as JSON: Terraform's shape where Terraform has one, so that tools which read its plans read ours, and
//! siblings of ours beside it. Must not compute anything.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tonnage_base::{Symbol, quantity::Money};
use tonnage_graph::{Holds, Site, ValueId};
use tonnage_plan::{
    Action, Change, Effect, Opens, OutputChange, OutputValue, Plan, Step, Unit, UnitId, UnitOperation, Verdict,
};
use tonnage_schema::{PathStep, path};

use crate::{
    drift,
    inside::{Line, Part},
    moves::Spot,
    opinion, preflight,
    risks::Nodes,
    roll_up::RolledDiff,
    units,
    unstarted::Unstarted,
    view::PlanView,
    words,
};

mod bodies;
mod money;
mod planned;

use bodies::{known, sensitive, unknown};

/// Version of our part of the format.
pub const FORMAT_VERSION: &str = "1.0";

/// Characters of a property's value, as it is shown.
const TEXT: usize = 400;

/// The plan.
pub fn plan(view: &PlanView<'_>) -> Value {
    let plan = view.plan;
    let changed: Vec<Value> = plan.changes.iter().map(|change| resource_change(plan, change)).collect();
    json!({
        "format_version": "1.2",
        // Whose shape this is: Checkov takes a file for a plan only where it says so.
        "terraform_version": "1.8.0",
        "tonnage_format_version": FORMAT_VERSION,
        "fleet": plan.fleet.as_str(),
        "as_of": plan.as_of.to_string(),
        "digest": view.digest,
        "ledger_serial": plan.ledger_serial,
        "applyable": plan.has_work(),
        "complete": true,
        "errored": false,
        "summary": view.summary(),
        "headline": view.headline(),
        "counts": {
            "add": view.counts.add, "change": view.counts.change, "destroy": view.counts.destroy,
            "replace": view.replaced, "forget": view.counts.forget, "import": view.counts.import,
            "moved": view.moved,
        },
        "resource_changes": changed,
        "resource_drift": plan.drift.iter().map(|drift| resource_drift(plan, drift)).collect::<Vec<_>>(),
        "output_changes": outputs(plan),
        "planned_values": planned::planned_values(plan),
        "configuration": planned::configuration(plan),
        "fleet_changes": fleet_changes(view),
        "placements": plan.placements.iter().map(|pool| placement(view, pool)).collect::<Vec<_>>(),
        "lookups": plan.lookups.iter().map(lookup).collect::<Vec<_>>(),
        "preflight": plan.preflight.iter().map(evidence).collect::<Vec<_>>(),
        "commitments": plan.commitments.iter().map(money::commitment).collect::<Vec<_>>(),
        "policy": money::policy(plan),
        "risk": view.risk().as_str(),
        "risks": risks(view),
        "units": units(plan),
        "provenance": provenance(plan),
        "guards": plan.guards.iter().map(|guard| json!({
            "name": guard.name,
            "level": if guard.deny { "deny" } else { "warn" },
            "state": guard.state.as_str(),
            "message": guard.message,
            "place": guard.place,
        })).collect::<Vec<_>>(),
        "second_opinion": plan.second_opinion.as_ref().map(opinion::to_json),
        "terms": plan.terms.iter().map(|term| json!({
            "name": term.name, "before": term.before, "after": term.after,
            "declared": Some(&term.place).filter(|place| !place.is_empty()),
        })).collect::<Vec<_>>(),
        "renames": view.renames().map(|(said, blocks)| json!({
            "moves": plan.renames.moves.iter().map(|of| json!({"from": of.from.as_str(), "to": of.to.as_str()})).collect::<Vec<_>>(),
            "nodes_stopping": plan.renames.stopping,
            "said": said,
            "blocks": blocks,
        })),
        "notes": plan.notes,
    })
}

/// Units that change, with the numbers of their steps, from 1.
fn units(plan: &Plan) -> Vec<Value> {
    let steps = |of: fn(&Step) -> &[UnitId]| -> BTreeMap<UnitId, usize> {
        let steps = plan.steps.iter().enumerate().rev();
        steps.flat_map(|(at, step)| of(step).iter().map(move |id| (*id, at + 1))).collect()
    };
    let (whole, between) = (steps(|step| &step.units), steps(|step| &step.between));
    let units = (0..).map(UnitId).zip(&plan.units).filter(|(_, unit)| unit.operation != UnitOperation::Keep);
    units.map(|(id, of)| unit(of, whole.get(&id), between.get(&id))).collect()
}

fn unit(unit: &Unit, step: Option<&usize>, between_step: Option<&usize>) -> Value {
    let mut row = json!({
        "name": unit.name.as_str(), "cloud": unit.site.cloud.as_str(), "region": unit.site.region.as_str(),
        "operation": operation(unit.operation), "resources": unit.members.len(), "hold": unit.hold,
        "when_held": unit.hold.then(|| unit.when_held.as_str()),
        "step": step,
    });
    if let (Some(between), Some(row)) = (&unit.between, row.as_object_mut()) {
        let between = json!({"step": between_step, "resources": between.members.len()});
        row.insert("between".to_owned(), between);
    }
    row
}

const fn operation(operation: UnitOperation) -> &'static str {
    match operation {
        UnitOperation::Keep => "keep",
        UnitOperation::Create => "create",
        UnitOperation::Update => "update",
        UnitOperation::Delete => "delete",
    }
}

fn resource_change(plan: &Plan, change: &Change) -> Value {
    let actions: &[&str] = match change.action {
        Action::Create => &["create"],
        Action::Delete => &["delete"],
        Action::ReplaceDeleteFirst => &["delete", "create"],
        Action::ReplaceCreateFirst => &["create", "delete"],
        Action::Update => &["update"],
        Action::Forget => &["forget"],
        Action::Import if !change.diffs.is_empty() => &["update"],
        Action::Import => &["no-op"],
        Action::Move | Action::NoOp => &["no-op"],
    };
    let (name, index) = name_and_index(change.address.as_str());
    let whole = |id: Option<ValueId>| id.map_or(Value::Null, |id| known(&plan.values, id));
    let mut out = json!({
        "address": change.address.as_str(),
        "mode": "managed",
        "type": change.kind.as_str(),
        "name": name,
        "provider_name": provider(plan, change.site, change.kind),
        "change": {
            "actions": actions,
            "before": whole(change.before),
            "after": whole(change.after),
            "after_unknown": unknown(&plan.values, change.after),
            "before_sensitive": sensitive(&plan.values, change.before),
            "after_sensitive": sensitive(&plan.values, change.after),
            "replace_paths": change.diffs.iter().filter(|d| d.forces_replacement).map(|d| steps(&d.path)).collect::<Vec<_>>(),
        },
        "action_reason": change.reasons.first().map(tonnage_plan::Reason::code),
        "reasons": change.reasons.iter().map(|r| json!({"code": r.code(), "text": words::reason(r)})).collect::<Vec<_>>(),
        "cloud": change.site.cloud.as_str(),
        "region": change.site.region.as_str(),
        "unit": plan.units.get(change.unit.0 as usize).map(|u| u.name.as_str()),
        "physical_id": change.physical_id.map(|s| s.as_str()),
        "declared": change.declared,
        "effects": change.effects.iter().map(effect).collect::<Vec<_>>(),
        "properties": change.diffs.iter().map(|diff| property(plan, &RolledDiff::of(&plan.values, diff, TEXT), change)).collect::<Vec<_>>(),
        "nodes": { "before": change.holds_before.map(holds), "after": change.holds_after.map(holds), "asked_before": change.asked_before, "stays": change.stays().map(holds) },
    });
    if let (Some(index), Some(object)) = (index, out.as_object_mut()) {
        object.insert("index".to_owned(), Value::String(index));
    }
    if let (Action::Import, Some(id), Some(of_change)) =
        (change.action, change.physical_id, out.get_mut("change").and_then(Value::as_object_mut))
    {
        of_change.insert("importing".to_owned(), json!({"id": id.as_str()}));
    }
    if let (Some(previous), Some(object)) = (change.previous_address, out.as_object_mut()) {
        object.insert("previous_address".to_owned(), Value::String(previous.as_str().to_owned()));
    }
    out
}

/// In Terraform's shape, with the owner of each property and what the plan does about it beside it.
fn resource_drift(plan: &Plan, drift: &tonnage_plan::Drift) -> Value {
    let values = &plan.values;
    let whole = |id: Option<ValueId>| id.map_or(Value::Null, |id| known(values, id));
    let address = drift.address.as_str();
    let (name, index) = name_and_index(address);
    let properties = drift.properties.iter().map(|property| {
        json!({
            "path": property.path, "owner": crate::drift::owner(property), "choice": property.choice.as_str(),
            "applied": whole(property.applied), "live": whole(property.live), "desired": whole(property.desired),
            "conflict": property.choice == tonnage_plan::Choice::Overwrite,
            "access": property.access.map(Opens::as_str),
            "adopt": words::adopts(plan, drift.address, &property.path).then(|| words::adopt(address, &property.path)),
        })
    });
    let mut out = json!({
        "address": address,
        "mode": "managed",
        "type": drift.kind.as_str(),
        "name": name,
        "provider_name": provider(plan, drift.site, drift.kind),
        "change": {
            "actions": [if drift.live.is_some() { "update" } else { "delete" }],
            "before": whole(Some(drift.applied)),
            "after": whole(drift.live),
            "after_unknown": {},
            "before_sensitive": sensitive(values, Some(drift.applied)),
            "after_sensitive": sensitive(values, drift.live),
        },
        "cloud": drift.site.cloud.as_str(),
        "region": drift.site.region.as_str(),
        "physical_id": drift.physical_id.map(|id| id.as_str()),
        "owner": crate::drift::owner_of_all(drift),
        "properties": properties.collect::<Vec<_>>(),
    });
    if let (Some(index), Some(object)) = (index, out.as_object_mut()) {
        object.insert("index".to_owned(), Value::String(index));
    }
    out
}

/// The kind of cloud: of a place that the plan does not know, what the type begins with: `AWS::EC2::VPC` is of `aws`.
fn provider(plan: &Plan, site: Site, kind: Symbol) -> String {
    match plan.places.iter().find(|place| place.site == site) {
        Some(place) => place.provider.as_str().to_owned(),
        None => kind.as_str().split([':', '.', '/']).next().unwrap_or_default().to_lowercase(),
    }
}

/// A path as Terraform has it: its steps in a list.
fn steps(path: &str) -> Value {
    let step = |step: PathStep| match step {
        PathStep::Key(key) => json!(key.as_str()),
        PathStep::Index(index) => json!(index),
    };
    path::parse(path).into_iter().map(step).collect()
}

/// `pool.a.b.nodes["k"]` is named `nodes`, at index `k`.
fn name_and_index(address: &str) -> (String, Option<String>) {
    let (path, index) = match address.strip_suffix("\"]").and_then(|a| a.rsplit_once("[\"")) {
        Some((path, key)) => (path, Some(key.to_owned())),
        None => (address, None),
    };
    (path.rsplit('.').next().unwrap_or(path).to_owned(), index)
}

fn holds(holds: Holds) -> Value {
    json!({
        "shape": holds.shape.as_str(), "nodes": holds.nodes, "market": holds.market.as_str(),
        "reserves_only": holds.reserves_only,
    })
}

fn outputs(plan: &Plan) -> Value {
    let parsed = |value: Option<&OutputValue>| -> Option<Value> {
        value.and_then(OutputValue::known).and_then(|text| serde_json::from_str(text).ok())
    };
    let change = |change: OutputChange<'_>| {
        let (before, after) = (parsed(change.before), parsed(change.after));
        let sensitive = |value: Option<&OutputValue>| value == Some(&OutputValue::Sensitive);
        json!({
            "actions": [change.action()], "before": before, "after": after,
            "after_unknown": change.after == Some(&OutputValue::Later),
            "before_sensitive": sensitive(change.before), "after_sensitive": sensitive(change.after),
        })
    };
    plan.output_changes().into_iter().map(|of| (of.name.as_str().to_owned(), change(of))).collect::<Map<_, _>>().into()
}

fn fleet_changes(view: &PlanView<'_>) -> Value {
    let totals = &view.totals;
    json!({
        "gpus": totals.gpus.iter().map(|(model, before, after)| json!({"model": model, "before": before, "after": after})).collect::<Vec<_>>(),
        "cpu_nodes": {"before": totals.cpu_nodes.0, "after": totals.cpu_nodes.1},
        "spend": money::spend(&totals.spend),
        "stored_not_in_spend": money::stored(&view.plan.stored),
        "by_cloud": totals.clouds.iter().map(|(cloud, of)| json!({
            "cloud": cloud.as_str(), "spend": money::spend(of),
        })).collect::<Vec<_>>(),
        "by_block": totals.blocks.iter().map(|block| json!({
            "label": block.label, "count": block.count, "spend": money::spend(&block.spend),
        })).collect::<Vec<_>>(),
        "moves": view.moves.iter().map(|of| json!({
            "block": of.block, "from": spot(of.from), "to": spot(of.to), "gpus": of.gpus, "cpu_nodes": of.cpu_nodes,
        })).collect::<Vec<_>>(),
        "units": units::rows(view.plan).iter().map(|row| json!({
            "step": row.step, "symbol": row.symbol, "name": row.name, "where": row.place, "units": row.units, "text": row.words(),
        })).collect::<Vec<_>>(),
        "changes": view.changes.iter().map(|group| json!({
            "symbol": words::symbol(group.action), "action": words::verb(group.action), "label": group.label,
            "type": group.kind.as_str(), "count": group.changes.len(), "sites": group.sites,
            "reasons": group.reasons, "nodes_before": group.nodes_before, "nodes_after": group.nodes_after,
            "declared": group.place, "whence": group.whence(), "risk": crate::risks::name(group.rank), "effects": group.effects.iter().map(words::effect).collect::<Vec<_>>(), "nodes": crate::text::nodes_text(group),
            "addresses": group.changes.iter().map(|change| change.address.as_str()).collect::<Vec<_>>(),
            "properties": group.changes.first().map_or_else(Vec::new, |first| group.diffs.iter().map(|diff| property(view.plan, diff, first)).collect()),
            "undoes_others": group.changes.iter().any(|change| change.undoes_others()),
        })).collect::<Vec<_>>(),
        "drift": view.drift.iter().map(|line| json!({
            "label": line.label, "type": line.kind.as_str(), "count": line.addresses.len(), "sites": line.sites,
            "path": line.path, "owner": line.owner, "choice": line.answer.as_str(), "text": line.answer_in_words(),
            "applied": line.applied, "live": line.live, "planned": line.planned, "each": line.each,
            "access": line.access.map(Opens::as_str),
            "inside": line.inside.iter().map(inside).collect::<Vec<_>>(), "declared": line.place,
            "ways_out": ways_out(line.ways_out()),
            "addresses": line.addresses.iter().map(|address| address.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "preflight": preflight::roll_up(&view.plan.preflight).iter().map(|row| json!({
            "verdict": verdict(&row.first.verdict), "text": row.first.words(), "checks": row.checks, "subject": row.subject,
            "why": row.with_freshness(None), "rows": row.rows,
        })).collect::<Vec<_>>(),
        "table": view.rows().iter().map(|[what, before, after, difference]| json!({
            "what": what, "before": before, "after": after, "difference": difference,
        })).collect::<Vec<_>>(),
        "breakdown": view.breakdown().map(|table| table.rows).unwrap_or_default(),
        "unknown_prices": view.unknown_prices(),
        "commitment_lines": view.commitment_lines(),
        "sites": view.sites.iter().map(|at| json!({
            "cloud": at.site.cloud.as_str(), "region": at.site.region.as_str(),
            "provider": at.place.map(|place| place.provider.as_str()),
            "place": at.place.map(|place| &place.name), "country": at.place.map(|place| &place.country),
            "continent": at.place.map(|place| &place.continent),
            "gpus": {"before": at.gpus.0, "after": at.gpus.1}, "nodes": {"before": at.nodes.0, "after": at.nodes.1},
            "changes": at.changes,
        })).collect::<Vec<_>>(),
    })
}

/// A property that differs, as it is shown; commands are for the resource at `address`.
fn property(plan: &Plan, diff: &RolledDiff, change: &Change) -> Value {
    let address = change.address;
    let ways = diff.answer().map_or_else(Vec::new, |answer| {
        let adopts = words::adopts(plan, address, &diff.path);
        let leave = drift::leaves(&change.diffs, &diff.path);
        let can = drift::Can { answer, adopts, leave: leave.as_deref() };
        drift::ways_out(address.as_str(), &diff.path, can, [&diff.after, &diff.before])
    });
    json!({
        "path": diff.path, "forces_replacement": diff.forces_replacement, "drift": diff.drift,
        "before": diff.before, "after": diff.after,
        "conflict": diff.conflict.is_some(), "applied": diff.conflict,
        "inside": diff.inside.iter().map(inside).collect::<Vec<_>>(),
        "declared": diff.origin.as_ref().map(|(place, _)| place), "name": diff.origin.as_ref().map(|(_, name)| name),
        "ways_out": ways_out(ways),
    })
}

fn ways_out(ways: Vec<(&str, String)>) -> Value {
    ways.into_iter().map(|(purpose, command)| json!({"purpose": purpose, "command": command})).collect()
}

/// A line of what changed inside a long text.
fn inside(line: &Line) -> Value {
    match line {
        Line::Property(path, before, after) => json!({"property": path, "before": before, "after": after}),
        Line::Removed(text) => json!({"removed": text}),
        Line::Added(text) => json!({"added": text}),
        Line::Words(parts) => {
            let part = |part: &Part| match part {
                Part::Same(text) => json!({"same": text}),
                Part::Removed(text) => json!({"removed": text}),
                Part::Added(text) => json!({"added": text}),
            };
            json!({"words": parts.iter().map(part).collect::<Vec<_>>()})
        }
        Line::More(lines) => json!({"lines_more": lines}),
    }
}

fn effect(effect: &Effect) -> Value {
    json!({
        "code": effect.kind.as_str(), "nodes": effect.nodes, "gib": effect.gib, "property": effect.property,
        "at_once": effect.batch, "text": effect.words, "way_out": effect.way_out,
    })
}

fn risks(view: &PlanView<'_>) -> Value {
    let risks = &view.risks;
    let nodes = |n: &Nodes| json!({"resources": n.resources, "nodes": n.nodes, "gpus": n.gpus, "resources_without_a_number": n.uncounted});
    json!({
        "gpus_stopped": view.gpus_stopped,
        "gpus_stopped_at_most": risks.gpus_stopped_at_most(),
        "gpus_started": risks.started.gpus,
        "cannot_start": view.unstarted.iter().map(|of| json!({
            "blocks": of.owners.iter().map(|owner| owner.as_str()).collect::<Vec<_>>(), "reserved_only": of.reserves,
            "nodes": of.nodes.nodes, "gpus": of.nodes.gpus, "at_least": of.is_least,
            "of_nodes": of.of.nodes, "of_gpus": of.of.gpus, "because": of.because.iter().map(|(what, _)| what).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "lines": view.alarms.iter().flat_map(|alarm| alarm.shown().map(|said| json!({
            "what": alarm.what, "text": said.text, "risk": alarm.risk.as_str(), "declared": said.place,
        }))).collect::<Vec<_>>(),
        "stopped": nodes(&risks.stopped),
        "stopped_in_batches": nodes(&risks.in_batches),
        "stopped_at_once": nodes(&risks.at_once),
        "may_stop": nodes(&risks.may_stop),
        "loses_access": nodes(&risks.cut_off),
        "cannot_know": nodes(&risks.unknown),
        "old_version": nodes(&risks.old_version),
        "capacity_twice": nodes(&risks.twice),
        "capacity_paid_twice": nodes(&risks.paid_twice),
        "capacity_forfeited": risks.forfeited.iter().map(|row| json!({
            "shape": row.shape.as_str(), "idle": row.idle,
            "nodes": row.least.nodes, "list_price_per_hour": price(row.least.hourly),
            "nodes_at_most": row.most.nodes, "list_price_per_hour_at_most": price(row.most.hourly),
        })).collect::<Vec<_>>(),
        "data_lost": {
            "stores": risks.stores_lost, "gib": risks.gib_lost, "stores_of_unknown_size": risks.stores_of_unknown_size,
            "local_gb": risks.local_gb_lost, "local_gb_at_risk": risks.local_gb_at_risk,
        },
        "data_gone": {
            "stores": risks.stores_gone, "gib": risks.gib_gone, "stores_of_unknown_size": risks.gone_of_unknown_size,
        },
        "data_left_behind": {"stores": risks.stores_left, "gib": risks.gib_left},
        "cascades": view.cascades.iter().map(|cascade| json!({
            "count": cascade.count, "property": cascade.property, "declared": cascade.place, "text": cascade.words(),
            "links": cascade.links.iter().map(|link| json!({
                "address": link.address, "type": link.kind.as_str(), "action": link.action.as_str(),
                "through": link.through, "loses": link.loses,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "cascades_left_out": view.cascades_left_out,
    })
}

fn site(site: Site) -> Value {
    json!({"cloud": site.cloud.as_str(), "region": site.region.as_str()})
}

fn spot(spot: Spot) -> Value {
    let zone = spot.zone.map(Symbol::as_str);
    json!({"cloud": spot.site.cloud.as_str(), "region": spot.site.region.as_str(), "zone": zone})
}

fn price(money: Option<Money>) -> Value {
    money.map_or(Value::Null, |m| json!({"amount": m.amount.to_string(), "currency": m.currency.as_str()}))
}

fn placement(view: &PlanView<'_>, pool: &tonnage_plan::model::PlacementSummary) -> Value {
    let of_pool = |of: &&Unstarted| of.owners.iter().any(|owner| owner == pool.pool.as_str());
    json!({
        "pool": pool.pool,
        "sizing": pool.sizing,
        "ends": pool.ends.map(|day| day.to_string()),
        "chosen": pool.slices.iter().map(|s| json!({
            "option": s.option, "site": site(s.site), "zone": s.zone.as_str(), "shape": s.shape.as_str(),
            "market": s.market.as_str(), "capacity": s.capacity.map(|c| c.as_str()), "nodes": s.nodes, "groups": s.groups,
            "node_hour_price": price(s.price), "begins": s.begins.map(|day| day.to_string()), "ends": s.ends.map(|day| day.to_string()),
        })).collect::<Vec<_>>(),
        "rejected": pool.rejected.iter().map(|r| json!({
            "option": r.option, "reason": r.reason, "text": r.text, "hourly_price_difference": price(r.price_difference),
            "declared": r.place,
        })).collect::<Vec<_>>(),
        "cannot_start": view.unstarted.iter().filter(of_pool).map(Unstarted::of_block).collect::<Vec<_>>(),
        "falls_back": pool.falls_back.as_ref().map(|fallen| json!({
            "from": fallen.from, "to": fallen.to, "why": fallen.why, "leaves_cloud": fallen.leaves_cloud,
            "chosen": fallen.is_chosen,
        })),
    })
}

fn lookup(lookup: &tonnage_plan::model::LookupSummary) -> Value {
    json!({
        "address": lookup.address.as_str(), "type": lookup.kind.as_str(), "site": site(lookup.site),
        "id": lookup.id.as_str(), "cannot_know": lookup.cannot_know, "declared": lookup.place,
    })
}

const fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::ShortBy(_) => "short",
        Verdict::CannotKnow(_) => "cannot_know",
    }
}

fn evidence(evidence: &tonnage_plan::Evidence) -> Value {
    let (short_by, missing) = match &evidence.verdict {
        Verdict::Ok => (None, None),
        Verdict::ShortBy(n) => (Some(*n), None),
        Verdict::CannotKnow(why) => (None, Some(why.clone())),
    };
    json!({
        "check": evidence.check.as_str(), "subject": evidence.subject, "verdict": verdict(&evidence.verdict), "short_by": short_by,
        "missing": missing, "needed": evidence.measure.as_ref().map(|measure| measure.needed),
        "in_use": evidence.measure.as_ref().and_then(|measure| measure.used),
        "twice": evidence.measure.as_ref().map_or(0, |measure| measure.twice), "numbers": evidence.numbers(),
        "available": evidence.measure.as_ref().and_then(|measure| measure.available),
        "unit": evidence.measure.as_ref().map(|measure| measure.unit.as_str()),
        "source": evidence.source, "read_at": evidence.read_at, "good_until": evidence.good_until,
    })
}

fn provenance(plan: &Plan) -> Value {
    let mut out = Map::new();
    for change in &plan.changes {
        let properties: Map<String, Value> = change
            .diffs
            .iter()
            .filter_map(|d| d.origin.as_ref().map(|o| (d.path.clone(), json!({"declared": o.place, "name": o.name}))))
            .collect();
        if !properties.is_empty() {
            out.insert(change.address.as_str().to_owned(), Value::Object(properties));
        }
    }
    Value::Object(out)
}
