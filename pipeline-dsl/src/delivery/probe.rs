//! Follows an object of its own from the build bucket into every developer's: the rule, the topic, each subscriber, its copy and
//! its mark. No pipeline begins with its key. It is removed everywhere at the end, also where it was not followed to: the topic
//! tells every developer. What comes later than that is removed by the next probe.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::error::DeliveryError;
use super::look::physical_ids;
use super::sites::{ACCOUNTS, DeveloperSite, Site, Sites};
use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::deploy::Interrupt;
use crate::deploy::Selection;
use crate::deploy::UnknownSelection;
use crate::deploy::aws::{Aws, BucketClient};
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::Name;
use crate::synth::Assembly;

/// Where probes are put.
const PREFIX: &str = SubscriberCode::PROBES;

/// What a subscriber marks its copies with.
const MARK: &str = "source-version";

/// A probe that is older than this, in milliseconds, is nobody's any more: a quarter of an hour.
const LEFT: u128 = 15 * 60 * 1000;

/// How a probe is followed.
#[derive(Debug, Clone)]
pub struct ProbeOptions {
    /// How long it may take to arrive everywhere.
    pub timeout: Duration,
    /// Between two looks.
    pub pause: Duration,
    /// Whether somebody has had enough.
    pub interrupt: Interrupt,
}

/// What came of a probe.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Probed {
    /// Its key.
    pub key: String,
    /// Whom it reached.
    pub arrived: Vec<Name>,
    /// Whom it did not reach.
    pub missing: Vec<Name>,
    /// What could not be asked or done, with the place.
    pub failed: Vec<(String, DeliveryError)>,
}

impl Probed {
    /// Whether it reached everybody, and is gone again.
    pub fn is_right(&self) -> bool {
        self.missing.is_empty() && self.failed.is_empty()
    }
}

/// A bucket that a probe comes to.
#[derive(Debug, Clone)]
struct Bucket {
    client: BucketClient,
    name: String,
}

/// Puts a probe into the build bucket, follows it, and removes it. `meanwhile` is called once it is there.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn probe(
    assembly: &Assembly,
    aws: Arc<Aws>,
    selection: &Selection,
    options: &ProbeOptions,
    meanwhile: impl FnOnce(),
) -> Result<Probed, UnknownSelection> {
    let all = Sites::of(assembly);
    let mut chosen = all.clone();
    chosen.choose(&selection.to_deploy(assembly)?, selection);
    let chosen: BTreeSet<Name> = chosen.developers.iter().map(|developer| developer.name).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = now.as_millis();
    let key = format!("{PREFIX}{now}-{}", std::process::id());
    let mut probed = Probed {
        key: key.clone(),
        ..Probed::default()
    };
    let Some(build) = &all.build else {
        return Ok(probed);
    };
    let build = match bucket(&aws, build).await {
        Ok(bucket) => bucket,
        Err(error) => {
            probed.failed.push(("build account".to_owned(), error));
            return Ok(probed);
        }
    };
    let open = |developer: &DeveloperSite| {
        let (aws, site) = (Arc::clone(&aws), developer.site.clone());
        let opened: Boxed<'_, _> = Box::pin(async move { bucket(&aws, &site).await });
        opened
    };
    let mut buckets = BTreeMap::new();
    for (developer, opened) in side_by_side(ACCOUNTS, all.developers, open).await {
        match opened {
            Ok(bucket) => drop(buckets.insert(developer.name, bucket)),
            Err(error) => probed.failed.push((developer.name.to_string(), error)),
        }
    }
    match put(&build, &key).await {
        Ok(version) => {
            meanwhile();
            let mut followed = buckets.clone();
            followed.retain(|name, _| chosen.contains(name));
            follow(&key, &version, followed, options, &mut probed).await;
        }
        Err(error) => probed.failed.push(("build account".to_owned(), error)),
    }
    remove(&key, now, build, buckets, &mut probed).await;
    Ok(probed)
}

async fn bucket(aws: &Aws, site: &Site) -> Result<Bucket, DeliveryError> {
    let there = physical_ids(aws, site).await?;
    let name = there.get(&site.bucket).cloned();
    Ok(Bucket {
        client: aws.buckets(site.account, site.region).await?,
        name: name.ok_or_else(|| DeliveryError::NotDeployed(site.stack.clone()))?,
    })
}

/// The version of the probe.
async fn put(build: &Bucket, key: &str) -> Result<String, DeliveryError> {
    build.client.put(&build.name, key, "{}").await?;
    let head = build.client.head(&build.name, key).await?;
    Ok(head.map(|head| head.version).unwrap_or_default())
}

/// Looks into every bucket until it has come everywhere, or long enough.
async fn follow(
    key: &str,
    version: &str,
    mut waiting: BTreeMap<Name, Bucket>,
    options: &ProbeOptions,
    probed: &mut Probed,
) {
    let begun = Instant::now();
    loop {
        let look = |(_, bucket): &(Name, Bucket)| {
            let (bucket, key) = (bucket.clone(), key.to_owned());
            let head: Boxed<'_, Result<_, DeliveryError>> =
                Box::pin(async move { Ok(bucket.client.head(&bucket.name, &key).await?) });
            head
        };
        for ((name, _), looked) in side_by_side(ACCOUNTS, waiting.clone(), look).await {
            match looked {
                Ok(Some(head)) if head.metadata.get(MARK).map(String::as_str) == Some(version) => {
                    waiting.remove(&name);
                    probed.arrived.push(name);
                }
                Ok(_) => {}
                Err(error) => {
                    waiting.remove(&name);
                    probed.failed.push((name.to_string(), error));
                }
            }
        }
        if waiting.is_empty() || options.interrupt.is_stopped() || begun.elapsed() >= options.timeout {
            break;
        }
        tokio::time::sleep(options.pause).await;
    }
    probed.arrived.sort_unstable();
    probed.missing = waiting.into_keys().collect();
}

/// Every version of it, everywhere, and what earlier ones have left.
async fn remove(key: &str, now: u128, build: Bucket, buckets: BTreeMap<Name, Bucket>, probed: &mut Probed) {
    let all = buckets
        .into_iter()
        .map(|(name, bucket)| (name.to_string(), bucket))
        .chain([("build account".to_owned(), build)]);
    let remove = |(_, bucket): &(String, Bucket)| {
        let (bucket, key) = (bucket.clone(), key.to_owned());
        let removed: Boxed<'_, Result<_, DeliveryError>> = Box::pin(async move {
            let goes = |other: &str| other == key || is_left(other, now);
            Ok(bucket.client.remove_under(&bucket.name, PREFIX, goes).await?)
        });
        removed
    };
    for ((place, _), removed) in side_by_side(ACCOUNTS, all, remove).await {
        if let Err(error) = removed {
            probed.failed.push((place, error));
        }
    }
}

/// Whether a key is that of a probe which nobody follows any more.
fn is_left(key: &str, now: u128) -> bool {
    let put = key.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
    let put: Option<u128> = put.and_then(|put| put.parse().ok());
    put.is_some_and(|put| put.saturating_add(LEFT) < now)
}

#[cfg(test)]
mod tests {
    use super::is_left;

    #[test]
    fn only_old_probes_are_left() {
        let now = 2_000_000;
        assert!(is_left("pipeline-dsl-check/1000-7", now));
        assert!(!is_left("pipeline-dsl-check/1999000-7", now));
        assert!(!is_left("pipeline-dsl-check/somebody-elses", now));
        assert!(!is_left("orders/1000-7", now));
    }
}
