//! Interned names: a `u32` for a string, for the life of the process. Must not know what is named.

use std::sync::LazyLock;

use lasso::{Spur, ThreadedRodeo};
use rustc_hash::FxBuildHasher;

static NAMES: LazyLock<ThreadedRodeo<Spur, FxBuildHasher>> =
    LazyLock::new(|| ThreadedRodeo::with_hasher(FxBuildHasher));

/// An interned string. Equality and hashing are by id; ordering is by text, so that sorted output never depends on
/// the order in which names were met.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(Spur);

impl Symbol {
    /// Interns `text`.
    pub fn new(text: &str) -> Self {
        Self(NAMES.get_or_intern(text))
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        let names: &'static ThreadedRodeo<Spur, FxBuildHasher> = &NAMES;
        names.resolve(&self.0)
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
