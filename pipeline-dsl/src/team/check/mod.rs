//! What must hold between the parts of a team. Every mistake is collected, none hides another.

mod accounts;
mod builds;
mod developers;
mod grants;
mod iam_actions;
mod inputs;
mod lints;
mod permissions;
mod pipelines;
mod resources;
mod roles;
mod secret_name;
mod self_update;
mod stacks;
mod values;
mod waves;

use std::collections::BTreeMap;

use super::again::Again;
use super::world::{Accepted, Team};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};

/// Every mistake in a team.
pub(super) fn team(team: &Team) -> Diagnostics {
    let mut found = Diagnostics::new();
    accounts::check(team, &mut found);
    waves::check(team, &mut found);
    developers::check(team, &mut found);
    pipelines::check(team, &mut found);
    builds::check(team, &mut found);
    permissions::check(team, &mut found);
    roles::check(team, &mut found);
    resources::check(team, &mut found);
    self_update::check(team, &mut found);
    inputs::check(team, &mut found);
    lints::check(team, &mut found);
    found
}

/// The warnings without those that the program accepts.
pub(super) fn not_accepted(
    warnings: Diagnostics,
    accepted: &[Accepted],
    found: &mut Diagnostics,
) -> Diagnostics {
    for each in accepted {
        if !lints::CODES.contains(&each.code.as_str()) {
            let codes = lints::CODES.map(|code| format!("`{code}`"));
            found.push(
                Diagnostic::new(
                    "team::unknown-warning",
                    format!("`{}` is no warning that can be accepted", each.code),
                )
                .at(each.location, "accepted here")
                .help(format!("take it out, or write one of {}", codes.join(", "))),
            );
        } else if each.reason.trim().is_empty() {
            found.push(
                Diagnostic::new(
                    "team::unknown-warning",
                    format!("`{}` is accepted without a reason", each.code),
                )
                .at(each.location, "accepted here")
                .help(format!("say why: `.accept(\"{}\", \"why\")`", each.code)),
            );
        }
    }
    let idle: Vec<&Accepted> = accepted
        .iter()
        .filter(|each| lints::CODES.contains(&each.code.as_str()))
        .filter(|each| warnings.iter().all(|warning| warning.code() != each.code))
        .collect();
    let mut left = Diagnostics::new();
    for warning in warnings {
        if !accepted.iter().any(|each| each.code == warning.code()) {
            left.push(warning);
        }
    }
    for each in idle {
        left.push(
            Diagnostic::warning(
                "team::accepted-without-warning",
                format!("`{}` is accepted, and nothing is warned of", each.code),
            )
            .at(each.location, "accepted here")
            .help("take this `.accept(…)` out"),
        );
    }
    left
}

/// What is said twice of one thing, of which only the second would count.
fn given_already(again: &[Again], whose: &str, mend: &str, found: &mut Diagnostics) {
    for each in again {
        let message = format!("{whose} has {} given already: the first would be lost", each.call);
        found.push(
            Diagnostic::new("team::given-already", message)
                .at(each.second, "given again here")
                .at(each.first, "first given here")
                .help(mend),
        );
    }
}

/// What is done about two things of one name.
const ANOTHER_NAME: &str = "give one of them another name, or take it out";

/// Reports every name that was declared before, at both places.
fn duplicates<K: Ord + std::fmt::Display>(
    what: &str,
    code: &'static str,
    mend: &str,
    declared: impl IntoIterator<Item = (K, SourceLocation)>,
    found: &mut Diagnostics,
) {
    let mut first: BTreeMap<K, SourceLocation> = BTreeMap::new();
    for (name, location) in declared {
        match first.get(&name) {
            Some(before) => found.push(
                Diagnostic::new(code, format!("{what} `{name}` is declared twice"))
                    .at(location, "declared again here")
                    .at(before, "first declared here")
                    .help(mend),
            ),
            None => {
                first.insert(name, location);
            }
        }
    }
}
