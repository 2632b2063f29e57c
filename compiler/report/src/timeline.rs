//! A timeline as text, JSON, CSV and a chart. Must not reckon anything.

mod chart;
mod machine;
mod text;

pub use chart::svg;
pub use machine::{csv, json};
pub use text::text;

use std::collections::BTreeMap;

use tonnage_base::{Decimal, Symbol};
use tonnage_forecast::{CommitmentLine, Sample, Timeline};

/// An amount of a commitment in its unit.
fn amount(line: &CommitmentLine, amount: Decimal) -> String {
    crate::words::amount(amount, line.unit)
}

/// What series a sample is shown by: clouds and accelerators, each with its GPUs.
fn by(sample: &Sample, cloud: bool) -> BTreeMap<Symbol, u64> {
    let mut all = BTreeMap::new();
    for ((of, model), gpus) in &sample.gpus {
        *all.entry(if cloud { *of } else { *model }).or_default() += gpus;
    }
    all
}

/// Names of all series of a timeline, in order.
fn series(timeline: &Timeline, cloud: bool) -> Vec<Symbol> {
    let mut names: Vec<Symbol> = timeline.samples.iter().flat_map(|sample| by(sample, cloud).into_keys()).collect();
    names.sort();
    names.dedup();
    names
}
