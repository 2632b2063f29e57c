//! Members of a family that need not be made, since what stands says of itself what they would say. Each is evaluated
//! into text, held against what was last applied, and forgotten. Must not know what stands, nor any type.
//!
//! Only what nobody refers to and what refers to nobody is looked at so, and never the first member of a family: that
//! one is made and checked as ever, and the others have to be of its form.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tonnage_base::Symbol;
use tonnage_graph::{Disposal, Node, Place, Standing, ValueId, Values, Wanted, json};
use tonnage_lang::intent::{Intent, ResourceDecl};
use tonnage_lang::scope::{Frame, Slot};
use tonnage_lang::{Evaluator, Scope, Value, value::number_to_text};
use tonnage_schema::PathStep;
use tonnage_syntax::tree::{Expr, ExprKind};

use crate::body::{Template, mentions, visit};
use crate::expand::Expander;
use crate::instance::{Instance, Source, without_keys};
use crate::names::{Each, Expansion, Family, Keys};
use crate::site;

/// For each declaration, the place of each member that stands as it is wanted; nothing where none was looked for.
pub type Stands = Vec<Vec<Option<Place>>>;

impl<'a> Expander<'a, '_> {
    /// Holds the families of an instance against what stands.
    pub(crate) fn stands(
        &mut self,
        instance: &Instance<'a>,
        families: &[Arc<Family>],
        values: &[Vec<Value>],
    ) -> Stands {
        let Some(standing) = self.standing.take() else { return Stands::new() };
        let decls = instance.source.resources();
        let mut stands = Stands::new();
        let mut named: Option<Named> = None;
        for (position, (decl, (family, values))) in decls.iter().zip(families.iter().zip(values)).enumerate() {
            let Some(Expansion::Many(keys)) = family.expansion.get() else { continue };
            if !stands_alone(decl) || !standing.may_rest(family.kind) {
                continue;
            }
            if named.get_or_insert_with(|| Named::of(instance, self.intent)).holds(family) {
                continue;
            }
            let found = self.members(instance, decl, keys, values, standing);
            stands.resize_with(position, Vec::new);
            stands.push(found.unwrap_or_default());
        }
        self.standing = Some(standing);
        stands
    }

    /// The members of one family; none where something of it is wrong, which is said when it is made.
    fn members(
        &mut self,
        instance: &Instance<'a>,
        decl: &'a ResourceDecl,
        keys: &Keys,
        values: &[Value],
        standing: &mut dyn Standing,
    ) -> Option<Vec<Option<Place>>> {
        let said = (self.diagnostics.len(), self.incomplete);
        let template = decl.body.as_ref().map(|body| self.builder.resolve(body, &instance.roots));
        let site = match instance.site {
            Some(site) => Some(site),
            None => site::of_resource(self, decl, instance, &instance.roots),
        };
        self.builder.evaluator.diagnostics.clear();
        self.builder.diagnostics.clear();
        self.diagnostics.truncate(said.0);
        self.incomplete = said.1;
        let form = Form::of(template??, self.builder.values)?;
        if !form.holes().all(|path| self.checker.is_plain(decl.kind.name, path)) {
            return None;
        }
        let on_delete = if decl.lifecycle.retain_on_delete { Disposal::Retain } else { Disposal::Delete };
        let wanted = Wanted { kind: decl.kind.name, site: site?, on_delete };
        let mut writer = Writer::new(self.intent, &instance.roots);
        let mut all = keys.in_order.iter().zip(values);
        let mut found = Vec::with_capacity(keys.in_order.len());
        let (&key, value) = all.next()?;
        let kinds = form.write(writer.at(key, value)).then(|| writer.kinds.clone())?;
        found.push(None);
        let mut address = String::new();
        for (&key, value) in all {
            keys.write_address(key, &mut address);
            let mut says =
                |applied: &str| form.write(writer.at(key, value)) && writer.kinds == kinds && writer.text == applied;
            found.push(standing.hold(&address, wanted, &mut says));
        }
        Some(found)
    }
}

/// Whether a declaration makes resources that hold no nodes and wait for nobody by name.
fn stands_alone(decl: &ResourceDecl) -> bool {
    let where_to = [&decl.cloud, &decl.region];
    decl.holds.is_none()
        && decl.depends_on.is_none()
        && decl.update_policy.is_none()
        && !where_to.into_iter().flatten().any(|expr| mentions(expr, "each"))
}

/// Resources that are named by others, or declared twice.
struct Named {
    /// By others of their scope.
    names: FxHashSet<Symbol>,
    /// Some expression takes all of the scope.
    all: bool,
    /// What is given into modules: addresses without their keys.
    given: FxHashSet<String>,
}

impl Named {
    fn of(instance: &Instance<'_>, intent: &Intent) -> Self {
        let mut named = Self { names: FxHashSet::default(), all: false, given: given(intent) };
        let mut declared: FxHashSet<Symbol> = FxHashSet::default();
        for decl in instance.source.resources() {
            if !declared.insert(decl.name.name) {
                named.names.insert(decl.name.name);
            }
            let said = [
                &decl.body,
                &decl.when,
                &decl.for_each,
                &decl.holds,
                &decl.depends_on,
                &decl.update_policy,
                &decl.cloud,
                &decl.region,
            ];
            said.into_iter().flatten().for_each(|expr| named.see(expr));
        }
        if let Source::Author(scope, _) = instance.source
            && let Some(scope) = intent.scopes.get(scope)
        {
            scope.outputs.iter().for_each(|output| named.see(&output.value));
        }
        instance.source.locals().iter().for_each(|(_, expr)| named.see(expr));
        instance.source.export().into_iter().for_each(|expr| named.see(expr));
        named
    }

    fn see(&mut self, expr: &Expr) {
        let (mut mentioned, mut picked) = (0usize, 0usize);
        visit(expr, &mut |e| match &e.kind {
            ExprKind::Attribute(base, name) if crate::path::is_variable(base, "resource") => {
                picked += 1;
                self.names.insert(name.name);
            }
            _ if crate::path::is_variable(e, "resource") => mentioned += 1,
            _ => {}
        });
        self.all |= mentioned > picked;
    }

    fn holds(&self, family: &Family) -> bool {
        self.all || self.names.contains(&family.name) || self.given.contains(&without_keys(family.address.as_str()))
    }
}

/// The resources that modules are called with, by their addresses without keys.
fn given(intent: &Intent) -> FxHashSet<String> {
    let mut given = FxHashSet::default();
    for scope in intent.scopes.iter().filter(|scope| scope.caller.is_some()) {
        let mut rest: Vec<&Value> = scope.globals.variables.values().collect();
        while let Some(value) = rest.pop() {
            match value {
                Value::Reference { address, .. } => drop(given.insert(without_keys(address.as_str()))),
                Value::Object(thing) => {
                    given.extend(thing.declared().map(|(_, address)| without_keys(address.as_str())));
                }
                Value::List(items) | Value::Join(items) => rest.extend(items.iter()),
                Value::Map(entries) => rest.extend(entries.values()),
                // what else of a secret is used is refused
                Value::Sensitive(secret) => rest.extend(secret.written()),
                _ => {}
            }
        }
    }
    given
}

/// A body as text with holes.
enum Part<'a> {
    /// The same for every index.
    Fixed(String),
    /// Entries in order, each with its key as it is written.
    Map(Vec<(String, Part<'a>)>),
    List(Vec<Part<'a>>),
    /// Evaluated for each index.
    Each(&'a Expr),
    /// The index's own key.
    Key,
}

/// A body as text, and what leads to its holes.
struct Form<'a> {
    whole: Part<'a>,
    holes: Vec<Arc<[PathStep]>>,
}

impl<'a> Form<'a> {
    /// None where a part that is the same for all refers to something, or waits for it.
    fn of(template: Template<'a>, values: &Values) -> Option<Self> {
        let mut holes = Vec::new();
        let whole = part(template, values, &mut holes)?;
        Some(Self { whole, holes })
    }

    fn holes(&self) -> impl Iterator<Item = &[PathStep]> {
        self.holes.iter().map(|path| &**path)
    }

    /// Writes the body for one index. False: it can't be said in text, or not without telling what is wrong with it.
    fn write(&self, writer: &mut Writer<'_>) -> bool {
        writer.part(&self.whole).is_some()
    }
}

fn part<'a>(template: Template<'a>, values: &Values, holes: &mut Vec<Arc<[PathStep]>>) -> Option<Part<'a>> {
    Some(match template {
        Template::Fixed(id) => Part::Fixed(fixed(id, values)?),
        Template::Each(expr, path) => {
            holes.push(path);
            Part::Each(expr)
        }
        Template::Key(_, path) => {
            holes.push(path);
            Part::Key
        }
        Template::Map(entries) => {
            let mut parts: Vec<(String, Part<'a>)> = Vec::with_capacity(entries.len());
            for (key, entry) in entries {
                let mut written = String::new();
                json::write_text(&json::escape_key(key.as_str()), &mut written);
                written.push(':');
                // a later one of a repeated key wins
                if parts.last().is_some_and(|(last, _)| *last == written) {
                    return None;
                }
                if !matches!(entry, Template::Fixed(id) if values.node(id) == Node::Null) {
                    parts.push((written, part(entry, values, holes)?));
                }
            }
            Part::Map(parts)
        }
        Template::List(items) => {
            Part::List(items.into_iter().map(|item| part(item, values, holes)).collect::<Option<_>>()?)
        }
    })
}

fn fixed(id: ValueId, values: &Values) -> Option<String> {
    values.references(id).is_empty().then(|| values.to_json(id))
}

/// What a member's text is written with.
struct Writer<'s> {
    evaluator: Evaluator,
    frame: Frame<'s>,
    each: Slot,
    words: [Symbol; 2],
    key: Symbol,
    text: String,
    /// What each hole was filled with.
    kinds: Vec<Kind>,
}

/// What a hole was filled with, as far as a schema tells values apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Bool,
    Number,
    Text,
}

impl<'s> Writer<'s> {
    fn new(intent: &Intent, roots: &'s dyn Scope) -> Self {
        let mut frame = Frame::new(roots);
        let each = frame.bind(Symbol::new("each"), Value::Null);
        Self {
            // with steps of its own: what is made after all is evaluated once more
            evaluator: Evaluator::new().for_day(intent.as_of),
            frame,
            each,
            words: [Symbol::new("key"), Symbol::new("value")],
            key: Symbol::new(""),
            text: String::new(),
            kinds: Vec::new(),
        }
    }

    /// Nothing written yet, of this index.
    fn at(&mut self, key: Symbol, value: &Value) -> &mut Self {
        let each = Each { words: self.words, key, value: value.clone() };
        self.frame.set(self.each, Value::Object(Arc::new(each)));
        self.key = key;
        self.text.clear();
        self.kinds.clear();
        self
    }

    /// Writes a part; whether it is more than null.
    fn part(&mut self, part: &Part<'_>) -> Option<bool> {
        match part {
            Part::Fixed(text) => {
                self.text.push_str(text);
                Some(true)
            }
            Part::Key => {
                json::write_text(self.key.as_str(), &mut self.text);
                self.kinds.push(Kind::Text);
                Some(true)
            }
            Part::Each(expr) => {
                let value = self.evaluator.eval(expr, &self.frame);
                self.value(&value)
            }
            Part::Map(entries) => {
                self.text.push('{');
                let mut end = self.text.len();
                let begin = end;
                for (key, entry) in entries {
                    if end > begin {
                        self.text.push(',');
                    }
                    self.text.push_str(key);
                    if self.part(entry)? {
                        end = self.text.len();
                    } else {
                        self.text.truncate(end);
                    }
                }
                self.text.push('}');
                Some(true)
            }
            Part::List(items) => {
                self.text.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        self.text.push(',');
                    }
                    self.part(item)?;
                }
                self.text.push(']');
                Some(true)
            }
        }
    }

    fn value(&mut self, value: &Value) -> Option<bool> {
        let kind = match value {
            Value::Null => {
                self.text.push_str("null");
                Kind::Null
            }
            Value::Bool(value) => {
                self.text.push_str(if *value { "true" } else { "false" });
                Kind::Bool
            }
            Value::Number(number) => {
                json::write_decimal(&number_to_text(*number), &mut self.text);
                Kind::Number
            }
            Value::String(text) => {
                json::write_text(text, &mut self.text);
                Kind::Text
            }
            Value::Quantity(quantity) => {
                json::write_text(&quantity.to_string(), &mut self.text);
                Kind::Text
            }
            _ => return None,
        };
        self.kinds.push(kind);
        Some(kind != Kind::Null)
    }
}
