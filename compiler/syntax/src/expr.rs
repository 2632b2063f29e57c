//! Tokens to values. Literals, references, lists, objects and calls are read from the tokens; what has operators,
//! conditions, templates or `for` goes to `hcl::edit`, one value at a time, so that an error spoils one value only.
//!
//! Must not know what a name refers to.

use tonnage_base::{Decimal, Diagnostic, Span, Symbol, codes::syntax as codes};

use crate::explain;
use crate::lex::{Kind, Token};
use crate::lower::Lowering;
use crate::parse::{MAX_DEPTH, Parser};
use crate::tree::{Expr, ExprKind, Ident, ObjectItem, ObjectKey};

/// Longest chain of `.name` and `[index]`, as of operators.
pub(crate) const MAX_CHAIN: usize = 128;

/// Where a value on one line ends.
pub(crate) struct Line {
    pub(crate) end: usize,
    /// The first line end that an operator reaches over.
    pub(crate) joined: Option<usize>,
}

impl Parser<'_> {
    /// The tokens of an attribute's value: to the end of the line, brackets jumped over, or to where the next
    /// attribute begins. Where the line ends or the next one begins with an operator, both are taken.
    pub(crate) fn line_of_value(&self, start: usize, end: usize) -> Line {
        self.line_until(start, end, false)
    }

    /// The same; in an object a comma and the next quoted key end it, too.
    fn line_until(&self, start: usize, end: usize, in_object: bool) -> Line {
        let (mut index, mut last, mut joined) = (start, Kind::Newline, None);
        while index < end {
            let kind = self.kind(index);
            match kind {
                Kind::Newline => {
                    let next = self.skip_blank(index, end);
                    if !self.continues(last, next, end) {
                        break;
                    }
                    joined = joined.or(Some(index));
                    index = next;
                    continue;
                }
                _ if kind.closes() => break,
                _ if kind.opens() => {
                    index = self.after_group(index).min(end);
                    last = Kind::CloseBrace;
                    continue;
                }
                Kind::Comma if in_object => break,
                Kind::Ident | Kind::String
                    if index > start
                        && (in_object || kind == Kind::Ident)
                        && self.kind(self.skip_inline(index + 1)) == Kind::Assign =>
                {
                    break;
                }
                _ if kind.is_comment() => {}
                _ => last = kind,
            }
            index += 1;
        }
        Line { end: index, joined }
    }

    /// Whether a value goes on in the next line although no bracket is open.
    fn continues(&self, last: Kind, next: usize, end: usize) -> bool {
        if next >= end || last == Kind::Newline {
            return false;
        }
        let open = last.is_infix() || matches!(last, Kind::Not | Kind::Question | Kind::Colon | Kind::Dot);
        let first = self.kind(next);
        let begins_item =
            first == Kind::Ident && matches!(self.kind(next + 1), Kind::Assign | Kind::OpenBrace | Kind::String);
        let goes_on = first.is_infix() || matches!(first, Kind::Question | Kind::Colon | Kind::Dot);
        goes_on || (open && !begins_item && !first.closes())
    }

    /// A value over several lines without brackets around it: wrong, but readable.
    pub(crate) fn joined_value(&mut self, start: usize, end: usize, newline: usize) -> Expr {
        let value = self.value(start, end, 0);
        if !matches!(value.kind, ExprKind::Invalid) {
            let next = self.span(self.skip_blank(newline, end));
            let before = newline.saturating_sub(1);
            let span = self.span(before);
            let text = self.text.get(value.span.lo as usize..value.span.hi as usize).unwrap_or("");
            let mend = format!("({text})");
            self.report(
                Diagnostic::error(codes::T0114, span, "the value does not end on its line")
                    .at(span, "the line ends here")
                    .with_label(next, "it goes on here")
                    .with_help("put parentheses around a value that needs several lines")
                    .with_suggestion(value.span, mend),
            );
        }
        value
    }

    fn invalid(&self, start: usize, end: usize) -> Expr {
        Expr { kind: ExprKind::Invalid, span: self.range(start, end) }
    }

    fn range(&self, start: usize, end: usize) -> Span {
        self.span(start).to(self.span(end.saturating_sub(1).max(start)))
    }

    /// The value that the tokens `start..end` make.
    pub(crate) fn value(&mut self, start: usize, mut end: usize, depth: u32) -> Expr {
        let start = self.skip_blank(start, end);
        while end > start && (self.kind(end - 1).is_comment() || self.kind(end - 1) == Kind::Newline) {
            end -= 1;
        }
        let span = self.range(start, end);
        if depth > MAX_DEPTH {
            self.too_deep(span);
            return self.invalid(start, end);
        }
        let whole = |open: usize| {
            let (mate, closed) = self.mate(open);
            closed && mate + 1 == end
        };
        let kind = match (end.saturating_sub(start), self.kind(start)) {
            (1, Kind::Ident) => self.name(start),
            (1, Kind::String) => ExprKind::String(Symbol::new(unquoted(self.token_text(start)))),
            (1, Kind::Number) => self.number(start, false),
            (2, Kind::Minus) if self.kind(start + 1) == Kind::Number => self.number(start + 1, true),
            (_, Kind::Ident) if self.kind(start + 1) == Kind::OpenParen && whole(start + 1) => {
                self.call(start, end - 1, depth)
            }
            (_, Kind::Ident) => match self.reference(start, end) {
                Some(expr) => return expr,
                None => return self.leaf(start, end),
            },
            (_, Kind::OpenBracket) if whole(start) && !self.is_for(start + 1, end) => {
                ExprKind::List(self.elements(start + 1, end - 1, depth).0)
            }
            (_, Kind::OpenBrace) if whole(start) && !self.is_for(start + 1, end) => {
                ExprKind::Object(self.items(start + 1, end - 1, depth))
            }
            (n, Kind::OpenParen) if n > 2 && whole(start) => {
                ExprKind::Paren(Box::new(self.value(start + 1, end - 1, depth + 1)))
            }
            _ => return self.leaf(start, end),
        };
        Expr { kind, span }
    }

    fn name(&self, index: usize) -> ExprKind {
        match self.token_text(index) {
            "null" => ExprKind::Null,
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            name => ExprKind::Variable(Symbol::new(name)),
        }
    }

    fn number(&mut self, index: usize, negative: bool) -> ExprKind {
        match exact(self.token_text(index)) {
            Some(number) => ExprKind::Number(if negative { -number } else { number }),
            None => {
                let diagnostic = explain::inexact(self.span(index), self.token_text(index));
                self.report(diagnostic);
                ExprKind::Invalid
            }
        }
    }

    fn is_for(&self, start: usize, end: usize) -> bool {
        let first = self.skip_blank(start, end);
        let next = self.skip_blank(first + 1, end);
        self.token_text(first) == "for" && self.kind(next) == Kind::Ident
    }

    /// `a.b.c`, names only.
    fn reference(&mut self, start: usize, end: usize) -> Option<Expr> {
        let steps = (end - start - 1) / 2;
        let plain = |i: usize| self.kind(start + 1 + 2 * i) == Kind::Dot && self.kind(start + 2 + 2 * i) == Kind::Ident;
        let root = self.name(start);
        if (end - start).is_multiple_of(2)
            || steps > MAX_CHAIN
            || !matches!(root, ExprKind::Variable(_))
            || !(0..steps).all(plain)
        {
            return None;
        }
        let mut expr = Expr { kind: root, span: self.span(start) };
        for i in 0..steps {
            let name = self.ident(start + 2 + 2 * i);
            let span = expr.span.to(name.span);
            expr = Expr { kind: ExprKind::Attribute(Box::new(expr), name), span };
        }
        Some(expr)
    }

    fn call(&mut self, name: usize, close: usize, depth: u32) -> ExprKind {
        let ident = self.ident(name);
        let (arguments, expand_last) = self.elements(name + 2, close, depth);
        ExprKind::Call { name: ident, arguments, expand_last }
    }

    /// Values between commas, over any number of lines; and whether `...` follows the last.
    fn elements(&mut self, start: usize, end: usize, depth: u32) -> (Vec<Expr>, bool) {
        let mut elements = Vec::new();
        let mut expand = false;
        let mut from = self.skip_blank(start, end);
        while from < end {
            let mut to = from;
            while to < end && self.kind(to) != Kind::Comma {
                to = if self.kind(to).opens() { self.after_group(to).min(end) } else { to + 1 };
            }
            let mut last = to;
            while last > from && (self.kind(last - 1).is_comment() || self.kind(last - 1) == Kind::Newline) {
                last -= 1;
            }
            if self.kind(last.saturating_sub(1)) == Kind::Ellipsis && last > from + 1 && to == end {
                expand = self.kind(start.saturating_sub(1)) == Kind::OpenParen;
                last -= usize::from(expand);
            }
            if last == from {
                let span = self.span(to);
                let diagnostic = Diagnostic::error(codes::T0113, span, "a value is missing before `,`");
                self.report(diagnostic.with_help("remove the `,`"));
            } else {
                elements.push(self.value(from, last, depth + 1));
            }
            from = self.skip_blank(to + 1, end);
        }
        (elements, expand)
    }

    /// The items of an object: parted by commas or line ends.
    fn items(&mut self, start: usize, end: usize, depth: u32) -> Vec<ObjectItem> {
        let mut items: Vec<ObjectItem> = Vec::new();
        let mut seen = crate::keys::Keys::default();
        let mut from = self.skip_blank(start, end);
        while from < end {
            let mut separator = from;
            while separator < end
                && !matches!(self.kind(separator), Kind::Assign | Kind::Colon | Kind::Comma | Kind::Newline)
            {
                let open = self.kind(separator).opens();
                separator = if open { self.after_group(separator).min(end) } else { separator + 1 };
            }
            if separator >= end || !matches!(self.kind(separator), Kind::Assign | Kind::Colon) || separator == from {
                self.not_an_item(from, separator.min(end), end);
                from = self.skip_blank((separator + 1).max(from + 1), end);
                continue;
            }
            let key = self.key(from, separator, depth);
            let value_start = self.skip_inline(separator + 1);
            let Line { end: value_end, joined } = self.line_until(value_start, end, true);
            let value = if self.skip_blank(value_start, value_end) >= value_end {
                let span = self.span(separator);
                self.report(Diagnostic::error(codes::T0108, span, "the value is missing").at(span, "of this key"));
                Expr { kind: ExprKind::Invalid, span }
            } else if let Some(newline) = joined {
                self.joined_value(value_start, value_end, newline)
            } else {
                self.value(value_start, value_end, depth + 1)
            };
            if let ObjectKey::Name(name) = &key
                && let Some(first) = seen.add(*name, &items)
            {
                let diagnostic = explain::key_twice(*name, first);
                self.report(diagnostic);
            } else {
                items.push(ObjectItem { key, value });
            }
            from = self.next_item(value_end, end);
        }
        items
    }

    fn next_item(&mut self, after: usize, end: usize) -> usize {
        let next = self.skip_inline(after);
        match self.kind(next) {
            _ if next >= end => end,
            Kind::Comma => self.skip_blank(next + 1, end),
            Kind::Newline | Kind::Comment => {
                let next = self.skip_blank(next, end);
                if self.kind(next) == Kind::Comma && next < end { self.skip_blank(next + 1, end) } else { next }
            }
            _ => {
                let (span, text) = (self.span(next), self.token_text(next));
                let gap = Span::new(self.file, self.span(after.saturating_sub(1)).hi, span.lo);
                let message = format!("`,` is missing before `{text}`");
                self.report(
                    Diagnostic::error(codes::T0115, span, message)
                        .with_help("items of an object are parted by commas or by new lines")
                        .with_suggestion(gap, ", "),
                );
                next
            }
        }
    }

    /// Something in an object that has no `key =`.
    fn not_an_item(&mut self, from: usize, to: usize, end: usize) {
        if (from..to).any(|i| self.kind(i) == Kind::Broken) {
            return;
        }
        let span = self.range(from, to);
        let text = self.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        let text = text.lines().next().unwrap_or("").trim();
        let message = match self.kind(from) {
            Kind::Comma => "a key is missing before `,`".to_owned(),
            Kind::Assign | Kind::Colon => format!("a key is missing before `{}`", self.token_text(from)),
            Kind::OpenBrace => "an object's item needs a key".to_owned(),
            _ if to < end || from < to => format!("`{text}` is not an item of an object"),
            _ => "this is not an item of an object".to_owned(),
        };
        self.report(Diagnostic::error(codes::T0116, span, message).with_help("write `key = value`"));
    }

    fn key(&mut self, from: usize, to: usize, depth: u32) -> ObjectKey {
        let mut last = to;
        while last > from && self.kind(last - 1).is_comment() {
            last -= 1;
        }
        if last == from + 1 && self.kind(from) == Kind::Ident {
            return ObjectKey::Name(self.ident(from));
        }
        let value = self.value(from, last, depth + 1);
        match value.kind {
            ExprKind::String(name) => ObjectKey::Name(Ident { name, span: value.span }),
            _ => ObjectKey::Expr(value),
        }
    }

    /// A value for `hcl::edit`.
    fn leaf(&mut self, start: usize, end: usize) -> Expr {
        let tokens = self.tokens.get(start..end).unwrap_or(&[]);
        if tokens.is_empty() || self.is_spoiled(start, end) {
            return self.invalid(start, end);
        }
        let span = self.range(start, end);
        let text = self.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        // Newlines inside brackets are its own affair; outside they need parentheses.
        let wrapped;
        let (source, shift) = if self.has_bare_newline(start, end) {
            wrapped = format!("({text}\n)");
            (wrapped.as_str(), 1)
        } else {
            (text, 0)
        };
        match hcl::edit::parser::parse_expr(source) {
            Ok(parsed) => {
                let lowering = Lowering::new(self.file, self.text, span, shift);
                let (expr, diagnostics) = lowering.run(&parsed);
                for diagnostic in diagnostics {
                    self.report(diagnostic);
                }
                expr
            }
            Err(error) => {
                let at = (span.lo as usize + error.location().offset()).saturating_sub(shift);
                let diagnostic = explain::Mistake { parser: self, start, end, at, message: error.message() }.explain();
                self.report(diagnostic);
                self.invalid(start, end)
            }
        }
    }

    fn has_bare_newline(&self, start: usize, end: usize) -> bool {
        let mut index = start;
        while index < end {
            match self.kind(index) {
                Kind::Newline | Kind::Comment => return true,
                kind if kind.opens() => index = self.after_group(index),
                _ => index += 1,
            }
        }
        false
    }

    /// Whether something in it is unclosed and so reported already.
    fn is_spoiled(&self, start: usize, end: usize) -> bool {
        (start..end).any(|i| match self.kind(i) {
            Kind::Broken => true,
            kind if kind.opens() => !self.mate(i).1,
            kind if kind.closes() => self.tokens.get(i).is_none_or(|t: &Token| t.mate == crate::lex::NONE),
            _ => false,
        })
    }
}

/// A quoted string's inside.
pub(crate) fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

/// A number as written, exactly; none where it has more than 28 digits.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    if text.len() < 19
        && let Ok(whole) = text.parse::<u64>()
    {
        return Some(Decimal::from(whole));
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    // Zeros that say nothing must not count as digits.
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let mantissa = match mantissa.trim_start_matches('0') {
        "" => "0",
        rest if rest.starts_with('.') => mantissa.get(mantissa.len() - rest.len() - 1..)?,
        rest => rest,
    };
    let number = Decimal::from_str_exact(mantissa).ok()?;
    if exponent == 0 || number.is_zero() {
        return Some(number);
    }
    let power = |n: u64| (0..n.min(64)).try_fold(Decimal::ONE, |power, _| power.checked_mul(Decimal::TEN));
    if exponent > 0 {
        return Some(number.checked_mul(power(exponent.unsigned_abs())?)?.normalize());
    }
    let scale = i64::from(number.scale()).checked_sub(exponent)?;
    let scale = u32::try_from(scale).ok().filter(|scale| *scale <= 28)?;
    Decimal::try_from_i128_with_scale(number.mantissa(), scale).ok()
}
