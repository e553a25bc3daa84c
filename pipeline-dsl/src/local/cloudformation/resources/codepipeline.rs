use std::collections::BTreeSet;

use serde_json::Value;

use super::codebuild::bucket_arn;
use super::context::Context;
use crate::cloudformation::limits;
use crate::cloudformation::types::codepipeline::PipelineAction;

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>
pub(super) fn check_pipeline(context: &Context<'_>) -> Result<(), String> {
    context
        .check_role(context.text("RoleArn"), "codepipeline.amazonaws.com")
        .map_err(|reason| {
            format!("CodePipeline is not authorized to perform AssumeRole on the service role: {reason}")
        })?;
    let stages: &[Value] = context.properties["Stages"].as_array().map_or(&[], Vec::as_slice);
    if !(2..=limits::PIPELINE_STAGES).contains(&stages.len()) {
        return Err(format!(
            "Pipeline has {} stages; it should have 2 to {}",
            stages.len(),
            limits::PIPELINE_STAGES
        ));
    }
    let regions = check_stores(context)?;
    let mut stage_names = BTreeSet::new();
    let mut produced: BTreeSet<&str> = BTreeSet::new();
    for (position, stage) in stages.iter().enumerate() {
        let name = stage["Name"].as_str().unwrap_or_default();
        if !stage_names.insert(name) {
            return Err(format!("Stage names must be unique: {name}"));
        }
        let actions: &[Value] = stage["Actions"].as_array().map_or(&[], Vec::as_slice);
        if actions.is_empty() || actions.len() > limits::STAGE_ACTIONS {
            return Err(format!("Stage {name} has {} actions", actions.len()));
        }
        let mut action_names = BTreeSet::new();
        for action in actions {
            let action_name = action["Name"].as_str().unwrap_or_default();
            if !action_names.insert(action_name) {
                return Err(format!(
                    "Action names must be unique in a stage: {action_name} in {name}"
                ));
            }
            let is_source = action["ActionTypeId"]["Category"] == "Source";
            if is_source != (position == 0) {
                return Err(format!(
                    "Only the first stage contains source actions, and it contains no others: {name}"
                ));
            }
            check_action(context, action, &regions, &produced)?;
        }
        for artifact in actions
            .iter()
            .flat_map(|action| names(&action["OutputArtifacts"]))
        {
            if !produced.insert(artifact) {
                return Err(format!("Output artifact {artifact} is produced twice"));
            }
        }
    }
    Ok(())
}

/// One store for each region, each a bucket of that region; the answer is the regions.
fn check_stores<'a>(context: &Context<'a>) -> Result<BTreeSet<&'a str>, String> {
    let mut regions = BTreeSet::new();
    for store in context.properties["ArtifactStores"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let region = store["Region"].as_str().unwrap_or_default();
        let bucket = store["ArtifactStore"]["Location"].as_str().unwrap_or_default();
        if !context.exists(&bucket_arn(context, bucket)) {
            return Err(format!("Artifact bucket {bucket} does not exist"));
        }
        if !regions.insert(region) {
            return Err(format!("There are two artifact stores for region {region}"));
        }
    }
    if regions.contains(context.stack.region.as_str()) {
        Ok(regions)
    } else {
        Err(format!(
            "There is no artifact store for the pipeline's own region {}",
            context.stack.region
        ))
    }
}

fn check_action(
    context: &Context<'_>,
    action: &Value,
    regions: &BTreeSet<&str>,
    produced: &BTreeSet<&str>,
) -> Result<(), String> {
    let name = action["Name"].as_str().unwrap_or_default();
    if let Some(region) = action["Region"].as_str()
        && !regions.contains(region)
    {
        return Err(format!(
            "There is no artifact store for region {region} of action {name}"
        ));
    }
    // The action role must be there: CodePipeline tries to assume it.
    if let Some(role) = action["RoleArn"].as_str()
        && !context.exists(role)
    {
        return Err(format!(
            "CodePipeline is not authorized to perform AssumeRole on role {role} of action {name}: it does not exist"
        ));
    }
    if let Some(missing) = names(&action["InputArtifacts"]).find(|artifact| !produced.contains(artifact)) {
        return Err(format!(
            "Action {name} reads artifact {missing}, which no earlier stage produces"
        ));
    }
    PipelineAction::read(action).map_err(|unread| unread.to_string())?;
    let configuration = action["Configuration"].as_object();
    for (key, value) in configuration.into_iter().flatten() {
        let length = value.as_str().map_or(0, str::len);
        if !(1..=1_000).contains(&length) {
            return Err(format!(
                "Configuration {key} of action {name} has {length} characters"
            ));
        }
    }
    Ok(())
}

fn names(artifacts: &Value) -> impl Iterator<Item = &str> {
    artifacts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|artifact| artifact["Name"].as_str())
}
