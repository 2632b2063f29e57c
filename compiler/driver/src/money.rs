//! Who pays for the nodes of a plan, how much, and what its contracts get. Must not know how it is shown.
//!
//! Nodes before and after are paid for by the same rules: those of the files as they are now.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Date, Decimal, Market, Symbol};
use tonnage_forecast::{
    CommitmentLine, Late,
    draws::{self, Bought},
    paid,
};
use tonnage_graph::{Holds, ResourceGraph, Site};
use tonnage_lang::{
    Intent,
    intent::{
        Capacity, CapacityId, CapacityKind, CloudId, Commitment, GrantedSource, Owed, Pool, PoolOption, ShapeId, Window,
    },
};
use tonnage_place::{Placement, PriceBook};
use tonnage_plan::{
    Action, Plan,
    money::{CommitmentSummary, Held, MilestoneSummary, Paid},
};

/// Nodes before and after a plan, by who pays for them.
pub fn held(plan: &mut Plan, live: &ResourceGraph, desired: &ResourceGraph, before: &Payer<'_>, after: &Payer<'_>) {
    let renamed: FxHashMap<Symbol, Symbol> =
        plan.changes.iter().filter_map(|change| Some((change.previous_address?, change.address))).collect();
    let there = live.iter().filter_map(|(_, resource)| {
        let is_there = resource.live.as_ref().is_none_or(|live| live.physical_id.is_some());
        let address = renamed.get(&resource.address).copied().unwrap_or(resource.address);
        Some((address, resource.site, resource.holds_now().filter(|_| is_there)?))
    });
    plan.held_before = before.all(there);
    // of what the plan does not change, as many as run now run on
    let changed: FxHashMap<Symbol, Option<Holds>> =
        plan.changes.iter().map(|change| (change.address, change.holds_after)).collect();
    let asked = desired.iter().filter_map(|(_, resource)| {
        let asked = resource.holds?;
        let now = || live.get(live.find(resource.address)?)?.holds_now();
        let after = changed.get(&resource.address).copied().unwrap_or_else(now);
        Some((resource.address, resource.site, after.unwrap_or(asked)))
    });
    // what is kept in the cloud though it left the files still costs
    let kept = plan.changes.iter().filter(|change| change.action == Action::Forget);
    let kept = kept.filter_map(|change| Some((change.address, change.site, change.holds_before?)));
    plan.held_after = after.all(asked.chain(kept));
}

/// Knows who pays.
pub struct Payer<'a> {
    intent: &'a Intent,
    prices: &'a PriceBook,
    /// Shapes by kind of cloud and name.
    shapes: FxHashMap<(Symbol, Symbol), ShapeId>,
    /// By address.
    pools: FxHashMap<&'a str, &'a Pool>,
    /// By address.
    capacities: FxHashMap<&'a str, (CapacityId, &'a Capacity)>,
}

/// An address, split at what the author wrote.
struct Owner<'a> {
    /// `module.east.pool.chat["a"]`.
    block: &'a str,
    /// What follows: `primary.nodes["use2-az1/001"]`.
    rest: &'a str,
}

impl<'a> Owner<'a> {
    fn of(address: &'a str) -> Self {
        let mut end = 0;
        loop {
            // a kind and its name, or `module` and its name, after which more follows
            let kind = step(address, end);
            let is_module = address.get(end..kind) == Some("module");
            end = step(address, kind + 1);
            if !is_module || end >= address.len() {
                break;
            }
            end += 1;
        }
        Self { block: address.get(..end).unwrap_or(address), rest: address.get(end + 1..).unwrap_or_default() }
    }

    /// What keys call a capacity: `floor` of `capacity.floor`.
    fn key(&self) -> String {
        let name = self.block.rsplit_once("capacity.").map_or(self.block, |(_, name)| name);
        tonnage_place::key_of(Symbol::new(name))
    }

    /// `primary`, of a pool's resources.
    fn option(&self) -> &'a str {
        self.rest.get(..step(self.rest, 0)).unwrap_or_default()
    }

    /// `floor` of `nodes["use2-az1/floor/001"]`: what its nodes are drawn from.
    fn source(&self) -> Option<&'a str> {
        let (_, key) = self.rest.strip_suffix("\"]")?.rsplit_once("[\"")?;
        let (_, key) = key.split_once('/')?;
        Some(key.rsplit_once('/')?.0)
    }
}

/// Where the part of an address that begins at `from` ends: at a dot that is in no key.
fn step(address: &str, from: usize) -> usize {
    let mut inside = false;
    let rest = address.get(from..).unwrap_or_default();
    let end = rest.bytes().position(|byte| match byte {
        b'[' => {
            inside = true;
            false
        }
        b']' => {
            inside = false;
            false
        }
        byte => byte == b'.' && !inside,
    });
    end.map_or(address.len(), |end| from + end)
}

impl<'a> Payer<'a> {
    /// By the rules of a fleet's files.
    pub fn new(intent: &'a Intent, prices: &'a PriceBook) -> Self {
        let shapes = intent.catalog.shapes.iter_enumerated().map(|(id, shape)| ((shape.cloud, shape.name), id));
        let pools = intent.pools.iter().map(|pool| (pool.address.as_str(), pool));
        let capacities = intent.capacities.iter_enumerated().map(|(id, c)| (c.address.as_str(), (id, c)));
        Self { intent, prices, shapes: shapes.collect(), pools: pools.collect(), capacities: capacities.collect() }
    }

    fn pool(&self, address: &str) -> Option<&'a Pool> {
        self.pools.get(address).copied()
    }

    fn own_capacity(&self, address: &str) -> Option<(CapacityId, &'a Capacity)> {
        self.capacities.get(address).copied()
    }

    fn all(&self, resources: impl Iterator<Item = (Symbol, Site, Holds)>) -> Vec<Held> {
        let resources: Vec<(Symbol, Site, Holds)> = resources.collect();
        // reservations that are there and pay for themselves, whether the files still know them or not
        let own: FxHashSet<String> = resources
            .iter()
            .filter(|(.., holds)| holds.reserves_only)
            .map(|(address, ..)| Owner::of(address.as_str()).key())
            .collect();
        let mut rows: BTreeMap<Key, u64> = BTreeMap::new();
        for (address, site, holds) in &resources {
            let owner = Owner::of(address.as_str());
            let from_own = owner.source().is_some_and(|source| own.contains(source));
            let bought = self.bought(&owner, *site, *holds);
            let key = Key {
                owner: Symbol::new(owner.block),
                site: *site,
                shape: holds.shape,
                zone: holds.zone,
                market: holds.market,
                reserves_only: holds.reserves_only,
                nodes: holds.nodes,
                paid: self.paid(*holds, bought.as_ref(), from_own),
            };
            *rows.entry(key).or_default() += 1;
        }
        rows.into_iter().map(|(key, resources)| self.row(key, resources)).collect()
    }

    fn row(&self, key: Key, resources: u64) -> Held {
        let Key { owner, site, shape, zone, market, reserves_only, nodes, paid } = key;
        let shape_id = self.shape(site, shape);
        let price = |market| {
            let kind = self.cloud(site)?.1;
            self.prices.price(kind, shape, site.region, zone.unwrap_or(site.region), market)
        };
        let cost = match paid {
            Paid::Reservation | Paid::Contract(None) => None,
            Paid::Market if reserves_only => price(Market::OnDemand),
            Paid::Market => price(market),
            Paid::Contract(Some(address)) => {
                let commitment = self.intent.commitments.iter().find(|c| c.address == address);
                commitment.zip(shape_id).and_then(|(c, shape)| draws::node_rate(self.intent, c, shape))
            }
        };
        let holds = Holds { shape, nodes, market, zone, reserves_only };
        Held { owner, site, holds, resources, paid, list: price(Market::OnDemand), cost }
    }

    fn cloud(&self, site: Site) -> Option<(CloudId, Symbol)> {
        let mut clouds = self.intent.clouds.iter_enumerated();
        clouds.find(|(_, cloud)| cloud.name.value == site.cloud).map(|(id, cloud)| (id, cloud.kind))
    }

    fn shape(&self, site: Site, shape: Symbol) -> Option<ShapeId> {
        self.shapes.get(&(self.cloud(site)?.1, shape)).copied()
    }

    /// None: the files no longer know its cloud or shape.
    fn bought(&self, owner: &Owner<'_>, site: Site, holds: Holds) -> Option<(Bought, Option<CapacityId>)> {
        let intent = self.intent;
        let bought = Bought {
            named: None,
            cloud: self.cloud(site)?.0,
            region: site.region,
            shape: self.shape(site, holds.shape)?,
        };
        if holds.reserves_only {
            let found = self.own_capacity(owner.block);
            return Some(found.map_or((bought, None), |(id, c)| (Bought::capacity(intent, id, c), Some(id))));
        }
        let pool = self.pool(owner.block);
        let option = pool.and_then(|pool| pool.options.iter().find(|option| option.name.value == owner.option()));
        let capacity = owner.source().and_then(|source| self.capacity(option, source));
        let capacity = capacity.filter(|_| holds.market == Market::Reserved);
        Some((Bought { named: draws::named(intent, option, capacity), ..bought }, capacity))
    }

    /// The capacity that a key speaks of, those that the option buys first.
    fn capacity(&self, option: Option<&PoolOption>, source: &str) -> Option<CapacityId> {
        let speaks_of = |capacity: &Capacity| match &capacity.kind {
            CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
                ids.iter().any(|(id, _)| id.value == source)
            }
            _ => tonnage_place::key_of(capacity.name.value) == source,
        };
        let bought = option.into_iter().flat_map(|option| option.buy.capacity.iter().map(|at| at.value));
        let all = self.intent.capacities.iter_enumerated().map(|(id, _)| id);
        bought.chain(all).find(|id| self.intent.capacities.get(*id).is_some_and(speaks_of))
    }

    fn paid(&self, holds: Holds, bought: Option<&(Bought, Option<CapacityId>)>, from_own: bool) -> Paid {
        let capacity = bought.and_then(|(_, capacity)| *capacity);
        if !holds.reserves_only && (from_own || draws::is_paid_whole(self.intent, capacity)) {
            return Paid::Reservation;
        }
        let commitment = bought.and_then(|(bought, _)| draws::commitment(self.intent, bought));
        match commitment {
            Some((_, commitment)) => Paid::Contract(Some(commitment.address)),
            None if holds.market == Market::Reserved && !holds.reserves_only => Paid::Contract(None),
            None => Paid::Market,
        }
    }

    /// What each commitment gets in the year that the plan concerns. `ahead` reckons up to a day what the files alone say,
    /// and where they put everything on the plan's day.
    pub fn commitments<E>(
        &self,
        plan: &Plan,
        ahead: impl FnOnce(Date) -> Result<(Vec<CommitmentLine>, Placement), E>,
    ) -> Result<Vec<CommitmentSummary>, E> {
        let intent = self.intent;
        let running = intent.commitments.iter().filter(|c| plan.as_of <= c.term.1.value);
        let concerned: BTreeMap<Symbol, i16> = running
            .map(|commitment| {
                let first = plan.as_of.max(commitment.term.0.value).year();
                let mut years = first..=commitment.term.1.value.year();
                let changes = |year: &i16| {
                    let get = |rows: &[Held]| self.gets(rows, commitment, plan.as_of, *year);
                    get(&plan.held_before) != get(&plan.held_after)
                };
                (commitment.address, years.find(changes).unwrap_or(first))
            })
            .collect();
        let Some(last) = concerned.values().max().and_then(|year| last_of(*year)) else { return Ok(Vec::new()) };
        let (lines, placed) = ahead(last)?;
        let files = self.placed(&placed);
        let told = intent.commitments.iter().zip(&lines).filter_map(|(commitment, line)| {
            let year = *concerned.get(&commitment.address)?;
            let of_year = line.years.iter().find(|of| of.year == year)?;
            let get = |rows: &[Held]| self.gets(rows, commitment, plan.as_of, year);
            let with = |rows: &[Held]| (of_year.planned - get(&files) + get(rows)).round_dp(2).normalize();
            let end = last_of(year)?;
            let due = line.milestones.iter().filter(|m| m.by <= end && (m.by >= plan.as_of || m.late != Late::Met));
            let drawing = self.drawing(&plan.held_after, commitment.address);
            let drawing = |model: &Symbol| drawing.get(model).copied().unwrap_or_default();
            Some(CommitmentSummary {
                address: commitment.address,
                unit: line.unit,
                year,
                owed: of_year.curve.map(|owed| owed.normalize()),
                before: with(&plan.held_before),
                after: with(&plan.held_after),
                files: of_year.planned.normalize(),
                share_without_rate: of_year.unpriced.normalize(),
                cpu_nodes: of_year.cpu_nodes,
                shortfall: of_year.curve.map(|owed| {
                    let missing = (owed - with(&plan.held_after)).max(Decimal::ZERO);
                    paid(line.rule, missing, year == line.term.1.year()).normalize()
                }),
                milestones: due
                    .map(|milestone| MilestoneSummary {
                        name: milestone.name,
                        by: milestone.by,
                        capacity: milestone
                            .capacity
                            .iter()
                            .map(|(model, due, planned)| (*model, *due, *planned, drawing(model)))
                            .collect(),
                        met: milestone.late == Late::Met,
                    })
                    .collect(),
            })
        });
        Ok(told.collect())
    }

    /// What a placement holds, by who pays for it.
    fn placed(&self, placement: &Placement) -> Vec<Held> {
        let mut rows = Vec::new();
        let mut add = |owner: Symbol, bought: &Bought, zone: Symbol, nodes: u64, market: Market| {
            let (Some(cloud), Some(shape)) =
                (self.intent.clouds.get(bought.cloud), self.intent.catalog.shapes.get(bought.shape))
            else {
                return;
            };
            let Some((_, commitment)) = draws::commitment(self.intent, bought) else { return };
            let key = Key {
                owner,
                site: Site { cloud: cloud.name.value, region: bought.region },
                shape: shape.name,
                zone: Some(zone),
                market,
                reserves_only: false,
                nodes: 1,
                paid: Paid::Contract(Some(commitment.address)),
            };
            rows.push(self.row(key, nodes));
        };
        for placed in &placement.pools {
            let Some(pool) = self.intent.pools.get(placed.pool) else { continue };
            for slice in placed.slices.iter().filter(|slice| !draws::is_paid_whole(self.intent, slice.capacity)) {
                let bought = Bought::slice(self.intent, pool, slice);
                add(pool.address, &bought, slice.zone, slice.nodes, slice.market);
            }
        }
        for (id, capacity) in self.intent.capacities.iter_enumerated() {
            if draws::is_paid_whole(self.intent, Some(id)) {
                let bought = Bought::capacity(self.intent, id, capacity);
                add(capacity.address, &bought, capacity.zone.value, capacity.nodes.value.into(), Market::OnDemand);
            }
        }
        rows
    }

    /// What a commitment gets in a year from the plan's day on, from nodes that run as long as they may.
    fn gets(&self, rows: &[Held], commitment: &Commitment, as_of: Date, year: i16) -> Decimal {
        let hour = |held: &Held| match commitment.value {
            Owed::GpuHours(_) => self.gpus(held).map(|(_, gpus)| Decimal::from(gpus)),
            Owed::Spend(_) => held.cost?.amount.checked_mul(Decimal::from(held.nodes())),
        };
        let drawing = rows.iter().filter(|held| held.paid == Paid::Contract(Some(commitment.address)));
        let each = drawing.filter_map(|held| {
            hour(held)?.checked_mul(Decimal::from(self.hours(as_of, held, commitment.term.1.value, year)))
        });
        each.sum()
    }

    /// Accelerator and GPUs of a row.
    fn gpus(&self, held: &Held) -> Option<(Symbol, u64)> {
        let shape = self.intent.catalog.shapes.get(self.shape(held.site, held.holds.shape)?)?;
        Some((shape.accelerator?, held.nodes().saturating_mul(u64::from(shape.accelerators))))
    }

    /// GPUs that draw on a commitment, by accelerator.
    fn drawing(&self, rows: &[Held], commitment: Symbol) -> BTreeMap<Symbol, u64> {
        let mut all = BTreeMap::new();
        for held in rows.iter().filter(|held| held.paid == Paid::Contract(Some(commitment))) {
            if let Some((model, gpus)) = self.gpus(held) {
                *all.entry(model).or_default() += gpus;
            }
        }
        all
    }

    /// Hours of a year in which nodes run, from the plan's day on, as far as their author's windows and the term go.
    fn hours(&self, as_of: Date, held: &Held, term: Date, year: i16) -> i64 {
        let pool = self.pool(held.owner.as_str()).and_then(|pool| pool.window);
        let capacity = || self.own_capacity(held.owner.as_str()).and_then(|(_, capacity)| capacity.window);
        let window = pool.or_else(capacity).unwrap_or(Window { start: None, end: None });
        let (Ok(first), Some(last)) = (Date::new(year, 1, 1), last_of(year)) else { return 0 };
        let from = window.start.map_or(first, |start| start.value).max(first).max(as_of);
        let to = window.end.map_or(last, |end| end.value).min(last).min(term);
        let days = from.until(to).map_or(-1, |span| i64::from(span.get_days()));
        (days + 1).max(0) * 24
    }
}

fn last_of(year: i16) -> Option<Date> {
    Date::new(year, 12, 31).ok()
}

/// What rows are told apart by, and their order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    owner: Symbol,
    site: Site,
    shape: Symbol,
    zone: Option<Symbol>,
    market: Market,
    reserves_only: bool,
    nodes: u32,
    paid: Paid,
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
