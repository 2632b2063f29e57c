//! Object constructors. Must not know what the keys mean.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, ObjectItem, ObjectKey};

use super::Evaluator;
use crate::{
    scope::Scope,
    value::{Mismatch, Value},
};

impl Evaluator {
    /// `{ a = b }`. A key written twice is an error: one of the two would be lost.
    pub(super) fn object(&mut self, items: &[ObjectItem], scope: &dyn Scope) -> Value {
        let mut entries: Vec<(&'static str, Symbol, Span, Value)> = Vec::with_capacity(items.len());
        let mut instead = None;
        for item in items {
            let (key, span) = match &item.key {
                ObjectKey::Name(name) => (Ok(name.name), name.span),
                ObjectKey::Expr(expr) => (self.object_key(expr, scope), expr.span),
            };
            let value = self.eval(&item.value, scope);
            match key {
                Ok(key) => entries.push((key.as_str(), key, span, value)),
                Err(failed) => merge_failures(&mut instead, failed),
            }
        }
        if let Some(instead) = instead {
            return instead;
        }
        // By text, each key's text looked up once; equal keys keep their source order.
        entries.sort_by_key(|(text, ..)| *text);
        for pair in entries.windows(2) {
            if let [(_, first, first_span, _), (_, second, span, _)] = pair
                && first == second
            {
                return self.fail(
                    Diagnostic::error(codes::T0316, *span, format!("`{first}` is given twice in this object"))
                        .with_label(*first_span, "first here"),
                );
            }
        }
        Value::Map(Arc::new(entries.into_iter().map(|(_, key, _, value)| (key, value)).collect::<BTreeMap<_, _>>()))
    }

    /// The value of a key expression as a key; what the whole object is instead, otherwise.
    pub(super) fn object_key(&mut self, expr: &Expr, scope: &dyn Scope) -> Result<Symbol, Value> {
        let value = self.eval(expr, scope);
        value.as_key().map_err(|why| match why {
            Mismatch::Invalid => Value::Invalid,
            Mismatch::Unknown(why) => Value::Unknown(why),
            Mismatch::Null => self.fail(Diagnostic::error(codes::T0304, expr.span, "a key must not be null")),
            Mismatch::Type | Mismatch::OutOfRange => {
                let message = format!("a key is text, and this is {}", value.describe());
                self.fail(Diagnostic::error(codes::T0319, expr.span, message))
            }
        })
    }
}

/// Failure weighs more than not knowing.
pub(super) fn merge_failures(instead: &mut Option<Value>, failed: Value) {
    if instead.is_none() || matches!(failed, Value::Invalid) {
        *instead = Some(failed);
    }
}
