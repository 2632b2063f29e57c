//! Units of a plan: what one cloud applies as one operation, what is in it, what it takes and gives, and in which step.
//! Must not know why.

use tonnage_base::Symbol;
use tonnage_graph::{Holds, Parts, Site, is_inside};

use super::UnitId;

/// What is done to a unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnitOperation {
    /// Nothing.
    Keep,
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted, with what is in it.
    Delete,
}

/// A CloudFormation stack, an ARM deployment, a batch of Compute requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its name in the cloud, unique in its site.
    pub name: Symbol,
    /// Where.
    pub site: Site,
    /// What is done.
    pub operation: UnitOperation,
    /// Everything that is in it afterwards, in order of address; for `Keep` left empty.
    pub members: Vec<Member>,
    /// The native document; empty for `Keep` and `Delete`.
    pub document: String,
    /// Values it takes from outputs of other units.
    pub parameters: Vec<Parameter>,
    /// Values it gives to other units.
    pub outputs: Vec<UnitOutput>,
    /// Fingerprint of its live state when the plan was made; empty: it was not there.
    pub expects: String,
    /// Keep what landed when less is filled than asked, rather than roll back.
    pub hold: bool,
    /// What follows where less is filled than asked and it is held.
    pub when_held: WhenHeld,
    /// What is done to it first, each in an operation of its own.
    pub ahead: Vec<Ahead>,
    /// What it holds in between, where it changes twice; after all that is done to it first.
    pub between: Option<Box<Between>>,
    /// Undo what others have done to it: some of its changes are there because somebody else changed or deleted
    /// something.
    pub reverts: bool,
}

impl Unit {
    /// Whether what was made is taken away again, where the cloud refuses nodes of the groups at these addresses: of a
    /// pool that is new, alone in its unit, and asks for it. Of a group that grew nothing is: somebody would have to
    /// choose among nodes that worked before. Nor is what outlives the unit.
    pub fn undoes(&self, mut short: impl Iterator<Item = Symbol>) -> bool {
        let Some(group) = short.next() else { return false };
        let Parts { kind, block, .. } = Parts::of(group.as_str());
        let goes = |member: &Member| !member.retain_on_delete && is_inside(member.address.as_str(), block);
        kind == "pool" && self.operation == UnitOperation::Create && !self.hold && self.members.iter().all(goes)
    }
}

/// What follows where less is filled than asked, and what landed is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WhenHeld {
    /// Nothing: somebody decides.
    #[default]
    Stop,
    /// It is asked for again, as long as one waits for a fill.
    Retry,
    /// Another plan, in which the pool falls back.
    FallBack,
}

impl WhenHeld {
    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Retry => "retry",
            Self::FallBack => "fall_back",
        }
    }
    /// What such a word says.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Stop, Self::Retry, Self::FallBack].into_iter().find(|when| when.as_str() == word)
    }
}

/// What is done to a unit before all else, in an operation of its own: clouds take it only so.
#[derive(Clone, Debug, PartialEq)]
pub enum Ahead {
    /// These of its resources, by their names inside it, are marked to be kept when they leave.
    Retain(Vec<Symbol>),
    /// These exist and come into it as they are.
    Import {
        /// Each with its identifier.
        resources: Vec<Imported>,
        /// The native document of them alone.
        document: String,
    },
}

/// A unit in between: all that comes into it, beside what leaves, which others use until they have taken what is new.
/// It is brought there in a step of its own, before theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Between {
    /// Everything that is in it, in order of address.
    pub members: Vec<Member>,
    /// The native document of that.
    pub document: String,
    /// Values it takes.
    pub parameters: Vec<Parameter>,
    /// Values it gives.
    pub outputs: Vec<UnitOutput>,
}

/// Something that exists and comes into a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// As the unit will hold it at first: as it is.
    pub member: Member,
    /// Its identifier, as the cloud gives it.
    pub id: Symbol,
    /// The identifier by the names of the properties that make it.
    pub identifier: Vec<(Symbol, Symbol)>,
}

/// A resource as a unit will hold it. Bodies are JSON text in the form of `tonnage_graph::json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Address.
    pub address: Symbol,
    /// Name inside the unit.
    pub local_name: Symbol,
    /// Native type.
    pub kind: Symbol,
    /// Properties, with references.
    pub body: String,
    /// Addresses in the same unit that it waits for.
    pub depends_on: Vec<Symbol>,
    /// Kept when deleted.
    pub retain_on_delete: bool,
    /// Kept when replaced.
    pub retain_on_replace: bool,
    /// Old one first.
    pub delete_first: bool,
    /// How the service brings a change to running nodes, in its own words: JSON text.
    pub update_policy: Option<Symbol>,
    /// Nodes.
    pub holds: Option<Holds>,
}

/// A value that is not of the unit itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in this unit.
    pub name: Symbol,
    /// Who gives it.
    pub from: Giver,
    /// What it is.
    pub reference: tonnage_graph::Reference,
}

/// Who gives a parameter its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// Another unit.
    Unit {
        /// Which.
        unit: UnitId,
        /// Its output.
        output: Symbol,
    },
    /// Whoever applies: it is the value of a sensitive variable, which no plan holds.
    Secret {
        /// The cloud has it from an earlier apply, and goes on with it.
        kept: bool,
    },
    /// The cloud itself: it reads its own store, at the address that the reference says.
    Store,
}

impl Giver {
    /// The unit that gives it; none where no unit does.
    pub const fn unit(self) -> Option<UnitId> {
        match self {
            Self::Unit { unit, .. } => Some(unit),
            Self::Secret { .. } | Self::Store => None,
        }
    }
}

/// The value of an output of the fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputValue {
    /// As JSON text.
    Known(String),
    /// Known only after apply.
    Later,
    /// It came from a secret, and is not here.
    Sensitive,
}

impl OutputValue {
    /// As JSON text, where it can be shown.
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Later | Self::Sensitive => None,
        }
    }
}

/// What becomes of an output of the fleet.
#[derive(Clone, Copy, Debug)]
pub struct OutputChange<'p> {
    /// Its name.
    pub name: Symbol,
    /// When it was last known; none: it was not there, or nobody knows.
    pub before: Option<&'p OutputValue>,
    /// None: it is no more.
    pub after: Option<&'p OutputValue>,
}

impl OutputChange<'_> {
    /// Stable word for machines. A secret that stays one counts as the same: nobody can see whether it is.
    pub fn action(self) -> &'static str {
        match (self.before, self.after) {
            (None, _) => "create",
            (Some(_), None) => "delete",
            (before, after) if before == after => "no-op",
            _ => "update",
        }
    }
}

/// A value given to other units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitOutput {
    /// Its name.
    pub name: Symbol,
    /// What it is.
    pub reference: tonnage_graph::Reference,
}

/// Units that may be applied side by side, after all steps before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub units: Vec<UnitId>,
    /// Units that are only brought in between: they stand in a later step too.
    pub between: Vec<UnitId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_pool_that_stands_alone_is_undone() {
        let member = |address: &str| Member {
            address: Symbol::new(address),
            local_name: Symbol::new(address),
            kind: Symbol::new("A::B::C"),
            body: "{}".into(),
            depends_on: Vec::new(),
            retain_on_delete: false,
            retain_on_replace: false,
            delete_first: false,
            update_policy: None,
            holds: None,
        };
        let undone = |short: &[&str], change: fn(&mut Unit)| {
            let mut unit = Unit {
                name: Symbol::new("a"),
                site: Site { cloud: Symbol::new("aws"), region: Symbol::new("us-east-2") },
                operation: UnitOperation::Create,
                members: ["pool.a.x.nodes", "pool.a.x.role"].map(member).into(),
                document: String::new(),
                parameters: Vec::new(),
                outputs: Vec::new(),
                expects: String::new(),
                hold: false,
                when_held: WhenHeld::Stop,
                ahead: Vec::new(),
                between: None,
                reverts: false,
            };
            change(&mut unit);
            unit.undoes(short.iter().map(|address| Symbol::new(address)))
        };
        let of_the_pool = ["pool.a.x.nodes"];
        assert!(undone(&of_the_pool, |_| {}));
        assert!(!undone(&[], |_| {}), "nothing is short");
        assert!(!undone(&of_the_pool, |unit| unit.hold = true));
        assert!(!undone(&of_the_pool, |unit| unit.operation = UnitOperation::Update), "its nodes worked before");
        assert!(!undone(&of_the_pool, |unit| unit.members[1].retain_on_delete = true));
        assert!(!undone(&of_the_pool, |unit| unit.members[1].address = Symbol::new("pool.b.x.role")));
        let native = |unit: &mut Unit| unit.members.iter_mut().for_each(|m| m.address = Symbol::new("resource.group"));
        assert!(!undone(&["resource.group"], native), "nobody promised it");
    }
}
