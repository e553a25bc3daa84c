//! What two declarations say of each other. What rustc says better (a name that nothing declares, a name declared
//! twice, a malformed literal) is left to rustc.

mod accounts;
mod developers;
mod names;
mod tags;
mod waves;

use super::errors::Errors;
use super::syntax::Team;

/// Reports every mistake, and takes out what would only make rustc report it again.
pub(super) fn team(team: &mut Team, errors: &mut Errors) {
    if team.builds.is_empty() && !team.incomplete {
        errors.of(
            &team.name.origin,
            "the build account is missing: write `build = \"111111111111\" in us-east-1;`",
        );
    }
    names::check(team, errors);
    accounts::check(team, errors);
    accounts::connections(team, errors);
    waves::check(team, errors);
    developers::check(team, errors);
    tags::check(team, errors);
}
