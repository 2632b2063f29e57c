//! Colour and width of the output, decided by whoever owns the terminal. Must not ask the terminal itself.

use std::borrow::Cow;

use crate::words;

/// How text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Write ANSI colours.
    pub colour: bool,
    /// Columns; lines are cut to it where cutting loses nothing that matters.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// What a piece of text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Something new.
    Add,
    /// Something changed.
    Change,
    /// Something that goes, or an error.
    Remove,
    /// Beside the point.
    Dim,
    /// A heading.
    Strong,
}

impl Style {
    /// `text` in the colour of `paint`, or as it is.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Add => "32",
            Paint::Change => "33",
            Paint::Remove => "31",
            Paint::Dim => "2",
            Paint::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// What is printed, with nothing in it that steers the terminal but colours: some of it is what others wrote. What else
/// would is shown by its number, as are colours in which nothing can be read.
pub fn tame(text: &str) -> Cow<'_, str> {
    if !text.contains(words::steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(words::steers) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let mut after = found.chars();
        match (colour(found), after.next()) {
            (Some(sequence), _) => {
                out.push_str(sequence);
                rest = found.get(sequence.len()..).unwrap_or_default();
            }
            (None, Some(steers)) => {
                out.extend(steers.escape_unicode());
                rest = after.as_str();
            }
            (None, None) => break,
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A sequence at the beginning of a text that changes colour or weight, and leaves it readable.
fn colour(text: &str) -> Option<&str> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let readable = |code: &str| {
        matches!(
            code,
            "" | "0" | "1" | "2" | "3" | "4" | "22" | "23" | "24" | "31" | "32" | "33" | "34" | "35" | "36" | "39"
        )
    };
    let all = codes.get(..end)?.split(';').all(readable);
    (all && codes.get(end..)?.starts_with('m')).then(|| text.get(..end + 3)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_reach_a_terminal() {
        let painted = Style { colour: true, width: 80 }.paint(Paint::Remove, "FAIL");
        assert_eq!(tame(&format!("{painted}\n\té")), format!("{painted}\n\té"));
        assert_eq!(tame("a\u{1b}[1A\u{1b}[2Kb"), "a\\u{1b}[1A\\u{1b}[2Kb");
        assert_eq!(tame("\u{1b}[8mhidden\u{1b}[30;40m"), "\\u{1b}[8mhidden\\u{1b}[30;40m");
        assert_eq!(tame("\u{202e}x\u{1b}]8;;http://e\u{7}"), "\\u{202e}x\\u{1b}]8;;http://e\\u{7}");
        assert_eq!(tame("\u{1b}["), "\\u{1b}[");
    }
}
