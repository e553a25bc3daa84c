//! The builds of a service: a push delivers artifacts; a pull request is only checked, by a project whose
//! role can write nothing but its log.

use crate::cloudformation::types::codebuild::{
    Artifacts, Cache, CloudWatchLogs, Environment, GitSubmodulesConfig, LogsConfig, Project, ProjectTriggers,
    PullRequestBuildPolicy, Source, SourceAuth, SourceRepository, WebhookFilter,
};
use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::logs::LogGroup;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::{ConditionRef, Handle, Stack, Statement, Text, text};
use crate::model::ObjectKey;
use crate::team::{ApproverRole, Artifact, Buildspec, CodeBuild, Definition, LocalCache, VariableValue};

use super::environment::{environment, pulling, variables};
use super::{permissions, webhook};
use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::role::{self, ServiceRole};
use crate::constructs::storage::key;
use crate::constructs::storage::logs;

/// What is built, from where, and into which bucket.
#[derive(Debug)]
pub(crate) struct Builds<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) build: &'a CodeBuild,
    pub(crate) place: Place,
    /// The address that is cloned.
    pub(crate) repository: Text,
    /// The branch that is delivered, where the program does not say which.
    pub(crate) fork_branch: Option<ForkBranch>,
    /// The connection that reads it.
    pub(crate) connection: Text,
    /// The prefix of the actions on it.
    pub(crate) connection_service: &'static str,
    pub(crate) bucket: &'a Handle<Bucket>,
    pub(crate) key: &'a Handle<Key>,
    /// Only where a developer has a fork.
    pub(crate) only_if: Option<&'a ConditionRef>,
}

/// The branch of a fork.
#[derive(Debug)]
pub(crate) struct ForkBranch {
    pub(crate) name: Text,
    /// The same as a regular expression.
    pub(crate) pattern: Text,
}

/// Adds the project that delivers.
pub(crate) fn add_delivery(stack: &mut Stack, names: &Names, builds: &Builds<'_>) {
    let reason = "builds put their artifacts into it";
    let bucket_arn = stack.arn(builds.bucket, reason);
    let objects = builds
        .definition
        .sources
        .iter()
        .map(|source| text![&bucket_arn, "/", source.key.as_str()]);
    let encrypt = Statement::allow("EncryptArtifacts")
        .action(["kms:Decrypt", "kms:GenerateDataKey"])
        .on([stack.arn(builds.key, "builds encrypt their artifacts with it")]);
    let mut writes = vec![
        Statement::allow("PutArtifacts")
            .action(["s3:PutObject"])
            .on(objects),
        // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
        Statement::allow("LookAtBucket")
            .action(["s3:GetBucketAcl", "s3:GetBucketLocation"])
            .on([bucket_arn.clone()]),
        key::only_through_s3(encrypt, builds.place, &[bucket_arn]),
    ];
    let project_name = names.service(&builds.definition.service.name);
    writes.extend(permissions::of_build(
        names,
        builds.build,
        builds.place,
        &project_name,
    ));
    let bucket = stack.reference(builds.bucket, reason);
    let mut artifacts = builds
        .definition
        .sources
        .iter()
        .enumerate()
        .map(|(index, source)| artifact(&bucket, index, source));
    let primary = artifacts.next().unwrap_or(Artifacts::None);
    let secondary = artifacts.collect();
    // A fork's pushes are its developer's.
    let fork = builds.fork_branch.as_ref();
    let on_push = if builds.build.trigger.by_hand.is_some() && fork.is_none() {
        Vec::new()
    } else {
        webhook::pushes(builds.build, fork.map(|branch| &branch.pattern))
    };
    add(
        stack,
        names,
        builds,
        Purpose::Build,
        writes,
        primary,
        secondary,
        on_push,
    );
}

/// Adds the project that checks pull requests.
pub(crate) fn add_checks(stack: &mut Stack, names: &Names, builds: &Builds<'_>) {
    let nothing = Artifacts::None;
    add(
        stack,
        names,
        builds,
        Purpose::Checks,
        permissions::image(names, builds.build.image_of_checks()),
        nothing,
        Vec::new(),
        webhook::pull_requests(builds.build),
    );
}

/// Whose pull requests are built before somebody has looked at them.
fn pull_requests(build: &CodeBuild) -> PullRequestBuildPolicy {
    let policy = &build.pull_requests;
    let trusted = policy.trusted(build.repository.connection.provider());
    PullRequestBuildPolicy {
        requires_comment_approval: policy.requires_comment_approval(),
        approver_roles: trusted.into_iter().map(ApproverRole::as_str).collect(),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the two projects differ in exactly these"
)]
fn add(
    stack: &mut Stack,
    names: &Names,
    builds: &Builds<'_>,
    purpose: Purpose,
    statements: Vec<Statement>,
    artifacts: Artifacts,
    secondary_artifacts: Vec<Artifacts>,
    filter_groups: Vec<Vec<WebhookFilter>>,
) {
    let service = &builds.definition.service.name;
    let (title, project_name, what) = match purpose {
        Purpose::Checks => (
            "Checks",
            format!("{}-checks", names.service(service)),
            "pull requests of",
        ),
        _ => ("Build", names.service(service), "artifacts of"),
    };
    let log_group = logs::add(
        stack,
        format!("{title}LogGroup"),
        format!("/{}/codebuild/{project_name}", names.team),
    );
    let role = add_role(
        stack,
        names,
        builds,
        purpose,
        &project_name,
        &log_group,
        statements,
    );
    let checks = purpose == Purpose::Checks;
    let is_lambda = builds.build.environment_of(&builds.build.image).is_lambda();
    let project = Project {
        name: project_name,
        description: format!("Builds {what} {service}"),
        service_role: stack.arn(&role, "the project builds with it"),
        encryption_key: stack.arn(builds.key, "builds encrypt their artifacts with it"),
        source: Source {
            r#type: builds.build.repository.connection.provider().source_type(),
            build_spec: match &builds.build.buildspec {
                Buildspec::File(path) => path.clone(),
                Buildspec::Inline(text) => text.clone(),
            },
            repository: Some(SourceRepository {
                location: builds.repository.clone(),
                git_clone_depth: builds.build.cloned.depth,
                git_submodules_config: builds.build.cloned.submodules.then_some(GitSubmodulesConfig {
                    fetch_submodules: true,
                }),
                report_build_status: true,
                auth: SourceAuth {
                    r#type: "CODECONNECTIONS",
                    resource: builds.connection.clone(),
                },
            }),
        },
        source_version: (!checks).then(|| match &builds.fork_branch {
            Some(branch) => branch.name.clone(),
            None => builds.build.repository.branch.as_str().into(),
        }),
        artifacts,
        secondary_artifacts,
        environment: environment_of(builds.build, checks),
        cache: cache(builds.build).filter(|_| !checks),
        logs_config: LogsConfig {
            cloud_watch_logs: CloudWatchLogs {
                status: "ENABLED",
                group_name: stack.reference(&log_group, "builds log to it"),
            },
        },
        // Without a webhook, it says so: an update takes away the one that there was.
        triggers: Some(ProjectTriggers {
            webhook: !filter_groups.is_empty(),
            filter_groups,
            pull_request_build_policy: checks.then(|| pull_requests(builds.build)),
        }),
        timeout_in_minutes: (!is_lambda).then_some(builds.build.timeout_minutes),
        queued_timeout_in_minutes: (!is_lambda).then_some(480),
        concurrent_build_limit: builds.build.concurrent_builds,
    };
    let project = stack.add(format!("{title}Project"), &project);
    if let Some(condition) = builds.only_if {
        stack.only_if(&log_group, condition);
        stack.only_if(&role, condition);
        stack.only_if(&project, condition);
    }
}

fn add_role(
    stack: &mut Stack,
    names: &Names,
    builds: &Builds<'_>,
    purpose: Purpose,
    project_name: &str,
    log_group: &Handle<LogGroup>,
    writes: Vec<Statement>,
) -> Handle<crate::cloudformation::types::iam::Role> {
    let service = &builds.definition.service.name;
    let place = builds.place;
    let log = Statement::allow("WriteLog")
        .action(["logs:CreateLogStream", "logs:PutLogEvents"])
        .on([stack.arn(log_group, "builds log to it")]);
    // CodeBuild asks the first two for every build, and all three when the project or its webhook is made or changed.
    // The prefix of the actions must be that of the connection's ARN.
    // https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
    // https://github.com/aws/aws-cdk/issues/38504
    // https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    let connect = Statement::allow("ReadRepository")
        .action(
            ["GetConnection", "GetConnectionToken", "UseConnection"]
                .map(|name| format!("{}:{name}", builds.connection_service)),
        )
        .on([builds.connection.clone()]);
    let project_arn = place.arn("codebuild", format!("project/{project_name}"));
    let trust = role::trust_service("codebuild.amazonaws.com");
    let role = ServiceRole {
        service,
        purpose,
        description: format!("CodeBuild builds {project_name} with it"),
        // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
        trust: role::for_source(role::for_account(trust, place.account()), project_arn),
        statements: [log, connect].into_iter().chain(writes).collect(),
    };
    let id = match purpose {
        Purpose::Checks => "ChecksRole",
        _ => "BuildRole",
    };
    role::add(stack, names, place, id.to_owned(), role)
}

/// One artifact as an object of the build bucket: the key is path and name together.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html>
fn artifact(bucket: &Text, index: usize, source: &Artifact) -> Artifacts {
    let (path, name) = match ObjectKey::try_from(source.key.as_str()) {
        Ok(key) => {
            let (path, name) = key.split();
            (path.map(str::to_owned), name.to_owned())
        }
        // Keys are checked when the team is built.
        Err(_) => (None, source.key.clone()),
    };
    Artifacts::S3 {
        artifact_identifier: (index > 0).then(|| source.build_identifier()),
        location: bucket.clone(),
        path,
        name,
        packaging: "ZIP",
        namespace_type: "NONE",
        encryption_disabled: false,
        override_artifact_name: false,
    }
}

/// What a build runs in. What a stranger proposes gets no secret.
fn environment_of(build: &CodeBuild, checks: bool) -> Environment {
    let image = if checks {
        build.image_of_checks()
    } else {
        &build.image
    };
    let given = build
        .variables
        .iter()
        .filter(|variable| !checks || matches!(variable.value, VariableValue::Plain(_)));
    Environment {
        privileged_mode: build.is_privileged,
        environment_variables: variables(given),
        ..pulling(
            environment(build.environment_of(image), &image.name, build.machine()),
            image,
        )
    }
}

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectCache.html>
fn cache(build: &CodeBuild) -> Option<Cache> {
    let modes: Vec<&str> = build.caches.iter().copied().map(LocalCache::as_str).collect();
    (!modes.is_empty()).then_some(Cache {
        r#type: "LOCAL",
        modes,
    })
}
