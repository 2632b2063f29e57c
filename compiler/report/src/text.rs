//! A plan as text for a terminal. Must not compute anything: it writes what [`crate::view`] found.

pub mod placement;
mod properties;

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_plan::{
    Action, EffectKind, OutputValue,
    model::{GuardState, LookupSummary},
    opinion::SecondOpinion,
};

use crate::{
    alarms::Risk,
    alike,
    fold::fold,
    opinion, preflight,
    roll_up::RolledUp,
    style::{Paint, Style},
    table::{Align, Table},
    units,
    view::PlanView,
    words,
};

/// Columns before what is said of a change.
const DETAIL: usize = 9;

/// The whole plan, ending with its summary line.
pub fn plan(view: &PlanView<'_>, style: Style) -> String {
    let mut out = String::new();
    // what stands in alarm is said where nothing changes too
    if view.is_empty() {
        if !view.alarms.is_empty() {
            heading(&mut out, view, style);
            if !view.plan.terms.is_empty() {
                totals(&mut out, view, style);
            }
            risks(&mut out, view, style);
        }
    } else {
        heading(&mut out, view, style);
        totals(&mut out, view, style);
        risks(&mut out, view, style);
        renames(&mut out, view, style);
        if view.plan.second_opinion.as_ref().is_some_and(SecondOpinion::differs) {
            second_opinion(&mut out, view, style);
        }
    }
    if !view.is_empty() {
        placements(&mut out, view, style);
        lookups(&mut out, view, style);
        changes(&mut out, view, style);
        units(&mut out, view, style);
    }
    evidence(&mut out, view, style);
    if !view.plan.second_opinion.as_ref().is_some_and(SecondOpinion::differs) {
        second_opinion(&mut out, view, style);
    }
    guards(&mut out, view, style);
    outputs(&mut out, view, style);
    notes(&mut out, view, style);
    let mut out = fold(&out, style.width);
    // as it is: tools match it
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, &view.summary()));
    out
}

fn heading(out: &mut String, view: &PlanView<'_>, style: Style) {
    let title = format!("{}: {}", view.plan.fleet, view.headline());
    let paint = if view.risk() == Risk::High { Paint::Remove } else { Paint::Strong };
    let _ = writeln!(out, "{}", style.paint(paint, &title));
    let facts = format!("as of {}   {}", view.plan.as_of, view.digest);
    let _ = writeln!(out, "{}\n", style.paint(Paint::Dim, &facts));
}

pub(crate) fn totals(out: &mut String, view: &PlanView<'_>, style: Style) {
    let rows = view.rows();
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right]);
    table.row(["", "before", "after", "difference"]);
    for row in rows {
        table.row(row);
    }
    for (position, line) in table.within("  ", style.width, 0).into_iter().enumerate() {
        let line = if position == 0 { style.paint(Paint::Dim, &line) } else { line };
        let _ = writeln!(out, "{line}");
    }
    for unknown in view.unknown_prices() {
        for line in wrapped(&unknown, style.width.saturating_sub(2)) {
            let _ = writeln!(out, "  {}", style.paint(Paint::Change, &line));
        }
    }
    for line in view.commitment_lines() {
        for line in wrapped(&line, style.width.saturating_sub(2)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out.push('\n');
    if let Some(mut breakdown) = view.breakdown() {
        for part in breakdown.parts("  ", style.width) {
            for (position, line) in part.into_iter().enumerate() {
                let line = if position == 0 { style.paint(Paint::Dim, &line) } else { line };
                let _ = writeln!(out, "{line}");
            }
            out.push('\n');
        }
    }
}

/// What to write where only names change.
pub(crate) fn renames(out: &mut String, view: &PlanView<'_>, style: Style) {
    let Some((said, blocks)) = view.renames() else { return };
    let _ = writeln!(out, "{}", style.paint(Paint::Change, &said));
    for line in blocks.lines() {
        let _ = writeln!(out, "{}", format!("  {line}").trim_end());
    }
    out.push('\n');
}

/// What must not be overlooked, and the chains that lead there.
pub(crate) fn risks(out: &mut String, view: &PlanView<'_>, style: Style) {
    if view.alarms.is_empty() && view.cascades.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Risks"));
    let width = view.alarms.iter().map(|alarm| alarm.what.len()).max().unwrap_or(0);
    for alarm in &view.alarms {
        let mut what = style.paint(Paint::Remove, &format!("{:width$}", alarm.what));
        for said in alarm.shown() {
            for line in wrapped(&said.with_place(), style.width.saturating_sub(width + 4)) {
                let _ = writeln!(out, "  {what}  {line}");
                what = " ".repeat(width);
            }
        }
    }
    for cascade in &view.cascades {
        for line in wrapped(&cascade.words(), style.width.saturating_sub(2)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    if view.cascades_left_out > 0 {
        let rest = format!("… and {} more", words::count(view.cascades_left_out as u64, "chain"));
        let _ = writeln!(out, "  {}", style.paint(Paint::Dim, &rest));
    }
    out.push('\n');
}

/// A sentence on lines of at most `width`, wherever it was broken before; what follows the first is indented.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.trim().is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, "  ".to_owned()));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

fn placements(out: &mut String, view: &PlanView<'_>, style: Style) {
    let lines = placement::lines(view);
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Placement"));
    for line in lines {
        let indent = line.len() - line.trim_start().len() + 2;
        if line.width() + 2 <= style.width {
            let _ = writeln!(out, "  {line}");
            continue;
        }
        for part in wrapped(line.trim_start(), style.width.saturating_sub(indent)) {
            let _ = writeln!(out, "{:indent$}{part}", "");
        }
    }
    out.push('\n');
}

fn lookups(out: &mut String, view: &PlanView<'_>, style: Style) {
    if view.plan.lookups.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Read, not managed"));
    for line in lookup_lines(&view.plan.lookups) {
        let _ = writeln!(out, "  {line}");
    }
    out.push('\n');
}

/// Live objects that are used and not owned, a line each.
pub fn lookup_lines(lookups: &[LookupSummary]) -> Vec<String> {
    let mut table = Table::new(&[Align::Right, Align::Left, Align::Left, Align::Left, Align::Left, Align::Left]);
    for lookup in lookups {
        table.row([
            "<=".to_owned(),
            lookup.address.to_string(),
            lookup.kind.to_string(),
            lookup.id.to_string(),
            format!("{} {}", lookup.site.cloud, lookup.site.region),
            lookup.place.clone(),
        ]);
    }
    let mut lines = Vec::new();
    for (line, lookup) in table.lines("").into_iter().zip(lookups) {
        lines.push(line);
        lines.extend(lookup.cannot_know.as_ref().map(|why| format!("   cannot know its properties: {why}")));
    }
    lines
}

pub(crate) fn changes(out: &mut String, view: &PlanView<'_>, style: Style) {
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Changes"));
    // types in full where there is room, else by their last words, else on a line of their own
    let wide = [words::full_kind, words::short_kind].into_iter().find_map(|kind| {
        let lines = change_table(view, words::symbol, Some(kind)).lines("  ");
        lines.iter().all(|line| line.width() <= style.width).then_some(lines)
    });
    let fits = wide.is_some();
    let narrow = change_table(view, words::symbol, None);
    let with_place = fits || narrow.lines("  ").iter().all(|line| line.width() <= style.width);
    // an address stays whole, however narrow it is: it is copied
    let narrow = || if with_place { narrow.lines("  ") } else { narrow.first(3).lines("  ") };
    let lines = wide.unwrap_or_else(narrow);
    for (group, line) in view.changes.iter().zip(lines) {
        let _ = writeln!(out, "{}", style.paint(paint_of(group.action), &line));
        if !fits {
            let nodes = nodes_text(group).unwrap_or_default();
            let place = if with_place { String::new() } else { group.whence() };
            let said = [group.kind.to_string(), nodes, place];
            let said = said.iter().filter(|said| !said.is_empty()).map(String::as_str).collect::<Vec<_>>().join("  ");
            let room = style.width.saturating_sub(9);
            let lines = if said.width() <= room { vec![said] } else { wrapped(&said, room) };
            for line in lines {
                let _ = writeln!(out, "         {}", style.paint(Paint::Dim, &line));
            }
        }
        for line in group.which().iter().flat_map(|which| wrapped(which, style.width.saturating_sub(9))) {
            let _ = writeln!(out, "         {}", style.paint(Paint::Dim, &line));
        }
        for effect in &group.effects {
            let paint = if effect.kind == EffectKind::Note { Paint::Dim } else { Paint::Remove };
            for line in wrapped(&words::effect(effect), style.width.saturating_sub(9)) {
                let _ = writeln!(out, "         {}", style.paint(paint, &line));
            }
        }
        for reason in &group.reasons {
            let _ = writeln!(out, "         {}", style.paint(Paint::Dim, reason));
        }
        if let Some(words) = group.way_out_of_deletion() {
            let _ = writeln!(out, "         {}", style.paint(Paint::Dim, &words));
        }
        for line in properties::lines(group, style) {
            let _ = writeln!(out, "         {line}");
        }
    }
    out.push('\n');
}

/// A row for each change; type and nodes only where there is room for them, the type in the words of `kind`.
pub fn change_table(
    view: &PlanView<'_>,
    symbol: fn(Action) -> &'static str,
    kind: Option<fn(Symbol) -> &'static str>,
) -> Table {
    let columns = [Align::Right, Align::Right, Align::Left, Align::Left, Align::Left, Align::Left];
    let mut table = Table::new(if kind.is_some() { &columns } else { &columns[..4] });
    for group in &view.changes {
        let count = group.changes.len() as u64;
        let mut row = vec![
            symbol(group.action).to_owned(),
            if count > 1 { format!("{}×", group_thousands(count)) } else { String::new() },
            group.label.clone(),
        ];
        if let Some(kind) = kind {
            row.push(kind(group.kind).to_owned());
            row.push(nodes_text(group).unwrap_or_default());
        }
        row.push(group.whence());
        table.row(row);
    }
    table
}

/// `36,000 × p6e-gb200.36xlarge reserved`, with the number before where it differs, and what was asked for where that
/// is another.
pub fn nodes_text(group: &RolledUp<'_>) -> Option<String> {
    let holds = group.holds?;
    let verb = if holds.reserves_only { "reserves " } else { "" };
    let market =
        if holds.reserves_only { String::new() } else { format!(" {}", holds.market.as_str().replace('_', " ")) };
    if let Some(stays) = group.stays {
        // of several shapes the numbers before are no measure
        let more = group.nodes_after.saturating_sub(u64::from(stays.nodes));
        let rest = if more > 0 { format!(" and {} × {}", group_thousands(more), holds.shape) } else { String::new() };
        return Some(format!("{} × {}{rest}{market}", group_thousands(stays.nodes.into()), stays.shape));
    }
    let nodes = match group.action {
        Action::Create => group_thousands(group.nodes_after),
        Action::Delete | Action::Forget => group_thousands(group.nodes_before),
        _ if group.nodes_before == group.nodes_after => group_thousands(group.nodes_after),
        _ => format!("{} → {}", group_thousands(group.nodes_before), group_thousands(group.nodes_after)),
    };
    let asked = if group.nodes_asked == group.nodes_before {
        String::new()
    } else {
        format!(" ({} were asked for)", group_thousands(group.nodes_asked))
    };
    Some(format!("{verb}{nodes} × {}{market}{asked}", holds.shape))
}

const fn paint_of(action: Action) -> Paint {
    match action {
        Action::Create => Paint::Add,
        Action::Update | Action::Move | Action::Import | Action::Forget => Paint::Change,
        Action::NoOp => Paint::Dim,
        _ => Paint::Remove,
    }
}

fn units(out: &mut String, view: &PlanView<'_>, style: Style) {
    let _ = writeln!(
        out,
        "{} {}{}",
        style.paint(Paint::Strong, "Applied as"),
        units::headline(view.plan),
        style.paint(Paint::Dim, "   (a unit: one stack, deployment or batch of requests)")
    );
    let (mut table, more) = units::table(view.plan);
    for line in table.within("  ", style.width, 1) {
        let _ = writeln!(out, "{line}");
    }
    if more > 0 {
        let _ = writeln!(out, "  {}", style.paint(Paint::Dim, &format!("… and {more} more lines: -json lists all")));
    }
    out.push('\n');
}

/// What was checked before apply: what is short, what can't be known, and how much is well.
fn evidence(out: &mut String, view: &PlanView<'_>, style: Style) {
    let all = &view.plan.preflight;
    if all.is_empty() || view.is_empty() {
        return;
    }
    let fresh = preflight::one_freshness(all);
    let dated = fresh.as_ref().map_or_else(String::new, |fresh| style.paint(Paint::Dim, &format!("   {fresh}")));
    let mut rolled = preflight::roll_up(all);
    let heading = style.paint(Paint::Strong, "Preflight");
    let ok =
        rolled.pop_if(|row| row.is_ok()).map(|row| (format!("{}: {}", row.subject, row.checks), row.first.words()));
    if let (true, Some((checks, word))) = (rolled.is_empty(), &ok) {
        let _ = writeln!(out, "{heading}   {word}, {checks}{dated}\n");
        return;
    }
    let _ = writeln!(out, "{heading}{dated}");
    let mut wide = Table::new(&[Align::Left; 4]);
    let mut narrow = Table::new(&[Align::Left; 3]);
    for row in &rolled {
        let cells = [row.first.words(), row.checks.clone(), row.subject.clone()];
        narrow.row(cells.clone());
        wide.row(cells.into_iter().chain([row.with_freshness(fresh.as_deref())]));
    }
    // why is beside it where there is room, else below it
    let lines = wide.lines("  ");
    let fits = lines.iter().all(|line| line.width() <= style.width);
    let lines = if fits { lines } else { narrow.within("  ", style.width, 2) };
    for (line, row) in lines.into_iter().zip(&rolled) {
        let line = if row.first.is_short() { style.paint(Paint::Remove, &line) } else { line };
        let _ = writeln!(out, "{line}");
        let why = row.with_freshness(fresh.as_deref());
        let below = if fits { Vec::new() } else { wrapped(&why, style.width.saturating_sub(4)) };
        for line in below {
            let _ = writeln!(out, "    {}", style.paint(Paint::Dim, &line));
        }
    }
    if let Some((checks, word)) = ok {
        let width = rolled.iter().map(|row| row.first.words().width()).max().unwrap_or(0);
        let _ = writeln!(out, "  {word:width$}  {checks}");
    }
    out.push('\n');
}

/// What the clouds say that they would do, where they were asked.
fn second_opinion(out: &mut String, view: &PlanView<'_>, style: Style) {
    let Some(said) = view.plan.second_opinion.as_ref().filter(|_| !view.is_empty()) else { return };
    let headline = opinion::headline(said);
    let _ = writeln!(
        out,
        "{}   {}",
        style.paint(Paint::Strong, "Second opinion"),
        if said.differs() { style.paint(Paint::Remove, &headline) } else { headline }
    );
    for (line, head) in opinion::lines(said, 40) {
        let _ = writeln!(out, "  {}", if head { style.paint(Paint::Change, &line) } else { line });
    }
    out.push('\n');
}

fn outputs(out: &mut String, view: &PlanView<'_>, style: Style) {
    let changes = view.plan.output_changes();
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Outputs"));
    let mut table = Table::new(&[Align::Left, Align::Left]);
    for change in changes {
        let side = |value: Option<&OutputValue>| match value {
            Some(OutputValue::Known(text)) => text.clone(),
            Some(OutputValue::Later) => "(known after apply)".to_owned(),
            Some(OutputValue::Sensitive) => "(sensitive)".to_owned(),
            None => "–".to_owned(),
        };
        let shown = match change.action() {
            "update" | "delete" => format!("{} → {}", side(change.before), side(change.after)),
            _ => side(change.after),
        };
        table.row([change.name.as_str().to_owned(), shown]);
    }
    for line in table.lines("  ") {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
}

/// What may not be: what fails or can't be known each on lines of its own, what holds by name.
fn guards(out: &mut String, view: &PlanView<'_>, style: Style) {
    let all = &view.plan.guards;
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Guards"));
    for guard in all.iter().filter(|guard| guard.state != GuardState::Holds) {
        let (word, paint) = words::guard(guard);
        let _ =
            writeln!(out, "  {}  {}  {}", style.paint(paint, word), guard.name, style.paint(Paint::Dim, &guard.place));
        let indent = word.len() + 4;
        for line in wrapped(&guard.message, style.width.saturating_sub(indent)) {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
    if let Some(way) = view.way_past_guards() {
        for line in wrapped(&way, style.width.saturating_sub(2)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    let holding: Vec<&str> = all.iter().filter(|g| g.state == GuardState::Holds).map(|g| g.name.as_str()).collect();
    if !holding.is_empty() {
        let _ = writeln!(out, "  pass  {}", alike::names(holding.into_iter()));
    }
    out.push('\n');
}

fn notes(out: &mut String, view: &PlanView<'_>, style: Style) {
    let notes = view.notes();
    for note in &notes {
        let _ = writeln!(out, "{}", style.paint(Paint::Change, note));
    }
    if !notes.is_empty() {
        out.push('\n');
    }
}
