//! Native resources and their identity over time, as data. Must not hold any rule that spans two attributes.

use super::{BLANK, FOR_EACH, LOCALS, TYPE_NAME};
use crate::check::table::{AttributeSpec, BlockSpec, Expects, LabelRule, LabelSpec, Times, attr};

pub(super) const LIFECYCLE: BlockSpec = BlockSpec {
    kind: "lifecycle",
    doc: "What happens to the real thing when the resource changes or leaves.",
    times: Times::Optional,
    attributes: &[
        attr("on_delete", Expects::Word(&["delete", "retain"]), "When it leaves the file."),
        attr("on_replace", Expects::Word(&["delete", "retain"]), "What becomes of the old one when it is replaced."),
        attr(
            "order",
            Expects::Word(&["create_first", "delete_first"]),
            "Which comes first when it is replaced, or when its nodes move to another region or cloud.",
        ),
        attr("ignore", Expects::Texts, "Top-level properties whose changes are somebody else's."),
    ],
    ..BLANK
};

pub(super) const BODY: AttributeSpec = attr("body", Expects::Object, "Native properties, by their native names.");

pub(super) const WHEN: AttributeSpec = attr("when", Expects::Bool, "The resource exists only when this holds.");

pub(super) const DEPENDS_ON: AttributeSpec =
    attr("depends_on", Expects::Any, "What it waits for without referring to it.");

pub(super) const UPDATE_POLICY: AttributeSpec =
    attr("update_policy", Expects::Object, "How the service brings a change to running nodes, in its own words.");

pub(super) const HOLDS: AttributeSpec =
    attr("holds", Expects::Object, "The nodes it brings up: `shape`, `nodes`, `market`.");

pub(super) const RESOURCE: BlockSpec = BlockSpec {
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
        UPDATE_POLICY,
    ],
    blocks: &[LIFECYCLE],
    ..BLANK
};

pub(super) const MOVED: BlockSpec = BlockSpec {
    kind: "moved",
    doc: "Something has a new name; nothing is destroyed.",
    attributes: &[
        attr("from", Expects::Address, "The old address.").required(),
        attr("to", Expects::Address, "The new address.").required(),
    ],
    ..BLANK
};

pub(super) const OWNER: BlockSpec = BlockSpec {
    kind: "owner",
    doc: "Somebody else decides properties once they are set: what they do to them is no drift.",
    labels: super::FREE_NAME,
    attributes: &[attr(
        "of",
        Expects::Texts,
        "Whole properties, with the address of their resource, keys left out: `\"pool.chat.primary.nodes.DesiredCapacity\"`.",
    )
    .required()],
    ..BLANK
};

pub(super) const LOWERING: BlockSpec = BlockSpec {
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
            attributes: &[BODY, WHEN, FOR_EACH, DEPENDS_ON, HOLDS, UPDATE_POLICY],
            blocks: &[LIFECYCLE],
            ..BLANK
        },
    ],
    ..BLANK
};

pub(super) const LOOKUP: BlockSpec = BlockSpec {
    kind: "lookup",
    doc: "A live object that the fleet uses and does not own.",
    labels: TYPE_NAME,
    attributes: &[
        attr("cloud", Expects::Reference("cloud"), "Where.").required(),
        attr("region", Expects::Text, "The region; without it: the cloud's first."),
        attr(
            "id",
            Expects::Text,
            "Its identifier, as the cloud gives it; its `ref` is known without reading the cloud.",
        ),
        attr("where", Expects::Object, "Native properties it must have; exactly one object may have them."),
        FOR_EACH,
    ],
    ..BLANK
};

pub(super) const IMPORT: BlockSpec = BlockSpec {
    kind: "import",
    doc: "Something that exists comes under management.",
    attributes: &[
        attr("to", Expects::Address, "The address it gets.").required(),
        attr("id", Expects::Text, "Its identifier, as the cloud gives it.").required(),
    ],
    ..BLANK
};

pub(super) const REMOVED: BlockSpec = BlockSpec {
    kind: "removed",
    doc: "Something leaves management and is kept.",
    attributes: &[attr("from", Expects::Address, "Its address, or a whole cloud: `cloud.NAME`.").required()],
    ..BLANK
};
