//! A policy, and the policies of a role.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::Name;
use crate::policy::Rule;
use crate::proof::deployed::resource::{Resource, Unreadable};

/// A policy with the resource that has it.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Policy {
    pub(in crate::proof) kind: &'static str,
    /// `KeyPolicy of Key in 111111111111/us-east-1/acme-build`
    pub(in crate::proof) label: Arc<str>,
    pub(in crate::proof) account: String,
    /// The service that its stack is for.
    pub(in crate::proof) service: Option<Name>,
    /// The logical id of that resource.
    pub(in crate::proof) resource: String,
    pub(in crate::proof) rules: Vec<Rule>,
}

/// The policies of a role.
#[derive(Debug)]
pub(in crate::proof) struct Role {
    pub(in crate::proof) trust: Policy,
    pub(in crate::proof) identity: Vec<Policy>,
    pub(in crate::proof) boundary: Option<Policy>,
}

/// The policy that lets everything.
pub(in crate::proof) fn everything(resource: &Resource) -> Result<Policy, Unreadable> {
    let document =
        json!({"Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let mut policy = read(resource, "own policy", Some(&document))?;
    policy.label = "of whoever makes a role".into();
    Ok(policy)
}

pub(in crate::proof) fn empty(resource: &Resource, kind: &'static str) -> Policy {
    Policy {
        kind,
        label: format!("`{}` of {}", resource.logical_id, resource.stack).into(),
        account: resource.home.account.to_string(),
        service: resource.service,
        resource: resource.logical_id.clone(),
        rules: Vec::new(),
    }
}

pub(in crate::proof) fn read(
    resource: &Resource,
    kind: &'static str,
    document: Option<&Value>,
) -> Result<Policy, Unreadable> {
    let mut policy = empty(resource, kind);
    let statements = document.and_then(|document| document.get("Statement"));
    for statement in statements.and_then(Value::as_array).into_iter().flatten() {
        let rule = Rule::parse(statement).map_err(|source| Unreadable::Statement {
            stack: resource.stack.clone(),
            resource: resource.logical_id.clone(),
            source,
        })?;
        policy.rules.push(rule);
    }
    Ok(policy)
}
