//! Creating an object in a bucket so that whoever did it knows. Must not know what the object means.
//!
//! An answer may be lost on its way: the object is there, and the same request, made again, is told that there is one.
//! Every object has a mark of who wrote it, which no other writer and no other object has, so that is found out by
//! looking.

use std::sync::atomic::{AtomicU64, Ordering};

use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, Error, GetOptions, ObjectStore, PutMode, PutOptions, PutPayload,
};

/// Answers that contradict each other before it is given up: S3 refuses a write also while another one at the same
/// place is under way, and leaves nothing there where that one fails.
const TRIES: u32 = 5;

/// Somebody who writes into a bucket.
#[derive(Debug)]
pub(crate) struct Writer {
    name: String,
    written: AtomicU64,
}

impl Writer {
    /// By a name that nobody else has.
    pub(crate) fn new(name: String) -> Self {
        Self { name, written: AtomicU64::new(0) }
    }

    /// Creates an object where there is none. False: somebody else did.
    pub(crate) async fn create(
        &self,
        store: &dyn ObjectStore,
        path: &Path,
        bytes: PutPayload,
    ) -> object_store::Result<bool> {
        let key = Attribute::Metadata("writer".into());
        let mark: AttributeValue = format!("{}-{}", self.name, self.written.fetch_add(1, Ordering::Relaxed)).into();
        let attributes = Attributes::from_iter([(key.clone(), mark.clone())]);
        let options = PutOptions { attributes, ..PutOptions::from(PutMode::Create) };
        let mut tries = 1;
        loop {
            let refused = match store.put_opts(path, bytes.clone(), options.clone()).await {
                Ok(_) => return Ok(true),
                Err(error @ Error::AlreadyExists { .. }) => error,
                Err(other) => return Err(other),
            };
            match store.get_opts(path, GetOptions::new().with_head(true)).await {
                Ok(there) => return Ok(there.attributes.get(&key) == Some(&mark)),
                Err(Error::NotFound { .. }) if tries < TRIES => tries += 1,
                Err(Error::NotFound { .. }) => return Err(refused),
                Err(other) => return Err(other),
            }
        }
    }
}
