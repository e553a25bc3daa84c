//! Actions of IAM: of these a deployment is granted by name to look, and to let a service make its own role.

use crate::diagnostic::Diagnostic;
use crate::model::ServicePrincipal;
use crate::team::grant::Grant;

/// Whether it is an action that a deployment is never granted by name. Roles may pass on some role.
pub(super) fn is_refused(action: &str, grant: &Grant) -> bool {
    action.starts_with("iam:")
        && !action.eq_ignore_ascii_case("iam:PassRole")
        && iam_action(action, grant).is_some_and(|told| told.code() == "team::iam-action")
}

/// Of IAM a deployment is granted by name to look, and to let a service make its own role.
pub(super) fn iam_action(action: &str, grant: &Grant) -> Option<Diagnostic> {
    let name = action.split(':').nth(1).unwrap_or_default();
    if ["Get", "List"].iter().any(|read| name.starts_with(read)) {
        return None;
    }
    if !action.eq_ignore_ascii_case("iam:CreateServiceLinkedRole") {
        let of_roles = ["Role", "Policy", "InstanceProfile"];
        let help = if name.eq_ignore_ascii_case("PassRole") {
            "for a role that is there already write `.pass_role(\"arn:…\", \"ecs-tasks.amazonaws.com\", \"why\")`, for roles that the \
             service's stacks make `.roles(Roles::passed_to([…]).allow(…))`"
        } else if of_roles.iter().any(|noun| name.contains(noun)) && !name.contains("User") {
            "for the roles of functions and tasks write `.roles(Roles::passed_to([…]).allow(…))`, which grants what it takes and no more"
        } else {
            "take it out of the service's stacks: users, groups and identity providers are for somebody who administers the account"
        };
        return Some(
            Diagnostic::new(
                "team::iam-action",
                format!("`{action}` lets a deployment give itself more than this program says"),
            )
            .at_literal(grant.location, action, "granted here")
            .help(help),
        );
    }
    let wide = grant
        .resources
        .iter()
        .find(|resource| !is_service_linked_role(resource))?;
    Some(
        Diagnostic::new(
            "team::service-linked-role",
            format!("`{action}` on `{wide}` is not for the role of one service"),
        )
        .at(grant.location, "granted here")
        .help(
            "name the service: `arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/\
             ecs.amazonaws.com/*`, in an `allow` of its own",
        ),
    )
}

/// Whether these are the roles that one service makes for itself. What they may do is the service's to say, and nobody else can
/// assume them, so that whoever makes one gains nothing.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html#service-linked-role-permissions>
fn is_service_linked_role(resource: &str) -> bool {
    let role = resource
        .split_once(":iam::")
        .and_then(|(_, role)| role.split_once(":role/aws-service-role/"));
    role.and_then(|(_, path)| path.split_once('/'))
        .is_some_and(|(principal, _)| ServicePrincipal::try_from(principal).is_ok())
}
