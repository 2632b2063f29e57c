//! Who pays for the nodes of a plan, how much and when. Must not know what contracts are owed, nor how it is shown.
//!
//! By the files as they are now; of what was applied by earlier ones the ledger knows more.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Date, Market, Symbol};
use tonnage_forecast::draws::{self, Bought};
use tonnage_graph::{Holds, Parts, Resource, ResourceGraph, Site, Values, address};
use tonnage_lang::{
    Intent,
    intent::{Capacity, CapacityId, CapacityKind, CloudId, CommitmentId, GrantedSource, Pool, PoolOption, ShapeId},
};
use tonnage_place::PriceBook;
use tonnage_plan::{
    Action, Change, Plan, Reserved as InReserved, effects,
    money::{Granted, Held, Idle, Later, Paid, Stores},
};
use tonnage_schema::effects::Size;

use crate::{
    compile,
    granted::{self, Steps},
    places::Places,
    reserved::{self, Reserved},
};

/// Nodes before and after a plan, by who pays for them, with what is `granted` before it; what is afterwards the plan
/// says.
pub fn held(
    plan: &mut Plan,
    [live, desired]: [&ResourceGraph; 2],
    [before, after]: [&Payer<'_>; 2],
    granted: &[Granted],
) {
    let renamed: FxHashMap<Symbol, Symbol> =
        plan.changes.iter().filter_map(|change| Some((change.previous_address?, change.address))).collect();
    let values = &plan.values;
    let is_there = |resource: &Resource| resource.live.as_ref().is_none_or(|live| live.physical_id.is_some());
    let now = |resource: &Resource| -> Vec<Option<Holds>> {
        match resource.holds {
            Some(_) => resource.runs().into_iter().map(Some).collect(),
            None => vec![None],
        }
    };
    let there = live.iter().filter(|(_, resource)| is_there(resource)).flat_map(|(_, resource)| {
        let address = renamed.get(&resource.address).copied().unwrap_or(resource.address);
        let runs = now(resource).into_iter();
        runs.filter_map(move |holds| There::of(values, address, resource, holds))
    });
    let held_before = before.all(there.collect(), granted);
    // of what the plan does not change, as many as run now run on
    let changed: FxHashMap<Symbol, &Change> = plan.changes.iter().map(|change| (change.address, change)).collect();
    let asked = desired.iter().flat_map(|(_, resource)| {
        let runs = || Some(live.get(live.find(resource.address)?)?.runs());
        let after: Vec<Holds> = match changed.get(&resource.address) {
            Some(change) => change.held_after().collect(),
            None => runs().unwrap_or_default(),
        };
        // where its author does not say what it holds, its body may
        let asked = || vec![resource.holds];
        let after = match resource.holds {
            Some(_) if !after.is_empty() => after.into_iter().map(Some).collect(),
            _ => asked(),
        };
        after.into_iter().filter_map(|holds| There::of(values, resource.address, resource, holds)).collect::<Vec<_>>()
    });
    // what is kept in the cloud though it left the files, or was replaced in them, still costs
    let stays = |change: &&Change| change.action == Action::Forget || change.keeps_old();
    let kept: FxHashSet<Symbol> =
        plan.changes.iter().filter(stays).map(|c| c.previous_address.unwrap_or(c.address)).collect();
    let kept = live.iter().map(|(_, resource)| resource).filter(|resource| kept.contains(&resource.address));
    let stays: Vec<&Resource> = kept.collect();
    let kept = stays.iter().flat_map(|resource| {
        let runs = now(resource).into_iter();
        runs.filter_map(|holds| Some(There { leaves: true, ..There::of(values, resource.address, resource, holds)? }))
    });
    let held_after = after.all(asked.chain(kept).collect(), &plan.granted);
    let there = live.iter().map(|(_, resource)| resource).filter(|resource| is_there(resource));
    let to_be = desired.iter().map(|(_, resource)| resource).chain(stays);
    let stored = [stores(values, there), stores(values, to_be)];
    (plan.held_before, plan.held_after, plan.stored) = (held_before, held_after, stored);
}

/// What is stored in resources.
fn stores<'r>(values: &Values, resources: impl Iterator<Item = &'r Resource>) -> Stores {
    let mut all = Stores::default();
    let Ok(effects) = compile::effects() else { return all };
    for resource in resources.filter(|resource| effects.is_store(resource.kind)) {
        let gib = effects.data_sizes(resource.kind).find_map(|Size(place, gib)| {
            effects::text(values, resource.body, place)?.parse::<u64>().ok()?.checked_mul(*gib)
        });
        all.stores += 1;
        all.gib = all.gib.saturating_add(gib.unwrap_or(0));
        all.unsized_stores += u64::from(gib.is_none());
    }
    all
}

/// A resource that holds nodes.
pub(crate) struct There {
    pub address: Symbol,
    pub site: Site,
    pub holds: Holds,
    /// What it reserves, where its author wrote it by its native type.
    pub reserved: Option<Reserved>,
    /// It stays and is managed no longer.
    leaves: bool,
}

impl There {
    /// Where it `holds` nothing, what its body says that it reserves.
    fn of(values: &Values, address: Symbol, resource: &Resource, holds: Option<Holds>) -> Option<Self> {
        let reserved = reserved::read(values, resource.kind, resource.body, holds);
        let reserved = reserved.filter(|_| Owner::of(address.as_str()).is_native);
        let holds = holds.or(reserved.map(|reserved| reserved.holds))?;
        Some(Self { address, site: resource.site, holds, reserved, leaves: false })
    }
}

/// Knows who pays.
pub struct Payer<'a> {
    pub(crate) intent: &'a Intent,
    prices: &'a PriceBook,
    /// Shapes by kind of cloud and name.
    shapes: FxHashMap<(Symbol, Symbol), ShapeId>,
    /// By address.
    pools: FxHashMap<&'a str, &'a Pool>,
    /// By address.
    capacities: FxHashMap<&'a str, (CapacityId, &'a Capacity)>,
    /// Days on which a contract begins, or is over.
    turns: BTreeSet<Date>,
    /// What the files come to name of granted capacity that is gone.
    steps: Steps,
}

/// An address, split at what the author wrote.
pub(crate) struct Owner<'a> {
    /// `module.east.pool.chat["a"]`.
    block: &'a str,
    /// What follows: `primary.nodes["use2-az1/001"]`.
    rest: &'a str,
    /// It is a `resource` block.
    pub is_native: bool,
}

impl<'a> Owner<'a> {
    pub fn of(address: &'a str) -> Self {
        let Parts { block, kind, rest, .. } = Parts::of(address);
        Self { block, rest: rest.strip_prefix('.').unwrap_or_default(), is_native: kind == "resource" }
    }

    /// What keys call a capacity: `floor` of `capacity.floor`.
    pub fn key(&self) -> String {
        let name = self.block.rsplit_once("capacity.").map_or(self.block, |(_, name)| name);
        tonnage_place::key_of(Symbol::new(name))
    }

    /// `primary`, of a pool's resources.
    fn option(&self) -> &'a str {
        address::first(self.rest)
    }

    /// The same, as the pool has it.
    fn option_of<'p>(&self, pool: &'p Pool) -> Option<&'p PoolOption> {
        pool.options.iter().find(|option| option.name.value == self.option())
    }

    /// `floor` of `nodes["use2-az1/floor/001"]`: what its nodes are drawn from.
    fn source(&self) -> Option<&'a str> {
        let (_, key) = self.rest.strip_suffix("\"]")?.rsplit_once("[\"")?;
        let (_, key) = key.split_once('/')?;
        Some(key.rsplit_once('/')?.0)
    }
}

/// The author's block that an address comes from, with its keys.
pub(crate) fn owner(address: &str) -> &str {
    Owner::of(address).block
}

/// What the nodes of a group run in on a day, where the files know it; of others none.
pub fn reserved(intent: &Intent, address: Symbol, day: Date) -> Option<InReserved> {
    let owner = Owner::of(address.as_str());
    let pool = intent.pools.iter().find(|pool| pool.address == owner.block);
    let id = capacity(intent, pool.and_then(|pool| owner.option_of(pool)), owner.source()?)?;
    let is_over = draws::closes(intent, None, Some(id)).is_some_and(|last| last < day);
    Some(match intent.capacities.get(id)?.kind {
        CapacityKind::Owned => InReserved::Owned,
        CapacityKind::Granted { .. } if is_over => InReserved::Ended,
        CapacityKind::Granted { .. } => InReserved::Granted,
    })
}

/// The capacity that a key speaks of, those that the option buys first.
fn capacity(intent: &Intent, option: Option<&PoolOption>, source: &str) -> Option<CapacityId> {
    let speaks_of = |capacity: &Capacity| match &capacity.kind {
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => ids.iter().any(|(id, _)| id.value == source),
        _ => tonnage_place::key_of(capacity.name.value) == source,
    };
    let bought = option.into_iter().flat_map(|option| option.buy.capacity.iter().map(|at| at.value));
    let all = intent.capacities.iter_enumerated().map(|(id, _)| id);
    bought.chain(all).find(|id| intent.capacities.get(*id).is_some_and(speaks_of))
}

impl<'a> Payer<'a> {
    /// By the rules of a fleet's files.
    pub fn new(intent: &'a Intent, prices: &'a PriceBook) -> Self {
        let shapes = intent.catalog.shapes.iter_enumerated().map(|(id, shape)| ((shape.cloud, shape.name), id));
        let pools = intent.pools.iter().map(|pool| (pool.address.as_str(), pool));
        let capacities = intent.capacities.iter_enumerated().map(|(id, c)| (c.address.as_str(), (id, c)));
        let terms = intent.commitments.iter().map(|commitment| (commitment.term.0.value, commitment.term.1.value));
        let turns = terms.flat_map(|(first, last)| [Some(first), last.tomorrow().ok()]).flatten().collect();
        let (pools, capacities) = (pools.collect(), capacities.collect());
        Self { intent, prices, shapes: shapes.collect(), pools, capacities, turns, steps: Steps::new() }
    }

    /// With the steps that the files take.
    pub fn stepping(self, steps: Steps) -> Self {
        Self { steps, ..self }
    }

    fn pool(&self, address: &str) -> Option<&'a Pool> {
        self.pools.get(address).copied()
    }

    fn all(&self, resources: Vec<There>, granted: &[Granted]) -> Vec<Held> {
        let mut places = Places::of(self.intent.as_of, &resources, granted);
        let mut rows: BTreeMap<Key, u64> = BTreeMap::new();
        for There { address, site, holds, reserved, leaves } in &resources {
            let owner = Owner::of(address.as_str());
            let (named, capacity) = self.source(&owner, *holds);
            let key = Key {
                owner: Symbol::new(owner.block),
                site: *site,
                shape: holds.shape,
                zone: holds.zone,
                market: holds.market,
                reserves_only: holds.reserves_only,
                nodes: holds.nodes,
                named,
                capacity,
                inside: false,
                leaves: *leaves,
                idle: None,
                outside: false,
                window: reserved.map_or((None, None), |reserved| (reserved.start, reserved.end)),
                is_listed: reserved.is_none_or(|reserved| reserved.is_listed),
            };
            let taken = places.take((owner.source(), capacity.is_some()), granted, *site, *holds);
            if taken > 0 {
                *rows.entry(Key { nodes: taken, inside: true, ..key }).or_default() += 1;
            }
            if taken == 0 || taken < holds.nodes {
                let outside = !holds.reserves_only && draws::is_paid_whole(self.intent, capacity);
                *rows.entry(Key { nodes: holds.nodes - taken, outside, ..key }).or_default() += 1;
            }
        }
        let idle = places.idle(granted).flat_map(|(of, idle, nodes)| {
            let ends = match idle {
                Idle::Gone => granted::ends(of, nodes, &self.steps),
                Idle::Named => vec![(nodes, of.until)],
            };
            ends.into_iter().map(move |(nodes, until)| (of, idle, nodes, until))
        });
        let idle = idle.map(|(of, idle, nodes, until)| {
            let contract =
                |address: Symbol| self.intent.commitments.iter_enumerated().find(|(_, c)| c.address == address);
            let key = Key {
                owner: of.block,
                zone: Some(of.zone),
                market: Market::Reserved,
                reserves_only: true,
                nodes: u32::try_from(nodes).unwrap_or(u32::MAX),
                named: of.contract.and_then(contract).map(|(id, _)| id),
                idle: Some(idle).filter(|_| !of.own),
                leaves: of.own,
                window: (of.from, until),
                ..Key::one(of.site, of.shape)
            };
            (key, 1)
        });
        rows.extend(idle);
        rows.into_iter().map(|(key, resources)| self.row(key, resources)).collect()
    }

    pub(crate) fn row(&self, key: Key, resources: u64) -> Held {
        let Key {
            owner,
            site,
            shape,
            zone,
            market,
            reserves_only,
            nodes,
            capacity,
            is_listed,
            leaves,
            idle,
            outside,
            ..
        } = key;
        let intent = self.intent;
        let price = |market| {
            let kind = self.cloud(site)?.1;
            self.prices.price(kind, shape, site.region, zone.unwrap_or(site.region), market)
        };
        let cost = |paid: Paid| match paid {
            Paid::Reservation | Paid::Contract(None) => None,
            Paid::Market if reserves_only => price(Market::OnDemand).filter(|_| is_listed),
            // what has lost its reservation runs on at the price that anybody pays
            Paid::Market if market == Market::Reserved => price(Market::OnDemand),
            Paid::Market => price(market),
            Paid::Contract(Some(address)) => {
                let commitment = intent.commitments.iter().find(|c| c.address == address);
                commitment.zip(self.shape(site, shape)).and_then(|(c, shape)| draws::node_rate(intent, c, shape))
            }
        };
        let opens = draws::opens(intent, capacity).filter(|_| !reserves_only).or(key.window.0);
        let from = opens.filter(|day| *day > intent.as_of);
        let until = draws::closes(intent, self.pool(owner.as_str()), capacity).or(key.window.1);
        let first = from.unwrap_or(intent.as_of);
        let paid = self.paid(&key, first);
        let mut later: Vec<Later> = Vec::new();
        for day in self.turns.iter().filter(|day| first < **day && until.is_none_or(|until| **day <= until)) {
            let then = self.paid(&key, *day);
            if then != later.last().map_or(paid, |last| last.paid) {
                later.push(Later { from: *day, paid: then, cost: cost(then) });
            }
        }
        let holds = Holds { shape, nodes, market, zone, reserves_only };
        let (list, cost) = (price(Market::OnDemand), cost(paid));
        let ended = self.ended(&key, first);
        Held { owner, site, holds, resources, paid, list, cost, from, until, leaves, idle, outside, ended, later }
    }

    pub(crate) fn cloud(&self, site: Site) -> Option<(CloudId, Symbol)> {
        let mut clouds = self.intent.clouds.iter_enumerated();
        clouds.find(|(_, cloud)| cloud.name.value == site.cloud).map(|(id, cloud)| (id, cloud.kind))
    }

    pub(crate) fn shape(&self, site: Site, shape: Symbol) -> Option<ShapeId> {
        self.shapes.get(&(self.cloud(site)?.1, shape)).copied()
    }

    /// The contract that the author names for nodes, and the capacity they are in or that they are.
    fn source(&self, owner: &Owner<'_>, holds: Holds) -> (Option<CommitmentId>, Option<CapacityId>) {
        let intent = self.intent;
        if holds.reserves_only {
            let found = self.capacities.get(owner.block).copied();
            return found.map_or((None, None), |(id, c)| (Bought::capacity(intent, id, c).named, Some(id)));
        }
        let pool = self.pool(owner.block);
        let option = pool.and_then(|pool| owner.option_of(pool));
        let capacity = owner.source().and_then(|source| capacity(intent, option, source));
        let capacity = capacity.filter(|_| holds.market == Market::Reserved);
        (draws::named(intent, option, capacity), capacity)
    }

    /// The contract that paid last for such nodes and is over on a day, with its last day.
    fn ended(&self, key: &Key, day: Date) -> Option<(Symbol, Date)> {
        let terms = self.intent.commitments.iter().map(|of| (of.term.1.value, of.address));
        let over = terms.filter(|(last, of)| *last < day && self.paid(key, *last) == Paid::Contract(Some(*of)));
        over.max().map(|(last, of)| (of, last))
    }

    fn paid(&self, key: &Key, day: Date) -> Paid {
        if !key.reserves_only && key.inside {
            return Paid::Reservation;
        }
        let is_own = draws::is_paid_whole(self.intent, key.capacity);
        // the files no longer know its cloud or shape: no contract of theirs pays
        let bought = self.cloud(key.site).zip(self.shape(key.site, key.shape)).map(|((cloud, _), shape)| Bought {
            named: key.named,
            cloud,
            region: key.site.region,
            shape,
            day,
        });
        match bought.and_then(|bought| draws::commitment(self.intent, &bought)) {
            Some((_, commitment)) => Paid::Contract(Some(commitment.address)),
            None if key.idle.is_some() => Paid::Contract(None),
            None if key.market == Market::Reserved && !key.reserves_only && !is_own => Paid::Contract(None),
            None => Paid::Market,
        }
    }
}

/// What rows are told apart by, and their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub owner: Symbol,
    pub site: Site,
    pub shape: Symbol,
    pub zone: Option<Symbol>,
    pub market: Market,
    pub reserves_only: bool,
    pub nodes: u32,
    pub named: Option<CommitmentId>,
    pub capacity: Option<CapacityId>,
    /// They run in a reservation of the fleet's own that is there.
    pub inside: bool,
    /// They stay and are managed no longer.
    pub leaves: bool,
    /// They are granted places in which nothing runs.
    pub idle: Option<Idle>,
    /// They run outside of the reservation that they are meant for.
    pub outside: bool,
    /// The first and the last day, as a native reservation says it.
    pub window: (Option<Date>, Option<Date>),
    /// They cost what a list says.
    pub is_listed: bool,
}

impl Key {
    /// A node that somebody buys on demand.
    pub(crate) fn one(site: Site, shape: Symbol) -> Self {
        Self {
            owner: Symbol::new(""),
            site,
            shape,
            zone: None,
            market: Market::OnDemand,
            reserves_only: false,
            nodes: 1,
            named: None,
            capacity: None,
            inside: false,
            leaves: false,
            idle: None,
            outside: false,
            window: (None, None),
            is_listed: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_block_it_is_of_and_what_it_draws_from() {
        let told = |address: &str| {
            let owner = Owner::of(address);
            (owner.block.to_owned(), owner.option().to_owned(), owner.source().map(str::to_owned))
        };
        let some = |block: &str, option: &str, source: Option<&str>| {
            (block.to_owned(), option.to_owned(), source.map(str::to_owned))
        };
        assert_eq!(
            told(r#"pool.chat.primary.nodes["use2-az1/floor/001"]"#),
            some("pool.chat", "primary", Some("floor"))
        );
        assert_eq!(told(r#"pool.chat.primary.nodes["use2-az1/001"]"#), some("pool.chat", "primary", None));
        assert_eq!(
            told(r#"module.east["a.b"].module.x.pool.chat["v.1"].primary.nodes["z/ultra.k/001"]"#),
            some(r#"module.east["a.b"].module.x.pool.chat["v.1"]"#, "primary", Some("ultra.k"))
        );
        assert_eq!(told(r#"capacity.floor.reservation["1"]"#), some("capacity.floor", r#"reservation["1"]"#, None));
        assert_eq!(told("resource.web"), some("resource.web", "", None));
        assert_eq!(Owner::of(r#"capacity.ultra["k"].reservation"#).key(), "ultra.k");
        for odd in ["", "x", "a.b[", "module.", r#"pool.a["x"#] {
            let _ = told(odd);
        }
    }
}
