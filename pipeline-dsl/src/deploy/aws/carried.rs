//! What a request carries that nobody else may read: the keys that it is signed with, its signature, its tokens.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>

use std::collections::HashSet;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::base64;

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

    /// A text of a few thousand characters without them and without parts of them, as they are or written otherwise: whoever
    /// repeats a request may cut it, or encode it.
    pub(super) fn hide_parts(&self, text: &str) -> String {
        let forms: Vec<Vec<u8>> = self.0.iter().flat_map(|secret| forms(secret)).collect();
        let parts: HashSet<&[u8]> = forms.iter().flat_map(|form| form.windows(PART)).collect();
        let bytes = text.as_bytes();
        let mut hidden = vec![false; bytes.len()];
        for (at, part) in bytes.windows(PART).enumerate() {
            if parts.contains(part)
                && let Some(range) = hidden.get_mut(at..at + PART)
            {
                range.fill(true);
            }
        }
        let mut shown = String::new();
        let mut before = false;
        for (at, character) in text.char_indices() {
            let hides = hidden.get(at) == Some(&true);
            match (hides, before) {
                (false, _) => shown.push(character),
                (true, false) => shown.push_str(HIDDEN),
                (true, true) => {}
            }
            before = hides;
        }
        shown
    }

    /// Whether a text holds one of them.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }
}

/// So many characters of a secret are a part of it: fewer may be anything.
const PART: usize = 10;

/// A text in hexadecimal digits.
fn digits(text: &str) -> String {
    let digits = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// A secret as it is, and as texts of errors write it: in other letters, backwards, and in the usual encodings.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let hexadecimal = digits(secret);
    let percent = secret.bytes().fold(String::new(), |mut written, byte| {
        if byte.is_ascii_alphanumeric() {
            written.push(char::from(byte));
        } else {
            written.push('%');
            written.push_str(&digits(&char::from(byte).to_string()).to_ascii_uppercase());
        }
        written
    });
    let mut forms = vec![
        secret.to_owned(),
        secret.to_ascii_uppercase(),
        secret.to_ascii_lowercase(),
        secret.chars().rev().collect(),
        hexadecimal.to_ascii_uppercase(),
        hexadecimal,
        percent.to_ascii_lowercase(),
        percent,
        secret.replace('/', "\\/"),
    ];
    // Where a secret begins within what is encoded in Base64, in three ways; its first and last digits are of its neighbours too.
    for before in 0..3 {
        let encoded = base64::encode([vec![0; before], secret.as_bytes().to_vec()].concat());
        let encoded = encoded.trim_end_matches('=');
        let own = encoded
            .get(4..encoded.len().saturating_sub(1))
            .unwrap_or_default();
        forms.push(own.to_owned());
        forms.push(own.replace('+', "-").replace('/', "_"));
    }
    forms.into_iter().map(String::into_bytes).collect()
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
    fn parts_and_other_ways_to_write_them_are_hidden_from_messages() {
        let token = "IQoJb3JpZ2luX2VjEXAMPLE+abcdefghij/klmnopqrstuvwxyz";
        let carried = carried(&[("x-amz-security-token", token)]);
        let encode = |text: String| aws_smithy_types::base64::encode(text);
        for written in [
            token.to_owned(),
            token.chars().take(30).collect(),
            token.chars().skip(20).collect(),
            token.to_uppercase(),
            token.chars().rev().collect(),
            token.replace('/', "%2F").replace('+', "%2B"),
            token.replace('/', "\\/"),
            super::digits(token),
        ] {
            let shown = carried.hide_parts(&format!("you sent {written}, and I do not like it"));
            assert_eq!(shown, "you sent (hidden), and I do not like it", "{written}");
        }
        for before in ["", "a", "ab"] {
            let written = encode(format!("{before}{token}"));
            let shown = carried.hide_parts(&written);
            assert!(shown.len() < 20, "{written}: {shown}");
        }
        let other = "User: arn:aws:iam::111111111111:user/jörg is not authorized to perform: cloudformation:DescribeStacks";
        assert_eq!(carried.hide_parts(other), other);
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
