//! Whether two trees mean the same: everything but spans is compared. For tests of the formatter and for telling an
//! edit of meaning from one of layout. Must not know what a name means.

use crate::tree::{
    Attribute, Block, Body, Expr, ExprKind, File, ForExpr, Ident, ObjectItem, ObjectKey, SplatStep, TemplatePart,
};

/// Equality regardless of spans.
pub trait SameMeaning {
    /// Whether both mean the same.
    fn same_meaning(&self, other: &Self) -> bool;
}

impl<T: SameMeaning> SameMeaning for [T] {
    fn same_meaning(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same_meaning(b))
    }
}

impl<T: SameMeaning> SameMeaning for Option<T> {
    fn same_meaning(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same_meaning(b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

impl SameMeaning for File {
    fn same_meaning(&self, other: &Self) -> bool {
        self.body.same_meaning(&other.body)
    }
}

impl SameMeaning for Body {
    fn same_meaning(&self, other: &Self) -> bool {
        self.attributes.same_meaning(&other.attributes) && self.blocks.same_meaning(&other.blocks)
    }
}

impl SameMeaning for Ident {
    fn same_meaning(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl SameMeaning for Attribute {
    fn same_meaning(&self, other: &Self) -> bool {
        self.key.same_meaning(&other.key) && self.value.same_meaning(&other.value)
    }
}

impl SameMeaning for Block {
    fn same_meaning(&self, other: &Self) -> bool {
        self.kind.same_meaning(&other.kind)
            && self.labels.same_meaning(&other.labels)
            && self.body.same_meaning(&other.body)
    }
}

impl SameMeaning for ObjectItem {
    fn same_meaning(&self, other: &Self) -> bool {
        let keys = match (&self.key, &other.key) {
            (ObjectKey::Name(a), ObjectKey::Name(b)) => a.same_meaning(b),
            (ObjectKey::Expr(a), ObjectKey::Expr(b)) => a.same_meaning(b),
            _ => false,
        };
        keys && self.value.same_meaning(&other.value)
    }
}

impl SameMeaning for SplatStep {
    fn same_meaning(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Attribute(a), Self::Attribute(b)) => a.same_meaning(b),
            (Self::Index(a), Self::Index(b)) => a.same_meaning(b),
            _ => false,
        }
    }
}

impl SameMeaning for TemplatePart {
    fn same_meaning(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Value(a), Self::Value(b)) => a.same_meaning(b),
            (
                Self::If { condition, then, otherwise },
                Self::If { condition: condition2, then: then2, otherwise: otherwise2 },
            ) => condition.same_meaning(condition2) && then.same_meaning(then2) && otherwise.same_meaning(otherwise2),
            (
                Self::For { key, value, collection, body },
                Self::For { key: key2, value: value2, collection: collection2, body: body2 },
            ) => {
                key.same_meaning(key2)
                    && value.same_meaning(value2)
                    && collection.same_meaning(collection2)
                    && body.same_meaning(body2)
            }
            _ => false,
        }
    }
}

impl SameMeaning for ForExpr {
    fn same_meaning(&self, other: &Self) -> bool {
        self.key.same_meaning(&other.key)
            && self.value.same_meaning(&other.value)
            && self.collection.same_meaning(&other.collection)
            && self.key_expr.same_meaning(&other.key_expr)
            && self.value_expr.same_meaning(&other.value_expr)
            && self.group == other.group
            && self.condition.same_meaning(&other.condition)
    }
}

impl SameMeaning for Expr {
    fn same_meaning(&self, other: &Self) -> bool {
        use ExprKind as K;
        match (&self.kind, &other.kind) {
            (K::Null, K::Null) | (K::Invalid, K::Invalid) => true,
            (K::Bool(a), K::Bool(b)) => a == b,
            (K::Number(a), K::Number(b)) => a == b,
            (K::String(a), K::String(b)) | (K::Variable(a), K::Variable(b)) => a == b,
            (K::Template(a), K::Template(b)) => a.same_meaning(b),
            (K::List(a), K::List(b)) => a.same_meaning(b),
            (K::Object(a), K::Object(b)) => a.same_meaning(b),
            (K::Attribute(a, x), K::Attribute(b, y)) => x.same_meaning(y) && a.same_meaning(b),
            (K::Index(a, x), K::Index(b, y)) => x.same_meaning(y) && a.same_meaning(b),
            (K::Splat(a, x), K::Splat(b, y)) => x.same_meaning(y) && a.same_meaning(b),
            (
                K::Call { name, arguments, expand_last },
                K::Call { name: name2, arguments: arguments2, expand_last: expand_last2 },
            ) => name.same_meaning(name2) && expand_last == expand_last2 && arguments.same_meaning(arguments2),
            (K::Unary(x, a), K::Unary(y, b)) => x == y && a.same_meaning(b),
            (K::Binary(a, x, c), K::Binary(b, y, d)) => x == y && a.same_meaning(b) && c.same_meaning(d),
            (K::Conditional(a, b, c), K::Conditional(d, e, f)) => {
                a.same_meaning(d) && b.same_meaning(e) && c.same_meaning(f)
            }
            (K::For(a), K::For(b)) => a.same_meaning(b),
            (K::Paren(a), K::Paren(b)) => a.same_meaning(b),
            _ => false,
        }
    }
}
