//! The kinds of accounts that the team's own program deploys: which stacks, and so which types of resources, are there, and
//! what they are called.

use crate::cloudformation::{ArnForm, Pseudo, ResourceKind, Text, text};
use crate::constructs::names::{Account, DeployerRole, Names, Place};
use crate::constructs::storage::bucket::Content;
use crate::model::AccountId;

/// Whose account it is, and so which stacks are there.
#[derive(Debug, Clone, Copy)]
pub(super) enum AccountKind {
    Build(Place),
    Target(AccountId),
    Developer,
}

/// The types of resources in the stacks of the build account.
const BUILD_TYPES: &[ResourceKind] = &[
    ResourceKind::Alarm,
    ResourceKind::Project,
    ResourceKind::Pipeline,
    ResourceKind::Rule,
    ResourceKind::Role,
    ResourceKind::Alias,
    ResourceKind::Key,
    ResourceKind::LogGroup,
    ResourceKind::Bucket,
    ResourceKind::BucketPolicy,
    ResourceKind::Topic,
    ResourceKind::TopicPolicy,
    ResourceKind::Queue,
    ResourceKind::QueuePolicy,
];
/// Of an account that is deployed to.
const TARGET_TYPES: &[ResourceKind] = &[ResourceKind::ManagedPolicy, ResourceKind::Role];

impl AccountKind {
    /// The types of resources in its stacks; in a developer's account there is one of each.
    pub(super) const fn types(self) -> &'static [ResourceKind] {
        match self {
            Self::Build(_) => BUILD_TYPES,
            Self::Target(_) => TARGET_TYPES,
            Self::Developer => ResourceKind::ALL,
        }
    }

    pub(super) fn account(self) -> Account {
        match self {
            Self::Build(place) => place.account(),
            Self::Target(account) => Account::Id(account),
            Self::Developer => Account::OfStack,
        }
    }

    /// Stacks, as their ARNs name them.
    pub(super) const fn stacks(self) -> &'static [&'static str] {
        match self {
            Self::Build(_) => &["build", "region", "self-update", "service-*"],
            Self::Target(_) => &["deployers", "target-*"],
            Self::Developer => &["deployers", "developer", "developer-service-*"],
        }
    }

    /// A resource of the account, in whichever of its regions.
    pub(super) fn arn(self, names: &Names, service: &'static str, resource: impl Into<Text>) -> Text {
        let account = self.account().id();
        let resource = resource.into();
        text![
            "arn:",
            self.partition(names),
            ":",
            service,
            ":*:",
            account,
            ":",
            resource
        ]
    }

    /// The connections of the account, which may be in another region than what uses them.
    pub(super) fn connections(self, service: &'static str) -> Text {
        let account = self.account().id();
        text![
            "arn:",
            Pseudo::Partition,
            ":",
            service,
            ":*:",
            account,
            ":connection/*"
        ]
    }

    fn partition(self, names: &Names) -> Text {
        match self {
            Self::Developer => Pseudo::Partition.into(),
            Self::Build(_) | Self::Target(_) => names.partition.as_str().into(),
        }
    }

    /// The buckets for one purpose.
    pub(super) fn buckets(self, names: &Names, purpose: &str) -> Text {
        let partition = self.partition(names);
        let name = names.prefixed(format_args!("{purpose}-"));
        text!["arn:", partition, ":s3:::", name, self.account().id(), "-*"]
    }

    pub(super) fn roles(self, names: &Names, pattern: &str) -> Text {
        self.account().iam_arn(names.partition, &format!("role{pattern}"))
    }

    /// What a resource of a type is called there.
    pub(super) fn of_kind(self, names: &Names, kind: ResourceKind) -> Vec<Text> {
        let prefixed = names.prefixed("*");
        let arn = |service: &'static str, resource: String| vec![self.arn(names, service, resource)];
        match kind.facts().handlers.arn {
            ArnForm::Named { service, before } => arn(service, format!("{before}{prefixed}")),
            ArnForm::Policy => {
                let pattern = format!("policy{}*", names.team_path());
                vec![self.account().iam_arn(names.partition, &pattern)]
            }
            ArnForm::Role => self.role_patterns(names),
            ArnForm::Alias => arn("kms", format!("alias/{}", names.team)),
            ArnForm::Function => vec![self.function(names)],
            ArnForm::LogGroup => {
                let mut groups = arn("logs", format!("log-group:/{}/*", names.team));
                if matches!(self, Self::Developer) {
                    let subscriber = format!("log-group:/aws/lambda/{}-*", names.subscriber());
                    groups.extend(arn("logs", subscriber));
                }
                groups
            }
            ArnForm::Bucket => [Content::Builds, Content::Artifacts, Content::Assets]
                .map(|content| self.buckets(names, content.purpose()))
                .to_vec(),
            // Keys are told by their tag; the others are granted apart.
            ArnForm::Unknown => Vec::new(),
        }
    }

    /// The subscriber.
    pub(super) fn function(self, names: &Names) -> Text {
        self.arn(names, "lambda", format!("function:{}-*", names.subscriber()))
    }

    /// The roles of our own stacks: not those that services' stacks make.
    fn role_patterns(self, names: &Names) -> Vec<Text> {
        let mut patterns = vec![self.roles(names, &format!("{}*", names.delivery_path()))];
        match self {
            Self::Build(_) => {
                patterns.push(self.roles(names, &format!("{}*", names.self_update_path())));
            }
            Self::Target(_) | Self::Developer => {
                for role in [DeployerRole::Plan, DeployerRole::Update] {
                    patterns.push(self.roles(names, &format!("{}*", names.deployer_role_path(role))));
                }
            }
        }
        if matches!(self, Self::Developer) {
            patterns.push(self.subscriber_role(names));
        }
        patterns
    }

    /// The subscriber's role.
    pub(super) fn subscriber_role(self, names: &Names) -> Text {
        self.roles(names, &format!("{}{}-*", names.team_path(), names.subscriber()))
    }
}
