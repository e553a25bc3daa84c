//! What AWS's service authorization reference says of the actions that a policy can name: which types of resource each takes,
//! and which condition keys it has.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! The facts are in `authorization/reference.txt`, which `tools/service_authorization_reference.py` writes. They are of
//! [`date`]: an action that is not in them may be newer than they are.

mod api_names;
mod arn_format;
mod arn_parts;
mod fit;
mod grant_fit;
mod meant_arn;
mod misspelt;
mod principals;
mod table;

pub use arn_parts::ArnParts;
pub use fit::{Misfit, of_grant, of_request, of_statement};
pub use grant_fit::{GrantMisfit, misfits_of_grant};
pub use misspelt::nearest_action;
pub use principals::{nearest_principal, principal_of};
pub use table::{action, actions, date, knows_service};

use arn_format::meets;

/// What is known of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionFacts {
    service: &'static str,
    name: &'static str,
    takes: Vec<TakenType>,
    keys: &'static str,
}

/// A type of resource that an action takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenType {
    /// The type.
    pub r#type: ResourceType,
    /// Whether the action is always asked on one of it.
    pub required: bool,
}

/// A type of resource, as the service that has it tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// `log-group`
    pub name: &'static str,
    /// `arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}`
    pub arn: &'static str,
    keys: &'static str,
}

impl ActionFacts {
    /// The prefix of its service, `lambda`.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Its name, `CreateFunction`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The types of resource that it is asked on: without one, only `*` can be named in a policy.
    pub fn takes(&self) -> &[TakenType] {
        &self.takes
    }

    /// Whether it is always asked on some resource, and never on `*`.
    pub fn needs_resource(&self) -> bool {
        self.takes.iter().any(|taken| taken.required)
    }

    /// Whether it can be asked on what this ARN matches. The ARN may have wildcards, and `*` alone matches everything.
    pub fn is_asked_on(&self, arn: &str) -> bool {
        arn == "*" || self.takes.iter().any(|taken| meets(arn, taken.r#type.arn))
    }

    /// Whether a request for it can have this condition key. Keys that begin with `aws:` go with any action, except those of
    /// tags, which only some have.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub fn has_key(&self, key: &str) -> bool {
        if goes_with_all(key) {
            return true;
        }
        let small = key.to_ascii_lowercase();
        // Keys of whoever signed a web identity: `token.actions.githubusercontent.com:sub`.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
        let (owner, name) = small.split_once(':').unwrap_or_default();
        if owner.contains('.') {
            return self.service == "sts";
        }
        let told = std::iter::once(self.keys).chain(self.takes.iter().map(|taken| taken.r#type.keys));
        told.flat_map(str::split_ascii_whitespace)
            .any(|known| match known.strip_prefix(':') {
                Some(own) => owner == self.service && is_key(name, own),
                None => is_key(&small, known),
            })
    }
}

/// Whether a request for an action can have a condition key, as far as anybody knows.
pub fn can_have(action: &str, key: &str) -> bool {
    goes_with_all(key) || self::action(action).is_none_or(|facts| facts.has_key(key))
}

fn goes_with_all(key: &str) -> bool {
    let begins = |prefix: &str| {
        let start = key.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let of_tags = ["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"];
    begins("aws:") && !of_tags.into_iter().any(begins)
}

/// Whether a key in small letters is the known one, whose `*` stands for any text.
fn is_key(key: &str, known: &str) -> bool {
    let known = known.to_ascii_lowercase();
    match known.split_once('*') {
        Some((before, after)) => {
            key.len() > before.len() + after.len() && key.starts_with(before) && key.ends_with(after)
        }
        None => key == known,
    }
}

#[cfg(test)]
mod tests;
