//! A difference as JSON. Must not compute anything.

use serde_json::{Value, json};

use super::{Difference, late};
use crate::{view::PlanView, words};

/// The difference; `plan` has the shape of a plan.
pub fn json(difference: &Difference) -> Value {
    let view = PlanView::of(&difference.plan);
    json!({
        "format_version": "1.0",
        "fleet": difference.fleet.as_str(),
        "as_of": difference.as_of.to_string(),
        "base": difference.base,
        "head": difference.head,
        "same": difference.is_empty(),
        "asked": difference.blocks.iter().map(|block| json!({
            "address": block.address, "action": words::verb(block.action), "was": block.was, "place": block.place,
            "lines": block.lines.iter().map(|line| json!({
                "path": line.path, "before": line.before, "after": line.after, "place": line.place,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "commitments": difference.commitments.iter().map(|drawn| json!({
            "name": drawn.name.as_str(), "unit": drawn.unit.as_str(),
            "years": drawn.years.iter().map(|of| json!({
                "year": of.year, "from": of.from.map(|day| day.to_string()), "owed": of.owed.map(|d| d.to_string()),
                "before": of.before.to_string(), "after": of.after.to_string(),
                "difference": (of.after - of.before).to_string(),
            })).collect::<Vec<_>>(),
            "milestones": drawn.milestones.iter().map(|(name, before, after)| json!({
                "name": name.as_str(), "before": late(*before), "after": late(*after),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "guards": difference.guards.iter().map(|(before, now)| json!({
            "name": now.name, "level": if now.deny { "deny" } else { "warn" },
            "before": before.map(|state| state.as_str()), "after": now.state.as_str(),
            "message": now.message, "place": now.place,
        })).collect::<Vec<_>>(),
        "plan": crate::json::plan(&view),
    })
}
