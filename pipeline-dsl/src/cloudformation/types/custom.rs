use serde::Serialize;

use super::resource_type;
use crate::cloudformation::Text;

/// A custom resource that our own function answers: copies every current artifact that is not held.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Backfill {
    pub service_token: Text,
    /// In seconds; a string, as CloudFormation wants it.
    pub service_timeout: String,
    pub build_bucket: Text,
    pub held_keys: Text,
}
resource_type!(Backfill, "Custom::Backfill");
