//! What contracts get, as rows and lines that every format writes. Must not know formats, nor reckon anything anew.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol, quantity::group_thousands};
use tonnage_plan::{
    Plan,
    money::{CommitmentSummary, Crossing, MilestoneSummary, Paid},
};

use crate::{view::shape, words};

/// What a contract gets, as a row of the fleet's table: as a share of what it is owed, where that is known.
pub(crate) fn row(commitment: &CommitmentSummary) -> [String; 4] {
    let CommitmentSummary { year, before, after, .. } = commitment;
    let name = name(commitment);
    let some = |told: String| if commitment.gone.unknown > 0 { format!("{told} + unknown") } else { told };
    match commitment.owed.filter(|owed| !owed.is_zero()) {
        Some(owed) => {
            let share = |amount: &Decimal| some(words::percent(*amount, owed));
            let points = words::points(*before, *after, owed);
            [format!("{name}, {year} burn of {}", amount(commitment, owed)), share(before), share(after), points]
        }
        None => {
            let [before, after, difference] = words::movement(*before, *after, commitment.unit);
            [format!("{name}, {year} burn"), some(before), some(after), difference]
        }
    }
}

/// What a reader must know beside that row, a line each.
pub(crate) fn lines(commitment: &CommitmentSummary, as_of: Date) -> Vec<String> {
    let (name, year) = (name(commitment), commitment.year);
    let mut lines: Vec<String> = gone(commitment, as_of).into_iter().map(|line| format!("{name}: {line}")).collect();
    if commitment.carried_unknown {
        lines.push(format!("{name}: what was carried into {year} is not known: it is not in what is owed"));
    }
    // what the plan makes more of stands among the risks, and what is paid for nothing too
    lines.extend(over(commitment).filter(|over| !over.is_raised).map(|over| over.line));
    if commitment.files != commitment.after {
        let files = amount(commitment, commitment.files);
        let after = amount(commitment, commitment.after);
        lines.push(format!("{name}: it gets {after} in {year}; the files alone say {files}"));
    }
    if !commitment.share_without_rate.is_zero() {
        let share = words::percent(commitment.share_without_rate, Decimal::ONE);
        lines.push(format!("{name}: {share} of its GPU hours in {year} have no rate: not in its burn"));
    }
    if commitment.cpu_nodes > 0 {
        let nodes = words::count(commitment.cpu_nodes, "CPU node");
        let draw = if commitment.cpu_nodes == 1 { "draws" } else { "draw" };
        lines.push(format!("{name}: {nodes} {draw} on it in {year} at no known rate: not in its burn"));
    }
    // those that are not met stand among the risks
    let met = commitment.milestones.iter().filter(|milestone| milestone.met);
    lines.extend(met.map(|milestone| format!("{name}: {}", milestone_line(milestone))));
    lines
}

/// What was drawn on days gone, who says so, and how much of them nobody knows.
fn gone(commitment: &CommitmentSummary, as_of: Date) -> Vec<String> {
    let (gone, year) = (commitment.gone, commitment.year);
    if gone.days == 0 {
        return Vec::new();
    }
    if gone.unknown == gone.days {
        let states = "`drawn` in its block states it";
        return vec![format!("what was drawn in {year} before {as_of} is not known, and not in its burn; {states}")];
    }
    let drawn = amount(commitment, gone.amount);
    let since = |day: Date| day.until(as_of).map_or(0, |span| span.get_days() - 1);
    let by = match gone.stated {
        Some(day) if since(day) <= 0 => "its block states".to_owned(),
        Some(day) if i64::from(since(day)) == i64::from(gone.unknown) => format!("its block states until {day}"),
        Some(day) => format!("its block states until {day} and the ledger tells"),
        None => "the ledger tells".to_owned(),
    };
    let unknown = if gone.unknown > 0 {
        let share = words::percent(gone.unknown.into(), gone.days.into());
        let days = words::count(gone.days.into(), "day");
        format!("; {} of these {days} ({share}) are not known, and not in its burn", gone.unknown)
    } else {
        String::new()
    };
    let mut lines = vec![format!("{drawn} of it was drawn before {as_of}, as {by}{unknown}")];
    if !gone.unsure.is_zero() {
        let share = words::percent(gone.unsure, Decimal::ONE);
        lines.push(format!(
            "up to {share} of its GPU hours before {as_of} are not known, and not in its burn: what ran was changed by others"
        ));
    }
    lines
}

/// Nodes that somebody else pays for from a day of this year or the next on, since a contract ends or begins: a line
/// for each day and payer.
pub(crate) fn turns(plan: &Plan) -> Vec<String> {
    let mut turns: BTreeMap<(Date, Paid, Paid), Turn> = BTreeMap::new();
    for held in plan.held_after.iter().filter(|held| held.idle.is_none()) {
        let mut was = held.paid;
        for later in held.later.iter().filter(|later| later.from.year() <= plan.as_of.year() + 1) {
            let gpus = shape(plan, held.site, held.holds.shape).map_or(0, |facts| u64::from(facts.gpus));
            let turn = turns.entry((later.from, was, later.paid)).or_default();
            turn.nodes += held.nodes();
            turn.gpus += held.nodes().saturating_mul(gpus);
            match later.cost.and_then(|cost| cost.checked_mul(Decimal::from(held.nodes())).ok()) {
                Some(cost) => turn.cost = turn.cost.saturating_add(cost.amount),
                None => turn.unpriced += held.nodes(),
            }
            was = later.paid;
        }
    }
    let told = turns.into_iter().map(|((day, was, is), turn)| {
        let gpus = if turn.gpus > 0 { format!(" ({})", words::count(turn.gpus, "GPU")) } else { String::new() };
        let nodes = format!("{}{gpus}", words::count(turn.nodes, "node"));
        let cost = match turn.unpriced {
            0 => format!("{} an hour", words::amount(turn.cost, Symbol::new("USD"))),
            of if of == turn.nodes => "at an unknown price".to_owned(),
            _ => format!("{} an hour + unknown", words::amount(turn.cost, Symbol::new("USD"))),
        };
        let contract = |paid: Paid| match paid {
            Paid::Contract(Some(address)) => Some(address.as_str().replacen("commitment.", "", 1)),
            _ => None,
        };
        match (contract(was), contract(is)) {
            (Some(was), Some(is)) => format!("{was}: from {day} {is} pays for {nodes} of it, {cost}"),
            (Some(was), None) if is == Paid::Market => {
                format!("{was}: from {day} it pays no more for {nodes}: new spend, {cost}")
            }
            (Some(was), None) => {
                format!("{was}: from {day} it pays no more for {nodes}, and no other contract is known to")
            }
            (None, Some(is)) if was == Paid::Market => {
                format!("{is}: from {day} it pays for {nodes}, {cost}: no new spend any more")
            }
            (None, Some(is)) => format!("{is}: from {day} it pays for {nodes}, {cost}"),
            (None, None) => format!("from {day} somebody else pays for {nodes}, {cost}"),
        }
    });
    told.collect()
}

/// Nodes that somebody else pays for.
#[derive(Default)]
struct Turn {
    nodes: u64,
    gpus: u64,
    /// For an hour.
    cost: Decimal,
    unpriced: u64,
}

/// What a contract gets beyond what is owed.
pub(crate) struct Over {
    /// `aws_2y $5.61M over its 2027 burn of $1.4M`.
    pub short: String,
    /// The same, and who pays.
    pub line: String,
    /// This plan makes it more.
    pub is_raised: bool,
}

/// What it gets beyond the burn of a year, the first one in which it does, or beyond all that is owed.
pub(crate) fn over(commitment: &CommitmentSummary) -> Option<Over> {
    let told = |of: &Crossing| {
        let at_least = if of.is_least { "at least " } else { "" };
        format!("{at_least}{}", amount(commitment, of.over))
    };
    let used_up = |of: &Crossing| {
        let is = if of.year < commitment.year { "was" } else { "is" };
        format!("its value of {} {is} used up in {}", amount(commitment, of.owed), of.year)
    };
    let (short, long) = match (&commitment.over_burn, &commitment.used_up) {
        (None, None) => return None,
        (Some(burn), all) => {
            let short = format!("{} over its {} burn of {}", told(burn), burn.year, amount(commitment, burn.owed));
            let first = if burn.year > commitment.year { ", the first year with more than is owed" } else { "" };
            let also = all.as_ref().map_or_else(String::new, |all| format!("; {}", used_up(all)));
            let long = format!("{short}{first}{also}");
            (short, long)
        }
        (None, Some(all)) => {
            let short = format!("{} over its value in {}", told(all), all.year);
            let long = format!("{short}: {}", used_up(all));
            (short, long)
        }
    };
    let rates = "who pays for what is beyond is not known: it counts at the contract's rates";
    Some(Over {
        line: format!("{}: {long}; {rates}", name(commitment)),
        short: format!("{} {short}", name(commitment)),
        is_raised: [&commitment.over_burn, &commitment.used_up].into_iter().flatten().any(|of| of.is_raised),
    })
}

/// Whether nothing may have been drawn, or be drawn, beside what is counted.
fn is_all_known(commitment: &CommitmentSummary) -> bool {
    let CommitmentSummary { gone, share_without_rate, cpu_nodes, .. } = commitment;
    gone.unknown == 0 && share_without_rate.is_zero() && *cpu_nodes == 0
}

/// What is paid for nothing.
pub(crate) struct ForNothing {
    /// How much.
    pub amount: Decimal,
    /// It may be less.
    pub is_most: bool,
    /// In words.
    pub line: String,
}

/// What is paid for nothing in the year, where anything is.
pub(crate) fn for_nothing(commitment: &CommitmentSummary) -> Option<ForNothing> {
    let amount = commitment.shortfall.filter(|shortfall| !shortfall.is_zero())?;
    let (name, year, told) = (name(commitment), commitment.year, self::amount(commitment, amount));
    let unless = if commitment.gone.unknown > 0 { ", unless it was drawn on days that are not known" } else { "" };
    let line = format!("{name}: {told} of what is owed for {year} is paid for nothing{unless}");
    let later = commitment.later_shortfall.as_ref().map_or_else(String::new, |later| {
        let years = if later.first == later.last {
            later.first.to_string()
        } else {
            format!("{} to {}", later.first, later.last)
        };
        format!("; of what is owed for {years}, {}, as the files plan it now", self::amount(commitment, later.amount))
    });
    let line = format!("{line}{later}");
    Some(ForNothing { amount, is_most: !is_all_known(commitment), line })
}

/// Milestones that are not met, a line each.
pub(crate) fn unmet(commitment: &CommitmentSummary) -> Vec<String> {
    let unmet = commitment.milestones.iter().filter(|milestone| !milestone.met);
    unmet.map(|milestone| format!("{}: {}", name(commitment), milestone_line(milestone))).collect()
}

fn milestone_line(milestone: &MilestoneSummary) -> String {
    let sum =
        |pick: fn(&(Symbol, u64, u64, u64)) -> u64| milestone.capacity.iter().map(pick).fold(0, u64::saturating_add);
    let (due, now) = (sum(|row| row.1), sum(|row| row.3));
    let verdict = if milestone.met {
        "planned to be met".to_owned()
    } else {
        let short = milestone.capacity.iter().filter(|(_, due, planned, _)| planned < due);
        let short = short.map(|(model, due, planned, _)| format!("{} {model}", group_thousands(due - planned)));
        format!("NOT met, planned short by {}", short.collect::<Vec<_>>().join(", "))
    };
    format!(
        "milestone {}, {} GPUs by {}: {verdict}; {} after this plan",
        milestone.name,
        group_thousands(due),
        milestone.by,
        group_thousands(now),
    )
}

/// `aws_7y`, `module.east.aws_7y`.
fn name(commitment: &CommitmentSummary) -> String {
    commitment.address.as_str().replacen("commitment.", "", 1)
}

fn amount(commitment: &CommitmentSummary, amount: Decimal) -> String {
    words::amount(amount, commitment.unit)
}
