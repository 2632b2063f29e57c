//! A difference as text for a terminal. Must not compute anything.

use std::fmt::Write as _;

use tonnage_plan::Action;
use unicode_width::UnicodeWidthStr as _;

use super::{Difference, Drawn, Inner, Rolled, guard, late, placement_lines, rolled, summary, values};
use crate::{
    fold::fold,
    style::{Paint, Style},
    table::{Align, Table},
    text::{changes, renames, risks, totals, wrapped},
    view::PlanView,
    words,
};

/// The whole difference.
pub fn text(difference: &Difference, style: Style) -> String {
    let mut out = String::new();
    let title = format!("{}: {} → {}", difference.fleet, difference.base, difference.head);
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, &title));
    let day = format!("as of {}   from the files alone: no cloud was asked", difference.as_of);
    let _ = writeln!(out, "{}\n", style.paint(Paint::Dim, &day));
    if difference.is_empty() {
        let _ = writeln!(out, "No difference. Both ask for the same.");
        return out;
    }
    let view = PlanView::of(&difference.plan);
    if !view.is_empty() {
        let paint = if view.gpus_stopped > 0 { Paint::Remove } else { Paint::Strong };
        let _ = writeln!(out, "{}\n", style.paint(paint, &view.headline()));
    }
    asked(&mut out, difference, style);
    if tells_money(&view) {
        totals(&mut out, &view, style);
    }
    if !view.is_empty() {
        risks(&mut out, &view, style);
        renames(&mut out, &view, style);
    }
    placements(&mut out, difference, style);
    for drawn in &difference.commitments {
        commitment(&mut out, drawn, style);
    }
    guards(&mut out, difference, style);
    if !view.is_empty() {
        changes(&mut out, &view, style);
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, &closing(difference, &view)));
    fold(&out, style.width)
}

/// Whether GPUs and money are worth a table: a resource changes, or who pays for those that stay.
pub(super) fn tells_money(view: &PlanView<'_>) -> bool {
    !view.is_empty() || view.rows().iter().any(|[_, before, after, _]| before != after)
}

/// What would follow if all that the base asks for were live, and nothing else.
pub(super) fn closing(difference: &Difference, view: &PlanView<'_>) -> String {
    if view.is_empty() {
        return format!("Difference: {}; no resource changes.", difference.headline());
    }
    let counted = view.summary();
    let counted = counted.strip_prefix("Plan: ").unwrap_or(&counted);
    format!("Difference: {}; resources: {counted}", difference.headline())
}

fn asked(out: &mut String, difference: &Difference, style: Style) {
    if difference.blocks.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Asked for"));
    for Rolled { block, count, names } in rolled(&difference.blocks) {
        let many = if count > 1 { format!("{count} × ") } else { String::new() };
        let was = block.was.as_ref().map_or_else(String::new, |was| format!("  was {was}"));
        let head = format!("{} {many}{}{was}", words::symbol(block.action), block.address);
        let paint = match block.action {
            Action::Delete => Paint::Remove,
            Action::Create => Paint::Add,
            _ => Paint::Change,
        };
        let _ = writeln!(out, "  {}  {}", style.paint(paint, &head), style.paint(Paint::Dim, &block.place));
        if let Some(names) = names {
            let _ = writeln!(out, "      {}", style.paint(Paint::Dim, &format!("of these: {names}")));
        }
        if matches!(block.action, Action::Create | Action::Delete) {
            let room = style.width.saturating_sub(6).max(40);
            let _ = writeln!(out, "      {}", style.paint(Paint::Dim, &cut(&summary(&block), room)));
            continue;
        }
        let mut table = Table::new(&[Align::Left, Align::Left, Align::Left]);
        for line in &block.lines {
            table.row([line.path.clone(), values(line), line.place.clone()]);
        }
        for (told, line) in table.lines("      ").into_iter().zip(&block.lines) {
            let _ = writeln!(out, "{told}");
            for inner in &line.inside {
                let paint = match inner {
                    Inner::Added(_) => Paint::Add,
                    Inner::Removed(_) => Paint::Remove,
                    _ => Paint::Change,
                };
                let _ = writeln!(out, "        {}", style.paint(paint, &inner.to_string()));
            }
        }
    }
    out.push('\n');
}

/// A text cut to so many columns.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + 2 > room {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

fn placements(out: &mut String, difference: &Difference, style: Style) {
    let lines = placement_lines(difference);
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Placement"));
    for (sign, line) in lines {
        let paint = match sign {
            '+' => Paint::Add,
            '-' => Paint::Remove,
            _ => Paint::Strong,
        };
        let _ = writeln!(out, "  {}", style.paint(paint, &format!("{sign} {line}")));
    }
    out.push('\n');
}

fn commitment(out: &mut String, drawn: &Drawn, style: Style) {
    let title = format!("commitment.{}", drawn.name);
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, &title));
    for line in commitment_table(drawn).lines("  ") {
        let _ = writeln!(out, "{line}");
    }
    for (name, before, after) in &drawn.milestones {
        let _ = writeln!(out, "  milestone {name}: {} → {}", late(*before), late(*after));
    }
    out.push('\n');
}

/// Years that are drawn on otherwise.
pub(super) fn commitment_table(drawn: &Drawn) -> Table {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right]);
    if drawn.years.is_empty() {
        return table;
    }
    table.row(["year", "owed", "planned before", "after", "difference"]);
    for of in &drawn.years {
        let year = of.from.map_or_else(|| of.year.to_string(), |day| format!("{}, from {day}", of.year));
        // what was drawn before that day is not known to a difference
        let less = if of.from.is_some() { ", less what is drawn before" } else { "" };
        let owed = of.owed.map_or_else(|| "·".to_owned(), |owed| words::amount(owed, drawn.unit) + less);
        let [before, after, difference] = words::movement(of.before, of.after, drawn.unit);
        table.row([year, owed, before, after, difference]);
    }
    table
}

fn guards(out: &mut String, difference: &Difference, style: Style) {
    if difference.guards.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, "Guards"));
    for (before, now) in &difference.guards {
        let (_, paint) = words::guard(now);
        let state = guard(*before, now);
        let _ =
            writeln!(out, "  {}  {}  {}", style.paint(paint, &state), now.name, style.paint(Paint::Dim, &now.place));
        if !now.message.is_empty() {
            for line in wrapped(&now.message, style.width.saturating_sub(6)) {
                let _ = writeln!(out, "      {line}");
            }
        }
    }
    out.push('\n');
}
