//! A fleet over time: read, placed and counted for each day on which something may change. No cloud is asked: what is free
//! there is not known years ahead. Must not know how it is shown.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Date, Diagnostic, codes::place as codes, diagnostic::has_errors, quantity};
use tonnage_forecast::{CommitmentLine, Past, Timeline, lines, sample};
use tonnage_graph::Values;
use tonnage_lang::Intent;
use tonnage_place::{Availability, Placement, PriceBook};
use tonnage_syntax::tree::{Body, Expr, ExprKind, ObjectKey};

use crate::{
    check::{self, Checked},
    compile,
};

/// Days looked at are at most so many: longer terms are looked at where something is due.
const MOST: usize = 2_000;

/// The timeline of a fleet that was checked, after what its commitments got before the day asked for; what is wrong on a day is told for the first day it is.
pub fn timeline(
    checked: &Checked,
    intent: &Intent,
    past: &Past,
    progress: &dyn Fn(&str),
) -> (Option<Timeline>, Vec<Diagnostic>) {
    let names = names(intent);
    let days = days(checked, intent, names.keys().copied());
    let mut samples = Vec::with_capacity(days.len());
    let looked = look(checked, &days, progress, |on_day, placement| {
        let units = names.contains_key(&on_day.as_of).then(|| units(on_day, &placement)).flatten();
        samples.push(sample(on_day, &placement, units));
    });
    if let Err(diagnostics) = looked {
        return (None, diagnostics);
    }
    let named = samples
        .iter()
        .enumerate()
        .filter_map(|(at, sample)| names.get(&sample.day).map(|name| (at, name.clone())))
        .collect();
    let commitments = lines(intent, &samples, past);
    let fleet = intent.fleet.name.value;
    (Some(Timeline { fleet, as_of: intent.as_of, samples, named, commitments }), Vec::new())
}

/// What commitments get up to a day, after what they got before the one asked for, and where the files alone put everything on the day asked for.
pub fn ahead(
    checked: &Checked,
    intent: &Intent,
    past: &Past,
    end: Date,
    progress: &dyn Fn(&str),
) -> Result<(Vec<CommitmentLine>, Placement), Vec<Diagnostic>> {
    let mut days = days(checked, intent, names(intent).into_keys());
    days.retain(|day| (intent.as_of..=end).contains(day));
    days.extend(end.tomorrow());
    let (mut samples, mut now) = (Vec::with_capacity(days.len()), Placement::default());
    look(checked, &days, progress, |on_day, placement| {
        samples.push(sample(on_day, &placement, None));
        if on_day.as_of == intent.as_of {
            now = placement;
        }
    })?;
    Ok((lines(intent, &samples, past), now))
}

/// Reads and places the fleet on each of the days; errors with what is wrong on the first on which something is.
fn look(
    checked: &Checked,
    days: &[Date],
    progress: &dyn Fn(&str),
    mut seen: impl FnMut(&Intent, Placement),
) -> Result<(), Vec<Diagnostic>> {
    let prices = PriceBook::from_csv(tonnage_stdlib::prices_csv()).unwrap_or_default();
    let availability = Availability::default();
    for (position, day) in days.iter().enumerate() {
        if position % 20 == 0 {
            progress(&format!("reading the fleet for {day} ({} of {} days)", position + 1, days.len()));
        }
        let (on_day, found) = check::analyze(checked, *day);
        let Some(on_day) = on_day.filter(|_| !has_errors(&found)) else { return Err(found) };
        let inputs =
            tonnage_place::Inputs { intent: &on_day, prices: &prices, availability: &availability, as_of: *day };
        let (placement, found) = tonnage_place::place(&inputs);
        // a pool is simply not there any more when its capacity is over and the day has passed on which it could have gone
        // elsewhere
        let stops = |d: &Diagnostic| d.is_error() && ![codes::T0410, codes::T0411].contains(&d.code);
        let mut diagnostics: Vec<Diagnostic> = found.into_iter().filter(stops).collect();
        diagnostics.dedup();
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        seen(&on_day, placement);
    }
    Ok(())
}

/// Days that have a name.
fn names(intent: &Intent) -> BTreeMap<Date, String> {
    let mut names: BTreeMap<Date, String> = BTreeMap::new();
    let mut add = |day: Date, name: String| {
        let entry = names.entry(day).or_default();
        if !entry.is_empty() {
            entry.push_str(", ");
        }
        entry.push_str(&name);
    };
    for commitment in intent.commitments.iter() {
        for milestone in &commitment.milestones {
            add(milestone.by.value, milestone.name.value.to_string());
        }
        add(commitment.term.1.value, "term ends".to_owned());
    }
    add(intent.as_of, "as of".to_owned());
    names
}

/// The days to look at: each month's first, each year's last, whatever a block names, and every date that is written
/// anywhere in the fleet, with the day before it.
fn days(checked: &Checked, intent: &Intent, named: impl Iterator<Item = Date>) -> Vec<Date> {
    let mut points: BTreeSet<Date> = named.collect();
    let mut dates = Vec::new();
    let modules = checked.modules.iter().map(|folder| &folder.module);
    for file in [&checked.fleet].into_iter().chain(modules).flat_map(|module| &module.files) {
        written(&file.body, &mut dates);
    }
    let start = intent.commitments.iter().map(|c| c.term.0.value).chain([intent.as_of]).min().unwrap_or(intent.as_of);
    let year = jiff::Span::new().try_years(1).ok().and_then(|year| intent.as_of.checked_add(year).ok());
    let ends = intent.commitments.iter().map(|c| c.term.1.value).chain(points.iter().copied());
    let end = ends.max().into_iter().chain(if intent.commitments.is_empty() { year } else { None }).max();
    let end = end.and_then(|end| end.tomorrow().ok()).unwrap_or(intent.as_of);
    points.extend([start, end]);
    for day in dates {
        points.insert(day);
        points.extend(day.yesterday().ok());
        points.extend(day.tomorrow().ok());
    }
    let mut month = start.first_of_month();
    while month <= end {
        points.insert(month);
        if month.month() == 1 {
            points.extend(month.yesterday().ok());
        }
        let Some(next) = jiff::Span::new().try_months(1).ok().and_then(|span| month.checked_add(span).ok()) else {
            break;
        };
        month = next;
    }
    points.into_iter().filter(|day| (start..=end).contains(day)).take(MOST).collect()
}

/// Dates written in a body, as values or as keys.
fn written(body: &Body, dates: &mut Vec<Date>) {
    body.attributes.iter().for_each(|attribute| in_expr(&attribute.value, dates));
    body.blocks.iter().for_each(|block| written(&block.body, dates));
}

/// The parser bounds the depth.
fn in_expr(expr: &Expr, dates: &mut Vec<Date>) {
    match &expr.kind {
        ExprKind::String(text) => dates.extend(quantity::parse_date(text.as_str())),
        ExprKind::List(items) => items.iter().for_each(|item| in_expr(item, dates)),
        ExprKind::Object(items) => {
            for item in items {
                if let ObjectKey::Expr(key) = &item.key {
                    in_expr(key, dates);
                }
                in_expr(&item.value, dates);
            }
        }
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| in_expr(argument, dates)),
        ExprKind::Conditional(condition, then, otherwise) => {
            for part in [condition, then, otherwise] {
                in_expr(part, dates);
            }
        }
        ExprKind::Binary(left, _, right) => {
            in_expr(left, dates);
            in_expr(right, dates);
        }
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => in_expr(inner, dates),
        _ => {}
    }
}

/// How many units the fleet of a day is cut into when nothing is there yet; none where it can't be lowered.
fn units(intent: &Intent, placement: &tonnage_place::Placement) -> Option<u64> {
    let mut values = Values::new();
    let schemas = compile::schemas();
    let inputs = tonnage_lower::Inputs { intent, placement, schemas: &schemas };
    let (lowered, found) = tonnage_lower::lower(&inputs, &mut values);
    if has_errors(&found) {
        return None;
    }
    crate::plan::count_units(intent, &lowered, values)
}
