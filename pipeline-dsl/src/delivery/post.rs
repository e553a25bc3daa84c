//! The letters of a queue, each once.

use std::collections::BTreeSet;

use super::error::DeliveryError;
use crate::deploy::aws::{Letter, QueueClient};

/// Nobody else gets a letter while it is sent again: as long as the subscriber may run.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const SECONDS: i32 = 900;

/// So many letters are sent again by one run.
const MOST: usize = 10_000;

/// What is taken out of a queue.
pub(super) struct Post<'a> {
    queues: &'a QueueClient,
    queue: &'a str,
    seen: BTreeSet<String>,
}

impl<'a> Post<'a> {
    pub(super) fn new(queues: &'a QueueClient, queue: &'a str) -> Self {
        Self {
            queues,
            queue,
            seen: BTreeSet::new(),
        }
    }

    /// The next letters; none, where all were seen.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Letter>>, DeliveryError> {
        if self.seen.len() >= MOST {
            return Err(DeliveryError::ManyLetters(MOST));
        }
        let mut letters = self.queues.receive(self.queue, SECONDS).await?;
        // One that stays comes again when its time is over, and then waits for another run.
        letters.retain(|letter| self.seen.insert(letter.id.clone()));
        Ok((!letters.is_empty()).then_some(letters))
    }
}
