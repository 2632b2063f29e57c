//! How secrets go through expressions: a value is laid open for the moment in which something is made of it, what is
//! made came from a secret too, and what is said meanwhile is said without it. Must not know what is made.

use tonnage_syntax::tree::Expr;

use super::Evaluator;
use crate::{scope::Scope, value::Value};

impl Evaluator {
    /// Makes something of values that were laid open.
    pub(super) fn with_opened(&mut self, make: impl FnOnce(&mut Self) -> Value) -> Value {
        self.opened += 1;
        self.concealing(true, make).into_hidden()
    }

    /// An operand, laid open; that it was is marked by [`Evaluator::tainted_by_decisions`].
    pub(super) fn operand(&mut self, expr: &Expr, scope: &dyn Scope) -> (Value, bool) {
        let value = self.eval(expr, scope);
        if !value.holds_sensitive() {
            return (value, false);
        }
        self.opened += 1;
        self.decided += 1;
        (value.opened(), true)
    }

    /// Does something, and takes what it says apart from secrets where it has to do with one.
    pub(super) fn concealing<T>(&mut self, secret: bool, act: impl FnOnce(&mut Self) -> T) -> T {
        let start = self.diagnostics.len();
        let done = act(self);
        if secret {
            self.conceal(start);
        }
        done
    }

    /// A condition inside an expression; what hangs on it is marked by [`Evaluator::tainted_by_decisions`].
    pub(super) fn decide(&mut self, condition: &Expr, scope: &dyn Scope) -> Option<bool> {
        let (value, secret) = self.operand(condition, scope);
        self.concealing(secret, |this| this.truth(&value, condition.span))
    }

    /// The collection to walk; that a sensitive one was walked is marked by [`Evaluator::tainted_by_decisions`]. Its
    /// elements came from a secret like itself.
    pub(super) fn open_collection(&mut self, value: Value) -> Value {
        let Value::Sensitive(secret) = &value else { return value };
        self.opened += 1;
        self.decided += 1;
        match secret.inner() {
            Value::List(items) => Value::List(items.iter().cloned().map(Value::into_sensitive).collect()),
            Value::Map(map) => {
                let items = map.iter().map(|(key, item)| (*key, item.clone().into_sensitive()));
                Value::Map(std::sync::Arc::new(items.collect()))
            }
            Value::Null => Value::Null,
            _ => value,
        }
    }

    /// Makes a value; it is sensitive where a secret decided how.
    pub(super) fn tainted_by_decisions(&mut self, make: impl FnOnce(&mut Self) -> Value) -> Value {
        let before = self.decided;
        let value = make(self);
        if self.decided == before { value } else { value.into_hidden() }
    }

    /// What was said since `start` was said of values laid open: their text is taken out of it.
    fn conceal(&mut self, start: usize) {
        for said in self.diagnostics.iter_mut().skip(start) {
            said.message = format!("{}; the value is sensitive and is not shown", said.code.title);
            said.help = None;
            said.suggestions.clear();
            said.secondary.retain(|label| label.text.is_empty());
            if let Some(primary) = &mut said.primary {
                primary.text.clear();
            }
        }
    }
}
