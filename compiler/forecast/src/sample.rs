//! One day of a fleet. Must not know any other day.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol};
use tonnage_lang::Intent;
use tonnage_place::placement::Placement;

use crate::draws::{self, Bought};

/// What runs on a day, and what it draws.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The day.
    pub day: Date,
    /// GPUs by name of `cloud` block and accelerator.
    pub gpus: BTreeMap<(Symbol, Symbol), u64>,
    /// Nodes.
    pub nodes: u64,
    /// Groups of nodes.
    pub groups: u64,
    /// Stacks, deployments and batches of requests; none where they were not counted for this day.
    pub units: Option<u64>,
    /// What each commitment is drawn by, in order of the Intent's commitments.
    pub draws: Vec<Draw>,
}

/// What draws from one commitment.
#[derive(Clone, Debug, Default)]
pub struct Draw {
    /// GPUs by accelerator.
    pub gpus: BTreeMap<Symbol, u64>,
    /// Money for one hour at the committed rates; GPUs whose rate is not known are left out.
    pub hourly: Decimal,
    /// GPUs whose rate is not known.
    pub unpriced: u64,
    /// Nodes of CPUs only: rates are for GPUs.
    pub cpu_nodes: u64,
    /// GPUs that were granted and that nothing runs on: they draw, and meet no milestone.
    pub idle: u64,
}

impl Sample {
    /// All GPUs.
    pub fn total(&self) -> u64 {
        self.gpus.values().fold(0, |sum, gpus| sum.saturating_add(*gpus))
    }
}

/// Looks at a placement.
pub fn sample(intent: &Intent, placement: &Placement, units: Option<u64>) -> Sample {
    let mut found = Sample {
        day: intent.as_of,
        gpus: BTreeMap::new(),
        nodes: 0,
        groups: 0,
        units,
        draws: vec![Draw::default(); intent.commitments.len()],
    };
    for placed in &placement.pools {
        let Some(pool) = intent.pools.get(placed.pool) else { continue };
        for slice in &placed.slices {
            let (Some(cloud), Some(shape)) = (intent.clouds.get(slice.cloud), intent.catalog.shapes.get(slice.shape))
            else {
                continue;
            };
            let gpus = slice.nodes.saturating_mul(u64::from(shape.accelerators));
            if let Some(model) = shape.accelerator {
                *found.gpus.entry((cloud.name.value, model)).or_default() += gpus;
            }
            found.nodes += slice.nodes;
            found.groups += u64::try_from(slice.groups.len()).unwrap_or(u64::MAX);
            let waits = draws::opens(intent, slice.capacity).is_some_and(|day| day > intent.as_of);
            if !waits && !draws::is_paid_whole(intent, slice.capacity) {
                draw(intent, &Bought::slice(intent, pool, slice), slice.nodes, false, &mut found.draws);
            }
        }
    }
    // a reservation is paid for whole, used or not
    for (id, capacity) in intent.capacities.iter_enumerated() {
        let is_over = draws::closes(intent, None, Some(id)).is_some_and(|day| day < intent.as_of);
        if draws::is_paid_whole(intent, Some(id)) && !is_over {
            let nodes = capacity.nodes.value.into();
            draw(intent, &Bought::capacity(intent, id, capacity), nodes, false, &mut found.draws);
        }
    }
    // and so is what was granted
    for (id, nodes) in draws::idle(intent, placement) {
        let begun = draws::opens(intent, Some(id)).is_none_or(|day| day <= intent.as_of);
        if let Some(capacity) = intent.capacities.get(id).filter(|_| begun) {
            draw(intent, &Bought::capacity(intent, id, capacity), nodes, true, &mut found.draws);
        }
    }
    found
}

fn draw(intent: &Intent, bought: &Bought, nodes: u64, is_idle: bool, draws: &mut [Draw]) {
    let Some((id, commitment)) = draws::commitment(intent, bought) else { return };
    let (Some(draw), Some(shape)) = (draws.get_mut(id.0 as usize), intent.catalog.shapes.get(bought.shape)) else {
        return;
    };
    let Some(model) = shape.accelerator else {
        draw.cpu_nodes += nodes;
        return;
    };
    let gpus = nodes.saturating_mul(u64::from(shape.accelerators));
    *(if is_idle { &mut draw.idle } else { draw.gpus.entry(model).or_default() }) += gpus;
    match draws::node_rate(intent, commitment, bought.shape) {
        Some(rate) => draw.hourly += rate.amount * Decimal::from(nodes),
        None => draw.unpriced += gpus,
    }
}
