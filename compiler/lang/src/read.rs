//! Reading the attributes of one block: each evaluated once, held against what the table expects, errors said at the
//! author's text.
//!
//! Must not know what the block is; rules that span two attributes are in `build`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;
use tonnage_base::{At, Decimal, Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Attribute, Block, Body, Expr, ExprKind, Ident, ObjectKey};

use crate::{
    check::{AttributeSpec, BlockSpec, Expects, missing_attribute},
    context::Context,
    resolve::names::{self, FleetScope},
    value::Value,
};

mod quantities;
mod quotes;

/// One block being read.
pub(crate) struct Reader<'a> {
    attributes: Vec<(&'static str, &'a Attribute)>,
    body: &'a Body,
    label: Option<Ident>,
    /// Where to say that something is missing.
    pub at: Span,
    spec: &'static BlockSpec,
    scope: &'a FleetScope,
    values: Vec<(&'static str, Value)>,
}

/// A value with the expression it came from.
#[derive(Clone)]
pub(crate) struct Read<'a> {
    pub value: Value,
    pub expr: &'a Expr,
}

impl<'a> Reader<'a> {
    pub fn new(block: &'a Block, spec: &'static BlockSpec, scope: &'a FleetScope) -> Self {
        let attributes = block.body.attributes.iter().map(|a| (a.key.name.as_str(), a)).collect();
        Self {
            attributes,
            body: &block.body,
            label: block.labels.first().copied(),
            at: block.header,
            spec,
            scope,
            values: Vec::new(),
        }
    }

    /// The first label.
    pub fn label(&self) -> Option<Ident> {
        self.label
    }

    /// The first nested block of this kind.
    pub fn nested(&self, kind: &str) -> Option<Reader<'a>> {
        self.all_nested(kind).into_iter().next()
    }

    /// All nested blocks of this kind.
    pub fn all_nested(&self, kind: &str) -> Vec<Reader<'a>> {
        let Some(spec) = self.spec.block(kind) else { return Vec::new() };
        let blocks = self.body.blocks.iter().filter(|b| b.kind.name == kind);
        blocks.map(|block| Reader::new(block, spec, self.scope)).collect()
    }

    /// Attributes that the table does not know.
    pub fn others(&self) -> Vec<Ident> {
        let keys = self.attributes.iter().map(|(_, attribute)| attribute.key);
        keys.filter(|key| self.spec.attribute(key.name.as_str()).is_none()).collect()
    }

    /// Where the attribute is written, if it is.
    pub fn span(&self, name: &str) -> Option<Span> {
        self.written(name).map(|a| a.span)
    }

    /// Where a key of an object attribute is written; the attribute where it is not written out.
    pub fn key_span(&self, name: &str, key: Symbol) -> Span {
        let Some(attribute) = self.written(name) else { return self.at };
        let ExprKind::Object(items) = &attribute.value.kind else { return attribute.value.span };
        let found = items.iter().find_map(|item| match &item.key {
            ObjectKey::Name(name) => (name.name == key).then_some(name.span),
            ObjectKey::Expr(expr) => matches!(&expr.kind, ExprKind::String(text) if *text == key).then_some(expr.span),
        });
        found.unwrap_or(attribute.value.span)
    }

    fn written(&self, name: &str) -> Option<&'a Attribute> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, a)| *a)
    }

    /// Where an attribute is written and null, which is as if it were not written.
    pub fn null(&mut self, name: &'static str, cx: &mut Context) -> Option<Span> {
        let attribute = self.written(name)?;
        matches!(self.evaluate(name, attribute, cx), Value::Null).then_some(attribute.value.span)
    }

    /// Every attribute, evaluated; those of the table that are not written are null.
    pub fn everything(&mut self, cx: &mut Context) -> BTreeMap<Symbol, Value> {
        let mut all: BTreeMap<Symbol, Value> = self
            .spec
            .attributes
            .iter()
            .filter(|spec| self.written(spec.name).is_none())
            .map(|spec| (Symbol::new(spec.name), Value::Null))
            .collect();
        for at in 0..self.attributes.len() {
            if let Some(&(name, attribute)) = self.attributes.get(at) {
                let value = self.evaluate(name, attribute, cx);
                all.insert(attribute.key.name, value);
            }
        }
        all
    }

    fn evaluate(&mut self, name: &'static str, attribute: &'a Attribute, cx: &mut Context) -> Value {
        if let Some((_, value)) = self.values.iter().find(|(key, _)| *key == name) {
            return value.clone();
        }
        let value = cx.eval(&attribute.value, self.scope);
        self.values.push((name, value.clone()));
        value
    }

    /// The value of an attribute; none where it is absent or null, or not known now (which is an error).
    pub fn value(&mut self, name: &'static str, cx: &mut Context) -> Option<Read<'a>> {
        let spec = self.spec.attribute(name);
        debug_assert!(spec.is_some(), "`{name}` of `{}` is not in the table", self.spec.kind);
        let spec = spec?;
        let Some(attribute) = self.written(name) else {
            if spec.required {
                cx.incomplete = true;
            }
            return None;
        };
        let expr = &attribute.value;
        match self.evaluate(name, attribute, cx) {
            Value::Invalid => None,
            Value::Null if spec.required => {
                cx.push(missing_attribute(expr.span, self.spec, spec));
                cx.incomplete()
            }
            Value::Null => None,
            Value::Unknown(why) => {
                cx.push(
                    Diagnostic::error(codes::T0217, expr.span, format!("`{name}` must be known now: it is {why}"))
                        .with_help("what placement and lowering bring can be used in a `resource` or an `output` only"),
                );
                cx.incomplete()
            }
            value if value.holds_sensitive() => {
                cx.push(
                    Diagnostic::error(codes::T0286, expr.span, format!("`{name}` would show a sensitive value"))
                        .with_help(
                            "what a block says is seen in plans: use a secret in the `body` of a resource, \
                             or write `nonsensitive(…)` around what may be seen",
                        ),
                );
                cx.incomplete()
            }
            value => Some(Read { value, expr }),
        }
    }

    fn spec_of(&self, name: &str) -> Option<&'static AttributeSpec> {
        self.spec.attribute(name)
    }

    /// `nodes` is a list, expected a whole number.
    pub fn wrong_type<T>(&self, name: &str, read: &Read<'_>, cx: &mut Context) -> Option<T> {
        let spec = self.spec_of(name);
        let expected = spec.map_or_else(String::new, |spec| spec.expects.describe());
        let wrong = Diagnostic::error(
            codes::T0213,
            read.expr.span,
            format!("`{name}` is {}, expected {expected}", with_article(read.value.type_name())),
        );
        cx.push(match spec {
            Some(spec) => quotes::mended(wrong, spec.expects, read.expr, &read.value),
            None => wrong,
        });
        cx.incomplete()
    }

    /// Text.
    pub fn text(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Symbol>> {
        let read = self.value(name, cx)?;
        match &read.value {
            Value::String(text) if text.trim().is_empty() => {
                cx.push(
                    Diagnostic::error(codes::T0258, read.expr.span, format!("`{name}` is empty"))
                        .with_help("write something, or leave it out"),
                );
                cx.incomplete()
            }
            Value::String(text) => Some(At::new(Symbol::new(text), read.expr.span)),
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// One of the words that the table lists.
    pub fn word(&mut self, name: &'static str, cx: &mut Context) -> Option<At<&'static str>> {
        let text = self.text(name, cx)?;
        let spec = self.spec_of(name)?;
        let Expects::Word(words) = spec.expects else { return None };
        self.known_word(name, text, words, cx)
    }

    /// A list of texts, or one text where the table allows it. An empty list is an error.
    pub fn texts(&mut self, name: &'static str, cx: &mut Context) -> Option<Vec<At<Symbol>>> {
        let read = self.value(name, cx)?;
        let one_is_enough = self.spec_of(name).is_some_and(|spec| spec.expects == Expects::TextOrTexts);
        match &read.value {
            Value::String(text) if one_is_enough => Some(vec![At::new(Symbol::new(text), read.expr.span)]),
            Value::List(items) if items.is_empty() => self.empty(name, read.expr.span, cx),
            Value::List(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for (position, item) in items.iter().enumerate() {
                    let span = element_span(read.expr, position);
                    match item {
                        Value::String(text) => texts.push(At::new(Symbol::new(text), span)),
                        Value::Invalid => return cx.incomplete(),
                        other => {
                            cx.push(Diagnostic::error(
                                codes::T0213,
                                span,
                                format!("`{name}` holds {}, expected strings", with_article(other.type_name())),
                            ));
                            return cx.incomplete();
                        }
                    }
                }
                Some(texts)
            }
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// A list of the words that the table lists.
    pub fn words(&mut self, name: &'static str, cx: &mut Context) -> Option<Vec<At<&'static str>>> {
        let texts = self.texts(name, cx)?;
        let Some(Expects::Words(words)) = self.spec_of(name).map(|spec| spec.expects) else { return None };
        let found: Vec<Option<At<&'static str>>> =
            texts.into_iter().map(|text| self.known_word(name, text, words, cx)).collect();
        found.into_iter().collect()
    }

    fn known_word(
        &self,
        name: &str,
        text: At<Symbol>,
        words: &'static [&'static str],
        cx: &mut Context,
    ) -> Option<At<&'static str>> {
        let written = text.value.as_str();
        if let Some(word) = words.iter().find(|word| **word == written) {
            return Some(At::new(word, text.span));
        }
        let mut wrong = Diagnostic::error(codes::T0219, text.span, format!("`{name}` can't be `\"{written}\"`"));
        if let Some(close) = tonnage_base::suggest::closest(written, words.iter().copied()) {
            wrong = wrong.with_suggestion(text.span, format!("\"{close}\""));
        }
        let expected = self.spec_of(name).map_or_else(String::new, |spec| spec.expects.describe());
        cx.push(wrong.with_help(format!("it is {expected}")));
        cx.incomplete()
    }

    fn empty<T>(&self, name: &str, span: Span, cx: &mut Context) -> Option<T> {
        cx.push(
            Diagnostic::error(codes::T0258, span, format!("`{name}` is empty"))
                .with_help("write at least one, or leave it out"),
        );
        cx.incomplete()
    }

    /// `true` or `false`.
    pub fn bool(&mut self, name: &'static str, cx: &mut Context) -> Option<At<bool>> {
        let read = self.value(name, cx)?;
        match read.value {
            Value::Bool(value) => Some(At::new(value, read.expr.span)),
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// A number.
    pub fn number(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Decimal>> {
        let read = self.value(name, cx)?;
        match read.value {
            Value::Number(number) => Some(At::new(number, read.expr.span)),
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// A whole number, as small as the table allows.
    pub fn whole(&mut self, name: &'static str, cx: &mut Context) -> Option<At<u64>> {
        let number = self.number(name, cx)?;
        let least = match self.spec_of(name).map(|spec| spec.expects) {
            Some(Expects::Whole) => 0,
            _ => 1,
        };
        self.in_range(name, number, least, u64::from(u32::MAX), cx)
    }

    /// As [`Reader::whole`], in 32 bits.
    pub fn whole32(&mut self, name: &'static str, cx: &mut Context) -> Option<At<u32>> {
        let number = self.whole(name, cx)?;
        u32::try_from(number.value).ok().map(|value| At::new(value, number.span))
    }

    fn in_range(&self, name: &str, number: At<Decimal>, least: u64, most: u64, cx: &mut Context) -> Option<At<u64>> {
        let whole = number.value.is_integer().then(|| number.value.to_u64()).flatten();
        match whole.filter(|n| (least..=most).contains(n)) {
            Some(whole) => Some(At::new(whole, number.span)),
            None => {
                cx.push(
                    Diagnostic::error(
                        codes::T0218,
                        number.span,
                        format!("`{name}` can't be {}", number.value.normalize()),
                    )
                    .with_help(format!("it is a whole number from {least} to {most}")),
                );
                cx.incomplete()
            }
        }
    }

    /// A whole number of nodes, or `"rest"` (none).
    pub fn amount(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Option<u64>>> {
        let read = self.value(name, cx)?;
        match &read.value {
            Value::String(text) if &**text == "rest" => Some(At::new(None, read.expr.span)),
            Value::Number(number) => {
                let number = At::new(*number, read.expr.span);
                self.in_range(name, number, 0, u64::from(u32::MAX), cx).map(|n| n.map(Some))
            }
            Value::String(text) => {
                let mut wrong =
                    Diagnostic::error(codes::T0219, read.expr.span, format!("`{name}` can't be `\"{text}\"`"));
                if tonnage_base::suggest::closest(text, ["rest"]).is_some() {
                    wrong = wrong.with_suggestion(read.expr.span, "\"rest\"");
                }
                cx.push(wrong.with_help("it is a whole number of nodes, or `\"rest\"`: what the others leave"));
                cx.incomplete()
            }
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// The identifier of something that exists: text, or what a lookup will find.
    pub fn identifier(&mut self, name: &'static str, cx: &mut Context) -> Option<At<Value>> {
        let read = self.value(name, cx)?;
        let span = read.expr.span;
        self.identifying(name, read.value, span, cx)
    }

    /// A map of identifiers.
    pub fn identifiers(&mut self, name: &'static str, cx: &mut Context) -> Option<At<BTreeMap<Symbol, Value>>> {
        let read = self.value(name, cx)?;
        let Value::Map(map) = &read.value else { return self.wrong_type(name, &read, cx) };
        let mut found = BTreeMap::new();
        for (key, value) in map.iter() {
            found.insert(*key, self.identifying(name, value.clone(), self.key_span(name, *key), cx)?.value);
        }
        Some(At::new(found, read.expr.span))
    }

    fn identifying(&self, name: &str, value: Value, span: Span, cx: &mut Context) -> Option<At<Value>> {
        let problem = match &value {
            Value::String(text) if !text.trim().is_empty() => return Some(At::new(value, span)),
            Value::Reference { address, .. } if names::is_lookup(*address) => return Some(At::new(value, span)),
            Value::Invalid => return cx.incomplete(),
            Value::Object(thing) => format!("`{name}` is {}, not its identifier", thing.describe()),
            Value::String(_) => format!("`{name}` is empty"),
            other => format!("`{name}` is {}, expected an identifier", with_article(other.type_name())),
        };
        cx.push(
            Diagnostic::error(codes::T0282, span, problem)
                .with_help("write the identifier as the cloud gives it, or `lookup.NAME.ref`"),
        );
        cx.incomplete()
    }

    /// A map of texts; numbers and truth values become text.
    pub fn labels(&mut self, name: &'static str, cx: &mut Context) -> BTreeMap<Symbol, Symbol> {
        let Some(read) = self.value(name, cx) else { return BTreeMap::new() };
        let Value::Map(entries) = &read.value else {
            self.wrong_type::<()>(name, &read, cx);
            return BTreeMap::new();
        };
        let mut labels = BTreeMap::new();
        for (key, value) in entries.iter() {
            let text = match value {
                Value::String(text) => Symbol::new(text),
                Value::Number(number) => Symbol::new(&number.normalize().to_string()),
                Value::Bool(value) => Symbol::new(if *value { "true" } else { "false" }),
                Value::Null => continue,
                Value::Invalid => {
                    cx.incomplete = true;
                    continue;
                }
                other => {
                    cx.push(Diagnostic::error(
                        codes::T0213,
                        read.expr.span,
                        format!("label `{key}` is {}, expected a string", with_article(other.type_name())),
                    ));
                    cx.incomplete = true;
                    continue;
                }
            };
            labels.insert(*key, text);
        }
        labels
    }

    /// An object, as it is.
    pub fn object(&mut self, name: &'static str, cx: &mut Context) -> Option<Arc<BTreeMap<Symbol, Value>>> {
        let read = self.value(name, cx)?;
        match &read.value {
            Value::Map(map) => Some(Arc::clone(map)),
            _ => self.wrong_type(name, &read, cx),
        }
    }

    /// A reference to one declared thing: its name.
    pub fn reference(&mut self, name: &'static str, declared: &[&str], cx: &mut Context) -> Option<At<Symbol>> {
        let Some(Expects::Reference(kind)) = self.spec_of(name).map(|spec| spec.expects) else { return None };
        let read = self.value(name, cx)?;
        self.referred(name, kind, &read.value, read.expr.span, declared, cx)
    }

    /// References to one or several declared things.
    pub fn references(&mut self, name: &'static str, declared: &[&str], cx: &mut Context) -> Option<Vec<At<Symbol>>> {
        let Some(Expects::References(kind)) = self.spec_of(name).map(|spec| spec.expects) else { return None };
        let read = self.value(name, cx)?;
        match &read.value {
            Value::List(items) if items.is_empty() => self.empty(name, read.expr.span, cx),
            Value::List(items) => {
                let items = items.iter().enumerate();
                let found: Vec<Option<At<Symbol>>> = items
                    .map(|(i, item)| self.referred(name, kind, item, element_span(read.expr, i), declared, cx))
                    .collect();
                found.into_iter().collect()
            }
            one => self.referred(name, kind, one, read.expr.span, declared, cx).map(|found| vec![found]),
        }
    }

    fn referred(
        &self,
        name: &str,
        kind: &'static str,
        value: &Value,
        span: Span,
        declared: &[&str],
        cx: &mut Context,
    ) -> Option<At<Symbol>> {
        let wrong = match value {
            Value::Invalid => return cx.incomplete(),
            Value::Object(object) => match object.declared() {
                Some((found, thing)) if found == kind => return Some(At::new(thing, span)),
                Some((found, thing)) => Diagnostic::error(
                    codes::T0215,
                    span,
                    format!("`{name}` refers to {found} `{thing}`, expected {}", with_article(kind)),
                )
                .with_help(format!("write `{kind}.NAME`")),
                None => {
                    Diagnostic::error(codes::T0214, span, format!("`{name}` is {}, not one {kind}", object.describe()))
                        .with_help(format!("write `{kind}.NAME`"))
                }
            },
            Value::String(text) => {
                let wrong = Diagnostic::error(
                    codes::T0214,
                    span,
                    format!("`{name}` is a string, expected {}", Expects::Reference(kind).describe()),
                );
                match tonnage_base::suggest::closest(text, declared.iter().copied()) {
                    Some(close) => {
                        let reference = format!("{kind}.{close}");
                        wrong.with_help(format!("write `{reference}`")).with_suggestion(span, reference)
                    }
                    None => wrong.with_help(format!("write `{kind}.NAME`; declare it: `{kind} \"NAME\" {{ … }}`")),
                }
            }
            Value::Map(instances) if instances.values().any(|v| matches!(v, Value::Object(_))) => {
                let first = instances.keys().next().map_or("…", |key| key.as_str());
                Diagnostic::error(codes::T0216, span, format!("`{name}` does not say which instance"))
                    .with_help(format!("the {kind} has `for_each`: write `{kind}.NAME[\"{first}\"]`"))
            }
            other => Diagnostic::error(
                codes::T0213,
                span,
                format!(
                    "`{name}` is {}, expected {}",
                    with_article(other.type_name()),
                    Expects::Reference(kind).describe()
                ),
            ),
        };
        cx.push(wrong);
        cx.incomplete()
    }
}

/// The place of one element, where the list is written out.
pub(crate) fn element_span(expr: &Expr, position: usize) -> Span {
    match &expr.kind {
        ExprKind::List(items) => items.get(position).map_or(expr.span, |item| item.span),
        ExprKind::Paren(inner) => element_span(inner, position),
        _ => expr.span,
    }
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "null" | "unknown" | "invalid" => type_name.to_owned(),
        word if word.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {word}"),
        word => format!("a {word}"),
    }
}
