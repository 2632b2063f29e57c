//! What is known before apply of what a plan needs: a row for each thing that was checked. Must not know who read it,
//! nor how it is shown.

use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_graph::Site;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What was checked.
    pub check: Check,
    /// Of what: `pool.chat/primary us-east-2 use2-az1`.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What it is about in numbers; none: nothing was counted.
    pub measure: Option<Measure>,
    /// What of the plan starts by it, where it is short and that can be counted in nodes.
    pub starting: Vec<Starting>,
    /// Where it comes from.
    pub source: String,
    /// When it was read; none: it is not read from a cloud.
    pub read_at: Option<String>,
    /// Until when it is good; none: as long as the files are as they are.
    pub good_until: Option<String>,
}

/// Nodes that start with the plan, as far as a row is about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starting {
    /// The author's block: `pool.chat`, `capacity.floor`.
    pub owner: Symbol,
    /// Which of its nodes: a cloud is short of any of them as of the others.
    pub slice: Symbol,
    /// Where.
    pub site: Site,
    /// What they are.
    pub shape: Symbol,
    /// How many.
    pub nodes: u64,
    /// What one of them needs, in the unit of the row's measure.
    pub each: u64,
    /// They are only reserved.
    pub reserves: bool,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Nodes of a shape can run in a zone.
    Capacity,
    /// The account may have so many.
    Quota,
    /// A reservation has room.
    Reservation,
    /// A shape is sold in a zone.
    Offering,
    /// A reservation is there when it is needed.
    Window,
    /// A subnet has addresses for all interfaces.
    Addresses,
    /// What a service allows at most.
    Limit,
    /// Nodes stay as long as they are asked for.
    Spot,
}

impl Check {
    const ALL: [Self; 8] = [
        Self::Capacity,
        Self::Quota,
        Self::Reservation,
        Self::Offering,
        Self::Window,
        Self::Addresses,
        Self::Limit,
        Self::Spot,
    ];

    /// Stable word for machines; people read it too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Quota => "quota",
            Self::Reservation => "reservation",
            Self::Offering => "offering",
            Self::Window => "window",
            Self::Addresses => "addresses",
            Self::Limit => "limit",
            Self::Spot => "spot",
        }
    }

    /// The check of such a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.as_str() == word)
    }
}

/// Three-valued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enough.
    Ok,
    /// That many too few, in the unit of the measure.
    ShortBy(u64),
    /// With what is missing.
    CannotKnow(String),
}

/// What is needed and what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What is needed in all.
    pub needed: u64,
    /// What of it is in use now; none: not known, or nothing is asked of it.
    pub used: Option<u64>,
    /// What of it is needed only while what is replaced is still there beside its successor.
    pub twice: u64,
    /// What can be had in all; none: not known.
    pub available: Option<u64>,
    /// One of what is counted: `node`, `vCPU`, `address`.
    pub unit: Symbol,
}

impl Measure {
    /// So many of its unit: `1 address`, `2 addresses`.
    pub fn count(&self, number: u64) -> String {
        let plural = match (number, self.unit.as_str().ends_with("ss")) {
            (1, _) => "",
            (_, true) => "es",
            (_, false) => "s",
        };
        format!("{} {}{plural}", group_thousands(number), self.unit)
    }
}

impl Evidence {
    /// Judges what is needed by what can be had in all. It is not read from a cloud.
    pub fn judged(check: Check, subject: String, needed: u64, available: u64, unit: &str, source: String) -> Self {
        let verdict = match needed.checked_sub(available) {
            None | Some(0) => Verdict::Ok,
            Some(short) => Verdict::ShortBy(short),
        };
        let measure =
            Some(Measure { needed, used: None, twice: 0, available: Some(available), unit: Symbol::new(unit) });
        Self { check, subject, verdict, measure, starting: Vec::new(), source, read_at: None, good_until: None }
    }

    /// What can't be known, and why.
    pub fn unknown(check: Check, subject: String, why: String, source: String) -> Self {
        let verdict = Verdict::CannotKnow(why);
        Self { check, subject, verdict, measure: None, starting: Vec::new(), source, read_at: None, good_until: None }
    }

    /// Says what starts by it, where it is short of something that can be counted in nodes.
    pub fn starting(mut self, starting: &[Starting]) -> Self {
        if self.is_short() && !matches!(self.check, Check::Window | Check::Limit) {
            self.starting = starting.to_vec();
        }
        self
    }

    /// Says how much of what is needed is in use now, and how much only for as long as old and new are both there.
    pub fn of_which(mut self, used: Option<u64>, twice: u64) -> Self {
        if let Some(measure) = &mut self.measure {
            (measure.used, measure.twice) = (used, twice);
        }
        self
    }

    /// What it is about in numbers: `needs 2,688 vCPUs, 1,920 of them in use now; limit 1,920`. None where nothing is
    /// counted.
    pub fn numbers(&self) -> Option<String> {
        let measure = self.measure.as_ref().filter(|_| self.check != Check::Offering)?;
        let mut text = match self.check {
            Check::Window => format!("needed for {}", measure.count(measure.needed)),
            _ => format!("needs {}", measure.count(measure.needed)),
        };
        if let Some(used) = measure.used.filter(|used| *used > 0) {
            text.push_str(&format!(", {} of them in use now", group_thousands(used)));
        }
        if measure.twice > 0 {
            text.push_str(&format!(", {} while old and new are both there", group_thousands(measure.twice)));
        }
        if let Some(available) = measure.available {
            let available = group_thousands(available);
            text.push_str(&match self.check {
                Check::Quota | Check::Limit => format!("; limit {available}"),
                Check::Window => format!(", there for {available}"),
                Check::Reservation => format!("; room for {available}"),
                Check::Addresses => format!("; {available} free"),
                Check::Capacity | Check::Offering | Check::Spot => format!("; {available} can be had"),
            });
        }
        Some(text)
    }

    /// Whether there is too little.
    pub const fn is_short(&self) -> bool {
        matches!(self.verdict, Verdict::ShortBy(_))
    }

    /// Verdict in words: `ok`, `short by 43 nodes`, `cannot know`.
    pub fn words(&self) -> String {
        match (&self.verdict, &self.measure) {
            (Verdict::Ok, _) => "ok".to_owned(),
            (Verdict::ShortBy(by), Some(measure)) => format!("short by {}", measure.count(*by)),
            (Verdict::ShortBy(by), None) => format!("short by {}", group_thousands(*by)),
            (Verdict::CannotKnow(_), _) => "cannot know".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_what_is_needed_in_use_twice_and_allowed() {
        let judged = |check, needed, available, unit| {
            Evidence::judged(check, "x".to_owned(), needed, available, unit, String::new())
        };
        let quota = judged(Check::Quota, 3072, 1920, "vCPU").of_which(Some(1536), 1536);
        assert_eq!(quota.words(), "short by 1,152 vCPUs");
        assert_eq!(
            quota.numbers().as_deref(),
            Some("needs 3,072 vCPUs, 1,536 of them in use now, 1,536 while old and new are both there; limit 1,920")
        );
        let numbers = |check, unit| judged(check, 8, 3, unit).numbers().unwrap_or_default();
        assert_eq!(numbers(Check::Capacity, "node"), "needs 8 nodes; 3 can be had");
        assert_eq!(numbers(Check::Reservation, "node"), "needs 8 nodes; room for 3");
        assert_eq!(numbers(Check::Addresses, "address"), "needs 8 addresses; 3 free");
        assert_eq!(numbers(Check::Window, "day"), "needed for 8 days, there for 3");
        assert_eq!(numbers(Check::Offering, "node"), "", "that something is not sold is no number");
    }
}
