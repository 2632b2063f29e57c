//! What may be written at a place: rows of the table, declared names, functions, catalog names, native properties.
//!
//! Must not judge what is there: it offers all that may stand there and leaves the choice to the editor.

use std::ops::Range;
use std::path::Path;

use lsp_types::{
    CompletionItem, CompletionItemKind as Kind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, TextEdit,
};
use tonnage_base::Symbol;
use tonnage_driver::{
    compile,
    workspace::{Document, Workspace},
};
use tonnage_lang::{
    Family,
    check::{AttributeSpec, BlockSpec, Expects, schema_table},
    functions,
    occurrences::Target,
};
use tonnage_schema::PropertyType;
use tonnage_syntax::{
    cursor::{Frame, Place},
    tree::{Block, ExprKind},
};

use crate::convert;
use crate::facts;
use crate::site::{CatalogName, Native, Site, element, in_words};

/// Native types offered at once: there are more than a thousand.
const MOST_TYPES: usize = 200;

/// What may be written at an offset, and whether that is all. `snippets`: the editor fills in places.
pub fn complete(workspace: &Workspace<'_>, path: &Path, offset: usize, snippets: bool) -> (Vec<CompletionItem>, bool) {
    let found = workspace.document(path).and_then(|document| Some((document, Site::new(document, offset)?)));
    let Some((document, site)) = found else { return (Vec::new(), true) };
    let Some(word) = site.word() else { return (Vec::new(), true) };
    let mut offers =
        Offers { workspace, document, path, offset, site: &site, word, snippets, all: true, items: Vec::new() };
    offers.fill();
    (offers.items, offers.all)
}

struct Offers<'a> {
    workspace: &'a Workspace<'a>,
    document: &'a Document,
    path: &'a Path,
    offset: usize,
    site: &'a Site,
    /// What is replaced.
    word: Range<usize>,
    snippets: bool,
    all: bool,
    items: Vec<CompletionItem>,
}

impl<'a> Offers<'a> {
    fn fill(&mut self) {
        match &self.site.cursor.place {
            Place::Name(_) if self.site.is_top() => {
                let tests = self.path.to_string_lossy().ends_with(tonnage_driver::load::TEST_SUFFIX);
                self.blocks(schema_table(), tests);
            }
            Place::Name(_) if matches!(self.site.cursor.around.last(), Some(Frame::Object(_))) => self.keys(),
            Place::Name(_) => self.rows(),
            Place::Value(_) => self.values(),
            Place::Text(_) => self.texts(),
            Place::Label(0, _) => self.types(),
            Place::Label(..) | Place::Nothing => {}
        }
    }

    fn item(&self, label: &str, kind: Kind, detail: String, doc: &str) -> CompletionItem {
        let range = convert::range(self.document, &self.word);
        let edit = TextEdit { range, new_text: label.to_owned() };
        CompletionItem {
            label: label.to_owned(),
            kind: Some(kind),
            detail: (!detail.is_empty()).then_some(detail),
            documentation: (!doc.is_empty()).then(|| {
                Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: doc.to_owned() })
            }),
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            filter_text: Some(label.to_owned()),
            ..CompletionItem::default()
        }
    }

    fn offer(&mut self, label: &str, kind: Kind, detail: String) {
        let item = self.item(label, kind, detail, "");
        self.items.push(item);
    }

    /// Before the others.
    fn offer_first(&mut self, label: &str, kind: Kind, detail: String) {
        let item = self.item(label, kind, detail, "");
        self.items.push(CompletionItem { sort_text: Some(format!("0{label}")), ..item });
    }

    /// As [`Self::offer`], with what is put in: places as snippets have them, `${1:NAME}`, left out where they are not
    /// known.
    fn offer_with(&mut self, label: &str, kind: Kind, detail: String, doc: &str, snippet: &str) {
        let mut item = self.item(label, kind, detail, doc);
        if let (true, Some(CompletionTextEdit::Edit(edit))) = (self.snippets, &mut item.text_edit) {
            edit.new_text = snippet.to_owned();
            item.insert_text_format = Some(InsertTextFormat::SNIPPET);
        }
        self.items.push(item);
    }

    fn blocks(&mut self, table: &'static [BlockSpec], tests: bool) {
        for spec in table.iter().filter(|spec| !tests || spec.kind == "test") {
            let labels =
                spec.labels.iter().enumerate().map(|(at, label)| format!(" \"${{{}:{}}}\"", at + 1, label.name));
            let snippet = format!("{}{} {{\n  $0\n}}", spec.kind, labels.collect::<String>());
            self.offer_with(spec.kind, Kind::CLASS, spec.heading(), spec.doc, &snippet);
        }
    }

    /// Attributes and blocks of the block around.
    fn rows(&mut self) {
        let Some(spec) = self.site.block() else { return };
        let around = self.around();
        let written = |name: &str| around.is_some_and(|block| block.body.attribute(name).is_some());
        for attribute in spec.attributes.iter().filter(|a| !written(a.name)) {
            let snippet = format!("{} = {}", attribute.name, start_of(attribute));
            let detail = attribute.expects.describe();
            self.offer_with(attribute.name, Kind::PROPERTY, detail, attribute.doc, &snippet);
        }
        self.blocks(spec.blocks, false);
        if spec.kind == "module" {
            self.inputs(around);
        }
    }

    /// The innermost block of the tree around the cursor.
    fn around(&self) -> Option<&'a Block> {
        let item = self.document.item_at(self.offset)?;
        let within = u32::try_from(self.offset - item.start).ok()?;
        let mut found: Option<&'a Block> = None;
        let mut blocks = &item.file.body.blocks;
        while let Some(block) = blocks.iter().find(|block| block.span.lo < within && within <= block.span.hi) {
            found = Some(block);
            blocks = &block.body.blocks;
        }
        found
    }

    /// The inputs of the module that is called.
    fn inputs(&mut self, around: Option<&Block>) {
        let Some(module) = around.and_then(|block| block.labels.first()) else { return };
        let Some(folder) = self.workspace.module_folder(self.path, module.name) else { return };
        let mut inputs: Vec<Symbol> = Vec::new();
        for found in self.workspace.documents_of(&folder).flat_map(|(_, d)| d.items()).flat_map(|i| &i.occurrences) {
            if let (Target::Thing(Family::Variable, name), true) = (found.target, found.declares) {
                inputs.push(name);
            }
        }
        for input in inputs {
            self.offer_with(
                input.as_str(),
                Kind::PROPERTY,
                "an input of the module".to_owned(),
                "",
                &format!("{input} = $0"),
            );
        }
    }

    /// Keys of an object: native properties in a body, variables in a test.
    fn keys(&mut self) {
        if let Some(native) = self.site.native() {
            self.properties(&native);
        } else if self.site.block().is_some_and(|spec| spec.kind == "test") && self.site.keys == ["variables"] {
            for name in self.workspace.names(self.path, Family::Variable) {
                self.offer_with(name, Kind::VARIABLE, "a variable".to_owned(), "", &format!("{name} = $0"));
            }
        }
    }

    fn properties(&mut self, native: &Native) {
        let found = native.object(|facts, object| {
            let needed = |name: Symbol| object.required().contains(&name);
            let one = |(name, kind): (Symbol, &PropertyType)| {
                let opens = match facts.resolve(kind) {
                    PropertyType::Object(_) => "{\n  $0\n}",
                    PropertyType::List { .. } => "[$0]",
                    PropertyType::String { .. } => "\"$0\"",
                    _ => "$0",
                };
                let detail = format!("{}{}", in_words(facts, kind), if needed(name) { ", needed" } else { "" });
                (name, needed(name), detail, opens)
            };
            let keys = &native.keys;
            let path = |name: Symbol| {
                let outer = keys.iter().map(|key| Symbol::new(key).into());
                outer.chain([name.into()]).collect::<Vec<tonnage_schema::PathStep>>()
            };
            let all = object.properties().filter(|(name, _)| !facts.read_only(&path(*name)));
            all.map(one).collect::<Vec<_>>()
        });
        for (name, needed, detail, opens) in found.unwrap_or_default() {
            let snippet = format!("{name} = {opens}");
            self.offer_with(name.as_str(), Kind::PROPERTY, detail, "", &snippet);
            if let (true, Some(item)) = (needed, self.items.last_mut()) {
                item.sort_text = Some(format!("0{name}"));
            }
        }
    }

    fn values(&mut self) {
        let written = self.document.text().get(self.word.start..self.offset).unwrap_or("").to_owned();
        match written.rsplit_once('.') {
            Some((before, _)) => {
                self.word.start += before.len() + 1;
                self.members(before);
            }
            None => {
                self.expected();
                for function in functions::all() {
                    let doc = format!("{}\n\n`{}` gives `{}`", function.doc, function.example, function.result);
                    let snippet = format!("{}($0)", function.name);
                    self.offer_with(function.name, Kind::FUNCTION, function.signature(), &doc, &snippet);
                }
                for family in Family::ALL {
                    if !self.workspace.names(self.path, family).is_empty() {
                        let detail = format!("what is declared as `{}`", family.block());
                        self.offer(family.root(), Kind::MODULE, detail);
                    }
                }
                if self.around_has_each() {
                    self.offer("each", Kind::MODULE, "the entry of `for_each`: `each.key`, `each.value`".to_owned());
                }
            }
        }
    }

    fn around_has_each(&self) -> bool {
        let Some(item) = self.document.item_at(self.offset) else { return false };
        item.file.body.blocks.iter().any(|block| block.body.attribute("for_each").is_some())
    }

    /// What the attribute, or the native property, asks for.
    fn expected(&mut self) {
        if let Some((native, last)) = self.site.native().and_then(Native::outer) {
            for choice in choices(&native, &last) {
                self.offer(&format!("\"{choice}\""), Kind::ENUM_MEMBER, String::new());
            }
            return;
        }
        let Some(attribute) = self.site.attribute() else { return };
        match attribute.expects {
            Expects::Word(words) => {
                for word in words {
                    self.offer(&format!("\"{word}\""), Kind::ENUM_MEMBER, String::new());
                }
            }
            Expects::Bool => {
                self.offer("true", Kind::KEYWORD, String::new());
                self.offer("false", Kind::KEYWORD, String::new());
            }
            Expects::Reference(kind) | Expects::References(kind) => {
                let family = Family::of_block(kind);
                for name in family.map(|family| self.workspace.names(self.path, family)).unwrap_or_default() {
                    self.offer_first(&format!("{kind}.{name}"), Kind::REFERENCE, format!("a `{kind}`"));
                }
            }
            _ => {}
        }
        if let Some(what) = CatalogName::of(attribute.name) {
            self.catalog(what, true);
        }
    }

    /// What follows `before.`.
    fn members(&mut self, before: &str) {
        let mut steps = before.split('.');
        let (Some(root), member, None) = (steps.next(), steps.next(), steps.next()) else { return };
        let family = Family::of_root(Symbol::new(root));
        match (root, family, member) {
            ("each", _, None) => {
                self.offer("key", Kind::FIELD, "the key of the entry".to_owned());
                self.offer("value", Kind::FIELD, "the value of the entry".to_owned());
            }
            (_, Some(family), None) => {
                for name in self.workspace.names(self.path, family) {
                    self.offer(name, Kind::VARIABLE, format!("a {}", family.noun()));
                }
            }
            (_, Some(Family::Module), Some(module)) => {
                let folder = self.workspace.module_folder(self.path, Symbol::new(module));
                let documents = folder.iter().flat_map(|folder| self.workspace.documents_of(folder));
                let all = documents.flat_map(|(_, document)| document.items()).flat_map(|item| &item.occurrences);
                let outputs: Vec<Symbol> = all
                    .filter_map(|found| match found.target {
                        Target::Output(name) if found.declares => Some(name),
                        _ => None,
                    })
                    .collect();
                for name in outputs {
                    self.offer(name.as_str(), Kind::FIELD, "an output of the module".to_owned());
                }
            }
            (_, Some(Family::Resource), Some(_)) => {
                self.offer("ref", Kind::FIELD, "its identifier".to_owned());
                self.offer("att", Kind::FIELD, "its other attributes".to_owned());
            }
            (_, Some(_), Some(_)) => {
                self.offer("name", Kind::FIELD, "its name".to_owned());
            }
            _ => {}
        }
    }

    /// Inside quotes.
    fn texts(&mut self) {
        if let Some((native, last)) = self.site.native().and_then(Native::outer) {
            for choice in choices(&native, &last) {
                self.offer(choice.as_str(), Kind::ENUM_MEMBER, String::new());
            }
            return;
        }
        let Some(attribute) = self.site.attribute() else { return };
        if let Expects::Word(words) = attribute.expects {
            for word in words {
                self.offer(word, Kind::ENUM_MEMBER, String::new());
            }
        }
        if let Some(what) = CatalogName::of(attribute.name) {
            self.catalog(what, false);
        }
    }

    fn catalog(&mut self, what: CatalogName, quoted: bool) {
        let cloud = self.cloud();
        for (name, about) in facts::names(&self.workspace.catalog(self.path), what, cloud) {
            let label = if quoted { format!("\"{name}\"") } else { name.to_string() };
            self.offer(&label, Kind::CONSTANT, about);
        }
    }

    /// The kind of the cloud that the block around is about, where it says so.
    fn cloud(&self) -> Option<Symbol> {
        let block = self.around()?;
        let name = match (block.kind.name.as_str(), block.body.attribute("cloud").map(|a| &a.value.kind)) {
            ("cloud", _) => match block.body.attribute("kind").map(|a| &a.value.kind) {
                Some(ExprKind::String(kind)) => return Some(*kind),
                _ => block.labels.first()?.name,
            },
            (_, Some(ExprKind::Attribute(_, name))) => name.name,
            _ => return None,
        };
        let clouds = self.workspace.intent(self.path).map(|intent| &intent.clouds);
        let known = clouds.and_then(|clouds| clouds.iter().find(|cloud| cloud.name.value == name));
        match known {
            Some(cloud) => Some(cloud.kind),
            None => tonnage_lang::check::blocks::CLOUD_KINDS.contains(&name.as_str()).then_some(name),
        }
    }

    /// Native types, in the first label.
    fn types(&mut self) {
        let header = &self.site.cursor.header;
        if !header.first().is_some_and(|kind| kind == "resource" || kind == "lookup") {
            return;
        }
        let written = self.document.text().get(self.word.start..self.offset).unwrap_or("").to_lowercase();
        let schemas = compile::schemas();
        let mut fitting = schemas.kinds().filter(|kind| kind.to_lowercase().contains(&written));
        let head: Vec<&str> = fitting.by_ref().take(MOST_TYPES).collect();
        self.all = fitting.next().is_none();
        for kind in head {
            self.offer(kind, Kind::CLASS, String::new());
        }
    }
}

/// What follows the `=` of an attribute.
fn start_of(attribute: &AttributeSpec) -> String {
    match attribute.expects {
        Expects::Text
        | Expects::Word(_)
        | Expects::Percent
        | Expects::Day
        | Expects::Money
        | Expects::Duration
        | Expects::Rate
        | Expects::Bytes
        | Expects::Cidr => "\"$0\"".to_owned(),
        Expects::Texts => "[\"$0\"]".to_owned(),
        Expects::Reference(kind) | Expects::References(kind) => format!("{kind}.$0"),
        Expects::Labels | Expects::Object => "{\n  $0\n}".to_owned(),
        _ => "$0".to_owned(),
    }
}

/// The texts that a native property may be.
fn choices(native: &Native, name: &str) -> Vec<Symbol> {
    let found = native.object(|facts, object| match object.get(Symbol::new(name)).map(|kind| element(facts, kind)) {
        Some(PropertyType::String { choices, .. }) => choices.to_vec(),
        _ => Vec::new(),
    });
    found.unwrap_or_default()
}
