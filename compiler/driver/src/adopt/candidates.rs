//! Which edits of the files might give a property the value that is live: at the literal where it is written, at the
//! local or the variable it comes from, at the author's line that a lowering reads. Whether one does, the pipeline
//! says: nothing here knows what a lowering computes. Must not write.

use tonnage_base::{Decimal, Span, Symbol};
use tonnage_graph::{Node, ValueId, Values};
use tonnage_lang::VariableSource;
use tonnage_lang::intent::Intent;
use tonnage_lang::provenance::{Start, author_steps};
use tonnage_lower::{
    Lowered,
    origin::Decides,
    path::{Segment, parse},
};
use tonnage_plan::{DriftedProperty, Plan};
use tonnage_syntax::tree::{Block, Body, Expr, ExprKind};

use super::text::{Edit, What, entry, item_of, item_span, render};
use crate::check::Checked;

/// Most sets of edits that are tried for one property: each is a run of the whole pipeline.
const MOST: usize = 64;

/// Edits to try, best first, and the line that decides where none of them will do.
#[derive(Default)]
pub struct Found {
    /// Each a set of edits that belong together.
    pub edits: Vec<Vec<Edit>>,
    /// The line that decides.
    pub decided: Option<Line>,
}

/// A line, and why it can't be written.
pub struct Line {
    /// Where.
    pub span: Span,
    /// What is written there: `size.gpus`.
    pub name: String,
    /// Why.
    pub why: String,
}

/// The edits that might bring a property to what is live.
pub fn find(
    checked: &Checked,
    intent: &Intent,
    lowered: &Lowered,
    plan: &Plan,
    address: Symbol,
    property: &DriftedProperty,
) -> Found {
    let mut search = Search { checked, intent, values: &plan.values, address, found: Found::default() };
    match lowered.decides(intent, address, &property.path) {
        Some(Decides::Body(Some(body))) => {
            let live = plan.drift.iter().find(|drift| drift.address == address).and_then(|drift| drift.live);
            let desired = lowered.graph.find(address).and_then(|id| lowered.graph.get(id)).map(|r| r.body);
            if let (Some(desired), Some(live)) = (desired, live) {
                let path = parse(&property.path);
                let mut alternatives = vec![Vec::new()];
                if search.descend(body, &path, Some(desired), Some(live), &mut alternatives) {
                    search.found.edits = alternatives;
                }
            }
        }
        Some(Decides::Lines(lines)) => {
            for (span, name, last) in lines {
                search.line(span, name, last, property);
            }
            if let Some(block) = lowered.declared(intent, address) {
                search.decided(block, "the lowering of this block".to_owned(), "no line of the fleet's files does");
            }
        }
        _ => {}
    }
    search.found
}

/// The edit that takes a resource's own block out; none where there is none of its own.
pub fn removal(checked: &Checked, declared: Option<Span>) -> Option<Vec<Edit>> {
    let header = declared?;
    let blocks = bodies(checked).flat_map(|body| &body.blocks);
    let mut own = blocks.filter(|block| block.kind.name == "resource" && block.header == header);
    let block = own.find(|block| block.body.attribute("for_each").is_none())?;
    Some(vec![Edit { span: block.span, what: What::Remove }])
}

struct Search<'a> {
    checked: &'a Checked,
    intent: &'a Intent,
    values: &'a Values,
    address: Symbol,
    found: Found,
}

impl<'a> Search<'a> {
    /// Follows a path into an expression beside the value it has and the one that is live, and collects what must be
    /// edited. Every alternative gets the edits; false: it can't be done.
    fn descend(
        &mut self,
        expr: &'a Expr,
        path: &[Segment],
        desired: Option<ValueId>,
        live: Option<ValueId>,
        edits: &mut Vec<Vec<Edit>>,
    ) -> bool {
        let expr = literal_of(expr);
        let inside = path.get(1..).unwrap_or(&[]);
        let get = |side: Option<ValueId>, key: Symbol| side.and_then(|id| self.values.get(id, key));
        match (&expr.kind, path.first()) {
            (ExprKind::Object(items), Some(Segment::Key(key))) => {
                let (desired, live) = (get(desired, *key), get(live, *key));
                match (item_of(items, key.as_str()), live) {
                    (Some(item), None) if inside.is_empty() => add(edits, item_span(item), What::Remove),
                    (Some(item), _) => self.descend(&item.value, inside, desired, live, edits),
                    (None, Some(live)) if inside.is_empty() && desired.is_none() => {
                        entry(self.values, key.as_str(), live)
                            .is_some_and(|text| add(edits, expr.span, What::Append(text)))
                    }
                    (None, _) => self.stuck(expr.span, "this", "the property is written nowhere in it"),
                }
            }
            // A list is taken over as a whole, but for tags: of these the one that is asked for.
            (ExprKind::List(items), Some(Segment::Key(key))) if inside.is_empty() => {
                let of = |side: Option<ValueId>| {
                    let list = side.map_or(&[][..], |id| self.values.items(id));
                    list.iter().position(|&item| self.has(item, *key)).map(|at| (at, list.get(at).copied()))
                };
                match (of(desired), of(live)) {
                    (Some((at, desired)), Some((_, live))) => match items.get(at) {
                        Some(item) => self.sync(item, desired, live, edits),
                        None => self.stuck(expr.span, "this list", "it does not write each element out"),
                    },
                    (Some((at, _)), None) => items.get(at).is_some_and(|item| add(edits, item.span, What::Remove)),
                    (None, Some((_, live))) => self.append(expr, live, edits),
                    (None, None) => false,
                }
            }
            (_, None) | (ExprKind::List(_), _) => self.sync(expr, desired, live, edits),
            _ => match self.behind(expr).as_slice() {
                [only] => self.descend(only, path, desired, live, edits),
                _ => self.stuck(expr.span, "this", "it is computed"),
            },
        }
    }

    /// Makes an expression give the live value.
    fn sync(
        &mut self,
        expr: &'a Expr,
        desired: Option<ValueId>,
        live: Option<ValueId>,
        edits: &mut Vec<Vec<Edit>>,
    ) -> bool {
        let expr = literal_of(expr);
        let (Some(was), Some(now)) = (desired, live) else {
            return desired == live || self.stuck(expr.span, "this", "there is nothing live to write");
        };
        if alike(self.values, was, now) {
            return true;
        }
        match (&expr.kind, self.values.node(was), self.values.node(now)) {
            (ExprKind::Object(items), Node::Map(_), Node::Map(_)) => {
                let mut keys: Vec<Symbol> =
                    [was, now].iter().flat_map(|&id| self.values.entries(id)).map(|e| e.0).collect();
                keys.sort();
                keys.dedup();
                keys.into_iter().all(|key| {
                    let (was, now) = (self.values.get(was, key), self.values.get(now, key));
                    match (item_of(items, key.as_str()), was, now) {
                        (_, a, b) if a == b => true,
                        (Some(item), _, None) => add(edits, item_span(item), What::Remove),
                        (Some(item), _, _) => self.sync(&item.value, was, now, edits),
                        (None, None, Some(now)) => entry(self.values, key.as_str(), now)
                            .is_some_and(|text| add(edits, expr.span, What::Append(text))),
                        (None, ..) => self.stuck(expr.span, "this", "it does not write each key out"),
                    }
                })
            }
            (ExprKind::List(items), Node::List(_), Node::List(_)) => self.lists(expr, items, was, now, edits),
            _ => self.leaf(expr, was, now, edits),
        }
    }

    /// What is in both lists stays as it is written; what is in one only comes, goes, or becomes the other.
    fn lists(
        &mut self,
        expr: &'a Expr,
        items: &'a [Expr],
        was: ValueId,
        now: ValueId,
        edits: &mut Vec<Vec<Edit>>,
    ) -> bool {
        let (was, now) = (self.values.items(was), self.values.items(now));
        if was.len() != items.len() {
            return self.stuck(expr.span, "this list", "it does not write each element out");
        }
        let missing = |item: ValueId, list: &[ValueId]| !list.iter().any(|&other| alike(self.values, item, other));
        let mut new: Vec<ValueId> = now.iter().copied().filter(|&item| missing(item, was)).collect();
        let mut gone: Vec<usize> =
            (0..was.len()).filter(|&at| was.get(at).is_some_and(|&item| missing(item, now))).collect();
        if was.len() == now.len() || (new.len() == 1 && gone.len() == 1) {
            // as many as before: each that went has become one that came
            let pairs: Vec<(usize, ValueId)> = gone.drain(..).zip(new.drain(..)).collect();
            return pairs.into_iter().all(|(at, now)| {
                let (Some(item), Some(was)) = (items.get(at), was.get(at)) else { return false };
                self.sync(item, Some(*was), Some(now), edits)
            });
        }
        let removed = gone.into_iter().all(|at| items.get(at).is_some_and(|item| add(edits, item.span, What::Remove)));
        removed && new.into_iter().all(|item| self.append(expr, Some(item), edits))
    }

    fn append(&self, list: &Expr, item: Option<ValueId>, edits: &mut [Vec<Edit>]) -> bool {
        let text = item.and_then(|item| render(self.values, item));
        text.is_some_and(|text| add(edits, list.span, What::Append(text)))
    }

    /// One value: where it is written, or where the literal is that it comes from. Each literal is an alternative.
    fn leaf(&mut self, expr: &'a Expr, was: ValueId, now: ValueId, edits: &mut Vec<Vec<Edit>>) -> bool {
        let mut alternatives = Vec::new();
        for place in self.behind(expr) {
            for text in written(self.values, place, was, now) {
                let edit = Edit { span: place.span, what: What::Replace(text) };
                alternatives.extend(edits.iter().map(|edits| [edits.as_slice(), std::slice::from_ref(&edit)].concat()));
            }
        }
        if alternatives.len() > MOST {
            return self.stuck(expr.span, "this", "too many lines could give it: adopt a part of it at a time");
        }
        if alternatives.is_empty() {
            return self.stuck(expr.span, "this", "it is computed");
        }
        *edits = alternatives;
        true
    }

    /// A line that a lowering reads: its value, or an entry of it.
    fn line(&mut self, span: Span, name: String, last: Option<Symbol>, property: &DriftedProperty) {
        let Some(expr) = bodies(self.checked).find_map(|body| expression(body, span)) else {
            self.decided(span, name, "it is no value");
            return;
        };
        let before = self.found.edits.len();
        let scalar =
            |side: Option<ValueId>| side.filter(|&id| !matches!(self.values.node(id), Node::Map(_) | Node::List(_)));
        let (desired, live) = (scalar(property.desired), scalar(property.live));
        for place in self.behind(expr) {
            let item = match (&place.kind, last) {
                (ExprKind::Object(items), Some(key)) => item_of(items, key.as_str()),
                _ => None,
            };
            match (item, desired, live) {
                (Some(item), _, None) => {
                    self.found.edits.push(vec![Edit { span: item_span(item), what: What::Remove }]);
                }
                (Some(item), Some(was), Some(now)) => {
                    for place in self.behind(&item.value) {
                        let texts = written(self.values, place, was, now);
                        self.found.edits.extend(
                            texts.into_iter().map(|text| vec![Edit { span: place.span, what: What::Replace(text) }]),
                        );
                    }
                }
                (None, Some(was), Some(now)) => {
                    let texts = written(self.values, place, was, now);
                    self.found.edits.extend(
                        texts.into_iter().map(|text| vec![Edit { span: place.span, what: What::Replace(text) }]),
                    );
                }
                _ => {}
            }
        }
        let why = if self.found.edits.len() > before {
            "no value that was tried there gives what is live"
        } else {
            "it is computed"
        };
        self.decided(span, name, why);
    }

    /// The expression itself, and those that it takes its value from; what was given on the command line is nowhere.
    fn behind(&mut self, expr: &'a Expr) -> Vec<&'a Expr> {
        let mut places = vec![expr];
        let start = Start { address: self.address.as_str(), at: expr.span, inside: &[] };
        for step in author_steps(&self.checked.texts(), self.intent, start).steps {
            if step.in_no_file {
                self.decided(step.span, step.text.clone(), "it is in no file");
            }
            let given = self.checked.variables.iter().filter_map(|(_, source)| match source {
                VariableSource::File(expr) if expr.span == step.span => Some(expr),
                _ => None,
            });
            let checked = self.checked;
            places.extend(bodies(checked).find_map(|body| expression(body, step.span)).into_iter().chain(given));
        }
        places.retain(|place| !is_reference(place));
        places.iter().map(|place| literal_of(place)).collect()
    }

    fn has(&self, item: ValueId, key: Symbol) -> bool {
        self.values.entries(item).any(|(_, value)| self.values.node(value) == Node::String(key))
    }

    fn stuck(&mut self, span: Span, name: &str, why: &str) -> bool {
        self.decided(span, name.to_owned(), why);
        false
    }

    /// The first line that is found out to decide is the most telling.
    fn decided(&mut self, span: Span, name: String, why: &str) {
        self.found.decided.get_or_insert(Line { span, name, why: why.to_owned() });
    }
}

/// What might be written at a literal so that a value becomes another: that other, or a number that is as much more or
/// less, or in the same proportion.
fn written(values: &Values, place: &Expr, was: ValueId, now: ValueId) -> Vec<String> {
    let text = |id: ValueId| match values.node(id) {
        Node::String(text) | Node::Number(text) => Some(text.as_str()),
        _ => None,
    };
    let number = |id: ValueId| text(id).and_then(|text| text.parse::<Decimal>().ok());
    match (&place.kind, number(was), number(now)) {
        (ExprKind::Number(here), Some(was), Some(now)) => {
            // that other, as many more or fewer as it is, and the same share more or fewer
            let mut numbers = vec![now];
            let moved = now.checked_sub(was).and_then(|by| here.checked_add(by));
            numbers.extend(moved.filter(|moved| !moved.is_sign_negative() && *moved != now));
            let scaled = here.checked_mul(now).and_then(|product| product.checked_div(was));
            let scaled = scaled.filter(|scaled| scaled.fract().is_zero() && !numbers.contains(scaled));
            numbers.extend(scaled);
            numbers.into_iter().map(|number| number.normalize().to_string()).collect()
        }
        (ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null, ..) => {
            render(values, now).into_iter().collect()
        }
        (ExprKind::List(_) | ExprKind::Object(_), ..) if is_written_out(place) => {
            render(values, now).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether two values say the same, numbers and their texts alike: what says the same stays as it is written.
fn alike(values: &Values, a: ValueId, b: ValueId) -> bool {
    let text = |node: Node| match node {
        Node::Bool(value) => Some(value.to_string()),
        Node::Number(text) | Node::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    };
    match (values.node(a), values.node(b)) {
        _ if a == b => true,
        (Node::Map(_), Node::Map(_)) => {
            let (left, right) = (values.entries(a), values.entries(b));
            left.len() == right.len() && left.zip(right).all(|((k, x), (l, y))| k == l && alike(values, x, y))
        }
        (Node::List(_), Node::List(_)) => {
            let (left, right) = (values.items(a), values.items(b));
            left.len() == right.len() && left.iter().zip(right).all(|(&x, &y)| alike(values, x, y))
        }
        (x, y) => text(x).is_some_and(|x| text(y) == Some(x)),
    }
}

/// Whether nothing but literals is in it: what is computed is not overwritten.
fn is_written_out(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::List(items) => items.iter().all(is_written_out),
        ExprKind::Object(items) => items.iter().all(|item| is_written_out(&item.value)),
        ExprKind::Paren(inner) => is_written_out(inner),
        _ => false,
    }
}

fn is_reference(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(_) | ExprKind::Attribute(..) | ExprKind::Index(..))
}

fn literal_of(expr: &Expr) -> &Expr {
    let mut here = expr;
    while let ExprKind::Paren(inner) = &here.kind {
        here = inner;
    }
    here
}

fn add(alternatives: &mut [Vec<Edit>], span: Span, what: What) -> bool {
    alternatives.iter_mut().for_each(|edits| edits.push(Edit { span, what: what.clone() }));
    true
}

/// The bodies of all files that the fleet's author wrote.
fn bodies(checked: &Checked) -> impl Iterator<Item = &Body> {
    let modules = checked.modules.iter().flat_map(|folder| &folder.module.files);
    checked.fleet.files.iter().chain(modules).map(|file| &file.body)
}

/// The value of the attribute that stands at a place, or whose value or part of a value does.
fn expression(body: &Body, at: Span) -> Option<&Expr> {
    let holds = |outer: Span| outer.file == at.file && outer.lo <= at.lo && at.hi <= outer.hi;
    let mut body = body;
    loop {
        if let Some(attribute) = body.attributes.iter().find(|attribute| holds(attribute.span)) {
            return if attribute.span == at { Some(&attribute.value) } else { part(&attribute.value, at) };
        }
        let inner: Option<&Block> = body.blocks.iter().find(|block| holds(block.span));
        body = &inner?.body;
    }
}

/// The part of an expression that stands at a place, as far as lists, objects and calls lead to it.
fn part(expr: &Expr, at: Span) -> Option<&Expr> {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if expr.span == at {
            return Some(expr);
        }
        match &expr.kind {
            ExprKind::List(items) => open.extend(items),
            ExprKind::Object(items) => open.extend(items.iter().map(|item| &item.value)),
            ExprKind::Call { arguments, .. } => open.extend(arguments),
            ExprKind::Paren(inner) => open.push(inner),
            _ => {}
        }
    }
    None
}
