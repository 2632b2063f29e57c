//! A fleet over time: read, placed and counted for each day on which something may change. No cloud is asked: what is
//! free there is not known years ahead. Must not know how it is shown.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Date, Diagnostic, codes::place as codes, diagnostic::has_errors, quantity};
use tonnage_forecast::{CommitmentLine, Past, Sample, Timeline, lines, sample};
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

/// Days of later years that a plan looks at are at most so many: of what comes after them it says nothing.
const LATER: usize = 240;

/// The timeline of a fleet that was checked, after what its commitments got before the day asked for. What is wrong on
/// several days is told once, for the first of them.
pub fn timeline(
    checked: &Checked,
    intent: &Intent,
    past: &Past,
    progress: &dyn Fn(&str),
) -> (Option<Timeline>, Vec<Diagnostic>) {
    let names = names(intent);
    let days = days(checked, intent, names.keys().copied(), Date::MAX);
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

/// What commitments get from a day on.
pub struct Ahead {
    /// Each of them, after what it got before that day.
    pub lines: Vec<CommitmentLine>,
    /// Where the files alone put everything on that day.
    pub now: Placement,
    /// The day from which on nothing of it is known.
    pub until: Date,
    /// Why not.
    pub wrong: Option<Diagnostic>,
}

/// What commitments get from the day asked for to a day that is near, looked at closely, and to one that is far, at
/// which only those days are looked at that the files name. What is wrong up to the near one is an error.
pub fn ahead(
    checked: &Checked,
    intent: &Intent,
    past: &Past,
    [near, far]: [Date; 2],
    progress: &dyn Fn(&str),
) -> Result<Ahead, Vec<Diagnostic>> {
    let mut close = days(checked, intent, names(intent).into_keys(), near);
    close.retain(|day| intent.as_of <= *day && *day <= far);
    close.extend(far.tomorrow().into_iter().chain(near.tomorrow()));
    close.sort_unstable();
    close.dedup();
    let mut then = close.split_off(close.partition_point(|day| near.tomorrow().is_ok_and(|last| *day <= last)));
    then.truncate(LATER);
    let (mut samples, mut now) = (Vec::with_capacity(close.len() + then.len()), Placement::default());
    let mut seen = |on_day: &Intent, placement: Placement| {
        samples.push(sample(on_day, &placement, None));
        if on_day.as_of == intent.as_of {
            now = placement;
        }
    };
    look(checked, &close, progress, &mut seen)?;
    let wrong = look(checked, &then, progress, &mut seen).err().and_then(|found| found.into_iter().next());
    // up to the day on which something is wrong all stays as it was
    if let (Some(_), Some(day), Some(last)) = (&wrong, then.get(samples.len() - close.len()), samples.last().cloned()) {
        samples.push(Sample { day: *day, ..last });
    }
    let until = samples.last().map_or(near, |sample| sample.day);
    Ok(Ahead { lines: lines(intent, &samples, past), now, until, wrong })
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
        // a pool is simply not there any more when its capacity is over and the day has passed on which it could have
        // gone elsewhere
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

/// Days from the plan's on, itself the first, from which on the files may say something else.
pub(crate) fn to_come(checked: &Checked, intent: &Intent) -> Vec<Date> {
    let days = days(checked, intent, std::iter::once(intent.as_of), intent.as_of);
    days.into_iter().filter(|day| intent.as_of <= *day).take(LATER).collect()
}

/// The days to look at: each month's first as long as it is not after `close`, each year's first and last, whatever a
/// block names, and every date that is written anywhere in the fleet, with the day before it.
fn days(checked: &Checked, intent: &Intent, named: impl Iterator<Item = Date>, close: Date) -> Vec<Date> {
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
        if month <= close || month.month() == 1 {
            points.insert(month);
        }
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
    let effects = compile::effects().ok()?;
    let inputs = tonnage_lower::Inputs { intent, placement, schemas: &schemas, effects };
    let (lowered, found) = tonnage_lower::lower(&inputs, &mut values);
    if has_errors(&found) {
        return None;
    }
    crate::differ::count_units(intent, &lowered, values)
}
