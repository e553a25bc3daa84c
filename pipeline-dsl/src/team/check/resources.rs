//! The places in ARNs of grants: partitions, regions and accounts in which nothing of the service is, and names of secrets that
//! no secret has. AWS accepts them all, and they never apply.

use std::collections::{BTreeMap, BTreeSet};

use super::lints::unless_meant;
use super::secret_name::has_suffix;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::{AccountId, Connection, Name, Partition, Region, ResourceArn};
use crate::policy::authorization::ArnParts;
use crate::team::developer::Developer;
use crate::team::grant::Grant;
use crate::team::permissions::Permissions;
use crate::team::pipeline::Definition;
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let developers = OfDevelopers::of(team);
    for pipeline in &team.pipelines {
        for build in &pipeline.builds {
            let repository = &build.repository;
            found.extend(connection(team, &repository.connection, repository.location));
        }
        let of_builds = pipeline
            .builds
            .iter()
            .filter_map(|build| build.permissions.as_ref());
        for grant in of_builds.flat_map(grants) {
            for (arn, parts) in arns(grant) {
                let told =
                    of_other_partition(team, &parts, arn, grant).or_else(|| of_no_region(&parts, arn, grant));
                found.extend(told.or_else(|| without_suffix(&parts, arn, grant)));
            }
        }
        let places = Places::of(&developers, pipeline);
        for grant in pipeline.permissions.iter().flat_map(grants) {
            for (arn, parts) in arns(grant) {
                let told = of_other_partition(team, &parts, arn, grant)
                    .or_else(|| of_no_region(&parts, arn, grant))
                    .or_else(|| of_one_account(team, &places, &parts, arn, grant))
                    .or_else(|| of_one_region(&places, &parts, arn, grant));
                found.extend(told);
                found.extend(without_suffix(&parts, arn, grant));
            }
        }
    }
}

/// A connection of another partition, whose accounts may have the same numbers.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn connection(team: &Team, connection: &Connection, location: SourceLocation) -> Option<Diagnostic> {
    let own = team.partition();
    let parts = ArnParts::of(connection.arn())?;
    (parts.partition != own.as_str()).then(|| {
        Diagnostic::new(
            "team::connection-partition",
            format!("`{connection}` is in another partition than the team, which is in `{own}`"),
        )
        .at(location, "this repository")
        .help(format!(
            "make a connection in the build account, and write its ARN: `arn:{own}:codeconnections:…:{}:connection/…`",
            team.world.build.account
        ))
    })
}

/// Those of the deployment or build, and those of its roles.
fn grants(permissions: &Permissions) -> impl Iterator<Item = &Grant> {
    let of_roles = permissions.roles.iter().flat_map(|roles| &roles.grants);
    permissions.grants.iter().chain(of_roles)
}

fn arns(grant: &Grant) -> impl Iterator<Item = (&str, ArnParts<'_>)> {
    let written = grant.resources.iter().map(String::as_str);
    let valid = written.filter(|arn| ResourceArn::try_from(*arn).is_ok());
    valid.filter_map(|arn| Some((arn, ArnParts::of(arn)?)))
}

/// Where developers are: every service is deployed to all of them.
struct OfDevelopers {
    regions: BTreeSet<Region>,
    names: BTreeMap<AccountId, Name>,
}

impl OfDevelopers {
    fn of(team: &Team) -> Self {
        let developers = || team.developers().iter();
        Self {
            regions: developers().map(Developer::region).collect(),
            names: developers()
                .map(|developer| (developer.account(), developer.name()))
                .collect(),
        }
    }
}

/// Where a service is deployed to.
struct Places<'a> {
    service: Name,
    regions: BTreeSet<Region>,
    environments: BTreeSet<AccountId>,
    developers: &'a OfDevelopers,
}

impl<'a> Places<'a> {
    fn of(developers: &'a OfDevelopers, pipeline: &Definition) -> Self {
        let regions = pipeline.environments().map(|each| each.region);
        Self {
            service: pipeline.service.name,
            regions: regions.chain(developers.regions.iter().copied()).collect(),
            environments: pipeline.environments().map(|each| each.account).collect(),
            developers,
        }
    }

    /// Whether it is deployed to this account, and to no other.
    fn are_only_in(&self, account: AccountId) -> bool {
        let mut all = self.environments.iter().chain(self.developers.names.keys());
        let is_deployed_to =
            self.environments.contains(&account) || self.developers.names.contains_key(&account);
        is_deployed_to && all.all(|each| *each == account)
    }
}

/// Nothing of one partition is in another.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn of_other_partition(team: &Team, parts: &ArnParts<'_>, arn: &str, grant: &Grant) -> Option<Diagnostic> {
    let own = team.partition();
    if parts.partition.contains(['*', '$']) || parts.partition == own.as_str() {
        return None;
    }
    let mended = ArnParts {
        partition: "${AWS::Partition}",
        ..*parts
    };
    let is_one = [Partition::Aws, Partition::China, Partition::GovCloud]
        .iter()
        .any(|partition| partition.as_str() == parts.partition);
    let message = if is_one {
        format!("`{arn}` is in another partition than the team, which is in `{own}`")
    } else {
        format!("`{arn}` is in no partition of AWS's")
    };
    Some(
        Diagnostic::new("team::resource-partition", message)
            .at_literal(grant.location, arn, "nothing that is deployed is there")
            .note("https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html")
            .help(format!("write `{mended}`")),
    )
}

/// A region that there is not.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
fn of_no_region(parts: &ArnParts<'_>, arn: &str, grant: &Grant) -> Option<Diagnostic> {
    let region = parts.region;
    if region.is_empty() || region.contains(['*', '?', '$']) {
        return None;
    }
    let mistake = region.parse::<Region>().err()?;
    let message = format!("the region of `{arn}`: {mistake}");
    let told = match grant.waiver {
        Some(_) => Diagnostic::warning("team::resource-region", message),
        None => Diagnostic::new("team::resource-region", message),
    };
    let regional = ArnParts {
        region: "${AWS::Region}",
        ..*parts
    };
    Some(
        told.at_literal(grant.location, arn, "nothing is there")
            .note("https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html")
            .help(format!(
                "write `{regional}`, which is the region that is deployed to, or the right name of the region"
            )),
    )
}

/// A region in which the service never is, or in which it is not always.
fn of_one_region(places: &Places<'_>, parts: &ArnParts<'_>, arn: &str, grant: &Grant) -> Option<Diagnostic> {
    let region = parts.region.parse::<Region>().ok()?;
    let service = places.service;
    let is_deployed_to = places.regions.contains(&region);
    // What is somebody else's is where they have it.
    let is_own = parts.account.contains(['*', '?', '$']) || parts.account.is_empty();
    let others: Vec<Region> = places
        .regions
        .iter()
        .copied()
        .filter(|each| *each != region)
        .collect();
    let (message, label) = match (is_deployed_to, others.as_slice()) {
        (true, []) => return None,
        (true, _) if !is_own => return None,
        (true, _) => (
            format!(
                "`{arn}` is in `{region}`, and service `{service}` is deployed to {} too",
                named(&others)
            ),
            "this region only",
        ),
        (false, _) => (
            format!(
                "`{arn}` is in `{region}`, and service `{service}` is deployed to {}",
                named(&others)
            ),
            "another region",
        ),
    };
    let warning =
        Diagnostic::warning("team::hard-coded-region", message).at_literal(grant.location, arn, label);
    let regional = ArnParts {
        region: "${AWS::Region}",
        ..*parts
    };
    Some(unless_meant(
        warning,
        &format!("write `{regional}`, or `*` for the region"),
    ))
}

/// The account of one environment or developer, or the one that everything is built in.
fn of_one_account(
    team: &Team,
    places: &Places<'_>,
    parts: &ArnParts<'_>,
    arn: &str,
    grant: &Grant,
) -> Option<Diagnostic> {
    let account = parts.account.parse::<AccountId>().ok()?;
    if places.are_only_in(account) {
        return None;
    }
    let environment = team
        .world
        .environments
        .iter()
        .find(|each| each.account == account);
    let whose = match (environment, places.developers.names.get(&account)) {
        (Some(environment), _) => format!("environment `{}`", environment.name),
        (None, Some(developer)) => format!("developer `{developer}`"),
        (None, None) if team.world.build.account == account => "the build account".to_owned(),
        (None, None) => return None,
    };
    let mended = ArnParts {
        account: "${AWS::AccountId}",
        ..*parts
    };
    let warning = Diagnostic::warning(
        "team::hard-coded-account",
        format!(
            "`{account}` in `{arn}` is {whose}, and service `{}` is deployed to other accounts",
            places.service
        ),
    )
    .at_literal(grant.location, arn, format!("only in {whose}"));
    Some(unless_meant(warning, &format!("write `{mended}`")))
}

/// Secrets Manager adds a hyphen and six characters to the name of a secret.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html#iam-resources>
fn without_suffix(parts: &ArnParts<'_>, arn: &str, grant: &Grant) -> Option<Diagnostic> {
    let name = parts.resource.strip_prefix("secret:")?;
    let is_secret = parts.service == "secretsmanager" && !name.contains(['*', '?']);
    if !is_secret || has_suffix(name) {
        return None;
    }
    let asked = grant.actions.iter().find(|action| {
        action.starts_with("secretsmanager:") && !action.eq_ignore_ascii_case("secretsmanager:CreateSecret")
    })?;
    let warning = Diagnostic::warning(
        "team::secret-suffix",
        format!(
            "`{asked}` is asked on the ARN of a secret, which ends with a hyphen and six characters: `{arn}` does not"
        ),
    )
    .at_literal(grant.location, arn, "without them")
    .note("https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html#iam-resources");
    Some(unless_meant(warning, &format!("write `{arn}-??????`")))
}

fn named(regions: &[Region]) -> String {
    let regions: Vec<String> = regions.iter().map(|region| format!("`{region}`")).collect();
    regions.join(", ")
}
