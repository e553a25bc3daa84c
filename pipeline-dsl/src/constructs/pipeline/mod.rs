//! The pipeline of a service: sources, then one stage for each wave.

pub(in crate::constructs) mod delivery;
pub(in crate::constructs) mod role;
mod trigger;

use serde_json::json;

use crate::cloudformation::types::codepipeline::{
    ActionDeclaration, Approval, ArtifactName, ArtifactStore as ArtifactStoreLocation, ArtifactStoreMap,
    ChangeSet, CreateChangeSet, EncryptionKey, Pipeline, PipelineAction, S3Deploy, S3Source,
    StageDeclaration,
};
use crate::cloudformation::{Stack, Text, text};
use crate::model::ApprovalTimeout;
use crate::team::{Artifact, ArtifactFile, Definition, Override, StackDefinition};

use crate::constructs::names::Names;
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::storage::assets;
use crate::model::TeamName;
use delivery::{Delivery, Deployment, Stage};

/// The stage that extracts archives.
pub(crate) const ASSETS: &str = "Assets";

/// The change set that each pipeline of a team prepares, executes and leaves nothing of: `acme-pipeline`.
pub fn pipeline_change_set(team: TeamName) -> String {
    format!("{team}-pipeline")
}

/// Adds the pipeline with its role, and the rule that starts it.
pub(crate) fn add(stack: &mut Stack, names: &Names, definition: &Definition, delivery: &Delivery<'_>) {
    let role = role::add(stack, names, definition, delivery);
    let mut stages = vec![sources(stack, definition, delivery)];
    stages.extend(assets(stack, definition, delivery));
    for stage in &delivery.stages {
        stages.push(deployments(stack, names, definition, stage));
    }
    let artifact_stores = delivery.stores().map(|store| location(stack, store)).collect();
    let pipeline = Pipeline {
        name: names.service(&definition.service.name),
        pipeline_type: "V2",
        // A newer build overtakes one that waits: the account gets what is current.
        // https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
        execution_mode: "SUPERSEDED",
        restart_execution_on_update: false,
        role_arn: stack.arn(&role, "the pipeline runs with it"),
        artifact_stores,
        stages,
    };
    let pipeline = stack.add("Pipeline", &pipeline);
    trigger::add(stack, names, definition, delivery, &pipeline);
}

pub(crate) fn location(stack: &mut Stack, store: &ArtifactStore) -> ArtifactStoreMap {
    ArtifactStoreMap {
        region: store.region.clone(),
        artifact_store: ArtifactStoreLocation {
            r#type: "S3",
            location: stack.reference(&store.bucket, "the pipeline keeps its artifacts in it"),
            encryption_key: EncryptionKey {
                // An alias would not do: another account cannot resolve it.
                id: stack.arn(&store.key, "the pipeline encrypts its artifacts with it"),
                r#type: "KMS",
            },
        },
    }
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
fn sources(stack: &mut Stack, definition: &Definition, delivery: &Delivery<'_>) -> StageDeclaration {
    let bucket = stack.reference(delivery.source, "the pipeline's sources are in it");
    let action = |(index, source): (usize, &Artifact)| {
        let name = definition.artifact_name_at(index);
        let taken = PipelineAction::S3Source(S3Source {
            bucket: bucket.clone(),
            key: source.key.as_str().into(),
        });
        ActionDeclaration {
            output_artifacts: vec![ArtifactName { name: name.clone() }],
            ..ActionDeclaration::new(name, taken)
        }
    };
    StageDeclaration {
        name: "Source".to_owned(),
        before_entry: None,
        actions: definition.sources.iter().enumerate().map(action).collect(),
    }
}

/// Extracts the archives of assets in every region that is deployed to, where there are any.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html>
fn assets(stack: &mut Stack, definition: &Definition, delivery: &Delivery<'_>) -> Option<StageDeclaration> {
    let mut actions = Vec::new();
    for archive in definition.assets() {
        let name = definition.artifact_name_at(archive);
        for store in delivery.regions_deployed_to() {
            let bucket = store.assets.as_ref()?;
            let does = PipelineAction::S3Deploy(S3Deploy {
                bucket: stack.reference(bucket, "the pipeline puts the service's assets there"),
                prefix: assets::prefix(definition),
                key: stack.arn(&store.key, "the pipeline encrypts the service's assets with it"),
            });
            // In a developer's account there is one region, whatever it is called.
            let region = store.region.as_literal();
            let label = region.map_or_else(|| name.clone(), |region| format!("{name}-{region}"));
            actions.push(ActionDeclaration {
                region: region.map(Into::into),
                input_artifacts: vec![ArtifactName { name: name.clone() }],
                ..ActionDeclaration::new(label, does)
            });
        }
    }
    (!actions.is_empty()).then(|| StageDeclaration {
        name: ASSETS.to_owned(),
        before_entry: None,
        actions,
    })
}

fn deployments(
    stack: &mut Stack,
    names: &Names,
    definition: &Definition,
    stage: &Stage<'_>,
) -> StageDeclaration {
    let mut actions = Vec::new();
    let asks = stage.approval.is_some();
    for deployment in &stage.deployments {
        // Where somebody is asked, they see what is prepared: everything at 1, the question at 2, and the rest one by one.
        let mut next = if asks { 3 } else { 1 };
        for deployed in &definition.stacks {
            let prepared_at = if asks && !deployed.after_earlier { 1 } else { next };
            let executed_at = if prepared_at == next { next + 1 } else { next };
            let orders = (prepared_at, executed_at);
            actions.extend(change_set(stack, names, definition, deployment, deployed, orders));
            next = executed_at + 1;
        }
    }
    if let Some(asked) = stage.approval {
        let topic = stack.arn(asked.topic, "approvals are asked for on it");
        actions.insert(0, approval(names, definition, stage, topic, asked.timeout));
    }
    StageDeclaration {
        name: stage.name.clone(),
        before_entry: None,
        actions,
    }
}

/// The question, with where the change sets are that it is about.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>
fn approval(
    names: &Names,
    definition: &Definition,
    stage: &Stage<'_>,
    topic: Text,
    timeout: ApprovalTimeout,
) -> ActionDeclaration {
    let seen: Vec<&str> = definition
        .stacks
        .iter()
        .filter(|deployed| !deployed.after_earlier)
        .map(|deployed| deployed.name.as_str())
        .collect();
    let places: Vec<&str> = stage
        .deployments
        .iter()
        .map(|deployment| deployment.label.as_str())
        .collect();
    let mut message = format!("Release {} to {}?", definition.service.name, stage.name);
    let (first, rest) = (seen.first(), named(&seen));
    if let Some(first) = first {
        let prepared = format!(
            " Look at change set {} of {rest} in {} first: aws cloudformation describe-change-set --stack-name {first} \
             --change-set-name {}",
            pipeline_change_set(names.team),
            named(&places),
            pipeline_change_set(names.team),
        );
        message.push_str(&prepared);
    }
    let page = first.zip(stage.deployments.first().and_then(|first| first.region.clone()));
    let message = match &page {
        Some((_, region)) => text![message, " --region ", region.clone()],
        None => message.into(),
    };
    let link = page.map(|(deployed, region)| {
        text![
            "https://",
            region.clone(),
            ".",
            names.partition.console(),
            "/cloudformation/home?region=",
            region,
            format!("#/stacks?filteringText={deployed}")
        ]
    });
    let asked = PipelineAction::Approval(Approval { topic, message, link });
    ActionDeclaration {
        run_order: 2,
        timeout_in_minutes: Some(timeout.in_minutes()),
        ..ActionDeclaration::new("approval", asked)
    }
}

/// The first of them, and how many there are besides: a question is short.
fn named(names: &[&str]) -> String {
    const NAMED: usize = 3;
    let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A change set is created, then executed: two actions for each stack.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
fn change_set(
    stack: &mut Stack,
    names: &Names,
    definition: &Definition,
    deployment: &Deployment<'_>,
    deployed: &StackDefinition,
    (prepared_at, executed_at): (u32, u32),
) -> [ActionDeclaration; 2] {
    let action_role = stack.arn(&deployment.roles.action, "the pipeline assumes it to deploy");
    let deployment_role = stack.arn(&deployment.roles.deployment, "CloudFormation deploys with it");
    let step = |verb: &str, run_order, input_artifacts, does| ActionDeclaration {
        run_order,
        role_arn: Some(action_role.clone()),
        region: deployment.region.clone(),
        input_artifacts,
        ..ActionDeclaration::new(format!("{}-{}-{verb}", deployment.label, deployed.name), does)
    };
    let change_set = ChangeSet {
        stack: deployed.name.as_str().into(),
        name: pipeline_change_set(names.team).into(),
    };
    let path = |file: &ArtifactFile| -> Text {
        format!("{}::{}", definition.artifact_name(&file.artifact), file.path).into()
    };

    let configuration_file = deployed.configuration_for(deployment.environment);
    let create = PipelineAction::CreateChangeSet(CreateChangeSet {
        change_set: change_set.clone(),
        template: path(&deployed.template),
        configuration: configuration_file.map(path),
        capabilities: "CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND".into(),
        role: deployment_role,
        parameter_overrides: parameter_overrides(stack, definition, deployment, deployed),
    });
    // Assets are where the template finds them already.
    let used = std::iter::once(&deployed.template)
        .chain(configuration_file)
        .map(|file| &file.artifact)
        .chain(deployed.overrides.iter().filter_map(|each| match &each.given {
            Override::Artifact { artifact, .. } => Some(artifact),
            Override::Assets { .. } | Override::Value { .. } => None,
        }));
    let mut inputs: Vec<ArtifactName> = Vec::new();
    for artifact in used {
        let name = definition.artifact_name(artifact);
        if !inputs.iter().any(|input| input.name == name) {
            inputs.push(ArtifactName { name });
        }
    }
    [
        step("prepare", prepared_at, inputs, create),
        step(
            "execute",
            executed_at,
            Vec::new(),
            PipelineAction::ExecuteChangeSet(change_set),
        ),
    ]
}

/// The parameters that the pipeline gives, as the JSON that the action takes.
fn parameter_overrides(
    stack: &mut Stack,
    definition: &Definition,
    deployment: &Deployment<'_>,
    deployed: &StackDefinition,
) -> Option<Text> {
    let json = |value: serde_json::Value| Text::literal(value.to_string());
    let mut overrides: Vec<(&str, Text)> = Vec::new();
    for each in &deployed.overrides {
        match &each.given {
            Override::Value { parameter, value } => {
                let values = deployment.values;
                let value = values.json(&deployed.name, parameter, value, deployment.environment);
                overrides.push((parameter, value));
            }
            Override::Artifact {
                artifact,
                bucket,
                key,
            } => {
                let name = definition.artifact_name(artifact);
                let attribute = |attribute: &str| json(json!({"Fn::GetArtifactAtt": [name, attribute]}));
                overrides.push((bucket, attribute("BucketName")));
                overrides.push((key, attribute("ObjectKey")));
            }
            Override::Assets { bucket, prefix, .. } => {
                let assets = stack.reference(
                    deployment.store.assets.as_ref()?,
                    "the stack is told where its assets are",
                );
                overrides.push((bucket, text!["\"", assets, "\""]));
                overrides.push((prefix, text!["\"", assets::prefix(definition), "\""]));
            }
        }
    }
    if overrides.is_empty() {
        return None;
    }
    let members = overrides.into_iter().enumerate().map(|(index, (name, value))| {
        let comma = if index == 0 { "" } else { "," };
        text![comma, json(json!(name)), ":", value]
    });
    let members = Text::concat(members);
    Some(text!["{", members, "}"])
}
