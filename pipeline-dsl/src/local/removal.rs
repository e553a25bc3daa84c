//! The way back: failed creations and updates, and deletion.

use super::State;
use super::document::Document;
use super::execution::Execution;
use super::stack::Stack;

impl State {
    /// Of a creation nothing stays; `Retain` would keep even what was never used, `RetainExceptOnCreate` does
    /// not.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>
    pub(super) fn take_back_creation(&mut self, stack: &mut Stack, execution: &Execution) -> bool {
        let document = Document::parse(&execution.wanted.template).ok();
        let kept = |logical_id: &str| {
            let declared = document
                .as_ref()
                .and_then(|document| document.resource(logical_id));
            declared.is_some_and(|declared| declared["DeletionPolicy"] == "Retain")
        };
        let made: Vec<String> = stack.resources.keys().cloned().collect();
        for logical_id in made.iter().rev() {
            if let Some(resource) = stack.resources.get_mut(logical_id) {
                resource.retained = kept(logical_id);
            }
            self.remove(stack, logical_id);
        }
        let at = self.clock.tick();
        stack.turn(at, "ROLLBACK_COMPLETE", None);
        true
    }

    pub(super) fn take_back_update(&mut self, stack: &mut Stack, execution: &mut Execution) -> bool {
        for (logical_id, resource) in &stack.resources {
            self.index.remove(&stack.id, logical_id, resource);
        }
        stack.resources = std::mem::take(&mut execution.before);
        self.index.add_stack(stack);
        let at = self.clock.tick();
        stack.turn(at, "UPDATE_ROLLBACK_COMPLETE", None);
        true
    }

    pub(super) fn delete(&mut self, stack: &mut Stack) -> bool {
        let all: Vec<String> = stack.resources.keys().cloned().collect();
        for logical_id in all.iter().rev() {
            self.remove(stack, logical_id);
        }
        let at = self.clock.tick();
        stack.turn(at, "DELETE_COMPLETE", None);
        true
    }

    /// Deletes a resource, unless it is to stay: then it goes on existing, and only leaves the stack's care.
    pub(super) fn remove(&mut self, stack: &mut Stack, logical_id: &str) {
        let Some(resource) = stack.resources.get(logical_id).cloned() else {
            return;
        };
        let at = self.clock.tick();
        if resource.retained {
            stack.note(at, logical_id, &resource.resource_type, "DELETE_SKIPPED", None);
            return;
        }
        stack.note(at, logical_id, &resource.resource_type, "DELETE_COMPLETE", None);
        self.index.remove(&stack.id, logical_id, &resource);
        stack.resources.shift_remove(logical_id);
    }
}
