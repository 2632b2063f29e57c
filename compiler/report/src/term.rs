//! Contracts whose term ends soon or is over, as far as they pay or paid for nodes that run on. Must not know formats,
//! nor what contracts are owed.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol, quantity::Money};
use tonnage_lang::intent::TOLD_AHEAD;
use tonnage_plan::{
    Plan,
    money::{Held, Later, Paid},
};

use crate::{
    alarms::{Alarm, Risk},
    risks::Nodes,
    view, words,
};

/// Nodes of one pool for which a contract pays no more.
#[derive(Default)]
struct Left {
    nodes: Nodes,
    /// For an hour; none: not known of some.
    cost: Option<Money>,
    unpriced: bool,
    /// No market price is paid instead: they run in what somebody else pays for.
    is_unknown: bool,
}

/// By contract, its last day, and pool.
type Ends = BTreeMap<(String, Date, String), Left>;

/// Of contracts that end soon, and of those that have ended.
pub fn alarms(plan: &Plan) -> Vec<Alarm> {
    let (mut soon, mut over) = (Ends::new(), Ends::new());
    for held in plan.held_after.iter().filter(|held| held.idle.is_none()) {
        if let Some((contract, last, later)) = ends(held, plan.as_of) {
            add(&mut soon, plan, held, (contract, last), (later.paid, later.cost));
        }
        if let Some((contract, last)) = held.ended.filter(|_| nobody_known(held.paid)) {
            add(&mut over, plan, held, (contract, last), (held.paid, held.cost));
        }
    }
    let said =
        [("contract ends", ["ends", "end"], "afterwards", soon), ("contract ended", ["ended"; 2], "since", over)];
    let alarms = said.into_iter().filter(|(.., ends)| !ends.is_empty()).map(|(what, [one, many], when, ends)| {
        let mut contracts: Vec<(&str, Date)> =
            ends.keys().map(|(contract, day, _)| (contract.as_str(), *day)).collect();
        contracts.dedup();
        let headline = match contracts.as_slice() {
            [(contract, day)] => format!("contract {contract} {one} on {day}"),
            several => format!("{} {many}", words::count(several.len() as u64, "contract")),
        };
        let lines = ends.iter().map(|((contract, day, pool), left)| {
            let nodes = format!("{} of {pool}", left.nodes.words());
            let instead = match left.is_unknown {
                true => format!("no known contract pays for {nodes} {when}"),
                false => format!("{nodes} are new spend {when}, {}", left.cost()),
            };
            (pool.clone(), format!("{contract} {one} on {day}: {instead}"))
        });
        Alarm { stands: true, ..Alarm::about(what, Risk::Some, headline, lines) }
    });
    alarms.collect()
}

/// Whether no contract of the files pays.
const fn nobody_known(paid: Paid) -> bool {
    matches!(paid, Paid::Market | Paid::Contract(None))
}

/// The contract that pays for nodes now and soon no more, its last day, and who pays then.
fn ends(held: &Held, as_of: Date) -> Option<(Symbol, Date, &Later)> {
    let Paid::Contract(Some(contract)) = held.paid else { return None };
    let later = held.later.first().filter(|later| nobody_known(later.paid))?;
    let last = later.from.yesterday().ok()?;
    let days = as_of.until(last).map_or(i32::MAX, |span| span.get_days());
    (days <= TOLD_AHEAD).then_some((contract, last, later))
}

fn add(
    ends: &mut Ends,
    plan: &Plan,
    held: &Held,
    (contract, last): (Symbol, Date),
    (paid, cost): (Paid, Option<Money>),
) {
    let contract = contract.as_str().replacen("commitment.", "", 1);
    let left = ends.entry((contract, last, words::without_keys(held.owner.as_str()))).or_default();
    left.nodes.add(Nodes::of(view::shape(plan, held.site, held.holds.shape), Some(held.nodes())));
    left.is_unknown |= paid != Paid::Market;
    match cost.and_then(|cost| cost.checked_mul(Decimal::from(held.nodes())).ok()) {
        Some(cost) => {
            let sum = left.cost.unwrap_or(Money::zero(cost.currency));
            left.cost = sum.checked_add(cost).ok();
        }
        None => left.unpriced = true,
    }
}

impl Left {
    /// `$569.66 an hour`.
    fn cost(&self) -> String {
        match (self.cost, self.unpriced) {
            (Some(cost), false) => format!("{} an hour", cost.short()),
            (Some(cost), true) => format!("{} an hour + unknown", cost.short()),
            (None, _) => "at an unknown price".to_owned(),
        }
    }
}
