//! The pipeline: source, build, plan, approval where it is needed, deployment.

use indexmap::IndexMap;
use serde_json::json;

use crate::cloudformation::types::codebuild::Project;
use crate::cloudformation::types::codepipeline::{
    ActionDeclaration, ActionTypeId, Approval, ArtifactName, BeforeEntryConditions, CodeBuild, Condition,
    ConnectionSource, Pipeline, PipelineAction, RuleDeclaration, StageDeclaration,
};
use crate::cloudformation::types::iam::Role;
use crate::cloudformation::{Handle, Stack, StackKey, Statement, Text};
use crate::constructs::build::Build;
use crate::constructs::names::{Names, Place, SelfUpdateRole};
use crate::constructs::pipeline;
use crate::constructs::role;
use crate::model::ApprovalTimeout;
use crate::team::{SelfUpdate, Team};

use super::project::{self, Projects, SECURITY_CHANGES};

/// The artifact that is the repository, and the one that is the program.
const REPOSITORY: &str = "Repository";
const PROGRAM: &str = "Program";
/// Before the names of the variables that the plan sets.
const PLAN: &str = "Plan";

pub(crate) fn add(team: &Team, names: &Names, update: &SelfUpdate, build: &Build) -> Stack {
    let home = team.world.build;
    let place = Place::At(home.account, home.region);
    let mut stack = Stack::new(
        StackKey::new("self-update"),
        format!("{}: deploys the team's own stacks from its program", names.team),
    );
    let projects = project::add(&mut stack, team, names, update, build);
    let role = add_role(&mut stack, names, place, update, build, &projects);
    let topic = stack.reference(&build.approvals, "approvals are asked for on it");
    let stages = vec![
        stage("Source", source(update)),
        stage(
            "Build",
            ActionDeclaration {
                output_artifacts: vec![artifact(PROGRAM)],
                ..run(&mut stack, PROGRAM, &projects.build, REPOSITORY, None)
            },
        ),
        stage(
            "Plan",
            ActionDeclaration {
                namespace: Some(PLAN),
                ..run(&mut stack, PLAN, &projects.plan, PROGRAM, None)
            },
        ),
        StageDeclaration {
            before_entry: Some(unless_nothing_to_approve()),
            ..stage("Approve", approval(names, topic))
        },
        stage(
            "Deploy",
            run(&mut stack, "Deploy", &projects.deploy, PROGRAM, Some(told())),
        ),
    ];
    let entry = Pipeline {
        name: names.self_update(),
        pipeline_type: "V2",
        execution_mode: "SUPERSEDED",
        // When the deployment changes this pipeline, CodePipeline lets the deployment end and fails the execution: it is run
        // once more, and finds nothing to do.
        // https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-edit.html
        restart_execution_on_update: true,
        role_arn: stack.arn(&role, "the pipeline runs with it"),
        artifact_stores: vec![pipeline::location(&mut stack, &build.store)],
        stages,
    };
    stack.add("Pipeline", &entry);
    stack
}

fn stage(name: &str, action: ActionDeclaration) -> StageDeclaration {
    StageDeclaration {
        name: name.to_owned(),
        before_entry: None,
        actions: vec![action],
    }
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>
fn source(update: &SelfUpdate) -> ActionDeclaration {
    let repository = PipelineAction::ConnectionSource(ConnectionSource {
        connection: update.repository.connection.arn().into(),
        repository: update.repository.name.as_str().into(),
        branch: update.repository.branch.as_str().into(),
    });
    ActionDeclaration {
        output_artifacts: vec![artifact(REPOSITORY)],
        ..ActionDeclaration::new(REPOSITORY, repository)
    }
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
fn run(
    stack: &mut Stack,
    name: &str,
    project: &Handle<Project>,
    input: &str,
    variables: Option<Text>,
) -> ActionDeclaration {
    let build = PipelineAction::CodeBuild(CodeBuild {
        project: stack.reference(project, "the pipeline starts its builds"),
        environment_variables: variables,
    });
    ActionDeclaration {
        input_artifacts: vec![artifact(input)],
        ..ActionDeclaration::new(name, build)
    }
}

/// The variable that the plan sets, as later stages name it.
fn security_changes() -> String {
    format!("#{{{PLAN}.{SECURITY_CHANGES}}}")
}

/// What tells a build what the plan found, as JSON.
fn told() -> Text {
    let variables = json!([{"name": SECURITY_CHANGES, "value": security_changes(), "type": "PLAINTEXT"}]);
    variables.to_string().into()
}

fn artifact(name: &str) -> ArtifactName {
    ArtifactName {
        name: name.to_owned(),
    }
}

fn approval(names: &Names, topic: Text) -> ActionDeclaration {
    let message = format!(
        "The program changes who may do what: read the log of the last build of {} before you approve",
        names.self_update_part("plan")
    );
    let asked = PipelineAction::Approval(Approval {
        topic,
        message: message.into(),
        link: None,
    });
    ActionDeclaration {
        timeout_in_minutes: Some(ApprovalTimeout::DEFAULT.in_minutes()),
        ..ActionDeclaration::new("approval", asked)
    }
}

/// The stage is left out where the plan says in so many words that nobody gains or loses a permission.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html>
fn unless_nothing_to_approve() -> BeforeEntryConditions {
    BeforeEntryConditions {
        conditions: [Condition {
            result: "SKIP",
            rules: vec![RuleDeclaration {
                name: "SecurityChanges",
                rule_type_id: ActionTypeId::aws("Rule", "VariableCheck"),
                configuration: IndexMap::from([
                    ("Variable", security_changes()),
                    ("Operator", "NE".to_owned()),
                    ("Value", "no".to_owned()),
                ]),
            }],
        }],
    }
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>
fn add_role(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    update: &SelfUpdate,
    build: &Build,
    projects: &Projects,
) -> Handle<Role> {
    let connection = &update.repository.connection;
    // https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html#permissions-reference-connections-use
    let mut statements = vec![
        Statement::allow("ReadRepository")
            .action([format!("{}:UseConnection", connection.service())])
            .on([connection.arn().into()]),
    ];
    statements.extend(pipeline::role::keeps_artifacts(stack, 0, &build.store, None));
    let started = [&projects.build, &projects.plan, &projects.deploy]
        .map(|project| stack.arn(project, "the pipeline starts its builds"));
    statements.push(
        Statement::allow("RunProgram")
            .action(["codebuild:BatchGetBuilds", "codebuild:StartBuild"])
            .on(started),
    );
    statements.push(
        Statement::allow("AskForApproval")
            .action(["sns:Publish"])
            .on([stack.arn(&build.approvals, "approvals are asked for on it")]),
    );
    let trust = role::trust_service("codepipeline.amazonaws.com");
    super::role::add(
        stack,
        names,
        place.account(),
        SelfUpdateRole::Pipeline,
        "The pipeline that updates the team runs with it",
        role::for_account_where_sent(names, trust, place.account()),
        statements,
    )
}
