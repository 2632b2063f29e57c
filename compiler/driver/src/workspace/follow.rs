//! From a name to what it stands for, and to all places that name it, through modules and back. Must not change
//! anything.

use std::ops::Range;
use std::path::{Path, PathBuf};

use tonnage_base::Symbol;
use tonnage_lang::{
    Family, Names as _,
    occurrences::{Occurrence, Target},
};

use super::{Document, Item, Workspace, fleet::Fleet, fleet::joined};

/// Something that has a name, whichever way it is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entity {
    /// The folder that declares it.
    pub folder: PathBuf,
    /// What it is there: a thing, an output, or something of one lowering.
    pub target: Target,
}

/// A place that names something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The text.
    pub path: PathBuf,
    /// The bytes of the name in it.
    pub range: Range<usize>,
    /// It is declared there.
    pub declares: bool,
    /// It is what the thing was called before.
    pub former: bool,
    /// The name as it is written there.
    pub name: Symbol,
}

impl Workspace<'_> {
    /// What the name at an offset stands for, and the place of that name.
    pub fn named_at(&self, path: &Path, offset: usize) -> Option<(Entity, Named)> {
        let document = self.document(path)?;
        // a name may end where the next item begins, and does not begin there
        let items = [document.item_at(offset), offset.checked_sub(1).and_then(|before| document.item_at(before))];
        let fleet = self.fleet_of(path)?;
        items.into_iter().flatten().find_map(|item| {
            let found = item.occurrences.iter().filter(|found| {
                let (lo, hi) = (item.start + found.span.lo as usize, item.start + found.span.hi as usize);
                lo <= offset && offset <= hi
            });
            let found = found.min_by_key(|found| found.span.hi - found.span.lo)?;
            Some((entity(fleet, path, found.target)?, named(path, item, found)))
        })
    }

    /// All places that name it, those that declare it too; in order of their texts.
    pub fn places_of(&self, entity_of: &Entity) -> Vec<Named> {
        let mut found: Vec<Named> = Vec::new();
        for fleet in &self.fleets {
            for path in fleet.paths() {
                let Some(document) = self.document(&path) else { continue };
                for (item, occurrence) in all(document) {
                    let same_name = name_of(occurrence.target) == name_of(entity_of.target);
                    if same_name && entity(fleet, &path, occurrence.target).as_ref() == Some(entity_of) {
                        found.push(named(&path, item, occurrence));
                    }
                }
            }
        }
        found.sort_by(|a, b| (&a.path, a.range.start).cmp(&(&b.path, b.range.start)));
        // a module that several fleets call is found for each
        found.dedup();
        found
    }

    /// Names of a family that expressions of a text may use.
    pub fn names(&self, path: &Path, family: Family) -> Vec<&'static str> {
        self.fleet_of(path).map(|fleet| fleet.names(path).of(family)).unwrap_or_default()
    }

    /// The folder of a module that a text calls by name.
    pub fn module_folder(&self, path: &Path, module: Symbol) -> Option<PathBuf> {
        let fleet = self.fleet_of(path)?;
        fleet.group(path)?.calls.get(&module).map(|folder| joined(&fleet.root, folder))
    }

    /// The texts of a folder of modules.
    pub fn documents_of(&self, folder: &Path) -> impl Iterator<Item = (&Path, &Document)> {
        self.documents().filter(move |(path, _)| path.parent() == Some(folder))
    }

    fn fleet_of(&self, path: &Path) -> Option<&Fleet> {
        self.fleets.iter().find(|fleet| fleet.holds(path))
    }
}

fn all(document: &Document) -> impl Iterator<Item = (&Item, &Occurrence)> {
    document.items().iter().flat_map(|item| item.occurrences.iter().map(move |found| (item, found)))
}

/// The name that is written for it.
fn name_of(target: Target) -> Symbol {
    match target {
        Target::Thing(_, name)
        | Target::Inside(_, _, name)
        | Target::Output(name)
        | Target::Input(_, name)
        | Target::Result(_, name) => name,
    }
}

fn named(path: &Path, item: &Item, found: &Occurrence) -> Named {
    Named {
        path: path.to_path_buf(),
        range: item.start + found.span.lo as usize..item.start + found.span.hi as usize,
        declares: found.declares,
        former: found.former,
        name: name_of(found.target),
    }
}

/// What a name of a text stands for, in the folder that declares it.
fn entity(fleet: &Fleet, path: &Path, target: Target) -> Option<Entity> {
    let group = fleet.group(path)?;
    let called = |module: Symbol| group.calls.get(&module).cloned();
    let (folder, target) = match target {
        Target::Thing(Family::Cloud, _) => (String::new(), target),
        Target::Thing(..) | Target::Inside(..) | Target::Output(_) => (group.path.clone(), target),
        Target::Input(module, name) => (called(module)?, Target::Thing(Family::Variable, name)),
        Target::Result(module, name) => (called(module)?, Target::Output(name)),
    };
    Some(Entity { folder: joined(&fleet.root, &folder), target })
}
