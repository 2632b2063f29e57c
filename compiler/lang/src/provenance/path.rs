//! Ways into values, as plans and names write them: `LaunchTemplateData.ImageId`, `Tags["team"]`, `SubnetIds[0]`. Must
//! not know what they lead to.

use tonnage_base::Symbol;

use crate::places::join;

/// One step into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The entry of a map: `.name`, `["name"]`.
    Key(Symbol),
    /// The element of a list: `[0]`.
    Index(usize),
    /// Any entry or element.
    Any,
}

/// Reads a path. What can't be read ends it: a shorter path is a place further out, never a wrong one.
pub fn parse(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("[\"") {
            let Some(end) = closing_quote(inner) else { break };
            let text = inner.get(..end).unwrap_or("").replace("\\\"", "\"").replace("\\\\", "\\");
            steps.push(Step::Key(Symbol::new(&text)));
            let Some(after) = inner.get(end..).and_then(|t| t.strip_prefix("\"]")) else { break };
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let Some((index, after)) = inner.split_once(']') else { break };
            steps.push(index.parse().map_or(Step::Any, Step::Index));
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (key, after) = name.split_at(end);
            if key.is_empty() {
                break;
            }
            steps.push(Step::Key(Symbol::new(key)));
            rest = after;
        }
    }
    steps
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, c) in text.char_indices() {
        match c {
            '"' if !escaped => return Some(position),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// `local.teams` with what of it is meant: `local.teams.ads.nodes`.
pub fn shown(mut text: String, inside: &[Step]) -> String {
    for step in inside {
        match step {
            Step::Key(key) => text = join(&text, key.as_str()),
            Step::Index(at) => text.push_str(&format!("[{at}]")),
            Step::Any => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_plans_write_them() {
        let key = |text: &str| Step::Key(Symbol::new(text));
        assert_eq!(parse("A.B"), [key("A"), key("B")]);
        assert_eq!(parse("Tags[\"a.b[\\\"c\"][0].X"), [key("Tags"), key("a.b[\"c"), Step::Index(0), key("X")]);
        assert_eq!(parse(""), []);
        assert_eq!(parse("A[\"open"), [key("A")]);
    }
}
