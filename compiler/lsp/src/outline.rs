//! What is in a text and in the workspace, by name. Must not know what any of it means.

use lsp_types::{DocumentSymbol, SymbolInformation, SymbolKind};
use tonnage_driver::workspace::{Document, Item, Workspace};
use tonnage_lang::occurrences::Target;
use tonnage_syntax::tree::{Block, Ident};

use crate::convert;

/// More than this nobody reads.
const MOST: usize = 1_000;

/// The blocks of a text, with those inside them.
pub fn document(document: &Document) -> Vec<DocumentSymbol> {
    let of = |item| move |block| symbol(document, item, block);
    document.items().iter().flat_map(|item| item.file.body.blocks.iter().map(of(item))).collect()
}

/// The parser bounds the depth.
fn symbol(document: &Document, item: &Item, block: &Block) -> DocumentSymbol {
    let bytes = |span: tonnage_base::Span| item.start + span.lo as usize..item.start + span.hi as usize;
    let range = |span| convert::range(document, &bytes(span));
    let labels: Vec<&str> = block.labels.iter().map(|label| label.name.as_str()).collect();
    let (name, detail) = match labels.as_slice() {
        [] => (block.kind.name.to_string(), None),
        [name] => (format!("{} {name}", block.kind.name), None),
        [kind, rest @ ..] => (format!("{} {}", block.kind.name, rest.join(" ")), Some((*kind).to_owned())),
    };
    let mut children: Vec<DocumentSymbol> =
        block.body.blocks.iter().map(|inner| symbol(document, item, inner)).collect();
    if block.kind.name == "locals" {
        children.extend(block.body.attributes.iter().map(|local| {
            made(local.key.name.to_string(), None, SymbolKind::VARIABLE, range(local.span), range(local.key.span))
        }));
    }
    let kind = kind_of(block.kind);
    let mut symbol = made(name, detail, kind, range(block.span), range(block.header));
    symbol.children = (!children.is_empty()).then_some(children);
    symbol
}

#[expect(deprecated, reason = "the protocol's type has a field that is not to be used, and no other way to make one")]
fn made(
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    range: lsp_types::Range,
    selection_range: lsp_types::Range,
) -> DocumentSymbol {
    DocumentSymbol { name, detail, kind, tags: None, deprecated: None, range, selection_range, children: None }
}

fn kind_of(kind: Ident) -> SymbolKind {
    match kind.name.as_str() {
        "fleet" => SymbolKind::PACKAGE,
        "module" => SymbolKind::MODULE,
        "variable" | "locals" => SymbolKind::VARIABLE,
        "output" => SymbolKind::PROPERTY,
        "policy" | "test" => SymbolKind::METHOD,
        "cloud" | "network" | "cidr" => SymbolKind::NAMESPACE,
        "resource" => SymbolKind::OBJECT,
        _ => SymbolKind::CLASS,
    }
}

/// Everything declared whose address holds the words, in order of texts.
#[expect(deprecated, reason = "the protocol's type has a field that is not to be used, and no other way to make one")]
pub fn workspace(workspace: &Workspace<'_>, query: &str) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for (path, document) in workspace.documents() {
        for item in document.items() {
            for occurrence in item.occurrences.iter().filter(|occurrence| occurrence.declares) {
                let (name, kind) = match occurrence.target {
                    Target::Thing(family, name) => (format!("{}.{name}", family.root()), SymbolKind::CLASS),
                    Target::Output(name) => (format!("output.{name}"), SymbolKind::PROPERTY),
                    _ => continue,
                };
                if !name.to_lowercase().contains(&query) {
                    continue;
                }
                let bytes = item.start + occurrence.span.lo as usize..item.start + occurrence.span.hi as usize;
                let Some(location) = convert::location(workspace, path, &bytes) else { continue };
                found.push(SymbolInformation {
                    name,
                    kind,
                    tags: None,
                    deprecated: None,
                    location,
                    container_name: None,
                });
                if found.len() == MOST {
                    return found;
                }
            }
        }
    }
    found
}
