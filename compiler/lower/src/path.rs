//! Paths of properties as plans write them: `LaunchTemplateData.ImageId`, `Tags["team"]`, `SubnetIds[0]`.
//! Must not know what a property means.

use tonnage_base::Symbol;
use tonnage_syntax::tree::{Expr, ExprKind, Ident, ObjectKey};

/// One step into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Segment {
    /// `.name`, `["name"]`.
    Key(Symbol),
    /// `[0]`.
    Index(usize),
    /// Any element.
    Any,
}

/// Reads a path. What can't be read ends it: a shorter path is a place further out, never a wrong one.
pub fn parse(path: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("[\"") {
            let Some(end) = closing_quote(inner) else { break };
            let text = inner.get(..end).unwrap_or("").replace("\\\"", "\"").replace("\\\\", "\\");
            segments.push(Segment::Key(Symbol::new(&text)));
            let Some(after) = inner.get(end..).and_then(|t| t.strip_prefix("\"]")) else { break };
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let Some((index, after)) = inner.split_once(']') else { break };
            segments.push(index.parse().map_or(Segment::Any, Segment::Index));
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (key, after) = name.split_at(end);
            if key.is_empty() {
                break;
            }
            segments.push(Segment::Key(Symbol::new(key)));
            rest = after;
        }
    }
    segments
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, c) in text.char_indices() {
        match c {
            '"' if !escaped => return Some(position),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_plans_write_them() {
        let key = |text: &str| Segment::Key(Symbol::new(text));
        assert_eq!(parse("A.B"), [key("A"), key("B")]);
        assert_eq!(parse("Tags[\"a.b[\\\"c\"][0].X"), [key("Tags"), key("a.b[\"c"), Segment::Index(0), key("X")]);
        assert_eq!(parse(""), []);
        assert_eq!(parse("A[\"open"), [key("A")]);
    }
}
