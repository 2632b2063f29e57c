//! Tests: the day, the variables and the world that a fleet meets, and what is expected then. Must not run anything.

use std::collections::BTreeMap;

use tonnage_base::{At, Decimal, Diagnostic, Symbol, codes::lang as codes, quantity};
use tonnage_syntax::tree::Block;

use super::{Builder, policy::asserts};
use crate::{
    check::find_block,
    context::Context,
    intent::{Given, Test},
    read::Reader,
    value::Value,
};

/// Attributes of `given` that the embedded cloud takes as they are.
const SCENARIO: &[&str] = &["capacity", "quotas", "reservations", "offerings", "failures", "fill", "missing"];

impl Builder<'_, '_> {
    pub(super) fn tests(&mut self, blocks: &[&Block], cx: &mut Context) {
        for block in blocks {
            match self.test(block, cx) {
                Some(test) => {
                    if let Some(before) = self.tests.iter().find(|other| other.name.value == test.name.value) {
                        cx.push(
                            Diagnostic::error(
                                codes::T0211,
                                test.name.span,
                                format!("test `{}` is declared twice", test.name.value),
                            )
                            .with_label(before.name.span, "first declared here")
                            .with_help("give one of them another name"),
                        );
                        cx.incomplete = true;
                    }
                    self.tests.push(test);
                }
                None => cx.incomplete = true,
            }
        }
    }

    fn test(&self, block: &Block, cx: &mut Context) -> Option<Test> {
        let mut reader = Reader::new(block, find_block("test")?, &self.resolved.scope);
        let label = block.labels.first()?;
        let variables = match reader.span("variables") {
            Some(_) => reader.object("variables", cx)?.as_ref().clone(),
            None => BTreeMap::new(),
        };
        let given = match reader.nested("given") {
            Some(given) => self.given(given, cx)?,
            None => Given::default(),
        };
        Some(Test {
            name: At::new(label.name, label.span),
            as_of: reader.day("as_of", cx),
            variables,
            given,
            expects: asserts(&block.body),
            span: block.header,
        })
    }

    fn given(&self, mut reader: Reader<'_>, cx: &mut Context) -> Option<Given> {
        let mut given = Given::default();
        if let Some(read) = reader.value("outages", cx) {
            let Value::List(items) = &read.value else {
                cx.push(
                    Diagnostic::error(codes::T0213, read.expr.span, "`outages` is a list of clouds")
                        .with_help("write `outages = [cloud.azure]`"),
                );
                return cx.incomplete();
            };
            for (position, item) in items.iter().enumerate() {
                let span = crate::read::element_span(read.expr, position);
                let name = match item {
                    Value::Object(object) => {
                        object.declared().filter(|(kind, _)| *kind == "cloud").map(|(_, name)| name)
                    }
                    Value::Invalid => return cx.incomplete(),
                    _ => None,
                };
                match name {
                    Some(name) => given.outages.push(At::new(name, span)),
                    None => {
                        cx.push(
                            Diagnostic::error(codes::T0213, span, "this is not a cloud")
                                .with_help("write `outages = [cloud.azure]`"),
                        );
                        return cx.incomplete();
                    }
                }
            }
        }
        if reader.span("prices").is_some() {
            for (shape, price) in reader.object("prices", cx)?.iter() {
                let at = At::new(*shape, reader.key_span("prices", *shape));
                if self.index.shape(*shape).is_none() {
                    self.index.unknown_shape(at, cx);
                    return cx.incomplete();
                }
                let amount: Option<Decimal> = match price {
                    Value::String(text) => quantity::parse_rate(text).ok().map(|rate| rate.money.amount),
                    Value::Quantity(quantity::Quantity::Rate(rate)) => Some(rate.money.amount),
                    _ => None,
                };
                let Some(amount) = amount else {
                    cx.push(
                        Diagnostic::error(
                            codes::T0220,
                            at.span,
                            format!("{} is not the price of a node and hour", price.describe()),
                        )
                        .with_help("write a price such as `\"31.00 USD/node-hour\"`"),
                    );
                    return cx.incomplete();
                };
                given.prices.insert(*shape, amount);
            }
        }
        for name in SCENARIO {
            if let Some(read) = reader.value(name, cx) {
                given.scenario.push((Symbol::new(name), read.value.clone(), read.expr.span));
            }
        }
        Some(given)
    }
}
