//! The comments of a text and what they belong to: for editors, and for holding the formatter to its word. Must not
//! know what an item means.

use tonnage_base::{FileId, Span};

use crate::lex;

/// What a comment belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Belongs {
    /// To what stands before it in its line.
    After,
    /// To what follows in its line, or to the item that begins right below, perhaps under other comments.
    Before,
    /// To nothing: an empty line or the end of a block follows.
    Nothing,
}

/// A comment and its place among the other words of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment<'a> {
    /// With its sign, without blanks at its end.
    pub text: &'a str,
    /// Where.
    pub span: Span,
    /// How many tokens (words, signs, strings; no comments) stand before it in the file.
    pub ordinal: usize,
    /// What it belongs to.
    pub belongs: Belongs,
}

/// All comments, in source order. Comments inside `${…}` are part of their string and not among them.
pub fn comments(file: FileId, text: &str) -> Vec<Comment<'_>> {
    let (tokens, _) = lex::lex(file, text);
    let mut found = Vec::new();
    let mut ordinal = 0;
    let mut begins_line = true;
    for (i, token) in tokens.iter().enumerate() {
        if token.kind == lex::Kind::Newline {
            begins_line = true;
            continue;
        }
        if !token.kind.is_comment() {
            (ordinal, begins_line) = (ordinal + 1, false);
            continue;
        }
        let belongs = if begins_line { belongs_below(tokens.get(i + 1..).unwrap_or(&[])) } else { Belongs::After };
        let words = token.text(text).trim_end();
        let span = Span::new(file, token.lo, token.lo + lex::offset(words.len()));
        found.push(Comment { text: words, span, ordinal, belongs });
    }
    found
}

/// What a comment that begins its line belongs to, by the tokens after it.
fn belongs_below(after: &[lex::Token]) -> Belongs {
    let mut ends = 0;
    for token in after {
        match token.kind {
            lex::Kind::Newline => ends += 1,
            kind if kind.is_comment() => ends = 0,
            kind if ends <= 1 && !kind.closes() => return Belongs::Before,
            _ => return Belongs::Nothing,
        }
        if ends > 1 {
            return Belongs::Nothing;
        }
    }
    Belongs::Nothing
}

#[cfg(test)]
mod tests {
    use super::{Belongs, comments};
    use tonnage_base::FileId;

    fn check(text: &str, expect: &[(&str, usize, Belongs)]) {
        let found: Vec<_> = comments(FileId(0), text).iter().map(|c| (c.text, c.ordinal, c.belongs)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn a_comment_belongs_to_its_line_or_to_the_item_below() {
        check("a = 1 # one\n", &[("# one", 3, Belongs::After)]);
        check("# of a\r\na = 1\r\n", &[("# of a", 0, Belongs::Before)]);
        check("# of a \n// still\na = 1\n", &[("# of a", 0, Belongs::Before), ("// still", 0, Belongs::Before)]);
        check("# of the file\n\na = 1\n", &[("# of the file", 0, Belongs::Nothing)]);
        check("a {\n# last\n}\n", &[("# last", 2, Belongs::Nothing)]);
        check("/* z */ a = 1\n", &[("/* z */", 0, Belongs::Before)]);
        check("a = \"# none ${b /* none */}\"\n# end", &[("# end", 3, Belongs::Nothing)]);
    }
}
