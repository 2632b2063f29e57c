//! Evaluation of expressions: pure, total, bounded by a count of steps. Must not know which names exist.
//!
//! Every mistake is told once, at the smallest part of the expression that makes it; what is made from a failed value
//! is [`Value::Invalid`] and silent. What is known only after apply goes through as [`Value::Reference`],
//! [`Value::Join`] and [`Value::Unknown`]; where a decision hangs on it, that is an error and never a silent no.

mod call;
mod for_expr;
mod object;
mod operators;
mod sensitive;
mod template;
#[cfg(test)]
pub(crate) mod tests;
mod traversal;

pub(crate) use call::unknown_function;
pub(crate) use traversal::unknown_name;

use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, ExprKind};

use crate::{
    scope::Scope,
    value::{Mismatch, Value},
};

/// Expressions inside one another beyond this are refused. Nesting in the text is bounded by the parser; this bounds it
/// together with chains of operators and of attributes.
const MAX_DEPTH: u32 = 200;
/// Lists and maps inside one another beyond this are refused: expressions that wrap each other's values would otherwise
/// nest without bound, and a value is compared, shown and dropped level by level.
const MAX_VALUE_DEPTH: usize = 250;
/// Longest text that an expression may make, in bytes.
pub(crate) const MAX_TEXT: usize = 16 << 20;
/// Longest list that an expression may make.
pub(crate) const MAX_ITEMS: usize = 4_000_000;

/// Beyond this many, wrong names get no suggestion: finding one walks all names, and nobody reads the thousandth.
const SUGGESTIONS: u32 = 100;

/// Evaluates expressions and collects what is wrong with them.
#[derive(Debug)]
pub struct Evaluator {
    /// What went wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Steps left; at zero evaluation stops with a clear error.
    pub steps_left: u64,
    /// The day the fleet is read for: what `as_of()` and `ramp` give depends on it.
    pub day: Option<tonnage_base::Date>,
    exhausted: bool,
    depth: u32,
    suggestions_left: u32,
    /// How often a sensitive value was looked into.
    opened: u64,
    /// How often one decided what is evaluated at all: a condition, the collection of a `for`.
    decided: u64,
}

impl Evaluator {
    /// With the default bound of steps.
    pub fn new() -> Self {
        Self {
            diagnostics: Vec::new(),
            steps_left: 200_000_000,
            day: None,
            exhausted: false,
            depth: 0,
            suggestions_left: SUGGESTIONS,
            opened: 0,
            decided: 0,
        }
    }

    /// Reading a fleet for a day.
    #[must_use]
    pub fn for_day(mut self, day: tonnage_base::Date) -> Self {
        self.day = Some(day);
        self
    }

    /// The value of an expression; `Invalid` where a diagnostic was given.
    pub fn eval(&mut self, expr: &Expr, scope: &dyn Scope) -> Value {
        if !self.spend(1, expr.span) {
            return Value::Invalid;
        }
        match &expr.kind {
            ExprKind::Null => return Value::Null,
            ExprKind::Bool(value) => return Value::Bool(*value),
            ExprKind::Number(number) => return Value::Number(*number),
            ExprKind::String(text) => return Value::string(text.as_str()),
            ExprKind::Variable(name) => return self.variable(*name, expr.span, scope),
            _ => {}
        }
        if self.depth >= MAX_DEPTH {
            return self.fail(
                Diagnostic::error(codes::T0321, expr.span, "this expression is nested too deeply to be evaluated")
                    .with_help(format!("the limit is {MAX_DEPTH} levels: name a part of it in `locals`")),
            );
        }
        self.depth += 1;
        let value = self.eval_inner(expr, scope);
        self.depth -= 1;
        if self.depth == 0 && value.nests_deeper_than(MAX_VALUE_DEPTH) {
            let message = format!("this value is nested deeper than {MAX_VALUE_DEPTH} levels");
            return self.fail(
                Diagnostic::error(codes::T0321, expr.span, message)
                    .with_help("values that wrap one another, such as a chain of locals, may not go so deep"),
            );
        }
        value
    }

    fn eval_inner(&mut self, expr: &Expr, scope: &dyn Scope) -> Value {
        match &expr.kind {
            ExprKind::Null | ExprKind::Invalid => Value::Invalid,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Number(number) => Value::Number(*number),
            ExprKind::String(text) => Value::string(text.as_str()),
            ExprKind::Variable(name) => self.variable(*name, expr.span, scope),
            ExprKind::Template(parts) => self.template(parts, expr.span, scope),
            ExprKind::List(items) => Value::List(items.iter().map(|item| self.eval(item, scope)).collect()),
            ExprKind::Object(items) => self.object(items, scope),
            ExprKind::Attribute(base, name) => {
                let base_value = self.eval(base, scope);
                self.attribute(base_value, *name, base.span)
            }
            ExprKind::Index(base, index) => {
                let base_value = self.eval(base, scope);
                let key = self.eval(index, scope);
                self.index(base_value, &key, base.span, index.span)
            }
            ExprKind::Splat(base, steps) => self.tainted_by_decisions(|this| this.splat(base, steps, scope)),
            ExprKind::Call { name, arguments, expand_last } => {
                self.call(*name, arguments, *expand_last, expr.span, scope)
            }
            ExprKind::Unary(op, operand) => self.tainted_by_decisions(|this| this.unary(*op, operand, scope)),
            ExprKind::Binary(left, op, right) => {
                self.tainted_by_decisions(|this| this.binary(left, *op, right, expr.span, scope))
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                self.tainted_by_decisions(|this| match this.decide(condition, scope) {
                    Some(true) => this.eval(then, scope),
                    Some(false) => this.eval(otherwise, scope),
                    None => Value::Invalid,
                })
            }
            ExprKind::For(walk) => self.tainted_by_decisions(|this| this.for_expr(walk, expr.span, scope)),
            ExprKind::Paren(inner) => self.eval(inner, scope),
        }
    }

    /// A condition; none where it failed, with a diagnostic given: a condition that is not known is an error.
    pub fn condition(&mut self, expr: &Expr, scope: &dyn Scope) -> Option<bool> {
        let value = self.eval(expr, scope);
        self.truth(&value, expr.span)
    }

    /// A value as the condition it is used as; none where it failed, with a diagnostic given.
    pub fn truth(&mut self, value: &Value, span: Span) -> Option<bool> {
        let problem = match value.as_bool() {
            Ok(truth) => return Some(truth),
            Err(Mismatch::Invalid) => return None,
            Err(Mismatch::Null) => Diagnostic::error(codes::T0304, span, "a condition must not be null")
                .with_help("say what null means: `x == null ? false : x`, or `coalesce(x, false)`"),
            Err(Mismatch::Unknown(why)) => {
                Diagnostic::error(codes::T0310, span, "cannot know this condition before apply")
                    .at(span, why.as_str())
                    .with_help("decide by something the fleet files say: a variable, a local, an attribute of a pool")
            }
            Err(Mismatch::Type | Mismatch::OutOfRange) => {
                let message = format!("a condition is true or false, and this is {}", value.describe());
                Diagnostic::error(codes::T0303, span, message)
            }
        };
        self.fail(problem);
        None
    }

    /// Takes steps; false, with a diagnostic the first time, where there are none left.
    fn spend(&mut self, steps: u64, span: Span) -> bool {
        if let Some(left) = self.steps_left.checked_sub(steps) {
            self.steps_left = left;
            return true;
        }
        self.steps_left = 0;
        if !self.exhausted {
            self.exhausted = true;
            self.diagnostics.push(
                Diagnostic::error(codes::T0309, span, "evaluation takes too many steps and was stopped here")
                    .with_help(
                        "look for a `for` inside a `for` over the same large list, or a `range` larger than meant",
                    ),
            );
        }
        false
    }

    /// The names to suggest one from, unless enough suggestions were made.
    fn suggestable(&mut self, names: impl FnOnce() -> Vec<Symbol>) -> Vec<Symbol> {
        match self.suggestions_left.checked_sub(1) {
            Some(left) => {
                self.suggestions_left = left;
                names()
            }
            None => Vec::new(),
        }
    }

    /// Gives a diagnostic; the value that failed.
    fn fail(&mut self, diagnostic: Diagnostic) -> Value {
        self.diagnostics.push(diagnostic);
        Value::Invalid
    }

    /// Whether a text or list about to be made is within bounds; a diagnostic otherwise.
    fn fits(&mut self, size: usize, limit: usize, span: Span) -> bool {
        if size <= limit {
            return true;
        }
        let what =
            if limit == MAX_TEXT { "text of more than 16 MiB" } else { "a list of more than 4,000,000 elements" };
        self.fail(Diagnostic::error(codes::T0321, span, format!("this makes {what}, more than is allowed")));
        false
    }
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}
