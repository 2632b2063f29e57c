//! A fleet over time: what runs on each day looked at, what it draws from each commitment, and which milestones it
//! meets.
//!
//! Must not know where days come from, how anything is shown, or any price but the rates that commitments say.

mod commitments;
pub mod draws;
pub mod past;
mod sample;
#[cfg(test)]
mod tests;

pub use commitments::{CommitmentLine, Late, MilestoneLine, Year, lines, paid};
pub use past::{Gone, Past};
pub use sample::{Draw, Sample, sample};

use tonnage_base::{Date, Symbol};

/// A fleet from one day to another.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The fleet's name.
    pub fleet: Symbol,
    /// The day it was asked for.
    pub as_of: Date,
    /// Days looked at, in order. Between them everything is taken to change evenly.
    pub samples: Vec<Sample>,
    /// Days that have a name: the day asked for, milestones, ends of terms; positions in `samples`, in order.
    pub named: Vec<(usize, String)>,
    /// Each commitment.
    pub commitments: Vec<CommitmentLine>,
}
