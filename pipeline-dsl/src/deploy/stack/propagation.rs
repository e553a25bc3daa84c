//! Failures that may pass by themselves: a role or a policy that was made a moment ago is not known everywhere yet.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency>

/// What services say of a principal that they do not know, or may not act as, in small letters.
const SAYINGS: &[&str] = &[
    // CodeBuild asks with the project's role whether it may use the connection, and says this of a policy of that role that
    // is too new: at `CreateWebhook` and at `CreateProject`.
    // https://github.com/aws/aws-cdk/issues/31726
    // https://github.com/aws/aws-cdk/issues/38504
    "access denied to connection",
    "user is not authorized to access connection",
    "cannot be assumed",
    "invalid principal",
    "invalid principals",
    "is not authorized to perform assumerole",
    "not authorized to perform: sts:assumerole",
    "principal could not be found",
    "the role defined for the function cannot be assumed",
    "does not exist or is not attachable",
];

/// Whether the same may succeed a little later. Only worth trying where something that is needed is new, or a role of the stack
/// itself.
pub(crate) fn may_pass(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    SAYINGS.iter().any(|saying| reason.contains(saying))
}

#[cfg(test)]
mod tests {
    use super::may_pass;

    #[test]
    fn only_what_is_said_of_new_principals() {
        assert!(may_pass(
            "Invalid principal in policy (Service: S3, Status Code: 400)"
        ));
        assert!(may_pass(
            "Policy contains a statement with one or more invalid principals."
        ));
        assert!(may_pass(
            "CodePipeline is not authorized to perform AssumeRole on role arn:aws:iam::1:role/a"
        ));
        assert!(may_pass(
            "Failed to call CreateWebhook, reason: Access denied to connection \
             arn:aws:codeconnections:us-west-2:111111111111:connection/a (Service: AWSCodeBuild; Status Code: 400; \
             Error Code: InvalidInputException)"
        ));
        assert!(may_pass(
            "User is not authorized to access connection arn:aws:codeconnections:us-east-1:111111111111:connection/a \
             (Service: AWSCodeBuild; Status Code: 400; Error Code: OAuthProviderException)"
        ));
        assert!(!may_pass("acme-builds already exists"));
    }
}
