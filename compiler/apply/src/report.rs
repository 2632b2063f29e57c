//! How an apply ended, as data. Must not know how it is shown.

use tonnage_base::codes::cloud as codes;
use tonnage_base::{Diagnostic, Severity, Symbol};
use tonnage_cloud::cloud::{CloudError, Failure, Shortfall};
use tonnage_ledger::RecordOutcome;
use tonnage_plan::UnitId;

use crate::footprint::MovedUnit;

/// How an apply ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApplyOutcome {
    /// All of it is there.
    Applied,
    /// Groups are short, and what landed is held; later steps were not begun.
    Held,
    /// A unit failed; later steps were not begun.
    Failed,
    /// Something changed since the plan was made.
    Stale,
    /// Somebody asked to stop.
    Cancelled,
    /// Somebody else holds the lock; nothing was begun.
    Locked,
}

impl ApplyOutcome {
    /// Stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            recorded => recorded.for_record().as_str(),
        }
    }
}

impl ApplyOutcome {
    /// 0 applied, 1 failed, cancelled or locked, 5 stale, 6 held.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Applied => 0,
            Self::Failed | Self::Cancelled | Self::Locked => 1,
            Self::Stale => 5,
            Self::Held => 6,
        }
    }

    pub(crate) const fn for_record(self) -> RecordOutcome {
        match self {
            Self::Applied => RecordOutcome::Applied,
            Self::Held => RecordOutcome::Held,
            Self::Stale => RecordOutcome::Stale,
            Self::Cancelled => RecordOutcome::Cancelled,
            Self::Failed | Self::Locked => RecordOutcome::Failed,
        }
    }
}

/// What came of an apply.
#[derive(Clone, Debug)]
pub struct ApplyReport {
    /// In a word.
    pub outcome: ApplyOutcome,
    /// The serial of the record; none: nothing was executed, or it could not be written.
    pub serial: Option<u64>,
    /// Units that were attempted, in the plan's order.
    pub units: Vec<UnitReport>,
    /// Units that something was to be done to and that were not begun, in the plan's order.
    pub not_attempted: Vec<UnitId>,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
    /// Units that are not as they were, for which nothing was begun.
    pub moved: Vec<MovedUnit>,
}

/// What came of a unit.
#[derive(Clone, Debug)]
pub struct UnitReport {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: Symbol,
    /// How it ended.
    pub end: UnitEnd,
}

/// How a unit ended.
#[derive(Clone, Debug)]
pub enum UnitEnd {
    /// It is as planned, read back. `resumed`: an earlier try of the same plan had brought it there.
    Done {
        /// Nothing had to be done any more.
        resumed: bool,
    },
    /// It is as planned, but groups are not full.
    Short(Vec<Shortfall>),
    /// The cloud could not do it. `kept`: what landed was kept.
    Failed {
        /// What failed.
        failures: Vec<Failure>,
        /// What landed was kept.
        kept: bool,
    },
    /// The service says it is done; these addresses are not there.
    NotThere(Vec<Symbol>),
    /// The call failed.
    Broken(BrokenUnit),
}

/// A unit whose call failed.
#[derive(Clone, Debug)]
pub struct BrokenUnit {
    /// It had been told to go: how it ended is not known.
    pub begun: bool,
    /// The error's diagnostic.
    pub diagnostic: Box<Diagnostic>,
    /// It was stale.
    pub stale: bool,
    /// Somebody asked to stop.
    pub cancelled: bool,
}

impl BrokenUnit {
    pub(crate) fn new(error: &CloudError, begun: bool) -> Self {
        Self {
            begun,
            diagnostic: Box::new(error.diagnostic()),
            stale: matches!(error, CloudError::Stale { .. }),
            cancelled: matches!(error, CloudError::Cancelled),
        }
    }

    /// Names the unit, where the words do not.
    pub(crate) fn of(mut self, unit: Symbol) -> Self {
        let said = &mut self.diagnostic.message;
        if !self.cancelled && !said.contains(unit.as_str()) {
            *said = format!("unit {unit}: {said}");
        }
        self
    }

    pub(crate) fn by(diagnostic: Diagnostic, begun: bool) -> Self {
        Self { begun, diagnostic: Box::new(diagnostic), stale: false, cancelled: false }
    }
}

impl UnitEnd {
    /// Whether the walk may go on.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Done { .. } => Vec::new(),
            Self::Short(short) => short.iter().map(Shortfall::diagnostic).collect(),
            Self::Failed { failures, kept } => failures.iter().map(|f| f.diagnostic(*kept)).collect(),
            Self::NotThere(missing) => missing
                .iter()
                .map(|address| {
                    let text = format!("{address} was accepted by the service but is not there");
                    Diagnostic::new(Severity::Error, codes::T0712, text)
                        .with_help("run plan again to see what is missing; do not trust the service's status alone")
                })
                .collect(),
            Self::Broken(broken) => vec![(*broken.diagnostic).clone()],
        }
    }
}

/// The outcome of all ends, the worst first.
pub(crate) fn outcome(ends: &[&UnitEnd], cancelled: bool) -> ApplyOutcome {
    let failed = |end: &UnitEnd| match end {
        UnitEnd::Failed { .. } | UnitEnd::NotThere(_) => true,
        UnitEnd::Broken(broken) => !broken.stale && !broken.cancelled,
        UnitEnd::Done { .. } | UnitEnd::Short(_) => false,
    };
    let stale = |end: &UnitEnd| matches!(end, UnitEnd::Broken(broken) if broken.stale);
    if ends.iter().any(|end| failed(end)) {
        ApplyOutcome::Failed
    } else if ends.iter().any(|end| stale(end)) {
        ApplyOutcome::Stale
    } else if cancelled || ends.iter().any(|end| matches!(end, UnitEnd::Broken(broken) if broken.cancelled)) {
        ApplyOutcome::Cancelled
    } else if ends.iter().any(|end| matches!(end, UnitEnd::Short(_))) {
        ApplyOutcome::Held
    } else {
        ApplyOutcome::Applied
    }
}
