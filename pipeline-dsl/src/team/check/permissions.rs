//! Permissions: each of them named, none a wildcard for a whole service.

use super::{given_already, grants, iam_actions, lints};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Action, Name, ResourceArn, ServicePrincipal};
use crate::policy::authorization::knows_service;
use crate::team::developer::Developer;
use crate::team::grant::Grant;
use crate::team::permissions::{PassedRole, Permissions};
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    for pipeline in &team.pipelines {
        if let Some(permissions) = &pipeline.permissions {
            permissions_of(team, permissions, found);
            given_already(
                &permissions.again,
                &format!("the deployment of service `{}`", pipeline.service.name),
                "write all that the service's own roles may do into one `Roles`",
                found,
            );
        }
    }
}

fn permissions_of(team: &Team, permissions: &Permissions, found: &mut Diagnostics) {
    if permissions.are_empty() {
        found.push(
            Diagnostic::new("team::no-permissions", "these permissions allow nothing")
                .at(permissions.location, "nothing could be deployed")
                .help("name what the deployment does: `.allow([\"dynamodb:CreateTable\"], [\"arn:…\"])`"),
        );
    }
    for grant in &permissions.grants {
        self::grant(grant, found);
        for action in grant.actions.iter().filter(|action| action.starts_with("iam:")) {
            found.extend(iam_actions::iam_action(action, grant));
        }
    }
    for passed in &permissions.passed {
        passed_role(team, passed, found);
    }
}

/// What a build is permitted beside building.
pub(super) fn of_build(permissions: &Permissions, service: Name, found: &mut Diagnostics) {
    if let Some(roles) = &permissions.roles {
        found.push(
            Diagnostic::new(
                "team::build-roles",
                format!("the build of service `{service}` makes no roles: its deployment does"),
            )
            .at(roles.location, "these roles")
            .help("take them out here, and write `.roles(…)` in the permissions of the pipeline"),
        );
    }
    if let Some(passed) = permissions.passed.first() {
        found.push(
            Diagnostic::new(
                "team::build-roles",
                format!("the build of service `{service}` hands on no roles: its deployment does"),
            )
            .at(passed.location, "handed on here")
            .help("take it out here, and write `.pass_role(…)` in the permissions of the pipeline"),
        );
    }
    if let Some(location) = permissions.nested_stacks {
        found.push(
            Diagnostic::new(
                "team::build-nested-stacks",
                format!("the build of service `{service}` makes no stacks: its deployment does"),
            )
            .at(location, "these nested stacks")
            .help("take them out here, and write `.nested_stacks()` in the permissions of the pipeline"),
        );
    }
    if permissions.are_empty() {
        found.push(
            Diagnostic::new("team::no-permissions", "these permissions allow nothing")
                .at(permissions.location, "a build needs none to build")
                .help(
                    "take them out, or name what the build does: `.allow([\"s3:GetObject\"], [\"arn:…\"])`",
                ),
        );
    }
    for grant in &permissions.grants {
        self::grant(grant, found);
        for action in grant.actions.iter().filter(|action| action.starts_with("iam:")) {
            found.push(
                Diagnostic::new(
                    "team::iam-action",
                    format!("`{action}` lets a build, which runs whatever is pushed, give itself more than this program says"),
                )
                .at(grant.location, "granted here")
                .help("take it out here: the deployment does it, with `.roles(…)` and `.pass_role(…)` in the permissions of the pipeline"),
            );
        }
    }
}

/// The path and name of a role that a deployment of the team could pass: one of an account that it deploys to.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn role_name<'a>(team: &Team, arn: &'a str) -> Result<&'a str, &'static str> {
    const NO_ROLE: &str = "is not the ARN of a role";
    let (before, name) = arn.split_once(":role/").ok_or(NO_ROLE)?;
    if ResourceArn::try_from(arn).is_err() {
        return Err(NO_ROLE);
    }
    let partition = before.strip_prefix("arn:").ok_or(NO_ROLE)?;
    let (partition, account) = partition.split_once(":iam::").ok_or(NO_ROLE)?;
    if partition != "${AWS::Partition}" && partition != team.partition().as_str() {
        return Err("is in another partition than the team");
    }
    let environments = team.world.environments.iter().map(|each| each.account);
    let developers = team.developers().iter().map(Developer::account);
    let is_deployed_to = account == "${AWS::AccountId}"
        || environments
            .chain(developers)
            .any(|deployed_to| deployed_to.as_str() == account);
    if is_deployed_to {
        Ok(name)
    } else {
        Err("is in an account that the team does not deploy to")
    }
}

/// One role that is there already, for one service, with a reason.
fn passed_role(team: &Team, passed: &PassedRole, found: &mut Diagnostics) {
    let own = format!("{}/", team.name());
    let problem = match role_name(team, &passed.role) {
        Err(problem) => problem,
        Ok(name) if name.is_empty() || name.contains(['*', '?']) => "is not one role",
        Ok(name) if name.starts_with(&own) => "is a role of the team's own",
        Ok(name) if name.starts_with("aws-service-role/") => "is a role that a service makes for itself",
        Ok(_) if passed.reason.trim().is_empty() => "is handed on without a reason",
        Ok(_) => {
            if let Err(mistake) = ServicePrincipal::try_from(passed.service.as_str()) {
                let told = Diagnostic::new("team::service-principal", mistake.to_string());
                found.push(grants::known_principal(
                    told.at(passed.location, "handed to it here"),
                    &passed.service,
                ));
            } else {
                grants::principal(&passed.service, passed.location, found);
            }
            return;
        }
    };
    found.push(
        Diagnostic::new("team::passed-role", format!("`{}` {problem}", passed.role))
            .at(passed.location, "handed on here")
            .help(
                "name one role that is there already, and why: `.pass_role(\"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/…\", \
                 \"ecs-tasks.amazonaws.com\", \"why\")`; roles that the service's stacks make are for `.roles(…)`",
            ),
    );
}

pub(super) fn grant(grant: &Grant, found: &mut Diagnostics) {
    if grant
        .waiver
        .as_ref()
        .is_some_and(|reason| reason.trim().is_empty())
    {
        found.push(
            Diagnostic::new("team::waiver", "this waiver gives no reason")
                .at(grant.location, "allowed here")
                .help("say why more is needed than it names: `.allow_broadly([…], […], \"why\")`"),
        );
    }
    if grant.actions.is_empty() || grant.resources.is_empty() {
        found.push(
            Diagnostic::new(
                "team::empty-permission",
                "this allows nothing: it names no action or no resource",
            )
            .at(grant.location, "allowed here")
            .help("name both, `.allow([\"dynamodb:CreateTable\"], [\"arn:…\"])`, or take it out"),
        );
    }
    for action in &grant.actions {
        // A waiver is for whole services; `iam:*` is refused as an action of `iam`.
        let service = action.strip_suffix(":*").filter(|_| grant.waiver.is_some());
        if service.is_some_and(|service| Action::try_from(format!("{service}:A")).is_ok() && service != "sts")
        {
            continue;
        }
        if let Err(mistake) = Action::try_from(action.as_str()) {
            let mut report = Diagnostic::new("team::action", mistake.to_string()).at_literal(
                grant.location,
                action.as_str(),
                "allowed here",
            );
            let is_whole_service = action.strip_suffix(":*").is_some_and(knows_service);
            if action == "sts:*" || action == "iam:*" {
                report = report.help(format!(
                    "name the actions one by one: `.allow_broadly(…)` takes no `{action}`, which would make every other limit void"
                ));
            } else if is_whole_service {
                report = report.help(format!(
                    "name the actions that the deployment needs; if it needs all of them: \
                     `.allow_broadly([\"{action}\"], […], \"why\")`"
                ));
            }
            found.push(report);
        }
    }
    for resource in &grant.resources {
        if let Err(mistake) = ResourceArn::try_from(resource.as_str()) {
            found.push(Diagnostic::new("team::resource", mistake.to_string()).at_literal(
                grant.location,
                resource.as_str(),
                "allowed here",
            ));
        }
    }
    grants::check(grant, found);
    lints::wide(grant, found);
}
