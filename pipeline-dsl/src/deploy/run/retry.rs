//! How long to go on: with calls that fail, with stacks that others change, between looks.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::deploy::aws::{CallErrorKind, FIRST_ANSWER, Traffic};
use crate::deploy::report::outcome::StackError;

const LONGEST_BACKOFF: Duration = Duration::from_secs(10);
/// So often may somebody else be quicker.
const CONFLICTS: u32 = 12;
/// So often may new credentials be refused as expired.
const RENEWALS: u32 = 6;

/// What is tried again while one stack is brought to what it should be.
#[derive(Debug)]
pub(crate) struct Retry {
    failures: u32,
    failing_since: Option<Instant>,
    conflicts: u32,
    renewals: u32,
    /// How long calls may go on failing.
    limit: Duration,
    traffic: Arc<Traffic>,
    /// How long things take here: the longest wait between two looks.
    longest_look: Duration,
}

/// What to do about an error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NextTry {
    /// Look again, after waiting.
    After(Duration),
    /// Look again with new credentials.
    WithNewCredentials,
}

impl Retry {
    pub(crate) fn new(longest_look: Duration, limit: Duration, traffic: Arc<Traffic>) -> Self {
        Self {
            failures: 0,
            failing_since: None,
            conflicts: 0,
            renewals: 0,
            limit,
            traffic,
            longest_look,
        }
    }

    /// A call has succeeded.
    pub(crate) fn succeeded(&mut self) {
        self.failures = 0;
        self.failing_since = None;
        self.renewals = 0;
    }

    /// Whether to go on in spite of an error, and how.
    pub(crate) fn after(&mut self, error: StackError) -> Result<NextTry, StackError> {
        let since = self.failing_since.get_or_insert_with(Instant::now);
        let failing = since.elapsed().max(self.traffic.unanswered());
        let limit = if self.traffic.is_reached() {
            self.limit
        } else {
            self.limit.min(FIRST_ANSWER)
        };
        // Others have waited for the same in vain.
        let in_vain = error.call().is_some_and(|call| self.traffic.is_given_up(call));
        let left = limit.saturating_sub(failing);
        match error.kind() {
            CallErrorKind::Transient if !left.is_zero() && !in_vain => Ok(self.back_off(left)),
            CallErrorKind::Transient => {
                match (&error, error.call()) {
                    (StackError::Access(_), Some(call)) => self.traffic.home().give_up(call),
                    (_, Some(call)) => self.traffic.give_up(call),
                    (_, None) => {}
                }
                Err(error.given_up(self.traffic.is_reached().then_some(limit)))
            }
            // They were there before: whoever gives them may do so again.
            CallErrorKind::NoCredentials if self.traffic.is_reached() && !left.is_zero() => {
                Ok(self.back_off(left))
            }
            CallErrorKind::Expired if self.renewals < RENEWALS => {
                self.renewals += 1;
                Ok(NextTry::WithNewCredentials)
            }
            CallErrorKind::Conflict | CallErrorKind::Missing if self.conflicts < CONFLICTS => {
                self.conflicts += 1;
                Ok(NextTry::After(self.longest_look / 4))
            }
            CallErrorKind::NoCredentials
            | CallErrorKind::Expired
            | CallErrorKind::Conflict
            | CallErrorKind::Missing
            | CallErrorKind::Permanent => Err(error),
        }
    }

    /// Longer each time, and not longer than there is time.
    fn back_off(&mut self, left: Duration) -> NextTry {
        let doubled = self.longest_look.saturating_mul(1 << self.failures.min(8)) / 4;
        self.failures += 1;
        NextTry::After(doubled.min(LONGEST_BACKOFF).min(left))
    }
}

/// Looks come the rarer the longer something takes: a tenth of the time that it took so far.
#[derive(Debug)]
pub(crate) struct Pace {
    since: Instant,
    longest: Duration,
}

impl Pace {
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            since: Instant::now(),
            longest,
        }
    }

    /// Something new is waited for.
    pub(crate) fn restart(&mut self) {
        self.since = Instant::now();
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) async fn wait(&self) {
        let tenth = self.since.elapsed() / 10;
        tokio::time::sleep(tenth.clamp(self.longest / 25, self.longest)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Pace;

    #[tokio::test(start_paused = true)]
    async fn a_look_is_late_by_a_tenth_at_most() {
        let begun = Instant::now();
        let pace = Pace::new(Duration::from_secs(5));
        let mut last = begun;
        for _ in 0..60 {
            pace.wait().await;
            let waited = last.elapsed();
            assert!(waited <= Duration::from_millis(5_002));
            // The clock counts milliseconds.
            let tenth = last.duration_since(begun) / 10;
            assert!(waited <= Duration::from_millis(200).max(tenth) + Duration::from_millis(2));
            last = Instant::now();
        }
        assert!(begun.elapsed() > Duration::from_mins(1));
    }
}
