//! What AWS takes as a name, and what it says of any other.

use super::response::ApiError;
use crate::cloudformation::limits;

/// Whether a bucket can have this name.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(crate) fn is_bucket_name(name: &str) -> bool {
    const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
    const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    let outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| outer(byte) || byte == b'-' || byte == b'.';
    (3..=63).contains(&name.len())
        && name.bytes().all(inner)
        && name.bytes().next().is_some_and(outer)
        && name.bytes().last().is_some_and(outer)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
pub(crate) fn check_bucket(name: &str) -> Result<(), ApiError> {
    if is_bucket_name(name) {
        Ok(())
    } else {
        Err(ApiError::new(
            "InvalidBucketName",
            "The specified bucket is not valid.",
        ))
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub(crate) fn check_key(key: &str) -> Result<(), ApiError> {
    const LONGEST: usize = 1_024;
    if key.len() <= LONGEST {
        Ok(())
    } else {
        Err(ApiError::new("KeyTooLongError", "Your key is too long."))
    }
}

/// What SQS says of a name that no queue can have.
pub(crate) const NO_QUEUE_NAME: &str =
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";

/// Whether a standard queue can have this name.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
pub(crate) fn is_queue_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=80).contains(&name.len()) && name.bytes().all(inner)
}

pub(crate) fn check_queue(name: &str) -> Result<(), ApiError> {
    if is_queue_name(name) {
        Ok(())
    } else {
        Err(ApiError::new("InvalidParameterValue", NO_QUEUE_NAME))
    }
}

/// Whether it is made of the characters that IAM allows in names, at most so many.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(crate) fn is_iam_name(name: &str, longest: usize) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=longest).contains(&name.len()) && name.bytes().all(inner)
}

/// The name of a role's session.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub(crate) fn check_session(name: &str) -> Result<(), ApiError> {
    if name.len() >= 2 && is_iam_name(name, 64) {
        Ok(())
    } else {
        Err(does_not_match("roleSessionName", name, r"[\w+=,.@-]*"))
    }
}

/// The name of a stack, or of a change set.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
pub(crate) fn check_stack(parameter: &str, name: &str) -> Result<(), ApiError> {
    let good = name.len() <= limits::STACK_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if good {
        Ok(())
    } else {
        Err(does_not_match(parameter, name, "[a-zA-Z][-a-zA-Z0-9]*"))
    }
}

/// Whether a region can be called so; which ones there are is not asked.
pub(crate) fn is_region(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(inner)
}

fn does_not_match(parameter: &str, value: &str, pattern: &str) -> ApiError {
    ApiError::validation(format!(
        "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: {pattern}"
    ))
}

#[cfg(test)]
mod tests {
    use super::{check_session, check_stack, is_bucket_name, is_iam_name, is_queue_name, is_region};

    const PATHS: [&str; 6] = ["../../package", "/etc/passwd", "..", "a/b", "a\\b", "a\0b"];

    #[test]
    fn no_path_is_a_name() {
        for path in PATHS {
            assert!(!is_bucket_name(path), "{path}");
            assert!(!is_queue_name(path), "{path}");
            assert!(!is_iam_name(path, 64) || path == "..", "{path}");
            assert!(!is_region(path), "{path}");
            assert!(check_stack("stackName", path).is_err(), "{path}");
            assert!(check_session(path).is_err() || path == "..", "{path}");
        }
    }

    #[test]
    fn buckets_are_named_by_the_rules() {
        for name in [
            "abc",
            "a.b-c",
            "acme-build-111111111111-us-east-1-an",
            &"a".repeat(63),
        ] {
            assert!(is_bucket_name(name), "{name}");
        }
        for name in [
            "ab",
            "Abc",
            "-abc",
            "abc.",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "abc-s3alias",
            &"a".repeat(64),
        ] {
            assert!(!is_bucket_name(name), "{name}");
        }
    }

    #[test]
    fn queues_are_named_by_the_rules() {
        assert!(is_queue_name("a_B-9") && is_queue_name(&"a".repeat(80)));
        assert!(!is_queue_name("") && !is_queue_name("a.fifo") && !is_queue_name(&"a".repeat(81)));
    }
}
