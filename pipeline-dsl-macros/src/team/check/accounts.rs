//! One account has one role: an account that is two things would give each the other's powers.

use std::collections::BTreeMap;

use crate::team::errors::Errors;
use crate::team::origin::Origin;
use crate::team::syntax::{Connection, Place, Team, Text};

/// What an account is used for.
struct Use {
    role: String,
    /// Of an environment, its region: several environments share an account, but no place in it.
    region: Option<String>,
    origin: Origin,
}

pub(super) fn check(team: &Team, errors: &mut Errors) {
    let mut uses: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    let mut claim = |place: &Place, role: String, is_environment: bool| {
        let Some(account) = &place.account else { return };
        let id = account.literal.value();
        // Malformed ones are rustc's to report.
        if id.len() != 12 {
            return;
        }
        let region = place.region.as_ref().map(|region| region.name.clone());
        let before = uses.entry(id.clone()).or_default();
        if let Some(message) = conflict(before, &id, &role, is_environment, region.as_ref()) {
            errors.of(&origin(account), message);
        }
        before.push(Use {
            role,
            region: is_environment.then_some(region).flatten(),
            origin: origin(account),
        });
    };
    // A second build account is a duplicate, whatever its id.
    for (_, place) in team.builds.iter().take(1) {
        claim(place, "the build account".to_owned(), false);
    }
    for environment in &team.environments {
        let role = format!("environment `{}`", environment.name.deployed());
        claim(&environment.place, role, true);
    }
    for developer in &team.developers {
        let role = format!("developer `{}`", developer.name.deployed());
        claim(&developer.place, role, false);
    }
}

/// A connection is used in the account that it is in: the build account's, or each developer's own.
pub(super) fn connections(team: &Team, errors: &mut Errors) {
    if let Some((_, build)) = team.builds.first() {
        for connection in &team.connections {
            of_account(connection, build, "the build account", errors);
        }
    }
    for developer in &team.developers {
        for connection in &developer.connections {
            let role = format!("developer `{}`", developer.name.deployed());
            of_account(connection, &developer.place, &role, errors);
        }
    }
}

fn of_account(connection: &Connection, place: &Place, role: &str, errors: &mut Errors) {
    let Some(account) = &place.account else { return };
    let (arn, own) = (connection.arn.literal.value(), account.literal.value());
    // Malformed ones are rustc's to report.
    let Some(other) = arn
        .split(':')
        .nth(4)
        .filter(|other| other.len() == 12 && own.len() == 12)
    else {
        return;
    };
    if other != own {
        let message =
            format!("this connection is in account `{other}`, and {role} is `{own}`: make one there");
        errors.of(&connection.arn.origin(), message);
    }
}

fn conflict(
    before: &[Use],
    id: &str,
    role: &str,
    is_environment: bool,
    region: Option<&String>,
) -> Option<String> {
    // The same declaration twice is rustc's to report.
    if before.iter().any(|other| other.role == role) {
        return None;
    }
    let other = before.first()?;
    if !(is_environment && before.iter().all(|other| other.region.is_some())) {
        return Some(format!(
            "account `{id}` is {} already ({}): {role} needs an account of its own",
            other.role,
            other.origin.line()
        ));
    }
    let twin = before.iter().find(|other| other.region.as_ref() == region)?;
    Some(format!(
        "{} is the same account and region already ({}), and their stacks would be deployed over each other: give \
         {role} another account or region",
        twin.role,
        twin.origin.line()
    ))
}

fn origin(account: &Text) -> Origin {
    account.origin()
}
