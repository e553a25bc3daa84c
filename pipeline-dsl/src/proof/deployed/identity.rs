//! What a resource is called once it is there, as far as the proof needs it. What AWS would make up is made of the logical id,
//! which is enough to tell one resource from another.

use serde_json::Value;

use crate::cloudformation::{self, NewResource, ResourceKind};
use crate::model::{AccountId, Region};

/// Where a resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proof) struct Home {
    pub(in crate::proof) account: AccountId,
    pub(in crate::proof) region: Region,
}

/// Physical id, ARN and attributes.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Identity {
    pub(in crate::proof) reference: String,
    /// Of what has no ARN, one that nothing else has.
    pub(in crate::proof) arn: String,
}

impl Home {
    pub(in crate::proof) fn arn(self, service: &str, resource: &str) -> String {
        let Self { account, region } = self;
        format!(
            "arn:{}:{service}:{region}:{account}:{resource}",
            region.partition()
        )
    }

    pub(in crate::proof) fn iam(self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.region.partition(), self.account)
    }
}

impl Identity {
    /// Of a resource whose properties are resolved as far as its name needs.
    pub(in crate::proof) fn of(
        home: Home,
        stack: &str,
        logical_id: &str,
        kind: ResourceKind,
        properties: &Value,
    ) -> Self {
        let made_up_name = format!("{stack}-{logical_id}");
        let new = NewResource {
            account: home.account.as_str(),
            region: home.region.as_str(),
            partition: home.region.partition(),
            logical_id,
            unique_id: made_up_name.to_lowercase(),
            made_up_name,
        };
        Self::named(home, stack, logical_id, (kind.facts().identity)(&new, properties))
    }

    /// As it was foreseen.
    pub(in crate::proof) fn named(
        home: Home,
        stack: &str,
        logical_id: &str,
        named: cloudformation::Identity,
    ) -> Self {
        let none = || home.arn("cloudformation", &format!("{stack}/{logical_id}"));
        Self {
            reference: named.physical_id,
            arn: named.arn.unwrap_or_else(none),
        }
    }
}

/// A role that may do whatever this boundary lets it: what a service's template could make at the most.
pub(in crate::proof) fn bounded_by(boundary: &str) -> String {
    boundary.replacen(":policy/", BOUNDED, 1)
}

/// Whether it is such a role.
pub(in crate::proof) fn is_bounded(role: &str) -> bool {
    role.contains(BOUNDED)
}

/// No role of ours has this path.
const BOUNDED: &str = ":role/bounded-by/";
