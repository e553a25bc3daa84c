//! Stacks and their events.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{EventFilter, Stack, StackResourceSummary};

use super::pages::Pages;
use crate::cloudformation::{ResourceKind, types};
use crate::deploy::aws::call_error::{CallError, CallErrorKind};
use crate::deploy::aws::session::Session;
use crate::deploy::printable::printable;
use crate::deploy::state::stack_state::{BlockingResource, StackEvent, StackState};
use crate::deploy::state::status::Status;

/// An account has 2,000 stacks in a region unless it asks for more, in pages of 100.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const PAGES_OF_STACKS: usize = 400;
/// A stack has 500 resources at most, in pages of 100 at least where anything is on them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub(crate) const PAGES_OF_RESOURCES: usize = 100;
/// Of a stack's history no more pages are read than these, of 100 events each.
const PAGES_OF_EVENTS: usize = 40;

/// CloudFormation in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct StackClient {
    pub(crate) client: Client,
    session: Arc<Session>,
}

impl StackClient {
    pub(crate) fn new(client: Client, session: Arc<Session>) -> Self {
        Self { client, session }
    }

    pub(crate) fn is_of(&self, session: &Arc<Session>) -> bool {
        Arc::ptr_eq(&self.session, session)
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The stack of this name or id, if there is one.
    pub(crate) async fn describe(&self, stack: &str) -> Result<Option<StackState>, CallError> {
        let described = self.client.describe_stacks().stack_name(stack).send().await;
        match described.map_err(|error| CallError::of("DescribeStacks", error)) {
            Ok(described) => {
                let first = described.stacks.unwrap_or_default().into_iter().next();
                Ok(first.map(state))
            }
            Err(error) if error.kind() == CallErrorKind::Missing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every stack there is.
    pub(crate) async fn list(&self) -> Result<Vec<StackState>, CallError> {
        let mut pages = Pages::of("DescribeStacks", PAGES_OF_STACKS);
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let page = self.client.describe_stacks().set_next_token(next).send().await;
            let page = page.map_err(|error| CallError::of("DescribeStacks", error))?;
            all.extend(page.stacks.unwrap_or_default().into_iter().map(state));
            next = pages.next(page.next_token)?;
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    /// The template that a stack was last brought to.
    pub(crate) async fn template(&self, stack: &str) -> Result<String, CallError> {
        let template = self.client.get_template().stack_name(stack).send().await;
        template
            .map(|template| template.template_body.unwrap_or_default())
            .map_err(|error| CallError::of("GetTemplate", error))
    }

    /// The events of a stack, newest first, up to and with the first at which to stop.
    pub(crate) async fn events(
        &self,
        stack: &str,
        stop: impl Fn(&StackEvent) -> bool,
    ) -> Result<Vec<StackEvent>, CallError> {
        let (mut events, mut next) = (Vec::new(), None);
        for _ in 0..PAGES_OF_EVENTS {
            let call = self.client.describe_stack_events().stack_name(stack);
            let page = call.set_next_token(next.clone()).send().await;
            let page = match page.map_err(|error| CallError::of("DescribeStackEvents", error)) {
                Ok(page) => page,
                Err(error) if error.kind() == CallErrorKind::Missing => break,
                Err(error) => return Err(error),
            };
            let behind = page.next_token.filter(|token| !token.is_empty());
            // One that comes again leads nowhere.
            next = behind.filter(|token| next.as_ref() != Some(token));
            for event in page.stack_events.unwrap_or_default() {
                let event = StackEvent {
                    id: event.event_id.unwrap_or_default(),
                    at: event.timestamp.map(|time| time.to_string()).unwrap_or_default(),
                    logical_id: printable(&event.logical_resource_id.unwrap_or_default()),
                    physical_id: event.physical_resource_id.unwrap_or_default(),
                    resource_type: printable(&event.resource_type.unwrap_or_default()),
                    status: event
                        .resource_status
                        .map(|status| printable(status.as_str()))
                        .unwrap_or_default(),
                    reason: event.resource_status_reason.as_deref().map(printable),
                    token: event.client_request_token,
                };
                let last = stop(&event);
                events.push(event);
                if last {
                    return Ok(events);
                }
            }
            if next.is_none() {
                break;
            }
        }
        Ok(events)
    }

    /// What failed in a stack, oldest first, where it failed before anything was made: CloudFormation validates first.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html>
    pub(crate) async fn failed_events(&self, stack: &str) -> Result<Vec<BlockingResource>, CallError> {
        let failed = EventFilter::builder().failed_events(true).build();
        let call = self.client.describe_events().stack_name(stack).filters(failed);
        let described = call
            .send()
            .await
            .map_err(|error| CallError::of("DescribeEvents", error))?;
        let events = described.operation_events.unwrap_or_default().into_iter().rev();
        Ok(events
            .filter_map(|event| {
                Some(BlockingResource {
                    logical_id: printable(&event.logical_resource_id?),
                    resource_type: printable(&event.resource_type.unwrap_or_default()),
                    reason: printable(&event.validation_status_reason.or(event.resource_status_reason)?),
                })
            })
            .filter(|event| event.resource_type != types::STACK)
            .collect())
    }

    /// Begins to delete a stack. One that is not there is deleted already.
    pub(crate) async fn delete_stack(
        &self,
        stack: &str,
        role: Option<&str>,
        token: &str,
    ) -> Result<(), CallError> {
        let call = self
            .client
            .delete_stack()
            .stack_name(stack)
            .set_role_arn(role.map(ToOwned::to_owned))
            .client_request_token(token);
        let deleted = call.send().await;
        deleted
            .map(drop)
            .map_err(|error| CallError::of("DeleteStack", error))
    }

    /// Goes on with a rollback that had failed.
    pub(crate) async fn continue_rollback(&self, stack: &str, token: &str) -> Result<(), CallError> {
        let call = self.client.continue_update_rollback().stack_name(stack);
        let continued = call.client_request_token(token).send().await;
        continued
            .map(drop)
            .map_err(|error| CallError::of("ContinueUpdateRollback", error))
    }

    /// Takes back what was left as it failed.
    pub(crate) async fn roll_back(&self, stack: &str, token: &str) -> Result<(), CallError> {
        let call = self.client.rollback_stack().stack_name(stack);
        let begun = call.client_request_token(token).send().await;
        begun
            .map(drop)
            .map_err(|error| CallError::of("RollbackStack", error))
    }

    /// The physical ids of a stack's resources, by their names in the template.
    pub(crate) async fn physical_ids(&self, stack: &str) -> Result<BTreeMap<String, String>, CallError> {
        let resources = self.resources(stack).await?.into_iter();
        Ok(resources
            .filter_map(|resource| Some((resource.logical_resource_id?, resource.physical_resource_id?)))
            .collect())
    }

    /// The buckets of a stack.
    pub(crate) async fn bucket_names(&self, stack: &str) -> Result<Vec<String>, CallError> {
        self.names_of(stack, ResourceKind::Bucket).await
    }

    /// The roles of a stack.
    pub(crate) async fn role_names(&self, stack: &str) -> Result<Vec<String>, CallError> {
        self.names_of(stack, ResourceKind::Role).await
    }

    async fn names_of(&self, stack: &str, kind: ResourceKind) -> Result<Vec<String>, CallError> {
        let resources = self.resources(stack).await?.into_iter();
        Ok(resources
            .filter(|resource| resource.resource_type.as_deref() == Some(kind.name()))
            .filter_map(|resource| resource.physical_resource_id)
            .collect())
    }

    /// All resources of a stack, page by page: `DescribeStackResources` would tell of the first hundred only.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html>
    pub(crate) async fn resources(&self, stack: &str) -> Result<Vec<StackResourceSummary>, CallError> {
        let mut pages = Pages::of("ListStackResources", PAGES_OF_RESOURCES);
        let (mut resources, mut next) = (Vec::new(), None);
        loop {
            let call = self.client.list_stack_resources().stack_name(stack);
            let page = call.set_next_token(next).send().await;
            let page = page.map_err(|error| CallError::of("ListStackResources", error))?;
            resources.extend(page.stack_resource_summaries.unwrap_or_default());
            next = pages.next(page.next_token)?;
            if next.is_none() {
                return Ok(resources);
            }
        }
    }
}

fn state(stack: Stack) -> StackState {
    let parameters = stack.parameters.unwrap_or_default().into_iter();
    let outputs = stack.outputs.unwrap_or_default().into_iter();
    let tags = stack.tags.unwrap_or_default().into_iter();
    let time =
        |time: Option<aws_smithy_types::DateTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let status = stack.stack_status.map(|status| printable(status.as_str()));
    StackState {
        stack_id: stack.stack_id.unwrap_or_default(),
        name: stack.stack_name.unwrap_or_default(),
        created: time(stack.creation_time),
        updated: time(stack.last_updated_time),
        status: Status::new(status.unwrap_or_default()),
        parameters: parameters
            .filter_map(|parameter| Some((parameter.parameter_key?, parameter.parameter_value?)))
            .collect(),
        outputs: outputs
            .filter_map(|output| Some((output.output_key?, output.output_value?)))
            .collect(),
        tags: tags.filter_map(|tag| Some((tag.key?, tag.value?))).collect(),
        role: stack.role_arn,
        is_nested: stack.parent_id.is_some(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        reason: printable(&stack.stack_status_reason.unwrap_or_default()),
    }
}
