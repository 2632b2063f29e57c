//! Text for terminals: at whatever width, no line is wider. Must not know any single case.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use tonnage_golden_tests::{Fixed, in_columns_at};
use tonnage_report::fold::columns;

/// A narrow terminal and a usual one.
const WIDTHS: [usize; 2] = [80, 120];

/// As many wide lines of one command are told.
const TOLD: usize = 3;

static HELD: AtomicUsize = AtomicUsize::new(0);

/// Lines of a command's text that are wider than its terminal.
pub fn hold(folder: &Path, words: &[&str], at: Fixed) -> Vec<String> {
    let mut wrong = Vec::new();
    for width in WIDTHS {
        let said = in_columns_at(folder, words, at, width, |_, _| ());
        HELD.fetch_add(said.out.lines().count(), Ordering::Relaxed);
        let wide = said.out.lines().filter(|line| columns(line) > width && can_be_broken(line, width));
        wrong.extend(wide.take(TOLD).map(|line| format!("tonnage {}: wider than {width}: {line}", words.join(" "))));
    }
    wrong
}

/// What stands before an address: its sign and how many there are of it.
const SIGNS: usize = 9;

/// Whether a line is more than one word, or one command, or the one that other tools match; and more than an address
/// that is as wide as the terminal: it is not cut, since it is copied.
fn can_be_broken(line: &str, width: usize) -> bool {
    let said = line.trim();
    let longest = said.split(' ').map(columns).max().unwrap_or(0);
    said.contains(' ') && SIGNS + longest <= width && !said.starts_with("tonnage ") && !said.starts_with("Plan: ")
}

/// How many lines were looked at so far.
pub fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}
