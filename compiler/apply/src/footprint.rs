//! What a plan was made from, looked at again before anything is done: its own units and those it takes values from,
//! and how many nodes run where it stops some. What else has happened to the fleet since does not matter to it. Must
//! not know what runs on a node.

use futures::stream::{self, StreamExt};
use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Symbol, quantity::group_thousands};
use tonnage_cloud::{Cancel, CloudError, cloud::LiveUnit};
use tonnage_plan::{Plan, Unit, UnitId, UnitOperation};

use crate::options::{Clouds, Options};
use crate::resume::Earlier;

/// A unit that is not as it was when the plan was made.
#[derive(Clone, Debug)]
pub struct MovedUnit {
    /// Which.
    pub unit: UnitId,
    /// As it is now; none: it is not there.
    pub live: Option<LiveUnit>,
    /// Groups in which the plan stops nodes and more run than it counted: all that has moved where the unit is as it
    /// was.
    pub grown: Vec<Grown>,
}

/// A group in which more nodes run than a plan that stops them counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grown {
    /// Which.
    pub address: Symbol,
    /// Nodes that the plan counted.
    pub counted: u32,
    /// Nodes that run now.
    pub running: u32,
}

impl MovedUnit {
    pub(crate) fn diagnostic(&self, plan: &Plan) -> Option<Diagnostic> {
        let unit = plan.unit(self.unit)?;
        let mut stale = CloudError::Stale { unit: unit.name }.diagnostic();
        if !self.grown.is_empty() {
            let sum = |of: fn(&Grown) -> u32| self.grown.iter().map(of).map(u64::from).sum::<u64>();
            let (running, counted) = (sum(|group| group.running), sum(|group| group.counted));
            let nodes =
                |n: u64| if n == 1 { "1 node runs".to_owned() } else { format!("{} nodes run", group_thousands(n)) };
            stale.message = format!(
                "unit {}: {} now where the plan stops nodes; it counted {}",
                unit.name,
                nodes(running),
                group_thousands(counted)
            );
        }
        Some(stale)
    }
}

/// Groups of a unit in which a plan stops nodes and more run than it counted. Nodes come and go without the unit being
/// another one, so its fingerprint does not tell.
fn grown(plan: &Plan, id: UnitId, live: Option<&LiveUnit>) -> Vec<Grown> {
    let running = live.into_iter().flat_map(|live| &live.resources);
    let running: FxHashMap<&str, u32> = running.filter_map(|r| Some((&*r.local_name, r.running?))).collect();
    if running.is_empty() {
        return Vec::new();
    }
    let grown = plan.changes_of(id).iter().filter_map(|change| {
        let running = *running.get(change.local_name.as_str())?;
        Some(Grown { address: change.address, counted: change.uncounted(running)?, running })
    });
    grown.collect()
}

/// Units that are not as they were when the plan was made, or in which it would stop more than it says. One that an
/// earlier try of the same plan has begun may be another one by now: only its nodes are counted. One that can't be read
/// is passed over. Both are looked at again when their turn comes, one that only gives values when they are taken.
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
    // what is on its way may run a node more while others are replaced; what is being deleted never does
    let is_counted = |unit: &Unit| !earlier.told(unit) || unit.operation == UnitOperation::Delete;
    let units = units.filter(|(_, unit)| !earlier.began(unit) || is_counted(unit));
    let reads = units.map(|(id, unit)| async move {
        let cloud = clouds(unit.site.cloud)?;
        let live = cloud.read_back(unit.site.region, unit.name, cancel).await.ok()?;
        let now = live.as_ref().map_or("", |live| live.fingerprint.as_str());
        if now != unit.expects && !earlier.began(unit) {
            return Some(MovedUnit { unit: id, live, grown: Vec::new() });
        }
        let grown = if is_counted(unit) { grown(plan, id, live.as_ref()) } else { Vec::new() };
        (!grown.is_empty()).then_some(MovedUnit { unit: id, live, grown })
    });
    let reads: Vec<_> = reads.collect();
    let found: Vec<Option<MovedUnit>> = stream::iter(reads).buffered(options.parallelism.max(1)).collect().await;
    found.into_iter().flatten().collect()
}
