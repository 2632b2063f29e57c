//! Which part of an expression a part of its value was read from, and what it read on the way: the one entry, the
//! branch that was taken, the element of the list. Where that can't be told, everything that might have been read.
//! Evaluates what chooses (conditions, indexes, keys), and nothing else. Must not know what any name means.

use tonnage_base::{Date, Span, Symbol};
use tonnage_syntax::tree::{Expr, ExprKind, ForExpr, ObjectItem, ObjectKey, SplatStep, TemplatePart};

use super::{Step, author::holds, unwrap};
use crate::{
    evaluate::Evaluator,
    scope::{Frame, Scope},
    value::{Equality, Value},
};

/// What is evaluated for one answer at most, in steps of the evaluator.
const STEPS: u64 = 200_000;
/// Expressions looked into for one answer at most.
const MOST: u32 = 20_000;
/// How far expressions lead into one another.
const DEEPEST: u32 = 200;

/// What a value was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reads {
    /// The innermost part of the expression that all of it comes from.
    pub at: Span,
    /// It comes from some of that alone, and it can't be told from what of it.
    pub is_part: bool,
    /// Names that were read, in the order they were, each with the way from its root: `local`, `teams`, `ads`, `nodes`.
    pub names: Vec<(Symbol, Vec<Step>)>,
}

/// What the part of `expr`'s value at `path` was read from, with names meaning what `scope` says.
pub fn reads(expr: &Expr, path: &[Step], scope: &dyn Scope, day: Date) -> Reads {
    let mut evaluator = Evaluator::new().for_day(day);
    evaluator.steps_left = STEPS;
    let mut walk =
        Walk { evaluator, at: expr.span, forked: false, is_part: false, names: Vec::new(), left: MOST, depth: 0 };
    walk.expr(expr, path, &Names { scope, bound: None });
    Reads { at: walk.at, is_part: walk.is_part, names: walk.names }
}

/// The step that leads to the entry or element of this key in a value: of a set, which is a list, to its position.
pub fn step_to(value: &Value, key: Symbol) -> Step {
    match value {
        Value::List(items) => {
            let at = items.iter().position(|item| item.as_key().is_ok_and(|text| text == key));
            at.map_or(Step::Any, Step::Index)
        }
        _ => Step::Key(key),
    }
}

/// Names around an expression.
struct Names<'n> {
    scope: &'n dyn Scope,
    /// The variables of the `for` nearest around it.
    bound: Option<Bound<'n>>,
}

struct Bound<'n> {
    key: Option<Symbol>,
    value: Symbol,
    collection: &'n Expr,
    /// Which element.
    element: Step,
    outer: &'n Names<'n>,
}

struct Walk {
    evaluator: Evaluator,
    at: Span,
    /// What is looked into now is not all of it.
    forked: bool,
    is_part: bool,
    names: Vec<(Symbol, Vec<Step>)>,
    left: u32,
    depth: u32,
}

impl Walk {
    /// None where it is not known.
    fn eval(&mut self, expr: &Expr, names: &Names<'_>) -> Option<Value> {
        let value = self.evaluator.eval(expr, names.scope);
        self.evaluator.diagnostics.clear();
        (!matches!(value, Value::Invalid | Value::Unknown(_) | Value::Sensitive(_))).then_some(value)
    }

    /// What decides which part is read.
    fn beside(&mut self, expr: &Expr, names: &Names<'_>) {
        self.forked = true;
        self.expr(expr, &[], names);
    }

    /// Any of these.
    fn each<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, path: &[Step], names: &Names<'_>) {
        self.forked = true;
        for expr in exprs {
            self.expr(expr, path, names);
        }
    }

    fn expr(&mut self, expr: &Expr, path: &[Step], names: &Names<'_>) {
        if self.left == 0 || self.depth >= DEEPEST {
            return;
        }
        self.left -= 1;
        self.depth += 1;
        if !self.forked {
            self.at = expr.span;
        }
        self.inside(unwrap(expr), path, names);
        self.depth -= 1;
    }

    /// What a step is taken from: `local.teams` of `local.teams.ads` is no part that is told apart.
    fn base(&mut self, base: &Expr, path: &[Step], names: &Names<'_>) {
        let at = self.at;
        self.expr(base, path, names);
        if is_name(base) && holds(base.span, self.at) {
            self.at = at;
        }
    }

    fn inside(&mut self, expr: &Expr, path: &[Step], names: &Names<'_>) {
        let rest = path.get(1..).unwrap_or(&[]);
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Invalid => {}
            ExprKind::Variable(name) => self.name(*name, path, names),
            ExprKind::Attribute(base, name) => self.base(base, &before(Step::Key(name.name), path), names),
            ExprKind::Index(base, index) => {
                let step = self.step(index, names);
                self.base(base, &before(step, path), names);
                self.beside(index, names);
            }
            ExprKind::Splat(base, steps) => self.splat(base, steps, path, names),
            ExprKind::Object(items) => self.object(items, path, names),
            ExprKind::List(items) => {
                let item = match path.first() {
                    Some(Step::Index(index)) => items.get(*index),
                    Some(Step::Key(key)) => items.iter().find(|item| self.is_told_apart_by(item, *key, names)),
                    _ => None,
                };
                match item {
                    Some(item) => self.expr(item, rest, names),
                    None => self.each(items, rest, names),
                }
            }
            ExprKind::For(walked) => self.for_expr(walked, path, names),
            ExprKind::Conditional(condition, then, otherwise) => {
                match self.eval(condition, names).and_then(|value| value.as_bool().ok()) {
                    Some(true) => self.expr(then, path, names),
                    Some(false) => self.expr(otherwise, path, names),
                    None => self.each([&**then, &**otherwise], path, names),
                }
                self.beside(condition, names);
            }
            ExprKind::Call { name, arguments, expand_last: false } => {
                self.call(name.name.as_str(), arguments, path, names);
            }
            ExprKind::Call { arguments, .. } => self.each(arguments, &[], names),
            ExprKind::Template(parts) => {
                self.forked = true;
                self.parts(parts, names);
            }
            ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => self.beside(operand, names),
            ExprKind::Binary(left, _, right) => self.each([&**left, &**right], &[], names),
        }
    }

    /// The step that an index takes.
    fn step(&mut self, index: &Expr, names: &Names<'_>) -> Step {
        match self.eval(index, names) {
            Some(Value::Number(number)) => usize::try_from(number).map_or(Step::Any, Step::Index),
            Some(value) => value.as_key().map_or(Step::Any, Step::Key),
            None => Step::Any,
        }
    }

    fn object(&mut self, items: &[ObjectItem], path: &[Step], names: &Names<'_>) {
        let rest = path.get(1..).unwrap_or(&[]);
        let found = match path.first() {
            Some(Step::Key(key)) => items.iter().find(|item| self.key(&item.key, names) == Some(*key)),
            _ => None,
        };
        let computed = |item: &ObjectItem| match &item.key {
            ObjectKey::Expr(expr) => Some(expr.clone()),
            ObjectKey::Name(_) => None,
        };
        match found {
            Some(item) => {
                self.expr(&item.value, rest, names);
                computed(item).into_iter().for_each(|key| self.beside(&key, names));
            }
            None => {
                self.each(items.iter().map(|item| &item.value), rest, names);
                items.iter().filter_map(computed).for_each(|key| self.beside(&key, names));
            }
        }
    }

    fn key(&mut self, key: &ObjectKey, names: &Names<'_>) -> Option<Symbol> {
        match key {
            ObjectKey::Name(name) => Some(name.name),
            ObjectKey::Expr(expr) => self.eval(expr, names)?.as_key().ok(),
        }
    }

    /// Whether an item of a list is an object with this key as one of its values, as tags are.
    fn is_told_apart_by(&mut self, item: &Expr, key: Symbol, names: &Names<'_>) -> bool {
        let Some(Value::Map(entries)) = self.eval(item, names) else { return false };
        entries.values().any(|value| matches!(value, Value::String(text) if **text == *key.as_str()))
    }

    fn for_expr(&mut self, walked: &ForExpr, path: &[Step], names: &Names<'_>) {
        let rest = path.get(1..).unwrap_or(&[]);
        let (inside, found) = match (walked.group, path.get(1)) {
            (true, Some(Step::Index(nth))) => (path.get(2..).unwrap_or(&[]), self.element(walked, path, *nth, names)),
            _ => (rest, self.element(walked, path, 0, names)),
        };
        let mut frame = Frame::new(names.scope);
        let (element, key, value) = found.unwrap_or((Step::Any, Value::Invalid, Value::Invalid));
        if let Some(name) = walked.key {
            frame.bind(name.name, key);
        }
        frame.bind(walked.value.name, value);
        let bound = Bound {
            key: walked.key.map(|key| key.name),
            value: walked.value.name,
            collection: &walked.collection,
            element,
            outer: names,
        };
        let names = Names { scope: &frame, bound: Some(bound) };
        self.expr(&walked.value_expr, inside, &names);
        for beside in walked.key_expr.iter().chain(&walked.condition) {
            self.beside(beside, &names);
        }
    }

    /// The element of the collection that makes the part at the beginning of a path: the step that leads to it, its key
    /// and its value.
    fn element(
        &mut self,
        walked: &ForExpr,
        path: &[Step],
        nth: usize,
        names: &Names<'_>,
    ) -> Option<(Step, Value, Value)> {
        let (wanted, mut left) = match (path.first()?, &walked.key_expr) {
            (Step::Index(index), None) => (None, *index),
            (Step::Key(key), Some(expr)) => (Some((*key, expr)), nth),
            _ => return None,
        };
        let collection = self.eval(&walked.collection, names)?;
        let is_list = matches!(collection, Value::List(_));
        let [key, value] = [Symbol::new("for key"), walked.value.name];
        // the key has a name here even where the author gave it none
        let key = walked.key.map_or(key, |key| key.name);
        let mut found = None;
        let frame = &mut Frame::new(names.scope);
        let (key_slot, value_slot) = (frame.bind(key, Value::Null), frame.bind(value, Value::Null));
        for (at, item) in items(&collection) {
            frame.set(key_slot, at.clone());
            frame.set(value_slot, item.clone());
            let chosen = match &walked.condition {
                Some(condition) => self.evaluator.eval(condition, frame).as_bool().ok()?,
                None => true,
            };
            let fits = chosen
                && wanted.as_ref().is_none_or(|(wanted, expr)| {
                    self.evaluator.eval(expr, frame).as_key().is_ok_and(|key| key == *wanted)
                });
            if fits && left == 0 {
                found = Some((at, item));
                break;
            }
            left -= usize::from(fits);
        }
        self.evaluator.diagnostics.clear();
        let (at, item) = found?;
        let step = match (&at, is_list) {
            (Value::Number(number), true) => Step::Index(usize::try_from(*number).ok()?),
            (key, _) => Step::Key(key.as_key().ok()?),
        };
        Some((step, at, item))
    }

    fn name(&mut self, name: Symbol, path: &[Step], names: &Names<'_>) {
        let mut at = names;
        while let Some(bound) = &at.bound {
            if bound.value == name {
                return self.expr(bound.collection, &before(bound.element, path), bound.outer);
            }
            if bound.key == Some(name) {
                // the key of an entry, or the position of an element, is what it is whatever stands there
                if bound.element == Step::Any {
                    self.beside(bound.collection, bound.outer);
                }
                return;
            }
            at = bound.outer;
        }
        let read = (name, path.to_vec());
        if !self.names.contains(&read) {
            self.names.push(read);
        }
    }

    fn splat(&mut self, base: &Expr, steps: &[SplatStep], path: &[Step], names: &Names<'_>) {
        let mut full = vec![path.first().copied().unwrap_or(Step::Any)];
        for step in steps {
            full.push(match step {
                SplatStep::Attribute(name) => Step::Key(name.name),
                SplatStep::Index(index) => self.step(index, names),
            });
        }
        full.extend_from_slice(path.get(1..).unwrap_or(&[]));
        self.base(base, &full, names);
    }

    fn call(&mut self, name: &str, arguments: &[Expr], path: &[Step], names: &Names<'_>) {
        match (name, arguments) {
            ("lookup", [map, key, default @ ..]) => {
                let step = self.step(key, names);
                let has = self.eval(map, names).is_some_and(|map| items(&map).any(|(at, _)| step == key_step(&at)));
                match default.first().filter(|_| !has) {
                    Some(default) => {
                        self.expr(default, path, names);
                        self.beside(map, names);
                    }
                    None => self.expr(map, &before(step, path), names),
                }
                self.beside(key, names);
            }
            ("element", [list, index]) => {
                let length = self.eval(list, names).map_or(0, |list| items(&list).count());
                let step = match self.step(index, names) {
                    Step::Index(index) if length > 0 => Step::Index(index % length),
                    _ => Step::Any,
                };
                self.expr(list, &before(step, path), names);
                self.beside(index, names);
            }
            ("merge", _) => {
                let key = path.first().copied();
                let has = |this: &mut Self, argument: &&Expr| {
                    let value = this.eval(argument, names);
                    value.is_some_and(|map| items(&map).any(|(at, _)| Some(key_step(&at)) == key))
                };
                match arguments.iter().rev().find(|argument| has(self, argument)) {
                    Some(argument) => self.expr(argument, path, names),
                    None => self.each(arguments, path, names),
                }
            }
            ("try" | "coalesce", _) => {
                let null = name == "try";
                let does = |this: &mut Self, argument: &&Expr| {
                    this.eval(argument, names).is_some_and(|value| null || !matches!(value, Value::Null))
                };
                match arguments.iter().position(|argument| does(self, &argument)) {
                    Some(at) => {
                        arguments.get(at).into_iter().for_each(|argument| self.expr(argument, path, names));
                        self.each(arguments.iter().take(at), path, names);
                    }
                    None => self.each(arguments, path, names),
                }
            }
            ("concat" | "flatten", _) => self.joined(name, arguments, path, names),
            ("values", [map]) => {
                let at = match path.first() {
                    Some(Step::Index(index)) => {
                        self.eval(map, names).and_then(|map| Some(key_step(&items(&map).nth(*index)?.0)))
                    }
                    _ => None,
                };
                let path = before(at.unwrap_or(Step::Any), path.get(1..).unwrap_or(&[]));
                self.expr(map, &path, names);
            }
            // these hand on what is in their argument as it is
            ("tostring" | "tonumber" | "tobool" | "tolist" | "tomap" | "nonsensitive" | "sensitive", [only]) => {
                self.expr(only, path, names);
            }
            // these give elements other positions: the same value stands for the same element
            ("distinct" | "compact" | "sort" | "reverse" | "slice" | "toset", [list, ..]) => {
                let wanted = match path.first() {
                    Some(Step::Index(index)) => {
                        let call = Expr {
                            kind: ExprKind::Call {
                                name: tonnage_syntax::tree::Ident { name: Symbol::new(name), span: list.span },
                                arguments: arguments.to_vec(),
                                expand_last: false,
                            },
                            span: list.span,
                        };
                        self.eval(&call, names).and_then(|made| Some(items(&made).nth(*index)?.1))
                    }
                    _ => None,
                };
                let at = wanted.and_then(|wanted| {
                    let from = self.eval(list, names)?;
                    items(&from).position(|(_, item)| item.equality(&wanted) == Equality::Equal)
                });
                let path = before(at.map_or(Step::Any, Step::Index), path.get(1..).unwrap_or(&[]));
                self.expr(list, &path, names);
                arguments.iter().skip(1).for_each(|argument| self.beside(argument, names));
            }
            _ => {
                self.is_part |= !self.forked && !path.is_empty();
                self.each(arguments, &[], names);
            }
        }
    }

    /// Of lists put one after the other: the one that an element lies in, and where in it.
    fn joined(&mut self, name: &str, arguments: &[Expr], path: &[Step], names: &Names<'_>) {
        let rest = path.get(1..).unwrap_or(&[]);
        let any = before(Step::Any, rest);
        let Some(Step::Index(mut left)) = path.first().copied() else { return self.each(arguments, &any, names) };
        for argument in arguments {
            let Some(value) = self.eval(argument, names) else { break };
            let mut inside = Vec::new();
            let found = if name == "flatten" {
                nth_of(&value, &mut left, &mut inside)
            } else {
                let length = items(&value).count();
                let found = left < length;
                if found {
                    inside.push(Step::Index(left))
                } else {
                    left -= length
                }
                found
            };
            if found {
                inside.extend_from_slice(rest);
                return self.expr(argument, &inside, names);
            }
        }
        self.each(arguments, &any, names);
    }

    fn parts(&mut self, parts: &[TemplatePart], names: &Names<'_>) {
        for part in parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Value(expr) => self.expr(expr, &[], names),
                TemplatePart::If { condition, then, otherwise } => {
                    match self.eval(condition, names).and_then(|value| value.as_bool().ok()) {
                        Some(true) => self.parts(then, names),
                        Some(false) => self.parts(otherwise, names),
                        None => [then, otherwise].into_iter().for_each(|parts| self.parts(parts, names)),
                    }
                    self.expr(condition, &[], names);
                }
                TemplatePart::For { key, value, collection, body } => {
                    self.expr(collection, &[], names);
                    let mut frame = Frame::new(names.scope);
                    key.iter().chain([value]).for_each(|name| _ = frame.bind(name.name, Value::Invalid));
                    let bound = Bound {
                        key: key.map(|key| key.name),
                        value: value.name,
                        collection,
                        element: Step::Any,
                        outer: names,
                    };
                    self.parts(body, &Names { scope: &frame, bound: Some(bound) });
                }
            }
        }
    }
}

/// Elements with their positions, entries with their keys, in the order a `for` walks them.
fn items(value: &Value) -> impl Iterator<Item = (Value, Value)> {
    let all: Vec<(Value, Value)> = match value {
        Value::List(items) => {
            let at = (0u64..).map(|at| Value::Number(at.into()));
            at.zip(items.iter().cloned()).collect()
        }
        Value::Map(map) => map.iter().map(|(key, item)| (Value::string(key.as_str()), item.clone())).collect(),
        _ => Vec::new(),
    };
    all.into_iter()
}

fn key_step(at: &Value) -> Step {
    match at {
        Value::Number(number) => usize::try_from(*number).map_or(Step::Any, Step::Index),
        other => other.as_key().map_or(Step::Any, Step::Key),
    }
}

/// Counts `left` elements down in lists inside lists; true where the one is found, with the way to it.
fn nth_of(value: &Value, left: &mut usize, way: &mut Vec<Step>) -> bool {
    let Value::List(items) = value else {
        let found = *left == 0;
        *left = left.saturating_sub(1);
        return found;
    };
    for (at, item) in items.iter().enumerate() {
        way.push(Step::Index(at));
        if nth_of(item, left, way) {
            return true;
        }
        way.pop();
    }
    false
}

/// Whether an expression is a name, and steps from it.
fn is_name(mut expr: &Expr) -> bool {
    loop {
        match &expr.kind {
            ExprKind::Variable(_) => return true,
            ExprKind::Attribute(base, _) | ExprKind::Index(base, _) | ExprKind::Splat(base, _) => expr = base,
            _ => return false,
        }
    }
}

fn before(first: Step, path: &[Step]) -> Vec<Step> {
    [&[first], path].concat()
}
