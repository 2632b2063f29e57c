//! What is left of known limits and of reserved capacity, as pools take from them. Must not choose between places.

use rustc_hash::FxHashMap;
use tonnage_base::{Market, Symbol};
use tonnage_lang::intent::CapacityId;

use crate::{
    availability::Free,
    placement::{Inputs, Slice},
};

/// The shape of a limit that holds for all of them: an outage.
const EVERY_SHAPE: &str = "*";

/// What is drawn: nodes of a shape, somewhere, bought somehow.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// The name of the `cloud` block.
    pub cloud: Symbol,
    /// The region.
    pub region: Symbol,
    /// The zone.
    pub zone: Symbol,
    /// The shape's name.
    pub shape: Symbol,
    /// How.
    pub market: Market,
    /// From which reservation.
    pub reservation: Option<Symbol>,
}

/// What a limit leaves.
#[derive(Clone, Copy, Debug)]
pub struct Room<'a> {
    /// Nodes.
    pub nodes: u64,
    /// What says so.
    pub limit: &'a Free,
}

#[derive(Debug)]
struct Row<'a> {
    limit: &'a Free,
    used: u64,
}

/// Limits and capacities, and what slices took of them. A limit of a whole region is shared by its zones, one of any
/// market by all markets.
#[derive(Debug)]
pub struct Limits<'a> {
    rows: FxHashMap<(Symbol, Symbol, Symbol), Vec<Row<'a>>>,
    reserved: FxHashMap<(CapacityId, Option<Symbol>), u64>,
}

impl<'a> Limits<'a> {
    /// Nothing taken yet.
    pub fn new(known: &'a [Free]) -> Self {
        let mut rows: FxHashMap<_, Vec<Row<'a>>> = FxHashMap::default();
        for limit in known {
            rows.entry((limit.cloud, limit.region, limit.shape)).or_default().push(Row { limit, used: 0 });
        }
        Self { rows, reserved: FxHashMap::default() }
    }

    /// What the tightest limit of one zone leaves; none: nothing is known of it.
    pub fn in_zone(&self, draw: &Draw) -> Option<Room<'a>> {
        self.tightest(draw, |limit| limit.zone.is_some())
    }

    /// What the tightest limit of the whole region leaves; none: nothing is known of it.
    pub fn in_region(&self, draw: &Draw) -> Option<Room<'a>> {
        self.tightest(draw, |limit| limit.zone.is_none())
    }

    fn tightest(&self, draw: &Draw, which: impl Fn(&Free) -> bool) -> Option<Room<'a>> {
        let of = |shape: Symbol| self.rows.get(&(draw.cloud, draw.region, shape)).into_iter().flatten();
        of(draw.shape)
            .chain(of(Symbol::new(EVERY_SHAPE)))
            .filter(|row| which(row.limit) && covers(row.limit, draw))
            .map(|row| Room { nodes: row.limit.nodes.saturating_sub(row.used), limit: row.limit })
            .min_by_key(|room| room.nodes)
    }

    /// Nodes that slices took of a capacity, from one of its reservations.
    pub fn taken(&self, capacity: CapacityId, reservation: Option<Symbol>) -> u64 {
        self.reserved.get(&(capacity, reservation)).copied().unwrap_or(0)
    }

    /// Counts slices that were chosen.
    pub fn take(&mut self, inputs: &Inputs<'_>, slices: &[Slice]) {
        self.count(inputs, slices, u64::saturating_add);
    }

    /// Slices that were chosen are not, after all.
    pub fn give_back(&mut self, inputs: &Inputs<'_>, slices: &[Slice]) {
        self.count(inputs, slices, u64::saturating_sub);
    }

    fn count(&mut self, inputs: &Inputs<'_>, slices: &[Slice], change: fn(u64, u64) -> u64) {
        for slice in slices {
            if let Some(capacity) = slice.capacity {
                let used = self.reserved.entry((capacity, slice.reservation)).or_default();
                *used = change(*used, slice.nodes);
            }
            let draw = Draw {
                cloud: inputs.intent.clouds[slice.cloud].name.value,
                region: slice.region,
                zone: slice.zone,
                shape: inputs.intent.catalog.shapes[slice.shape].name,
                market: slice.market,
                reservation: slice.reservation,
            };
            for shape in [draw.shape, Symbol::new(EVERY_SHAPE)] {
                for row in self.rows.get_mut(&(draw.cloud, draw.region, shape)).into_iter().flatten() {
                    if covers(row.limit, &draw) {
                        row.used = change(row.used, slice.nodes);
                    }
                }
            }
        }
    }
}

/// Cloud and region agree already, and so does the shape.
fn covers(limit: &Free, draw: &Draw) -> bool {
    limit.zone.is_none_or(|zone| zone == draw.zone)
        && limit.market.is_none_or(|market| market == draw.market.as_str())
        && (limit.reservation.is_none() || limit.reservation == draw.reservation)
}
