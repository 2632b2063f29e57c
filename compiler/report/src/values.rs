//! Values of native properties in a few characters. Must not know what a property means.

use std::{collections::BTreeMap, fmt::Write as _};

use tonnage_base::Symbol;
use tonnage_graph::{Node, ValueId, Values, secret::HIDDEN};

/// In place of a value where there is none.
pub const NONE: &str = "(absent)";

/// A value on one line, cut to about `limit` characters. References read `${address.attribute}`, what is not known yet
/// `(known after apply)`.
pub fn show(values: &Values, id: Option<ValueId>, limit: usize) -> String {
    let Some(id) = id else { return NONE.to_owned() };
    let mut out = String::new();
    write_value(values, id, Style { limit, versions: true }, &mut out);
    if out.chars().count() > limit {
        out = out.chars().take(limit.saturating_sub(1)).collect();
        out.push('…');
    }
    out
}

/// The same in full, without the versions of secrets.
pub fn without_versions(values: &Values, id: ValueId) -> String {
    let mut out = String::new();
    write_value(values, id, Style { limit: usize::MAX / 4, versions: false }, &mut out);
    out
}

/// A text as it is, with the references in it as they are named; none where it is no text.
pub fn text(values: &Values, id: ValueId) -> Option<String> {
    match values.node(id) {
        Node::String(text) => Some(text.as_str().to_owned()),
        Node::Join(_) => {
            let mut out = String::new();
            for &part in values.items(id) {
                match values.node(part) {
                    Node::String(text) => out.push_str(text.as_str()),
                    _ => write_value(values, part, Style { limit: usize::MAX / 4, versions: true }, &mut out),
                }
            }
            Some(out)
        }
        _ => None,
    }
}

/// How a value is written.
#[derive(Clone, Copy)]
struct Style {
    /// Characters.
    limit: usize,
    /// Secrets are named with their versions.
    versions: bool,
}

fn write_value(values: &Values, id: ValueId, style: Style, out: &mut String) {
    if out.len() > style.limit * 4 {
        return;
    }
    match values.node(id) {
        Node::Null => out.push_str("null"),
        Node::Bool(b) => out.push_str(if b { "true" } else { "false" }),
        Node::Number(text) => out.push_str(text.as_str()),
        Node::String(text) if text == HIDDEN => out.push_str(HIDDEN),
        Node::String(text) => {
            let _ = write!(out, "{:?}", text.as_str());
        }
        Node::Reference(r) if r.secret().is_some() => {
            let version =
                r.attribute.filter(|_| style.versions).map_or(String::new(), |version| format!(", version {version}"));
            let _ = write!(out, "(sensitive: {}{version})", r.address);
        }
        Node::Reference(r) => {
            let _ = write!(out, "${{{}{}}}", r.address, r.attribute.map_or(String::new(), |a| format!(".{a}")));
        }
        Node::Unknown(_) => out.push_str("(known after apply)"),
        Node::Join(_) => {
            out.push('"');
            for &part in values.items(id) {
                match values.node(part) {
                    Node::String(text) => out.extend(text.as_str().escape_debug()),
                    _ => write_value(values, part, style, out),
                }
            }
            out.push('"');
        }
        Node::List(_) => {
            out.push('[');
            for (position, &item) in values.items(id).iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                write_value(values, item, style, out);
            }
            out.push(']');
        }
        Node::Map(_) => {
            out.push_str("{ ");
            for (position, (key, value)) in values.entries(id).enumerate() {
                let _ = write!(out, "{}{key} = ", if position > 0 { ", " } else { "" });
                write_value(values, value, style, out);
            }
            out.push_str(" }");
        }
    }
}

/// Secrets that both sides have and of which they have other versions: each as it is named, with its versions before
/// and afterwards in words.
pub fn secret_versions(values: &Values, before: ValueId, after: ValueId) -> Vec<(String, String, String)> {
    let versions = |id: ValueId| {
        let mut found: BTreeMap<Symbol, Vec<Option<Symbol>>> = BTreeMap::new();
        values.each_reference(id, &mut Vec::new(), |reference| {
            if reference.secret().is_some() {
                found.entry(reference.address).or_default().push(reference.attribute);
            }
        });
        found
    };
    let words = |versions: &[Option<Symbol>]| {
        let word = |version: &Option<Symbol>| version.map_or("no version".to_owned(), |v| format!("version {v}"));
        let mut words: Vec<String> = versions.iter().map(word).collect();
        words.dedup();
        words.join(", ")
    };
    let (before, after) = (versions(before), versions(after));
    let differ = before.iter().filter_map(|(name, old)| Some((name, old, after.get(name)?)));
    let differ = differ.filter(|(_, old, new)| old != new);
    differ.map(|(name, old, new)| (format!("{name} (sensitive)"), words(old), words(new))).collect()
}

/// Values before and after, cut to about `room` characters each so that what differs is seen.
pub fn shown(values: &Values, (before, after): (Option<ValueId>, Option<ValueId>), room: usize) -> (String, String) {
    let whole = |id| show(values, id, MOST);
    pair(&whole(before), &whole(after), room)
}

/// Two texts cut to about `room` characters each around where they differ, so that the difference is seen. No word is
/// cut: an identifier is read to its end.
pub fn pair(before: &str, after: &str, room: usize) -> (String, String) {
    let (b, a): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    if b.len() <= room && a.len() <= room {
        return (before.to_owned(), after.to_owned());
    }
    let common = b.iter().zip(&a).take_while(|(x, y)| x == y).count();
    // as much as has room before what differs, and all of the words in which it begins and ends
    let part =
        |text: &[char], near: usize| text.iter().rev().skip(text.len() - near).take_while(|c| is_of_word(**c)).count();
    let begin = |text: &[char], at: usize| at - part(text, at).min(WORD);
    let start = begin(&b, common.saturating_sub(room / 4).min(b.len()))
        .min(begin(&a, common.saturating_sub(room / 4).min(a.len())));
    let start = if start <= 1 { 0 } else { start };
    let cut = |text: &[char]| {
        let end = (start + room).min(text.len());
        let end = end + text.iter().skip(end).take(WORD).take_while(|c| is_of_word(**c)).count();
        // what would be left out takes no more room than the sign that it is
        let end = if end + 1 >= text.len() { text.len() } else { end };
        let mut out: String = text.iter().take(end).skip(start).collect();
        if start > 0 {
            out.insert(0, '…');
        }
        if end < text.len() {
            out.push('…');
        }
        out
    };
    (cut(&b), cut(&a))
}

/// Characters of a word that is never cut, at most.
const WORD: usize = 120;

/// Characters of a value that is looked at for what differs.
const MOST: usize = 8_000;

fn is_of_word(c: char) -> bool {
    !c.is_whitespace() && !"[]{},".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_pair_shows_the_difference() {
        let same = "x ".repeat(150);
        let (b, a) = pair(&format!("{same}1"), &format!("{same}2"), 40);
        assert!(b.ends_with('1') && a.ends_with('2'));
        assert!(b.chars().count() < 50);
        let (b, a) = pair("[ami-0f3c8e2d41b7a9650, x]", "[ami-0aaaaaaaaaaaaaaaa, x]", 12);
        assert_eq!((b.as_str(), a.as_str()), ("[ami-0f3c8e2d41b7a9650…", "[ami-0aaaaaaaaaaaaaaaa…"), "no word is cut");
        let (b, a) = pair("{ a = 1, image = \"x/versions/7.2.0\" }", "{ a = 1, image = \"x/versions/7.3.0\" }", 16);
        assert_eq!((b.as_str(), a.as_str()), ("…\"x/versions/7.2.0\"…", "…\"x/versions/7.3.0\"…"));
    }
}
