//! The catalog's blocks, as data. Must not hold any rule that spans two attributes.

use super::{BLANK, CLOUD_KINDS, FREE_NAME};
use crate::check::table::{BlockSpec, Expects, LabelRule, LabelSpec, attr};

pub(super) const ACCELERATOR: BlockSpec = BlockSpec {
    kind: "accelerator",
    doc: "A GPU model of the catalog.",
    labels: FREE_NAME,
    open: true,
    attributes: &[attr("title", Expects::Text, "Its name as people write it.").required()],
    ..BLANK
};

pub(super) const SHAPE: BlockSpec = BlockSpec {
    kind: "shape",
    doc: "A machine shape of the catalog. What is absent is not known; it is never zero.",
    labels: FREE_NAME,
    open: true,
    attributes: &[
        attr("cloud", Expects::Word(CLOUD_KINDS), "The kind of cloud.").required(),
        attr("accelerator", Expects::Text, "The GPU model; a shape without has CPUs only."),
        attr("accelerators", Expects::Count, "GPUs in one node, where it has any."),
        attr("accelerator_memory", Expects::Bytes, "Memory of one GPU."),
        attr("vcpus", Expects::Count, "CPUs of one node."),
        attr("memory", Expects::Bytes, "Memory of one node."),
        attr("arch", Expects::Text, "`x86_64` or `arm64`."),
        attr("fabric", Expects::Text, "What joins nodes, such as `EFA v3` or `InfiniBand`."),
        attr("fabric_devices", Expects::Whole, "Fabric devices of one node."),
        attr("fabric_gbps", Expects::Number, "Fabric bandwidth of one node."),
        attr("network_cards", Expects::Whole, "Network cards of one node."),
        attr("primary_interface", Expects::Text, "The kind of the first network interface with RDMA."),
        attr("efa_only_cards", Expects::Any, "Cards that carry one RDMA-only interface each."),
        attr("interfaces_source", Expects::Text, "Where the interface list comes from."),
        attr("network", Expects::Text, "The plain network, where there is no RDMA."),
        attr("network_devices", Expects::Whole, "Plain network devices of one node."),
        attr("network_gbps", Expects::Number, "Plain network bandwidth of one node."),
        attr("nvlink_domain_gpus", Expects::Whole, "GPUs in one NVLink domain; 0 where there is no NVLink."),
        attr("nvlink_scope", Expects::Text, "`node` or `rack`."),
        attr("group_nodes", Expects::Count, "Most nodes that one group of its cloud holds together."),
        attr("local_nvme", Expects::Bytes, "Local disks of one node."),
        attr("offered_in", Expects::Texts, "Regions and local zones it is publicly offered in."),
        attr("purchase", Expects::Texts, "Ways to buy it."),
        attr("source", Expects::Text, "Where the facts come from."),
        attr("confidence", Expects::Text, "How sure they are."),
        attr("note", Expects::Text, "What else is worth knowing."),
    ],
    ..BLANK
};

pub(super) const REGION: BlockSpec = BlockSpec {
    kind: "region",
    doc: "A region of the catalog.",
    labels: &[LabelSpec { name: "CLOUD/REGION", rule: LabelRule::RegionPath }],
    open: true,
    attributes: &[
        attr("place", Expects::Text, "Where it is, for people."),
        attr("country", Expects::Text, "ISO 3166-1 alpha-2."),
        attr("zones", Expects::Texts, "Zone ids known."),
        attr("local_zones", Expects::Texts, "Local zones known; used only where an author names one."),
        attr("partition", Expects::Text, "The cloud's partition."),
        attr("note", Expects::Text, "What else is worth knowing."),
        attr("source", Expects::Text, "Where the facts come from."),
    ],
    ..BLANK
};
