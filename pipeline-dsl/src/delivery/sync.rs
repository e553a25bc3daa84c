//! Brings a developer's account up to date now: the subscriber copies the current version of everything that is not held.

use std::sync::Arc;

use serde_json::{Value, json};

use super::error::DeliveryError;
use super::look;
use super::retry::retried;
use super::sites::{ACCOUNTS, DeveloperSite, Site, Sites};
use crate::deploy::aws::Aws;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::deploy::{Selection, UnknownSelection};
use crate::model::Name;
use crate::synth::Assembly;

/// What came of bringing one developer's account up to date.
#[derive(Debug)]
#[non_exhaustive]
pub struct Synced {
    /// Whose.
    pub developer: Name,
    /// So many artifacts are there now, or were there already.
    pub brought: u64,
    /// So many could not be copied: they are dead letters now.
    pub failed: u64,
    /// Why nothing came of it.
    pub error: Option<DeliveryError>,
}

/// Backfills the accounts of these developers.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn sync(
    assembly: &Assembly,
    aws: Arc<Aws>,
    selection: &Selection,
) -> Result<Vec<Synced>, UnknownSelection> {
    let mut sites = Sites::of(assembly);
    sites.choose(&selection.to_deploy(assembly)?, selection);
    let work = |developer: &DeveloperSite| {
        let (aws, developer) = (Arc::clone(&aws), developer.clone());
        async move {
            // What was copied already is not copied again.
            retried(&aws, &developer.site, || of_developer(&aws, &developer)).await
        }
    };
    let synced = side_by_side(ACCOUNTS, sites.developers, work).await.into_iter();
    let synced = synced.map(|(developer, ended)| {
        let (counts, error) = match ended {
            Ok(counts) => (counts, None),
            Err(error) => ((0, 0), Some(error)),
        };
        Synced {
            developer: developer.name,
            brought: counts.0,
            failed: counts.1,
            error,
        }
    });
    Ok(synced.collect())
}

async fn of_developer(aws: &Aws, developer: &DeveloperSite) -> Result<(u64, u64), DeliveryError> {
    let there = look::physical_ids(aws, &developer.site).await?;
    let not_deployed = || DeliveryError::NotDeployed(developer.site.stack.clone());
    let function = there.get(&developer.function).ok_or_else(not_deployed)?;
    let Site { account, region, .. } = developer.site;
    let held: Vec<&String> = developer.held.iter().collect();
    let event = json!({"Backfill": {"Held": held, "Released": []}});
    let functions = aws.functions(account, region).await?;
    let returned = functions
        .invoke(function, &event)
        .await?
        .map_err(DeliveryError::Raised)?;
    let count = |name: &str| returned.get(name).and_then(Value::as_u64).unwrap_or_default();
    Ok((count("Brought"), count("Failed")))
}
