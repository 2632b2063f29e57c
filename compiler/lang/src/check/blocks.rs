//! The blocks of the fleet language, as data. Must not hold any rule that spans two attributes.

use super::table::{AttributeSpec, BlockSpec, Expects, LabelRule, LabelSpec, Times, attr};

/// The kinds of cloud there are.
pub const CLOUD_KINDS: &[&str] = &["aws", "azure", "google"];
/// What a lowering may be written for.
pub const LOWERING_KINDS: &[&str] = &["network", "capacity", "pool"];

const BLANK: BlockSpec = BlockSpec {
    kind: "",
    labels: &[],
    doc: "",
    attributes: &[],
    blocks: &[],
    times: Times::Any,
    open: false,
    later: false,
};
const NAME: &[LabelSpec] = &[LabelSpec { name: "NAME", rule: LabelRule::Identifier }];
const FREE_NAME: &[LabelSpec] = &[LabelSpec { name: "NAME", rule: LabelRule::Free }];
const TYPE_NAME: &[LabelSpec] =
    &[LabelSpec { name: "TYPE", rule: LabelRule::Free }, LabelSpec { name: "NAME", rule: LabelRule::Identifier }];

const FOR_EACH: AttributeSpec =
    attr("for_each", Expects::Each, "One instance for each entry; `each.key` and `each.value` inside.");
const FOR_EACH_LATER: AttributeSpec = attr("for_each", Expects::Each, "One instance for each entry.").later();
const LABELS: AttributeSpec = attr("labels", Expects::Labels, "Your own labels; they become tags.");

const fn later(kind: &'static str, doc: &'static str) -> BlockSpec {
    BlockSpec { kind, doc, later: true, ..BLANK }
}

const WINDOW: BlockSpec = BlockSpec {
    kind: "window",
    doc: "From which day to which, both included.",
    times: Times::Optional,
    attributes: &[
        attr("start", Expects::Day, "First day; without it: since ever."),
        attr("end", Expects::Day, "Last day; without it: without end."),
    ],
    ..BLANK
};

const FLEET: BlockSpec = BlockSpec {
    kind: "fleet",
    doc: "Names the fleet and the edition of the language it is written in.",
    labels: &[LabelSpec { name: "NAME", rule: LabelRule::FleetName }],
    times: Times::Required,
    attributes: &[
        attr("language", Expects::Count, "The edition of the language: 1.").required(),
        attr("catalog", Expects::Day, "The day whose catalog and prices are meant."),
        attr("ledger", Expects::Text, "Where the history is kept; without it: a folder beside the file."),
    ],
    ..BLANK
};

const CLOUD: BlockSpec = BlockSpec {
    kind: "cloud",
    doc: "An account to build in.",
    labels: NAME,
    attributes: &[
        attr("kind", Expects::Word(CLOUD_KINDS), "Which cloud; without it: the block's name."),
        attr("account", Expects::Text, "The AWS account id."),
        attr("subscription", Expects::Text, "The Azure subscription id."),
        attr("project", Expects::Text, "The Google Cloud project id."),
        attr("regions", Expects::Texts, "Regions that may be used, in order of preference.").required(),
        attr("endpoint", Expects::Text, "Another address for the cloud's API."),
        attr("profile", Expects::Text, "A named profile of the shared credentials file."),
        attr("credentials", Expects::Any, "Credentials by reference.").later(),
        FOR_EACH_LATER,
    ],
    ..BLANK
};

const VARIABLE: BlockSpec = BlockSpec {
    kind: "variable",
    doc: "A value given from outside.",
    labels: NAME,
    attributes: &[
        attr("type", Expects::Type, "What it must be: `string`, `number`, `list(string)`, `object({ … })` and so on."),
        attr("default", Expects::Any, "Its value when none is given."),
        attr("description", Expects::Text, "For people."),
        attr("sensitive", Expects::Bool, "Never shown.").later(),
        attr("nullable", Expects::Bool, "Whether null may be given.").later(),
    ],
    blocks: &[BlockSpec {
        kind: "validation",
        doc: "A condition that the value must meet.",
        attributes: &[
            attr("condition", Expects::Bool, "What must hold.").required(),
            attr("message", Expects::Text, "What to tell when it does not.").required(),
        ],
        ..BLANK
    }],
    ..BLANK
};

const LOCALS: BlockSpec =
    BlockSpec { kind: "locals", doc: "Names for values, used as `local.NAME`.", open: true, ..BLANK };

const OUTPUT: BlockSpec = BlockSpec {
    kind: "output",
    doc: "A value shown after a plan, and kept in the ledger.",
    labels: NAME,
    attributes: &[
        attr("value", Expects::Any, "The value.").required(),
        attr("description", Expects::Text, "For people."),
        attr("sensitive", Expects::Bool, "Never shown.").later(),
    ],
    ..BLANK
};

const SIZE: BlockSpec = BlockSpec {
    kind: "size",
    doc: "How much: GPUs or nodes.",
    times: Times::Required,
    attributes: &[
        attr("gpus", Expects::Count, "GPUs asked for; rounded up to whole nodes, and the rounding is shown."),
        attr("nodes", Expects::Count, "Nodes asked for."),
        attr("spares", Expects::Percent, "Share of the nodes to add as spares, rounded up."),
        attr("gang", Expects::Bool, "An option holds the whole size or is skipped. Default: true for training."),
        attr("min", Expects::Whole, "Least number of nodes an autoscaler may leave."),
        attr("max", Expects::Count, "Largest number of nodes an autoscaler may reach."),
        attr("managed_by", Expects::Word(&["autoscaler"]), "Whose the size between `min` and `max` is."),
        attr("group_nodes", Expects::Count, "Largest number of nodes in one group."),
        attr("vcpus", Expects::Count, "CPUs asked for, for cpu pools.").later(),
        attr("replicas", Expects::Count, "Replicas of a model.").later(),
        attr("gpus_per_replica", Expects::Count, "GPUs of one replica.").later(),
    ],
    ..BLANK
};

const FABRIC: BlockSpec = BlockSpec {
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

const OPTION: BlockSpec = BlockSpec {
    kind: "option",
    doc: "One way to get the pool; the order is preference.",
    labels: NAME,
    times: Times::Some,
    attributes: &[
        attr("cloud", Expects::Reference("cloud"), "Where; without it: any cloud of the fleet."),
        attr("region", Expects::Text, "The region; without it: each allowed region of the cloud, in order."),
        attr("zones", Expects::Texts, "Zone ids; without it: all zones known of the region."),
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
                attr("reserved", Expects::Amount, "Nodes from any reserved capacity.").later(),
            ],
            ..BLANK
        },
        later("moves", "What a fallback to this option really costs."),
    ],
    ..BLANK
};

const POOL: BlockSpec = BlockSpec {
    kind: "pool",
    doc: "The unit of demand: GPUs for a training job or for inference.",
    labels: NAME,
    attributes: &[
        attr("purpose", Expects::Word(&["training", "inference"]), "What the pool is for.")
            .required()
            .later_words(&["cpu"]),
        attr("accelerator", Expects::TextOrTexts, "Acceptable GPU models, in order.").required(),
        attr("image", Expects::Reference("image"), "What the nodes boot."),
        attr("network", Expects::Reference("network"), "Where they sit; without it: the default network."),
        LABELS,
        FOR_EACH,
    ],
    blocks: &[
        SIZE,
        FABRIC,
        WINDOW,
        OPTION,
        BlockSpec {
            kind: "rollout",
            doc: "How a change is brought about.",
            times: Times::Optional,
            attributes: &[
                attr(
                    "on_capacity",
                    Expects::Word(&["hold", "roll_back"]),
                    "What to do when less is filled than asked: keep what landed, or undo (the default).",
                )
                .later_words(&["retry", "fall_back"]),
                attr("step", Expects::Text, "How many nodes at a time.").later(),
            ],
            ..BLANK
        },
        later("split", "Shares of a pool that spans clouds."),
        later("fallback", "When another option is taken."),
        later("mount", "Storage mounted on every node."),
        later("protect", "What no plan may do to the pool."),
        later("budget", "What the pool may cost."),
    ],
    ..BLANK
};

const CAPACITY: BlockSpec = BlockSpec {
    kind: "capacity",
    doc: "Reserved capacity: granted by a contract, or owned by the fleet.",
    labels: NAME,
    attributes: &[
        attr(
            "kind",
            Expects::Word(&["granted", "owned"]),
            "`granted`: counted, never created; `owned`: made and kept.",
        )
        .required(),
        attr(
            "product",
            Expects::Word(&["capacity_block", "reservation"]),
            "What was granted. Default: `capacity_block` with a window, else `reservation`.",
        ),
        attr("cloud", Expects::Reference("cloud"), "Where.").required(),
        attr("region", Expects::Text, "The region; without it: the one the zone lies in."),
        attr("zone", Expects::Text, "The zone's id.").required(),
        attr("shape", Expects::Text, "Of which machine shape.").required(),
        attr("nodes", Expects::Count, "How many nodes in all.").required(),
        attr("ids", Expects::Ids, "Reservation ids: a list, or a map from id to nodes. Granted only."),
        attr("group", Expects::Text, "A group of reservations, by ARN or name. Granted only."),
        FOR_EACH,
        attr("commitment", Expects::Reference("commitment"), "The contract it counts for.").later(),
    ],
    blocks: &[WINDOW],
    ..BLANK
};

const NETWORK: BlockSpec = BlockSpec {
    kind: "network",
    doc: "A network that pools sit in, made once in each region that needs it.",
    labels: NAME,
    attributes: &[
        attr("cidr", Expects::Cidr, "Its address range; each region has it whole.").required(),
        LABELS,
        FOR_EACH_LATER,
    ],
    ..BLANK
};

const IMAGE: BlockSpec = BlockSpec {
    kind: "image",
    doc: "What nodes boot, in each cloud's own words.",
    labels: NAME,
    attributes: &[
        attr("aws", Expects::Object, "`{ ami = \"ami-…\" }`."),
        attr("azure", Expects::Object, "The image in Azure's words."),
        attr("google", Expects::Object, "`{ family = \"…\", project = \"…\" }`."),
        FOR_EACH_LATER,
    ],
    ..BLANK
};

const LIFECYCLE: BlockSpec = BlockSpec {
    kind: "lifecycle",
    doc: "What happens to the real thing when the resource changes or leaves.",
    times: Times::Optional,
    attributes: &[
        attr("on_delete", Expects::Word(&["delete", "retain"]), "When it leaves the file."),
        attr("on_replace", Expects::Word(&["delete", "retain"]), "What becomes of the old one when it is replaced."),
        attr("order", Expects::Word(&["create_first", "delete_first"]), "Which comes first when it is replaced."),
        attr("ignore", Expects::Texts, "Top-level properties whose changes are somebody else's."),
    ],
    ..BLANK
};

const BODY: AttributeSpec = attr("body", Expects::Object, "Native properties, by their native names.");
const WHEN: AttributeSpec = attr("when", Expects::Bool, "The resource exists only when this holds.");
const DEPENDS_ON: AttributeSpec = attr("depends_on", Expects::Any, "What it waits for without referring to it.");
const HOLDS: AttributeSpec = attr("holds", Expects::Object, "The nodes it brings up: `shape`, `nodes`, `market`.");

const RESOURCE: BlockSpec = BlockSpec {
    kind: "resource",
    doc: "The escape hatch: any native resource, by its native type and properties.",
    labels: TYPE_NAME,
    attributes: &[
        BODY,
        WHEN,
        FOR_EACH,
        DEPENDS_ON,
        attr("cloud", Expects::Reference("cloud"), "Where."),
        attr("region", Expects::Text, "The region."),
        HOLDS,
    ],
    blocks: &[LIFECYCLE],
    ..BLANK
};

const MOVED: BlockSpec = BlockSpec {
    kind: "moved",
    doc: "Something has a new name; nothing is destroyed.",
    attributes: &[
        attr("from", Expects::Address, "The old address.").required(),
        attr("to", Expects::Address, "The new address.").required(),
    ],
    ..BLANK
};

const ACCELERATOR: BlockSpec = BlockSpec {
    kind: "accelerator",
    doc: "A GPU model of the catalog.",
    labels: FREE_NAME,
    open: true,
    attributes: &[attr("title", Expects::Text, "Its name as people write it.").required()],
    ..BLANK
};

const SHAPE: BlockSpec = BlockSpec {
    kind: "shape",
    doc: "A machine shape of the catalog. What is absent is not known; it is never zero.",
    labels: FREE_NAME,
    open: true,
    attributes: &[
        attr("cloud", Expects::Word(CLOUD_KINDS), "The kind of cloud.").required(),
        attr("accelerator", Expects::Text, "The GPU model.").required(),
        attr("accelerators", Expects::Count, "GPUs in one node.").required(),
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
        attr("local_nvme", Expects::Bytes, "Local disks of one node."),
        attr("offered_in", Expects::Texts, "Regions and local zones it is publicly offered in."),
        attr("purchase", Expects::Texts, "Ways to buy it."),
        attr("source", Expects::Text, "Where the facts come from."),
        attr("confidence", Expects::Text, "How sure they are."),
        attr("note", Expects::Text, "What else is worth knowing."),
    ],
    ..BLANK
};

const REGION: BlockSpec = BlockSpec {
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

const LOWERING: BlockSpec = BlockSpec {
    kind: "lowering",
    doc: "How a network, a capacity or a slice of a pool becomes native resources.",
    labels: &[LabelSpec { name: "KIND", rule: LabelRule::Free }, LabelSpec { name: "CLOUD", rule: LabelRule::Free }],
    attributes: &[attr("export", Expects::Object, "What other lowerings may use.")],
    blocks: &[
        LOCALS,
        BlockSpec {
            kind: "resource",
            doc: "A native resource, by its native type and properties.",
            labels: TYPE_NAME,
            attributes: &[BODY, WHEN, FOR_EACH, DEPENDS_ON, HOLDS],
            blocks: &[LIFECYCLE],
            ..BLANK
        },
    ],
    ..BLANK
};

/// All top-level blocks.
pub(super) const TOP_LEVEL: &[BlockSpec] = &[
    FLEET,
    CLOUD,
    VARIABLE,
    LOCALS,
    OUTPUT,
    POOL,
    CAPACITY,
    NETWORK,
    IMAGE,
    RESOURCE,
    MOVED,
    ACCELERATOR,
    SHAPE,
    REGION,
    LOWERING,
    later("commitment", "A contract: value, term, milestones and what it covers."),
    later("storage", "What pools mount."),
    later("cidr", "A plan of address ranges."),
    later("policy", "Assertions over the placement and the plan."),
    later("module", "A folder of blocks used as one."),
    later("lookup", "A live object that the fleet uses and does not own."),
    later("import", "Something that exists comes under management."),
    later("removed", "Something leaves management and is kept."),
    later("test", "A check that runs on the embedded cloud."),
];
