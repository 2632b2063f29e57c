//! Bodies against the facts about their types; what is wrong is said at the author's line. Must not know any type.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Decimal, Diagnostic, FileId, Span, Symbol, codes::lower as codes, quantity::group_thousands};
use tonnage_graph::{Node, Resource, Site, ValueId, Values};
use tonnage_lang::intent::{Intent, ResourceDecl};
use tonnage_schema::{Body, BodyKind, Effects, PathStep, Pattern, Problem, ProblemKind, PropertyType, Schemas, path};
use tonnage_syntax::tree::{ExprKind, ObjectKey};

use crate::body::Leaf;
use crate::expand::relocate;
use crate::instance::Instance;
use crate::origin::{facts_behind, line_of};
use crate::path::{Segment, descend};

/// Checks bodies. Each distinct body is checked once.
#[derive(Debug)]
pub struct Checker<'a> {
    schemas: &'a Schemas,
    effects: &'a Effects,
    /// Shapes of the catalog and of the fleet: a cloud takes machines that its published lists do not have yet.
    shapes: FxHashSet<&'static str>,
    checked: FxHashSet<(Symbol, ValueId)>,
    attributes: std::cell::RefCell<FxHashMap<Symbol, Option<Arc<[Symbol]>>>>,
}

/// Whose body it is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p, 'a> {
    /// The declaration.
    pub decl: &'a ResourceDecl,
    /// The use of the lowering.
    pub instance: &'p Instance<'a>,
    /// The files of the fleet's author.
    pub author_files: &'p FxHashSet<FileId>,
}

/// What the last body of one declaration was made of, to tell when the next one is as good.
#[derive(Debug, Default)]
pub struct Alike {
    kinds: Vec<std::mem::Discriminant<Node>>,
    /// Whether each part that differs between indices may be any text.
    plain: Option<bool>,
}

impl<'a> Checker<'a> {
    /// Over the facts.
    pub fn new(schemas: &'a Schemas, effects: &'a Effects, intent: &Intent) -> Self {
        let shapes = intent.catalog.shapes.iter().map(|shape| shape.name.as_str()).collect();
        Self { schemas, effects, shapes, checked: FxHashSet::default(), attributes: std::cell::RefCell::default() }
    }

    /// Attributes that a resource of a type has after it is made; none where the type is not known.
    pub fn attributes(&self, kind: Symbol) -> Option<Arc<[Symbol]>> {
        let mut known = self.attributes.borrow_mut();
        known.entry(kind).or_insert_with(|| self.schemas.get(kind).map(|facts| facts.attributes().into())).clone()
    }

    /// What a live object of a type may be asked for: its properties and attributes; none where the type is not known.
    pub fn askable(&self, kind: Symbol) -> Option<Arc<[Symbol]>> {
        let facts = self.schemas.get(kind)?;
        let mut all: Vec<Symbol> = facts.properties().chain(facts.attributes().iter().copied()).collect();
        all.sort();
        all.dedup();
        Some(all.into())
    }

    /// Whether a type has a top-level property; a diagnostic where it has none.
    pub fn check_property(&self, kind: Symbol, property: Symbol, span: Span) -> Option<Diagnostic> {
        let facts = self.schemas.get(kind)?;
        if facts.properties().any(|known| known == property) {
            return None;
        }
        let error = Diagnostic::error(codes::T0513, span, format!("{kind} has no property `{property}`"));
        let close = tonnage_base::suggest::closest(property.as_str(), facts.properties().map(Symbol::as_str));
        Some(match close {
            Some(name) => error.with_help(format!("did you mean `{name}`?")),
            None => error.with_help("write a whole property by its native name"),
        })
    }

    /// Whether the property at a path of a type can be set at creation only.
    pub fn is_fixed(&self, kind: Symbol, path: &[PathStep]) -> bool {
        self.schemas.get(kind).is_some_and(|facts| facts.create_only(path))
    }

    /// Whether a type is known; a diagnostic where it is not.
    pub fn check_type(&self, kind: Symbol, span: Span) -> Option<Diagnostic> {
        if self.schemas.get(kind).is_some() {
            return None;
        }
        let error = Diagnostic::error(codes::T0512, span, format!("there is no resource type `{kind}`"))
            .with_did_you_mean_quoted(span, kind.as_str(), self.schemas.kinds());
        Some(match error.help {
            Some(_) => error,
            None => error.with_help("write the type as the cloud's own templates do"),
        })
    }

    /// Whether a type belongs to the kind of cloud in which a resource of it is built; a diagnostic where it does not.
    pub fn check_cloud(&self, decl: &ResourceDecl, intent: &Intent, site: Site) -> Option<Diagnostic> {
        let cloud = intent.clouds.iter().find(|cloud| cloud.name.value == site.cloud)?;
        let its = self.schemas.cloud_of(decl.kind.name).filter(|kind| !kind.is_empty() && cloud.kind != *kind)?;
        let message = format!("`{}` is a type of {its}, and cloud `{}` is {}", decl.kind.name, site.cloud, cloud.kind);
        let error = Diagnostic::error(codes::T0523, decl.kind.span, message)
            .with_label(decl.cloud.as_ref().map_or(cloud.span, |cloud| cloud.span), "it is to be built here");
        let fits = intent.clouds.iter().find(|cloud| cloud.kind == its);
        Some(error.with_help(match fits {
            Some(other) => format!("write `cloud = cloud.{}`, or take a type of {}", other.name.value, cloud.kind),
            None => format!("take a type of {}, or declare a cloud of kind \"{its}\"", cloud.kind),
        }))
    }

    /// Checks one body. Where only texts differ from a body of the same declaration that was right, it is right too.
    pub fn check_body(
        &mut self,
        place: &Place<'_, 'a>,
        body: ValueId,
        leaves: &[Leaf],
        alike: &mut Alike,
        values: &Values,
    ) -> Vec<Diagnostic> {
        let kind = place.decl.kind.name;
        if !self.checked.insert((kind, body)) {
            return Vec::new();
        }
        let plain = *alike.plain.get_or_insert_with(|| leaves.iter().all(|leaf| self.is_plain(kind, &leaf.path)));
        if plain && !leaves.is_empty() {
            let kinds = || leaves.iter().map(|leaf| std::mem::discriminant(&values.node(leaf.value)));
            if alike.kinds.len() == leaves.len() && kinds().eq(alike.kinds.iter().copied()) {
                return Vec::new();
            }
            alike.kinds = kinds().collect();
        }
        let problems = self.schemas.check(kind, Stored { values, id: body });
        let declared = |problem: &Problem| matches!(&problem.kind, ProblemKind::NotAllowed { found } if self.shapes.contains(found.as_str()));
        problems
            .into_iter()
            .filter(|problem| !declared(problem))
            .map(|problem| self.diagnostic(place, problem))
            .collect()
    }

    /// Whether the properties of an author's own resource, which say what runs, say another number of nodes than its
    /// `holds`, by which plans count.
    pub fn check_size(&self, place: &Place<'_, 'a>, resource: &Resource, values: &Values) -> Option<Diagnostic> {
        let Place { decl, instance, author_files } = *place;
        let holds = resource.holds.filter(|_| instance.declared.is_none())?;
        let lifecycle = &resource.lifecycle;
        let left =
            |name: Symbol| lifecycle.ignore.contains(&name) || lifecycle.owned.iter().any(|(own, _)| *own == name);
        let said = |places: &'a [Pattern]| {
            places.iter().find_map(|place| {
                let keys: Vec<Symbol> = place.steps().iter().copied().collect::<Option<_>>()?;
                let value = keys.iter().try_fold(resource.body, |at, key| values.get(at, *key))?;
                let number = values.scalar(value)?.parse::<u64>().ok()?;
                (!left(*keys.first()?)).then_some((keys, number))
            })
        };
        let nodes = u64::from(holds.nodes);
        let size = said(self.effects.sizes(decl.kind.name)).filter(|(_, size)| *size != nodes);
        let most = || said(self.effects.bounds(decl.kind.name)).filter(|(_, most)| *most < nodes);
        let (is_size, (keys, number)) = size.map(|size| (true, size)).or_else(|| Some((false, most()?)))?;
        let locals = instance.source.locals();
        let path: Vec<Segment> = keys.iter().copied().map(Segment::Key).collect();
        let shown = keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(".");
        let (says, label) = match is_size {
            true => ("says", "nodes that run by this"),
            false => ("allows", "nodes that can run at most"),
        };
        let (nodes, number) = (group_thousands(nodes), group_thousands(number));
        let message = format!("`holds` says {nodes} nodes, and `{shown}` {says} {number}");
        let counted = decl.holds.as_ref().map(|holds| descend(holds, &[Segment::Key(Symbol::new("nodes"))], locals).0);
        let error = Diagnostic::error(codes::T0529, counted.map_or(decl.span, |nodes| nodes.span), message)
            .with_label(line_of(decl, locals, &path), label)
            .with_help("plans count nodes and what they cost by `holds`: write the number that is meant in both places, or one local");
        Some(relocate(error, instance.declared, author_files))
    }

    /// Whether any text will do there.
    pub(crate) fn is_plain(&self, kind: Symbol, path: &[PathStep]) -> bool {
        let facts = self.schemas.get(kind);
        let found = facts.and_then(|facts| facts.property(path));
        found.is_some_and(|p| matches!(p.kind, PropertyType::String { choices, .. } if choices.is_empty()))
    }

    fn diagnostic(&self, place: &Place<'_, 'a>, problem: Problem) -> Diagnostic {
        let Place { decl, instance, author_files } = *place;
        let locals = instance.source.locals();
        let segments: Vec<Segment> = problem.path.iter().map(segment).collect();
        let shown = path::display(&problem.path);
        let kind = decl.kind.name;
        let (outer, name) = match segments.split_last() {
            Some((Segment::Key(name), outer)) => (outer, name.as_str()),
            Some((_, outer)) => (outer, ""),
            None => (segments.as_slice(), ""),
        };
        let key = key_span(decl, locals, &segments);
        let line = line_of(decl, locals, &segments);
        let (code, at, message) = match &problem.kind {
            ProblemKind::UnknownType => (codes::T0512, decl.kind.span, format!("there is no resource type `{kind}`")),
            ProblemKind::UnknownProperty => {
                let message = match outer {
                    [] => format!("{kind} has no property `{name}`"),
                    _ => format!("{kind} has no property `{name}` in `{}`", path::display(inside(&problem.path))),
                };
                (codes::T0513, key.unwrap_or(line), message)
            }
            ProblemKind::WrongType { found } => {
                (codes::T0514, line, format!("`{shown}` of {kind} is {found}, and {} is expected", problem.expected))
            }
            ProblemKind::ReadOnly => {
                (codes::T0515, key.unwrap_or(line), format!("`{shown}` of {kind} can't be set: the cloud says it"))
            }
            ProblemKind::Missing => {
                let at = if outer.is_empty() { decl.span } else { line_of(decl, locals, outer) };
                (codes::T0516, at, format!("{kind} needs `{shown}`"))
            }
            ProblemKind::NotAllowed { found } => {
                (codes::T0517, line, format!("`{shown}` of {kind} can't be `{found}`"))
            }
            ProblemKind::OutOfBounds { found } => (codes::T0518, line, format!("`{shown}` of {kind} can't be {found}")),
        };
        let mut help = match &problem.kind {
            ProblemKind::UnknownProperty | ProblemKind::Missing => format!("expected {}", problem.expected),
            ProblemKind::ReadOnly => "leave it out; others read it as `resource.NAME.att.…`".to_owned(),
            ProblemKind::WrongType { .. } => String::new(),
            _ => format!("expected {}", problem.expected),
        };
        if let Some(close) = problem.suggestion {
            help = if help.is_empty() {
                format!("did you mean `{close}`?")
            } else {
                format!("did you mean `{close}`? {help}")
            };
        }
        let mut error = Diagnostic::error(code, at, message);
        if !help.is_empty() {
            error = error.with_help(help);
        }
        if let Some(close) = problem.suggestion {
            let replacement = match problem.kind {
                ProblemKind::UnknownProperty => close.as_str().to_owned(),
                _ => format!("\"{close}\""),
            };
            error = error.with_suggestion(at, replacement);
        }
        // a value the lowering took from the author is the author's: point there
        let author = facts_behind(decl, locals, &instance.facts, &segments).into_iter().next();
        let declared = match (&problem.kind, author) {
            (
                ProblemKind::WrongType { .. } | ProblemKind::NotAllowed { .. } | ProblemKind::OutOfBounds { .. },
                Some(fact),
            ) if instance.declared.is_some() => Some(fact.span),
            _ => instance.declared,
        };
        relocate(error, declared, author_files)
    }
}

fn inside(path: &[PathStep]) -> &[PathStep] {
    path.split_last().map_or(&[], |(_, outer)| outer)
}

fn segment(step: &PathStep) -> Segment {
    match step {
        PathStep::Key(key) => Segment::Key(*key),
        PathStep::Index(index) => Segment::Index(*index as usize),
    }
}

/// The key as written, where the path ends in one.
fn key_span(
    decl: &ResourceDecl,
    locals: &[(tonnage_syntax::tree::Ident, tonnage_syntax::tree::Expr)],
    path: &[Segment],
) -> Option<Span> {
    let (Segment::Key(key), outer) = path.split_last()? else { return None };
    let (object, rest) = descend(decl.body.as_ref()?, outer, locals);
    let ExprKind::Object(items) = &object.kind else { return None };
    if !rest.is_empty() {
        return None;
    }
    items.iter().rev().find_map(|item| match &item.key {
        ObjectKey::Name(name) if name.name == *key => Some(name.span),
        _ => None,
    })
}

/// A stored value, as the schema walks it.
#[derive(Clone, Copy)]
struct Stored<'v> {
    values: &'v Values,
    id: ValueId,
}

impl Body for Stored<'_> {
    fn kind(&self) -> BodyKind<'_> {
        match self.values.node(self.id) {
            Node::Null => BodyKind::Null,
            Node::Bool(value) => BodyKind::Bool(value),
            Node::Number(text) => BodyKind::Number(text.as_str().parse::<Decimal>().unwrap_or_default()),
            Node::String(text) => BodyKind::String(text.as_str()),
            Node::List(_) => BodyKind::List,
            Node::Map(_) => BodyKind::Map,
            Node::Reference(_) | Node::Unknown(_) => BodyKind::Unknown,
            Node::Join(_) => BodyKind::Text,
        }
    }
    fn entries(&self) -> impl Iterator<Item = (Symbol, Self)> {
        self.values.entries(self.id).map(|(key, id)| (key, Self { values: self.values, id }))
    }
    fn items(&self) -> impl Iterator<Item = Self> {
        let items = match self.values.node(self.id) {
            Node::List(_) => self.values.items(self.id),
            _ => &[],
        };
        items.iter().map(|&id| Self { values: self.values, id })
    }
}
