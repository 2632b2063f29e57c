//! The fleet as it was: the files of a folder in a revision of its repository, as a world to read from. Must not know
//! what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use tonnage_base::clock::{Clock, Timestamp};

use crate::{
    load::{FLEET_SUFFIX, TEST_SUFFIX},
    world::World,
};

/// A commit, and its fleet files: the path by which a fleet finds each, and its name in the repository.
#[derive(Debug, Default)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Path, beginning with the folder asked for, and name.
    pub files: Vec<(PathBuf, String)>,
}

/// Files of a revision by their path, in a world that is otherwise another.
pub struct Revision<'w> {
    id: String,
    folder: PathBuf,
    files: BTreeMap<PathBuf, String>,
    world: &'w dyn World,
}

impl<'w> Revision<'w> {
    /// Reads `revision` of the repository that `folder` lies in. Paths are as they are in the folder today. Errors in
    /// words.
    pub fn read(world: &'w dyn World, folder: &Path, revision: &str) -> Result<Self, String> {
        let Commit { id, files } = world.revision(folder, revision)?;
        let files = files.into_iter().map(|(path, name)| (plain(&path), name)).collect();
        Ok(Self { id, folder: folder.to_path_buf(), files, world })
    }
}

/// A path without `.` and without `..` where that can be known from the path alone.
fn plain(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.into_iter().collect()
}

impl World for Revision<'_> {
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let within = plain(folder);
        let here = self.files.keys().filter(|path| path.parent().is_some_and(|parent| parent == within));
        // joined again, so that a caller finds the folder it gave in front
        Ok(here.filter_map(|path| Some(folder.join(path.file_name()?))).collect())
    }
    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        let within = plain(folder);
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(&within).ok());
        let names: BTreeSet<&std::ffi::OsStr> = inside
            .filter(|rest| rest.components().count() > 1)
            .filter_map(|rest| rest.components().next())
            .map(Component::as_os_str)
            .collect();
        names.into_iter().map(|name| folder.join(name)).collect()
    }
    fn read(&self, file: &Path) -> Result<String, String> {
        let name = self.files.get(&plain(file)).ok_or_else(|| "there is no such file".to_owned())?;
        self.world.read_revision(&self.folder, &self.id, name)
    }
    fn write(&self, _file: &Path, _text: &str) -> Result<(), String> {
        Err("a revision is not written to".to_owned())
    }
    fn now(&self) -> Timestamp {
        self.world.now()
    }
    fn clock(&self) -> Clock {
        self.world.clock()
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.world.variable(name)
    }
    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        self.world.variables(prefix)
    }
    fn who(&self) -> String {
        self.world.who()
    }
}

/// Runs `git` in a folder. Errors in words: the first line of what it says.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let done = std::process::Command::new("git")
        .arg("-C")
        .arg(place)
        .args(arguments)
        .output()
        .map_err(|error| format!("git can't be run: {error}"))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned())
}

/// Where a folder lies below the top of its repository, with `git`; empty where nobody knows.
pub(crate) fn within_git(folder: &Path) -> String {
    let prefix = git(folder, &["rev-parse", "--show-prefix"]).unwrap_or_default();
    String::from_utf8(prefix).unwrap_or_default().trim_end_matches('\n').to_owned()
}

/// Finds a revision, and the fleet files in it, with `git`.
pub(crate) fn from_git(folder: &Path, revision: &str) -> Result<Commit, String> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("`{revision}` is not a revision"));
    }
    let line = |arguments: &[&str]| git(folder, arguments).map(|out| String::from_utf8_lossy(&out).trim().to_owned());
    // `a...b` and `a...` are the point where b left a, as `git diff` has it.
    let name = match revision.split_once("...") {
        Some((a, b)) => line(&["merge-base", "--", a, if b.is_empty() { "HEAD" } else { b }])?,
        None => revision.to_owned(),
    };
    let commit = format!("{name}^{{commit}}");
    let id = line(&["rev-parse", "--verify", "--quiet", &commit])
        .map_err(|reason| if reason.is_empty() { "there is no such revision here".to_owned() } else { reason })?;
    // from the folder up to the top of the repository, and from there down to the folder
    let (up, down) = (line(&["rev-parse", "--show-cdup"])?, line(&["rev-parse", "--show-prefix"])?);
    let tree = git(folder, &["ls-tree", "-r", "-z", "--full-tree", "--name-only", &id])?;
    let names = tree.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    let files = names.filter(|name| name.ends_with(FLEET_SUFFIX) || name.ends_with(TEST_SUFFIX)).map(|name| {
        let path = match name.strip_prefix(down.as_str()) {
            Some(rest) => folder.join(rest),
            None => folder.join(&up).join(name),
        };
        (path, name.to_owned())
    });
    Ok(Commit { files: files.collect(), id })
}

/// Reads one file of a commit with `git`.
pub(crate) fn read_from_git(folder: &Path, commit: &str, name: &str) -> Result<String, String> {
    let bytes = git(folder, &["cat-file", "blob", &format!("{commit}:{name}")])?;
    String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Machine;

    fn run(folder: &Path, words: &[&str]) {
        let done = std::process::Command::new("git").arg("-C").arg(folder).args(words).output().expect("git");
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    #[test]
    fn a_revision_shows_the_files_as_they_were_and_those_beside_the_folder() {
        let top = tempfile::tempdir().expect("a folder");
        let fleet = top.path().join("fleets/a");
        std::fs::create_dir_all(&fleet).expect("folders");
        std::fs::create_dir_all(top.path().join("modules/net")).expect("folders");
        std::fs::write(fleet.join("a.fleet.hcl"), "one").expect("written");
        std::fs::write(top.path().join("modules/net/net.fleet.hcl"), "module").expect("written");
        run(top.path(), &["init", "-q", "-b", "trunk"]);
        run(top.path(), &["add", "-A"]);
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "first"];
        run(top.path(), &who);
        std::fs::write(fleet.join("a.fleet.hcl"), "two").expect("written");
        let then = Revision::read(&Machine, &fleet, "trunk").expect("a revision");
        assert_eq!(then.read(&fleet.join("a.fleet.hcl")), Ok("one".to_owned()));
        assert_eq!(then.list(&fleet).expect("listed"), [fleet.join("a.fleet.hcl")]);
        let module = fleet.join("../../modules/net");
        assert_eq!(then.list(&module).expect("listed"), [module.join("net.fleet.hcl")]);
        assert_eq!(then.read(&module.join("net.fleet.hcl")), Ok("module".to_owned()));
        assert_eq!(then.folders(&fleet.join("../..")), [fleet.join("../../fleets"), fleet.join("../../modules")]);
        for (asked, said) in [("nothing", "there is no such revision here"), ("--help", "`--help` is not a revision")] {
            assert_eq!(Revision::read(&Machine, &fleet, asked).err().as_deref(), Some(said), "{asked}");
        }
        assert!(Revision::read(&Machine, &fleet, "trunk...").is_ok());
    }
}
