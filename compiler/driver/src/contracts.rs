//! What contracts get: on days gone, from what the ledger tells and what the contract's own block states; on days to
//! come, from the files and the plan. Must not know who pays for what, nor how it is shown.
//!
//! Days gone are never reckoned from today's files: an edit changes what is to come, and nothing that was.

use std::collections::BTreeMap;

use tonnage_apply::drawings;
use tonnage_base::{Date, Decimal, Diagnostic, Market, Symbol, Timestamp};
use tonnage_forecast::{
    Gone, Late, MilestoneLine, Past, Year,
    draws::{self, Bought},
    paid, past,
};
use tonnage_graph::Site;
use tonnage_lang::{
    Intent,
    intent::{Commitment, Owed, Shortfall},
};
use tonnage_ledger::{
    Burn, Drawing, Drawn, Ledger, LedgerError,
    burn::{hours, midnight, until},
};
use tonnage_place::Placement;
use tonnage_plan::{
    Plan,
    money::{CommitmentSummary, Crossing, DaysGone, Held, Idle, LaterShortfall, MilestoneSummary, Paid},
};

use crate::{
    money::{Key, Payer},
    timeline::Ahead,
};

/// What commitments were drawn by before the plan's day.
pub async fn past(ledger: &Ledger, intent: &Intent, plan: &Plan) -> Result<Past, LedgerError> {
    if intent.commitments.is_empty() {
        return Ok(Past::new());
    }
    let burns = burns(ledger, intent).await?;
    Ok(told(intent, &burns, &drawings(plan, &plan.held_before), plan.as_of))
}

/// The same as far as the ledger alone tells it: what the last apply left is taken to run on.
pub async fn recorded(ledger: &Ledger, intent: &Intent) -> Result<Past, LedgerError> {
    let burns = burns(ledger, intent).await?;
    let now = burns.first().map(|burn| burn.after.clone()).unwrap_or_default();
    Ok(told(intent, &burns, &now, intent.as_of))
}

/// As far back as the commitments state nothing of their own.
async fn burns(ledger: &Ledger, intent: &Intent) -> Result<Vec<Burn>, LedgerError> {
    let unstated = intent.commitments.iter().flat_map(|commitment| past::unstated(commitment, intent.as_of));
    match unstated.map(|of| of.from).min() {
        Some(earliest) => ledger.burns(midnight(earliest)).await,
        None => Ok(Vec::new()),
    }
}

fn told(intent: &Intent, burns: &[Burn], now: &[Drawing], as_of: Date) -> Past {
    let mut asked: BTreeMap<Date, Option<(Timestamp, tonnage_ledger::Sums)>> = BTreeMap::new();
    let mut sums = |day: Date| asked.entry(day).or_insert_with(|| until(burns, now, midnight(day))).clone();
    let mut past = Past::new();
    for commitment in intent.commitments.iter() {
        for of in past::unstated(commitment, as_of) {
            let key = (commitment.address.to_string(), of.year);
            let mut drawn = |day: Date| sums(day).map(|(begins, sums)| (begins, sums.get(&key).copied()));
            let (first, last) = (drawn(of.from), drawn(of.to));
            let to = |drawn: Option<(_, Option<Drawn>)>| drawn.and_then(|(_, drawn)| drawn).unwrap_or_default();
            let (first, begins, last) = (to(first), last.map(|(begins, _)| begins), to(last));
            let amount = |drawn: Drawn| match commitment.value {
                Owed::Spend(_) => drawn.money,
                Owed::GpuHours(_) => drawn.gpu_hours,
            };
            let (from, to) = (midnight(of.from), midnight(of.to));
            let unknown = (hours(from, begins.map_or(to, |begins| begins.min(to))) / Decimal::from(24)).ceil();
            let is_usage = matches!(commitment.value, Owed::GpuHours(_));
            let gone = Gone {
                amount: of.gone.amount + amount(last) - amount(first),
                unknown: i32::try_from(unknown).unwrap_or(i32::MAX),
                gpu_hours: last.gpu_hours - first.gpu_hours,
                // hours count whatever they cost
                without_rate: if is_usage { Decimal::ZERO } else { last.without_rate - first.without_rate },
                unsure: last.unsure - first.unsure,
                ..of.gone
            };
            past.entry(commitment.address).or_default().insert(of.year, gone);
        }
    }
    past
}

/// What commitments get.
#[derive(Default)]
pub struct Told {
    /// Each of them.
    pub commitments: Vec<CommitmentSummary>,
    /// The day from which on nobody knows, and why.
    pub unknown: Option<(Date, Diagnostic)>,
}

impl Payer<'_> {
    /// What each commitment gets in the year that the plan concerns, and in which it gets more than is owed. `ahead`
    /// reckons what the files alone say, closely up to the first of two days; of what is destroyed nothing is planned
    /// any more, whatever they say.
    pub fn commitments<E>(
        &self,
        plan: &Plan,
        is_destroyed: bool,
        ahead: impl FnOnce([Date; 2]) -> Result<Ahead, E>,
    ) -> Result<Told, E> {
        let intent = self.intent;
        let running = intent.commitments.iter().filter(|c| plan.as_of <= c.term.1.value);
        let concerned: BTreeMap<Symbol, i16> = running
            .map(|commitment| {
                let first = plan.as_of.max(commitment.term.0.value).year();
                let mut years = first..=commitment.term.1.value.year();
                let changes = |year: &i16| {
                    let get = |rows: &[Held]| self.gets(rows, commitment, plan.as_of, *year);
                    get(&plan.held_before) != get(&plan.held_after)
                };
                (commitment.address, years.find(changes).unwrap_or(first))
            })
            .collect();
        let terms = intent.commitments.iter().map(|commitment| commitment.term.1.value);
        let near = concerned.values().max().and_then(|year| last_of(*year));
        let Some((near, far)) = near.zip(terms.max()) else { return Ok(Told::default()) };
        let Ahead { lines, now, until, wrong } = ahead([near, far.max(near)])?;
        let files = self.placed(&now);
        let told = intent.commitments.iter().zip(&lines).filter_map(|(commitment, line)| {
            let year = *concerned.get(&commitment.address)?;
            let of_year = line.years.iter().find(|of| of.year == year)?;
            let get = |rows: &[Held], of: &Year| self.gets(rows, commitment, plan.as_of, of.year);
            let with =
                |rows: &[Held], of: &Year| (of.planned - get(&files, of) + get(rows, of)).round_dp(2).normalize();
            let after = |of: &Year| match is_destroyed {
                true => (of.gone.amount + get(&plan.held_after, of)).round_dp(2).normalize(),
                false => with(&plan.held_after, of),
            };
            let known = line.years.iter().filter(|of| last_of(of.year).is_some_and(|day| day.min(line.term.1) < until));
            let gets = |of: &Year| (of.clone(), with(&plan.held_before, of), after(of));
            let gets: Vec<(Year, Decimal, Decimal)> = known.map(gets).collect();
            let after = after(of_year);
            let end = last_of(year)?;
            let drawing = |by: Date, model: Symbol| self.drawing(&plan.held_after, commitment.address, by, model);
            // of later ones those that are missed and that the plan takes GPUs from
            let is_hurt = |milestone: &MilestoneLine| {
                milestone.capacity.iter().any(|(model, due, planned)| {
                    let now = drawing(milestone.by, *model);
                    let planned = if is_destroyed { now } else { *planned };
                    let was = self.drawing(&plan.held_before, commitment.address, milestone.by, *model);
                    planned < *due && now < was
                })
            };
            let due = line.milestones.iter().filter(|m| match m.by <= end {
                true => m.by >= plan.as_of || m.late != Late::Met,
                false => m.by < until && is_hurt(m),
            });
            let milestone = |milestone: &MilestoneLine| {
                let capacity = milestone.capacity.iter().map(|(model, due, planned)| {
                    let now = drawing(milestone.by, *model);
                    (*model, *due, if is_destroyed { now } else { *planned }, now)
                });
                let capacity: Vec<_> = capacity.collect();
                let met = match milestone.late {
                    Late::Met => !is_destroyed || capacity.iter().all(|(_, due, planned, _)| due <= planned),
                    Late::Days(_) | Late::Never => false,
                };
                MilestoneSummary { name: milestone.name, by: milestone.by, capacity, met }
            };
            Some(CommitmentSummary {
                address: commitment.address,
                unit: line.unit,
                value: line.value.normalize(),
                earlier: line
                    .years
                    .iter()
                    .filter(|of| of.year < year)
                    .map(|of| of.planned)
                    .sum::<Decimal>()
                    .normalize(),
                year,
                owed: of_year.curve.map(|owed| owed.normalize()),
                carried_unknown: of_year.carried_unknown,
                gone: days_gone(&of_year.gone),
                before: with(&plan.held_before, of_year),
                after,
                files: if is_destroyed { after } else { of_year.planned.normalize() },
                share_without_rate: of_year.unpriced.normalize(),
                cpu_nodes: of_year.cpu_nodes,
                later_shortfall: later_shortfall(&gets, year, line.rule, line.term.1.year()),
                shortfall: of_year.curve.map(|owed| {
                    let missing = (owed - after).max(Decimal::ZERO);
                    paid(line.rule, missing, year == line.term.1.year()).normalize()
                }),
                over_burn: over_burn(&gets, plan.as_of),
                used_up: used_up(&gets, line.value),
                milestones: due.map(milestone).collect(),
            })
        });
        Ok(Told { commitments: told.collect(), unknown: wrong.map(|wrong| (until, wrong)) })
    }

    /// What a placement holds, by who pays for it.
    fn placed(&self, placement: &Placement) -> Vec<Held> {
        let mut rows = Vec::new();
        let mut add = |owner: Symbol, bought: &Bought, key: &dyn Fn(Site, Symbol) -> Key, nodes: u64| {
            let intent = self.intent;
            let cloud = intent.clouds.get(bought.cloud);
            let Some((cloud, shape)) = cloud.zip(intent.catalog.shapes.get(bought.shape)) else { return };
            let site = Site { cloud: cloud.name.value, region: bought.region };
            rows.push(self.row(Key { owner, named: bought.named, ..key(site, shape.name) }, nodes));
        };
        for placed in &placement.pools {
            let Some(pool) = self.intent.pools.get(placed.pool) else { continue };
            for slice in &placed.slices {
                let key = |site, shape| Key {
                    zone: Some(slice.zone),
                    market: slice.market,
                    capacity: slice.capacity,
                    inside: draws::is_paid_whole(self.intent, slice.capacity),
                    ..Key::one(site, shape)
                };
                add(pool.address, &Bought::slice(self.intent, pool, slice), &key, slice.nodes);
            }
        }
        for (id, capacity) in self.intent.capacities.iter_enumerated() {
            if draws::is_paid_whole(self.intent, Some(id)) {
                let key = |site, shape| Key {
                    zone: Some(capacity.zone.value),
                    reserves_only: true,
                    capacity: Some(id),
                    ..Key::one(site, shape)
                };
                let bought = Bought::capacity(self.intent, id, capacity);
                add(capacity.address, &bought, &key, capacity.nodes.value.into());
            }
        }
        for (id, nodes) in draws::idle(self.intent, placement) {
            let Some(capacity) = self.intent.capacities.get(id) else { continue };
            let window = (draws::opens(self.intent, Some(id)), draws::closes(self.intent, None, Some(id)));
            let key = |site, shape| Key {
                zone: Some(capacity.zone.value),
                market: Market::Reserved,
                reserves_only: true,
                idle: Some(Idle::Named),
                window,
                ..Key::one(site, shape)
            };
            add(capacity.address, &Bought::capacity(self.intent, id, capacity), &key, nodes);
        }
        rows
    }

    /// What a commitment gets in a year from the plan's day on, from nodes that run as long as they may.
    fn gets(&self, rows: &[Held], commitment: &Commitment, as_of: Date, year: i16) -> Decimal {
        let (Ok(first), Some(last)) = (Date::new(year, 1, 1), last_of(year)) else { return Decimal::ZERO };
        let (first, last) = (first.max(as_of), last.min(commitment.term.1.value));
        let of_row = |held: &Held| -> Decimal {
            let first = held.from.map_or(first, |from| from.max(first));
            let stretches = held.stretches(first, last.min(held.until.unwrap_or(last)));
            let each = stretches.into_iter().filter_map(|(days, paid, cost)| {
                let hour = match commitment.value {
                    _ if paid != Paid::Contract(Some(commitment.address)) => None,
                    // hours are used, and owed whether they are or not
                    Owed::GpuHours(_) if held.idle.is_some() => None,
                    Owed::GpuHours(_) => self.gpus(held).map(|(_, gpus)| Decimal::from(gpus)),
                    Owed::Spend(_) => cost?.amount.checked_mul(Decimal::from(held.nodes())),
                };
                hour?.checked_mul(Decimal::from(days * 24))
            });
            each.sum()
        };
        rows.iter().map(of_row).sum()
    }

    /// Accelerator and GPUs of a row.
    fn gpus(&self, held: &Held) -> Option<(Symbol, u64)> {
        let shape = self.intent.catalog.shapes.get(self.shape(held.site, held.holds.shape)?)?;
        Some((shape.accelerator?, held.nodes().saturating_mul(u64::from(shape.accelerators))))
    }

    /// GPUs of an accelerator that draw on a commitment by a day.
    fn drawing(&self, rows: &[Held], commitment: Symbol, by: Date, model: Symbol) -> u64 {
        let draws = |held: &&Held| {
            held.idle.is_none()
                && held.from.is_none_or(|from| from <= by)
                && held.paid_on(by).0 == Paid::Contract(Some(commitment))
        };
        let gpus = rows.iter().filter(draws).filter_map(|held| self.gpus(held));
        gpus.filter(|(of, _)| *of == model).fold(0, |sum, (_, gpus)| sum.saturating_add(gpus))
    }
}

/// What is paid for nothing in the years after one: years, each with what is drawn in it before and after the plan.
fn later_shortfall(
    gets: &[(Year, Decimal, Decimal)],
    year: i16,
    rule: Shortfall,
    last_of_term: i16,
) -> Option<LaterShortfall> {
    let later = gets.iter().filter(|(of, ..)| of.year > year && !of.carried_unknown);
    let missing = later.filter_map(|(of, _, after)| {
        let missing = (of.curve? - after).max(Decimal::ZERO);
        let paid = paid(rule, missing, of.year == last_of_term);
        (!paid.is_zero()).then_some((of.year, paid))
    });
    let missing: Vec<(i16, Decimal)> = missing.collect();
    let ((first, _), (last, _)) = missing.first().zip(missing.last())?;
    let amount = missing.iter().map(|(_, paid)| paid).sum::<Decimal>().normalize();
    Some(LaterShortfall { first: *first, last: *last, amount })
}

/// The first year of those to come in which more is drawn than is owed for it: years, each with what is drawn in it
/// before and after the plan. Where it is not known what was carried into a year, nobody knows what is owed for it.
fn over_burn(gets: &[(Year, Decimal, Decimal)], as_of: Date) -> Option<Crossing> {
    let to_come = gets.iter().filter(|(of, ..)| of.year >= as_of.year() && !of.carried_unknown);
    let over = to_come.filter_map(|(of, before, after)| Some((of, of.curve?, before, after)));
    let (of, owed, before, after) = over.into_iter().find(|(_, owed, _, after)| owed < *after)?;
    Some(Crossing {
        year: of.year,
        over: (after - owed).normalize(),
        owed: owed.normalize(),
        is_least: !is_all_known(of),
        is_raised: before < after,
    })
}

/// The year in which all is drawn that is owed over the whole term.
fn used_up(gets: &[(Year, Decimal, Decimal)], value: Decimal) -> Option<Crossing> {
    let is_raised =
        gets.iter().map(|(_, before, _)| *before).sum::<Decimal>() < gets.iter().map(|(.., after)| *after).sum();
    let (mut after, mut is_least) = (Decimal::ZERO, false);
    gets.iter().find_map(|(of, _, its)| {
        after += its;
        is_least |= !is_all_known(of);
        (value < after).then(|| Crossing {
            year: of.year,
            over: (after - value).normalize(),
            owed: value.normalize(),
            is_least,
            is_raised,
        })
    })
}

/// Whether nothing was drawn, or is, beside what is counted.
fn is_all_known(of: &Year) -> bool {
    of.gone.unknown == 0 && of.unpriced.is_zero() && of.cpu_nodes == 0
}

fn days_gone(gone: &Gone) -> DaysGone {
    let count = |days: i32| u32::try_from(days).unwrap_or_default();
    DaysGone {
        amount: gone.amount.round_dp(2).normalize(),
        days: count(gone.days),
        unknown: count(gone.unknown),
        unsure: gone.unsure.checked_div(gone.gpu_hours + gone.unsure).unwrap_or_default().round_dp(4).normalize(),
        stated: gone.stated,
    }
}

fn last_of(year: i16) -> Option<Date> {
    Date::new(year, 12, 31).ok()
}
