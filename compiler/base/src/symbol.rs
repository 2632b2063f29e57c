//! Interned names: a `u32` for a string, for the life of the process. Must not know what is named.

use std::hash::BuildHasher as _;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::hash::{fold, spread};

/// Texts by id less one. Reading takes no lock: every phase asks for texts all the time.
static TEXTS: boxcar::Vec<&'static str> = boxcar::Vec::new();

/// Ids by text. A name takes the lock for the length of a look-up.
static IDS: Mutex<Ids> = Mutex::new(Ids { table: HashTable::new(), room: &mut [] });

/// New texts are laid one behind the other in rooms of this many bytes: an allocation for each would cost as much
/// again.
const ROOM: usize = 1 << 16;

struct Ids {
    table: HashTable<Entry>,
    /// What is left of the last room.
    room: &'static mut [u8],
}

impl Ids {
    fn keep(&mut self, text: &str) -> &'static str {
        if text.len() > ROOM / 8 {
            return Box::leak(Box::<str>::from(text));
        }
        if self.room.len() < text.len() {
            self.room = Box::leak(vec![0; ROOM].into_boxed_slice());
        }
        let (kept, rest) = std::mem::take(&mut self.room).split_at_mut(text.len());
        self.room = rest;
        kept.copy_from_slice(text.as_bytes());
        // what was text is text
        std::str::from_utf8(kept).unwrap_or_default()
    }
}

/// The hash is kept, so that neither growing nor passing over another name reads a text.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    id: NonZeroU32,
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
        let hash = fold(FxBuildHasher.hash_one(text));
        let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = ids.table.find(spread(hash), |e| e.hash == hash && text_of(e.id) == text) {
            return Self(entry.id);
        }
        let position = TEXTS.push(ids.keep(text));
        // four thousand million names do not fit in memory
        let id = u32::try_from(position + 1).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        ids.table.insert_unique(spread(hash), Entry { hash, id }, |e| spread(e.hash));
        Self(id)
    }

    /// Which of all symbols it is: they are counted as they are met.
    pub(crate) fn number(self) -> u32 {
        self.0.get()
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
