use serde_json::Value;

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
    check_environment(&context.properties["Environment"])?;
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

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
fn check_environment(environment: &Value) -> Result<(), String> {
    let text = |name: &str| environment[name].as_str().unwrap_or_default();
    if environment["PrivilegedMode"] == true && text("Type").starts_with("WINDOWS") {
        return Err(format!(
            "Invalid environment: privileged mode is not supported in {}",
            text("Type")
        ));
    }
    let by_role = text("ImagePullCredentialsType") == "SERVICE_ROLE";
    if !environment["RegistryCredential"].is_null() && !by_role {
        return Err(
            "Invalid environment: with RegistryCredential, ImagePullCredentialsType must be SERVICE_ROLE"
                .to_owned(),
        );
    }
    if by_role && text("Image").starts_with("aws/codebuild/") {
        return Err(format!(
            "Invalid environment: {} is pulled with the credentials of CodeBuild",
            text("Image")
        ));
    }
    for variable in environment["EnvironmentVariables"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let r#type = variable["Type"].as_str().unwrap_or("PLAINTEXT");
        if !VARIABLE_TYPES.contains(&r#type) {
            return Err(format!("Invalid environment variable: {type} is no type"));
        }
        if variable["Value"].as_str().is_none_or(str::is_empty) && r#type != "PLAINTEXT" {
            return Err(format!(
                "Invalid environment variable: {} names nothing",
                variable["Name"]
            ));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>
const VARIABLE_TYPES: [&str; 3] = ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"];

pub(super) fn bucket_arn(context: &Context<'_>, bucket: &str) -> String {
    let region: Result<crate::model::Region, _> = context.stack.region.parse();
    let partition = region.map_or("aws", |region| region.partition().as_str());
    format!("arn:{partition}:s3:::{bucket}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check_environment;

    #[test]
    fn an_environment_is_refused_as_codebuild_does() {
        let environment = |change: fn(&mut serde_json::Value)| {
            let mut environment = json!({
                "Type": "LINUX_CONTAINER",
                "Image": "registry.example.com/tools:1",
                "PrivilegedMode": true,
                "ImagePullCredentialsType": "SERVICE_ROLE",
                "RegistryCredential": {"Credential": "registry", "CredentialProvider": "SECRETS_MANAGER"},
                "EnvironmentVariables": [{"Name": "TOKEN", "Type": "SECRETS_MANAGER", "Value": "npm"}],
            });
            change(&mut environment);
            check_environment(&environment)
        };
        assert_eq!(environment(|_| {}), Ok(()));
        let refused = |change| environment(change).unwrap_err();
        let windows = refused(|it| it["Type"] = json!("WINDOWS_SERVER_2019_CONTAINER"));
        assert!(windows.contains("privileged"), "{windows}");
        let codebuild = refused(|it| it["ImagePullCredentialsType"] = json!("CODEBUILD"));
        assert!(codebuild.contains("SERVICE_ROLE"), "{codebuild}");
        let curated = refused(|it| it["Image"] = json!("aws/codebuild/standard:7.0"));
        assert!(curated.contains("CodeBuild"), "{curated}");
        let untyped = refused(|it| it["EnvironmentVariables"][0]["Type"] = json!("SECRET"));
        assert!(untyped.contains("SECRET"), "{untyped}");
        let unnamed = refused(|it| it["EnvironmentVariables"][0]["Value"] = json!(""));
        assert!(unnamed.contains("TOKEN"), "{unnamed}");
    }
}
