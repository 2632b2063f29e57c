//! What changes in a resource, property by property, for a terminal. Must not know what surrounds it.

use std::fmt::Write as _;

use crate::{
    fold::columns,
    inside::Line,
    roll_up::RolledUp,
    style::{Paint, Style},
};

/// A line for each property, with what varies, what changed inside, and the way out below it.
pub fn lines(group: &RolledUp<'_>, style: Style) -> Vec<String> {
    let path = group.diffs.iter().map(|d| d.path.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for diff in &group.diffs {
        let mut sides = Vec::new();
        let mut line = match diff.inside.as_slice() {
            [] => {
                let (before, after) = (&diff.before, &diff.after);
                let line = format!("{:path$}  {before} → {after}", diff.path);
                // beside it, else below it on one line or on two
                if super::DETAIL + columns(&line) <= style.width {
                    line
                } else {
                    let both = format!("  {before} → {after}");
                    sides = match super::DETAIL + columns(&both) <= style.width {
                        true => vec![both],
                        false => vec![format!("  {before} →"), format!("  {after}")],
                    };
                    diff.path.clone()
                }
            }
            _ => format!("{:path$}  changes inside", diff.path),
        };
        if diff.forces_replacement {
            line.push_str(&style.paint(Paint::Remove, "  forces replacement"));
        }
        if diff.drift {
            line.push_str(&style.paint(Paint::Change, "  drift"));
        }
        if let Some(applied) = &diff.conflict {
            line.push_str(&style.paint(Paint::Remove, &format!("  conflict, last applied {applied}")));
        }
        let mut below = None;
        if let Some((place, name)) = &diff.origin {
            let origin = if name.is_empty() { place.clone() } else { format!("{place}  {name}") };
            let fits = super::DETAIL + columns(&line) + 3 + columns(&origin) <= style.width;
            let origin = style.paint(Paint::Dim, &origin);
            // beside it, or below it as a whole
            if fits {
                let _ = write!(line, "   {origin}");
            } else {
                below = Some(format!("  {origin}"));
            }
        }
        lines.push(line);
        lines.extend(sides);
        lines.extend(below);
        lines.extend(diff.each.iter().map(|each| style.paint(Paint::Dim, &format!("  {each}"))));
        lines.extend(diff.inside.iter().map(|inner| {
            let paint = match inner {
                Line::Added(_) => Paint::Add,
                Line::Removed(_) => Paint::Remove,
                _ => return format!("  {inner}"),
            };
            style.paint(paint, &format!("  {inner}"))
        }));
        lines.extend(group.way_out(diff).map(|words| style.paint(Paint::Dim, &format!("  {words}"))));
    }
    lines
}
