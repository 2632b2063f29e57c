//! What is held and who pays for it, in version 1, both ways. Must not lose anything.

use serde::{Deserialize, Serialize};
use tonnage_base::Symbol;

use super::read::{self, Result, date};
use super::write::{self, text};
use super::{Amount, Holds, Site};
use crate::money;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    owner: String,
    site: Site,
    holds: Holds,
    resources: u64,
    paid: Paid,
    list: Option<Amount>,
    cost: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "super::is_false")]
    leaves: bool,
    /// Granted places in which nothing runs: whether the files name them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idle: Option<bool>,
    #[serde(default, skip_serializing_if = "super::is_false")]
    outside: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    later: Vec<Later>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<(String, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    from: String,
    paid: Paid,
    cost: Option<Amount>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Paid {
    Market,
    Contract(Option<String>),
    Reservation,
}

pub(super) fn write(held: &money::Held) -> Held {
    Held {
        owner: text(held.owner),
        site: write::site(held.site),
        holds: write::holds(held.holds),
        resources: held.resources,
        paid: write_paid(held.paid),
        list: held.list.map(write::amount),
        cost: held.cost.map(write::amount),
        from: held.from.map(|day| day.to_string()),
        until: held.until.map(|day| day.to_string()),
        leaves: held.leaves,
        outside: held.outside,
        idle: held.idle.map(|idle| idle == money::Idle::Named),
        ended: held.ended.map(|(contract, day)| (text(contract), day.to_string())),
        later: held.later.iter().map(write_later).collect(),
    }
}

pub(super) fn read(held: &Held) -> Result<money::Held> {
    Ok(money::Held {
        owner: Symbol::new(&held.owner),
        site: read::site(&held.site),
        holds: read::holds(&held.holds)?,
        resources: held.resources,
        paid: read_paid(&held.paid),
        list: read::some_money(&held.list)?,
        cost: read::some_money(&held.cost)?,
        from: held.from.as_deref().map(date).transpose()?,
        until: held.until.as_deref().map(date).transpose()?,
        leaves: held.leaves,
        outside: held.outside,
        idle: held.idle.map(|named| if named { money::Idle::Named } else { money::Idle::Gone }),
        ended: match &held.ended {
            Some((contract, day)) => Some((Symbol::new(contract), date(day)?)),
            None => None,
        },
        later: held.later.iter().map(read_later).collect::<Result<_>>()?,
    })
}

fn write_later(later: &money::Later) -> Later {
    Later { from: later.from.to_string(), paid: write_paid(later.paid), cost: later.cost.map(write::amount) }
}

fn read_later(later: &Later) -> Result<money::Later> {
    Ok(money::Later { from: date(&later.from)?, paid: read_paid(&later.paid), cost: read::some_money(&later.cost)? })
}

fn write_paid(by: money::Paid) -> Paid {
    match by {
        money::Paid::Market => Paid::Market,
        money::Paid::Contract(name) => Paid::Contract(name.map(text)),
        money::Paid::Reservation => Paid::Reservation,
    }
}

fn read_paid(by: &Paid) -> money::Paid {
    match by {
        Paid::Market => money::Paid::Market,
        Paid::Contract(name) => money::Paid::Contract(read::symbol(name)),
        Paid::Reservation => money::Paid::Reservation,
    }
}
