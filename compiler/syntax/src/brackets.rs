//! Which bracket closes which. Exact where a file is balanced; where it is not, indentation tells whose bracket is
//! missing, so that one slip spoils one block and not the rest of the file. Must not know what brackets mean.

use tonnage_base::{Diagnostic, FileId, Span, codes::syntax as codes};

use crate::lex::{Kind, MAX_ERRORS, NONE, Token, offset};

/// How many open brackets, from the innermost, a closing one is compared with: far more than may be nested.
const REACH: usize = 256;

/// What is said where a bracket is still open.
pub(crate) const END_OF_FILE: &str = "the file ends here";
pub(crate) const NEXT_BLOCK: &str = "the next block begins here";

/// Sets the mates of all brackets, and reports those without.
pub(crate) fn pair(file: FileId, text: &str, tokens: &mut [Token]) -> Vec<Diagnostic> {
    pair_until(file, text, tokens, END_OF_FILE)
}

/// As [`pair`]; `end` says what comes after the text.
pub(crate) fn pair_until(file: FileId, text: &str, tokens: &mut [Token], end: &str) -> Vec<Diagnostic> {
    if pair_exactly(tokens) {
        return Vec::new();
    }
    let mut pairing = Pairing { file, text, tokens, open: Vec::new(), diagnostics: Vec::new() };
    pairing.run(end);
    pairing.diagnostics
}

fn closer_of(kind: Kind) -> Kind {
    match kind {
        Kind::OpenBrace => Kind::CloseBrace,
        Kind::OpenBracket => Kind::CloseBracket,
        _ => Kind::CloseParen,
    }
}

/// Sets the mates where every bracket has one and nothing is unclosed; whether that is so.
pub(crate) fn pair_exactly(tokens: &mut [Token]) -> bool {
    let mut open: Vec<usize> = Vec::new();
    for i in 0..tokens.len() {
        let Some(kind) = tokens.get(i).map(|t| t.kind) else { return false };
        if kind.opens() {
            open.push(i);
        } else if kind.closes() {
            let Some(opener) = open.pop() else { return false };
            if tokens.get(opener).is_none_or(|t| closer_of(t.kind) != kind) {
                return false;
            }
            join(tokens, opener, i);
        } else if kind == Kind::Broken {
            return false;
        }
    }
    open.is_empty()
}

fn join(tokens: &mut [Token], opener: usize, closer: usize) {
    if let Some(token) = tokens.get_mut(opener) {
        token.mate = offset(closer);
    }
    if let Some(token) = tokens.get_mut(closer) {
        token.mate = offset(opener);
    }
}

struct Open {
    index: usize,
    /// Of the line it stands in.
    indent: usize,
    line: usize,
}

struct Pairing<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a mut [Token],
    open: Vec<Open>,
    diagnostics: Vec<Diagnostic>,
}

impl Pairing<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MAX_ERRORS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn kind(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(Kind::Newline, |t| t.kind)
    }

    fn run(&mut self, end: &str) {
        for token in self.tokens.iter_mut() {
            token.mate = NONE;
        }
        let (mut first, mut indent, mut line) = (true, 0, 0);
        let mut line_start = 0;
        for i in 0..self.tokens.len() {
            let Some(&token) = self.tokens.get(i) else { break };
            if token.kind == Kind::Newline {
                self.end_of_line(i, line, line_start);
                (first, line, line_start) = (true, line + 1, i + 1);
                continue;
            }
            if first {
                indent = self.indent(token.lo as usize);
                self.start_of_line(i, indent);
            }
            if token.kind.opens() {
                self.open.push(Open { index: i, indent, line });
            } else if token.kind.closes() {
                self.close(i, first.then_some(indent));
            }
            first = false;
        }
        self.end_of_line(self.tokens.len(), line, line_start);
        self.drop_above(0, self.tokens.len(), end);
    }

    fn indent(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        line.trim_start_matches('\u{feff}').len()
    }

    /// The end of a line that holds something unclosed: what was opened before it in this line is closed silently,
    /// since its closing bracket was most likely swallowed.
    fn end_of_line(&mut self, end: usize, line: usize, line_start: usize) {
        let broken = (line_start..end).rev().find(|&i| self.kind(i) == Kind::Broken);
        let Some(broken) = broken else { return };
        while let Some(top) = self.open.pop_if(|top| top.line == line && top.index < broken) {
            if let Some(token) = self.tokens.get_mut(top.index) {
                token.mate = offset(end);
            }
        }
    }

    fn start_of_line(&mut self, i: usize, indent: usize) {
        if self.open.is_empty() || self.kind(i) != Kind::Ident {
            return;
        }
        if indent == 0 && self.is_block_header(i) {
            self.drop_above(0, i, NEXT_BLOCK);
        } else if self.kind(i + 1) == Kind::Assign {
            // `name =` never stands directly in a list or in parentheses.
            let keep = self.open.iter().rposition(|o| self.kind(o.index) == Kind::OpenBrace).map_or(0, |n| n + 1);
            self.drop_above(keep, i, "the next attribute begins here");
        }
    }

    /// `name "label" … {` at the end of the line.
    fn is_block_header(&self, i: usize) -> bool {
        let labels = self.tokens.get(i + 1..).unwrap_or(&[]);
        let end = labels.iter().position(|t| !matches!(t.kind, Kind::Ident | Kind::String | Kind::Broken));
        end.is_some_and(|n| self.kind(i + 1 + n) == Kind::OpenBrace)
    }

    /// Closes everything above `keep` at token `end`, and says so.
    fn drop_above(&mut self, keep: usize, end: usize, noticed: &str) {
        for open in self.open.split_off(keep.min(self.open.len())) {
            let at = self.tokens.get(end).map_or(self.text.len(), |t| t.lo as usize);
            let noticed_at = Span::new(self.file, offset(at), self.tokens.get(end).map_or(offset(at), |t| t.hi));
            let Some(token) = self.tokens.get_mut(open.index) else { continue };
            token.mate = offset(end);
            let bracket = token.text(self.text);
            let closer = match token.kind {
                Kind::OpenBrace => "}",
                Kind::OpenBracket => "]",
                _ => ")",
            };
            let span = Span::new(self.file, token.lo, token.hi);
            let diagnostic = Diagnostic::error(codes::T0103, span, format!("this `{bracket}` is never closed"))
                .at(span, "opens here")
                .with_label(noticed_at, noticed)
                .with_help(format!("close it with `{closer}`"));
            self.report(diagnostic);
        }
    }

    /// A closing bracket; `margin` is its indentation when it is the first of its line.
    fn close(&mut self, i: usize, margin: Option<usize>) {
        let kind = self.kind(i);
        let fits = |open: &Open| closer_of(self.kind(open.index)) == kind;
        let base = self.open.len().saturating_sub(REACH);
        let near = self.open.get(base..).unwrap_or(&[]);
        let by_margin = margin.and_then(|indent| {
            let found = base + near.iter().rposition(|open| fits(open) && open.indent == indent)?;
            // Only outwards: what lies above is indented further.
            self.open.get(found + 1..)?.iter().all(|open| open.indent > indent).then_some(found)
        });
        let nearest = near.iter().rposition(fits).map(|n| base + n);
        // A `]` or `)` does not reach through the `{` around it.
        let wall = near.iter().rposition(|open| self.kind(open.index) == Kind::OpenBrace).map_or(0, |n| base + n);
        let nearest = nearest.filter(|&n| kind == Kind::CloseBrace || n >= wall);
        match by_margin.or(nearest) {
            Some(found) => {
                self.drop_above(found + 1, i, "closed from outside here");
                if let Some(open) = self.open.pop() {
                    join(self.tokens, open.index, i);
                }
            }
            None => {
                let Some(token) = self.tokens.get(i) else { return };
                let span = Span::new(self.file, token.lo, token.hi);
                let message = format!("this `{}` closes nothing", token.text(self.text));
                self.report(
                    Diagnostic::error(codes::T0104, span, message)
                        .with_help("remove it, or open its counterpart before it"),
                );
            }
        }
    }
}
