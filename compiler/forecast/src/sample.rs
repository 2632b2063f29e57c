//! One day of a fleet. Must not know any other day.

use std::collections::BTreeMap;

use tonnage_base::{Date, Decimal, Symbol};
use tonnage_lang::{
    Intent,
    intent::{Commitment, CommitmentId, Pool},
};
use tonnage_place::placement::{Placement, Slice};

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
            let Some((id, commitment)) = drawn(intent, pool, slice) else { continue };
            let Some(draw) = found.draws.get_mut(id.0 as usize) else { continue };
            let Some(model) = shape.accelerator else {
                draw.cpu_nodes += slice.nodes;
                continue;
            };
            *draw.gpus.entry(model).or_default() += gpus;
            match commitment.rates.get(&model) {
                Some(rate) => draw.hourly += rate.value.money.amount * Decimal::from(gpus),
                None => draw.unpriced += gpus,
            }
        }
    }
    found
}

/// The commitment that a slice draws from: the one its option or capacity names, else the first by name that covers it.
fn drawn<'a>(intent: &'a Intent, pool: &Pool, slice: &Slice) -> Option<(CommitmentId, &'a Commitment)> {
    let option = pool.options.iter().find(|option| option.name.value == slice.option);
    let named = option.and_then(|option| option.draw);
    let through = slice.capacity.and_then(|id| intent.capacities.get(id)?.commitment);
    if let Some(at) = named.or(through) {
        return intent
            .commitments
            .get(at.value)
            .map(|commitment| (at.value, commitment))
            .filter(|(_, c)| runs(intent, c));
    }
    let shape = intent.catalog.shapes.get(slice.shape)?;
    intent.commitments.iter_enumerated().find(|(_, commitment)| {
        let covers = &commitment.covers;
        let within =
            |list: &[tonnage_base::At<Symbol>], name: Symbol| list.is_empty() || list.iter().any(|at| at.value == name);
        runs(intent, commitment)
            && commitment.clouds.iter().any(|at| at.value == slice.cloud)
            && within(&covers.regions, slice.region)
            && shape.accelerator.map_or(covers.accelerators.is_empty(), |model| within(&covers.accelerators, model))
            && within(&covers.services, Symbol::new("compute"))
    })
}

fn runs(intent: &Intent, commitment: &Commitment) -> bool {
    (commitment.term.0.value..=commitment.term.1.value).contains(&intent.as_of)
}
