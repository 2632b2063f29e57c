//! Policies and tests, as data. Must not hold any rule that spans two attributes.

use super::{BLANK, FOR_EACH, FREE_NAME, NAME};
use crate::check::table::{BlockSpec, Expects, Times, attr};

const ASSERT: BlockSpec = BlockSpec {
    kind: "assert",
    doc: "What must hold.",
    times: Times::Any,
    attributes: &[
        attr("condition", Expects::Bool, "What must hold.").required(),
        attr("message", Expects::Text, "What to tell when it does not.").required(),
    ],
    ..BLANK
};

pub(super) const POLICY: BlockSpec = BlockSpec {
    kind: "policy",
    promise: true,
    doc: "Assertions over the placement and the plan: pass, fail or cannot know.",
    labels: NAME,
    attributes: &[
        attr("level", Expects::Word(&["deny", "warn"]), "What a failure does. Default: `deny`."),
        attr("use", Expects::Text, "A policy of the standard library, by name."),
        attr("with", Expects::Object, "Values for the parameters of the policy used."),
        attr(
            "cannot_know",
            Expects::Word(&["deny", "allow"]),
            "What a condition that cannot be known does. Default: `allow`, and it is said.",
        ),
        attr(
            "parameters",
            Expects::Object,
            "Values used as `param.NAME`; for policies of the standard library, null: must be given.",
        ),
        attr("description", Expects::Text, "For people."),
        FOR_EACH,
    ],
    blocks: &[ASSERT],
    ..BLANK
};

pub(super) const TEST: BlockSpec = BlockSpec {
    kind: "test",
    doc: "A check that runs on the embedded cloud. A pool that is short fails it, unless an expectation asks for the pool's `placed_gpus` and so says how many are enough.",
    labels: FREE_NAME,
    attributes: &[
        attr("as_of", Expects::Day, "The day the fleet is read for."),
        attr("variables", Expects::Object, "Values of the fleet's variables."),
    ],
    blocks: &[
        BlockSpec {
            kind: "given",
            doc: "The world the fleet meets.",
            times: Times::Optional,
            attributes: &[
                attr("outages", Expects::Any, "Clouds that are gone: `[cloud.azure]`."),
                attr(
                    "prices",
                    Expects::Object,
                    "Prices of a node and hour, by shape: `{ \"NAME\" = \"31.00 USD/node-hour\" }`.",
                ),
                attr(
                    "capacity",
                    Expects::Any,
                    "Nodes that can run: `[{ shape = \"NAME\", zone = \"use2-az1\", nodes = 4 }]`.",
                ),
                attr(
                    "quotas",
                    Expects::Any,
                    "Quotas: `[{ shape = \"p5*\", limit = 4, code = \"VcpuLimitExceeded\" }]` in nodes, `[{ code = \"L-417A185B\", limit = 1920, used = 192 }]` in its own unit.",
                ),
                attr(
                    "reservations",
                    Expects::Any,
                    "What reservations hold: `[{ id = \"cr-0a1b\", total = 64, free = 60, until = \"2027-03-01\" }]`.",
                ),
                attr(
                    "offerings",
                    Expects::Any,
                    "Where shapes are sold or not: `[{ zone = \"use2-az1\", shape = \"p5*\", sold = false }]`.",
                ),
                attr(
                    "failures",
                    Expects::Any,
                    "Operations that fail: `[{ kind = \"*Instance\", operation = \"create\", code = \"InternalFailure\" }]`.",
                ),
                attr(
                    "fill",
                    Expects::Any,
                    "Groups that are not filled: `[{ address = \"pool.chat.*\", running = 2 }]`.",
                ),
                attr("missing", Expects::Any, "Resources that are accepted and not there."),
            ],
            ..BLANK
        },
        BlockSpec {
            kind: "expect",
            doc: "What must hold then.",
            times: Times::Some,
            attributes: &[
                attr("condition", Expects::Bool, "What must hold.").required(),
                attr("message", Expects::Text, "What to tell when it does not.").required(),
            ],
            ..BLANK
        },
    ],
    ..BLANK
};
