use std::fmt;

/// A group of regions with accounts, ARNs and IAM of its own; nothing crosses from one to another.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Partition {
    /// The commercial regions, `aws`.
    Aws,
    /// The China regions, `aws-cn`.
    China,
    /// AWS GovCloud (US), `aws-us-gov`.
    GovCloud,
}

impl Partition {
    /// The second part of its ARNs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The host name of its console, behind the region.
    /// <https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html>
    pub const fn console(self) -> &'static str {
        match self {
            Self::Aws => "console.aws.amazon.com",
            Self::China => "console.amazonaws.cn",
            Self::GovCloud => "console.amazonaws-us-gov.com",
        }
    }

    /// The end of its service host names, as `kms:ViaService` spells them.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
