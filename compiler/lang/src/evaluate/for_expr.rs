//! `for` expressions, and the walk that templates' `%{ for }` shares with them. Must not know names.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{Decimal, Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Expr, ForExpr, Ident};

use super::{Evaluator, object::merge_failures};
use crate::{
    scope::{Frame, Scope},
    value::Value,
};

impl Evaluator {
    pub(super) fn for_expr(&mut self, walk: &ForExpr, span: Span, scope: &dyn Scope) -> Value {
        match &walk.key_expr {
            None => self.for_list(walk, scope),
            Some(key) => self.for_map(walk, key, span, scope),
        }
    }

    fn for_list(&mut self, walk: &ForExpr, scope: &dyn Scope) -> Value {
        let mut results = Vec::new();
        let mut instead = None;
        let walked = self.walk(walk.key, walk.value, &walk.collection, scope, |this, frame, size| {
            if results.capacity() == 0 && walk.condition.is_none() {
                results.reserve_exact(size);
            }
            match walk.condition.as_ref().map(|condition| this.decide(condition, frame)) {
                Some(Some(false)) => return true,
                Some(None) => {
                    merge_failures(&mut instead, Value::Invalid);
                    return false;
                }
                Some(Some(true)) | None => {}
            }
            results.push(this.eval(&walk.value_expr, frame));
            // One failing element says what is wrong with all of them.
            !matches!(results.last(), Some(Value::Invalid))
        });
        match (walked, instead) {
            (Err(instead), _) | (_, Some(instead)) => instead,
            (Ok(()), None) if matches!(results.last(), Some(Value::Invalid)) => Value::Invalid,
            (Ok(()), None) => Value::list(results),
        }
    }

    fn for_map(&mut self, walk: &ForExpr, key_expr: &Expr, span: Span, scope: &dyn Scope) -> Value {
        let mut entries: Vec<(&'static str, Symbol, Value)> = Vec::new();
        let mut instead = None;
        let walked = self.walk(walk.key, walk.value, &walk.collection, scope, |this, frame, size| {
            if entries.capacity() == 0 && walk.condition.is_none() {
                entries.reserve_exact(size);
            }
            match walk.condition.as_ref().map(|condition| this.decide(condition, frame)) {
                Some(Some(false)) => return true,
                Some(None) => {
                    merge_failures(&mut instead, Value::Invalid);
                    return false;
                }
                Some(Some(true)) | None => {}
            }
            let key = this.object_key(key_expr, frame);
            let value = this.eval(&walk.value_expr, frame);
            let failed = matches!(value, Value::Invalid);
            match key {
                Ok(key) => entries.push((key.as_str(), key, value)),
                Err(other) => merge_failures(&mut instead, other),
            }
            if failed {
                merge_failures(&mut instead, Value::Invalid);
            }
            !matches!(instead, Some(Value::Invalid))
        });
        match (walked, instead) {
            (Err(instead), _) | (_, Some(instead)) => return instead,
            (Ok(()), None) => {}
        }
        entries.sort_by_key(|(text, ..)| *text);
        if walk.group {
            let mut groups: Vec<(Symbol, Vec<Value>)> = Vec::new();
            for (_, key, value) in entries {
                match groups.last_mut() {
                    Some((last, group)) if *last == key => group.push(value),
                    _ => groups.push((key, vec![value])),
                }
            }
            let groups = groups.into_iter().map(|(key, group)| (key, Value::list(group)));
            return Value::Map(Arc::new(groups.collect()));
        }
        for pair in entries.windows(2) {
            if let [(_, first, _), (_, second, _)] = pair
                && first == second
            {
                return self.fail(
                    Diagnostic::error(codes::T0316, key_expr.span, format!("two elements have the key `{first}`"))
                        .with_label(span, "in this `for`")
                        .with_help("make the key unique, or collect all of a key in a list with `...` after the value"),
                );
            }
        }
        Value::Map(Arc::new(entries.into_iter().map(|(_, key, value)| (key, value)).collect::<BTreeMap<_, _>>()))
    }

    /// Evaluates the collection and calls `each` with a frame for every element, and with how many there are, until it
    /// says no. An error is what the whole is instead.
    pub(super) fn walk(
        &mut self,
        key: Option<Ident>,
        value: Ident,
        collection: &Expr,
        scope: &dyn Scope,
        mut each: impl FnMut(&mut Self, &Frame<'_>, usize) -> bool,
    ) -> Result<(), Value> {
        let walked = self.eval(collection, scope);
        let walked = self.open_collection(walked);
        let mut frame = Frame::new(scope);
        let key_slot = key.map(|key| frame.bind(key.name, Value::Null));
        let value_slot = frame.bind(value.name, Value::Null);
        match &walked {
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if let Some(slot) = key_slot {
                        frame.set(slot, Value::Number(Decimal::from(at as u64)));
                    }
                    frame.set(value_slot, item.clone());
                    if !each(self, &frame, items.len()) {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                for (name, item) in map.iter() {
                    if let Some(slot) = key_slot {
                        frame.set(slot, Value::string(name.as_str()));
                    }
                    frame.set(value_slot, item.clone());
                    if !each(self, &frame, map.len()) {
                        break;
                    }
                }
            }
            Value::Object(object) => {
                let mut names = object.names();
                names.sort_unstable();
                for name in &names {
                    if let Some(slot) = key_slot {
                        frame.set(slot, Value::string(name.as_str()));
                    }
                    frame.set(value_slot, object.get(*name).unwrap_or(Value::Null));
                    if !each(self, &frame, names.len()) {
                        break;
                    }
                }
            }
            Value::Null => {
                return Err(self.fail(
                    Diagnostic::error(codes::T0304, collection.span, "`for` can't walk null")
                        .with_help("say what null means: `x == null ? [] : x`"),
                ));
            }
            Value::Invalid => return Err(Value::Invalid),
            other => {
                return Err(match other.unknown_reason() {
                    // A join is text, whatever it will hold.
                    Some(why) if !matches!(other, Value::Join(_)) => Value::Unknown(why),
                    _ => {
                        let message = format!("`for` walks lists and maps, and this is {}", other.describe());
                        self.fail(Diagnostic::error(codes::T0315, collection.span, message))
                    }
                });
            }
        }
        Ok(())
    }
}
