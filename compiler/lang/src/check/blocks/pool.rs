//! Pools and what stands in them, as data. Must not hold any rule that spans two attributes.

use super::{BLANK, FOR_EACH, LABELS, NAME, PROTECT, WINDOW};
use crate::check::table::{BlockSpec, Expects, Times, attr};

/// What may lead to a fallback.
const FALLBACK_REASONS: &[&str] = &["preflight_failed", "capacity_error"];

pub(super) const SIZE: BlockSpec = BlockSpec {
    kind: "size",
    doc: "How much: GPUs, CPUs or nodes.",
    times: Times::Required,
    attributes: &[
        attr("gpus", Expects::Whole, "GPUs asked for; rounded up to whole nodes, and the rounding is shown."),
        attr("nodes", Expects::Whole, "Nodes asked for; 0 before a ramp begins."),
        attr("spares", Expects::Percent, "Share of the nodes to add as spares, rounded up."),
        attr("gang", Expects::Bool, "An option holds the whole size or is skipped. Default: true for training."),
        attr("min", Expects::Whole, "Least number of nodes an autoscaler may leave."),
        attr("max", Expects::Count, "Largest number of nodes an autoscaler may reach."),
        attr("managed_by", Expects::Word(&["autoscaler"]), "Whose the size between `min` and `max` is."),
        attr("group_nodes", Expects::Count, "Largest number of nodes in one group."),
        attr("vcpus", Expects::Whole, "CPUs asked for, of a pool of CPUs; rounded up to whole nodes."),
        attr("replicas", Expects::Count, "Replicas of a model, each of `gpus_per_replica`."),
        attr("gpus_per_replica", Expects::Count, "GPUs of one replica; one that fits never spans nodes."),
    ],
    ..BLANK
};

pub(super) const FABRIC: BlockSpec = BlockSpec {
    kind: "fabric",
    doc: "What the nodes must be joined by.",
    times: Times::Optional,
    attributes: &[
        attr("kind", Expects::Word(&["none", "rdma"]), "`rdma`: remote memory access between nodes."),
        attr("min_gbps_per_gpu", Expects::Bandwidth, "Least bandwidth for each GPU."),
        attr("nvlink_domain_min", Expects::Count, "Least number of GPUs in one NVLink domain."),
    ],
    ..BLANK
};

pub(super) const OPTION: BlockSpec = BlockSpec {
    kind: "option",
    doc: "One way to get the pool; the order is preference.",
    labels: NAME,
    ordered: true,
    times: Times::Any,
    attributes: &[
        attr("cloud", Expects::Reference("cloud"), "Where; without it: any cloud of the fleet."),
        attr("region", Expects::Text, "The region; without it: each allowed region of the cloud, in order."),
        attr("zones", Expects::Texts, "Zone ids; without it: all zones known of the region."),
        attr("draw", Expects::Reference("commitment"), "The contract that pays for it.").promise(),
        attr("shape", Expects::Text, "A machine shape by name, where only that one will do."),
    ],
    blocks: &[
        BlockSpec {
            kind: "buy",
            doc: "How it is paid for; without it: everything on demand.",
            times: Times::Optional,
            attributes: &[
                attr("capacity", Expects::References("capacity"), "Reserved capacity to draw from first, in order."),
                attr("on_demand", Expects::Amount, "Nodes bought at list price, or `\"rest\"`."),
                attr("spot", Expects::Amount, "Nodes bought as spot, or `\"rest\"`."),
                attr("max_price", Expects::Rate, "Highest spot price for one node and hour."),
                attr(
                    "reserved",
                    Expects::Amount,
                    "Nodes from reserved capacity, or `\"rest\"`: of `capacity`, or of any that fits.",
                ),
            ],
            ..BLANK
        },
        BlockSpec {
            kind: "moves",
            promise: true,
            doc: "What a fallback to this option really costs.",
            times: Times::Optional,
            attributes: &[
                attr("data", Expects::References("storage"), "What has to be there first."),
                attr("lead_time", Expects::Duration, "How long that takes: `\"21d\"`."),
                attr("cost", Expects::Money, "What moving costs: `\"1.2M USD\"`."),
            ],
            ..BLANK
        },
    ],
    ..BLANK
};

pub(super) const POOL: BlockSpec = BlockSpec {
    kind: "pool",
    doc: "The unit of demand: GPUs for a training job or for inference, or CPUs beside them.",
    labels: NAME,
    attributes: &[
        attr("purpose", Expects::Word(&["training", "inference", "cpu"]), "What the pool is for.").required(),
        attr("accelerator", Expects::TextOrTexts, "Acceptable GPU models, in order; a pool of CPUs has none."),
        attr("image", Expects::Reference("image"), "What the nodes boot."),
        attr("network", Expects::Reference("network"), "Where they sit; without it: the default network."),
        LABELS,
        FOR_EACH,
    ],
    blocks: &[
        SIZE,
        FABRIC,
        BlockSpec {
            doc: "From which day to which, both included. After the last day a plan removes what the pool runs, unless it is protected.",
            ..WINDOW
        },
        OPTION,
        BlockSpec {
            kind: "rollout",
            doc: "How a change is brought about.",
            times: Times::Optional,
            attributes: &[
                attr(
                    "on_capacity",
                    Expects::Word(&["hold", "retry", "fall_back", "roll_back"]),
                    "When less is filled than asked: keep what landed (`hold`), and ask again (`retry`), or say which option is next (`fall_back`); or undo what was made (`roll_back`, the default). Of a group that grew what came is kept: somebody would have to choose among nodes that worked before.",
                )
                .promise(),
                attr("step", Expects::Step, "How many nodes at a time: `\"64 nodes\"` or `\"10%\"`."),
            ],
            ..BLANK
        },
        SPLIT,
        FALLBACK,
        HEALTH,
        MOUNT,
        PROTECT,
        BUDGET,
    ],
    ..BLANK
};

const SPLIT: BlockSpec = BlockSpec {
    kind: "split",
    doc: "Shares of a pool that spans clouds; instead of options.",
    times: Times::Optional,
    attributes: &[attr("by", Expects::Word(&["gpus", "gpu_hours"]), "What the shares are of. Default: `gpus`.")],
    blocks: &[
        BlockSpec {
            kind: "share",
            doc: "What one cloud holds.",
            labels: NAME,
            times: Times::Some,
            attributes: &[
                attr("cloud", Expects::Reference("cloud"), "Where.").required(),
                attr("region", Expects::Text, "The region; without it: each allowed region of the cloud, in order."),
                attr("zones", Expects::Texts, "Zone ids; without it: all zones known of the region."),
                attr("target", Expects::Percent, "Its share; all shares sum to 100%.").required(),
                attr("bounds", Expects::Texts, "Least and largest share that a shift may make: `[\"45%\", \"70%\"]`."),
                attr("draw", Expects::Reference("commitment"), "The contract that pays for it.").promise(),
            ],
            ..BLANK
        },
        BlockSpec {
            kind: "shift",
            promise: true,
            doc: "How shares may move: proposals, made as plans.",
            times: Times::Optional,
            attributes: &[
                attr("objective", Expects::Word(&["cost", "performance"]), "What a shift is for.").required(),
                attr("evaluate", Expects::Duration, "How often: `\"7d\"`."),
                attr("max_move", Expects::Percent, "Most that moves at a time."),
                attr("deadband", Expects::Percent, "Least gain worth a move."),
            ],
            ..BLANK
        },
    ],
    ..BLANK
};

const FALLBACK: BlockSpec = BlockSpec {
    kind: "fallback",
    promise: true,
    doc: "When another option is taken.",
    times: Times::Optional,
    attributes: &[
        attr(
            "on",
            Expects::Words(FALLBACK_REASONS),
            "What leads to it: known before apply (`preflight_failed`), or an apply that ended with less running than asked (`capacity_error`).",
        )
        .required(),
        attr("decide_by", Expects::Day, "The day after which it is too late."),
        attr(
            "cross_plan",
            Expects::Word(&["require_approval", "allow"]),
            "Whether a plan that leaves the cloud, or stops nodes that run, has to be acknowledged (the default), or may just be applied.",
        ),
    ],
    ..BLANK
};

const HEALTH: BlockSpec = BlockSpec {
    kind: "health",
    doc: "When a node counts as running.",
    times: Times::Optional,
    attributes: &[
        attr("grace", Expects::Duration, "How long a new node may take: `\"15m\"`."),
        attr("replace_unhealthy", Expects::Bool, "Whether the cloud replaces nodes that fail. Default: true."),
    ],
    ..BLANK
};

const MOUNT: BlockSpec = BlockSpec {
    kind: "mount",
    doc: "Storage mounted on every node.",
    attributes: &[
        attr("storage", Expects::Reference("storage"), "What.").required(),
        attr("path", Expects::Text, "Where on the node.").required(),
        attr("mode", Expects::Word(&["read_only", "read_write"]), "Default: `read_write`."),
    ],
    ..BLANK
};

const BUDGET: BlockSpec = BlockSpec {
    kind: "budget",
    promise: true,
    doc: "What the pool may cost.",
    times: Times::Optional,
    attributes: &[
        attr("hourly", Expects::Money, "For one hour: `\"52000 USD\"`."),
        attr("monthly", Expects::Money, "For a month of 730 hours: `\"1.9M USD\"`."),
    ],
    ..BLANK
};
