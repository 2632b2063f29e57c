//! Property drift, where CloudFormation can find it out: bounded in time, and said where it can't. Must not change
//! anything.

use aws_sdk_cloudformation::types::StackResourceDriftStatus;
use tonnage_cloud::cloud::{Cancel, CloudError, LiveUnit, UnitState};

use super::region::Region;
use crate::read::drift;

/// Writes what is there beside what was applied, where the two differ. Gives what could not be known.
pub async fn look(region: &Region, unit: &mut LiveUnit, cancel: &Cancel) -> Result<Vec<String>, CloudError> {
    if unit.state != UnitState::Ready {
        return Ok(vec![format!("cannot know: property drift in stack {} (it is {})", unit.name, words(&unit.state))]);
    }
    let name = unit.name;
    match detect(region, unit, cancel).await {
        Ok(gaps) => Ok(gaps),
        Err(CloudError::Cancelled) => Err(CloudError::Cancelled),
        Err(error @ CloudError::Unreachable { .. }) => Err(error),
        Err(error) => Ok(vec![format!("cannot know: property drift in stack {name} ({error})")]),
    }
}

async fn detect(region: &Region, unit: &mut LiveUnit, cancel: &Cancel) -> Result<Vec<String>, CloudError> {
    let name = unit.name.as_str();
    let call = region.formation.detect_stack_drift().stack_name(name);
    let detection = region.call("DetectStackDrift", cancel, call.send()).await?;
    let detection = detection.stack_drift_detection_id.unwrap_or_default();
    let deadline = tokio::time::Instant::now() + region.config.drift_wait;
    let mut gaps = Vec::new();
    let mut pace = region.pace();
    loop {
        let call = region.formation.describe_stack_drift_detection_status().stack_drift_detection_id(&detection);
        let answer = region.call("DescribeStackDriftDetectionStatus", cancel, call.send()).await?;
        match answer.detection_status().map(|status| status.as_str()) {
            Some("DETECTION_COMPLETE") => break,
            Some("DETECTION_FAILED") => {
                // What was found out before it failed still counts.
                let why = answer.detection_status_reason().unwrap_or("no reason given");
                gaps.push(format!("cannot know: property drift in all of stack {name} ({why})"));
                break;
            }
            _ if tokio::time::Instant::now() >= deadline => {
                let seconds = region.config.drift_wait.as_secs();
                return Ok(vec![format!("cannot know: property drift in stack {name} (not found out in {seconds} s)")]);
            }
            _ => pace.wait(cancel).await?,
        }
    }

    let mut token = None;
    loop {
        let call = region
            .formation
            .describe_stack_resource_drifts()
            .stack_name(name)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted)
            .set_next_token(token);
        let page = region.call("DescribeStackResourceDrifts", cancel, call.send()).await?;
        for found in page.stack_resource_drifts.unwrap_or_default() {
            let local = found.logical_resource_id().unwrap_or_default();
            let Some(resource) = unit.resources.iter_mut().find(|r| *r.local_name == *local) else { continue };
            if found.stack_resource_drift_status() == Some(&StackResourceDriftStatus::Deleted) {
                resource.physical_id = None;
                resource.actual = Some("null".to_owned());
            } else if let (Some(expected), Some(actual)) = (found.expected_properties(), found.actual_properties()) {
                resource.actual = drift::actual(&resource.applied, expected, actual);
            }
        }
        token = page.next_token;
        if token.is_none() {
            return Ok(gaps);
        }
    }
}

fn words(state: &UnitState) -> &str {
    match state {
        UnitState::Ready => "ready",
        UnitState::Busy(state) | UnitState::Stuck { state, .. } | UnitState::FailedCreate { state, .. } => state,
    }
}
