//! The pipeline that updates the team itself: the same rules as for a service's build, and names of its own.

use super::builds;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::ArtifactPath;
use crate::team::build::environment::EnvironmentType;
use crate::team::self_update::SelfUpdate;
use crate::team::world::Team;

/// What its pipeline, projects and roles are called after.
const KEPT: &str = "self-update";

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let Some(update) = &team.world.self_update else {
        return;
    };
    let home = team.world.build;
    let at = (update.repository.location, "updated from here");
    builds::repository(&update.repository, found);
    builds::timeout("each step of the update", update.timeout_minutes, at, found);
    builds::compute_type(
        &update.compute_type,
        EnvironmentType::of_image(&update.image),
        at,
        found,
    );
    builds::image(&update.image, at, found);
    let mut report = |code, message: String, mend: String| {
        found.push(Diagnostic::new(code, message).at(at.0, at.1).help(mend));
    };
    if update.repository.connection.account() != home.account.as_str() {
        report(
            "team::connection-account",
            format!(
                "the team updates itself from account `{}`, through a connection of account `{}`",
                home.account,
                update.repository.connection.account()
            ),
            builds::connection_of_build_account(home.account),
        );
    }
    directory(update, &mut report);
    if !home.region.has_codebuild() || !home.region.has_codepipeline() {
        report(
            "team::no-codebuild",
            format!(
                "the team updates itself from `{}`, where CodeBuild or CodePipeline does not run",
                home.region
            ),
            builds::HAS_CODEBUILD.to_owned(),
        );
    }
    for service in team.world.services.iter() {
        if service.name.as_str().starts_with(KEPT) {
            found.push(
                Diagnostic::new(
                    "team::kept-name",
                    format!("service `{}` has a name of the team's own update", service.name),
                )
                .at(service.location, "declared here")
                .at(update.repository.location, "the team updates itself")
                .help(format!(
                    "give the service a name that does not begin with `{KEPT}`"
                )),
            );
        }
    }
}

fn directory(update: &SelfUpdate, report: &mut impl FnMut(&'static str, String, String)) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let inside = update.directory == "." || ArtifactPath::try_from(update.directory.as_str()).is_ok();
    if !inside || !update.directory.chars().all(plain) {
        report(
            "team::directory",
            format!("`{}` is not a directory of the repository", update.directory),
            "write it from the root, in letters, digits, `.`, `_`, `-` and `/`: `infrastructure/delivery`"
                .to_owned(),
        );
    }
}
