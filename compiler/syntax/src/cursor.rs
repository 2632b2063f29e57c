//! What stands around an offset of a text that may be half written: the brackets it lies in, the name being given a
//! value, the word or string under it. Found from tokens, so that it is there where a tree is not.
//!
//! Must not know what any block or name means.

use std::ops::Range;

use tonnage_base::FileId;

use crate::{
    brackets,
    lex::{self, Kind, Token},
};

/// A bracket that an offset lies in, and what it belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// `kind "label" {`.
    Block {
        /// The kind.
        kind: String,
        /// Without quotes.
        labels: Vec<String>,
    },
    /// `key = {`; no key in a list or a call.
    Object(Option<String>),
    /// `key = [`; no key where it is inside something else.
    List(Option<String>),
    /// `name(`, in the argument of this number, from 0.
    Call(String, usize),
    /// `(` or `[` around a part of an expression.
    Group,
}

/// What an offset lies in, innermost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A word that begins an attribute, a block or an object's entry; an empty range where none is written.
    Name(Range<usize>),
    /// A label of a block that is being written, from 0; the inside of its quotes.
    Label(usize, Range<usize>),
    /// A value: the names and dots written at the offset, `cloud.aws`; an empty range where there are none.
    Value(Range<usize>),
    /// A quoted text; the inside of its quotes.
    Text(Range<usize>),
    /// Where nothing is to be said: a comment, a number, a heredoc's text.
    Nothing,
}

/// An offset and what stands around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// From the outermost bracket to the innermost.
    pub around: Vec<Frame>,
    /// The name that is given the value, where the innermost bracket is a block or an object.
    pub key: Option<String>,
    /// The kind and labels written so far of a block's header, for [`Place::Label`].
    pub header: Vec<String>,
    /// What the offset lies in.
    pub place: Place,
}

/// Looks around an offset.
pub fn cursor(text: &str, offset: usize) -> Cursor {
    let file = FileId(0);
    let (mut tokens, _) = lex::lex(file, text);
    brackets::pair(file, text, &mut tokens);
    Look { text, tokens: &tokens, offset }.around()
}

struct Look<'a> {
    text: &'a str,
    tokens: &'a [Token],
    offset: usize,
}

impl Look<'_> {
    fn around(&self) -> Cursor {
        let mut around = Vec::new();
        let (mut from, mut at) = (0, 0);
        while let Some(token) = self.tokens.get(at).filter(|token| (token.lo as usize) < self.offset) {
            if !token.kind.opens() {
                at += 1;
                continue;
            }
            let mate = (token.mate as usize).max(at + 1);
            let end = self.tokens.get(mate).map_or(usize::MAX, |mate| mate.lo as usize);
            if end < self.offset {
                at = mate;
                continue;
            }
            around.push(self.frame(from, at));
            at += 1;
            from = at;
        }
        let entry = self.entry(from, at);
        let listed = matches!(around.last(), Some(Frame::List(_) | Frame::Call(..) | Frame::Group));
        let (key, header, place) = self.place(entry, at, listed);
        Cursor { around, key, header, place }
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Newline, |token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// The first token of the entry that ends before `until`: after the last line end or comma of this level.
    fn entry(&self, from: usize, until: usize) -> usize {
        let (mut at, mut start) = (from, from);
        while at < until {
            let kind = self.kind(at);
            if matches!(kind, Kind::Newline | Kind::Comma) || kind.is_comment() {
                start = at + 1;
            }
            at = match kind.opens() {
                true => self.tokens.get(at).map_or(at + 1, |token| (token.mate as usize).max(at + 1)),
                false => at + 1,
            };
        }
        start.min(until)
    }

    /// What the bracket at `open` belongs to; `from` is where its level begins.
    fn frame(&self, from: usize, open: usize) -> Frame {
        let before = open.checked_sub(1).filter(|&at| at >= from);
        let key = || {
            let entry = self.entry(from, open);
            let assigned = matches!(self.kind(entry + 1), Kind::Assign | Kind::Colon) && entry + 2 == open;
            assigned.then(|| self.word(entry).trim_matches('"').to_owned())
        };
        match (self.kind(open), before.map(|at| self.kind(at))) {
            (Kind::OpenBrace, Some(Kind::Ident | Kind::String | Kind::Broken)) => {
                let entry = self.entry(from, open);
                let mut words = (entry..open).map(|at| self.word(at).trim_matches('"').to_owned());
                Frame::Block { kind: words.next().unwrap_or_default(), labels: words.collect() }
            }
            (Kind::OpenBrace, _) => Frame::Object(key()),
            (Kind::OpenBracket, Some(kind)) if kind.ends_value() => Frame::Group,
            (Kind::OpenBracket, _) => Frame::List(key()),
            (_, Some(Kind::Ident)) => {
                let name = before.map_or("", |at| self.word(at)).to_owned();
                Frame::Call(name, self.commas(open + 1))
            }
            _ => Frame::Group,
        }
    }

    /// Commas between a bracket and the offset, those of inner brackets left out.
    fn commas(&self, from: usize) -> usize {
        let (mut at, mut count) = (from, 0);
        while let Some(token) = self.tokens.get(at).filter(|token| (token.hi as usize) <= self.offset) {
            count += usize::from(token.kind == Kind::Comma);
            let mate = (token.mate as usize).max(at + 1);
            let passed = self.tokens.get(mate).is_some_and(|mate| (mate.lo as usize) < self.offset);
            at = if token.kind.opens() && passed { mate } else { at + 1 };
        }
        count
    }

    /// `end` is the first token at or after the offset.
    fn place(&self, entry: usize, end: usize, listed: bool) -> (Option<String>, Vec<String>, Place) {
        let last = end.checked_sub(1).filter(|&at| at >= entry).and_then(|at| self.tokens.get(at).map(|t| (at, t)));
        // The token that the offset lies in or ends.
        let under = last.filter(|(_, token)| self.offset <= token.hi as usize);
        let next = self.tokens.get(end).filter(|token| token.lo as usize == self.offset);
        let assign = (entry..end).find(|&at| matches!(self.kind(at), Kind::Assign | Kind::Colon));
        let key = assign.filter(|_| !listed).map(|at| self.word(at.saturating_sub(1)).trim_matches('"').to_owned());
        let commented = end.checked_sub(1).and_then(|at| self.tokens.get(at));
        if commented.is_some_and(|t| t.kind.is_comment() && self.offset <= t.hi as usize)
            || under.is_some_and(|(_, t)| t.kind == Kind::Number)
        {
            return (key, Vec::new(), Place::Nothing);
        }
        let quoted = under.filter(|(_, t)| self.text.as_bytes().get(t.lo as usize) == Some(&b'"') && self.inside(t));
        if listed || assign.is_some() {
            let place = match (quoted, under) {
                (Some((_, token)), _) => self.quoted(token),
                (None, Some((_, token))) if token.kind == Kind::Heredoc => {
                    self.template(token).unwrap_or(Place::Nothing)
                }
                _ => Place::Value(self.path(self.offset)),
            };
            return (key, Vec::new(), place);
        }
        let words = end.saturating_sub(entry) + usize::from(under.is_none());
        if words <= 1 {
            let range = match (under, next) {
                (Some((_, token)), _) if quoted.is_none() => token.lo as usize..token.hi as usize,
                (None, Some(token)) if token.kind == Kind::Ident => token.lo as usize..token.hi as usize,
                (None, _) => self.offset..self.offset,
                _ => return (None, Vec::new(), Place::Nothing),
            };
            return (None, Vec::new(), Place::Name(range));
        }
        let header: Vec<String> = (entry..end).map(|at| self.word(at).trim_matches('"').to_owned()).collect();
        let place = match quoted {
            Some((at, token)) => Place::Label(at.saturating_sub(entry + 1), self.inner(token)),
            None => Place::Nothing,
        };
        (None, header, place)
    }

    /// Whether the offset lies between the quotes.
    fn inside(&self, token: &Token) -> bool {
        let inner = self.inner(token);
        inner.start <= self.offset && self.offset <= inner.end
    }

    /// A string without its quotes; one that is never closed ends at its line's end.
    fn inner(&self, token: &Token) -> Range<usize> {
        let (lo, hi) = (token.lo as usize + 1, token.hi as usize);
        let closed = token.kind != Kind::Broken && hi > lo;
        let end = if closed { hi - 1 } else { hi.max(lo) };
        lo..end.max(lo)
    }

    fn quoted(&self, token: &Token) -> Place {
        self.template(token).unwrap_or_else(|| Place::Text(self.inner(token)))
    }

    /// The value inside a `${` of a string or a heredoc, where the offset lies in one.
    fn template(&self, token: &Token) -> Option<Place> {
        let before = self.text.get(token.lo as usize..self.offset)?;
        let opened = before.rfind("${").or_else(|| before.rfind("%{"))?;
        let closed = before.get(opened..)?.contains('}');
        (!closed).then(|| Place::Value(self.path(self.offset)))
    }

    /// Names and dots around an offset, the word it lies in whole.
    fn path(&self, offset: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let of_path = |b: &u8| lex::is_ident_byte(*b) || *b == b'.';
        let before = bytes.get(..offset).unwrap_or(&[]).iter().rev().take_while(|b| of_path(b)).count();
        let after = bytes.get(offset..).unwrap_or(&[]).iter().take_while(|b| lex::is_ident_byte(**b)).count();
        offset - before..offset + after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The offset is where `|` stands.
    fn at(text: &str) -> (Cursor, String) {
        let offset = text.find('|').expect("a mark");
        let text = text.replacen('|', "", 1);
        (cursor(&text, offset), text)
    }

    fn check(text: &str, around: &[&str], key: Option<&str>, place: &str) {
        let (found, plain) = at(text);
        let frames: Vec<String> = found
            .around
            .iter()
            .map(|frame| match frame {
                Frame::Block { kind, labels } => format!("{kind} {}", labels.join(" ")).trim().to_owned(),
                Frame::Object(key) => format!("{}{{", key.as_deref().unwrap_or("")),
                Frame::List(key) => format!("{}[", key.as_deref().unwrap_or("")),
                Frame::Call(name, argument) => format!("{name}({argument}"),
                Frame::Group => "(".to_owned(),
            })
            .collect();
        assert_eq!(frames, around, "{text}");
        assert_eq!(found.key.as_deref(), key, "{text}");
        let said = match found.place {
            Place::Name(range) => format!("name {}", &plain[range]),
            Place::Label(at, range) => format!("label {at} {}", &plain[range]),
            Place::Value(range) => format!("value {}", &plain[range]),
            Place::Text(range) => format!("text {}", &plain[range]),
            Place::Nothing => "nothing".to_owned(),
        };
        assert_eq!(said.trim(), place, "{text}");
    }

    #[test]
    fn half_written_texts_have_a_place_around_every_offset() {
        check("po|", &[], None, "name po");
        check("|", &[], None, "name");
        check("pool \"a|\" {\n}\n", &[], None, "label 0 a");
        check("resource \"AWS::S|\n", &[], None, "label 0 AWS::S");
        check("pool \"a\" {\n  |\n}\n", &["pool a"], None, "name");
        check("pool \"a\" {\n  size {\n    gp|\n  }\n}\n", &["pool a", "size"], None, "name gp");
        check("pool \"a\" {\n  cloud = |\n}\n", &["pool a"], Some("cloud"), "value");
        check("pool \"a\" {\n  cloud = cloud.|\n}\n", &["pool a"], Some("cloud"), "value cloud.");
        check("pool \"a\" {\n  cloud = clo|ud.aws\n}\n", &["pool a"], Some("cloud"), "value cloud");
        check("pool \"a\" {\n  accelerator = \"nv|\"\n}\n", &["pool a"], Some("accelerator"), "text nv");
        check("pool \"a\" {\n  accelerator = \"nv|\n}\n", &["pool a"], Some("accelerator"), "text nv");
        check("pool \"a\" {\n  zones = [\"x\", \"y|\"]\n}\n", &["pool a", "zones["], None, "text y");
        check("x \"a\" {\n  body = {\n    A = {\n      B|\n", &["x a", "body{", "A{"], None, "name B");
        check("x \"a\" {\n  body = { A = [{ B = 1, C| }] }\n}\n", &["x a", "body{", "A[", "{"], None, "name C");
        check("locals {\n  a = max(1, mi|)\n}\n", &["locals", "max(1"], None, "value mi");
        check("locals {\n  a = \"x-${var.|}\"\n}\n", &["locals"], Some("a"), "value var.");
        check("# po|\n", &[], None, "nothing");
        check("pool \"a\" {\n  si|ze {\n  }\n}\n", &["pool a"], None, "name size");
    }
}
