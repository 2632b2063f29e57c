//! Which texts make a fleet: its folder, the folders of the modules it calls, its tests; and what each folder declares.
//!
//! Must not know what is wrong with them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Symbol};
use tonnage_lang::{Family, Intent, Names, folder_of, source_of};

use super::{Item, Workspace, things};
use crate::load::{self, FLEET_SUFFIX, TEST_SUFFIX};

/// Folders looked through for the fleet that calls a module.
const MOST_FOLDERS: usize = 4_000;
/// Folders of modules of one fleet.
const MOST_MODULES: usize = 10_000;

/// A fleet of the workspace.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    pub root: PathBuf,
    /// It holds no `fleet` block: modules whose caller is not known.
    pub alone: bool,
    /// When a text of it changed last, as the workspace counts.
    pub changed: u64,
    /// Its own folder, then those of its modules.
    pub groups: Vec<Group>,
    /// Its files of tests.
    pub tests: Vec<PathBuf>,
    /// What the analysis said that has no place in a text of its own.
    pub unplaced: Vec<Diagnostic>,
    /// What it meant when nothing was wrong with it last.
    pub intent: Option<Arc<Intent>>,
}

/// The files of one folder, and what they declare.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// From the fleet's folder; empty for its own.
    pub path: String,
    pub files: Vec<PathBuf>,
    /// How many times each name is declared.
    names: FxHashMap<(Family, Symbol), usize>,
    /// The folders that its modules mean, by the names of the modules.
    pub calls: FxHashMap<Symbol, String>,
}

impl Group {
    /// Takes back some declarations and adds others; the names that came or went.
    pub fn rename(&mut self, old: &[(Family, Symbol)], new: &[(Family, Symbol)]) -> FxHashSet<(Family, Symbol)> {
        let mut touched = FxHashSet::default();
        for name in old {
            if let Some(count) = self.names.get_mut(name) {
                *count -= 1;
                if *count == 0 {
                    self.names.remove(name);
                    touched.insert(*name);
                }
            }
        }
        for name in new {
            let count = self.names.entry(*name).or_insert(0);
            *count += 1;
            if *count == 1 && !touched.remove(name) {
                touched.insert(*name);
            }
        }
        touched
    }
}

/// The names that expressions of one folder may use.
pub(super) struct GroupNames<'a> {
    own: Option<&'a Group>,
    root: Option<&'a Group>,
}

impl GroupNames<'_> {
    /// The clouds of the fleet are those of its modules.
    fn group(&self, family: Family) -> Option<&Group> {
        if family == Family::Cloud { self.root } else { self.own }
    }
}

impl Names for GroupNames<'_> {
    fn declares(&self, family: Family, name: Symbol) -> bool {
        self.group(family).is_some_and(|group| group.names.contains_key(&(family, name)))
    }
    fn of(&self, family: Family) -> Vec<&'static str> {
        let all = self.group(family).into_iter().flat_map(|group| group.names.keys());
        let mut names: Vec<&str> = all.filter(|(of, _)| *of == family).map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Fleet {
    pub fn holds(&self, path: &Path) -> bool {
        self.tests.iter().any(|test| test == path) || self.position(path).is_some()
    }

    /// All its texts.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.groups.iter().flat_map(|group| &group.files).chain(&self.tests).cloned().collect()
    }

    /// The text that bears what has no place.
    pub fn first(&self) -> Option<&Path> {
        let own = self.groups.first()?;
        own.files.first().or(self.tests.first()).map(PathBuf::as_path)
    }

    fn position(&self, path: &Path) -> Option<usize> {
        self.groups.iter().position(|group| group.files.iter().any(|file| file == path))
    }

    /// The folder of a text; tests belong to the fleet's own.
    pub fn group(&self, path: &Path) -> Option<&Group> {
        let test = self.tests.iter().any(|test| test == path);
        self.groups.get(if test { 0 } else { self.position(path)? })
    }

    /// The folder whose names a text declares; none for tests.
    pub fn group_of(&mut self, path: &Path) -> Option<&mut Group> {
        let position = self.position(path)?;
        self.groups.get_mut(position)
    }

    /// Whether two texts know the same names.
    pub fn together(&self, a: &Path, b: &Path) -> bool {
        let path = |path: &Path| self.group(path).map(|group| &group.path);
        path(a) == path(b)
    }

    pub fn names(&self, path: &Path) -> GroupNames<'_> {
        GroupNames { own: self.group(path), root: self.groups.first() }
    }
}

/// The folder whose files a text stands among: that of the fleet for a file in `tests`.
fn folder_of_file(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let in_tests = path.to_string_lossy().ends_with(TEST_SUFFIX) && folder.file_name().is_some_and(|n| n == "tests");
    match folder.parent() {
        Some(outer) if in_tests => outer.to_path_buf(),
        _ => folder,
    }
}

impl Workspace<'_> {
    /// Finds the fleet of a text that belongs to none yet.
    pub(super) fn place(&mut self, path: &Path) -> BTreeSet<PathBuf> {
        let mut told = BTreeSet::from([path.to_path_buf()]);
        let known = path.to_string_lossy();
        if !path.is_absolute() || !(known.ends_with(FLEET_SUFFIX) || known.ends_with(TEST_SUFFIX)) {
            self.look(path);
            return told;
        }
        let folder = folder_of_file(path);
        if let Some(at) = self.fleets.iter().position(|fleet| fleet.root == folder) {
            self.arrange(at);
        } else {
            let at = self.fleets.len();
            self.fleets.push(Fleet { root: folder.clone(), ..Fleet::default() });
            self.arrange(at);
            let alone = self.fleets.get(at).is_some_and(|fleet| fleet.alone);
            if let Some(root) = alone.then(|| self.caller_of(&folder)).flatten() {
                self.fleets.remove(at);
                let at = self.fleets.len();
                self.fleets.push(Fleet { root, ..Fleet::default() });
                self.arrange(at);
            }
        }
        for fleet in self.fleets.iter().filter(|fleet| fleet.holds(path)) {
            told.extend(fleet.paths());
        }
        told
    }

    /// Loads the fleet of a folder, if it is one, before any text of it is open.
    pub fn load(&mut self, folder: &Path) -> BTreeSet<PathBuf> {
        let first = load::fleet_files(self.world, folder).ok().and_then(|files| files.into_iter().next());
        match first {
            Some(path) if !self.fleets.iter().any(|fleet| fleet.root == folder) => self.place(&path),
            _ => BTreeSet::new(),
        }
    }

    /// Lists the files of a fleet again, reads those that are new, and looks at all that was not looked at.
    pub(super) fn arrange(&mut self, at: usize) {
        let Some(root) = self.fleets.get(at).map(|fleet| fleet.root.clone()) else { return };
        let mut groups: Vec<Group> = Vec::new();
        let mut open = vec![String::new()];
        let mut asked: BTreeSet<String> = BTreeSet::new();
        while let Some(path) = open.pop() {
            if !asked.insert(path.clone()) || asked.len() > MOST_MODULES {
                continue;
            }
            let folder = joined(&root, &path);
            let files = self.files(&folder, FLEET_SUFFIX);
            let mut group = Group { path, ..Group::default() };
            for file in &files {
                let Some(document) = self.documents.get(file) else { continue };
                group.rename(&[], &things(document.items()));
                for block in document.items().iter().flat_map(|item| item.file.body.blocks_of("module")) {
                    let source = source_of(block).and_then(|(source, _)| folder_of(&group.path, source));
                    if let (Some(name), Some(source)) = (block.labels.first(), source) {
                        open.push(source.clone());
                        group.calls.insert(name.name, source);
                    }
                }
            }
            group.files = files;
            groups.push(group);
        }
        let tests = [root.clone(), root.join("tests")];
        let tests: Vec<PathBuf> = tests.iter().flat_map(|folder| self.files(folder, TEST_SUFFIX)).collect();
        let of_root = groups.first().map(|group| group.files.clone()).unwrap_or_default();
        let alone = !of_root
            .iter()
            .filter_map(|file| self.documents.get(file))
            .any(|document| document.items().iter().any(|item| item.file.body.blocks_of("fleet").next().is_some()));
        let Some(fleet) = self.fleets.get_mut(at) else { return };
        (fleet.groups, fleet.tests, fleet.alone) = (groups, tests, alone);
        fleet.changed = self.generation;
        for path in fleet.paths() {
            // names may have come and gone: what is said at once is said anew
            if let Some(document) = self.documents.get_mut(&path) {
                document.items_mut().iter_mut().for_each(Item::look_again);
            }
            self.look(&path);
        }
    }

    /// The files of a folder with a suffix, on disk or open, in order of their names; those not known yet are read.
    fn files(&mut self, folder: &Path, suffix: &str) -> Vec<PathBuf> {
        let ends = |path: &Path| path.to_string_lossy().ends_with(suffix);
        let listed = self.world.list(folder).unwrap_or_default();
        let mut all: BTreeSet<PathBuf> = listed.into_iter().filter(|path| ends(path)).collect();
        let open = self.documents.iter().filter(|(_, document)| document.version.is_some());
        all.extend(open.map(|(path, _)| path).filter(|p| p.parent() == Some(folder) && ends(p)).cloned());
        for path in &all {
            if self.documents.contains_key(path) {
                continue;
            }
            let read = self.world.read(path);
            let document = self.documents.entry(path.clone()).or_default();
            match read {
                Ok(text) => {
                    let change = document.set_text(text, &mut self.next);
                    self.work.parsed += change.added.len();
                }
                Err(reason) => document.unreadable = Some(reason),
            }
        }
        all.into_iter().collect()
    }

    /// The folder of the fleet that calls a module of `folder`: one further up, or one of the folders that are open.
    fn caller_of(&self, folder: &Path) -> Option<PathBuf> {
        let up = folder.ancestors().skip(1).take(16).map(Path::to_path_buf);
        let mut candidates: Vec<PathBuf> = up.collect();
        let mut left = self.roots.clone();
        while let Some(within) = left.pop() {
            if candidates.len() > MOST_FOLDERS {
                break;
            }
            let hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            left.extend(self.world.folders(&within).into_iter().filter(|path| !hidden(path)));
            candidates.push(within);
        }
        candidates.into_iter().find(|candidate| {
            let files = load::fleet_files(self.world, candidate).unwrap_or_default();
            let fleet = files.iter().any(|file| self.world.read(file).is_ok_and(|text| text.contains("fleet \"")));
            if !fleet || candidate == folder {
                return false;
            }
            let loaded = load::load(self.world, candidate);
            loaded.modules.iter().any(|module| joined(candidate, &module.path) == folder)
        })
    }
}

/// A folder seen from another, without `..` in it: an editor names a file in one way.
pub(super) fn joined(root: &Path, path: &str) -> PathBuf {
    let mut joined = root.to_path_buf();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part {
            ".." => {
                joined.pop();
            }
            _ => joined.push(part),
        }
    }
    joined
}
