//! Budgets of pools: what they cost an hour, in the month that costs most, and on the way. Must not know policies.

use tonnage_base::{
    Date, Decimal, Market, SourceMap, Symbol,
    quantity::{MONTH_HOURS, Money},
};
use tonnage_graph::{Holds, Site};
use tonnage_lang::intent::Pool;
use tonnage_place::placement::Slice;
use tonnage_plan::{
    Action,
    model::{Guard, GuardState},
    money::{Held, Paid},
};

use super::cost::{Costs, unknown_price};

/// Holds the budgets of a pool against what its slices cost.
pub fn judge(costs: &Costs<'_>, pool: &Pool, slices: &[Slice], sources: &SourceMap, found: &mut Vec<Guard>) {
    let Some(budget) = &pool.budget else { return };
    let cost = costs.hourly(pool, slices);
    let month = |cost: &Money| cost.checked_mul(Decimal::from(MONTH_HOURS)).map_err(|error| error.to_string());
    let peaks = |cost: &Money| {
        let (hour, hour_unknown) = match meanwhile(costs, pool, cost.currency) {
            Ok(peak) => (peak.filter(|_| costs.plan.has_changes()), None),
            Err(why) => (None, Some((why, "while old and new run".to_owned()))),
        };
        let hour = hour.map(|peak| (peak, "an hour while old and new run".to_owned()));
        let (month, unknown) = dearest_month(costs, pool, *cost);
        let month = month.map(|(day, peak)| (peak, format!("in the month from {day} on, when others pay for it")));
        (hour, hour_unknown, month, unknown.map(|(day, why)| (why, format!("from {day} on"))))
    };
    let (of_hour, hour_unknown, of_month, unknown) = cost.as_ref().map(peaks).unwrap_or_default();
    let per_month = cost.clone().and_then(|cost| month(&cost));
    let limits = [
        ("hourly", budget.hourly, cost, "an hour", of_hour, hour_unknown),
        ("monthly", budget.monthly, per_month, "a month", of_month, unknown),
    ];
    for (name, limit, cost, words, peak, unknown) in limits {
        let Some(limit) = limit else { continue };
        let over = |cost: Money| cost.checked_sub(limit.value).map_or_else(|_| String::new(), |over| over.short());
        let budget = limit.value.short();
        let (state, message) = match cost {
            Err(missing) => (GuardState::CannotKnow, missing),
            Ok(cost) => match cost.partial_cmp(&limit.value) {
                None => (GuardState::CannotKnow, "the price is in another currency".to_owned()),
                Some(std::cmp::Ordering::Greater) => {
                    let text = format!("it costs {} {words}, {} over its budget of {budget}", cost.short(), over(cost));
                    (GuardState::Broken, text)
                }
                Some(_) if let Some((peak, when)) = peak.filter(|(peak, _)| *peak > limit.value) => {
                    let [dear, over] = [peak.short(), over(peak)];
                    let usual = if name == "hourly" { "afterwards" } else { "a month until then" };
                    let text =
                        format!("it costs {dear} {when}, {over} over its budget of {budget}; {} {usual}", cost.short());
                    (GuardState::Broken, text)
                }
                Some(_) => match unknown {
                    Some((why, when)) => {
                        let then = if name == "hourly" { "afterwards" } else { "until then" };
                        let usual = format!("{} {words} {then}, within its budget of {budget}", cost.short());
                        (GuardState::CannotKnow, format!("{why} {when}; {usual}"))
                    }
                    None => {
                        (GuardState::Holds, format!("it costs {} {words}, within its budget of {budget}", cost.short()))
                    }
                },
            },
        };
        found.push(Guard {
            name: format!("{}.budget.{name}", pool.address),
            deny: true,
            state,
            message,
            place: sources.place(limit.span),
        });
    }
}

/// A day, and why nobody knows what a pool costs from then on.
type UnknownFrom = (Date, String);

/// The month that costs a pool most of those that begin when somebody else comes to pay for its nodes, and its first
/// day; `cost` is what an hour costs until then. None where no month costs more than the first. And the first day on
/// which it is not known what they cost: a month with such a day in it is not among them.
fn dearest_month(costs: &Costs<'_>, pool: &Pool, cost: Money) -> (Option<(Date, Money)>, Option<UnknownFrom>) {
    let own = costs.after(pool.address).iter().filter(|held| !held.leaves && !held.holds.reserves_only);
    let own: Vec<&Held> = own.copied().collect();
    let mut days: Vec<Date> = own.iter().flat_map(|held| held.later.iter().map(|later| later.from)).collect();
    days.sort_unstable();
    days.dedup();
    // by how much an hour of a day costs more than one of the plan's day
    let more = |day: Date| {
        let mut sum = Decimal::ZERO;
        for held in &own {
            let more = more_on(held, held.from.unwrap_or(costs.plan.as_of), day, cost.currency)?;
            sum = sum.checked_add(more).ok_or_else(too_large)?;
        }
        Ok::<_, String>(sum)
    };
    let unknown = days.iter().find_map(|day| Some((*day, more(*day).err()?)));
    let month = |first: Date| {
        let (mut left, mut sum, mut day) = (i64::from(MONTH_HOURS), Decimal::ZERO, first);
        while left > 0 {
            let hours = left.min(24);
            let of_day = cost.amount.checked_add(more(day).ok()?)?.checked_mul(Decimal::from(hours))?;
            sum = of_day.checked_add(sum)?;
            left -= hours;
            day = day.tomorrow().ok()?;
        }
        Some((first, Money { amount: sum, currency: cost.currency }))
    };
    let Some(usual) = cost.amount.checked_mul(Decimal::from(MONTH_HOURS)) else { return (None, unknown) };
    let months = days.into_iter().filter_map(month).filter(|(_, sum)| sum.amount > usual);
    (months.reduce(|a, b| if a.1 < b.1 { b } else { a }), unknown)
}

/// By how much nodes cost more an hour on a day than on their first. Errors: why nobody knows.
fn more_on(held: &Held, first: Date, day: Date, currency: Symbol) -> Result<Decimal, String> {
    let price = |day: Date| {
        let (paid, cost) = held.paid_on(day);
        amount(held, paid, cost, currency)
    };
    let runs = held.until.is_none_or(|until| day <= until);
    let of_node = match runs {
        true if held.paid_on(first) == held.paid_on(day) => Decimal::ZERO,
        true => price(day)?.checked_sub(price(first)?).ok_or_else(too_large)?,
        // what it does not save, where nobody knows that, is no reason to say less
        false => -price(first).unwrap_or_default(),
    };
    of_node.checked_mul(Decimal::from(held.nodes())).ok_or_else(too_large)
}

fn too_large() -> String {
    "the sum is too large".to_owned()
}

/// What a node costs an hour. Errors: why nobody knows.
fn amount(held: &Held, paid: Paid, cost: Option<Money>, currency: Symbol) -> Result<Decimal, String> {
    let Holds { market, shape, zone, .. } = held.holds;
    match (cost, paid) {
        (Some(cost), _) if cost.currency == currency => Ok(cost.amount),
        (Some(_), _) => Err(format!("the price of {shape} is in another currency")),
        (None, Paid::Contract(Some(contract))) => {
            Err(format!("{contract} has no rate for {shape}, so its price is unknown"))
        }
        // what has lost its reservation runs on at the price that anybody pays
        (None, _) => {
            let market = if market == Market::Reserved { Market::OnDemand } else { market };
            Err(unknown_price(market, shape, zone.unwrap_or(held.site.region)))
        }
    }
}

/// The most that a pool costs an hour while the plan is applied, where that is more than afterwards: what leaves runs
/// until what comes is there. Errors: why nobody knows what that which runs costs, where more comes beside it.
fn meanwhile(costs: &Costs<'_>, pool: &Pool, currency: Symbol) -> Result<Option<Money>, String> {
    let of_pool = |rows: &[&'_ Held]| -> Vec<Held> {
        let own = rows.iter().filter(|held| held.paid != Paid::Reservation && !held.holds.reserves_only);
        own.map(|held| (*held).clone()).collect()
    };
    let (before, after) = (of_pool(costs.before(pool.address)), of_pool(costs.after(pool.address)));
    let unknown = before.iter().find_map(|held| amount(held, held.paid, held.cost, currency).err());
    if let Some(why) = unknown {
        let nodes = |holds: &mut dyn Iterator<Item = Holds>| -> u64 {
            holds.filter(|holds| !holds.reserves_only).map(|holds| u64::from(holds.nodes)).sum()
        };
        let comes = costs.changes(pool.address).iter().any(|change| {
            let [was, is] = [nodes(&mut change.runs().into_iter()), nodes(&mut change.held_after())];
            was < is || is > 0 && change.action == Action::ReplaceCreateFirst
        });
        return if comes { Err(why) } else { Ok(None) };
    }
    Ok(peak(costs, pool, &before, &after).map(|amount| Money { amount, currency }))
}

/// The highest sum of what runs at the moments of a plan, where all of it has a price.
fn peak(costs: &Costs<'_>, pool: &Pool, before: &[Held], after: &[Held]) -> Option<Decimal> {
    let cost = |rows: &[Held], site: Site, holds: Holds| -> Option<Decimal> {
        let alike = |held: &&Held| held.site == site && Holds { nodes: holds.nodes, ..held.holds } == holds;
        rows.iter().find(alike)?.cost?.amount.checked_mul(Decimal::from(holds.nodes))
    };
    let times = &costs.times;
    // what comes and what goes at each moment
    let mut moments = vec![(Decimal::ZERO, Decimal::ZERO); times.moments()];
    for change in costs.changes(pool.address) {
        let was = change.runs().into_iter().filter(|holds| !holds.reserves_only && holds.nodes > 0);
        let was = was.map(|holds| cost(before, change.site, holds)).sum::<Option<Decimal>>()?;
        let is = change.held_after().filter(|holds| !holds.reserves_only && holds.nodes > 0);
        let is = is.map(|holds| cost(after, change.site, holds)).sum::<Option<Decimal>>()?;
        let (comes, goes) = match change.action {
            Action::ReplaceCreateFirst => (is, was),
            _ => ((is - was).max(Decimal::ZERO), (was - is).max(Decimal::ZERO)),
        };
        if let Some((come, _)) = times.comes(change).and_then(|at| moments.get_mut(at)) {
            *come += comes;
        }
        if let Some((_, go)) = times.goes(change).and_then(|at| moments.get_mut(at)) {
            *go += goes;
        }
    }
    let all = |held: &Held| held.cost?.amount.checked_mul(Decimal::from(held.nodes()));
    let mut now = before.iter().map(all).sum::<Option<Decimal>>()?;
    let mut most = now;
    for (comes, goes) in moments {
        now += comes;
        most = most.max(now);
        now -= goes;
    }
    Some(most)
}
