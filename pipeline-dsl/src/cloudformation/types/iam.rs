use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, PolicyDocument, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: Text,
    pub path: String,
    pub description: String,
    pub assume_role_policy_document: PolicyDocument,
    pub policies: Vec<Policy>,
}
resource_type!(Role, "AWS::IAM::Role", Attribute::GetAtt("Arn"));

/// An inline policy of a role.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    pub policy_name: &'static str,
    pub policy_document: PolicyDocument,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    pub managed_policy_name: Text,
    pub path: String,
    pub description: String,
    pub policy_document: PolicyDocument,
}
resource_type!(ManagedPolicy, "AWS::IAM::ManagedPolicy", Attribute::Ref);
