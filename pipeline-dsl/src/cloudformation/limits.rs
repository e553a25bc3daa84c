//! AWS's limits, each beside the page that sets it.

/// The largest template that an API call can carry, in bytes.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const TEMPLATE_INLINE_BYTES: usize = 51_200;
/// The largest template at all (through S3), in bytes. Same page.
pub const TEMPLATE_BYTES: usize = 1_000_000;
/// Resources in a template. Same page.
pub const RESOURCES: usize = 500;
/// Parameters in a template. Same page.
pub const PARAMETERS: usize = 200;
/// Outputs in a template. Same page.
pub const OUTPUTS: usize = 200;
/// Characters of a logical id, parameter or output name. Same page.
pub const LOGICAL_ID: usize = 255;
/// Bytes of a parameter's value. Same page.
pub const PARAMETER_VALUE: usize = 4_096;
/// Characters of what a resource is called: no ARN is longer.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
pub const PHYSICAL_ID: usize = 2_048;
/// Characters of a stack's name.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
pub const STACK_NAME: usize = 128;
/// Tags of a stack. Same page.
pub const STACK_TAGS: usize = 50;

/// Bytes of a bucket policy.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
pub const BUCKET_POLICY: usize = 20_480;
/// Bytes of a key policy.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>
pub const KEY_POLICY: usize = 32_768;
/// Bytes of a topic policy.
/// <https://docs.aws.amazon.com/general/latest/gr/sns.html>
pub const TOPIC_POLICY: usize = 30_720;
/// Characters of a role's inline policies together, white space not counted.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const ROLE_INLINE_POLICIES: usize = 10_240;
/// Characters of a managed policy, white space not counted. Same page.
pub const MANAGED_POLICY: usize = 6_144;
/// Characters of a trust policy, by default. Same page.
pub const TRUST_POLICY: usize = 2_048;
/// Characters of an event pattern.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>
pub const EVENT_PATTERN: usize = 4_096;
/// Bytes of the environment of a function: all names and values together.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const FUNCTION_ENVIRONMENT: usize = 4_096;
/// Values in a subscription's filter policy, multiplied over its keys.
/// <https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html>
pub const FILTER_POLICY_VALUES: usize = 150;

/// Characters of a pipeline's, stage's or action's name.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html>
pub const PIPELINE_NAME: usize = 100;
/// Actions of a stage. Same page: 50 until 2023, raised since; what is above is refused everywhere.
pub const STAGE_ACTIONS: usize = 100;
/// Actions of a pipeline. Same page.
pub const PIPELINE_ACTIONS: usize = 1_000;
/// Stages of a pipeline. Same page.
pub const PIPELINE_STAGES: usize = 50;
/// Bytes of a CloudFormation action's `ParameterOverrides`.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
pub const PARAMETER_OVERRIDES: usize = 1_000;
/// Artifacts that a CloudFormation action reads.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>
pub const ACTION_INPUT_ARTIFACTS: usize = 10;
/// Artifacts that a build writes beside the first.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html>
pub const SECONDARY_ARTIFACTS: usize = 12;
