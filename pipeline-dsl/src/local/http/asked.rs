//! What was asked of the cloud.

use super::call::Call;
use super::credential::Credential;

/// A call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// The action; of S3, the method.
    pub action: String,
    /// The account of the caller.
    pub account: String,
    /// The region.
    pub region: String,
    /// The name of the stack that it is about, or of the bucket; nothing where it is about none.
    pub stack: String,
}

impl Asked {
    pub(crate) fn of(call: &Call) -> Self {
        let Ok(credential) = Credential::of(call) else {
            return Self::default();
        };
        let Credential {
            account,
            region,
            service,
            ..
        } = credential;
        if service == "s3" {
            return Self {
                action: call.method.clone(),
                account,
                region,
                stack: call.path.clone(),
            };
        }
        let mut asked = Self {
            account,
            region,
            ..Self::default()
        };
        let mut change_set = String::new();
        for (name, value) in form_urlencoded::parse(&call.body) {
            match name.as_ref() {
                "Action" => asked.action = value.into_owned(),
                "StackName" => stack_name(&value).clone_into(&mut asked.stack),
                "ChangeSetName" => change_set = value.into_owned(),
                _ => {}
            }
        }
        if asked.stack.is_empty() {
            asked.stack = change_set;
        }
        asked
    }

    /// Whether it changes anything.
    pub fn is_write(&self) -> bool {
        let reads = ["Describe", "List", "Get", "HEAD", "AssumeRole"];
        !reads.iter().any(|read| self.action.starts_with(read))
    }
}

/// The name in a stack's ARN.
fn stack_name(name_or_id: &str) -> &str {
    match name_or_id.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or_default(),
        None => name_or_id,
    }
}
