//! A file as its top-level items, each with the text up to the next: the unit that an editor parses again.
//!
//! The cut is where the parser sees one item end and the next begin, so the items' trees are the file's tree. Must not
//! know what an item means.

use std::ops::Range;

use tonnage_base::{Diagnostic, FileId};

use crate::{
    brackets,
    lex::{self, Kind},
    parse,
    tree::File,
};

/// The texts of the items, in order, and whether every bracket, string and comment is closed: what such a text is cut
/// into does not depend on what stands before and after its lines. Together they are the whole text. What stands before
/// the first item belongs to it, what stands between two belongs to the one above. One empty range for an empty text.
pub fn items(text: &str) -> (Vec<Range<usize>>, bool) {
    split(text, false).unwrap_or_else(|| (std::iter::once(0..text.len()).collect(), false))
}

/// As [`items`]; none where something is not closed.
pub fn closed_items(text: &str) -> Option<Vec<Range<usize>>> {
    split(text, true).map(|(items, _)| items)
}

/// The items, and whether everything in them is closed; where it is not and must be, none.
fn split(text: &str, must_close: bool) -> Option<(Vec<Range<usize>>, bool)> {
    let file = FileId(0);
    if parse::too_large(file, text.len()).is_some() {
        return None;
    }
    let (mut tokens, _) = lex::lex(file, text);
    let closed = brackets::pair_exactly(&mut tokens);
    if !closed {
        if must_close {
            return None;
        }
        brackets::pair(file, text, &mut tokens);
    }
    let mut starts = Vec::new();
    let (mut at, mut begins_line) = (0, true);
    while let Some(token) = tokens.get(at) {
        if begins_line && token.kind == Kind::Ident {
            starts.push(line_start(text, token.lo as usize));
        }
        begins_line = token.kind == Kind::Newline;
        at = match token.kind.opens() {
            true => (token.mate as usize).max(at + 1),
            false => at + 1,
        };
    }
    let mut found = Vec::with_capacity(starts.len().max(1));
    let mut from = 0;
    for start in starts.into_iter().skip(1) {
        found.push(from..start);
        from = start;
    }
    found.push(from..text.len());
    Some((found, closed))
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(&[]);
    before.len() - before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// As [`crate::parse`], for the text of one item: spans count from its start. `last`: no other follows in its file.
pub fn parse_item(file: FileId, text: &str, last: bool) -> (File, Vec<Diagnostic>) {
    let end = if last { brackets::END_OF_FILE } else { brackets::NEXT_BLOCK };
    parse::parse_until(file, text, end)
}
