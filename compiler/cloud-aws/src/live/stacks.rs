//! Stacks as the service describes them, and as units. Must not change anything.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{ChangeSetSummary, Stack, StackResourceSummary, StackStatus};
use sha2::{Digest, Sha256};
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, LiveUnit, UnitState};

use super::errors::is_missing;
use super::region::{Region, stop_if};
use crate::read::{Unreadable, state, template};

/// The stack's tag that names its fleet. Fixed at creation.
pub const FLEET_TAG: &str = "tonnage:fleet";

/// What a stack turned out to be.
pub enum Seen {
    /// A unit of the fleet.
    Ours(Box<SeenUnit>),
    /// Somebody else's.
    Others,
    /// Ours by its name or tag, but it can't be read; why.
    Unreadable(String),
}

/// A unit, with what a client needs beside it.
pub struct SeenUnit {
    /// The unit.
    pub unit: LiveUnit,
    /// What could not be understood.
    pub gaps: Vec<String>,
    /// What outlived the rollback of the stack, and nothing else names: addresses and identifiers.
    pub outlived: Vec<String>,
    /// The template's text.
    pub template: String,
}

impl Region {
    /// Names of the stacks in these states that begin with `prefix`, in order.
    pub async fn list_stacks(&self, prefix: &str, states: &[&str], cancel: &Cancel) -> Result<Vec<String>, CloudError> {
        let mut names = Vec::new();
        let mut token = None;
        loop {
            let filter = states.iter().map(|status| StackStatus::from(*status)).collect();
            let call = self.formation.list_stacks().set_stack_status_filter(Some(filter)).set_next_token(token);
            let page = self.call("ListStacks", cancel, call.send()).await?;
            let found = page.stack_summaries.unwrap_or_default();
            names.extend(found.into_iter().filter_map(|s| s.stack_name).filter(|name| name.starts_with(prefix)));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// All stacks that are there, by name, in one listing.
    pub async fn describe_stacks(&self, cancel: &Cancel) -> Result<BTreeMap<String, Stack>, CloudError> {
        let mut stacks = BTreeMap::new();
        let mut token = None;
        loop {
            let call = self.formation.describe_stacks().set_next_token(token);
            let page = self.call("DescribeStacks", cancel, call.send()).await?;
            for stack in page.stacks.unwrap_or_default() {
                if let Some(name) = &stack.stack_name {
                    stacks.insert(name.clone(), stack);
                }
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(stacks);
            }
        }
    }

    /// One stack by name or id; none: it is not there. By name, a deleted one is not there; by id, it is.
    pub async fn describe_stack(&self, name: &str, cancel: &Cancel) -> Result<Option<Stack>, CloudError> {
        stop_if(cancel)?;
        match self.formation.describe_stacks().stack_name(name).send().await {
            Ok(page) => Ok(page.stacks.unwrap_or_default().into_iter().next()),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.error("DescribeStacks", error)),
        }
    }

    /// The resources that the service says a stack has.
    pub async fn list_resources(&self, stack: &str, cancel: &Cancel) -> Result<Vec<StackResourceSummary>, CloudError> {
        let mut resources = Vec::new();
        let mut token = None;
        loop {
            let call = self.formation.list_stack_resources().stack_name(stack).set_next_token(token);
            let page = self.call("ListStackResources", cancel, call.send()).await?;
            resources.extend(page.stack_resource_summaries.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                return Ok(resources);
            }
        }
    }

    /// The change sets of a stack that wait; none where the stack is not there.
    pub async fn list_change_sets(&self, stack: &str, cancel: &Cancel) -> Result<Vec<ChangeSetSummary>, CloudError> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            stop_if(cancel)?;
            let page = match self.formation.list_change_sets().stack_name(stack).set_next_token(token).send().await {
                Ok(page) => page,
                Err(error) if is_missing(&error) => return Ok(found),
                Err(error) => return Err(self.error("ListChangeSets", error)),
            };
            let waits = |set: &ChangeSetSummary| set.status().is_none_or(|s| !s.as_str().starts_with("DELETE"));
            found.extend(page.summaries.unwrap_or_default().into_iter().filter(waits));
            token = page.next_token;
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn template(&self, stack: &str, cancel: &Cancel) -> Result<String, CloudError> {
        let call = self.formation.get_template().stack_name(stack);
        Ok(self.call("GetTemplate", cancel, call.send()).await?.template_body.unwrap_or_default())
    }

    /// Reads a stack as a unit: its template and its resources. `fleet`: only of this fleet.
    pub async fn read(&self, stack: &Stack, fleet: Option<Symbol>, cancel: &Cancel) -> Result<Seen, CloudError> {
        let name = Symbol::new(stack.stack_name().unwrap_or_default());
        let (status, reason) = (status(stack), stack.stack_status_reason().unwrap_or_default());
        let tag = stack.tags().iter().find(|tag| tag.key() == Some(FLEET_TAG)).and_then(|tag| tag.value());
        let of_fleet = |found: &str| fleet.is_none_or(|fleet| fleet == found);
        if status == state::IN_REVIEW {
            // It has no template yet. It counts as not there: its fingerprint is that of nothing.
            return Ok(match tag {
                Some(tag) if of_fleet(tag) => Seen::Ours(Box::new(SeenUnit {
                    unit: LiveUnit {
                        name,
                        region: self.name,
                        fingerprint: String::new(),
                        state: state::of(&status, reason, false),
                        resources: Vec::new(),
                        outputs: Vec::new(),
                    },
                    gaps: Vec::new(),
                    outlived: Vec::new(),
                    template: String::new(),
                })),
                _ => Seen::Others,
            });
        }
        let (text, listed) =
            futures::try_join!(self.template(name.as_str(), cancel), self.list_resources(name.as_str(), cancel))?;
        let read = match template(name, &text) {
            Ok(read) => read,
            // whose it is, is said by its tag too
            Err(Unreadable::Broken(_)) if !tag.is_none_or(of_fleet) => return Ok(Seen::Others),
            Err(Unreadable::Broken(why)) => return Ok(Seen::Unreadable(format!("stack {name}: {why}"))),
            Err(Unreadable::NotOurs) if tag.is_some_and(of_fleet) => {
                return Ok(Seen::Unreadable(format!(
                    "stack {name}: it is tagged as one of ours, but its template has lost the metadata that say what \
                     is in it; it was updated by somebody else"
                )));
            }
            Err(Unreadable::NotOurs) => return Ok(Seen::Others),
        };
        if !of_fleet(read.fleet.as_str()) {
            return Ok(Seen::Others);
        }

        let (mut gaps, mut outlived) = (read.gaps, Vec::new());
        let by_name: BTreeMap<&str, &StackResourceSummary> =
            listed.iter().filter_map(|r| r.logical_resource_id().map(|local| (local, r))).collect();
        let mut resources = read.resources;
        let outputs: Vec<(Symbol, String)> = stack
            .outputs()
            .iter()
            .filter_map(|o| Some((Symbol::new(o.output_key()?), o.output_value()?.to_owned())))
            .collect();
        for resource in &mut resources {
            if let Some(summary) = by_name.get(&*resource.local_name) {
                resource.physical_id = physical_id(summary).map(Box::from);
                if let ("DELETE_SKIPPED", Some(id)) = (resource_status(summary), summary.physical_resource_id()) {
                    outlived.push(format!("{} {id}", resource.address));
                    gaps.push(format!(
                        "{}: {id} was kept when its stack was rolled back; it is there, and nothing manages it",
                        resource.address
                    ));
                }
                if resource_status(summary) == "UPDATE_FAILED" {
                    let why = summary.resource_status_reason().unwrap_or("no reason given");
                    gaps.push(format!(
                        "{}: its last update failed ({why}); cannot know which of its properties are as its template says",
                        resource.address
                    ));
                }
            }
            for (output, reference) in read.outputs.iter().filter(|(_, r)| r.address == *resource.address) {
                let value = outputs.iter().find(|(name, _)| name == output);
                if let (Some(attribute), Some((_, value))) = (reference.attribute, value) {
                    resource.attributes.push((attribute, Symbol::new(value)));
                }
            }
        }
        let holds_something = resources.iter().any(|r| r.physical_id.is_some());
        let unit = LiveUnit {
            name,
            region: self.name,
            fingerprint: fingerprint(stack, &text, &by_name),
            state: state::of(&status, reason, holds_something),
            resources,
            outputs,
        };
        Ok(Seen::Ours(Box::new(SeenUnit { unit, gaps, outlived, template: text })))
    }
}

impl SeenUnit {
    /// Whether it can be changed now, and everything in it is there.
    pub fn is_whole(&self) -> bool {
        self.unit.state == UnitState::Ready && self.unit.resources.iter().all(|r| r.physical_id.is_some())
    }
}

/// A stack's status, as its text.
pub fn status(stack: &Stack) -> String {
    stack.stack_status().map_or_else(String::new, |status| status.as_str().to_owned())
}

/// A resource's status, as its text.
pub fn resource_status(resource: &StackResourceSummary) -> &str {
    resource.resource_status().map_or("", |status| status.as_str())
}

/// A resource's identifier, where the resource is there.
pub fn physical_id(resource: &StackResourceSummary) -> Option<&str> {
    resource.physical_resource_id().filter(|id| !id.is_empty() && state::is_there(resource_status(resource)))
}

/// Changes with the template, the values of its parameters, the statuses and the identifiers. Not with times: they
/// change when nothing does.
fn fingerprint(stack: &Stack, template: &str, resources: &BTreeMap<&str, &StackResourceSummary>) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    field(template);
    field(&status(stack));
    for (key, value) in parameters(stack) {
        field(&key);
        field(&value);
    }
    for (local, resource) in resources {
        field(local);
        field(resource.physical_resource_id().unwrap_or(""));
        field(resource_status(resource));
    }
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(32);
    digits
}

/// The values of a stack's parameters.
pub fn parameters(stack: &Stack) -> BTreeMap<String, String> {
    stack
        .parameters()
        .iter()
        .filter_map(|p| Some((p.parameter_key()?.to_owned(), p.parameter_value()?.to_owned())))
        .collect()
}
