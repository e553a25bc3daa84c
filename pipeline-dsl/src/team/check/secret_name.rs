//! The six characters that Secrets Manager adds to the name of a secret in its ARN.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html>

/// Whether a name ends as Secrets Manager ends it; `mailer-secret` is a name.
pub(super) fn has_suffix(name: &str) -> bool {
    let Some((_, suffix)) = name.rsplit_once('-') else {
        return false;
    };
    suffix.len() == 6
        && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !suffix.bytes().all(|byte| byte.is_ascii_lowercase())
}
