//! Formatting as edits of whole lines, for editors: what does not change is not touched, so that a cursor stays where
//! it is. Must not know how lines are laid out.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use tonnage_base::{Diagnostic, FileId, Span};

use super::format;

/// A part of a text and what stands there instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The text to replace; empty where something is put in.
    pub span: Span,
    /// What to write instead.
    pub replacement: String,
}

/// The edits that bring a text into its standard layout, in source order and apart from each other; none where it is so
/// already. The diagnostics where it has errors.
pub fn format_edits(file: FileId, text: &str) -> Result<Vec<Edit>, Vec<Diagnostic>> {
    format_range(file, text, 0..lex_end(text))
}

/// As [`format_edits`], those only that touch the bytes of `range`. Only blanks change, so any part of the edits keeps
/// the meaning.
pub fn format_range(file: FileId, text: &str, range: Range<u32>) -> Result<Vec<Edit>, Vec<Diagnostic>> {
    let formatted = format(file, text)?;
    let (before, after) = (Lines::of(text), Lines::of(&formatted));
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &before.lines, &after.lines) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (old, new) = (op.old_range(), op.new_range());
        // Lines that are laid out anew one by one are edited one by one.
        let each = old.len() == new.len();
        let pieces = if each {
            old.clone().zip(new.clone()).map(|(o, n)| (o..o + 1, n..n + 1)).collect()
        } else {
            vec![(old, new)]
        };
        for (old, new) in pieces {
            let (lo, hi) = (before.start(old.start), before.start(old.end));
            if lo <= range.end && hi >= range.start {
                let replacement = after.lines.get(new).unwrap_or(&[]).concat();
                edits.push(Edit { span: Span::new(file, lo, hi), replacement });
            }
        }
    }
    Ok(edits)
}

fn lex_end(text: &str) -> u32 {
    crate::lex::offset(text.len())
}

/// Lines with their ends, and where each begins.
struct Lines<'a> {
    lines: Vec<&'a str>,
    starts: Vec<u32>,
    end: u32,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut starts = Vec::with_capacity(lines.len());
        let mut at = 0;
        for line in &lines {
            starts.push(crate::lex::offset(at));
            at += line.len();
        }
        Self { lines, starts, end: lex_end(text) }
    }

    fn start(&self, line: usize) -> u32 {
        self.starts.get(line).copied().unwrap_or(self.end)
    }
}
