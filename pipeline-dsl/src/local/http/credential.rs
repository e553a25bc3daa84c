use super::call::Call;
use super::names::is_region;
use super::response::ApiError;

/// The session keys that [`crate::local::iam::sts`] gives out begin with this, and the account follows.
pub(crate) const SESSION_KEY_PREFIX: &str = "ASIALOCAL";

/// Who calls what, as the signature says; signatures themselves are not checked.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) service: String,
    /// The role whose session it is; otherwise an administrator of the account.
    pub(crate) role: Option<String>,
    /// Whether the policies were asked and let the request through, whosesoever the bucket is.
    pub(crate) permitted: bool,
}

/// The token of a session tells its role: `<role>|…`.
pub(crate) fn session_token(role: &str, session: &str, now: &str) -> String {
    format!("{role}|{session}|{now}")
}

impl Credential {
    /// AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/`aws4_request`, …
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        let credential = call
            .header("authorization")
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
                "The security token included in the request is invalid: the local cloud takes a 12-digit account as \
                 access key",
            ));
        }
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
        if !is_region(region) {
            return Err(ApiError::denied(
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region.",
            ));
        }
        Ok(Self {
            account: account.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            role: call
                .header("x-amz-security-token")
                .split_once('|')
                .map(|(role, _)| role.to_owned()),
            permitted: false,
        })
    }
}
