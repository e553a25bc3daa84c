//! Sends dead letters again, one after the other, and takes them out of the queue when they arrived: those of the subscriber to
//! the subscriber, events that were not delivered to what their rule delivers to. Then deletes the stacks that pipelines could not
//! create, and starts these again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::DeliveryError;
use super::post::Post;
use super::redriven::Redriven;
use super::retry::SiteRetry;
use super::sites::{ACCOUNTS, DeveloperSite, Site, Sites};
use super::{failed_creations, letters, look, undelivered};
use crate::deploy::aws::Aws;
use crate::deploy::walk::defect::caught;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::deploy::{Selection, UnknownSelection};
use crate::model::TeamName;
use crate::synth::Assembly;

/// Sends the dead letters of the build account and of every developer again, or of the developers that are chosen, and lets
/// pipelines create anew what they could not create at first.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn redrive(
    assembly: &Assembly,
    aws: Arc<Aws>,
    selection: &Selection,
) -> Result<Vec<Redriven>, UnknownSelection> {
    let mut sites = Sites::of(assembly);
    sites.choose(&selection.to_deploy(assembly)?, selection);
    let team = assembly.team();
    let (mut sent, mut in_vain) = (Vec::new(), false);
    // First, for what is announced again reaches the developers.
    if let Some(site) = sites.build.clone().filter(|_| sites.build_is_chosen) {
        let mut redriven = Redriven::of(None);
        let again = of_build(&aws, &site, &sites, team, &mut redriven);
        redriven.error = caught(again).await.err();
        in_vain = redriven.error.as_ref().is_some_and(DeliveryError::is_given_up);
        sent.push(redriven);
    }
    let work = move |developer: &DeveloperSite| {
        let (aws, developer) = (Arc::clone(&aws), developer.clone());
        async move {
            let mut redriven = Redriven::of(Some(developer.name));
            let retry = if in_vain {
                SiteRetry::after_one_in_vain(&aws, &developer.site)
            } else {
                SiteRetry::at(&aws, &developer.site)
            };
            let again = of_developer(&aws, &developer, team, retry, &mut redriven);
            redriven.error = caught(again).await.err();
            Ok::<_, DeliveryError>(redriven)
        }
    };
    for (developer, redriven) in side_by_side(ACCOUNTS, sites.developers, work).await {
        sent.push(redriven.unwrap_or_else(|error| Redriven {
            error: Some(error),
            ..Redriven::of(Some(developer.name))
        }));
    }
    Ok(sent)
}

async fn of_build(
    aws: &Arc<Aws>,
    site: &Site,
    sites: &Sites,
    team: TeamName,
    redriven: &mut Redriven,
) -> Result<(), DeliveryError> {
    let mut retry = SiteRetry::at(aws, site);
    loop {
        redriven.refused.clear();
        let again = async {
            let there = look::physical_ids(aws, site).await?;
            undelivered::redeliver(aws, site, &sites.build_rules, &there, redriven).await
        };
        match again.await {
            Err(error) => retry.after(error).await?,
            Ok(()) => break,
        }
    }
    failed_creations::replace(aws, team, &sites.build_pipelines, redriven).await;
    Ok(())
}

async fn of_developer(
    aws: &Arc<Aws>,
    developer: &DeveloperSite,
    team: TeamName,
    mut retry: SiteRetry<'_>,
    redriven: &mut Redriven,
) -> Result<(), DeliveryError> {
    loop {
        redriven.refused.clear();
        let again = async {
            let there = look::physical_ids(aws, &developer.site).await?;
            let subscribed = of_subscriber(aws, developer, &there, redriven).await;
            undelivered::redeliver(aws, &developer.site, &developer.rules, &there, redriven).await?;
            subscribed
        };
        match again.await {
            Err(error) => retry.after(error).await?,
            Ok(()) => break,
        }
    }
    failed_creations::replace(aws, team, &developer.pipelines, redriven).await;
    Ok(())
}

async fn of_subscriber(
    aws: &Aws,
    developer: &DeveloperSite,
    there: &BTreeMap<String, String>,
    redriven: &mut Redriven,
) -> Result<(), DeliveryError> {
    let not_deployed = || DeliveryError::NotDeployed(developer.site.stack.clone());
    let queue = there.get(&developer.queue).ok_or_else(not_deployed)?;
    let function = there.get(&developer.function).ok_or_else(not_deployed)?;
    let Site { account, region, .. } = developer.site;
    let queues = aws.queues(account, region).await?;
    let functions = aws.functions(account, region).await?;
    let mut post = Post::new(&queues, queue);
    while let Some(letters) = post.next().await? {
        for letter in letters {
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
    Ok(())
}
