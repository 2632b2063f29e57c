//! A resource of the graph, desired or live. Must not know what its type means.

use std::sync::Arc;

use tonnage_base::{Market, Span, Symbol};

use crate::value::ValueId;

tonnage_base::typed_ids! {
    /// A resource of one graph.
    ResourceId,
}

/// The nodes a resource brings up: what makes a group a group. Kept with the resource in the cloud (template metadata,
/// tags), so that before and after are counted by the same rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Holds {
    /// The shape's name in the catalog.
    pub shape: Symbol,
    /// Nodes asked for.
    pub nodes: u32,
    /// How they are bought.
    pub market: Market,
    /// The zone they sit in; none: the cloud chooses, or it is not known.
    pub zone: Option<Symbol>,
    /// Reserves capacity (a reservation) rather than running nodes (a group).
    pub reserves_only: bool,
}

/// Nodes of a group that started as an earlier version of what it asks for, and run on as that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Older {
    /// The shape's name in the catalog.
    pub shape: Symbol,
    /// Which version, as the cloud numbers them; none: it does not say.
    pub version: Option<Symbol>,
    /// How many.
    pub nodes: u32,
}

/// What happens to the real thing when the resource leaves the file or is replaced.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Disposal {
    /// It is deleted.
    #[default]
    Delete,
    /// It is kept, and no longer managed.
    Retain,
}

/// Which comes first when a resource is replaced.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ReplaceOrder {
    /// The new one, then the old one goes: CloudFormation's way.
    #[default]
    CreateFirst,
    /// The old one goes first: for what exists once.
    DeleteFirst,
}

/// Meta-arguments of `lifecycle`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Lifecycle {
    /// When it leaves the file.
    pub on_delete: Disposal,
    /// When it is replaced.
    pub on_replace: Disposal,
    /// Which comes first.
    pub order: ReplaceOrder,
    /// Top-level properties whose changes are somebody else's.
    pub ignore: Vec<Symbol>,
    /// Top-level properties that others decide once they are set, and who does.
    pub owned: Vec<(Symbol, Symbol)>,
    /// How the service brings a change to running nodes, in its own words: JSON in the form of [`crate::json`].
    pub update_policy: Option<Symbol>,
}

/// Where a resource is built: a `cloud` block and a region of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Site {
    /// The name of the `cloud` block.
    pub cloud: Symbol,
    /// The region.
    pub region: Symbol,
}

/// One cloud resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Resource {
    /// `pool.pretrain.aws_block.nodes["use2-az1"]`: its identity.
    pub address: Symbol,
    /// The native type: `AWS::EC2::VPC`.
    pub kind: Symbol,
    /// Native properties: a map. Desired: with references. Live: as the cloud has them, references where they are
    /// known.
    pub body: ValueId,
    /// Where.
    pub site: Site,
    /// What is cut into units together: `network.default`, `capacity.floor`, `pool.chat`, `resource`. Units never mix
    /// scopes.
    pub scope: Symbol,
    /// Addresses this waits for without referring to them.
    pub depends_on: Vec<Symbol>,
    /// Meta-arguments; those of a `for_each` share them.
    pub lifecycle: Arc<Lifecycle>,
    /// Nodes it brings up.
    pub holds: Option<Holds>,
    /// Where it is declared: the author's `resource` block, or the block (pool, capacity, network) it was lowered from.
    /// None for live resources.
    pub declared: Option<Span>,
    /// What only a live resource has.
    pub live: Option<Box<Live>>,
}

impl Resource {
    /// What it holds now: the nodes that run or are reserved, where the cloud says how many, else those that were asked
    /// for.
    pub fn holds_now(&self) -> Option<Holds> {
        let holds = self.holds?;
        let running = self.live.as_deref().and_then(|live| live.running);
        Some(Holds { nodes: running.unwrap_or(holds.nodes), ..holds })
    }

    /// What it holds now by what that is: nodes that started as another shape than it asks for now come first.
    pub fn runs(&self) -> Vec<Holds> {
        let Some(mut now) = self.holds_now() else { return Vec::new() };
        let older = self.live.as_deref().map_or(&[][..], |live| &live.older);
        let mut runs: Vec<Holds> = Vec::new();
        for older in older.iter().filter(|older| older.shape != now.shape) {
            let nodes = older.nodes.min(now.nodes);
            now.nodes -= nodes;
            match runs.iter_mut().find(|known| known.shape == older.shape) {
                Some(known) => known.nodes += nodes,
                None => runs.push(Holds { shape: older.shape, nodes, ..now }),
            }
        }
        runs.retain(|row| row.nodes > 0);
        if now.nodes > 0 || runs.is_empty() {
            runs.push(now);
        }
        runs
    }
}

/// What only a live resource has.
#[derive(Clone, PartialEq, Debug)]
pub struct Live {
    /// The unit (stack) that holds it, by name.
    pub unit: Symbol,
    /// Its name inside the unit (CloudFormation's logical id), kept for ever.
    pub local_name: Box<str>,
    /// The identifier that the cloud gave: what a reference without attribute resolves to. None: accepted, not there.
    pub physical_id: Option<Box<str>>,
    /// Attributes whose values are known.
    pub attributes: Vec<(Symbol, Symbol)>,
    /// The properties as last applied, with references; the live body where they do not differ.
    pub applied: Option<ValueId>,
    /// Properties that no file sets as the service reported them right after it was applied: a map. None: they are not
    /// on record, or there were none and are none.
    pub recorded: Option<ValueId>,
    /// As it reports them now; none: they are not on record, or it was not asked.
    pub reported: Option<ValueId>,
    /// Nodes running, where it is a group and the cloud says so; of a reservation those that it is for, where others
    /// changed that.
    pub running: Option<u32>,
    /// Of the nodes that run those that started as an earlier version, where the cloud says so.
    pub older: Box<[Older]>,
    /// It is in no unit: it exists, and is to come into one.
    pub importing: bool,
}

impl Live {
    /// Its name inside the unit, interned.
    pub fn name(&self) -> Symbol {
        Symbol::new(&self.local_name)
    }

    /// The identifier that the cloud gave, interned.
    pub fn id(&self) -> Option<Symbol> {
        self.physical_id.as_deref().map(Symbol::new)
    }

    /// What a reference to it stands for: its identifier, or an attribute whose value is known.
    pub fn stands_for(&self, attribute: Option<Symbol>) -> Option<Symbol> {
        match attribute {
            None => self.id(),
            Some(name) => self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value),
        }
    }
}
