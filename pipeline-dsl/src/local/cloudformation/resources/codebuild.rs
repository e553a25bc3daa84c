use super::context::Context;

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_PullRequestBuildPolicy.html>
const COMMENT_APPROVALS: [&str; 3] = ["DISABLED", "ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"];

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html>
pub(super) fn check_project(context: &Context<'_>) -> Result<(), String> {
    context.check_role(context.text("ServiceRole"), "codebuild.amazonaws.com")?;
    let name = context.text("Name");
    if !(2..=150).contains(&name.len()) {
        return Err(format!(
            "Invalid project name: {name} is not 2 to 150 characters long"
        ));
    }
    let timeout = context.properties["TimeoutInMinutes"].as_u64().unwrap_or(60);
    if !(5..=2_160).contains(&timeout) {
        return Err(format!("Invalid timeout: {timeout} is not 5 to 2160 minutes"));
    }
    let secondary = context.properties["SecondaryArtifacts"].as_array();
    if secondary.is_some_and(|artifacts| artifacts.len() > 12) {
        return Err("Invalid secondary artifacts: there are more than 12".to_owned());
    }
    let policy = &context.properties["Triggers"]["PullRequestBuildPolicy"];
    let approval = policy["RequiresCommentApproval"].as_str();
    if policy.is_object() && !approval.is_some_and(|approval| COMMENT_APPROVALS.contains(&approval)) {
        let approval = approval.unwrap_or_default();
        return Err(format!(
            "Invalid pull request build policy: {approval} is none of {}",
            COMMENT_APPROVALS.join(", ")
        ));
    }
    let primary = &context.properties["Artifacts"];
    for artifacts in secondary.into_iter().flatten().chain([primary]) {
        if let Some(bucket) = artifacts["Location"].as_str()
            && !context.exists(&bucket_arn(context, bucket))
        {
            return Err(format!("Invalid artifacts: bucket {bucket} does not exist"));
        }
    }
    Ok(())
}

pub(super) fn bucket_arn(context: &Context<'_>, bucket: &str) -> String {
    let region: Result<crate::model::Region, _> = context.stack.region.parse();
    let partition = region.map_or("aws", |region| region.partition().as_str());
    format!("arn:{partition}:s3:::{bucket}")
}
