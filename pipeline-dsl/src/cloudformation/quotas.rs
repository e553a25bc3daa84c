//! AWS's quotas of an account: what each account has by default and may have more of, where it asks for it.

use super::types::resource_kind::ResourceKind;
use crate::model::Region;

/// A quota of an account, in each region or in all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What is counted: resources of this type; stacks, where it is none.
    pub resource_type: Option<ResourceKind>,
    /// What they are called.
    pub what: &'static str,
    /// Whether it holds in each region by itself.
    pub regional: bool,
    /// How many there may be by default.
    pub default: usize,
    /// How many there may be at most, where AWS says so.
    pub most: Option<usize>,
    /// The page that says so.
    pub page: &'static str,
}

const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
/// Where the quotas of EventBridge are.
pub const EVENT_PAGE: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";

/// Characters of an event pattern, by default. [`EVENT_PAGE`]
pub const EVENT_PATTERN: usize = 2_048;

/// The quotas that a team may meet: those of what it has one or more of for each service.
pub const QUOTAS: [Quota; 5] = [
    Quota {
        resource_type: Some(ResourceKind::Role),
        what: "roles",
        regional: false,
        default: 1_000,
        most: Some(5_000),
        page: IAM,
    },
    Quota {
        resource_type: Some(ResourceKind::ManagedPolicy),
        what: "customer managed policies",
        regional: false,
        default: 1_500,
        most: Some(5_000),
        page: IAM,
    },
    Quota {
        resource_type: Some(ResourceKind::Rule),
        what: "EventBridge rules",
        regional: true,
        default: 300,
        most: None,
        page: EVENT_PAGE,
    },
    Quota {
        resource_type: Some(ResourceKind::Pipeline),
        what: "pipelines",
        regional: true,
        default: 1_000,
        most: None,
        page: "https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html",
    },
    Quota {
        resource_type: None,
        what: "stacks",
        regional: true,
        default: 2_000,
        most: None,
        page: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
    },
];

impl Quota {
    /// How many there may be by default in a region: of rules, Cape Town and Milan have fewer.
    pub fn default_in(&self, region: Region) -> usize {
        match (self.resource_type, region) {
            (Some(ResourceKind::Rule), Region::AfSouth1 | Region::EuSouth1) => 100,
            _ => self.default,
        }
    }
}
