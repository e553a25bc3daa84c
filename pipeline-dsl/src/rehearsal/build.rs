//! A push: its build, and the artifacts that it makes.

use std::collections::BTreeMap;

use super::archive;
use super::denial::Outcome;
use super::push::{Push, Task};
use super::rehearsal::Rehearsal;
use crate::local::runtime::{BUILD, Place, Surroundings as _};
use crate::team::Definition;

impl Rehearsal<'_> {
    pub(super) fn definition(&self, service: &str) -> Option<&Definition> {
        let mut pipelines = self.team.pipelines.iter();
        pipelines.find(|each| each.service.name.as_str() == service)
    }

    pub(super) fn keys_of(&self, service: &str) -> Vec<String> {
        self.definition(service).map(Definition::keys).unwrap_or_default()
    }

    pub(super) fn push(&mut self, push: Push) {
        let keys = self.keys_of(&push.service);
        let took = self.runtime.around(BUILD);
        let Some(project) = self.runtime.landscape().project(&push.account, &keys).cloned() else {
            // Somebody else puts the artifacts there.
            let region = self.team.world.build.region.to_string();
            let place = Place {
                account: push.account.clone(),
                region,
            };
            let what = format!("somebody puts new artifacts of {}", push.service);
            let step = self.runtime.step(None, &place, what, 0, Outcome::Done);
            self.runtime.after(0, Task::Built(push, step));
            return;
        };
        if let Some(denied) = self.runtime.surroundings().denied_to(&project.arn) {
            self.runtime.step(
                None,
                &project.place,
                format!("builds {}", project.name),
                0,
                Outcome::Denied(Box::new(denied)),
            );
            return;
        }
        let what = if project.has_webhook {
            format!("a push to {} begins a build", push.service)
        } else {
            format!("somebody starts a build of {}", push.service)
        };
        let step = self.runtime.step(None, &project.place, what, 0, Outcome::Done);
        self.runtime.after(took, Task::Built(push, step));
    }

    /// Puts the artifacts where the project says.
    pub(super) fn built(&mut self, push: &Push, parent: usize) {
        let keys = self.keys_of(&push.service);
        self.builds += 1;
        let build = format!(
            "{} of {}, build {} at {}",
            push.service,
            push.account,
            self.builds,
            self.runtime.began()
        );
        let project = self.runtime.landscape().project(&push.account, &keys);
        let made: Vec<(String, String)> = match project {
            Some(project) => project.artifacts.clone(),
            None => keys
                .iter()
                .filter_map(|key| {
                    Some((
                        self.runtime.landscape().source_bucket(&push.account, key)?,
                        key.clone(),
                    ))
                })
                .collect(),
        };
        for (bucket, key) in made {
            let files = archive::wanted(self.runtime.landscape().pipelines.values(), &key);
            let content = archive::of(&files, &format!("{build}, {key}"));
            let place = self
                .runtime
                .landscape()
                .buckets
                .get(&bucket)
                .map(|bucket| bucket.place.clone());
            let Some(place) = place else { continue };
            let metadata = BTreeMap::from([("build".to_owned(), build.clone())]);
            let put = self.runtime.cloud().put_object(&bucket, &key, content, &metadata);
            let (what, outcome) = match put {
                Ok(object) => {
                    let version = short(&object.version_id);
                    (format!("makes {key}, version {version}"), Outcome::Done)
                }
                Err(refused) => (format!("makes {key}"), Outcome::Failed(refused.to_string())),
            };
            let step = self.runtime.step(Some(parent), &place, what, 0, outcome);
            self.runtime.announce(step, push.late);
        }
    }
}

/// As much of a version as people compare.
pub(super) fn short(version: &str) -> &str {
    version.get(..8).unwrap_or(version)
}
