//! Policies: kept as they are written, for when there is a placement and a plan. Must not evaluate a condition.

use std::collections::BTreeMap;

use tonnage_base::{At, Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Body, Module};

use super::Builder;
use crate::{
    check::find_block,
    context::{Context, listed},
    intent::{Assert, Policy},
    read::Reader,
    resolve::{each, names::FleetScope},
    value::Value,
};

impl Builder<'_, '_> {
    pub(super) fn policies(&mut self, standard: &Module, cx: &mut Context) {
        for (name, block) in &self.resolved.folder.declared.policies {
            let entries = match block.body.attribute("for_each") {
                None => None,
                Some(attribute) => match each::entries(&attribute.value, &self.resolved.scope, cx) {
                    None => continue,
                    found => found,
                },
            };
            for instance in each::instances(*name, entries.as_deref(), &self.resolved.scope) {
                let label = At::new(instance.name, name.span);
                match self.policy(label, block, &instance.scope, standard, cx) {
                    Some(policy) => self.policies.push(policy),
                    None => cx.incomplete = true,
                }
            }
        }
    }

    fn policy(
        &self,
        name: At<Symbol>,
        block: &Block,
        scope: &FleetScope,
        standard: &Module,
        cx: &mut Context,
    ) -> Option<Policy> {
        let mut reader = Reader::new(block, find_block("policy")?, scope);
        let deny = reader.word("level", cx).is_none_or(|level| level.value == "deny");
        let must_know = reader.word("cannot_know", cx).is_some_and(|word| word.value == "deny");
        let mut description = reader.text("description", cx).map(|at| at.value);
        let mut asserts = asserts(&block.body);
        let mut parameters = match reader.span("parameters") {
            Some(_) => reader.object("parameters", cx)?.as_ref().clone(),
            None => BTreeMap::new(),
        };
        match reader.text("use", cx) {
            None => {
                if let Some(with) = reader.span("with") {
                    cx.push(
                        Diagnostic::error(codes::T0276, with, "`with` gives values to the policy that `use` names")
                            .with_help("write `use = \"…\"` as well, or remove it"),
                    );
                    return cx.incomplete();
                }
            }
            Some(used) => {
                let (found, known) = standard_policy(used, standard, cx)?;
                let with = match reader.span("with") {
                    Some(_) => reader.object("with", cx)?.as_ref().clone(),
                    None => BTreeMap::new(),
                };
                let mut all = known;
                for (key, value) in with {
                    if !all.contains_key(&key) {
                        let names: Vec<&str> = all.keys().map(|name| name.as_str()).collect();
                        let at = At::new(key, reader.key_span("with", key));
                        let wrong = Diagnostic::error(
                            codes::T0276,
                            at.span,
                            format!("policy `{}` has no parameter `{key}`", used.value),
                        );
                        let wrong = cx.did_you_mean(wrong, at.span, key.as_str(), names.iter().copied());
                        let help = format!("it has {}", listed(&names));
                        cx.push(if wrong.help.is_some() { wrong } else { wrong.with_help(help) });
                        return cx.incomplete();
                    }
                    all.insert(key, value);
                }
                for (key, value) in &all {
                    if matches!(value, Value::Null) {
                        cx.push(
                            Diagnostic::error(
                                codes::T0276,
                                used.span,
                                format!("policy `{}` needs `{key}`", used.value),
                            )
                            .with_help(format!("write `with = {{ {key} = … }}`")),
                        );
                        return cx.incomplete();
                    }
                }
                parameters.extend(all);
                asserts.splice(0..0, self::asserts(&found.body));
                description = description.or_else(|| {
                    let nothing = FleetScope::none();
                    let mut reader = Reader::new(found, find_block("policy")?, &nothing);
                    reader.text("description", cx).map(|at| at.value)
                });
            }
        }
        if asserts.is_empty() {
            cx.push(
                Diagnostic::error(codes::T0275, block.header, format!("policy `{}` asserts nothing", name.value))
                    .with_help(
                        "write `assert { condition = …  message = … }`, or `use = \"…\"` one of the standard library",
                    ),
            );
            return cx.incomplete();
        }
        Some(Policy {
            scope: self.scope,
            address: Symbol::new(&format!("{}policy.{}", self.resolved.prefix, name.value)),
            name,
            deny,
            must_know,
            asserts,
            parameters,
            description,
            span: block.header,
        })
    }
}

/// `assert { … }` blocks of a policy, or `expect { … }` blocks of a test.
pub(super) fn asserts(body: &Body) -> Vec<Assert> {
    let blocks = body.blocks.iter().filter(|block| matches!(block.kind.name.as_str(), "assert" | "expect"));
    let parts = blocks.filter_map(|block| {
        Some((block.body.attribute("condition")?.value.clone(), block.body.attribute("message")?.value.clone()))
    });
    parts.map(|(condition, message)| Assert { condition, message }).collect()
}

/// A policy of the standard library, with its parameters and their defaults (null: it has none).
fn standard_policy<'m>(
    used: At<Symbol>,
    standard: &'m Module,
    cx: &mut Context,
) -> Option<(&'m Block, BTreeMap<Symbol, Value>)> {
    let all = || standard.files.iter().flat_map(|file| file.body.blocks_of("policy"));
    let named = |block: &&Block| block.labels.first().is_some_and(|label| label.name == used.value);
    let Some(found) = all().find(named) else {
        let names: Vec<&str> = all().filter_map(|b| b.labels.first()).map(|label| label.name.as_str()).collect();
        let wrong =
            Diagnostic::error(codes::T0276, used.span, format!("the standard library has no policy `{}`", used.value));
        let help = format!("it has {}", listed(&names));
        let wrong = cx.did_you_mean_quoted(wrong, used, names.iter().copied(), &help);
        cx.push(wrong);
        return cx.incomplete();
    };
    let nothing = FleetScope::none();
    let mut reader = Reader::new(found, find_block("policy")?, &nothing);
    let parameters = match reader.span("parameters") {
        Some(_) => reader.object("parameters", cx)?.as_ref().clone(),
        None => BTreeMap::new(),
    };
    Some((found, parameters))
}
