//! What contracts get, in version 1, both ways. Must not lose anything.

use serde::{Deserialize, Serialize};
use tonnage_base::Symbol;

use super::read::{Result, date, number};
use super::write::text;
use crate::money;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Commitment {
    address: String,
    unit: String,
    value: String,
    earlier: String,
    year: i16,
    owed: Option<String>,
    carried_unknown: bool,
    gone: DaysGone,
    before: String,
    after: String,
    files: String,
    share_without_rate: String,
    cpu_nodes: u64,
    shortfall: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    later_shortfall: Option<(i16, i16, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over_burn: Option<Crossing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_up: Option<Crossing>,
    milestones: Vec<Milestone>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Crossing {
    year: i16,
    over: String,
    owed: String,
    is_least: bool,
    is_raised: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysGone {
    amount: String,
    days: u32,
    unknown: u32,
    unsure: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stated: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Milestone {
    name: String,
    by: String,
    /// Accelerator, GPUs due, planned, and drawing afterwards.
    capacity: Vec<(String, u64, u64, u64)>,
    met: bool,
}

pub(super) fn write(commitment: &money::CommitmentSummary) -> Commitment {
    let milestone = |milestone: &money::MilestoneSummary| Milestone {
        name: text(milestone.name),
        by: milestone.by.to_string(),
        capacity: milestone
            .capacity
            .iter()
            .map(|(model, due, planned, now)| (text(*model), *due, *planned, *now))
            .collect(),
        met: milestone.met,
    };
    Commitment {
        address: text(commitment.address),
        unit: text(commitment.unit),
        value: commitment.value.to_string(),
        earlier: commitment.earlier.to_string(),
        year: commitment.year,
        owed: commitment.owed.map(|owed| owed.to_string()),
        carried_unknown: commitment.carried_unknown,
        gone: DaysGone {
            amount: commitment.gone.amount.to_string(),
            days: commitment.gone.days,
            unknown: commitment.gone.unknown,
            unsure: commitment.gone.unsure.to_string(),
            stated: commitment.gone.stated.map(|day| day.to_string()),
        },
        before: commitment.before.to_string(),
        after: commitment.after.to_string(),
        files: commitment.files.to_string(),
        share_without_rate: commitment.share_without_rate.to_string(),
        cpu_nodes: commitment.cpu_nodes,
        shortfall: commitment.shortfall.map(|shortfall| shortfall.to_string()),
        later_shortfall: commitment.later_shortfall.as_ref().map(|of| (of.first, of.last, of.amount.to_string())),
        over_burn: commitment.over_burn.as_ref().map(write_crossing),
        used_up: commitment.used_up.as_ref().map(write_crossing),
        milestones: commitment.milestones.iter().map(milestone).collect(),
    }
}

pub(super) fn read(commitment: &Commitment) -> Result<money::CommitmentSummary> {
    let milestone = |milestone: &Milestone| {
        Ok(money::MilestoneSummary {
            name: Symbol::new(&milestone.name),
            by: date(&milestone.by)?,
            capacity: milestone
                .capacity
                .iter()
                .map(|(model, due, planned, now)| (Symbol::new(model), *due, *planned, *now))
                .collect(),
            met: milestone.met,
        })
    };
    Ok(money::CommitmentSummary {
        address: Symbol::new(&commitment.address),
        unit: Symbol::new(&commitment.unit),
        value: number(&commitment.value)?,
        earlier: number(&commitment.earlier)?,
        year: commitment.year,
        owed: commitment.owed.as_deref().map(number).transpose()?,
        carried_unknown: commitment.carried_unknown,
        gone: money::DaysGone {
            amount: number(&commitment.gone.amount)?,
            days: commitment.gone.days,
            unknown: commitment.gone.unknown,
            unsure: number(&commitment.gone.unsure)?,
            stated: commitment.gone.stated.as_deref().map(date).transpose()?,
        },
        before: number(&commitment.before)?,
        after: number(&commitment.after)?,
        files: number(&commitment.files)?,
        share_without_rate: number(&commitment.share_without_rate)?,
        cpu_nodes: commitment.cpu_nodes,
        shortfall: commitment.shortfall.as_deref().map(number).transpose()?,
        later_shortfall: match &commitment.later_shortfall {
            Some((first, last, amount)) => {
                Some(money::LaterShortfall { first: *first, last: *last, amount: number(amount)? })
            }
            None => None,
        },
        over_burn: commitment.over_burn.as_ref().map(read_crossing).transpose()?,
        used_up: commitment.used_up.as_ref().map(read_crossing).transpose()?,
        milestones: commitment.milestones.iter().map(milestone).collect::<Result<_>>()?,
    })
}

fn write_crossing(crossing: &money::Crossing) -> Crossing {
    Crossing {
        year: crossing.year,
        over: crossing.over.to_string(),
        owed: crossing.owed.to_string(),
        is_least: crossing.is_least,
        is_raised: crossing.is_raised,
    }
}

fn read_crossing(crossing: &Crossing) -> Result<money::Crossing> {
    Ok(money::Crossing {
        year: crossing.year,
        over: number(&crossing.over)?,
        owed: number(&crossing.owed)?,
        is_least: crossing.is_least,
        is_raised: crossing.is_raised,
    })
}
