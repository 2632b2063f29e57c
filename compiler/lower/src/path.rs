//! Paths of properties in the expressions that write them. Must not know what a property means.

use tonnage_syntax::tree::{Expr, ExprKind, Ident, ObjectKey};

/// One step into a value, and paths as they are read.
pub use tonnage_lang::provenance::{Step as Segment, parse};

/// The innermost expression that writes the value at a path, found by reading constructors, and the path left over.
pub fn descend<'a>(expr: &'a Expr, mut path: &[Segment], locals: &'a [(Ident, Expr)]) -> (&'a Expr, Vec<Segment>) {
    let mut here = expr;
    // each turn goes into a part of `here`, or to a local, of which each uses only those above it: 4096 is out of reach
    for _ in 0..4096 {
        let next = match (&here.kind, path.first()) {
            (ExprKind::Paren(inner), _) => Some((&**inner, path)),
            (ExprKind::Object(items), Some(Segment::Key(key))) => items
                .iter()
                .rev()
                .find(|item| matches!(&item.key, ObjectKey::Name(name) if name.name == *key))
                .map(|item| (&item.value, path.get(1..).unwrap_or(&[]))),
            (ExprKind::List(items), Some(Segment::Index(index))) => {
                items.get(*index).map(|item| (item, path.get(1..).unwrap_or(&[])))
            }
            (ExprKind::For(each), Some(_)) => Some((&each.value_expr, path.get(1..).unwrap_or(&[]))),
            (ExprKind::Conditional(_, then, otherwise), _) => {
                let null = |e: &Expr| matches!(e.kind, ExprKind::Null);
                match (null(then), null(otherwise)) {
                    (false, true) => Some((&**then, path)),
                    (true, false) => Some((&**otherwise, path)),
                    _ => None,
                }
            }
            (ExprKind::Attribute(base, name), Some(_)) if is_variable(base, "local") => locals
                .iter()
                .rev()
                .find(|(local, _)| local.name == name.name)
                .filter(|(_, value)| !path.is_empty() && value.span != here.span)
                .map(|(_, value)| (value, path)),
            _ => None,
        };
        let Some((inner, rest)) = next else { break };
        (here, path) = (inner, rest);
    }
    (here, path.to_vec())
}

/// Whether an expression is a bare name.
pub fn is_variable(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Variable(variable) if *variable == name)
}
