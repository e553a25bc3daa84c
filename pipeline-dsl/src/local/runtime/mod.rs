//! What moves in the cloud by itself: an object starts events, rules route them, topics deliver messages, functions run and are
//! retried, pipelines go from stage to stage. Time is simulated: it goes from one task to the next.
//!
//! Whoever runs the cloud gives it [`Surroundings`]: they run what happens outside (builds, people), answer whether a
//! request is allowed, and hear of every step.

mod agenda;
mod circumstances;
mod delivery;
mod denied;
mod event_bus;
mod event_pattern;
mod execution;
mod landscape;
mod latency;
mod pipelines;
mod place;
mod running_cloud;
mod step;
mod surroundings;
mod task;
mod undelivered;

pub(crate) use circumstances::Circumstances;
pub(crate) use denied::Denied;
pub(crate) use landscape::{Landscape, Pipeline, PipelineSource};
pub(crate) use latency::{BUILD, Jitter, OUTAGE};
pub(crate) use place::Place;
pub(crate) use running_cloud::{Proceeded, RunningCloud};
pub(crate) use step::{Outcome, Step};

pub(crate) use surroundings::Surroundings;
