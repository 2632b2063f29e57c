//! What is reserved and what is owed, as data: capacity and commitments. Must not hold any rule that spans two
//! attributes.

use super::{BLANK, FOR_EACH, NAME, WINDOW};
use crate::check::table::{BlockSpec, Expects, Times, attr};

pub(super) const CAPACITY: BlockSpec = BlockSpec {
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
        attr("nodes", Expects::Whole, "How many nodes in all; what is granted may be 0 before a ramp begins.")
            .required(),
        attr("ids", Expects::Ids, "Reservation ids: a list, or a map from id to nodes. Granted only."),
        attr("group", Expects::Text, "A group of reservations, by ARN or name. Granted only."),
        attr(
            "fabric",
            Expects::Word(&["rdma", "none"]),
            "`rdma`: its places are close together, and only nodes of its placement group can use them. Default: what the pools that draw from it need. Changing it replaces the reservation. Owned only.",
        ),
        FOR_EACH,
        attr("commitment", Expects::Reference("commitment"), "The contract it counts for.").promise(),
    ],
    blocks: &[WINDOW],
    ..BLANK
};

pub(super) const COMMITMENT: BlockSpec = BlockSpec {
    kind: "commitment",
    promise: true,
    doc: "A contract: what is owed over which term, what covers it, what is due when.",
    labels: NAME,
    attributes: &[
        attr("cloud", Expects::References("cloud"), "Whose contract it is.").required(),
        attr(
            "category",
            Expects::Word(&["spend", "usage"]),
            "`spend`: money to be spent; `usage`: GPU hours to be used.",
        )
        .required(),
        attr("value", Expects::Any, "All of it: `\"38B USD\"`, or GPU hours for usage.").required(),
        attr("burn", Expects::Object, "What is owed in each year; must sum to the value."),
        attr(
            "drawn",
            Expects::Object,
            "What the contract's statements say was drawn, each in the calendar year of its day until that day: `{ \"2026-10-31\" = \"1.2B USD\" }`. It counts before what the ledger tells.",
        ),
        attr(
            "rates",
            Expects::Object,
            "The committed price of each accelerator: `{ \"nvidia-gb300\" = \"2.70 USD/gpu-hour\" }`.",
        ),
        attr(
            "shortfall",
            Expects::Word(&["pay_difference", "carry_forward", "none"]),
            "What happens to what was not drawn in a year.",
        ),
        attr("description", Expects::Text, "For people."),
        FOR_EACH,
    ],
    blocks: &[
        BlockSpec {
            kind: "term",
            doc: "From which day to which, both included.",
            times: Times::Required,
            attributes: &[
                attr("start", Expects::Day, "First day.").required(),
                attr("end", Expects::Day, "Last day.").required(),
            ],
            ..BLANK
        },
        BlockSpec {
            kind: "covers",
            doc: "What counts for it; without it: everything bought in its cloud.",
            times: Times::Optional,
            attributes: &[
                attr("regions", Expects::Texts, "Regions."),
                attr("accelerators", Expects::Texts, "GPU models."),
                attr("services", Expects::Texts, "Kinds of service: `compute`, `storage`."),
            ],
            ..BLANK
        },
        BlockSpec {
            kind: "milestone",
            doc: "Capacity due on a day.",
            labels: NAME,
            attributes: &[
                attr("by", Expects::Day, "The day.").required(),
                attr("capacity", Expects::Object, "GPUs due, by model.").required(),
                attr("on_slip", Expects::Text, "What the contract says when it is late, for people."),
            ],
            ..BLANK
        },
    ],
    ..BLANK
};
