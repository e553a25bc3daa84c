//! What a pipeline delivers from, and to where.

use std::collections::BTreeMap;

use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::types::sns::Topic;
use crate::cloudformation::{Handle, ParameterRef, Text, text};
use crate::constructs::failures::undelivered::Undelivered;
use crate::constructs::names::Place;
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::targets::roles::TargetRoles;
use crate::model::{ApprovalTimeout, Name};
use crate::team::Values;

/// What a pipeline delivers from, and to where.
#[derive(Debug)]
pub(crate) struct Delivery<'a> {
    /// Where the pipeline runs.
    pub(crate) place: Place,
    /// Where its artifacts come from.
    pub(crate) source: &'a Handle<Bucket>,
    /// The store of the pipeline's own region; its key is that of the source too.
    pub(crate) home: &'a ArtifactStore,
    /// Where events go that did not start it.
    pub(crate) undelivered: &'a Undelivered,
    /// The stores of the further regions that it deploys to.
    pub(crate) abroad: Vec<&'a ArtifactStore>,
    /// Its stages behind the sources.
    pub(crate) stages: Vec<Stage<'a>>,
}

impl<'a> Delivery<'a> {
    /// The stores of all regions that it works in, its own first.
    pub(crate) fn stores(&self) -> impl Iterator<Item = &'a ArtifactStore> {
        std::iter::once(self.home).chain(self.abroad.iter().copied())
    }

    /// The stores of the regions that stacks are deployed to.
    pub(crate) fn regions_deployed_to(&self) -> Vec<&'a ArtifactStore> {
        self.stores().filter(|store| self.deploys_to(store)).collect()
    }

    /// Whether stacks are deployed to the region of a store.
    pub(crate) fn deploys_to(&self, store: &ArtifactStore) -> bool {
        let mut deployments = self.stages.iter().flat_map(|stage| &stage.deployments);
        // Where a deployment names no region, it goes to the pipeline's own.
        deployments.any(|deployment| {
            deployment
                .region
                .as_ref()
                .is_none_or(|region| *region == store.region)
        })
    }
}

/// A stage that deploys.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) name: String,
    /// Where somebody is asked first.
    pub(crate) approval: Option<AskedApproval<'a>>,
    pub(crate) deployments: Vec<Deployment<'a>>,
}

/// Where and how an approval is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedApproval<'a> {
    pub(crate) topic: &'a Handle<Topic>,
    pub(crate) timeout: ApprovalTimeout,
}

/// One place that a stage deploys to.
#[derive(Debug)]
pub(crate) struct Deployment<'a> {
    /// Begins the names of its actions.
    pub(crate) label: String,
    /// The environment; none in a developer's account.
    pub(crate) environment: Option<Name>,
    /// The region, where it may be another than the pipeline's.
    pub(crate) region: Option<Text>,
    /// What is known of the parameters' values there.
    pub(crate) values: &'a DeployedValues,
    /// The store of that region.
    pub(crate) store: &'a ArtifactStore,
    pub(crate) roles: &'a TargetRoles,
}

/// The values of stacks' parameters in one place.
#[derive(Debug, Default)]
pub(crate) struct DeployedValues(BTreeMap<(String, String), ParameterRef>);

impl DeployedValues {
    /// Says that a parameter of a stack has a value that differs from account to account, and is a parameter of the template itself.
    pub(crate) fn differs(&mut self, stack: &str, parameter: &str, given: ParameterRef) {
        self.0.insert((stack.to_owned(), parameter.to_owned()), given);
    }

    /// A parameter's value as JSON.
    pub(crate) fn json(
        &self,
        stack: &str,
        parameter: &str,
        values: &Values,
        environment: Option<Name>,
    ) -> Text {
        if let Some(given) = self.0.get(&(stack.to_owned(), parameter.to_owned())) {
            return text!["\"", given.value(), "\""];
        }
        let value = match environment {
            Some(environment) => values.of_environment(environment),
            None => values.of_developers(),
        };
        // The team's check lets no place be without.
        Text::literal(serde_json::json!(value.unwrap_or_default()).to_string())
    }
}
