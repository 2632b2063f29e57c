//! A stack followed to the end of what it is doing: new events as progress, first causes of failure. Must not begin
//! anything but a deletion.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::StackEvent;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, Event, EventSink, Failure};

use super::errors::is_missing_reply;
use super::region::Region;
use super::stacks::status;
use crate::read::state;

/// The type of a stack as a resource of itself.
// tidy: allow(native): events of a stack are told from those of its resources by this type
const STACK: &str = "AWS::CloudFormation::Stack";
/// Looks without a new event after which a status is believed by itself.
const QUIET: u32 = 5;
/// The stack's description is asked for at every so many looks at its events.
const DESCRIBE: u32 = 3;

/// Looks in a row that may fail.
pub const LOST: u32 = 5;

/// Whether nothing was seen. What was begun goes on without us: that is not the end of it.
const fn is_lost(error: &CloudError) -> bool {
    matches!(error, CloudError::Throttled { .. } | CloudError::Unreachable { .. })
}

/// From where a stack's events are new.
pub enum Since {
    /// After this event; none: all.
    Event(Option<String>),
    /// From the beginning of what is going on.
    Beginning,
}

/// How it ended.
pub struct End {
    /// The stack's status; `DELETE_COMPLETE` where it is gone.
    pub status: String,
    /// What failed: first causes, in the order they happened.
    pub failures: Vec<Failure>,
}

/// First causes.
#[derive(Default)]
struct Failures {
    of_resources: Vec<Failure>,
    of_the_whole: Option<String>,
}

impl Failures {
    fn add(&mut self, address: Option<Symbol>, reason: &str) {
        let Some(address) = address else {
            if !reason.is_empty() {
                self.of_the_whole.get_or_insert_with(|| reason.to_owned());
            }
            return;
        };
        if !self.of_resources.iter().any(|failure| failure.address == address) {
            self.of_resources.push(Failure { address, reason: reason.to_owned() });
        }
    }
}

/// What is followed.
pub struct Follow<'a> {
    /// Where.
    pub region: &'a Region,
    /// The unit, for events.
    pub unit: Symbol,
    /// The stack's id: a deleted stack has no name.
    pub stack: &'a str,
    /// Addresses by local name.
    pub addresses: &'a BTreeMap<String, Symbol>,
    /// Takes progress; none: nobody is to know.
    pub events: Option<&'a dyn EventSink>,
}

impl Follow<'_> {
    /// The newest event there is now.
    pub async fn newest(&self, cancel: &Cancel) -> Result<Since, CloudError> {
        let call = self.region.formation.describe_stack_events().stack_name(self.stack);
        let page = self.region.call("DescribeStackEvents", cancel, call.send()).await?;
        let newest = page.stack_events.unwrap_or_default().into_iter().next().and_then(|event| event.event_id);
        Ok(Since::Event(newest))
    }

    /// Waits for the end.
    pub async fn to_the_end(&self, since: Since, cancel: &Cancel) -> Result<End, CloudError> {
        let mut since = since;
        let mut failures = Failures::default();
        let mut pace = self.region.pace();
        let (mut any, mut over, mut quiet, mut look, mut lost) = (false, false, 0, 0_u32, 0);
        loop {
            let fresh = match self.new_events(&since, cancel).await {
                Ok(fresh) => fresh,
                Err(error) if is_missing_reply(&error) => Vec::new(),
                Err(error) if is_lost(&error) && lost < LOST => {
                    lost += 1;
                    pace.wait(cancel).await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            quiet = if fresh.is_empty() { quiet + 1 } else { 0 };
            any |= !fresh.is_empty();
            if let Some(newest) = fresh.last().and_then(|event| event.event_id.clone()) {
                since = Since::Event(Some(newest));
            }
            for event in &fresh {
                if self.take(event, &mut failures) {
                    over = !state::in_progress(status_of(event));
                }
            }
            // The events say when it is over; the description is asked now and then, should they not.
            if over || look.is_multiple_of(DESCRIBE) {
                let described = match self.region.describe_stack(self.stack, cancel).await {
                    Ok(described) => described,
                    Err(error) if is_lost(&error) && lost < LOST => {
                        lost += 1;
                        pace.wait(cancel).await?;
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                let now = described.as_ref().map_or_else(|| state::DELETED.to_owned(), status);
                let reason = described.as_ref().and_then(|stack| stack.stack_status_reason()).unwrap_or("");
                let ended = !state::in_progress(&now) && now != state::IN_REVIEW;
                // A failure may be a step on the way to rolling back.
                let settled = quiet > 0 || !state::kept(&now);
                if ended && settled && (over || quiet >= QUIET || (any && quiet > 0) || now == state::DELETED) {
                    return Ok(self.end(now, reason, failures));
                }
            }
            lost = 0;
            look += 1;
            pace.wait(cancel).await?;
        }
    }

    fn end(&self, status: String, reason: &str, failures: Failures) -> End {
        let mut found = failures.of_resources;
        if found.is_empty() && !state::succeeded(&status) {
            let reason = failures.of_the_whole.unwrap_or_else(|| reason.to_owned());
            let reason = if reason.is_empty() { format!("it ended in {status}") } else { reason };
            found.push(Failure { address: self.unit, reason });
        }
        End { status, failures: found }
    }

    /// New events, oldest first.
    async fn new_events(&self, since: &Since, cancel: &Cancel) -> Result<Vec<StackEvent>, CloudError> {
        let mut fresh = Vec::new();
        let mut token = None;
        'pages: loop {
            let call = self.region.formation.describe_stack_events().stack_name(self.stack).set_next_token(token);
            let page = self.region.call("DescribeStackEvents", cancel, call.send()).await?;
            for event in page.stack_events.unwrap_or_default() {
                if let Since::Event(Some(known)) = since
                    && event.event_id.as_deref() == Some(known)
                {
                    break 'pages;
                }
                let begins = matches!(since, Since::Beginning)
                    && self.is_whole(&event)
                    && matches!(status_of(&event), "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "DELETE_IN_PROGRESS");
                fresh.push(event);
                if begins {
                    break 'pages;
                }
            }
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        fresh.reverse();
        Ok(fresh)
    }

    /// Passes an event on, and keeps a failure. Whether it is of the stack as a whole.
    fn take(&self, event: &StackEvent, failures: &mut Failures) -> bool {
        let whole = self.is_whole(event);
        let local = event.logical_resource_id().unwrap_or_default();
        let reason = event.resource_status_reason().unwrap_or_default();
        let status = status_of(event);
        let address = if whole { None } else { Some(self.address(local)) };
        if status.ends_with("_FAILED") && !state::is_consequence(reason) {
            failures.add(address, reason);
        }
        if let Some(events) = self.events {
            let detail = match (whole, reason) {
                (true, "") => status.to_owned(),
                (true, reason) => format!("{status}: {reason}"),
                (false, reason) => reason.to_owned(),
            };
            events.event(Event { unit: self.unit, address, what: state::what(status, reason, whole), detail });
        }
        whole
    }

    fn is_whole(&self, event: &StackEvent) -> bool {
        event.resource_type() == Some(STACK) && event.physical_resource_id() == event.stack_id()
    }

    fn address(&self, local: &str) -> Symbol {
        self.addresses.get(local).copied().unwrap_or_else(|| Symbol::new(local))
    }
}

/// Deletes a stack that holds nothing, and waits until it is gone.
pub async fn delete_silently(region: &Region, unit: Symbol, stack: &str, cancel: &Cancel) -> Result<(), CloudError> {
    let addresses = BTreeMap::new();
    let follow = Follow { region, unit, stack, addresses: &addresses, events: None };
    let since = follow.newest(cancel).await?;
    region.call("DeleteStack", cancel, region.formation.delete_stack().stack_name(stack).send()).await?;
    let end = follow.to_the_end(since, cancel).await?;
    if end.status == state::DELETED {
        return Ok(());
    }
    let reason = end.failures.into_iter().next().map_or_else(String::new, |failure| failure.reason);
    Err(CloudError::State { unit, state: end.status, reason })
}

fn status_of(event: &StackEvent) -> &str {
    event.resource_status().map_or("", |status| status.as_str())
}
