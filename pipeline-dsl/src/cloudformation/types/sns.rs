use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, OnlyIf, PolicyDocument, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    pub topic_name: String,
    pub display_name: String,
}
resource_type!(Topic, "AWS::SNS::Topic", Attribute::Ref);

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    pub topics: Vec<Text>,
    pub policy_document: PolicyDocument,
}
resource_type!(TopicPolicy, "AWS::SNS::TopicPolicy");

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    pub topic_arn: Text,
    pub region: String,
    pub protocol: &'static str,
    pub endpoint: Text,
    pub redrive_policy: OnlyIf<RedrivePolicy>,
}
resource_type!(Subscription, "AWS::SNS::Subscription");

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    pub dead_letter_target_arn: Text,
}
