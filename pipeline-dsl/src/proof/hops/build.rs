use serde_json::Value;

use super::asking::{Source, by_service, role};
use super::storage::Storage;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::{items, text};

const ROLE: &str = "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html";
const CONNECTIONS: &str =
    "https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html";
/// No page of AWS's says so: CodeBuild checks the project's role at `CreateProject`, `UpdateProject` and `CreateWebhook`.
/// Also seen in aws/aws-cdk issues 31236 and 31726 and in hashicorp/terraform-provider-aws issue 40656.
const CONNECTED: &str = "https://github.com/aws/aws-cdk/issues/38504";

/// What a CodeBuild project does: it assumes its role, reads the repository, logs, and writes what it made.
pub(super) fn project(deployed: &Deployed, project: &Resource, hops: &mut Hops<'_>) {
    let properties = &project.properties;
    let role_arn = text(properties, &["ServiceRole"]);
    let who = role(role_arn);
    let assume = by_service(
        ServiceCall::CodeBuildAssumesRole,
        "codebuild.amazonaws.com",
        "sts:AssumeRole",
        role_arn,
        Source::of(project),
    );
    hops.add("CodeBuild assumes the project's role", ROLE, assume);

    reads_repository(properties, &who, hops);

    let group = text(properties, &["LogsConfig", "CloudWatchLogs", "GroupName"]);
    if !group.is_empty() {
        let stream = project
            .home
            .arn("logs", &format!("log-group:{group}:log-stream:00000000-0000"));
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        hops.add_each("the build logs", ROLE, &who, &actions, &stream);
    }
    let artifacts = properties.get("Artifacts").into_iter();
    for artifact in artifacts.chain(items(properties, "SecondaryArtifacts")) {
        let Some(storage) = Storage::of(deployed, text(artifact, &["Location"])) else {
            continue;
        };
        let (path, name) = (text(artifact, &["Path"]), text(artifact, &["Name"]));
        let key = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        };
        storage.write(hops, "the build writes its artifact", &who, &key);
        let actions = ["s3:GetBucketAcl", "s3:GetBucketLocation"];
        hops.add_each(
            "the build looks at its bucket",
            ROLE,
            &who,
            &actions,
            storage.arn(),
        );
    }
}

/// A build that a pipeline starts has no repository of its own.
fn reads_repository(properties: &Value, who: &Requester, hops: &mut Hops<'_>) {
    let connection = text(properties, &["Source", "Auth", "Resource"]);
    if connection.is_empty() {
        return;
    }
    let prefix = connection.split(':').nth(2).unwrap_or_default();
    let actions = [
        format!("{prefix}:GetConnection"),
        format!("{prefix}:GetConnectionToken"),
    ];
    let actions = actions.each_ref().map(String::as_str);
    hops.add_each(
        "the build reads the repository",
        CONNECTIONS,
        who,
        &actions,
        connection,
    );
    let uses = Request::new(who.clone(), format!("{prefix}:UseConnection"), connection);
    hops.add("the project is made with its connection", CONNECTED, uses);
}
