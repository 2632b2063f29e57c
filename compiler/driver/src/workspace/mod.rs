//! Fleets that are being written: the texts of an editor over those on disk, what is wrong with them at once and what
//! the whole analysis says of them.
//!
//! A keystroke parses the item it falls in, holds it against the table and its names against those declared, and looks
//! again at items that use a name which came or went. Everything else is the whole analysis, on a thread of the
//! caller's. Must not know any protocol.

mod analysis;
mod document;
mod fleet;
mod follow;
mod rename;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Date, Diagnostic, FileId, SourceMap, Span, Symbol};
use tonnage_lang::{Family, Intent, VariableSource, intent::Catalog, occurrences::Target};
use tonnage_syntax::tree::Block;

pub use analysis::{Analysis, Library, Snapshot};
pub use document::{Document, Item, Position};
pub use follow::{Entity, Named};
pub use rename::{Renaming, Rewrite};

use self::fleet::{Fleet, Group};
use crate::{load, settings::Settings, world::World};

/// Ids of items start here: below are the standard library and files of variables.
const FIRST_ITEM: u32 = 1 << 20;

/// What was parsed and checked so far: a keystroke adds one to each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Work {
    /// Items parsed.
    pub parsed: usize,
    /// Items held against the table and the declared names.
    pub checked: usize,
}

/// An edit as an editor says it: a part of the text and what stands there now; without a part, all of it.
pub type Edit = (Option<Range<Position>>, String);

/// All texts, and the fleets they belong to.
pub struct Workspace<'w> {
    world: &'w dyn World,
    /// Folders that the editor has open.
    roots: Vec<PathBuf>,
    documents: BTreeMap<PathBuf, Document>,
    fleets: Vec<Fleet>,
    variables: Vec<(Symbol, VariableSource)>,
    /// What is wrong with the values of variables.
    unplaced: Vec<Diagnostic>,
    as_of: Date,
    next: u32,
    generation: u64,
    /// See [`Work`].
    pub work: Work,
}

impl<'w> Workspace<'w> {
    /// Nothing open yet. `settings` give the values of variables and the day, or what is wrong with them.
    pub fn new(world: &'w dyn World, settings: &Settings, roots: Vec<PathBuf>) -> Result<Self, Diagnostic> {
        let as_of = settings.day(world)?;
        let (variables, unplaced) = settings.values(world, &mut SourceMap::default());
        Ok(Self {
            world,
            roots,
            documents: BTreeMap::new(),
            fleets: Vec::new(),
            variables,
            unplaced,
            as_of,
            next: FIRST_ITEM,
            generation: 0,
            work: Work::default(),
        })
    }

    /// The text of a path, once it is known.
    pub fn document(&self, path: &Path) -> Option<&Document> {
        self.documents.get(path)
    }

    /// All texts.
    pub fn documents(&self) -> impl Iterator<Item = (&Path, &Document)> {
        self.documents.iter().map(|(path, document)| (path.as_path(), document))
    }

    /// The editor opens a text. Gives the paths about which there may be something new to say.
    pub fn open(&mut self, path: &Path, version: i32, text: String) -> BTreeSet<PathBuf> {
        let known = self.documents.contains_key(path);
        let told = self.write(path, text);
        if let Some(document) = self.documents.get_mut(path) {
            (document.version, document.unreadable) = (Some(version), None);
        }
        if known && self.fleets.iter().any(|fleet| fleet.holds(path)) {
            return told;
        }
        self.place(path)
    }

    /// The editor changes a text, edit by edit. A text that is not open is left alone.
    pub fn change(&mut self, path: &Path, version: i32, edits: Vec<Edit>) -> BTreeSet<PathBuf> {
        let mut told = BTreeSet::new();
        for (range, replacement) in edits {
            let Some(document) = self.documents.get_mut(path).filter(|document| document.version.is_some()) else {
                return told;
            };
            document.version = Some(version);
            let text = match range {
                None => replacement,
                Some(range) => document.edited(range, &replacement),
            };
            told.extend(self.write(path, text));
        }
        told
    }

    /// The editor closes a text: what is on disk counts again.
    pub fn close(&mut self, path: &Path) -> BTreeSet<PathBuf> {
        let Some(document) = self.documents.get_mut(path) else { return BTreeSet::new() };
        document.version = None;
        self.refresh(std::slice::from_ref(&path.to_path_buf()))
    }

    /// Files changed on disk, came or went.
    pub fn refresh(&mut self, paths: &[PathBuf]) -> BTreeSet<PathBuf> {
        let mut told = BTreeSet::new();
        for path in paths {
            let open = self.documents.get(path).is_some_and(|document| document.version.is_some());
            if open {
                continue;
            }
            match self.world.read(path) {
                Ok(text) if self.documents.contains_key(path) => told.extend(self.write(path, text)),
                Ok(_) => {}
                Err(_) => {
                    self.documents.remove(path);
                    told.insert(path.clone());
                }
            }
        }
        self.generation += 1;
        for at in 0..self.fleets.len() {
            let before = self.fleets.get(at).map(Fleet::paths).unwrap_or_default();
            self.arrange(at);
            told.extend(before);
            told.extend(self.fleets.get(at).map(Fleet::paths).unwrap_or_default());
        }
        told
    }

    /// Sets a text, and looks at what that changes.
    fn write(&mut self, path: &Path, text: String) -> BTreeSet<PathBuf> {
        let mut told = BTreeSet::from([path.to_path_buf()]);
        self.generation += 1;
        let document = self.documents.entry(path.to_path_buf()).or_default();
        let change = document.set_text(text, &mut self.next);
        self.work.parsed += change.added.len();
        let is_module = |block: &Block| block.kind.name == "module";
        let added = document.items().get(change.added.clone()).unwrap_or(&[]);
        let calls = added.iter().chain(&change.removed).any(|item| item.file.body.blocks.iter().any(is_module));
        let (new, old) = (things(added), things(&change.removed));
        for at in 0..self.fleets.len() {
            let Some(fleet) = self.fleets.get_mut(at).filter(|fleet| fleet.holds(path)) else { continue };
            fleet.changed = self.generation;
            if calls {
                told.extend(fleet.paths());
                self.arrange(at);
                told.extend(self.fleets.get(at).map(Fleet::paths).unwrap_or_default());
                continue;
            }
            let Some(group) = fleet.group_of(path) else { continue };
            let touched = group.rename(&old, &new);
            told.extend(self.look_again(at, path, &touched));
        }
        self.look(path);
        told
    }

    /// Items that use a name which came or went.
    fn look_again(&mut self, fleet: usize, path: &Path, touched: &FxHashSet<(Family, Symbol)>) -> BTreeSet<PathBuf> {
        let mut told = BTreeSet::new();
        if touched.is_empty() {
            return told;
        }
        let Some(fleet) = self.fleets.get(fleet) else { return told };
        // the clouds of the fleet are those of its modules
        let everywhere = touched.iter().any(|(family, _)| *family == Family::Cloud);
        let paths: Vec<PathBuf> = fleet.paths().into_iter().filter(|p| everywhere || fleet.together(p, path)).collect();
        for path in paths {
            let Some(document) = self.documents.get_mut(&path) else { continue };
            for item in document.items_mut() {
                let uses = |target| matches!(target, Target::Thing(family, name) if touched.contains(&(family, name)));
                if item.occurrences.iter().any(|found| uses(found.target)) {
                    item.look_again();
                    told.insert(path.clone());
                }
            }
            self.look(&path);
        }
        told
    }

    /// Looks at the items of a text that have not been looked at.
    fn look(&mut self, path: &Path) {
        let fleet = self.fleets.iter().find(|fleet| fleet.holds(path));
        let Some(document) = self.documents.get_mut(path) else { return };
        let tests = path.to_string_lossy().ends_with(load::TEST_SUFFIX);
        for item in document.items_mut().iter_mut().filter(|item| item.now.is_none()) {
            let Some(fleet) = fleet else {
                item.now = Some(Vec::new());
                continue;
            };
            let found = tonnage_lang::piece::check(&item.file.body, tests, &fleet.names(path));
            self.work.checked += 1;
            if let Some(full) = &mut item.full {
                let new: Vec<Diagnostic> = found.iter().filter(|d| !full.contains(d)).cloned().collect();
                full.extend(new);
            }
            item.now = Some(found);
        }
    }

    /// The fleets that hold a text.
    pub fn fleets_of(&self, path: &Path) -> Vec<PathBuf> {
        self.fleets.iter().filter(|fleet| fleet.holds(path)).map(|fleet| fleet.root.clone()).collect()
    }

    /// A fleet's trees as they are now.
    pub fn snapshot(&self, root: &Path) -> Option<Snapshot> {
        let fleet = self.fleets.iter().find(|fleet| fleet.root == root)?;
        let trees = |paths: &[PathBuf]| {
            let found = paths.iter().filter_map(|path| self.documents.get(path)).flat_map(Document::items);
            tonnage_syntax::Module { files: found.map(|item| Arc::clone(&item.file)).collect() }
        };
        let (first, modules) = fleet.groups.split_first()?;
        let broken = fleet.paths().iter().filter_map(|path| self.documents.get(path)).any(|document| {
            document.unreadable.is_some()
                || document.items().iter().any(|item| item.parsed.iter().any(Diagnostic::is_error))
        });
        let folder =
            |group: &Group| tonnage_lang::ModuleFolder { path: group.path.clone(), module: trees(&group.files) };
        Some(Snapshot {
            root: fleet.root.clone(),
            generation: fleet.changed,
            fleet: trees(&first.files),
            modules: modules.iter().filter(|group| !group.files.is_empty()).map(folder).collect(),
            tests: trees(&fleet.tests),
            variables: self.variables.clone(),
            as_of: self.as_of,
            broken: broken || !self.unplaced.is_empty(),
        })
    }

    /// Takes what the analysis found. One that is older than the last change is dropped: nothing to say.
    pub fn settle(&mut self, analysis: Analysis) -> BTreeSet<PathBuf> {
        let current = |fleet: &&mut Fleet| fleet.root == analysis.root && fleet.changed == analysis.generation;
        let Some(fleet) = self.fleets.iter_mut().find(current) else { return BTreeSet::new() };
        let mut placed: FxHashMap<FileId, Vec<Diagnostic>> = FxHashMap::default();
        fleet.unplaced.clear();
        for diagnostic in analysis.diagnostics {
            match diagnostic.primary.as_ref().filter(|label| label.span.file.0 >= FIRST_ITEM) {
                Some(label) => placed.entry(label.span.file).or_default().push(diagnostic),
                // a folder of modules alone is no fleet, and need not be one
                None if fleet.alone && diagnostic.primary.is_none() => {}
                None => fleet.unplaced.push(diagnostic),
            }
        }
        if let Some(intent) = analysis.intent {
            fleet.intent = Some(intent);
        }
        let paths = fleet.paths();
        for path in &paths {
            let Some(document) = self.documents.get_mut(path) else { continue };
            for item in document.items_mut() {
                item.full = Some(placed.remove(&item.id).unwrap_or_default());
            }
        }
        paths.into_iter().collect()
    }

    /// What is wrong with a text, in order of place. What has no place in any text stands at the fleet's first.
    pub fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        let Some(document) = self.documents.get(path) else { return Vec::new() };
        let mut found: Vec<Diagnostic> = Vec::new();
        for fleet in self.fleets.iter().filter(|fleet| fleet.first() == Some(path)) {
            found.extend(self.unplaced.iter().chain(&fleet.unplaced).cloned());
        }
        found.extend(document.unreadable.as_ref().map(|reason| {
            let message = format!("this file can't be read: {reason}");
            Diagnostic::new(tonnage_base::Severity::Error, tonnage_base::codes::driver::T0901, message)
        }));
        let mut placed: Vec<(usize, &Diagnostic)> = Vec::new();
        for item in document.items() {
            let at = |d: &Diagnostic| item.start + d.primary.as_ref().map_or(0, |label| label.span.lo as usize);
            placed.extend(item.diagnostics().map(|diagnostic| (at(diagnostic), diagnostic)));
        }
        placed.sort_by_key(|(at, _)| *at);
        found.extend(placed.into_iter().map(|(_, diagnostic)| diagnostic.clone()));
        found.dedup();
        found
    }

    /// Where a span of an item stands now: the text and its bytes.
    pub fn locate(&self, span: Span) -> Option<(&Path, Range<usize>)> {
        self.documents().find_map(|(path, document)| {
            let start = document.item(span.file)?.start;
            Some((path, start + span.lo as usize..start + span.hi as usize))
        })
    }

    /// The last meaning of the fleet of a text that had one.
    pub fn intent(&self, path: &Path) -> Option<&Arc<Intent>> {
        self.fleets.iter().filter(|fleet| fleet.holds(path)).find_map(|fleet| fleet.intent.as_ref())
    }

    /// The catalog that a text is written against: with the fleet's own entries, as far as they were understood.
    pub fn catalog(&self, path: &Path) -> Arc<Catalog> {
        self.intent(path).map_or_else(Library::catalog, |intent| Arc::new(intent.catalog.clone()))
    }
}

/// What items declare.
fn things(items: &[Item]) -> Vec<(Family, Symbol)> {
    let declared = items.iter().flat_map(|item| &item.occurrences).filter(|found| found.declares);
    let things = declared.filter_map(|found| match found.target {
        Target::Thing(family, name) => Some((family, name)),
        _ => None,
    });
    things.collect()
}
