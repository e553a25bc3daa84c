//! Brings a stack to its definition, a step at a time: what does not need each other is done in one step, as
//! CloudFormation does it side by side.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resources::context::Context;
use super::resources::context::new_resource;
use super::resources::rules::rules;
use crate::cloudformation::resolve::{resolve, size};
use crate::cloudformation::{Identity, limits};
use crate::local::clock::Moment;
use crate::local::stacks::document::Document;
use crate::local::stacks::execution::Kind;
use crate::local::stacks::execution::{Execution, Prepared};
use crate::local::stacks::preparation::PROPERTIES;
use crate::local::stacks::properties::Properties;
use crate::local::stacks::resource::StackResource;
use crate::local::stacks::scope::StackScope;
use crate::local::stacks::stack::{Stack, StackArn, StackOutput};
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;
use crate::local::store::directory::FileKind;
use crate::local::store::error::StoreError;

/// How a resource came to be as it is wanted.
enum Step {
    Unchanged,
    Made { verb: &'static str },
}

impl State {
    /// Goes on with what is being done to a stack, and keeps it when it is settled.
    pub(crate) fn advance(&mut self, id: &StackArn) -> Result<(), StoreError> {
        self.look_at_delayed(id);
        let Some(mut stack) = self.shared.stacks.remove(id) else {
            return Ok(());
        };
        let mut worked = false;
        if let Some(mut execution) = stack.execution.take() {
            worked = true;
            if execution.idle > 0 {
                execution.idle -= 1;
                stack.execution = Some(execution);
                self.shared.stacks.insert(id.clone(), stack);
                return Ok(());
            }
            let settled = match execution.kind {
                Kind::Create | Kind::Update => self.forward(&mut stack, &mut execution),
                Kind::RollBackCreate => self.take_back_creation(&mut stack, &mut execution),
                Kind::RollBackUpdate => self.take_back_update(&mut stack, &mut execution),
                Kind::Delete => self.delete(&mut stack, &execution),
            };
            if !settled {
                stack.execution = Some(execution);
            }
        }
        let stack = self.shared.stacks.entry(id.clone()).or_insert(stack);
        if !worked || stack.execution.is_some() {
            return Ok(());
        }
        match self.shared.stacks.get(id) {
            Some(stack) => self
                .shared
                .keep(|store| store.save(FileKind::Stack, &stack.id.0, stack)),
            None => Ok(()),
        }
    }

    fn forward(&mut self, stack: &mut Stack, execution: &mut Execution) -> bool {
        let Some(prepared) = execution.prepare(stack) else {
            // It was read when the change set was made.
            return true;
        };
        let Prepared { document, needs, .. } = prepared.as_ref();
        let ready: Vec<&String> = needs
            .iter()
            .filter(|(id, _)| !execution.done.contains(*id))
            .filter(|(_, needs)| needs.iter().all(|need| execution.done.contains(need)))
            .map(|(id, _)| id)
            .collect();
        if ready.is_empty() {
            self.clean_up(stack, execution, &prepared);
            return true;
        }
        let mut failed = Vec::new();
        for logical_id in ready {
            match self.bring(stack, execution, &prepared, logical_id) {
                Ok(step) => {
                    execution.done.insert(logical_id.clone());
                    if let Step::Made { verb } = step {
                        self.note(stack, document, logical_id, verb, "COMPLETE", None);
                    }
                }
                Err((verb, reason)) => {
                    self.note(stack, document, logical_id, verb, "FAILED", Some(reason));
                    failed.push(logical_id.as_str());
                }
            }
        }
        if !failed.is_empty() {
            let (kind, status, verb) = match execution.kind {
                Kind::Create => (Kind::RollBackCreate, StackStatus::RollbackInProgress, "create"),
                Kind::Update | Kind::RollBackCreate | Kind::RollBackUpdate | Kind::Delete => (
                    Kind::RollBackUpdate,
                    StackStatus::UpdateRollbackInProgress,
                    "update",
                ),
            };
            execution.kind = kind;
            let reason = format!(
                "The following resource(s) failed to {verb}: [{}].",
                failed.join(", ")
            );
            let at = self.shared.clock.tick();
            stack.turn(at, status, Some(reason));
        }
        false
    }

    /// Makes or changes one resource.
    fn bring(
        &mut self,
        stack: &mut Stack,
        execution: &mut Execution,
        prepared: &Prepared,
        logical_id: &str,
    ) -> Result<Step, (&'static str, String)> {
        let document = &prepared.document;
        let declared = document.resource(logical_id).unwrap_or(&Value::Null);
        let resource_type = declared["Type"].as_str().unwrap_or_default().to_owned();
        let existing = stack.resources.get(logical_id).cloned();
        let verb = if existing.is_some() { "UPDATE" } else { "CREATE" };
        let fail = |reason: String| (verb, reason);

        let scope = StackScope {
            stack,
            document,
            definition: &execution.wanted,
            decided: &prepared.decided,
        };
        let properties = resolve(declared.get("Properties").unwrap_or(&Value::Null), &scope)
            .map_err(|unresolved| fail(unresolved.to_string()))?;
        execution.size += size(&properties);
        if execution.size > PROPERTIES {
            return Err(fail(format!(
                "the properties of the stack have more than {PROPERTIES} bytes"
            )));
        }
        let retained = matches!(
            declared["DeletionPolicy"].as_str(),
            Some("Retain" | "RetainExceptOnCreate")
        );
        if let Some(existing) = &existing
            && existing.resource_type == resource_type
            && existing.expected().are(&properties)
        {
            if let Some(own) = stack.resources.get_mut(logical_id) {
                own.retained = retained;
            }
            return Ok(Step::Unchanged);
        }
        // It was found when the template was read.
        let rules = rules(&resource_type)
            .ok_or_else(|| fail(format!("unrecognized resource type {resource_type}")))?;
        let generation = existing.as_ref().map(|existing| existing.physical_id.as_str());
        let new = new_resource(stack, logical_id, generation);
        let made = Made::of(rules.identity(&new, &properties));
        if made.physical_id.len() > limits::PHYSICAL_ID {
            return Err(fail(format!(
                "Properties validation failed: its name: expected maxLength: {}, actual: {}",
                limits::PHYSICAL_ID,
                made.physical_id.len()
            )));
        }
        let replaces = existing.as_ref().is_some_and(|existing| {
            let before = existing.expected().value();
            let differs = |name: &&str| before.get(name) != properties.get(name);
            existing.resource_type != resource_type || rules.replaced_by().iter().any(differs)
        });
        self.note(stack, document, logical_id, verb, "IN_PROGRESS", None);
        let context = Context {
            shared: &self.shared,
            stack,
            properties: &properties,
        };
        rules.check(&context).map_err(fail)?;
        if let Some(reason) = self.fault_of_resource(stack, logical_id, verb) {
            return Err(fail(reason));
        }
        if execution.imports && retained && existing.is_none() {
            self.release(&made.identities);
        }
        self.check_free(stack, logical_id, existing.as_ref(), &made, replaces)
            .map_err(fail)?;

        let made = match &existing {
            // In place: it stays the same thing.
            Some(existing) if !replaces => Made {
                physical_id: existing.physical_id.clone(),
                attributes: existing.attributes.clone(),
                identities: existing.identities.clone(),
            },
            _ => made,
        };
        let resource = StackResource {
            resource_type,
            physical_id: made.physical_id,
            attributes: made.attributes,
            properties: Properties::of(&properties),
            retained,
            identities: made.identities,
            drift: None,
        };
        self.ask_function(&resource, existing.as_ref());
        if let Some(existing) = existing
            && replaces
        {
            execution.replaced.push((logical_id.to_owned(), existing));
        }
        self.shared.index.add(&stack.id, logical_id, &resource);
        stack.resources.insert(logical_id.to_owned(), resource);
        Ok(Step::Made { verb })
    }

    /// Whether the names that a resource takes are free.
    fn check_free(
        &self,
        stack: &Stack,
        logical_id: &str,
        existing: Option<&StackResource>,
        made: &Made,
        replaces: bool,
    ) -> Result<(), String> {
        for identity in &made.identities {
            let Some(owner) = self.shared.index.get(identity) else {
                continue;
            };
            let own = owner.stack == stack.id && owner.logical_id == logical_id;
            if own && replaces && existing.is_some_and(|existing| existing.identities.contains(identity)) {
                return Err(format!(
                    "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename \
                     {} and update the stack again.",
                    made.physical_id
                ));
            }
            if !own {
                return Err(format!(
                    "{} already exists in stack {}",
                    made.physical_id, owner.stack
                ));
            }
        }
        Ok(())
    }

    /// Deletes what is not wanted any more, and shows the outputs.
    fn clean_up(&mut self, stack: &mut Stack, execution: &mut Execution, prepared: &Prepared) {
        let Prepared {
            document,
            needs,
            decided,
        } = prepared;
        if execution.kind == Kind::Update {
            let at = self.shared.clock.tick();
            stack.turn(at, StackStatus::UpdateCompleteCleanupInProgress, None);
        }
        let gone: Vec<String> = stack
            .resources
            .keys()
            .filter(|id| !needs.contains_key(*id))
            .cloned()
            .collect();
        for logical_id in gone.iter().rev() {
            // What cannot be deleted after an update stays behind, and the update is complete all the same.
            if self.remove(stack, logical_id).is_err()
                && let Some(left) = stack.resources.shift_remove(logical_id)
            {
                self.shared.index.remove(&stack.id, logical_id, &left);
            }
        }
        for (logical_id, old) in std::mem::take(&mut execution.replaced) {
            self.shared.index.remove(&stack.id, &logical_id, &old);
        }
        let scope = StackScope {
            stack,
            document,
            definition: &execution.wanted,
            decided,
        };
        let outputs = document
            .section("Outputs")
            .filter_map(|(name, output)| {
                let value = resolve(output.get("Value")?, &scope).ok()?;
                let shown = StackOutput {
                    value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                    description: output["Description"].as_str().unwrap_or_default().to_owned(),
                };
                Some((name.clone(), shown))
            })
            .collect();
        stack.outputs = outputs;
        stack.deployed = Some(execution.wanted.clone());
        let at = self.shared.clock.tick();
        let status = match execution.kind {
            Kind::Create => StackStatus::CreateComplete,
            Kind::Update | Kind::RollBackCreate | Kind::RollBackUpdate | Kind::Delete => {
                StackStatus::UpdateComplete
            }
        };
        stack.turn(at, status, None);
    }

    fn note(
        &mut self,
        stack: &mut Stack,
        document: &Document,
        logical_id: &str,
        verb: &str,
        end: &str,
        reason: Option<String>,
    ) {
        let at: Moment = self.shared.clock.tick();
        let declared = document
            .resource(logical_id)
            .and_then(|resource| resource["Type"].as_str());
        stack.note(
            at,
            logical_id,
            declared.unwrap_or_default(),
            &format!("{verb}_{end}"),
            reason,
        );
    }
}

/// What a resource is called, as it is kept.
struct Made {
    physical_id: String,
    attributes: BTreeMap<String, String>,
    /// What no other resource can have: its ARN first, where it has one.
    identities: Vec<String>,
}

impl Made {
    fn of(identity: Identity) -> Self {
        let attributes = identity.attributes.into_iter();
        Self {
            physical_id: identity.physical_id,
            attributes: attributes.map(|(name, value)| (name.to_owned(), value)).collect(),
            identities: identity.arn.into_iter().chain(identity.taken).collect(),
        }
    }
}
