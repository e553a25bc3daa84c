//! What a failed call says: AWS's own words, and never a whole answer, which may hold credentials.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::carried::Carried;
use crate::deploy::printable::{chain, printable};

/// A call that AWS refused, or that did not reach it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {message}")]
pub struct CallError {
    operation: &'static str,
    code: Option<String>,
    message: String,
    /// Of the answer, where there was one.
    status: Option<u16>,
    kind: CallErrorKind,
}

/// What a failed call means for whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// It may succeed later: throttling, an error of the server, no answer. It may have taken effect all the same.
    Transient,
    /// The credentials have expired; new ones may do.
    Expired,
    /// There are no credentials to make a call with.
    NoCredentials,
    /// What it was about has changed in between: look again.
    Conflict,
    /// What it was about is not there.
    Missing,
    /// It will fail again.
    Permanent,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>
const TRANSIENT: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
];

const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// What CloudFormation says of a change set or a stack that somebody else was quicker with.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html#API_ExecuteChangeSet_Errors>
const CONFLICTS: &[&str] = &[
    "AlreadyExistsException",
    "ChangeSetNotFound",
    "ChangeSetNotFoundException",
    "InvalidChangeSetStatus",
    "InvalidChangeSetStatusException",
    "OperationInProgressException",
    "TokenAlreadyExistsException",
    // Buckets of S3: made by another run of ours, or being made.
    "BucketAlreadyOwnedByYou",
    "OperationAborted",
];

impl CallError {
    #[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
    pub(crate) fn of<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.code().map(str::to_owned);
        let kind = match &error {
            _ if of_credentials(&error) => CallErrorKind::NoCredentials,
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => CallErrorKind::Transient,
            SdkError::DispatchFailure(failure) => {
                let lost = failure.is_io() || failure.is_timeout() || failure.as_other().is_some();
                if lost {
                    CallErrorKind::Transient
                } else {
                    CallErrorKind::Permanent
                }
            }
            SdkError::ServiceError(refused) => kind_of(
                refused.raw().status().as_u16(),
                error.code().unwrap_or_default(),
                error.message().unwrap_or_default(),
            ),
            _ => CallErrorKind::Permanent,
        };
        let message = match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{message} ({code})"),
            (Some(code), None) => code.to_owned(),
            _ => match &error {
                SdkError::TimeoutError(_) => "no answer in time".to_owned(),
                SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                    Some(error) => std::error::Error::source(error).map(chain).unwrap_or_default(),
                    None => chain(&error),
                },
                SdkError::ResponseError(unreadable) => {
                    let (status, bytes) = told(unreadable.raw());
                    format!(
                        "an answer with status {status} and {bytes} bytes, which are not what is answered to this call"
                    )
                }
                SdkError::ServiceError(refused) => {
                    let (status, bytes) = told(refused.raw());
                    match status {
                        200..300 => format!(
                            "an answer with status {status} and {bytes} bytes, which are not what is answered to this call"
                        ),
                        _ => {
                            format!("an answer with status {status} and {bytes} bytes, which give no reason")
                        }
                    }
                }
                _ => chain(&error),
            },
        };
        let carried = error
            .raw_response()
            .and_then(|response| response.extension::<Carried>());
        let without_secrets = |text: &str| match carried {
            // A part of a secret may be left where the text is cut.
            Some(carried) => carried.hide_parts(&printable(&carried.hide(text))),
            None => printable(text),
        };
        let message = without_secrets(&message);
        Self {
            operation,
            code: code.map(|code| without_secrets(&code)),
            status: error.raw_response().map(|response| response.status().as_u16()),
            message,
            kind,
        }
    }

    /// A part of a call that AWS refused, though not the call.
    pub(crate) fn refused(operation: &'static str, code: &str, message: &str) -> Self {
        Self {
            operation,
            kind: kind_of(400, code, message),
            message: printable(&format!("{message} ({code})")),
            code: Some(printable(code)),
            status: None,
        }
    }

    /// An answer that is not what is answered to this call: a listing that does not end, for one.
    pub(crate) fn unreadable(operation: &'static str, text: &str) -> Self {
        Self {
            operation,
            code: None,
            status: None,
            message: text.to_owned(),
            kind: CallErrorKind::Permanent,
        }
    }

    /// What to do about a call that may succeed later.
    pub(crate) fn mend(&self) -> &'static str {
        match self.status {
            _ if self.code().is_some_and(|code| TRANSIENT.contains(&code)) => {
                "AWS takes no more calls of this account for now: run again later, with a smaller `--concurrency`"
            }
            Some(500..) => {
                "look at https://health.aws.amazon.com, and at the endpoint (`AWS_ENDPOINT_URL`); running again goes on from here"
            }
            _ => {
                "look at the network, at the endpoint (`AWS_ENDPOINT_URL`, `--endpoint-url`) and at the proxy (`HTTPS_PROXY`); \
                 running again goes on from here"
            }
        }
    }

    /// What to do about a call that will fail again, where its error does not say it.
    pub(in crate::deploy) fn refusal_mend(&self) -> Option<&'static str> {
        match self.code() {
            // Without a code it is no answer of AWS's.
            None => Some(
                "look at the endpoint (`AWS_ENDPOINT_URL`, `--endpoint-url`) and at the proxy (`HTTPS_PROXY`): what answers is not \
                 AWS",
            ),
            Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation") => Some(
                "let whoever deploys do that there (docs/deployment.md lists the permissions), or name a role or a profile that \
                 may (`--role`, `--profile`)",
            ),
            Some(_) => None,
        }
    }

    /// What was asked.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// AWS's code for it, where AWS answered.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether the call is not known there: some emulators know fewer than AWS.
    pub(crate) fn is_unknown_call(&self) -> bool {
        matches!(
            self.code(),
            Some("InvalidAction" | "UnknownOperationException" | "NotImplemented")
        )
    }

    /// What it means for whoever made the call.
    pub fn kind(&self) -> CallErrorKind {
        self.kind
    }
}

/// Whether there was no credential to sign a call with.
fn of_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<CredentialsError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The status of an answer, and how much it holds.
fn told(response: &HttpResponse) -> (u16, usize) {
    let bytes = response.body().bytes().unwrap_or_default();
    (response.status().as_u16(), bytes.len())
}

fn kind_of(status: u16, code: &str, message: &str) -> CallErrorKind {
    if status >= 500 || matches!(status, 408 | 429) || TRANSIENT.contains(&code) {
        return CallErrorKind::Transient;
    }
    if EXPIRED.contains(&code) {
        return CallErrorKind::Expired;
    }
    if CONFLICTS.contains(&code) {
        return CallErrorKind::Conflict;
    }
    // Without a code it is no answer of AWS's: nobody said that anything is missing.
    if status == 404 && !code.is_empty() {
        return CallErrorKind::Missing;
    }
    // These have no codes of their own.
    if code == "ValidationError" {
        if message.contains("Rate exceeded") {
            return CallErrorKind::Transient;
        }
        if message.contains("does not exist") {
            return CallErrorKind::Missing;
        }
        let moved = [
            "_IN_PROGRESS",
            "_COMPLETE state",
            "_FAILED state",
            "already exists and cannot be created",
        ];
        if moved.iter().any(|moved| message.contains(moved)) {
            return CallErrorKind::Conflict;
        }
    }
    CallErrorKind::Permanent
}

#[cfg(test)]
mod tests {
    use super::{CallErrorKind, kind_of};

    #[test]
    fn what_a_failed_call_means() {
        for (code, message, kind) in [
            ("Throttling", "Rate exceeded", CallErrorKind::Transient),
            ("ValidationError", "Rate exceeded", CallErrorKind::Transient),
            (
                "ExpiredToken",
                "The security token included in the request is expired",
                CallErrorKind::Expired,
            ),
            (
                "ChangeSetNotFound",
                "ChangeSet [x] does not exist",
                CallErrorKind::Conflict,
            ),
            (
                "ValidationError",
                "Stack with id x does not exist",
                CallErrorKind::Missing,
            ),
            (
                "ValidationError",
                "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.",
                CallErrorKind::Conflict,
            ),
            (
                "ValidationError",
                "Stack:arn is in ROLLBACK_COMPLETE state and can not be updated.",
                CallErrorKind::Conflict,
            ),
            (
                "ValidationError",
                "Parameters: [A] must have values",
                CallErrorKind::Permanent,
            ),
            ("AccessDenied", "User is not authorized", CallErrorKind::Permanent),
        ] {
            assert_eq!(kind_of(400, code, message), kind, "{code}: {message}");
        }
        assert_eq!(kind_of(503, "ServiceUnavailable", ""), CallErrorKind::Transient);
        assert_eq!(kind_of(404, "NoSuchBucket", ""), CallErrorKind::Missing);
        assert_eq!(kind_of(404, "", ""), CallErrorKind::Permanent);
    }
}
