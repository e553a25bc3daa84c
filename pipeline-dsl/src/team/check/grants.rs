//! Whether AWS ever asks what is granted: actions that exist, on resources that they are asked on.

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{Action, ResourceArn};
use crate::policy::authorization::{
    Misfit, actions, date, knows_service, nearest_action, nearest_principal, of_grant, principal_of,
};
use crate::team::grant::Grant;

const REFERENCE: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

pub(super) fn check(grant: &Grant, found: &mut Diagnostics) {
    let is_whole_service = |action: &str| action.ends_with(":*");
    let named: Vec<&str> = grant
        .actions
        .iter()
        .map(String::as_str)
        .filter(|action| Action::try_from(*action).is_ok() || is_whole_service(action))
        .collect();
    for action in &named {
        if actions(action).is_empty() {
            found.push(unknown_action(action, grant));
        }
    }
    let all_resources = grant
        .resources
        .iter()
        .all(|resource| ResourceArn::try_from(resource.as_str()).is_ok());
    if named.len() == grant.actions.len() && all_resources {
        for misfit in of_grant(&named, &grant.resources) {
            found.push(never_granted(&misfit, grant));
        }
    }
}

/// An error where it is a known action with a slip in it, else a warning: it may be newer than what we know.
fn unknown_action(action: &str, grant: &Grant) -> Diagnostic {
    let Some(near) = nearest_action(action) else {
        return not_known(action, grant);
    };
    let mend = match grant.waiver {
        Some(_) => format!("write `{near}`"),
        None => format!(
            "write `{near}`; if `{action}` is newer than that: `.allow_broadly([\"{action}\"], […], \"why\")`"
        ),
    };
    told(
        grant,
        "team::unknown-action",
        format!("AWS has no action `{action}`"),
    )
    .at_literal(grant.location, action, format!("did you mean `{near}`?"))
    .note(as_of())
    .help(mend)
}

fn not_known(action: &str, grant: &Grant) -> Diagnostic {
    let service = action.split(':').next().unwrap_or_default();
    let message = if knows_service(service) {
        format!("no action `{action}` is known")
    } else {
        format!("no service `{service}` is known that could have the action `{action}`")
    };
    Diagnostic::warning("team::action-not-known", message)
        .at_literal(grant.location, action, "allowed here")
        .note(as_of())
        .help("if it is newer than that, nothing is to be done; else look its name up there")
}

fn never_granted(misfit: &Misfit, grant: &Grant) -> Diagnostic {
    let literal = match misfit {
        Misfit::OfNoAction { resource, .. } => resource,
        Misfit::TakesNone { action, .. }
        | Misfit::TakesOthers { action, .. }
        | Misfit::NeedsResource { action, .. }
        | Misfit::HasNoKey { action, .. } => action,
    };
    // As the program writes it.
    let written = grant
        .actions
        .iter()
        .find(|action| action.eq_ignore_ascii_case(literal));
    let literal = written.unwrap_or(literal);
    let mend = match misfit {
        Misfit::TakesNone { action, .. } => {
            format!("allow it by itself, on everything: `.allow([\"{action}\"], [\"*\"])`")
        }
        Misfit::TakesOthers { takes, .. } => match takes.as_slice() {
            [one] => format!(
                "allow it by itself, on such an ARN: `.allow([\"{literal}\"], [\"{}\"])`",
                in_template(one)
            ),
            _ => misfit.mend(),
        },
        Misfit::OfNoAction { .. } | Misfit::NeedsResource { .. } | Misfit::HasNoKey { .. } => misfit.mend(),
    };
    let message = format!("this allows less than it says: {misfit}");
    let (told, label) = if is_of_another_service(misfit) {
        (told(grant, "team::resource-type", message), "AWS would deny it")
    } else {
        // The reference does not know every type of every service: a service's own page may know better.
        (
            Diagnostic::warning("team::resource-type", message),
            "AWS may deny it",
        )
    };
    told.at_literal(grant.location, literal.clone(), label)
        .note(as_of())
        .help(mend)
}

/// Whether the resource is one that no action of its service is asked on: a queue for an action of SNS.
fn is_of_another_service(misfit: &Misfit) -> bool {
    let service_of = |arn: &str| arn.split(':').nth(2).unwrap_or_default().to_owned();
    match misfit {
        Misfit::TakesOthers {
            resource,
            takes,
            action,
        } => {
            let service = service_of(resource);
            let own = action.split(':').next().unwrap_or_default();
            !service.contains(['*', '?', '$'])
                && service != own
                && takes.iter().all(|format| service_of(format) != service)
        }
        Misfit::OfNoAction { resource, actions } => {
            let service = service_of(resource);
            let own = |action: &String| action.split(':').next() == Some(service.as_str());
            !service.contains(['*', '?', '$']) && !actions.iter().any(own)
        }
        Misfit::TakesNone { .. } | Misfit::NeedsResource { .. } | Misfit::HasNoKey { .. } => false,
    }
}

/// An error, unless the program says why it allows more than it names.
fn told(grant: &Grant, code: &'static str, message: String) -> Diagnostic {
    match grant.waiver {
        Some(_) => Diagnostic::warning(code, message),
        None => Diagnostic::new(code, message),
    }
}

/// The format of an ARN as a program writes it, for the names of resources to be filled in.
fn in_template(format: &str) -> String {
    let pseudo = [
        ("${Partition}", "${AWS::Partition}"),
        ("${Region}", "${AWS::Region}"),
        ("${Account}", "${AWS::AccountId}"),
    ];
    let mut text = pseudo.iter().fold(format.to_owned(), |text, (ours, theirs)| {
        text.replace(ours, theirs)
    });
    // The others are names.
    while let Some(start) = text
        .match_indices("${")
        .map(|(start, _)| start)
        .find(|start| !text.get(*start..).unwrap_or_default().starts_with("${AWS::"))
    {
        let Some(length) = text.get(start..).and_then(|rest| rest.find('}')) else {
            break;
        };
        let name = text.get(start + 2..start + length).unwrap_or_default().to_owned();
        text.replace_range(start..=start + length, &name);
    }
    text
}

/// A principal that is no service's, if it is one with a slip in it.
pub(super) fn principal(service: &str, location: SourceLocation, found: &mut Diagnostics) {
    if let Some(near) = nearest_principal(service) {
        found.push(
            Diagnostic::new(
                "team::unknown-principal",
                format!("AWS has no service `{service}`"),
            )
            .at_literal(location, service, format!("did you mean `{near}`?"))
            .note("no role could be passed to it, and it could assume none: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services")
            .help(format!("write `{near}`")),
        );
    }
}

/// Adds which principal was meant, where only `.amazonaws.com` is missing.
pub(super) fn known_principal(told: Diagnostic, service: &str) -> Diagnostic {
    match principal_of(service) {
        Some(principal) => told.help(format!("write `{principal}`")),
        None => told,
    }
}

fn as_of() -> String {
    format!(
        "by AWS's service authorization reference of {}: {REFERENCE}",
        date()
    )
}
