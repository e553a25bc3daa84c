//! The projects: one builds the program and may do nothing else, one plans with it, one deploys with it.

use serde_json::{Value, json};

use crate::cloudformation::types::codebuild::{Artifacts, CloudWatchLogs, LogsConfig, Project, Source};
use crate::cloudformation::{Handle, Stack, Statement, text};
use crate::constructs::build::Build;
use crate::constructs::code_build;
use crate::constructs::names::{Names, Place, SelfUpdateRole};
use crate::constructs::role;
use crate::constructs::storage::key;
use crate::constructs::storage::logs;
use crate::team::{EnvironmentType, SelfUpdate, Team};

use super::deployer;

/// What the plan tells the rest of the pipeline: `no`, or `yes` where an approval is needed.
pub(super) const SECURITY_CHANGES: &str = "SECURITY_CHANGES";

/// The projects of the pipeline.
#[derive(Debug)]
pub(super) struct Projects {
    pub(super) build: Handle<Project>,
    pub(super) plan: Handle<Project>,
    pub(super) deploy: Handle<Project>,
}

/// A project, and what it is for.
struct Part {
    role: SelfUpdateRole,
    description: &'static str,
    build_spec: Value,
    /// What its role may do beside reading its input and logging.
    statements: Vec<Statement>,
}

pub(super) fn add(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    update: &SelfUpdate,
    build: &Build,
) -> Projects {
    let parts = [
        Part {
            role: SelfUpdateRole::Build,
            description: "Builds the team's program",
            build_spec: building(update),
            statements: Vec::new(),
        },
        Part {
            role: SelfUpdateRole::Plan,
            description: "Plans with the team's program",
            build_spec: planning(names),
            statements: deployer::of_build_account(team, names, deployer::Power::Plan),
        },
        Part {
            role: SelfUpdateRole::Deploy,
            description: "Deploys with the team's program",
            build_spec: deploying(names),
            statements: deployer::of_build_account(team, names, deployer::Power::Deploy),
        },
    ];
    let [build, plan, deploy] = parts.map(|part| add_project(stack, team, names, update, build, part));
    Projects { build, plan, deploy }
}

fn add_project(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    update: &SelfUpdate,
    build: &Build,
    part: Part,
) -> Handle<Project> {
    let home = team.world.build;
    let place = Place::At(home.account, home.region);
    let name = names.self_update_part(part.role.as_str());
    let title = part.role.title();
    let log_group = logs::add(
        stack,
        format!("{title}LogGroup"),
        format!("/{}/codebuild/{name}", names.team),
    );
    let log = Statement::allow("WriteLog")
        .action(["logs:CreateLogStream", "logs:PutLogEvents"])
        .on([stack.arn(&log_group, "builds log to it")]);
    let makes = part.role == SelfUpdateRole::Build;
    let mut statements = vec![log];
    statements.extend(artifacts(stack, build, makes));
    statements.extend(part.statements);
    let trust = role::trust_service("codebuild.amazonaws.com");
    let project_arn = place.arn("codebuild", format!("project/{name}"));
    let role = super::role::add(
        stack,
        names,
        place.account(),
        part.role,
        part.description,
        role::for_source(role::for_account(trust, place.account()), project_arn),
        statements,
    );
    let project = Project {
        name,
        description: part.description.to_owned(),
        service_role: stack.arn(&role, "the project builds with it"),
        encryption_key: stack.arn(&build.store.key, "builds encrypt their artifacts with it"),
        source: Source {
            r#type: "CODEPIPELINE",
            build_spec: format!("{:#}", part.build_spec),
            repository: None,
        },
        source_version: None,
        artifacts: Artifacts::Pipeline,
        secondary_artifacts: Vec::new(),
        environment: code_build::environment(
            EnvironmentType::of_image(&update.image),
            &update.image,
            &update.compute_type,
        ),
        cache: None,
        logs_config: LogsConfig {
            cloud_watch_logs: CloudWatchLogs {
                status: "ENABLED",
                group_name: stack.reference(&log_group, "builds log to it"),
            },
        },
        triggers: None,
        timeout_in_minutes: Some(update.timeout_minutes),
        queued_timeout_in_minutes: Some(480),
        concurrent_build_limit: None,
    };
    stack.add(format!("{title}Project"), &project)
}

/// What a build of a pipeline reads, and what one that makes something writes.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>
fn artifacts(stack: &mut Stack, build: &Build, makes: bool) -> Vec<Statement> {
    let bucket = stack.arn(
        &build.store.bucket,
        "builds read and write the pipeline's artifacts",
    );
    let key = stack.arn(&build.store.key, "builds encrypt their artifacts with it");
    let (objects, uses): (&[&str], &[&str]) = if makes {
        (
            &["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            &["kms:Decrypt", "kms:GenerateDataKey"],
        )
    } else {
        (&["s3:GetObject", "s3:GetObjectVersion"], &["kms:Decrypt"])
    };
    let pass = Statement::allow("PassArtifacts")
        .action(objects.iter().copied())
        .on([text![&bucket, "/*"]]);
    let crypt = Statement::allow("CryptArtifacts")
        .action(uses.iter().copied())
        .on([key]);
    vec![pass, key::only_through_s3(crypt, build.store.place, &[bucket])]
}

/// The toolchain is the repository's (`rust-toolchain.toml`), or the stable one.
fn building(update: &SelfUpdate) -> Value {
    let directory = &update.directory;
    let built = match directory.as_str() {
        "." => "built".to_owned(),
        directory => format!("{directory}/built"),
    };
    json!({
        "version": 0.2,
        "phases": {
            "install": {"commands": [
                "if ! command -v cargo; then curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal; . \"$HOME/.cargo/env\"; fi",
            ]},
            "build": {"commands": [
                // From within, where its `rust-toolchain.toml` and `.cargo` count.
                format!("(cd {directory} && cargo install --locked --path . --root built)"),
                format!("set -- {built}/bin/*"),
                "if [ $# -ne 1 ]; then echo \"the package makes $# programs: one is deployed\"; exit 1; fi",
                format!("mv \"$1\" {built}/program"),
            ]},
        },
        "artifacts": {"files": ["program"], "base-directory": built},
    })
}

/// A plan that could be made is good enough: what stands in the way of single stacks, the deployment says.
fn planning(names: &Names) -> Value {
    let role = names.deployer_role(deployer::Power::Plan.role());
    json!({
        "version": 0.2,
        "env": {"exported-variables": [SECURITY_CHANGES]},
        "phases": {"build": {"commands": [
            "chmod +x program",
            format!("./program plan --role {role} --variables plan.env || test -s plan.env"),
            ". ./plan.env",
            format!("export {SECURITY_CHANGES}"),
        ]}},
    })
}

/// Without an approval, the deployment itself stops where who may do what would change.
fn deploying(names: &Names) -> Value {
    let role = names.deployer_role(deployer::Power::Deploy.role());
    json!({
        "version": 0.2,
        "phases": {"build": {"commands": [
            "chmod +x program",
            format!(
                "if [ \"${SECURITY_CHANGES}\" = yes ]; then ./program deploy --role {role}; else ./program deploy --role {role} --require-approval; fi"
            ),
        ]}},
    })
}
