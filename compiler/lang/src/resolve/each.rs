//! `for_each`: the instances of a block. Must not know what the block is.

use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, Ident};

use super::names::FleetScope;
use crate::{context::Context, value::Value};

/// One instance of a block.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// `name`, or `name["key"]`.
    pub name: Symbol,
    /// With `each`, where the block has `for_each`.
    pub scope: FleetScope,
    /// The first of its block: what is said of the block is said once.
    pub first: bool,
}

/// `name["key"]`, as addresses write it.
pub(crate) fn instance_name(name: Symbol, key: &str) -> Symbol {
    Symbol::new(&format!("{name}[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Entries of a `for_each`, in order of their keys. None where the value will not do (a diagnostic was given).
pub(crate) fn entries(each: &Expr, scope: &FleetScope, cx: &mut Context) -> Option<Vec<(Symbol, Value)>> {
    let value = cx.eval(each, scope);
    match &value {
        Value::Map(map) => Some(map.iter().map(|(key, value)| (*key, value.clone())).collect()),
        Value::List(items) => {
            let mut keys = Vec::with_capacity(items.len());
            for item in items.iter() {
                match item {
                    Value::String(text) => keys.push((Symbol::new(text), item.clone())),
                    Value::Invalid => return None,
                    other => {
                        return unsuited(each.span, &format!("a list with a {} in it", other.type_name()), cx);
                    }
                }
            }
            keys.sort_by_key(|(key, _)| *key);
            let twice = keys.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0)).and_then(|pair| pair.first());
            if let Some((key, _)) = twice {
                cx.push(
                    Diagnostic::error(codes::T0244, each.span, format!("`for_each` has `\"{key}\"` twice"))
                        .with_help("each key makes one instance: wrap the list in `toset(…)` to keep one of each"),
                );
                return cx.incomplete();
            }
            Some(keys)
        }
        Value::Invalid => None,
        Value::Null => unsuited(each.span, "null", cx),
        Value::Unknown(why) => unsuited(each.span, &format!("not known now ({why})"), cx),
        Value::Sensitive(_) => {
            unsuited(each.span, "a sensitive value, which its keys would show: write `nonsensitive(keys(…))`", cx)
        }
        other => unsuited(each.span, &format!("a {}", other.type_name()), cx),
    }
}

fn unsuited<T>(span: Span, found: &str, cx: &mut Context) -> Option<T> {
    cx.push(
        Diagnostic::error(codes::T0244, span, format!("`for_each` takes a map or a set of strings, found {found}"))
            .with_help("one instance is made for each entry: write `{ east = …, west = … }` or `[\"east\", \"west\"]`"),
    );
    cx.incomplete()
}

/// The instances of a block whose entries are known; one without `each` where it has no `for_each`.
pub(crate) fn instances(name: Ident, entries: Option<&[(Symbol, Value)]>, scope: &FleetScope) -> Vec<Instance> {
    match entries {
        None => vec![Instance { name: name.name, scope: scope.clone(), first: true }],
        Some(entries) => entries
            .iter()
            .enumerate()
            .map(|(position, (key, value))| Instance {
                name: instance_name(name.name, key.as_str()),
                scope: scope.with_each(key.as_str(), value.clone()),
                first: position == 0,
            })
            .collect(),
    }
}
