//! One text of a fleet, kept as its items: what did not change is not parsed again.
//!
//! An item's trees and diagnostics count from the item's start, under an id of its own, so that they stay right when
//! text above them grows. Must not know fleets, nor what an item means.

use std::ops::Range;
use std::sync::Arc;

use tonnage_base::{Diagnostic, FileId};
use tonnage_lang::occurrences::{self, Occurrence};
use tonnage_syntax::tree::File;

/// A place in a text as editors count: lines, and UTF-16 units in the line, both from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// UTF-16 units before it in the line.
    pub character: u32,
}

/// A top-level item of a text.
#[derive(Debug)]
pub struct Item {
    /// What its spans name as their file.
    pub id: FileId,
    /// Where it begins in the text.
    pub start: usize,
    /// Its tree.
    pub file: Arc<File>,
    /// The names in it.
    pub occurrences: Vec<Occurrence>,
    /// What parsing says.
    pub(super) parsed: Vec<Diagnostic>,
    /// What the table and the names say; none: not looked at yet.
    pub(super) now: Option<Vec<Diagnostic>>,
    /// What the whole analysis said, the last time it ran with this text.
    pub(super) full: Option<Vec<Diagnostic>>,
    length: usize,
    last: bool,
}

impl Item {
    /// What was said at once is to be said anew. What the analysis adds to it stays until it runs again.
    pub(super) fn look_again(&mut self) {
        let now = self.now.take().unwrap_or_default();
        if let Some(full) = &mut self.full {
            full.retain(|diagnostic| !now.contains(diagnostic));
        }
    }

    /// What is known to be wrong with it, as far as it has been looked at.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let later = self.full.as_ref().or(self.now.as_ref());
        self.parsed.iter().chain(later.into_iter().flatten())
    }
}

/// A text: of a file, or of a buffer that stands for one.
#[derive(Debug, Default)]
pub struct Document {
    text: String,
    lines: Vec<usize>,
    items: Vec<Item>,
    /// Every bracket, string and comment of it is closed.
    closed: bool,
    /// The editor's number of the text, while it is open there.
    pub version: Option<i32>,
    /// It can't be read; why.
    pub(super) unreadable: Option<String>,
}

/// What a new text changed: items that are gone, and where the new ones stand.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub removed: Vec<Item>,
    pub added: Range<usize>,
}

impl Document {
    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its items, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub(super) fn items_mut(&mut self) -> &mut [Item] {
        &mut self.items
    }

    /// The text of an item.
    pub fn text_of(&self, item: &Item) -> &str {
        self.text.get(item.start..item.start + item.length).unwrap_or("")
    }

    /// The item that an offset lies in; at a boundary the one that begins there.
    pub fn item_at(&self, offset: usize) -> Option<&Item> {
        let after = self.items.partition_point(|item| item.start <= offset);
        self.items.get(after.saturating_sub(1))
    }

    /// The item of an id.
    pub fn item(&self, id: FileId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Takes another text. Items whose text is as it was stay as they are; the others are parsed. `next` gives ids.
    pub(super) fn set_text(&mut self, text: String, next: &mut u32) -> Change {
        let pieces = self.cut(&text);
        let same = |item: &Item, at: usize| {
            let Some(piece) = pieces.get(at) else { return false };
            let as_before = item.last == (at + 1 == pieces.len()) || item.parsed.is_empty();
            as_before && piece.len() == item.length && text.get(piece.clone()) == Some(self.text_of(item))
        };
        let head = self.items.iter().enumerate().take_while(|(at, item)| same(item, *at)).count();
        let rest = self.items.len().min(pieces.len()) - head;
        let from_end = self.items.iter().rev().zip((0..pieces.len()).rev()).take(rest);
        let tail = from_end.take_while(|(item, at)| same(item, *at)).count();

        let added = head..pieces.len() - tail;
        let fresh: Vec<Item> = added
            .clone()
            .filter_map(|at| pieces.get(at).map(|piece| (at, piece)))
            .map(|(at, piece)| {
                let id = FileId(*next);
                *next = next.wrapping_add(1);
                let last = at + 1 == pieces.len();
                let written = text.get(piece.clone()).unwrap_or("");
                let (file, parsed) = tonnage_syntax::parse_item(id, written, last);
                let occurrences = occurrences::occurrences(&file.body);
                let length = piece.len();
                let file = Arc::new(file);
                Item { id, start: piece.start, file, occurrences, parsed, now: None, full: None, length, last }
            })
            .collect();
        let removed: Vec<Item> = self.items.splice(head..self.items.len() - tail, fresh).collect();
        for ((at, item), piece) in self.items.iter_mut().enumerate().zip(&pieces) {
            item.start = piece.start;
            item.last = at + 1 == pieces.len();
        }
        self.lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect();
        self.text = text;
        Change { removed, added }
    }

    /// The items of another text. Where all was closed before, and the lines around the change still are, what stands
    /// above and below them is cut as it was.
    fn cut(&mut self, text: &str) -> Vec<Range<usize>> {
        let (old, new) = (self.text.as_bytes(), text.as_bytes());
        let alike = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let room = old.len().min(new.len()) - alike;
        let alike_below = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
        // the items that the change touches, and one on either side: what is written at an edge may belong to either
        let first = self.items.partition_point(|item| item.start + item.length < alike).saturating_sub(1);
        let below = old.len() - alike_below;
        let last = (self.items.partition_point(|item| item.start <= below) + 1).min(self.items.len());
        let around = self.closed.then(|| {
            let from = self.items.get(first)?.start;
            let end = self.items.get(last).map_or(old.len(), |item| item.start);
            let to = (end + new.len()).checked_sub(old.len())?;
            let pieces = tonnage_syntax::closed_items(text.get(from..to)?)?;
            let above = self.items.get(..first)?.iter().map(|item| item.start..item.start + item.length);
            let between = pieces.into_iter().map(|piece| from + piece.start..from + piece.end);
            let rest = self.items.get(last..)?.iter().map(|item| {
                let start = to + (item.start - end);
                start..start + item.length
            });
            Some(above.chain(between).chain(rest).collect::<Vec<_>>())
        });
        if let Some(pieces) = around.flatten() {
            return pieces;
        }
        let (pieces, closed) = tonnage_syntax::items(text);
        self.closed = closed;
        pieces
    }

    /// The text with a part replaced, both ends as an editor says them.
    pub(super) fn edited(&self, range: Range<Position>, replacement: &str) -> String {
        let (a, b) = (self.offset(range.start), self.offset(range.end));
        let (lo, hi) = (a.min(b), a.max(b));
        let mut text = String::with_capacity(self.text.len() + replacement.len());
        text.push_str(self.text.get(..lo).unwrap_or(""));
        text.push_str(replacement);
        text.push_str(self.text.get(hi..).unwrap_or(""));
        text
    }

    /// The byte offset of a position. A line or character past the end counts as the end.
    pub fn offset(&self, position: Position) -> usize {
        let Some(&start) = self.lines.get(position.line as usize) else { return self.text.len() };
        let end = self.lines.get(position.line as usize + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or("");
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            if units >= position.character as usize {
                return start + at;
            }
            units += c.len_utf16();
        }
        start + line.len()
    }

    /// The position of a byte offset. An offset past the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= offset).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let mut end = offset;
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let units = self.text.get(start..end).map_or(0, |before| before.encode_utf16().count());
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: small(line), character: small(units) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> (Document, u32) {
        let (mut document, mut next) = (Document::default(), 0);
        document.set_text(text.to_owned(), &mut next);
        (document, next)
    }

    #[test]
    fn positions_count_utf16_units_and_are_clamped() {
        let (document, _) = document("a = \"😀é\"\r\nb\n");
        let at = |line, character| document.offset(Position { line, character });
        assert_eq!(at(0, 5), 5);
        assert_eq!(at(0, 7), 9);
        assert_eq!(at(0, 8), 11);
        assert_eq!(at(0, 900), 12);
        assert_eq!(at(1, 0), 14);
        assert_eq!(at(900, 0), 16);
        assert_eq!(document.position(11), Position { line: 0, character: 8 });
        assert_eq!(document.position(7), Position { line: 0, character: 5 });
        assert_eq!(document.position(900), Position { line: 2, character: 0 });
    }

    #[test]
    fn an_edit_parses_the_items_it_touches_and_no_other() {
        let text: String =
            (0..100).map(|n| format!("image \"i{n}\" {{\n  aws = {{ ami = \"{n}\" }}\n}}\n\n")).collect();
        let (mut document, mut next) = document(&text);
        assert_eq!((document.items().len(), next), (100, 100));
        let change = document.set_text(text.replace("\"50\"", "\"fifty\""), &mut next);
        assert_eq!((change.added, change.removed.len(), next), (50..51, 1, 101));
        // A brace that goes missing spoils its own item.
        let change = document.set_text(text.replace("\"50\" }", "\"50\" "), &mut next);
        assert_eq!((change.added, change.removed.len(), document.items().len()), (50..51, 1, 100));
        assert!(
            document
                .items()
                .iter()
                .filter(|item| !item.parsed.is_empty())
                .all(|item| item.start == change_start(&text))
        );
        let change = document.set_text(String::new(), &mut next);
        assert_eq!((change.removed.len(), document.items().len()), (100, 1));
    }

    fn change_start(text: &str) -> usize {
        text.find("image \"i50\"").expect("written above")
    }
}
