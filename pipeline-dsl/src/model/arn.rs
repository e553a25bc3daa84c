use std::fmt;

use super::account::AccountId;
use super::partition::Partition;
use super::region::Region;

/// An Amazon Resource Name, made of its parts.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
///
/// ```
/// # use pipeline_dsl::model::{AccountId, Arn, Partition, Region};
/// let account = AccountId::new("111111111111");
/// assert_eq!(
///     Arn::regional("sns", Region::UsEast1, account, "acme-artifacts").to_string(),
///     "arn:aws:sns:us-east-1:111111111111:acme-artifacts"
/// );
/// assert_eq!(Arn::bucket(Partition::Aws, "b").to_string(), "arn:aws:s3:::b");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    partition: Partition,
    service: &'static str,
    region: Option<Region>,
    account: Option<AccountId>,
    resource: String,
}

impl Arn {
    /// A resource of one account in one region.
    pub fn regional(
        service: &'static str,
        region: Region,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partition: region.partition(),
            service,
            region: Some(region),
            account: Some(account),
            resource: resource.into(),
        }
    }

    /// An IAM resource of one account, `role/…`, `policy/…` or `root`: IAM has no regions.
    pub fn iam(partition: Partition, account: AccountId, resource: impl Into<String>) -> Self {
        Self {
            partition,
            service: "iam",
            region: None,
            account: Some(account),
            resource: resource.into(),
        }
    }

    /// A bucket (or, with `/…` behind its name, objects in it): named without account and region.
    pub fn bucket(partition: Partition, name: impl Into<String>) -> Self {
        Self {
            partition,
            service: "s3",
            region: None,
            account: None,
            resource: name.into(),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "arn:{}:{}:{}:{}:{}",
            self.partition,
            self.service,
            self.region.map_or("", Region::as_str),
            self.account.as_ref().map_or("", AccountId::as_str),
            self.resource
        )
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.to_string()
    }
}
