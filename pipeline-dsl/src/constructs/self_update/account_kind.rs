//! The kinds of accounts that the team's own program deploys: which stacks, and so which types of resources, are there, and
//! what they are called.

use crate::cloudformation::{Pseudo, Text, text};
use crate::constructs::bucket::Content;
use crate::constructs::names::{Account, DeployerRole, Names, Place};
use crate::model::AccountId;

/// Whose account it is, and so which stacks are there.
#[derive(Debug, Clone, Copy)]
pub(super) enum AccountKind {
    Build(Place),
    Target(AccountId),
    Developer,
}

/// The types of resources in the stacks of the build account.
const BUILD_TYPES: [&str; 14] = [
    "AWS::CloudWatch::Alarm",
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
];
/// Of an account that is deployed to.
const TARGET_TYPES: [&str; 2] = ["AWS::IAM::ManagedPolicy", "AWS::IAM::Role"];
/// Of a developer's account.
const DEVELOPER_TYPES: [&str; 20] = [
    "AWS::CloudWatch::Alarm",
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "Custom::Backfill",
];

impl AccountKind {
    pub(super) const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Build(_) => &BUILD_TYPES,
            Self::Target(_) => &TARGET_TYPES,
            Self::Developer => &DEVELOPER_TYPES,
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
    pub(super) fn of_type(self, names: &Names, resource_type: &str) -> Vec<Text> {
        let prefixed = names.prefixed("*");
        let arn = |service: &'static str, resource: String| vec![self.arn(names, service, resource)];
        match resource_type {
            "AWS::CloudWatch::Alarm" => arn("cloudwatch", format!("alarm:{prefixed}")),
            "AWS::CodeBuild::Project" => arn("codebuild", format!("project/{prefixed}")),
            "AWS::CodePipeline::Pipeline" => arn("codepipeline", prefixed),
            "AWS::Events::Rule" => arn("events", format!("rule/{prefixed}")),
            "AWS::IAM::ManagedPolicy" => {
                let pattern = format!("policy{}*", names.team_path());
                vec![self.account().iam_arn(names.partition, &pattern)]
            }
            "AWS::IAM::Role" => self.role_patterns(names),
            "AWS::KMS::Alias" => arn("kms", format!("alias/{}", names.team)),
            "AWS::Lambda::EventInvokeConfig" | "AWS::Lambda::Function" | "AWS::Lambda::Permission" => {
                vec![self.function(names)]
            }
            "AWS::Logs::LogGroup" => {
                let mut groups = arn("logs", format!("log-group:/{}/*", names.team));
                if matches!(self, Self::Developer) {
                    let subscriber = format!("log-group:/aws/lambda/{}-*", names.subscriber());
                    groups.extend(arn("logs", subscriber));
                }
                groups
            }
            "AWS::S3::Bucket" | "AWS::S3::BucketPolicy" => [Content::Builds, Content::Artifacts]
                .map(|content| self.buckets(names, content.purpose()))
                .to_vec(),
            "AWS::SNS::Topic" | "AWS::SNS::TopicPolicy" => arn("sns", prefixed),
            "AWS::SQS::Queue" | "AWS::SQS::QueuePolicy" => arn("sqs", prefixed),
            _ => Vec::new(),
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
