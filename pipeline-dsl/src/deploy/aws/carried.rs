//! What a request carries that nobody else may read: the keys that it is signed with, its signature, its tokens.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::deploy::printable::HIDDEN;

/// Headers that hold a token, beside `Authorization`: of a session, of IAM Identity Center, of the metadata service.
const TOKENS: &[&str] = &[
    "x-amz-security-token",
    "x-amz-sso_bearer_token",
    "x-aws-ec2-metadata-token",
];

/// No key is shorter; what is shorter are the accounts that the local cloud and emulators take as keys.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>
const SHORTEST: usize = 16;

/// The secrets of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carried(Vec<String>);

impl Carried {
    pub(crate) fn by(request: &HttpRequest) -> Self {
        let header = |name| request.headers().get(name).unwrap_or_default();
        let authorization = header("authorization");
        let mut secrets: Vec<&str> = TOKENS.iter().map(|name| header(name)).collect();
        for part in authorization.split([' ', ',']) {
            let (name, value) = part.split_once('=').unwrap_or(("", part));
            secrets.push(match name {
                "Credential" => value.split('/').next().unwrap_or_default(),
                "Signature" => value,
                "SignedHeaders" => "",
                _ => part,
            });
        }
        let mut secrets: Vec<String> = secrets
            .into_iter()
            // The name of the algorithm is none.
            .filter(|secret| secret.len() >= SHORTEST && !secret.starts_with("AWS4-"))
            .map(ToOwned::to_owned)
            .collect();
        // One may be the beginning of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// A text without them.
    pub(crate) fn hide(&self, text: &str) -> String {
        let hide = |text: String, secret: &String| {
            if text.contains(secret.as_str()) {
                text.replace(secret.as_str(), HIDDEN)
            } else {
                text
            }
        };
        self.0.iter().fold(text.to_owned(), hide)
    }

    /// Whether a text holds one of them.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    use super::Carried;

    fn carried(headers: &[(&'static str, &'static str)]) -> Carried {
        let mut request = HttpRequest::new(SdkBody::empty());
        for (name, value) in headers {
            request.headers_mut().insert(*name, *value);
        }
        Carried::by(&request)
    }

    #[test]
    fn keys_signatures_and_tokens_are_hidden() {
        let carried = carried(&[
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260101/us-east-1/sts/aws4_request, \
                 SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe",
            ),
            ("x-amz-security-token", "IQoJb3JpZ2luX2VjEXAMPLE+/="),
        ]);
        let echoed = "ASIAIOSFODNN7EXAMPLE IQoJb3JpZ2luX2VjEXAMPLE+/= fe5f80f77d5fa3beca038a248ff027d0445342fe \
                      host;x-amz-date;x-amz-security-token";
        assert!(carried.is_in(echoed));
        assert_eq!(
            carried.hide(echoed),
            "(hidden) (hidden) (hidden) host;x-amz-date;x-amz-security-token"
        );
    }

    #[test]
    fn an_account_that_is_a_key_is_no_secret() {
        let carried = carried(&[(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sts/aws4_request",
        )]);
        assert!(!carried.is_in("arn:aws:iam::111111111111:root"));
    }
}
