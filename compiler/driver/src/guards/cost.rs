//! What nodes cost after a plan: those of a slice, of a pool, of the whole fleet. Must not know what may not be.

use rustc_hash::FxHashMap;
use tonnage_base::{Decimal, Market, Symbol, quantity::Money};
use tonnage_forecast::draws::{self, Bought};
use tonnage_lang::{Intent, intent::Pool};
use tonnage_place::placement::Slice;
use tonnage_plan::{
    Change, Plan, Times,
    money::{Held, Paid},
    names,
};

/// Rows of money by the block that they are of.
type ByOwner<'a> = FxHashMap<Symbol, Vec<&'a Held>>;

/// What a plan says of money, by the blocks of the fleet: looked through once, however many pools ask.
pub struct Costs<'a> {
    pub(super) intent: &'a Intent,
    pub(super) plan: &'a Plan,
    pub(super) times: Times<'a>,
    before: ByOwner<'a>,
    after: ByOwner<'a>,
    changes: FxHashMap<&'a str, Vec<&'a Change>>,
}

impl<'a> Costs<'a> {
    /// Of a plan.
    pub fn of(intent: &'a Intent, plan: &'a Plan) -> Self {
        let mut changes: FxHashMap<&str, Vec<&Change>> = FxHashMap::default();
        for change in &plan.changes {
            changes.entry(names::instance(change.address.as_str())).or_default().push(change);
        }
        let [before, after] = [by_owner(&plan.held_before), by_owner(&plan.held_after)];
        Self { intent, plan, times: Times::of(plan), before, after, changes }
    }

    /// What of a block is held before.
    pub(super) fn before(&self, block: Symbol) -> &[&'a Held] {
        self.before.get(&block).map_or(&[], Vec::as_slice)
    }

    /// What of a block is held afterwards.
    pub(super) fn after(&self, block: Symbol) -> &[&'a Held] {
        self.after.get(&block).map_or(&[], Vec::as_slice)
    }

    /// What changes inside of a block.
    pub(super) fn changes(&self, block: Symbol) -> &[&'a Change] {
        self.changes.get(block.as_str()).map_or(&[], Vec::as_slice)
    }

    /// What slices cost an hour: at the committed rate where a contract pays for them, else at their price; in a
    /// reservation of the fleet's own at what that costs, whatever of it they do not use. Errors: the price that is
    /// unknown.
    pub(super) fn hourly(&self, pool: &Pool, slices: &[Slice]) -> Result<Money, String> {
        let mut sum: Option<Money> = None;
        let mut add = |price: Option<Money>, nodes: u64, (market, shape, place): (Market, Symbol, Symbol)| {
            let cost = price.and_then(|price| price.checked_mul(Decimal::from(nodes)).ok());
            let cost = cost.ok_or_else(|| unknown_price(market, shape, place))?;
            sum = Some(match sum {
                Some(sum) => sum.checked_add(cost).map_err(|error| error.to_string())?,
                None => cost,
            });
            Ok::<_, String>(())
        };
        let shapes = &self.intent.catalog.shapes;
        let name = |slice: &Slice| shapes.get(slice.shape).map_or_else(|| Symbol::new(""), |shape| shape.name);
        let asked = |held: &Held| {
            let mut slices = slices.iter();
            slices.any(|slice| {
                (name(slice), slice.market, Some(slice.zone)) == (held.holds.shape, held.holds.market, held.holds.zone)
            })
        };
        // what runs on though no slice asks for it takes the place of what does
        let own = self.after(pool.address).iter().filter(|held| !held.leaves);
        let own = own.filter(|held| !held.holds.reserves_only && !asked(held));
        let mut stay: Vec<(&Held, u64)> = own.map(|held| (*held, held.nodes())).collect();
        for slice in slices {
            let shape = name(slice);
            let mut nodes = slice.nodes;
            for (held, left) in &mut stay {
                let kept = nodes.min(*left);
                if held.holds.zone != Some(slice.zone) || kept == 0 {
                    continue;
                }
                (nodes, *left) = (nodes - kept, *left - kept);
                add(held.cost.or(held.list), kept, (held.holds.market, held.holds.shape, slice.zone))?;
            }
            if nodes > 0 || slice.nodes == 0 {
                add(self.price(pool, slice), nodes, (slice.market, shape, slice.zone))?;
            }
        }
        Ok(sum.unwrap_or_else(|| Money::zero(Symbol::new("USD"))))
    }

    /// What the whole fleet costs an hour when all of it runs, as the plan's table of money has it: new and committed.
    pub(super) fn fleet(&self) -> Result<Money, String> {
        let mut paid = self.plan.held_after.iter().filter(|held| held.paid != Paid::Reservation);
        let sum = paid.try_fold(None, |sum: Option<Money>, held| {
            let cost = held.cost.and_then(|cost| cost.checked_mul(Decimal::from(held.nodes())).ok());
            let place = held.holds.zone.unwrap_or(held.site.region);
            let cost = cost.ok_or_else(|| unknown_price(held.holds.market, held.holds.shape, place))?;
            match sum {
                Some(sum) => sum.checked_add(cost).map(Some).map_err(|error| error.to_string()),
                None => Ok::<_, String>(Some(cost)),
            }
        })?;
        Ok(sum.unwrap_or_else(|| Money::zero(Symbol::new("USD"))))
    }

    /// The price of one node and hour of a slice.
    fn price(&self, pool: &Pool, slice: &Slice) -> Option<Money> {
        let intent = self.intent;
        if draws::is_paid_whole(intent, slice.capacity) {
            let capacity = slice.capacity.and_then(|id| intent.capacities.get(id))?;
            return self.after(capacity.address).iter().find(|held| held.holds.reserves_only)?.cost;
        }
        match draws::commitment(intent, &Bought::slice(intent, pool, slice)) {
            Some((_, commitment)) => draws::node_rate(intent, commitment, slice.shape),
            None => slice.price,
        }
    }
}

/// That nobody knows what something costs, in words.
pub(super) fn unknown_price(market: Market, shape: Symbol, place: Symbol) -> String {
    let market = match market {
        Market::Reserved => "reserved",
        Market::OnDemand => "on-demand",
        Market::Spot => "spot",
    };
    format!("the {market} price of {shape} in {place} is unknown")
}

fn by_owner(rows: &[Held]) -> ByOwner<'_> {
    let mut by = ByOwner::default();
    for held in rows {
        by.entry(held.owner).or_default().push(held);
    }
    by
}
