//! What pools use and what is watched over: storage, policies, tests, objects that are not ours. Must not know how any
//! of it becomes native.

use std::collections::BTreeMap;

use tonnage_base::{At, Date, Decimal, Span, Symbol};
use tonnage_syntax::tree;

use super::{CloudId, NetworkId, Protect, ScopeId};
use crate::value::Value;

/// `storage "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Storage {
    /// Its label.
    pub name: At<Symbol>,
    /// What its addresses begin with.
    pub address: Symbol,
    /// Where it is declared.
    pub scope: ScopeId,
    /// `lustre` or `object`: a kind of lowering.
    pub kind: At<Symbol>,
    /// Where.
    pub cloud: At<CloudId>,
    /// The region.
    pub region: At<Symbol>,
    /// The zone's id; file systems only.
    pub zone: Option<At<Symbol>>,
    /// How much it holds, in bytes.
    pub bytes: Option<At<u128>>,
    /// Throughput asked for, in gigabits per second.
    pub throughput_gbps: Option<At<Decimal>>,
    /// What the data is, for policies.
    pub data_class: Option<At<Symbol>>,
    /// Where its endpoints sit.
    pub network: Option<At<NetworkId>>,
    /// What no plan may do to it.
    pub protect: Option<Protect>,
    /// Labels: become tags.
    pub labels: BTreeMap<Symbol, Symbol>,
    /// Where the labels are written.
    pub labels_span: Option<Span>,
    /// The block.
    pub span: Span,
}

/// `policy "NAME" { … }`: evaluated when there is a placement and a plan.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where its expressions are known.
    pub scope: ScopeId,
    /// Its label.
    pub name: At<Symbol>,
    /// `policy.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// A failure keeps the plan from being applied; otherwise it is a warning.
    pub deny: bool,
    /// What cannot be known counts as a failure.
    pub must_know: bool,
    /// What must hold.
    pub asserts: Vec<Assert>,
    /// Values of its parameters, where it is one of the standard library.
    pub parameters: BTreeMap<Symbol, Value>,
    /// For people.
    pub description: Option<Symbol>,
    /// The block in the fleet.
    pub span: Span,
}

/// `assert { … }`, of policies; `expect { … }`, of tests.
#[derive(Clone, Debug)]
pub struct Assert {
    /// What must hold.
    pub condition: tree::Expr,
    /// What to tell when it does not.
    pub message: tree::Expr,
}

/// `test "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its label.
    pub name: At<Symbol>,
    /// The day the fleet is read for.
    pub as_of: Option<At<Date>>,
    /// Values of the fleet's variables.
    pub variables: BTreeMap<Symbol, Value>,
    /// The world the fleet meets.
    pub given: Given,
    /// What must hold then.
    pub expects: Vec<Assert>,
    /// The block.
    pub span: Span,
}

/// `given { … }`: the world that a fleet meets in a test.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Clouds that are gone.
    pub outages: Vec<At<Symbol>>,
    /// Prices of a node and hour, by shape, whatever the market.
    pub prices: BTreeMap<Symbol, Decimal>,
    /// What the embedded cloud is told, by the name of the part of its scenario, with where it is written.
    pub scenario: Vec<(Symbol, Value, Span)>,
}

/// `lookup "TYPE" "NAME" { … }`.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The native type.
    pub kind: At<Symbol>,
    /// Its label.
    pub name: At<Symbol>,
    /// `lookup.NAME`, after `module.east.` where a module declares it.
    pub address: Symbol,
    /// Where its expressions are known.
    pub scope: ScopeId,
    /// Where.
    pub cloud: At<CloudId>,
    /// The region.
    pub region: Symbol,
    /// Its identifier.
    pub id: Option<At<Symbol>>,
    /// Native properties it must have; empty where there is an `id`.
    pub filter: BTreeMap<Symbol, Value>,
    /// What the cloud says of it; none: it was not asked.
    pub found: Option<Found>,
    /// The block.
    pub span: Span,
}

impl Lookup {
    /// Its identifier, as far as it is known.
    pub fn known_id(&self) -> Option<Symbol> {
        self.id.map(|at| at.value).or_else(|| self.found.as_ref().and_then(|found| found.id))
    }

    /// An attribute or property, as far as it is known: inner names follow dots.
    pub fn property(&self, path: Symbol) -> Option<Value> {
        let mut here = Value::Map(std::sync::Arc::clone(self.found.as_ref()?.properties.as_ref()?));
        for name in path.as_str().split('.') {
            let Value::Map(map) = &here else { return None };
            let inner = map.get(&Symbol::new(name))?.clone();
            here = inner;
        }
        Some(here)
    }

    /// Why what is not known of it is not known.
    pub fn unknown(&self) -> Symbol {
        match &self.found {
            None => Symbol::new("known only when the cloud is read"),
            Some(found) => found.why,
        }
    }
}

/// What a cloud said of a live object.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its identifier.
    pub id: Option<Symbol>,
    /// Its native properties and attributes; none: the cloud could not say.
    pub properties: Option<std::sync::Arc<BTreeMap<Symbol, Value>>>,
    /// Why what is missing here is not known.
    pub why: Symbol,
}

/// `import { to = … id = … }`.
#[derive(Clone, Debug)]
pub struct Import {
    /// The address it gets.
    pub to: At<Symbol>,
    /// Its identifier, as the cloud gives it.
    pub id: At<Symbol>,
    /// The block.
    pub span: Span,
}

/// A property of `owner "NAME" { of = […] }`.
#[derive(Clone, Debug)]
pub struct Owned {
    /// Who decides it.
    pub owner: Symbol,
    /// The address of its resources, without keys.
    pub resource: Symbol,
    /// The top-level property.
    pub property: Symbol,
    /// Where it is written.
    pub span: Span,
}

/// `removed { from = … }`.
#[derive(Clone, Debug)]
pub struct Removed {
    /// Its address, or a prefix of addresses.
    pub from: At<Symbol>,
    /// The block.
    pub span: Span,
}
