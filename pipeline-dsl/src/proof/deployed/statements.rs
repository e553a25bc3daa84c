//! The statements of all policies, one by one.

use std::sync::Arc;

use serde_json::Value;

use super::identity::bounded_by;
use super::stacks::Deployed;

use crate::cloudformation::{Policies, ResourceKind};

/// A statement of a policy, for those who would change it.
#[derive(Debug)]
pub struct StatementPlace<'a> {
    /// The stack, `111111111111/us-east-1/acme-build`.
    pub stack: &'a str,
    /// The logical id of the resource that has the policy.
    pub resource: &'a str,
    /// The type of that resource.
    pub resource_type: ResourceKind,
    /// The statement.
    pub statement: &'a Value,
}

impl Deployed {
    /// Every statement, in the order of resources.
    pub(in crate::proof) fn statements(&self) -> Vec<StatementPlace<'_>> {
        self.resources
            .iter()
            .flat_map(|resource| {
                statements_of(&resource.properties).map(move |statement| (resource, statement))
            })
            .map(|(resource, statement)| StatementPlace {
                stack: &resource.stack,
                resource: &resource.logical_id,
                resource_type: resource.kind,
                statement,
            })
            .collect()
    }

    /// The same with one statement changed or taken out, and the position of the resource that has it.
    pub(in crate::proof) fn with_statement(
        &self,
        position: usize,
        instead: Option<&Value>,
    ) -> (Self, Option<usize>) {
        let mut changed = self.clone();
        let mut number = 0;
        for (place, resource) in changed.resources.iter_mut().enumerate() {
            let count = statements_of(&resource.properties).count();
            if !(number..number + count).contains(&position) {
                number += count;
                continue;
            }
            for document in documents_mut(Arc::make_mut(&mut resource.properties)) {
                let Some(Value::Array(statements)) = document.get_mut("Statement") else {
                    continue;
                };
                let here = number..number + statements.len();
                number = here.end;
                if !here.contains(&position) {
                    continue;
                }
                let index = position - here.start;
                match (instead, statements.get_mut(index)) {
                    (Some(instead), Some(statement)) => *statement = instead.clone(),
                    _ => {
                        statements.remove(index);
                    }
                }
                return (changed, Some(place));
            }
        }
        (changed, None)
    }

    /// The ARNs of what a statement's policy stands on, or of the role that has it.
    pub(in crate::proof) fn concerned(&self, place: &StatementPlace<'_>) -> Vec<String> {
        let resource = self
            .resources
            .iter()
            .find(|each| each.stack == place.stack && each.logical_id == place.resource);
        let Some(resource) = resource else {
            return Vec::new();
        };
        let named = |name: &str| resource.properties.get(name);
        let text = |name: &str| named(name).and_then(Value::as_str).unwrap_or_default();
        let listed = |name: &str| {
            let items = named(name).and_then(Value::as_array).into_iter().flatten();
            items
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect::<Vec<_>>()
        };
        match place.resource_type.facts().policies {
            Policies::OnBucket => self
                .bucket(text("Bucket"))
                .map(|bucket| bucket.identity.arn.clone())
                .into_iter()
                .collect(),
            Policies::OnTopics => listed("Topics"),
            Policies::OnQueues => self
                .of_kind(ResourceKind::Queue)
                .filter(|queue| listed("Queues").contains(&queue.identity.reference))
                .map(|queue| queue.identity.arn.clone())
                .collect(),
            Policies::StatementOnFunction => self
                .of_kind(ResourceKind::Function)
                .filter(|function| function.stack == place.stack)
                .map(|function| function.identity.arn.clone())
                .collect(),
            Policies::Managed => vec![bounded_by(&resource.identity.arn)],
            Policies::None | Policies::OfRole | Policies::OnItself(_) | Policies::OnItselfByDefault(_) => {
                vec![resource.identity.arn.clone()]
            }
        }
    }
}

/// Every statement of a resource's policies.
fn statements_of(properties: &Value) -> impl Iterator<Item = &Value> {
    documents(properties)
        .filter_map(|document| document.get("Statement")?.as_array())
        .flatten()
}

fn documents(properties: &Value) -> impl Iterator<Item = &Value> {
    let entries = properties.as_object().into_iter().flatten();
    entries.flat_map(|(name, value)| match name.as_str() {
        "AssumeRolePolicyDocument" | "PolicyDocument" | "KeyPolicy" => vec![value],
        "Policies" => value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|policy| policy.get("PolicyDocument"))
            .collect(),
        _ => Vec::new(),
    })
}

/// Every policy document of a resource.
fn documents_mut(properties: &mut Value) -> Vec<&mut Value> {
    let Some(properties) = properties.as_object_mut() else {
        return Vec::new();
    };
    let mut documents = Vec::new();
    for (name, value) in properties {
        match name.as_str() {
            "AssumeRolePolicyDocument" | "PolicyDocument" | "KeyPolicy" => documents.push(value),
            "Policies" => documents.extend(
                value
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                    .filter_map(|policy| policy.get_mut("PolicyDocument")),
            ),
            _ => {}
        }
    }
    documents
}
