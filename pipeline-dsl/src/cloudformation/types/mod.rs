//! The resource types that we emit. Fields are the properties, in AWS's spelling and with AWS's meaning:
//! each type names the page that documents them.
#![expect(
    missing_docs,
    reason = "every field is a property of AWS's, documented on the page that its type names"
)]

/// The closed list of resource types, each with the file in `types` that says what is known of it.
macro_rules! resource_types {
    ($made_of:ident) => {
        $made_of! {
            Alarm in cloudwatch,
            Project in codebuild,
            Pipeline in codepipeline,
            Backfill in custom,
            Rule in events,
            ManagedPolicy in iam,
            Role in iam,
            Alias in kms,
            Key in kms,
            EventInvokeConfig in lambda,
            Function in lambda,
            Permission in lambda,
            LogGroup in logs,
            Bucket in s3,
            BucketPolicy in s3,
            Subscription in sns,
            Topic in sns,
            TopicPolicy in sns,
            Queue in sqs,
            QueuePolicy in sqs,
        }
    };
}

pub mod cloudwatch;
pub mod codebuild;
pub mod codepipeline;
pub mod custom;
pub mod events;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod sqs;
pub mod subscriber_code;

pub(crate) mod resource_kind;
pub(crate) mod resource_type;

use super::type_facts::TypeFacts;
use resource_kind::ResourceKind;
use resource_type::ResourceType;

/// A stack itself, as its own events name it.
pub const STACK: &str = "AWS::CloudFormation::Stack";

/// A resource that is nothing: it stands for a service's stack when that is rehearsed.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html>
pub const WAIT_CONDITION_HANDLE: &str = "AWS::CloudFormation::WaitConditionHandle";

/// Says in which file what is known of a type stands; the compiler asks for each.
macro_rules! facts_of {
    ($($kind:ident in $module:ident),+ $(,)?) => {
        impl ResourceKind {
            /// What is known of it.
            pub const fn facts(self) -> &'static TypeFacts {
                match self {
                    $(Self::$kind => const { &<$module::$kind as ResourceType>::FACTS },)+
                }
            }
        }
    };
}

resource_types!(facts_of);

impl ResourceKind {
    /// What CloudFormation calls it.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// Whether a template with it is deployed only by who acknowledges that: all of IAM.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    pub fn needs_capability(self) -> bool {
        self.name().starts_with("AWS::IAM::")
    }

    /// The type of this name; none, if it is in no template of ours.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The type of a resource as a template declares it.
    pub fn of(declared: &serde_json::Value) -> Option<Self> {
        Self::named(declared.get("Type")?.as_str()?)
    }
}

impl std::fmt::Display for ResourceKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.name())
    }
}

impl serde::Serialize for ResourceKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
