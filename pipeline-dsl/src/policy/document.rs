use serde::Serialize;

use super::condition::{ConditionBlock, Operator};
use super::principal::Principal;

/// A policy: identity policy, resource policy, key policy, trust policy or permissions boundary.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument<T> {
    version: &'static str,
    statement: Vec<Statement<T>>,
}

impl<T> PolicyDocument<T> {
    /// A policy of these statements.
    pub fn new(statements: impl IntoIterator<Item = Statement<T>>) -> Self {
        Self {
            version: "2012-10-17",
            statement: statements.into_iter().collect(),
        }
    }

    /// What it says.
    pub fn statements(&self) -> &[Statement<T>] {
        &self.statement
    }
}

impl<T> FromIterator<Statement<T>> for PolicyDocument<T> {
    fn from_iter<I: IntoIterator<Item = Statement<T>>>(statements: I) -> Self {
        Self::new(statements)
    }
}

/// Whether a statement grants or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever else grants.
    Deny,
}

/// One statement of a policy: who may (not) do what, on what, when.
///
/// ```
/// # use pipeline_dsl::policy::{Operator, Principal, Statement};
/// let publish: Statement<String> = Statement::allow("Publish")
///     .by(Principal::Service("events.amazonaws.com".into()))
///     .action(["sns:Publish"])
///     .on(["arn:aws:sns:us-east-1:111111111111:acme-artifacts".into()])
///     .when(Operator::StringEquals, "aws:SourceAccount", ["111111111111".into()]);
/// assert!(serde_json::to_string(&publish).unwrap().starts_with(r#"{"Sid":"Publish","Effect":"Allow""#));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement<T> {
    sid: String,
    effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal<T>>,
    action: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource: Vec<T>,
    #[serde(skip_serializing_if = "ConditionBlock::is_empty")]
    condition: ConditionBlock<T>,
}

impl<T> Statement<T> {
    /// A statement that grants. The id says what for, in letters and digits.
    pub fn allow(sid: impl Into<String>) -> Self {
        Self::new(sid.into(), Effect::Allow)
    }

    /// A statement that refuses.
    pub fn deny(sid: impl Into<String>) -> Self {
        Self::new(sid.into(), Effect::Deny)
    }

    fn new(sid: String, effect: Effect) -> Self {
        Self {
            sid,
            effect,
            principal: None,
            action: Vec::new(),
            resource: Vec::new(),
            condition: ConditionBlock::default(),
        }
    }

    /// Who it speaks of; identity policies leave it out.
    #[must_use]
    pub fn by(mut self, principal: Principal<T>) -> Self {
        self.principal = Some(principal);
        self
    }

    /// The actions, `service:Action`.
    #[must_use]
    pub fn action<A: Into<String>>(mut self, actions: impl IntoIterator<Item = A>) -> Self {
        self.action.extend(actions.into_iter().map(Into::into));
        self
    }

    /// The resources, by ARN; trust policies leave them out.
    #[must_use]
    pub fn on(mut self, resources: impl IntoIterator<Item = T>) -> Self {
        self.resource.extend(resources);
        self
    }

    /// A condition that must hold as well.
    #[must_use]
    pub fn when(
        mut self,
        operator: Operator,
        key: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.condition.insert(operator, key, values.into_iter().collect());
        self
    }
}
