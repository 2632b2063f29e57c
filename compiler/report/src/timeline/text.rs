//! The timeline for a terminal: the fleet on the days that have a name, each commitment year by year, its milestones.

use std::fmt::Write as _;

use tonnage_base::{Date, quantity::group_thousands};
use tonnage_forecast::{CommitmentLine, Late, Timeline};
use tonnage_lang::intent::Shortfall;

use super::{amount, by, series};
use crate::{
    fold::{columns, fold},
    style::{Paint, Style},
    table::{Align, Table},
    words,
};

/// Columns of days in one table, where the terminal has room for them.
const DAYS: usize = 6;

/// The timeline.
pub fn text(timeline: &Timeline, style: Style) -> String {
    let mut out = String::new();
    let title = format!("{} as of {}", timeline.fleet, timeline.as_of);
    let _ = writeln!(out, "{}\n", style.paint(Paint::Strong, &title));
    let mut named = timeline.named.as_slice();
    while let Some((days, rest)) = (1..=named.len().min(DAYS))
        .rev()
        .filter_map(|days| named.split_at_checked(days))
        .find(|(days, _)| days.len() == 1 || fleet(timeline, days).iter().all(|line| columns(line) <= style.width))
    {
        out.extend(fleet(timeline, days).into_iter().map(|line| line + "\n"));
        out.push('\n');
        named = rest;
    }
    for line in &timeline.commitments {
        commitment(&mut out, line, timeline.as_of, style);
    }
    fold(&out, style.width)
}

fn fleet(timeline: &Timeline, days: &[(usize, String)]) -> Vec<String> {
    let samples: Vec<_> = days.iter().filter_map(|(at, name)| Some((timeline.samples.get(*at)?, name))).collect();
    let mut columns = vec![Align::Left];
    columns.extend(samples.iter().map(|_| Align::Right));
    let mut table = Table::new(&columns);
    let row = |first: &str, cells: Vec<String>| std::iter::once(first.to_owned()).chain(cells).collect::<Vec<_>>();
    table.row(row("", samples.iter().map(|(_, name)| (*name).clone()).collect()));
    table.row(row("", samples.iter().map(|(sample, _)| sample.day.to_string()).collect()));
    table.row(row("GPUs", samples.iter().map(|(sample, _)| group_thousands(sample.total())).collect()));
    for cloud in [false, true] {
        for name in series(timeline, cloud) {
            let cells = samples.iter().map(|(sample, _)| match by(sample, cloud).get(&name) {
                Some(gpus) => group_thousands(*gpus),
                None => "·".to_owned(),
            });
            table.row(row(&format!("  {name}"), cells.collect()));
        }
    }
    table.row(row("nodes", samples.iter().map(|(sample, _)| group_thousands(sample.nodes)).collect()));
    table.row(row("groups", samples.iter().map(|(sample, _)| group_thousands(sample.groups)).collect()));
    let units = samples.iter().map(|(sample, _)| sample.units.map_or_else(|| "?".to_owned(), group_thousands));
    table.row(row("stacks", units.collect()));
    table.lines("  ")
}

fn commitment(out: &mut String, line: &CommitmentLine, as_of: Date, style: Style) {
    let title = format!("commitment.{}", line.name);
    let rule = match line.rule {
        Shortfall::PayDifference => "what is not drawn in a year is paid",
        Shortfall::CarryForward => "what is not drawn in a year is owed in the next",
        Shortfall::Nothing => "what is not drawn is not owed",
    };
    let _ = writeln!(
        out,
        "{}  {} from {} to {}; {rule}",
        style.paint(Paint::Strong, &title),
        amount(line, line.value),
        line.term.0,
        line.term.1
    );
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left]);
    table.row(["year", "owed", "planned", "difference", "shortfall", ""]);
    let dot = || "·".to_owned();
    let none = |is_known: bool| if is_known { dot() } else { "unknown".to_owned() };
    let mut all_known = true;
    for year in &line.years {
        let percent = (year.unpriced * tonnage_base::Decimal::ONE_HUNDRED).round_dp(1).normalize();
        let unknown: Vec<String> = [
            (!percent.is_zero()).then(|| format!("{percent}% of the GPU hours")),
            (year.cpu_nodes > 0).then(|| words::count(year.cpu_nodes, "CPU node")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut notes = Vec::new();
        if year.gone.unknown > 0 {
            let days = words::count(u64::from(year.gone.unknown.unsigned_abs()), "day");
            notes.push(format!("cannot know {days} before {as_of}"));
        }
        if year.carried_unknown {
            notes.push("cannot know what is carried into it".to_owned());
        }
        if !unknown.is_empty() {
            notes.push(format!("cannot know {}: no committed rate", unknown.join(" and ")));
        }
        let is_known = year.gone.unknown == 0;
        let planned = amount(line, year.planned);
        all_known &= is_known;
        table.row([
            year.year.to_string(),
            year.curve.map_or_else(dot, |curve| amount(line, curve)),
            if is_known { planned } else { format!("{planned} + unknown") },
            year.difference.map_or_else(|| none(is_known), |difference| signed(line, difference)),
            year.shortfall.map_or_else(|| none(is_known), |shortfall| amount(line, shortfall)),
            notes.join("; "),
        ]);
    }
    let sum = |of: fn(&tonnage_forecast::Year) -> Option<tonnage_base::Decimal>| {
        line.years.iter().filter_map(of).fold(tonnage_base::Decimal::ZERO, |sum, part| sum + part)
    };
    table.row([
        "all".to_owned(),
        amount(line, line.value),
        format!("{}{}", amount(line, sum(|year| Some(year.planned))), if all_known { "" } else { " + unknown" }),
        if all_known { signed(line, sum(|year| Some(year.planned)) - line.value) } else { none(false) },
        if all_known { amount(line, sum(|year| year.shortfall)) } else { none(false) },
        String::new(),
    ]);
    for line in table.lines("  ") {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    if line.milestones.is_empty() {
        return;
    }
    let mut table = Table::new(&[Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Left]);
    table.row(["milestone", "by", "", "due", "planned", ""]);
    for milestone in &line.milestones {
        for (at, (model, due, planned)) in milestone.capacity.iter().enumerate() {
            let late = match (at, milestone.late) {
                (0, Late::Met) => "met".to_owned(),
                (0, Late::Days(days)) => format!("{days} days late"),
                (0, Late::Never) => "not met in the term".to_owned(),
                _ => String::new(),
            };
            let (name, by) = match at {
                0 => (milestone.name.to_string(), milestone.by.to_string()),
                _ => (String::new(), String::new()),
            };
            table.row([name, by, model.to_string(), group_thousands(*due), group_thousands(*planned), late]);
        }
    }
    for line in table.lines("  ") {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
}

fn signed(line: &CommitmentLine, difference: tonnage_base::Decimal) -> String {
    let text = amount(line, difference.abs());
    match difference {
        d if d.is_zero() => text,
        d if d.is_sign_negative() => format!("−{text}"),
        _ => format!("+{text}"),
    }
}
