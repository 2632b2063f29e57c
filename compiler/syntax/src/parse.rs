//! Tokens to blocks and attributes. Every item is taken alone, so that an error spoils its own value and nothing else.
//!
//! Must not know what expressions look like inside (see `expr`), nor what any block means.

use std::collections::HashMap;

use tonnage_base::{Diagnostic, FileId, Span, Symbol, codes::syntax as codes};

use crate::brackets;
use crate::lex::{self, Kind, MAX_ERRORS, Token};
use crate::tree::{Attribute, Block, Body, Expr, ExprKind, File, Ident};

/// Deepest nesting of blocks, and of brackets in a value.
pub(crate) const MAX_DEPTH: u32 = 64;

/// Attributes in one body from which on a table finds the ones written twice.
const MANY: usize = 16;

/// Spans count bytes in 32 bits.
pub(crate) fn too_large(file: FileId, bytes: usize) -> Option<Diagnostic> {
    u32::try_from(bytes).is_err().then(|| {
        Diagnostic::error(codes::T0123, Span::new(file, 0, 0), "this file is larger than 4 GiB")
            .with_help("split it: a fleet may have any number of files")
    })
}

/// Parses one file: the tree as far as it could be read, and everything that is wrong, in source order. Never fails.
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    parse_until(file, text, brackets::END_OF_FILE)
}

/// As [`parse`]; `end` says what comes after the text.
pub(crate) fn parse_until(file: FileId, text: &str, end: &str) -> (File, Vec<Diagnostic>) {
    if let Some(diagnostic) = too_large(file, text.len()) {
        return (File { id: file, body: Body::default() }, vec![diagnostic]);
    }
    let (mut tokens, mut diagnostics) = lex::lex(file, text);
    diagnostics.extend(brackets::pair_until(file, text, &mut tokens, end));
    let mut parser = Parser { file, text, tokens: &tokens, diagnostics, one_line: false, explained: 0 };
    let body = parser.body(0, tokens.len(), 0);
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|d| d.primary.as_ref().map_or(0, |label| label.span.lo));
    if diagnostics.len() > MAX_ERRORS {
        diagnostics.truncate(MAX_ERRORS);
        let end = lex::offset(text.len());
        let message = format!("only the first {MAX_ERRORS} mistakes of this file are told");
        let more = Diagnostic::error(codes::T0131, Span::new(file, end, end), message);
        diagnostics.push(more.with_help("mend these first; the file may not be a fleet file at all"));
    }
    (File { id: file, body }, diagnostics)
}

pub(crate) struct Parser<'a> {
    pub(crate) file: FileId,
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Inside a block on one line, where new lines are not asked for one by one.
    one_line: bool,
    /// How many explanations of mistakes this parser works for.
    pub(crate) explained: u32,
}

impl<'a> Parser<'a> {
    /// A parser of values over `tokens`, to explain a mistake that this one met.
    pub(crate) fn explaining<'b>(&self, tokens: &'b [Token]) -> Parser<'b>
    where
        'a: 'b,
    {
        let (file, text) = (self.file, self.text);
        Parser { file, text, tokens, diagnostics: Vec::new(), one_line: false, explained: self.explained + 1 }
    }

    pub(crate) fn kind(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(Kind::Newline, |t| t.kind)
    }

    pub(crate) fn span(&self, index: usize) -> Span {
        let end = crate::lex::offset(self.text.len());
        self.tokens.get(index).map_or(Span::new(self.file, end, end), |t| Span::new(self.file, t.lo, t.hi))
    }

    pub(crate) fn token_text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |t| t.text(self.text))
    }

    pub(crate) fn ident(&self, index: usize) -> Ident {
        Ident { name: Symbol::new(self.token_text(index)), span: self.span(index) }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MAX_ERRORS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The index at which the inside of an opening bracket ends, and whether a bracket closes it there.
    pub(crate) fn mate(&self, open: usize) -> (usize, bool) {
        let mate = self.tokens.get(open).map_or(self.tokens.len(), |t| t.mate as usize).min(self.tokens.len());
        let closed = self.tokens.get(mate).is_some_and(|t| t.kind.closes() && t.mate as usize == open);
        (mate.max(open), closed)
    }

    /// One past an opening bracket's whole group.
    pub(crate) fn after_group(&self, open: usize) -> usize {
        let (mate, closed) = self.mate(open);
        if closed { mate + 1 } else { mate.max(open + 1) }
    }

    /// The first token from `index` that is no comment within the line.
    pub(crate) fn skip_inline(&self, mut index: usize) -> usize {
        while self.kind(index) == Kind::BlockComment {
            index += 1;
        }
        index
    }

    /// The first token from `index`, before `end`, that is neither comment nor line end.
    pub(crate) fn skip_blank(&self, mut index: usize, end: usize) -> usize {
        while index < end && (self.kind(index).is_comment() || self.kind(index) == Kind::Newline) {
            index += 1;
        }
        index
    }

    /// The end of the line, brackets jumped over.
    fn skip_line(&self, mut index: usize, end: usize) -> usize {
        while index < end && self.kind(index) != Kind::Newline {
            index = if self.kind(index).opens() { self.after_group(index) } else { index + 1 };
        }
        index.min(end)
    }

    pub(crate) fn body(&mut self, start: usize, end: usize, depth: u32) -> Body {
        let mut body = Body::default();
        let mut names: HashMap<Symbol, Span> = HashMap::new();
        let mut index = start;
        while index < end {
            index = match self.kind(index) {
                Kind::Newline | Kind::Comment | Kind::BlockComment => index + 1,
                Kind::Ident => self.item(index, end, depth, &mut body, &mut names),
                _ => self.stray(index, end),
            };
        }
        body
    }

    fn item(
        &mut self,
        index: usize,
        end: usize,
        depth: u32,
        body: &mut Body,
        names: &mut HashMap<Symbol, Span>,
    ) -> usize {
        let next = self.skip_inline(index + 1);
        match self.kind(next) {
            _ if next >= end => self.neither(index, end),
            Kind::Assign => {
                let (attribute, after) = self.attribute(index, next, end);
                self.keep(attribute, body, names);
                self.separated(after, end);
                after
            }
            Kind::OpenBrace | Kind::Ident | Kind::String | Kind::Template | Kind::Broken => {
                self.block(index, end, depth, body)
            }
            Kind::Newline if self.opens_next_line(next, end).is_some() => self.block(index, end, depth, body),
            _ => self.neither(index, end),
        }
    }

    /// The `{` that begins the line after the line end at `newline`.
    fn opens_next_line(&self, newline: usize, end: usize) -> Option<usize> {
        let next = self.skip_blank(newline, end);
        (next < end && self.kind(next) == Kind::OpenBrace).then_some(next)
    }

    fn keep(&mut self, attribute: Attribute, body: &mut Body, names: &mut HashMap<Symbol, Span>) {
        let name = attribute.key.name;
        let first = if body.attributes.len() < MANY {
            body.attributes.iter().find(|a| a.key.name == name).map(|a| a.key.span)
        } else {
            if names.len() < body.attributes.len() {
                names.extend(body.attributes.iter().map(|a| (a.key.name, a.key.span)));
            }
            names.get(&name).copied()
        };
        match first {
            Some(first) => self.report(
                Diagnostic::error(codes::T0111, attribute.key.span, format!("`{name}` is set twice in the same block"))
                    .at(attribute.key.span, "set again here")
                    .with_label(first, "first set here")
                    .with_help("keep one of them"),
            ),
            None => {
                if body.attributes.len() >= MANY {
                    names.insert(name, attribute.key.span);
                }
                body.attributes.push(attribute);
            }
        }
    }

    /// `name = value`; returns where it ends.
    fn attribute(&mut self, index: usize, assign: usize, end: usize) -> (Attribute, usize) {
        let key = self.ident(index);
        let (value, after) = self.assigned(assign, end);
        (Attribute { key, span: key.span.to(value.span), value }, after)
    }

    fn assigned(&mut self, assign: usize, end: usize) -> (Expr, usize) {
        let start = self.skip_inline(assign + 1);
        let line = self.line_of_value(start, end);
        if self.skip_blank(start, line.end) >= line.end {
            let span = self.span(assign);
            self.report(
                Diagnostic::error(codes::T0108, span, "the value is missing")
                    .at(span, "nothing follows on this line")
                    .with_help("write the value on the same line; `null` stands for none"),
            );
            return (Expr { kind: ExprKind::Invalid, span }, line.end);
        }
        let value = match line.joined {
            Some(newline) => self.joined_value(start, line.end, newline),
            None => self.value(start, line.end, 0),
        };
        (value, line.end)
    }

    /// A new item needs a new line. `}` of the surrounding block is seen to by [`Self::block`].
    fn separated(&mut self, after: usize, end: usize) {
        let next = self.skip_inline(after);
        if next >= end || self.one_line || matches!(self.kind(next), Kind::Newline | Kind::Comment) {
            return;
        }
        // Where something is unclosed, what comes next may stand on its line already; that is reported.
        if self.kind(next).closes()
            || self.kind(next) == Kind::Broken
            || self.kind(next.saturating_sub(1)) == Kind::Newline
        {
            return;
        }
        let (span, what) = (self.span(next), self.token_text(next));
        let gap = Span::new(self.file, self.span(after.saturating_sub(1)).hi, span.lo);
        let indent = " ".repeat(self.indent_of_line(span.lo));
        self.report(
            Diagnostic::error(codes::T0109, span, format!("`{what}` must begin a line of its own"))
                .at(span, "begins here")
                .with_help("each attribute and each block stands on its own line")
                .with_suggestion(gap, format!("\n{indent}")),
        );
    }

    /// Blanks before the first character of the line of `at`; none where the line is very long.
    fn indent_of_line(&self, at: u32) -> usize {
        let bytes = self.text.as_bytes().get(..at as usize).unwrap_or(&[]);
        let start = bytes.iter().rev().take(1000).position(|b| *b == b'\n');
        let Some(start) = start.map(|n| bytes.len() - n).or((bytes.len() < 1000).then_some(0)) else { return 0 };
        bytes.get(start..).unwrap_or(&[]).iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// `kind "label" { … }`.
    fn block(&mut self, index: usize, end: usize, depth: u32, body: &mut Body) -> usize {
        let kind = self.ident(index);
        let mut labels = Vec::new();
        let mut header = kind.span;
        let mut next = self.skip_inline(index + 1);
        while next < end {
            match self.kind(next) {
                Kind::Ident => labels.push(self.ident(next)),
                Kind::String | Kind::Template => labels.push(self.label(next)),
                Kind::Broken => {}
                _ => break,
            }
            header = header.to(self.span(next));
            next = self.skip_inline(next + 1);
        }
        let mut open = next;
        if self.kind(next) != Kind::OpenBrace || next >= end {
            match self.opens_next_line(next, end).filter(|_| self.kind(next) == Kind::Newline) {
                Some(brace) => {
                    let gap = Span::new(self.file, header.hi, self.span(brace).lo);
                    let diagnostic =
                        Diagnostic::error(codes::T0122, self.span(brace), "`{` stands on a line of its own")
                            .at(self.span(brace), "must stand at the end of the header's line")
                            .with_label(header, "the header")
                            .with_suggestion(gap, " ");
                    self.report(diagnostic);
                    open = brace;
                }
                None => return self.no_brace(index, next, end, header),
            }
        }
        let (close, closed) = self.mate(open);
        let close = close.min(end);
        let after = if closed { (close + 1).min(end) } else { close.max(open + 1) };
        let span = Span::new(self.file, kind.span.lo, self.span(after.saturating_sub(1)).hi);
        let inside = if depth >= MAX_DEPTH { None } else { Some(self.block_body(open, close, closed, depth)) };
        let Some(inside) = inside else {
            self.too_deep(header);
            return after;
        };
        body.blocks.push(Block { kind, labels, body: inside, span, header });
        self.separated(after, end);
        after
    }

    pub(crate) fn too_deep(&mut self, span: Span) {
        let message = format!("this is nested deeper than {MAX_DEPTH} levels");
        self.report(Diagnostic::error(codes::T0119, span, message).with_help("move a part of it into `locals`"));
    }

    fn block_body(&mut self, open: usize, close: usize, closed: bool, depth: u32) -> Body {
        let first = self.skip_inline(open + 1);
        let outer = self.one_line;
        if first >= close || matches!(self.kind(first), Kind::Newline | Kind::Comment) {
            self.one_line = false;
            let body = self.body(open + 1, close, depth + 1);
            self.one_line = outer;
            if closed {
                self.own_line(open, close);
            }
            return body;
        }
        self.one_line = true;
        let from = self.diagnostics.len();
        let body = self.body(open + 1, close, depth + 1);
        self.one_line = outer;
        let several = body.attributes.len() > 1 || !body.blocks.is_empty();
        let clean = self.diagnostics.len() == from;
        if self.skip_line(open + 1, close) < close {
            if clean {
                let span = self.span(first);
                let indent = " ".repeat(self.indent_of_line(span.lo) + 2);
                let gap = Span::new(self.file, self.span(open).hi, span.lo);
                self.report(
                    Diagnostic::error(codes::T0109, span, "a new line is needed after `{`")
                        .with_help("a block of several lines begins and ends with a line of its own")
                        .with_suggestion(gap, format!("\n{indent}")),
                );
            }
        } else if several && closed && !outer {
            let span = self.span(open).to(self.span(close));
            let mend = self.over_lines(&body, span);
            self.report(
                Diagnostic::error(codes::T0110, span, "a block on one line holds one attribute")
                    .at(span, "this one holds more")
                    .with_help("write it over several lines")
                    .with_suggestion(span, mend),
            );
        }
        body
    }

    /// A one-line body written over several lines.
    fn over_lines(&self, body: &Body, braces: Span) -> String {
        let indent = " ".repeat(self.indent_of_line(braces.lo));
        let mut parts: Vec<Span> = body.attributes.iter().map(|a| a.span).collect();
        parts.extend(body.blocks.iter().map(|b| b.span));
        parts.sort();
        let mut out = String::from("{\n");
        for part in parts {
            let text = self.text.get(part.lo as usize..part.hi as usize).unwrap_or("");
            out.push_str(&format!("{indent}  {text}\n"));
        }
        out.push_str(&indent);
        out.push('}');
        out
    }

    /// The `}` of a block over several lines begins a line.
    fn own_line(&mut self, open: usize, close: usize) {
        let mut last = close.saturating_sub(1);
        while last > open && self.kind(last) == Kind::BlockComment {
            last -= 1;
        }
        if last == open || self.kind(last) == Kind::Newline {
            return;
        }
        let span = self.span(close);
        let gap = Span::new(self.file, self.span(close.saturating_sub(1)).hi, span.lo);
        let indent = " ".repeat(self.indent_of_line(self.span(open).lo));
        self.report(
            Diagnostic::error(codes::T0109, span, "`}` must begin a line of its own")
                .at(span, "closes a block of several lines")
                .with_label(self.span(open), "opens here")
                .with_suggestion(gap, format!("\n{indent}")),
        );
    }

    fn label(&mut self, index: usize) -> Ident {
        let span = self.span(index);
        let value = self.value(index, index + 1, 0);
        if let ExprKind::String(name) = value.kind {
            return Ident { name, span };
        }
        if !matches!(value.kind, ExprKind::Invalid) {
            self.report(
                Diagnostic::error(codes::T0125, span, "a label cannot hold `${…}`")
                    .at(span, "names of blocks are fixed")
                    .with_help("use `for_each` on the block to make several of it"),
            );
        }
        let text = self.token_text(index);
        Ident { name: Symbol::new(text.trim_matches('"')), span }
    }

    /// A header without `{`.
    fn no_brace(&mut self, index: usize, next: usize, end: usize, header: Span) -> usize {
        let written = self.text.get(header.lo as usize..header.hi as usize).unwrap_or("");
        let broken = (index..next).any(|i| self.kind(i) == Kind::Broken);
        if !broken && self.kind(next) == Kind::Assign && next < end {
            self.report(
                Diagnostic::error(codes::T0107, header, format!("`{written}` is not a name"))
                    .at(header, "an attribute's name is one word")
                    .with_help("write words with `_` between them"),
            );
        } else if !broken {
            self.report(
                Diagnostic::error(codes::T0122, header, format!("`{{` is missing after `{written}`"))
                    .at(header, "reads as a block's header")
                    .with_help(format!("write `{written} {{`, or `name = value` for an attribute")),
            );
        }
        self.skip_line(next, end)
    }

    /// A name with nothing sensible after it.
    fn neither(&mut self, index: usize, end: usize) -> usize {
        let (span, name) = (self.span(index), self.token_text(index));
        let next = self.skip_inline(index + 1);
        let diagnostic = Diagnostic::error(codes::T0107, span, format!("`{name}` is neither an attribute nor a block"));
        let diagnostic = match self.kind(next) {
            Kind::Colon if next < end => diagnostic
                .with_help("an attribute is written with `=`")
                .with_suggestion(Span::new(self.file, span.hi, self.span(next).hi), " ="),
            _ => diagnostic.with_help(format!("write `{name} = value` or `{name} {{ … }}`")),
        };
        self.report(diagnostic);
        self.skip_line(next, end)
    }

    /// Something that begins no item.
    fn stray(&mut self, index: usize, end: usize) -> usize {
        let (span, text) = (self.span(index), self.token_text(index));
        match self.kind(index) {
            // Reported already.
            kind if kind.closes() => return index + 1,
            Kind::Broken => return self.skip_line(index, end),
            Kind::Other => {
                let diagnostic = crate::explain::foreign(span, text);
                self.report(diagnostic);
                return self.skip_line(index, end);
            }
            Kind::String | Kind::Template => {
                let next = self.skip_inline(index + 1);
                if matches!(self.kind(next), Kind::Assign | Kind::Colon) && next < end {
                    let mut diagnostic = Diagnostic::error(
                        codes::T0126,
                        span,
                        format!("the name {text} stands in quotes"),
                    )
                    .with_help(
                        "names in a block are bare words; put other keys into an object: `name = { \"key\" = value }`",
                    );
                    let bare = text.trim_matches('"');
                    let mut chars = bare.bytes();
                    if chars.next().is_some_and(|b| b.is_ascii_alphabetic()) && chars.all(lex::is_ident_byte) {
                        diagnostic = diagnostic.with_suggestion(span, bare);
                    }
                    self.report(diagnostic);
                    let (_, after) = self.assigned(next, end);
                    return after;
                }
            }
            _ => {}
        }
        let message = format!("an attribute or a block cannot begin with `{}`", text.lines().next().unwrap_or(""));
        self.report(
            Diagnostic::error(codes::T0107, span, message).with_help("write `name = value` or `kind \"label\" { … }`"),
        );
        self.skip_line(index, end)
    }
}
