//! The resource types that we emit. Fields are the properties, in AWS's spelling and with AWS's meaning:
//! each type names the page that documents them.
#![expect(
    missing_docs,
    reason = "every field is a property of AWS's, documented on the page that its type names"
)]

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

/// Names a property struct as a resource type, and says where its ARN is.
macro_rules! resource_type {
    ($kind:ty, $name:literal) => {
        impl $crate::cloudformation::ResourceType for $kind {
            const TYPE: &'static str = $name;
        }
    };
    ($kind:ty, $name:literal, $arn:expr) => {
        resource_type!($kind, $name);
        impl $crate::cloudformation::HasArn for $kind {
            const ARN: $crate::cloudformation::Attribute = $arn;
        }
    };
}
use resource_type;
