//! The way back: failed creations and updates, and deletion.

use crate::cloudformation::ResourceKind;
use crate::local::stacks::document::Document;
use crate::local::stacks::execution::Execution;
use crate::local::stacks::stack::Stack;
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;

impl State {
    /// Of a creation nothing stays; `Retain` would keep even what was never used, `RetainExceptOnCreate` does
    /// not.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>
    pub(crate) fn take_back_creation(&mut self, stack: &mut Stack, execution: &mut Execution) -> bool {
        let document = Document::parse(execution.wanted.template.text()).ok();
        let kept = |logical_id: &str| {
            let declared = document
                .as_ref()
                .and_then(|document| document.resource(logical_id));
            declared.is_some_and(|declared| declared["DeletionPolicy"] == "Retain")
        };
        let made: Vec<String> = stack.resources.keys().cloned().collect();
        for logical_id in &made {
            if let Some(resource) = stack.resources.get_mut(logical_id) {
                resource.retained = kept(logical_id);
            }
        }
        let failed = self.remove_all(stack, &made, &[]);
        let at = self.shared.clock.tick();
        if failed.is_empty() {
            stack.turn(at, StackStatus::RollbackComplete, None);
        } else {
            stack.turn(at, StackStatus::RollbackFailed, Some(undeleted(&failed)));
        }
        true
    }

    pub(crate) fn take_back_update(&mut self, stack: &mut Stack, execution: &mut Execution) -> bool {
        let changed: Vec<String> = stack
            .resources
            .iter()
            .filter(|(logical_id, resource)| execution.before.get(*logical_id) != Some(resource))
            .map(|(logical_id, _)| logical_id.clone())
            .collect();
        let mut failed = Vec::new();
        for logical_id in changed.iter().filter(|id| !execution.skipped.contains(id)) {
            if let Some(reason) = self.fault_of_resource(stack, logical_id, "ROLLBACK") {
                self.note_failure(stack, logical_id, "UPDATE_FAILED", reason);
                failed.push(logical_id.as_str());
            }
        }
        if !failed.is_empty() {
            let reason = format!(
                "The following resource(s) failed to update: [{}].",
                failed.join(", ")
            );
            let at = self.shared.clock.tick();
            stack.turn(at, StackStatus::UpdateRollbackFailed, Some(reason));
            stack.unfinished = Some(std::mem::take(&mut execution.before));
            return true;
        }
        for (logical_id, resource) in &stack.resources {
            self.shared.index.remove(&stack.id, logical_id, resource);
        }
        stack.resources = std::mem::take(&mut execution.before);
        self.shared.index.add_stack(stack);
        let at = self.shared.clock.tick();
        stack.turn(at, StackStatus::UpdateRollbackComplete, None);
        true
    }

    pub(crate) fn delete(&mut self, stack: &mut Stack, execution: &Execution) -> bool {
        let all: Vec<String> = stack.resources.keys().cloned().collect();
        let failed = self.remove_all(stack, &all, &execution.skipped);
        let at = self.shared.clock.tick();
        if failed.is_empty() {
            stack.turn(at, StackStatus::DeleteComplete, None);
        } else {
            stack.turn(at, StackStatus::DeleteFailed, Some(undeleted(&failed)));
        }
        true
    }

    fn remove_all(&mut self, stack: &mut Stack, all: &[String], kept: &[String]) -> Vec<String> {
        let mut failed = Vec::new();
        for logical_id in all.iter().rev() {
            if kept.contains(logical_id)
                && let Some(resource) = stack.resources.get_mut(logical_id)
            {
                resource.retained = true;
            }
            if let Err(reason) = self.remove(stack, logical_id) {
                self.note_failure(stack, logical_id, "DELETE_FAILED", reason);
                failed.push(logical_id.clone());
            }
        }
        failed
    }

    fn note_failure(&mut self, stack: &mut Stack, logical_id: &str, status: &str, reason: String) {
        let resource = stack.resources.get(logical_id);
        let resource_type = resource
            .map(|resource| resource.resource_type.clone())
            .unwrap_or_default();
        let at = self.shared.clock.tick();
        stack.note(at, logical_id, &resource_type, status, Some(reason));
    }

    /// Deletes a resource, unless it is to stay: then it goes on existing, and only leaves the stack's care.
    pub(crate) fn remove(&mut self, stack: &mut Stack, logical_id: &str) -> Result<(), String> {
        let Some(resource) = stack.resources.get(logical_id).cloned() else {
            return Ok(());
        };
        let at = self.shared.clock.tick();
        if resource.retained {
            stack.note(at, logical_id, &resource.resource_type, "DELETE_SKIPPED", None);
            return Ok(());
        }
        if resource.resource_type == ResourceKind::Bucket.name()
            && !self.s3.buckets.is_empty(&resource.physical_id)
        {
            return Err(
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
                    .to_owned(),
            );
        }
        if let Some(reason) = self.fault_of_resource(stack, logical_id, "DELETE") {
            return Err(reason);
        }
        stack.note(at, logical_id, &resource.resource_type, "DELETE_COMPLETE", None);
        self.shared.index.remove(&stack.id, logical_id, &resource);
        stack.resources.shift_remove(logical_id);
        Ok(())
    }
}

impl State {
    /// What outlived a stack that is gone can be taken by another.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>
    pub(crate) fn release(&mut self, names: &[String]) {
        for identity in names {
            let Some(owner) = self.shared.index.get(identity).cloned() else {
                continue;
            };
            let gone = self.shared.stacks.get(&owner.stack).is_none_or(Stack::is_deleted);
            if gone {
                self.shared.index.forget(identity);
            }
        }
    }
}

fn undeleted(failed: &[String]) -> String {
    format!(
        "The following resource(s) failed to delete: [{}].",
        failed.join(", ")
    )
}
