//! What custom resources ask of functions: it is kept until somebody who runs functions takes it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html>

use serde_json::Value;

use crate::local::lambda::custom_request::CustomRequest;
use crate::local::stacks::resource::StackResource;
use crate::local::state::State;

impl State {
    /// A custom resource asks its function, where somebody will want to know.
    pub(crate) fn ask_function(&mut self, resource: &StackResource, before: Option<&StackResource>) {
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
