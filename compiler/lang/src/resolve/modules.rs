//! Calls of modules: which folder is meant, what goes in, what comes out.
//!
//! Must not read files: the folders are handed in. Must not know what a module declares.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::{
    Module,
    tree::{Block, Expr, ExprKind, Ident},
};

use super::{
    Caller, Folder, Place, Resolver,
    declared::{Declarations, Family},
    each,
    names::FleetScope,
    order, references,
    uses::Finder,
    variables::Given,
};
use crate::{
    check,
    context::{Context, listed},
    scope::MapNamespace,
    value::Value,
};

/// Modules inside one another beyond this are refused.
const DEEPEST: usize = 16;
/// Attributes of a `module` block that are not inputs.
const OWN: &[&str] = &["source", "for_each"];
/// Blocks that stand in the fleet's own folder only, with the reason.
const ROOT_ONLY: &[(&str, &str)] = &[
    ("fleet", "a module is a part of the fleet that calls it"),
    ("cloud", "clouds are declared once for the whole fleet; here they are known by the same names"),
    ("accelerator", "the catalog is one for the whole fleet"),
    ("shape", "the catalog is one for the whole fleet"),
    ("region", "the catalog is one for the whole fleet"),
    ("lowering", "lowerings are the same for the whole fleet"),
    ("test", "tests are of the whole fleet"),
];

/// The files of one folder that a `module` block names.
#[derive(Clone, Debug, Default)]
pub struct ModuleFolder {
    /// The folder from that of the fleet, as [`folder_of`] gives it.
    pub path: String,
    /// Its files.
    pub module: Module,
}

/// The folder that a `source` means, seen from the folder it is written in (empty for the fleet's own): `./network` in
/// `modules/a` is `modules/a/network`. None where it is not a path that begins with `./` or `../`.
pub fn folder_of(within: &str, source: &str) -> Option<String> {
    if !(source.starts_with("./") || source.starts_with("../")) || source.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = within.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The `source` of a `module` block, where it is written out.
pub fn source_of(block: &Block) -> Option<(&str, Span)> {
    match &block.body.attribute("source")?.value {
        Expr { kind: ExprKind::String(text), span } => Some((text.as_str(), *span)),
        _ => None,
    }
}

impl<'m> Resolver<'m> {
    /// Calls a module for each of its instances; what the caller sees of it.
    pub(super) fn call(
        &mut self,
        place: &Place,
        position: usize,
        name: Ident,
        block: &'m Block,
        scope: &FleetScope,
        cx: &mut Context,
    ) -> Value {
        let Some((path, folder)) = self.folder(place, block, cx) else {
            cx.incomplete = true;
            return Value::Invalid;
        };
        self.check_inputs(name, block, &folder.declared, cx);
        let entries = match block.body.attribute("for_each") {
            None => None,
            Some(attribute) => match each::entries(&attribute.value, scope, cx) {
                None => return Value::Invalid,
                found => found,
            },
        };
        let mut callers = place.callers.clone();
        callers.push(place.path.clone());
        let mut one = |key: Option<&(Symbol, Value)>, cx: &mut Context| {
            let own;
            let scope = match key {
                None => scope,
                Some((key, value)) => {
                    own = scope.with_each(key.as_str(), value.clone());
                    &own
                }
            };
            let inputs = block.body.attributes.iter().filter(|a| !OWN.contains(&a.key.name.as_str()));
            let inputs: Vec<(Symbol, Value, Span)> =
                inputs.map(|a| (a.key.name, cx.eval(&a.value, scope), a.value.span)).collect();
            let label = match key {
                None => name.name,
                Some((key, _)) => each::instance_name(name.name, key.as_str()),
            };
            let child = Place {
                path: path.clone(),
                prefix: Symbol::new(&format!("{}module.{label}.", place.prefix)),
                caller: Some(Caller { position, name, key: key.map(|(key, _)| *key) }),
                callers: callers.clone(),
            };
            let given = Given::Inputs { call: block.header, values: &inputs };
            let position = self.instance(child, Rc::clone(&folder), &given, cx);
            let outputs = self.all.get(position).and_then(Option::as_ref).map(|made| made.outputs.clone());
            let kind = Symbol::new(Family::Module.root());
            MapNamespace::declared(kind, label, outputs.unwrap_or_default()).into_value()
        };
        match entries {
            None => one(None, cx),
            Some(entries) => {
                Value::Map(Arc::new(entries.iter().map(|entry| (entry.0, one(Some(entry), cx))).collect()))
            }
        }
    }

    /// The folder that a `module` block names, looked into once.
    fn folder(&mut self, place: &Place, block: &'m Block, cx: &mut Context) -> Option<(String, Rc<Folder<'m>>)> {
        let attribute = block.body.attribute("source")?;
        let Some((source, span)) = source_of(block) else {
            cx.push(
                Diagnostic::error(codes::T0262, attribute.value.span, "the source of a module is written out")
                    .with_help("modules are read before anything is evaluated: write `source = \"./FOLDER\"`"),
            );
            return None;
        };
        let Some(path) = folder_of(&place.path, source) else {
            cx.push(
                Diagnostic::error(codes::T0262, span, format!("`{source}` is not a folder beside this file")).with_help(
                    "a source begins with `./` or `../`; modules kept elsewhere are copied or linked into the repository",
                ),
            );
            return None;
        };
        if path.is_empty() || path == place.path || place.callers.contains(&path) {
            let round: Vec<&str> = place.callers.iter().map(String::as_str).chain([&*place.path, &*path]).collect();
            let round: Vec<&str> = round.into_iter().map(|path| if path.is_empty() { "." } else { path }).collect();
            cx.push(
                Diagnostic::error(codes::T0263, span, format!("this module calls itself: {}", round.join(" → ")))
                    .with_help("a module may not call one that leads back to it"),
            );
            return None;
        }
        if place.callers.len() >= DEEPEST {
            cx.push(
                Diagnostic::error(codes::T0263, span, format!("modules stand more than {DEEPEST} deep in one another"))
                    .with_help("call this one from further up"),
            );
            return None;
        }
        if let Some(folder) = self.folders.get(&path) {
            return Some((path, Rc::clone(folder)));
        }
        let Some(found) = self.modules.iter().find(|folder| folder.path == path) else {
            cx.push(
                Diagnostic::error(codes::T0262, span, format!("there are no fleet files in `{path}`"))
                    .with_help("a module is a folder with files that end in `.fleet.hcl`"),
            );
            return None;
        };
        for file in &found.module.files {
            check::check_file(&file.body, cx);
            for block in &file.body.blocks {
                if let Some((kind, why)) = ROOT_ONLY.iter().find(|(kind, _)| block.kind.name == *kind) {
                    cx.push(
                        Diagnostic::error(
                            codes::T0266,
                            block.header,
                            format!("a `{kind}` block has no place in a module"),
                        )
                        .with_help(*why),
                    );
                    cx.incomplete = true;
                }
            }
        }
        let declared = Declarations::of(&found.module, cx).with_clouds_of(&self.root.declared);
        let used_capacities = references::check_references(&found.module, &declared, cx);
        let order = order::order(&declared, cx);
        let folder = Rc::new(Folder { declared, used_capacities, order });
        self.folders.insert(path.clone(), Rc::clone(&folder));
        Some((path, folder))
    }

    /// Inputs that the module does not have.
    fn check_inputs(&self, name: Ident, block: &Block, declared: &Declarations<'_>, cx: &mut Context) {
        let variables = declared.members(Family::Variable);
        for attribute in block.body.attributes.iter().filter(|a| !OWN.contains(&a.key.name.as_str())) {
            let key = attribute.key;
            if variables.get(key.name).is_some() {
                continue;
            }
            let wrong = Diagnostic::error(
                codes::T0264,
                key.span,
                format!("module `{}` has no input `{}`", name.name, key.name),
            );
            let names: Vec<&str> = variables.names().collect();
            let wrong =
                cx.did_you_mean(wrong, key.span, key.name.as_str(), names.iter().copied().chain(OWN.iter().copied()));
            let help = match names.is_empty() {
                true => "it has none: inputs are the `variable` blocks of its folder".to_owned(),
                false => format!("its inputs are {}", listed(&names)),
            };
            cx.push(if wrong.help.is_some() { wrong } else { wrong.with_help(help) });
            cx.incomplete = true;
        }
    }
}

/// The outputs of a fleet or module, each as far as it is known before placement. Those of the fleet itself are shown.
pub(super) fn outputs(
    declared: &Declarations<'_>,
    scope: &FleetScope,
    shown: bool,
    cx: &mut Context,
) -> BTreeMap<Symbol, Value> {
    let late = || Value::Unknown(Symbol::new("known only after placement"));
    let mut found = BTreeMap::new();
    for (name, block) in &declared.outputs {
        let Some(attribute) = block.body.attribute("value") else { continue };
        let value = if waits(&attribute.value, declared) { late() } else { cx.eval(&attribute.value, scope) };
        let value = match super::variables::sensitive(block) {
            true => value.into_sensitive(),
            false if shown && value.holds_sensitive() => {
                cx.push(shown_secret(name.name, attribute.value.span));
                cx.incomplete = true;
                continue;
            }
            false => value,
        };
        found.insert(name.name, value);
    }
    found
}

/// An output that would show a secret.
pub fn shown_secret(name: Symbol, span: Span) -> Diagnostic {
    let message = format!("output `{name}` holds a sensitive value, and outputs are shown");
    Diagnostic::error(codes::T0285, span, message)
        .with_help("write `sensitive = true` in it, or `nonsensitive(…)` around what may be seen")
}

/// Whether an output has to wait for placement: it refers to a pool, to what a thing becomes, or to a module.
fn waits(expr: &Expr, declared: &Declarations<'_>) -> bool {
    // the thing itself is known by its name
    let itself =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Attribute(base, _) if matches!(base.kind, ExprKind::Variable(_)));
    let mut finder = Finder::default();
    finder.expr(expr);
    finder.found.iter().any(|used| match declared.root(used.root) {
        Some(Family::Pool | Family::Lookup) => true,
        Some(Family::Module) => !traversal(expr),
        Some(Family::Network | Family::Capacity | Family::Storage) => !itself(expr),
        _ => false,
    })
}

/// Names, steps and keys that are written out, and nothing that decides by their values.
fn traversal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Attribute(base, _) => traversal(base),
        ExprKind::Index(base, key) => traversal(base) && matches!(key.kind, ExprKind::String(_)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_found_from_where_they_are_written() {
        let of = |within: &str, source: &str| folder_of(within, source);
        assert_eq!(of("", "./network").as_deref(), Some("network"));
        assert_eq!(of("modules/a", "./b/").as_deref(), Some("modules/a/b"));
        assert_eq!(of("modules/a", "../b").as_deref(), Some("modules/b"));
        assert_eq!(of("", "../shared").as_deref(), Some("../shared"));
        assert_eq!(of("../shared", "../x").as_deref(), Some("../x"));
        assert_eq!(of("a", "..").as_deref(), None);
        assert_eq!(of("", "/etc"), None);
        assert_eq!(of("", "git::https://example.com/x"), None);
        assert_eq!(of("", "terraform-aws-modules/vpc/aws"), None);
    }
}
