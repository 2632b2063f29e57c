//! What placement says, as data. Must not know what a group becomes in a cloud.

use tonnage_base::Market;
use tonnage_base::{Span, Symbol, quantity::Money};
use tonnage_lang::intent::{CapacityId, CloudId, Intent, NetworkId, PoolId, ShapeId};

use crate::{availability::Availability, price::PriceBook};

/// Where everything goes.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// One for each pool, in order of the Intent's pools.
    pub pools: Vec<PlacedPool>,
    /// Networks that the slices need, in order of first need.
    pub networks: Vec<NetworkUse>,
    /// Where the file systems sit, in order of the Intent's storages; none: a bucket.
    pub storages: Vec<Option<StorageUse>>,
}

/// Where a file system sits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StorageUse {
    /// Its zone.
    pub zone: Symbol,
    /// Which `network_use` of the placement it sits in.
    pub network: usize,
}

/// A network at one site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkUse {
    /// None: the default network.
    pub network: Option<NetworkId>,
    /// Where.
    pub cloud: CloudId,
    /// Where.
    pub region: Symbol,
    /// Zones that need a subnet, in catalog order.
    pub zones: Vec<Symbol>,
    /// Whether anything in it needs RDMA.
    pub rdma: bool,
}

/// One pool, placed or not.
#[derive(Clone, Debug)]
pub struct PlacedPool {
    /// Which.
    pub pool: PoolId,
    /// GPUs to nodes to domains to groups, each rounding said.
    pub sizing: Sizing,
    /// What is taken; empty: nothing fits (an error was given).
    pub slices: Vec<Slice>,
    /// What is not, in the author's order.
    pub rejected: Vec<Rejection>,
    /// What a shift of the shares would bring; nothing moves by itself.
    pub proposal: Option<String>,
    /// It does not get the option it stands by, or its first one.
    pub falls_back: Option<FallsBack>,
}

/// A pool that gets another option than the one it stands by, or than its first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FallsBack {
    /// From which option.
    pub from: Symbol,
    /// To which.
    pub to: Symbol,
    /// Why.
    pub why: String,
    /// The names of the clouds, where it leaves one for another.
    pub clouds: Option<(Symbol, Symbol)>,
    /// The files say so: the option left them, or one before it can hold the pool.
    pub is_chosen: bool,
}

/// GPUs to nodes, in words a reviewer reads.
#[derive(Clone, Debug, Default)]
pub struct Sizing {
    /// GPUs asked for (after conversion from nodes where nodes were given); CPUs, of a pool of CPUs.
    pub asked: u64,
    /// Those that come up, spares not counted.
    pub units: u64,
    /// Nodes without spares.
    pub nodes: u64,
    /// Spare nodes.
    pub spares: u64,
    /// Each step: `4,096 GPUs ÷ 8 = 512 nodes`, `2 % of 512 = 10.24, rounded up: 11 spares`.
    pub steps: Vec<String>,
}

/// One zone × shape × market × capacity source × node count.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The option's name.
    pub option: Symbol,
    /// Unique within pool and option, kept while the slice means the same: `use2-az1`, `use2-az1/spot`; for capacity by
    /// its reservation, else its name: `use2-az1/cr-…`, `use2-az1/floor`.
    pub key: Symbol,
    /// Where.
    pub cloud: CloudId,
    /// Where.
    pub region: Symbol,
    /// Where.
    pub zone: Symbol,
    /// On what.
    pub shape: ShapeId,
    /// How bought.
    pub market: Market,
    /// From which capacity, for reserved ones.
    pub capacity: Option<CapacityId>,
    /// For granted capacity: the reservation's id, or the group's ARN.
    pub reservation: Option<Symbol>,
    /// Highest spot price for a node and hour.
    pub max_price: Option<Money>,
    /// Nodes in all, spares included.
    pub nodes: u64,
    /// Groups; keys are `001`, `002`, …, widths grow as needed and never change once given.
    pub groups: Vec<Group>,
    /// Price of one node and hour; none: unknown.
    pub price: Option<Money>,
    /// Which `network_use` of the placement it sits in.
    pub network: usize,
    /// The author's line that decides how many: `size.gpus`.
    pub size_span: Span,
}

/// What one Auto Scaling group (scale set, instance group manager) will hold.
#[derive(Clone, Debug)]
pub struct Group {
    /// Unique in the slice.
    pub key: Symbol,
    /// Nodes.
    pub nodes: u32,
}

/// An option not taken.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The option.
    pub option: Symbol,
    /// The rule: `lacks_accelerator`, `lacks_cpus`, `lacks_fabric`, `not_offered`, `not_sold`, `capacity_short`,
    /// `quota_short`, `window`, `no_zone`, `no_subnet`, `capacity_error`, `too_late`, `not_allowed`, `not_needed`.
    pub reason: &'static str,
    /// The reason with its numbers.
    pub text: String,
    /// What it would cost an hour less what the chosen ones cost, at list prices (reserved capacity as if it were
    /// bought on demand); none: one of the prices is unknown.
    pub price_difference: Option<Money>,
    /// The option's block.
    pub span: Span,
}

/// What placement is computed from.
pub struct Inputs<'a> {
    /// What is asked.
    pub intent: &'a Intent,
    /// What it costs.
    pub prices: &'a PriceBook,
    /// What is known to be there.
    pub availability: &'a Availability,
    /// The day the plan is for.
    pub as_of: tonnage_base::Date,
}
