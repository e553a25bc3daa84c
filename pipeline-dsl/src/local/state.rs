//! Everything that there is in the cloud.

use std::collections::BTreeMap;

use super::clock::Clock;
use super::codeconnections::Connections;
use super::codepipeline::Pipelines;
use super::faults::chosen::FaultState;
use super::http::asked::Asked;
use super::http::call::Call;
use super::http::response::ApiError;
use super::lambda::custom_request::CustomRequest;
use super::organizations::Parents;
use super::s3::state::{S3, S3State};
use super::shared::Shared;
use super::sns::Topics;
use super::sqs::{Queues, Sqs};
use super::stacks::stack::StackArn;
use super::store::directory::Store;
use super::store::error::StoreError;

/// Everything that there is in the cloud: what all services share, and what each of them keeps.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) shared: Shared,
    pub(crate) s3: S3State,
    pub(crate) queues: Queues,
    pub(crate) topics: Topics,
    pub(crate) pipelines: Pipelines,
    pub(crate) connections: Connections,
    pub(crate) parents: Parents,
    /// The drift detections, by their ids, and whose they are.
    pub(crate) detections: BTreeMap<String, StackArn>,
    pub(crate) custom_requests: Vec<CustomRequest>,
    pub(crate) faults: Option<FaultState>,
    /// Why what is kept cannot be read again, after something could not be written.
    pub(crate) unreadable: Option<ApiError>,
    pub(crate) remembers: bool,
    pub(crate) asked: Vec<Asked>,
}

impl State {
    pub(crate) fn s3(&mut self) -> S3<'_> {
        self.s3.with(&mut self.shared)
    }

    pub(crate) fn sqs(&mut self) -> Sqs<'_> {
        self.queues.with(&mut self.shared)
    }

    /// The same for another cloud that begins as this one is, and keeps nothing.
    pub(crate) fn copied(&self) -> Self {
        Self {
            shared: self.shared.copied(),
            s3: self.s3.lent(),
            queues: self.queues.clone(),
            pipelines: Pipelines {
                all: self.pipelines.all.clone(),
                started: None,
            },
            ..Self::default()
        }
    }

    pub(crate) fn remember(&mut self, call: &Call) {
        if self.remembers {
            self.asked.push(Asked::of(call));
        }
    }

    /// Takes the place of what is in memory by what is kept.
    pub(crate) fn read(&mut self, store: &Store) -> Result<(), StoreError> {
        store.restart();
        let mut clock = Clock::default();
        clock.catch_up(store.load_time()?);
        let buckets = S3State::load(store, &mut clock)?;
        let queues = Queues::load(store)?;
        let pipelines = Pipelines::load(store)?;
        let read = Shared::load(store, clock)?;
        self.shared.clock.catch_up(read.clock.now());
        self.shared.index = read.index;
        self.shared.stacks = read.stacks;
        self.shared.templates = read.templates;
        self.s3.buckets = buckets;
        self.queues = queues;
        self.pipelines.all = pipelines;
        Ok(())
    }

    /// After something could not be kept, memory is ahead of what is kept: what was refused has not happened.
    pub(crate) fn read_again_after_failure(&mut self) {
        let Some(store) = self.shared.store.take_if(|store| store.has_failed()) else {
            return;
        };
        self.unreadable = self.read(&store).err().map(Into::into);
        self.shared.store = Some(store);
    }
}
