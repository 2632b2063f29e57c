//! What formatting would change, as a unified diff. Must not know colours.

use similar::TextDiff;

/// A unified diff of two versions of the file `name`; empty where they are equal.
pub fn unified_diff(name: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}
