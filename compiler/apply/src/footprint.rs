//! What a plan was made from, looked at again before anything is done: its own units and those it takes values from. What
//! else has happened to the fleet since does not matter to it. Must not know what a unit holds.

use futures::stream::{self, StreamExt};
use rustc_hash::FxHashSet;
use tonnage_base::Diagnostic;
use tonnage_cloud::{Cancel, CloudError};
use tonnage_plan::{Plan, UnitId, UnitOperation};

use crate::options::{Clouds, Options};
use crate::resume::Earlier;

/// Units that are not as they were when the plan was made, each said. One that an earlier try of the same plan has begun is
/// passed over, and so is one that can't be read: both are looked at again when their turn comes.
pub(crate) async fn moved(
    plan: &Plan,
    clouds: Clouds<'_>,
    options: &Options,
    earlier: &Earlier,
    cancel: &Cancel,
) -> Vec<Diagnostic> {
    let acts = |id: &UnitId| plan.unit(*id).is_some_and(|unit| unit.operation != UnitOperation::Keep);
    let mut seen: FxHashSet<UnitId> = FxHashSet::default();
    let mut looked_at: Vec<UnitId> = Vec::new();
    for id in plan.steps.iter().flat_map(|step| &step.units).copied().filter(acts) {
        let parameters = plan.unit(id).into_iter().flat_map(|unit| &unit.parameters);
        let givers = parameters.filter_map(|parameter| parameter.from.unit());
        looked_at.extend([id].into_iter().chain(givers).filter(|id| seen.insert(*id)));
    }
    let reads = looked_at.into_iter().filter_map(|id| plan.unit(id)).filter(|unit| !earlier.began(unit)).map(
        |unit| async move {
            let cloud = clouds(unit.site.cloud)?;
            let live = cloud.read_back(unit.site.region, unit.name, cancel).await.ok()?;
            let now = live.map_or_else(String::new, |live| live.fingerprint);
            (now != unit.expects).then(|| CloudError::Stale { unit: unit.name }.diagnostic())
        },
    );
    let reads: Vec<_> = reads.collect();
    let found: Vec<Option<Diagnostic>> = stream::iter(reads).buffered(options.parallelism.max(1)).collect().await;
    found.into_iter().flatten().collect()
}
