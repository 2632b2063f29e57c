//! Interned names: a `u32` for a string, for the life of the process. Must not know what is named.

use std::hash::BuildHasher as _;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Texts by id less one. Reading takes no lock: every phase asks for texts all the time.
static TEXTS: boxcar::Vec<&'static str> = boxcar::Vec::new();

/// Ids by text. A name takes the lock for the length of a look-up.
static IDS: Mutex<HashTable<Entry>> = Mutex::new(HashTable::new());

/// The hash is kept, so that neither growing nor passing over another name reads a text.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    id: NonZeroU32,
}

/// Spreads 32 kept bits over the 64 that the table looks at.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// An interned string. Equality and hashing are by id; ordering is by text, so that sorted output never depends on
/// the order in which names were met.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(NonZeroU32);

fn text_of(id: NonZeroU32) -> &'static str {
    TEXTS.get(id.get() as usize - 1).copied().unwrap_or_default()
}

impl Symbol {
    /// Interns `text`. The text is kept for the life of the process.
    pub fn new(text: &str) -> Self {
        let full = FxBuildHasher.hash_one(text);
        let hash = (full >> 32) as u32 ^ full as u32;
        let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = ids.find(spread(hash), |e| e.hash == hash && text_of(e.id) == text) {
            return Self(entry.id);
        }
        let position = TEXTS.push(Box::leak(Box::<str>::from(text)));
        // four thousand million names do not fit in memory
        let id = u32::try_from(position + 1).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        ids.insert_unique(spread(hash), Entry { hash, id }, |e| spread(e.hash));
        Self(id)
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        text_of(self.0)
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other { std::cmp::Ordering::Equal } else { self.as_str().cmp(other.as_str()) }
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
