//! A plan as a pull-request comment. Bounded by construction: detail is left out in a fixed order, and what was left
//! out is said. Must not compute anything: it writes what [`crate::view`] found.

mod foreign;

use std::{collections::BTreeMap, fmt::Write as _};

use tonnage_base::quantity::group_thousands;
use tonnage_plan::{Action, Verdict, model::GuardState};

use crate::{
    alarms::Risk,
    opinion, preflight,
    roll_up::RolledUp,
    table::{Align, Table},
    text, units,
    view::PlanView,
    words,
};

use foreign::fence_safe;
pub(crate) use foreign::inline;

/// GitHub drops a comment of 65,536 characters or more; this much is never exceeded.
pub const LIMIT: usize = 60_000;

/// GitHub drops a summary of more than 1,024 KiB; this much is never exceeded.
pub const SUMMARY_LIMIT: usize = 900 * 1024 - 1;

/// Kept for the line that says what was left out.
const FOOT: usize = 800;

/// Most rows of one kind in the part that is always there.
const ROWS: usize = 30;

/// How long cells and sentences of that part may be, in bytes.
#[derive(Clone, Copy)]
struct Most {
    cell: usize,
    sentence: usize,
}

/// Tried one after another.
const LOOSE: [Most; 2] = [Most { cell: 400, sentence: 4_000 }, Most { cell: 160, sentence: 1_000 }];

/// With this the part that is always there stays well under [`LIMIT`] whatever the plan is.
const TIGHT: Most = Most { cell: 100, sentence: 300 };

/// The comment. It begins with a marker by which it is found again, and fits GitHub.
pub fn plan(view: &PlanView<'_>) -> String {
    fitted(view, LIMIT)
}

/// The same for the summary page of a job, which holds more.
pub fn summary(view: &PlanView<'_>) -> String {
    fitted(view, SUMMARY_LIMIT)
}

/// Alarms, what the clouds see otherwise, and guards that do not hold are always there. What is left of the room goes,
/// in this order, to: changes with their detail, what hurts first, as far as half of it; money in detail, notes, the
/// order of apply, capacity evidence, what is read, placement; a line for each other change; more detail.
fn fitted(view: &PlanView<'_>, limit: usize) -> String {
    let always = |most| {
        let (risks, opinion) = (risks(view, most), second_opinion(view, most));
        [head(view, most), risks, opinion, guards(view, most)]
    };
    let size = |always: &[String; 4]| always.iter().map(String::len).sum::<usize>();
    let loose = LOOSE.into_iter().map(always).find(|always| size(always) <= limit / 2);
    let always = loose.unwrap_or_else(|| always(TIGHT));
    let mut room = limit.saturating_sub(size(&always) + FOOT);
    let mut changes = Changes::of(view, room);
    room -= changes.with_detail(room / 2);
    let mut sections = [
        ("money by cloud and block", money(view)),
        ("notes", notes(view)),
        ("order of apply", order(view)),
        ("preflight", evidence(view)),
        ("what is read and not managed", lookups(view)),
        ("placement", placements(view)),
    ];
    let mut of_sections = room.saturating_sub(changes.lines_to_come()).max(room / 2);
    let mut left_out = Vec::new();
    for (name, text) in &mut sections {
        if text.len() <= of_sections {
            (of_sections, room) = (of_sections - text.len(), room - text.len());
        } else {
            left_out.push((*name).to_owned());
            text.clear();
        }
    }
    room -= changes.lines(room);
    changes.with_detail(room);
    left_out.extend(changes.left_out());
    let [money, notes, order, evidence, lookups, placements] = sections.map(|(_, text)| text);
    let [head, risks, opinion, guards] = always;
    let foot = if left_out.is_empty() {
        String::new()
    } else {
        format!(
            "_Left out to fit: {}. `tonnage show FILE` has all of it, of a plan that `-out=FILE` saved._\n",
            left_out.join("; ")
        )
    };
    [head, risks, opinion, guards, money, changes.written(), order, placements, lookups, evidence, notes, foot].concat()
}

/// Changes, what hurts first, as far as there is room for them.
struct Changes<'v, 'p> {
    view: &'v PlanView<'p>,
    lines: Vec<String>,
    /// What is written of each; none: nothing.
    shown: Vec<Option<Shown>>,
}

/// What is written of a change.
#[derive(PartialEq)]
enum Shown {
    Line(String),
    Whole(String),
}

impl<'v, 'p> Changes<'v, 'p> {
    /// The lines around all of them, with room for the longest counts.
    const AROUND: usize = 160;

    fn of(view: &'v PlanView<'p>, room: usize) -> Self {
        let shown = view.changes.iter().map(|_| None).collect();
        Self { view, lines: change_lines(view, room), shown }
    }

    fn line(&self, at: usize) -> Option<String> {
        Some(change(self.view.changes.get(at)?, self.lines.get(at)?, false))
    }

    /// Writes changes with their detail as long as there is room; how much of it they take.
    fn with_detail(&mut self, room: usize) -> usize {
        let mut left = room;
        for (at, group) in self.view.changes.iter().enumerate() {
            let (Some(line), Some(slot)) = (self.lines.get(at), self.shown.get_mut(at)) else { continue };
            let has = match slot {
                Some(Shown::Whole(_)) => continue,
                Some(Shown::Line(text)) => text.len(),
                None => 0,
            };
            let whole = change(group, line, true);
            if whole.len() - has <= left {
                left -= whole.len() - has;
                *slot = Some(Shown::Whole(whole));
            } else if left < line.len() {
                break;
            }
        }
        room - left
    }

    /// How long the lines of all others are.
    fn lines_to_come(&self) -> usize {
        let others = self.shown.iter().zip(&self.lines).filter(|(shown, _)| shown.is_none());
        others.map(|(_, line)| line.len() + 3).sum::<usize>() + Self::AROUND
    }

    /// Writes a line for each of the others, in order, as long as there is room; how much of it they take.
    fn lines(&mut self, room: usize) -> usize {
        let mut left = room.saturating_sub(Self::AROUND);
        for at in 0..self.shown.len() {
            let Some(line) = self.line(at).filter(|_| self.shown.get(at) == Some(&None)) else { continue };
            if line.len() > left {
                break;
            }
            left -= line.len();
            if let Some(slot) = self.shown.get_mut(at) {
                *slot = Some(Shown::Line(line));
            }
        }
        room - left
    }

    /// What was left out, in words.
    fn left_out(&self) -> Vec<String> {
        let mut left_out = Vec::new();
        let briefly = self.shown.iter().zip(self.view.changes.iter().zip(&self.lines)).filter(
            |(shown, (group, line))| matches!(shown, Some(Shown::Line(text)) if *text != change(group, line, true)),
        );
        let briefly = briefly.count() as u64;
        if briefly > 0 {
            left_out.push(format!("detail of {}", words::count(briefly, "change line")));
        }
        let mut hidden: BTreeMap<Action, u64> = BTreeMap::new();
        for (group, _) in self.view.changes.iter().zip(&self.shown).filter(|(_, shown)| shown.is_none()) {
            *hidden.entry(group.action).or_default() += 1;
        }
        if !hidden.is_empty() {
            let all = words::count(hidden.values().sum(), "change line");
            let each = hidden.iter().map(|(action, n)| format!("{} {}", words::symbol(*action), group_thousands(*n)));
            left_out.push(format!("{all} (`{}`)", each.collect::<Vec<_>>().join("`, `")));
        }
        left_out
    }

    fn written(self) -> String {
        if self.shown.iter().all(Option::is_none) {
            return String::new();
        }
        let told = self.shown.into_iter().flatten().map(|shown| match shown {
            Shown::Line(text) | Shown::Whole(text) => text,
        });
        let changes = words::count(self.view.plan.changes.len() as u64, "change");
        let heading = match self.view.changes.len() {
            lines if lines == self.view.plan.changes.len() => changes,
            lines => format!("{changes} rolled up into {}", words::count(lines as u64, "line")),
        };
        format!(
            "<details open><summary>{heading}</summary>\n\n```diff\n{}```\n</details>\n\n",
            told.collect::<String>(),
        )
    }
}

/// A line for each change: in columns, unless that takes too much of the room.
fn change_lines(view: &PlanView<'_>, room: usize) -> Vec<String> {
    // the sign at column 0 says create, delete and update; the symbol only what is more than that
    let symbol = |action| match action {
        Action::Create | Action::Delete | Action::Update => "",
        other => words::symbol(other),
    };
    let table = text::change_table(view, symbol, Some(words::full_kind));
    let lines = table.lines("");
    if lines.iter().map(|line| line.len() + 3).sum::<usize>() <= room * 2 / 3 {
        let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        return lines.iter().map(|line| line.get(indent..).unwrap_or_default().to_owned()).collect();
    }
    let joined = |row: &Vec<String>| {
        let cells = row.iter().filter(|cell| !cell.is_empty()).map(|cell| words::cut(cell, 160));
        cells.collect::<Vec<_>>().join("  ")
    };
    table.rows.iter().map(joined).collect()
}

fn head(view: &PlanView<'_>, most: Most) -> String {
    let mut out = String::new();
    let sign = match view.risk() {
        Risk::None => "🟢",
        Risk::Some => "🟠",
        Risk::High => "🔴",
    };
    let _ = writeln!(out, "<!-- tonnage fleet={} digest={} -->", view.plan.fleet, view.digest);
    let _ = writeln!(out, "### {sign} {}: {}", view.plan.fleet, words::cut(&inline(&view.headline()), most.sentence));
    let _ = writeln!(out, "{}\n", view.summary());
    if view.plan.as_of != view.plan.made {
        let later = if view.plan.as_of > view.plan.made { ": not to be applied before that day" } else { "" };
        let _ = writeln!(out, "_As of {}, made on {}{later}._\n", view.plan.as_of, view.plan.made);
    }
    let rows = view.rows();
    if !rows.is_empty() && (!view.is_empty() || !view.plan.terms.is_empty()) {
        let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right]);
        table.row(["", "before", "after", "Δ"]);
        let more = rows.len().saturating_sub(ROWS) as u64;
        for row in rows.into_iter().take(ROWS) {
            table.row(row.map(|cell| words::cut(&inline(&cell), most.cell)));
        }
        if more > 0 {
            table.row([format!("… and {}", words::count(more, "more row"))]);
        }
        for line in table.markdown() {
            let _ = writeln!(out, "{line}");
        }
        for line in view.unknown_prices() {
            let _ = writeln!(out, "\n_{line}_");
        }
        out.push('\n');
    }
    out
}

/// An alert of GitHub's, a sentence a line; nothing without any.
fn alert<S: AsRef<str>>(kind: &str, most: Most, lines: impl Iterator<Item = (S, String)>) -> String {
    let lines = lines.map(|(what, said)| {
        let said = words::cut(&inline(&said), most.sentence);
        format!("> **{}** {said}<br>\n", words::cut(&inline(what.as_ref()), most.cell))
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("> [!{kind}]\n{lines}\n") }
}

/// What must not be overlooked: never folded away, and bounded by the number of kinds of alarms and of chains. Guards
/// follow in a table of their own.
fn risks(view: &PlanView<'_>, most: Most) -> String {
    let alarms = view.alarms.iter().filter(|alarm| !alarm.is_guard);
    let mut told: Vec<(&str, String)> =
        alarms.clone().flat_map(|alarm| alarm.shown().map(|said| (alarm.what, said.with_place()))).collect();
    told.extend(view.cascades.iter().map(|cascade| ("↳", cascade.words())));
    if view.cascades_left_out > 0 {
        told.push(("…", format!("and {}", words::count(view.cascades_left_out as u64, "more chain"))));
    }
    let kind = match alarms.map(|alarm| alarm.risk).max() {
        Some(Risk::High) => "CAUTION",
        Some(Risk::None) => "NOTE",
        Some(Risk::Some) | None => "WARNING",
    };
    alert(kind, most, told.into_iter())
}

/// The same, with the headline, for a comment that is not a plan's: at most half of it.
pub(crate) fn headline_and_risks(view: &PlanView<'_>) -> [String; 2] {
    let parts =
        |most: Most| [format!("**{}**\n", words::cut(&inline(&view.headline()), most.sentence)), risks(view, most)];
    let fits = |parts: &[String; 2]| parts.iter().map(String::len).sum::<usize>() <= LIMIT / 2;
    LOOSE.into_iter().map(parts).find(fits).unwrap_or_else(|| parts(TIGHT))
}

/// Guards: what fails is never folded away. Where they are too many for a row each, it is their names; where they are
/// too many even for that, as many as fit and the number of all.
fn guards(view: &PlanView<'_>, most: Most) -> String {
    let all = &view.plan.guards;
    let (holding, told): (Vec<_>, Vec<_>) = all.iter().partition(|guard| guard.state == GuardState::Holds);
    let mut out = String::new();
    if told.len() <= ROWS {
        let rows = told.iter().map(|guard| {
            let cell = |text: &str, most: usize| words::cut(&inline(text), most).replace('|', "\\|");
            let word = words::guard(guard).0;
            format!("| **{word}** | `{}` | {} |\n", cell(&guard.name, most.cell), cell(&guard.message, most.sentence))
        });
        let rows: String = rows.collect();
        if !rows.is_empty() {
            let _ = writeln!(out, "| guard | | |\n|---|---|---|\n{rows}");
        }
    } else {
        let mut named: BTreeMap<(GuardState, &str), Vec<&str>> = BTreeMap::new();
        for guard in &told {
            named.entry((guard.state, words::guard(guard).0)).or_default().push(&guard.name);
        }
        for ((_, word), names) in &named {
            let guards = words::count(names.len() as u64, "guard");
            let _ = writeln!(out, "**{word}** {guards}: {}\n", listed(names, most));
        }
    }
    if let Some(way) = view.way_past_guards() {
        let _ = writeln!(out, "{}\n", inline(&words::cut(&way, most.sentence)));
    }
    if !holding.is_empty() {
        let hold = if holding.len() == 1 { "holds" } else { "hold" };
        let _ = writeln!(out, "{} {hold}.\n", words::count(holding.len() as u64, "guard"));
    }
    out
}

/// `` `a`, `b` and 12 more ``.
fn listed(names: &[&str], most: Most) -> String {
    let mut out = String::new();
    for (position, name) in names.iter().enumerate() {
        let name = format!("{}`{}`", if position > 0 { ", " } else { "" }, words::cut(&inline(name), most.cell));
        if out.len() + name.len() > most.cell * 40 {
            let _ = write!(out, " and {} more", group_thousands((names.len() - position) as u64));
            break;
        }
        out.push_str(&name);
    }
    out
}

/// What contracts get, and the money of clouds and blocks.
fn money(view: &PlanView<'_>) -> String {
    let mut out = String::new();
    if view.is_empty() && view.plan.terms.is_empty() {
        return out;
    }
    for line in view.commitment_lines() {
        let _ = writeln!(out, "- {}", inline(&line));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    if let Some(table) = view.breakdown() {
        let table = table.markdown().iter().map(|line| inline(line)).collect::<Vec<_>>().join("\n");
        let _ = writeln!(out, "<details><summary>By cloud and block, for one hour</summary>\n\n{table}\n</details>\n");
    }
    out
}

fn notes(view: &PlanView<'_>) -> String {
    let notes = view.notes().into_iter().map(|note| format!("> {}\n\n", inline(note)));
    std::iter::once(renames(view)).chain(notes).collect()
}

/// What to write where only names change.
pub(crate) fn renames(view: &PlanView<'_>) -> String {
    let Some((said, blocks)) = view.renames() else { return String::new() };
    let blocks: Vec<String> = blocks.lines().map(fence_safe).collect();
    format!("{}\n\n```hcl\n{}\n```\n\n", inline(&said), blocks.join("\n"))
}

fn placements(view: &PlanView<'_>) -> String {
    let lines = text::placement::lines(view);
    if lines.is_empty() || view.is_empty() {
        return String::new();
    }
    let mut out = String::from("<details><summary>Placement: what was chosen, and what was not</summary>\n\n```text\n");
    for line in lines {
        let _ = writeln!(out, "{}", fence_safe(&line));
    }
    out.push_str("```\n</details>\n\n");
    out
}

fn lookups(view: &PlanView<'_>) -> String {
    if view.plan.lookups.is_empty() || view.is_empty() {
        return String::new();
    }
    let mut out = String::from("<details><summary>Read, not managed</summary>\n\n```text\n");
    for line in text::lookup_lines(&view.plan.lookups) {
        let _ = writeln!(out, "{}", fence_safe(&line));
    }
    out.push_str("```\n</details>\n\n");
    out
}

/// What goes before what, and where apply waits.
fn order(view: &PlanView<'_>) -> String {
    if view.is_empty() {
        return String::new();
    }
    let (table, more) = units::table(view.plan);
    let lines = table.lines("").into_iter().chain((more > 0).then(|| format!("… and {more} more lines")));
    let lines: String = lines.map(|line| format!("{}\n", fence_safe(&line))).collect();
    let pauses = units::pauses(view.plan).join(" ");
    let title = format!("Order: {}", units::headline(view.plan));
    format!("<details><summary>{title}</summary>\n\n```text\n{lines}```\n{pauses}\n</details>\n\n")
}

/// Of what is well only the number is said.
fn evidence(view: &PlanView<'_>) -> String {
    let all = &view.plan.preflight;
    if all.is_empty() || view.is_empty() {
        return String::new();
    }
    let rolled = preflight::roll_up(all);
    let mut out = String::new();
    let count = |wanted: fn(&Verdict) -> bool| all.iter().filter(|row| wanted(&row.verdict)).count();
    let well = count(|verdict| *verdict == Verdict::Ok);
    let unknown = count(|verdict| matches!(verdict, Verdict::CannotKnow(_)));
    let _ = writeln!(
        out,
        "<details><summary>Preflight: {well} ok, {} short, {unknown} cannot know</summary>\n",
        all.len() - well - unknown
    );
    let fresh = preflight::one_freshness(all);
    if let Some(fresh) = &fresh {
        let _ = writeln!(out, "{fresh}\n");
    }
    let mut table = Table::new(&[Align::Left; 4]);
    table.row(["verdict", "checked", "what", "why"]);
    for row in &rolled {
        let detail = row.with_freshness(fresh.as_deref());
        table.row([row.first.words(), row.checks.clone(), inline(&row.subject), inline(&detail)]);
    }
    for line in table.markdown() {
        let _ = writeln!(out, "{line}");
    }
    out.push_str("\n</details>\n\n");
    out
}

/// What the clouds say that they would do: where they differ it is never folded away.
fn second_opinion(view: &PlanView<'_>, most: Most) -> String {
    let said = view.plan.second_opinion.as_ref().filter(|_| !view.is_empty());
    let Some(said) = said else { return String::new() };
    let headline = words::cut(&inline(&opinion::headline(said)), most.sentence);
    let lines = opinion::lines(said, 10);
    if lines.is_empty() {
        return format!("Second opinion: {headline}.\n\n");
    }
    let mut out = format!("> [!{}]\n", if said.differs() { "WARNING" } else { "NOTE" });
    let _ = writeln!(out, "> **Second opinion:** {headline}");
    out.push_str("> ```text\n");
    let all = lines.len() as u64;
    let end = out.len() + most.sentence * 10;
    for (position, (line, _)) in (0u64..).zip(lines) {
        let line = format!("> {}\n", words::cut(&fence_safe(&line), most.sentence));
        if out.len() + line.len() > end {
            let _ = writeln!(out, "> … and {}", words::count(all - position, "more line"));
            break;
        }
        out.push_str(&line);
    }
    out.push_str("> ```\n\n");
    out
}

/// A rolled-up change in a `diff` fence; `~` is written `!` so that GitHub colours it.
fn change(group: &RolledUp<'_>, line: &str, with_detail: bool) -> String {
    let sign = match group.action {
        Action::Create => "+",
        Action::Delete | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => "-",
        Action::Update | Action::Move | Action::Import | Action::Forget => "!",
        Action::NoOp => " ",
    };
    let mut out = format!("{sign} {}\n", fence_safe(line));
    if with_detail {
        if let Some(which) = group.which() {
            let _ = writeln!(out, "{sign}       {}", fence_safe(&which));
        }
        for effect in &group.effects {
            let _ = writeln!(out, "{sign}       {}", fence_safe(&words::effect(effect)));
        }
        for reason in &group.reasons {
            let _ = writeln!(out, "{sign}       {}", fence_safe(reason));
        }
        if let Some(words) = group.way_out_of_deletion() {
            let _ = writeln!(out, "{sign}       {}", fence_safe(&words));
        }
        for diff in &group.diffs {
            let (before, after) = crate::values::pair(&diff.before, &diff.after, 120);
            let mut line = match diff.inside.as_slice() {
                [] => format!("{}  {before} → {after}", diff.path),
                _ => format!("{}  changes inside", diff.path),
            };
            if diff.forces_replacement {
                line.push_str("  forces replacement");
            }
            if diff.drift {
                line.push_str("  drift");
            }
            if let Some(applied) = &diff.conflict {
                let _ = write!(line, "  conflict, last applied {applied}");
            }
            if let Some((place, name)) = &diff.origin {
                let _ = write!(line, "   {place}  {name}");
            }
            let _ = writeln!(out, "{sign}       {}", fence_safe(line.trim_end()));
            let inside = diff.inside.iter().map(ToString::to_string);
            for inner in diff.each.iter().cloned().chain(inside).chain(group.way_out(diff)) {
                let _ = writeln!(out, "{sign}         {}", fence_safe(&inner));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::Symbol;
    use tonnage_graph::{Site, Values};
    use tonnage_plan::{Change, Plan, Reason, UnitId};

    fn plan(changes: usize) -> Plan {
        let site = Site { cloud: Symbol::new("aws"), region: Symbol::new("r") };
        let change = |n: usize| Change {
            address: Symbol::new(&format!("resource.a_name_that_is_not_short_{n:05}")),
            previous_address: None,
            kind: Symbol::new(&format!("T::Some::Type{n}")),
            action: if n == changes - 1 { Action::Delete } else { Action::Create },
            reasons: vec![Reason::New],
            diffs: Vec::new(),
            site,
            unit: UnitId(0),
            local_name: Symbol::new("L"),
            physical_id: None,
            before: None,
            after: None,
            holds_before: None,
            asked_before: None,
            older: Vec::new(),
            holds_after: None,
            effects: Vec::new(),
            declared: Some("fleet.fleet.hcl:1".to_owned()),
        };
        Plan {
            changes: (0..changes).map(change).collect(),
            notes: vec!["note: <b>".to_owned()],
            ..Plan::new(
                Symbol::new("f"),
                tonnage_base::quantity::parse_date("2026-11-22").expect("a date"),
                Values::new(),
            )
        }
    }

    #[test]
    fn a_comment_fits_github_and_keeps_what_hurts() {
        let large = plan(20_000);
        let text = super::plan(&PlanView::of(&large));
        assert!(text.len() <= LIMIT, "{}", text.len());
        assert!(text.contains("Left out to fit"), "it says what is missing");
        assert!(text.contains("- ") && text.contains("a_name_that_is_not_short_19999"), "the deletion is there");
        assert!(text.contains("Plan: 19999 to add, 0 to change, 1 to destroy."));
        let small = super::plan(&PlanView::of(&plan(3)));
        assert!(!small.contains("Left out") && small.contains("&lt;b>"));
    }
}
