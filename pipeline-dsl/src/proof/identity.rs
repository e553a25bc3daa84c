//! What a resource is called once it is there, as far as the proof needs it. What AWS would make up is made of the logical id,
//! which is enough to tell one resource from another.

use serde_json::Value;

use crate::cloudformation::{self, NewResource, ResourceKind};
use crate::model::{AccountId, Region};

/// Where a resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) account: AccountId,
    pub(super) region: Region,
}

/// Physical id, ARN and attributes.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) reference: String,
    /// Of what has no ARN, one that nothing else has.
    pub(super) arn: String,
    named: cloudformation::Identity,
}

impl Home {
    pub(super) fn arn(self, service: &str, resource: &str) -> String {
        let Self { account, region } = self;
        format!(
            "arn:{}:{service}:{region}:{account}:{resource}",
            region.partition()
        )
    }

    pub(super) fn iam(self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.region.partition(), self.account)
    }
}

impl Identity {
    /// Of a resource whose properties are resolved as far as its name needs.
    pub(super) fn of(
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
        let named = (kind.facts().identity)(&new, properties);
        let none = || home.arn("cloudformation", &format!("{stack}/{logical_id}"));
        Self {
            reference: named.physical_id.clone(),
            arn: named.arn.clone().unwrap_or_else(none),
            named,
        }
    }

    pub(super) fn attribute(&self, attribute: &str) -> Option<&str> {
        self.named.attributes.get(attribute).map(String::as_str)
    }
}
