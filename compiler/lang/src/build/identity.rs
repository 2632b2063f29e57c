//! Identity over time, and what exists already: `moved`, `import`, `removed`, `owner`, `lookup`. Must not know what is
//! live.

use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, Span, Symbol, codes::lang as codes, suggest};
use tonnage_syntax::tree::{Block, Expr, ExprKind};

use super::Builder;
use crate::{
    check::find_block,
    context::Context,
    intent::{Import, Lookup, Moved, Owned, Removed},
    read::Reader,
    resolve::{
        Resolved,
        declared::Family,
        names::{self, FleetScope, key},
        uses::Finder,
    },
};

/// What an address may start with.
const ADDRESS_ROOTS: &[&str] = &["pool", "capacity", "network", "storage", "resource", "module"];
/// What may be removed is more: a whole cloud.
const REMOVED_ROOTS: &[&str] = &["pool", "capacity", "network", "storage", "resource", "module", "cloud"];

fn within(resolved: &Resolved<'_>, at: At<Symbol>) -> At<Symbol> {
    at.map(|text| key(resolved.prefix, text))
}

/// A network that is not declared may be the default one.
fn is_declared(resolved: &Resolved<'_>, to: &Address) -> bool {
    to.family == Family::Network || resolved.folder.declared.members(to.family).get(to.name).is_some()
}

fn undeclared(resolved: &Resolved<'_>, to: &Address, cx: &mut Context) {
    let Address { text, family, name, place } = to;
    let wrong = Diagnostic::error(codes::T0204, *place, format!("no {} is named `{name}`", family.noun()))
        .with_help("an address is written as it is declared now");
    // In a text the name has no place of its own.
    let names = resolved.folder.declared.members(*family).names().filter(|_| *place != text.span);
    let wrong = cx.did_you_mean(wrong, *place, name.as_str(), names);
    cx.push(wrong);
    cx.incomplete = true;
}

/// An address that an attribute of a block names.
fn side(block: &Block, name: &str, roots: &[&str], cx: &mut Context) -> Option<Address> {
    match block.body.attribute(name) {
        Some(attribute) => address(&attribute.value, roots, cx),
        None => cx.incomplete(),
    }
}

/// Says so where a thing is named a second time.
fn twice(first: &mut FxHashMap<Symbol, Span>, at: At<Symbol>, done: &str, cx: &mut Context) -> bool {
    let Some(before) = first.insert(at.value, at.span) else { return false };
    cx.push(
        Diagnostic::error(codes::T0340, at.span, format!("`{}` is {done} twice", at.value))
            .with_label(before, format!("{done} here already"))
            .with_help("keep one of the two"),
    );
    cx.incomplete = true;
    true
}

/// What comes under management.
pub(super) fn imports(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<Import> {
    let Some(spec) = find_block("import") else { return Vec::new() };
    let mut all: Vec<Import> = Vec::new();
    let (mut addresses, mut ids) = (FxHashMap::default(), FxHashMap::default());
    for block in &resolved.folder.declared.imports {
        let to = side(block, "to", ADDRESS_ROOTS, cx);
        let id = Reader::new(block, spec, &resolved.scope).text("id", cx);
        let (Some(address), Some(id)) = (to, id) else {
            cx.incomplete = true;
            continue;
        };
        if !is_declared(resolved, &address) {
            undeclared(resolved, &address, cx);
            continue;
        }
        let to = address.text;
        if twice(&mut addresses, to, "imported", cx) | twice(&mut ids, id, "imported", cx) {
            continue;
        }
        all.push(Import { to: within(resolved, to), id, span: block.header });
    }
    all
}

/// What leaves management: it must have left the files.
pub(super) fn removed(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<Removed> {
    let mut all: Vec<Removed> = Vec::new();
    let mut first = FxHashMap::default();
    for block in &resolved.folder.declared.removed {
        let Some(Address { text: from, family, name, .. }) = side(block, "from", REMOVED_ROOTS, cx) else { continue };
        if let Some(declared) = resolved.folder.declared.members(family).get(name)
            && covers(resolved, family, name, from.value)
        {
            cx.push(
                Diagnostic::error(codes::T0341, from.span, format!("`{}` is removed and still declared", from.value))
                    .with_label(declared.name.span, "declared here")
                    .with_help("delete it from the files, and it is forgotten and kept; or delete the `removed` block"),
            );
            cx.incomplete = true;
            continue;
        }
        if !twice(&mut first, from, "removed", cx) {
            all.push(Removed { from: within(resolved, from), span: block.header });
        }
    }
    all
}

/// What others decide. Addresses of a module are relative to it.
pub(super) fn owned(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<Owned> {
    let Some(spec) = find_block("owner") else { return Vec::new() };
    let mut all: Vec<Owned> = Vec::new();
    for block in &resolved.folder.declared.owners {
        let of = Reader::new(block, spec, &resolved.scope).texts("of", cx);
        let (Some(owner), Some(of)) = (block.labels.first(), of) else { continue };
        for at in of {
            let Some((resource, property)) = property_of(at, cx) else { continue };
            if !is_declared(resolved, &resource) {
                undeclared(resolved, &resource, cx);
                continue;
            }
            let resource = within(resolved, resource.text).value;
            match all.iter().find(|other| (other.resource, other.property) == (resource, property)) {
                Some(other) => {
                    cx.push(
                        Diagnostic::error(codes::T0340, at.span, format!("`{}` has two owners", at.value))
                            .with_label(other.span, format!("`{}` owns it already", other.owner))
                            .with_help("keep one of the two"),
                    );
                    cx.incomplete = true;
                }
                None => all.push(Owned { owner: owner.name, resource, property, span: at.span }),
            }
        }
    }
    all
}

/// A whole property of resources that differ by their keys alone.
fn property_of(at: At<Symbol>, cx: &mut Context) -> Option<(Address, Symbol)> {
    let text = at.value.as_str();
    let named = text.rsplit_once('.').filter(|_| !text.contains('[')).and_then(|(resource, property)| {
        let (root, rest) = resource.split_once('.')?;
        let (family, name) = match root {
            "module" => rest.split_once('.').map(|(name, _)| (Family::Module, name))?,
            _ if !ADDRESS_ROOTS.contains(&root) => return None,
            _ => {
                let family = Family::ALL.into_iter().find(|family| family.root() == root)?;
                (family, rest.split('.').next().filter(|name| !name.is_empty())?)
            }
        };
        let text = At::new(Symbol::new(resource), at.span);
        Some((Address { text, family, name: Symbol::new(name), place: at.span }, Symbol::new(property)))
    });
    if named.is_none() {
        let wrong = Diagnostic::error(codes::T0252, at.span, "this is not the address of a property");
        cx.push(wrong.with_help(
            "write the address without keys and a whole property, as in `pool.chat.primary.nodes.DesiredCapacity` or `resource.vpc.Tags`",
        ));
        cx.incomplete = true;
    }
    named
}

/// Whether what is declared under a name is what an address names: one key of a `for_each` may be gone, and an option.
fn covers(resolved: &Resolved<'_>, family: Family, name: Symbol, address: Symbol) -> bool {
    let rest = address.as_str().strip_prefix(family.root()).and_then(|rest| rest.strip_prefix('.'));
    let rest = rest.and_then(|rest| rest.strip_prefix(name.as_str())).unwrap_or_default();
    if rest.is_empty() {
        return true;
    }
    let declared = resolved.folder.declared.members(family).get(name).and_then(|found| found.source.block());
    let Some(block) = declared else { return false };
    if rest.starts_with('[') {
        let keys = resolved.entries.get(&(family, name));
        // The keys of pools and resources are known later: what is still there is said when the plan is made.
        return keys.is_some_and(|keys| {
            keys.iter().any(|(key, _)| address.as_str().ends_with(names::key_suffix(*key).as_str()))
        });
    }
    let option = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
    let inner = block.body.blocks.iter().filter(|inner| matches!(inner.kind.name.as_str(), "option" | "share"));
    family == Family::Pool && inner.filter_map(|inner| inner.labels.first()).any(|label| label.name == option)
}

impl Builder<'_, '_> {
    /// Objects that are used and not owned.
    pub(super) fn lookups(&self, cx: &mut Context) -> Vec<Lookup> {
        let clouds = self.declared_names(Family::Cloud);
        let mut all = Vec::new();
        for (name, block, instance) in self.instances(Family::Lookup, cx) {
            let Some(mut reader) = self.reader(block, &instance.scope) else { continue };
            let [kind, ..] = block.labels.as_slice() else { continue };
            let cloud = reader.reference("cloud", &clouds, cx);
            let region = reader.text("region", cx);
            let id = reader.text("id", cx);
            let filter = reader.object("where", cx);
            let problem = match (reader.span("id"), reader.span("where")) {
                (Some(_), Some(at)) => Some((at, "an object is named by its `id` or by `where`, not by both")),
                (None, None) => Some((reader.at, "this `lookup` block does not say which object it means")),
                _ if filter.as_ref().is_some_and(|map| map.is_empty()) => {
                    Some((reader.at, "an empty `where` is true of every object"))
                }
                _ => None,
            };
            if let Some((at, problem)) = problem {
                cx.push(Diagnostic::error(codes::T0342, at, problem).with_help(
                    "write `id = \"…\"` where it is known, or `where = { Property = value }`, which one object must meet",
                ));
                cx.incomplete = true;
                continue;
            }
            let Some((at, (id_of_cloud, declared))) = cloud.and_then(|at| Some((at, self.cloud(at.value)?))) else {
                cx.incomplete = true;
                continue;
            };
            if let Some(region) = region
                && !self.check_region(declared, region, cx)
            {
                cx.incomplete = true;
                continue;
            }
            let Some(region) = region.or_else(|| declared.regions.first().copied()) else { continue };
            all.push(Lookup {
                kind: At::new(kind.name, kind.span),
                name: At::new(instance.name, name.span),
                address: self.address(Family::Lookup, instance.name),
                scope: self.scope,
                cloud: At::new(id_of_cloud, at.span),
                region: region.value,
                id,
                filter: filter.map(|map| (*map).clone()).unwrap_or_default(),
                found: None,
                span: block.header,
            });
        }
        all
    }
}

/// What `lookup.NAME` stands for before the cloud is read: its identifier where it is written.
pub(crate) fn looked_up(block: &Block, address: Symbol, scope: &FleetScope, cx: &mut Context) -> crate::Value {
    let spec = find_block("lookup");
    let id = spec.and_then(|spec| Reader::new(block, spec, scope).text("id", cx));
    names::looked_up(address, id.map(|at| at.value))
}

/// Addresses of a module are relative to it.
pub(super) fn moved(resolved: &Resolved<'_>, cx: &mut Context) -> Vec<Moved> {
    let declared = &resolved.folder.declared.moved;
    let mut all: Vec<Moved> = Vec::with_capacity(declared.len());
    let mut first: FxHashMap<Symbol, Span> = FxHashMap::default();
    for block in declared {
        let (from, to) = (side(block, "from", ADDRESS_ROOTS, cx), side(block, "to", ADDRESS_ROOTS, cx));
        let (Some(from), Some(address)) = (from, to) else { continue };
        let (from, to) = (from.text, address.text);
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
        if !is_declared(resolved, &address) {
            undeclared(resolved, &address, cx);
            continue;
        }
        all.push(Moved { from: within(resolved, from), to: within(resolved, to) });
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
fn address(expr: &Expr, roots: &[&str], cx: &mut Context) -> Option<Address> {
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
        if !roots.contains(&root) || name.is_empty() {
            return None;
        }
        let family = Family::ALL.into_iter().find(|family| family.root() == root)?;
        let place = finder.found.first().and_then(|used| used.member).map_or(expr.span, |member| member.span);
        Some(Address { text: At::new(Symbol::new(&text), expr.span), family, name: Symbol::new(&name), place })
    });
    if checked.is_none() {
        let words: Vec<String> = roots.iter().map(|root| format!("`{root}`")).collect();
        let words = words.join(", ");
        let help = format!("an address starts with one of {words}, as in `pool.chat` or `\"pool.chat.primary\"`");
        let root =
            finder.found.first().filter(|used| suggest::closest(used.root.as_str(), roots.iter().copied()).is_some());
        cx.push(match root {
            Some(used) => Diagnostic::error(codes::T0252, used.root_span, "this is not the beginning of an address")
                .with_help(help)
                .with_did_you_mean(used.root_span, used.root.as_str(), roots.iter().copied()),
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
