//! Evaluation of expressions: pure, total, bounded by a count of steps. Must not know which names exist.

use tonnage_base::Diagnostic;
use tonnage_syntax::tree::Expr;

use crate::{scope::Scope, value::Value};

/// Evaluates expressions and collects what is wrong with them.
#[derive(Debug)]
pub struct Evaluator {
    /// What went wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Steps left; at zero evaluation stops with a clear error.
    pub steps_left: u64,
}

impl Evaluator {
    /// With the default bound of steps.
    pub fn new() -> Self {
        Self { diagnostics: Vec::new(), steps_left: 200_000_000 }
    }

    /// The value of an expression; `Invalid` where a diagnostic was given.
    pub fn eval(&mut self, _expr: &Expr, _scope: &dyn Scope) -> Value {
        Value::Invalid
    }
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}
