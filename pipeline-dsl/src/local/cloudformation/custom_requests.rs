//! What custom resources ask of functions: it is kept until somebody who runs functions takes it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html>

use serde_json::Value;

use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::stacks::stack::StackResource;
use crate::local::state::State;

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

impl State {
    /// A custom resource asks its function, where somebody will want to know.
    pub(in crate::local) fn ask_function(
        &mut self,
        resource: &StackResource,
        before: Option<&StackResource>,
    ) {
        if !resource.resource_type.starts_with("Custom::") {
            return;
        }
        let properties = resource.properties.value();
        let token = properties.get("ServiceToken").and_then(Value::as_str);
        self.custom_requests.push(CustomRequest {
            function: token.unwrap_or_default().to_owned(),
            resource_type: resource.resource_type.clone(),
            old_properties: before.map(|before| before.properties.value()).unwrap_or_default(),
            properties,
        });
    }
}

impl LocalCloud {
    /// What custom resources asked since this process began, or since it was last taken.
    pub fn take_custom_requests(&self) -> Vec<CustomRequest> {
        std::mem::take(&mut self.lock().custom_requests)
    }
}
