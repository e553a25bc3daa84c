//! What is told of a delivery.

use super::compare::Currency;
use super::error::DeliveryError;
use crate::deploy::StageStatus;
use crate::model::Name;

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
