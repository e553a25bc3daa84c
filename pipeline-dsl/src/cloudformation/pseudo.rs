use crate::model::Partition;

/// A parameter that CloudFormation itself fills in.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// The account that the stack is in.
    AccountId,
    /// The topics that are told of the stack's events.
    NotificationArns,
    /// In `Fn::If`: as if the property were not written.
    NoValue,
    /// The region's partition.
    Partition,
    /// The region that the stack is in.
    Region,
    /// The stack's ARN.
    StackId,
    /// The stack's name.
    StackName,
    /// The end of the region's service host names.
    UrlSuffix,
}

impl Pseudo {
    /// All that there are.
    pub const ALL: [Self; 8] = [
        Self::AccountId,
        Self::NotificationArns,
        Self::NoValue,
        Self::Partition,
        Self::Region,
        Self::StackId,
        Self::StackName,
        Self::UrlSuffix,
    ];

    /// Its name, `AWS::…`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::NotificationArns => "AWS::NotificationARNs",
            Self::NoValue => "AWS::NoValue",
            Self::Partition => "AWS::Partition",
            Self::Region => "AWS::Region",
            Self::StackId => "AWS::StackId",
            Self::StackName => "AWS::StackName",
            Self::UrlSuffix => "AWS::URLSuffix",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pseudo| pseudo.as_str() == name)
    }
}

/// What pseudo parameters stand for in a stack.
#[derive(Debug, Clone, Copy)]
pub struct PseudoValues<'a> {
    /// The account, by its id.
    pub account: &'a str,
    /// The region, by its name.
    pub region: &'a str,
    /// The region's partition.
    pub partition: Partition,
    /// The stack's name.
    pub stack_name: &'a str,
    /// The stack's ARN, where it is known.
    pub stack_id: Option<&'a str>,
}

impl<'a> PseudoValues<'a> {
    /// What the pseudo parameter of this name stands for; none, where there is none of this name or its value is not known.
    pub fn named(&self, name: &str) -> Option<&'a str> {
        match Pseudo::named(name)? {
            Pseudo::AccountId => Some(self.account),
            Pseudo::Partition => Some(self.partition.as_str()),
            Pseudo::Region => Some(self.region),
            Pseudo::StackId => self.stack_id,
            Pseudo::StackName => Some(self.stack_name),
            Pseudo::UrlSuffix => Some(self.partition.dns_suffix()),
            Pseudo::NotificationArns | Pseudo::NoValue => None,
        }
    }
}
