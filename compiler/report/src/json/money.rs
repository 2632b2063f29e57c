//! Money, contracts and the verdict of the guards for machines. Amounts are text, exact. Must not compute anything.

use serde_json::{Map, Value, json};
use tonnage_plan::{
    Plan,
    model::GuardState,
    money::{CommitmentSummary, Crossing, MilestoneSummary, Stores},
};

use crate::spend::{Amounts, Costs, Spend, Sum};

/// GPUs, nodes and money, before and after.
pub fn spend(spend: &Spend) -> Value {
    let starting = spend.starting.iter().map(|(day, of)| {
        let mut told = costs(of);
        told.insert("from".to_owned(), json!(day.to_string()));
        Value::Object(told)
    });
    let mut told = costs(&spend.hour);
    told.insert("gpus".to_owned(), json!({"before": spend.gpus.0, "after": spend.gpus.1}));
    told.insert("nodes".to_owned(), json!({"before": spend.nodes.0, "after": spend.nodes.1}));
    told.insert("reserved_nodes".to_owned(), json!({"before": spend.reserved.0, "after": spend.reserved.1}));
    told.insert("unused_nodes".to_owned(), json!({"before": spend.idle.0, "after": spend.idle.1}));
    told.insert("new_spend_per_month".to_owned(), amounts(&spend.month));
    let left = &spend.left;
    let no_longer = json!({
        "gpus": left.gpus.1, "nodes": left.nodes.1, "reserved_nodes": left.reserved.1,
        "committed_per_hour": sum(&left.committed.after), "new_spend_per_hour": sum(&left.new.after),
    });
    told.insert("no_longer_managed".to_owned(), no_longer);
    told.insert("starting_later".to_owned(), starting.collect());
    Value::Object(told)
}

/// What is stored, before and after: no price of it is known.
pub fn stored([before, after]: &[Stores; 2]) -> Value {
    let of = |stored: &Stores| json!({"stores": stored.stores, "gib": stored.gib, "stores_of_no_size": stored.unsized_stores});
    json!({"before": of(before), "after": of(after)})
}

fn costs(costs: &Costs) -> Map<String, Value> {
    let told = [
        ("list_price_per_hour", &costs.list),
        ("committed_per_hour", &costs.committed),
        ("new_spend_per_hour", &costs.new),
    ];
    told.into_iter().map(|(name, of)| (name.to_owned(), amounts(of))).collect()
}

fn amounts(amounts: &Amounts) -> Value {
    json!({
        "currency": "USD",
        "before": sum(&amounts.before),
        "after": sum(&amounts.after),
        "difference": (amounts.after.amount - amounts.before.amount).normalize().to_string(),
    })
}

/// Nodes without a price are not in the amount.
fn sum(sum: &Sum) -> Value {
    let (nodes, gpus) = sum.unknown();
    json!({
        "amount": sum.amount.normalize().to_string(),
        "nodes": sum.nodes, "gpus": sum.gpus, "nodes_without_price": nodes, "gpus_without_price": gpus,
    })
}

/// What a contract gets in the year that the plan concerns.
pub fn commitment(commitment: &CommitmentSummary) -> Value {
    let milestone = |milestone: &MilestoneSummary| {
        json!({
            "name": milestone.name.as_str(),
            "by": milestone.by.to_string(),
            "planned_to_be_met": milestone.met,
            "capacity": milestone.capacity.iter().map(|(model, due, planned, now)| json!({
                "accelerator": model.as_str(), "due": due, "planned": planned, "after_this_plan": now,
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "address": commitment.address.as_str(),
        "unit": commitment.unit.as_str(),
        "value": commitment.value.to_string(),
        "earlier_years": commitment.earlier.to_string(),
        "year": commitment.year,
        "owed": commitment.owed.map(|owed| owed.to_string()),
        "carried_not_known": commitment.carried_unknown,
        "days_gone": {
            "days": commitment.gone.days,
            "days_not_known": commitment.gone.unknown,
            "amount": commitment.gone.amount.to_string(),
            "stated_until": commitment.gone.stated.map(|day| day.to_string()),
            "share_not_known": commitment.gone.unsure.to_string(),
        },
        "before": commitment.before.to_string(),
        "after": commitment.after.to_string(),
        "difference": (commitment.after - commitment.before).normalize().to_string(),
        "as_the_files_say": commitment.files.to_string(),
        "share_without_rate": commitment.share_without_rate.to_string(),
        "cpu_nodes_without_rate": commitment.cpu_nodes,
        "over_burn": commitment.over_burn.as_ref().map(crossing),
        "used_up": commitment.used_up.as_ref().map(crossing),
        "shortfall": commitment.shortfall.map(|shortfall| shortfall.to_string()),
        "shortfall_in_later_years": commitment.later_shortfall.as_ref().map(|of| json!({
            "first_year": of.first, "last_year": of.last, "amount": of.amount.to_string(),
        })),
        "milestones": commitment.milestones.iter().map(milestone).collect::<Vec<_>>(),
    })
}

fn crossing(of: &Crossing) -> Value {
    json!({
        "year": of.year, "over": of.over.to_string(), "owed": of.owed.to_string(), "at_least": of.is_least,
        "raised": of.is_raised,
    })
}

/// What the guards say together, and which of them refuse the plan: all are under `guards`.
pub fn policy(plan: &Plan) -> Value {
    let any = |state| plan.guards.iter().any(|guard| guard.state == state);
    let refused: Vec<&str> = plan.refusals().map(|guard| guard.name.as_str()).collect();
    let verdict = if !refused.is_empty() {
        "deny"
    } else if any(GuardState::Broken) {
        "warn"
    } else if any(GuardState::CannotKnow) {
        "cannot_know"
    } else {
        "pass"
    };
    json!({"verdict": verdict, "refused_by": refused})
}
