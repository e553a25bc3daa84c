//! How far the work on one stack may go: so many changes are asked for, so often the stack changes its state, and so long nothing
//! happens. Whatever a cloud answers, the work ends.

use std::time::Duration;

use tokio::time::Instant;

use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::synth::TEMPLATE_DIGEST;

/// So many changes of one stack are asked for. What is tried again has bounds of its own, which come to some twelve.
const MOST_CHANGES: u32 = 16;
/// So many states of one stack are waited for: a change that is taken back goes through five.
const MOST_STATES: u32 = 100;
/// The work on one stack may take so many times as long as nothing may happen.
const LONGEST: u32 = 16;

/// What was asked of a stack, and what was seen of it.
#[derive(Debug)]
pub(crate) struct Watchdog {
    /// So long nothing may happen.
    limit: Duration,
    /// What the stack should come to.
    expected: String,
    /// What was asked for last.
    asked: String,
    changes: u32,
    /// The state that was seen last: how it is told, and which it is.
    seen: Option<(String, String)>,
    states: u32,
    begun: Instant,
    /// When something happened last.
    moved: Instant,
    newest_event: Option<String>,
}

impl Watchdog {
    pub(crate) fn new(limit: Duration, expected: String) -> Self {
        let now = Instant::now();
        Self {
            limit,
            expected,
            asked: "nothing was asked for yet".to_owned(),
            changes: 0,
            seen: None,
            states: 0,
            begun: now,
            moved: now,
            newest_event: None,
        }
    }

    /// A change is asked for.
    ///
    /// # Errors
    /// When it was enough.
    pub(crate) fn asks(&mut self, asked: String) -> Result<(), StackError> {
        if self.changes >= MOST_CHANGES {
            return Err(self.no_end(format!("after {MOST_CHANGES} changes")));
        }
        self.changes += 1;
        self.asked = asked;
        Ok(())
    }

    /// The stack was looked at.
    ///
    /// # Errors
    /// When it is in ever new states, or its work takes too long as a whole.
    pub(crate) fn sees(&mut self, state: Option<&StackState>) -> Result<(), StackError> {
        let seen = match state {
            None => ("not there".to_owned(), String::new()),
            Some(state) => (
                told(state),
                format!("{} {} {}", state.stack_id, state.status, state.updated),
            ),
        };
        if self.seen.as_ref().is_none_or(|(_, which)| *which != seen.1) {
            self.moved = Instant::now();
            self.states += 1;
        }
        self.seen = Some(seen);
        if self.states > MOST_STATES {
            return Err(self.no_end(format!("after {MOST_STATES} states")));
        }
        let longest = self.limit.saturating_mul(LONGEST);
        if self.begun.elapsed() > longest {
            Err(self.no_end(format!("after {}", lasting(longest))))
        } else {
            Ok(())
        }
    }

    /// Something happened to a resource.
    pub(crate) fn moves(&mut self) {
        self.moved = Instant::now();
    }

    /// The newest event of the stack, where it was read.
    pub(crate) fn hears(&mut self, newest: Option<String>) {
        if newest.is_some() && newest != self.newest_event {
            self.newest_event = newest;
            self.moves();
        }
    }

    /// For how long nothing has happened.
    pub(crate) fn still_for(&self) -> Duration {
        self.moved.elapsed()
    }

    /// Whether to wait any longer for what is being done to the stack.
    ///
    /// # Errors
    /// When nothing has happened for too long.
    pub(crate) async fn goes_on(
        &mut self,
        client: &StackClient,
        state: &StackState,
    ) -> Result<(), StackError> {
        if self.still_for() <= self.limit {
            return Ok(());
        }
        let newest = client.events(&state.stack_id, |_| true).await?.into_iter().next();
        self.hears(newest.map(|event| event.id));
        self.is_waited_for()
    }

    /// The same without a look at the events.
    ///
    /// # Errors
    /// When nothing has happened for too long.
    pub(crate) fn is_waited_for(&self) -> Result<(), StackError> {
        if self.still_for() > self.limit {
            Err(self.no_end(format!("after {} without progress", lasting(self.limit))))
        } else {
            Ok(())
        }
    }

    /// What was asked, what should have come of it, and what did.
    pub(crate) fn no_end(&self, after: String) -> StackError {
        StackError::NoEnd {
            asked: self.asked.clone(),
            expected: self.expected.clone(),
            seen: match &self.seen {
                Some((seen, _)) => seen.clone(),
                None => "not seen yet".to_owned(),
            },
            after,
        }
    }
}

fn told(state: &StackState) -> String {
    match state.outputs.get(TEMPLATE_DIGEST) {
        Some(digest) => format!("in {} with {}", state.status, template(digest)),
        None => format!("in {} and does not tell its template", state.status),
    }
}

/// A template by the beginning of its digest.
pub(crate) fn template(digest: &str) -> String {
    let short: String = digest.chars().take(12).collect();
    format!("template `{}`", crate::deploy::printable::printable(&short))
}

/// `90 minutes`.
pub(crate) fn lasting(time: Duration) -> String {
    let (seconds, minutes) = (time.as_secs(), time.as_secs() / 60);
    match (seconds, minutes) {
        (_, 2..) => format!("{minutes} minutes"),
        (1, _) => "1 second".to_owned(),
        _ => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use tokio::time::sleep;

    use super::{MOST_CHANGES, MOST_STATES, Watchdog};
    use crate::deploy::state::stack_state::StackState;
    use crate::deploy::state::status::Status;

    fn state(status: &str, updated: &str) -> StackState {
        StackState {
            stack_id: "arn".to_owned(),
            name: "only".to_owned(),
            created: String::new(),
            updated: updated.to_owned(),
            status: Status::new(status),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
            tags: BTreeMap::new(),
            termination_protection: false,
            role: None,
            is_nested: false,
            reason: String::new(),
        }
    }

    fn watchdog() -> Watchdog {
        Watchdog::new(Duration::from_mins(5), "gone".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_where_nothing_happens() {
        let mut watchdog = watchdog();
        let busy = state("UPDATE_IN_PROGRESS", "1");
        watchdog.asks("its deletion was asked for".to_owned()).unwrap();
        watchdog.sees(Some(&busy)).unwrap();
        sleep(Duration::from_mins(4)).await;
        watchdog.moves();
        sleep(Duration::from_mins(4)).await;
        watchdog.sees(Some(&busy)).unwrap();
        watchdog.is_waited_for().unwrap();
        sleep(Duration::from_mins(2)).await;
        watchdog.sees(Some(&busy)).unwrap();
        assert_eq!(
            watchdog.is_waited_for().unwrap_err().to_string(),
            "its deletion was asked for, and the stack should be gone; after 5 minutes without progress it is in \
             UPDATE_IN_PROGRESS and does not tell its template"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_where_everything_happens() {
        let mut states = watchdog();
        let seen = |number: u32| state("UPDATE_COMPLETE", &number.to_string());
        let first = (0..=MOST_STATES).find(|number| states.sees(Some(&seen(*number))).is_err());
        assert_eq!(first, Some(MOST_STATES));
        let mut changes = watchdog();
        let asks = |number: &u32| changes.asks(format!("change {number}")).is_err();
        assert_eq!((0..=MOST_CHANGES).find(asks), Some(MOST_CHANGES));
        // And where the same goes on and on.
        let mut long = watchdog();
        for _ in 0..80 {
            long.sees(Some(&seen(0))).unwrap();
            sleep(Duration::from_mins(1)).await;
            long.moves();
        }
        sleep(Duration::from_mins(1)).await;
        let error = long.sees(Some(&seen(0))).unwrap_err().to_string();
        assert!(error.contains("after 80 minutes it is"), "{error}");
    }
}
