//! What is kept as it is written, for later phases to evaluate: resources, outputs, lowerings; and renames.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, IndexVec, Span, Symbol, codes::lang as codes, suggest};
use tonnage_syntax::tree::{Block, Expr, ExprKind};

use crate::{
    check::{
        BlockSpec,
        blocks::{CLOUD_KINDS, LOWERING_KINDS},
        find_block,
    },
    context::Context,
    intent::{Caller, LifecycleDecl, Lowering, ModuleScope, Moved, OutputDecl, ResourceDecl, ScopeId},
    read::Reader,
    resolve::{
        Folder, Resolved,
        declared::{Declarations, Family},
        names::{FleetScope, key},
        uses::Finder,
    },
};

/// What an address may start with.
const ADDRESS_ROOTS: &[&str] = &["pool", "capacity", "network", "storage", "resource", "module"];

/// What is evaluated later, for the fleet itself and each instance of each module; what is said of a module's folder is
/// shared by its instances.
pub(super) fn scopes(all: &[Resolved<'_>], cx: &mut Context) -> IndexVec<ScopeId, ModuleScope> {
    type Shared = (Arc<[ResourceDecl]>, Arc<[OutputDecl]>);
    let mut folders: FxHashMap<*const Folder<'_>, Shared> = FxHashMap::default();
    let mut scopes = IndexVec::new();
    for resolved in all {
        let (resources, outputs) = folders
            .entry(Rc::as_ptr(&resolved.folder))
            .or_insert_with(|| (resources(&resolved.folder.declared, cx).into(), outputs(resolved, cx).into()));
        let id = |position: usize| ScopeId(u32::try_from(position).unwrap_or(u32::MAX));
        scopes.push(ModuleScope {
            prefix: resolved.prefix,
            caller: resolved.caller.map(|c| Caller { scope: id(c.position), name: c.name.name, key: c.key }),
            resources: Arc::clone(resources),
            outputs: Arc::clone(outputs),
            known: resolved.outputs.clone(),
            globals: resolved.globals.clone(),
        });
    }
    scopes
}

fn resources(declared: &Declarations<'_>, cx: &mut Context) -> Vec<ResourceDecl> {
    let Some(spec) = find_block("resource") else { return Vec::new() };
    let nothing = FleetScope::none();
    let blocks = declared.members(Family::Resource).blocks();
    blocks.filter_map(|(_, block)| resource(block, spec, &nothing, cx)).collect()
}

fn resource(block: &Block, spec: &'static BlockSpec, scope: &FleetScope, cx: &mut Context) -> Option<ResourceDecl> {
    let [kind, name] = block.labels.as_slice() else { return cx.incomplete() };
    let mut found = ResourceDecl {
        kind: *kind,
        name: *name,
        body: None,
        when: None,
        for_each: None,
        depends_on: None,
        holds: None,
        cloud: None,
        region: None,
        lifecycle: LifecycleDecl::default(),
        span: block.header,
    };
    for attribute in &block.body.attributes {
        let slot = match attribute.key.name.as_str() {
            "body" => &mut found.body,
            "when" => &mut found.when,
            "for_each" => &mut found.for_each,
            "depends_on" => &mut found.depends_on,
            "holds" => &mut found.holds,
            "cloud" => &mut found.cloud,
            "region" => &mut found.region,
            _ => continue,
        };
        *slot = Some(attribute.value.clone());
    }
    if let (Some(lifecycle), Some(spec)) = (block.body.blocks.first(), spec.block("lifecycle")) {
        found.lifecycle = lifecycle_of(Reader::new(lifecycle, spec, scope), cx);
    }
    Some(found)
}

fn lifecycle_of(mut reader: Reader<'_>, cx: &mut Context) -> LifecycleDecl {
    LifecycleDecl {
        retain_on_delete: reader.word("on_delete", cx).is_some_and(|word| word.value == "retain"),
        retain_on_replace: reader.word("on_replace", cx).is_some_and(|word| word.value == "retain"),
        delete_first: reader.word("order", cx).is_some_and(|word| word.value == "delete_first"),
        ignore: reader.texts("ignore", cx).unwrap_or_default().into_iter().map(|at| at.value).collect(),
    }
}

fn outputs(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<OutputDecl> {
    let Some(spec) = find_block("output") else { return Vec::new() };
    let mut outputs = Vec::new();
    for (name, block) in &resolved.folder.declared.outputs {
        let mut reader = Reader::new(block, spec, &resolved.scope);
        let description = reader.text("description", cx).map(|at| at.value);
        match block.body.attribute("value") {
            Some(value) => outputs.push(OutputDecl {
                sensitive: crate::resolve::variables::sensitive(block),
                name: At::new(name.name, name.span),
                value: value.value.clone(),
                description,
            }),
            None => cx.incomplete = true,
        }
    }
    outputs
}

/// Addresses of a module are relative to it.
pub(super) fn moved(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<Moved> {
    let declared = &resolved.folder.declared;
    let within = |at: At<Symbol>| at.map(|text| key(resolved.prefix, text));
    let mut all: Vec<Moved> = Vec::with_capacity(declared.moved.len());
    let mut first: FxHashMap<Symbol, Span> = FxHashMap::default();
    for block in &declared.moved {
        let mut side = |name: &str| match block.body.attribute(name) {
            Some(attribute) => address(&attribute.value, cx),
            None => cx.incomplete(),
        };
        let (from, to) = (side("from"), side("to"));
        let (Some(from), Some(Address { text: to, family, name, place })) = (from, to) else { continue };
        let from = from.text;
        if from.value == to.value {
            cx.push(
                Diagnostic::error(codes::T0261, to.span, format!("`{}` is moved to itself", to.value))
                    .with_help("write the old address in `from` and the new one in `to`"),
            );
            cx.incomplete = true;
            continue;
        }
        if let Some(before) = first.insert(from.value, from.span) {
            cx.push(
                Diagnostic::error(codes::T0261, from.span, format!("`{}` is moved twice", from.value))
                    .with_label(before, "moved here already")
                    .with_help("one thing goes to one place: keep one of the two"),
            );
            cx.incomplete = true;
            continue;
        }
        // A network that is not declared may be the default one.
        if family != Family::Network && declared.members(family).get(name).is_none() {
            let wrong = Diagnostic::error(codes::T0204, place, format!("no {} is named `{name}`", family.noun()))
                .with_help("`to` is the address as it is declared now");
            // in a text the name has no place of its own
            let names = declared.members(family).names().filter(|_| place != to.span);
            let wrong = cx.did_you_mean(wrong, place, name.as_str(), names);
            cx.push(wrong);
            cx.incomplete = true;
            continue;
        }
        all.push(Moved { from: within(from), to: within(to) });
    }
    all
}

/// An address, with the declared thing it starts with.
struct Address {
    text: At<Symbol>,
    family: Family,
    name: Symbol,
    /// Where the name is written.
    place: Span,
}

/// An address written as a reference or as text.
fn address(expr: &Expr, cx: &mut Context) -> Option<Address> {
    let text = match &expr.kind {
        ExprKind::Invalid => return cx.incomplete(),
        ExprKind::String(text) => Some(text.to_string()),
        _ => path(expr),
    };
    let mut finder = Finder::default();
    finder.expr(expr);
    let checked = text.and_then(|text| {
        let (root, rest) = text.split_once('.')?;
        let name: String = rest.chars().take_while(|c| !matches!(c, '.' | '[')).collect();
        if !ADDRESS_ROOTS.contains(&root) || name.is_empty() {
            return None;
        }
        let family = Family::ALL.into_iter().find(|family| family.root() == root)?;
        let place = finder.found.first().and_then(|used| used.member).map_or(expr.span, |member| member.span);
        Some(Address { text: At::new(Symbol::new(&text), expr.span), family, name: Symbol::new(&name), place })
    });
    if checked.is_none() {
        let roots: Vec<String> = ADDRESS_ROOTS.iter().map(|root| format!("`{root}`")).collect();
        let roots = roots.join(", ");
        let help = format!("an address starts with one of {roots}, as in `pool.chat` or `\"pool.chat.primary\"`");
        let root = finder
            .found
            .first()
            .filter(|used| suggest::closest(used.root.as_str(), ADDRESS_ROOTS.iter().copied()).is_some());
        cx.push(match root {
            Some(used) => Diagnostic::error(codes::T0252, used.root_span, "this is not the beginning of an address")
                .with_help(help)
                .with_did_you_mean(used.root_span, used.root.as_str(), ADDRESS_ROOTS.iter().copied()),
            None => Diagnostic::error(codes::T0252, expr.span, "this is not an address").with_help(help),
        });
        cx.incomplete = true;
    }
    checked
}

/// `pool.a.nodes["x"]` as text. The parser bounds its depth.
fn path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(name.to_string()),
        ExprKind::Attribute(base, name) => path(base).map(|base| format!("{base}.{}", name.name)),
        ExprKind::Index(base, index) => {
            let base = path(base)?;
            match &index.kind {
                ExprKind::String(key) => {
                    Some(crate::resolve::each::instance_name(Symbol::new(&base), key.as_str()).to_string())
                }
                ExprKind::Number(number) => Some(format!("{base}[{}]", number.normalize())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `lowering "KIND" "CLOUD" { … }`.
pub(crate) fn lowering(block: &Block, cx: &mut Context) -> Option<Lowering> {
    let spec = find_block("lowering")?;
    let resource_spec = spec.block("resource")?;
    let [kind, cloud] = block.labels.as_slice() else { return cx.incomplete() };
    for (label, words, what) in [(kind, LOWERING_KINDS, "lowered"), (cloud, CLOUD_KINDS, "a kind of cloud")] {
        if !words.contains(&label.name.as_str()) {
            let wrong = Diagnostic::error(codes::T0219, label.span, format!("`{}` is not {what}", label.name));
            let help = format!("it is one of {}", crate::context::listed(words));
            let written = At::new(label.name, label.span);
            let wrong = cx.did_you_mean_quoted(wrong, written, words.iter().copied(), &help);
            cx.push(wrong);
            cx.incomplete = true;
        }
    }
    let nothing = FleetScope::none();
    let mut resources: Vec<ResourceDecl> = Vec::new();
    let mut first: FxHashMap<Symbol, Span> = FxHashMap::default();
    for inner in block.body.blocks.iter().filter(|b| b.kind.name == "resource") {
        let Some(found) = resource(inner, resource_spec, &nothing, cx) else { continue };
        if let Some(before) = first.insert(found.name.name, found.name.span) {
            twice("resource", found.name.name, found.name.span, before, cx);
            continue;
        }
        resources.push(found);
    }
    let mut locals = Vec::new();
    let mut first: FxHashMap<Symbol, Span> = FxHashMap::default();
    for local in block.body.blocks.iter().filter(|b| b.kind.name == "locals").flat_map(|b| &b.body.attributes) {
        if let Some(before) = first.insert(local.key.name, local.key.span) {
            twice("local", local.key.name, local.key.span, before, cx);
            continue;
        }
        locals.push((local.key, local.value.clone()));
    }
    Some(Lowering {
        kind: At::new(kind.name, kind.span),
        cloud: At::new(cloud.name, cloud.span),
        locals,
        resources,
        export: block.body.attribute("export").map(|a| a.value.clone()),
        span: block.header,
    })
}

fn twice(noun: &str, name: Symbol, span: Span, first: Span, cx: &mut Context) {
    cx.push(
        Diagnostic::error(codes::T0211, span, format!("{noun} `{name}` is declared twice in this lowering"))
            .with_label(first, "first declared here")
            .with_help("give one of them another name"),
    );
    cx.incomplete = true;
}
