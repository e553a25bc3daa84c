//! Developers: each service forked or held once, and forks read through a connection.

use std::collections::BTreeMap;

use super::names::{declared, is_reference_to};
use crate::team::errors::Errors;
use crate::team::syntax::{Developer, Team};

pub(super) fn check(team: &mut Team, errors: &mut Errors) {
    let names = declared(team);
    for developer in &mut team.developers {
        let who = developer.name.deployed();
        // Service, and whether it is forked with `follow`, forked or held.
        let mut seen: BTreeMap<String, (&'static str, bool)> = BTreeMap::new();
        developer.forks.retain(|fork| {
            if !is_reference_to("a service", &fork.service, &names, errors) {
                return false;
            }
            let service = fork.service.written();
            if seen.insert(service.clone(), ("forks", fork.follow)).is_some() {
                let message = format!("developer `{who}` forks `{service}` already: take one of the two out");
                errors.of(&fork.service.origin, message);
                return false;
            }
            true
        });
        developer.holds.retain(|held| {
            if !is_reference_to("a service", held, &names, errors) {
                return false;
            }
            let service = held.written();
            let message = match seen.insert(service.clone(), ("holds", false)) {
                None => return true,
                Some(("forks", true)) => format!(
                    "developer `{who}` forks `{service}` with `follow`, which lets upstream in: take the hold or \
                     the `follow` out"
                ),
                Some(("forks", false)) => format!(
                    "developer `{who}` forks `{service}`, which holds upstream already: take the hold out"
                ),
                Some(_) => format!("developer `{who}` holds `{service}` already: take one of the two out"),
            };
            errors.of(&held.origin, message);
            false
        });
        if developer.connections.is_empty() {
            connection_missing(developer, errors);
            developer.forks.clear();
        }
        if let Some(second) = developer.connections.get(1) {
            errors.at(
                &second.keyword,
                format!("developer `{who}` has a connection already, and every fork is read through it: take one out"),
            );
            developer.connections.truncate(1);
        }
    }
}

fn connection_missing(developer: &Developer, errors: &mut Errors) {
    let Some(fork) = developer.forks.first() else {
        return;
    };
    if developer.incomplete {
        return;
    }
    let line = match fork.service.origin.place {
        Some(_) => "connection.github = \"arn:aws:codeconnections:…\"",
        None => "connection github = \"arn:aws:codeconnections:…\";",
    };
    let message = format!(
        "a fork is read through a connection in the developer's own account: add `{line}` to `{}`",
        developer.name.deployed()
    );
    errors.of(&fork.service.origin, message);
}
