//! Which part of an expression decides a part of its value, and which names it takes it from: `tonnage why` and the line
//! beside each change read this. It looks at the text alone and evaluates nothing. Must not know what any name means.

mod author;
#[cfg(test)]
mod tests;

pub(crate) use author::folders;
pub use author::{AuthorStep, Texts, author_steps};

use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Expr, ExprKind, ForExpr, ObjectItem, ObjectKey, SplatStep, TemplatePart};

/// One step into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The entry of a map.
    Key(Symbol),
    /// The element of a list.
    Index(usize),
}

/// A dotted name in an expression: `pool.size.gpus`, `var.zones[0]`, `resource.nodes["a"].ref`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// As it would be written; it ends before an index that is not a literal.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// Variables of the `for`s around an expression, each with the collection it walks; the innermost last.
type Walked<'e> = Vec<(Symbol, Option<&'e Expr>)>;

/// The innermost expression that decides the part of `expr`'s value at `path`, and the names that it mentions, each once,
/// in the order they are written. Where the path can't be followed further (a condition, an unknown call, a reference),
/// that is the expression reached. Variables of a `for` are not names: what their collection mentions is.
pub fn slice<'e>(expr: &'e Expr, path: &[Step]) -> (&'e Expr, Vec<Mention>) {
    let mut walked: Walked<'e> = Vec::new();
    let mut at = expr;
    let mut rest = path;
    loop {
        at = unwrap(at);
        let Some((step, further)) = rest.split_first() else { break };
        let next = match (&at.kind, step) {
            (ExprKind::Object(items), Step::Key(key)) => entry(items, *key).map(|value| (value, further)),
            (ExprKind::List(items), Step::Index(index)) => items.get(*index).map(|item| (item, further)),
            // Every element is made by the same expression.
            (ExprKind::For(each), Step::Index(_)) if each.key_expr.is_none() => {
                Some((enter(each, &mut walked), further))
            }
            (ExprKind::For(each), Step::Key(_)) if each.key_expr.is_some() => {
                let value = enter(each, &mut walked);
                match (each.group, further.split_first()) {
                    (false, _) => Some((value, further)),
                    (true, Some((Step::Index(_), inner))) => Some((value, inner)),
                    (true, _) => Some((value, &[][..])),
                }
            }
            (ExprKind::Call { name, arguments, expand_last: false }, Step::Key(key)) if name.name == "merge" => {
                merged(arguments, *key).map(|value| (value, rest))
            }
            _ => None,
        };
        match next {
            Some((next, further)) => (at, rest) = (next, further),
            None => break,
        }
    }
    let mut mentions = Vec::new();
    mention(at, &mut walked, &mut mentions);
    (at, mentions)
}

/// All names that an expression mentions, each once, in the order they are written.
pub fn mentions(expr: &Expr) -> Vec<Mention> {
    slice(expr, &[]).1
}

/// Without parentheses, and without quotes around a lone `${…}`.
fn unwrap(mut expr: &Expr) -> &Expr {
    loop {
        match &expr.kind {
            ExprKind::Paren(inner) => expr = inner,
            ExprKind::Template(parts) => match parts.as_slice() {
                [TemplatePart::Value(inner)] => expr = inner,
                _ => return expr,
            },
            _ => return expr,
        }
    }
}

fn enter<'e>(each: &'e ForExpr, walked: &mut Walked<'e>) -> &'e Expr {
    walked.extend(each.key.map(|key| (key.name, Some(&each.collection))));
    walked.push((each.value.name, Some(&each.collection)));
    &each.value_expr
}

fn entry(items: &[ObjectItem], key: Symbol) -> Option<&Expr> {
    items.iter().rev().find_map(|item| (literal_key(&item.key) == Some(key)).then_some(&item.value))
}

fn literal_key(key: &ObjectKey) -> Option<Symbol> {
    match key {
        ObjectKey::Name(name) => Some(name.name),
        ObjectKey::Expr(expr) => match unwrap(expr).kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        },
    }
}

/// The argument of `merge` that surely gives `key`: the last that has it, with nothing opaque after it.
fn merged(arguments: &[Expr], key: Symbol) -> Option<&Expr> {
    for argument in arguments.iter().rev() {
        match &unwrap(argument).kind {
            ExprKind::Null => {}
            ExprKind::Object(items) => {
                if entry(items, key).is_some() {
                    return Some(argument);
                }
                if items.iter().any(|item| literal_key(&item.key).is_none()) {
                    return None;
                }
            }
            _ => return None,
        }
    }
    None
}

/// `name`, `.name` and literal `[…]` from the root of a traversal on, and the indexes that are not literals.
struct Traversal<'e> {
    root: Symbol,
    name: String,
    span: Span,
    computed: Vec<&'e Expr>,
}

fn traversal(expr: &Expr) -> Option<Traversal<'_>> {
    // From the outside in; the root comes last.
    let mut steps = Vec::new();
    let mut at = expr;
    let root = loop {
        match &at.kind {
            ExprKind::Attribute(base, _) | ExprKind::Index(base, _) => {
                steps.push(at);
                at = base;
            }
            ExprKind::Variable(name) => break *name,
            _ => return None,
        }
    };
    let mut found = Traversal { root, name: root.as_str().to_owned(), span: at.span, computed: Vec::new() };
    let mut literal = true;
    for step in steps.into_iter().rev() {
        let written = match &step.kind {
            ExprKind::Attribute(_, name) => Some(format!(".{}", name.name)),
            ExprKind::Index(_, index) => match &unwrap(index).kind {
                ExprKind::String(text) => Some(format!("[{}]", crate::Value::string(text.as_str()))),
                ExprKind::Number(number) => Some(format!("[{}]", number.normalize())),
                _ => {
                    found.computed.push(index);
                    None
                }
            },
            _ => None,
        };
        match written {
            Some(written) if literal => {
                found.name.push_str(&written);
                found.span = step.span;
            }
            Some(_) => {}
            None => literal = false,
        }
    }
    Some(found)
}

fn mention<'e>(expr: &'e Expr, walked: &mut Walked<'e>, mentions: &mut Vec<Mention>) {
    match &expr.kind {
        ExprKind::Variable(_) | ExprKind::Attribute(..) | ExprKind::Index(..) => {
            if let Some(found) = traversal(expr) {
                match walked.iter().rposition(|(name, _)| *name == found.root) {
                    // The variable comes from its collection, seen from outside its `for`; once is enough.
                    Some(at) => {
                        if let Some(collection) = walked.get_mut(at).and_then(|(_, collection)| collection.take()) {
                            let mut outside: Walked<'e> = walked.get(..at).unwrap_or(&[]).to_vec();
                            mention(collection, &mut outside, mentions);
                        }
                    }
                    None if !mentions.iter().any(|m| m.name == found.name) => {
                        mentions.push(Mention { name: found.name, span: found.span });
                    }
                    None => {}
                }
                for index in found.computed {
                    mention(index, walked, mentions);
                }
                return;
            }
            match &expr.kind {
                ExprKind::Attribute(base, _) => mention(base, walked, mentions),
                ExprKind::Index(base, index) => {
                    mention(base, walked, mentions);
                    mention(index, walked, mentions);
                }
                _ => {}
            }
        }
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Invalid => {}
        ExprKind::Template(parts) => mention_parts(parts, walked, mentions),
        ExprKind::List(items) => items.iter().for_each(|item| mention(item, walked, mentions)),
        ExprKind::Object(items) => {
            for item in items {
                if let ObjectKey::Expr(key) = &item.key {
                    mention(key, walked, mentions);
                }
                mention(&item.value, walked, mentions);
            }
        }
        ExprKind::Splat(base, steps) => {
            mention(base, walked, mentions);
            for step in steps {
                if let SplatStep::Index(index) = step {
                    mention(index, walked, mentions);
                }
            }
        }
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| mention(argument, walked, mentions)),
        ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => mention(operand, walked, mentions),
        ExprKind::Binary(left, _, right) => {
            mention(left, walked, mentions);
            mention(right, walked, mentions);
        }
        ExprKind::Conditional(condition, then, otherwise) => {
            mention(condition, walked, mentions);
            mention(then, walked, mentions);
            mention(otherwise, walked, mentions);
        }
        ExprKind::For(each) => {
            mention(&each.collection, walked, mentions);
            let outside = walked.len();
            walked.extend(each.key.map(|key| (key.name, None)));
            walked.push((each.value.name, None));
            for inner in each.key_expr.iter().chain([&each.value_expr]).chain(each.condition.iter()) {
                mention(inner, walked, mentions);
            }
            walked.truncate(outside);
        }
    }
}

fn mention_parts<'e>(parts: &'e [TemplatePart], walked: &mut Walked<'e>, mentions: &mut Vec<Mention>) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Value(expr) => mention(expr, walked, mentions),
            TemplatePart::If { condition, then, otherwise } => {
                mention(condition, walked, mentions);
                mention_parts(then, walked, mentions);
                mention_parts(otherwise, walked, mentions);
            }
            TemplatePart::For { key, value, collection, body } => {
                mention(collection, walked, mentions);
                let outside = walked.len();
                walked.extend(key.map(|key| (key.name, None)));
                walked.push((value.name, None));
                mention_parts(body, walked, mentions);
                walked.truncate(outside);
            }
        }
    }
}
