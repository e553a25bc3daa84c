use iam_rs::{
    Arn, Context, Decision, IAMPolicy, IAMRequest, Principal as Identity, PrincipalId, evaluate_policy,
};
use serde_json::{Map, Value};

use super::Effect;
use super::request::{ContextValue, Request, Requester};

/// A statement of a policy as it was written, ready to be asked whether it applies to a request.
///
/// Actions, resources and conditions are matched by `iam-rs`; principals by [`Rule::names`], because what it means to be
/// named depends on the kind of policy.
#[derive(Debug, Clone)]
pub struct Rule {
    sid: String,
    effect: Effect,
    principals: Vec<Named>,
    /// Its actions in small letters; none where it names those that it is not about.
    actions: Option<Vec<String>>,
    statement: Value,
    policy: IAMPolicy,
}

/// Who is named as a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Anyone,
    /// All of an account, as far as its own policies let them.
    Account(String),
    Role(String),
    Service(String),
}

/// How a requester is named by a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By name, or with everybody: the statement alone can allow.
    Directly,
    /// As one of an account: the account's own policies must allow too.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
    ByAccount,
}

/// A statement that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a statement that cannot be read: {0}")]
pub struct MalformedStatement(String);

/// An ARN that names nothing.
const NO_RESOURCE: &str = "arn:none:none:::none";

/// What stands for AWS itself where an account is: `iam-rs` knows accounts of twelve digits only. Nobody has this one.
const AWS: &str = "000000000000";

impl Rule {
    /// Reads a statement.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(statement: &Value) -> Result<Self, MalformedStatement> {
        let malformed = |reason: &str| MalformedStatement(format!("{reason}: {statement}"));
        let fields = statement.as_object().ok_or_else(|| malformed("not an object"))?;
        if fields.contains_key("NotPrincipal") {
            return Err(malformed("`NotPrincipal` is not understood"));
        }
        let effect = match fields.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(malformed("neither `Allow` nor `Deny`")),
        };
        let mut matched = fields.clone();
        let principals = match matched.remove("Principal") {
            Some(principal) => named(&principal).ok_or_else(|| malformed("unknown principals"))?,
            None => Vec::new(),
        };
        // A trust policy names no resource: it stands on one.
        if !matched.contains_key("NotResource") {
            matched.entry("Resource").or_insert_with(|| "*".into());
        }
        for resources in ["Resource", "NotResource"] {
            if let Some(resources) = matched.get_mut(resources) {
                *resources = with_numbered_accounts(resources);
            }
        }
        if let Some(condition) = matched.get_mut("Condition") {
            *condition = with_small_keys(condition);
        }
        // What applies is asked; what follows from it is decided elsewhere.
        matched.insert("Effect".to_owned(), "Allow".into());
        let policy = Map::from_iter([
            ("Version".to_owned(), "2012-10-17".into()),
            ("Statement".to_owned(), Value::Array(vec![Value::Object(matched)])),
        ]);
        let policy = serde_json::from_value(Value::Object(policy));
        Ok(Self {
            sid: fields
                .get("Sid")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            effect,
            principals,
            actions: actions(fields),
            statement: statement.clone(),
            policy: policy.map_err(|error| malformed(&error.to_string()))?,
        })
    }

    /// What it is called.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// Whether it grants or refuses.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The services that it names as principals.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().filter_map(|named| match named {
            Named::Service(service) => Some(service.as_str()),
            Named::Anyone | Named::Account(_) | Named::Role(_) => None,
        })
    }

    /// Its actions, in small letters; none where it names those that it is not about.
    pub fn actions(&self) -> Option<&[String]> {
        self.actions.as_deref()
    }

    /// The condition keys without which it applies to no request, as they are written: those of operators that hold where
    /// there is no such key are not among them.
    pub fn needed_keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.statement.get("Condition").and_then(Value::as_object);
        let conditions = conditions.into_iter().flatten();
        conditions
            .filter(|(operator, _)| !operator.ends_with("IfExists") && operator.as_str() != "Null")
            .filter_map(|(_, keys)| keys.as_object())
            .flat_map(|keys| keys.keys().map(String::as_str))
    }

    /// The condition keys without which it does not apply. An operator that ends in `IfExists` does without, and so do those
    /// that hold of a request which lacks the key.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    pub fn required_keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.statement.get("Condition").and_then(Value::as_object);
        let needing = conditions.into_iter().flatten().filter(|(operator, _)| {
            !operator.ends_with("IfExists") && !operator.contains("Not") && *operator != "Null"
        });
        needing
            .filter_map(|(_, keys)| keys.as_object())
            .flat_map(|keys| keys.keys().map(String::as_str))
    }

    /// The resources that it names: none in a trust policy.
    pub fn resources(&self) -> Vec<&str> {
        match self.statement.get("Resource") {
            Some(Value::String(resource)) => vec![resource],
            Some(Value::Array(resources)) => resources.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The statement itself.
    pub fn statement(&self) -> &Value {
        &self.statement
    }

    /// How it names the requester, if it does.
    pub fn names(&self, requester: &Requester) -> Option<Naming> {
        let direct = self.principals.iter().any(|named| match (named, requester) {
            (Named::Anyone, _) => true,
            (Named::Role(arn), Requester::Role(role)) => arn == role,
            (Named::Service(name), Requester::Service(service)) => name == service,
            _ => false,
        });
        if direct {
            return Some(Naming::Directly);
        }
        let account = requester.account()?;
        self.principals
            .iter()
            .any(|named| matches!(named, Named::Account(named) if named == account))
            .then_some(Naming::ByAccount)
    }

    /// Whether it is about this action on this resource in these circumstances. A request that `iam-rs` cannot
    /// evaluate is one that it does not apply to, unless it refuses.
    pub fn applies(&self, request: &Request) -> bool {
        // Most statements are about something else: say so before anything is copied.
        let action = request.action.to_ascii_lowercase();
        let others = |patterns: &Vec<String>| !patterns.iter().any(|each| is_like(&action, each));
        if self.actions.as_ref().is_some_and(others) {
            return false;
        }
        // What is asked of no one resource, `*` alone allows.
        let resource = match request.resource.as_str() {
            "*" => NO_RESOURCE,
            resource => resource,
        };
        let Ok(resource) = Arn::parse(&with_numbered_account(resource)) else {
            return self.effect == Effect::Deny;
        };
        let asked = IAMRequest::new_with_context(
            identity(&request.requester),
            request.action.clone(),
            resource,
            context(request),
        );
        match evaluate_policy(&self.policy, &asked) {
            Ok(decision) => decision == Decision::Allow,
            Err(_) => self.effect == Effect::Deny,
        }
    }
}

/// Whether a text is one of those that a pattern with `*` and `?` stands for.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    Arn::wildcard_match(text, pattern)
}

fn actions(fields: &Map<String, Value>) -> Option<Vec<String>> {
    match fields.get("Action")? {
        Value::Array(actions) => actions
            .iter()
            .map(|action| Some(action.as_str()?.to_ascii_lowercase()))
            .collect(),
        action => Some(vec![action.as_str()?.to_ascii_lowercase()]),
    }
}

/// `arn:aws:iam::aws:policy/ReadOnlyAccess`, with a number for the account.
fn with_numbered_account(arn: &str) -> String {
    let parts = arn.splitn(6, ':').enumerate();
    let parts = parts.map(|(position, part)| if (position, part) == (4, "aws") { AWS } else { part });
    parts.collect::<Vec<&str>>().join(":")
}

fn with_numbered_accounts(resources: &Value) -> Value {
    match resources {
        Value::String(arn) => with_numbered_account(arn).into(),
        Value::Array(all) => all.iter().map(with_numbered_accounts).collect(),
        other => other.clone(),
    }
}

/// Condition keys are the same in capitals and small letters; to `iam-rs` they are not.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
fn with_small_keys(condition: &Value) -> Value {
    let operators = condition.as_object().into_iter().flatten();
    operators
        .map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            let keys: Value = keys
                .map(|(key, values)| (key.to_lowercase(), values.clone()))
                .collect();
            (operator.clone(), keys)
        })
        .collect()
}

fn named(principal: &Value) -> Option<Vec<Named>> {
    if principal == "*" {
        return Some(vec![Named::Anyone]);
    }
    let mut all = Vec::new();
    for (kind, names) in principal.as_object()? {
        let names: Vec<&str> = match names {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
            _ => return None,
        };
        for name in names {
            all.push(match (kind.as_str(), name) {
                ("AWS", "*") => Named::Anyone,
                ("AWS", account) if account.len() == 12 => Named::Account(account.to_owned()),
                ("AWS", arn) => match arn.strip_suffix(":root") {
                    Some(account) => Named::Account(account.rsplit(':').next()?.to_owned()),
                    None => Named::Role(arn.to_owned()),
                },
                ("Service", service) => Named::Service(service.to_owned()),
                _ => return None,
            });
        }
    }
    Some(all)
}

/// The principal of a request; it is not compared, but must be there.
fn identity(requester: &Requester) -> Identity {
    match requester {
        Requester::Role(arn) => Identity::Aws(PrincipalId::String(arn.clone())),
        Requester::Administrator(account) => Identity::Aws(PrincipalId::String(account.clone())),
        Requester::Service(service) => Identity::Service(PrincipalId::String(service.clone())),
        Requester::Anonymous => Identity::Wildcard,
    }
}

fn context(request: &Request) -> Context {
    let mut context = Context::new();
    for (key, value) in &request.context {
        let value = match value {
            ContextValue::Text(text) => iam_rs::ContextValue::String(text.clone()),
            ContextValue::Texts(texts) => iam_rs::ContextValue::StringList(texts.clone()),
            ContextValue::Flag(flag) => iam_rs::ContextValue::Boolean(*flag),
        };
        context.insert(key.to_lowercase(), value);
    }
    context
}

#[cfg(test)]
mod tests;
