//! What a fleet file is made of, as data: its name, variables, locals, outputs, modules. Must not hold any rule that
//! spans two attributes.

use super::{BLANK, FOR_EACH, NAME};
use crate::check::table::{BlockSpec, Expects, LabelRule, LabelSpec, Times, attr};

pub(super) const FLEET: BlockSpec = BlockSpec {
    kind: "fleet",
    doc: "Names the fleet and the edition of the language it is written in.",
    labels: &[LabelSpec { name: "NAME", rule: LabelRule::FleetName }],
    times: Times::Required,
    attributes: &[
        attr("language", Expects::Count, "The edition of the language: 1.").required(),
        attr("catalog", Expects::Day, "The day whose catalog and prices are meant."),
        attr(
            "ledger",
            Expects::Text,
            "Where the history is kept: a folder, or `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://ACCOUNT/CONTAINER/PREFIX`; without it: a folder beside the file.",
        ),
    ],
    ..BLANK
};

pub(super) const VARIABLE: BlockSpec = BlockSpec {
    kind: "variable",
    doc: "A value given from outside.",
    labels: NAME,
    attributes: &[
        attr("type", Expects::Type, "What it must be: `string`, `number`, `list(string)`, `object({ … })` and so on."),
        attr("default", Expects::Any, "Its value when none is given."),
        attr("description", Expects::Text, "For people."),
        attr("sensitive", Expects::Bool, "Whether it is a secret: never shown, nor what is made of it."),
        attr(
            "version",
            Expects::Whole,
            "Of a secret: raise it when the value changes. Nothing is kept of the value that could tell.",
        ),
        attr("nullable", Expects::Bool, "Whether null may be given; default: true."),
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

pub(super) const LOCALS: BlockSpec =
    BlockSpec { kind: "locals", doc: "Names for values, used as `local.NAME`.", open: true, ..BLANK };

pub(super) const OUTPUT: BlockSpec = BlockSpec {
    kind: "output",
    doc: "A value shown after a plan, and kept in the ledger.",
    labels: NAME,
    attributes: &[
        attr("value", Expects::Any, "The value.").required(),
        attr("description", Expects::Text, "For people."),
        attr(
            "sensitive",
            Expects::Bool,
            "Whether it is a secret; the value is not shown. Must be said where one went into it.",
        ),
    ],
    ..BLANK
};

pub(super) const MODULE: BlockSpec = BlockSpec {
    kind: "module",
    doc: "A folder of fleet files used as one, with inputs and outputs. Other attributes are its inputs.",
    labels: NAME,
    open: true,
    attributes: &[
        attr("source", Expects::Text, "The folder: `\"./network\"`, from the folder of this file.").required(),
        FOR_EACH,
    ],
    ..BLANK
};
