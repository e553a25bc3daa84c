//! What AWS refuses of resources, type by type.
#![expect(
    clippy::indexing_slicing,
    reason = "reading a `serde_json::Value` by name never panics: what is not there is null"
)]

mod codebuild;
mod codepipeline;
mod custom;
mod events;
mod iam;
mod kms;
mod lambda;
mod logs;
mod policy;
mod s3;
mod sns;
mod sqs;

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cloudformation::{Identity, NewResource, ResourceKind, TypeFacts};
use crate::local::stacks::stack::{Stack, StackResource};
use crate::local::state::State;
use crate::model::{Partition, Region};

/// What the local cloud knows of a resource type: what everybody knows, and what AWS refuses.
pub(in crate::local) struct Rules {
    facts: &'static TypeFacts,
    /// Whether it has whatever properties somebody's function knows.
    open: bool,
    /// What the service itself refuses.
    refuses: fn(&Context<'_>) -> Result<(), String>,
}

/// A resource that is about to be made, and the cloud around it.
pub(in crate::local) struct Context<'a> {
    pub(in crate::local) state: &'a State,
    pub(in crate::local) stack: &'a Stack,
    pub(in crate::local) properties: &'a Value,
}

/// The rules of a type; none if there is no such type here.
pub(in crate::local) fn rules(resource_type: &str) -> Option<Rules> {
    if resource_type.starts_with("Custom::") {
        return Some(custom::RULES);
    }
    if resource_type == custom::PLACEHOLDER.facts.name {
        return Some(custom::PLACEHOLDER);
    }
    let kind = ResourceKind::named(resource_type)?;
    Some(Rules {
        facts: kind.facts(),
        open: false,
        refuses: refused(kind),
    })
}

/// What the service of a type refuses, beside properties that are unknown or missing.
fn refused(kind: ResourceKind) -> fn(&Context<'_>) -> Result<(), String> {
    match kind {
        ResourceKind::Alarm | ResourceKind::Topic => anything,
        ResourceKind::Project => codebuild::check_project,
        ResourceKind::Pipeline => codepipeline::check_pipeline,
        ResourceKind::Backfill => custom::check,
        ResourceKind::Rule => events::check_rule,
        ResourceKind::ManagedPolicy => iam::check_managed_policy,
        ResourceKind::Role => iam::check_role,
        ResourceKind::Alias => kms::check_alias,
        ResourceKind::Key => kms::check_key,
        ResourceKind::Function => lambda::check_function,
        ResourceKind::EventInvokeConfig | ResourceKind::Permission => lambda::check_named_function,
        ResourceKind::LogGroup => logs::check,
        ResourceKind::Bucket => s3::check_bucket,
        ResourceKind::BucketPolicy => s3::check_policy,
        ResourceKind::Subscription => sns::check_subscription,
        ResourceKind::TopicPolicy => sns::check_policy,
        ResourceKind::Queue => sqs::check_queue,
        ResourceKind::QueuePolicy => sqs::check_policy,
    }
}

impl Rules {
    /// The properties of which a change makes a new resource.
    pub(in crate::local) fn replaced_by(&self) -> &'static [&'static str] {
        self.facts.replaced_by
    }

    /// What a new resource is called.
    pub(in crate::local) fn identity(&self, new: &NewResource<'_>, properties: &Value) -> Identity {
        (self.facts.identity)(new, properties)
    }

    /// Whether the resource can be made as it is declared.
    pub(in crate::local) fn check(&self, context: &Context<'_>) -> Result<(), String> {
        let empty = serde_json::Map::new();
        let given = context.properties.as_object().unwrap_or(&empty);
        if !self.open
            && let Some(unknown) = given
                .keys()
                .find(|name| !self.facts.properties.contains(&name.as_str()))
        {
            return Err(format!("Encountered unsupported property {unknown}"));
        }
        let mut required = self.facts.required.iter();
        if let Some(missing) = required.find(|name| !given.contains_key(**name)) {
            return Err(format!(
                "Properties validation failed: #: required key [{missing}] not found"
            ));
        }
        (self.refuses)(context)
    }
}

/// A resource that is about to be made in a stack, perhaps in the place of one of this physical id.
pub(in crate::local) fn new_resource<'a>(
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
    fn text(&self, name: &str) -> &'a str {
        self.properties
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The resource of this identity, in whatever stack.
    fn resource(&self, identity: &str) -> Option<&'a StackResource> {
        let owner = self.state.index.get(identity)?;
        let stack = if owner.stack == self.stack.id {
            self.stack
        } else {
            self.state.stacks.get(&owner.stack)?
        };
        stack.resources.get(&owner.logical_id)
    }

    fn exists(&self, identity: &str) -> bool {
        self.state.index.contains(identity)
    }

    /// A role that a service is to act with: there, and trusting that service.
    fn check_role(&self, arn: &str, service: &str) -> Result<(), String> {
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
        match trusts {
            true => Ok(()),
            false => Err(format!("The role {arn} cannot be assumed by {service}")),
        }
    }
}

/// A UUID made of what makes something unique: the same program makes the same ids.
pub(in crate::local) fn unique_id(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut id = String::with_capacity(36);
    for (position, byte) in hasher.finalize().iter().take(16).enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// For types that refuse nothing more.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every type's own check")]
fn anything(_: &Context<'_>) -> Result<(), String> {
    Ok(())
}
