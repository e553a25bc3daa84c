//! What a rehearsal came to: who has which version, what was denied, what failed, what waits.

use super::Rehearsal;
use super::landscape::{Pipeline, PipelineSource, Place};
use super::step::{Outcome, Step};
use crate::local::ObjectView;

/// What a rehearsal came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// Everything that happened, in order.
    pub steps: Vec<Step>,
    /// Every artifact of the service in every account that deploys it.
    pub arrivals: Vec<Arrival>,
    /// How long it all took, in seconds of simulated time.
    pub took: u64,
    brought: Vec<(usize, usize)>,
}

/// An artifact in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// `build account`, or the developer's name.
    pub place: String,
    /// The artifact's key.
    pub artifact: String,
    /// What the account has.
    pub currency: Currency,
    /// The version that the account has, as its own bucket calls it.
    pub version: Option<String>,
    /// When the account's pipeline had deployed it, in seconds of simulated time; none, where it has not.
    pub deployed: Option<u64>,
}

/// What an account has of an artifact, against the newest upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Currency {
    /// The newest upstream version.
    Current,
    /// An upstream version with so many newer ones.
    Behind(usize),
    /// A build of its own.
    Own,
    /// Nothing.
    Nothing,
}

impl Report {
    /// How many objects were put into buckets that announce them, step by step: the place, and the number.
    pub fn brought(&self) -> impl Iterator<Item = (&str, usize)> {
        let steps = self.brought.iter();
        steps.filter_map(|(step, objects)| Some((self.steps.get(*step)?.place.as_str(), *objects)))
    }

    /// The steps at which something was denied.
    pub fn denied(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Denied(_)))
    }

    /// The steps at which something failed.
    pub fn failed(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Failed(_)))
    }

    /// The steps at which something waits for a person.
    pub fn waiting(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Waits(_)))
    }
}

impl Rehearsal<'_> {
    pub(super) fn report(&mut self, services: &[&str]) -> Report {
        let names: Vec<String> = services
            .iter()
            .map(|service| format!("{}-{service}", self.team.name()))
            .collect();
        let pipelines = self
            .landscape
            .pipelines
            .values()
            .filter(|each| names.contains(&each.name));
        let mut arrivals: Vec<Arrival> = pipelines.flat_map(|pipeline| self.arrivals(pipeline)).collect();
        // The build account first, then developers by name.
        let build = |arrival: &Arrival| arrival.place != "build account";
        arrivals.sort_by(|a, b| (build(a), &a.place, &a.artifact).cmp(&(build(b), &b.place, &b.artifact)));
        Report {
            steps: std::mem::take(&mut self.steps),
            arrivals,
            took: self.agenda.now(),
            brought: std::mem::take(&mut self.brought),
        }
    }

    fn arrivals(&self, pipeline: &Pipeline) -> Vec<Arrival> {
        let build_account = self.team.world.build.account.as_str();
        let arrival = |source: PipelineSource<'_>| {
            let PipelineSource { bucket, key, .. } = source;
            let object = self.cloud.object(bucket, key, None);
            let currency = match &object {
                None => Currency::Nothing,
                Some(_) if pipeline.place.account == build_account => Currency::Current,
                Some(object) => self.currency(key, object),
            };
            let version = object.map(|object| object.version_id);
            Arrival {
                place: self.place_name(&pipeline.place),
                artifact: key.to_owned(),
                currency,
                deployed: version
                    .as_ref()
                    .and_then(|version| self.deployed(&pipeline.place, source, version)),
                version,
            }
        };
        pipeline.sources().map(arrival).collect()
    }

    /// What a copy is against the newest upstream.
    fn currency(&self, key: &str, object: &ObjectView) -> Currency {
        let build_account = self.team.world.build.account.to_string();
        let upstream = self.landscape.source_bucket(&build_account, key);
        let versions = upstream
            .map(|bucket| self.cloud.versions(&bucket, key))
            .unwrap_or_default();
        let Some(mark) = object.metadata.get("source-version") else {
            return Currency::Own;
        };
        match versions.iter().position(|version| version.version_id == *mark) {
            Some(0) => Currency::Current,
            Some(newer) => Currency::Behind(newer),
            None => Currency::Behind(versions.len()),
        }
    }

    /// When an execution with this version was through with all stages.
    fn deployed(&self, place: &Place, source: PipelineSource<'_>, version: &str) -> Option<u64> {
        let output = source.output?;
        let executions = self.executions.iter().filter(|execution| {
            let pipeline = self.landscape.pipelines.get(&execution.pipeline);
            let all = pipeline.is_some_and(|pipeline| {
                pipeline.place == *place && execution.stage >= pipeline.declared.stages.len()
            });
            let taken = execution.sources.get(output);
            all && taken.is_some_and(|taken| taken.version_id == version && taken.key == source.key)
        });
        executions.filter_map(|execution| execution.done_at).min()
    }
}
