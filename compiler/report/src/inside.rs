//! What changed inside a long text: properties of a JSON document, lines of a script, words of a line. Bounded: a
//! reviewer reads a few lines, and is told how many there are more. Must not know which property the text belongs to.

use std::{fmt, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use similar::{ChangeTag, DiffTag, TextDiff};
use tonnage_graph::{ValueId, Values};

/// Lines shown of one text.
const MOST: usize = 12;
/// Characters shown of one line.
const WIDE: usize = 100;
/// A text of words that is longer than this, or one of more than one line, is looked into.
const LONG: usize = 80;
/// Characters of what is equal that are shown on each side of what is not.
const AROUND: usize = 16;

/// A line of what changed inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// A property of a document: its path, and its values before and after.
    Property(String, String, String),
    /// A line that went.
    Removed(String),
    /// A line that came.
    Added(String),
    /// A line in which words changed.
    Words(Vec<Part>),
    /// As many lines are not shown.
    More(usize),
}

/// A part of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// It stays.
    Same(String),
    /// It went.
    Removed(String),
    /// It came.
    Added(String),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(path, before, after) => write!(f, "{path}  {before} → {after}"),
            Self::Removed(text) => write!(f, "- {text}"),
            Self::Added(text) => write!(f, "+ {text}"),
            Self::Words(parts) => parts.iter().try_for_each(|part| match part {
                Part::Same(text) => f.write_str(text),
                Part::Removed(text) => write!(f, "[-{text}-]"),
                Part::Added(text) => write!(f, "{{+{text}+}}"),
            }),
            Self::More(lines) => write!(f, "… and {} more", crate::words::count(*lines as u64, "line")),
        }
    }
}

/// What changed inside; empty where both fit on a line as they are.
pub fn inside(values: &Values, before: Option<ValueId>, after: Option<ValueId>) -> Vec<Line> {
    let Some((before, after)) = before.zip(after) else { return Vec::new() };
    let of_secrets = secrets(values, before, after);
    let texts_of = |id| crate::values::text(values, id);
    let (Some(before), Some(after), true) = (texts_of(before), texts_of(after), of_secrets.is_empty()) else {
        return of_secrets;
    };
    between(&before, &after)
}

/// What changed from one text to another; empty where both fit on a line as they are.
pub fn between(before: &str, after: &str) -> Vec<Line> {
    let (before, after) = (&*crate::words::plain(before), &*crate::words::plain(after));
    let mut lines = Vec::new();
    if let (Some(b), Some(a)) = (document(before), document(after)) {
        documents(&mut String::new(), Some(&b), Some(&a), &mut lines);
    } else if let (Some(b), Some(a)) = (decoded(before), decoded(after)) {
        lines = texts(&b, &a);
    } else if [before, after].iter().any(|text| text.contains('\n') || (text.len() > LONG && text.contains(' '))) {
        lines = texts(before, after);
    }
    let more = lines.len().saturating_sub(MOST);
    if more > 0 {
        lines.truncate(MOST);
        lines.push(Line::More(more));
    }
    lines
}

/// Of which secrets there is another version; what else differs beside them.
fn secrets(values: &Values, before: ValueId, after: ValueId) -> Vec<Line> {
    let versions = crate::values::secret_versions(values, before, after);
    let mut lines: Vec<Line> =
        versions.iter().map(|(name, b, a)| Line::Property(name.clone(), b.clone(), a.clone())).collect();
    let [b, a] = [before, after].map(|id| crate::values::without_versions(values, id));
    if !lines.is_empty() && b != a {
        let (b, a) = crate::values::pair(&b, &a, WIDE / 2);
        lines.push(Line::Property("the rest".to_owned(), b, a));
    }
    lines
}

fn document(text: &str) -> Option<Value> {
    text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

/// Text in base64, as services keep scripts; none where it is something else that only looks so.
fn decoded(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text.trim()).ok().filter(|bytes| bytes.len() > 8)?;
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// Properties of documents that differ, each with its path. JSON's reader bounds the nesting at 128.
fn documents(path: &mut String, before: Option<&Value>, after: Option<&Value>, lines: &mut Vec<Line>) {
    if before == after {
        return;
    }
    let length = path.len();
    let mut into = |step: String, before: Option<&Value>, after: Option<&Value>| {
        path.push_str(&step);
        documents(path, before, after, lines);
        path.truncate(length);
    };
    match (before, after) {
        (Some(Value::Object(b)), Some(Value::Object(a))) => {
            let added = a.keys().filter(|key| !b.contains_key(*key));
            for key in b.keys().chain(added) {
                let step = if length == 0 { key.clone() } else { format!(".{key}") };
                into(step, b.get(key), a.get(key));
            }
        }
        (Some(Value::Array(b)), Some(Value::Array(a))) => {
            let shorter = b.len().min(a.len());
            let start = b.iter().zip(a).take_while(|(x, y)| x == y).count();
            let end = b.iter().rev().zip(a.iter().rev()).take_while(|(x, y)| x == y).count().min(shorter - start);
            for at in start..b.len().max(a.len()) - end {
                let side = |list: &[Value]| list.get(at).filter(|_| at + end < list.len()).cloned();
                into(format!("[{at}]"), side(b).as_ref(), side(a).as_ref());
            }
        }
        _ => {
            let show = |side: Option<&Value>| side.map_or_else(|| "(absent)".to_owned(), Value::to_string);
            let (b, a) = crate::values::pair(&show(before), &show(after), WIDE / 2);
            lines.push(Line::Property(path.clone(), b, a));
        }
    }
}

/// Lines that went and came; of a text of one line the words.
fn texts(before: &str, after: &str) -> Vec<Line> {
    if !before.contains('\n') && !after.contains('\n') {
        return vec![Line::Words(words(before, after))];
    }
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for op in diff.ops() {
        let (went, came) = match op.tag() {
            DiffTag::Equal => continue,
            _ => (lines_of(op.old_range(), |at| diff.old_slice(at)), lines_of(op.new_range(), |at| diff.new_slice(at))),
        };
        let is_long = |line: &String| line.len() > LONG;
        // as many came as went: what is long is the same line with other words
        if went.len() == came.len() && went.iter().chain(&came).any(is_long) {
            for (b, a) in went.iter().zip(&came) {
                lines.push(Line::Words(words(b, a)));
            }
            continue;
        }
        lines.extend(went.iter().map(|line| Line::Removed(cut(line, WIDE))));
        lines.extend(came.iter().map(|line| Line::Added(cut(line, WIDE))));
    }
    lines
}

fn lines_of<'t>(range: Range<usize>, line: impl Fn(usize) -> Option<&'t str>) -> Vec<String> {
    range.filter_map(line).map(|line| line.trim_end().to_owned()).collect()
}

fn words(before: &str, after: &str) -> Vec<Part> {
    let diff = TextDiff::from_words(before, after);
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let last = runs.len().saturating_sub(1);
    let mut room = 4 * WIDE;
    let mut parts = Vec::new();
    for (position, (tag, text)) in runs.into_iter().enumerate() {
        if room == 0 {
            parts.push(Part::Same("…".to_owned()));
            break;
        }
        let text = match tag {
            ChangeTag::Equal => around(&text, position > 0, position < last),
            ChangeTag::Delete | ChangeTag::Insert => cut(&text, WIDE),
        };
        room = room.saturating_sub(text.chars().count());
        parts.push(match tag {
            ChangeTag::Equal => Part::Same(text),
            ChangeTag::Delete => Part::Removed(text),
            ChangeTag::Insert => Part::Added(text),
        });
    }
    parts
}

/// What is equal, but for its middle: its head where something that differs stands before it, its tail where after it.
fn around(text: &str, head: bool, tail: bool) -> String {
    let count = text.chars().count();
    if count <= 2 * AROUND {
        return text.to_owned();
    }
    let part = |from: usize, shown: bool| text.chars().skip(from).take(if shown { AROUND } else { 0 });
    part(0, head).chain(['…']).chain(part(count - AROUND, tail)).collect()
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::Symbol;

    fn lines(before: &str, after: &str) -> Vec<String> {
        let mut values = Values::new();
        let (b, a) = (values.string(Symbol::new(before)), values.string(Symbol::new(after)));
        inside(&values, Some(b), Some(a)).iter().map(Line::to_string).collect()
    }

    #[test]
    fn what_steers_a_terminal_or_turns_a_line_around_is_shown_and_not_obeyed() {
        let said = lines("echo a\necho b\n", "echo a\n\u{1b}[2K\u{1b}[1Aecho \u{202e}c\techo d\n").join("\n");
        assert!(said.contains("+ \\u{1b}[2K\\u{1b}[1Aecho \\u{202e}c\techo d"), "{said:?}");
    }

    #[test]
    fn a_document_is_compared_property_by_property() {
        let before = r#"{"Statement":[{"Action":"s3:GetObject","Effect":"Allow"}],"Version":"1"}"#;
        let after = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"s3:*","Sid":"x"}]}"#;
        assert_eq!(
            lines(before, after),
            [r#"Statement[0].Action  "s3:GetObject" → "s3:*""#, r#"Statement[0].Sid  (absent) → "x""#]
        );
        assert_eq!(lines("[1,2,3]", "[1,9,2,3]"), ["[1]  (absent) → 9"]);
        assert_eq!(lines("[1,1]", "[1]"), ["[1]  1 → (absent)"]);
    }

    #[test]
    fn a_script_is_compared_line_by_line_also_in_base64() {
        let (before, after) = ("#!/bin/sh\nset -e\nmount /data\n", "#!/bin/sh\nset -eu\nmount /data\n");
        let expect = ["- set -e", "+ set -eu"];
        assert_eq!(lines(before, after), expect);
        assert_eq!(lines(&STANDARD.encode(before), &STANDARD.encode(after)), expect);
    }

    #[test]
    fn a_long_line_is_compared_word_by_word_and_all_is_bounded() {
        let before = format!("{} one {}", "same ".repeat(30), "again ".repeat(30));
        let shown = lines(&before, &before.replace(" one ", " two "));
        assert_eq!(shown.len(), 1);
        assert!(shown[0].contains("[-one-]{+two+}") && shown[0].chars().count() < 80, "{shown:?}");
        assert_eq!(lines("a", "b"), [""; 0]);
        let path = |end: &str| format!("{}/{end}", "projects/images/global/".repeat(8));
        assert_eq!(lines(&path("a"), &path("b")), [""; 0], "one word is shown by its end");
        let many = |mark: &str| (0..100).map(|n| format!("{mark}{n}\n")).collect::<String>();
        let shown = lines(&many("a"), &many("b"));
        assert_eq!((shown.len(), shown.last().map(String::as_str)), (13, Some("… and 188 lines more")));
    }
}
