//! Variables: their types, the values given to them, their defaults and validations.
//!
//! Must not know where command lines and environments are read: texts are handed in.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, FileId, Severity, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Expr, ExprKind, Ident};

use super::{
    declared::{Declarations, Family},
    names::{FleetScope, Slots},
    types::Type,
};
use crate::{
    context::{Context, listed},
    value::Value,
};

/// A value given to a variable from outside.
#[derive(Clone, Debug)]
pub enum VariableSource {
    /// The text after `NAME=` of `-var`. A name that is not declared is an error.
    CommandLine(String),
    /// The text of `TONNAGE_VAR_NAME`. A name that is not declared is passed over: environments are shared.
    Environment(String),
    /// An attribute of a file of variables. A name that is not declared is a warning.
    File(Expr),
}

impl VariableSource {
    fn describe(&self) -> &'static str {
        match self {
            Self::CommandLine(_) => "on the command line",
            Self::Environment(_) => "in the environment",
            Self::File(_) => "in a file of variables",
        }
    }
}

/// Values given to the variables of a fleet, or of one instance of a module.
#[derive(Debug)]
pub(crate) enum Given<'a> {
    /// From outside. Of several values for one name, the last counts.
    Outside(&'a [(Symbol, VariableSource)]),
    /// By the `module` block that calls it.
    Inputs {
        /// Its header.
        call: Span,
        /// Name, value, and where it is written.
        values: &'a [(Symbol, Value, Span)],
    },
}

/// One value given.
#[derive(Clone, Copy)]
enum One<'a> {
    Outside(&'a VariableSource),
    Input(&'a Value, Span),
}

impl One<'_> {
    fn describe(self) -> &'static str {
        match self {
            Self::Outside(source) => source.describe(),
            Self::Input(..) => "to the module",
        }
    }
}

/// The values of all variables.
pub(crate) fn evaluate(declared: &Declarations<'_>, given: &Given<'_>, cx: &mut Context) -> Arc<Slots> {
    let members = declared.members(Family::Variable);
    let slots = Arc::new(Slots::new(Family::Variable, members.list.iter().map(|d| d.name.name)));
    let mut last: FxHashMap<Symbol, One<'_>> = FxHashMap::default();
    match given {
        Given::Outside(given) => {
            for (name, source) in *given {
                if members.get(*name).is_some() {
                    last.insert(*name, One::Outside(source));
                } else {
                    undeclared(*name, source, declared, cx);
                }
            }
        }
        Given::Inputs { values, .. } => {
            last.extend(values.iter().map(|(name, value, span)| (*name, One::Input(value, *span))));
            // A misspelled input is told of where it stands; it is taken as the one that was meant, which is not
            // missing too.
            for (name, value, span) in values.iter().filter(|(name, ..)| members.get(*name).is_none()) {
                let meant = tonnage_base::suggest::closest(name.as_str(), members.names());
                if let Some(meant) = meant {
                    last.entry(Symbol::new(meant)).or_insert(One::Input(value, *span));
                }
            }
        }
    }
    let call = match given {
        Given::Outside(_) => None,
        Given::Inputs { call, .. } => Some(*call),
    };
    let mut places = Vec::with_capacity(members.list.len());
    for (name, block) in members.blocks() {
        let (value, place) = variable(name, block, last.get(&name.name).copied(), call, cx);
        slots.set(name.name, value);
        places.push((name, block, place));
    }
    let scope = FleetScope::of_variables(&slots);
    for (name, block, place) in places {
        // A value that is wrong already is not blamed twice.
        if !matches!(slots.value(name.name), None | Some(Value::Invalid)) {
            validate(name, block, place, &scope, cx);
        }
    }
    slots
}

fn undeclared(name: Symbol, source: &VariableSource, declared: &Declarations<'_>, cx: &mut Context) {
    let (severity, span) = match source {
        VariableSource::CommandLine(_) => (Severity::Error, None),
        VariableSource::Environment(_) => return,
        // A misspelt secret would be shown with its line.
        VariableSource::File(expr) => {
            let secrets = declared.members(Family::Variable).blocks().any(|(_, block)| sensitive(block));
            (Severity::Warning, (!secrets).then_some(expr.span))
        }
    };
    let names: Vec<&str> = declared.members(Family::Variable).names().collect();
    let mut wrong = Diagnostic::new(
        severity,
        codes::T0248,
        format!("a value is given {} for `{name}`, but no variable has that name", source.describe()),
    );
    if let Some(span) = span {
        wrong = wrong.at(span, "");
    }
    let close = tonnage_base::suggest::closest(name.as_str(), names.iter().copied());
    cx.push(wrong.with_help(match (close, names.is_empty()) {
        (Some(close), _) => format!("did you mean `{close}`?"),
        (None, true) => format!("the fleet has no variables: declare it with a `variable \"{name}\"` block"),
        (None, false) => format!("declared are {}", listed(&names)),
    }));
}

/// The value, and where it was written; none for text from outside the files.
fn variable(
    name: Ident,
    block: &Block,
    given: Option<One<'_>>,
    call: Option<Span>,
    cx: &mut Context,
) -> (Value, Option<Span>) {
    let secret = sensitive(block);
    let (value, place) = open_variable(name, block, given, call, cx);
    match secret {
        false => (value, place),
        // What is wrong with a secret is said at the block: the place of the value shows the value.
        true => (value.into_sensitive_written(given.and_then(|_| written(name, block, call))), None),
    }
}

/// Whether the block says that it is a secret: anything but `false`, so that a mistake gives nothing away.
pub(crate) fn sensitive(block: &Block) -> bool {
    block.body.attribute("sensitive").is_some_and(|written| !matches!(written.value.kind, ExprKind::Bool(false)))
}

/// What a cloud is given for a secret of the fleet itself: a parameter, whose value is asked for once more at apply. A
/// default has none: it stands in the file, and a saved plan is applied without the files.
fn written(name: Ident, block: &Block, call: Option<Span>) -> Option<Value> {
    let version = block.body.attribute("version").and_then(|written| match &written.value.kind {
        ExprKind::Number(version) => Some(Symbol::new(&version.normalize().to_string())),
        _ => None,
    });
    let address = Symbol::new(&format!("var.{}", name.name));
    call.is_none().then_some(Value::Reference { address, attribute: version })
}

fn open_variable(
    name: Ident,
    block: &Block,
    given: Option<One<'_>>,
    call: Option<Span>,
    cx: &mut Context,
) -> (Value, Option<Span>) {
    let secret = sensitive(block);
    let default = block.body.attribute("default").map(|a| &a.value);
    let kind = match block.body.attribute("type") {
        Some(written) => match Type::parse(&written.value, cx) {
            Some(kind) => Some(kind),
            None => return (Value::Invalid, None),
        },
        None => None,
    };
    let (value, place) = match given {
        Some(One::Input(value, span)) => (value.clone(), Some(span)),
        Some(One::Outside(VariableSource::CommandLine(text) | VariableSource::Environment(text))) => {
            let source = given.map_or("", One::describe);
            let plain = match (&kind, default.map(|d| &d.kind)) {
                (Some(Type::Text), _) => true,
                (Some(_), _) => false,
                (None, None | Some(ExprKind::String(_) | ExprKind::Template(_) | ExprKind::Null)) => true,
                (None, Some(_)) => false,
            };
            let value = if plain { Value::string(text) } else { read_text(name, text, source, secret, cx) };
            (value, None)
        }
        Some(One::Outside(VariableSource::File(expr))) => (cx.eval(expr, &FleetScope::none()), Some(expr.span)),
        None => match default {
            Some(expr) => (cx.eval(expr, &FleetScope::reported()), Some(expr.span)),
            None if call.is_some() => {
                let what = block.body.attribute("description").and_then(|a| match &a.value.kind {
                    ExprKind::String(text) => Some(format!(": {text}")),
                    _ => None,
                });
                let message = format!("the module needs input `{}`", name.name);
                let at = call.unwrap_or(block.header);
                cx.push(
                    Diagnostic::error(codes::T0265, at, message)
                        .with_label(block.header, "it has no default")
                        .with_help(format!("write `{} = …` in this block{}", name.name, what.unwrap_or_default())),
                );
                cx.incomplete = true;
                (Value::Invalid, None)
            }
            None => {
                cx.push(
                    Diagnostic::error(codes::T0247, block.header, format!("variable `{}` has no value", name.name))
                        .with_help(format!(
                            "give one with `-var {0}=…` or `TONNAGE_VAR_{0}`, or write a `default` in the block",
                            name.name
                        )),
                );
                cx.incomplete = true;
                (Value::Invalid, None)
            }
        },
    };
    if matches!(value, Value::Null) && given.is_some() && !nullable(block) {
        cx.push(
            Diagnostic::error(
                codes::T0246,
                place.filter(|_| !secret).unwrap_or(name.span),
                format!("variable `{}` may not be null", name.name),
            )
            .with_help("it says `nullable = false`: leave the value out to take the default"),
        );
        cx.incomplete = true;
        return (Value::Invalid, place);
    }
    let Some(kind) = kind else { return (value, place) };
    // A secret that comes into a module stays one.
    let (value, came, given_as) = match value {
        Value::Sensitive(secret) => (secret.inner().clone(), true, secret.written().cloned()),
        value => (value, false, None),
    };
    match kind.fit(value) {
        Ok(value) if came => (value.into_sensitive_written(given_as), place),
        Ok(value) => (value, place),
        Err(wrong) => {
            let wrong = if secret || came { wrong.concealed() } else { wrong };
            let span = place.filter(|_| !secret).unwrap_or(name.span);
            let source = given.map_or("as its default", One::describe);
            cx.push(
                Diagnostic::error(
                    codes::T0246,
                    span,
                    format!(
                        "the value given {source} does not fit variable `{}`: {}{}",
                        name.name,
                        if wrong.path.is_empty() { String::new() } else { format!("at `{}`, ", wrong.path) },
                        wrong.problem
                    ),
                )
                .with_help(format!("its type is `{}`", kind.written())),
            );
            cx.incomplete = true;
            (Value::Invalid, place)
        }
    }
}

/// Whether null may be given: yes, unless the block says otherwise.
fn nullable(block: &Block) -> bool {
    block.body.attribute("nullable").is_none_or(|written| !matches!(written.value.kind, ExprKind::Bool(false)))
}

/// Reads text from outside as an expression without names.
fn read_text(name: Ident, text: &str, source: &str, secret: bool, cx: &mut Context) -> Value {
    // The text belongs to no file: what is wrong with it is said at the variable.
    let (tree, diagnostics) = tonnage_syntax::parse(FileId(u32::MAX), &format!("value {{\n value = {text}\n}}\n"));
    let alone = match tree.body.blocks.as_slice() {
        [block] if tree.body.attributes.is_empty() && block.body.blocks.is_empty() => {
            match block.body.attributes.as_slice() {
                [attribute] => Some(&attribute.value),
                _ => None,
            }
        }
        _ => None,
    };
    let mut problems = diagnostics;
    let mut value = Value::Invalid;
    if let (Some(expr), false) = (alone, tonnage_base::diagnostic::has_errors(&problems)) {
        let before = cx.evaluator.diagnostics.len();
        value = cx.eval(expr, &FleetScope::none());
        problems = cx.evaluator.diagnostics.split_off(before);
    }
    if matches!(value, Value::Invalid) {
        let why = problems.first().filter(|_| !secret).map_or_else(String::new, |first| format!(": {}", first.message));
        let found =
            if secret { String::new() } else { format!(", found `{text}`; text stands in quotes: `\"{text}\"`") };
        cx.push(
            Diagnostic::error(
                codes::T0250,
                name.span,
                format!("the value given {source} for variable `{}` can't be read{why}", name.name),
            )
            .with_help(format!(
                "it is read as an expression{found}; a variable of `type = string` takes text as it stands"
            )),
        );
        cx.incomplete = true;
    }
    value
}

fn validate(name: Ident, block: &Block, place: Option<Span>, scope: &FleetScope, cx: &mut Context) {
    for validation in block.body.blocks_of("validation") {
        let (Some(condition), Some(message)) =
            (validation.body.attribute("condition"), validation.body.attribute("message"))
        else {
            continue;
        };
        // Whether a secret passes is told to whoever gives it; the secret is not.
        match cx.eval(&condition.value, scope).opened() {
            Value::Bool(true) | Value::Invalid => {}
            Value::Bool(false) => {
                let text = match cx.eval(&message.value, scope) {
                    Value::String(text) => text.trim_end_matches('.').to_owned(),
                    Value::Sensitive(_) => {
                        "its validation failed; the message holds the secret and is not shown".to_owned()
                    }
                    _ => "its validation failed".to_owned(),
                };
                let place = place.filter(|_| !sensitive(block));
                let mut wrong = Diagnostic::error(codes::T0249, place.unwrap_or(name.span), text);
                wrong = wrong.with_label(condition.value.span, "this does not hold");
                cx.push(wrong.with_help(format!("give variable `{}` another value", name.name)));
            }
            other => cx.push(
                Diagnostic::error(
                    codes::T0213,
                    condition.value.span,
                    format!("`condition` is a {}, expected `true` or `false`", other.type_name()),
                )
                .with_help("compare something: `var.nodes >= 2`"),
            ),
        }
    }
}
