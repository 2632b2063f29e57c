//! Function calls: arguments counted, converted, handed over; `try` and `can`. Must not know any function but these
//! two.

use tonnage_base::{Diagnostic, Severity, Span, codes::lang as codes};
use tonnage_syntax::tree::{Expr, Ident};

use super::{Evaluator, operators::out_of_range};
use crate::{
    functions::{self, Arguments, Fault, Function, Kind, Parameter, Run, Secrets},
    scope::Scope,
    value::{Mismatch, Value},
};

impl Evaluator {
    pub(super) fn call(
        &mut self,
        name: Ident,
        arguments: &[Expr],
        expand_last: bool,
        span: Span,
        scope: &dyn Scope,
    ) -> Value {
        let Some(function) = functions::find(name.name) else {
            return self.fail(unknown_function(name));
        };
        if expand_last && matches!(function.run, Run::Try | Run::Can) {
            let message = format!("`{}` takes expressions, not the elements of a list", function.name);
            return self.fail(Diagnostic::error(codes::T0320, span, message));
        }
        match function.run {
            Run::Try | Run::Can if !self.count_fits(function, arguments.len(), name.span) => Value::Invalid,
            Run::Try => self.try_each(arguments, span, scope),
            Run::Can => self.can(arguments, scope),
            Run::Plain(run) => {
                let Some(mut values) = self.arguments(arguments, expand_last, scope) else { return Value::Invalid };
                if !self.count_fits(function, values.len(), name.span) {
                    return Value::Invalid;
                }
                let place = |at: usize| arguments.get(at).or(arguments.last()).map_or(span, |a| a.span);
                let secret = open(function, &mut values);
                let run = |this: &mut Self| this.run(function, run, values, span, place);
                if secret { self.with_opened(run) } else { run(self) }
            }
        }
    }

    fn run(
        &mut self,
        function: &Function,
        run: fn(&mut Arguments<'_>) -> Result<Value, Fault>,
        mut values: Vec<Value>,
        span: Span,
        place: impl Fn(usize) -> Span,
    ) -> Value {
        if let Err(instead) = self.convert(function, &mut values, &place) {
            return instead;
        }
        if !self.spend(values.len() as u64, span) {
            return Value::Invalid;
        }
        let outcome = run(&mut Arguments { values, steps: &mut self.steps_left, day: self.day });
        match outcome {
            Ok(value) => value,
            Err(fault) => self.fault(function, fault, span, place),
        }
    }

    /// The values of the arguments, the last one's elements in its place with `...`.
    fn arguments(&mut self, arguments: &[Expr], expand: bool, scope: &dyn Scope) -> Option<Vec<Value>> {
        let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(argument, scope));
        }
        let (Some(last), true) = (arguments.last(), expand) else { return Some(values) };
        match values.pop() {
            Some(Value::List(items)) => {
                values.extend(items.iter().cloned());
                return Some(values);
            }
            Some(Value::Invalid) | None => {}
            Some(Value::Sensitive(secret)) if matches!(secret.inner(), Value::List(_)) => {
                if let Value::List(items) = secret.inner() {
                    values.extend(items.iter().cloned().map(Value::into_hidden));
                }
                return Some(values);
            }
            Some(other) => {
                let (code, rule) = match other.unknown_reason() {
                    Some(_) => (codes::T0310, "cannot know this list before apply"),
                    None => (codes::T0320, "`...` takes the elements of a list"),
                };
                let message = match other.unknown_reason() {
                    Some(why) => format!("{rule}: {why}"),
                    None => format!("{rule}, and this is {}", other.describe()),
                };
                self.fail(Diagnostic::error(code, last.span, message));
            }
        }
        None
    }

    fn count_fits(&mut self, function: &Function, given: usize, span: Span) -> bool {
        let most = if function.variadic.is_some() { usize::MAX } else { function.parameters.len() };
        let least = function.required();
        if (least..=most).contains(&given) {
            return true;
        }
        let wanted = match (least, most) {
            (least, usize::MAX) => format!("at least {}", arguments_in_words(least)),
            (least, most) if least == most => arguments_in_words(least),
            (least, most) => format!("{least} to {}", arguments_in_words(most)),
        };
        let message = format!("`{}` takes {wanted}, and has {given}", function.name);
        self.fail(
            Diagnostic::error(codes::T0312, span, message)
                .with_help(format!("it is called as `{}`", function.signature())),
        );
        false
    }

    /// Converts each argument to its parameter's type. The error is what the call's value is instead.
    fn convert(
        &mut self,
        function: &Function,
        values: &mut [Value],
        place: impl Fn(usize) -> Span,
    ) -> Result<(), Value> {
        let mut instead = None;
        for (at, value) in values.iter_mut().enumerate() {
            let Some(parameter) = function.parameters.get(at).or(function.variadic.as_ref()) else { continue };
            let given: &Value = value;
            let converted = match parameter.kind {
                // Failure is never an argument.
                Kind::Any if matches!(given, Value::Invalid) => Err(Mismatch::Invalid),
                Kind::Any => continue,
                Kind::Number => given.as_number().map(Value::Number),
                Kind::Whole => given.as_whole().map(|n| Value::Number(n.into())),
                Kind::Bool => given.as_bool().map(Value::Bool),
                Kind::Text => match given {
                    Value::String(_) => continue,
                    _ => given.as_text().map(Value::String),
                },
                Kind::List => match given {
                    Value::List(_) => continue,
                    other => Err(other.as_bool().err().unwrap_or(Mismatch::Type)),
                },
                Kind::Map => match given {
                    Value::Map(_) => continue,
                    Value::Object(object) => Ok(functions::entries(object.as_ref())),
                    other => Err(other.as_bool().err().unwrap_or(Mismatch::Type)),
                },
            };
            match converted {
                Ok(converted) => *value = converted,
                Err(why) => {
                    let failed = self.bad_argument(function, parameter, value, why, place(at));
                    super::object::merge_failures(&mut instead, failed);
                }
            }
        }
        instead.map_or(Ok(()), Err)
    }

    fn bad_argument(
        &mut self,
        function: &Function,
        parameter: &Parameter,
        value: &Value,
        why: Mismatch,
        span: Span,
    ) -> Value {
        let rule = format!("`{}` of `{}` is {}", parameter.name, function.name, parameter.kind.in_words());
        let diagnostic = match why {
            Mismatch::Invalid => return Value::Invalid,
            Mismatch::Unknown(why) => return Value::Unknown(why),
            Mismatch::Null => Diagnostic::error(codes::T0304, span, format!("{rule}, and this is null")),
            Mismatch::OutOfRange => out_of_range(span),
            Mismatch::Type => {
                Diagnostic::error(codes::T0313, span, format!("{rule}, and this is {}", value.describe()))
            }
        };
        self.fail(diagnostic.with_help(format!("it is called as `{}`", function.signature())))
    }

    fn fault(&mut self, function: &Function, fault: Fault, span: Span, place: impl Fn(usize) -> Span) -> Value {
        match fault {
            Fault::Invalid => Value::Invalid,
            Fault::Unknown(why) => Value::Unknown(why),
            Fault::Steps => {
                self.spend(u64::MAX, span);
                Value::Invalid
            }
            Fault::TooLarge(limit) => {
                self.fits(usize::MAX, limit, span);
                Value::Invalid
            }
            Fault::OutOfRange => self.fail(out_of_range(span)),
            Fault::Null(at, what) => {
                let message = format!("`{}`: {what} is null", function.name);
                self.fail(Diagnostic::error(codes::T0304, place(at), message))
            }
            Fault::Type(at, message) => {
                let message = format!("`{}`: {message}", function.name);
                self.fail(Diagnostic::error(codes::T0313, place(at), message))
            }
            Fault::Refused(at, message) => {
                let message = format!("`{}`: {message}", function.name);
                self.fail(Diagnostic::error(codes::T0314, place(at), message))
            }
        }
    }

    /// The first argument that can be had.
    fn try_each(&mut self, arguments: &[Expr], span: Span, scope: &dyn Scope) -> Value {
        let before = self.diagnostics.len();
        let opened = self.opened;
        for (at, argument) in arguments.iter().enumerate() {
            let start = self.diagnostics.len();
            // An earlier one that failed over a secret decided that this one counts.
            let failed_over_secret = self.opened != opened;
            let value = self.eval(argument, scope);
            match self.outcome(start) {
                Outcome::Fine if failed_over_secret => return value.into_hidden(),
                Outcome::Fine => return value,
                Outcome::Final => return Value::Invalid,
                // The last one's own mistakes are the answer.
                Outcome::Failed if at + 1 == arguments.len() => {
                    self.diagnostics.drain(before..start.max(before));
                    let help =
                        "nothing in this `try` could be had; end it with a value that always can, such as `null`";
                    if let Some(last) = self.diagnostics.last_mut() {
                        last.secondary.push(tonnage_base::Label { span, text: "in this `try`".to_owned() });
                        last.help.get_or_insert_with(|| help.to_owned());
                    }
                    return Value::Invalid;
                }
                Outcome::Failed => self.diagnostics.truncate(start),
            }
        }
        Value::Invalid
    }

    fn can(&mut self, arguments: &[Expr], scope: &dyn Scope) -> Value {
        let start = self.diagnostics.len();
        let Some(argument) = arguments.first() else { return Value::Invalid };
        let opened = self.opened;
        let value = self.eval(argument, scope);
        let secret = self.opened != opened || value.holds_sensitive();
        let told = |can: bool| if secret { Value::Bool(can).into_sensitive() } else { Value::Bool(can) };
        match self.outcome(start) {
            // It failed before, elsewhere: what it would have been nobody knows.
            Outcome::Fine if matches!(value, Value::Invalid) => Value::Invalid,
            Outcome::Fine => told(true),
            Outcome::Final => Value::Invalid,
            Outcome::Failed => {
                self.diagnostics.truncate(start);
                told(false)
            }
        }
    }

    /// How an expression went whose diagnostics begin at `start`. What the text alone shows to be wrong (a misspelt
    /// name, an unknown function) and what would stop everything can't be caught.
    fn outcome(&self, start: usize) -> Outcome {
        const UNCATCHABLE: [tonnage_base::Code; 5] =
            [codes::T0301, codes::T0309, codes::T0311, codes::T0312, codes::T0321];
        let new = self.diagnostics.get(start..).unwrap_or(&[]);
        if self.exhausted || new.iter().any(|d| UNCATCHABLE.contains(&d.code)) {
            Outcome::Final
        } else if new.iter().any(|d| d.severity == Severity::Error) {
            Outcome::Failed
        } else {
            Outcome::Fine
        }
    }
}

/// There is no function of this name.
pub(crate) fn unknown_function(name: Ident) -> Diagnostic {
    let wrong = Diagnostic::error(codes::T0311, name.span, format!("there is no function `{}`", name.name));
    match functions::FOREIGN.iter().find(|(foreign, _)| name.name == *foreign) {
        Some((_, instead)) => wrong.with_help(*instead),
        None => wrong.with_did_you_mean(name.span, name.name.as_str(), functions::all().map(|f| f.name)),
    }
}

/// Lays arguments open; whether there was a secret among them. Functions that only move elements are given these as
/// they are.
fn open(function: &Function, values: &mut [Value]) -> bool {
    let mut secret = false;
    for (at, value) in values.iter_mut().enumerate() {
        let kind = function.parameters.get(at).or(function.variadic.as_ref()).map(|parameter| parameter.kind);
        if let (Some(Kind::Map), Value::Object(object)) = (kind, &*value) {
            *value = functions::entries(object.as_ref());
        }
        match (function.secrets, &*value) {
            (Secrets::Untouched, _) => {}
            (Secrets::Moved, Value::Sensitive(inner)) => {
                *value = inner.inner().clone();
                secret = true;
            }
            (Secrets::Moved, _) => {}
            (Secrets::Opened, _) if value.holds_sensitive() => {
                *value = value.opened();
                secret = true;
            }
            (Secrets::Opened, _) => {}
        }
    }
    secret
}

enum Outcome {
    Fine,
    Failed,
    Final,
}

fn arguments_in_words(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}
