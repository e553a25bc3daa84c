//! Sends dead letters again: to the subscriber, one after the other, and out of the queue when it took them.

use std::sync::Arc;

use super::sites::{DeveloperSite, Site, Sites};
use super::{ACCOUNTS, DeliveryError, letters, look};
use crate::deploy::aws::Aws;
use crate::deploy::selection::{Selection, UnknownSelection};
use crate::deploy::side_by_side::side_by_side;
use crate::model::Name;
use crate::synth::Assembly;

/// Nobody else gets a letter while it is sent again: as long as the subscriber may run.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const SECONDS: i32 = 900;

/// What came of the dead letters of one developer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Redriven {
    /// Whose.
    pub developer: Name,
    /// So many were taken.
    pub taken: usize,
    /// Why the others stay, each.
    pub refused: Vec<String>,
    /// Why the account could not be asked.
    pub error: Option<DeliveryError>,
}

/// Sends the dead letters of every developer again, or of those that are chosen.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn redrive(
    assembly: &Assembly,
    aws: Arc<Aws>,
    selection: &Selection,
) -> Result<Vec<Redriven>, UnknownSelection> {
    let mut sites = Sites::of(assembly);
    sites.choose(&selection.to_deploy(assembly)?, selection.is_all());
    let work = sites.developers.into_iter().map(|developer| {
        let aws = Arc::clone(&aws);
        async move {
            let mut redriven = Redriven {
                developer: developer.name,
                taken: 0,
                refused: Vec::new(),
                error: None,
            };
            redriven.error = of_developer(&aws, &developer, &mut redriven).await.err();
            redriven
        }
    });
    Ok(side_by_side(ACCOUNTS, work).await)
}

async fn of_developer(
    aws: &Aws,
    developer: &DeveloperSite,
    redriven: &mut Redriven,
) -> Result<(), DeliveryError> {
    let there = look::standing(aws, &developer.site).await?;
    let (Some(queue), Some(function)) = (there.get(&developer.queue), there.get(&developer.function)) else {
        return Ok(());
    };
    let Site { account, region, .. } = developer.site;
    let queues = aws.queues(account, region).await?;
    let functions = aws.functions(account, region).await?;
    loop {
        let received = queues.receive(queue, SECONDS).await?;
        if received.is_empty() {
            return Ok(());
        }
        for letter in received {
            match functions.invoke(function, &letters::event(&letter)).await? {
                Ok(_) => {
                    queues.delete(queue, &letter).await?;
                    redriven.taken += 1;
                }
                // It stays, and is seen again when its time is over.
                Err(raised) => redriven.refused.push(raised),
            }
        }
    }
}
