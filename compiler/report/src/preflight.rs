//! Evidence rolled up: what is short apart, what can't be known by its reason, what is well as one number. Must not
//! know formats.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use tonnage_base::quantity::group_thousands;
use tonnage_plan::{Check, Evidence, Verdict};

use crate::words;

/// Rows that say the same.
pub struct RolledEvidence<'p> {
    /// The first of them.
    pub first: &'p Evidence,
    /// What was checked, each once: `capacity, quota`.
    pub checks: String,
    /// Of what: the subject, or how many there are.
    pub subject: String,
    /// In numbers, where all rows have the same.
    pub numbers: Option<String>,
    /// In numbers, and where it comes from, or why it can't be known.
    pub detail: String,
    /// Which rows it stands for, by their positions.
    pub rows: Vec<usize>,
}

impl RolledEvidence<'_> {
    /// Whether all that it stands for is well.
    pub fn is_ok(&self) -> bool {
        self.first.verdict == Verdict::Ok
    }

    /// The detail, and when it was read where that is not said for all rows together.
    pub fn with_freshness(&self, of_all: Option<&str>) -> String {
        let fresh = if self.is_ok() || of_all.is_some() { String::new() } else { freshness(self.first) };
        let parts = [self.detail.as_str(), fresh.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

/// All rows, what is short first.
pub fn roll_up(all: &[Evidence]) -> Vec<RolledEvidence<'_>> {
    // What can't be known of one thing for one reason is one row; things of which other checks are open are others.
    let mut open: BTreeMap<(Unread<'_>, &str), BTreeSet<Check>> = BTreeMap::new();
    for row in all {
        if let Some(unread) = Unread::of(row) {
            open.entry((unread, &row.subject)).or_default().insert(row.check);
        }
    }
    let mut groups: IndexMap<Key<'_>, Vec<(usize, &Evidence)>> = IndexMap::new();
    for (at, row) in all.iter().enumerate() {
        let checks = Unread::of(row).and_then(|unread| open.get(&(unread, row.subject.as_str())));
        groups.entry(Key::of(row, checks)).or_default().push((at, row));
    }
    let mut groups: Vec<(Key<'_>, Vec<(usize, &Evidence)>)> = groups.into_iter().collect();
    groups.sort_by_key(|(key, _)| match key {
        Key::Short { .. } => 0,
        Key::Unknown { .. } => 1,
        Key::Ok => 2,
    });
    let told = groups.into_iter().filter_map(|(key, rows)| {
        let (positions, rows): (Vec<usize>, Vec<&Evidence>) = rows.into_iter().unzip();
        rolled(&key, &rows, positions)
    });
    told.collect()
}

/// Rows of what is short only.
pub fn short(all: &[Evidence]) -> Vec<RolledEvidence<'_>> {
    roll_up(all).into_iter().filter(|row| row.first.is_short()).collect()
}

/// What rows have in common that are shown as one.
#[derive(PartialEq, Eq, Hash)]
enum Key<'p> {
    Short {
        check: Check,
        label: String,
        by: String,
        numbers: Option<String>,
        source: &'p str,
        read: &'p Option<String>,
    },
    Unknown {
        checks: Vec<Check>,
        unread: Unread<'p>,
    },
    Ok,
}

/// Why something can't be known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Unread<'p> {
    why: &'p str,
    source: &'p str,
    read: &'p Option<String>,
}

impl<'p> Unread<'p> {
    fn of(row: &'p Evidence) -> Option<Self> {
        match &row.verdict {
            Verdict::CannotKnow(why) => Some(Self { why, source: &row.source, read: &row.read_at }),
            _ => None,
        }
    }
}

impl<'p> Key<'p> {
    /// `checks`: what can't be known of the same thing.
    fn of(row: &'p Evidence, checks: Option<&BTreeSet<Check>>) -> Self {
        match &row.verdict {
            Verdict::ShortBy(_) => Self::Short {
                check: row.check,
                label: label(row),
                by: row.words(),
                numbers: row.numbers(),
                source: &row.source,
                read: &row.read_at,
            },
            Verdict::CannotKnow(why) => Self::Unknown {
                checks: checks.into_iter().flatten().copied().collect(),
                unread: Unread { why, source: &row.source, read: &row.read_at },
            },
            Verdict::Ok => Self::Ok,
        }
    }
}

/// The address that a row is about, without keys and option: `pool.chat`, `network.default.subnet`.
pub fn address(row: &Evidence) -> String {
    label(row).split('/').next().unwrap_or_default().to_owned()
}

/// A subject without what tells its instances apart: keys, and the place, which follows the last comma or an address.
fn label(row: &Evidence) -> String {
    let named = row.subject.rsplit_once(", ").map_or(row.subject.as_str(), |(named, _)| named);
    match named.split_once(' ') {
        Some((address, _)) if address.contains('.') => words::without_keys(address),
        _ => words::without_keys(named),
    }
}

fn rolled<'p>(key: &Key<'_>, rows: &[&'p Evidence], positions: Vec<usize>) -> Option<RolledEvidence<'p>> {
    let first = *rows.first()?;
    let mut counts: BTreeMap<Check, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.check).or_default() += 1;
    }
    let checks: Vec<&str> = counts.keys().map(|check| check.as_str()).collect();
    let like_first = rows.iter().filter(|row| row.check == first.check).count();
    let subject = match key {
        Key::Ok => words::count(rows.len() as u64, "check"),
        _ if like_first > 1 && rows.iter().filter(|r| r.check == first.check).all(|r| label(r) == label(first)) => {
            format!("{}, {} places", label(first), group_thousands(like_first as u64))
        }
        _ if like_first > 1 => format!("{} and {} more", first.subject, group_thousands(like_first as u64 - 1)),
        _ => first.subject.clone(),
    };
    let detail = match key {
        Key::Short { numbers: Some(numbers), source, .. } => format!("{numbers}: {source}"),
        Key::Short { source, .. } => (*source).to_owned(),
        Key::Unknown { unread: Unread { why, source, .. }, .. } if why.contains(source) => (*why).to_owned(),
        Key::Unknown { unread: Unread { why, source, .. }, .. } => format!("{why} ({source})"),
        Key::Ok => String::new(),
    };
    let numbers = match key {
        Key::Short { numbers, .. } => numbers.clone(),
        Key::Unknown { .. } | Key::Ok => None,
    };
    Some(RolledEvidence { first, checks: checks.join(", "), subject, numbers, detail, rows: positions })
}

/// When evidence was read and until when it is good.
pub fn freshness(evidence: &Evidence) -> String {
    match (&evidence.read_at, &evidence.good_until) {
        (Some(read), Some(until)) => format!("read {read}, good until {until}"),
        (Some(read), None) => format!("read {read}"),
        _ => String::new(),
    }
}

/// What all rows that were read from a cloud have in common; none where they were read at different times, or none was.
pub fn one_freshness(all: &[Evidence]) -> Option<String> {
    let mut read = all.iter().filter(|row| row.read_at.is_some()).map(freshness);
    let first = read.next()?;
    read.all(|other| other == first).then_some(first)
}
