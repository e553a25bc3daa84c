//! A request in AWS's query protocol: a form in the body, account and region in the signature.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::collections::BTreeMap;

use super::call::Call;
use super::credential::Credential;
use super::response::ApiError;

/// A request, as far as it matters here.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) account: String,
    pub(crate) region: String,
    parameters: BTreeMap<String, String>,
}

impl Request {
    /// Reads the form.
    pub(crate) fn of(credential: &Credential, call: &Call) -> Self {
        let form = form_urlencoded::parse(&call.body).into_owned();
        let query = form_urlencoded::parse(call.query.as_bytes()).into_owned();
        let parameters = form.chain(query).collect();
        Self {
            account: credential.account.clone(),
            region: credential.region.clone(),
            parameters,
        }
    }

    /// Refuses a token that AWS would refuse.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html>
    pub(crate) fn check_tokens(&self) -> Result<(), ApiError> {
        let good = |token: &str| {
            token.len() <= 128
                && token.starts_with(|c: char| c.is_ascii_alphanumeric())
                && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        for name in ["ClientToken", "ClientRequestToken"] {
            if let Some(token) = self.get(name).filter(|token| !good(token)) {
                return Err(ApiError::validation(format!(
                    "1 validation error detected: Value '{token}' at '{name}' failed to satisfy constraint: Member must \
                     satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
                )));
            }
        }
        Ok(())
    }

    /// Refuses what is about another account's stack: CloudFormation knows no way to share one.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
    pub(crate) fn check_account(&self, action: &str) -> Result<(), ApiError> {
        for name in ["StackName", "ChangeSetName"] {
            let arn = self.get(name).filter(|value| value.starts_with("arn:"));
            let account = arn.and_then(|arn| arn.split(':').nth(4));
            if let (Some(arn), true) = (arn, account != Some(self.account.as_str())) {
                return Err(ApiError::denied(
                    "AccessDenied",
                    format!(
                        "User: arn:aws:iam::{}:root is not authorized to perform: cloudformation:{action} on resource: {arn}",
                        self.account
                    ),
                ));
            }
        }
        Ok(())
    }

    /// A parameter that need not be there.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    pub(crate) fn require(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            ApiError::validation(format!("1 validation error detected: {name} must not be null"))
        })
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// The members of a list of strings: `Capabilities.member.1`, `.2`, …
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|index| self.get(&format!("{name}.member.{index}")))
            .collect()
    }

    /// The members of a list of pairs: `Tags.member.1.Key` and `.Value`.
    pub(crate) fn pairs(&self, name: &str, key: &str, value: &str) -> BTreeMap<String, String> {
        (1..)
            .map_while(|index| {
                let key = self.get(&format!("{name}.member.{index}.{key}"))?;
                let value = self
                    .get(&format!("{name}.member.{index}.{value}"))
                    .unwrap_or_default();
                Some((key.to_owned(), value.to_owned()))
            })
            .collect()
    }

    /// The parameters whose previous value is wanted: `Parameters.member.1.UsePreviousValue`.
    pub(crate) fn previous(&self) -> Vec<&str> {
        (1..)
            .map_while(|index| {
                let key = self.get(&format!("Parameters.member.{index}.ParameterKey"))?;
                let previous = self.flag(&format!("Parameters.member.{index}.UsePreviousValue"));
                Some((key, previous))
            })
            .filter(|(_, previous)| *previous)
            .map(|(key, _)| key)
            .collect()
    }
}
