//! Whether AWS ever asks what is granted: actions that exist, on resources that they are asked on.

use std::fmt;

use super::iam_actions;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{Action, ResourceArn};
use crate::policy::authorization::{
    GrantMisfit, actions, date, knows_service, misfits_of_grant, nearest_action, nearest_principal,
    principal_of,
};
use crate::team::grant::Grant;

const REFERENCE: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

const RESOURCE_TYPE: &str = "team::resource-type";

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
        // What is refused altogether is not told again of its resources.
        let granted: Vec<&str> = named
            .into_iter()
            .filter(|action| !iam_actions::is_refused(action, grant))
            .collect();
        for misfit in misfits_of_grant(&granted, &grant.resources) {
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

/// What to do about a grant that never applies, at the ARN or the action that is wrong.
fn never_granted(misfit: &GrantMisfit, grant: &Grant) -> Diagnostic {
    match misfit {
        GrantMisfit::WrongArn {
            arn,
            actions,
            instead,
            is_certain,
        } => {
            let message = format!(
                "this allows less than it says: {} not asked on `{arn}`",
                Asked(actions)
            );
            let (label, help) = match instead.as_slice() {
                [] => (
                    "AWS would deny it".to_owned(),
                    format!("take `{arn}` out, or name the actions that it is for"),
                ),
                [one] => (format!("did you mean `{one}`?"), format!("write `{one}`")),
                several => (
                    "AWS would deny it".to_owned(),
                    format!("write `{}` in its place", several.join("` and `")),
                ),
            };
            told_if(*is_certain, grant, message)
                .at_literal(grant.location, arn.as_str(), label)
                .note(as_of())
                .help(help)
        }
        GrantMisfit::MissingArn {
            actions,
            arn,
            add,
            is_certain,
        } => {
            let message = format!(
                "this allows less than it says: {} not asked on `{arn}`",
                Asked(actions)
            );
            let first = actions.first().map(String::as_str).unwrap_or_default();
            let (these, them) = match actions.as_slice() {
                [_] => (format!("`{first}`"), "it"),
                _ => (format!("`{}`", actions.join("`, `")), "them"),
            };
            let help = match add.as_slice() {
                [] => format!("name what {these} can be asked on, or take {them} out"),
                add => format!("name `{}` too, or take {these} out", add.join("` and `")),
            };
            told_if(*is_certain, grant, message)
                .at_literal(grant.location, first, "AWS would deny it")
                .note(as_of())
                .help(help)
        }
        GrantMisfit::TakesNone { action, arn } => Diagnostic::warning(
            RESOURCE_TYPE,
            format!(
                "this allows less than it says: `{action}` takes no resource: only `*` grants it, not `{arn}`"
            ),
        )
        .at_literal(grant.location, action.as_str(), "AWS may deny it")
        .note(as_of())
        .help(format!(
            "allow it by itself, on everything: `.allow([\"{action}\"], [\"*\"])`"
        )),
    }
}

/// The first of several actions, and how many more there are: `dynamodb:CreateTable` and 3 more are.
struct Asked<'a>(&'a [String]);

impl fmt::Display for Asked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => formatter.write_str("it is"),
            [one] => write!(formatter, "`{one}` is"),
            [one, other] => write!(formatter, "`{one}` and `{other}` are"),
            [one, more @ ..] => write!(formatter, "`{one}` and {} more are", more.len()),
        }
    }
}

/// A warning, where a service's own page may know better than AWS's reference.
fn told_if(is_certain: bool, grant: &Grant, message: String) -> Diagnostic {
    if is_certain {
        told(grant, RESOURCE_TYPE, message)
    } else {
        Diagnostic::warning(RESOURCE_TYPE, message)
    }
}

/// An error, unless the program says why it allows more than it names.
fn told(grant: &Grant, code: &'static str, message: String) -> Diagnostic {
    match grant.waiver {
        Some(_) => Diagnostic::warning(code, message),
        None => Diagnostic::new(code, message),
    }
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
