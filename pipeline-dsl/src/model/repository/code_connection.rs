use std::borrow::Cow;
use std::fmt;

use crate::model::literal_text::same;
use crate::model::literal_text::skip;
use crate::model::panic_message::PanicMessage;
use crate::model::region::Region;

const RULE: &str = "is not the ARN of a connection: copy it from the console, such as \
                    `arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d`";

const OTHER_PARTITION: &str =
    "is the ARN of a connection in a region of another partition than it names: copy it from the console";

/// Where a repository lives, as CodeBuild names its source types.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// github.com
    GitHub,
    /// gitlab.com
    GitLab,
    /// bitbucket.org
    Bitbucket,
}

impl Provider {
    /// The source type of a CodeBuild project.
    pub const fn source_type(self) -> &'static str {
        match self {
            Self::GitHub => "GITHUB",
            Self::GitLab => "GITLAB",
            Self::Bitbucket => "BITBUCKET",
        }
    }

    /// The address of `owner/name`, as CodeBuild clones it.
    pub fn clone_url(self, repository: &str) -> String {
        format!("{}{repository}.git", self.base_url())
    }

    /// Whether a repository there can be in groups of groups, `group/group/name`.
    pub const fn has_subgroups(self) -> bool {
        match self {
            Self::GitLab => true,
            Self::GitHub | Self::Bitbucket => false,
        }
    }

    /// What every repository's address there begins with.
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::GitHub => "https://github.com/",
            Self::GitLab => "https://gitlab.com/",
            Self::Bitbucket => "https://bitbucket.org/",
        }
    }
}

/// A CodeConnections connection that somebody has authorized in the console.
///
/// It is named, not created: CloudFormation can only create a *pending* connection, a person has to finish
/// it, and CodeBuild cannot make the webhook before that. One connection serves every repository.
/// <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-create.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    provider: Provider,
    arn: Cow<'static, str>,
}

/// The text is not the ARN of a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` {rule}", rule = problem(.0.as_bytes()).unwrap_or(RULE))]
pub struct InvalidConnection(String);

impl Connection {
    /// A connection to GitHub, by its ARN.
    ///
    /// # Panics
    /// When the text is not such an ARN. In a `const` that is a compile error at the literal.
    #[track_caller]
    pub const fn github(arn: &'static str) -> Self {
        Self::declared(Provider::GitHub, arn)
    }

    /// A connection to GitLab, by its ARN.
    ///
    /// # Panics
    /// As [`Connection::github`].
    #[track_caller]
    pub const fn gitlab(arn: &'static str) -> Self {
        Self::declared(Provider::GitLab, arn)
    }

    /// A connection to Bitbucket, by its ARN.
    ///
    /// # Panics
    /// As [`Connection::github`].
    #[track_caller]
    pub const fn bitbucket(arn: &'static str) -> Self {
        Self::declared(Provider::Bitbucket, arn)
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    const fn declared(provider: Provider, arn: &'static str) -> Self {
        if let Some(problem) = problem(arn.as_bytes()) {
            panic!("{}", PanicMessage::this(problem).as_str());
        }
        Self {
            provider,
            arn: Cow::Borrowed(arn),
        }
    }

    /// For an ARN read from a list at compile time: `place` says where in it, `developers.toml:2:11`.
    ///
    /// # Panics
    /// As [`Connection::github`], with the place in the message.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn included(provider: Provider, arn: &'static str, place: &str) -> Self {
        if let Some(problem) = problem(arn.as_bytes()) {
            panic!("{}", PanicMessage::at(place, arn, problem).as_str());
        }
        Self {
            provider,
            arn: Cow::Borrowed(arn),
        }
    }

    /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
    /// reports the mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(provider: Provider, arn: &'static str) -> Self {
        Self {
            provider,
            arn: Cow::Borrowed(if problem(arn.as_bytes()).is_none() {
                arn
            } else {
                "arn:aws:codeconnections:us-east-1:000000000000:connection/none"
            }),
        }
    }

    /// A connection whose ARN is known at run time.
    ///
    /// # Errors
    /// When the text is not the ARN of a connection.
    pub fn parse(provider: Provider, arn: impl Into<String>) -> Result<Self, InvalidConnection> {
        let arn = arn.into();
        if problem(arn.as_bytes()).is_none() {
            Ok(Self {
                provider,
                arn: Cow::Owned(arn),
            })
        } else {
            Err(InvalidConnection(arn))
        }
    }

    /// The prefix of the actions on connections, and of their ARNs.
    pub const SERVICE: &'static str = "codeconnections";
    /// The prefix of connections that were made before 2024.
    pub const EARLIER_SERVICE: &'static str = "codestar-connections";

    /// The prefix that this connection has.
    pub fn service(&self) -> &'static str {
        if self.arn.split(':').nth(2) == Some(Self::EARLIER_SERVICE) {
            Self::EARLIER_SERVICE
        } else {
            Self::SERVICE
        }
    }

    /// Where its repositories live.
    pub const fn provider(&self) -> Provider {
        self.provider
    }

    /// The account that it is in, which is the one that uses it.
    pub fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

/// What is wrong with the ARN of a connection; nothing where it is one, of a region that there is.
const fn problem(arn: &[u8]) -> Option<&'static str> {
    if !is_connection(arn) {
        return Some(RULE);
    }
    let Some(partition) = skip(arn, b"arn:") else {
        return Some(RULE);
    };
    let (partition, service) = up_to_colon(partition);
    let (_, region) = up_to_colon(service);
    let (region, _) = up_to_colon(region);
    let Ok(name) = str::from_utf8(region) else {
        return Some(RULE);
    };
    match Region::parse(name) {
        None => Some(Region::mend(name)),
        Some(region) if same(region.partition().as_str().as_bytes(), partition) => None,
        Some(_) => Some(OTHER_PARTITION),
    }
}

/// What stands before the first colon, and what behind it.
const fn up_to_colon(text: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        if *byte == b':' {
            let (before, _) = text.split_at(text.len() - rest.len());
            return (before, tail);
        }
        rest = tail;
    }
    (text, rest)
}

/// `arn:<partition>:codeconnections|codestar-connections:<region>:<12 digits>:connection/<id>`:
/// connections made before 2024 keep the older prefix.
const fn is_connection(arn: &[u8]) -> bool {
    let Some(rest) = skip(arn, b"arn:aws") else {
        return false;
    };
    let Some(rest) = behind_colon(rest, Allowed::Lower) else {
        return false;
    };
    let ((Some(region), _) | (None, Some(region))) = (
        skip(rest, b"codeconnections:"),
        skip(rest, b"codestar-connections:"),
    ) else {
        return false;
    };
    let Some(account) = behind_colon(region, Allowed::Lower) else {
        return false;
    };
    let Some(resource) = behind_colon(account, Allowed::Digits) else {
        return false;
    };
    if account.len() - resource.len() != 13 {
        return false;
    }
    let Some(mut id) = skip(resource, b"connection/") else {
        return false;
    };
    if id.is_empty() {
        return false;
    }
    while let [byte, rest @ ..] = id {
        if !matches!(*byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        id = rest;
    }
    true
}

#[derive(Clone, Copy)]
enum Allowed {
    Lower,
    Digits,
}

const fn behind_colon(mut text: &[u8], allowed: Allowed) -> Option<&[u8]> {
    while let [byte, rest @ ..] = text {
        text = rest;
        match (*byte, &allowed) {
            (b':', _) => return Some(text),
            (b'0'..=b'9', _) | (b'a'..=b'z' | b'-', Allowed::Lower) => {}
            _ => return None,
        }
    }
    None
}

impl fmt::Display for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::{Connection, Provider};

    #[test]
    fn accepts_both_prefixes() {
        for arn in [
            "arn:aws:codeconnections:us-east-1:111111111111:connection/aEXAMPLE-8aad",
            "arn:aws-us-gov:codestar-connections:us-gov-west-1:111111111111:connection/0",
        ] {
            let arn = arn.to_lowercase();
            assert!(Connection::parse(Provider::GitHub, arn.as_str()).is_ok(), "{arn}");
        }
    }

    #[test]
    fn refuses_other_arns() {
        for arn in [
            "",
            "arn:aws:codeconnections:us-east-1:111111111111:connection/",
            "arn:aws:codeconnections:us-east-1:1111:connection/a",
            "arn:aws:iam::111111111111:role/connection/a",
            "arn:aws:codeconnections:us-east-1:111111111111:host/a",
        ] {
            assert!(Connection::parse(Provider::GitHub, arn).is_err(), "{arn}");
        }
    }

    #[test]
    fn knows_the_region() {
        let mistake = |arn: &str| Connection::parse(Provider::GitHub, arn).unwrap_err().to_string();
        let slip = mistake("arn:aws:codeconnections:eu-cental-1:111111111111:connection/a");
        assert!(
            slip.ends_with("is not an AWS region: did you mean `eu-central-1`?"),
            "{slip}"
        );
        let other = mistake("arn:aws:codeconnections:cn-north-1:111111111111:connection/a");
        assert!(other.contains("another partition"), "{other}");
    }
}
