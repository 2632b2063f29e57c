//! Diagnostics for people (miette's drawing), for machines (JSON) and for editors (one line each).
//!
//! Must not know what any code means.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use serde::Serialize;
use tonnage_base::{Diagnostic, Severity, SourceMap, Span};

use crate::style::Style;

/// One diagnostic as miette draws it.
struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<String>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Elsewhere>,
}

/// A label in another file than the primary one.
struct Elsewhere {
    text: String,
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl<'a> Drawn<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &SourceMap) -> Self {
        let named = |span: Span| {
            sources
                .file(span.file)
                .map(|file| NamedSource::new(file.name.clone(), file.text.clone()).with_language("hcl"))
        };
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
            } else if let Some(source) = named(other.span) {
                related.push(Elsewhere { text: other.text.clone(), source, label: label(other.span, "") });
            }
        }
        Self { diagnostic, source: primary.and_then(|p| named(p.span)), labels, related }
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
    for diagnostic in diagnostics {
        let mut one = String::new();
        if handler.render_report(&mut one, &Drawn::new(diagnostic, sources)).is_err() {
            one = short_line(diagnostic, sources);
        }
        for line in one.trim_matches('\n').lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
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
