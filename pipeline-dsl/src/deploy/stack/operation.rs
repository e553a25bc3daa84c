//! A change set that is being executed, followed through the stack's events.

use crate::cloudformation::ResourceKind;
use std::collections::BTreeSet;

use crate::deploy::aws::{CallError, StackClient};
use crate::deploy::report::event::ResourceProgress;
use crate::deploy::report::outcome::Outcome;
use crate::deploy::state::stack_state::BlockingResource;
use crate::deploy::state::stack_state::{StackEvent, StackState};

/// An execution that was asked for, whether or not the answer arrived.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) stack_id: String,
    pub(crate) change_set: String,
    pub(crate) token: String,
    /// Whether it is sure that it was executed.
    pub(crate) acknowledged: bool,
    /// Whether the stack is new with it.
    pub(crate) creates: bool,
    /// What the stack was in, and since when, before it was asked for.
    before: Option<(String, String)>,
    seen: BTreeSet<String>,
    /// Everything that happened in it, oldest first.
    events: Vec<StackEvent>,
    done: BTreeSet<String>,
}

/// Whose the latest operation of a stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Ours,
    /// The events do not say.
    Unknown,
    SomebodyElses,
}

impl Operation {
    pub(crate) fn new(
        stack_id: String,
        change_set: String,
        token: String,
        creates: bool,
        before: Option<&StackState>,
    ) -> Self {
        Self {
            stack_id,
            change_set,
            token,
            acknowledged: false,
            creates,
            before: before.map(|state| (state.status.as_str().to_owned(), state.updated.clone())),
            seen: BTreeSet::new(),
            events: Vec::new(),
            done: BTreeSet::new(),
        }
    }

    /// Reads what has happened since the last look. The answer is what is new, oldest first.
    pub(crate) async fn read(&mut self, client: &StackClient) -> Result<Vec<StackEvent>, CallError> {
        let (seen, stack_id) = (&self.seen, &self.stack_id);
        let stop = |event: &StackEvent| seen.contains(&event.id) || event.begins(stack_id);
        let mut new = client.events(stack_id, stop).await?;
        new.reverse();
        new.retain(|event| !self.seen.contains(&event.id));
        if new.first().is_some_and(|event| event.begins(&self.stack_id)) {
            // Whatever was read before belongs to an earlier operation.
            self.events.clear();
            self.done.clear();
        }
        for event in &new {
            self.seen.insert(event.id.clone());
            if event.status.ends_with("_COMPLETE") && !event.is_of_stack(&self.stack_id) {
                self.done.insert(event.logical_id.clone());
            }
        }
        self.events.extend(new.iter().cloned());
        Ok(new)
    }

    /// What an event says of the progress.
    pub(crate) fn progress<'a>(&self, event: &'a StackEvent, of: usize) -> ResourceProgress<'a> {
        ResourceProgress {
            logical_id: &event.logical_id,
            resource_type: &event.resource_type,
            status: &event.status,
            reason: event.reason.as_deref(),
            done: self.done.len().min(of),
            of,
        }
    }

    /// Whose the operation is that the events are of.
    pub(crate) fn whose(&self) -> Whose {
        let beginning = self.events.iter().find(|event| event.begins(&self.stack_id));
        match beginning.and_then(|event| event.token.as_ref()) {
            None => Whose::Unknown,
            Some(token) if *token == self.token => Whose::Ours,
            Some(_) => Whose::SomebodyElses,
        }
    }

    /// Whether the stack has moved since it was asked for: answers may be older than the last call.
    pub(crate) fn has_moved(&self, state: &StackState) -> bool {
        match &self.before {
            None => true,
            Some((status, updated)) => {
                // The events may be newer than the state: they must tell that it has come to its end again.
                let latest = self
                    .events
                    .iter()
                    .rfind(|event| event.is_of_stack(&self.stack_id));
                let ended = latest.is_some_and(|event| event.status == state.status.as_str());
                state.status.as_str() != status
                    || state.updated != *updated
                    || (ended && self.whose() == Whose::Ours)
            }
        }
    }

    /// What was done to the stack, if it was done.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.creates {
            Outcome::Created
        } else {
            Outcome::Updated
        }
    }

    /// From now on the stack counts as moved, if it is late.
    pub(crate) fn arrive(&mut self, late: bool) {
        if late {
            self.before = None;
        }
    }

    /// The first reason that was given for the failure of the stack itself.
    pub(crate) fn reason(&self) -> Option<String> {
        let mut events = self
            .events
            .iter()
            .filter(|event| event.is_of_stack(&self.stack_id));
        let failed =
            |event: &&StackEvent| event.status.ends_with("_FAILED") || event.status.contains("ROLLBACK");
        events
            .find_map(|event| Some(event).filter(failed)?.reason.clone())
            .filter(|reason| !reason.is_empty())
    }

    /// Whether a resource of this type was made or changed in it.
    pub(crate) fn has_changed(&self, kind: ResourceKind) -> bool {
        let done = |status: &str| matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE");
        self.events
            .iter()
            .any(|event| event.resource_type == kind.name() && done(&event.status))
    }

    /// The resource that failed first; the others were given up because of it.
    pub(crate) fn first_failure(&self) -> Option<&StackEvent> {
        self.events.iter().find(|event| event.is_failure())
    }
}

/// The resources that block a stack: whose last word is a failure.
pub(crate) async fn blocking(
    client: &StackClient,
    stack_id: &str,
) -> Result<Vec<BlockingResource>, CallError> {
    let events = client.events(stack_id, |event| event.begins(stack_id)).await?;
    let mut known = BTreeSet::new();
    let mut blocking: Vec<BlockingResource> = events
        .into_iter()
        .filter(|event| !event.is_of_stack(stack_id) && known.insert(event.logical_id.clone()))
        .filter(StackEvent::is_failure)
        .map(|event| BlockingResource {
            logical_id: event.logical_id,
            resource_type: event.resource_type,
            reason: event.reason.unwrap_or_default(),
        })
        .collect();
    blocking.sort_by(|a, b| a.logical_id.cmp(&b.logical_id));
    Ok(blocking)
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use crate::cloudformation::ResourceKind;
    use crate::deploy::state::stack_state::StackEvent;

    #[test]
    fn a_role_is_new_once_it_is_made_or_changed() {
        let mut operation = Operation::new(String::new(), String::new(), String::new(), true, None);
        let event = |resource_type: &str, status: &str| StackEvent {
            id: String::new(),
            at: String::new(),
            logical_id: "BuildRole".to_owned(),
            physical_id: String::new(),
            resource_type: resource_type.to_owned(),
            status: status.to_owned(),
            reason: None,
            token: None,
        };
        operation
            .events
            .push(event(ResourceKind::Role.name(), "CREATE_IN_PROGRESS"));
        operation
            .events
            .push(event(ResourceKind::LogGroup.name(), "CREATE_COMPLETE"));
        assert!(!operation.has_changed(ResourceKind::Role));
        operation
            .events
            .push(event(ResourceKind::Role.name(), "CREATE_COMPLETE"));
        assert!(operation.has_changed(ResourceKind::Role));
    }
}
