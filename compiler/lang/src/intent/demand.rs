//! What stands in a pool beside its size and options: shares, fallback, storage, guards. Must not know placement.

use tonnage_base::{At, Date, Decimal, Span, Symbol, quantity::Money};

use super::{CloudId, CommitmentId, StorageId};

/// `split { … }`: shares of a pool that spans clouds. A pool has a split or options.
#[derive(Clone, Debug)]
pub struct Split {
    /// What the shares are of.
    pub by: SplitBy,
    /// At least one; the targets sum to 1.
    pub shares: Vec<Share>,
    /// How shares may move; none: they don't.
    pub shift: Option<Shift>,
    /// The block.
    pub span: Span,
}

/// What the shares of a split are of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SplitBy {
    /// GPUs that stand.
    #[default]
    Gpus,
    /// Hours of them.
    GpuHours,
}

/// `share "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its label: stands where an option's name stands in addresses.
    pub name: At<Symbol>,
    /// Where.
    pub cloud: At<CloudId>,
    /// The region; none: each allowed region of the cloud in order.
    pub region: Option<At<Symbol>>,
    /// Zone ids; empty: all zones the catalog knows.
    pub zones: Vec<At<Symbol>>,
    /// 0 to 1.
    pub target: At<Decimal>,
    /// Least and largest share; none: the target alone.
    pub bounds: Option<(At<Decimal>, At<Decimal>)>,
    /// The contract that pays for it.
    pub draw: Option<At<CommitmentId>>,
    /// The block.
    pub span: Span,
}

/// `shift { … }`: how shares may move; each move is a plan somebody reads.
#[derive(Clone, Debug)]
pub struct Shift {
    /// What for.
    pub objective: Objective,
    /// How often, in seconds; none: whenever somebody plans.
    pub evaluate: Option<At<i64>>,
    /// Most that moves at a time, as a share of the pool, 0 to 1.
    pub max_move: Option<At<Decimal>>,
    /// Least gain worth a move, 0 to 1.
    pub deadband: Option<At<Decimal>>,
    /// The block.
    pub span: Span,
}

/// What a shift is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Objective {
    /// A lower price.
    Cost,
    /// More of the preferred accelerators.
    Performance,
}

/// `fallback { … }`.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// What leads to it.
    pub on: Vec<At<FallbackOn>>,
    /// The day after which it is too late.
    pub decide_by: Option<At<Date>>,
    /// Leaving the cloud needs a plan somebody reads (the default).
    pub require_approval: bool,
    /// The block.
    pub span: Span,
}

/// What leads to a fallback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FallbackOn {
    /// The cloud says beforehand that it can't.
    PreflightFailed,
    /// Less was filled than asked.
    CapacityError,
}

/// `step = …` of a rollout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepSize {
    /// `"64 nodes"`.
    Nodes(u32),
    /// `"10%"`: a share of the pool, above 0 and up to 1.
    Share(Decimal),
}

impl StepSize {
    /// Nodes of a pool of so many, one at least.
    pub fn of(self, nodes: u64) -> u64 {
        use rust_decimal::prelude::ToPrimitive;
        match self {
            Self::Nodes(step) => u64::from(step).min(nodes),
            Self::Share(share) => (Decimal::from(nodes) * share).floor().to_u64().unwrap_or(nodes),
        }
        .max(1)
    }
}

/// `moves { … }`: what a fallback to an option really costs.
#[derive(Clone, Debug)]
pub struct Moves {
    /// What has to be there first.
    pub data: Vec<At<StorageId>>,
    /// How long that takes, in seconds.
    pub lead_time: Option<At<i64>>,
    /// What it costs.
    pub cost: Option<At<Money>>,
    /// The block.
    pub span: Span,
}

/// `mount { … }`.
#[derive(Clone, Debug)]
pub struct Mount {
    /// What.
    pub storage: At<StorageId>,
    /// Where on the node.
    pub path: At<Symbol>,
    /// Nothing is written.
    pub read_only: bool,
    /// The block.
    pub span: Span,
}

/// `protect { … }`, of pools and storage.
#[derive(Clone, Debug)]
pub struct Protect {
    /// No plan may destroy it.
    pub destroy: bool,
    /// No plan may make it smaller.
    pub shrink: bool,
    /// Last day of the protection; none: always.
    pub until: Option<At<Date>>,
    /// The block.
    pub span: Span,
}

/// `budget { … }`.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Most for one hour.
    pub hourly: Option<At<Money>>,
    /// Most for a month of 730 hours.
    pub monthly: Option<At<Money>>,
    /// The block.
    pub span: Span,
}

/// `health { … }`.
#[derive(Clone, Debug)]
pub struct Health {
    /// How long a new node may take, in seconds.
    pub grace: Option<At<i64>>,
    /// The cloud replaces nodes that fail.
    pub replace_unhealthy: Option<At<bool>>,
    /// The block.
    pub span: Span,
}
