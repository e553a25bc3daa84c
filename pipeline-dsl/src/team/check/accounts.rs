//! Accounts and regions: who is where, and whether AWS's services are there too.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{AccountId, Name, Region};
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    roles(team, found);
    places(team, found);
    regions(team, found);
    tags(team, found);
}

/// One account has one role: an account that is two things would give each the other's powers.
fn roles(team: &Team, found: &mut Diagnostics) {
    let world = &team.world;
    let mut first: BTreeMap<AccountId, (String, SourceLocation)> = BTreeMap::new();
    let mut claim = |account: AccountId, role: String, location: SourceLocation, shareable: bool| match first
        .get(&account)
    {
        Some((before, place)) if !(shareable && before.starts_with("environment")) => found.push(
            Diagnostic::new(
                "team::shared-account",
                format!("account `{account}` is used twice: for {before} and for {role}"),
            )
            .at(location, format!("used for {role} here"))
            .at(place, format!("used for {before} here"))
            .help("give each of them an account of its own"),
        ),
        Some(_) => {}
        None => {
            first.insert(account, (role, location));
        }
    };
    claim(
        world.build.account,
        "the build account".to_owned(),
        world.build.location,
        false,
    );
    for environment in world.environments.iter() {
        let role = format!("environment `{}`", environment.name);
        claim(environment.account, role, environment.location, true);
    }
    for developer in world.developers.iter() {
        let role = format!("developer `{}`", developer.name);
        claim(developer.account, role, developer.location, false);
    }
}

/// Two environments in one account and region would deploy the same stacks over each other.
fn places(team: &Team, found: &mut Diagnostics) {
    let mut first: BTreeMap<(AccountId, Region), (Name, SourceLocation)> = BTreeMap::new();
    for environment in team.world.environments.iter() {
        let place = (environment.account, environment.region);
        match first.get(&place) {
            Some((name, location)) => found.push(
                Diagnostic::new(
                    "team::shared-place",
                    format!(
                        "environments `{name}` and `{}` are the same account and region, so the stacks of \
                         one would be deployed over those of the other",
                        environment.name
                    ),
                )
                .at(environment.location, "the same place again")
                .at(location, "first used here")
                .help("give one of them another account or another region"),
            ),
            None => {
                first.insert(place, (environment.name, environment.location));
            }
        }
    }
}

fn regions(team: &Team, found: &mut Diagnostics) {
    let world = &team.world;
    let build = world.build;
    let places = std::iter::once(("the build account".to_owned(), build.region, build.location))
        .chain(world.environments.iter().map(|environment| {
            let what = format!("environment `{}`", environment.name);
            (what, environment.region, environment.location)
        }))
        .chain(world.developers.iter().map(|developer| {
            let what = format!("developer `{}`", developer.name);
            (what, developer.region, developer.location)
        }));
    for (what, region, location) in places {
        if region.partition() != team.partition() {
            found.push(
                Diagnostic::new(
                    "team::other-partition",
                    format!(
                        "{what} is in partition `{}`, but the build account is in `{}`",
                        region.partition(),
                        team.partition()
                    ),
                )
                .at(
                    location,
                    format!("`{region}` is in partition `{}`", region.partition()),
                )
                .note("no role, key or bucket policy reaches from one partition into another")
                .help("take it out here, and declare it in a team of its own, whose build account is in that partition"),
            );
        } else if !region.has_codepipeline() {
            found.push(
                Diagnostic::new(
                    "team::no-codepipeline",
                    format!("{what} is in `{region}`, where CodePipeline does not run"),
                )
                .at(location, format!("no CodePipeline in `{region}`"))
                .note("https://docs.aws.amazon.com/general/latest/gr/codepipeline.html")
                .help("choose a region that has it"),
            );
        }
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html>
fn tags(team: &Team, found: &mut Diagnostics) {
    let location = team.world.build.location;
    // Two of the fifty are ours: the owner and the digest of what was deployed.
    let most = crate::cloudformation::limits::STACK_TAGS - 2;
    if team.world.tags.len() > most {
        let message = format!(
            "{} tags are too many: a stack has room for {most}",
            team.world.tags.len()
        );
        let more = team.world.tags.len() - most;
        found.push(
            Diagnostic::new("team::too-many-tags", message)
                .at(location, "in this team")
                .help(format!(
                    "take {more} of them out: of AWS's 50, two are for what deploys the stack"
                )),
        );
    }
    for (position, tag) in team.world.tags.iter().enumerate() {
        let (problem, mend) = if tag.key.is_empty() || tag.key.chars().count() > 128 {
            (
                "is not 1 to 128 characters long",
                "choose a key of 1 to 128 characters",
            )
        } else if tag.key.starts_with("aws:") || tag.key.starts_with("pipeline-dsl:") {
            (
                "begins with a reserved prefix",
                "choose a key that begins with neither `aws:` nor `pipeline-dsl:`",
            )
        } else if !tag.key.chars().chain(tag.value.chars()).all(is_of_tags) {
            (
                "has characters that not every service takes",
                "write letters, digits, spaces and `+ - = . _ : / @`",
            )
        } else if tag.value.chars().count() > 256 {
            (
                "has a value of more than 256 characters",
                "shorten its value to 256 characters",
            )
        } else if team
            .world
            .tags
            .iter()
            .take(position)
            .any(|earlier| earlier.key == tag.key)
        {
            ("is given twice", "take one of the two out")
        } else {
            continue;
        };
        found.push(
            Diagnostic::new("team::tag", format!("tag `{}` {problem}", tag.key))
                .at(location, "in this team")
                .help(mend),
        );
    }
}

/// What all services let stand in tags.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-tag.html>
fn is_of_tags(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || "+-=._:/@".contains(character)
}
