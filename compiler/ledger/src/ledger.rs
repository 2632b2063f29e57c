//! A ledger and the objects in it: opening, listing, create-if-absent. Must not know what the objects mean.
//!
//! Every write is create-if-absent, which a local folder and every object store can do; a conditional update, which a
//! local folder can not, is never needed: what changes is a sequence of numbered objects, of which the last counts.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};

use crate::address::Bucket;
use crate::answer::Answer;
use crate::error::LedgerError;
use crate::once::Writer;

/// Objects read at once: each is a round trip to a bucket far away.
const SIDE_BY_SIDE: usize = 16;

/// A ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    address: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// Any store.
    Store(Arc<dyn ObjectStore>),
    /// A bucket, behind a network.
    Bucket { bucket: Bucket, store: Arc<dyn ObjectStore>, writer: Arc<Writer> },
    /// A folder, made when something is written: reading the ledger of a new fleet leaves nothing behind.
    Folder { path: PathBuf, store: Arc<OnceLock<Arc<dyn ObjectStore>>> },
}

/// An object that could not be read and was passed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// Its name.
    pub place: String,
    /// Why.
    pub reason: String,
}

impl Ledger {
    /// A ledger in a folder; `address` is what people call it. Nothing is made or read yet.
    pub fn in_folder(address: &str, path: PathBuf) -> Result<Self, LedgerError> {
        if path.exists() && !path.is_dir() {
            let reason = "it is a file, not a folder".to_owned();
            return Err(LedgerError::Address { address: address.to_owned(), reason });
        }
        Ok(Self { address: address.to_owned(), place: Place::Folder { path, store: Arc::default() } })
    }

    /// A ledger in a bucket, all of which `store` is. No other process has `writer` as its name.
    pub fn in_bucket(bucket: Bucket, store: Arc<dyn ObjectStore>, writer: String) -> Self {
        let store = match bucket.prefix.as_ref() {
            "" => store,
            _ => Arc::new(PrefixStore::new(store, bucket.prefix.clone())),
        };
        Self {
            address: bucket.to_string(),
            place: Place::Bucket { bucket, store, writer: Arc::new(Writer::new(writer)) },
        }
    }

    /// A ledger that lives as long as the process.
    pub fn in_memory() -> Self {
        Self::over(Arc::new(InMemory::new()), "memory")
    }

    /// A ledger in any object store; `address` is what people call it.
    pub fn over(store: Arc<dyn ObjectStore>, address: &str) -> Self {
        Self { address: address.to_owned(), place: Place::Store(store) }
    }

    /// Its address, as it was given.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The store for reading; none: there is no ledger yet.
    fn reader(&self) -> Result<Option<Arc<dyn ObjectStore>>, LedgerError> {
        match &self.place {
            Place::Store(store) | Place::Bucket { store, .. } => Ok(Some(store.clone())),
            Place::Folder { path, store } => match store.get() {
                Some(store) => Ok(Some(store.clone())),
                None if path.is_dir() => self.writer().map(Some),
                None => Ok(None),
            },
        }
    }

    /// The store for writing, made where it is not there.
    fn writer(&self) -> Result<Arc<dyn ObjectStore>, LedgerError> {
        match &self.place {
            Place::Store(store) | Place::Bucket { store, .. } => Ok(store.clone()),
            Place::Folder { path, store } => {
                if let Some(store) = store.get() {
                    return Ok(store.clone());
                }
                let fault = |reason: String| LedgerError::Store {
                    operation: format!("opening the folder {}", path.display()),
                    reason,
                };
                std::fs::create_dir_all(path).map_err(|e| fault(e.to_string()))?;
                // What is acknowledged is on the disk: a journal that a power cut empties is none.
                let local = LocalFileSystem::new_with_prefix(path).map_err(|e| fault(e.to_string()))?.with_fsync(true);
                Ok(store.get_or_init(|| Arc::new(local)).clone())
            }
        }
    }

    /// The numbers of the objects `folder/NUMBER.json`, ascending. Objects with other names are passed over.
    pub(crate) async fn numbers(&self, folder: &str) -> Result<Vec<u64>, LedgerError> {
        let Some(store) = self.reader()? else { return Ok(Vec::new()) };
        let found = store.list(Some(&Path::from(folder))).try_collect::<Vec<_>>().await;
        let mut numbers: Vec<u64> = found
            .map_err(|e| self.fault(format!("listing {folder}"), &e))?
            .iter()
            .filter_map(|object| {
                let below = object.location.as_ref().strip_prefix(folder)?.strip_prefix('/')?;
                below.strip_suffix(".json")?.parse().ok()
            })
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The bytes of an object; none: it is not there.
    pub(crate) async fn read(&self, folder: &str, number: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(store) = self.reader()? else { return Ok(None) };
        let name = name(folder, number);
        let fault = |e: &object_store::Error| self.fault(format!("reading {name}"), e);
        match store.get(&Path::from(name.as_str())).await {
            Ok(object) => Ok(Some(object.bytes().await.map_err(|e| fault(&e))?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(fault(&e)),
        }
    }

    /// Writes an object where there is none. False: there is one.
    pub(crate) async fn create(&self, folder: &str, number: u64, bytes: Vec<u8>) -> Result<bool, LedgerError> {
        let name = name(folder, number);
        let (path, bytes) = (Path::from(name.as_str()), PutPayload::from(bytes));
        let store = self.writer()?;
        let created = match &self.place {
            Place::Bucket { writer, .. } => writer.create(&store, &path, bytes).await,
            Place::Store(_) | Place::Folder { .. } => {
                match store.put_opts(&path, bytes, PutMode::Create.into()).await {
                    Ok(_) => Ok(true),
                    Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
                    Err(e) => Err(e),
                }
            }
        };
        created.map_err(|e| self.fault(format!("writing {name}"), &e))
    }

    /// Removes an object that counts no longer. That it stays does no harm.
    pub(crate) async fn remove(&self, folder: &str, number: u64) {
        if let Ok(Some(store)) = self.reader() {
            let _ = store.delete(&Path::from(name(folder, number))).await;
        }
    }

    fn fault(&self, operation: String, error: &object_store::Error) -> LedgerError {
        match (&self.place, Answer::of(error)) {
            // what is read may be missing; where nothing can be listed or written, all of it is
            (Place::Bucket { bucket, .. }, Answer::NoBucket) => LedgerError::NoBucket(Box::new(bucket.clone())),
            (Place::Bucket { bucket, .. }, Answer::Refused(reason)) => {
                LedgerError::Refused { bucket: Box::new(bucket.clone()), operation, reason }
            }
            (Place::Bucket { bucket, .. }, Answer::Other(reason)) => {
                LedgerError::Store { operation: format!("{bucket}: {operation}"), reason }
            }
            (_, Answer::Refused(reason) | Answer::Other(reason)) => LedgerError::Store { operation, reason },
            (_, Answer::NoBucket) => LedgerError::Store { operation, reason: error.to_string() },
        }
    }
}

/// Does things side by side, some at a time; what came of them is in their order.
pub(crate) fn side_by_side<F: Future>(work: impl IntoIterator<Item = F>) -> impl Stream<Item = F::Output> {
    stream::iter(work).buffered(SIDE_BY_SIDE)
}

/// `records/00000012.json`.
pub(crate) fn name(folder: &str, number: u64) -> String {
    format!("{folder}/{number:08}.json")
}

#[cfg(test)]
mod tests;
