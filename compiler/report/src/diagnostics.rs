//! Diagnostics for people (miette's drawing), for machines (JSON) and for editors (one line each).
//!
//! Must not know what any code means.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use serde::Serialize;
use tonnage_base::{Diagnostic, FileId, Severity, SourceMap, Span};

use crate::style::Style;

/// Errors that are drawn in one go. More are no help on a screen; `-json` has all of them.
const MOST: usize = 100;

/// Bytes of a line from which on only what stands around the mistake is drawn.
const LONG_LINE: usize = 400;

/// A text with its name. Of a very long line it shows what is near.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: Arc<str>,
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = self.text.read_span(span, before, after)?;
        let (mut data, mut at, mut column) = (whole.data(), *whole.span(), whole.column());
        if data.split(|byte| *byte == b'\n').any(|line| line.len() > LONG_LINE) {
            let edge = |at: usize| self.text.floor_char_boundary(at);
            let start = edge(span.offset());
            let above = self.text.get(..start).unwrap_or_default();
            let line_start = above.rfind('\n').map_or(0, |at| at + 1);
            let end = edge(start + span.len().min(LONG_LINE));
            let below = self.text.get(end..).unwrap_or_default();
            let line_end = end + below.find('\n').unwrap_or(below.len());
            let (lo, hi) = (edge(start.saturating_sub(30).max(line_start)), edge((end + 30).min(line_end)));
            column = lo - line_start;
            let line = above.matches('\n').count();
            data = self.text.as_bytes().get(lo..hi).unwrap_or_default();
            at = (lo, hi - lo).into();
            let contents = MietteSpanContents::new_named(self.name.clone(), data, at, line, column, 1);
            return Ok(Box::new(contents.with_language("hcl")));
        }
        let contents =
            MietteSpanContents::new_named(self.name.clone(), data, at, whole.line(), column, whole.line_count());
        Ok(Box::new(contents.with_language("hcl")))
    }
}

/// The texts of files, each held once however many mistakes it has.
struct Texts<'a> {
    sources: &'a SourceMap,
    held: HashMap<FileId, Source>,
}

impl Texts<'_> {
    fn of(&mut self, span: Span) -> Option<Source> {
        let file = self.sources.file(span.file)?;
        let source = self
            .held
            .entry(span.file)
            .or_insert_with(|| Source { name: file.name.clone(), text: Arc::from(file.text.as_str()) });
        Some(source.clone())
    }
}

/// One diagnostic as miette draws it.
struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<Source>,
    labels: Vec<LabeledSpan>,
    related: Vec<Elsewhere>,
}

/// A label in another file than the primary one.
struct Elsewhere {
    text: String,
    source: Source,
    label: LabeledSpan,
}

impl<'a> Drawn<'a> {
    fn new(diagnostic: &'a Diagnostic, texts: &mut Texts<'_>) -> Self {
        let label = |span: Span, text: &str| {
            let length = span.hi.saturating_sub(span.lo) as usize;
            LabeledSpan::new((!text.is_empty()).then(|| text.to_owned()), span.lo as usize, length)
        };
        let mut labels = Vec::new();
        let mut related = Vec::new();
        let primary = diagnostic.primary.as_ref();
        if let Some(primary) = primary {
            labels.push(label(primary.span, &primary.text));
        }
        for other in &diagnostic.secondary {
            if primary.is_some_and(|p| p.span.file == other.span.file) {
                labels.push(label(other.span, &other.text));
            } else if let Some(source) = texts.of(other.span) {
                related.push(Elsewhere { text: other.text.clone(), source, label: label(other.span, "") });
            }
        }
        Self { diagnostic, source: primary.and_then(|p| texts.of(p.span)), labels, related }
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.diagnostic.code.id))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }
    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_ref().map(|source| source as &dyn miette::SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn miette::Diagnostic> + 'b>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|other| other as &dyn miette::Diagnostic)))
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Elsewhere {}

impl miette::Diagnostic for Elsewhere {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

/// Drawn for people, each with its lines of source.
pub fn draw(diagnostics: &[Diagnostic], sources: &SourceMap, style: Style) -> String {
    let theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width.max(40))
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    let texts = &mut Texts { sources, held: HashMap::new() };
    for diagnostic in diagnostics.iter().take(MOST) {
        let mut one = String::new();
        if handler.render_report(&mut one, &Drawn::new(diagnostic, texts)).is_err() {
            one = short_line(diagnostic, sources);
        }
        for line in one.trim_matches('\n').lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    if let Some(more) = diagnostics.len().checked_sub(MOST).filter(|more| *more > 0) {
        out.push_str(&format!("…and {more} more: mend these first; `-json` lists all\n\n"));
    }
    out
}

/// `file:line:column: error[T0204]: message`, a line each, for editors and for logs.
pub fn short(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics.iter().map(|d| short_line(d, sources) + "\n").collect()
}

fn short_line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let place = diagnostic.primary.as_ref().and_then(|label| {
        let file = sources.file(label.span.file)?;
        let (line, column) = file.line_column(label.span.lo);
        Some(format!("{}:{line}:{column}: ", file.name))
    });
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
    format!(
        "{}{}[{}]: {}{help}",
        place.unwrap_or_default(),
        severity(diagnostic.severity),
        diagnostic.code.id,
        diagnostic.message
    )
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A diagnostic as machines read it; part of every command's `-json` output.
#[derive(Serialize, Debug)]
pub struct JsonDiagnostic {
    /// `T0204`.
    pub code: &'static str,
    /// `error`, `warning`, `note`.
    pub severity: &'static str,
    /// One sentence.
    pub summary: String,
    /// Where; null where it has no place in a file.
    pub range: Option<JsonRange>,
    /// Other places.
    pub related: Vec<JsonRelated>,
    /// What to do.
    pub help: Option<String>,
    /// Mends.
    pub suggestions: Vec<JsonSuggestion>,
}

/// A range; lines and columns count from 1, bytes from 0.
#[derive(Serialize, Debug)]
#[expect(missing_docs, reason = "their names say it")]
pub struct JsonRange {
    pub filename: String,
    pub start: JsonPosition,
    pub end: JsonPosition,
}

/// A position.
#[derive(Serialize, Debug)]
#[expect(missing_docs, reason = "their names say it")]
pub struct JsonPosition {
    pub line: u32,
    pub column: u32,
    pub byte: u32,
}

/// Another place, with words.
#[derive(Serialize, Debug)]
#[expect(missing_docs, reason = "their names say it")]
pub struct JsonRelated {
    pub range: Option<JsonRange>,
    pub text: String,
}

/// Text to put in place of a range.
#[derive(Serialize, Debug)]
#[expect(missing_docs, reason = "their names say it")]
pub struct JsonSuggestion {
    pub range: Option<JsonRange>,
    pub replacement: String,
}

/// Diagnostics for machines.
pub fn to_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<JsonDiagnostic> {
    let range = |span: Span| {
        let file = sources.file(span.file)?;
        let position = |byte: u32| {
            let (line, column) = file.line_column(byte);
            JsonPosition { line, column, byte }
        };
        Some(JsonRange { filename: file.name.clone(), start: position(span.lo), end: position(span.hi) })
    };
    diagnostics
        .iter()
        .map(|d| JsonDiagnostic {
            code: d.code.id,
            severity: severity(d.severity),
            summary: d.message.clone(),
            range: d.primary.as_ref().and_then(|label| range(label.span)),
            related: d
                .secondary
                .iter()
                .map(|label| JsonRelated { range: range(label.span), text: label.text.clone() })
                .collect(),
            help: d.help.clone(),
            suggestions: d
                .suggestions
                .iter()
                .map(|s| JsonSuggestion { range: range(s.span), replacement: s.replacement.clone() })
                .collect(),
        })
        .collect()
}
