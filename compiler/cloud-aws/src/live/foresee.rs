//! The second opinion of CloudFormation: a change set that is made, read and deleted, never executed. Must not leave
//! anything behind, nor take away what is not its own.
//!
//! A change set for a stack that is not there makes an empty stack, in review; it goes with the change set. Whoever is
//! killed in between leaves both: asked the same again, the change set is taken over; otherwise the next question that
//! is asked of the fleet in the region takes away what is too old to be still in use.

use std::time::Duration;

use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types::{ChangeSetSummary, Stack};
use tonnage_base::{Symbol, Timestamp};
use tonnage_cloud::cloud::{Cancel, CloudError, Opinion, UnitRequest, UnitState};
use tonnage_plan::model::{Ahead, UnitOperation};
use tonnage_plan::opinion::Foreseen;

use super::change_set::{Draft, busy, prepare_delete};
use super::errors::is_missing;
use super::observe::prefix;
use super::region::Region;
use super::stacks::{FLEET_TAG, status};
use crate::read::state;

/// How the names of these change sets begin.
const ASKED: &str = "tonnage-verify-";
/// A change set that only asks is in use for no longer than this: the service gets ten minutes to make one.
const IN_USE: Duration = Duration::from_secs(15 * 60);

/// What would be done with a unit. Fails only where it is stopped or nobody answers.
pub async fn unit(
    region: &Region,
    request: &UnitRequest,
    now: Timestamp,
    cancel: &Cancel,
) -> Result<Opinion, CloudError> {
    match answer(region, request, now, cancel).await {
        Ok(said) => Ok(Opinion::Foreseen(said)),
        Err(error @ (CloudError::Cancelled | CloudError::Unreachable { .. })) => Err(error),
        Err(CloudError::State { state, reason, .. }) => {
            Ok(Opinion::Unasked(format!("it is in state {state}: {reason}")))
        }
        Err(CloudError::Refused { reason, .. }) => Ok(Opinion::Unasked(reason)),
        Err(error) => Ok(Opinion::Unasked(error.to_string())),
    }
}

async fn answer(
    region: &Region,
    request: &UnitRequest,
    now: Timestamp,
    cancel: &Cancel,
) -> Result<Vec<Foreseen>, CloudError> {
    let unit = &request.unit;
    let refused = |reason: &str| CloudError::Refused { operation: "asking".to_owned(), reason: reason.to_owned() };
    if unit.ahead.iter().any(|ahead| matches!(ahead, Ahead::Import { .. })) {
        return Err(refused("what it takes in is not in it yet"));
    }
    if unit.operation == UnitOperation::Delete {
        return Ok(prepare_delete(region, request, cancel).await?.changes);
    }
    let mut draft = Draft::that_asks(region, request, ASKED)?;
    let stack = region.describe_stack(unit.name.as_str(), cancel).await?;
    match stack.filter(|stack| status(stack) != state::IN_REVIEW) {
        None if !unit.expects.is_empty() => return Err(CloudError::Stale { unit: unit.name }),
        None => {}
        Some(stack) => {
            let status = status(&stack);
            if state::in_progress(&status) {
                return Err(busy(unit.name, &status));
            }
            let seen = draft.ours(&stack, &status, cancel).await?;
            if seen.unit.fingerprint != unit.expects {
                return Err(CloudError::Stale { unit: unit.name });
            }
            if matches!(seen.unit.state, UnitState::FailedCreate { .. }) {
                return Err(refused("its creation failed, and it is deleted before it is made again"));
            }
            take_away_old(region, unit.name.as_str(), now, cancel).await?;
            draft.updates(&seen, &stack);
        }
    }
    let made = draft.make(cancel).await;
    // Whatever came of it, and whoever asked to stop: it goes.
    draft.discard(&Cancel::default()).await.map_err(|error| {
        refused(&format!("a change set that only asked is left behind, for the next `-verify` to take away ({error})"))
    })?;
    Ok(made?.changes)
}

/// Takes away what questions left that were cut short before they could: stacks of the fleet that were only ever asked
/// about.
pub async fn sweep(region: &Region, fleet: Symbol, now: Timestamp, cancel: &Cancel) -> Result<(), CloudError> {
    for name in region.list_stacks(&prefix(fleet), &[state::IN_REVIEW], cancel).await? {
        let Some(stack) = region.describe_stack(&name, cancel).await? else { continue };
        let ours = status(&stack) == state::IN_REVIEW && is_of(&stack, fleet) && is_over(stack.creation_time(), now);
        if ours && take_away_old(region, &name, now, cancel).await? {
            let call = region.formation.delete_stack().stack_name(&name);
            region.call("DeleteStack", cancel, call.send()).await?;
        }
    }
    Ok(())
}

fn is_of(stack: &Stack, fleet: Symbol) -> bool {
    stack.tags().iter().any(|tag| tag.key() == Some(FLEET_TAG) && tag.value() == Some(fleet.as_str()))
}

/// Deletes the change sets of a stack that asked and are in use no more. Whether none is left.
async fn take_away_old(region: &Region, stack: &str, now: Timestamp, cancel: &Cancel) -> Result<bool, CloudError> {
    let found = region.list_change_sets(stack, cancel).await?;
    let old: Vec<&str> = found.iter().filter(|set| is_old(set, now)).filter_map(|set| set.change_set_name()).collect();
    for &name in &old {
        let call = region.formation.delete_change_set().stack_name(stack).change_set_name(name);
        match call.send().await {
            Ok(_) => {}
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(region.error("DeleteChangeSet", error)),
        }
    }
    Ok(old.len() == found.len())
}

/// Whether a change set asked, and is in use no more.
fn is_old(set: &ChangeSetSummary, now: Timestamp) -> bool {
    set.change_set_name().is_some_and(|name| name.starts_with(ASKED)) && is_over(set.creation_time(), now)
}

/// Whether something was made so long ago that it can't be in use.
fn is_over(made: Option<&DateTime>, now: Timestamp) -> bool {
    let age = made.and_then(|made| u64::try_from(now.as_second().checked_sub(made.secs())?).ok());
    age.is_some_and(|seconds| Duration::from_secs(seconds) > IN_USE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_asked_and_is_not_in_use_is_old() {
        let now = Timestamp::from_second(1_795_000_000).expect("a time");
        let is_old = |name: &str, ago: Duration| {
            let ago = i64::try_from(ago.as_secs()).expect("seconds");
            let at = DateTime::from_secs(now.as_second() - ago);
            super::is_old(&ChangeSetSummary::builder().change_set_name(name).creation_time(at).build(), now)
        };
        assert!(is_old("tonnage-verify-00", IN_USE * 2));
        assert!(!is_old("tonnage-verify-00", IN_USE / 2), "somebody may be asking at this moment");
        assert!(!is_old("tonnage-00", IN_USE * 2), "it is to be executed");
        let undated = ChangeSetSummary::builder().change_set_name("tonnage-verify-00").build();
        assert!(!super::is_old(&undated, now));
    }
}
