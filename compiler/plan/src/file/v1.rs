//! Version 1 of the plan file's content. Must not change: another form is another version.
//!
//! Values are JSON in the form of `tonnage_graph::json`; amounts of money are text, exact.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

mod contract;
mod granted;
mod held;
mod opinion;
mod read;
mod write;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    fleet: String,
    as_of: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    made: String,
    ledger_serial: u64,
    units: Vec<Unit>,
    steps: Vec<Vec<u32>>,
    /// Units that are only brought in between, with the number of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    between: Vec<(usize, u32)>,
    changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    drift: Vec<Drift>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    adoptable: BTreeSet<String>,
    placements: Vec<Placement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lookups: Vec<Lookup>,
    held_before: Vec<held::Held>,
    held_after: Vec<held::Held>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    granted: Vec<granted::Granted>,
    /// Stores, GiB and stores of no size, before and afterwards.
    #[serde(default, skip_serializing_if = "is_nothing")]
    stored: [[u64; 3]; 2],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    commitments: Vec<contract::Commitment>,
    preflight: Vec<Evidence>,
    outputs: Vec<Output>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs_before: Vec<Output>,
    notes: Vec<String>,
    #[serde(default)]
    guards: Vec<Guard>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    protected: Vec<Protected>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    protects_anew: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    written: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    terms: Vec<Term>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    embedded: bool,
    shapes: Vec<Shape>,
    /// Blocks of which nodes stop before their successors start, with the reason, and whether both are in one unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stops_first: Vec<(String, String, bool)>,
    /// Old and new addresses of what may be the same, and how many nodes stop where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renames: Option<(Vec<(String, String)>, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    not_full: Vec<NotFull>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<Place>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    accounts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    callers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second_opinion: Option<opinion::SecondOpinion>,
}

fn is_nothing(stored: &[[u64; 3]; 2]) -> bool {
    stored.iter().flatten().all(|number| *number == 0)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guard {
    name: String,
    deny: bool,
    state: String,
    message: String,
    place: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    address: String,
    destroy: bool,
    shrink: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    place: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    cloud: String,
    region: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holds {
    shape: String,
    nodes: u32,
    market: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    reserves_only: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    name: String,
    site: Site,
    operation: Operation,
    expects: String,
    hold: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when_held: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ahead: Vec<Ahead>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    between: Option<Between>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reverts: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    members: Vec<Member>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<UnitOutput>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    document: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Ahead {
    Retain(Vec<String>),
    Import { resources: Vec<Imported>, document: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    members: Vec<Member>,
    document: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<UnitOutput>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Imported {
    member: Member,
    id: String,
    identifier: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Keep,
    Create,
    Update,
    Delete,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    address: String,
    local_name: String,
    kind: String,
    body: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    retain_on_delete: bool,
    retain_on_replace: bool,
    delete_first: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    update_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<Holds>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// Of a secret: whether the cloud has it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<bool>,
    /// The cloud reads it from its own store.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    store: bool,
    reference: Reference,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitOutput {
    name: String,
    reference: Reference,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    kind: String,
    action: String,
    reasons: Vec<Reason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    diffs: Vec<Diff>,
    site: Site,
    unit: u32,
    local_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_before: Option<Holds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked_before: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    older: Vec<Holds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_after: Option<Holds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    effects: Vec<Effect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Effect {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nodes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gib: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    words: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    way_out: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Diff {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Box<RawValue>>,
    forces_replacement: bool,
    drift: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    conflict: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applied: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drift {
    address: String,
    kind: String,
    site: Site,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    physical_id: Option<String>,
    unit: String,
    local_name: String,
    applied: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    properties: Vec<DriftedProperty>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DriftedProperty {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applied: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desired: Option<Box<RawValue>>,
    choice: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    place: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    amount: String,
    currency: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placement {
    pool: String,
    sizing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    slices: Vec<Slice>,
    rejected: Vec<Rejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    falls_back: Option<FallsBack>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FallsBack {
    from: String,
    to: String,
    why: String,
    leaves_cloud: bool,
    is_chosen: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lookup {
    address: String,
    kind: String,
    site: Site,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cannot_know: Option<String>,
    place: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slice {
    option: String,
    site: Site,
    zone: String,
    shape: String,
    market: String,
    capacity: Option<String>,
    nodes: u64,
    groups: u64,
    price: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begins: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    at_end: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    option: String,
    reason: String,
    text: String,
    price_difference: Option<Amount>,
    place: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    check: String,
    subject: String,
    verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    measure: Option<Measure>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    starting: Vec<Starting>,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    good_until: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measure {
    needed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used: Option<u64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    twice: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    available: Option<u64>,
    unit: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Starting {
    owner: String,
    slice: String,
    site: Site,
    shape: String,
    nodes: u64,
    each: u64,
    reserves: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_false(said: &bool) -> bool {
    !*said
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    ShortBy(u64),
    CannotKnow(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    name: String,
    /// JSON text.
    value: Option<String>,
    /// It came from a secret, and is not here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sensitive: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    shape: String,
    site: Site,
    accelerator: Option<String>,
    gpus: u32,
    on_demand: Option<Amount>,
    spot: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    local_gb: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotFull {
    label: String,
    site: Site,
    shape: String,
    groups: u64,
    running: u64,
    asked: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    words: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    site: Site,
    provider: String,
    name: String,
    country: String,
    continent: String,
}
