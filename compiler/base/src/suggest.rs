//! Finding the name somebody meant. Must not know what is named.

/// The name closest to `written` by edit distance, when it is close enough to be meant: within a third of the
/// longer name's length (at least one edit, two for names of four letters and more). Of names as close, the one that a
/// hand more often misses so; then the first by text.
pub fn closest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let letters = lower.chars().count();
    let mut best: Option<(usize, Slip, &'a str)> = None;
    for name in names {
        let its = name.chars().count();
        let longer = letters.max(its);
        let limit = (longer / 3).max(if longer >= 4 { 2 } else { 1 });
        let limit = best.map_or(limit, |(distance, ..)| distance.min(limit));
        if letters.abs_diff(its) > limit {
            continue; // so many edits at least; and a text of many pages is compared with nothing
        }
        let meant = name.to_lowercase();
        let distance = strsim::osa_distance(&lower, &meant);
        if distance > limit {
            continue;
        }
        let found = (distance, slip(&lower, &meant), name);
        if best.is_none_or(|best| found < best) {
            best = Some(found);
        }
    }
    best.map(|(.., name)| name)
}

/// What may have happened between the name meant and what was written, the likeliest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slip {
    /// Two letters in the wrong order.
    Swapped,
    /// Letters were left out; all that is written is right.
    Dropped,
    /// A letter was written twice.
    Doubled,
    /// The key beside the right one was hit.
    Neighbour,
    /// Anything else.
    Other,
}

fn slip(written: &str, meant: &str) -> Slip {
    let (written, meant): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    let same = |(a, b): &(&char, &char)| a == b;
    let before = written.iter().zip(&meant).take_while(same).count();
    let most = written.len().min(meant.len()) - before;
    let after = written.iter().rev().zip(meant.iter().rev()).take(most).take_while(same).count();
    let middle = |all: &[char]| all.get(before..all.len() - after).unwrap_or_default().to_vec();
    match (middle(&written).as_slice(), middle(&meant).as_slice()) {
        ([a, b], [c, d]) if (a, b) == (d, c) => Slip::Swapped,
        ([], _) => Slip::Dropped,
        // the letters before are the same in both, so the first of two is counted there
        ([a], []) if before.checked_sub(1).and_then(|at| written.get(at)) == Some(a) => Slip::Doubled,
        ([a], [b]) if beside(*a, *b) => Slip::Neighbour,
        _ => Slip::Other,
    }
}

/// Whether two keys are neighbours in a row of a keyboard.
fn beside(a: char, b: char) -> bool {
    const ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    ROWS.iter().any(|row| row.find(a).zip(row.find(b)).is_some_and(|(a, b)| a.abs_diff(b) == 1))
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn close_names_are_found_and_far_ones_are_not() {
        assert_eq!(closest("acclerator", ["size", "accelerator"]), Some("accelerator"));
        assert_eq!(closest("MinSiez", ["MaxSize", "MinSize"]), Some("MinSize"));
        assert_eq!(closest("zzz", ["size", "pool"]), None);
    }

    #[test]
    fn of_names_as_close_the_likelier_is_meant() {
        let names = ["nvidia-b200", "nvidia-gb200", "nvidia-h200"];
        assert_eq!(closest("nvidia-bg200", names), Some("nvidia-gb200")); // swapped
        assert_eq!(closest("nvidia-g200", names), Some("nvidia-gb200")); // dropped
        assert_eq!(closest("nvidia-bb200", names), Some("nvidia-b200")); // doubled
        assert_eq!(closest("nvidia-fb200", names), Some("nvidia-gb200")); // the key beside
        assert_eq!(closest("su-east-1", ["sa-east-1", "us-east-1"]), Some("us-east-1"));
        assert_eq!(closest("", ["a"]), Some("a"));
    }
}
