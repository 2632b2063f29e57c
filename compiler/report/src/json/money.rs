//! Money, contracts and the verdict of the guards for machines. Amounts are text, exact. Must not compute anything.

use serde_json::{Value, json};
use tonnage_plan::{
    Plan,
    model::GuardState,
    money::{CommitmentSummary, MilestoneSummary},
};

use crate::spend::{Amounts, Spend, Sum};

/// GPUs, nodes and money for one hour, before and after.
pub fn spend(spend: &Spend) -> Value {
    json!({
        "gpus": {"before": spend.gpus.0, "after": spend.gpus.1},
        "nodes": {"before": spend.nodes.0, "after": spend.nodes.1},
        "list_price_per_hour": amounts(&spend.list),
        "committed_per_hour": amounts(&spend.committed),
        "new_spend_per_hour": amounts(&spend.new),
    })
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
        "year": commitment.year,
        "owed": commitment.owed.map(|owed| owed.to_string()),
        "before": commitment.before.to_string(),
        "after": commitment.after.to_string(),
        "difference": (commitment.after - commitment.before).normalize().to_string(),
        "as_the_files_say": commitment.files.to_string(),
        "share_without_rate": commitment.share_without_rate.to_string(),
        "cpu_nodes_without_rate": commitment.cpu_nodes,
        "shortfall": commitment.shortfall.map(|shortfall| shortfall.to_string()),
        "milestones": commitment.milestones.iter().map(milestone).collect::<Vec<_>>(),
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
