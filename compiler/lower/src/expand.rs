//! One use of a lowering becomes resources: locals, `when`, `for_each`, bodies, in that order. Must not know which
//! lowering it is, nor any property.
//!
//! What mentions `resource` is evaluated after all `when` and `for_each` that do not, so that a resource that is not
//! made, or a key that is not there, is known by then.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Span, Symbol, codes::lower as codes};
use tonnage_graph::{Disposal, Holds, Lifecycle, Place, ReplaceOrder, Resource, Standing, Values};
use tonnage_lang::intent::{Intent, LifecycleDecl, ResourceDecl};
use tonnage_lang::scope::Frame;
use tonnage_lang::{Scope, Value};
use tonnage_syntax::tree::{Expr, ExprKind};

use crate::body::{BodyBuilder, mentions, visit};
use crate::check::Checker;
use crate::instance::{Instance, Source, Stem, address, without_keys};
use crate::lowered::{Lowered, Made, MadeBy};
use crate::names::{Each, Expansion, Families, Family, Keys, indices};
use crate::site;

/// Turns instances into resources of one graph.
pub struct Expander<'a, 'v> {
    /// What is meant.
    pub intent: &'a Intent,
    /// Evaluates and stores.
    pub builder: BodyBuilder<'v>,
    /// Checks bodies against what is known of their types.
    pub checker: Checker<'a>,
    /// What is made so far.
    pub lowered: Lowered,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Addresses of resources that a false `when` leaves out, with the `when`.
    pub absent: FxHashMap<Symbol, Span>,
    /// `resource` as the fleet's own resources see it.
    pub fleet_resources: Option<Value>,
    /// Something was wrong: what depends on it says nothing more.
    pub incomplete: bool,
    author_files: FxHashSet<tonnage_base::FileId>,
    /// What stands already, where it is known.
    pub(crate) standing: Option<&'v mut (dyn Standing + 'v)>,
}

impl<'a, 'v> Expander<'a, 'v> {
    /// With nothing made yet.
    pub fn new(
        intent: &'a Intent,
        checker: Checker<'a>,
        values: &'v mut Values,
        standing: Option<&'v mut (dyn Standing + 'v)>,
    ) -> Self {
        Self {
            intent,
            builder: BodyBuilder::new(values, intent),
            checker,
            lowered: Lowered {
                lookups: intent.lookups.iter().map(|lookup| lookup.address).collect(),
                ..Lowered::default()
            },
            diagnostics: Vec::new(),
            absent: FxHashMap::default(),
            fleet_resources: None,
            incomplete: false,
            author_files: crate::origin::author_files(intent),
            standing,
        }
    }

    /// Makes the resources of an instance; the value is what it exports (null where it exports nothing).
    pub fn expand(&mut self, mut instance: Instance<'a>) -> Value {
        let families = self.families(&instance);
        let resources = Value::Object(Arc::new(Families::new(Arc::clone(&families))));
        if matches!(instance.source, Source::Author(..)) {
            self.fleet_resources = Some(resources.clone());
        }
        instance.roots.set("resource", resources);
        let late = self.early_locals(&mut instance);
        let decls = instance.source.resources();
        let (first, second): (Vec<_>, Vec<_>) = (0..decls.len()).partition(|position| {
            decls.get(*position).is_some_and(|decl| {
                [&decl.when, &decl.for_each].into_iter().flatten().all(|expr| !uses_resources(expr, &late))
            })
        });
        let mut values_of: Vec<Vec<Value>> = vec![Vec::new(); decls.len()];
        for position in first.into_iter().chain(second) {
            let (Some(decl), Some(family)) = (decls.get(position), families.get(position)) else { continue };
            let (expansion, values) = self.expansion(&instance, decl, &late, &families);
            if let (Expansion::Absent, Some(when)) = (&expansion, &decl.when) {
                self.absent.insert(family.address, when.span);
            }
            // set once only: each position comes once
            let _ = family.expansion.set(expansion);
            if let Some(slot) = values_of.get_mut(position) {
                *slot = values;
            }
        }
        self.late_locals(&mut instance, &late);
        let mut stands = self.stands(&instance, &families, &values_of);

        let made = u32::try_from(self.lowered.made.len()).unwrap_or(u32::MAX);
        self.lowered.made.push(Made {
            by: match instance.source {
                Source::Lowering(position, _) => MadeBy::Lowering(position),
                Source::Author(scope, _) => MadeBy::Author(scope),
            },
            facts: instance.facts.clone(),
            declared: instance.declared,
        });
        for (position, (decl, family)) in decls.iter().zip(families.iter()).enumerate() {
            let origin = (made, u32::try_from(position).unwrap_or(u32::MAX));
            let values = values_of.get_mut(position).map(std::mem::take).unwrap_or_default();
            let stands = stands.get_mut(position).map(std::mem::take).unwrap_or_default();
            self.resources(&instance, decl, family, (&values, &stands), origin);
            self.collect(&instance);
        }
        let export = instance.source.export().map(|expr| self.builder.evaluator.eval(expr, &instance.roots));
        self.collect(&instance);
        export.unwrap_or(Value::Null)
    }

    fn families(&self, instance: &Instance<'a>) -> Arc<[Arc<Family>]> {
        let family = |decl: &ResourceDecl| {
            Arc::new(Family {
                name: decl.name.name,
                kind: decl.kind.name,
                attributes: self.checker.attributes(decl.kind.name),
                address: address(&instance.prefix, decl.name.name, instance.key, None),
                expansion: OnceLock::new(),
            })
        };
        instance.source.resources().iter().map(family).collect()
    }

    /// Evaluates the locals that do not need resources; the names of the others.
    fn early_locals(&mut self, instance: &mut Instance<'a>) -> FxHashSet<Symbol> {
        let locals = instance.source.locals();
        let mut late = FxHashSet::default();
        if locals.is_empty() {
            return late;
        }
        instance.roots.set("local", Value::Map(Arc::default()));
        for (name, expr) in locals {
            if uses_resources(expr, &late) {
                late.insert(name.name);
            } else {
                self.local(instance, name.name, expr);
            }
        }
        late
    }

    fn late_locals(&mut self, instance: &mut Instance<'a>, late: &FxHashSet<Symbol>) {
        for (name, expr) in instance.source.locals().iter().filter(|(name, _)| late.contains(&name.name)) {
            self.local(instance, name.name, expr);
        }
    }

    fn local(&mut self, instance: &mut Instance<'a>, name: Symbol, expr: &Expr) {
        let value = self.builder.evaluator.eval(expr, &instance.roots);
        let mut known = match instance.roots.get("local") {
            Some(Value::Map(map)) => (**map).clone(),
            _ => BTreeMap::new(),
        };
        known.insert(name, value);
        instance.roots.set("local", Value::Map(Arc::new(known)));
        self.collect(instance);
    }

    /// What `when` and `for_each` make of a declaration, with the values of the keys.
    fn expansion(
        &mut self,
        instance: &Instance<'a>,
        decl: &ResourceDecl,
        late: &FxHashSet<Symbol>,
        families: &[Arc<Family>],
    ) -> (Expansion, Vec<Value>) {
        let nothing = || {
            let stem = Stem::new(&instance.prefix, decl.name.name, instance.key);
            (Expansion::Many(Arc::new(Keys::new(Vec::new(), stem))), Vec::new())
        };
        for expr in [&decl.when, &decl.for_each].into_iter().flatten() {
            if let Some(unknown) = not_yet_known(expr, late, families) {
                let message = format!("`{unknown}` is not known yet where it is decided which resources there are");
                self.report(
                    instance,
                    Diagnostic::error(codes::T0504, expr.span, message)
                        .with_help("decide it by what the resources are made from, not by the resources"),
                );
                return nothing();
            }
        }
        if let Some(when) = &decl.when {
            let value = self.builder.evaluator.eval(when, &instance.roots);
            self.collect(instance);
            if self.decided_by_secret(instance, when, &value) {
                return nothing();
            }
            match value.as_bool() {
                Ok(true) => {}
                Ok(false) => return (Expansion::Absent, Vec::new()),
                Err(_) => {
                    if !matches!(value, Value::Invalid) {
                        let what = value.type_name();
                        let message = format!("`when` must be true or false when the plan is made; this is {what}");
                        self.report(instance, Diagnostic::error(codes::T0511, when.span, message));
                    }
                    return nothing();
                }
            }
        }
        let Some(for_each) = &decl.for_each else { return (Expansion::Single, Vec::new()) };
        let value = self.builder.evaluator.eval(for_each, &instance.roots);
        self.collect(instance);
        if self.decided_by_secret(instance, for_each, &value) {
            return nothing();
        }
        match indices(&value) {
            Ok((in_order, values)) => {
                let mut seen = FxHashSet::default();
                // the keys of a map are different ones
                if matches!(value, Value::List(_))
                    && let Some(key) = in_order.iter().find(|key| !seen.insert(**key))
                {
                    let message = format!("`for_each` has `{key}` twice");
                    self.report(
                        instance,
                        Diagnostic::error(codes::T0504, for_each.span, message)
                            .with_help("wrap the list in `distinct(…)`, or make a map with keys of its own"),
                    );
                    return nothing();
                }
                let stem = Stem::new(&instance.prefix, decl.name.name, instance.key);
                (Expansion::Many(Arc::new(Keys::new(in_order, stem))), values)
            }
            Err(None) => nothing(),
            Err(Some(problem)) => {
                self.report(
                    instance,
                    Diagnostic::error(codes::T0504, for_each.span, problem).with_help(
                        "give a map (`{ a = …, b = … }`) or a list of texts: keys become part of addresses, so they must be known",
                    ),
                );
                nothing()
            }
        }
    }

    /// Whether a secret would decide what is built, which is seen by everybody: an error.
    fn decided_by_secret(&mut self, instance: &Instance<'a>, expr: &Expr, value: &Value) -> bool {
        let secret = matches!(value, Value::Sensitive(_));
        if secret {
            let message = "this came from a sensitive value, and what it decides is shown";
            self.report(
                instance,
                Diagnostic::error(codes::T0520, expr.span, message)
                    .with_help("decide by what is no secret, or write `nonsensitive(…)` around what may be seen"),
            );
        }
        secret
    }

    fn resources(
        &mut self,
        instance: &Instance<'a>,
        decl: &'a ResourceDecl,
        family: &Family,
        (values, stands): (&[Value], &[Option<Place>]),
        origin: (u32, u32),
    ) {
        let keys = match family.expansion.get() {
            Some(Expansion::Single) => None,
            Some(Expansion::Many(keys)) => Some(keys),
            Some(Expansion::Absent) | None => return,
        };
        if let Some(error) = self.checker.check_type(decl.kind.name, decl.kind.span) {
            return self.report(instance, error);
        }
        let template = match &decl.body {
            Some(body) => self.builder.resolve(body, &instance.roots),
            None => Some(crate::body::Template::Map(Vec::new())),
        };
        let Some(template) = template else { return };
        let lifecycle = Arc::new(Lifecycle { owned: self.owned(decl, family.address), ..lifecycle(&decl.lifecycle) });
        let declaration = Declaration {
            decl,
            instance,
            lifecycle,
            uses_each: decl.holds.as_ref().is_some_and(|holds| mentions(holds, "each")),
        };
        let mut shared = Shared::default();
        let Some(keys) = keys else {
            let alone = (family.address, None);
            let _ = self.resource(&declaration, &template, alone, &instance.roots, &mut shared, origin);
            return;
        };
        let words = [Symbol::new("key"), Symbol::new("value")];
        let mut frame = Frame::new(&instance.roots);
        let each = frame.bind(Symbol::new("each"), Value::Null);
        let stands = stands.iter().copied().chain(std::iter::repeat(None));
        for ((&key, value), place) in keys.in_order.iter().zip(values).zip(stands) {
            if place.is_some_and(|place| self.standing.as_deref().is_some_and(|standing| standing.rests(place))) {
                continue;
            }
            frame.set(each, Value::Object(Arc::new(Each { words, key, value: value.clone() })));
            let at = keys.address(key);
            // one mistake is said once, not for every index
            if self.resource(&declaration, &template, (at, Some(key)), &frame, &mut shared, origin).is_none() {
                break;
            }
        }
    }

    fn resource(
        &mut self,
        declaration: &Declaration<'a, '_>,
        template: &crate::body::Template<'_>,
        (at, key): (Symbol, Option<Symbol>),
        scope: &dyn Scope,
        shared: &mut Shared,
        origin: (u32, u32),
    ) -> Option<()> {
        let Declaration { decl, instance, .. } = declaration;
        let body = self.builder.body(template, scope, key)?;
        let holds = match (&decl.holds, shared.holds) {
            (None, _) => None,
            (Some(_), Some(known)) if !declaration.uses_each => Some(known),
            (Some(expr), _) => {
                let holds = self.holds(instance, expr, scope)?;
                shared.holds = Some(holds);
                Some(holds)
            }
        };
        let depends_on = match (&decl.depends_on, &shared.depends_on) {
            (None, _) => Vec::new(),
            (Some(_), Some(known)) => known.clone(),
            (Some(expr), None) => {
                let found = self.depends_on(instance, expr, scope)?;
                if !mentions(expr, "each") {
                    shared.depends_on = Some(found.clone());
                }
                found
            }
        };
        let mut lifecycle = Arc::clone(&declaration.lifecycle);
        if let Some(expr) = &decl.update_policy {
            Arc::make_mut(&mut lifecycle).update_policy = self.update_policy(instance, expr, scope)?;
        }
        let site = match instance.site {
            Some(site) => site,
            None => match shared.site {
                Some(site) => site,
                None => {
                    let found = site::of_resource(self, decl, instance, scope)?;
                    if let Some(error) = self.checker.check_cloud(decl, self.intent, found) {
                        self.report(instance, error);
                        return None;
                    }
                    if ![&decl.cloud, &decl.region].into_iter().flatten().any(|expr| mentions(expr, "each")) {
                        shared.site = Some(found);
                    }
                    found
                }
            },
        };
        let resource = Resource {
            address: at,
            kind: decl.kind.name,
            body,
            site,
            scope: instance.scope,
            depends_on,
            lifecycle,
            holds,
            declared: Some(instance.asks_for(key).unwrap_or(decl.span)),
            live: None,
        };
        match self.lowered.graph.add(resource) {
            Ok(id) => {
                self.lowered.by_resource.push(origin);
                let place = crate::check::Place { decl, instance, author_files: &self.author_files };
                let leaves = &self.builder.leaves;
                let mut found = self.checker.check_body(&place, body, leaves, &mut shared.alike, self.builder.values);
                let resource = self.lowered.graph.get(id);
                found.extend(resource.and_then(|r| self.checker.check_size(&place, r, self.builder.values)));
                let right = found.is_empty();
                self.incomplete |= !right;
                self.diagnostics.extend(found);
                right.then_some(())
            }
            Err(taken) => {
                let other = self.lowered.graph.get(taken).and_then(|other| other.declared);
                let mut error = Diagnostic::error(codes::T0505, decl.span, format!("two resources would be `{at}`"));
                if let Some(other) = other {
                    error = error.with_label(other, "the other one comes from here");
                }
                self.report(instance, error.with_help("an address is a resource's identity: rename one of them"));
                None
            }
        }
    }

    fn holds(&mut self, instance: &Instance<'a>, expr: &Expr, scope: &dyn Scope) -> Option<Holds> {
        let value = self.builder.eval(expr, scope)?;
        match crate::placed::holds(&value) {
            Ok(holds) => Some(holds),
            Err(problem) => {
                self.report(
                    instance,
                    Diagnostic::error(codes::T0509, expr.span, problem).with_help(
                        "write `holds = { shape = …, nodes = …, market = … }`, and `zone` and `reserves_only` where they apply",
                    ),
                );
                None
            }
        }
    }

    /// JSON text; none where there is no policy.
    fn update_policy(&mut self, instance: &Instance<'a>, expr: &Expr, scope: &dyn Scope) -> Option<Option<Symbol>> {
        let value = self.builder.eval(expr, scope)?;
        if matches!(value, Value::Null) {
            return Some(None);
        }
        let id = self.builder.store(&value, expr.span)?;
        if !matches!(value, Value::Map(_)) || !self.builder.values.references(id).is_empty() {
            let message = "`update_policy` takes an object that is known when the plan is made";
            self.report(instance, Diagnostic::error(codes::T0503, expr.span, message));
            return None;
        }
        Some(Some(Symbol::new(&self.builder.values.to_json(id))))
    }

    fn depends_on(&mut self, instance: &Instance<'a>, expr: &Expr, scope: &dyn Scope) -> Option<Vec<Symbol>> {
        let value = self.builder.eval(expr, scope)?;
        let families = match instance.roots.get("resource") {
            Some(Value::Object(families)) => Some(Arc::clone(families)),
            _ => None,
        };
        match crate::placed::depends_on(&value, families.as_deref()) {
            Ok(addresses) => Some(addresses),
            Err(problem) => {
                self.report(
                    instance,
                    Diagnostic::error(codes::T0510, expr.span, problem)
                        .with_help("write a list of resources: `depends_on = [resource.NAME]`"),
                );
                None
            }
        }
    }

    /// Reports something found at a line of the instance's lowering: the author's block comes first.
    pub fn report(&mut self, instance: &Instance<'_>, diagnostic: Diagnostic) {
        self.report_at(instance.declared, diagnostic);
    }

    /// The same, given the author's block.
    pub fn report_at(&mut self, declared: Option<Span>, diagnostic: Diagnostic) {
        self.incomplete |= diagnostic.is_error();
        self.diagnostics.push(relocate(diagnostic, declared, &self.author_files));
    }

    /// The properties of a resource that others decide.
    fn owned(&mut self, decl: &ResourceDecl, address: Symbol) -> Vec<(Symbol, Symbol)> {
        let mut all = Vec::new();
        if self.intent.owned.is_empty() {
            return all;
        }
        let address = without_keys(address.as_str());
        for owned in self.intent.owned.iter().filter(|owned| owned.resource.as_str() == address) {
            match self.checker.check_property(decl.kind.name, owned.property, owned.span) {
                Some(error) => {
                    self.incomplete = true;
                    // Instances of one pool would say it again and again.
                    if !self.diagnostics.contains(&error) {
                        self.diagnostics.push(error);
                    }
                }
                None => all.push((owned.property, owned.owner)),
            }
        }
        all
    }

    /// Takes over what evaluating found.
    fn collect(&mut self, instance: &Instance<'_>) {
        if self.builder.evaluator.diagnostics.is_empty() && self.builder.diagnostics.is_empty() {
            return;
        }
        let found = std::mem::take(&mut self.builder.evaluator.diagnostics);
        let converted = std::mem::take(&mut self.builder.diagnostics);
        for diagnostic in found.into_iter().chain(converted) {
            self.report(instance, diagnostic);
        }
    }
}

/// What is the same for every index of a declaration.
struct Declaration<'a, 'i> {
    decl: &'a ResourceDecl,
    instance: &'i Instance<'a>,
    lifecycle: Arc<Lifecycle>,
    uses_each: bool,
}

/// What was found for one index and holds for all.
#[derive(Default)]
struct Shared {
    holds: Option<Holds>,
    depends_on: Option<Vec<Symbol>>,
    site: Option<tonnage_graph::Site>,
    alike: crate::check::Alike,
}

/// Points a diagnostic at the author's block where it points into a lowering the author did not write.
pub fn relocate(
    mut diagnostic: Diagnostic,
    declared: Option<Span>,
    author_files: &FxHashSet<tonnage_base::FileId>,
) -> Diagnostic {
    let (Some(declared), Some(primary)) = (declared, diagnostic.primary.clone()) else { return diagnostic };
    if author_files.contains(&primary.span.file) {
        return diagnostic;
    }
    let text = if primary.text.is_empty() { "found here, in the lowering".to_owned() } else { primary.text };
    diagnostic.suggestions.retain(|suggestion| author_files.contains(&suggestion.span.file));
    diagnostic.secondary.insert(0, tonnage_base::Label { span: primary.span, text });
    diagnostic.at(declared, "lowered from this")
}

fn lifecycle(decl: &LifecycleDecl) -> Lifecycle {
    let disposal = |retain: bool| if retain { Disposal::Retain } else { Disposal::Delete };
    Lifecycle {
        on_delete: disposal(decl.retain_on_delete),
        on_replace: disposal(decl.retain_on_replace),
        order: if decl.delete_first { ReplaceOrder::DeleteFirst } else { ReplaceOrder::CreateFirst },
        ignore: decl.ignore.clone(),
        owned: Vec::new(),
        update_policy: None,
    }
}

/// Whether an expression needs resources, itself or through a local that does.
fn uses_resources(expr: &Expr, late: &FxHashSet<Symbol>) -> bool {
    mentions(expr, "resource") || (!late.is_empty() && late_local(expr, late).is_some())
}

fn late_local(expr: &Expr, late: &FxHashSet<Symbol>) -> Option<Symbol> {
    let mut found = None;
    visit(expr, &mut |e| {
        if let ExprKind::Attribute(base, name) = &e.kind
            && crate::path::is_variable(base, "local")
            && late.contains(&name.name)
        {
            found = found.or(Some(name.name));
        }
    });
    found
}

/// What an expression of `when` or `for_each` uses that is not decided yet.
fn not_yet_known(expr: &Expr, late: &FxHashSet<Symbol>, families: &[Arc<Family>]) -> Option<String> {
    if let Some(local) = late_local(expr, late) {
        return Some(format!("local.{local}"));
    }
    let mut found = None;
    visit(expr, &mut |e| {
        if let ExprKind::Attribute(base, name) = &e.kind
            && crate::path::is_variable(base, "resource")
            && families.iter().any(|f| f.name == name.name && f.expansion.get().is_none())
        {
            found = found.take().or_else(|| Some(format!("resource.{}", name.name)));
        }
    });
    found
}

impl std::fmt::Debug for Expander<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Expander({} resources)", self.lowered.graph.len())
    }
}
