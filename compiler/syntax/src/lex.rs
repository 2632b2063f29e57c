//! Text to tokens: what brackets, strings, heredocs and comments are, at some hundred megabytes a second.
//!
//! Loses nothing but blanks: tokens hold every other byte of the text. Must not know what an expression or a block is.
//! A quoted string or a heredoc is one token, whatever is nested in its templates. Iterative: nesting costs no stack.

use tonnage_base::{Diagnostic, FileId, Span, codes::syntax as codes};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `\n` with the `\r` before it.
    Newline,
    /// `# …` and `// …`, without the line end.
    Comment,
    /// `/* … */`.
    BlockComment,
    /// A name.
    Ident,
    /// Digits, decimals, exponent; no sign.
    Number,
    /// A quoted string without escapes and templates: its value is its text.
    String,
    /// A quoted string with escapes or templates.
    Template,
    /// From `<<` to the end of its closing delimiter.
    Heredoc,
    /// Something that is never closed; reported already.
    Broken,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `=`
    Assign,
    /// `=>`
    Arrow,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `?`
    Question,
    /// `-`, prefix or infix.
    Minus,
    /// `!`
    Not,
    /// Every other infix operator.
    Operator,
    /// A character that has no place in the language.
    Other,
}

/// No mate.
pub(crate) const NONE: u32 = u32::MAX;

/// A token: a byte range, and for brackets the index of the other one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) lo: u32,
    pub(crate) hi: u32,
    /// Of an opening bracket: the index at which its inside ends. Of a closing one: its opening one, or [`NONE`].
    pub(crate) mate: u32,
}

impl Kind {
    /// Opening brackets.
    pub(crate) const fn opens(self) -> bool {
        matches!(self, Self::OpenBrace | Self::OpenBracket | Self::OpenParen)
    }
    /// Closing brackets.
    pub(crate) const fn closes(self) -> bool {
        matches!(self, Self::CloseBrace | Self::CloseBracket | Self::CloseParen)
    }
    /// Comments of both kinds.
    pub(crate) const fn is_comment(self) -> bool {
        matches!(self, Self::Comment | Self::BlockComment)
    }
    /// Whether a value may end with it.
    pub(crate) const fn ends_value(self) -> bool {
        matches!(
            self,
            Self::Ident
                | Self::Number
                | Self::String
                | Self::Template
                | Self::Heredoc
                | Self::Broken
                | Self::CloseBrace
                | Self::CloseBracket
                | Self::CloseParen
        )
    }
    /// Whether it stands between two values.
    pub(crate) const fn is_infix(self) -> bool {
        matches!(self, Self::Operator | Self::Minus)
    }
}

impl Token {
    /// Its text.
    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.lo as usize..self.hi as usize).unwrap_or("")
    }
}

/// Mistakes told of one file. More of them are one mistake, and must not cost memory.
pub(crate) const MAX_ERRORS: usize = 20;

/// How often something unclosed may send the scanner to the end of the file; a file with more of them is read line by
/// line from there on, so that scanning stays linear.
const FAR_SEARCHES: u32 = 8;

/// All tokens of `text`, and what is unclosed.
pub(crate) fn lex(file: FileId, text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    lex_range(file, text, start, text.len())
}

/// The tokens of a part of `text`; their places are those in the whole.
pub(crate) fn lex_range(file: FileId, text: &str, lo: usize, hi: usize) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer::over(file, text.get(..hi).unwrap_or(text));
    lexer.at = lo;
    lexer.tokens.reserve(hi.saturating_sub(lo) / 5);
    lexer.run();
    (lexer.tokens, lexer.diagnostics)
}

/// One past the `}` that closes the `${` or `%{` at `at`; the end of the text where none does.
pub(crate) fn code_end(text: &str, at: usize) -> usize {
    let mut lexer = Lexer::over(FileId(0), text);
    lexer.template(at + 2, Frame::Code(at, 0), &mut true).unwrap_or(text.len())
}

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    /// Index of the first token of the current line.
    line_start: usize,
    diagnostics: Vec<Diagnostic>,
    far: u32,
}

/// A nesting level of a template.
enum Frame {
    /// Inside `"…"`.
    Quote,
    /// Inside a heredoc with this delimiter.
    Heredoc(std::ops::Range<usize>),
    /// Inside `${…}` or `%{…}` that opens here, with so many braces open.
    Code(usize, u32),
}

/// Where and why a template does not end.
struct Unclosed {
    /// The `${` that is not closed, if it is one.
    code: Option<usize>,
}

pub(crate) const fn is_ident_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || b >= 0x80
}

/// Characters outside ASCII that are no letters: blanks, quotation marks, dashes, control characters.
fn is_foreign(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{2000}'..='\u{206f}' | '\u{feff}' | '\u{fffd}' | '«' | '»')
}

impl<'a> Lexer<'a> {
    fn over(file: FileId, text: &'a str) -> Self {
        let bytes = text.as_bytes();
        Self { file, text, bytes, at: 0, tokens: Vec::new(), line_start: 0, diagnostics: Vec::new(), far: FAR_SEARCHES }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MAX_ERRORS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn push(&mut self, kind: Kind, end: usize) {
        let (lo, hi) = (offset(self.at), offset(end));
        self.tokens.push(Token { kind, lo, hi, mate: NONE });
        self.at = end;
    }

    fn span(&self, lo: usize, hi: usize) -> Span {
        Span::new(self.file, offset(lo), offset(hi))
    }

    fn run(&mut self) {
        while let Some(&b) = self.bytes.get(self.at) {
            match b {
                b' ' | b'\t' => self.at += 1,
                b'\r' if self.byte(self.at + 1) == b'\n' => {
                    self.push(Kind::Newline, self.at + 2);
                    self.line_start = self.tokens.len();
                }
                b'\r' => self.at += 1,
                b'\n' => {
                    self.push(Kind::Newline, self.at + 1);
                    self.line_start = self.tokens.len();
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.ident(),
                b'0'..=b'9' => self.number(),
                b'"' => self.quoted(),
                _ => self.punctuation(b),
            }
        }
    }

    fn ident(&mut self) {
        let mut end = self.at;
        while let Some(&b) = self.bytes.get(end) {
            if b < 0x80 {
                if !is_ident_byte(b) {
                    break;
                }
                end += 1;
            } else {
                let Some(c) = self.text.get(end..).and_then(|rest| rest.chars().next()) else { break };
                if is_foreign(c) {
                    if end == self.at {
                        self.push(Kind::Other, end + c.len_utf8());
                        return;
                    }
                    break;
                }
                end += c.len_utf8();
            }
        }
        self.push(Kind::Ident, end);
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    }

    fn number(&mut self) {
        let mut end = self.digits(self.at);
        if self.byte(end) == b'.' && self.byte(end + 1).is_ascii_digit() {
            end = self.digits(end + 1);
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let signed = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            if self.byte(end + 1 + signed).is_ascii_digit() {
                end = self.digits(end + 1 + signed);
            }
        }
        self.push(Kind::Number, end);
    }

    fn punctuation(&mut self, b: u8) {
        let next = self.byte(self.at + 1);
        let (kind, length) = match (b, next) {
            (b'{', _) => (Kind::OpenBrace, 1),
            (b'}', _) => (Kind::CloseBrace, 1),
            (b'[', _) => (Kind::OpenBracket, 1),
            (b']', _) => (Kind::CloseBracket, 1),
            (b'(', _) => (Kind::OpenParen, 1),
            (b')', _) => (Kind::CloseParen, 1),
            (b',', _) => (Kind::Comma, 1),
            (b'=', b'=') => (Kind::Operator, 2),
            (b'=', b'>') => (Kind::Arrow, 2),
            (b'=', _) => (Kind::Assign, 1),
            (b'.', b'.') if self.byte(self.at + 2) == b'.' => (Kind::Ellipsis, 3),
            (b'.', _) => (Kind::Dot, 1),
            (b':', b':') => (Kind::DoubleColon, 2),
            (b':', _) => (Kind::Colon, 1),
            (b'?', _) => (Kind::Question, 1),
            (b'#', _) | (b'/', b'/') => return self.comment(),
            (b'/', b'*') => return self.block_comment(),
            (b'<', b'<') if self.heredoc_marker(self.at).is_some() => return self.heredoc(),
            (b'!', b'=') | (b'<' | b'>', b'=') | (b'&', b'&') | (b'|', b'|') => (Kind::Operator, 2),
            (b'!', _) => (Kind::Not, 1),
            (b'-', _) => (Kind::Minus, 1),
            (b'+' | b'*' | b'/' | b'%' | b'<' | b'>', _) => (Kind::Operator, 1),
            _ => (Kind::Other, 1),
        };
        self.push(kind, self.at + length);
    }

    /// The end of the line at `at`, before its line end.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        let end = rest.iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |n| at + n);
        if end > at && self.byte(end - 1) == b'\r' { end - 1 } else { end }
    }

    fn comment(&mut self) {
        let end = self.line_end(self.at);
        self.push(Kind::Comment, end);
    }

    fn block_comment(&mut self) {
        match self.text.get(self.at + 2..).and_then(|rest| rest.find("*/")) {
            Some(length) => self.push(Kind::BlockComment, self.at + 2 + length + 2),
            None => {
                let span = self.span(self.at, self.at + 2);
                self.report(
                    Diagnostic::error(codes::T0105, span, "this comment is never closed")
                        .at(span, "`/*` opens here")
                        .with_help("close it with `*/`, or begin each line with `#`"),
                );
                self.push(Kind::Broken, self.bytes.len());
            }
        }
    }

    fn quoted(&mut self) {
        let mut plain = true;
        match self.template(self.at + 1, Frame::Quote, &mut plain) {
            Ok(end) => self.push(if plain { Kind::String } else { Kind::Template }, end),
            Err(unclosed) => {
                let end = self.broken_end();
                let line_end = self.line_end(self.at);
                let diagnostic = match unclosed.code {
                    Some(code) => self.unclosed_code(code),
                    None => {
                        let span = self.span(self.at, end.max(self.at + 1));
                        Diagnostic::error(codes::T0101, span, "this string is never closed")
                            .at(self.span(self.at, self.at + 1), "`\"` opens here")
                            .with_help("close it with `\"` on the same line; text over several lines is written `<<-EOT` … `EOT`")
                            .with_suggestion(self.span(end, end), "\"")
                    }
                };
                self.report(diagnostic);
                self.push(Kind::Broken, end.min(line_end));
            }
        }
    }

    fn unclosed_code(&self, code: usize) -> Diagnostic {
        let opener = if self.byte(code) == b'%' { "%{" } else { "${" };
        Diagnostic::error(codes::T0106, self.span(code, code + 2), format!("this `{opener}` is never closed"))
            .with_help(format!("close it with `}}`; for the text `{opener}` itself write `{}{opener}`", &opener[..1]))
    }

    /// Where an unclosed string at the current place is taken to end: at the end of its line; in a block's header
    /// before the `{` at the end of the line, so that the block is seen.
    fn broken_end(&self) -> usize {
        let end = self.line_end(self.at);
        let line = self.text.get(self.at..end).unwrap_or("");
        let before = self.tokens.get(self.line_start..).unwrap_or(&[]);
        let header = before.first().is_some_and(|t| t.kind == Kind::Ident)
            && before.iter().all(|t| matches!(t.kind, Kind::Ident | Kind::String));
        match line.trim_end().strip_suffix('{') {
            Some(label) if header => self.at + label.trim_end().len(),
            _ => self.at + line.trim_end().len(),
        }
    }

    /// The delimiter of a heredoc whose `<<` is at `at`.
    fn heredoc_marker(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let start = at + 2 + usize::from(self.byte(at + 2) == b'-');
        let mut end = start;
        while is_ident_byte(self.byte(end)) {
            end += 1;
        }
        let first = self.byte(start);
        let named = first.is_ascii_alphabetic() || first == b'_' || first >= 0x80;
        let mut after = end;
        while matches!(self.byte(after), b' ' | b'\t' | b'\r') {
            after += 1;
        }
        let last = after >= self.bytes.len() || self.byte(after) == b'\n';
        (named && last).then_some(start..end)
    }

    fn heredoc(&mut self) {
        let Some(delimiter) = self.heredoc_marker(self.at) else { return self.push(Kind::Other, self.at + 2) };
        let body = self.line_end(delimiter.end);
        let unclosed = if self.far == 0 {
            Unclosed { code: None }
        } else {
            match self.template(body, Frame::Heredoc(delimiter.clone()), &mut true) {
                Ok(end) => return self.push(Kind::Heredoc, end),
                Err(unclosed) => unclosed,
            }
        };
        self.far = self.far.saturating_sub(1);
        if let Some(code) = unclosed.code {
            let diagnostic = self.unclosed_code(code);
            self.report(diagnostic);
            if let Some(end) = self.plain_heredoc_end(body, &delimiter) {
                return self.push(Kind::Broken, end);
            }
        } else {
            let span = self.span(self.at, delimiter.end);
            let name = self.text.get(delimiter).unwrap_or("");
            self.report(
                Diagnostic::error(codes::T0102, span, "this heredoc is never closed")
                    .at(span, "opens here")
                    .with_help(format!("close it with `{name}` at the beginning of a line")),
            );
        }
        let end = self.next_block(body);
        self.push(Kind::Broken, end);
    }

    /// The end of a heredoc, templates not regarded.
    fn plain_heredoc_end(&self, body: usize, delimiter: &std::ops::Range<usize>) -> Option<usize> {
        let mut at = body;
        while at < self.bytes.len() {
            if self.byte(at) == b'\n'
                && let Some(end) = self.closes_heredoc(at + 1, delimiter)
            {
                return Some(end);
            }
            at += 1;
        }
        None
    }

    /// Whether the line that begins at `at` closes the heredoc, and where its delimiter ends.
    fn closes_heredoc(&self, mut at: usize, delimiter: &std::ops::Range<usize>) -> Option<usize> {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        let end = at + delimiter.len();
        let same = self.bytes.get(at..end)? == self.bytes.get(delimiter.clone())?;
        (same && !is_ident_byte(self.byte(end))).then_some(end)
    }

    /// Before the line end ahead of the next line that closes or opens a block at the left margin; the end of the file
    /// where there is none.
    fn next_block(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(length) = self.text.get(at..).and_then(|rest| rest.find('\n')) {
            let start = at + length + 1;
            let line = self.text.get(start..self.line_end(start)).unwrap_or("");
            let opens = line.starts_with(|c: char| c.is_ascii_lowercase()) && line.trim_end().ends_with('{');
            if line.starts_with('}') || (opens && !line.contains('=')) {
                let end = at + length;
                return if self.byte(end.saturating_sub(1)) == b'\r' { end - 1 } else { end };
            }
            at = start;
        }
        self.bytes.len()
    }

    /// Scans from `at`, inside `outer`, to the end of `outer`. `plain` becomes false at the first escape or template.
    fn template(&mut self, mut at: usize, outer: Frame, plain: &mut bool) -> Result<usize, Unclosed> {
        let mut frames = vec![outer];
        let fail = |frames: &[Frame]| {
            let code = frames.iter().rev().find_map(|f| if let Frame::Code(open, _) = f { Some(*open) } else { None });
            Err(Unclosed { code })
        };
        while let Some(frame) = frames.last_mut() {
            let Some(&b) = self.bytes.get(at) else {
                self.far = self.far.saturating_sub(1);
                return fail(&frames);
            };
            let next = self.byte(at + 1);
            match frame {
                Frame::Quote => match b {
                    b'"' => {
                        frames.pop();
                        at += 1;
                    }
                    b'\\' => {
                        *plain = false;
                        at += if matches!(next, b'\n' | b'\r') { 1 } else { 2 };
                    }
                    b'\n' => return fail(&frames),
                    b'$' | b'%' => at = self.marker(at, &mut frames, plain),
                    _ => at += 1,
                },
                Frame::Heredoc(delimiter) => match b {
                    b'\n' => match self.closes_heredoc(at + 1, delimiter) {
                        Some(end) => {
                            frames.pop();
                            at = end;
                        }
                        None => at += 1,
                    },
                    b'$' | b'%' => at = self.marker(at, &mut frames, plain),
                    _ => at += 1,
                },
                Frame::Code(_, depth) => match (b, next) {
                    (b'{', _) => {
                        *depth += 1;
                        at += 1;
                    }
                    (b'}', _) if *depth > 0 => {
                        *depth -= 1;
                        at += 1;
                    }
                    (b'}', _) => {
                        frames.pop();
                        at += 1;
                    }
                    (b'"', _) => {
                        frames.push(Frame::Quote);
                        at += 1;
                    }
                    (b'#', _) | (b'/', b'/') => at = self.line_end(at),
                    (b'/', b'*') if self.far == 0 => return fail(&frames),
                    (b'/', b'*') => {
                        let Some(length) = self.text.get(at + 2..).and_then(|rest| rest.find("*/")) else {
                            self.far = self.far.saturating_sub(1);
                            return fail(&frames);
                        };
                        at += 2 + length + 2;
                    }
                    (b'<', b'<') if self.far > 0 => match self.heredoc_marker(at) {
                        Some(delimiter) => {
                            at = self.line_end(delimiter.end);
                            frames.push(Frame::Heredoc(delimiter));
                        }
                        None => at += 2,
                    },
                    (b'\n', _) if self.far == 0 => return fail(&frames),
                    _ => at += 1,
                },
            }
        }
        Ok(at.min(self.bytes.len()))
    }

    /// Past a `$` or `%` at `at`: plain, escaped (`$${`), or the opening of code.
    fn marker(&self, at: usize, frames: &mut Vec<Frame>, plain: &mut bool) -> usize {
        let (b, next) = (self.byte(at), self.byte(at + 1));
        if next == b && self.byte(at + 2) == b'{' {
            *plain = false;
            at + 3
        } else if next == b'{' {
            *plain = false;
            frames.push(Frame::Code(at, 0));
            at + 2
        } else {
            at + 1
        }
    }
}

/// A byte position. Files that do not fit were refused before.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
