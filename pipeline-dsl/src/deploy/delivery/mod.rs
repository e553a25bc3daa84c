//! Who has which version of which artifact, and what the pipelines last did; asked of all accounts side by side.
//!
//! What there is to ask is read off the assembly's templates; where it stands, off the deployed stacks.

mod compare;
mod enduring;
mod error;
mod letters;
mod links;
mod look;
mod post;
mod probe;
mod redrive;
mod rules;
mod sites;
mod sync;
mod undelivered;

pub use compare::Currency;
pub use error::DeliveryError;
pub use links::{DeveloperLinks, developer_links};
pub use probe::{ProbeOptions, Probed, probe};
pub use redrive::{Redriven, redrive};
pub use sync::{Synced, sync};

use std::sync::Arc;

use super::aws::{Aws, CallError, CallErrorKind};
use super::defect::caught;
use super::selection::{Selection, UnknownSelection};
use super::side_by_side::side_by_side;
use crate::model::Name;
use crate::synth::Assembly;
use compare::Upstream;
use sites::{DeveloperSite, Sites};

/// As many accounts are asked at once.
const ACCOUNTS: usize = 32;

/// Who has what.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct DeliveryStatus {
    /// Every artifact of every developer.
    pub artifacts: Vec<ArtifactStatus>,
    /// What could not be delivered, and waits in a dead-letter queue.
    pub dead_letters: Vec<DeadLetter>,
    /// Every pipeline.
    pub pipelines: Vec<PipelineStatus>,
    /// The places that did not answer.
    pub unanswered: Vec<Unanswered>,
}

/// What a developer has of an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArtifactStatus {
    /// Whose.
    pub developer: Name,
    /// The artifact's key.
    pub artifact: String,
    /// Against the newest upstream version.
    pub currency: Currency,
    /// Whether upstream versions are kept away.
    pub held: bool,
    /// The version that the developer has, as their own bucket calls it.
    pub version: Option<String>,
}

/// A message in a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Whose; nobody's in the build account.
    pub developer: Option<Name>,
    /// The artifact that it is about; none, where it is about all.
    pub artifact: Option<String>,
    /// Why it could not be delivered.
    pub reason: String,
}

/// A pipeline with its stages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PipelineStatus {
    /// Whose; nobody's in the build account.
    pub developer: Option<Name>,
    /// Its name.
    pub pipeline: String,
    /// Its stages, in order.
    pub stages: Vec<StageStatus>,
}

/// The last execution of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageStatus {
    /// Its name.
    pub name: String,
    /// The execution; none, while there was none.
    pub execution: Option<String>,
    /// `InProgress`, `Succeeded`, `Failed`, …
    pub status: Option<String>,
    /// When that changed, as AWS writes it.
    pub since: Option<String>,
    /// Whether somebody has to say yes.
    pub waits_for_approval: bool,
    /// What failed.
    pub error: Option<String>,
}

/// A place that did not answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unanswered {
    /// `build account`, or the developer's name.
    pub place: String,
    /// Why.
    pub error: DeliveryError,
}

impl ArtifactStatus {
    /// Whether the developer lacks what they should have.
    pub fn is_behind(&self) -> bool {
        !self.held && matches!(self.currency, Currency::Behind { .. } | Currency::Missing)
    }
}

impl DeliveryStatus {
    /// Whether every account could be asked.
    pub fn is_answered(&self) -> bool {
        let deployed = |each: &Unanswered| matches!(each.error, DeliveryError::NotDeployed(_));
        self.unanswered.iter().all(deployed)
    }

    /// Whether the team is deployed in every account that answers.
    pub fn is_deployed(&self) -> bool {
        let absent = |each: &Unanswered| matches!(each.error, DeliveryError::NotDeployed(_));
        let has_stages = |pipeline: &PipelineStatus| !pipeline.stages.is_empty();
        !self.unanswered.iter().any(absent) && self.pipelines.iter().all(has_stages)
    }

    /// Whether everybody has what they should, as far as can be told.
    pub fn is_current(&self) -> bool {
        !self.artifacts.iter().any(ArtifactStatus::is_behind)
            && self.dead_letters.is_empty()
            && self.unanswered.is_empty()
            && self.is_deployed()
    }
}

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
                status
                    .artifacts
                    .extend(artifacts.map(|(artifact, head)| ArtifactStatus {
                        developer: developer.name,
                        currency: upstream.currency(&artifact, head.as_ref()),
                        held: developer.held.contains(&artifact),
                        version: head.map(|head| head.version),
                        artifact,
                    }));
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

/// What is not deployed yet is not there.
fn is_missing(error: &CallError) -> bool {
    error.kind() == CallErrorKind::Missing || error.code() == Some("PipelineNotFoundException")
}
