//! Which of what others did `adopt` can take over, so that a plan names no command that is refused. The first few are
//! tried as `adopt` itself would; of others, and in large fleets, only what is written out where it is decided is
//! offered. Must not write, nor know what is shown.

use std::cell::Cell;
use std::collections::BTreeSet;

use tonnage_base::Symbol;
use tonnage_graph::secret::is_hidden;
use tonnage_lang::Intent;
use tonnage_lower::{Lowered, origin::Decides};
use tonnage_plan::{Choice, Plan};
use tonnage_report::{drift, words};

use super::{Bench, Texts, candidates};
use crate::{check::Checked, live::Observed, settings::Settings, world::World};

/// Most kinds of drift that are tried.
const TRIED: usize = 8;
/// Most runs of the pipeline for all of them.
const RUNS: usize = 32;
/// Resources of a fleet in which nothing is tried.
const LARGE: usize = 1_500;

/// What a plan was made from.
pub(crate) struct Made<'a> {
    pub world: &'a dyn World,
    pub settings: &'a Settings,
    pub checked: &'a Checked,
    pub intent: &'a Intent,
    pub lowered: &'a Lowered,
    pub observed: &'a Observed,
}

impl Made<'_> {
    /// The targets of `adopt` that it takes over: `ADDRESS`, `ADDRESS.PROPERTY`.
    pub(crate) fn offers(&self, plan: &Plan) -> BTreeSet<String> {
        let mut offers = BTreeSet::new();
        let lines = drift::roll_up(plan);
        if lines.is_empty() {
            return offers;
        }
        let settings =
            Settings { drift: true, ignore_drift: Vec::new(), revert_drift: Vec::new(), ..self.settings.clone() };
        let (world, observed, values) = (self.world, self.observed, &plan.values);
        let bench = Bench { world, settings: &settings, observed, values, runs: Cell::new(RUNS) };
        let small = self.lowered.graph.len() <= LARGE && observed.resting.is_empty();
        let start = if small { bench.situation(&Texts::default()).ok() } else { None };
        let mut tried = 0;
        for line in &lines {
            let Some(&first) = line.addresses.first() else { continue };
            let Some(written_out) = self.might(plan, first, &line.path) else { continue };
            let target = words::property(first.as_str(), &line.path);
            let works = match &start {
                Some(start) if tried < TRIED => {
                    tried += 1;
                    bench.take(&target, start, &mut Texts::default(), &mut Vec::new()).is_ok()
                }
                _ => written_out && (start.is_some() || !small),
            };
            if works && written_out {
                offers.extend(line.addresses.iter().map(|address| words::property(address.as_str(), &line.path)));
            } else if works {
                offers.insert(target);
            }
        }
        offers
    }

    /// Whether any edit might take something over, and whether it is one of what decides nothing else.
    fn might(&self, plan: &Plan, address: Symbol, path: &str) -> Option<bool> {
        let drift = plan.drift.iter().find(|drift| drift.address == address)?;
        if path.is_empty() {
            return candidates::removal(self.checked, self.lowered.declared(self.intent, address)).map(|_| true);
        }
        let property = drift.properties.iter().find(|property| property.path == path)?;
        if property.choice == Choice::Accept || property.live.is_some_and(|live| is_hidden(&plan.values, live)) {
            return None;
        }
        let found = candidates::find(self.checked, self.intent, self.lowered, plan, address, property);
        let decides = self.lowered.decides(self.intent, address, path);
        (!found.edits.is_empty()).then_some(matches!(decides, Some(Decides::Body(Some(_)))))
    }
}
