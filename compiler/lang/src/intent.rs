//! What a fleet's files mean: typed, units resolved, each leaf with the place it was written at.
//!
//! Must not know where anything will be placed or what it becomes in a cloud.

mod catalog;
mod contract;
mod demand;
mod things;

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{
    At, Date, Decimal, IndexVec, Span, Symbol,
    quantity::{Money, Rate},
};
use tonnage_syntax::tree;

use crate::value::Value;

pub use catalog::{Accelerator, Catalog, Region, Shape};
pub use contract::{Burn, Commitment, Covers, Milestone, Owed, Shortfall, Stated};
pub use demand::{
    Budget, Fallback, FallbackOn, Health, Mount, Moves, Objective, Protect, Share, Shift, Split, SplitBy, StepSize,
};
pub use things::{Assert, Found, Given, Import, Lookup, Owned, Policy, Removed, Storage, Test};

tonnage_base::typed_ids! {
    /// A `cloud` block.
    CloudId,
    /// A `pool` block (one instance of it, under `for_each`).
    PoolId,
    /// A `capacity` block.
    CapacityId,
    /// A `network` block.
    NetworkId,
    /// An `image` block.
    ImageId,
    /// The fleet itself, or one instance of a module.
    ScopeId,
    /// A `commitment` block.
    CommitmentId,
    /// A `storage` block.
    StorageId,
    /// A `shape` of the catalog.
    ShapeId,
    /// A `region` of the catalog.
    RegionId,
}

/// The meaning of a fleet, and the catalog it is written against.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The day it was read for: `ramp` and `as_of()` gave what they give on it.
    pub as_of: Date,
    /// The `fleet` block.
    pub fleet: Fleet,
    /// Where to build.
    pub clouds: IndexVec<CloudId, Cloud>,
    /// The demand.
    pub pools: IndexVec<PoolId, Pool>,
    /// Reserved capacity.
    pub capacities: IndexVec<CapacityId, Capacity>,
    /// Networks declared; pools without one get the default of their site.
    pub networks: IndexVec<NetworkId, Network>,
    /// Boot images.
    pub images: IndexVec<ImageId, Image>,
    /// Contracts.
    pub commitments: IndexVec<CommitmentId, Commitment>,
    /// What pools mount.
    pub storages: IndexVec<StorageId, Storage>,
    /// Assertions over placement and plan.
    pub policies: Vec<Policy>,
    /// Tests on the embedded cloud.
    pub tests: Vec<Test>,
    /// Live objects that are not ours.
    pub lookups: Vec<Lookup>,
    /// What comes under management.
    pub imports: Vec<Import>,
    /// What leaves it and is kept.
    pub removed: Vec<Removed>,
    /// Properties that others decide.
    pub owned: Vec<Owned>,
    /// Renames.
    pub moved: Vec<Moved>,
    /// Shapes, regions, accelerators.
    pub catalog: Catalog,
    /// How things become native resources; the fleet's own before the standard library's.
    pub lowerings: Vec<Lowering>,
    /// The fleet itself, then each instance of each module, callers before what they call.
    pub scopes: IndexVec<ScopeId, ModuleScope>,
}

impl Intent {
    /// The fleet itself, as a scope.
    pub fn root(&self) -> &ModuleScope {
        static EMPTY: std::sync::LazyLock<ModuleScope> = std::sync::LazyLock::new(ModuleScope::default);
        self.scopes.iter().next().unwrap_or(&EMPTY)
    }
}

/// The fleet itself, or one instance of a module: what is evaluated after placement, and the names it is evaluated
/// with.
#[derive(Clone, Debug)]
pub struct ModuleScope {
    /// What its addresses begin with: `module.east.`; empty for the fleet itself.
    pub prefix: Symbol,
    /// Who called it; none for the fleet itself.
    pub caller: Option<Caller>,
    /// The escape hatch, not yet evaluated: bodies may refer to what placement and lowering bring.
    pub resources: Arc<[ResourceDecl]>,
    /// Outputs, not yet evaluated: they may refer to placement.
    pub outputs: Arc<[OutputDecl]>,
    /// Its outputs as far as they are known before placement.
    pub known: BTreeMap<Symbol, Value>,
    /// Values of its names.
    pub globals: Globals,
}

impl Default for ModuleScope {
    fn default() -> Self {
        Self {
            prefix: Symbol::new(""),
            caller: None,
            resources: Arc::default(),
            outputs: Arc::default(),
            known: BTreeMap::new(),
            globals: Globals::default(),
        }
    }
}

/// Who called a module.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The scope of the `module` block.
    pub scope: ScopeId,
    /// Its label.
    pub name: Symbol,
    /// The key of its `for_each`.
    pub key: Option<Symbol>,
}

/// Values of `var`, `local` and `cidr`, by name.
#[derive(Clone, Debug, Default)]
pub struct Globals {
    /// `var.NAME`.
    pub variables: Arc<BTreeMap<Symbol, Value>>,
    /// `local.NAME`.
    pub locals: Arc<BTreeMap<Symbol, Value>>,
    /// `cidr.NAME`.
    pub plans: Arc<BTreeMap<Symbol, Value>>,
}

/// `fleet "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Letters, digits and dashes, starting with a letter, at most 32: it is part of stack names.
    pub name: At<Symbol>,
    /// The day whose catalog and prices are meant; none: the newest there is.
    pub catalog: Option<At<Date>>,
    /// The ledger's address; none for the default folder.
    pub ledger: Option<At<Symbol>>,
}

/// `cloud "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Its label.
    pub name: At<Symbol>,
    /// `aws`, `azure`, `google`.
    pub kind: Symbol,
    /// Account, subscription or project.
    pub account: Option<At<Symbol>>,
    /// Allowed, in order of preference; region names as the cloud has them.
    pub regions: Vec<At<Symbol>>,
    /// Endpoint override.
    pub endpoint: Option<At<Symbol>>,
    /// As whom to call.
    pub credentials: Credentials,
    /// The block.
    pub span: Span,
}

/// `credentials { … }` of a cloud: by reference only. Nothing: what the environment leads to.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// A named profile of the shared configuration.
    pub profile: Option<At<Symbol>>,
    /// A role to assume.
    pub role: Option<At<Symbol>>,
    /// What the role's owner asks for.
    pub external_id: Option<At<Symbol>>,
}

/// What a pool is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// One synchronous job.
    Training,
    /// Replicas that scale.
    Inference,
    /// CPU capacity, without GPUs.
    Cpu,
}

/// `pool "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its label; under `for_each`, `name["key"]` with the key.
    pub name: At<Symbol>,
    /// What its addresses begin with: `pool.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// Where its expressions are known.
    pub scope: ScopeId,
    /// What for.
    pub purpose: Purpose,
    /// Acceptable models, in order: names of the catalog's accelerators; none for a pool of CPUs.
    pub accelerators: Vec<At<Symbol>>,
    /// How much.
    pub size: Size,
    /// What the nodes must be joined by.
    pub fabric: Fabric,
    /// In order of preference; at least one, unless there is a split.
    pub options: Vec<PoolOption>,
    /// Shares over clouds, instead of options.
    pub split: Option<Split>,
    /// When another option is taken.
    pub fallback: Option<Fallback>,
    /// Storage on every node.
    pub mounts: Vec<Mount>,
    /// When a node counts as running.
    pub health: Option<Health>,
    /// Most nodes changed at a time; none: what is running is left as it is.
    pub step: Option<At<StepSize>>,
    /// What no plan may do to it.
    pub protect: Option<Protect>,
    /// What it may cost.
    pub budget: Option<Budget>,
    /// What boots.
    pub image: Option<At<ImageId>>,
    /// Where it sits; none for the default network of its site.
    pub network: Option<At<NetworkId>>,
    /// When it must run; none: from now on, without end.
    pub window: Option<Window>,
    /// What apply does when less is filled than asked.
    pub on_capacity: At<OnCapacity>,
    /// The author's labels: become tags.
    pub labels: BTreeMap<Symbol, Symbol>,
    /// Where the labels are written.
    pub labels_span: Option<Span>,
    /// The block.
    pub span: Span,
}

impl Pool {
    /// What messages call it: its label, or its address where a module declares it.
    pub fn title(&self) -> Symbol {
        if self.address.as_str().starts_with("module.") { self.address } else { self.name.value }
    }

    /// What it counts.
    pub fn unit(&self) -> &'static str {
        if self.purpose == Purpose::Cpu { "vCPU" } else { "GPU" }
    }

    /// How many GPUs that many of its units are.
    pub fn gpus_of(&self, units: u64) -> u64 {
        if self.purpose == Purpose::Cpu { 0 } else { units }
    }
}

/// `size { … }`: one of `gpus`, `vcpus`, `nodes` and `replicas` is given.
#[derive(Clone, Debug)]
pub struct Size {
    /// GPUs asked for.
    pub gpus: Option<At<u64>>,
    /// Nodes asked for.
    pub nodes: Option<At<u64>>,
    /// CPUs asked for, of cpu pools.
    pub vcpus: Option<At<u64>>,
    /// Replicas of a model, each of `gpus_per_replica`.
    pub replicas: Option<At<u64>>,
    /// GPUs of one replica.
    pub gpus_per_replica: Option<At<u64>>,
    /// Share of the nodes to add as spares, rounded up: 0.02 for `"2%"`.
    pub spares: Option<At<Decimal>>,
    /// An option holds the whole size or is skipped. Default: true for training, false for inference.
    pub gang: bool,
    /// Largest number of nodes in one group; none: as many as the cloud allows.
    pub group_nodes: Option<At<u32>>,
    /// Bounds between which an autoscaler moves the pool, in nodes.
    pub min: Option<At<u64>>,
    /// See `min`.
    pub max: Option<At<u64>>,
    /// The size between the bounds belongs to an autoscaler: its motion is not drift.
    pub managed_by_autoscaler: bool,
    /// The block, or the pool's where it is absent.
    pub span: Span,
}

impl Size {
    /// GPUs or CPUs asked for, in the unit that the pool counts; none where nodes or replicas are.
    pub fn units(&self) -> Option<At<u64>> {
        self.gpus.or(self.vcpus)
    }
}

/// `fabric { … }`.
#[derive(Clone, Debug, Default)]
pub struct Fabric {
    /// Remote memory access between nodes is needed.
    pub rdma: bool,
    /// Least bandwidth for each GPU, in gigabits per second.
    pub min_gbps_per_gpu: Option<At<Decimal>>,
    /// Least number of GPUs in one NVLink domain.
    pub nvlink_domain_min: Option<At<u64>>,
    /// The block.
    pub span: Option<Span>,
}

/// `option "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct PoolOption {
    /// Its label.
    pub name: At<Symbol>,
    /// Where; none leaves it to placement.
    pub cloud: Option<At<CloudId>>,
    /// The region; none: each allowed region of the cloud in order.
    pub region: Option<At<Symbol>>,
    /// Zone ids; empty: all zones the catalog knows of the region.
    pub zones: Vec<At<Symbol>>,
    /// A shape by name, where the author insists on one.
    pub shape: Option<At<ShapeId>>,
    /// How, in this order: reserved capacity first, then a count or the rest.
    pub buy: Buy,
    /// The contract that pays for it; none: that of its capacity, if it has one.
    pub draw: Option<At<CommitmentId>>,
    /// What a fallback to it really costs.
    pub moves: Option<Moves>,
    /// The block.
    pub span: Span,
}

/// `buy { … }`.
#[derive(Clone, Debug, Default)]
pub struct Buy {
    /// Reserved capacities to draw from, in order.
    pub capacity: Vec<At<CapacityId>>,
    /// Nodes from reserved capacity: any of the fleet that fits where `capacity` names none.
    pub reserved: Option<At<Amount>>,
    /// Bought at list price.
    pub on_demand: Option<At<Amount>>,
    /// Bought as spot.
    pub spot: Option<At<Amount>>,
    /// Highest spot price, for one node and hour.
    pub max_price: Option<At<Rate>>,
    /// The block, or the option's where it is absent (then everything is on demand).
    pub span: Option<Span>,
}

/// `8` (nodes) or `"rest"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    /// That many nodes.
    Nodes(u64),
    /// What the others leave.
    Rest,
}

/// Days before the end of a pool's window, or of a contract's term, from which on plans tell of it.
pub const TOLD_AHEAD: i32 = 30;

/// A stretch of time, both days included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// First day; none: since ever.
    pub start: Option<At<Date>>,
    /// Last day; none: without end.
    pub end: Option<At<Date>>,
}

/// What apply does when less is filled than asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnCapacity {
    /// Keep what landed and stop there (exit code 6).
    Hold,
    /// Undo the unit.
    RollBack,
    /// Ask again until it is filled or the wait ends, then hold.
    Retry,
    /// Keep what landed, and propose the next option as a plan.
    FallBack,
}

/// `capacity "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// Its label.
    pub name: At<Symbol>,
    /// What its addresses begin with: `capacity.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// Where it is declared.
    pub scope: ScopeId,
    /// Granted or owned.
    pub kind: CapacityKind,
    /// Where.
    pub cloud: At<CloudId>,
    /// The region the zone lies in.
    pub region: Symbol,
    /// The zone's id.
    pub zone: At<Symbol>,
    /// Of what.
    pub shape: At<ShapeId>,
    /// How many nodes in all.
    pub nodes: At<u32>,
    /// When it may be used.
    pub window: Option<Window>,
    /// Whether its places are close together; none: where a pool that draws from it needs that.
    pub rdma: Option<At<bool>>,
    /// The contract it counts for.
    pub commitment: Option<At<CommitmentId>>,
    /// The block.
    pub span: Span,
}

/// Who made it.
#[derive(Clone, Debug)]
pub enum CapacityKind {
    /// It arrived by contract: counted, never created or destroyed.
    Granted {
        /// `capacity_block` or `reservation`.
        product: Symbol,
        /// By what it is used.
        source: GrantedSource,
    },
    /// A reservation that Tonnage makes, and retains.
    Owned,
}

/// By what granted capacity is used.
#[derive(Clone, Debug)]
pub enum GrantedSource {
    /// Reservation ids, each with its nodes: `ids = { "cr-1" = 64 }`, or a list that shares `nodes` evenly, the first
    /// ones taking the remainder.
    Ids(Vec<(At<Symbol>, u32)>),
    /// One group of reservations by its ARN or name.
    Group(At<Symbol>),
}

/// `network "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its label; `default` for the one made when none is declared.
    pub name: At<Symbol>,
    /// What its addresses begin with: `network.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// Where it is declared.
    pub scope: ScopeId,
    /// Address range, IPv4 CIDR; each site of the network has it whole. None: it is there already.
    pub cidr: Option<At<Symbol>>,
    /// The one that is there already.
    pub existing: Option<Existing>,
    /// Labels: become tags.
    pub labels: BTreeMap<Symbol, Symbol>,
    /// Where the labels are written.
    pub labels_span: Option<Span>,
    /// The block.
    pub span: Span,
}

/// A network that is there already: its parts by identifier, which are texts, or references to lookups.
#[derive(Clone, Debug)]
pub struct Existing {
    /// The network.
    pub id: At<Value>,
    /// Its subnets, by zone id: pools in it sit in these zones only.
    pub subnets: At<BTreeMap<Symbol, Value>>,
}

/// `image "NAME" { … }`: for each kind of cloud, an object with its own words.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its label.
    pub name: At<Symbol>,
    /// `aws` ⇒ `{ ami = "ami-…" }`; keys are kinds of cloud.
    pub by_cloud: BTreeMap<Symbol, Value>,
    /// Where each word of each kind of cloud is written, where it is written out: (`aws`, `ami`).
    pub written: BTreeMap<(Symbol, Symbol), Span>,
    /// The block.
    pub span: Span,
}

/// `resource "TYPE" "NAME" { … }`, of a fleet or of a lowering.
#[derive(Clone, Debug)]
pub struct ResourceDecl {
    /// The native type.
    pub kind: tree::Ident,
    /// Unique in its scope.
    pub name: tree::Ident,
    /// `body = { … }`.
    pub body: Option<tree::Expr>,
    /// `when = …`.
    pub when: Option<tree::Expr>,
    /// `for_each = …`.
    pub for_each: Option<tree::Expr>,
    /// `depends_on = […]`.
    pub depends_on: Option<tree::Expr>,
    /// `holds = { shape, nodes, market, reserves_only }`.
    pub holds: Option<tree::Expr>,
    /// `update_policy = { … }`.
    pub update_policy: Option<tree::Expr>,
    /// `cloud = …`; fleets only.
    pub cloud: Option<tree::Expr>,
    /// `region = …`; fleets only.
    pub region: Option<tree::Expr>,
    /// `lifecycle { on_delete on_replace order ignore }`, checked already.
    pub lifecycle: LifecycleDecl,
    /// The block's header.
    pub span: Span,
}

/// `lifecycle { … }` as written: each a known word.
#[derive(Clone, Debug, Default)]
pub struct LifecycleDecl {
    /// `retain` rather than `delete`.
    pub retain_on_delete: bool,
    /// `retain` rather than `delete`.
    pub retain_on_replace: bool,
    /// `delete_first` rather than `create_first`.
    pub delete_first: bool,
    /// Property names.
    pub ignore: Vec<Symbol>,
}

/// `moved { from = … to = … }`: addresses or prefixes of addresses, as written.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The old one.
    pub from: At<Symbol>,
    /// The new one.
    pub to: At<Symbol>,
}

/// `output "NAME" { value = … }`.
#[derive(Clone, Debug)]
pub struct OutputDecl {
    /// Its label.
    pub name: At<Symbol>,
    /// The value.
    pub value: tree::Expr,
    /// Its value is not shown.
    pub sensitive: bool,
    /// For people.
    pub description: Option<Symbol>,
}

/// `lowering "KIND" "CLOUD" { … }`.
#[derive(Clone, Debug)]
pub struct Lowering {
    /// `network`, `capacity`, `pool`.
    pub kind: At<Symbol>,
    /// The kind of cloud.
    pub cloud: At<Symbol>,
    /// `locals { … }` of the lowering, in source order; each may use those above it.
    pub locals: Vec<(tree::Ident, tree::Expr)>,
    /// What it makes.
    pub resources: Vec<ResourceDecl>,
    /// `export = { name = expression }`: what other lowerings may use.
    pub export: Option<tree::Expr>,
    /// The fleet has written it itself, in place of the standard library's.
    pub own: bool,
    /// The block's header.
    pub span: Span,
}

/// Money for one hour of one thing; `None` in a field of prices is "price unknown".
pub type Price = Option<Money>;
