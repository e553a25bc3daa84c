//! Who has which version of what, when nothing moves any more.

use super::rehearsal::Rehearsal;
use super::report::{Arrival, Currency, Report};
use crate::local::ObjectView;
use crate::local::runtime::{Pipeline, PipelineSource, Surroundings as _};

impl Rehearsal<'_> {
    pub(super) fn report(&mut self, services: &[&str]) -> Report {
        let names = self.pipeline_names(services);
        let pipelines = self.runtime.landscape().pipelines.values();
        let pipelines = pipelines.filter(|each| names.contains(&each.name));
        let mut arrivals: Vec<Arrival> = pipelines.flat_map(|pipeline| self.arrivals(pipeline)).collect();
        // The build account first, then developers by name.
        let build = |arrival: &Arrival| arrival.place != "build account";
        arrivals.sort_by(|a, b| (build(a), &a.place, &a.artifact).cmp(&(build(b), &b.place, &b.artifact)));
        Report {
            steps: self.runtime.take_steps(),
            arrivals,
            took: self.runtime.now(),
            brought: self.runtime.take_announced(),
        }
    }

    fn arrivals(&self, pipeline: &Pipeline) -> Vec<Arrival> {
        let build_account = self.team.world.build.account.as_str();
        let arrival = |source: PipelineSource<'_>| {
            let PipelineSource { bucket, key, .. } = source;
            let object = self.runtime.cloud().object(bucket, key, None);
            let currency = match &object {
                None => Currency::Nothing,
                Some(_) if pipeline.place.account == build_account => Currency::Current,
                Some(object) => self.currency(key, object),
            };
            let version = object.map(|object| object.version_id);
            Arrival {
                place: self.runtime.surroundings().place_name(&pipeline.place),
                artifact: key.to_owned(),
                currency,
                deployed: version
                    .as_ref()
                    .and_then(|version| self.runtime.deployed_at(pipeline, source, version)),
                version,
            }
        };
        pipeline.sources().map(arrival).collect()
    }

    /// What a copy is against the newest upstream.
    fn currency(&self, key: &str, object: &ObjectView) -> Currency {
        let build_account = self.team.world.build.account.to_string();
        let upstream = self.runtime.landscape().source_bucket(&build_account, key);
        let versions = upstream
            .map(|bucket| self.runtime.cloud().versions(&bucket, key))
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
}
