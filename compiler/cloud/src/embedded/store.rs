//! Where the embedded cloud is kept: a folder of JSON files, or memory. The only room of this crate that touches the
//! disk. Must not know what the files say.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tonnage_base::Symbol;

use crate::cloud::CloudError;

/// The files of one cloud, by name with `/`.
#[derive(Clone, Debug)]
pub(super) enum Store {
    /// A folder, made when something is written.
    Folder(PathBuf),
    /// Shared by those who have a clone.
    Memory(Memory),
}

/// Files in memory. Clones share them: what stands for a folder in tests.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<BTreeMap<String, Arc<[u8]>>>>);

static WRITES: AtomicU64 = AtomicU64::new(0);

impl Store {
    /// A file's bytes; none: it is not there.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, CloudError> {
        match self {
            Self::Folder(folder) => match fs::read(folder.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
                Err(e) => Err(fault(&folder.join(name), &e)),
            },
            Self::Memory(memory) => Ok(memory.files().get(name).map(|bytes| bytes.to_vec())),
        }
    }

    /// Writes a file whole or not at all.
    pub fn write(&self, name: &str, bytes: Vec<u8>) -> Result<(), CloudError> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                let parent = path.parent().unwrap_or(folder);
                fs::create_dir_all(parent).map_err(|e| fault(parent, &e))?;
                // Unique among threads and processes; a leading dot keeps it out of listings.
                let count = WRITES.fetch_add(1, Ordering::Relaxed);
                let draft = parent.join(format!(".draft-{}-{count}", std::process::id()));
                fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, &path)).map_err(|e| {
                    let _ = fs::remove_file(&draft);
                    fault(&path, &e)
                })
            }
            Self::Memory(memory) => {
                memory.files().insert(name.to_owned(), bytes.into());
                Ok(())
            }
        }
    }

    /// Removes a file that may be there.
    pub fn remove(&self, name: &str) -> Result<(), CloudError> {
        match self {
            Self::Folder(folder) => match fs::remove_file(folder.join(name)) {
                Err(e) if e.kind() != ErrorKind::NotFound => Err(fault(&folder.join(name), &e)),
                _ => Ok(()),
            },
            Self::Memory(memory) => {
                memory.files().remove(name);
                Ok(())
            }
        }
    }

    /// Names of the `.json` files right under a folder, in order.
    pub fn list(&self, under: &str) -> Result<Vec<String>, CloudError> {
        match self {
            Self::Folder(folder) => {
                let place = folder.join(under);
                let entries = match fs::read_dir(&place) {
                    Ok(entries) => entries,
                    Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                    Err(e) => return Err(fault(&place, &e)),
                };
                let mut names = Vec::new();
                for entry in entries {
                    let entry = entry.map_err(|e| fault(&place, &e))?;
                    if let Some(name) = entry.file_name().to_str()
                        && name.ends_with(".json")
                        && !name.starts_with('.')
                    {
                        names.push(format!("{under}/{name}"));
                    }
                }
                names.sort_unstable();
                Ok(names)
            }
            Self::Memory(memory) => {
                let below = |name: &&String| {
                    name.strip_prefix(under).and_then(|n| n.strip_prefix('/')).is_some_and(|n| !n.contains('/'))
                };
                Ok(memory.files().keys().filter(below).cloned().collect())
            }
        }
    }

    /// Names of the folders right under a folder, in order.
    pub fn folders(&self, under: &str) -> Result<Vec<String>, CloudError> {
        match self {
            Self::Folder(folder) => {
                let place = folder.join(under);
                let entries = match fs::read_dir(&place) {
                    Ok(entries) => entries,
                    Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                    Err(e) => return Err(fault(&place, &e)),
                };
                let mut names = Vec::new();
                for entry in entries {
                    let entry = entry.map_err(|e| fault(&place, &e))?;
                    if let Some(name) = entry.file_name().to_str()
                        && entry.path().is_dir()
                    {
                        names.push(name.to_owned());
                    }
                }
                names.sort_unstable();
                Ok(names)
            }
            Self::Memory(memory) => {
                let mut names: Vec<String> = memory
                    .files()
                    .keys()
                    .filter_map(|name| name.strip_prefix(under)?.strip_prefix('/')?.split_once('/'))
                    .map(|(folder, _)| folder.to_owned())
                    .collect();
                names.dedup();
                Ok(names)
            }
        }
    }

    /// What people call a file.
    pub fn place(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(name).display().to_string(),
            Self::Memory(_) => format!("memory:{name}"),
        }
    }
}

impl Memory {
    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<[u8]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file of a unit.
pub(super) fn unit_file(region: Symbol, unit: Symbol) -> String {
    format!("{}/{}.json", region_folder(region), file_name(unit.as_str()))
}

/// The folder of a region's units.
pub(super) fn region_folder(region: Symbol) -> String {
    format!("units/{}", file_name(region.as_str()))
}

/// A name that every file system takes, different for different names.
pub(super) fn file_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for byte in name.bytes() {
        let first = safe.is_empty();
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => safe.push(char::from(byte)),
            b'.' if !first => safe.push('.'),
            _ => safe.push_str(&format!("%{byte:02x}")),
        }
    }
    safe
}

fn fault(place: &Path, error: &std::io::Error) -> CloudError {
    CloudError::Corrupt { place: place.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_whole_and_listed_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        for store in [Store::Folder(folder.path().join("new")), Store::Memory(Memory::default())] {
            assert_eq!(store.list("units/r").expect("listed"), Vec::<String>::new());
            store.write("units/r/b.json", b"2".to_vec()).expect("written");
            store.write("units/r/a.json", b"1".to_vec()).expect("written");
            store.write("units/s/c.json", b"1".to_vec()).expect("written");
            store.write("units/r/a.json", b"3".to_vec()).expect("written again");
            assert_eq!(store.list("units/r").expect("listed"), ["units/r/a.json", "units/r/b.json"]);
            assert_eq!(store.folders("units").expect("listed"), ["r", "s"]);
            assert_eq!(store.read("units/r/a.json").expect("read"), Some(b"3".to_vec()));
            store.remove("units/r/a.json").expect("removed");
            store.remove("units/r/a.json").expect("not there");
            assert_eq!(store.read("units/r/a.json").expect("read"), None);
        }
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        assert_eq!(file_name("../a b"), "%2e.%2fa%20b");
        assert_ne!(file_name("a/b"), file_name("a%2fb"));
    }
}
