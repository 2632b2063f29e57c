//! What a plan was made from, looked at again before anything is done: its own units and those it takes values from. What
//! else has happened to the fleet since does not matter to it. Must not know what a unit holds.

use futures::stream::{self, StreamExt};
use rustc_hash::FxHashSet;
use tonnage_base::Diagnostic;
use tonnage_cloud::{Cancel, CloudError, cloud::LiveUnit};
use tonnage_plan::{Plan, UnitId, UnitOperation};

use crate::options::{Clouds, Options};
use crate::resume::Earlier;

/// A unit that is not as it was when the plan was made.
#[derive(Clone, Debug)]
pub struct MovedUnit {
    /// Which.
    pub unit: UnitId,
    /// As it is now; none: it is not there.
    pub live: Option<LiveUnit>,
}

impl MovedUnit {
    pub(crate) fn diagnostic(&self, plan: &Plan) -> Option<Diagnostic> {
        plan.unit(self.unit).map(|unit| CloudError::Stale { unit: unit.name }.diagnostic())
    }
}

/// Units that are not as they were when the plan was made. One that an earlier try of the same plan has begun is
/// passed over, and so is one that can't be read: both are looked at again when their turn comes, one that only gives values when
/// they are taken.
pub(crate) async fn moved(
    plan: &Plan,
    clouds: Clouds<'_>,
    options: &Options,
    earlier: &Earlier,
    cancel: &Cancel,
) -> Vec<MovedUnit> {
    let acts = |id: &UnitId| plan.unit(*id).is_some_and(|unit| unit.operation != UnitOperation::Keep);
    let mut seen: FxHashSet<UnitId> = FxHashSet::default();
    let mut looked_at: Vec<UnitId> = Vec::new();
    for id in plan.steps.iter().flat_map(|step| &step.units).copied().filter(acts) {
        let parameters = plan.unit(id).into_iter().flat_map(|unit| &unit.parameters);
        let givers = parameters.filter_map(|parameter| parameter.from.unit());
        looked_at.extend([id].into_iter().chain(givers).filter(|id| seen.insert(*id)));
    }
    let units = looked_at.into_iter().filter_map(|id| Some((id, plan.unit(id)?)));
    let reads = units.filter(|(_, unit)| !earlier.began(unit)).map(|(id, unit)| async move {
        let cloud = clouds(unit.site.cloud)?;
        let live = cloud.read_back(unit.site.region, unit.name, cancel).await.ok()?;
        let now = live.as_ref().map_or("", |live| live.fingerprint.as_str());
        (now != unit.expects).then_some(MovedUnit { unit: id, live })
    });
    let reads: Vec<_> = reads.collect();
    let found: Vec<Option<MovedUnit>> = stream::iter(reads).buffered(options.parallelism.max(1)).collect().await;
    found.into_iter().flatten().collect()
}
