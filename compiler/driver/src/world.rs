//! Everything outside: files, clock, environment. The only door; tests hand in a world of their own.

use std::path::{Path, PathBuf};

use tonnage_base::clock::{Clock, Timestamp};

use crate::revision::{self, Commit};

/// What the pipeline may ask of the outside.
pub trait World: Send + Sync {
    /// Names of the files in a folder, sorted. Errors in words, without the path.
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String>;
    /// The folders inside a folder, sorted, links not followed; none where it can't be read.
    fn folders(&self, folder: &Path) -> Vec<PathBuf>;
    /// A file's text. Errors in words, without the path.
    fn read(&self, file: &Path) -> Result<String, String>;
    /// Writes a file whole or not at all. Errors in words, without the path.
    fn write(&self, file: &Path, text: &str) -> Result<(), String>;
    /// Writes files that belong together: none of them where one can't be. Errors in words.
    fn write_all(&self, files: &[(PathBuf, &str)]) -> Result<(), String> {
        files.iter().try_for_each(|(file, text)| {
            self.write(file, text).map_err(|reason| format!("{} can't be written: {reason}", file.display()))
        })
    }
    /// Where a folder lies in its repository: `fleets/serving/`; empty at its top, and where there is none.
    fn within_repository(&self, _folder: &Path) -> String {
        String::new()
    }
    /// A revision of the repository that `folder` lies in. Errors in words.
    fn revision(&self, _folder: &Path, _revision: &str) -> Result<Commit, String> {
        Err("there are no revisions here".to_owned())
    }
    /// A file of a commit, by its name in the repository. Errors in words.
    fn read_revision(&self, _folder: &Path, _commit: &str, _name: &str) -> Result<String, String> {
        Err("there are no revisions here".to_owned())
    }
    /// The time.
    fn now(&self) -> Timestamp;
    /// The same as something to hand on.
    fn clock(&self) -> Clock;
    /// An environment variable, where it is set and is text.
    fn variable(&self, name: &str) -> Option<String>;
    /// Environment variables whose names begin with `prefix`, sorted by name.
    fn variables(&self, prefix: &str) -> Vec<(String, String)>;
    /// Who runs this, for lock and ledger: `ann@build-3`.
    fn who(&self) -> String;
}

/// The machine we run on.
#[derive(Debug, Default)]
pub struct Machine;

/// A file whose new text lies beside it, to be put in its place at once; taken away again where that does not happen.
struct Ready {
    beside: PathBuf,
    target: PathBuf,
}

impl Ready {
    /// Links are followed, and the file's permissions kept.
    fn new(file: &Path, text: &str) -> std::io::Result<Self> {
        let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let name = target.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let ready = Self { beside: folder.join(format!(".{name}.{}.partial", std::process::id())), target };
        std::fs::write(&ready.beside, text)?;
        if let Ok(there) = std::fs::metadata(&ready.target) {
            std::fs::set_permissions(&ready.beside, there.permissions())?;
        }
        Ok(ready)
    }

    fn finish(self) -> std::io::Result<()> {
        std::fs::rename(&self.beside, &self.target)
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.beside);
    }
}

impl World for Machine {
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
                _ => error.to_string(),
            })?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        Ok(files)
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        found.sort();
        found
    }

    fn read(&self, file: &Path) -> Result<String, String> {
        let bytes = std::fs::read(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        })?;
        String::from_utf8(bytes)
            .map_err(|error| format!("not UTF-8 text: a wrong byte at offset {}", error.utf8_error().valid_up_to()))
    }

    fn write(&self, file: &Path, text: &str) -> Result<(), String> {
        Ready::new(file, text).and_then(Ready::finish).map_err(|error| error.to_string())
    }

    fn write_all(&self, files: &[(PathBuf, &str)]) -> Result<(), String> {
        let named = |file: &PathBuf| {
            let file = file.display().to_string();
            move |error: std::io::Error| format!("{file} can't be written: {error}")
        };
        let ready: Vec<Ready> = files
            .iter()
            .map(|(file, text)| Ready::new(file, text).map_err(named(file)))
            .collect::<Result<_, String>>()?;
        ready.into_iter().zip(files).try_for_each(|(ready, (file, _))| ready.finish().map_err(named(file)))
    }

    fn within_repository(&self, folder: &Path) -> String {
        revision::within_git(folder)
    }

    fn revision(&self, folder: &Path, revision: &str) -> Result<Commit, String> {
        revision::from_git(folder, revision)
    }

    fn read_revision(&self, folder: &Path, commit: &str, name: &str) -> Result<String, String> {
        revision::read_from_git(folder, commit, name)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn clock(&self) -> Clock {
        std::sync::Arc::new(Timestamp::now)
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with(prefix))
            .collect();
        found.sort();
        found
    }

    fn who(&self) -> String {
        let user = self.variable("USER").or_else(|| self.variable("USERNAME")).unwrap_or_else(|| "unknown".to_owned());
        match self.read(Path::new("/etc/hostname")).ok().or_else(|| self.variable("HOSTNAME")) {
            Some(host) if !host.trim().is_empty() => format!("{user}@{}", host.trim()),
            _ => user,
        }
    }
}
