//! The names that an author writes and others must know: keywords, references, functions, names of the catalog, native
//! properties. Names that are only declared, and texts, are not among them. Must not know what is done to them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tonnage_base::Span;
use tonnage_driver::compile::schemas;
use tonnage_lang::check::{AttributeSpec, BlockSpec, Expects, blocks::CLOUD_KINDS, find_block, schema_table};
use tonnage_schema::{PropertyType, ResourceType};
use tonnage_syntax::tree::{Block, Body, Expr, ExprKind, Ident, ObjectItem, ObjectKey, SplatStep, TemplatePart};

use crate::corpus::STANDARD_LIBRARY;

/// What a name is a name of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    Block,
    NestedBlock,
    Attribute,
    Reference,
    CatalogName,
    Function,
    NativeType,
    NativeProperty,
    Word,
    Type,
}

/// A name as written.
#[derive(Clone, Debug)]
pub struct Written {
    pub class: Class,
    /// Its place; of what is in quotes with the quotes.
    pub span: Span,
    /// In which block, attribute or type: the same name in the same place of another file is no other case.
    pub within: String,
    /// Names that would be as right there, or at least mean something else that is known.
    pub others: BTreeSet<&'static str>,
}

/// All names of one file.
pub fn written(body: &Body) -> Vec<Written> {
    let mut found = Finder::default();
    for block in &body.blocks {
        let kinds = schema_table().iter().map(|spec| spec.kind);
        found.add(Class::Block, block.kind.span, "", kinds);
        if let Some(spec) = find_block(block.kind.name.as_str()) {
            found.block(block, spec, "");
        }
    }
    found.all
}

/// Attributes whose texts name something of the catalog.
const OF_THE_CATALOG: &[&str] =
    &["accelerator", "accelerators", "shape", "region", "regions", "zone", "zones", "capacity", "rates"];

/// Every accelerator, shape, region and zone.
static CATALOG: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let mut names = BTreeSet::new();
    for block in STANDARD_LIBRARY.0.files.iter().flat_map(|file| &file.body.blocks) {
        if !matches!(block.kind.name.as_str(), "accelerator" | "shape" | "region") {
            continue;
        }
        names.extend(block.labels.iter().map(|label| label.name.as_str()));
        names.extend(block.labels.iter().filter_map(|label| label.name.as_str().split_once('/')).map(|(_, r)| r));
        for attribute in block.body.attributes.iter().filter(|a| a.key.name.as_str().ends_with("zones")) {
            if let ExprKind::List(items) = &attribute.value.kind {
                names.extend(items.iter().filter_map(|item| match item.kind {
                    ExprKind::String(text) => Some(text.as_str()),
                    _ => None,
                }));
            }
        }
    }
    names
});

#[derive(Default)]
struct Finder {
    all: Vec<Written>,
}

impl Finder {
    fn add(&mut self, class: Class, span: Span, within: &str, others: impl IntoIterator<Item = &'static str>) {
        self.all.push(Written { class, span, within: within.to_owned(), others: others.into_iter().collect() });
    }

    fn block(&mut self, block: &Block, spec: &'static BlockSpec, around: &str) {
        let within = format!("{around}{}", spec.kind);
        let facts = schemas();
        let native = block.labels.first().and_then(|label| facts.get(label.name));
        if let (Some(label), Some(_)) = (block.labels.first(), native) {
            self.add(Class::NativeType, label.span, &within, facts.kinds());
        }
        for attribute in &block.body.attributes {
            let name = attribute.key.name.as_str();
            let place = format!("{within}.{name}");
            let Some(known) = spec.attribute(name) else {
                self.expr(&attribute.value, &place);
                continue;
            };
            let siblings = spec.attributes.iter().map(|a| a.name).chain(spec.blocks.iter().map(|b| b.kind));
            self.add(Class::Attribute, attribute.key.span, &within, siblings);
            match native {
                Some(native) if name == "body" => {
                    self.native_object(&attribute.value, native, None, native.name().as_str())
                }
                _ => self.value(&attribute.value, known, &place),
            }
        }
        for nested in &block.body.blocks {
            let siblings = spec.blocks.iter().map(|b| b.kind).chain(spec.attributes.iter().map(|a| a.name));
            self.add(Class::NestedBlock, nested.kind.span, &within, siblings);
            if let Some(spec) = spec.block(nested.kind.name.as_str()) {
                self.block(nested, spec, &format!("{within}."));
            }
        }
    }

    /// The value of an attribute of the language.
    fn value(&mut self, value: &Expr, spec: &AttributeSpec, place: &str) {
        match (&value.kind, spec.expects) {
            (ExprKind::String(_), Expects::Word(words)) => {
                self.add(Class::Word, value.span, place, words.iter().chain(CLOUD_KINDS).copied());
            }
            (_, Expects::Type) => self.types(value, place),
            // an old address names what is declared no more: only what it begins with is known
            (ExprKind::Attribute(base, _), Expects::Address) if spec.name == "from" => self.expr(base, place),
            (ExprKind::String(_), _) if spec.name == "use" => self.add(Class::Word, value.span, place, []),
            // the zones of a region that the fleet declares are named there
            _ if OF_THE_CATALOG.contains(&spec.name) && place != "region.zones" => self.catalog(value, place),
            _ => self.expr(value, place),
        }
    }

    fn catalog(&mut self, value: &Expr, place: &str) {
        match &value.kind {
            ExprKind::String(_) => self.add(Class::CatalogName, value.span, place, CATALOG.iter().copied()),
            ExprKind::List(items) => items.iter().for_each(|item| self.catalog(item, place)),
            ExprKind::Object(items) => {
                for ObjectItem { key, value } in items {
                    match key {
                        ObjectKey::Name(name) if CATALOG.contains(name.name.as_str()) => {
                            self.add(Class::CatalogName, name.span, place, CATALOG.iter().copied());
                        }
                        _ => {}
                    }
                    self.expr(value, place);
                }
            }
            _ => self.expr(value, place),
        }
    }

    fn types(&mut self, value: &Expr, place: &str) {
        const TYPES: [&str; 9] = ["string", "number", "bool", "any", "list", "set", "map", "object", "optional"];
        match &value.kind {
            ExprKind::Variable(_) => self.add(Class::Type, value.span, place, TYPES),
            ExprKind::Call { name, arguments, .. } => {
                self.add(Class::Type, name.span, place, TYPES);
                arguments.iter().for_each(|argument| self.types(argument, place));
            }
            ExprKind::Object(items) => items.iter().for_each(|item| self.types(&item.value, place)),
            _ => {}
        }
    }

    /// A native body, or an object in it: names are the type's, values may be anything.
    fn native_object(&mut self, value: &Expr, of: &ResourceType, kind: Option<&PropertyType>, place: &str) {
        let object = match kind.map(|kind| of.resolve(kind)) {
            None => Some(of.body()),
            Some(PropertyType::Object(object)) => Some(object),
            Some(PropertyType::List { item, .. }) => {
                if let ExprKind::List(items) = &value.kind {
                    items.iter().for_each(|value| self.native_object(value, of, Some(item), place));
                    return;
                }
                None
            }
            Some(_) => None,
        };
        let (Some(object), ExprKind::Object(items)) = (object, &value.kind) else {
            self.expr(value, place);
            return;
        };
        for ObjectItem { key, value } in items {
            let ObjectKey::Name(name) = key else {
                self.expr(value, place);
                continue;
            };
            if object.properties().any(|(known, _)| known == name.name) && !object.is_open() {
                let siblings = object.properties().map(|(name, _)| name.as_str());
                self.add(Class::NativeProperty, name.span, place, siblings);
            }
            match object.get(name.name) {
                Some(kind) => self.native_object(value, of, Some(kind), &format!("{place}.{}", name.name)),
                None => self.expr(value, place),
            }
        }
    }

    fn reference(&mut self, name: Ident, place: &str) {
        self.add(Class::Reference, name.span, place, []);
    }

    fn expr(&mut self, expr: &Expr, place: &str) {
        match &expr.kind {
            ExprKind::Variable(name) => self.reference(Ident { name: *name, span: expr.span }, place),
            ExprKind::Attribute(base, name) => {
                self.expr(base, place);
                // a word that a lowering takes of an image is one that images must say: the mistake is told there
                if !matches!(base.kind, ExprKind::Variable(root) if root == "image" && place.contains("::")) {
                    self.reference(*name, place);
                }
            }
            ExprKind::Index(base, index) => {
                self.expr(base, place);
                self.expr(index, place);
            }
            ExprKind::Splat(base, steps) => {
                self.expr(base, place);
                for step in steps {
                    match step {
                        SplatStep::Attribute(name) => self.reference(*name, place),
                        SplatStep::Index(index) => self.expr(index, place),
                    }
                }
            }
            ExprKind::Call { name, arguments, .. } => {
                self.add(Class::Function, name.span, "", tonnage_lang::functions::all().map(|f| f.name));
                arguments.iter().for_each(|argument| self.expr(argument, place));
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item, place)),
            ExprKind::Object(items) => {
                for ObjectItem { key, value } in items {
                    if let ObjectKey::Expr(key) = key {
                        self.expr(key, place);
                    }
                    self.expr(value, place);
                }
            }
            ExprKind::Template(parts) => self.parts(parts, place),
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => self.expr(inner, place),
            ExprKind::Binary(left, _, right) => [left, right].into_iter().for_each(|side| self.expr(side, place)),
            ExprKind::Conditional(condition, then, otherwise) => {
                [condition, then, otherwise].into_iter().for_each(|part| self.expr(part, place));
            }
            ExprKind::For(each) => {
                let parts =
                    [Some(&each.collection), each.key_expr.as_ref(), Some(&each.value_expr), each.condition.as_ref()];
                parts.into_iter().flatten().for_each(|part| self.expr(part, place));
            }
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Invalid => {}
        }
    }

    fn parts(&mut self, parts: &[TemplatePart], place: &str) {
        for part in parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Value(value) => self.expr(value, place),
                TemplatePart::If { condition, then, otherwise } => {
                    self.expr(condition, place);
                    self.parts(then, place);
                    self.parts(otherwise, place);
                }
                TemplatePart::For { collection, body, .. } => {
                    self.expr(collection, place);
                    self.parts(body, place);
                }
            }
        }
    }
}
