//! Permissions: each of them named, none a wildcard for a whole service.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::{Grant, Permissions, Team};

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    for pipeline in &team.pipelines {
        if let Some(permissions) = &pipeline.permissions {
            permissions_of(permissions, found);
        }
    }
}

fn permissions_of(permissions: &Permissions, found: &mut Diagnostics) {
    if permissions.grants.is_empty() && permissions.roles.is_none() {
        found.push(
            Diagnostic::new("team::no-permissions", "these permissions allow nothing")
                .at(permissions.location, "nothing could be deployed")
                .help("name what the deployment does: `.allow([\"dynamodb:CreateTable\"], [\"arn:…\"])`"),
        );
    }
    for grant in &permissions.grants {
        self::grant(grant, found);
        for action in grant.actions.iter().filter(|action| action.starts_with("iam:")) {
            found.push(
                Diagnostic::new(
                    "team::iam-action",
                    format!("`{action}` lets a deployment give itself more than this program says"),
                )
                .at(grant.location, "granted here")
                .help(
                    "for the roles of functions and tasks write `.roles(Roles::passed_to([…]).allow(…))`, \
                     which grants what it takes and no more",
                ),
            );
        }
    }
    if let Some(roles) = &permissions.roles {
        if roles.services.is_empty() {
            found.push(
                Diagnostic::new("team::roles-for-nobody", "these roles are passed to no service")
                    .at(roles.location, "nobody could use them")
                    .help("name the services: `Roles::passed_to([\"lambda.amazonaws.com\"])`"),
            );
        }
        if roles.grants.is_empty() {
            found.push(
                Diagnostic::new(
                    "team::roles-that-may-nothing",
                    "these roles may do nothing at all",
                )
                .at(roles.location, "their boundary would be empty")
                .help("say what they may do at the most: `.allow([\"dynamodb:GetItem\"], [\"arn:…\"])`"),
            );
        }
        for service in &roles.services {
            if !service.contains(".amazonaws.com") {
                found.push(
                    Diagnostic::new(
                        "team::service-principal",
                        format!("`{service}` is not a service principal"),
                    )
                    .at(roles.location, "passed to it here")
                    .help("write it as `lambda.amazonaws.com`"),
                );
            }
        }
        for grant in &roles.grants {
            self::grant(grant, found);
        }
    }
}

fn grant(grant: &Grant, found: &mut Diagnostics) {
    if grant.actions.is_empty() || grant.resources.is_empty() {
        found.push(
            Diagnostic::new(
                "team::empty-permission",
                "this allows nothing: it names no action or no resource",
            )
            .at(grant.location, "allowed here"),
        );
    }
    for action in &grant.actions {
        let problem = match action.split_once(':') {
            Some((service, "*")) if !service.is_empty() => Some("allows everything of a service"),
            _ if action == "*" => Some("allows everything"),
            Some((service, name)) if is_word(service, "-") && is_word(name, "*") => None,
            _ => Some("is not an action: write `service:Action`"),
        };
        if let Some(problem) = problem {
            found.push(
                Diagnostic::new("team::action", format!("`{action}` {problem}"))
                    .at(grant.location, "allowed here")
                    .help("name the actions that the deployment needs, such as `dynamodb:CreateTable`"),
            );
        }
    }
    for resource in &grant.resources {
        if resource != "*" && !resource.starts_with("arn:") {
            found.push(
                Diagnostic::new(
                    "team::resource",
                    format!("`{resource}` is not the ARN of a resource"),
                )
                .at(grant.location, "allowed here")
                .help("write an ARN, `arn:${AWS::Partition}:…`, or `*` for actions that know no resource"),
            );
        }
    }
}

fn is_word(text: &str, also: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}
