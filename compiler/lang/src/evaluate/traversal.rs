//! Names, attributes, indexes, splats. Must not know which names exist.

use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, Ident, SplatStep};

use super::{Evaluator, MAX_ITEMS};
use crate::{
    check::foreign,
    scope::Scope,
    value::{Mismatch, Value},
};

impl Evaluator {
    pub(super) fn variable(&mut self, name: Symbol, span: Span, scope: &dyn Scope) -> Value {
        if let Some(value) = scope.lookup(name) {
            return value;
        }
        let names = self.suggestable(|| scope.names());
        self.fail(unknown_name(name, span, names.iter().map(|n| n.as_str())))
    }

    /// `base.name`.
    pub(super) fn attribute(&mut self, base: Value, name: Ident, base_span: Span) -> Value {
        if let Value::Sensitive(secret) = &base {
            let base = secret.inner().clone();
            return self.with_opened(|this| this.attribute(base, name, base_span));
        }
        let found = match &base {
            Value::Object(object) => object.get(name.name),
            Value::Map(map) => map.get(&name.name).cloned(),
            Value::Invalid => return Value::Invalid,
            Value::Unknown(_) => return base,
            Value::Reference { address, attribute: Some(outer) } => {
                let nested = Symbol::new(&format!("{outer}.{}", name.name));
                return Value::Reference { address: *address, attribute: Some(nested) };
            }
            Value::Null => {
                return self.fail(
                    Diagnostic::error(codes::T0304, base_span, format!("this is null, so it has no `{}`", name.name))
                        .with_help("ask first: `x == null ? null : x.name`, or `try(x.name, null)`"),
                );
            }
            other => {
                let message = format!("this is {}, which has no attributes", other.describe());
                let mut diagnostic =
                    Diagnostic::error(codes::T0318, base_span, message).with_label(name.span, "asked for here");
                if matches!(other, Value::List(_)) {
                    let help = format!("for `{0}` of every element write `[*].{0}`, for one `[0].{0}`", name.name);
                    diagnostic = diagnostic.with_help(help);
                }
                return self.fail(diagnostic);
            }
        };
        found.unwrap_or_else(|| self.no_name(&base, name.name.as_str(), name.span, name.span))
    }

    /// `base[key]`.
    pub(super) fn index(&mut self, base: Value, key: &Value, base_span: Span, key_span: Span) -> Value {
        if matches!(key, Value::Invalid) {
            return Value::Invalid;
        }
        if let Value::Sensitive(secret) = &base {
            let base = secret.inner().clone();
            return self.with_opened(|this| this.index(base, key, base_span, key_span));
        }
        if let Value::Sensitive(secret) = key {
            return self.with_opened(|this| this.index(base, secret.inner(), base_span, key_span));
        }
        match &base {
            Value::List(items) => match key.as_whole() {
                Ok(at) => match usize::try_from(at).ok().and_then(|at| items.get(at)) {
                    Some(item) => item.clone(),
                    None => {
                        let has = match items.len() {
                            0 => "and the list is empty".to_owned(),
                            1 => "and the list has one element, 0".to_owned(),
                            n => format!("and the list has elements 0 to {}", n - 1),
                        };
                        let message = format!("there is no element {at}");
                        self.fail(Diagnostic::error(codes::T0305, key_span, format!("{message}, {has}")))
                    }
                },
                Err(why) => self.bad_key(why, key, "a list is indexed by a whole number", key_span),
            },
            Value::Map(map) => match key.as_key() {
                Ok(name) => {
                    map.get(&name).cloned().unwrap_or_else(|| self.no_name(&base, name.as_str(), key_span, base_span))
                }
                Err(why) => self.bad_key(why, key, "a map is indexed by text", key_span),
            },
            Value::Object(object) => {
                if let Some(value) = object.index(key) {
                    return value;
                }
                match key.as_key() {
                    Ok(name) => {
                        object.get(name).unwrap_or_else(|| self.no_name(&base, name.as_str(), key_span, base_span))
                    }
                    Err(why) => self.bad_key(why, key, "this is indexed by text", key_span),
                }
            }
            Value::Invalid => Value::Invalid,
            Value::Unknown(_) => base,
            Value::Reference { attribute: Some(_), .. } => match base.unknown_reason() {
                Some(why) => Value::Unknown(why),
                None => Value::Invalid,
            },
            Value::Null => {
                let message = "this is null, so it has no elements";
                self.fail(Diagnostic::error(codes::T0304, base_span, message).with_label(key_span, "asked for here"))
            }
            other => {
                let message = format!("this is {}, which has no elements", other.describe());
                self.fail(Diagnostic::error(codes::T0318, base_span, message).with_label(key_span, "asked for here"))
            }
        }
    }

    fn bad_key(&mut self, why: Mismatch, key: &Value, rule: &str, span: Span) -> Value {
        match why {
            Mismatch::Invalid => Value::Invalid,
            Mismatch::Unknown(why) => Value::Unknown(why),
            Mismatch::Null => self.fail(Diagnostic::error(codes::T0304, span, format!("{rule}, and this is null"))),
            Mismatch::Type | Mismatch::OutOfRange => {
                self.fail(Diagnostic::error(codes::T0318, span, format!("{rule}, and this is {}", key.describe())))
            }
        }
    }

    /// No attribute or key of this name.
    fn no_name(&mut self, base: &Value, name: &str, span: Span, mend: Span) -> Value {
        let (code, message) = match base {
            Value::Object(object) => (codes::T0302, format!("{} has no `{name}`", object.describe())),
            _ => (codes::T0306, format!("there is no `{name}` in this map")),
        };
        let names = self.suggestable(|| match base {
            Value::Object(object) => object.names(),
            Value::Map(map) => map.keys().copied().collect(),
            _ => Vec::new(),
        });
        let mut diagnostic = Diagnostic::error(code, span, message);
        let close = tonnage_base::suggest::closest(name, names.iter().map(|n| n.as_str()));
        if span == mend {
            diagnostic = diagnostic.with_did_you_mean(span, name, close);
        } else if let Some(close) = close {
            // The key is an expression: the mend is not simply another text in its place.
            diagnostic = diagnostic.with_help(format!("did you mean `{close}`?"));
        }
        if let (None, Some(known)) = (close, known_names(&names)) {
            diagnostic = diagnostic.with_help(format!("it has {known}"));
        }
        self.fail(diagnostic)
    }

    /// `base[*].name[index]`: null gives an empty list, a list its elements, anything else itself alone.
    pub(super) fn splat(&mut self, base: &Expr, steps: &[SplatStep], scope: &dyn Scope) -> Value {
        let value = self.eval(base, scope);
        let value = self.open_collection(value);
        let items: std::sync::Arc<[Value]> = match &value {
            Value::Null => return Value::list([]),
            Value::Invalid | Value::Unknown(_) => return value,
            Value::List(items) => std::sync::Arc::clone(items),
            Value::Reference { attribute: Some(_), .. } => {
                return value.unknown_reason().map_or(Value::Invalid, Value::Unknown);
            }
            _ => [value].into_iter().collect(),
        };
        if steps.is_empty() {
            return Value::List(items);
        }
        if !self.fits(items.len(), MAX_ITEMS, base.span) {
            return Value::Invalid;
        }
        // Index expressions do not depend on the element: evaluate them once.
        let keys: Vec<Option<Value>> = steps
            .iter()
            .map(|step| match step {
                SplatStep::Attribute(_) => None,
                SplatStep::Index(index) => Some(self.eval(index, scope)),
            })
            .collect();
        let mut results = Vec::with_capacity(items.len());
        for item in items.iter() {
            if !self.spend(1 + steps.len() as u64, base.span) {
                return Value::Invalid;
            }
            let mut value = item.clone();
            let mut place = base.span;
            for (step, key) in steps.iter().zip(&keys) {
                match (step, key) {
                    (SplatStep::Attribute(name), _) => {
                        value = self.attribute(value, *name, place);
                        place = place.to(name.span);
                    }
                    (SplatStep::Index(index), Some(key)) => {
                        value = self.index(value, key, place, index.span);
                        place = place.to(index.span);
                    }
                    (SplatStep::Index(_), None) => {}
                }
            }
            // The next elements would most likely say the same again.
            if matches!(value, Value::Invalid) {
                return Value::Invalid;
            }
            results.push(value);
        }
        Value::list(results)
    }
}

/// There is nothing of this name among those that mean something here.
pub(crate) fn unknown_name<'n>(name: Symbol, span: Span, names: impl IntoIterator<Item = &'n str>) -> Diagnostic {
    if let Some(foreign) = foreign::name(name.as_str(), span) {
        return foreign;
    }
    let diagnostic = Diagnostic::error(codes::T0301, span, format!("there is nothing called `{name}` here"))
        .with_did_you_mean(span, name.as_str(), names);
    match diagnostic.help {
        Some(_) => diagnostic,
        None => diagnostic.with_help(format!("text is written in quotes: `\"{name}\"`")),
    }
}

/// The first few names, in words; none where there are none.
fn known_names(names: &[Symbol]) -> Option<String> {
    const SHOWN: usize = 6;
    let mut sorted: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
    sorted.sort_unstable();
    let shown: Vec<String> = sorted.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (shown.is_empty(), sorted.len().saturating_sub(SHOWN)) {
        (true, _) => None,
        (false, 0) => Some(shown.join(", ")),
        (false, more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}
