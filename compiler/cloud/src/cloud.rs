//! The `Cloud` trait: observe, preflight, prepare, execute, read back. Must not know any cloud.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tonnage_base::Symbol;
use tonnage_graph::{Holds, Older};
use tonnage_plan::model::{Ahead, Unit};
use tonnage_plan::opinion::Foreseen;

use crate::question::{Answer, Question};

/// Somebody wants to stop. Checked between calls; what runs in the cloud goes on and is picked up by the next apply.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A unit as it is in the cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveUnit {
    /// Its name.
    pub name: Symbol,
    /// Region.
    pub region: Symbol,
    /// Changes whenever the unit's content does. Compared with [`Unit::expects`] before execution.
    pub fingerprint: String,
    /// Whether it can be updated now.
    pub state: UnitState,
    /// What is in it.
    pub resources: Vec<LiveResource>,
    /// Values it gives, by output name.
    pub outputs: Vec<(Symbol, String)>,
}

/// Whether a unit can be updated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are said by their variant's words")]
pub enum UnitState {
    /// Yes.
    Ready,
    /// Something is going on; the words say what (`UPDATE_IN_PROGRESS`).
    Busy(String),
    /// Only a person can help: the state's name and the cloud's reason (`UPDATE_ROLLBACK_FAILED`).
    Stuck { state: String, reason: String },
    /// Its creation failed and nothing is in it: it must be deleted before it can be made again.
    FailedCreate { state: String, reason: String },
}

/// A resource as it is in the cloud. Bodies are JSON text in the form of `tonnage_graph::json`.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveResource {
    /// Its address, from the cloud's own keeping. Like its names and identifiers it is text: those of what stays as it
    /// is are asked for by nobody.
    pub address: Box<str>,
    /// Name inside the unit.
    pub local_name: Box<str>,
    /// Native type.
    pub kind: Symbol,
    /// What was last applied, with references.
    pub applied: String,
    /// What is there, where it is known to differ from what was applied; `null` where somebody deleted it.
    pub actual: Option<String>,
    /// What the service reports beside what was applied: properties that were never set. JSON text, the same for most
    /// of a type; none: it was not asked.
    pub reported: Option<Symbol>,
    /// What it reported right after the unit was applied, as recorded; none: nothing is on record. A cloud leaves it
    /// empty.
    pub recorded: Option<Symbol>,
    /// The cloud's identifier; none: it was accepted but is not there.
    pub physical_id: Option<Box<str>>,
    /// Attributes whose values are known.
    pub attributes: Vec<(Symbol, Symbol)>,
    /// As kept.
    pub holds: Option<Holds>,
    /// Nodes running, where the cloud says so.
    pub running: Option<u32>,
    /// Of these, those that started as an earlier version of what the group asks for.
    pub older: Box<[Older]>,
    /// As kept.
    pub depends_on: Vec<Symbol>,
    /// As kept.
    pub retain_on_delete: bool,
    /// As kept.
    pub retain_on_replace: bool,
    /// As kept.
    pub delete_first: bool,
    /// As kept: JSON text.
    pub update_policy: Option<Symbol>,
}

impl LiveResource {
    /// Its address, interned.
    pub fn at(&self) -> Symbol {
        Symbol::new(&self.address)
    }

    /// Whether it reports something else beside what was applied than it did right after that.
    pub fn strays(&self) -> bool {
        self.recorded.zip(self.reported).is_some_and(|(recorded, reported)| recorded != reported)
    }
}

/// What is reported beside what was applied where that is nothing.
pub const NOTHING_BESIDE: &str = "{}";

/// What to look at.
#[derive(Clone, Debug)]
pub struct ObserveRequest {
    /// Only units of this fleet.
    pub fleet: Symbol,
    /// In these regions.
    pub regions: Vec<Symbol>,
    /// Also look for property drift where that costs extra calls.
    pub drift: bool,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// Units of the fleet.
    pub units: Vec<LiveUnit>,
    /// Known capacity: nodes of a shape that can run somewhere in all.
    pub capacity: Vec<KnownCapacity>,
    /// What could not be read, in words, for the reader of the plan.
    pub gaps: Vec<String>,
}

/// Known capacity. See `tonnage_place::availability::Free`, which has the same fields.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "documented there")]
pub struct KnownCapacity {
    pub region: Symbol,
    pub zone: Option<Symbol>,
    pub shape: Symbol,
    pub market: Option<Symbol>,
    pub reservation: Option<Symbol>,
    pub nodes: u64,
    pub source: String,
}

/// A unit made ready to be executed: a change set, a validated deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The cloud's handle (a change set's ARN); empty where there is none.
    pub handle: String,
    /// The cloud says there is nothing to do.
    pub nothing_to_do: bool,
    /// What the cloud says will happen.
    pub changes: Vec<Foreseen>,
}

/// What a cloud says that it would do with a unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Opinion {
    /// This.
    Foreseen(Vec<Foreseen>),
    /// Nothing can be had from it, with the reason.
    Unasked(String),
}

/// A live object that somebody asks for who does not hold it in a unit: to use it, or to take it over.
#[derive(Clone, Debug, PartialEq)]
pub struct Sought {
    /// Where.
    pub region: Symbol,
    /// Its native type.
    pub kind: Symbol,
    /// How it is told from others.
    pub by: SoughtBy,
}

/// How an object is told from others.
#[derive(Clone, Debug, PartialEq)]
pub enum SoughtBy {
    /// By its identifier.
    Id(Symbol),
    /// By native properties that it must have, each with its value as JSON text. Tags may be asked for as a map.
    Where(Vec<(Symbol, String)>),
}

/// What a cloud says of a live object.
#[derive(Clone, Debug, PartialEq)]
pub enum Sighting {
    /// It is there.
    Found {
        /// Its identifier.
        id: Symbol,
        /// Its native properties: a map, in the form of `tonnage_graph::json`.
        properties: String,
        /// Attributes whose values are known.
        attributes: Vec<(Symbol, Symbol)>,
    },
    /// There is none.
    Nothing,
    /// There are several: their identifiers.
    Several(Vec<Symbol>),
    /// It was not looked for, with the reason.
    CannotKnow(String),
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are said by their variant's words")]
pub enum Outcome {
    /// Everything is there, and every group is full.
    Filled,
    /// The control plane accepted everything; these groups are not full.
    Short(Vec<Shortfall>),
    /// It failed; `kept` says that what landed was kept.
    Failed { failures: Vec<Failure>, kept: bool },
    /// The service says it is done, and these resources are not there.
    NotThere(Vec<Symbol>),
}

/// A group that is not full.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    /// The group.
    pub address: Symbol,
    /// Nodes asked for.
    pub asked: u32,
    /// Nodes running.
    pub running: u32,
    /// The cloud's code: `InsufficientInstanceCapacity`.
    pub reason: String,
}

/// A resource that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Which; the unit's name where it is the unit as a whole.
    pub address: Symbol,
    /// The cloud's words.
    pub reason: String,
}

/// Progress of an execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The unit.
    pub unit: Symbol,
    /// The resource; none: the unit as a whole.
    pub address: Option<Symbol>,
    /// `creating`, `created`, `updating`, `updated`, `rolling`, `replacing`, `deleting`, `deleted`, `retained`,
    /// `failed`, `rolling back`, `waiting`.
    pub what: &'static str,
    /// The cloud's words, if any.
    pub detail: String,
}

/// Takes progress.
pub trait EventSink: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event);
}

/// What can go wrong with a cloud.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "fields are said by their variant's words")]
pub enum CloudError {
    /// Nobody answers.
    #[error("{endpoint} does not answer: {reason}")]
    Unreachable { endpoint: String, reason: String },
    /// It says who we are is not enough, or not known.
    #[error("not allowed: {0}")]
    Denied(String),
    /// It kept saying that we call too often.
    #[error("it is called too often: `{operation}` was refused {attempts} times")]
    Throttled { operation: String, attempts: u32 },
    /// The unit is not as it was when the plan was made.
    #[error("unit {unit} has changed since the plan was made")]
    Stale { unit: Symbol },
    /// The unit can't be changed in its state.
    #[error("unit {unit} is in state {state}: {reason}")]
    State { unit: Symbol, state: String, reason: String },
    /// The request is wrong; the cloud's words.
    #[error("`{operation}` was refused: {reason}")]
    Refused { operation: String, reason: String },
    /// Somebody asked to stop.
    #[error("stopped on request")]
    Cancelled,
    /// What the cloud keeps can't be read.
    #[error("{place}: {reason}")]
    Corrupt { place: String, reason: String },
}

impl CloudError {
    /// What comes with the program is wrong.
    pub fn own(reason: String) -> Self {
        Self::Corrupt { place: "standard library".to_owned(), reason }
    }
}

/// Everything a unit's execution needs.
#[derive(Clone, Debug)]
pub struct UnitRequest {
    /// The unit, from the plan.
    pub unit: Unit,
    /// Its parameters' values, by name, read from the outputs of units applied before.
    pub parameters: Vec<(Symbol, String)>,
    /// The fleet.
    pub fleet: Symbol,
    /// Makes names of change sets unique and repeatable: the plan's digest.
    pub token: String,
    /// It is not the unit as a whole that is brought where it is to be, but this is done to it first. The members of
    /// the unit are then those that come into it.
    pub ahead: Option<Ahead>,
}

/// A cloud account, or the embedded cloud in its place.
#[async_trait]
pub trait Cloud: Send + Sync {
    /// Reads what there is, in bulk.
    async fn observe(&self, request: &ObserveRequest, cancel: &Cancel) -> Result<Observation, CloudError>;
    /// Looks for live objects that are in no unit of the fleet, in bulk: an answer for each.
    async fn find(&self, sought: &[Sought], cancel: &Cancel) -> Result<Vec<Sighting>, CloudError>;
    /// An answer to each question, within a bounded time. Never fails as a whole: what can't be read says so, and why.
    async fn preflight(&self, questions: &[Question], cancel: &Cancel) -> Vec<Answer>;
    /// Asks what would be done with units, and does nothing: an answer for each, in order. Whatever it takes to ask is
    /// taken away again, and so is what an earlier question left that was cut short. `asked` is told of each unit that
    /// is answered. Fails only where it is stopped or nobody answers.
    async fn foresee(
        &self,
        requests: &[UnitRequest],
        asked: &(dyn Fn(Symbol) + Sync),
        cancel: &Cancel,
    ) -> Result<Vec<Opinion>, CloudError>;
    /// Makes a unit ready, and learns what the cloud thinks of it. Refuses a unit whose fingerprint is not `expects`,
    /// unless it is the same request (by its token) that changed it: an apply that was killed is run again.
    async fn prepare(&self, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError>;
    /// Does it, and waits until groups are filled or the cloud says they will not be.
    async fn execute(
        &self,
        request: &UnitRequest,
        prepared: &Prepared,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Outcome, CloudError>;
    /// A unit that was read back, with what services report of it beside what was set, where reading it back does not
    /// tell and that can be known.
    async fn report(&self, unit: LiveUnit, _cancel: &Cancel) -> LiveUnit {
        unit
    }
    /// Account, subscription or project that its credentials are of; none: it has none.
    async fn account(&self, _cancel: &Cancel) -> Result<Option<Symbol>, CloudError> {
        Ok(None)
    }
    /// Reads one unit; none: it is not there.
    async fn read_back(&self, region: Symbol, unit: Symbol, cancel: &Cancel) -> Result<Option<LiveUnit>, CloudError>;
}
