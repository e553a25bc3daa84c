//! The resource types that we emit: what each is called, what others can ask of it, and what AWS refuses.
#![expect(
    clippy::indexing_slicing,
    reason = "reading a `serde_json::Value` by name never panics: what is not there is null"
)]

mod cloudwatch;
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

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::State;
use super::stack::{Stack, StackResource};
use crate::model::Partition;

/// What is known of a resource type.
pub(super) struct Rules {
    name: &'static str,
    /// The properties that the type has, as far as we emit them.
    properties: &'static [&'static str],
    required: &'static [&'static str],
    /// A change of one of these makes a new resource.
    pub(super) replaced_by: &'static [&'static str],
    /// Ids and attributes of a new resource.
    pub(super) make: fn(&Place<'_>, &Value) -> Made,
    /// What the service itself refuses.
    refuses: fn(&Context<'_>) -> Result<(), String>,
}

/// Where a resource is made, and which one it is.
pub(super) struct Place<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) partition: Partition,
    pub(super) stack: &'a str,
    pub(super) stack_name: &'a str,
    pub(super) logical_id: &'a str,
    /// The physical id of the one that it may take the place of.
    pub(super) generation: Option<&'a str>,
}

/// What a new resource is called.
pub(super) struct Made {
    pub(super) physical_id: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) identities: Vec<String>,
}

/// A resource that is about to be made, and the cloud around it.
pub(super) struct Context<'a> {
    pub(super) state: &'a State,
    pub(super) stack: &'a Stack,
    pub(super) properties: &'a Value,
}

const ALL: &[&[Rules]] = &[
    cloudwatch::RULES,
    codebuild::RULES,
    codepipeline::RULES,
    custom::HANDLES,
    events::RULES,
    iam::RULES,
    kms::RULES,
    lambda::RULES,
    logs::RULES,
    s3::RULES,
    sns::RULES,
    sqs::RULES,
];

/// The rules of a type; none if there is no such type here.
pub(super) fn rules(resource_type: &str) -> Option<&'static Rules> {
    if resource_type.starts_with("Custom::") {
        return Some(&custom::RULES);
    }
    ALL.iter()
        .copied()
        .flatten()
        .find(|rules| rules.name == resource_type)
}

impl Rules {
    /// Whether the resource can be made as it is declared.
    pub(super) fn check(&self, context: &Context<'_>) -> Result<(), String> {
        let empty = serde_json::Map::new();
        let given = context.properties.as_object().unwrap_or(&empty);
        // A custom resource has whatever properties its function knows.
        if self.name != "Custom::*"
            && let Some(unknown) = given
                .keys()
                .find(|name| !self.properties.contains(&name.as_str()))
        {
            return Err(format!("Encountered unsupported property {unknown}"));
        }
        if let Some(missing) = self.required.iter().find(|name| !given.contains_key(**name)) {
            return Err(format!(
                "Properties validation failed: #: required key [{missing}] not found"
            ));
        }
        (self.refuses)(context)
    }
}

impl Place<'_> {
    fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.partition, self.region, self.account
        )
    }

    /// The name that is given, or one that CloudFormation makes up.
    fn name(&self, properties: &Value, property: &str) -> String {
        properties.get(property).and_then(Value::as_str).map_or_else(
            || {
                let unique = self.unique();
                format!(
                    "{}-{}-{}",
                    self.stack_name,
                    self.logical_id,
                    unique.get(..12).unwrap_or(&unique)
                )
            },
            str::to_owned,
        )
    }

    /// An id that no other resource has.
    fn unique(&self) -> String {
        unique_id(&[self.stack, self.logical_id, self.generation.unwrap_or_default()])
    }
}

impl Made {
    /// A resource whose ARN is an attribute.
    fn with_arn(physical_id: String, arn: String) -> Self {
        Self {
            physical_id,
            attributes: BTreeMap::from([("Arn".to_owned(), arn.clone())]),
            identities: vec![arn],
        }
    }

    /// A resource that nothing refers to, with an id of its own.
    fn nameless(place: &Place<'_>) -> Self {
        Self {
            physical_id: format!("{}-{}", place.logical_id, place.unique()),
            attributes: BTreeMap::new(),
            identities: Vec::new(),
        }
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
pub(super) fn unique_id(parts: &[&str]) -> String {
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
