//! Where a developer finds their account in the console.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-view-console.html>

use std::sync::Arc;

use super::error::DeliveryError;
use super::look;
use super::sites::{ACCOUNTS, DeveloperSite, Site, Sites};
use crate::deploy::aws::Aws;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::{AccountId, Name, Region};
use crate::synth::Assembly;

/// A developer's pages in the console of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeveloperLinks {
    /// Whose.
    pub developer: Name,
    /// Their account.
    pub account: AccountId,
    /// Their region.
    pub region: Region,
    /// Each pipeline by its name.
    pub pipelines: Vec<(String, String)>,
    /// The bucket that artifacts arrive in.
    pub builds: Option<String>,
}

/// The pages of these developers. Of an account that does not answer, the bucket is missing.
pub async fn developer_links(assembly: &Assembly, aws: Arc<Aws>, developers: &[Name]) -> Vec<DeveloperLinks> {
    let sites = Sites::of(assembly).developers;
    let chosen = sites.into_iter().filter(|site| developers.contains(&site.name));
    let work = |developer: &DeveloperSite| {
        let (aws, developer) = (Arc::clone(&aws), developer.clone());
        async move { bucket(&aws, &developer).await }
    };
    let looked = side_by_side(ACCOUNTS, chosen, work).await.into_iter();
    let links = looked.map(|(developer, bucket)| links(&developer, bucket.ok().flatten().as_deref()));
    links.collect()
}

async fn bucket(aws: &Aws, developer: &DeveloperSite) -> Result<Option<String>, DeliveryError> {
    let there = look::physical_ids(aws, &developer.site).await?;
    Ok(there.get(&developer.site.bucket).cloned())
}

fn links(developer: &DeveloperSite, bucket: Option<&str>) -> DeveloperLinks {
    let Site { account, region, .. } = developer.site;
    let console = format!("https://{region}.{}", region.partition().console());
    let pipelines = developer.pipelines.iter().map(|pipeline| {
        let name = &pipeline.name;
        let page = format!("{console}/codesuite/codepipeline/pipelines/{name}/view?region={region}");
        (name.clone(), page)
    });
    DeveloperLinks {
        developer: developer.name,
        account,
        region,
        pipelines: pipelines.collect(),
        builds: bucket.map(|bucket| format!("{console}/s3/buckets/{bucket}?region={region}")),
    }
}
