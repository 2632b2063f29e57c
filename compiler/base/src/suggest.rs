//! Finding the name somebody meant. Must not know what is named.

/// The name closest to `written` by edit distance, when it is close enough to be meant: within a third of the
/// longer name's length (at least one edit, two for names of four letters and more). Ties go to the first by text.
pub fn closest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let letters = lower.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for name in names {
        let its = name.chars().count();
        let longer = letters.max(its);
        let limit = (longer / 3).max(if longer >= 4 { 2 } else { 1 });
        if letters.abs_diff(its) > limit {
            continue; // so many edits at least; and a text of many pages is compared with nothing
        }
        let distance = strsim::osa_distance(&lower, &name.to_lowercase());
        if distance <= limit && best.is_none_or(|(d, n)| (distance, name) < (d, n)) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
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
}
