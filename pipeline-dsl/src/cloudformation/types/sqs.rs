use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, PolicyDocument, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    pub queue_name: String,
    /// In seconds.
    pub message_retention_period: u32,
    pub sqs_managed_sse_enabled: bool,
}
resource_type!(Queue, "AWS::SQS::Queue", Attribute::GetAtt("Arn"));

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    pub queues: Vec<Text>,
    pub policy_document: PolicyDocument,
}
resource_type!(QueuePolicy, "AWS::SQS::QueuePolicy");
