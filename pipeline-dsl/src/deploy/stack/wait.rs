//! Waiting for somebody else who is changing a stack.

use crate::deploy::aws::StackClient;
use crate::deploy::printable::printable;
use crate::deploy::report::event::{Event, Observer};
use crate::deploy::run::context::PREFIX;
use crate::deploy::state::stack_state::StackState;
use crate::synth::StackId;

/// What was said of it already.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    said: Option<String>,
}

impl Waiting {
    /// Says once for whom it waits, and since when they are at it, as far as the events tell. The answer is the newest event, where
    /// they were read.
    pub(crate) async fn look(
        &mut self,
        client: &StackClient,
        state: &StackState,
        stack: &StackId,
        observer: &dyn Observer,
    ) -> Option<String> {
        if self.said.as_deref() == Some(state.status.as_str()) {
            return None;
        }
        self.said = Some(state.status.as_str().to_owned());
        let stop = |event: &crate::deploy::state::stack_state::StackEvent| event.begins(&state.stack_id);
        // Who it is matters to whoever looks on; to the deployment it does not.
        let events = client.events(&state.stack_id, stop).await.unwrap_or_default();
        let newest = events.first().map(|event| event.id.clone());
        let beginning = events.into_iter().find(|event| event.begins(&state.stack_id));
        let (since, token) = beginning.map(|event| (event.at, event.token)).unwrap_or_default();
        let token = token.unwrap_or_default();
        observer.observe(&Event::Waiting {
            stack,
            status: &state.status,
            since: &since,
            by: &printable(who(&token)),
        });
        newest
    }
}

/// Our tokens say who has asked; others' say something at least.
fn who(token: &str) -> &str {
    let Some(ours) = token.strip_prefix(PREFIX) else {
        return token;
    };
    // <run>-<name>-<number>
    let name = ours.split_once('-').map_or("", |(_, rest)| rest);
    name.rsplit_once('-').map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::who;

    #[test]
    fn tokens_tell_who() {
        assert_eq!(who("pipeline-dsl-1a2b3c4d-alice-7"), "alice");
        assert_eq!(who("pipeline-dsl-1a2b3c4d-a-b-7"), "a-b");
        assert_eq!(who("Console-UpdateStack-1"), "Console-UpdateStack-1");
        assert_eq!(who(""), "");
    }
}
