//! The rules of resource types.

use serde_json::Value;

use super::codebuild;
use super::codepipeline;
use super::context::Context;
use super::custom;
use super::events;
use super::iam;
use super::kms;
use super::lambda;
use super::logs;
use super::s3;
use super::sns;
use super::sqs;
use crate::cloudformation::{Identity, NewResource, ResourceKind, TypeFacts};
use crate::local::stacks::known_type::KnownType;

/// What the local cloud knows of a resource type: what everybody knows, and what AWS refuses.
pub(crate) struct Rules {
    facts: &'static TypeFacts,
    /// Whether it has whatever properties somebody's function knows.
    open: bool,
    /// What the service itself refuses.
    refuses: fn(&Context<'_>) -> Result<(), String>,
}

/// The rules of a type; none if there is no such type here.
pub(crate) fn rules(resource_type: &str) -> Option<Rules> {
    let known = KnownType::named(resource_type)?;
    Some(Rules {
        facts: known.facts(),
        open: known == KnownType::Custom,
        refuses: match known {
            KnownType::Kind(kind) => refused(kind),
            KnownType::Custom => custom::check,
            KnownType::Placeholder => anything,
        },
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
    pub(crate) fn replaced_by(&self) -> &'static [&'static str] {
        self.facts.replaced_by
    }

    /// What a new resource is called.
    pub(crate) fn identity(&self, new: &NewResource<'_>, properties: &Value) -> Identity {
        (self.facts.identity)(new, properties)
    }

    /// Whether the resource can be made as it is declared.
    pub(crate) fn check(&self, context: &Context<'_>) -> Result<(), String> {
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

/// For types that refuse nothing more.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every type's own check")]
fn anything(_: &Context<'_>) -> Result<(), String> {
    Ok(())
}
