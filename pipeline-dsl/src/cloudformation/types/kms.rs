use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, PolicyDocument, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    pub description: String,
    pub enable_key_rotation: bool,
    pub key_policy: PolicyDocument,
    pub pending_window_in_days: u8,
}
resource_type!(Key, "AWS::KMS::Key", Attribute::GetAtt("Arn"));

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    pub alias_name: String,
    pub target_key_id: Text,
}
resource_type!(Alias, "AWS::KMS::Alias");
