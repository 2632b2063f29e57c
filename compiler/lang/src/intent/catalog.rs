//! What the catalog knows: accelerators, machine shapes, regions. "Not known" is none or empty, never zero. Must not
//! know any one of them.

use tonnage_base::{Decimal, IndexVec, Span, Symbol};

use super::{RegionId, ShapeId};
use crate::value::Value;

/// What the catalog knows.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// GPU models: `nvidia-b200`.
    pub accelerators: Vec<Accelerator>,
    /// Machine shapes, cloud by cloud in catalog order.
    pub shapes: IndexVec<ShapeId, Shape>,
    /// Regions.
    pub regions: IndexVec<RegionId, Region>,
}

/// `accelerator "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Accelerator {
    /// `nvidia-gb200`.
    pub name: Symbol,
    /// For people: `NVIDIA GB200`.
    pub title: Symbol,
    /// Where it is declared.
    pub span: Span,
}

/// `shape "NAME" { … }`. `None` is "not known", never zero.
#[derive(Clone, Debug)]
pub struct Shape {
    /// `p5en.48xlarge`.
    pub name: Symbol,
    /// The kind of cloud.
    pub cloud: Symbol,
    /// The accelerator's name; none: it has CPUs only.
    pub accelerator: Option<Symbol>,
    /// GPUs in one node; 0 without an accelerator.
    pub accelerators: u32,
    /// CPUs of one node.
    pub vcpus: Option<u32>,
    /// The architecture of its CPUs.
    pub arch: Option<Symbol>,
    /// `EFA v3`, `InfiniBand`, …; none where there is no RDMA.
    pub fabric: Option<Symbol>,
    /// Fabric bandwidth of one node, in gigabits per second.
    pub fabric_gbps: Option<Decimal>,
    /// GPUs in one NVLink domain.
    pub nvlink_domain_gpus: Option<u32>,
    /// Most nodes that one group of its cloud holds together; none: any number.
    pub group_nodes: Option<u32>,
    /// Regions or local zones it is publicly offered in; empty: not known.
    pub offered_in: Vec<Symbol>,
    /// Ways to buy: `on-demand`, `spot`, `ODCR`, `capacity-block`, …
    pub purchase: Vec<Symbol>,
    /// Every attribute as written, for lowerings: `shape.network_cards`.
    pub value: Value,
    /// Where it is declared.
    pub span: Span,
}

impl Shape {
    /// What a pool counts of one node: its GPUs, or its CPUs where it has no GPUs. At least one.
    pub fn units(&self) -> u64 {
        let cpus = || self.vcpus.unwrap_or(1);
        u64::from(if self.accelerator.is_some() { self.accelerators } else { cpus() }.max(1))
    }

    /// What those are called.
    pub fn unit(&self) -> &'static str {
        if self.accelerator.is_some() { "GPU" } else { "vCPU" }
    }
}

/// `region "CLOUD/NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Region {
    /// The kind of cloud.
    pub cloud: Symbol,
    /// `us-east-2`.
    pub name: Symbol,
    /// ISO 3166-1 alpha-2.
    pub country: Option<Symbol>,
    /// Zone ids known; empty: not known.
    pub zones: Vec<Symbol>,
    /// Every attribute as written.
    pub value: Value,
    /// Where it is declared.
    pub span: Span,
}
