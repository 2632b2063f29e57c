//! The rules that findings refer to: what each is about, how much it weighs, and what can be done about it. Must not
//! know plans.

use serde_json::{Value, json};
use tonnage_plan::{Choice, EffectKind};

use crate::{alarms::TERMS, drift::Answer};

/// A rule of ours; those of guards bear the guards' names.
pub(super) struct Rule {
    /// Stable name.
    pub(super) id: &'static str,
    /// How much a finding weighs.
    pub(super) level: &'static str,
    /// A tag by which findings are filtered.
    tag: &'static str,
    /// What it is about.
    short: &'static str,
    /// What can be done about it.
    help: &'static str,
}

const fn rule(
    id: &'static str,
    level: &'static str,
    tag: &'static str,
    short: &'static str,
    help: &'static str,
) -> Rule {
    Rule { id, level, tag, short, help }
}

/// What is asked for and can't be had.
pub(super) const PREFLIGHT: Rule = rule(
    "preflight",
    "warning",
    "capacity",
    "what is asked for can be had",
    "Ask for a higher quota, for a reservation or for a wider address range, ask for less, or name another `option`; \
     `tonnage plan` reads the evidence again.",
);

const REFUSED: Rule = rule(
    "risk/refused",
    "error",
    "risk",
    "the cloud refuses a change",
    "The unit fails at apply, and what it changed before is rolled back. The plan says what has to be done first, or instead.",
);
const STOPS: Rule = rule(
    "risk/stops",
    "error",
    "risk",
    "running nodes stop",
    "Drain the nodes first, or change only what does not stop them: `tonnage explain` and the plan name the property that does it. \
     `protect { destroy = \"deny\"  shrink = \"deny\" }` refuses such plans.",
);
const ROLLS: Rule = rule(
    "risk/rolls",
    "error",
    "risk",
    "running nodes are replaced in batches",
    "Each batch stops before its successor runs. Without `rollout { step }` nodes that run stay as they are until they are replaced for \
     another reason.",
);
const MAY_STOP: Rule = rule(
    "risk/may-stop",
    "warning",
    "risk",
    "running nodes may stop",
    "The cloud decides at apply. Drain them first, or apply when it does not matter.",
);
const LOSES_ACCESS: Rule = rule(
    "risk/access-lost",
    "error",
    "risk",
    "running nodes lose access to something",
    "They run on, and what they use fails. Let them stop using it first, and take it away in a plan of its own.",
);
const BY_ITSELF: Rule = rule(
    "risk/ends-by-itself",
    "warning",
    "risk",
    "nodes stop by themselves some time after they start",
    "What runs on them has to be done by then, or saved. Take out what ends them where they are to run on.",
);
const NOT_KNOWN: Rule = rule(
    "risk/not-known",
    "warning",
    "risk",
    "nobody knows what a change does to running nodes",
    "No fact is recorded for this property. Look it up in the documentation of the service, or try it on a pool that may stop.",
);
const RELEASED: Rule = rule(
    "risk/capacity-given-back",
    "error",
    "risk",
    "paid capacity is given back",
    "It may not be there to be had again. `lifecycle { on_delete = \"retain\" }` keeps it, and its cost.",
);
const IDLE: Rule = rule(
    "risk/capacity-unused",
    "warning",
    "risk",
    "paid capacity is left unused",
    "It is paid for until its term ends. Let another pool draw from it.",
);
const DATA_LOST: Rule = rule(
    "risk/data-lost",
    "error",
    "risk",
    "data is lost",
    "Copy it first, or keep the store: `lifecycle { on_delete = \"retain\" }`.",
);
const DATA_GONE: Rule = rule(
    "risk/data-gone",
    "error",
    "risk",
    "data is gone with a store that others deleted",
    "The store is made again, empty. Bring the data back from where it came before nodes mount it.",
);
const LEFT_BEHIND: Rule = rule(
    "risk/data-left-behind",
    "warning",
    "risk",
    "data stays in a store that is no longer used",
    "What takes its place is empty. Copy the data before nodes mount the new one.",
);
const OPENS: Rule = rule(
    "access/everybody",
    "error",
    "access",
    "everybody gets in, or whole services are allowed on every resource",
    "Name who is meant, and what: an address range, an account, a list of actions.",
);
const WIDER: Rule = rule("access/wider", "warning", "access", "more get in than did", "Read who it is, and by what.");
const TWICE: Rule = rule(
    "risk/capacity-twice",
    "warning",
    "risk",
    "capacity is needed twice at once",
    "The new one comes before the old one goes. Where there is no capacity for both, `lifecycle { order = \"delete_first\" }` lets the old \
     one go first.",
);
const OLD_VERSION: Rule = rule(
    "risk/old-version",
    "note",
    "risk",
    "running nodes stay on the old version",
    "Only nodes that come later are of the new one. `rollout { step }` replaces those that run, a batch at a time.",
);
const CONFLICT: Rule = rule(
    "drift/conflict",
    "warning",
    "drift",
    "the file and somebody else changed the same property",
    "What the file says will stand. `tonnage adopt` writes what is there into the file.",
);
/// A cloud would take away more than the plan says.
pub(super) const WORSE: Rule = rule(
    "second-opinion/worse",
    "error",
    "second-opinion",
    "the cloud would take away more than the plan says",
    "The plan is wrong about this change, or the cloud knows of something that the plan can't see. Do not apply it before you know which.",
);
/// A cloud says something else.
pub(super) const OTHERWISE: Rule = rule(
    "second-opinion/otherwise",
    "warning",
    "second-opinion",
    "the cloud says something else than the plan",
    "What the cloud does is what it says. Look at the properties of which both say different things.",
);
const EARLY: Rule = rule(
    "capacity/early",
    "warning",
    "capacity",
    "nodes are asked for before they are meant to run",
    "Plan for that day (`-as-of`), or move the `start` of the window.",
);
const ENDS: Rule = rule(
    "capacity/ends",
    "warning",
    "capacity",
    "capacity ends and its pool goes on",
    "Give the pool a `window` that ends by then, or take it out of the capacity before.",
);
const END: Rule = rule(
    "pool/ends",
    "warning",
    "pool",
    "a pool's window ends",
    "Its nodes go with the first plan after its last day. Give the window a later `end` if the pool is to run on.",
);
const ENDED: Rule = rule(
    "pool/ended",
    "warning",
    "pool",
    "a pool's window is over",
    "What it ran is removed. Give the window a later `end` if the pool is to run on, or remove the pool.",
);
const TERM_ENDS: Rule = rule(
    "commitment/ends",
    "warning",
    "capacity",
    "a contract ends and its pools go on",
    "What it pays for is new spend from the next day on. Write the contract that follows as a `commitment`, or let the pools end with it.",
);
const TERM_ENDED: Rule = rule(
    "commitment/ended",
    "warning",
    "capacity",
    "a contract is over and its pools go on",
    "What it paid for is new spend. Write the contract that follows as a `commitment`, and take out the one that is over.",
);
const GAP: Rule = rule(
    "risk/gap",
    "error",
    "risk",
    "a pool runs fewer nodes on the way than before and after",
    "Bring the new nodes up beside the old ones first, in a pool or an option of their own, and take the old ones out with the \
     next plan.",
);
const FALLS_BACK: Rule = rule(
    "placement/falls-back",
    "warning",
    "capacity",
    "a pool does not get the option that it stands by",
    "Make room in that option, or order the options otherwise.",
);
const OVERDRAWN: Rule = rule(
    "commitment/overdrawn",
    "warning",
    "capacity",
    "a contract gets more than it owes",
    "Ask who pays for what is beyond it; let nodes draw on another contract, or extend this one.",
);
const FOR_NOTHING: Rule = rule(
    "commitment/for-nothing",
    "warning",
    "capacity",
    "what a contract owes is paid for nothing",
    "Let more nodes draw on it; where days are not known, `drawn` in its block states them.",
);
const MOVES: Rule = rule(
    "placement/moves",
    "warning",
    "capacity",
    "GPUs of a pool move to another region or cloud, or the pool to another option, because the files say so",
    "Leave the option, share or region where the pool stands in the file, and the option before the others.",
);
const MILESTONE: Rule = rule(
    "commitment/milestone",
    "warning",
    "capacity",
    "a milestone of a contract is not planned to be met",
    "`tonnage timeline` shows what is planned for its day.",
);
const TERM: Rule = rule(
    "terms/changed",
    "note",
    "terms",
    "what the files promise is another, and no resource changes for it",
    "Read it as you would read a contract: apply records it, and later plans are held against it.",
);
const REVERTED: Rule = rule(
    "drift/changed",
    "warning",
    "drift",
    "somebody else changed a property",
    "Apply puts it back. `tonnage adopt` writes what is there into the file; `tonnage plan -ignore-drift` leaves it alone.",
);
const UNSET: Rule = rule(
    "drift/unset",
    "warning",
    "drift",
    "somebody else changed a property that no file sets",
    "Apply leaves it. `tonnage adopt` writes it into the file, `tonnage plan -revert-drift` puts it back, and `tonnage plan -ignore-drift` \
     takes it as it is.",
);
const LOST: Rule = rule(
    "drift/lost",
    "warning",
    "drift",
    "what somebody else did is lost with what is replaced",
    "Write it into the file (`tonnage adopt ADDRESS.PROPERTY`) if it is to stay.",
);
const DELETED: Rule = rule(
    "drift/deleted",
    "warning",
    "drift",
    "somebody else deleted a resource",
    "Apply makes it again. `tonnage adopt` takes it out of the file.",
);

/// All of them, in the order in which they are listed.
pub(super) const ALL: [&Rule; 37] = [
    &PREFLIGHT,
    &REFUSED,
    &STOPS,
    &ROLLS,
    &MAY_STOP,
    &LOSES_ACCESS,
    &NOT_KNOWN,
    &RELEASED,
    &IDLE,
    &DATA_LOST,
    &DATA_GONE,
    &LEFT_BEHIND,
    &OPENS,
    &WIDER,
    &TWICE,
    &BY_ITSELF,
    &OLD_VERSION,
    &WORSE,
    &OTHERWISE,
    &EARLY,
    &ENDS,
    &END,
    &ENDED,
    &TERM_ENDS,
    &TERM_ENDED,
    &GAP,
    &FALLS_BACK,
    &OVERDRAWN,
    &FOR_NOTHING,
    &MOVES,
    &MILESTONE,
    &TERM,
    &CONFLICT,
    &REVERTED,
    &UNSET,
    &LOST,
    &DELETED,
];

/// The rule of an effect; none where it is only a remark.
pub(super) const fn of_effect(kind: EffectKind) -> Option<&'static Rule> {
    Some(match kind {
        EffectKind::Refused => &REFUSED,
        EffectKind::Stops => &STOPS,
        EffectKind::Rolls => &ROLLS,
        EffectKind::MayStop => &MAY_STOP,
        EffectKind::LosesAccess => &LOSES_ACCESS,
        EffectKind::Unknown => &NOT_KNOWN,
        EffectKind::Released => &RELEASED,
        EffectKind::Idle | EffectKind::MayIdle => &IDLE,
        EffectKind::DataLost => &DATA_LOST,
        EffectKind::DataGone => &DATA_GONE,
        EffectKind::LeftBehind => &LEFT_BEHIND,
        EffectKind::OpensToAll | EffectKind::AllowsAll => &OPENS,
        EffectKind::OpensWider => &WIDER,
        EffectKind::Twice => &TWICE,
        EffectKind::Ends => &BY_ITSELF,
        EffectKind::StayOld => &OLD_VERSION,
        EffectKind::Note => return None,
    })
}

/// The rule of an alarm; none where its changes, rows or guards have one.
pub(super) fn of_alarm(what: &str) -> Option<&'static Rule> {
    Some(match what {
        "early" => &EARLY,
        "lose their place" => &ENDS,
        "end" => &END,
        "ended" => &ENDED,
        "contract ends" => &TERM_ENDS,
        "contract ended" => &TERM_ENDED,
        "gap" => &GAP,
        "falls back" => &FALLS_BACK,
        "overdrawn" => &OVERDRAWN,
        "for nothing" => &FOR_NOTHING,
        "moves" => &MOVES,
        "milestone" => &MILESTONE,
        TERMS => &TERM,
        _ => return None,
    })
}

/// The rule of what others did.
pub(super) const fn of_drift(answer: Answer) -> &'static Rule {
    match answer {
        Answer::Property(Choice::Overwrite) => &CONFLICT,
        Answer::Property(Choice::Revert | Choice::Ignore) => &REVERTED,
        Answer::Lost(_) => &LOST,
        Answer::Property(Choice::Leave | Choice::Accept) => &UNSET,
        Answer::MakesAgain => &DELETED,
    }
}

impl Rule {
    /// As a `reportingDescriptor`.
    pub(super) fn descriptor(&self) -> Value {
        descriptor(self.id, self.level, self.tag, self.short, self.help)
    }
}

/// A `reportingDescriptor`, with what code scanning reads beside the standard.
pub(super) fn descriptor(id: &str, level: &str, tag: &str, short: &str, help: &str) -> Value {
    let severity = match level {
        "error" => "error",
        "warning" => "warning",
        _ => "recommendation",
    };
    json!({
        "id": id,
        "shortDescription": {"text": short},
        "fullDescription": {"text": short},
        "help": {"text": help.replace('`', ""), "markdown": help},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": [tag], "problem.severity": severity},
    })
}
