//! A diagnostic as plain data. Must not know how it is shown; `report` renders it.

use crate::{Code, Span};

/// How much a diagnostic matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Worth knowing: a rounding, a choice made.
    Note,
    /// Probably not what the author means; the work goes on.
    Warning,
    /// The work stops at the end of this phase.
    Error,
}

/// A place with words beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// A replacement that would mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// The text to replace.
    pub span: Span,
    /// What to write instead.
    pub replacement: String,
}

/// Something to tell the author. Built with [`Diagnostic::error`] and the `with_` methods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Which rule.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// One terse sentence without a final stop, in the author's words.
    pub message: String,
    /// The place; none for what has no place in a file (a lock, an endpoint).
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Mends, best first.
    pub suggestions: Vec<Suggestion>,
}

impl Diagnostic {
    /// A diagnostic of a given severity, with no place.
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            help: None,
            suggestions: Vec::new(),
        }
    }
    /// An error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message).at(span, "")
    }
    /// A warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message).at(span, "")
    }
    /// A note at `span`.
    pub fn note(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message).at(span, "")
    }
    /// Sets the primary place and its words.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }
    /// Adds another place.
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }
    /// Says what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// Adds a mend.
    pub fn with_suggestion(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion { span, replacement: replacement.into() });
        self
    }
    /// Adds `did you mean …?` with a mend, when something close to `written` is among `names`.
    pub fn with_did_you_mean<'a>(self, span: Span, written: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::suggest::closest(written, names) {
            Some(close) => self.with_mend(span, close.to_owned()),
            None => self,
        }
    }
    /// As [`Diagnostic::with_did_you_mean`], for names that are written in quotes.
    pub fn with_did_you_mean_quoted<'a>(
        self,
        span: Span,
        written: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let close = crate::suggest::closest(written, names).map(|close| format!("\"{close}\""));
        match close {
            Some(close) => self.with_mend(span, close),
            None => self,
        }
    }
    /// Asks whether this was meant, before any other help, with the mend.
    fn with_mend(mut self, span: Span, replacement: String) -> Self {
        self.help = Some(match self.help.take() {
            Some(help) => format!("did you mean `{replacement}`? {help}"),
            None => format!("did you mean `{replacement}`?"),
        });
        self.with_suggestion(span, replacement)
    }
    /// Whether it stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Whether any of them stops the work.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
