//! What a plan is made from. Must not know where any of it was read.

use tonnage_base::{At, Date, Market, Span, Symbol};
use tonnage_graph::{ResourceGraph, Site};
use tonnage_schema::{Access, Effects, Open, Schemas, Volatile};

use crate::change::Origin;
use crate::emit::Emitter;
use crate::model::WhenHeld;

/// What a plan is made from.
pub struct Inputs<'a> {
    /// The fleet's name: part of the names of its units.
    pub fleet: Symbol,
    /// The day it is for.
    pub as_of: Date,
    /// The ledger's serial.
    pub ledger_serial: u64,
    /// What the files say.
    pub desired: &'a ResourceGraph,
    /// What is there. Its values lie in the same store as those of `desired`.
    pub live: &'a ResourceGraph,
    /// The units that are there, those without resources included.
    pub live_units: &'a [LiveUnitFacts],
    /// What could not be read of the live side, in words.
    pub gaps: &'a [String],
    /// Renames.
    pub moved: &'a [Moved],
    /// What is known of native types.
    pub schemas: &'a Schemas,
    /// What changes do to running nodes, paid capacity and data.
    pub effects: &'a Effects,
    /// Limits and documents of the cloud at a site; none where no cloud of that name is declared.
    pub emitter: &'a dyn Fn(Site) -> Option<&'a dyn Emitter>,
    /// The author's line behind a property, by address and path (`Tags["team"]`).
    pub origin: &'a dyn Fn(Symbol, &str) -> Option<Origin>,
    /// A place in words: `training.fleet.hcl:14`.
    pub place: &'a dyn Fn(Span) -> String,
    /// Whether what somebody else did to a property (by address and path) is to stay, as asked for with this plan.
    pub ignore_drift: &'a dyn Fn(Symbol, &str) -> bool,
    /// Whether a property that no file sets (by address and path) is to be put back, as asked for with this plan.
    pub revert_drift: &'a dyn Fn(Symbol, &str) -> bool,
    /// Properties that change though nobody changed them.
    pub volatile: &'a Volatile,
    /// Properties that decide who gets in.
    pub access: &'a Access,
    /// What lets everybody in, or allows everything.
    pub open: &'a Open,
    /// What leaves management and is kept: addresses, or the parts of addresses up to a `.` or `[`.
    pub removed: &'a [Removed],
    /// Whether units of this scope keep what landed when less is filled than asked, and what follows then; none:
    /// undone.
    pub hold: &'a dyn Fn(Symbol) -> Option<WhenHeld>,
    /// Whether an autoscaler decides how many nodes run in groups of this scope.
    pub autoscaled: &'a dyn Fn(Symbol) -> bool,
    /// Nodes of granted capacity that can run on the plan's day, by site, zone and shape.
    pub granted: &'a dyn Fn(Site, Option<Symbol>, Symbol) -> u64,
    /// The last day of the block that a resource comes from, where that is over, and where it is written.
    pub ended: &'a dyn Fn(Symbol) -> Option<At<Date>>,
    /// Where a cloud has no room for both old and new.
    pub narrow: &'a [Narrow],
    /// What the nodes of a resource run in, where that is reserved capacity that the files know.
    pub reserved: &'a dyn Fn(Symbol) -> Option<Reserved>,
}

/// Nodes of which a cloud does not take what comes beside what leaves: it takes it in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Narrow {
    /// Where.
    pub site: Site,
    /// Of which shapes.
    pub shapes: Vec<Symbol>,
    /// How they are bought.
    pub market: Market,
    /// Why, in words.
    pub why: String,
}

/// Reserved capacity, as far as nodes in it are concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserved {
    /// The fleet makes it, and gives it back.
    Owned,
    /// It was granted, and is paid for until its end.
    Granted,
    /// It was granted, and its last day is over.
    Ended,
}

/// A unit that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveUnitFacts {
    /// Its name.
    pub name: Symbol,
    /// Where.
    pub site: Site,
    /// Changes whenever its content does.
    pub fingerprint: String,
    /// How many resources are in it, those included that could not be read.
    pub resources: usize,
    /// Names of the outputs it gives.
    pub outputs: Vec<Symbol>,
    /// It stays as it is, and nothing that is in it is in either graph.
    pub rests: bool,
    /// Whether it can be changed now.
    pub condition: Condition,
}

/// Whether a unit can be changed now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Condition {
    /// Yes.
    #[default]
    Ready,
    /// Something is going on in it: the state's name.
    Busy(String),
    /// Only a person can help: the state's name and the cloud's reason.
    Stuck {
        /// The state.
        state: String,
        /// The reason.
        reason: String,
    },
    /// Its creation failed and nothing is in it: it is deleted and made again.
    FailedCreate,
}

/// `removed { from }`: an address, or the part of addresses up to a `.` or `[`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removed {
    /// What.
    pub from: Symbol,
    /// The block.
    pub span: Span,
}

/// `moved { from to }`: an address, or the part of addresses up to a `.` or `[`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Before.
    pub from: Symbol,
    /// Now.
    pub to: Symbol,
    /// What bears the name in its own key.
    pub keys: Vec<Rekeyed>,
    /// The block.
    pub span: Span,
}

/// Resources that say in their keys what they stand in: with a new name of that they have a new key, and are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rekeyed {
    /// What they are inside of, as it is called now: `pool.chat`.
    pub scope: Symbol,
    /// The part of the key before: `floor` of `nodes["use2-az1/floor/001"]`.
    pub from: String,
    /// The same now.
    pub to: String,
}
