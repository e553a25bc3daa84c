//! Where artifacts are and pipelines run, read off the assembly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::rules::{self, RuleSite};
use super::templates::{resources, text};
use crate::cloudformation::ResourceKind;
use crate::cloudformation::references::references;
use crate::cloudformation::types::codepipeline::PipelineAction;
use crate::cloudformation::types::custom::Backfill;
use crate::deploy::Selection;
use crate::deploy::run::selection::Part;
use crate::model::{AccountId, Name, Region};
use crate::synth::{Assembly, AssemblyStack, ParameterValue, StackId};

/// As many accounts are asked at once.
pub(super) const ACCOUNTS: usize = 32;

/// All that is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Sites {
    /// The build stack.
    pub(super) build: Option<Site>,
    /// The rules of the build account.
    pub(super) build_rules: Vec<RuleSite>,
    /// Whether the build account was chosen itself, and not only asked for what others should have.
    pub(super) build_is_chosen: bool,
    pub(super) build_pipelines: Vec<PipelineSite>,
    pub(super) developers: Vec<DeveloperSite>,
}

/// A stack with the logical ids of what is asked in it.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) stack: String,
    pub(super) account: AccountId,
    pub(super) region: Region,
    /// The bucket that announces its objects.
    pub(super) bucket: String,
    /// The queue of events that were not delivered.
    pub(super) undelivered: String,
}

impl Site {
    /// The address of the stack.
    pub(super) fn id(&self) -> StackId {
        StackId::from(format!("{}/{}/{}", self.account, self.region, self.stack).as_str())
    }
}

/// A pipeline.
#[derive(Debug, Clone)]
pub(super) struct PipelineSite {
    /// The stack that has it.
    pub(super) stack: StackId,
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) name: String,
    /// The artifacts that it begins with.
    pub(super) artifacts: Vec<String>,
    /// The stacks that it deploys.
    pub(super) deploys: Vec<DeployedStack>,
}

/// A stack that a pipeline deploys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DeployedStack {
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) stack: String,
}

impl DeployedStack {
    /// The account and region that it is in.
    pub(super) const fn place(&self) -> (AccountId, Region) {
        (self.account, self.region)
    }
}

impl fmt::Display for DeployedStack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.account, self.region, self.stack)
    }
}

/// A developer's account.
#[derive(Debug, Clone)]
pub(super) struct DeveloperSite {
    pub(super) name: Name,
    pub(super) site: Site,
    pub(super) function: String,
    pub(super) queue: String,
    pub(super) held: BTreeSet<String>,
    pub(super) pipelines: Vec<PipelineSite>,
    pub(super) rules: Vec<RuleSite>,
}

impl Sites {
    pub(super) fn of(assembly: &Assembly) -> Self {
        let mut templates: BTreeMap<&str, Value> = BTreeMap::new();
        for stack in assembly.stacks() {
            templates.entry(stack.template.as_str()).or_insert_with(|| {
                // What synth wrote is JSON.
                serde_json::from_str(assembly.template(stack)).unwrap_or_default()
            });
        }
        let mut sites = Self::default();
        let mut pipelines: BTreeMap<Name, Vec<PipelineSite>> = BTreeMap::new();
        let mut rules: BTreeMap<Name, Vec<RuleSite>> = BTreeMap::new();
        for stack in assembly.stacks() {
            let Some(template) = templates.get(stack.template.as_str()) else {
                continue;
            };
            let found = resources(template, ResourceKind::Pipeline).map(|(_, properties)| PipelineSite {
                stack: stack.id.clone(),
                account: stack.account,
                region: stack.region,
                name: text(properties, "/Name").to_owned(),
                artifacts: artifacts(properties),
                deploys: deploys(stack, properties),
            });
            match stack.developer {
                None => sites.build_pipelines.extend(found),
                Some(developer) => pipelines.entry(developer).or_default().extend(found),
            }
            let found = rules::of_stack(stack, template);
            match stack.developer {
                None => sites.build_rules.extend(found),
                Some(developer) => rules.entry(developer).or_default().extend(found),
            }
            let Some(bucket) = announcing(template) else {
                continue;
            };
            let site = Site {
                stack: stack.stack_name.clone(),
                account: stack.account,
                region: stack.region,
                bucket,
                undelivered: queue(template, false),
            };
            match stack.developer {
                None => sites.build = Some(site),
                Some(name) => sites.developers.push(developer(name, site, stack, template)),
            }
        }
        for developer in &mut sites.developers {
            developer.pipelines = pipelines.remove(&developer.name).unwrap_or_default();
            developer.rules = rules.remove(&developer.name).unwrap_or_default();
        }
        sites
    }

    /// Leaves out what was not chosen.
    pub(super) fn choose(&mut self, chosen: &BTreeMap<StackId, Part>, selection: &Selection) {
        let worked = |account: AccountId, region: Region, stack: &str| {
            let id = StackId::from(format!("{account}/{region}/{stack}").as_str());
            chosen.get(&id) == Some(&Part::Worked)
        };
        if selection.is_all() {
            self.build_is_chosen = true;
            return;
        }
        // Whoever chooses a developer chooses what their stacks need with them: it has to be named.
        self.build_is_chosen = self.build.as_ref().is_some_and(|build| {
            let id = format!("{}/{}/{}", build.account, build.region, build.stack);
            selection
                .only
                .iter()
                .any(|name| *name == build.stack || *name == id)
        });
        self.developers
            .retain(|each| worked(each.site.account, each.site.region, &each.site.stack));
    }

    /// Every artifact that some pipeline begins with.
    pub(super) fn artifacts(&self) -> BTreeSet<String> {
        let own = self.developers.iter().flat_map(|developer| &developer.pipelines);
        let pipelines = self.build_pipelines.iter().chain(own);
        pipelines
            .flat_map(|pipeline| pipeline.artifacts.iter().cloned())
            .collect()
    }
}

impl DeveloperSite {
    /// The artifacts that their pipelines begin with.
    pub(super) fn artifacts(&self) -> BTreeSet<String> {
        let artifacts = self
            .pipelines
            .iter()
            .flat_map(|pipeline| pipeline.artifacts.iter().cloned());
        artifacts.collect()
    }
}

fn developer(name: Name, site: Site, stack: &AssemblyStack, template: &Value) -> DeveloperSite {
    let named = |kind: ResourceKind| {
        let first = resources(template, kind).next();
        first.map(|(id, _)| id.clone()).unwrap_or_default()
    };
    let keys = match stack.parameters.get(Backfill::HELD_KEYS) {
        Some(ParameterValue::Value(keys)) => keys.as_str(),
        _ => "",
    };
    DeveloperSite {
        name,
        site,
        function: named(ResourceKind::Function),
        queue: queue(template, true),
        held: held(keys),
        pipelines: Vec::new(),
        rules: Vec::new(),
    }
}

/// The artifacts that a parameter holds back.
pub(super) fn held(keys: &str) -> BTreeSet<String> {
    let keys = keys.split(',').filter(|key| !key.is_empty());
    keys.map(ToOwned::to_owned).collect()
}

/// The queue of a function's dead letters, or the one that is of no function.
fn queue(template: &Value, of_function: bool) -> String {
    let functions = resources(template, ResourceKind::Function);
    let used: Vec<String> = functions
        .filter_map(|(_, properties)| properties.get("DeadLetterConfig"))
        .flat_map(references)
        .map(|reference| reference.target)
        .collect();
    let mut queues = resources(template, ResourceKind::Queue);
    let found = queues.find(|(id, _)| used.contains(id) == of_function);
    found.map(|(id, _)| id.clone()).unwrap_or_default()
}

/// The bucket that announces its objects: builds are put into it, or copied.
fn announcing(template: &Value) -> Option<String> {
    let mut buckets = resources(template, ResourceKind::Bucket);
    let announces = |properties: &Value| properties.get("NotificationConfiguration").is_some();
    let (id, _) = buckets.find(|(_, properties)| announces(properties))?;
    Some(id.clone())
}

fn artifacts(pipeline: &Value) -> Vec<String> {
    let keys = actions(pipeline).filter_map(|action| {
        let source = read(action)?;
        Some(source.s3_source()?.key.as_str()?.to_owned())
    });
    keys.collect()
}

/// The stacks that a pipeline prepares change sets of. In a developer's account, neither role nor region is a text.
fn deploys(home: &AssemblyStack, pipeline: &Value) -> Vec<DeployedStack> {
    let prepared = actions(pipeline).filter_map(|action| {
        let create = read(action)?;
        let stack = create.created_change_set()?.change_set.stack.as_str()?.to_owned();
        let role = text(action, "/RoleArn");
        let account = role.split(':').nth(4).and_then(|account| account.parse().ok());
        Some(DeployedStack {
            account: account.unwrap_or(home.account),
            region: text(action, "/Region").parse().unwrap_or(home.region),
            stack,
        })
    });
    prepared.collect()
}

fn actions(pipeline: &Value) -> impl Iterator<Item = &Value> {
    let stages = pipeline.get("Stages").and_then(Value::as_array);
    let stages = stages.into_iter().flatten();
    stages
        .filter_map(|stage| stage.get("Actions")?.as_array())
        .flatten()
}

/// Of a template as it is written, where the bucket is a reference. What synth writes can be read.
fn read(action: &Value) -> Option<PipelineAction<Value>> {
    PipelineAction::read_as(action, |value| Some(value.clone())).ok()
}
