//! What every room of the analysis shares: the evaluator, the diagnostics, the sum of what is incomplete.
//!
//! Must not know any block.

use tonnage_base::{At, Diagnostic, Span, Symbol};
use tonnage_syntax::tree::Expr;

use crate::{Evaluator, Scope, Value};

/// Beyond this many, wrong names get no suggestion: finding one walks all names, and nobody reads the thousandth.
const SUGGESTIONS: u32 = 100;

/// The state of one analysis.
#[derive(Debug)]
pub(crate) struct Context {
    /// Evaluates; its diagnostics join ours at the end.
    pub evaluator: Evaluator,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// Something could not be built, for a reason given here or by an earlier phase.
    pub incomplete: bool,
    suggestions_left: u32,
}

impl Context {
    pub fn new(evaluator: Evaluator) -> Self {
        Self { evaluator, diagnostics: Vec::new(), incomplete: false, suggestions_left: SUGGESTIONS }
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The value of an expression. `Invalid` marks the analysis incomplete: a diagnostic was given.
    pub fn eval(&mut self, expr: &Expr, scope: &dyn Scope) -> Value {
        let value = self.evaluator.eval(expr, scope);
        if matches!(value, Value::Invalid) {
            self.incomplete = true;
        }
        value
    }

    /// Adds `did you mean …?`, as long as there are not too many.
    pub fn did_you_mean<'a>(
        &mut self,
        diagnostic: Diagnostic,
        span: Span,
        written: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        if self.suggestions_left == 0 {
            return diagnostic;
        }
        self.suggestions_left -= 1;
        diagnostic.with_did_you_mean(span, written, names)
    }

    /// As [`Context::did_you_mean`], for names that are written in quotes; `otherwise` is the help when none is close.
    pub fn did_you_mean_quoted<'a>(
        &mut self,
        diagnostic: Diagnostic,
        written: At<Symbol>,
        names: impl IntoIterator<Item = &'a str>,
        otherwise: &str,
    ) -> Diagnostic {
        if self.suggestions_left == 0 {
            return diagnostic.with_help(otherwise);
        }
        self.suggestions_left -= 1;
        let told = diagnostic.with_did_you_mean_quoted(written.span, written.value.as_str(), names);
        if told.help.is_some() { told } else { told.with_help(otherwise) }
    }

    /// Marks something as not built.
    pub fn incomplete<T>(&mut self) -> Option<T> {
        self.incomplete = true;
        None
    }
}

/// `a`, `b` and `c`, in back quotes; at most a dozen.
pub(crate) fn listed<T: std::fmt::Display>(names: &[T]) -> String {
    const MOST: usize = 12;
    let quoted: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some(_) if names.len() > MOST => format!("{} and {} more", quoted.join(", "), names.len() - MOST),
        Some((last, head)) => format!("{} and {last}", head.join(", ")),
    }
}
