//! What a plan asks a cloud before it is applied, and what the cloud answers. Must not judge: whether it is enough is
//! not for a cloud to say.

use tonnage_base::{Date, Symbol, Timestamp};

/// For how many minutes an answer is good where nobody says otherwise.
pub const GOOD_FOR_MINUTES: i64 = 30;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// How many nodes of a shape can run in a zone.
    Capacity {
        /// Where.
        region: Symbol,
        /// Where.
        zone: Symbol,
        /// Of what.
        shape: Symbol,
        /// `reserved`, `on_demand`, `spot`.
        market: Symbol,
        /// In which reservation.
        reservation: Option<Symbol>,
    },
    /// What the account may have.
    Quota {
        /// Where.
        region: Symbol,
        /// The service whose quota it is, in the cloud's words.
        service: Symbol,
        /// The quota's code.
        code: Symbol,
    },
    /// What is left of a reservation, and when it is there.
    Reservation {
        /// Where.
        region: Symbol,
        /// Its identifier.
        id: Symbol,
    },
    /// Whether a shape is sold in a zone.
    Offering {
        /// Where.
        region: Symbol,
        /// Where.
        zone: Symbol,
        /// What.
        shape: Symbol,
    },
}

/// What a cloud says.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The fact.
    pub fact: Fact,
    /// What says so: `quota L-417A185B`.
    pub source: String,
    /// When it was read; none: nobody was asked.
    pub read_at: Option<String>,
    /// Until when it is good.
    pub good_until: Option<String>,
}

/// What is so.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// So many nodes in all, running ones included.
    Nodes(u64),
    /// So much is allowed in all, in the quota's own unit; what is used now, by anybody in the account, where that is
    /// known.
    Quota {
        /// At most.
        limit: u64,
        /// Now.
        used: Option<u64>,
    },
    /// A reservation.
    Reservation {
        /// Nodes that it holds.
        total: u64,
        /// Those in which nothing runs; none: not known.
        free: Option<u64>,
        /// Of which shape; none: the cloud does not say.
        shape: Option<Symbol>,
        /// In which zone; none: the cloud does not say.
        zone: Option<Symbol>,
        /// Its first day; none: it is there already.
        from: Option<Date>,
        /// Its last day; none: it has no end.
        until: Option<Date>,
    },
    /// There is no such reservation to run anything in, with the reason.
    NoReservation(String),
    /// It is sold there, or not.
    Offered(bool),
    /// It could not be read, with the reason.
    Unknown(String),
}

impl Question {
    /// Where what it asks about is.
    pub const fn region(&self) -> Symbol {
        match self {
            Self::Capacity { region, .. }
            | Self::Quota { region, .. }
            | Self::Reservation { region, .. }
            | Self::Offering { region, .. } => *region,
        }
    }
}

impl Answer {
    /// What could not be read, and why.
    pub fn unknown(why: impl Into<String>, source: impl Into<String>) -> Self {
        Self { fact: Fact::Unknown(why.into()), source: source.into(), read_at: None, good_until: None }
    }

    /// As it was read at a time, to the second, and for how many minutes it is good.
    pub fn dated(self, now: Timestamp, minutes: i64) -> Self {
        let time = |second: i64| Timestamp::from_second(second).unwrap_or(now).to_string();
        let read = now.as_second();
        let until = read.saturating_add(minutes.saturating_mul(60));
        Self { read_at: Some(time(read)), good_until: Some(time(until)), ..self }
    }
}
