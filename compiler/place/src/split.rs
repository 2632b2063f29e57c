//! A pool that is shared out over clouds: whole GPUs for each share, what one can't hold taken by the others within
//! their bounds, and what a shift would save. Must not know of other pools.

use tonnage_base::{
    Decimal, Symbol,
    quantity::{Money, group_thousands},
};
use tonnage_lang::intent::{Objective, Pool, PoolOption, Share, Shift, Split};

use crate::{
    attempt::attempt,
    decide::{Chosen, Rejected},
    limits::Limits,
    placement::{Inputs, PlacedPool, Slice},
    words::count,
};

/// What a share holds so far.
struct Held<'a> {
    share: &'a Share,
    option: &'a PoolOption,
    /// GPUs it is to hold.
    target: u64,
    /// GPUs it may hold at most.
    most: u64,
    slices: Vec<Slice>,
    short: Option<crate::candidate::Reason>,
}

/// What became of a split.
pub struct Outcome<'a> {
    /// Shares that hold something.
    pub chosen: Vec<Chosen<'a>>,
    /// Shares that hold nothing.
    pub rejected: Vec<Rejected<'a>>,
    /// GPUs that no share holds.
    pub left: u64,
}

/// Places each share; the slices and the sizing go into `placed`.
pub fn place<'a>(
    inputs: &Inputs<'_>,
    pool: &'a Pool,
    split: &'a Split,
    placed: &mut PlacedPool,
    limits: &mut Limits<'_>,
) -> Outcome<'a> {
    let asked = asked(pool);
    let spares = pool.size.spares.as_ref().map_or(Decimal::ZERO, |share| share.value);
    let spare = Decimal::from(asked).checked_mul(spares).unwrap_or(Decimal::ZERO).ceil();
    let all = asked.saturating_add(u64::try_from(spare).unwrap_or(0));
    let targets = apportion(all, &split.shares.iter().map(|share| share.target.value).collect::<Vec<_>>());
    let mut held: Vec<Held<'a>> = Vec::new();
    for (share, target) in split.shares.iter().zip(targets) {
        let Some(option) = pool.options.iter().find(|option| option.name.value == share.name.value) else { continue };
        let upper = share.bounds.as_ref().map_or(share.target.value, |(_, upper)| upper.value);
        let most = Decimal::from(all).checked_mul(upper).and_then(|most| u64::try_from(most.floor()).ok());
        held.push(Held {
            share,
            option,
            target,
            most: most.unwrap_or(target).max(target),
            slices: Vec::new(),
            short: None,
        });
    }
    for of in &mut held {
        fill(inputs, pool, of, of.target, limits);
    }
    let mut steps = vec![said(pool, asked, spare, &held)];
    let mut left: u64 = held.iter().map(|of| of.target.saturating_sub(gpus(inputs, &of.slices))).sum();
    // what one can't hold the others take, in the author's order, as far as their bounds go
    let lacking: Vec<Symbol> =
        held.iter().filter(|of| gpus(inputs, &of.slices) < of.target).map(|of| of.share.name.value).collect();
    for of in &mut held {
        if left == 0 || lacking.contains(&of.share.name.value) {
            continue;
        }
        let before = gpus(inputs, &of.slices);
        let wanted = before.saturating_add(left).min(of.most);
        if wanted <= before {
            continue;
        }
        limits.give_back(inputs, &of.slices);
        of.slices.clear();
        fill(inputs, pool, of, wanted, limits);
        let more = gpus(inputs, &of.slices).saturating_sub(before);
        if more > 0 {
            left = left.saturating_sub(more);
            let names: Vec<String> = lacking.iter().map(|name| format!("`{name}`")).collect();
            steps.push(format!(
                "{} of {} taken by `{}`, within its bounds",
                count(more, pool.unit()),
                names.join(" and "),
                of.share.name.value
            ));
        }
    }
    let all_slices: Vec<Slice> = held.iter().flat_map(|of| of.slices.iter().cloned()).collect();
    placed.sizing.asked = asked;
    placed.sizing.units = gpus(inputs, &all_slices);
    placed.sizing.nodes = all_slices.iter().fold(0, |sum, slice| sum.saturating_add(slice.nodes));
    placed.sizing.steps = steps;
    placed.proposal = split.shift.as_ref().and_then(|shift| propose(inputs, pool, shift, &held));
    placed.slices = all_slices;
    let (mut chosen, mut rejected) = (Vec::new(), Vec::new());
    for of in held {
        let nodes = of.slices.iter().fold(0u64, |sum, slice| sum.saturating_add(slice.nodes));
        match (nodes, of.target, of.short) {
            (0, 1.., Some(reason)) => rejected.push(Rejected::new(of.option, reason)),
            (_, _, short) => chosen.push(Chosen { option: of.option, nodes, short }),
        }
    }
    Outcome { chosen, rejected, left }
}

/// GPUs or CPUs that the pool asks for.
fn asked(pool: &Pool) -> u64 {
    match (pool.size.units(), &pool.size.replicas, &pool.size.gpus_per_replica) {
        (Some(units), ..) => units.value,
        (None, Some(replicas), Some(each)) => replicas.value.saturating_mul(each.value),
        _ => 0,
    }
}

fn fill(inputs: &Inputs<'_>, pool: &Pool, of: &mut Held<'_>, wanted: u64, limits: &mut Limits<'_>) {
    if wanted == 0 {
        return;
    }
    match attempt(inputs, pool, of.option, Some(wanted), limits) {
        Ok(attempt) => {
            limits.take(inputs, &attempt.filled.slices);
            of.short = attempt.filled.short;
            of.slices = attempt.filled.slices;
        }
        Err(refusal) => of.short = Some(refusal.reason),
    }
}

fn gpus(inputs: &Inputs<'_>, slices: &[Slice]) -> u64 {
    let each = |slice: &Slice| inputs.intent.catalog.shapes[slice.shape].units();
    slices.iter().fold(0, |sum, slice| sum.saturating_add(slice.nodes.saturating_mul(each(slice))))
}

/// Whole numbers in proportion to shares that sum to 1, whose sum is `all`: the largest remainders get one more, the
/// first of equal ones first.
fn apportion(all: u64, shares: &[Decimal]) -> Vec<u64> {
    let exact: Vec<Decimal> =
        shares.iter().map(|share| Decimal::from(all).checked_mul(*share).unwrap_or(Decimal::ZERO)).collect();
    let mut whole: Vec<u64> = exact.iter().map(|exact| u64::try_from(exact.floor()).unwrap_or(0)).collect();
    let left = all.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|&at| (exact.get(at).map(|exact| std::cmp::Reverse(exact.fract())), at));
    for at in order.into_iter().cycle().take(usize::try_from(left).unwrap_or(0).min(shares.len())) {
        if let Some(whole) = whole.get_mut(at) {
            *whole += 1;
        }
    }
    whole
}

/// `216,000 GPUs = 118,800 (aws, 55%) + 64,800 (azure, 30%) + …`.
fn said(pool: &Pool, asked: u64, spare: Decimal, held: &[Held<'_>]) -> String {
    let parts: Vec<String> = held
        .iter()
        .map(|of| {
            let percent = of.share.target.value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default().normalize();
            format!("{} ({}, {percent}%)", group_thousands(of.target), of.share.name.value)
        })
        .collect();
    let spares = if spare.is_zero() { String::new() } else { format!(" + {} spare", spare.normalize()) };
    format!("{}{spares} = {}", count(asked, pool.unit()), parts.join(" + "))
}

/// What a shift would do, in words; none where it is not worth it. Nothing moves by itself: it is a proposal.
fn propose(inputs: &Inputs<'_>, pool: &Pool, shift: &Shift, held: &[Held<'_>]) -> Option<String> {
    if shift.objective == Objective::Performance {
        return performance(inputs, held);
    }
    let mut unknown: Vec<Symbol> = Vec::new();
    let mut prices: Vec<(usize, Money)> = Vec::new();
    for (at, of) in held.iter().enumerate() {
        match price(inputs, of) {
            Some(price) => prices.push((at, price)),
            None => unknown.push(of.share.name.value),
        }
    }
    if prices.len() < 2 {
        let names: Vec<String> = unknown.iter().map(|name| format!("`{name}`")).collect();
        let (unit, names) = (pool.unit(), names.join(", "));
        return Some(format!("shift: cannot know, what a {unit} hour costs in {names} is not known"));
    }
    let headroom = |at: usize| held.get(at).map_or(0, |of| of.most.saturating_sub(gpus(inputs, &of.slices)));
    let surplus = |at: usize| {
        let Some(of) = held.get(at) else { return 0 };
        let all: u64 = held.iter().map(|of| of.target).sum();
        let least = of.share.bounds.as_ref().map_or(of.share.target.value, |(least, _)| least.value);
        let least = Decimal::from(all).checked_mul(least).and_then(|l| u64::try_from(l.ceil()).ok()).unwrap_or(0);
        gpus(inputs, &of.slices).saturating_sub(least)
    };
    let cheap = prices.iter().filter(|(at, _)| headroom(*at) > 0).min_by_key(|(_, price)| price.amount)?;
    let dear = prices.iter().filter(|(at, _)| surplus(*at) > 0).max_by_key(|(_, price)| price.amount)?;
    let gain = dear.1.checked_sub(cheap.1).ok().filter(|gain| gain.amount > Decimal::ZERO)?;
    let share = gain.amount.checked_div(dear.1.amount)?;
    if share < shift.deadband.as_ref().map_or(Decimal::ZERO, |at| at.value) {
        return None;
    }
    let all: u64 = held.iter().map(|of| of.target).sum();
    let most = shift.max_move.as_ref().map_or(Decimal::ONE, |at| at.value);
    let most = Decimal::from(all).checked_mul(most).and_then(|most| u64::try_from(most.floor()).ok()).unwrap_or(all);
    let moved = most.min(headroom(cheap.0)).min(surplus(dear.0));
    let (from, to) = (held.get(dear.0)?, held.get(cheap.0)?);
    let saving = gain.checked_mul(moved.into()).ok()?;
    (moved > 0).then(|| {
        format!(
            "shift proposed: {} from `{}` ({} a {} hour) to `{}` ({}) would save {} an hour; move the targets to take it",
            count(moved, pool.unit()),
            from.share.name.value,
            dear.1.short(),
            pool.unit(),
            to.share.name.value,
            cheap.1.short(),
            saving.short(),
        )
    })
}

/// More of the accelerators the pool prefers: from the share that runs the least preferred to one that runs a better
/// one.
fn performance(inputs: &Inputs<'_>, held: &[Held<'_>]) -> Option<String> {
    let model =
        |of: &Held<'_>| of.slices.first().and_then(|slice| inputs.intent.catalog.shapes[slice.shape].accelerator);
    let models: Vec<Symbol> = held.iter().filter_map(model).collect();
    let (first, rest) = models.split_first()?;
    rest.iter().any(|other| other != first).then(|| {
        let each: Vec<String> =
            held.iter().filter_map(|of| Some(format!("`{}` runs {}", of.share.name.value, model(of)?))).collect();
        format!("shift: {}; move the targets to run more of what the pool prefers", each.join(", "))
    })
}

/// What a GPU hour of a share costs: the committed rate where it draws on a contract, else the list price.
fn price(inputs: &Inputs<'_>, of: &Held<'_>) -> Option<Money> {
    let slice = of.slices.first()?;
    let shape = &inputs.intent.catalog.shapes[slice.shape];
    if let Some(draw) = of.share.draw {
        let commitment = inputs.intent.commitments.get(draw.value)?;
        return commitment.rates.get(&shape.accelerator?).map(|rate| rate.value.money);
    }
    let price = slice.price?;
    let amount = price.amount.checked_div(Decimal::from(shape.units()))?;
    Some(Money::new(amount.round_dp(4).normalize(), price.currency))
}

#[cfg(test)]
mod tests {
    use super::apportion;
    use tonnage_base::Decimal;

    #[test]
    fn shares_are_whole_and_sum_to_all() {
        let share = |percent: i64| Decimal::new(percent, 2);
        assert_eq!(apportion(216_000, &[share(55), share(30), share(15)]), [118_800, 64_800, 32_400]);
        assert_eq!(apportion(10, &[share(33), share(33), share(34)]), [3, 3, 4]);
        assert_eq!(apportion(1, &[share(50), share(50)]), [1, 0]);
        assert_eq!(apportion(0, &[share(50), share(50)]), [0, 0]);
    }
}
