//! Which part of an expression decides a part of its value, and which names it takes it from: `tonnage why` and the
//! line beside each change read this. Must not know what any name means.

mod author;
mod path;
mod reads;
#[cfg(test)]
mod tests;

pub use author::{AuthorStep, Behind, Start, Texts, author_steps, block_steps, holds, scope_of};
pub(crate) use author::{Known, folders, heading_in};
pub use path::{Step, parse, shown};
pub use reads::{Reads, reads};

use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Expr, ExprKind, ObjectKey, SplatStep, TemplatePart};

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

/// All names that an expression mentions, each once, in the order they are written: what it could read. Variables of a
/// `for` are not names: what their collection mentions is.
pub fn mentions(expr: &Expr) -> Vec<Mention> {
    let mut mentions = Vec::new();
    mention(expr, &mut Vec::new(), &mut mentions);
    mentions
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
