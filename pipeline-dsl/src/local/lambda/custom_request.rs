//! What custom resources ask of functions: it is kept until somebody who runs functions takes it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html>

use serde_json::Value;

/// A request of a custom resource to its function.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CustomRequest {
    /// The function's ARN.
    pub function: String,
    /// The resource's type, `Custom::Backfill`.
    pub resource_type: String,
    /// What the resource is now.
    pub properties: Value,
    /// What it was before; null for a new one.
    pub old_properties: Value,
}
