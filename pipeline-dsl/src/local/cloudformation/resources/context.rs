//! A resource that is about to be made.

use serde_json::Value;

use crate::cloudformation::NewResource;
use crate::local::http::ids::unique_id;
use crate::local::shared::Shared;
use crate::local::stacks::resource::StackResource;
use crate::local::stacks::stack::Stack;
use crate::model::{Partition, Region};

/// A resource that is about to be made, and the cloud around it.
pub(crate) struct Context<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) stack: &'a Stack,
    pub(crate) properties: &'a Value,
}

/// A resource that is about to be made in a stack, perhaps in the place of one of this physical id.
pub(crate) fn new_resource<'a>(
    stack: &'a Stack,
    logical_id: &'a str,
    replaces: Option<&str>,
) -> NewResource<'a> {
    let unique_id = unique_id(&[&stack.id.0, logical_id, replaces.unwrap_or_default()]);
    let short = unique_id.get(..12).unwrap_or(&unique_id);
    NewResource {
        account: &stack.account,
        region: &stack.region,
        partition: stack.region.parse().map_or(Partition::Aws, Region::partition),
        logical_id,
        made_up_name: format!("{}-{logical_id}-{short}", stack.name),
        unique_id,
    }
}

impl<'a> Context<'a> {
    /// A property as text.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.properties
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The resource of this identity, in whatever stack.
    pub(super) fn resource(&self, identity: &str) -> Option<&'a StackResource> {
        let owner = self.shared.index.get(identity)?;
        let stack = if owner.stack == self.stack.id {
            self.stack
        } else {
            self.shared.stacks.get(&owner.stack)?
        };
        stack.resources.get(&owner.logical_id)
    }

    pub(super) fn exists(&self, identity: &str) -> bool {
        self.shared.index.contains(identity)
    }

    /// A role that a service is to act with: there, and trusting that service.
    pub(super) fn check_role(&self, arn: &str, service: &str) -> Result<(), String> {
        let Some(role) = self.resource(arn) else {
            return Err(format!(
                "Role {arn} is invalid or cannot be assumed: it does not exist"
            ));
        };
        let properties = role.properties.value();
        let trust = &properties["AssumeRolePolicyDocument"]["Statement"];
        let trusts = trust.as_array().into_iter().flatten().any(|statement| {
            let principal = &statement["Principal"]["Service"];
            principal == service
                || principal
                    .as_array()
                    .is_some_and(|several| several.iter().any(|each| each == service))
        });
        if trusts {
            Ok(())
        } else {
            Err(format!("The role {arn} cannot be assumed by {service}"))
        }
    }
}
