//! The blocks of the fleet language, as data: one room for each family. Must not hold any rule that spans two
//! attributes.

mod catalog;
mod contract;
mod judge;
mod native;
mod pool;
mod program;
mod site;

use self::program::LOCALS;
use super::table::{AttributeSpec, BlockSpec, Expects, LabelRule, LabelSpec, Times, attr};

/// The kinds of cloud there are.
pub const CLOUD_KINDS: &[&str] = &["aws", "azure", "google"];
/// What a lowering may be written for.
pub const LOWERING_KINDS: &[&str] = &["network", "capacity", "storage", "pool"];

const BLANK: BlockSpec = BlockSpec {
    kind: "",
    labels: &[],
    doc: "",
    attributes: &[],
    blocks: &[],
    times: Times::Any,
    open: false,
    ordered: false,
    promise: false,
};
const NAME: &[LabelSpec] = &[LabelSpec { name: "NAME", rule: LabelRule::Identifier }];
const FREE_NAME: &[LabelSpec] = &[LabelSpec { name: "NAME", rule: LabelRule::Free }];
const TYPE_NAME: &[LabelSpec] =
    &[LabelSpec { name: "TYPE", rule: LabelRule::Free }, LabelSpec { name: "NAME", rule: LabelRule::Identifier }];
const FOR_EACH: AttributeSpec =
    attr("for_each", Expects::Each, "One instance for each entry; `each.key` and `each.value` inside.");
const LABELS: AttributeSpec = attr("labels", Expects::Labels, "Your own labels; they become tags.");

const WINDOW: BlockSpec = BlockSpec {
    kind: "window",
    promise: true,
    doc: "From which day to which, both included.",
    times: Times::Optional,
    attributes: &[
        attr("start", Expects::Day, "First day; without it: since ever."),
        attr("end", Expects::Day, "Last day; without it: without end."),
    ],
    ..BLANK
};

/// What no plan may do to a thing.
const PROTECT: BlockSpec = BlockSpec {
    kind: "protect",
    promise: true,
    doc: "What no plan may do, unless it is acknowledged for that one plan. It outlasts the file: what was protected when the files were \
          last applied stays so for the plan in which its `protect`, or all of it, leaves them. To let it go, apply once with \
          it and without `protect`.",
    times: Times::Optional,
    attributes: &[
        attr("destroy", Expects::Word(&["deny", "allow"]), "Whether it may be destroyed."),
        attr("shrink", Expects::Word(&["deny", "allow"]), "Whether it may get smaller."),
        attr("until", Expects::Day, "Last day of the protection; without it: always."),
    ],
    ..BLANK
};

/// All top-level blocks.
pub(super) const TOP_LEVEL: &[BlockSpec] = &[
    program::FLEET,
    site::CLOUD,
    program::VARIABLE,
    program::LOCALS,
    program::OUTPUT,
    program::MODULE,
    pool::POOL,
    contract::CAPACITY,
    contract::COMMITMENT,
    site::STORAGE,
    site::NETWORK,
    site::IMAGE,
    site::CIDR,
    judge::POLICY,
    native::RESOURCE,
    native::LOOKUP,
    native::MOVED,
    native::IMPORT,
    native::REMOVED,
    native::OWNER,
    judge::TEST,
    catalog::ACCELERATOR,
    catalog::SHAPE,
    catalog::REGION,
    native::LOWERING,
];
