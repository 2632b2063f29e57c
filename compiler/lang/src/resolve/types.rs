//! Types of variables: how they are written, and how a value is made to fit one.
//!
//! Must not know where a value came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, ExprKind, ObjectKey};

use super::names::FleetScope;
use crate::{
    check::foreign,
    context::{Context, listed},
    value::Value,
};

/// A type.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(Vec<Field>),
    Tuple(Vec<Type>),
}

/// A field of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    name: Symbol,
    kind: Type,
    optional: bool,
    default: Value,
}

/// Why a value does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mismatch {
    /// `.size[3]`: where inside the value; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

impl Mismatch {
    /// Of a secret: what it is and what is in it is not told.
    pub fn concealed(self) -> Self {
        Self { path: String::new(), problem: "it is of another type; it is sensitive and not shown".to_owned() }
    }
}

const WORDS: &[&str] = &["string", "number", "bool", "any", "list", "set", "map", "object", "tuple"];

impl Type {
    /// As authors write it.
    pub fn written(&self) -> String {
        match self {
            Self::Any => "any".into(),
            Self::Text => "string".into(),
            Self::Number => "number".into(),
            Self::Bool => "bool".into(),
            Self::List(of) => format!("list({})", of.written()),
            Self::Set(of) => format!("set({})", of.written()),
            Self::Map(of) => format!("map({})", of.written()),
            Self::Object(fields) => {
                let fields: Vec<String> = fields.iter().map(|f| format!("{} = {}", f.name, f.kind.written())).collect();
                format!("object({{ {} }})", fields.join(", "))
            }
            Self::Tuple(items) => {
                let items: Vec<String> = items.iter().map(Self::written).collect();
                format!("tuple([{}])", items.join(", "))
            }
        }
    }

    /// Reads a type expression. None where it is none (a diagnostic was given).
    pub fn parse(expr: &Expr, cx: &mut Context) -> Option<Self> {
        match &expr.kind {
            ExprKind::Invalid => cx.incomplete(),
            ExprKind::Paren(inner) => Self::parse(inner, cx),
            ExprKind::Variable(name) => match name.as_str() {
                "any" => Some(Self::Any),
                "string" => Some(Self::Text),
                "number" => Some(Self::Number),
                "bool" => Some(Self::Bool),
                "list" | "set" | "map" => Self::parse_one(name.as_str(), Self::Any),
                other => unknown(expr.span, other, cx),
            },
            ExprKind::String(text) if WORDS.contains(&text.as_str()) => {
                cx.push(
                    Diagnostic::error(codes::T0245, expr.span, format!("the type `{text}` stands in quotes"))
                        .with_help("types are written without quotes")
                        .with_suggestion(expr.span, text.as_str()),
                );
                cx.incomplete()
            }
            ExprKind::Call { name, arguments, expand_last: false } => {
                match (name.name.as_str(), arguments.as_slice()) {
                    (word @ ("list" | "set" | "map"), [of]) => {
                        let of = Self::parse(of, cx)?;
                        Self::parse_one(word, of)
                    }
                    ("object", [Expr { kind: ExprKind::Object(items), .. }]) => {
                        let mut fields = Vec::with_capacity(items.len());
                        for item in items {
                            let ObjectKey::Name(key) = &item.key else {
                                return malformed(expr.span, "the names of an `object` are written out", cx);
                            };
                            fields.push(Field::parse(key.name, &item.value, cx)?);
                        }
                        Some(Self::Object(fields))
                    }
                    (word @ ("list" | "set" | "map"), _) => {
                        malformed(expr.span, &format!("write one type in it: `{word}(string)`"), cx)
                    }
                    ("object", _) => {
                        malformed(expr.span, "write `object({ name = string, nodes = optional(number, 1) })`", cx)
                    }
                    ("optional", _) => malformed(expr.span, "`optional(…)` stands inside an `object({ … })` only", cx),
                    ("tuple", [Expr { kind: ExprKind::List(items), .. }]) => {
                        let items: Option<Vec<Self>> = items.iter().map(|item| Self::parse(item, cx)).collect();
                        Some(Self::Tuple(items?))
                    }
                    ("tuple", _) => malformed(expr.span, "write `tuple([string, number])`", cx),
                    (other, _) => unknown(name.span, other, cx),
                }
            }
            _ => malformed(expr.span, &format!("types are {}", listed(WORDS)), cx),
        }
    }

    fn parse_one(word: &str, of: Self) -> Option<Self> {
        let of = Box::new(of);
        match word {
            "list" => Some(Self::List(of)),
            "set" => Some(Self::Set(of)),
            "map" => Some(Self::Map(of)),
            _ => None,
        }
    }

    /// The value as this type: text that reads as a number becomes one and the reverse, a set is sorted and has each
    /// element once, missing optional fields get their defaults. Null fits everything.
    pub fn fit(&self, value: Value) -> Result<Value, Mismatch> {
        match (self, value) {
            (_, value @ (Value::Null | Value::Invalid | Value::Unknown(_))) | (Self::Any, value) => Ok(value),
            (Self::Text, value @ Value::String(_))
            | (Self::Number, value @ Value::Number(_))
            | (Self::Bool, value @ Value::Bool(_)) => Ok(value),
            (Self::Text, Value::Number(number)) => Ok(Value::string(&number.normalize().to_string())),
            (Self::Text, Value::Bool(value)) => Ok(Value::string(if value { "true" } else { "false" })),
            (Self::Number, Value::String(text)) => match text.trim().parse::<Decimal>() {
                Ok(number) => Ok(Value::Number(number)),
                Err(_) => Err(mismatch(format!("`\"{text}\"` is not a number"))),
            },
            (Self::Bool, Value::String(text)) => match text.trim() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(mismatch(format!("`\"{text}\"` is neither `true` nor `false`"))),
            },
            (Self::List(of), Value::List(items)) => fit_items(of, &items).map(Value::list),
            (Self::Set(of), Value::List(items)) => {
                let mut items = fit_items(of, &items)?;
                items.sort_by(compare);
                items.dedup_by(|a, b| compare(a, b).is_eq());
                Ok(Value::list(items))
            }
            (Self::Map(of), Value::Map(entries)) => {
                let mut fitted = BTreeMap::new();
                for (key, value) in entries.iter() {
                    let value = of.fit(value.clone()).map_err(|e| inside(&format!("[\"{key}\"]"), e))?;
                    fitted.insert(*key, value);
                }
                Ok(Value::Map(Arc::new(fitted)))
            }
            (Self::Object(fields), Value::Map(entries)) => fit_object(fields, &entries),
            (Self::Tuple(of), Value::List(items)) if of.len() == items.len() => {
                let fitted = of.iter().zip(items.iter()).enumerate();
                let fitted: Result<Vec<Value>, Mismatch> = fitted
                    .map(|(i, (of, item))| of.fit(item.clone()).map_err(|e| inside(&format!("[{i}]"), e)))
                    .collect();
                fitted.map(Value::list)
            }
            (Self::Tuple(of), Value::List(items)) => {
                Err(mismatch(format!("it has {} elements, and must have {}", items.len(), of.len())))
            }
            // An element that is a secret stays one.
            (expected, Value::Sensitive(secret)) => match expected.fit(secret.inner().clone()) {
                Ok(value) => Ok(value.into_sensitive_written(secret.written().cloned())),
                Err(wrong) => Err(wrong.concealed()),
            },
            (expected, value) => {
                Err(mismatch(format!("it is a {}, and must be `{}`", value.type_name(), expected.written())))
            }
        }
    }
}

impl Field {
    fn parse(name: Symbol, expr: &Expr, cx: &mut Context) -> Option<Self> {
        let ExprKind::Call { name: call, arguments, expand_last: false } = &expr.kind else {
            return Some(Self { name, kind: Type::parse(expr, cx)?, optional: false, default: Value::Null });
        };
        match (call.name.as_str(), arguments.as_slice()) {
            ("optional", [of]) => Some(Self { name, kind: Type::parse(of, cx)?, optional: true, default: Value::Null }),
            ("optional", [of, default]) => {
                let kind = Type::parse(of, cx)?;
                let value = cx.eval(default, &FleetScope::none());
                match kind.fit(value) {
                    Ok(default) => Some(Self { name, kind, optional: true, default }),
                    Err(wrong) => {
                        cx.push(
                            Diagnostic::error(
                                codes::T0246,
                                default.span,
                                format!("the default of `{name}` is not a `{}`: {}", kind.written(), wrong.problem),
                            )
                            .with_help("give it a default of its type"),
                        );
                        cx.incomplete()
                    }
                }
            }
            ("optional", _) => malformed(expr.span, "write `optional(TYPE)` or `optional(TYPE, DEFAULT)`", cx),
            _ => Some(Self { name, kind: Type::parse(expr, cx)?, optional: false, default: Value::Null }),
        }
    }
}

fn fit_items(of: &Type, items: &[Value]) -> Result<Vec<Value>, Mismatch> {
    let fitted = items.iter().enumerate();
    fitted.map(|(i, item)| of.fit(item.clone()).map_err(|e| inside(&format!("[{i}]"), e))).collect()
}

fn fit_object(fields: &[Field], entries: &BTreeMap<Symbol, Value>) -> Result<Value, Mismatch> {
    let mut fitted = BTreeMap::new();
    for field in fields {
        let value = match entries.get(&field.name) {
            None | Some(Value::Null) if field.optional => field.default.clone(),
            None => return Err(mismatch(format!("it has no `{}`", field.name))),
            Some(value) => field.kind.fit(value.clone()).map_err(|e| inside(&format!(".{}", field.name), e))?,
        };
        fitted.insert(field.name, value);
    }
    // An unknown name is a misspelt one: it would be dropped silently otherwise.
    match entries.keys().find(|key| !fields.iter().any(|f| f.name == **key)) {
        Some(extra) => {
            let close = tonnage_base::suggest::closest(extra.as_str(), fields.iter().map(|f| f.name.as_str()));
            let hint = close.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
            Err(mismatch(format!("`{extra}` is not one of its names{hint}")))
        }
        None => Ok(Value::Map(Arc::new(fitted))),
    }
}

/// A total order of values, for sets: by kind, then by content.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            let different = a.iter().zip(b.iter()).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
            different.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Map(a), Value::Map(b)) => {
            let both = a.iter().zip(b.iter());
            let different = both.map(|(a, b)| a.0.cmp(b.0).then_with(|| compare(a.1, b.1))).find(|order| order.is_ne());
            different.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        _ => a.type_name().cmp(b.type_name()),
    }
}

fn mismatch(problem: String) -> Mismatch {
    Mismatch { path: String::new(), problem }
}

fn inside(step: &str, wrong: Mismatch) -> Mismatch {
    Mismatch { path: format!("{step}{}", wrong.path), ..wrong }
}

fn malformed<T>(span: Span, help: &str, cx: &mut Context) -> Option<T> {
    cx.push(Diagnostic::error(codes::T0245, span, "this is not a type").with_help(help));
    cx.incomplete()
}

fn unknown<T>(span: Span, word: &str, cx: &mut Context) -> Option<T> {
    let wrong = Diagnostic::error(codes::T0245, span, format!("`{word}` is not a type"));
    let wrong = match foreign::type_name(word) {
        Some(meant) => wrong.with_help(format!("write `{meant}`")).with_suggestion(span, meant),
        None => cx.did_you_mean(wrong, span, word, WORDS.iter().copied()),
    };
    cx.push(if wrong.help.is_some() { wrong } else { wrong.with_help(format!("types are {}", listed(WORDS))) });
    cx.incomplete()
}
