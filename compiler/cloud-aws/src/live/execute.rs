//! A prepared unit, done: begun once, followed to its end, and read back. Must not prepare anything.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::operation::execute_change_set::builders::ExecuteChangeSetFluentBuilder;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, Event, EventSink, Failure, Outcome, Prepared, UnitRequest};
use tonnage_plan::model::Ahead;

use super::follow::{Follow, Since};
use super::groups;
use super::parameters::{name, parameter_values};
use super::region::Region;
use super::stacks::{Seen, physical_id, status};
use crate::read::{activity, state};

/// Executes a change set. The outcome is what is there afterwards, whatever the status says.
pub async fn change_set(
    region: &Region,
    request: &UnitRequest,
    prepared: &Prepared,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Outcome, CloudError> {
    let unit = &request.unit;
    if !prepared.nothing_to_do {
        let Some(stack) = region.describe_stack(unit.name.as_str(), cancel).await? else {
            return Err(CloudError::Stale { unit: unit.name });
        };
        let addresses = addresses(region, request, &stack, cancel).await?;
        let id = stack.stack_id().unwrap_or(unit.name.as_str());
        let follow = Follow { region, unit: unit.name, stack: id, addresses: &addresses, events: Some(events) };
        let running = state::in_progress(&status(&stack)) && stack.change_set_id() == Some(prepared.handle.as_str());
        let since = if running {
            Since::Beginning
        } else {
            let since = follow.newest(cancel).await?;
            let token = name(request, &parameter_values(request)?);
            let call = execution(region, request, id, &prepared.handle).client_request_token(token);
            region.call("ExecuteChangeSet", cancel, call.send()).await?;
            since
        };
        let end = follow.to_the_end(since, cancel).await?;
        if !state::succeeded(&end.status) {
            return Ok(Outcome::Failed { failures: end.failures, kept: state::kept(&end.status) });
        }
    }
    let listed = region.list_resources(unit.name.as_str(), cancel).await?;
    let identifiers: BTreeMap<String, String> = listed
        .iter()
        .filter_map(|resource| Some((resource.logical_resource_id()?.to_owned(), physical_id(resource)?.to_owned())))
        .collect();
    let missing: Vec<Symbol> = unit
        .members
        .iter()
        .filter(|member| !identifiers.contains_key(member.local_name.as_str()))
        .map(|member| member.address)
        .collect();
    if !missing.is_empty() {
        return Ok(Outcome::NotThere(missing));
    }
    match groups::fill(region, unit, &identifiers, events, cancel).await? {
        // CloudFormation can't know, and what still comes is waited for
        Outcome::Short(short)
            if short.iter().all(|group| group.reason != activity::PENDING)
                && unit.undoes(short.iter().map(|group| group.address)) =>
        {
            let detail = "the cloud has no room for all of its nodes: what was made is taken away again".to_owned();
            events.event(Event { unit: unit.name, address: None, what: "rolling back", detail });
            let failures = short.iter().map(|group| Failure {
                address: group.address,
                reason: format!("{}: {} nodes asked for, {} running", group.reason, group.asked, group.running),
            });
            let mut failures: Vec<Failure> = failures.collect();
            let whole = Prepared { handle: unit.name.to_string(), nothing_to_do: false, changes: Vec::new() };
            let kept = match delete(region, request, &whole, events, cancel).await? {
                Outcome::Failed { failures: more, .. } => {
                    failures.extend(more);
                    true
                }
                _ => false,
            };
            Ok(Outcome::Failed { failures, kept })
        }
        outcome => Ok(outcome),
    }
}

/// The call that executes a change set. What it makes and can't keep is deleted again, also what is to be kept once it
/// is there: it would be paid for, and nothing would name it.
fn execution(region: &Region, request: &UnitRequest, stack: &str, change_set: &str) -> ExecuteChangeSetFluentBuilder {
    let call = region.formation.execute_change_set().stack_name(stack).change_set_name(change_set);
    // what is imported was there before
    let imports = matches!(request.ahead, Some(Ahead::Import { .. }));
    if imports { call } else { call.retain_except_on_create(true) }
}

/// Deletes a stack, and waits until it is gone.
pub async fn delete(
    region: &Region,
    request: &UnitRequest,
    prepared: &Prepared,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Outcome, CloudError> {
    let unit = &request.unit;
    if prepared.nothing_to_do {
        return Ok(Outcome::Filled);
    }
    let Some(stack) = region.describe_stack(&prepared.handle, cancel).await? else { return Ok(Outcome::Filled) };
    let status = status(&stack);
    if status == state::DELETED {
        return Ok(Outcome::Filled);
    }
    let addresses = addresses(region, request, &stack, cancel).await?;
    let follow =
        Follow { region, unit: unit.name, stack: &prepared.handle, addresses: &addresses, events: Some(events) };
    let since = if status == "DELETE_IN_PROGRESS" {
        Since::Beginning
    } else {
        let since = follow.newest(cancel).await?;
        let token = name(request, &[]);
        let call = region.formation.delete_stack().stack_name(&prepared.handle).client_request_token(token);
        region.call("DeleteStack", cancel, call.send()).await?;
        since
    };
    let end = follow.to_the_end(since, cancel).await?;
    if end.status == state::DELETED {
        return Ok(Outcome::Filled);
    }
    Ok(Outcome::Failed { failures: end.failures, kept: true })
}

/// The addresses of everything in the unit, before and after, by local name.
async fn addresses(
    region: &Region,
    request: &UnitRequest,
    stack: &aws_sdk_cloudformation::types::Stack,
    cancel: &Cancel,
) -> Result<BTreeMap<String, Symbol>, CloudError> {
    let mut addresses = BTreeMap::new();
    if let Seen::Ours(seen) = region.read(stack, Some(request.fleet), cancel).await? {
        addresses.extend(seen.unit.resources.iter().map(|r| (r.local_name.to_string(), r.at())));
    }
    addresses.extend(request.unit.members.iter().map(|m| (m.local_name.to_string(), m.address)));
    Ok(addresses)
}
