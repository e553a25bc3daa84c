//! What CloudFormation says of resources that were changed behind its back.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html>

use aws_sdk_cloudformation::types::{
    StackDriftDetectionStatus, StackResourceDrift, StackResourceDriftStatus,
};
use serde_json::Value;

use super::pages::Pages;
use super::stacks::{PAGES_OF_RESOURCES, StackClient};
use crate::deploy::aws::call_error::CallError;
use crate::deploy::state::resource::{InspectedResource, ResourceState};

impl StackClient {
    /// Begins a detection; its id.
    pub(crate) async fn detect_drift(&self, stack: &str) -> Result<String, CallError> {
        let begun = self.client.detect_stack_drift().stack_name(stack).send().await;
        begun
            .map(|begun| begun.stack_drift_detection_id.unwrap_or_default())
            .map_err(|error| CallError::of("DetectStackDrift", error))
    }

    /// Whether a detection has ended.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html>
    pub(crate) async fn is_detected(&self, detection: &str) -> Result<bool, CallError> {
        let call = self.client.describe_stack_drift_detection_status();
        let looked = call.stack_drift_detection_id(detection).send().await;
        let looked = looked.map_err(|error| CallError::of("DescribeStackDriftDetectionStatus", error))?;
        match looked.detection_status {
            // It fails for single resources: of the others there are results all the same.
            Some(
                StackDriftDetectionStatus::DetectionComplete | StackDriftDetectionStatus::DetectionFailed,
            ) => Ok(true),
            _ => Ok(false),
        }
    }

    /// What was detected, of each resource that CloudFormation can look at.
    pub(crate) async fn drifts(&self, stack: &str) -> Result<Vec<InspectedResource>, CallError> {
        let mut pages = Pages::of("DescribeStackResourceDrifts", PAGES_OF_RESOURCES);
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let call = self.client.describe_stack_resource_drifts().stack_name(stack);
            let page = call.set_next_token(next).send().await;
            let page = page.map_err(|error| CallError::of("DescribeStackResourceDrifts", error))?;
            found.extend(
                page.stack_resource_drifts
                    .unwrap_or_default()
                    .into_iter()
                    .map(resource),
            );
            next = pages.next(page.next_token)?;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Every resource of a stack: its name in the template, its type, and what it is called there.
    pub(crate) async fn resource_names(
        &self,
        stack: &str,
    ) -> Result<Vec<(String, String, String)>, CallError> {
        let resources = self.resources(stack).await?.into_iter();
        Ok(resources
            .map(|resource| {
                (
                    resource.logical_resource_id.unwrap_or_default(),
                    resource.resource_type.unwrap_or_default(),
                    resource.physical_resource_id.unwrap_or_default(),
                )
            })
            .collect())
    }
}

fn resource(drift: StackResourceDrift) -> InspectedResource {
    let json = |text: Option<String>| -> Value {
        let text = text.unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let state = match drift.stack_resource_drift_status {
        Some(StackResourceDriftStatus::InSync) => ResourceState::AsMade,
        Some(StackResourceDriftStatus::Modified) => ResourceState::Modified {
            expected: json(drift.expected_properties),
            actual: json(drift.actual_properties),
        },
        Some(StackResourceDriftStatus::Deleted) => ResourceState::Gone,
        _ => ResourceState::NotRead,
    };
    InspectedResource {
        logical_id: drift.logical_resource_id.unwrap_or_default(),
        resource_type: drift.resource_type.unwrap_or_default(),
        physical_id: drift.physical_resource_id.unwrap_or_default(),
        state,
    }
}
