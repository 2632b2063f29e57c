//! Edits of a fleet file's text: a value in place of another, an entry more, an entry less; comments and layout stay.
//! Must not know why.

use std::fmt::Write as _;

use tonnage_base::{FileId, Span};
use tonnage_graph::{Node, ValueId, Values};
use tonnage_syntax::tree::{Expr, ExprKind, ObjectItem, ObjectKey};

/// What is written at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where.
    pub span: Span,
    /// What happens there.
    pub what: What,
}

/// What happens at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// This stands there instead.
    Replace(String),
    /// An entry goes to the end of the list or object that stands there.
    Append(String),
    /// The entry that stands there goes, with its line where it is alone on it.
    Remove,
}

/// The text with all edits done; none where they can't be done together. A text that was laid out as `fmt` does is laid
/// out so again.
pub fn apply(file: FileId, text: &str, edits: &[&Edit]) -> Option<String> {
    let mut pieces: Vec<(usize, usize, String)> = Vec::new();
    for edit in edits {
        let (lo, hi) = (edit.span.lo as usize, edit.span.hi as usize);
        match &edit.what {
            What::Replace(new) => pieces.push((lo, hi, new.clone())),
            What::Append(entry) => append(text, lo, hi, entry, &mut pieces)?,
            What::Remove => {
                let (lo, hi) = whole_entry(text, lo, hi)?;
                pieces.push((lo, hi, String::new()));
            }
        }
    }
    pieces.sort();
    pieces.dedup();
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (lo, hi, new) in &pieces {
        out.push_str(text.get(at..*lo)?);
        out.push_str(new);
        at = *hi;
    }
    out.push_str(text.get(at..)?);
    let laid_out = tonnage_syntax::format(file, text).is_ok_and(|formatted| formatted == text);
    if laid_out { tonnage_syntax::format(file, &out).ok() } else { Some(out) }
}

/// An entry before the closing bracket, on a line of its own where the others are.
fn append(text: &str, lo: usize, hi: usize, entry: &str, pieces: &mut Vec<(usize, usize, String)>) -> Option<()> {
    let close = hi.checked_sub(1)?;
    let inside = text.get(lo + 1..close)?;
    let object = text.get(lo..)?.starts_with('{');
    if inside.trim().is_empty() {
        let blank = if object { " " } else { "" };
        pieces.push((lo + 1, close, format!("{blank}{entry}{blank}")));
        return Some(());
    }
    let last_line = inside.rfind('\n').map(|at| lo + 1 + at + 1);
    match last_line.filter(|&start| text.get(start..close).is_some_and(|rest| rest.trim().is_empty())) {
        Some(start) => {
            // the entry before may need a comma, and a comment may stand behind it
            let end = end_of_code(text.get(lo + 1..start)?) + lo + 1;
            let comma = text.get(..end)?.ends_with(',');
            if !object && !comma {
                pieces.push((end, end, ",".to_owned()));
            }
            let outer = text.get(start..close)?;
            let mark = if comma || !object { "," } else { "" };
            pieces.push((start, start, format!("{outer}  {entry}{mark}\n")));
        }
        None => {
            let end = lo + 1 + inside.trim_end().len();
            let comma = if inside.trim_end().ends_with(',') { "" } else { "," };
            pieces.push((end, end, format!("{comma} {entry}")));
        }
    }
    Some(())
}

/// Where the last of several lines that is no blank and no comment ends, a comment behind it left out. A `#` in a
/// string ends a line too early; the text that comes of it is not valid, and is never kept.
fn end_of_code(lines: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for line in lines.split_inclusive('\n') {
        let code = line.find(" #").or_else(|| line.find(" //")).unwrap_or(line.len());
        let code = line.get(..code).unwrap_or(line).trim_end();
        if !code.trim().is_empty() && !code.trim_start().starts_with(['#', '/']) {
            end = at + code.len();
        }
        at += line.len();
    }
    end
}

/// An entry with the comma that belongs to it; with its whole lines where nothing else is on them.
fn whole_entry(text: &str, lo: usize, hi: usize) -> Option<(usize, usize)> {
    let line = text.get(..lo)?.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(hi..)?;
    let end = rest.find('\n').map_or(text.len(), |at| hi + at + 1);
    let behind = text.get(hi..end)?.trim().trim_start_matches(',').trim_start();
    if text.get(line..lo)?.trim().is_empty() && (behind.is_empty() || behind.starts_with(['#', '/'])) {
        return Some((line, end));
    }
    let blanks = rest.len() - rest.trim_start().len();
    if rest.trim_start().starts_with(',') {
        let comma = hi + blanks + 1;
        let after = text.get(comma..)?;
        return Some((lo, comma + after.len() - after.trim_start_matches(' ').len()));
    }
    let before = text.get(..lo)?.trim_end();
    Some(if before.ends_with(',') { (before.len() - 1, hi) } else { (lo, hi) })
}

/// A value as the language writes it; none where it holds what is known only in the cloud.
pub fn render(values: &Values, id: ValueId) -> Option<String> {
    Some(match values.node(id) {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Number(text) => text.as_str().to_owned(),
        Node::String(text) => quoted(text.as_str()),
        Node::List(_) => {
            let items = values.items(id).iter().map(|&item| render(values, item)).collect::<Option<Vec<_>>>()?;
            format!("[{}]", items.join(", "))
        }
        Node::Map(_) => {
            let entries = values.entries(id);
            let entries = entries.map(|(key, value)| entry(values, key.as_str(), value)).collect::<Option<Vec<_>>>()?;
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        Node::Reference(reference) if reference.address.as_str().starts_with("resource.") => {
            let attribute = reference.attribute.map_or("ref".to_owned(), |attribute| format!("att.{attribute}"));
            format!("{}.{attribute}", reference.address)
        }
        Node::Reference(_) | Node::Join(_) | Node::Unknown(_) => return None,
    })
}

/// `key = value`.
pub fn entry(values: &Values, key: &str, value: ValueId) -> Option<String> {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let key = if plain { key.to_owned() } else { quoted(key) };
    Some(format!("{key} = {}", render(values, value)?))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}

/// Where an item of an object stands.
pub fn item_span(item: &ObjectItem) -> Span {
    let key = match &item.key {
        ObjectKey::Name(name) => name.span,
        ObjectKey::Expr(key) => key.span,
    };
    key.to(item.value.span)
}

/// The item of an object under a key that is written out.
pub fn item_of<'e>(items: &'e [ObjectItem], key: &str) -> Option<&'e ObjectItem> {
    items.iter().find(|item| match &item.key {
        ObjectKey::Name(name) => name.name == *key,
        ObjectKey::Expr(Expr { kind: ExprKind::String(text), .. }) => *text == *key,
        ObjectKey::Expr(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, at: &str, what: What) -> String {
        let lo = text.find(at).expect("there");
        let span = Span::new(FileId(0), u32::try_from(lo).unwrap(), u32::try_from(lo + at.len()).unwrap());
        apply(FileId(0), text, &[&Edit { span, what }]).expect("an edit")
    }

    #[test]
    fn entries_come_and_go_and_leave_the_rest_as_it_is() {
        let add = || What::Append("b = 2".to_owned());
        assert_eq!(edited("x = {}\n", "{}", add()), "x = { b = 2 }\n");
        assert_eq!(edited("x = { a = 1 }\n", "{ a = 1 }", add()), "x = { a = 1, b = 2 }\n");
        let long = "x = {\n  a = 1 # one\n}\n";
        assert_eq!(edited(long, &long[4..long.len() - 1], add()), "x = {\n  a = 1 # one\n  b = 2\n}\n");
        let list = "x = [\n  \"a\" # first\n]\n";
        let item = What::Append("\"b\"".to_owned());
        assert_eq!(edited(list, &list[4..list.len() - 1], item), "x = [\n  \"a\", # first\n  \"b\",\n]\n");
        assert_eq!(edited("x = [1, 2, 3]\n", "2", What::Remove), "x = [1, 3]\n");
        assert_eq!(edited("x = [1, 2, 3]\n", "3", What::Remove), "x = [1, 2]\n");
        assert_eq!(edited("x = {\n  a = 1\n  b = 2 # two\n}\n", "b = 2", What::Remove), "x = {\n  a = 1\n}\n");
    }

    #[test]
    fn a_text_that_is_not_laid_out_stays_so() {
        let text = "x   =   { a=1 }\n";
        assert_eq!(edited(text, "1", What::Replace("2".to_owned())), "x   =   { a=2 }\n");
        assert_eq!(edited("x  = 1\n", "1", What::Replace("22".to_owned())), "x  = 22\n");
    }

    #[test]
    fn values_are_written_so_that_they_are_read_back() {
        let mut values = Values::new();
        let id =
            values.from_json(r#"{"a-b":["x\"${y}",1.5,true,null],"C":{"$ref":"resource.r","$att":"Arn"}}"#).unwrap();
        assert_eq!(
            render(&values, id).as_deref(),
            Some(r#"{ C = resource.r.att.Arn, "a-b" = ["x\"$${y}", 1.5, true, null] }"#)
        );
        let id = values.from_json(r#"{"$ref":"pool.a.nodes"}"#).unwrap();
        assert_eq!(render(&values, id), None);
    }
}
