//! What is kept as it is written, for later phases to evaluate: resources, outputs, lowerings.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, IndexVec, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::Block;

use crate::{
    check::{
        BlockSpec,
        blocks::{CLOUD_KINDS, LOWERING_KINDS},
        find_block,
    },
    context::Context,
    intent::{Caller, LifecycleDecl, Lowering, ModuleScope, OutputDecl, ResourceDecl, ScopeId},
    read::Reader,
    resolve::{
        Folder, Resolved,
        declared::{Declarations, Family},
        names::FleetScope,
    },
};

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
        update_policy: None,
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
            "update_policy" => &mut found.update_policy,
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
        own: false,
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
