//! Whether groups are full. CloudFormation can't know: a stack is complete with an empty group in it. Groups are asked
//! for by their identifiers, fifty in a call. Must not know resource types: what holds nodes that run is a group.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::types::{AutoScalingGroup, Instance};
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, Event, EventSink, LiveUnit, Outcome, Shortfall};
use tonnage_graph::Older;
use tonnage_plan::model::{Unit, WhenHeld};

use super::follow::LOST;
use super::region::{Region, side_by_side};
use crate::read::activity;

/// Groups named in one call.
const NAMES: usize = 50;
/// The state of a node that runs.
const RUNNING: &str = "InService";

/// A group as Auto Scaling has it.
#[derive(Clone, PartialEq, Eq)]
struct Group {
    asked: u32,
    running: u32,
    /// Of these, those of another version of its template than it asks for.
    older: Box<[Older]>,
}

impl Group {
    fn of(group: &AutoScalingGroup) -> Self {
        let runs = |instance: &&Instance| instance.lifecycle_state().is_some_and(|state| state.as_str() == RUNNING);
        let running: Vec<&Instance> = group.instances().iter().filter(runs).collect();
        let mixed = || group.mixed_instances_policy()?.launch_template()?.launch_template_specification();
        let asked = group.launch_template().or_else(mixed).and_then(|template| template.version());
        // a name of a version (`$Latest`) says nothing of what it was when a node started
        let asked = asked.filter(|version| !version.starts_with('$'));
        let mut older: BTreeMap<(Symbol, Symbol), u32> = BTreeMap::new();
        for instance in &running {
            let version = instance.launch_template().and_then(|template| template.version());
            if let (Some(asked), Some(version), Some(shape)) = (asked, version, instance.instance_type())
                && version != asked
            {
                *older.entry((Symbol::new(version), Symbol::new(shape))).or_default() += 1;
            }
        }
        let older = older.into_iter().map(|((version, shape), nodes)| Older { shape, version: Some(version), nodes });
        Self {
            asked: u32::try_from(group.desired_capacity().unwrap_or(0)).unwrap_or(0),
            running: u32::try_from(running.len()).unwrap_or(u32::MAX),
            older: older.collect(),
        }
    }
}

/// Writes the number of running nodes beside every group of the units.
pub async fn count(
    region: &Region,
    units: &mut [LiveUnit],
    gaps: &mut Vec<String>,
    cancel: &Cancel,
) -> Result<(), CloudError> {
    let is_group = |holds: Option<tonnage_graph::Holds>| holds.is_some_and(|holds| !holds.reserves_only);
    let names: Vec<&str> = units
        .iter()
        .flat_map(|unit| &unit.resources)
        .filter(|r| is_group(r.holds))
        .filter_map(|r| r.physical_id.as_deref())
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let found = match describe(region, &names, cancel).await {
        Ok(found) => found,
        Err(CloudError::Cancelled) => return Err(CloudError::Cancelled),
        Err(error) => {
            gaps.push(format!("cannot know how many nodes run in {} groups in {}: {error}", names.len(), region.name));
            return Ok(());
        }
    };
    for resource in units.iter_mut().flat_map(|unit| &mut unit.resources).filter(|r| is_group(r.holds)) {
        let group = resource.physical_id.as_deref().and_then(|id| found.get(id));
        resource.running = group.map(|group| group.running);
        resource.older = group.map(|group| group.older.clone()).unwrap_or_default();
    }
    Ok(())
}

/// Waits until the unit's groups are full, the service has said that they will not be, or the time is over.
pub async fn fill(
    region: &Region,
    unit: &Unit,
    identifiers: &BTreeMap<String, String>,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Outcome, CloudError> {
    let groups: Vec<(Symbol, &str)> = unit
        .members
        .iter()
        .filter(|member| member.holds.is_some_and(|holds| !holds.reserves_only && holds.nodes > 0))
        .filter_map(|member| Some((member.address, identifiers.get(member.local_name.as_str())?.as_str())))
        .collect();
    if groups.is_empty() {
        return Ok(Outcome::Filled);
    }
    let say = |address: Option<Symbol>, detail: String| {
        events.event(Event { unit: unit.name, address, what: "waiting", detail });
    };
    let names: Vec<&str> = groups.iter().map(|(_, name)| *name).collect();
    let deadline = tokio::time::Instant::now() + region.config.fill_wait;
    let mut pace = region.pace();
    let mut before: BTreeMap<String, Group> = BTreeMap::new();
    let (mut refused_twice, mut lost) = (0, 0);
    // The group itself asks again, as long as it is there.
    let asks_again = unit.when_held == WhenHeld::Retry;
    loop {
        let found = match describe(region, &names, cancel).await {
            Ok(found) => found,
            Err(CloudError::Cancelled) => return Err(CloudError::Cancelled),
            Err(CloudError::Throttled { .. } | CloudError::Unreachable { .. }) if lost < LOST => {
                lost += 1;
                pace.wait(cancel).await?;
                continue;
            }
            // what follows may take away the nodes that these are to replace
            Err(error) => {
                say(None, format!("cannot know whether its groups are full: {error}"));
                return Err(error);
            }
        };
        lost = 0;
        if before.is_empty() {
            for (address, _) in groups.iter().filter(|(_, name)| !found.contains_key(*name)) {
                say(Some(*address), "cannot know how many of its nodes run: it is not an Auto Scaling group".into());
            }
        }
        let short: Vec<(Symbol, &str, Group)> = groups
            .iter()
            .filter_map(|(address, name)| Some((*address, *name, found.get(*name)?.clone())))
            .filter(|(_, _, group)| group.running < group.asked)
            .collect();
        if short.is_empty() {
            return Ok(Outcome::Filled);
        }
        for (address, _, group) in short.iter().filter(|(_, name, group)| before.get(*name) != Some(group)) {
            say(Some(*address), format!("{} of {} nodes running", group.running, group.asked));
        }
        let asks = short.iter().map(|(_, name, _)| last_failure(region, name, cancel)).collect();
        let reasons: Vec<Option<String>> = side_by_side(asks).await?;
        let unchanged = found == before;
        refused_twice = if unchanged && reasons.iter().all(Option::is_some) { refused_twice + 1 } else { 0 };
        if tokio::time::Instant::now() >= deadline || (refused_twice >= 2 && !asks_again) {
            let shortfalls = short.into_iter().zip(reasons).map(|((address, _, group), reason)| Shortfall {
                address,
                asked: group.asked,
                running: group.running,
                reason: reason.unwrap_or_else(|| activity::PENDING.to_owned()),
            });
            return Ok(Outcome::Short(shortfalls.collect()));
        }
        before = found;
        pace.wait(cancel).await?;
    }
}

async fn describe(region: &Region, names: &[&str], cancel: &Cancel) -> Result<BTreeMap<String, Group>, CloudError> {
    let mut groups = BTreeMap::new();
    for names in names.chunks(NAMES) {
        let mut token = None;
        loop {
            let call = region
                .scaling
                .describe_auto_scaling_groups()
                .set_auto_scaling_group_names(Some(names.iter().map(|name| (*name).to_owned()).collect()))
                .set_next_token(token);
            let page = region.call("DescribeAutoScalingGroups", cancel, call.send()).await?;
            for group in page.auto_scaling_groups.unwrap_or_default() {
                let read = Group::of(&group);
                if let Some(name) = group.auto_scaling_group_name {
                    groups.insert(name, read);
                }
            }
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(groups)
}

/// Why the group's last activity failed; none where it did not, or nobody can say.
async fn last_failure(region: &Region, name: &str, cancel: &Cancel) -> Result<Option<String>, CloudError> {
    let call = region.scaling.describe_scaling_activities().auto_scaling_group_name(name).max_records(1);
    match region.call("DescribeScalingActivities", cancel, call.send()).await {
        Ok(page) => Ok(page.activities.unwrap_or_default().into_iter().next().and_then(|activity| {
            let failed = activity.status_code().is_some_and(|code| matches!(code.as_str(), "Failed" | "Cancelled"));
            failed.then(|| activity::reason(activity.status_message().unwrap_or_default()))
        })),
        Err(CloudError::Cancelled) => Err(CloudError::Cancelled),
        Err(_) => Ok(None),
    }
}
