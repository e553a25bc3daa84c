use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

use iam_rs::{
    Arn, Context, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal as Identity, PrincipalId,
};
use serde_json::{Map, Value};

use super::document::Effect;
use super::request::{ContextValue, Request, Requester};

/// A statement of a policy as it was written, ready to be asked whether it applies to a request.
///
/// Actions, resources and conditions are matched by `iam-rs`; principals by [`Rule::names`], because what it means to be
/// named depends on the kind of policy.
#[derive(Clone)]
pub struct Rule {
    sid: Arc<str>,
    effect: Effect,
    principals: Vec<Named>,
    /// Its actions in small letters; none where it names those that it is not about.
    actions: Option<Vec<String>>,
    /// Its resources; none where it names those that it is not about, or where they depend on the request.
    resources: Option<Vec<String>>,
    statement: Value,
    evaluator: PolicyEvaluator,
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rule")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// A request that is asked of many statements: what they all need of it is made once.
pub struct PreparedRequest<'a> {
    request: &'a Request,
    /// What AWS adds to it, found only when some statement looks so far.
    circumstances: Option<&'a dyn Fn(&Request) -> Request>,
    /// Its action in small letters.
    action: String,
    /// As `iam-rs` takes it; none where the resource is not one.
    asked: OnceCell<Option<IAMRequest>>,
}

impl fmt::Debug for PreparedRequest<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("PreparedRequest")
            .field(self.request)
            .finish()
    }
}

impl<'a> PreparedRequest<'a> {
    /// The request, ready to be asked.
    pub fn of(request: &'a Request) -> Self {
        Self {
            request,
            circumstances: None,
            action: request.action.to_ascii_lowercase(),
            asked: OnceCell::new(),
        }
    }

    /// The same with what AWS adds to it.
    #[must_use]
    pub fn in_circumstances(mut self, circumstances: &'a dyn Fn(&Request) -> Request) -> Self {
        self.circumstances = Some(circumstances);
        self
    }

    /// The request itself.
    pub fn request(&self) -> &'a Request {
        self.request
    }

    fn asked(&self) -> Option<&IAMRequest> {
        let asked = self.asked.get_or_init(|| {
            // What is asked of no one resource, `*` alone allows.
            let resource = match self.request.resource.as_str() {
                "*" => NO_RESOURCE,
                resource => resource,
            };
            Some(IAMRequest::new_with_context(
                identity(&self.request.requester),
                self.request.action.clone(),
                Arn::parse(&with_numbered_account(resource)).ok()?,
                match self.circumstances {
                    Some(circumstances) => context(&circumstances(self.request)),
                    None => context(self.request),
                },
            ))
        });
        asked.as_ref()
    }
}

/// Who is named as a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Anyone,
    /// All of an account, as far as its own policies let them.
    Account(String),
    Role(String),
    Service(String),
    Federated(String),
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
        let policy: Result<IAMPolicy, _> = serde_json::from_value(Value::Object(policy));
        let policy = policy.map_err(|error| malformed(&error.to_string()))?;
        Ok(Self {
            sid: fields
                .get("Sid")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .into(),
            effect,
            principals,
            actions: actions(fields),
            resources: resources(fields),
            statement: statement.clone(),
            evaluator: PolicyEvaluator::with_policies(vec![policy]),
        })
    }

    /// What it is called.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// The same, for those who keep it.
    pub(crate) fn shared_sid(&self) -> Arc<str> {
        Arc::clone(&self.sid)
    }

    /// Whether it grants or refuses.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The services that it names as principals.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().filter_map(|named| match named {
            Named::Service(service) => Some(service.as_str()),
            Named::Anyone | Named::Account(_) | Named::Role(_) | Named::Federated(_) => None,
        })
    }

    /// Its actions, in small letters; none where it names those that it is not about.
    pub fn actions(&self) -> Option<&[String]> {
        self.actions.as_deref()
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
            (Named::Federated(named), Requester::Federated(provider)) => named == provider,
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
        self.applies_to(&PreparedRequest::of(request))
    }

    /// The same of a request that is asked of many statements.
    pub fn applies_to(&self, request: &PreparedRequest<'_>) -> bool {
        // Most statements are about something else: say so before anything is copied.
        let is_one_of = |text: &str, patterns: &[String]| patterns.iter().any(|each| is_like(text, each));
        if let Some(actions) = &self.actions
            && !is_one_of(&request.action, actions)
        {
            return false;
        }
        if let Some(resources) = &self.resources
            && !is_one_of(&request.request.resource, resources)
        {
            return false;
        }
        let Some(asked) = request.asked() else {
            return self.effect == Effect::Deny;
        };
        match self.evaluator.evaluate(asked) {
            Ok(result) => result.decision == Decision::Allow,
            Err(_) => self.effect == Effect::Deny,
        }
    }
}

/// Whether a text is one of those that a pattern with `*` and `?` stands for; `?` is any one byte.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut at, mut of) = (0, 0);
    // Where the last `*` is, and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(at) {
        match pattern.get(of) {
            Some(b'*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(expected) if *expected == b'?' || expected == byte => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((position, taken)) => {
                    star = Some((position, taken + 1));
                    (of, at) = (position + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(of..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// What may match at all; `iam-rs` has the last word.
fn resources(fields: &Map<String, Value>) -> Option<Vec<String>> {
    let listed = match fields.get("Resource")? {
        Value::Array(resources) => resources
            .iter()
            .map(|resource| Some(resource.as_str()?.to_owned()))
            .collect::<Option<Vec<String>>>()?,
        resource => vec![resource.as_str()?.to_owned()],
    };
    // A variable stands for what is in the request.
    (!listed.iter().any(|resource| resource.contains("${"))).then_some(listed)
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
                ("Federated", provider) => Named::Federated(provider.to_owned()),
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
        Requester::Federated(provider) => Identity::Federated(PrincipalId::String(provider.clone())),
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
