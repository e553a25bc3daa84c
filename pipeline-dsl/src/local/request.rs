//! A request in AWS's query protocol: a form in the body, account and region in the signature.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::collections::BTreeMap;

use super::response::ApiError;

/// A request, as far as it matters here.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) service: String,
    pub(super) account: String,
    pub(super) region: String,
    parameters: BTreeMap<String, String>,
}

/// The session keys that [`super::sts`] gives out begin with this, and the account follows.
pub(super) const SESSION_KEY_PREFIX: &str = "ASIALOCAL";

impl Request {
    /// Reads the signature and the form.
    pub(super) fn parse(authorization: &str, body: &[u8]) -> Result<Self, ApiError> {
        // AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …
        let credential = authorization
            .split("Credential=")
            .nth(1)
            .and_then(|rest| rest.split(',').next())
            .ok_or_else(|| ApiError::denied("MissingAuthenticationToken", "the request is not signed"))?;
        let mut parts = credential.split('/');
        let (key, _date) = (parts.next().unwrap_or_default(), parts.next());
        let (Some(region), Some(service)) = (parts.next(), parts.next()) else {
            return Err(ApiError::denied(
                "IncompleteSignature",
                "the credential has no scope",
            ));
        };
        let account = key.strip_prefix(SESSION_KEY_PREFIX).unwrap_or(key);
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ApiError::denied(
                "InvalidClientTokenId",
                "The security token included in the request is invalid: the local cloud takes a 12-digit \
                 account as access key",
            ));
        }
        Ok(Self {
            service: service.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            parameters: form_urlencoded::parse(body).into_owned().collect(),
        })
    }

    /// A parameter that need not be there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    pub(super) fn require(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            ApiError::validation(format!("1 validation error detected: {name} must not be null"))
        })
    }

    /// The members of a list of strings: `Capabilities.member.1`, `.2`, …
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|index| self.get(&format!("{name}.member.{index}")))
            .collect()
    }

    /// The members of a list of pairs: `Tags.member.1.Key` and `.Value`.
    pub(super) fn pairs(&self, name: &str, key: &str, value: &str) -> BTreeMap<String, String> {
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
}
