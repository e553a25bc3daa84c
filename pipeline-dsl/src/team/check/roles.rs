//! The roles that services' own stacks make: for whom they are, what bounds them, and whose they are by their names.

use super::{grants, iam_actions, permissions};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{Name, ServicePrincipal};
use crate::team::grant::Grant;
use crate::team::roles::{DeclaredRoles, NamedOtherwise, RoleNames};
use crate::team::world::Team;

/// A path of IAM's has so many characters at the most.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
const PATH_MAX: usize = 512;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let permissions = team
        .pipelines
        .iter()
        .filter_map(|pipeline| pipeline.permissions.as_ref());
    for roles in permissions.filter_map(|permissions| permissions.roles.as_ref()) {
        self::roles(team, roles, found);
    }
    told_apart(team, found);
}

fn roles(team: &Team, roles: &DeclaredRoles, found: &mut Diagnostics) {
    if roles.services.is_empty() {
        found.push(
            Diagnostic::new("team::roles-for-nobody", "these roles are passed to no service")
                .at(roles.location, "nobody could use them")
                .help("name the services: `Roles::passed_to([\"lambda.amazonaws.com\"])`"),
        );
    }
    for service in &roles.services {
        if let Err(mistake) = ServicePrincipal::try_from(service.as_str()) {
            let told = Diagnostic::new("team::service-principal", mistake.to_string());
            found.push(grants::known_principal(
                told.at(roles.location, "passed to it here"),
                service,
            ));
        } else {
            grants::principal(service, roles.location, found);
        }
    }
    bounds(roles, found);
    for each in &roles.named {
        named_otherwise(team, each, found);
    }
}

/// What they may do at the most, or why that is not said.
fn bounds(roles: &DeclaredRoles, found: &mut Diagnostics) {
    match &roles.unbounded {
        Some(reason) if reason.trim().is_empty() => found.push(
            Diagnostic::new(
                "team::waiver",
                "these roles have no boundary, and no reason is given",
            )
            .at(roles.location, "allowed here")
            .help("say why they need none: `Roles::without_boundary([…], \"why\")`"),
        ),
        None if roles.grants.is_empty() => found.push(
            Diagnostic::new(
                "team::roles-that-may-nothing",
                "these roles may do nothing at all",
            )
            .at(roles.location, "their boundary would be empty")
            .help("say what they may do at the most: `.allow([\"dynamodb:GetItem\"], [\"arn:…\"])`"),
        ),
        Some(_) | None => {}
    }
    for grant in &roles.grants {
        permissions::grant(grant, found);
        // Which roles these may hand on, the proof says.
        let changes = grant
            .actions
            .iter()
            .filter(|action| action.starts_with("iam:") && !action.eq_ignore_ascii_case("iam:PassRole"));
        for action in changes {
            found.extend(iam_action_of_roles(action, grant));
        }
    }
}

/// What changes IAM would let a role widen its own boundary, or the roles that the team deploys with.
fn iam_action_of_roles(action: &str, grant: &Grant) -> Option<Diagnostic> {
    let told = iam_actions::iam_action(action, grant)?;
    let is_write = told.code() == "team::iam-action";
    is_write.then(|| {
        Diagnostic::new(
            "team::iam-action",
            format!("`{action}` lets a role of the service give itself more than this program says"),
        )
        .at_literal(grant.location, action, "granted here")
        .help("take it out: what changes roles and policies is for somebody who administers the account")
    })
}

/// Roles whose path or names are not those that we give.
fn named_otherwise(team: &Team, named: &NamedOtherwise, found: &mut Diagnostics) {
    if named.reason.trim().is_empty() {
        let how = match &named.names {
            RoleNames::Path(path) => format!(".under_path(\"{path}\", \"why\")"),
            RoleNames::OfService | RoleNames::Stacks => ".named_by_stacks(\"why\")".to_owned(),
        };
        found.push(
            Diagnostic::new(
                "team::waiver",
                "these roles are not under the path of their service, and no reason is given",
            )
            .at(named.location, "said here")
            .help(format!("say why: `{how}`")),
        );
    }
    let RoleNames::Path(path) = &named.names else {
        return;
    };
    if let Some(problem) = problem_of_path(team, path) {
        found.push(
            Diagnostic::new("team::role-path", format!("`{path}` {problem}"))
                .at(named.location, "the path of these roles")
                .help(
                    "write the path that the templates of the service have, and nobody else: `.under_path(\"/orders/\", \"why\")`; \
                     where they have none, `.named_by_stacks(\"why\")`",
                ),
        );
    }
}

/// Why a service cannot have this path for its roles.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names>
fn problem_of_path(team: &Team, path: &str) -> Option<String> {
    let first = path.split('/').nth(1).unwrap_or_default();
    let is_whole = path.starts_with('/') && path.ends_with('/');
    if path == "/" {
        Some("is the path of all roles that have none".to_owned())
    } else if !is_whole || path.contains("//") || path.len() > PATH_MAX {
        Some(format!(
            "is not a path of IAM's: these begin and end with `/` and have at most {PATH_MAX} characters"
        ))
    } else if !path.bytes().all(|byte| byte.is_ascii_graphic()) || path.contains(['*', '?', '$']) {
        Some("is not one path: letters, digits and hyphens between `/`".to_owned())
    } else if first == team.name().as_str() {
        Some("is in the path of the team's own roles".to_owned())
    } else if first.starts_with("aws-") || first == "service-role" {
        Some("is in a path of AWS's own roles".to_owned())
    } else {
        None
    }
}

/// Roles of one service that another service's deployment could change, since their names begin alike.
fn told_apart(team: &Team, found: &mut Diagnostics) {
    let mut before: Vec<(String, Name, SourceLocation)> = Vec::new();
    for pipeline in &team.pipelines {
        let permissions = pipeline.permissions.as_ref();
        let named = permissions.and_then(|permissions| permissions.roles.as_ref());
        let stacks = || pipeline.stacks.iter().map(|stack| stack.name.as_str());
        let service = pipeline.service.name;
        let beginnings: Vec<(String, SourceLocation)> = named
            .iter()
            .flat_map(|roles| &roles.named)
            .flat_map(|each| {
                let beginnings = each.names.beginnings(team.name().as_str(), service, stacks());
                beginnings.into_iter().map(|beginning| (beginning, each.location))
            })
            .collect();
        for (beginning, location) in &beginnings {
            let alike = before.iter().find(|(other, ..)| {
                other.starts_with(beginning.as_str()) || beginning.starts_with(other.as_str())
            });
            if let Some((other, of, there)) = alike {
                found.push(
                    Diagnostic::new(
                        "team::shared-role-names",
                        format!(
                            "roles of service `{service}` are named `{beginning}…`, and those of `{of}` `{other}…`: each deployment could \
                             delete the roles of the other"
                        ),
                    )
                    .at(location, "named here")
                    .at(there, "and here")
                    .help("give each service a path of its own: `.under_path(\"/orders/\", \"why\")`"),
                );
            }
        }
        before.extend(
            beginnings
                .into_iter()
                .map(|(beginning, location)| (beginning, service, location)),
        );
    }
}
