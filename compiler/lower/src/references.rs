//! What can only be checked when all resources are known: references to what is not made, text that crosses sites,
//! secrets that a cloud can't be given. Must not know any type.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Span, Symbol, codes::lower as codes};
use tonnage_graph::{Node, Reference, Resource, ResourceId, Site, ValueId, Values};
use tonnage_schema::{PathStep, path as paths};

use crate::expand::Expander;
use crate::lowered::Lowered;
use crate::path::Segment;
use crate::secrets::{Unfit, unfit};

/// A reference that is wrong, and where in the body.
enum Wrong {
    /// Nothing has this address.
    Missing(Symbol),
    /// It lies at another site, and stands inside a text.
    Afar(Symbol, Site),
    /// A secret that its cloud can't be given.
    Secret(Unfit),
}

/// Checks every reference of the graph.
pub fn check(expander: &mut Expander<'_, '_>) {
    let mut checked: FxHashSet<(ValueId, Site, Symbol)> = FxHashSet::default();
    let mut found = Vec::new();
    let mut sites: FxHashMap<Symbol, Option<Site>> = FxHashMap::default();
    let mut stack = Vec::new();
    for (id, resource) in expander.lowered.graph.iter() {
        if !checked.insert((resource.body, resource.site, resource.kind)) {
            continue;
        }
        let mut suspect = false;
        expander.builder.values.each_reference(resource.body, &mut stack, |reference| {
            if reference.secret().is_some() {
                suspect = true;
                return;
            }
            let target = *sites.entry(reference.address).or_insert_with(|| {
                let target = expander.lowered.graph.find(reference.address)?;
                expander.lowered.graph.get(target).map(|target| target.site)
            });
            suspect |= target != Some(resource.site);
        });
        if suspect {
            let wrong = first_wrong(expander, resource);
            found.extend(wrong.map(|(path, wrong)| (id, path, wrong)));
        }
        for address in &resource.depends_on {
            if expander.lowered.graph.find(*address).is_none() {
                found.push((id, Vec::new(), Wrong::Missing(*address)));
            }
        }
    }
    for (id, path, wrong) in found {
        report(expander, id, &path, wrong);
    }
}

fn report(expander: &mut Expander<'_, '_>, id: ResourceId, path: &[Segment], wrong: Wrong) {
    // what was refused above is missing here: that was said
    if matches!(wrong, Wrong::Missing(address) if !expander.absent.contains_key(&address)) && expander.incomplete {
        return;
    }
    let Some(resource) = expander.lowered.graph.get(id) else { return };
    let address = resource.address;
    let here = resource.site;
    let (line, declared) = expander.lowered.line(expander.intent, id, path);
    let (code, message, help, also): (_, _, _, Option<Span>) = match wrong {
        Wrong::Missing(target) => (
            codes::T0506,
            format!("`{address}` refers to `{target}`, which is not made here"),
            "refer to it only where its `when` holds: `condition ? resource.NAME.ref : null`".to_owned(),
            expander.absent.get(&target).copied(),
        ),
        Wrong::Afar(target, site) => (
            codes::T0507,
            format!(
                "`{address}` in {}/{} writes an attribute of `{target}` in {}/{} into a text",
                here.cloud, here.region, site.cloud, site.region
            ),
            "a text can be put together only from resources of its own site: pass the attribute alone, or build both at one site"
                .to_owned(),
            None,
        ),
        Wrong::Secret(unfit) => (unfit.code, unfit.message, unfit.help, None),
    };
    let mut error = Diagnostic::error(code, line, message).with_help(help);
    if let Some(span) = also {
        error = error.with_label(span, "its `when` is false");
    }
    expander.report_at(declared, error);
}

/// The first wrong reference of a body, in order, with its path.
fn first_wrong(expander: &Expander<'_, '_>, resource: &Resource) -> Option<(Vec<Segment>, Wrong)> {
    let (lowered, values): (&Lowered, &Values) = (&expander.lowered, expander.builder.values);
    let here = resource.site;
    // (value, path, inside a text)
    let mut stack = vec![(resource.body, Vec::new(), false)];
    while let Some((id, path, in_text)) = stack.pop() {
        match values.node(id) {
            Node::Reference(reference) if reference.secret().is_some() => {
                if let Some(unfit) = secret(expander, resource, reference, &path) {
                    return Some((path, Wrong::Secret(unfit)));
                }
            }
            Node::Reference(reference) => {
                let target = lowered.graph.find(reference.address).and_then(|target| lowered.graph.get(target));
                match target {
                    None if lowered.lookups.contains(&reference.address) => {}
                    None => return Some((path, Wrong::Missing(reference.address))),
                    Some(target) if in_text && target.site != here => {
                        return Some((path, Wrong::Afar(reference.address, target.site)));
                    }
                    Some(_) => {}
                }
            }
            Node::Join(_) => stack.extend(values.items(id).iter().rev().map(|&part| (part, path.clone(), true))),
            Node::List(_) => {
                let items: Vec<_> = values.items(id).iter().enumerate().collect();
                for (position, &item) in items.into_iter().rev() {
                    let mut path = path.clone();
                    path.push(Segment::Index(position));
                    stack.push((item, path, in_text));
                }
            }
            Node::Map(_) => {
                let entries: Vec<_> = values.entries(id).collect();
                for (key, value) in entries.into_iter().rev() {
                    let mut path = path.clone();
                    path.push(Segment::Key(key));
                    stack.push((value, path, in_text));
                }
            }
            _ => {}
        }
    }
    None
}

fn secret(expander: &Expander<'_, '_>, resource: &Resource, reference: Reference, path: &[Segment]) -> Option<Unfit> {
    let cloud = expander.intent.clouds.iter().find(|cloud| cloud.name.value == resource.site.cloud)?;
    let step = |segment: &Segment| match segment {
        Segment::Key(key) => Some(PathStep::Key(*key)),
        Segment::Index(index) => Some(PathStep::Index(u32::try_from(*index).ok()?)),
        Segment::Any => None,
    };
    let steps: Vec<PathStep> = path.iter().filter_map(step).collect();
    let fixed = expander.checker.is_fixed(resource.kind, &steps).then(|| paths::display(&steps));
    unfit(resource.address, cloud, reference, fixed.as_deref())
}
