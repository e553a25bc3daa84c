//! Asks all accounts who has what.

use std::sync::Arc;

use super::compare::Upstream;
use super::look;
use super::sites::{ACCOUNTS, DeveloperSite, Sites};
use super::status::{ArtifactStatus, DeliveryStatus, Unanswered};
use crate::deploy::aws::Aws;
use crate::deploy::walk::defect::caught;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::deploy::{Selection, UnknownSelection};
use crate::synth::Assembly;

/// Asks who has what. Nothing is changed: of dead letters SQS counts that they were looked at.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn delivery_status(
    assembly: &Assembly,
    aws: Arc<Aws>,
    selection: &Selection,
) -> Result<DeliveryStatus, UnknownSelection> {
    let mut sites = Sites::of(assembly);
    sites.choose(&selection.to_deploy(assembly)?, selection);
    let mut status = DeliveryStatus::default();
    let sites = Arc::new(sites);
    let look = |developer: &DeveloperSite| {
        let (aws, developer) = (Arc::clone(&aws), developer.clone());
        async move { look::developer(&aws, &developer).await }
    };
    let (upstream, pipelines, letters, developers) = tokio::join!(
        caught(look::upstream(&aws, &sites)),
        caught(look::build_pipelines(&aws, &sites)),
        caught(look::build_letters(&aws, &sites)),
        side_by_side(ACCOUNTS, sites.developers.iter().cloned(), look)
    );
    let upstream = match upstream {
        Ok(upstream) => upstream,
        Err(error) => {
            status.unanswered.push(Unanswered {
                place: "build account".to_owned(),
                error,
            });
            Upstream::default()
        }
    };
    let (pipelines, letters) = (
        pipelines.map(|pipelines| status.pipelines.extend(pipelines)),
        letters.map(|letters| status.dead_letters.extend(letters)),
    );
    // One row for the account.
    if let Some(error) = pipelines.err().or(letters.err())
        && status.unanswered.is_empty()
    {
        status.unanswered.push(Unanswered {
            place: "build account".to_owned(),
            error,
        });
    }
    for (developer, looked) in developers {
        match looked {
            Ok(found) => {
                let artifacts = found.artifacts.into_iter();
                let artifacts = artifacts.map(|(artifact, head)| ArtifactStatus {
                    developer: developer.name,
                    currency: upstream.currency(&artifact, head.as_ref()),
                    held: developer.held.contains(&artifact),
                    version: head.map(|head| head.version),
                    artifact,
                });
                status.artifacts.extend(artifacts);
                status.dead_letters.extend(found.dead_letters);
                status.pipelines.extend(found.pipelines);
            }
            Err(error) => status.unanswered.push(Unanswered {
                place: developer.name.to_string(),
                error,
            }),
        }
    }
    Ok(status)
}
