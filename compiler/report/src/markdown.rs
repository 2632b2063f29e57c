//! A plan as a pull-request comment. Bounded by construction: detail is left out in a fixed order, and what was left
//! out is said. Must not compute anything: it writes what [`crate::view`] found.

use std::fmt::Write as _;

use tonnage_plan::{Action, Verdict, model::GuardState};

use crate::{
    opinion, preflight,
    roll_up::RolledUp,
    table::{Align, Table},
    text,
    view::{PlanView, Risk},
    words,
};

/// GitHub drops a comment of 65,536 characters or more; this much is never exceeded.
pub const LIMIT: usize = 60_000;

/// GitHub drops a summary of more than 1,024 KiB; this much is never exceeded.
pub const SUMMARY_LIMIT: usize = 900 * 1024 - 1;

/// Guards: what fails is never folded away.
fn guards(view: &PlanView<'_>) -> String {
    let mut out = String::new();
    let all = &view.plan.guards;
    let told: Vec<_> = all.iter().filter(|guard| guard.state != GuardState::Holds).collect();
    if !told.is_empty() {
        out.push_str("| guard | | |\n|---|---|---|\n");
        for guard in &told {
            let (word, _) = words::guard(guard);
            let _ = writeln!(
                out,
                "| **{word}** | `{}` | {} |",
                inline(&guard.name),
                inline(&guard.message).replace('|', "\\|")
            );
        }
        out.push('\n');
    }
    let holding = all.len() - told.len();
    if holding > 0 {
        let _ = writeln!(
            out,
            "{holding} guard{} hold{}.\n",
            if holding == 1 { "" } else { "s" },
            if holding == 1 { "s" } else { "" }
        );
    }
    out
}

/// The comment. It begins with a marker by which it is found again, and fits GitHub.
pub fn plan(view: &PlanView<'_>) -> String {
    fitted(view, LIMIT)
}

/// The same for the summary page of a job, which holds more.
pub fn summary(view: &PlanView<'_>) -> String {
    fitted(view, SUMMARY_LIMIT)
}

fn fitted(view: &PlanView<'_>, limit: usize) -> String {
    let head = head(view);
    let mut tail = String::new();
    for note in view.notes() {
        let _ = writeln!(tail, "> {}\n", inline(note));
    }
    let mut out = head;
    let sections = [guards(view), placements(view), evidence(view), tail];
    let reserve: usize = 400;
    let mut left_out = Vec::new();
    let mut details = String::new();
    let fixed: usize = sections.iter().map(String::len).sum();
    let mut room = limit.saturating_sub(out.len() + reserve);
    let shown_sections = if fixed < room / 2 {
        room -= fixed;
        sections.concat()
    } else {
        left_out.push("placement, evidence and notes");
        String::new()
    };
    let mut skipped = 0usize;
    // the sign at column 0 says create, delete and update; the symbol only what is more than that
    let symbol = |action| match action {
        Action::Create | Action::Delete | Action::Update => "",
        other => words::symbol(other),
    };
    let lines = text::change_table(view, symbol, Some(words::full_kind)).lines("");
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    for (group, line) in view.changes.iter().zip(&lines) {
        let line = line.get(indent..).unwrap_or_default();
        let full = change(group, line, true);
        let brief = change(group, line, false);
        let text = if full.len() <= room {
            full
        } else if brief.len() <= room {
            skipped += 1;
            brief
        } else {
            skipped += 1;
            String::new()
        };
        room -= text.len();
        details.push_str(&text);
    }
    if !details.is_empty() {
        let _ = write!(
            out,
            "<details open><summary>{} rolled up into {}</summary>\n\n```diff\n{details}```\n</details>\n\n",
            words::count(view.plan.changes.len() as u64, "change"),
            words::count(view.changes.len() as u64, "line"),
        );
    }
    out.push_str(&shown_sections);
    let skipped_text = format!("detail of {}", words::count(skipped as u64, "change line"));
    if skipped > 0 {
        left_out.push(&skipped_text);
    }
    if !left_out.is_empty() {
        let _ = writeln!(out, "_Left out to fit a comment: {}. The plan file has all of it._", left_out.join("; "));
    }
    out
}

fn head(view: &PlanView<'_>) -> String {
    let mut out = String::new();
    let sign = match view.risk() {
        Risk::None => "🟢",
        Risk::Some => "🟠",
        Risk::High => "🔴",
    };
    let _ = writeln!(out, "<!-- tonnage fleet={} digest={} -->", view.plan.fleet, view.digest);
    let _ = writeln!(out, "### {sign} {}: {}", view.plan.fleet, view.headline());
    let _ = writeln!(out, "{}\n", view.summary());
    let rows = view.rows();
    if !rows.is_empty() && !view.is_empty() {
        let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right]);
        table.row(["", "before", "after", "Δ"]);
        for row in rows {
            table.row(row);
        }
        for line in table.markdown() {
            let _ = writeln!(out, "{line}");
        }
        for line in view.unknown_prices() {
            let _ = writeln!(out, "\n_{line}_");
        }
        out.push('\n');
        let lines = view.commitment_lines();
        for line in &lines {
            let _ = writeln!(out, "- {}", inline(line));
        }
        if !lines.is_empty() {
            out.push('\n');
        }
    }
    if !view.is_empty() {
        out.push_str(&risks(view));
        out.push_str(&second_opinion(view));
    }
    let fallen = view.plan.placements.iter().filter_map(|pool| Some((pool, pool.falls_back.as_ref()?)));
    let fallen: Vec<_> = fallen.filter(|(_, fallen)| fallen.leaves_cloud && !view.is_empty()).collect();
    // As many as a reader takes in; the headline counts them all.
    for (number, (pool, fallen)) in fallen.iter().take(8).enumerate() {
        let head = if number == 0 { "> [!WARNING]\n" } else { "" };
        let _ = writeln!(out, "{head}> **{}** {}", inline(&pool.pool), inline(&text::falls_back(fallen)));
    }
    if !fallen.is_empty() {
        out.push('\n');
    }
    out
}

/// What stops, is lost or is not known: never folded away, and bounded by the number of kinds of risk and of chains.
fn risks(view: &PlanView<'_>) -> String {
    let lines = view.risks.lines();
    if lines.is_empty() && view.cascades.is_empty() {
        return String::new();
    }
    let alert = if view.risk() == Risk::High { "CAUTION" } else { "WARNING" };
    let mut out = format!("> [!{alert}]\n");
    for (what, text) in lines {
        let _ = writeln!(out, "> **{what}** {}<br>", inline(&text));
    }
    for cascade in &view.cascades {
        let _ = writeln!(out, "> ↳ {}<br>", inline(&cascade.words()));
    }
    if view.cascades_left_out > 0 {
        let _ = writeln!(out, "> … and {}", words::count(view.cascades_left_out as u64, "more chain"));
    }
    out.push('\n');
    out
}

fn placements(view: &PlanView<'_>) -> String {
    if view.plan.placements.is_empty() || view.is_empty() {
        return String::new();
    }
    let mut out = String::from("<details><summary>Placement: what was chosen, and what was not</summary>\n\n```text\n");
    for line in text::placement_lines(&view.plan.placements) {
        let _ = writeln!(out, "{}", fence_safe(&line));
    }
    out.push_str("```\n</details>\n\n");
    if !view.plan.lookups.is_empty() {
        out.push_str("<details><summary>Read, not managed</summary>\n\n```text\n");
        for line in text::lookup_lines(&view.plan.lookups) {
            let _ = writeln!(out, "{}", fence_safe(&line));
        }
        out.push_str("```\n</details>\n\n");
    }
    out
}

/// What is short is never folded away; of what is well only the number is said.
fn evidence(view: &PlanView<'_>) -> String {
    let all = &view.plan.preflight;
    if all.is_empty() || view.is_empty() {
        return String::new();
    }
    let rolled = preflight::roll_up(all);
    let mut out = String::new();
    if rolled.iter().any(|row| row.first.is_short()) {
        out.push_str("> [!WARNING]\n");
        for row in rolled.iter().filter(|row| row.first.is_short()) {
            let (subject, detail) = (inline(&row.subject), inline(&row.detail));
            let _ = writeln!(out, "> **{}** {}: {subject} ({detail})", row.first.words(), row.checks);
        }
        out.push('\n');
    }
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
fn second_opinion(view: &PlanView<'_>) -> String {
    let said = view.plan.second_opinion.as_ref().filter(|_| !view.is_empty());
    let Some(said) = said else { return String::new() };
    let headline = inline(&opinion::headline(said));
    let lines = opinion::lines(said, 10);
    if lines.is_empty() {
        return format!("Second opinion: {headline}.\n\n");
    }
    let mut out = format!("> [!{}]\n", if said.differs() { "WARNING" } else { "NOTE" });
    let _ = writeln!(out, "> **Second opinion:** {headline}");
    out.push_str("> ```text\n");
    for (line, _) in lines {
        let _ = writeln!(out, "> {}", fence_safe(&line));
    }
    out.push_str("> ```\n\n");
    out
}

/// Text that may not break out of a line of Markdown.
pub(crate) fn inline(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('<', "&lt;")
}

/// A rolled-up change in a `diff` fence; `~` is written `!` so that GitHub colours it.
fn change(group: &RolledUp<'_>, line: &str, with_detail: bool) -> String {
    let sign = match group.action {
        Action::Create => "+",
        Action::Delete | Action::Forget => "-",
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => "-",
        Action::Update | Action::Move | Action::Import => "!",
        Action::NoOp => " ",
    };
    let mut out = format!("{sign} {}\n", fence_safe(line));
    if with_detail {
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
            let (before, after) = crate::values::pair(&diff.before, &diff.after, 60);
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
            for inner in diff.inside.iter().map(ToString::to_string).chain(group.way_out(diff)) {
                let _ = writeln!(out, "{sign}         {}", fence_safe(&inner));
            }
        }
    }
    out
}

fn fence_safe(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace("```", "ʼʼʼ")
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
            kind: Symbol::new("T::Some::Type"),
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
            holds_after: None,
            effects: Vec::new(),
            declared: Some("fleet.fleet.hcl:1".to_owned()),
        };
        Plan {
            fleet: Symbol::new("f"),
            as_of: tonnage_base::quantity::parse_date("2026-11-22").expect("a date"),
            ledger_serial: 0,
            values: Values::new(),
            changes: (0..changes).map(change).collect(),
            drift: Vec::new(),
            units: Vec::new(),
            steps: Vec::new(),
            placements: Vec::new(),
            lookups: Vec::new(),
            held_before: Vec::new(),
            held_after: Vec::new(),
            commitments: Vec::new(),
            preflight: Vec::new(),
            outputs: Vec::new(),
            notes: vec!["note: <b>".to_owned()],
            guards: Vec::new(),
            shapes: Vec::new(),
            places: Vec::new(),
            second_opinion: None,
        }
    }

    #[test]
    fn a_comment_fits_github_and_keeps_what_hurts() {
        let large = plan(20_000);
        let text = super::plan(&PlanView::of(&large));
        assert!(text.len() <= LIMIT, "{}", text.len());
        assert!(text.contains("Left out to fit a comment"), "it says what is missing");
        assert!(text.contains("- ") && text.contains("a_name_that_is_not_short_19999"), "the deletion is there");
        assert!(text.contains("Plan: 19999 to add, 0 to change, 1 to destroy."));
        let small = super::plan(&PlanView::of(&plan(3)));
        assert!(!small.contains("Left out") && small.contains("&lt;b>"));
    }
}
