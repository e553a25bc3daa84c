//! Change sets.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html>

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{
    Capability, Change, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter, Tag,
};

use super::pages::Pages;
use super::stacks::{PAGES_OF_RESOURCES, StackClient};
use crate::deploy::aws::call_error::CallError;
use crate::deploy::printable::printable;
use crate::deploy::state::stack_state::{
    ChangeSetDescription, ChangeSetRequest, ChangeSetState, ResourceChange, TemplateSource,
};

impl StackClient {
    /// Asks for a change set. The answer is its id; none if there is one of that name.
    pub(crate) async fn create_change_set(
        &self,
        request: &ChangeSetRequest<'_>,
    ) -> Result<Option<String>, CallError> {
        let parameter = |(name, value): (&String, &String)| {
            Parameter::builder()
                .parameter_key(name)
                .parameter_value(value)
                .build()
        };
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let capability = |name: &&str| Capability::from(*name);
        let kind = if request.create {
            ChangeSetType::Create
        } else {
            ChangeSetType::Update
        };
        let call = self
            .client
            .create_change_set()
            .stack_name(request.stack_name)
            .change_set_name(request.change_set_name)
            .client_token(request.token)
            .change_set_type(kind)
            .set_import_existing_resources(request.import_existing.then_some(true))
            .set_parameters(Some(request.parameters.iter().map(parameter).collect()))
            .set_tags(Some(request.tags.iter().map(tag).collect()))
            .set_capabilities(Some(request.capabilities.iter().map(capability).collect()));
        let call = match request.template {
            TemplateSource::Body(text) => call.template_body(text),
            TemplateSource::Url(url) => call.template_url(url),
        };
        match call
            .send()
            .await
            .map_err(|error| CallError::of("CreateChangeSet", error))
        {
            Ok(created) => Ok(created.id),
            // A run before this one was interrupted behind this very call.
            Err(error) if error.code() == Some("AlreadyExistsException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A change set as it is, without what it would change.
    pub(crate) async fn describe_change_set(
        &self,
        stack: &str,
        change_set: &str,
    ) -> Result<ChangeSetDescription, CallError> {
        let call = self.client.describe_change_set().change_set_name(change_set);
        let described = call.stack_name(stack).send().await;
        let described = described.map_err(|error| CallError::of("DescribeChangeSet", error))?;
        with_status(&described)?;
        Ok(ChangeSetDescription {
            state: state(&described),
            stack_id: described.stack_id.unwrap_or_default(),
            id: described.change_set_id.unwrap_or_default(),
            changes: Vec::new(),
        })
    }

    /// A change set with all that it would change.
    pub(crate) async fn describe_changes(
        &self,
        stack: &str,
        change_set: &str,
    ) -> Result<ChangeSetDescription, CallError> {
        let mut description = ChangeSetDescription {
            id: String::new(),
            stack_id: String::new(),
            state: ChangeSetState::Pending,
            changes: Vec::new(),
        };
        let mut pages = Pages::of("DescribeChangeSet", PAGES_OF_RESOURCES);
        let mut next = None;
        loop {
            let call = self.client.describe_change_set().change_set_name(change_set);
            let page = call.stack_name(stack).set_next_token(next).send().await;
            let page = page.map_err(|error| CallError::of("DescribeChangeSet", error))?;
            let with_status = with_status(&page);
            description.state = state(&page);
            description.stack_id = page.stack_id.unwrap_or_default();
            description.id = page.change_set_id.unwrap_or_default();
            let changes = page.changes.unwrap_or_default().into_iter();
            description.changes.extend(changes.filter_map(resource_change));
            next = pages.next(page.next_token)?;
            if next.is_none() {
                return with_status.map(|()| description);
            }
        }
    }

    /// The names of the change sets that wait on a stack.
    pub(crate) async fn change_set_names(&self, stack: &str) -> Result<Vec<String>, CallError> {
        let mut pages = Pages::of("ListChangeSets", PAGES_OF_RESOURCES);
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let call = self.client.list_change_sets().stack_name(stack);
            let page = call.set_next_token(next).send().await;
            let page = match page.map_err(|error| CallError::of("ListChangeSets", error)) {
                Ok(page) => page,
                Err(error) if error.is_unknown_call() => return Ok(names),
                Err(error) => return Err(error),
            };
            let summaries = page.summaries.unwrap_or_default().into_iter();
            names.extend(summaries.filter_map(|summary| summary.change_set_name));
            next = pages.next(page.next_token)?;
            if next.is_none() {
                return Ok(names);
            }
        }
    }

    pub(crate) async fn execute_change_set(&self, id: &str, token: &str) -> Result<(), CallError> {
        let call = self.client.execute_change_set().change_set_name(id);
        let executed = call.client_request_token(token).send().await;
        executed
            .map(drop)
            .map_err(|error| CallError::of("ExecuteChangeSet", error))
    }

    /// Forgets a change set. One that stays does no harm: the next that is executed takes it away.
    pub(crate) async fn delete_change_set(&self, stack: &str, change_set: &str) {
        let call = self.client.delete_change_set().stack_name(stack);
        let _ = call.change_set_name(change_set).send().await;
    }
}

/// AWS always tells the status; who does not is not AWS, and will not tell it later.
fn with_status(described: &DescribeChangeSetOutput) -> Result<(), CallError> {
    match (&described.status, &described.execution_status) {
        (None, None) => Err(CallError::unreadable(
            "DescribeChangeSet",
            "an answer that tells no status",
        )),
        _ => Ok(()),
    }
}

fn state(described: &DescribeChangeSetOutput) -> ChangeSetState {
    match described.execution_status {
        Some(
            ExecutionStatus::ExecuteInProgress
            | ExecutionStatus::ExecuteComplete
            | ExecutionStatus::ExecuteFailed,
        ) => return ChangeSetState::Executed,
        Some(ExecutionStatus::Obsolete) => return ChangeSetState::Obsolete,
        _ => {}
    }
    let reason = described.status_reason.as_deref().unwrap_or_default();
    match described.status {
        Some(ChangeSetStatus::CreateComplete) => ChangeSetState::Ready,
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-execute.html
        Some(ChangeSetStatus::Failed)
            if reason.contains("didn't contain changes")
                || reason.contains("No updates are to be performed") =>
        {
            ChangeSetState::Empty
        }
        Some(ChangeSetStatus::Failed) => ChangeSetState::Failed(printable(reason)),
        Some(ChangeSetStatus::DeleteComplete | ChangeSetStatus::DeleteInProgress) => ChangeSetState::Obsolete,
        _ => ChangeSetState::Pending,
    }
}

fn resource_change(change: Change) -> Option<ResourceChange> {
    let change = change.resource_change?;
    let details = change.details.unwrap_or_default().into_iter();
    let mut targets: Vec<String> = details
        .filter_map(|detail| {
            let target = detail.target?;
            let name = target
                .name
                .or_else(|| Some(target.attribute?.as_str().to_owned()));
            name.as_deref().map(printable)
        })
        .collect();
    targets.sort();
    targets.dedup();
    Some(ResourceChange {
        logical_id: printable(&change.logical_resource_id?),
        resource_type: printable(&change.resource_type.unwrap_or_default()),
        action: change.action.map(|action| action.as_str().to_owned())?,
        replacement: change
            .replacement
            .map(|replacement| replacement.as_str().to_owned()),
        policy_action: change.policy_action.map(|action| action.as_str().to_owned()),
        targets,
    })
}
