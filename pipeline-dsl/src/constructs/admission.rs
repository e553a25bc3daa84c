//! Whom the build account lets in, and to what: accounts by their root, narrowed to our roles by name.
//!
//! A policy that names a role is refused while the role does not exist; the root of an account always does.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::collections::BTreeSet;

use crate::cloudformation::{Principal, Statement, Text};
use crate::model::{AccountId, Arn, Region};
use crate::policy::Operator;
use crate::team::Team;

use crate::constructs::names::{Names, Purpose};

/// Admits the subscribers of the developers' accounts; nobody, while a team has no developers.
pub(crate) fn subscribers(team: &Team, names: &Names, statement: Statement) -> Option<Statement> {
    let statement = developers(team, names, statement)?;
    Some(statement.when(
        Operator::ArnLike,
        "aws:PrincipalArn",
        [names.subscriber_role_pattern()],
    ))
}

/// Admits the developers' accounts: by their place in the organization where the team gave it, else one by
/// one.
pub(crate) fn developers(team: &Team, names: &Names, statement: Statement) -> Option<Statement> {
    if let Some(path) = &team.world.organization {
        // The organization's id makes the statement a fixed one, which S3 does not take for public.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        let statement = statement
            .by(Principal::Anyone)
            .when(
                Operator::StringEquals,
                "aws:PrincipalOrgID",
                [path.organization_id().into()],
            )
            .when(
                Operator::ForAnyValueStringLike,
                "aws:PrincipalOrgPaths",
                [format!("{path}*").into()],
            );
        return Some(statement);
    }
    let accounts: BTreeSet<AccountId> = team
        .world
        .developers
        .iter()
        .map(|developer| developer.account)
        .collect();
    roots(names, &accounts).map(|roots| statement.by(roots))
}

/// Admits roles of one purpose in the accounts that are deployed to in a region.
pub(crate) fn targets(
    team: &Team,
    names: &Names,
    region: Region,
    purposes: &[Purpose],
    statement: Statement,
) -> Option<Statement> {
    let accounts: BTreeSet<AccountId> = team
        .released_environments()
        .iter()
        .filter(|environment| environment.region == region)
        .map(|environment| environment.account)
        .collect();
    let patterns: Vec<Text> = purposes
        .iter()
        .map(|purpose| names.role_pattern(*purpose))
        .collect();
    let roots = roots(names, &accounts)?;
    Some(
        statement
            .by(roots)
            .when(Operator::ArnLike, "aws:PrincipalArn", patterns),
    )
}

fn roots(names: &Names, accounts: &BTreeSet<AccountId>) -> Option<Principal> {
    let roots: Vec<Text> = accounts
        .iter()
        .map(|account| Arn::iam(names.partition, *account, "root").into())
        .collect();
    (!roots.is_empty()).then_some(Principal::Aws(roots))
}
