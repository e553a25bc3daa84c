//! The resources of the cloud that artifacts move through.

use std::collections::BTreeMap;

use serde_json::Value;

use super::place::Place;
use crate::cloudformation::types::codepipeline::{CreateChangeSet, DeclaredAction, DeclaredPipeline};
use crate::cloudformation::{Acts, ResourceKind};
use crate::local::cloud::contents::ResourceView;

/// The resources that move artifacts, by what leads to them.
#[derive(Debug, Default)]
pub(crate) struct Landscape {
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// By account and region.
    rules: BTreeMap<(String, String), Vec<Rule>>,
    /// By topic.
    subscriptions: BTreeMap<String, Vec<Subscription>>,
    pub(crate) pipelines: BTreeMap<String, Pipeline>,
    projects: Vec<Project>,
    pub(crate) functions: BTreeMap<String, Place>,
}

#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) place: Place,
    /// Whether it announces its objects.
    announces: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) pattern: Value,
    pub(crate) targets: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) arn: String,
    pub(crate) endpoint: String,
    pub(crate) filter: Option<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) declared: DeclaredPipeline,
}

/// A source of a pipeline: an object, and the artifact that it becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PipelineSource<'a> {
    pub(crate) action: &'a str,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    pub(crate) output: Option<&'a str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) place: Place,
    /// Bucket and key of each artifact that it makes.
    pub(crate) artifacts: Vec<(String, String)>,
    /// Whether pushes start it.
    pub(crate) has_webhook: bool,
}

impl Landscape {
    pub(crate) fn of(resources: &[ResourceView]) -> Self {
        let mut landscape = Self::default();
        for resource in resources {
            landscape.add(resource);
        }
        landscape
    }

    fn add(&mut self, resource: &ResourceView) {
        let place = Place {
            account: resource.account.clone(),
            region: resource.region.clone(),
        };
        let arn = resource.arn.clone().unwrap_or_default();
        let name = resource.physical_id.clone();
        let properties = &resource.properties;
        let Some(kind) = ResourceKind::named(&resource.resource_type) else {
            // A placeholder, of a stack of which only its being there matters.
            return;
        };
        match kind.facts().acts {
            Acts::Announces => {
                let announces = properties
                    .pointer("/NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled");
                let bucket = Bucket {
                    place,
                    announces: announces.is_some_and(|enabled| enabled == true),
                };
                self.buckets.insert(name, bucket);
            }
            Acts::Routes if text(properties, "State") != "DISABLED" => {
                let rule = Rule {
                    arn,
                    name,
                    place: place.clone(),
                    pattern: properties.get("EventPattern").cloned().unwrap_or_default(),
                    targets: items(properties, "Targets").cloned().collect(),
                };
                self.rules
                    .entry((place.account, place.region))
                    .or_default()
                    .push(rule);
            }
            Acts::Delivers => {
                let subscription = Subscription {
                    arn,
                    endpoint: text(properties, "Endpoint").to_owned(),
                    filter: properties.get("FilterPolicy").cloned(),
                };
                let topic = text(properties, "TopicArn").to_owned();
                self.subscriptions.entry(topic).or_default().push(subscription);
            }
            Acts::Runs => {
                self.functions.insert(arn, place);
            }
            Acts::Deploys => {
                // The local cloud has read it, too, and takes no other.
                if let Ok(declared) = DeclaredPipeline::read(properties) {
                    let pipeline = Pipeline {
                        arn: arn.clone(),
                        name,
                        place,
                        declared,
                    };
                    self.pipelines.insert(arn, pipeline);
                }
            }
            Acts::Builds => {
                let artifacts = properties.get("Artifacts").into_iter();
                let artifacts = artifacts.chain(items(properties, "SecondaryArtifacts"));
                self.projects.push(Project {
                    arn,
                    name,
                    place,
                    artifacts: artifacts.filter_map(artifact).collect(),
                    has_webhook: properties.pointer("/Triggers/Webhook") == Some(&Value::Bool(true)),
                });
            }
            // A rule that is turned off, and what nothing moves by.
            Acts::Routes | Acts::Nothing => {}
        }
    }

    /// Whether a bucket announces its objects.
    pub(crate) fn announces(&self, bucket: &str) -> bool {
        self.buckets.get(bucket).is_some_and(|bucket| bucket.announces)
    }

    /// The rules that see the objects of a bucket.
    pub(crate) fn rules_of(&self, bucket: &str) -> &[Rule] {
        let Some(bucket) = self.buckets.get(bucket).filter(|bucket| bucket.announces) else {
            return &[];
        };
        let place = (bucket.place.account.clone(), bucket.place.region.clone());
        self.rules.get(&place).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn subscriptions_of(&self, topic: &str) -> &[Subscription] {
        self.subscriptions.get(topic).map_or(&[], Vec::as_slice)
    }

    /// The project in an account that makes these artifacts.
    pub(crate) fn project(&self, account: &str, keys: &[String]) -> Option<&Project> {
        let mut projects = self.projects.iter();
        projects.find(|project| {
            project.place.account == account
                && keys
                    .iter()
                    .all(|key| project.artifacts.iter().any(|(_, made)| made == key))
        })
    }

    /// The stages of an account's pipeline of this name, but for the sources.
    pub(crate) fn stages_of(&self, account: &str, pipeline: &str) -> Vec<String> {
        let mut pipelines = self.pipelines.values();
        let pipeline = pipelines.find(|each| each.name == pipeline && each.place.account == account);
        let stages = pipeline
            .map(|pipeline| pipeline.declared.stages.as_slice())
            .unwrap_or_default();
        stages.iter().skip(1).map(|stage| stage.name.clone()).collect()
    }

    /// The bucket that the pipelines of this name take their sources from in an account.
    pub(crate) fn source_bucket(&self, account: &str, key: &str) -> Option<String> {
        let pipelines = self
            .pipelines
            .values()
            .filter(|each| each.place.account == account);
        let mut sources = pipelines.flat_map(Pipeline::sources);
        let source = sources.find(|source| source.key == key)?;
        Some(source.bucket.to_owned())
    }
}

impl Pipeline {
    pub(crate) fn sources(&self) -> impl Iterator<Item = PipelineSource<'_>> {
        self.declared.actions().filter_map(|action| {
            let source = action.does.s3_source()?;
            Some(PipelineSource {
                action: &action.name,
                bucket: &source.bucket,
                key: &source.key,
                output: action.outputs.first().map(String::as_str),
            })
        })
    }

    /// The change sets that it prepares.
    pub(crate) fn change_sets(&self) -> impl Iterator<Item = &CreateChangeSet<String>> {
        let actions = self.declared.actions();
        actions.filter_map(|action| action.does.created_change_set())
    }

    /// The artifacts whose files it puts where templates find them.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &str> {
        let deploys = self
            .declared
            .actions()
            .filter(|action| action.does.s3_deploy().is_some());
        deploys.flat_map(|action| &action.inputs).map(String::as_str)
    }

    /// The account that an action acts in.
    pub(crate) fn account_of<'a>(&'a self, action: &'a DeclaredAction) -> &'a str {
        let account = action.role.as_deref().and_then(|role| role.split(':').nth(4));
        account.unwrap_or(&self.place.account)
    }

    /// The region that an action acts in.
    pub(crate) fn region_of<'a>(&'a self, action: &'a DeclaredAction) -> &'a str {
        action.region.as_deref().unwrap_or(&self.place.region)
    }
}

/// Where CodeBuild puts an artifact.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html>
fn artifact(declared: &Value) -> Option<(String, String)> {
    let (path, name) = (text(declared, "Path"), text(declared, "Name"));
    let bucket = Some(text(declared, "Location")).filter(|bucket| !bucket.is_empty())?;
    let key = if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    };
    Some((bucket.to_owned(), key))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}
