//! The Plan. Must not know how it is shown or applied.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Date, Symbol, quantity::Money};
use tonnage_graph::{Site, Values};

use crate::change::{Action, Change, Choice, Drift};
use crate::evidence::Evidence;
use crate::handover::StopsFirst;
use crate::money::{CommitmentSummary, Granted, Held, Stores};
use crate::opinion::SecondOpinion;
use crate::renamed::Renames;

mod unit;

pub use unit::{
    Ahead, Between, Giver, Imported, Member, OutputChange, OutputValue, Parameter, Step, Unit, UnitOperation,
    UnitOutput, WhenHeld,
};

tonnage_base::typed_ids! {
    /// What one cloud applies as one operation.
    UnitId,
}

/// Everything that is going to happen, and what it was computed from.
#[derive(Clone)]
pub struct Plan {
    /// The fleet's name.
    pub fleet: Symbol,
    /// The day it is for.
    pub as_of: Date,
    /// The day on which it was made.
    pub made: Date,
    /// The ledger's serial when it was made: whether this very plan was applied since is looked for in later records.
    pub ledger_serial: u64,
    /// The store of the values in `changes`.
    pub values: Values,
    /// Changes, `NoOp`s left out, in order of unit and address: no other order is read from a file.
    pub changes: Vec<Change>,
    /// What others did since it was applied, in order of address.
    pub drift: Vec<Drift>,
    /// What of that can be written into the files: `ADDRESS.PROPERTY`, of what was deleted `ADDRESS`.
    pub adoptable: BTreeSet<String>,
    /// Units, those without changes included.
    pub units: Vec<Unit>,
    /// In order; those of one step may run side by side.
    pub steps: Vec<Step>,
    /// What was decided about each pool.
    pub placements: Vec<PlacementSummary>,
    /// Nodes of every resource before, whether it changes or not.
    pub held_before: Vec<Held>,
    /// Nodes of every resource afterwards.
    pub held_after: Vec<Held>,
    /// Granted capacity that is owed from this plan on, whether the files name it or not: apply records it.
    pub granted: Vec<Granted>,
    /// What is stored before and afterwards.
    pub stored: [Stores; 2],
    /// What contracts get from it.
    pub commitments: Vec<CommitmentSummary>,
    /// Live objects that are used and not owned.
    pub lookups: Vec<LookupSummary>,
    /// What is known before apply of what it needs: capacity, quotas, addresses, limits.
    pub preflight: Vec<Evidence>,
    /// Outputs of the fleet.
    pub outputs: Vec<(Symbol, OutputValue)>,
    /// What they were when they were last known, those included that are no more.
    pub outputs_before: BTreeMap<Symbol, OutputValue>,
    /// Diagnostics that do not stop it, as rendered lines (`warning T0412: …`).
    pub notes: Vec<String>,
    /// What may not be, and whether it is: protection, budgets, policies.
    pub guards: Vec<Guard>,
    /// What may not be done to pools and stores from this plan on: apply records it, for what leaves the files later.
    pub protected: Vec<Protected>,
    /// Something of that is not recorded yet: apply has it to do, though no resource changes.
    pub protects_anew: bool,
    /// What the files say, by the names of values: apply records it, so that a later plan knows what was edited.
    pub written: BTreeMap<String, String>,
    /// Terms that the files say otherwise than when they were last applied: apply records them, though no resource
    /// changes.
    pub terms: Vec<Term>,
    /// It was made for the embedded cloud, and is of no use on a real one.
    pub embedded: bool,
    /// Accelerator and GPUs of one node and list price of one node-hour, for each shape named in `held_*`.
    pub shapes: Vec<ShapeFacts>,
    /// Blocks of which nodes stop before their successors start, and why.
    pub stops_first: Vec<StopsFirst>,
    /// What may be the same under a new name.
    pub renames: Renames,
    /// Groups that have fewer nodes than they were asked for, and stay as they are, alike ones together.
    pub not_full: Vec<NotFull>,
    /// Where the sites lie at which nodes are held or something changes.
    pub places: Vec<Place>,
    /// Account, subscription or project by name of `cloud` block, where the files say one; otherwise it is that of
    /// whoever calls.
    pub accounts: BTreeMap<Symbol, Symbol>,
    /// The same where they say none and the cloud says whose the credentials are: the plan is for these and no others.
    pub callers: BTreeMap<Symbol, Symbol>,
    /// What the clouds say that they would do; none: nobody asked them.
    pub second_opinion: Option<SecondOpinion>,
}

/// Groups of one kind that have fewer nodes than they were asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotFull {
    /// Their address without keys: `pool.chat.primary.nodes`.
    pub label: String,
    /// Where.
    pub site: Site,
    /// What they are of.
    pub shape: Symbol,
    /// How many groups.
    pub groups: u64,
    /// Nodes that run in them.
    pub running: u64,
    /// Nodes that they were asked for.
    pub asked: u64,
    /// What is known of such nodes, in words; empty: nothing.
    pub words: String,
}

/// Where a site lies, for those who draw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The site.
    pub site: Site,
    /// The kind of cloud: `aws`.
    pub provider: Symbol,
    /// `Ohio`, as the catalog says it; empty: not known.
    pub name: String,
    /// The country's name; empty: not known.
    pub country: String,
    /// The continent's name; empty: not known.
    pub continent: String,
}

/// How many resources come, change and go, as the summary line counts them: a replacement is one to add and one to
/// destroy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// To add.
    pub add: usize,
    /// To change.
    pub change: usize,
    /// To destroy.
    pub destroy: usize,
    /// To forget: they stay in the cloud and are no longer managed.
    pub forget: usize,
    /// To import.
    pub import: usize,
}

impl Plan {
    /// A plan in which nothing happens.
    pub fn new(fleet: Symbol, as_of: Date, values: Values) -> Self {
        Self {
            fleet,
            as_of,
            made: as_of,
            ledger_serial: 0,
            values,
            changes: Vec::new(),
            drift: Vec::new(),
            adoptable: BTreeSet::new(),
            units: Vec::new(),
            steps: Vec::new(),
            placements: Vec::new(),
            lookups: Vec::new(),
            held_before: Vec::new(),
            held_after: Vec::new(),
            granted: Vec::new(),
            stored: [Stores::default(); 2],
            commitments: Vec::new(),
            preflight: Vec::new(),
            outputs: Vec::new(),
            outputs_before: BTreeMap::new(),
            notes: Vec::new(),
            guards: Vec::new(),
            protected: Vec::new(),
            protects_anew: false,
            written: BTreeMap::new(),
            terms: Vec::new(),
            embedded: false,
            shapes: Vec::new(),
            stops_first: Vec::new(),
            renames: Renames::default(),
            not_full: Vec::new(),
            places: Vec::new(),
            accounts: BTreeMap::new(),
            callers: BTreeMap::new(),
            second_opinion: None,
        }
    }
    /// Counts for the summary line.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.changes {
            match change.action {
                Action::Create => counts.add += 1,
                Action::Update => counts.change += 1,
                Action::Delete => counts.destroy += 1,
                Action::Forget => counts.forget += 1,
                Action::Import => {
                    counts.import += 1;
                    counts.change += usize::from(!change.diffs.is_empty());
                }
                Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => {
                    counts.add += 1;
                    // The old one of a replacement stays where its lifecycle says so.
                    if change.keeps_old() {
                        counts.forget += 1;
                    } else {
                        counts.destroy += 1;
                    }
                }
                Action::Move | Action::NoOp => {}
            }
        }
        counts
    }

    /// Whether apply would do anything, renames and units that only pass values on included.
    pub fn has_changes(&self) -> bool {
        !self.steps.is_empty() || self.changes.iter().any(|change| change.action != Action::NoOp)
    }

    /// Whether apply has anything to do: some things are recorded though no resource changes.
    pub fn has_work(&self) -> bool {
        self.has_changes() || self.records_anew()
    }

    /// Whether apply has something to record that stands in no resource: what is protected, terms, and what is taken as
    /// others made it.
    pub fn records_anew(&self) -> bool {
        self.protects_anew || !self.terms.is_empty() || self.accepts()
    }

    /// Whether it takes what others did to a property that no file sets for what is to be.
    pub fn accepts(&self) -> bool {
        self.drift.iter().flat_map(|drift| &drift.properties).any(|property| property.choice == Choice::Accept)
    }

    /// Account, subscription or project of a `cloud` block: what the files say, or else the cloud.
    pub fn account(&self, cloud: Symbol) -> Option<Symbol> {
        self.accounts.get(&cloud).or_else(|| self.callers.get(&cloud)).copied()
    }

    /// Units that something is to be done to, in the order of the steps.
    pub fn to_do(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        let ids = self.steps.iter().flat_map(|step| &step.units);
        let units = ids.filter_map(|id| Some((*id, self.unit(*id)?)));
        units.filter(|(_, unit)| unit.operation != UnitOperation::Keep)
    }

    /// What changes in a unit, in the order of addresses.
    pub fn changes_of(&self, unit: UnitId) -> &[Change] {
        let begin = self.changes.partition_point(|change| change.unit < unit);
        let rest = self.changes.get(begin..).unwrap_or_default();
        rest.get(..rest.partition_point(|change| change.unit == unit)).unwrap_or_default()
    }

    /// The unit of an id.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(id.0 as usize)
    }
}

/// What the report needs to know of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapeFacts {
    /// The shape.
    pub shape: Symbol,
    /// Where the prices hold.
    pub site: Site,
    /// The accelerator's title; none: it has CPUs only.
    pub accelerator: Option<Symbol>,
    /// GPUs of one node; 0 without an accelerator.
    pub gpus: u32,
    /// On-demand list price of one node and hour; none: unknown.
    pub on_demand: Option<Money>,
    /// Spot price of one node and hour when the catalog was made; none: unknown.
    pub spot: Option<Money>,
    /// Local disks of one node, which are empty again when it stops; none: not known.
    pub local_gb: Option<u64>,
}

/// A live object that is used and not owned, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupSummary {
    /// `lookup.shared`.
    pub address: Symbol,
    /// Its native type.
    pub kind: Symbol,
    /// Where.
    pub site: Site,
    /// Its identifier.
    pub id: Symbol,
    /// What of it could not be read, and why; none: all that was asked for was read.
    pub cannot_know: Option<String>,
    /// `file:line`.
    pub place: String,
}

/// A pool's placement, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacementSummary {
    /// `pool.chat`.
    pub pool: String,
    /// Sizing, step by step.
    pub sizing: Vec<String>,
    /// The last day of its own window, where that is near or past.
    pub ends: Option<Date>,
    /// Chosen slices: option, site, zone, shape, market, nodes, hourly price of one node.
    pub slices: Vec<SliceSummary>,
    /// Not taken.
    pub rejected: Vec<RejectionSummary>,
    /// It gets another option than the one it stands by, or than its first.
    pub falls_back: Option<FallsBack>,
}

/// A pool that gets another option than its own, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FallsBack {
    /// From which option.
    pub from: String,
    /// To which.
    pub to: String,
    /// Why.
    pub why: String,
    /// It leaves its cloud.
    pub leaves_cloud: bool,
    /// The files say so: the option left them, or one before it can hold the pool. It moves, and does not fall back.
    pub is_chosen: bool,
}

/// A slice, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct SliceSummary {
    /// The option.
    pub option: String,
    /// Where.
    pub site: Site,
    /// Zone id.
    pub zone: Symbol,
    /// Shape.
    pub shape: Symbol,
    /// `reserved`, `on_demand`, `spot`.
    pub market: Symbol,
    /// From which capacity.
    pub capacity: Option<Symbol>,
    /// Nodes.
    pub nodes: u64,
    /// Groups.
    pub groups: u64,
    /// Price of one node and hour; none: unknown.
    pub price: Option<Money>,
    /// The day before which it is not meant to run, where the plan is for an earlier one.
    pub begins: Option<Date>,
    /// The last day of its capacity, where its pool says no end.
    pub ends: Option<Date>,
    /// What happens on that day, in words; empty: not known.
    pub at_end: String,
}

/// An option not taken, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectionSummary {
    /// The option.
    pub option: String,
    /// The rule.
    pub reason: String,
    /// With numbers.
    pub text: String,
    /// Hourly difference to what is taken; none: unknown.
    pub price_difference: Option<Money>,
    /// `file:line`.
    pub place: String,
}

/// What may not be, and whether it is. One that is broken and denies keeps the plan from being applied, unless it is
/// acknowledged for this plan's digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// `policy.no_lock_in`, `pool.chat.protect.destroy`, `pool.chat.budget.hourly`: by this it is acknowledged.
    pub name: String,
    /// It keeps the plan from being applied; otherwise it warns.
    pub deny: bool,
    /// Whether it holds.
    pub state: GuardState,
    /// Why it is broken, or what is missing to know; what it says where it holds.
    pub message: String,
    /// `file:line`.
    pub place: String,
}

/// What no plan may do to a pool or a store, by its `protect` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// `pool.chat`, `storage.corpus`.
    pub address: Symbol,
    /// It may not be destroyed.
    pub destroy: bool,
    /// It may not become smaller.
    pub shrink: bool,
    /// The last day of the protection; none: always.
    pub until: Option<Date>,
}

/// A line that is written otherwise than when the files were last applied, and for which no resource changes: of a
/// contract, a policy or a budget, who pays, a window, a fallback, an option that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// `commitment.aws_7y.value`.
    pub name: String,
    /// As it was; none: it was not there.
    pub before: Option<String>,
    /// As it is; none: it is gone.
    pub after: Option<String>,
    /// `file:line`; empty where it is gone.
    pub place: String,
}

/// Three-valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardState {
    /// It does not hold.
    Broken,
    /// Something is missing to know.
    CannotKnow,
    /// It holds.
    Holds,
}

impl GuardState {
    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "fail",
            Self::CannotKnow => "cannot_know",
            Self::Holds => "pass",
        }
    }
    /// The state of such a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Broken, Self::CannotKnow, Self::Holds].into_iter().find(|state| state.as_str() == word)
    }
}

impl Plan {
    /// What becomes of the outputs: those there are in the order of the files, then those that are no more.
    pub fn output_changes(&self) -> Vec<OutputChange<'_>> {
        let there = self.outputs.iter().map(|(name, after)| OutputChange {
            name: *name,
            before: self.outputs_before.get(name),
            after: Some(after),
        });
        let gone = self.outputs_before.iter().filter(|(name, _)| !self.outputs.iter().any(|(there, _)| there == *name));
        let gone = gone.map(|(name, before)| OutputChange { name: *name, before: Some(before), after: None });
        there.chain(gone).collect()
    }

    /// Guards that keep the plan from being applied.
    pub fn refusals(&self) -> impl Iterator<Item = &Guard> {
        self.guards.iter().filter(|guard| guard.deny && guard.state == GuardState::Broken)
    }
}
