//! The timeline for machines.

use serde_json::{Value, json};
use tonnage_forecast::{Late, Timeline};

/// JSON: `samples` (day, GPUs by cloud and accelerator, nodes, groups, stacks, draw of each commitment for one hour)
/// and `commitments` (years, milestones). Amounts are text, exact.
pub fn json(timeline: &Timeline) -> Value {
    let names: Vec<String> = timeline.commitments.iter().map(|line| line.name.to_string()).collect();
    let samples = timeline.samples.iter().enumerate().map(|(at, sample)| {
        let draws: serde_json::Map<String, Value> = names
            .iter()
            .zip(&sample.draws)
            .map(|(name, draw)| {
                let gpus: serde_json::Map<String, Value> =
                    draw.gpus.iter().map(|(model, gpus)| (model.to_string(), json!(gpus))).collect();
                let value = json!({ "gpus": gpus, "hourly": draw.hourly.normalize().to_string(), "gpus_without_rate": draw.unpriced, "cpu_nodes_without_rate": draw.cpu_nodes });
                (name.clone(), value)
            })
            .collect();
        json!({
            "day": sample.day.to_string(),
            "name": timeline.named.iter().find(|(position, _)| *position == at).map(|(_, name)| name),
            "gpus": sample.gpus.iter().map(|((cloud, model), gpus)| json!({
                "cloud": cloud.as_str(), "accelerator": model.as_str(), "gpus": gpus,
            })).collect::<Vec<_>>(),
            "nodes": sample.nodes,
            "groups": sample.groups,
            "stacks": sample.units,
            "draws": draws,
        })
    });
    let commitments = timeline.commitments.iter().map(|line| {
        json!({
            "name": line.name.as_str(),
            "unit": line.unit.as_str(),
            "value": line.value.normalize().to_string(),
            "start": line.term.0.to_string(),
            "end": line.term.1.to_string(),
            "years": line.years.iter().map(|year| json!({
                "year": year.year,
                "owed": year.curve.map(|amount| amount.normalize().to_string()),
                "carried_not_known": year.carried_unknown,
                "planned": year.planned.normalize().to_string(),
                "days_gone": year.gone.days,
                "days_not_known": year.gone.unknown,
                "difference": year.difference.map(|amount| amount.normalize().to_string()),
                "shortfall": year.shortfall.map(|amount| amount.normalize().to_string()),
                "share_without_rate": year.unpriced.normalize().to_string(),
                "cpu_nodes_without_rate": year.cpu_nodes,
            })).collect::<Vec<_>>(),
            "milestones": line.milestones.iter().map(|milestone| json!({
                "name": milestone.name.as_str(),
                "by": milestone.by.to_string(),
                "met": milestone.late == Late::Met,
                "late_days": match milestone.late { Late::Met => json!(0), Late::Days(days) => json!(days), Late::Never => Value::Null },
                "capacity": milestone.capacity.iter().map(|(model, due, planned)| json!({
                    "accelerator": model.as_str(), "due": due, "planned": planned,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })
    });
    json!({
        "format_version": "1.0",
        "fleet": timeline.fleet.as_str(),
        "as_of": timeline.as_of.to_string(),
        "samples": samples.collect::<Vec<_>>(),
        "commitments": commitments.collect::<Vec<_>>(),
    })
}

/// CSV: one row for each day, cloud and accelerator: `day,cloud,accelerator,gpus`.
pub fn csv(timeline: &Timeline) -> String {
    let mut out = String::from("day,cloud,accelerator,gpus\n");
    for sample in &timeline.samples {
        for ((cloud, model), gpus) in &sample.gpus {
            out.push_str(&format!("{},{cloud},{model},{gpus}\n", sample.day));
        }
    }
    out
}
