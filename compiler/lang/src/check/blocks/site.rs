//! Where pools sit and what they use, as data: clouds, networks, images, storage, address plans. Must not hold any rule
//! that spans two attributes.

use super::{BLANK, CLOUD_KINDS, FOR_EACH, LABELS, NAME, PROTECT};
use crate::check::table::{BlockSpec, Expects, Times, attr};

pub(super) const CLOUD: BlockSpec = BlockSpec {
    kind: "cloud",
    doc: "An account to build in.",
    labels: NAME,
    attributes: &[
        attr("kind", Expects::Word(CLOUD_KINDS), "Which cloud; without it: the block's name."),
        attr("account", Expects::Text, "The AWS account id."),
        attr(
            "subscription",
            Expects::Text,
            "The Azure subscription id. Deployments are incremental: what a fleet does not name stays as it is.",
        ),
        attr("project", Expects::Text, "The Google Cloud project id."),
        attr("regions", Expects::Texts, "Regions that may be used, in order of preference.").required(),
        attr("endpoint", Expects::Text, "Another address for the cloud's API."),
        FOR_EACH,
    ],
    blocks: &[BlockSpec {
        kind: "credentials",
        doc: "As whom to call, by reference; without it: what the environment leads to. Never a key itself.",
        times: Times::Optional,
        open: true,
        attributes: &[
            attr("profile", Expects::Text, "A named profile of the shared configuration."),
            attr("role", Expects::Text, "A role to assume, by its ARN."),
            attr("external_id", Expects::Text, "What the role's owner asks for as `sts:ExternalId`."),
        ],
        ..BLANK
    }],
    ..BLANK
};

pub(super) const NETWORK: BlockSpec = BlockSpec {
    kind: "network",
    doc: "A network that pools sit in, made once in each region that needs it, or one that is there already.",
    labels: NAME,
    attributes: &[
        attr("cidr", Expects::Cidr, "Its address range; each region has it whole. Needed unless it is there already."),
        attr("id", Expects::Identifier, "The network that is there already: `lookup.shared.ref`, or its identifier."),
        attr("subnets", Expects::Identifiers, "Its subnets by zone id: `{ use2-az1 = \"subnet-…\" }`; with `id` only."),
        LABELS,
        FOR_EACH,
    ],
    ..BLANK
};

pub(super) const IMAGE: BlockSpec = BlockSpec {
    kind: "image",
    doc: "What nodes boot, in each cloud's own words.",
    labels: NAME,
    attributes: &[
        attr("aws", Expects::Object, "`{ ami = \"ami-…\" }`."),
        attr("azure", Expects::Object, "The image in Azure's words."),
        attr("google", Expects::Object, "`{ family = \"…\", project = \"…\" }`."),
        FOR_EACH,
    ],
    ..BLANK
};

pub(super) const STORAGE: BlockSpec = BlockSpec {
    kind: "storage",
    doc: "What pools mount: a file system or a bucket.",
    labels: NAME,
    attributes: &[
        attr("kind", Expects::Word(&["lustre", "object"]), "`lustre`: a parallel file system; `object`: a bucket.")
            .required(),
        attr("cloud", Expects::Reference("cloud"), "Where.").required(),
        attr("region", Expects::Text, "The region.").required(),
        attr("zone", Expects::Text, "The zone's id; file systems only."),
        attr("size", Expects::Bytes, "How much it holds; file systems only."),
        attr("throughput", Expects::Bandwidth, "Throughput asked for; file systems only."),
        attr(
            "data_class",
            Expects::Text,
            "What the data is, for policies: `public`, `licensed`, `personal`, or your own word.",
        ),
        attr("network", Expects::Reference("network"), "Where its endpoints sit; without it: the default network."),
        LABELS,
        FOR_EACH,
    ],
    blocks: &[PROTECT],
    ..BLANK
};

pub(super) const CIDR: BlockSpec = BlockSpec {
    kind: "cidr",
    doc: "A plan of address ranges, carved out of one in the order written.",
    labels: NAME,
    attributes: &[
        attr("range", Expects::Cidr, "The whole range.").required(),
        attr("reserved", Expects::Texts, "Ranges inside the whole that nothing may take."),
    ],
    blocks: &[BlockSpec {
        kind: "carve",
        doc: "A smaller range, used as `cidr.NAME.LABEL`; in the order written, so that a new one at the end moves none.",
        labels: NAME,
        times: Times::Some,
        attributes: &[
            attr("prefix", Expects::Count, "The number of its fixed bits: 16 for 65,536 addresses.").required()
        ],
        ..BLANK
    }],
    ..BLANK
};
