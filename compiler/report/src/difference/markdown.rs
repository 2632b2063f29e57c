//! A difference as a pull-request comment. Bounded as a plan's comment is. Must not compute anything.

use std::fmt::Write as _;

use tonnage_plan::Action;

use super::{Difference, Inner, Rolled, guard, late, placement_lines, rolled, summary, text, values};
use crate::{
    markdown::{LIMIT, headline_and_risks, inline},
    table::{Align, Table},
    view::PlanView,
    words,
};

/// The comment. It begins with a marker by which it is found again, and fits GitHub: what does not fit is left out from
/// its end, and that is said.
pub fn markdown(difference: &Difference) -> String {
    let view = PlanView::of(&difference.plan);
    let mut out = format!("<!-- tonnage diff fleet={} -->\n", difference.fleet);
    let _ = writeln!(out, "### {}: {} → {}\n", difference.fleet, inline(&difference.base), inline(&difference.head));
    if difference.is_empty() {
        out.push_str("No difference. Both ask for the same.\n");
        return out;
    }
    let [headline, risks] = if view.is_empty() { Default::default() } else { headline_and_risks(&view) };
    if !headline.is_empty() {
        let _ = writeln!(out, "{headline}");
    }
    let _ = writeln!(out, "{}\n", inline(&text::closing(difference, &view)));
    out.push_str(&risks);
    let mut parts = vec![asked(difference)];
    let rows = view.rows();
    if !rows.is_empty() && text::tells_money(&view) {
        let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right]);
        table.row(["", "before", "after", "difference"]);
        rows.into_iter().for_each(|row| table.row(row));
        let unknown: String = view.unknown_prices().iter().map(|line| format!("_{line}_\n\n")).collect();
        parts.push(format!("{}\n\n{unknown}", inlined(&table)));
        parts.extend(view.breakdown().map(|table| format!("{}\n\n", inlined(&table))));
    }
    let placed: String =
        placement_lines(difference).into_iter().map(|(sign, line)| format!("{sign} {line}\n")).collect();
    if !placed.is_empty() {
        parts.push(format!("**Placement**\n\n```diff\n{}```\n\n", fenced(&placed)));
    }
    for drawn in &difference.commitments {
        let mut part = format!("**commitment.{}**\n\n{}\n\n", drawn.name, inlined(&text::commitment_table(drawn)));
        for (name, before, after) in &drawn.milestones {
            let _ = writeln!(part, "- milestone {name}: {} → {}", late(*before), late(*after));
        }
        parts.push(part);
    }
    for (before, now) in &difference.guards {
        parts.push(format!("- **{}** `{}` {}\n", guard(*before, now), inline(&now.name), inline(&now.message)));
    }
    parts.push(format!(
        "\n_From the files alone, as of {}: no cloud was asked. A live plan says where it disagrees._\n",
        difference.as_of
    ));
    let mut left_out = 0;
    for part in parts {
        if out.len() + part.len() + 200 <= LIMIT {
            out.push_str(&part);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = writeln!(
            out,
            "\n_Left out to fit a comment: {}; `tonnage diff` prints all of it._",
            words::count(left_out, "part")
        );
    }
    out
}

fn asked(difference: &Difference) -> String {
    let mut lines = String::new();
    for Rolled { block, count, names } in rolled(&difference.blocks) {
        let many = if count > 1 { format!("{count} × ") } else { String::new() };
        let was = block.was.as_ref().map_or_else(String::new, |was| format!(" (was {was})"));
        let sign = match block.action {
            Action::Create => '+',
            Action::Delete => '-',
            _ => '!',
        };
        let _ = writeln!(lines, "{sign} {many}{}{was}   {}", block.address, block.place);
        if let Some(names) = names {
            let _ = writeln!(lines, "{sign}     of these: {names}");
        }
        match block.action {
            Action::Create | Action::Delete => {
                let told: String = summary(&block).chars().take(300).collect();
                let _ = writeln!(lines, "{sign}     {told}");
            }
            _ => {
                for line in &block.lines {
                    let _ = writeln!(lines, "!     {}  {}   {}", line.path, values(line), line.place);
                    for inner in &line.inside {
                        let sign = match inner {
                            Inner::Added(_) => '+',
                            Inner::Removed(_) => '-',
                            _ => '!',
                        };
                        let text = inner.to_string();
                        let text = text.strip_prefix(['+', '-']).unwrap_or(&text);
                        let _ = writeln!(lines, "{sign}         {}", text.trim_start());
                    }
                }
            }
        }
    }
    if lines.is_empty() { lines } else { format!("**Asked for**\n\n```diff\n{}```\n\n", fenced(&lines)) }
}

/// Text that can't end the fence it stands in.
fn fenced(text: &str) -> String {
    text.replace("```", "ʼʼʼ")
}

/// A table of which no cell means anything to Markdown.
fn inlined(table: &Table) -> String {
    table.markdown().iter().map(|line| inline(line)).collect::<Vec<_>>().join("\n")
}
