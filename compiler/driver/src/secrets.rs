//! Values of sensitive variables for an apply: the plan names them and does not hold them. Must not keep or show any.

use std::collections::BTreeMap;

use tonnage_base::{Diagnostic, Severity, SourceMap, Symbol, codes::driver as codes};
use tonnage_graph::Secret;
use tonnage_lang::{Intent, Value, VariableSource};
use tonnage_plan::{Plan, model::Giver};
use tonnage_syntax::tree::ExprKind;

use crate::{settings::Settings, world::World};

/// The values that a plan needs, from where values of variables are given. All that are missing are said at once.
pub fn for_plan(
    plan: &Plan,
    settings: &Settings,
    world: &dyn World,
) -> Result<BTreeMap<Symbol, String>, Vec<Diagnostic>> {
    let (given, mut problems) = settings.values(world, &mut SourceMap::default());
    let mut all: BTreeMap<Symbol, VariableSource> = given.into_iter().collect();
    let mut values = BTreeMap::new();
    for (name, unit) in needed(plan) {
        match all.remove(&name).and_then(text) {
            Some(text) => drop(values.insert(name, text)),
            None => problems.push(
                Diagnostic::new(
                    Severity::Error,
                    codes::T0913,
                    format!("unit {unit} needs the value of `var.{name}`, which no plan holds"),
                )
                .with_help(format!("give it once more: `TONNAGE_VAR_{name}=…`, `-var {name}=…` or `-var-file`")),
            ),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// What was given to the apply of a saved plan and is of no use: a plan has the values of all variables but the
/// sensitive ones. What gives one of those may hold others beside it, as a file does.
pub fn not_taken(settings: &Settings, intent: &Intent, world: &dyn World) -> Vec<Diagnostic> {
    let variables = &intent.root().globals.variables;
    let mut found = Vec::new();
    for given in &settings.given {
        let alone = Settings { given: vec![given.clone()], ..settings.clone() };
        let (values, _) = alone.values(world, &mut SourceMap::default());
        let mut typed = values.iter().filter(|(_, from)| !matches!(from, VariableSource::Environment(_)));
        if typed.clone().any(|(name, _)| variables.get(name).is_some_and(Value::holds_sensitive)) {
            continue;
        }
        if let Some((name, _)) = typed.next() {
            let message = format!("`{name}` is given for a plan that is made: variables are set when the plan is made");
            found.push(Diagnostic::new(Severity::Error, codes::T0903, message).with_help(
                "give it to `plan -out FILE` and apply that; `apply FILE` takes the values of sensitive variables only",
            ));
        }
    }
    found
}

/// The variables whose values a plan needs, each with the first unit that does.
fn needed(plan: &Plan) -> BTreeMap<Symbol, Symbol> {
    let mut needed = BTreeMap::new();
    for unit in &plan.units {
        for parameter in unit.parameters.iter().filter(|p| p.from == (Giver::Secret { kept: false })) {
            if let Some(Secret::Variable(name)) = parameter.reference.secret() {
                needed.entry(Symbol::new(name)).or_insert(unit.name);
            }
        }
    }
    needed
}

/// As the text that a parameter takes.
fn text(source: VariableSource) -> Option<String> {
    match source {
        VariableSource::CommandLine(text) | VariableSource::Environment(text) => Some(text),
        VariableSource::File(expr) => match expr.kind {
            ExprKind::String(text) => Some(text.as_str().to_owned()),
            ExprKind::Number(number) => Some(number.normalize().to_string()),
            ExprKind::Bool(value) => Some(value.to_string()),
            _ => None,
        },
    }
}
