//! Rehearses a build on the local cloud: a push, its artifacts, what announces them, every developer's copy, every pipeline
//! with its stages, change sets and approvals.
//!
//! What moves is what is deployed there: rules match with their patterns, topics deliver, the subscriber's code runs
//! against the local cloud's S3, pipelines do their actions. Every request is asked of the policies that are deployed, by
//! the rules of the access proof; a denied one stops that path. Time is simulated, so that a release of days takes a second.
//!
//! What a build makes is made up: an archive with the files that the pipelines name, each a template whose one resource
//! is new with every build. Real templates need the services that they describe, and the local cloud has only what
//! pipelines are made of.

mod archive;
mod arrivals;
mod authority;
mod backfill;
mod build;
mod denial;
mod place_names;
mod push;
#[expect(
    clippy::module_inception,
    reason = "a file is named for the type that it holds"
)]
mod rehearsal;
mod report;
mod scenario;
mod script;
mod storage;
mod subscriber_log;
mod surroundings;
mod twin;

pub use denial::{Denial, Observer, Outcome, Step};
pub use rehearsal::Rehearsal;
pub use report::{Arrival, Currency, Report};
pub use scenario::{Scenario, ScenarioError, developer_named, service_named};
pub use script::{Outage, Script, ScriptedPush};
pub use twin::Twin;
