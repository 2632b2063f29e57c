//! What a word means: a name with its value, a row of the table, a function, a native property, an entry of the
//! catalog; and the page of what is wrong there.
//!
//! Must not find anything out by itself: it puts into words what the compiler's tables hold.

use std::ops::Range;
use std::path::Path;

use tonnage_base::{Diagnostic, Symbol};
use tonnage_driver::workspace::{Document, Entity, Workspace};
use tonnage_lang::{Family, check::find_block, functions, intent::ModuleScope, occurrences::Target};
use tonnage_schema::Replacement;
use tonnage_syntax::cursor::{Frame, Place};
use tonnage_syntax::tree::Attribute;

use crate::facts;
use crate::site::{CatalogName, Site, in_words};

/// Lines of a declaration that are shown.
const MOST_LINES: usize = 16;

/// Markdown about what stands at an offset, and the bytes it is about.
pub fn hover(workspace: &Workspace<'_>, path: &Path, offset: usize) -> Option<(String, Range<usize>)> {
    let document = workspace.document(path)?;
    let about = name(workspace, path, offset).or_else(|| word(workspace, document, path, offset));
    let wrong = wrong(workspace, document, path, offset);
    match (about, wrong) {
        (Some((text, range)), None) => Some((text, range)),
        (None, Some((page, range))) => Some((page, range)),
        (Some((text, range)), Some((page, _))) => Some((format!("{text}\n\n---\n\n{page}"), range)),
        (None, None) => None,
    }
}

fn name(workspace: &Workspace<'_>, path: &Path, offset: usize) -> Option<(String, Range<usize>)> {
    let (entity, named) = workspace.named_at(path, offset)?;
    let declared = workspace.places_of(&entity).into_iter().find(|place| place.declares)?;
    let document = workspace.document(&declared.path)?;
    let item = document.item_at(declared.range.start)?;
    let within = u32::try_from(declared.range.start - item.start).ok()?;
    let block = item.file.body.blocks.iter().find(|block| block.span.contains(within))?;
    let local = block.body.attributes.iter().find(|attribute| attribute.key.span.contains(within));
    let span = local.map_or(block.span, |attribute| attribute.span);
    let secret = block.body.attribute("sensitive").is_some();
    let text = |lo: u32, hi: u32| document.text_of(item).get(lo as usize..hi as usize);
    let text = match block.body.attribute("default").filter(|_| secret) {
        Some(Attribute { value, .. }) => {
            format!("{}(sensitive){}", text(span.lo, value.span.lo)?, text(value.span.hi, span.hi)?)
        }
        None => text(span.lo, span.hi)?.to_owned(),
    };
    let mut markdown = format!("```hcl\n{}\n```\n", cut(&text));
    if let Some(spec) = find_block(block.kind.name.as_str()).filter(|_| local.is_none()) {
        markdown.push_str(&format!("\n{}\n", spec.doc));
    }
    if secret {
        markdown.push_str("\nIts value is sensitive: it is not shown.\n");
    } else if let Some(value) = value(workspace, path, &entity) {
        markdown.push_str(&format!("\nvalue: `{value}`\n"));
    }
    Some((markdown, named.range))
}

fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    match lines.get(..MOST_LINES) {
        Some(head) if lines.len() > MOST_LINES => format!("{}\n  …", head.join("\n")),
        _ => lines.join("\n"),
    }
}

/// The value of a variable, local or plan of addresses, when the fleet was last understood; in a module the values of
/// all its instances, if they are one.
fn value(workspace: &Workspace<'_>, path: &Path, entity: &Entity) -> Option<String> {
    let intent = workspace.intent(path)?;
    let Target::Thing(family, name) = entity.target else { return None };
    let of = |scope: &ModuleScope| {
        let values = match family {
            Family::Variable => &scope.globals.variables,
            Family::Local => &scope.globals.locals,
            Family::Cidr => &scope.globals.plans,
            _ => return None,
        };
        values.get(&name).map(ToString::to_string)
    };
    let own = workspace.fleets_of(path).contains(&entity.folder);
    if own {
        return of(intent.root());
    }
    let folder = |scope: &&ModuleScope| scope.caller.is_some();
    let mut found: Vec<String> = intent.scopes.iter().filter(folder).filter_map(of).collect();
    found.sort();
    found.dedup();
    let only = found.pop()?;
    found.is_empty().then_some(only)
}

fn word(workspace: &Workspace<'_>, document: &Document, path: &Path, offset: usize) -> Option<(String, Range<usize>)> {
    let site = Site::new(document, offset)?;
    let range = site.word()?;
    let written = document.text().get(range.clone())?;
    let text = match &site.cursor.place {
        Place::Name(_) if matches!(site.cursor.around.last(), Some(Frame::Object(_))) => property(&site, written)?,
        Place::Name(_) => row(&site, written)?,
        Place::Value(_) => function(written)?,
        Place::Label(0, _) if site.cursor.header.first().is_some_and(|kind| kind == "resource") => {
            native_type(written)?
        }
        Place::Text(_) => {
            let what = CatalogName::of(site.keys.first()?)?;
            facts::of(&workspace.catalog(path), what, Symbol::new(written))?
        }
        _ => return None,
    };
    Some((text, range))
}

fn row(site: &Site, written: &str) -> Option<String> {
    if site.is_top() {
        let spec = find_block(written)?;
        return Some(format!("**{}**\n\n{}", spec.heading(), spec.doc));
    }
    let block = site.block()?;
    if let Some(spec) = block.attribute(written) {
        let needed = if spec.required { "; it must be there" } else { "" };
        return Some(format!("**{written}**: {}{needed}\n\n{}", spec.expects.describe(), spec.doc));
    }
    block.block(written).map(|spec| format!("**{}**\n\n{}", spec.heading(), spec.doc))
}

fn function(written: &str) -> Option<String> {
    let found = functions::find(Symbol::new(written))?;
    let parameters = found.parameters.iter().chain(&found.variadic);
    let parameters: String = parameters.map(|p| format!("- `{}`: {}\n", p.name, p.kind.in_words())).collect();
    Some(format!(
        "```hcl\n{}\n```\n\n{}\n\n{parameters}\n`{}` gives `{}`",
        found.signature(),
        found.doc,
        found.example,
        found.result
    ))
}

fn native_type(written: &str) -> Option<String> {
    let schemas = tonnage_driver::compile::schemas();
    let facts = schemas.get(Symbol::new(written))?;
    let list = |names: &mut dyn Iterator<Item = Symbol>| {
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let needed = list(&mut facts.required().iter().copied());
    let attributes = list(&mut facts.attributes().iter().copied());
    Some(format!("**{written}**\n\nneeds {needed}\n\nattributes after it is made: {attributes}"))
}

fn property(site: &Site, written: &str) -> Option<String> {
    let native = site.native()?;
    let mut path: Vec<tonnage_schema::PathStep> = native.keys.iter().map(|key| Symbol::new(key).into()).collect();
    path.push(Symbol::new(written).into());
    native.object(|facts, object| {
        let kind = object.get(Symbol::new(written))?;
        let needed = object.required().iter().any(|name| *name == written);
        let mut lines = vec![format!("**{written}**: {}", in_words(facts, kind))];
        lines.extend(needed.then(|| "It must be there.".to_owned()));
        if facts.read_only(&path) {
            lines.push("The cloud says it: it cannot be written.".to_owned());
        }
        lines.extend(match facts.replacement(&path) {
            Replacement::Always => Some("A change of it makes a new resource in place of the old one.".to_owned()),
            Replacement::Conditional => {
                Some("A change of it may make a new resource in place of the old one.".to_owned())
            }
            Replacement::Never => None,
        });
        Some(lines.join("\n\n"))
    })?
}

/// The page of what is wrong at an offset.
fn wrong(workspace: &Workspace<'_>, document: &Document, path: &Path, offset: usize) -> Option<(String, Range<usize>)> {
    let place = |diagnostic: &Diagnostic| {
        let span = diagnostic.primary.as_ref()?.span;
        let start = document.item(span.file)?.start;
        Some(start + span.lo as usize..start + span.hi as usize)
    };
    let found = workspace.diagnostics(path).into_iter().filter_map(|found| Some((place(&found)?, found)));
    let (range, found) =
        found.filter(|(range, _)| range.start <= offset && offset <= range.end).min_by_key(|(r, _)| r.len())?;
    Some((found.code.page.trim_end().to_owned(), range))
}
