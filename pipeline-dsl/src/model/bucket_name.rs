use super::account::AccountId;
use super::name::TeamName;
use super::region::Region;

/// The name of a team's bucket: in S3's account-regional namespace, where nobody else can take it, or the
/// plain form in the regions that do not have that namespace yet.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
///
/// ```
/// # use pipeline_dsl::model::{bucket_name, AccountId, Region, TeamName};
/// let name = bucket_name(TeamName::new("acme"), "build", AccountId::new("111111111111"), Region::UsEast1);
/// assert_eq!(name, "acme-build-111111111111-us-east-1-an");
/// ```
pub fn bucket_name(team: TeamName, purpose: &str, account: AccountId, region: Region) -> String {
    let namespace = if region.has_account_regional_buckets() {
        "-an"
    } else {
        ""
    };
    format!("{team}-{purpose}-{account}-{region}{namespace}")
}

#[cfg(test)]
mod tests {
    use super::bucket_name;
    use crate::model::account::AccountId;
    use crate::model::name::TeamName;
    use crate::model::region::Region;

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    #[test]
    fn the_longest_name_fits() {
        let team = TeamName::new("a2345678901234567890");
        for region in Region::ALL {
            let name = bucket_name(team, "artifacts", AccountId::new("111111111111"), *region);
            assert!(name.len() <= 63, "{name}");
        }
    }
}
