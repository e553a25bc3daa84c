//! Developers: their forks and holds.

use super::{ANOTHER_NAME, builds, duplicates};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Connection;
use crate::team::developer::{Developer, Fork};
use crate::team::pipeline::Definition;
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let developers = team
        .world
        .developers
        .iter()
        .map(|each| (each.name, each.location));
    duplicates(
        "developer",
        "team::duplicate-developer",
        ANOTHER_NAME,
        developers,
        found,
    );
    for developer in team.world.developers.iter() {
        let forked = developer
            .forks
            .iter()
            .map(|fork| (fork.service.name, fork.location));
        let held = developer.holds.iter().enumerate();
        let held = held.map(|(position, service)| (service.name, developer.held_at(position)));
        for (name, location) in forked.chain(held) {
            if !team.world.services.iter().any(|service| service.name == name) {
                found.push(
                    Diagnostic::new(
                        "team::undeclared-service",
                        format!(
                            "developer `{}` forks or holds service `{name}`, which the team does not declare",
                            developer.name
                        ),
                    )
                    .at(location, "forked or held here")
                    .help(format!(
                        "add it to the team (`service {name};`, `.service(…)`), or take the fork or hold out"
                    )),
                );
            }
        }
        for (position, fork) in developer.forks.iter().enumerate() {
            self::fork(team, developer, position, fork, found);
        }
        for (position, held) in developer.holds.iter().enumerate() {
            let forked = developer.forks.iter().any(|fork| fork.service.name == held.name);
            let again = developer
                .holds
                .iter()
                .take(position)
                .any(|other| other.name == held.name);
            if forked || again {
                let (message, mend) = if forked {
                    (
                        format!(
                            "developer `{}` both forks and holds service `{}`",
                            developer.name, held.name
                        ),
                        "take the hold out: a fork holds upstream already, unless it follows",
                    )
                } else {
                    (
                        format!(
                            "developer `{}` holds service `{}` twice",
                            developer.name, held.name
                        ),
                        "take one of the two out",
                    )
                };
                found.push(
                    Diagnostic::new("team::held-twice", message)
                        .at(developer.held_at(position), "held here")
                        .help(mend),
                );
            }
        }
    }
}

fn fork(team: &Team, developer: &Developer, position: usize, fork: &Fork, found: &mut Diagnostics) {
    let service = fork.service.name;
    if developer
        .forks
        .iter()
        .take(position)
        .any(|other| other.service.name == service)
    {
        found.push(
            Diagnostic::new(
                "team::duplicate-fork",
                format!("developer `{}` forks service `{service}` twice", developer.name),
            )
            .at(fork.location, "forked again here")
            .help("take one of the forks out"),
        );
    }
    if fork.connection.account() != developer.account.as_str() {
        found.push(
            Diagnostic::new(
                "team::connection-account",
                format!(
                    "developer `{}` forks service `{service}` through a connection of account `{}`",
                    developer.name,
                    fork.connection.account()
                ),
            )
            .at(fork.location, "this fork")
            .at(
                developer.location,
                format!("built in account `{}`", developer.account),
            )
            .help(format!(
                "make a connection in the developer's own account, and write its ARN: \
                 `arn:aws:codeconnections:…:{}:connection/…`",
                developer.account
            )),
        );
    }
    builds::repository_name(
        fork.repository.as_str(),
        fork.connection.provider(),
        fork.location,
        found,
    );
    if fork.connection.service() != Connection::SERVICE {
        found.push(
            Diagnostic::new(
                "team::fork-connection",
                format!(
                    "the connection of developer `{}` is of the kind made before 2024",
                    developer.name
                ),
            )
            .at(fork.location, "this fork")
            .help("make a new one in the console: its ARN begins with `arn:aws:codeconnections:`"),
        );
    }
    let build = team
        .pipelines
        .iter()
        .find(|pipeline| pipeline.service.name == service)
        .map(Definition::build);
    match build {
        Some(None) => found.push(
            Diagnostic::new(
                "team::fork-without-build",
                format!(
                    "developer `{}` forks service `{service}`, which no build makes",
                    developer.name
                ),
            )
            .at(fork.location, "this fork would never be built")
            .help("say how the service is built, `.built_by(CodeBuild::of(…))`, or hold it instead"),
        ),
        Some(Some(build)) if build.repository.connection.provider() != fork.connection.provider() => {
            found.push(
                Diagnostic::new(
                    "team::fork-elsewhere",
                    format!(
                        "developer `{}` forks service `{service}` on another provider than its repository's",
                        developer.name
                    ),
                )
                .at(fork.location, "this fork")
                .at(build.repository.location, "the repository it forks")
                .help("every developer has the same template: fork on the provider of the repository"),
            );
        }
        _ => {}
    }
}
