//! One change of one resource. Must not know how it is shown.

use tonnage_base::{Date, Symbol};
use tonnage_graph::{Holds, Site, ValueId};

use crate::model::UnitId;

/// What happens to a resource.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// It is there and will be deleted.
    Delete,
    /// Replaced, the old one deleted first.
    ReplaceDeleteFirst,
    /// Replaced, the new one created first.
    ReplaceCreateFirst,
    /// It stays in the cloud and is no longer managed.
    Forget,
    /// It exists and comes under management; what differs is changed in place.
    Import,
    /// It is not there and will be created.
    Create,
    /// Changed in place.
    Update,
    /// Only its address changes.
    Move,
    /// Nothing. Kept only where something must be said of it.
    NoOp,
}

/// A change.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The resource.
    pub address: Symbol,
    /// Its address before a `moved`.
    pub previous_address: Option<Symbol>,
    /// The native type.
    pub kind: Symbol,
    /// What happens.
    pub action: Action,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
    /// What differs; empty for creations and deletions.
    pub diffs: Vec<PropertyDiff>,
    /// Where.
    pub site: Site,
    /// The unit it is applied in.
    pub unit: UnitId,
    /// The name inside the unit.
    pub local_name: Symbol,
    /// Its identifier in the cloud, where it is there.
    pub physical_id: Option<Symbol>,
    /// Properties now.
    pub before: Option<ValueId>,
    /// Properties afterwards, references that stay unknown as `Unknown`.
    pub after: Option<ValueId>,
    /// Nodes now: those that run, where the cloud says how many.
    pub holds_before: Option<Holds>,
    /// Nodes that were asked for until now, where others run.
    pub asked_before: Option<u32>,
    /// Of the nodes now, those that started as another shape than is asked for until now, what started first first.
    pub older: Vec<Holds>,
    /// Nodes afterwards.
    pub holds_after: Option<Holds>,
    /// What it does to nodes that run, paid capacity and data, what hurts most first.
    pub effects: Vec<Effect>,
    /// Where it is declared: `training.fleet.hcl:14`. Of what leaves the block that lets it go or no longer asks for
    /// it, or where it was declared where that is known.
    pub declared: Option<String>,
}

/// What a change does beside what it says, from the facts of the standard library. One of each kind for a change,
/// but for who gets in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    /// What.
    pub kind: EffectKind,
    /// Nodes it touches, running or reserved; none: not known, or it is not about nodes.
    pub nodes: Option<u64>,
    /// The size of the data it is about; none: not known, or it is not about data.
    pub gib: Option<u64>,
    /// The property that does it; none: the change as a whole.
    pub property: Option<String>,
    /// How many of the nodes are down at once, at most, where they are replaced in batches; none: not known.
    pub batch: Option<u64>,
    /// In words that go after what is counted.
    pub words: String,
    /// How what is left undone is done, in words; empty: nothing is.
    pub way_out: String,
}

/// Running nodes that stop for sure by these effects, of which none is counted by two; none: it is not known how many.
pub(crate) fn stopping(effects: &[Effect]) -> Option<u64> {
    effects.iter().filter(|effect| effect.kind.stops()).map(|effect| effect.nodes).sum()
}

/// Kinds of effects, what hurts most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EffectKind {
    /// The service refuses the change: the unit fails.
    Refused,
    /// Running nodes stop.
    Stops,
    /// Running nodes stop and are replaced in batches.
    Rolls,
    /// So many running nodes may stop.
    MayStop,
    /// So many running nodes lose access to something.
    LosesAccess,
    /// Nobody knows what it does to running nodes.
    Unknown,
    /// Reserved capacity is given back.
    Released,
    /// Paid capacity stays paid, with nothing in it.
    Idle,
    /// The same of so many at most: as many as nodes stop.
    MayIdle,
    /// Data is lost.
    DataLost,
    /// Data is gone already, with what somebody else deleted: what takes its place is empty.
    DataGone,
    /// Data stays where it is, in what is no longer used: what takes its place is empty.
    LeftBehind,
    /// Everybody gets in.
    OpensToAll,
    /// Everything is allowed to whoever has it.
    AllowsAll,
    /// More get in than did.
    OpensWider,
    /// Capacity is needed twice while the old and the new one are there.
    Twice,
    /// Nodes that start from now on stop by themselves later.
    Ends,
    /// Running nodes stay on the old version.
    StayOld,
    /// Something else that a reviewer has to know.
    Note,
}

impl EffectKind {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Refused,
        Self::Stops,
        Self::Rolls,
        Self::MayStop,
        Self::LosesAccess,
        Self::Unknown,
        Self::Released,
        Self::Idle,
        Self::MayIdle,
        Self::DataLost,
        Self::DataGone,
        Self::LeftBehind,
        Self::OpensToAll,
        Self::AllowsAll,
        Self::OpensWider,
        Self::Twice,
        Self::Ends,
        Self::StayOld,
        Self::Note,
    ];

    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Stops => "stops",
            Self::Rolls => "rolls",
            Self::MayStop => "may_stop",
            Self::LosesAccess => "loses_access",
            Self::Unknown => "cannot_know",
            Self::Released => "capacity_released",
            Self::Idle => "capacity_idle",
            Self::MayIdle => "capacity_may_idle",
            Self::DataLost => "data_lost",
            Self::DataGone => "data_gone",
            Self::LeftBehind => "data_left_behind",
            Self::OpensToAll => "opens_to_everybody",
            Self::AllowsAll => "allows_everything",
            Self::OpensWider => "opens_wider",
            Self::Twice => "capacity_twice",
            Self::Ends => "ends_by_itself",
            Self::StayOld => "stays_on_old_version",
            Self::Note => "note",
        }
    }

    /// The kind of such a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is about a number of nodes.
    pub const fn is_of_nodes(self) -> bool {
        !(self.is_of_data() || self.is_of_access() || matches!(self, Self::Refused | Self::Note | Self::Ends))
    }

    /// Whether it is about what is stored.
    pub const fn is_of_data(self) -> bool {
        matches!(self, Self::DataLost | Self::DataGone | Self::LeftBehind)
    }

    /// Whether it is about who gets in: of these a change has one for each entry.
    pub const fn is_of_access(self) -> bool {
        matches!(self, Self::OpensToAll | Self::AllowsAll | Self::OpensWider)
    }

    /// Whether nodes that run stop, for sure.
    pub const fn stops(self) -> bool {
        matches!(self, Self::Stops | Self::Rolls)
    }
}

/// Why a change happens. The code is [`Reason::code`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Not there yet.
    New,
    /// Its block is no longer in the files.
    Gone,
    /// Its block is in the files, and no longer asks for it.
    NotAsked,
    /// Its block is in the files, and its time is over.
    Ended {
        /// The last day.
        on: Date,
    },
    /// Everything is to be destroyed, whatever the files say.
    Destroyed,
    /// A property that can only be set at creation differs. `type`, `cloud` and `region` stand for the resource's own.
    CreateOnly {
        /// Its path.
        property: String,
    },
    /// It refers to something that is replaced.
    Cascade {
        /// What is replaced.
        from: Symbol,
        /// The path of what refers to it.
        property: String,
    },
    /// It refers to a value that is another one after every update of what it belongs to, and that is updated.
    Follows {
        /// What is updated.
        from: Symbol,
        /// The path of what refers to it.
        property: String,
    },
    /// A property differs.
    Changed,
    /// A property differs whose change may replace it: the cloud decides when it is applied. It is planned as an
    /// update.
    Conditional {
        /// Its path.
        property: String,
    },
    /// Somebody else changed it since it was applied.
    Drift,
    /// The file changed a property, and somebody else changed it to a third thing.
    Conflict,
    /// It was accepted but is not there.
    Missing,
    /// Somebody else deleted it.
    Deleted,
    /// `lifecycle { on_delete = "retain" }`.
    Retained,
    /// `moved`.
    Moved,
    /// `import`.
    Imported,
    /// `removed`.
    Removed,
    /// Something that stays stands on it.
    StoodOn {
        /// What stays.
        by: Symbol,
    },
}

impl Change {
    /// Nodes that start: those afterwards, but for those that run on.
    pub fn started(&self) -> u64 {
        let nodes =
            |holds: Option<Holds>| holds.filter(|holds| !holds.reserves_only).map_or(0, |holds| u64::from(holds.nodes));
        let running_on = nodes(self.holds_before).saturating_sub(self.stopping().unwrap_or(0));
        nodes(self.holds_after).saturating_sub(if self.action.is_replace() { 0 } else { running_on })
    }

    /// Running nodes that stop for sure; none: it is not known how many.
    pub fn stopping(&self) -> Option<u64> {
        stopping(&self.effects)
    }

    /// Nodes that are reserved and were not.
    pub fn reserved(&self) -> u64 {
        let nodes =
            |holds: Option<Holds>| holds.filter(|holds| holds.reserves_only).map_or(0, |holds| u64::from(holds.nodes));
        let before = if self.action.is_replace() { 0 } else { nodes(self.holds_before) };
        nodes(self.holds_after).saturating_sub(before)
    }

    /// Nodes that run on as they are, where others are asked for in their place: until something replaces them they are
    /// what runs. Of several shapes the one that most are of.
    pub fn stays(&self) -> Option<Holds> {
        self.stay().into_iter().rev().max_by_key(|holds| holds.nodes)
    }

    /// What runs now by what that is, what started first first.
    pub fn runs(&self) -> Vec<Holds> {
        let older: u32 = self.older.iter().map(|holds| holds.nodes).sum();
        let rest = self.holds_before.map(|before| Holds { nodes: before.nodes.saturating_sub(older), ..before });
        self.older.iter().copied().chain(rest.filter(|rest| rest.nodes > 0)).collect()
    }

    /// How many nodes it was planned to stop nodes among, where more run by now: it would stop some that nobody has
    /// read of. None: it stops none, or no more run.
    pub fn uncounted(&self, running: u32) -> Option<u32> {
        let before = self.holds_before.filter(|before| !before.reserves_only && before.nodes < running)?;
        let asked = self.asked_before.unwrap_or(before.nodes);
        let ends = self.action == Action::Delete || self.action.is_replace() && !self.keeps_old();
        let stops = self.effects.iter().any(|effect| effect.kind.stops() || effect.kind == EffectKind::MayStop);
        let shrinks = self.holds_after.is_some_and(|after| after.nodes < asked.min(running));
        (ends || stops || shrinks).then_some(before.nodes)
    }

    /// All that run on as they are: what runs now where the change leaves it on an old version, else what had been left
    /// so before. Of what stops those go first that started first.
    fn stay(&self) -> Vec<Holds> {
        let Some((before, after)) = self.holds_before.zip(self.holds_after) else { return Vec::new() };
        if self.action.is_replace() {
            return Vec::new();
        }
        let count = |nodes: Option<u64>| nodes.map_or(before.nodes, |nodes| u32::try_from(nodes).unwrap_or(u32::MAX));
        let old = self.effects.iter().find(|effect| effect.kind == EffectKind::StayOld);
        let (mut rows, mut gone) = match old {
            Some(old) => (self.runs(), before.nodes.saturating_sub(count(old.nodes))),
            None => (self.older.clone(), count(self.stopping())),
        };
        let all: u32 = rows.iter().map(|holds| holds.nodes).sum();
        gone = gone.max(all.saturating_sub(after.nodes));
        for row in &mut rows {
            let less = row.nodes.min(gone);
            row.nodes -= less;
            gone -= less;
        }
        rows.retain(|row| row.nodes > 0 && Holds { nodes: after.nodes, ..*row } != after);
        rows
    }

    /// What it holds afterwards: what stays as it is, and what is as asked for.
    pub fn held_after(&self) -> impl Iterator<Item = Holds> {
        let stay = self.stay();
        let kept = stay.iter().map(|holds| holds.nodes).sum::<u32>();
        let rest = self.holds_after.map(|after| Holds { nodes: after.nodes.saturating_sub(kept), ..after });
        stay.into_iter().chain(rest.filter(|rest| kept == 0 || rest.nodes > 0))
    }

    /// Whether it is replaced, and the old one stays in the cloud all the same.
    pub fn keeps_old(&self) -> bool {
        let stays = |reason: &Reason| matches!(reason, Reason::Retained | Reason::StoodOn { .. });
        self.action.is_replace() && self.reasons.iter().any(stays)
    }

    /// Whether it is there, at least in part, because somebody else changed or deleted something.
    pub fn undoes_others(&self) -> bool {
        self.reasons
            .iter()
            .any(|reason| matches!(reason, Reason::Drift | Reason::Conflict | Reason::Missing | Reason::Deleted))
    }
}

impl Action {
    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::ReplaceDeleteFirst => "replace_delete_first",
            Self::ReplaceCreateFirst => "replace_create_first",
            Self::Forget => "forget",
            Self::Import => "import",
            Self::Create => "create",
            Self::Update => "update",
            Self::Move => "move",
            Self::NoOp => "no_op",
        }
    }
    /// Whether the old one goes and a new one comes.
    pub const fn is_replace(self) -> bool {
        matches!(self, Self::ReplaceDeleteFirst | Self::ReplaceCreateFirst)
    }
}

impl Reason {
    /// Stable word for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::NotAsked => "not_asked",
            Self::Ended { .. } => "ended",
            Self::Destroyed => "destroyed",
            Self::CreateOnly { .. } => "create_only",
            Self::Cascade { .. } => "cascade",
            Self::Follows { .. } => "follows",
            Self::Changed => "changed",
            Self::Conditional { .. } => "conditional",
            Self::Drift => "drift",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
            Self::Deleted => "deleted",
            Self::Retained => "retained",
            Self::Moved => "moved",
            Self::Imported => "imported",
            Self::Removed => "removed",
            Self::StoodOn { .. } => "stood_on",
        }
    }
}

/// What somebody else did to a resource since it was applied, whether the plan undoes it or not.
#[derive(Clone, PartialEq, Debug)]
pub struct Drift {
    /// The resource.
    pub address: Symbol,
    /// The native type.
    pub kind: Symbol,
    /// Where.
    pub site: Site,
    /// Its identifier in the cloud, where it is there.
    pub physical_id: Option<Symbol>,
    /// The unit that holds it.
    pub unit: Symbol,
    /// Its name inside the unit.
    pub local_name: Symbol,
    /// Properties as last applied.
    pub applied: ValueId,
    /// Properties now; none: they deleted it.
    pub live: Option<ValueId>,
    /// What they changed; empty where they deleted it.
    pub properties: Vec<DriftedProperty>,
}

/// A property that somebody else changed.
#[derive(Clone, PartialEq, Debug)]
pub struct DriftedProperty {
    /// `Tags["team"]`.
    pub path: String,
    /// As last applied.
    pub applied: Option<ValueId>,
    /// Now.
    pub live: Option<ValueId>,
    /// As the file says.
    pub desired: Option<ValueId>,
    /// What the plan does about it.
    pub choice: Choice,
    /// Who decides it, where the files say so (`others`: they do not say who); none: a stranger did it.
    pub owner: Option<Symbol>,
    /// It decides who gets in, and may let in more than it did.
    pub access: Option<Opens>,
}

/// What became of who gets in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Opens {
    /// More do than before.
    Wider,
    /// Others do, perhaps more.
    Otherwise,
}

impl Opens {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wider, Self::Otherwise];

    /// Stable word for machines and plan files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wider => "wider",
            Self::Otherwise => "otherwise",
        }
    }
}

/// What a plan does about a property that somebody else changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Choice {
    /// Brings it back to what the file says.
    Revert,
    /// The file has changed it too: what the file says now stands in the end.
    Overwrite,
    /// Leaves it as it is.
    Ignore,
    /// No file says what it is to be: leaves it as it is, until somebody says.
    Leave,
    /// No file says what it is to be: takes it as it is, for later plans to compare with.
    Accept,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Revert, Self::Overwrite, Self::Ignore, Self::Leave, Self::Accept];

    /// Whether it stays as it is.
    pub const fn leaves(self) -> bool {
        matches!(self, Self::Ignore | Self::Leave | Self::Accept)
    }

    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revert => "revert",
            Self::Overwrite => "overwrite",
            Self::Ignore => "ignore",
            Self::Leave => "leave",
            Self::Accept => "accept",
        }
    }
}

/// One property that differs.
#[derive(Clone, PartialEq, Debug)]
pub struct PropertyDiff {
    /// `LaunchTemplateData.ImageId`, `Tags["team"]`, `SubnetIds[0]`.
    pub path: String,
    /// Now.
    pub before: Option<ValueId>,
    /// Afterwards.
    pub after: Option<ValueId>,
    /// It forces a replacement.
    pub forces_replacement: bool,
    /// Somebody else changed it, and the file did not.
    pub drift: bool,
    /// The file changed it, and somebody else changed it to a third thing.
    pub conflict: bool,
    /// As last applied, where that is neither of the two.
    pub applied: Option<ValueId>,
    /// The author's line that decides it, with the words of that line: `size.gpus`.
    pub origin: Option<Origin>,
}

/// The author's line behind a property.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// `training.fleet.hcl:14`.
    pub place: String,
    /// What is written there: `size.gpus`.
    pub name: String,
}
