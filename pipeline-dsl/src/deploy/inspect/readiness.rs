//! Whether a team can be deployed, as far as looking tells: who the credentials are in each account, whether its regions answer,
//! and whether the connections can be used.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::drift::{access_help, call_help};
use crate::deploy::aws::access::AccessError;
use crate::deploy::aws::{Aws, CallError};
use crate::deploy::run::options::Options;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::selection::UnknownSelection;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::defect::Defect;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::{AccountId, OrganizationPath, Region};
use crate::synth::Assembly;

/// As many places are asked at once.
const PLACES: usize = 32;

/// What calls to a region that an account has not enabled are answered with.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
const NOT_ENABLED: [&str; 3] = [
    "InvalidClientTokenId",
    "OptInRequired",
    "UnrecognizedClientException",
];

/// Something that was looked at.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ready {
    /// An account and region, `111111111111/us-east-1`, or a connection, by its ARN.
    pub subject: String,
    /// What was found: whose the credentials are, or the status of the connection.
    pub found: Result<String, Obstacle>,
}

/// What stands in the way.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The account cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The credentials are of another account.
    #[error("the credentials are of account {0}")]
    OtherAccount(String),
    /// The account has not enabled the region.
    #[error("the region does not know the credentials")]
    RegionNotEnabled(#[source] CallError),
    /// The connection cannot be used.
    #[error("the connection is {0}")]
    Connection(String),
    /// The account is elsewhere in the organization than the program says, so it may read no build.
    #[error("the account is in {0}")]
    OtherUnit(String),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A defect of this program.
    #[error(transparent)]
    Defect(#[from] Defect),
}

impl Obstacle {
    /// How to mend it.
    pub fn help(&self) -> String {
        match self {
            Self::Defect(_) => "report it".to_owned(),
            Self::Access(error) => access_help(error),
            Self::Call(error) => call_help(error),
            Self::OtherAccount(_) => {
                "give each account its role or its profile: `--role NAME`, `--profile NAME`".to_owned()
            }
            Self::RegionNotEnabled(_) => {
                "the region is not enabled in that account (aws account enable-region --region-name …), or the credentials are \
                 not valid any more"
                    .to_owned()
            }
            Self::OtherUnit(_) => {
                "move the account there, or give the program the path that it is in: `organization = …`".to_owned()
            }
            // <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html>
            Self::Connection(_) => {
                "finish its handshake in the console: Developer Tools, Settings, Connections".to_owned()
            }
        }
    }
}

/// Looks at the account and region of every chosen stack, and at these connections. Nothing is changed.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn readiness(
    assembly: &Assembly,
    aws: Arc<Aws>,
    options: &Options,
    connections: BTreeSet<String>,
    organization: Option<&OrganizationPath>,
) -> Result<Vec<Ready>, UnknownSelection> {
    let chosen = options.selection.to_deploy(assembly)?;
    let stacks = || {
        let stacks = assembly.stacks().iter();
        stacks.filter(|stack| chosen.contains_key(&stack.id))
    };
    let developers: BTreeSet<AccountId> = stacks()
        .filter(|stack| stack.developer.is_some())
        .map(|stack| stack.account)
        .collect();
    let places: BTreeSet<StackPlace> = stacks()
        .map(|stack| StackPlace {
            account: stack.account,
            region: stack.region,
        })
        .collect();
    let look = |place: &StackPlace| {
        let (aws, place) = (Arc::clone(&aws), *place);
        let found: Boxed<'_, _> = Box::pin(async move { of_place(&aws, place).await });
        found
    };
    let mut ready = Vec::new();
    for (place, found) in side_by_side(PLACES, places, look).await {
        let subject = place.to_string();
        ready.push(Ready { subject, found });
    }
    let look = |connection: &String| {
        let (aws, connection) = (Arc::clone(&aws), connection.clone());
        let found: Boxed<'_, _> = Box::pin(async move { of_connection(&aws, &connection).await });
        found
    };
    for (subject, found) in side_by_side(PLACES, connections, look).await {
        ready.push(Ready { subject, found });
    }
    if let Some(path) = organization {
        let home = (assembly.build_account(), assembly.primary_region());
        ready.extend(of_organization(&aws, home, developers, path).await);
    }
    Ok(ready)
}

/// Whether the developers' accounts are where the program says. Only the organization's management account may ask, and whom it
/// lets; where this is neither, that is no obstacle.
async fn of_organization(
    aws: &Arc<Aws>,
    (account, region): (AccountId, Region),
    developers: BTreeSet<AccountId>,
    path: &OrganizationPath,
) -> Vec<Ready> {
    let subject = format!("organization {path}");
    let ready = |found| {
        vec![Ready {
            subject: subject.clone(),
            found,
        }]
    };
    let client = match aws.organization(account, region).await {
        Ok(client) => client,
        Err(error) => return ready(Err(error.into())),
    };
    let look = |developer: &AccountId| {
        let (client, developer) = (client.clone(), *developer);
        let found: Boxed<'_, Result<String, Obstacle>> =
            Box::pin(async move { Ok(client.path(developer).await?) });
        found
    };
    let expected = path.as_str().split_once('/').map_or("", |(_, units)| units);
    let mut all = Vec::new();
    for (developer, found) in side_by_side(PLACES, developers, look).await {
        let found = match found {
            Err(Obstacle::Call(error)) if error.code() == Some("AccessDeniedException") => {
                return ready(Ok("not looked at: only its management account may ask".to_owned()));
            }
            Ok(units) if !units.starts_with(expected) => Err(Obstacle::OtherUnit(units)),
            other => other,
        };
        all.push(Ready {
            subject: format!("{developer} in the organization"),
            found,
        });
    }
    all
}

/// Whose the credentials are there.
async fn of_place(aws: &Aws, place: StackPlace) -> Result<String, Obstacle> {
    let not_enabled = |error: CallError| {
        if error.code().is_some_and(|code| NOT_ENABLED.contains(&code)) {
            Obstacle::RegionNotEnabled(error)
        } else {
            Obstacle::Call(error)
        }
    };
    let (account, arn) = aws
        .identity(place.account, place.region)
        .await?
        .map_err(not_enabled)?;
    if account != place.account.as_str() {
        return Err(Obstacle::OtherAccount(account));
    }
    // Any look will do: what is not there is no error.
    let client = aws.stacks(place.account, place.region).await?;
    client.describe("pipeline-dsl-check").await.map_err(not_enabled)?;
    Ok(arn)
}

async fn of_connection(aws: &Aws, connection: &str) -> Result<String, Obstacle> {
    let mut parts = connection.split(':').skip(3);
    let region = parts.next().and_then(|region| region.parse().ok());
    let account = parts.next().and_then(|account| account.parse::<AccountId>().ok());
    let (Some(region), Some(account)) = (region, account) else {
        return Err(Obstacle::Connection("not an ARN".to_owned()));
    };
    let status = aws.connections(account, region).await?.status(connection).await?;
    match status.as_str() {
        "AVAILABLE" => Ok(status),
        _ => Err(Obstacle::Connection(status)),
    }
}
