//! A body read once and evaluated per index: what does not depend on `each` is stored once, the rest is evaluated into
//! the store without a map of language values for each instance. Must not know any property.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Span, Symbol, codes::lower as codes};
use tonnage_graph::{Node, Reference, ValueId, Values};
use tonnage_lang::intent::{Intent, Lookup};
use tonnage_lang::{Evaluator, Scope, Value, value::number_to_text};
use tonnage_schema::PathStep;
use tonnage_syntax::tree::{Expr, ExprKind, ObjectKey, SplatStep, TemplatePart};

/// Lists and maps may nest this deep in a body.
const DEEPEST: usize = 64;

/// A body, resolved.
#[derive(Debug)]
pub enum Template<'a> {
    /// The same for every index.
    Fixed(ValueId),
    /// `{ key = … }`, in order of the keys' text.
    Map(Vec<(Symbol, Template<'a>)>),
    /// `[…]`.
    List(Vec<Template<'a>>),
    /// Evaluated for each index; with what leads to it.
    Each(&'a Expr, Arc<[PathStep]>),
    /// The index's own key, `each.key` and nothing else: what most bodies name themselves by is not evaluated.
    Key(&'a Expr, Arc<[PathStep]>),
}

/// A part of a body that was evaluated for one index.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// What leads to it.
    pub path: Arc<[PathStep]>,
    /// What it is.
    pub value: ValueId,
}

/// Evaluates bodies into a store.
#[derive(Debug)]
pub struct BodyBuilder<'v> {
    /// Evaluates leaves.
    pub evaluator: Evaluator,
    /// Where values are stored.
    pub values: &'v mut Values,
    /// What was found by the conversion; the evaluator keeps its own.
    pub diagnostics: Vec<Diagnostic>,
    /// The parts evaluated by the last [`BodyBuilder::body`].
    pub leaves: Vec<Leaf>,
    /// Live objects that are not ours: what refers to one is what it is, as far as it is known.
    pub lookups: FxHashMap<Symbol, Lookup>,
}

impl<'v> BodyBuilder<'v> {
    /// Over a store.
    pub fn new(values: &'v mut Values, intent: &Intent) -> Self {
        Self {
            evaluator: Evaluator::new().for_day(intent.as_of),
            values,
            diagnostics: Vec::new(),
            leaves: Vec::new(),
            lookups: intent.lookups.iter().map(|lookup| (lookup.address, lookup.clone())).collect(),
        }
    }

    /// The value of an expression; none where it failed, and a diagnostic was given.
    pub fn eval(&mut self, expr: &Expr, scope: &dyn Scope) -> Option<Value> {
        match self.evaluator.eval(expr, scope) {
            Value::Invalid => None,
            value => Some(value),
        }
    }

    /// Reads an expression. None where a part that does not depend on `each` failed.
    pub fn resolve<'a>(&mut self, expr: &'a Expr, scope: &dyn Scope) -> Option<Template<'a>> {
        self.resolve_at(expr, scope, &mut Vec::new())
    }

    fn resolve_at<'a>(&mut self, expr: &'a Expr, scope: &dyn Scope, path: &mut Vec<PathStep>) -> Option<Template<'a>> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.resolve_at(inner, scope, path),
            ExprKind::Object(items) => {
                let mut entries = Vec::with_capacity(items.len());
                for item in items {
                    let ObjectKey::Name(name) = &item.key else { return self.leaf(expr, scope, path) };
                    entries.push((name.name, &item.value));
                }
                // every entry is tried, so that all mistakes are found at once
                let mut resolved = Vec::with_capacity(entries.len());
                for (key, entry) in entries {
                    path.push(PathStep::Key(key));
                    resolved.push((key, self.resolve_at(entry, scope, path)));
                    path.pop();
                }
                let entries: Vec<_> = resolved.into_iter().map(|(k, t)| t.map(|t| (k, t))).collect::<Option<_>>()?;
                if entries.iter().all(|(_, t)| matches!(t, Template::Fixed(_))) {
                    let mut fixed: Vec<_> = entries.iter().filter_map(|(k, t)| t.fixed().map(|v| (*k, v))).collect();
                    return Some(Template::Fixed(self.values.map(&mut fixed)));
                }
                // in the order in which the store keeps them: a later one of a repeated key comes last and wins
                let mut entries = entries;
                entries.sort_by_key(|(key, _)| *key);
                Some(Template::Map(entries))
            }
            ExprKind::List(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    path.push(PathStep::Index(u32::try_from(index).unwrap_or(u32::MAX)));
                    resolved.push(self.resolve_at(item, scope, path));
                    path.pop();
                }
                let items: Vec<_> = resolved.into_iter().collect::<Option<_>>()?;
                if items.iter().all(|t| matches!(t, Template::Fixed(_))) {
                    let fixed: Vec<_> = items.iter().filter_map(Template::fixed).collect();
                    return Some(Template::Fixed(self.values.list(&fixed)));
                }
                Some(Template::List(items))
            }
            _ => self.leaf(expr, scope, path),
        }
    }

    fn leaf<'a>(&mut self, expr: &'a Expr, scope: &dyn Scope, path: &[PathStep]) -> Option<Template<'a>> {
        if mentions(expr, "each") {
            return Some(match &expr.kind {
                ExprKind::Attribute(base, name) if crate::path::is_variable(base, "each") && name.name == "key" => {
                    Template::Key(expr, path.into())
                }
                _ => Template::Each(expr, path.into()),
            });
        }
        let value = self.eval(expr, scope)?;
        self.store(&value, expr.span).map(Template::Fixed)
    }

    /// The body for one index, whose key is given where there are several.
    pub fn body(&mut self, template: &Template<'_>, scope: &dyn Scope, key: Option<Symbol>) -> Option<ValueId> {
        self.leaves.clear();
        self.build(template, scope, key)
    }

    fn build(&mut self, template: &Template<'_>, scope: &dyn Scope, index: Option<Symbol>) -> Option<ValueId> {
        match template {
            Template::Fixed(id) => Some(*id),
            Template::Each(expr, path) | Template::Key(expr, path) => {
                let value = match (template, index) {
                    (Template::Key(..), Some(key)) => self.values.string(key),
                    _ => {
                        let value = self.eval(expr, scope)?;
                        self.store(&value, expr.span)?
                    }
                };
                self.leaves.push(Leaf { path: Arc::clone(path), value });
                Some(value)
            }
            Template::Map(entries) => {
                let mut built = Vec::with_capacity(entries.len());
                for (key, entry) in entries {
                    built.push((*key, self.build(entry, scope, index)?));
                }
                Some(self.values.map_sorted(&built))
            }
            Template::List(items) => {
                let mut built = Vec::with_capacity(items.len());
                for item in items {
                    built.push(self.build(item, scope, index)?);
                }
                Some(self.values.list(&built))
            }
        }
    }

    /// What a reference to a looked-up object stands for, where that is known.
    fn known(&self, address: Symbol, attribute: Option<Symbol>) -> Option<Value> {
        let lookup = self.lookups.get(&address)?;
        match attribute {
            None => lookup.known_id().map(|id| Value::string(id.as_str())),
            Some(path) => lookup.property(path),
        }
    }

    /// Stores a value of the language; none where it can't be a property, and a diagnostic was given at `span`.
    pub fn store(&mut self, value: &Value, span: Span) -> Option<ValueId> {
        if matches!(value, Value::List(_) | Value::Map(_)) && value.nests_deeper_than(DEEPEST) {
            let message = format!("lists and maps nest more than {DEEPEST} levels deep here");
            self.diagnostics.push(Diagnostic::error(codes::T0503, span, message).with_help("write a flatter value"));
            return None;
        }
        self.store_shallow(value, span)
    }

    fn store_shallow(&mut self, value: &Value, span: Span) -> Option<ValueId> {
        Some(match value {
            Value::Null => self.values.null(),
            Value::Bool(value) => self.values.bool(*value),
            Value::Number(number) => self.values.number(Symbol::new(&number_to_text(*number))),
            Value::String(text) => self.values.string(Symbol::new(text)),
            Value::Quantity(quantity) => self.values.string(Symbol::new(&quantity.to_string())),
            Value::Reference { address, attribute } if self.known(*address, *attribute).is_some() => {
                let known = self.known(*address, *attribute)?;
                return self.store_shallow(&known, span);
            }
            Value::Reference { address, attribute } => {
                self.values.reference(Reference { address: *address, attribute: *attribute })
            }
            Value::Sensitive(secret) => match secret.written() {
                Some(written) => return self.store_shallow(&written.clone(), span),
                None => {
                    let message = "this was computed from a sensitive value, and a cloud is given secrets whole";
                    self.diagnostics.push(Diagnostic::error(codes::T0519, span, message).with_help(
                        "use a sensitive variable as it is or inside of text (`\"${var.x}\"`): what is made of it, \
                         give as a variable of its own; or keep it in the cloud's store: `secret(\"aws-secretsmanager://NAME#KEY\")`",
                    ));
                    return None;
                }
            },
            Value::List(items) => {
                let mut built = Vec::with_capacity(items.len());
                for item in items.iter() {
                    built.push(self.store_shallow(item, span)?);
                }
                self.values.list(&built)
            }
            Value::Join(parts) => {
                let mut built = Vec::with_capacity(parts.len());
                for part in parts.iter() {
                    built.push(self.store_shallow(part, span)?);
                }
                // What was looked up is text by now.
                let text = |part: &ValueId| match self.values.node(*part) {
                    Node::String(text) => Some(text.as_str()),
                    _ => None,
                };
                match built.iter().map(text).collect::<Option<String>>() {
                    Some(whole) => self.values.string(Symbol::new(&whole)),
                    None => self.values.join(&built),
                }
            }
            Value::Map(entries) => {
                let mut built = Vec::with_capacity(entries.len());
                for (key, entry) in entries.iter() {
                    built.push((*key, self.store_shallow(entry, span)?));
                }
                self.values.map(&mut built)
            }
            Value::Object(thing) => {
                let what = thing.describe();
                let error = Diagnostic::error(codes::T0503, span, format!("{what} is not a value of a property"));
                self.diagnostics.push(match thing.declared() {
                    Some((kind, _)) if kind == crate::names::RESOURCE => {
                        error.with_help("write `.ref` after it for its identifier, or `.att.NAME` for an attribute")
                    }
                    Some((kind, _)) if kind == crate::names::FAMILY => {
                        error.with_help("pick one by its key and write `.ref` after it: `resource.NAME[\"key\"].ref`")
                    }
                    _ => error.with_help("write the attribute you mean after it, for example `.name`"),
                });
                return None;
            }
            Value::Unknown(why) => {
                let message = format!("this value is not known when the plan is made: {why}");
                self.diagnostics.push(
                    Diagnostic::error(codes::T0503, span, message)
                        .with_help("only identifiers and attributes of resources may be left to apply"),
                );
                return None;
            }
            Value::Invalid => return None,
        })
    }
}

impl Template<'_> {
    fn fixed(&self) -> Option<ValueId> {
        match self {
            Self::Fixed(id) => Some(*id),
            _ => None,
        }
    }
}

/// Whether an expression mentions a root name anywhere. A `for` variable of the same name counts too.
pub fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    visit(expr, &mut |e| found |= crate::path::is_variable(e, name));
    found
}

/// Calls `see` with an expression and all inside it, outermost first. Recursion is bounded by the parser's nesting.
pub fn visit<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    see(expr);
    match &expr.kind {
        ExprKind::Template(parts) => visit_parts(parts, see),
        ExprKind::List(items) => items.iter().for_each(|item| visit(item, see)),
        ExprKind::Object(items) => {
            for item in items {
                if let ObjectKey::Expr(key) = &item.key {
                    visit(key, see);
                }
                visit(&item.value, see);
            }
        }
        ExprKind::Attribute(base, _) | ExprKind::Unary(_, base) | ExprKind::Paren(base) => visit(base, see),
        ExprKind::Index(base, index) => {
            visit(base, see);
            visit(index, see);
        }
        ExprKind::Splat(base, steps) => {
            visit(base, see);
            for step in steps {
                if let SplatStep::Index(index) = step {
                    visit(index, see);
                }
            }
        }
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| visit(argument, see)),
        ExprKind::Binary(left, _, right) => {
            visit(left, see);
            visit(right, see);
        }
        ExprKind::Conditional(condition, then, otherwise) => {
            visit(condition, see);
            visit(then, see);
            visit(otherwise, see);
        }
        ExprKind::For(each) => {
            visit(&each.collection, see);
            if let Some(key) = &each.key_expr {
                visit(key, see);
            }
            visit(&each.value_expr, see);
            if let Some(condition) = &each.condition {
                visit(condition, see);
            }
        }
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Variable(_)
        | ExprKind::Invalid => {}
    }
}

fn visit_parts<'a>(parts: &'a [TemplatePart], see: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Value(value) => visit(value, see),
            TemplatePart::If { condition, then, otherwise } => {
                visit(condition, see);
                visit_parts(then, see);
                visit_parts(otherwise, see);
            }
            TemplatePart::For { collection, body, .. } => {
                visit(collection, see);
                visit_parts(body, see);
            }
        }
    }
}
