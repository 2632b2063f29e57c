//! Why a value cannot be read, in plain words. Runs only where the parser has refused a value: it walks the tokens to
//! the first one that does not fit, and falls back on what the parser said.
//!
//! Must not build trees.

use tonnage_base::{Diagnostic, Span, codes::syntax as codes};

use crate::brackets;
use crate::expr::exact;
use crate::lex::{self, Kind};
use crate::parse::{MAX_DEPTH, Parser};
use crate::tree::Ident;

/// Mistakes inside of mistakes that are looked into.
const MAX_EXPLAINED: u32 = 4;

/// A value that was refused.
pub(crate) struct Mistake<'a, 'p> {
    pub(crate) parser: &'p Parser<'a>,
    /// Its tokens.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Where the parser stopped.
    pub(crate) at: usize,
    /// What the parser said.
    pub(crate) message: &'p str,
}

/// A number that a decimal of 28 digits cannot hold.
pub(crate) fn inexact(span: Span, digits: &str) -> Diagnostic {
    let shown: String = digits.chars().take(40).collect();
    let dots = if shown.len() < digits.len() { "…" } else { "" };
    Diagnostic::error(codes::T0117, span, format!("the number {shown}{dots} cannot be held exactly"))
        .with_help("numbers have at most 28 digits; write an identifier as a string, in quotes")
}

/// A key that an object has already.
pub(crate) fn key_twice(key: Ident, first: Span) -> Diagnostic {
    let message = format!("the key `{}` is set twice in the same object", key.name);
    Diagnostic::error(codes::T0112, key.span, message)
        .at(key.span, "set again here")
        .with_label(first, "first set here")
        .with_help("keep one of them")
}

/// Too many steps or operators in one value.
pub(crate) fn long_chain(span: Span) -> Diagnostic {
    Diagnostic::error(codes::T0120, span, "a chain of more than 128 operators or steps")
        .with_help("give a part of it a name in `locals`")
}

/// A character that has no place in the language.
pub(crate) fn foreign(span: Span, text: &str) -> Diagnostic {
    let c = text.chars().next().unwrap_or('\u{fffd}');
    let shown = if c.is_control() || c.is_whitespace() || c == '\u{feff}' {
        format!("the invisible character U+{:04X}", u32::from(c))
    } else {
        format!("the character `{c}`")
    };
    let error = Diagnostic::error(codes::T0121, span, format!("{shown} has no place here"));
    match c {
        '\'' | '“' | '”' | '„' | '‘' | '’' | '`' | '«' | '»' => {
            error.with_help("strings stand in double quotes: `\"…\"`")
        }
        '&' => error.with_help("`&&` means and").with_suggestion(span, "&&"),
        '|' => error.with_help("`||` means or").with_suggestion(span, "||"),
        ';' => error.with_help("attributes end with their line").with_suggestion(span, "\n"),
        '–' | '—' | '−' => error.with_help("write `-`").with_suggestion(span, "-"),
        '$' | '%' => error.with_help(format!("`{c}{{…}}` stands in strings only; outside write the value itself")),
        c if c.is_whitespace() || c.is_control() || c == '\u{feff}' => {
            error.with_help("replace it with a blank").with_suggestion(span, " ")
        }
        _ => error.with_help("remove it, or put the text in quotes"),
    }
}

impl Mistake<'_, '_> {
    /// What is wrong with it.
    pub(crate) fn explain(&self) -> Diagnostic {
        if self.message.contains("nesting depth") {
            let span = self.place();
            return Diagnostic::error(codes::T0119, span, format!("this is nested deeper than {MAX_DEPTH} levels"))
                .with_help("move a part of it into `locals`");
        }
        if self.message.contains("chained binary operators") {
            return long_chain(self.place());
        }
        if self.message.contains("escape sequence") || self.message.contains("hex code") {
            return self.escape();
        }
        if self.parser.explained >= MAX_EXPLAINED {
            return self.as_said();
        }
        let walk = Walk { parser: self.parser };
        let token = (self.start..self.end).find(|&i| self.parser.span(i).hi as usize > self.at);
        let inside = token.is_some_and(|i| matches!(self.parser.kind(i), Kind::Template | Kind::Heredoc));
        let first = if inside { self.in_template() } else { None };
        first
            .or_else(|| walk.value(self.start, self.end, 0))
            .or_else(|| self.in_template())
            .or_else(|| self.heredoc_marker())
            .unwrap_or_else(|| self.as_said())
    }

    /// The token where the parser stopped.
    fn place(&self) -> Span {
        let token = (self.start..self.end).find(|&i| self.parser.span(i).hi as usize > self.at);
        self.parser.span(token.unwrap_or(self.end.saturating_sub(1)))
    }

    fn escape(&self) -> Diagnostic {
        let text = self.parser.text;
        let from = text.get(..self.at).and_then(|t| t.rfind('\\')).unwrap_or(self.at);
        let from = if text.get(self.at..).is_some_and(|t| t.starts_with('\\')) { self.at } else { from };
        let length = text.get(from + 1..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(self.parser.file, lex::offset(from), lex::offset(from + 1 + length));
        let written = text.get(from..from + 1 + length).unwrap_or("\\");
        Diagnostic::error(codes::T0128, span, format!("`{written}` is not an escape"))
            .with_help(r#"escapes are \n \r \t \" \\ \uXXXX \UXXXXXXXX; a backslash itself is written `\\`"#)
            .with_suggestion(span, format!("\\{written}"))
    }

    /// A mistake inside `${…}` or `%{…}`.
    fn in_template(&self) -> Option<Diagnostic> {
        let parser = self.parser;
        for index in self.start..self.end {
            if !matches!(parser.kind(index), Kind::Template | Kind::Heredoc) {
                continue;
            }
            let span = parser.span(index);
            let mut open: Vec<(Span, String)> = Vec::new();
            for code in codes_of(parser, span) {
                let (tokens, mut bad) = inner_tokens(parser, code);
                if let Some(diagnostic) = bad.pop() {
                    return Some(diagnostic);
                }
                let inner = parser.explaining(&tokens);
                if inner.skip_blank(0, tokens.len()) >= tokens.len() {
                    let error = Diagnostic::error(codes::T0129, code, "nothing stands between the braces");
                    return Some(error.with_help("write a value, or double the first sign for the text itself: `$${`"));
                }
                let directive = parser.text.get(code.lo as usize..).is_some_and(|t| t.starts_with('%'));
                let found =
                    if directive { of_directive(&inner, code, &mut open) } else { Walk { parser: &inner }.whole() };
                if found.is_some() {
                    return found;
                }
            }
            if let Some((span, word)) = open.pop() {
                let message = format!("this `%{{ {word} }}` is never closed");
                let help = format!("close it with `%{{ end{word} }}`");
                return Some(Diagnostic::error(codes::T0124, span, message).with_help(help));
            }
        }
        None
    }

    /// Blanks after `<<EOT`, which are hard to see.
    fn heredoc_marker(&self) -> Option<Diagnostic> {
        let parser = self.parser;
        let index = (self.start..self.end).find(|&i| parser.kind(i) == Kind::Heredoc)?;
        let line = parser.token_text(index).lines().next()?;
        let marker = line.trim_end();
        let lo = parser.span(index).lo + lex::offset(marker.len());
        let span = Span::new(parser.file, lo, parser.span(index).lo + lex::offset(line.len()));
        (marker.len() < line.len()).then(|| {
            Diagnostic::error(codes::T0113, span, format!("nothing may follow `{marker}` on its line, not even blanks"))
                .with_help("remove the blanks")
                .with_suggestion(span, "")
        })
    }

    /// The parser's own words, when nothing better is known.
    fn as_said(&self) -> Diagnostic {
        let span = self.place();
        let text = self.parser.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        let word = text.lines().next().unwrap_or("");
        let expected = self.message.split("expected ").nth(1).unwrap_or("");
        let error = Diagnostic::error(codes::T0113, span, format!("`{word}` does not fit here"));
        if expected.is_empty() { error } else { error.with_help(format!("expected {expected}")) }
    }
}

/// The `${…}` and `%{…}` of a string or heredoc, outermost ones only, braces included.
fn codes_of(parser: &Parser<'_>, span: Span) -> Vec<Span> {
    let bytes = parser.text.as_bytes();
    let byte = |at: usize| if at < span.hi as usize { bytes.get(at).copied().unwrap_or(0) } else { 0 };
    let (mut at, mut found) = (span.lo as usize, Vec::new());
    while at < span.hi as usize {
        let (b, next) = (byte(at), byte(at + 1));
        if matches!(b, b'$' | b'%') && next == b && byte(at + 2) == b'{' {
            at += 3;
        } else if matches!(b, b'$' | b'%') && next == b'{' {
            let end = lex::code_end(parser.text, at).min(span.hi as usize);
            found.push(Span::new(parser.file, lex::offset(at), lex::offset(end)));
            at = end.max(at + 2);
        } else {
            at += if b == b'\\' && byte(span.lo as usize) == b'"' { 2 } else { 1 };
        }
    }
    found
}

/// The tokens between the braces of `code`.
fn inner_tokens(parser: &Parser<'_>, code: Span) -> (Vec<lex::Token>, Vec<Diagnostic>) {
    let (mut lo, mut hi) = (code.lo as usize + 2, (code.hi as usize).saturating_sub(1));
    lo += usize::from(parser.text.get(lo..).is_some_and(|t| t.starts_with('~')));
    hi -= usize::from(hi > lo && parser.text.get(..hi).is_some_and(|t| t.ends_with('~')));
    let (mut tokens, mut diagnostics) = lex::lex_range(parser.file, parser.text, lo, hi);
    diagnostics.extend(brackets::pair(parser.file, parser.text, &mut tokens));
    (tokens, diagnostics)
}

/// `if c`, `else`, `endif`, `for x in xs`, `endfor`, in order.
fn of_directive(inner: &Parser<'_>, code: Span, open: &mut Vec<(Span, String)>) -> Option<Diagnostic> {
    let walk = Walk { parser: inner };
    let (first, end) = (inner.skip_blank(0, inner.tokens.len()), inner.tokens.len());
    let word = inner.token_text(first);
    match word {
        "if" => {
            open.push((code, "if".to_owned()));
            walk.value(first + 1, end, 0)
        }
        "for" => {
            open.push((code, "for".to_owned()));
            let of = (first + 1..end).find(|&i| inner.token_text(i) == "in");
            match of {
                Some(of) => walk.value(of + 1, end, 0),
                None => Some(
                    Diagnostic::error(codes::T0130, inner.span(first), "`in` is missing in this `for`")
                        .with_help("write `%{ for x in list }`"),
                ),
            }
        }
        "else" | "endif" | "endfor" => {
            let wanted = if word == "endfor" { "for" } else { "if" };
            let fits = open.last().is_some_and(|(_, opened)| opened == wanted);
            if word != "else" && fits {
                open.pop();
            }
            (!fits).then(|| {
                let message = format!("this `%{{ {word} }}` has no `%{{ {wanted} … }}` before it");
                let error = Diagnostic::error(codes::T0124, code, message);
                match open.last() {
                    Some((opened, _)) => error.with_label(*opened, "this one is still open"),
                    None => error,
                }
            })
        }
        _ => {
            let message = format!("`{word}` is not a directive");
            let span = if first < end { inner.span(first) } else { code };
            Some(
                Diagnostic::error(codes::T0124, span, message)
                    .with_help("directives are `%{ if … }`, `%{ else }`, `%{ endif }`, `%{ for … in … }` and `%{ endfor }`; for a value write `${…}`")
                    .with_did_you_mean(span, word, ["if", "else", "endif", "for", "endfor"]),
            )
        }
    }
}

/// Walks tokens as a value would be read.
struct Walk<'a, 'p> {
    parser: &'p Parser<'a>,
}

impl Walk<'_, '_> {
    fn whole(&self) -> Option<Diagnostic> {
        self.value(0, self.parser.tokens.len(), 0)
    }

    /// The first token of `start..end` that does not fit a single value.
    fn value(&self, start: usize, end: usize, depth: u32) -> Option<Diagnostic> {
        let parser = self.parser;
        let mut index = parser.skip_blank(start, end);
        let (mut wanted, mut questions, mut last) = (true, 0_u32, index.saturating_sub(1));
        if depth > MAX_DEPTH {
            return None;
        }
        while index < end {
            let kind = parser.kind(index);
            let next = parser.skip_blank(index + 1, end);
            if wanted {
                match kind {
                    Kind::Minus | Kind::Not => {}
                    Kind::Number => {
                        if let Some(diagnostic) = self.number(index) {
                            return Some(diagnostic);
                        }
                        wanted = false;
                    }
                    Kind::Ident | Kind::String | Kind::Template | Kind::Heredoc | Kind::Broken => wanted = false,
                    _ if kind.opens() => {
                        if let Some(diagnostic) = self.group(index, depth) {
                            return Some(diagnostic);
                        }
                        wanted = false;
                        last = parser.after_group(index).saturating_sub(1);
                        index = parser.skip_blank(parser.after_group(index), end);
                        continue;
                    }
                    _ => return Some(self.no_value(index, last, start)),
                }
            } else {
                match kind {
                    Kind::Question => {
                        questions += 1;
                        wanted = true;
                    }
                    Kind::Colon if questions > 0 => {
                        questions -= 1;
                        wanted = true;
                    }
                    _ if kind.is_infix() => wanted = true,
                    Kind::Dot | Kind::DoubleColon => {
                        let fits = next < end
                            && (matches!(parser.kind(next), Kind::Ident | Kind::Number)
                                || parser.token_text(next) == "*");
                        if !fits {
                            let dot = parser.token_text(index);
                            return Some(self.missing(index, &format!("a name is missing after `{dot}`")));
                        }
                        let more = parser.span(next + 1);
                        if (parser.kind(next), parser.kind(next + 1)) == (Kind::Number, Kind::Ident)
                            && more.lo == parser.span(next).hi
                        {
                            let name = format!("{}{}", parser.token_text(next), parser.token_text(next + 1));
                            let message = format!("`{name}` can't be a name: names begin with a letter");
                            return Some(Diagnostic::error(codes::T0113, parser.span(next).to(more), message));
                        }
                        last = next;
                        index = parser.skip_blank(next + 1, end);
                        continue;
                    }
                    Kind::OpenBracket | Kind::OpenParen
                        if kind == Kind::OpenBracket || parser.kind(last) == Kind::Ident =>
                    {
                        if let Some(diagnostic) = self.after_value(index, last, depth) {
                            return Some(diagnostic);
                        }
                        last = parser.after_group(index).saturating_sub(1);
                        index = parser.skip_blank(parser.after_group(index), end);
                        continue;
                    }
                    _ => return Some(self.no_operator(index, last, start)),
                }
            }
            last = index;
            index = next;
        }
        if wanted {
            let after = parser.token_text(last);
            let before = last.saturating_sub(1);
            if after == "%" && parser.kind(before) == Kind::Number {
                let (span, number) = (parser.span(before).to(parser.span(last)), parser.token_text(before));
                return Some(
                    Diagnostic::error(codes::T0132, span, format!("the percentage `{number}%` stands without quotes"))
                        .with_help("a quantity with a unit stands in quotes")
                        .with_suggestion(span, format!("\"{number}%\"")),
                );
            }
            return Some(self.missing(last, &format!("a value is missing after `{after}`")));
        }
        (questions > 0).then(|| {
            self.missing(last, "`:` and a second value are missing").with_help("write `condition ? value : other`")
        })
    }

    fn missing(&self, at: usize, message: &str) -> Diagnostic {
        let span = self.parser.span(at);
        Diagnostic::error(codes::T0129, span, message).at(span, "the value stops here")
    }

    fn number(&self, index: usize) -> Option<Diagnostic> {
        let (parser, text) = (self.parser, self.parser.token_text(index));
        let next = parser.span(index + 1);
        if parser.kind(index + 1) == Kind::Ident && next.lo == parser.span(index).hi {
            let span = parser.span(index).to(next);
            let rest = parser.token_text(index + 1);
            let error = Diagnostic::error(codes::T0118, span, format!("`{text}{rest}` is not a number"));
            let digits = rest.strip_prefix('_').map(|rest| rest.replace('_', ""));
            return Some(match digits.filter(|d| d.bytes().all(|b| b.is_ascii_digit())) {
                Some(digits) => {
                    error.with_help("digits are not parted by `_`").with_suggestion(span, format!("{text}{digits}"))
                }
                None => error
                    .with_help("a quantity with a unit stands in quotes")
                    .with_suggestion(span, format!("\"{text}{rest}\"")),
            });
        }
        exact(text).is_none().then(|| inexact(parser.span(index), text))
    }

    /// A list, an object, parentheses or a `for`.
    fn group(&self, open: usize, depth: u32) -> Option<Diagnostic> {
        let parser = self.parser;
        let (close, _) = parser.mate(open);
        let first = parser.skip_blank(open + 1, close);
        if parser.token_text(first) == "for" && parser.kind(parser.skip_blank(first + 1, close)) == Kind::Ident {
            return self.for_expr(open, first, close, depth);
        }
        if parser.kind(open) == Kind::OpenParen {
            if first >= close {
                return Some(self.missing(open, "a value is missing between `(` and `)`"));
            }
            return self.value(open + 1, close, depth + 1);
        }
        self.reparsed(open, parser.after_group(open))
    }

    /// An index or the arguments of a call.
    fn after_value(&self, open: usize, last: usize, depth: u32) -> Option<Diagnostic> {
        let parser = self.parser;
        let (close, _) = parser.mate(open);
        if parser.kind(open) == Kind::OpenParen {
            return self.reparsed(last, parser.after_group(open));
        }
        let first = parser.skip_blank(open + 1, close);
        if first >= close {
            return Some(self.missing(open, "an index is missing between `[` and `]`"));
        }
        if parser.token_text(first) == "*" { None } else { self.value(open + 1, close, depth + 1) }
    }

    /// What reading these tokens alone reports.
    fn reparsed(&self, start: usize, end: usize) -> Option<Diagnostic> {
        let parser = self.parser;
        let mut inner = parser.explaining(parser.tokens);
        inner.value(start, end, 1);
        inner.diagnostics.into_iter().next()
    }

    /// `for k, v in collection : key => value... if condition`.
    fn for_expr(&self, open: usize, first: usize, close: usize, depth: u32) -> Option<Diagnostic> {
        let parser = self.parser;
        let wrong = |at: usize, message: &str| {
            let example = if parser.kind(open) == Kind::OpenBrace {
                "write `{for key, value in map : key => value}`"
            } else {
                "write `[for x in list : x.name if x.wanted]`"
            };
            Some(Diagnostic::error(codes::T0130, parser.span(at), message).with_help(example))
        };
        let mut index = parser.skip_blank(first + 1, close);
        while index < close && parser.token_text(index) != "in" {
            if !matches!(parser.kind(index), Kind::Ident | Kind::Comma) {
                break;
            }
            index = parser.skip_blank(index + 1, close);
        }
        if parser.token_text(index) != "in" || index >= close {
            return wrong(first, "`in` is missing in this `for`");
        }
        let collection = index + 1;
        let Some(colon) = self.find(collection, close, |i| parser.kind(i) == Kind::Colon) else {
            return wrong(first, "`:` is missing in this `for`, after what it goes through");
        };
        let condition = self.find(colon + 1, close, |i| parser.token_text(i) == "if").unwrap_or(close);
        let arrow = self.find(colon + 1, condition, |i| parser.kind(i) == Kind::Arrow);
        let found = self.value(collection, colon, depth + 1);
        if found.is_some() {
            return found;
        }
        let mut value = colon + 1;
        match (parser.kind(open), arrow) {
            (Kind::OpenBrace, None) => return wrong(first, "`key => value` is missing in this `for`"),
            (Kind::OpenBracket, Some(arrow)) => return wrong(arrow, "a list has no keys: `=>` belongs in `{for …}`"),
            (_, Some(arrow)) => {
                let found = self.value(colon + 1, arrow, depth + 1);
                if found.is_some() {
                    return found;
                }
                value = arrow + 1;
            }
            _ => {}
        }
        let mut last = condition;
        while last > value && (parser.kind(last - 1).is_comment() || parser.kind(last - 1) == Kind::Newline) {
            last -= 1;
        }
        if parser.kind(open) == Kind::OpenBrace && last > value && parser.kind(last - 1) == Kind::Ellipsis {
            last -= 1;
        }
        let found = self.value(value, last, depth + 1);
        if found.is_some() || condition == close {
            return found;
        }
        self.value(condition + 1, close, depth + 1)
    }

    /// The first token outside brackets and conditions that satisfies `test`.
    fn find(&self, start: usize, end: usize, test: impl Fn(usize) -> bool) -> Option<usize> {
        let (parser, mut index, mut questions) = (self.parser, start, 0_u32);
        while index < end {
            let kind = parser.kind(index);
            if kind == Kind::Colon && questions > 0 {
                questions -= 1;
            } else if test(index) {
                return Some(index);
            } else if kind == Kind::Question {
                questions += 1;
            }
            index = if kind.opens() { parser.after_group(index) } else { index + 1 };
        }
        None
    }

    /// A token where a value should be.
    fn no_value(&self, index: usize, last: usize, start: usize) -> Diagnostic {
        let (span, text) = (self.parser.span(index), self.parser.token_text(index));
        match self.parser.kind(index) {
            Kind::Other => foreign(span, text),
            Kind::Assign => compare(span),
            Kind::Newline | Kind::Comment | Kind::BlockComment => self.missing(last, "a value is missing"),
            _ if index == self.parser.skip_blank(start, index + 1) => {
                Diagnostic::error(codes::T0129, span, format!("a value is missing before `{text}`"))
            }
            _ => {
                let before = self.parser.token_text(last);
                let message = format!("a value is missing between `{before}` and `{text}`");
                Diagnostic::error(codes::T0129, span, message)
            }
        }
    }

    /// A token where an operator or the end should be.
    fn no_operator(&self, index: usize, last: usize, start: usize) -> Diagnostic {
        let parser = self.parser;
        let (span, text) = (parser.span(index), parser.token_text(index));
        let unexpected = |help: &str| {
            let before = parser.token_text(last).lines().next().unwrap_or("");
            Diagnostic::error(codes::T0113, span, format!("`{text}` does not fit after `{before}`")).with_help(help)
        };
        match parser.kind(index) {
            Kind::Other => foreign(span, text),
            Kind::Assign => compare(span),
            Kind::Comma if self.parts_digits(index) => {
                unexpected("digits are not parted by `,`: write them together").with_suggestion(span, "")
            }
            Kind::Comma => unexpected("remove the `,`; several values stand in `[…]`").with_suggestion(span, ""),
            _ if parser.token_text(last) == "if" => unexpected("write `condition ? value : other`"),
            _ if parser.token_text(last) == "not" => {
                unexpected("`!` means not").with_suggestion(parser.span(last).to(Span { hi: span.lo, ..span }), "!")
            }
            Kind::Ident if text == "and" => unexpected("`&&` means and").with_suggestion(span, "&&"),
            Kind::Ident if text == "or" => unexpected("`||` means or").with_suggestion(span, "||"),
            Kind::Colon => unexpected("`:` belongs after `condition ? value`"),
            Kind::Ellipsis => unexpected("`...` stands after the last argument of a call"),
            kind if kind.ends_value() || kind.opens() => {
                if self.in_list(start) {
                    let gap = Span::new(parser.file, parser.span(last).hi, span.lo);
                    let shown = text.lines().next().unwrap_or("");
                    return Diagnostic::error(codes::T0115, span, format!("`,` is missing before `{shown}`"))
                        .with_help("values in a list and arguments of a call are parted by commas")
                        .with_suggestion(gap, ", ");
                }
                unexpected("an operator is missing between them, or a new line")
            }
            _ => unexpected("an operator or the end of the line is expected"),
        }
    }

    /// `4,096`, with nothing between.
    fn parts_digits(&self, comma: usize) -> bool {
        let parser = self.parser;
        let (before, after) = (comma.saturating_sub(1), comma + 1);
        (parser.kind(before), parser.kind(after)) == (Kind::Number, Kind::Number)
            && parser.span(before).hi == parser.span(comma).lo
            && parser.span(comma).hi == parser.span(after).lo
    }

    /// Whether the value that begins at `start` is an element of a list or an argument.
    fn in_list(&self, start: usize) -> bool {
        let before = (0..start).rev().find(|&i| {
            let kind = self.parser.kind(i);
            !kind.is_comment() && kind != Kind::Newline
        });
        before.is_some_and(|i| match self.parser.kind(i) {
            Kind::OpenBracket | Kind::Comma => true,
            Kind::OpenParen => i > 0 && self.parser.kind(i - 1) == Kind::Ident,
            _ => false,
        })
    }
}

fn compare(span: Span) -> Diagnostic {
    Diagnostic::error(codes::T0113, span, "`=` does not fit inside a value")
        .with_help("`==` compares two values")
        .with_suggestion(span, "==")
}
