//! Secrets that a build gets as environment variables: by reference, so that no template holds them.

use std::panic::Location;

use crate::diagnostic::SourceLocation;

/// A secret of Secrets Manager, in the account and region that builds: the team's build account, and for a fork the developer's
/// own, which has a secret of the same name.
///
/// The build's role may read this secret and no other, and decrypt it through Secrets Manager with whatever key it is
/// encrypted with.
///
/// ```
/// # use pipeline_dsl::prelude::*;
/// Secret::named("acme/npm").json_key("token");
/// ```
///
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager>
#[derive(Debug, Clone)]
pub struct Secret {
    pub(crate) name: String,
    pub(crate) json_key: Option<String>,
    pub(crate) location: SourceLocation,
}

impl Secret {
    /// The secret of this name, without the six characters that AWS puts behind it in the ARN.
    #[track_caller]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            json_key: None,
            location: Location::caller(),
        }
    }

    /// One value of a secret that is a JSON object; without, the secret is taken as it is.
    #[must_use]
    pub fn json_key(mut self, key: impl Into<String>) -> Self {
        self.json_key = Some(key.into());
        self
    }

    /// As CodeBuild takes it: `name:key`.
    pub(crate) fn reference(&self) -> String {
        match &self.json_key {
            Some(key) => format!("{}:{key}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A parameter of Systems Manager's Parameter Store, in the account and region that builds. A `SecureString` is decrypted.
///
/// ```
/// # use pipeline_dsl::prelude::*;
/// SsmParameter::named("/acme/license");
/// ```
///
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.parameter-store>
#[derive(Debug, Clone)]
pub struct SsmParameter {
    pub(crate) name: String,
    pub(crate) location: SourceLocation,
}

impl SsmParameter {
    /// The parameter of this name.
    #[track_caller]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            location: Location::caller(),
        }
    }
}
