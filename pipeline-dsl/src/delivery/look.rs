//! Looks into one account.

use std::collections::BTreeMap;

use super::compare::Upstream;
use super::error::DeliveryError;
use super::retry::retried;
use super::sites::{DeveloperSite, PipelineSite, Site, Sites};
use super::status::{DeadLetter, PipelineStatus};
use super::{letters, undelivered};
use crate::deploy::aws::{Aws, CallError, CallErrorKind, ObjectHead, PipelineClient};
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::Name;

/// As much is asked of one account at once.
const AT_ONCE: usize = 8;

/// What was found in a developer's account.
pub(super) struct Found {
    /// Each with what is there of it.
    pub(super) artifacts: Vec<(String, Option<ObjectHead>)>,
    pub(super) dead_letters: Vec<DeadLetter>,
    pub(super) pipelines: Vec<PipelineStatus>,
}

/// The versions of all artifacts in the build bucket.
pub(super) async fn upstream(aws: &Aws, sites: &Sites) -> Result<Upstream, DeliveryError> {
    let Some(site) = &sites.build else {
        return Ok(Upstream::default());
    };
    retried(aws, site, || upstream_at(aws, site, sites)).await
}

async fn upstream_at(aws: &Aws, site: &Site, sites: &Sites) -> Result<Upstream, DeliveryError> {
    let there = physical_ids(aws, site).await?;
    let Some(bucket) = there.get(&site.bucket).cloned() else {
        // It was begun, and is not there yet.
        return Err(DeliveryError::NotDeployed(site.stack.clone()));
    };
    let buckets = aws.buckets(site.account, site.region).await?;
    let look = |artifact: &String| {
        let (buckets, bucket, artifact) = (buckets.clone(), bucket.clone(), artifact.clone());
        async move { Ok::<_, DeliveryError>(buckets.versions(&bucket, &artifact).await?) }
    };
    let mut upstream = Upstream::default();
    for (artifact, versions) in side_by_side(AT_ONCE, sites.artifacts(), look).await {
        upstream.0.insert(artifact, versions?);
    }
    Ok(upstream)
}

/// What a stack's resources are called.
pub(super) async fn physical_ids(aws: &Aws, site: &Site) -> Result<BTreeMap<String, String>, DeliveryError> {
    let stacks = aws.stacks(site.account, site.region).await?;
    match stacks.physical_ids(&site.stack).await {
        Err(error) if is_missing(&error) => Err(DeliveryError::NotDeployed(site.stack.clone())),
        ids => Ok(ids?),
    }
}

/// All that is asked in a developer's account.
pub(super) async fn developer(aws: &Aws, developer: &DeveloperSite) -> Result<Found, DeliveryError> {
    retried(aws, &developer.site, || developer_at(aws, developer)).await
}

async fn developer_at(aws: &Aws, developer: &DeveloperSite) -> Result<Found, DeliveryError> {
    let there = physical_ids(aws, &developer.site).await?;
    let Site { account, region, .. } = developer.site;
    let buckets = aws.buckets(account, region).await?;
    let bucket = there.get(&developer.site.bucket).cloned();
    if bucket.is_none() {
        return Err(DeliveryError::NotDeployed(developer.site.stack.clone()));
    }
    let look = |artifact: &String| {
        let (buckets, bucket, artifact) = (buckets.clone(), bucket.clone(), artifact.clone());
        async move {
            Ok::<_, DeliveryError>(match bucket {
                Some(bucket) => buckets.head(&bucket, &artifact).await?,
                None => None,
            })
        }
    };
    let mut artifacts = Vec::new();
    for (artifact, head) in side_by_side(AT_ONCE, developer.artifacts(), look).await {
        artifacts.push((artifact, head?));
    }
    let mut dead_letters = Vec::new();
    if let Some(queue) = there.get(&developer.queue) {
        let queues = aws.queues(account, region).await?;
        // Only a look: everybody else still sees them.
        for letter in queues.receive(queue, 0).await? {
            dead_letters.extend(letters::read(developer.name, &letter));
        }
    }
    dead_letters.extend(undelivered::look(aws, &developer.site, &there, Some(developer.name)).await?);
    Ok(Found {
        artifacts,
        dead_letters,
        pipelines: pipelines(aws, Some(developer.name), &developer.pipelines).await?,
    })
}

/// The events that were not delivered in the build account.
pub(super) async fn build_letters(aws: &Aws, sites: &Sites) -> Result<Vec<DeadLetter>, DeliveryError> {
    match &sites.build {
        Some(site) if sites.build_is_chosen => retried(aws, site, || build_letters_at(aws, site)).await,
        _ => Ok(Vec::new()),
    }
}

async fn build_letters_at(aws: &Aws, site: &Site) -> Result<Vec<DeadLetter>, DeliveryError> {
    let there = physical_ids(aws, site).await?;
    undelivered::look(aws, site, &there, None).await
}

/// The pipelines of the build account.
pub(super) async fn build_pipelines(aws: &Aws, sites: &Sites) -> Result<Vec<PipelineStatus>, DeliveryError> {
    let Some(site) = &sites.build else {
        return pipelines(aws, None, &sites.build_pipelines).await;
    };
    retried(aws, site, || pipelines(aws, None, &sites.build_pipelines)).await
}

/// The pipelines of one account.
async fn pipelines(
    aws: &Aws,
    developer: Option<Name>,
    sites: &[PipelineSite],
) -> Result<Vec<PipelineStatus>, DeliveryError> {
    let mut looks = Vec::new();
    for site in sites {
        let client = aws.pipelines(site.account, site.region).await?;
        looks.push((site.name.clone(), client));
    }
    let look = |(name, client): &(String, PipelineClient)| {
        let (name, client) = (name.clone(), client.clone());
        async move {
            match client.stages(&name).await {
                Err(error) if is_missing(&error) => Ok(Vec::new()),
                stages => Ok::<_, DeliveryError>(stages?),
            }
        }
    };
    let looked = side_by_side(AT_ONCE, looks, look).await.into_iter();
    let statuses = looked.map(|((pipeline, _), stages)| {
        Ok(PipelineStatus {
            developer,
            pipeline,
            stages: stages?,
        })
    });
    statuses.collect()
}

/// What is not deployed yet is not there.
pub(super) fn is_missing(error: &CallError) -> bool {
    error.kind() == CallErrorKind::Missing || error.code() == Some("PipelineNotFoundException")
}
