use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::literal_text::same;
use super::near::is_near;
use super::panic_message::PanicMessage;
use super::partition::Partition;

/// Declares [`Region`] from one table: variant, AWS's name, partition, whether an account must opt in,
/// and which of the services that a pipeline needs have an endpoint there.
macro_rules! regions {
    ($($variant:ident = $name:literal in $partition:ident, $opt:ident, $services:ident;)*) => {
        /// An AWS region: all commercial, China and GovCloud regions.
        ///
        /// Names, partitions and service endpoints follow botocore 1.43's `endpoints.json`; which regions
        /// must be enabled first follows
        /// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>.
        ///
        /// ```
        /// # use pipeline_dsl::model::{Partition, Region};
        /// const HOME: Region = Region::new("eu-west-1");
        /// assert_eq!(HOME, Region::EuWest1);
        /// assert_eq!(HOME.partition(), Partition::Aws);
        /// assert!(!Region::new("mx-central-1").has_codepipeline());
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Region {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Region {
            /// Every region, in the order of their names within each partition.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// AWS's name for it, `us-east-1`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What to say to somebody who may have meant it.
            const fn suggestion(self) -> &'static str {
                match self {
                    $(Self::$variant => {
                        concat!("is not an AWS region: did you mean `", $name, "`?")
                    })*
                }
            }

            /// The partition it belongs to.
            pub const fn partition(self) -> Partition {
                match self { $(Self::$variant => Partition::$partition,)* }
            }

            /// Whether an account must enable the region before it can be used.
            pub const fn is_opt_in(self) -> bool {
                match self { $(Self::$variant => regions!(@opt_in $opt),)* }
            }

            /// Whether CodePipeline runs there; a cross-region action needs it in the action's region too.
            pub const fn has_codepipeline(self) -> bool {
                match self { $(Self::$variant => regions!(@codepipeline $services),)* }
            }

            /// Whether CodeBuild runs there.
            pub const fn has_codebuild(self) -> bool {
                match self { $(Self::$variant => regions!(@codebuild $services),)* }
            }
        }
    };
    (@opt_in opt_in) => { true };
    (@opt_in default) => { false };
    (@codepipeline pipelines) => { true };
    (@codepipeline build_only) => { false };
    (@codepipeline neither) => { false };
    (@codebuild neither) => { false };
    (@codebuild $other:ident) => { true };
}

regions! {
    AfSouth1 = "af-south-1" in Aws, opt_in, pipelines;
    ApEast1 = "ap-east-1" in Aws, opt_in, pipelines;
    ApEast2 = "ap-east-2" in Aws, opt_in, neither;
    ApNortheast1 = "ap-northeast-1" in Aws, default, pipelines;
    ApNortheast2 = "ap-northeast-2" in Aws, default, pipelines;
    ApNortheast3 = "ap-northeast-3" in Aws, default, pipelines;
    ApSouth1 = "ap-south-1" in Aws, default, pipelines;
    ApSouth2 = "ap-south-2" in Aws, opt_in, pipelines;
    ApSoutheast1 = "ap-southeast-1" in Aws, default, pipelines;
    ApSoutheast2 = "ap-southeast-2" in Aws, default, pipelines;
    ApSoutheast3 = "ap-southeast-3" in Aws, opt_in, pipelines;
    ApSoutheast4 = "ap-southeast-4" in Aws, opt_in, pipelines;
    ApSoutheast5 = "ap-southeast-5" in Aws, opt_in, pipelines;
    ApSoutheast6 = "ap-southeast-6" in Aws, opt_in, pipelines;
    ApSoutheast7 = "ap-southeast-7" in Aws, opt_in, build_only;
    CaCentral1 = "ca-central-1" in Aws, default, pipelines;
    CaWest1 = "ca-west-1" in Aws, opt_in, neither;
    EuCentral1 = "eu-central-1" in Aws, default, pipelines;
    EuCentral2 = "eu-central-2" in Aws, opt_in, pipelines;
    EuNorth1 = "eu-north-1" in Aws, default, pipelines;
    EuSouth1 = "eu-south-1" in Aws, opt_in, pipelines;
    EuSouth2 = "eu-south-2" in Aws, opt_in, pipelines;
    EuWest1 = "eu-west-1" in Aws, default, pipelines;
    EuWest2 = "eu-west-2" in Aws, default, pipelines;
    EuWest3 = "eu-west-3" in Aws, default, pipelines;
    IlCentral1 = "il-central-1" in Aws, opt_in, pipelines;
    MeCentral1 = "me-central-1" in Aws, opt_in, pipelines;
    MeSouth1 = "me-south-1" in Aws, opt_in, pipelines;
    MxCentral1 = "mx-central-1" in Aws, opt_in, neither;
    SaEast1 = "sa-east-1" in Aws, default, pipelines;
    UsEast1 = "us-east-1" in Aws, default, pipelines;
    UsEast2 = "us-east-2" in Aws, default, pipelines;
    UsWest1 = "us-west-1" in Aws, default, pipelines;
    UsWest2 = "us-west-2" in Aws, default, pipelines;
    CnNorth1 = "cn-north-1" in China, default, pipelines;
    CnNorthwest1 = "cn-northwest-1" in China, default, pipelines;
    UsGovEast1 = "us-gov-east-1" in GovCloud, default, pipelines;
    UsGovWest1 = "us-gov-west-1" in GovCloud, default, pipelines;
}

/// No region that this release knows has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` {mend}", mend = Region::mend(.0))]
pub struct UnknownRegion(String);

impl UnknownRegion {
    /// The region that was probably meant.
    pub fn meant(&self) -> Option<Region> {
        Region::near(&self.0)
    }
}

impl Region {
    /// The region with this name, for literals.
    ///
    /// # Panics
    /// When there is no such region. In a `const` that is a compile error at the literal.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn new(name: &str) -> Self {
        match Self::parse(name) {
            Some(region) => region,
            None => panic!("{}", PanicMessage::this(Self::mend(name)).as_str()),
        }
    }

    /// What to say of a name that is no region's.
    pub(super) const fn mend(name: &str) -> &'static str {
        match Self::near(name) {
            Some(region) => region.suggestion(),
            None => "is not an AWS region: write its code, such as `us-east-1`",
        }
    }

    /// The region whose name is most like this one, if any is.
    const fn near(name: &str) -> Option<Self> {
        let mut most = 0;
        while most <= 2 {
            let mut regions = Self::ALL;
            while let [region, rest @ ..] = regions {
                if is_near(name.as_bytes(), region.as_str().as_bytes(), most) {
                    return Some(*region);
                }
                regions = rest;
            }
            most += 1;
        }
        None
    }

    /// For a text read from a list at compile time: `place` says where in it, `developers.toml:2:11`.
    ///
    /// # Panics
    /// As `new`, with the place in the message.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn included(name: &str, place: &str) -> Self {
        match Self::parse(name) {
            Some(region) => region,
            None => panic!("{}", PanicMessage::at(place, name, Self::mend(name)).as_str()),
        }
    }

    /// The region, if CodePipeline runs there: what a team's build account needs.
    ///
    /// # Panics
    /// When it does not. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with_codepipeline(self) -> Self {
        assert!(
            self.has_codepipeline(),
            "CodePipeline does not run in this region: choose one that has it"
        );
        self
    }

    /// The region, if a team at home in that one can deliver to it: both are in the same partition, and
    /// CodePipeline runs there too.
    ///
    /// # Panics
    /// When it cannot. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn reached_from(self, home: Self) -> Self {
        assert!(
            same(
                self.partition().as_str().as_bytes(),
                home.partition().as_str().as_bytes()
            ),
            "this region is in another partition than the build account, and no role, key or bucket policy \
             reaches from one into the other: make a team of its own for each partition"
        );
        self.with_codepipeline()
    }

    /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
    /// reports the mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(name: &str) -> Self {
        match Self::parse(name) {
            Some(region) => region,
            None => Self::UsEast1,
        }
    }

    /// The region with this name.
    pub(super) const fn parse(name: &str) -> Option<Self> {
        let mut regions = Self::ALL;
        while let [region, rest @ ..] = regions {
            if same(name.as_bytes(), region.as_str().as_bytes()) {
                return Some(*region);
            }
            regions = rest;
        }
        None
    }

    /// Whether S3's account-regional namespace is to be had there.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
    pub const fn has_account_regional_buckets(self) -> bool {
        !matches!(self, Self::MeSouth1 | Self::MeCentral1)
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name).ok_or_else(|| UnknownRegion(name.to_owned()))
    }
}

impl TryFrom<&str> for Region {
    type Error = UnknownRegion;
    fn try_from(name: &str) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Partition, Region};

    #[test]
    fn every_name_finds_its_region() {
        for region in Region::ALL {
            assert_eq!(region.as_str().parse(), Ok(*region));
        }
    }

    #[test]
    fn partitions_follow_the_name() {
        for region in Region::ALL {
            let expected = match region.as_str() {
                name if name.starts_with("cn-") => Partition::China,
                name if name.starts_with("us-gov-") => Partition::GovCloud,
                _ => Partition::Aws,
            };
            assert_eq!(region.partition(), expected, "{region}");
        }
    }

    #[test]
    fn says_what_may_have_been_meant() {
        for (written, meant) in [
            ("us-wset-2", "us-west-2"),
            ("UsEast1", "us-east-1"),
            ("us-east1", "us-east-1"),
            ("eu-west-11", "eu-west-1"),
            ("eu_central_1", "eu-central-1"),
        ] {
            let mistake = Region::try_from(written).unwrap_err().to_string();
            assert!(
                mistake.ends_with(&format!("did you mean `{meant}`?")),
                "{mistake}"
            );
        }
        let mistake = Region::try_from("moon").unwrap_err().to_string();
        assert!(
            mistake.ends_with("write its code, such as `us-east-1`"),
            "{mistake}"
        );
    }

    #[test]
    fn refuses_near_misses() {
        for name in ["", "us-east", "us-east-11", "US-EAST-1", "us_east_1"] {
            assert!(Region::try_from(name).is_err(), "{name}");
        }
    }
}
