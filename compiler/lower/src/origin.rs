//! Where a property comes from: from the native property, through the lowering that writes it, to the author's line.
//!
//! Found by reading expressions, on demand; evaluating carries nothing along. What stands first is what says the value;
//! conditions come after it. Must not know a native property, nor the words of a pool.

use rustc_hash::FxHashSet;
use tonnage_base::{FileId, Span, Symbol};
use tonnage_graph::ResourceId;
use tonnage_lang::intent::{Intent, ResourceDecl};
use tonnage_syntax::tree::{Expr, ExprKind, Ident, ObjectKey, SplatStep, TemplatePart};

use crate::decided::PLACEMENT;
use crate::instance::Fact;
use crate::lowered::{Lowered, MadeBy};
use crate::path::{Segment, descend, parse};

/// A place on the way from a property to the author's line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginStep {
    /// Where.
    pub span: Span,
    /// What stands there: `LaunchTemplateData.ImageId of resource template`, `local.tags`, `size.gpus`.
    pub text: String,
    /// The part of it that is meant, where it is the author's.
    pub inside: Vec<Segment>,
    /// The address of the block it stands in, where that is not the resource's own.
    pub of: Option<Symbol>,
    /// It is only a block in which something more telling might have been written, or about something beside it.
    pub is_far: bool,
}

impl OriginStep {
    /// A place by itself.
    pub fn new(span: Span, text: String) -> Self {
        Self { span, text, inside: Vec::new(), of: None, is_far: false }
    }
}

impl From<Fact> for OriginStep {
    fn from(Fact { span, name, inside, of, block, beside, .. }: Fact) -> Self {
        Self { span, text: name, inside, of, is_far: block || beside }
    }
}

/// What decides a property.
#[derive(Debug)]
pub enum Decides<'a> {
    /// The author's own `resource`: its `body = …`.
    Body(Option<&'a Expr>),
    /// What an author wrote that a lowering reads: place, words, and the last name on the way (`team` of
    /// `pool.labels.team`), most telling first.
    Lines(Vec<(Span, String, Option<Symbol>)>),
}

/// Expressions read before the search gives up: far beyond any lowering, and a bound on what nested locals can cost.
const BUDGET: u32 = 20_000;
/// How far expressions lead into one another through locals and `for_each`.
const DEEPEST: u32 = 200;

impl Lowered {
    /// The chain from a property (`LaunchTemplateData.ImageId`) of the resource at an address to the author's lines:
    /// first the line that writes it, then the locals and `for_each` it comes through, then what the author wrote.
    pub fn origin(&self, intent: &Intent, address: Symbol, path: &str) -> Vec<OriginStep> {
        let Some(id) = self.graph.find(address) else { return Vec::new() };
        let segments = parse(path);
        let mut steps = Vec::new();
        let Some(Explained { decl, locals, facts }) = self.explains(intent, id) else { return steps };
        let (line, _) = self.line(intent, id, &segments);
        let what = if path.is_empty() { "body" } else { path };
        let writes = OriginStep::new(line, format!("{what} of resource {}", decl.name.name));
        // of the author's own resource it is known how it is evaluated
        steps.push(match written(decl, &segments) {
            (Some(body), inside) if self.by(id).is_some_and(|by| matches!(by, MadeBy::Author(_))) => {
                OriginStep { span: body.span, inside: inside.to_vec(), ..writes }
            }
            _ => writes,
        });
        let (passed, found) = trace(decl, locals, facts, &segments);
        steps.extend(passed.into_iter().filter(|step| step.span != line));
        steps.extend(found.into_iter().map(OriginStep::from));
        let written = author_files(intent);
        if let Some(declared) = self.graph.get(id).and_then(|resource| resource.declared)
            && !steps.iter().any(|step| written.contains(&step.span.file))
        {
            steps.push(OriginStep::new(declared, "declared".to_owned()));
        }
        steps
    }

    /// The places in an author's files that decide a property, the first of them most telling, and what is written
    /// there (`size.gpus`); where nothing better is known, the block it was lowered from. None where the address is not
    /// known.
    pub fn author_lines(&self, intent: &Intent, address: Symbol, path: &str) -> Option<Vec<OriginStep>> {
        let id = self.graph.find(address)?;
        let Explained { decl, locals, facts } = self.explains(intent, id)?;
        let segments = parse(path);
        if let MadeBy::Author(_) = self.by(id)? {
            let top = path.split(['.', '[']).next().unwrap_or("");
            let name = decl.name.name;
            let text = if top.is_empty() { format!("resource {name}") } else { format!("resource {name} {top}") };
            let (body, inside) = written(decl, &segments);
            let step = OriginStep::new(body.map_or(decl.span, |body| body.span), text);
            return Some(vec![OriginStep { inside: inside.to_vec(), ..step }]);
        }
        let (_, found) = trace(decl, locals, facts, &segments);
        let resource = self.graph.get(id)?;
        // its head alone: not everything that is in it has to do with the property
        let block = OriginStep::new(resource.declared.unwrap_or(decl.span), resource.scope.to_string());
        let block = OriginStep { inside: vec![Segment::Any], is_far: true, ..block };
        Some(found.into_iter().map(OriginStep::from).chain([block]).collect())
    }

    /// What decides the property at a path of the resource at an address. None where the address is not known.
    pub fn decides<'a>(&'a self, intent: &'a Intent, address: Symbol, path: &str) -> Option<Decides<'a>> {
        let id = self.graph.find(address)?;
        let Explained { decl, locals, facts } = self.explains(intent, id)?;
        if let MadeBy::Author(_) = self.by(id)? {
            return Some(Decides::Body(decl.body.as_ref()));
        }
        let (_, found) = trace(decl, locals, facts, &parse(path));
        let lines = found.into_iter().filter(|fact| !fact.block);
        Some(Decides::Lines(lines.map(|fact| (fact.span, fact.name, fact.path.last().copied())).collect()))
    }

    /// The block that declares the resource at an address.
    pub fn declared(&self, intent: &Intent, address: Symbol) -> Option<Span> {
        let id = self.graph.find(address)?;
        match self.by(id)? {
            MadeBy::Author(_) => Some(self.explains(intent, id)?.decl.span),
            MadeBy::Lowering(_) => self.graph.get(id)?.declared,
        }
    }

    fn by(&self, id: ResourceId) -> Option<MadeBy> {
        let (made, _) = self.by_resource.get(id)?;
        Some(self.made.get(*made as usize)?.by)
    }

    /// The expression that writes a property, and the author's block.
    pub(crate) fn line(&self, intent: &Intent, id: ResourceId, path: &[Segment]) -> (Span, Option<Span>) {
        let declared = self.by_resource.get(id).and_then(|(made, _)| self.made.get(*made as usize));
        let declared = declared.and_then(|made| made.declared);
        let fallback = self.graph.get(id).and_then(|resource| resource.declared);
        match self.explains(intent, id) {
            Some(known) => (line_of(known.decl, known.locals, path), declared),
            None => (declared.or(fallback).unwrap_or(intent.fleet.name.span), declared),
        }
    }

    fn explains<'a>(&'a self, intent: &'a Intent, id: ResourceId) -> Option<Explained<'a>> {
        let (made, position) = *self.by_resource.get(id)?;
        let made = self.made.get(made as usize)?;
        let (decls, locals): (&[ResourceDecl], &[_]) = match made.by {
            MadeBy::Lowering(lowering) => {
                let lowering = intent.lowerings.get(lowering)?;
                (&lowering.resources, &lowering.locals)
            }
            MadeBy::Author(scope) => (&intent.scopes.get(scope)?.resources, &[]),
        };
        Some(Explained { decl: decls.get(position as usize)?, locals, facts: &made.facts })
    }
}

/// What explains a resource: its declaration, the locals beside it, and what the author decided.
#[derive(Clone, Copy)]
struct Explained<'a> {
    decl: &'a ResourceDecl,
    locals: &'a [(Ident, Expr)],
    facts: &'a [Fact],
}

/// The expression that writes the property at a path of a declaration's body.
pub(crate) fn line_of(decl: &ResourceDecl, locals: &[(Ident, Expr)], path: &[Segment]) -> Span {
    let (expr, path) = written(decl, path);
    expr.map_or(decl.span, |expr| descend(expr, path, locals).0.span)
}

/// Where a path begins: in the body, or in what says how the service brings changes to nodes, which stands beside it.
fn written<'d, 'p>(decl: &'d ResourceDecl, path: &'p [Segment]) -> (Option<&'d Expr>, &'p [Segment]) {
    match (path.split_first(), &decl.update_policy) {
        (Some((Segment::Key(name), inside)), Some(policy)) if *name == "update_policy" => (Some(policy), inside),
        _ => (decl.body.as_ref(), path),
    }
}

/// The facts behind the property at a path, most telling first.
pub(crate) fn facts_behind(
    decl: &ResourceDecl,
    locals: &[(Ident, Expr)],
    facts: &[Fact],
    path: &[Segment],
) -> Vec<Fact> {
    trace(decl, locals, facts, path).1
}

/// The files that the fleet's author wrote.
pub(crate) fn author_files(intent: &Intent) -> FxHashSet<FileId> {
    let spans = [intent.fleet.name.span].into_iter();
    let spans = spans.chain(intent.clouds.iter().map(|cloud| cloud.span));
    let spans = spans.chain(intent.pools.iter().map(|pool| pool.span));
    let spans = spans.chain(intent.capacities.iter().map(|capacity| capacity.span));
    let spans = spans.chain(intent.networks.iter().map(|network| network.span));
    let spans = spans.chain(intent.images.iter().map(|image| image.span));
    let spans = spans.chain(intent.storages.iter().map(|storage| storage.span));
    let spans = spans.chain(intent.commitments.iter().map(|commitment| commitment.span));
    let spans = spans.chain(intent.lookups.iter().map(|lookup| lookup.span));
    let spans = spans.chain(intent.lowerings.iter().filter(|lowering| lowering.own).map(|lowering| lowering.span));
    let authored = intent.scopes.iter().flat_map(|scope| {
        let resources = scope.resources.iter().map(|resource| resource.span);
        resources.chain(scope.outputs.iter().map(|output| output.name.span))
    });
    spans.chain(authored).map(|span| span.file).collect()
}

fn trace(
    decl: &ResourceDecl,
    locals: &[(Ident, Expr)],
    facts: &[Fact],
    path: &[Segment],
) -> (Vec<OriginStep>, Vec<Fact>) {
    let mut slicer = Slicer { decl, locals, facts, passed: Vec::new(), found: Vec::new(), budget: BUDGET };
    if let (Some(expr), path) = written(decl, path) {
        slicer.expr(expr, path, None, 0);
    }
    // a block says less than any line in one: blocks come last
    slicer.found.sort_by_key(|fact| fact.block);
    (slicer.passed, slicer.found)
}

/// Names of `for` expressions on the way, innermost first.
struct Names<'a> {
    key: Option<Symbol>,
    value: Symbol,
    collection: &'a Expr,
    /// Which element, where the path says.
    element: Segment,
    outer: Option<&'a Names<'a>>,
}

struct Slicer<'a> {
    decl: &'a ResourceDecl,
    locals: &'a [(Ident, Expr)],
    facts: &'a [Fact],
    passed: Vec<OriginStep>,
    found: Vec<Fact>,
    budget: u32,
}

impl Slicer<'_> {
    /// Follows `path` into an expression and collects the facts behind what it finds.
    fn expr(&mut self, expr: &Expr, path: &[Segment], names: Option<&Names<'_>>, depth: u32) {
        if self.budget == 0 || depth > DEEPEST {
            return;
        }
        self.budget -= 1;
        let depth = depth + 1;
        let inside = path.get(1..).unwrap_or(&[]);
        match &expr.kind {
            ExprKind::Paren(inner) => self.expr(inner, path, names, depth),
            ExprKind::Object(items) => {
                for item in items {
                    let (fits, key) = match (&item.key, path.first()) {
                        (ObjectKey::Name(name), Some(Segment::Key(key))) => (name.name == *key, None),
                        (ObjectKey::Expr(key), _) => (true, Some(key)),
                        _ => (true, None),
                    };
                    if fits {
                        self.expr(&item.value, inside, names, depth);
                        key.into_iter().for_each(|key| self.expr(key, &[], names, depth));
                    }
                }
            }
            ExprKind::List(items) => match path.first() {
                Some(Segment::Index(index)) => {
                    items.get(*index).into_iter().for_each(|item| self.expr(item, inside, names, depth));
                }
                _ => items.iter().for_each(|item| self.expr(item, inside, names, depth)),
            },
            ExprKind::For(each) => {
                let element = path.first().copied().unwrap_or(Segment::Any);
                let bound = |element| Names {
                    key: each.key.map(|key| key.name),
                    value: each.value.name,
                    collection: &each.collection,
                    element,
                    outer: names,
                };
                let before = self.found.len();
                // a list made from a map is asked for by the map's key (`Tags["team"]`): try that, then any element
                self.expr(&each.value_expr, inside, Some(&bound(element)), depth);
                if self.found.len() == before && element != Segment::Any {
                    self.expr(&each.value_expr, inside, Some(&bound(Segment::Any)), depth);
                }
                if let Some(condition) = &each.condition {
                    self.expr(condition, &[], Some(&bound(Segment::Any)), depth);
                }
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                self.expr(then, path, names, depth);
                self.expr(otherwise, path, names, depth);
                self.expr(condition, &[], names, depth);
            }
            ExprKind::Attribute(base, name) => self.expr(base, &before(Segment::Key(name.name), path), names, depth),
            ExprKind::Index(base, index) => {
                let segment = match &index.kind {
                    ExprKind::String(key) => Segment::Key(*key),
                    _ => Segment::Any,
                };
                self.expr(base, &before(segment, path), names, depth);
                self.expr(index, &[], names, depth);
            }
            ExprKind::Splat(base, steps) => {
                let mut full = vec![Segment::Any];
                full.extend(steps.iter().map(|step| match step {
                    SplatStep::Attribute(name) => Segment::Key(name.name),
                    SplatStep::Index(_) => Segment::Any,
                }));
                full.extend_from_slice(inside);
                self.expr(base, &full, names, depth);
            }
            ExprKind::Variable(name) => self.name(*name, path, names, depth),
            ExprKind::Call { name, arguments, .. } => self.call(name.name.as_str(), arguments, path, names, depth),
            ExprKind::Template(parts) => self.parts(parts, names, depth),
            ExprKind::Unary(_, inner) => self.expr(inner, &[], names, depth),
            ExprKind::Binary(left, _, right) => {
                self.expr(left, &[], names, depth);
                self.expr(right, &[], names, depth);
            }
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Invalid => {}
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expr], path: &[Segment], names: Option<&Names<'_>>, depth: u32) {
        match (name, arguments) {
            ("lookup", [map, key, rest @ ..]) => {
                let segment = match &key.kind {
                    ExprKind::String(key) => Segment::Key(*key),
                    _ => Segment::Any,
                };
                self.expr(map, &before(segment, path), names, depth);
                rest.iter().for_each(|default| self.expr(default, path, names, depth));
            }
            // these hand on what is in their arguments; in a joined list the position is another one
            ("merge" | "coalesce" | "try" | "tostring" | "tonumber" | "tolist" | "tomap" | "toset", _) => {
                arguments.iter().for_each(|argument| self.expr(argument, path, names, depth));
            }
            ("concat" | "flatten" | "distinct" | "compact" | "sort" | "reverse" | "slice", _) => {
                let mut any = path.to_vec();
                any.iter_mut().take(1).for_each(|first| *first = Segment::Any);
                arguments.iter().for_each(|argument| self.expr(argument, &any, names, depth));
            }
            _ => arguments.iter().for_each(|argument| self.expr(argument, &[], names, depth)),
        }
    }

    fn parts(&mut self, parts: &[TemplatePart], names: Option<&Names<'_>>, depth: u32) {
        for part in parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Value(value) => self.expr(value, &[], names, depth),
                TemplatePart::If { condition, then, otherwise } => {
                    self.parts(then, names, depth);
                    self.parts(otherwise, names, depth);
                    self.expr(condition, &[], names, depth);
                }
                TemplatePart::For { collection, body, .. } => {
                    self.expr(collection, &[], names, depth);
                    self.parts(body, names, depth);
                }
            }
        }
    }

    fn name(&mut self, name: Symbol, path: &[Segment], names: Option<&Names<'_>>, depth: u32) {
        let mut scope = names;
        while let Some(bound) = scope {
            if bound.value == name {
                return self.expr(bound.collection, &before(bound.element, path), bound.outer, depth);
            }
            if bound.key == Some(name) {
                // a key that is known is a constant of the lowering; an unknown one comes from the collection
                if bound.element == Segment::Any {
                    self.expr(bound.collection, &[], bound.outer, depth);
                }
                return;
            }
            scope = bound.outer;
        }
        let inside = path.get(1..).unwrap_or(&[]);
        if name == "local" && !self.locals.is_empty() {
            let Some(Segment::Key(local)) = path.first() else { return };
            let locals = self.locals;
            if let Some((ident, value)) = locals.iter().rev().find(|(ident, _)| ident.name == *local) {
                self.pass(ident.span, format!("local.{local}"));
                self.expr(value, inside, None, depth);
            }
            return;
        }
        if name == "each" {
            let decl = self.decl;
            let Some(for_each) = &decl.for_each else { return };
            self.pass(for_each.span, format!("for_each of resource {}", decl.name.name));
            match path.first() {
                Some(Segment::Key(part)) if *part == "value" => {
                    self.expr(for_each, &before(Segment::Any, inside), None, depth);
                }
                _ => self.expr(for_each, &[], None, depth),
            }
            return;
        }
        let facts = self.facts;
        let Some(first) = facts.iter().find(|fact| left(fact, name, path).is_some()) else { return };
        // several lines may decide one thing
        for fact in facts.iter().filter(|fact| fact.path == first.path) {
            let further = left(fact, name, path).filter(|_| fact.leads).unwrap_or_default();
            self.add(Fact { inside: [fact.inside.as_slice(), further.as_slice()].concat(), ..fact.clone() });
        }
        if first.placed {
            facts.iter().filter(|fact| is_placement(fact)).for_each(|fact| self.add(fact.clone()));
        }
    }

    fn add(&mut self, fact: Fact) {
        if !self.found.contains(&fact) {
            self.found.push(fact);
        }
    }

    fn pass(&mut self, span: Span, text: String) {
        if !self.passed.iter().any(|step| step.span == span) {
            self.passed.push(OriginStep::new(span, text));
        }
    }
}

fn before(first: Segment, path: &[Segment]) -> Vec<Segment> {
    let mut full = Vec::with_capacity(path.len() + 1);
    full.push(first);
    full.extend_from_slice(path);
    full
}

fn is_placement(fact: &Fact) -> bool {
    matches!(fact.path.as_slice(), [root] if *root == PLACEMENT)
}

/// What is left of a path that leads to what a fact is about, or to a part of it, nothing of one that ends before; none
/// where the fact is about something else. Positions in lists and unknown keys are passed over.
fn left(fact: &Fact, name: Symbol, path: &[Segment]) -> Option<Vec<Segment>> {
    let (root, rest) = fact.path.split_first()?;
    if *root != name {
        return None;
    }
    let mut asked = path.iter();
    for wanted in rest {
        loop {
            match asked.next() {
                None => return Some(Vec::new()),
                Some(Segment::Key(key)) if key == wanted => break,
                Some(Segment::Key(_)) => return None,
                Some(Segment::Index(_) | Segment::Any) => {
                    // an unknown key may be the one that is wanted
                    if asked.len() == 0 {
                        return Some(Vec::new());
                    }
                }
            }
        }
    }
    Some(asked.skip_while(|step| !matches!(step, Segment::Key(_))).copied().collect())
}
