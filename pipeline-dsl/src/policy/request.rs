use std::collections::BTreeMap;

/// Something that somebody wants to do: who, what, on what, and what AWS says about the circumstances.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub requester: Requester,
    /// What, `s3:GetObject`.
    pub action: String,
    /// On what: an ARN.
    pub resource: String,
    /// Condition keys with their values.
    pub context: BTreeMap<String, ContextValue>,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requester {
    /// A session of a role, by the role's ARN.
    Role(String),
    /// An administrator of an account: its own policies allow everything.
    Administrator(String),
    /// A service of AWS, `lambda.amazonaws.com`.
    Service(String),
    /// Whoever has a token of an identity provider, by the provider's ARN.
    Federated(String),
    /// Nobody in particular.
    Anonymous,
}

/// The value of a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// One text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// True or false.
    Flag(bool),
}

impl Request {
    /// A request without further circumstances.
    pub fn new(requester: Requester, action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            requester,
            action: action.into(),
            resource: resource.into(),
            context: BTreeMap::new(),
        }
    }

    /// The service that is asked, as actions name it: `s3`.
    pub fn service(&self) -> &str {
        self.action.split(':').next().unwrap_or_default()
    }

    /// Adds a condition key, whatever AWS sends: for the tests of how statements are matched. Everybody else says which
    /// call it is, [`Request::sent_on`].
    #[cfg(test)]
    #[must_use]
    pub(in crate::policy) fn with(mut self, key: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        self.context.insert(key.into(), value.into());
        self
    }
}

impl From<&str> for ContextValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for ContextValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for ContextValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for ContextValue {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<bool> for ContextValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl Requester {
    /// The account that the requester is of; services, tokens and nobody are of none.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Role(arn) => arn.split(':').nth(4),
            Self::Administrator(account) => Some(account),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }
}
