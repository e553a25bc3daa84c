//! Who answers in one account and region, and since when nobody does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::call_error::CallError;

/// What is asked in one place, and how that goes.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    state: Mutex<State>,
    /// With those who say who one is, before anything else is asked.
    home: Option<Arc<Traffic>>,
}

#[derive(Debug, Default)]
struct State {
    /// Since when something has been asked, and nothing answered.
    unanswered_since: Option<Instant>,
    /// When something was asked last.
    asked: Option<Instant>,
    /// Whether anything was ever answered, be it that the server fails.
    reached: bool,
    host: String,
    /// Why there was no answer last.
    failure: Option<String>,
    /// How the call failed with which the place was given up: nothing more is asked there.
    lost: Option<CallError>,
    /// The calls that went on failing until they were given up, though others are answered.
    failing: BTreeSet<&'static str>,
}

/// Somebody who does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Silence {
    /// Who.
    pub host: String,
    /// For how long.
    pub lasting: Duration,
    /// Why, as far as that is known.
    pub reason: Option<String>,
}

/// Who was never reached is not waited for any longer: a wrong endpoint, a network that is down.
pub(crate) const FIRST_ANSWER: Duration = Duration::from_secs(6);
/// Where nothing was answered for so long, further calls are not waited for as the first were.
const LONG_SILENCE: Duration = Duration::from_mins(1);
/// They have so long.
const LATER_TRY: Duration = Duration::from_secs(3);
/// Each try has so long at least.
const SHORTEST_TRY: Duration = Duration::from_millis(500);

/// Where nothing was asked for so long, nobody waits.
const ASKING: Duration = Duration::from_secs(40);

impl Traffic {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// In a place where one must have said who one is.
    pub(crate) fn behind(home: &Arc<Self>) -> Self {
        Self {
            state: Mutex::default(),
            home: Some(Arc::clone(home)),
        }
    }

    /// With those who say who one is.
    pub(crate) fn home(&self) -> &Self {
        self.home.as_deref().unwrap_or(self)
    }

    /// Something is asked.
    pub(crate) fn asks(&self, host: &str) {
        let now = Instant::now();
        self.change(|state| {
            state.unanswered_since.get_or_insert(now);
            state.asked = Some(now);
            host.clone_into(&mut state.host);
        });
    }

    /// It was answered, with this status.
    pub(crate) fn is_answered(&self, status: u16) {
        self.change(|state| {
            state.reached = true;
            if status >= 500 {
                state.failure = Some(format!("it answers with status {status}"));
            } else {
                (state.unanswered_since, state.failure, state.lost) = (None, None, None);
            }
        });
    }

    /// There was no answer.
    pub(crate) fn fails(&self, why: String) {
        self.change(|state| state.failure = Some(why));
    }

    /// Nobody waits any longer for an answer to this call.
    pub(crate) fn give_up(&self, error: &CallError) {
        self.change(|state| match state.unanswered_since {
            Some(_) => state.lost = Some(error.clone()),
            None => drop(state.failing.insert(error.operation())),
        });
    }

    /// Whether nobody waits any longer where this call fails.
    pub(crate) fn is_given_up(&self, error: &CallError) -> bool {
        let given_up = |state: &State| state.lost.is_some() || state.failing.contains(error.operation());
        self.look(given_up) || self.home().look(given_up)
    }

    /// Why nothing more is asked there.
    pub(crate) fn lost(&self) -> Option<CallError> {
        let lost = |state: &State| state.lost.clone();
        self.look(lost).or_else(|| self.home().look(lost))
    }

    /// Whether anybody was ever reached.
    pub(crate) fn is_reached(&self) -> bool {
        let reached = |state: &State| state.reached;
        self.look(reached) || self.home().look(reached)
    }

    /// How long to wait for an answer, where nobody was reached so far, or nobody has been for long.
    pub(crate) fn time_limit(&self) -> Option<Duration> {
        let unanswered = self.unanswered();
        if self.is_reached() {
            (unanswered > LONG_SILENCE).then_some(LATER_TRY)
        } else {
            Some(FIRST_ANSWER.saturating_sub(unanswered).max(SHORTEST_TRY))
        }
    }

    /// For how long nothing was answered.
    pub(crate) fn unanswered(&self) -> Duration {
        let since = |state: &State| state.unanswered_since;
        let all = [self.look(since), self.home().look(since)];
        let longest = all.into_iter().flatten().map(|since| since.elapsed()).max();
        longest.unwrap_or_default()
    }

    /// Who is waited for, if somebody is.
    pub(crate) fn silence(&self) -> Option<Silence> {
        self.look(|state| {
            let waits = state.asked.is_some_and(|asked| asked.elapsed() < ASKING);
            let lasting = state.unanswered_since.filter(|_| waits)?.elapsed();
            Some(Silence {
                host: state.host.clone(),
                lasting,
                reason: state.failure.clone(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::{LATER_TRY, SHORTEST_TRY, Traffic};

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_first_question_without_an_answer() {
        let second = Duration::from_secs(1);
        let traffic = Traffic::default();
        assert_eq!(traffic.silence(), None);
        traffic.asks("https://a");
        sleep(second).await;
        assert!(!traffic.is_reached());
        assert_eq!(traffic.unanswered(), second);
        traffic.is_answered(200);
        sleep(second * 100).await;
        assert_eq!(
            (traffic.is_reached(), traffic.unanswered()),
            (true, Duration::ZERO)
        );
        traffic.asks("https://a");
        sleep(second).await;
        traffic.is_answered(503);
        sleep(second).await;
        traffic.asks("https://b");
        let silence = traffic.silence().unwrap();
        assert_eq!(
            (silence.lasting, silence.host.as_str()),
            (second * 2, "https://b")
        );
        assert_eq!(silence.reason.as_deref(), Some("it answers with status 503"));
        sleep(second * 60).await;
        assert_eq!(traffic.silence(), None, "nobody asks any more");
    }

    #[tokio::test(start_paused = true)]
    async fn the_longer_nobody_answers_the_shorter_one_waits() {
        let second = Duration::from_secs(1);
        let traffic = Traffic::default();
        traffic.asks("https://a");
        sleep(second * 4).await;
        assert_eq!(traffic.time_limit(), Some(second * 2));
        sleep(second * 100).await;
        assert_eq!(traffic.time_limit(), Some(SHORTEST_TRY));
        traffic.is_answered(400);
        assert_eq!(traffic.time_limit(), None);
        traffic.asks("https://a");
        sleep(second * 60).await;
        assert_eq!(traffic.time_limit(), None);
        sleep(second).await;
        assert_eq!(traffic.time_limit(), Some(LATER_TRY));
    }
}
