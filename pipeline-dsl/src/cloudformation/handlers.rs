//! What CloudFormation asks of AWS for a resource of each type that we emit, with the permissions of whoever deploys: the
//! `handlers` of the type's schema, without what the properties that we never write would take, and without what deletes
//! data (buckets and keys are retained).
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers>
//!
//! `tests/interop/test_handlers.py` compares the table with the schemas that cfn-lint carries.

/// What is asked of the resource itself.
pub fn of_itself(resource_type: &str) -> &'static [&'static str] {
    match resource_type {
        "AWS::CloudWatch::Alarm" => ALARM,
        // The type has no handlers: these are the API's.
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
        "AWS::CodeBuild::Project" => PROJECT,
        "AWS::CodePipeline::Pipeline" => PIPELINE,
        "AWS::Events::Rule" => RULE,
        "AWS::IAM::ManagedPolicy" => MANAGED_POLICY,
        "AWS::IAM::Role" => ROLE,
        "AWS::KMS::Alias" => &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
        "AWS::KMS::Key" => KEY,
        "AWS::Lambda::EventInvokeConfig" => EVENT_INVOKE_CONFIG,
        "AWS::Lambda::Function" => FUNCTION,
        "AWS::Lambda::Permission" => PERMISSION,
        "AWS::Logs::LogGroup" => LOG_GROUP,
        "AWS::S3::Bucket" => BUCKET,
        "AWS::S3::BucketPolicy" => BUCKET_POLICY,
        // Of the topic.
        "AWS::SNS::Subscription" => &["sns:Subscribe"],
        "AWS::SNS::Topic" => TOPIC,
        "AWS::SNS::TopicPolicy" => &["sns:SetTopicAttributes"],
        "AWS::SQS::Queue" => QUEUE,
        "AWS::SQS::QueuePolicy" => &["sqs:SetQueueAttributes"],
        // The function behind a custom resource.
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
        custom if custom.starts_with("Custom::") => &["lambda:InvokeFunction"],
        _ => &[],
    }
}

/// What is asked of no one resource: for these AWS knows none, or looks through all of an account.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
pub fn of_account(resource_type: &str) -> &'static [&'static str] {
    match resource_type {
        "AWS::CloudWatch::Alarm" => &["cloudwatch:DescribeAlarms"],
        "AWS::KMS::Alias" => &["kms:ListAliases"],
        "AWS::KMS::Key" => &["kms:CreateKey"],
        "AWS::Logs::LogGroup" => &[
            "logs:DescribeIndexPolicies",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
        ],
        "AWS::SNS::Subscription" => &[
            "sns:GetSubscriptionAttributes",
            "sns:SetSubscriptionAttributes",
            "sns:Unsubscribe",
        ],
        _ => &[],
    }
}

const ALARM: &[&str] = &[
    "cloudwatch:DeleteAlarms",
    "cloudwatch:ListTagsForResource",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
];

const PROJECT: &[&str] = &[
    "codebuild:BatchGetProjects",
    "codebuild:CreateProject",
    "codebuild:CreateWebhook",
    "codebuild:DeleteProject",
    "codebuild:DeleteWebhook",
    "codebuild:UpdateProject",
    "codebuild:UpdateWebhook",
];

const PIPELINE: &[&str] = &[
    "codepipeline:CreatePipeline",
    "codepipeline:DeletePipeline",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineState",
    "codepipeline:ListTagsForResource",
    "codepipeline:StartPipelineExecution",
    "codepipeline:TagResource",
    "codepipeline:UntagResource",
    "codepipeline:UpdatePipeline",
];

const RULE: &[&str] = &[
    "events:DeleteRule",
    "events:DescribeRule",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "events:UntagResource",
];

const MANAGED_POLICY: &[&str] = &[
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:ListEntitiesForPolicy",
    "iam:ListPolicyVersions",
];

const ROLE: &[&str] = &[
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

/// Of what is asked of a key: what CloudFormation asks of one that it has just made, when the tag that it was made with may not
/// count yet. "It might take up to five minutes for tag and alias changes to affect KMS key authorization."
/// <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>
pub const ASKED_OF_A_NEW_KEY: [&str; 6] = [
    "kms:CreateAlias",
    "kms:DescribeKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
];

const KEY: &[&str] = &[
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
];

const EVENT_INVOKE_CONFIG: &[&str] = &[
    "lambda:DeleteFunctionEventInvokeConfig",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:UpdateFunctionEventInvokeConfig",
];

const FUNCTION: &[&str] = &[
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:GetFunction",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetFunctionRecursionConfig",
    "lambda:GetFunctionScalingConfig",
    "lambda:GetRuntimeManagementConfig",
    "lambda:ListTags",
    "lambda:PutFunctionConcurrency",
    "lambda:TagResource",
    "lambda:UntagResource",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
];

const PERMISSION: &[&str] = &[
    "lambda:AddPermission",
    "lambda:GetPolicy",
    "lambda:RemovePermission",
];

const LOG_GROUP: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:GetDataProtectionPolicy",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
    "logs:UntagResource",
];

const BUCKET: &[&str] = &[
    "s3:CreateBucket",
    "s3:GetAccelerateConfiguration",
    "s3:GetAnalyticsConfiguration",
    "s3:GetBucketAbac",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLogging",
    "s3:GetBucketMetadataTableConfiguration",
    "s3:GetBucketNotification",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetIntelligentTieringConfiguration",
    "s3:GetInventoryConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetMetricsConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:ListTagsForResource",
    "s3:PutBucketNotification",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketTagging",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:TagResource",
    "s3:UntagResource",
];

const BUCKET_POLICY: &[&str] = &[
    "s3:DeleteBucketPolicy",
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
];

const TOPIC: &[&str] = &[
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:GetDataProtectionPolicy",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTagsForResource",
    "sns:SetTopicAttributes",
    "sns:TagResource",
    "sns:UntagResource",
];

const QUEUE: &[&str] = &[
    "sqs:CreateQueue",
    "sqs:DeleteQueue",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListQueueTags",
    "sqs:SetQueueAttributes",
    "sqs:TagQueue",
    "sqs:UntagQueue",
];
