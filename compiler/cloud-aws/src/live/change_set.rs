//! A unit made ready: the change set that applies it, described before anything is done. Must not execute it.

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, DeploymentMode, OnStackFailure, Parameter, ResourceToImport, Stack, Tag,
};
use serde_json::Value;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, LiveResource, Prepared, UnitRequest, UnitState};
use tonnage_plan::model::Ahead;
use tonnage_plan::opinion::{Act, Answer, Foreseen};

use super::errors::is_missing;
use super::follow;
use super::foreseen::foreseen;
use super::parameters::{Given, NAMED, name, parameter_values};
use super::region::Region;
use super::stacks::{FLEET_TAG, Seen, SeenUnit, parameters, status};
use crate::emit::ahead;
use crate::read::state;

/// Longest time that the service gets to make a change set, in looks; with growing pauses, about ten minutes.
const LOOKS: u32 = 80;

/// Looks at what a deletion will find. The deletion itself needs no preparation.
pub async fn prepare_delete(region: &Region, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
    let unit = &request.unit;
    let gone = || Prepared { handle: String::new(), nothing_to_do: true, changes: Vec::new() };
    let Some(stack) = region.describe_stack(unit.name.as_str(), cancel).await? else { return Ok(gone()) };
    let status = status(&stack);
    let handle = stack.stack_id().unwrap_or(unit.name.as_str()).to_owned();
    let seen = match region.read(&stack, Some(request.fleet), cancel).await? {
        Seen::Ours(seen) => seen,
        Seen::Others => return Err(foreign(unit.name, &status)),
        Seen::Unreadable(reason) => return Err(CloudError::State { unit: unit.name, state: status, reason }),
    };
    let removed = |resource: &LiveResource| Foreseen {
        local_name: Symbol::new(&resource.local_name),
        act: Act::Remove,
        replaced: Answer::No,
        kept: resource.retain_on_delete,
        causes: Vec::new(),
    };
    let changes = seen.unit.resources.iter().map(removed).collect();
    // A deletion that somebody interrupted goes on.
    if status != "DELETE_IN_PROGRESS" {
        if let UnitState::Busy(state) = &seen.unit.state {
            return Err(busy(unit.name, state));
        }
        if seen.unit.fingerprint != unit.expects {
            return Err(CloudError::Stale { unit: unit.name });
        }
    }
    Ok(Prepared { handle, nothing_to_do: false, changes })
}

/// Makes the change set of a creation or an update, and waits until the service has thought it over.
pub async fn prepare(region: &Region, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
    let unit = &request.unit;
    let mut draft = Draft::of(region, request)?;
    let stack = region.describe_stack(unit.name.as_str(), cancel).await?;
    match stack.filter(|stack| status(stack) != state::IN_REVIEW) {
        None if !unit.expects.is_empty() => return Err(CloudError::Stale { unit: unit.name }),
        None => {}
        Some(stack) => {
            if let Some(prepared) = draft.meet(&stack, cancel).await? {
                return Ok(prepared);
            }
        }
    }
    draft.make(cancel).await
}

/// A change set to be made.
pub struct Draft<'a> {
    region: &'a Region,
    request: &'a UnitRequest,
    name: String,
    values: Vec<(Symbol, Given)>,
    document: String,
    /// Parameters that stay as they are.
    previous: Vec<String>,
    kind: ChangeSetType,
    revert_drift: bool,
    /// It is never executed. The same may be asked again, so that it must not be taken for the one before.
    asks: bool,
}

/// Makes the change set of what is done to a unit before all else: the live template, a little changed.
pub async fn prepare_ahead(
    region: &Region,
    request: &UnitRequest,
    ahead: &Ahead,
    cancel: &Cancel,
) -> Result<Prepared, CloudError> {
    let unit = &request.unit;
    let kind = if matches!(ahead, Ahead::Import { .. }) { ChangeSetType::Import } else { ChangeSetType::Update };
    let name = name(request, &[]);
    let mut draft = Draft {
        region,
        request,
        name,
        values: Vec::new(),
        document: String::new(),
        previous: Vec::new(),
        kind,
        revert_drift: false,
        asks: false,
    };
    let stack = region.describe_stack(unit.name.as_str(), cancel).await?;
    let (mut live, mut made_by) = (None, None);
    if let Some(stack) = stack.filter(|stack| status(stack) != state::IN_REVIEW) {
        let status = status(&stack);
        if state::in_progress(&status) {
            return draft.under_way(&stack, &status);
        }
        let seen = draft.ours(&stack, &status, cancel).await?;
        draft.previous = parameters(&stack).into_keys().collect();
        (live, made_by) = (Some(seen), stack.change_set_id().map(str::to_owned));
    }
    let text = live.as_ref().map(|seen| seen.template.as_str());
    let document = ahead::template(ahead, text).map_err(|reason| CloudError::State {
        unit: unit.name,
        state: "template".to_owned(),
        reason,
    })?;
    let as_expected = live.as_ref().map_or("", |seen| seen.unit.fingerprint.as_str()) == unit.expects;
    // done already, by the program that was killed before it could say so
    let is_done = document.is_none() && made_by.is_some_and(|id| id.contains(&draft.name));
    if !as_expected && !is_done {
        return Err(CloudError::Stale { unit: unit.name });
    }
    let Some(document) = document else {
        return Ok(Prepared { handle: String::new(), nothing_to_do: true, changes: Vec::new() });
    };
    draft.document = document;
    draft.make(cancel).await
}

/// What an import names: each resource by its place in the template, its type and its identifier.
fn to_import(ahead: Option<&Ahead>) -> Vec<ResourceToImport> {
    let Some(Ahead::Import { resources, .. }) = ahead else { return Vec::new() };
    let named = resources.iter().map(|imported| {
        let mut resource = ResourceToImport::builder()
            .resource_type(imported.member.kind.as_str())
            .logical_resource_id(imported.member.local_name.as_str());
        for (name, value) in &imported.identifier {
            resource = resource.resource_identifier(name.as_str(), value.as_str());
        }
        resource.build()
    });
    named.collect()
}

impl<'a> Draft<'a> {
    fn of(region: &'a Region, request: &'a UnitRequest) -> Result<Self, CloudError> {
        let values = parameter_values(request)?;
        Ok(Self {
            region,
            request,
            name: name(request, &values),
            values,
            document: request.unit.document.clone(),
            previous: Vec::new(),
            kind: ChangeSetType::Create,
            revert_drift: false,
            asks: false,
        })
    }

    /// One that is never executed; its name begins with `prefix`.
    pub fn that_asks(region: &'a Region, request: &'a UnitRequest, prefix: &str) -> Result<Self, CloudError> {
        let draft = Self::of(region, request)?;
        Ok(Self { name: format!("{prefix}{}", draft.name.trim_start_matches(NAMED)), asks: true, ..draft })
    }

    /// An execution that outlived the program that began it is followed to its end.
    fn under_way(&self, stack: &Stack, status: &str) -> Result<Prepared, CloudError> {
        match stack.change_set_id().filter(|id| id.contains(&self.name)) {
            Some(id) => Ok(Prepared { handle: id.to_owned(), nothing_to_do: false, changes: Vec::new() }),
            None => Err(busy(self.request.unit.name, status)),
        }
    }

    /// The stack as one of ours that can be changed.
    pub async fn ours(&self, stack: &Stack, status: &str, cancel: &Cancel) -> Result<Box<SeenUnit>, CloudError> {
        let unit = self.request.unit.name;
        let seen = match self.region.read(stack, Some(self.request.fleet), cancel).await? {
            Seen::Ours(seen) => seen,
            Seen::Others => return Err(foreign(unit, status)),
            Seen::Unreadable(reason) => return Err(CloudError::State { unit, state: status.to_owned(), reason }),
        };
        if let UnitState::Stuck { state, reason } = &seen.unit.state {
            let reason = if reason.is_empty() { "the service gives no reason" } else { reason };
            let reason = format!("{reason}; {}", state::way_out(state));
            return Err(CloudError::State { unit, state: state.clone(), reason });
        }
        Ok(seen)
    }

    /// Meets the stack that is there: is it ours, as expected, ready? Gives the answer where nothing is left to make.
    async fn meet(&mut self, stack: &Stack, cancel: &Cancel) -> Result<Option<Prepared>, CloudError> {
        let unit = &self.request.unit;
        let status = status(stack);
        if state::in_progress(&status) {
            return self.under_way(stack, &status).map(Some);
        }
        let seen = self.ours(stack, &status, cancel).await?;
        if seen.unit.fingerprint != unit.expects {
            // What this plan wanted is done already: by the program that was killed before it could say so.
            if self.is_there(&seen, stack) && seen.is_whole() {
                return Ok(Some(Prepared { handle: String::new(), nothing_to_do: true, changes: Vec::new() }));
            }
            return Err(CloudError::Stale { unit: unit.name });
        }
        if matches!(seen.unit.state, UnitState::FailedCreate { .. }) {
            let id = stack.stack_id().unwrap_or(unit.name.as_str());
            if !seen.outlived.is_empty() {
                return Err(CloudError::State {
                    unit: unit.name,
                    state: status,
                    reason: format!(
                        "what was kept when it was rolled back is still there and may be paid for: {}. Only this stack names it: \
                         delete it, or note its identifier for an `import` block; then delete the stack (aws \
                         cloudformation delete-stack --stack-name {}) and plan again",
                        seen.outlived.join(", "),
                        unit.name
                    ),
                });
            }
            follow::delete_silently(self.region, unit.name, id, cancel).await?;
        } else {
            self.updates(&seen, stack);
        }
        Ok(None)
    }

    /// It is an update of the stack that is there.
    pub fn updates(&mut self, seen: &SeenUnit, stack: &Stack) {
        self.kind = ChangeSetType::Update;
        // The same template again can only mean that what is there has moved away from it; but after a failure that
        // kept what landed, a plain update makes the rest.
        self.revert_drift = (self.request.unit.reverts || self.is_there(seen, stack)) && !state::kept(&status(stack));
    }

    /// Whether the stack has this template and these parameters already.
    fn is_there(&self, seen: &SeenUnit, stack: &Stack) -> bool {
        // The service does not show secrets; one that means another value has another name.
        let shown = |given: &Given| matches!(given, Given::Value(_));
        let wanted =
            self.values.iter().filter(|(_, given)| shown(given)).map(|(key, given)| (key.as_str(), given.text()));
        let secret = |key: &str| self.values.iter().any(|(name, given)| *name == key && !shown(given));
        let live = parameters(stack);
        same_template(&seen.template, &self.request.unit.document)
            && live.iter().map(|(key, value)| (key.as_str(), value.as_str())).filter(|(key, _)| !secret(key)).eq(wanted)
    }

    /// Makes it, and waits until the service has thought it over.
    pub async fn make(&self, cancel: &Cancel) -> Result<Prepared, CloudError> {
        let (region, unit) = (self.region, &self.request.unit);
        for attempt in 0..2 {
            let call = self.call();
            super::region::stop_if(cancel)?;
            match call.send().await {
                Ok(_) => {}
                // Made by this same plan before: its content is in its name, all but secrets.
                Err(error) if is_there_already(&error) => {
                    if attempt == 0 && self.values.iter().any(|(_, given)| matches!(given, Given::Secret(_))) {
                        self.discard(cancel).await?;
                        continue;
                    }
                }
                Err(error) => return Err(region.error("CreateChangeSet", error)),
            }
            let made = self.thought_over(cancel).await?;
            let status = made.status().map_or("", |status| status.as_str());
            let execution = made.execution_status().map_or("", |status| status.as_str());
            if status == "FAILED" {
                let reason = made.status_reason().unwrap_or("no reason given").to_owned();
                self.discard(cancel).await?;
                if says_no_changes(&reason) {
                    if unit.reverts && self.revert_drift {
                        return Err(CloudError::Refused {
                            operation: format!("change set of {}", unit.name),
                            reason: format!(
                                "the service does not undo what others have changed ({reason}); what the plan shows as \
                                 drift is still there"
                            ),
                        });
                    }
                    return Ok(Prepared { handle: String::new(), nothing_to_do: true, changes: Vec::new() });
                }
                return Err(CloudError::Refused { operation: format!("change set of {}", unit.name), reason });
            }
            if attempt == 0 && matches!(execution, "EXECUTE_COMPLETE" | "EXECUTE_FAILED" | "OBSOLETE") {
                self.discard(cancel).await?;
                continue;
            }
            let handle = made.change_set_id().unwrap_or(&self.name).to_owned();
            return Ok(Prepared { handle, nothing_to_do: false, changes: self.changes(made, cancel).await? });
        }
        Err(CloudError::Refused {
            operation: format!("change set of {}", unit.name),
            reason: "a change set of this plan was executed before, and can't be made again".into(),
        })
    }

    fn call(&self) -> aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder {
        let unit = &self.request.unit;
        let mut call = self
            .region
            .formation
            .create_change_set()
            .stack_name(unit.name.as_str())
            .change_set_name(&self.name)
            .set_client_token((!self.asks).then(|| self.name.clone()))
            .change_set_type(self.kind.clone())
            .template_body(&self.document)
            .capabilities(Capability::CapabilityIam)
            .capabilities(Capability::CapabilityNamedIam)
            .tags(Tag::builder().key(FLEET_TAG).value(self.request.fleet.as_str()).build());
        for (key, given) in &self.values {
            let parameter = Parameter::builder().parameter_key(key.as_str());
            call = call.parameters(match given {
                Given::Value(text) | Given::Secret(text) => parameter.parameter_value(text).build(),
                Given::Kept => parameter.use_previous_value(true).build(),
            });
        }
        for name in &self.previous {
            call = call.parameters(Parameter::builder().parameter_key(name).use_previous_value(true).build());
        }
        let imported = to_import(self.request.ahead.as_ref());
        if !imported.is_empty() {
            // It takes no other failure mode than to undo all.
            return call.set_resources_to_import(Some(imported));
        }
        if unit.hold {
            call = call.on_stack_failure(OnStackFailure::DoNothing);
        }
        if self.revert_drift {
            call = call.deployment_mode(DeploymentMode::RevertDrift);
        }
        call
    }

    /// Waits until the change set is made, or is found impossible.
    async fn thought_over(&self, cancel: &Cancel) -> Result<DescribeChangeSetOutput, CloudError> {
        let mut pace = self.region.pace();
        for _ in 0..LOOKS {
            let described = self.describe(None, cancel).await?;
            match described.status().map(|status| status.as_str()) {
                Some("CREATE_COMPLETE" | "FAILED") => return Ok(described),
                _ => pace.wait(cancel).await?,
            }
        }
        Err(CloudError::Refused {
            operation: format!("change set of {}", self.request.unit.name),
            reason: "the service did not finish it in ten minutes".into(),
        })
    }

    async fn describe(&self, token: Option<String>, cancel: &Cancel) -> Result<DescribeChangeSetOutput, CloudError> {
        let call = self
            .region
            .formation
            .describe_change_set()
            .stack_name(self.request.unit.name.as_str())
            .change_set_name(&self.name)
            .include_property_values(true)
            .set_next_token(token);
        self.region.call("DescribeChangeSet", cancel, call.send()).await
    }

    /// What the service says will happen, all pages.
    async fn changes(&self, first: DescribeChangeSetOutput, cancel: &Cancel) -> Result<Vec<Foreseen>, CloudError> {
        let mut changes = Vec::new();
        let mut page = first;
        loop {
            let found = page.changes.unwrap_or_default();
            changes.extend(found.into_iter().filter_map(|change| change.resource_change).map(|c| foreseen(&c)));
            match page.next_token {
                None => break,
                token => page = self.describe(token, cancel).await?,
            }
        }
        changes.sort_by_key(|foreseen| (foreseen.local_name, foreseen.act));
        Ok(changes)
    }

    /// Takes a change set away that will never be executed, and the empty stack that was named for it.
    pub async fn discard(&self, cancel: &Cancel) -> Result<(), CloudError> {
        let (region, name) = (self.region, self.request.unit.name.as_str());
        let call = region.formation.delete_change_set().stack_name(name).change_set_name(&self.name);
        match call.send().await {
            Ok(_) => {}
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(region.error("DeleteChangeSet", error)),
        }
        if matches!(self.kind, ChangeSetType::Create | ChangeSetType::Import)
            && let Some(stack) = region.describe_stack(name, cancel).await?
            && status(&stack) == state::IN_REVIEW
            && self.is_alone(cancel).await?
        {
            let call = region.formation.delete_stack().stack_name(name);
            region.call("DeleteStack", cancel, call.send()).await?;
        }
        Ok(())
    }

    /// Whether no other change set waits in the stack.
    async fn is_alone(&self, cancel: &Cancel) -> Result<bool, CloudError> {
        let found = self.region.list_change_sets(self.request.unit.name.as_str(), cancel).await?;
        Ok(found.iter().all(|set| set.change_set_name() == Some(&self.name)))
    }
}

fn is_there_already<E: aws_sdk_cloudformation::error::ProvideErrorMetadata>(
    error: &aws_sdk_cloudformation::error::SdkError<E, aws_sdk_cloudformation::config::http::HttpResponse>,
) -> bool {
    error.as_service_error().is_some_and(|error| error.code() == Some("AlreadyExistsException"))
}

fn says_no_changes(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

/// Whether two templates say the same: the service may keep one with other spaces.
fn same_template(live: &str, wanted: &str) -> bool {
    live == wanted
        || match (serde_json::from_str::<Value>(live), serde_json::from_str::<Value>(wanted)) {
            (Ok(live), Ok(wanted)) => live == wanted,
            _ => false,
        }
}

/// Something is going on in it.
pub fn busy(unit: Symbol, state: &str) -> CloudError {
    CloudError::State { unit, state: state.into(), reason: "something else is going on in it; wait for its end".into() }
}

fn foreign(unit: Symbol, state: &str) -> CloudError {
    CloudError::State {
        unit,
        state: state.into(),
        reason: "a stack of this name is there, and it does not belong to this fleet".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_the_same_whatever_their_spaces() {
        assert!(same_template(r#"{"a": 1}"#, r#"{"a":1}"#));
        assert!(!same_template(r#"{"a":1}"#, r#"{"a":2}"#));
        assert!(!same_template("", "x"));
    }

    #[test]
    fn no_changes_is_told_from_failure() {
        assert!(says_no_changes("The submitted information didn't contain changes. Submit different information."));
        assert!(says_no_changes("No updates are to be performed."));
        assert!(!says_no_changes("Requires capabilities : [CAPABILITY_NAMED_IAM]"));
    }
}
