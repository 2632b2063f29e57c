//! The values of a block, each under its path: `size.gpus`, `option.granted.draw`, `burn["2027"]`. Must not know what
//! any of them means, nor evaluate anything.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Body, Expr, ExprKind, ObjectKey};

use crate::check::BlockSpec;

/// Deeper than this, a value is one place.
pub(crate) const MAX_DEPTH: usize = 8;

/// What stands at a path.
pub(crate) enum Place<'b> {
    /// An expression, inside so many written objects.
    Value(&'b Expr, usize),
    /// Labels of blocks whose order means something, and the first of them.
    Order(Vec<Symbol>, Span),
}

/// Everything that stands in a block. A written object is gone through key by key, so that each has its own place. The
/// parser bounds the depth of blocks.
pub(crate) fn each<'b>(
    body: &'b Body,
    spec: Option<&'static BlockSpec>,
    within: &str,
    visit: &mut impl FnMut(String, Place<'b>),
) {
    for attribute in &body.attributes {
        value(join(within, attribute.key.name.as_str()), &attribute.value, 0, visit);
    }
    let mut count: FxHashMap<(Symbol, Option<Symbol>), usize> = FxHashMap::default();
    let mut order: BTreeMap<Symbol, Vec<(Symbol, Span)>> = BTreeMap::new();
    for block in &body.blocks {
        let kind = block.kind.name;
        let label = block.labels.first().map(|label| label.name);
        let nth = count.entry((kind, label)).and_modify(|n| *n += 1).or_insert(1);
        let mut path = join(within, kind.as_str());
        for label in &block.labels {
            path = join(&path, label.name.as_str());
        }
        if *nth > 1 {
            path = format!("{path}[{nth}]");
        }
        if let Some(label) = label {
            order.entry(kind).or_default().push((label, block.kind.span));
        }
        each(&block.body, spec.and_then(|spec| spec.block(kind.as_str())), &path, visit);
    }
    for (kind, labels) in order {
        let ordered = spec.and_then(|spec| spec.block(kind.as_str())).is_some_and(|inner| inner.ordered);
        if let (true, Some((_, span))) = (ordered, labels.first()) {
            let names = labels.iter().map(|(label, _)| *label).collect();
            visit(join(within, &format!("{kind} order")), Place::Order(names, *span));
        }
    }
}

/// A value, or the values in a written object, each under its path.
pub(crate) fn value<'b>(path: String, expr: &'b Expr, depth: usize, visit: &mut impl FnMut(String, Place<'b>)) {
    if let ExprKind::Object(items) = &expr.kind
        && depth < MAX_DEPTH
        && !items.is_empty()
    {
        let name = |key: &ObjectKey| match key {
            ObjectKey::Name(name) => Some(name.name),
            ObjectKey::Expr(Expr { kind: ExprKind::String(text), .. }) => Some(*text),
            ObjectKey::Expr(_) => None,
        };
        if items.iter().all(|item| name(&item.key).is_some()) {
            for item in items {
                let key = name(&item.key).map_or("", Symbol::as_str);
                value(join(&path, key), &item.value, depth + 1, visit);
            }
            return;
        }
    }
    visit(path, Place::Value(expr, depth));
}

/// `size.gpus`; a key that is no name stands in brackets: `burn["2027"]`.
pub(crate) fn join(path: &str, name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    match (path.is_empty(), plain) {
        (true, _) => name.to_owned(),
        (false, true) => format!("{path}.{name}"),
        (false, false) => format!("{path}[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}
