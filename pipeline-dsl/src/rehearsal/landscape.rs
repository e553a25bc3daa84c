//! What stands in the cloud, as far as artifacts move through it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cloudformation::ResourceKind;
use crate::local::ResourceView;

/// The resources that move artifacts, by what leads to them.
#[derive(Debug, Default)]
pub(super) struct Landscape {
    pub(super) buckets: BTreeMap<String, Bucket>,
    /// By account and region.
    rules: BTreeMap<(String, String), Vec<Rule>>,
    /// By topic.
    subscriptions: BTreeMap<String, Vec<Subscription>>,
    pub(super) pipelines: BTreeMap<String, Pipeline>,
    projects: Vec<Project>,
    pub(super) functions: BTreeMap<String, Place>,
}

/// An account and a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) region: String,
}

#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) place: Place,
    /// Whether it announces its objects.
    announces: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) pattern: Value,
    pub(super) targets: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(super) struct Subscription {
    pub(super) arn: String,
    pub(super) endpoint: String,
    pub(super) filter: Option<Value>,
}

#[derive(Debug, Clone)]
pub(super) struct Pipeline {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) stages: Vec<Stage>,
    /// The artifact stores by region.
    pub(super) stores: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) actions: Vec<Action>,
}

#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) provider: String,
    pub(super) run_order: u64,
    pub(super) role: Option<String>,
    pub(super) region: String,
    pub(super) output: Option<String>,
    pub(super) configuration: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) place: Place,
    /// Bucket and key of each artifact that it makes.
    pub(super) artifacts: Vec<(String, String)>,
}

impl Landscape {
    pub(super) fn of(resources: &[ResourceView]) -> Self {
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
        match kind {
            ResourceKind::Bucket => {
                let announces = properties
                    .pointer("/NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled");
                let bucket = Bucket {
                    place,
                    announces: announces.is_some_and(|enabled| enabled == true),
                };
                self.buckets.insert(name, bucket);
            }
            ResourceKind::Rule if text(properties, "State") != "DISABLED" => {
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
            ResourceKind::Subscription => {
                let subscription = Subscription {
                    arn,
                    endpoint: text(properties, "Endpoint").to_owned(),
                    filter: properties.get("FilterPolicy").cloned(),
                };
                let topic = text(properties, "TopicArn").to_owned();
                self.subscriptions.entry(topic).or_default().push(subscription);
            }
            ResourceKind::Function => {
                self.functions.insert(arn, place);
            }
            ResourceKind::Pipeline => {
                let pipeline = pipeline(arn.clone(), name, place, properties);
                self.pipelines.insert(arn, pipeline);
            }
            ResourceKind::Project => {
                let artifacts = properties.get("Artifacts").into_iter();
                let artifacts = artifacts.chain(items(properties, "SecondaryArtifacts"));
                self.projects.push(Project {
                    arn,
                    name,
                    place,
                    artifacts: artifacts.filter_map(artifact).collect(),
                });
            }
            // A rule that is turned off, and what nothing of moves.
            ResourceKind::Rule
            | ResourceKind::Alarm
            | ResourceKind::Backfill
            | ResourceKind::ManagedPolicy
            | ResourceKind::Role
            | ResourceKind::Alias
            | ResourceKind::Key
            | ResourceKind::EventInvokeConfig
            | ResourceKind::Permission
            | ResourceKind::LogGroup
            | ResourceKind::BucketPolicy
            | ResourceKind::Topic
            | ResourceKind::TopicPolicy
            | ResourceKind::Queue
            | ResourceKind::QueuePolicy => {}
        }
    }

    /// Whether a bucket announces its objects.
    pub(super) fn announces(&self, bucket: &str) -> bool {
        self.buckets.get(bucket).is_some_and(|bucket| bucket.announces)
    }

    /// The rules that see the objects of a bucket.
    pub(super) fn rules_of(&self, bucket: &str) -> &[Rule] {
        let Some(bucket) = self.buckets.get(bucket).filter(|bucket| bucket.announces) else {
            return &[];
        };
        let place = (bucket.place.account.clone(), bucket.place.region.clone());
        self.rules.get(&place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn subscriptions_of(&self, topic: &str) -> &[Subscription] {
        self.subscriptions.get(topic).map_or(&[], Vec::as_slice)
    }

    /// The project in an account that makes these artifacts.
    pub(super) fn project(&self, account: &str, keys: &[String]) -> Option<&Project> {
        let mut projects = self.projects.iter();
        projects.find(|project| {
            project.place.account == account
                && keys
                    .iter()
                    .all(|key| project.artifacts.iter().any(|(_, made)| made == key))
        })
    }

    /// The stages of an account's pipeline of this name, but for the sources.
    pub(super) fn stages_of(&self, account: &str, pipeline: &str) -> Vec<String> {
        let mut pipelines = self.pipelines.values();
        let pipeline = pipelines.find(|each| each.name == pipeline && each.place.account == account);
        let stages = pipeline
            .map(|pipeline| pipeline.stages.as_slice())
            .unwrap_or_default();
        stages.iter().skip(1).map(|stage| stage.name.clone()).collect()
    }

    /// The bucket that the pipelines of this name take their sources from in an account.
    pub(super) fn source_bucket(&self, account: &str, key: &str) -> Option<String> {
        let pipelines = self
            .pipelines
            .values()
            .filter(|each| each.place.account == account);
        let mut actions = pipelines.flat_map(Pipeline::sources);
        let action = actions.find(|action| action.configured("S3ObjectKey") == key)?;
        Some(action.configured("S3Bucket").to_owned())
    }
}

impl Pipeline {
    pub(super) fn sources(&self) -> impl Iterator<Item = &Action> {
        let actions = self.stages.iter().flat_map(|stage| &stage.actions);
        actions.filter(|action| action.provider == "S3")
    }

    pub(super) fn deployments(&self) -> impl Iterator<Item = &Action> {
        let actions = self.stages.iter().flat_map(|stage| &stage.actions);
        actions.filter(|action| action.provider == "CloudFormation")
    }
}

impl Action {
    pub(super) fn configured(&self, name: &str) -> &str {
        self.configuration.get(name).map_or("", String::as_str)
    }

    /// The account that it acts in.
    pub(super) fn account<'a>(&'a self, pipeline: &'a Pipeline) -> &'a str {
        let account = self.role.as_deref().and_then(|role| role.split(':').nth(4));
        account.unwrap_or(&pipeline.place.account)
    }
}

fn pipeline(arn: String, name: String, place: Place, properties: &Value) -> Pipeline {
    let stages = items(properties, "Stages").map(|stage| Stage {
        name: text(stage, "Name").to_owned(),
        actions: items(stage, "Actions")
            .map(|declared| action(declared, &place.region))
            .collect(),
    });
    let stores = items(properties, "ArtifactStores").map(|store| {
        let location = store.pointer("/ArtifactStore/Location").and_then(Value::as_str);
        (
            text(store, "Region").to_owned(),
            location.unwrap_or_default().to_owned(),
        )
    });
    Pipeline {
        arn,
        name,
        stages: stages.collect(),
        stores: stores.collect(),
        place,
    }
}

fn action(declared: &Value, region: &str) -> Action {
    let configuration = declared.get("Configuration").and_then(Value::as_object);
    let configuration = configuration.into_iter().flatten();
    let provider = declared.pointer("/ActionTypeId/Provider").and_then(Value::as_str);
    let given = |name: &str| Some(text(declared, name).to_owned()).filter(|text| !text.is_empty());
    Action {
        name: text(declared, "Name").to_owned(),
        provider: provider.unwrap_or_default().to_owned(),
        run_order: declared.get("RunOrder").and_then(Value::as_u64).unwrap_or(1),
        role: given("RoleArn"),
        region: given("Region").unwrap_or_else(|| region.to_owned()),
        output: items(declared, "OutputArtifacts")
            .next()
            .map(|output| text(output, "Name").to_owned()),
        configuration: configuration
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    }
}

/// Where CodeBuild puts an artifact.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html>
fn artifact(declared: &Value) -> Option<(String, String)> {
    let (path, name) = (text(declared, "Path"), text(declared, "Name"));
    let bucket = Some(text(declared, "Location")).filter(|bucket| !bucket.is_empty())?;
    let key = match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}/{name}"),
    };
    Some((bucket.to_owned(), key))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}
