//! Builds: one for each service, and one for each artifact.

mod buildspec;
mod environment;
mod lambda;
mod secrets;
mod triggers;
mod uploads;

use std::collections::BTreeMap;

use super::given_already;
use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{AccountId, ArtifactPath, BranchName, Provider, RepositoryName};
use crate::team::artifact::Artifact;
use crate::team::build::buildspec::Buildspec;
use crate::team::build::code_build::CodeBuild;
use crate::team::build::ecr_repository::EcrRepository;
use crate::team::build::environment::EnvironmentType;
use crate::team::build::pull_requests::ApproverRole;
use crate::team::build::repository::Repository;
use crate::team::build::variable::VariableValue;
use crate::team::pipeline::Definition;
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    for pipeline in &team.pipelines {
        builds(team, pipeline, found);
        uploads::check(pipeline, found);
    }
    producers(team, found);
    projects(team, found);
}

/// The project that checks pull requests of `orders` is called `<team>-orders-checks`, which a service could be called, too.
fn projects(team: &Team, found: &mut Diagnostics) {
    let built = || {
        team.pipelines
            .iter()
            .filter(|pipeline| pipeline.build().is_some())
    };
    let names: BTreeMap<String, &Definition> = built()
        .map(|pipeline| (format!("{}-checks", pipeline.service.name), pipeline))
        .collect();
    for pipeline in built() {
        let service = pipeline.service;
        if let Some(checked) = names.get(service.name.as_str()) {
            found.push(
                Diagnostic::new(
                    "team::checks-name",
                    format!(
                        "service `{}` has the name of the project that checks pull requests of service `{}`",
                        service.name, checked.service.name
                    ),
                )
                .at(service.location, "declared here")
                .at(checked.service.location, "and this one")
                .help("give one of the two another name"),
            );
        }
    }
}

fn builds(team: &Team, pipeline: &Definition, found: &mut Diagnostics) {
    for build in &pipeline.builds {
        self::build(team, pipeline, build, found);
        variables(pipeline, build, found);
        self::environment::check(pipeline, build, found);
        secrets::check(pipeline, build, found);
        triggers::check(build, found);
        approver_roles(build, found);
        again(pipeline, build, found);
    }
    if !pipeline.builds.is_empty() {
        identifiers(pipeline, found);
    }
    if let [first, again, ..] = pipeline.builds.as_slice() {
        found.push(
            Diagnostic::new(
                "team::two-builds",
                format!("service `{}` is built twice", pipeline.service.name),
            )
            .at(again.repository.location, "built again here")
            .at(first.repository.location, "first built here")
            .help("one build makes all artifacts of a service: take one of the two out"),
        );
    }
}

/// What is said of a build twice.
fn again(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let whose = format!("the build of service `{}`", pipeline.service.name);
    for each in &build.again {
        let mend = match each.call {
            "`.permissions(…)`" => "write all that the build may do into one `Permissions`",
            "`.tags(…)`" => {
                "take one of the two out: there is one pattern, in which `*` is any part of a name"
            }
            _ => "take one of the two out: a build has one buildspec, in the repository or in the program",
        };
        given_already(&[*each], &whose, mend, found);
    }
}

fn build(team: &Team, pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    let repository = &build.repository;
    let at = |location: Option<SourceLocation>| match location {
        Some(location) => (location, "written here"),
        None => (repository.location, "this repository"),
    };
    self::repository(repository, found);
    let what = format!("the build of service `{service}`");
    timeout(&what, build.timeout_minutes, at(build.said_at.timeout), found);
    lambda::check(pipeline, build, found);
    compute_type(
        build.machine(),
        build.environment_of(&build.image),
        at(build.said_at.compute_type.or(build.said_at.environment_type)),
        found,
    );
    for image in std::iter::once(&build.image).chain(&build.pull_request_image) {
        self::image(&image.name, at(image.location), found);
    }
    buildspec(pipeline, build, at(build.said_at.buildspec), found);
    let mut report = |code, message: String, mend: String| {
        let told = Diagnostic::new(code, message).at(repository.location, "this repository");
        found.push(told.help(mend));
    };
    let home = team.world.build.account;
    if repository.connection.account() != home.as_str() {
        report(
            "team::connection-account",
            format!(
                "service `{service}` is built in account `{home}`, through a connection of account `{}`",
                repository.connection.account()
            ),
            connection_of_build_account(home),
        );
    }
    if !team.world.build.region.has_codebuild() {
        report(
            "team::no-codebuild",
            format!(
                "service `{service}` is built in `{}`, where CodeBuild does not run",
                team.world.build.region
            ),
            HAS_CODEBUILD.to_owned(),
        );
    }
    if let Some(first_too_many) = pipeline.sources.get(limits::SECONDARY_ARTIFACTS + 1) {
        found.push(
            Diagnostic::new(
                "team::too-many-build-artifacts",
                format!(
                    "one build makes {} artifacts of service `{service}`; CodeBuild makes at most {}",
                    pipeline.sources.len(),
                    limits::SECONDARY_ARTIFACTS + 1
                ),
            )
            .at(first_too_many.location, "the first that is too many")
            .at(repository.location, "built from here")
            .help("put files that are used together into one archive, or divide the service"),
        );
    }
}

/// What is done about a region without CodeBuild.
pub(super) const HAS_CODEBUILD: &str = "choose another region for the build account";

/// What is done about a connection of another account than the one where something is built.
pub(super) fn connection_of_build_account(home: AccountId) -> String {
    format!(
        "make a connection in the build account, and write its ARN: `arn:aws:codeconnections:…:{home}:connection/…`"
    )
}

/// A file of the repository, or a text that stands in the template.
fn buildspec(pipeline: &Definition, build: &CodeBuild, at: Place, found: &mut Diagnostics) {
    let wrong = |problem: String| Diagnostic::new("team::buildspec", problem).at(at.0, at.1);
    let what = format!(
        "the inline buildspec of the build of service `{}`",
        pipeline.service.name
    );
    match &build.buildspec {
        Buildspec::File(path) => {
            if let Err(mistake) = ArtifactPath::try_from(path.as_str()) {
                let problem = mistake
                    .to_string()
                    .replace("a file in an artifact", "a buildspec")
                    .replace("the archive", "the repository")
                    .replace("deploy/orders.yaml", "ci/buildspec.yml");
                found.push(wrong(problem));
            }
        }
        // CodeBuild takes a text of one line for the path of a file.
        // https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
        Buildspec::Inline(text)
            if !text.contains('\n') || !(text.contains("version:") || text.contains("\"version\"")) =>
        {
            let mend = "write several lines, the first of them `version: 0.2`";
            found.push(wrong(format!("{what} is none: {mend}")));
        }
        Buildspec::Inline(text) => {
            for mistake in self::buildspec::mistakes(text, pipeline, build) {
                found.push(wrong(format!("{what} {}", mistake.problem)).help(mistake.mend));
            }
        }
    }
}

/// The repository and branch that something is built from.
pub(super) fn repository(repository: &Repository, found: &mut Diagnostics) {
    repository_name(
        &repository.name,
        repository.connection.provider(),
        repository.location,
        found,
    );
    if let Err(mistake) = BranchName::try_from(repository.branch.as_str()) {
        let location = repository.branch_location.unwrap_or(repository.location);
        let told = Diagnostic::new("team::branch", mistake.to_string());
        found.push(told.at_literal(location, repository.branch.as_str(), "this branch"));
    }
}

/// The name of a repository at its provider.
pub(super) fn repository_name(
    name: &str,
    provider: Provider,
    location: SourceLocation,
    found: &mut Diagnostics,
) {
    let wrong = |message: String| {
        Diagnostic::new("team::repository", message).at_literal(location, name, "this repository")
    };
    if let Err(mistake) = RepositoryName::try_from(name) {
        found.push(wrong(mistake.to_string()));
    } else if name.matches('/').count() > 1 && !provider.has_subgroups() {
        found.push(
            wrong(format!(
                "`{name}` is not a repository of {provider:?}, which has no groups in groups"
            ))
            .help(
                "write `owner/name`; where it is a project of GitLab, read it through a connection to GitLab",
            ),
        );
    }
}

/// Where something is written, and what is said of that place.
pub(super) type Place = (SourceLocation, &'static str);

/// For how long something may be built.
pub(super) fn timeout(what: &str, minutes: u32, at: Place, found: &mut Diagnostics) {
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
    if !(5..=2_160).contains(&minutes) {
        let message = format!("{what} may take {minutes} minutes; CodeBuild takes 5 to 2,160");
        found.push(
            Diagnostic::new("team::build-timeout", message)
                .at(at.0, at.1)
                .help("write 5 to 2160: `.timeout_minutes(60)`"),
        );
    }
}

/// The size of the machine that something is built on.
pub(super) fn compute_type(
    compute_type: &str,
    environment: EnvironmentType,
    at: Place,
    found: &mut Diagnostics,
) {
    let compute_types = environment.compute_types();
    if !compute_types.contains(&compute_type) {
        let known: Vec<String> = compute_types.iter().map(|each| format!("`{each}`")).collect();
        let message = format!(
            "`{compute_type}` is not a compute type of `{}`: write one of {}",
            environment.as_str(),
            known.join(", ")
        );
        found.push(Diagnostic::new("team::compute-type", message).at(at.0, at.1));
    }
}

/// The image that something is built in.
pub(super) fn image(image: &str, at: Place, found: &mut Diagnostics) {
    if let Some((problem, mend)) = mistake_in_image(image) {
        found.push(
            Diagnostic::new("team::build-image", problem)
                .at_literal(at.0, image, at.1)
                .help(mend),
        );
    }
}

/// What is wrong with the name of an image, and the mend.
fn mistake_in_image(image: &str) -> Option<(String, String)> {
    if image.is_empty() || image.chars().any(char::is_whitespace) {
        return Some((
            format!("`{image}` is not an image to build in"),
            "name one, without spaces: `.image(\"aws/codebuild/amazonlinux-x86_64-standard:5.0\")`"
                .to_owned(),
        ));
    }
    if let Some((scheme, name)) = image.split_once("://") {
        return Some((
            format!("`{image}` is an address, and not an image to build in"),
            format!("write it without `{scheme}://`: `{name}`"),
        ));
    }
    // A registry has a dot or a port in it; what stands before a slash otherwise is part of the name.
    let (registry, name) = match image.split_once('/') {
        Some((registry, name)) if registry.contains(['.', ':']) || registry == "localhost" => {
            (registry, name)
        }
        _ => ("", image),
    };
    if let Some(mistake) = EcrRepository::mistake_in_registry(registry) {
        return Some(mistake);
    }
    let name = name.split(['@', ':']).next().unwrap_or_default();
    name.chars().any(|c| c.is_ascii_uppercase()).then(|| {
        (
            format!("`{image}` is not an image to build in: its name has capital letters"),
            format!(
                "write them small, as the registry has them: `{}`",
                name.to_ascii_lowercase()
            ),
        )
    })
}

/// An artifact has one build: of two, nobody could say which version is current.
fn producers(team: &Team, found: &mut Diagnostics) {
    let mut first: BTreeMap<&str, &Definition> = BTreeMap::new();
    for pipeline in team
        .pipelines
        .iter()
        .filter(|pipeline| pipeline.build().is_some())
    {
        for source in &pipeline.sources {
            match first.get(source.key.as_str()) {
                Some(other) if other.service.name != pipeline.service.name => found.push(
                    Diagnostic::new(
                        "team::built-twice",
                        format!(
                            "artifact `{}` is made by two builds: of service `{}` and of service `{}`",
                            source.key, other.service.name, pipeline.service.name
                        ),
                    )
                    .at(source.location, "made again here")
                    .help("give each build a key of its own"),
                ),
                Some(_) => {}
                None => {
                    first.insert(&source.key, pipeline);
                }
            }
        }
    }
}

/// An identifier has fewer than 128 characters.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html>
const IDENTIFIER_MAX: usize = 127;

/// Secondary artifacts are told apart by their identifiers: the last part of their key, in letters, digits and underscores, or what the
/// program says.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html>
fn identifiers(pipeline: &Definition, found: &mut Diagnostics) {
    let mut first: BTreeMap<String, &Artifact> = BTreeMap::new();
    for (position, source) in pipeline.sources.iter().enumerate() {
        if let Some((identifier, location)) = &source.identifier {
            let is_one = identifier.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let problem = if position == 0 {
                Some("the first artifact of a build has no name in the buildspec: its files stand under `artifacts`".to_owned())
            } else if identifier.is_empty() || identifier.len() > IDENTIFIER_MAX || !is_one {
                Some(format!(
                    "`{identifier}` is not the identifier of an artifact: letters, digits and underscores, at most {IDENTIFIER_MAX}"
                ))
            } else {
                None
            };
            if let Some(problem) = problem {
                let mend = if position == 0 {
                    "take `.identifier(…)` out"
                } else {
                    "write what stands in the buildspec under `secondary-artifacts`, such as `.identifier(\"Handler\")`"
                };
                found.push(
                    Diagnostic::new("team::artifact-identifier", problem)
                        .at(location, "said here")
                        .help(mend),
                );
            }
        }
    }
    for source in pipeline.sources.iter().skip(1) {
        let identifier = source.build_identifier();
        match first.get(&identifier) {
            // The same key twice is reported as such.
            Some(earlier) if earlier.key != source.key => found.push(
                Diagnostic::new(
                    "team::build-artifact-name",
                    format!(
                        "the buildspec of service `{}` would call two artifacts `{identifier}`: `{}` and `{}`",
                        pipeline.service.name, earlier.key, source.key
                    ),
                )
                .at(source.location, "this artifact")
                .at(earlier.location, "and this one")
                .help(
                    "give the files different names, `orders/handler.zip` is called `handler_zip`, or say another: `.identifier(\"Handler\")`",
                ),
            ),
            Some(_) => {}
            None => {
                first.insert(identifier, source);
            }
        }
    }
}

/// Those who are trusted have a role in this very repository.
fn approver_roles(build: &CodeBuild, found: &mut Diagnostics) {
    let Some((roles, location)) = &build.pull_requests.approver_roles else {
        return;
    };
    let provider = build.repository.connection.provider();
    let writers = ApproverRole::writers(provider)
        .iter()
        .map(|role| format!("`ApproverRole::{role:?}`"));
    let help = format!(
        "name roles of {provider:?}; those who can push are {}",
        writers.collect::<Vec<_>>().join(", ")
    );
    let problem = if roles.is_empty() {
        Some("no role is named that may approve the build of a pull request".to_owned())
    } else {
        let strange = roles.iter().find(|role| role.provider() != provider);
        strange.map(|role| {
            format!(
                "`{}` is a role of {:?}, and `{}` is a repository of {provider:?}",
                role.as_str(),
                role.provider(),
                build.repository.name
            )
        })
    };
    if let Some(problem) = problem {
        found.push(
            Diagnostic::new("team::approver-roles", problem)
                .at(location, "these roles")
                .at(build.repository.location, "of this repository")
                .help(help),
        );
    }
}

fn variables(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    for (position, variable) in build.variables.iter().enumerate() {
        let (name, value) = (variable.name.as_str(), &variable.value);
        let mut letters = name.chars();
        let is_name = letters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut earlier = build.variables.iter().take(position);
        let first = earlier.find(|earlier| earlier.name == name);
        let (code, problem, help) = if !is_name {
            (
                "team::build-variable",
                "is not a name",
                "write letters, digits and underscores",
            )
        } else if name.starts_with("CODEBUILD_") {
            (
                "team::build-variable",
                "is CodeBuild's own",
                "choose a name without `CODEBUILD_` before it",
            )
        } else if first.is_some() {
            (
                "team::build-variable",
                "is given twice",
                "take one of the two out",
            )
        } else if matches!(value, VariableValue::Plain(value) if is_secret(value)) {
            (
                "team::secret-in-template",
                "holds a secret, which everybody could read who sees the template",
                "keep it in Secrets Manager, and give the build its name: `.secret(\"…\", Secret::named(\"…\"))`",
            )
        } else {
            continue;
        };
        let message = format!(
            "variable `{name}` of the build of service `{}` {problem}",
            pipeline.service.name
        );
        let mut told = Diagnostic::new(code, message);
        told = match first {
            Some(first) => told
                .at_literal(variable.location, name, "given again here")
                .at_literal(first.location, name, "first given here"),
            None => told.at_literal(variable.location, name, "this variable"),
        };
        found.push(told.help(help));
    }
}

/// What is a credential by its form: keys of AWS, tokens of GitHub, GitLab and Slack, private keys.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn is_secret(value: &str) -> bool {
    let aws = value.len() == 20
        && (value.starts_with("AKIA") || value.starts_with("ASIA"))
        && value
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let tokens = ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-"];
    aws || value.contains("PRIVATE KEY-----") || tokens.iter().any(|token| value.starts_with(token))
}
