//! The table: each call, with AWS's page or what else we know it by.

use super::{AbsentKey, CallFacts, Caller, Evidence, SentKey, ServiceCall};

impl ServiceCall {
    /// What is known of the call.
    pub const fn facts(self) -> &'static CallFacts {
        match self {
            Self::EventsPublishes => &EVENTS_PUBLISHES,
            Self::EventsSendsDeadLetter => &EVENTS_SENDS_DEAD_LETTER,
            Self::EventsAssumesRole => &EVENTS_ASSUMES_ROLE,
            Self::SnsInvokesFunction => &SNS_INVOKES_FUNCTION,
            Self::SnsSendsDeadLetter => &SNS_SENDS_DEAD_LETTER,
            Self::LambdaAssumesRole => &LAMBDA_ASSUMES_ROLE,
            Self::CodeBuildAssumesRole => &CODEBUILD_ASSUMES_ROLE,
            Self::CodePipelineAssumesRole => &CODEPIPELINE_ASSUMES_ROLE,
            Self::CloudFormationAssumesRole => &CLOUDFORMATION_ASSUMES_ROLE,
            Self::TokenAssumesRole => &TOKEN_ASSUMES_ROLE,
            Self::CloudWatchPublishes => &CLOUDWATCH_PUBLISHES,
            Self::AnyRequest => &ANY_REQUEST,
            Self::AnyPrincipal => &ANY_PRINCIPAL,
            Self::S3UsesKey => &S3_USES_KEY,
            Self::SecretsManagerUsesKey => &SECRETS_MANAGER_USES_KEY,
            Self::ParameterStoreUsesKey => &PARAMETER_STORE_USES_KEY,
            Self::S3PutsObject => &S3_PUTS_OBJECT,
            Self::SnsSubscribes => &SNS_SUBSCRIBES,
            Self::IamPassesRole => &IAM_PASSES_ROLE,
            Self::IamChangesRole => &IAM_CHANGES_ROLE,
            Self::ThroughCloudFormation => &THROUGH_CLOUDFORMATION,
            Self::TaggedResource => &TAGGED_RESOURCE,
            Self::TagsResource => &TAGS_RESOURCE,
        }
    }
}

const EVENTS_PUBLISHES: CallFacts = CallFacts {
    caller: Caller::Service("events.amazonaws.com"),
    actions: &["sns:Publish"],
    sent: &[],
    absent: &[
        AbsentKey {
            key: SOURCE_ARN,
            page: RULE_TARGETS,
            quote: "You can't use Condition blocks in Amazon SNS topic policies for EventBridge",
        },
        AbsentKey {
            key: SOURCE_ACCOUNT,
            page: RULE_TARGETS,
            quote: "You can't use Condition blocks in Amazon SNS topic policies for EventBridge",
        },
    ],
};

const EVENTS_SENDS_DEAD_LETTER: CallFacts = CallFacts {
    caller: Caller::Service("events.amazonaws.com"),
    actions: &["sqs:SendMessage"],
    sent: &[documented(
        SOURCE_ARN,
        RULE_DEAD_LETTERS,
        "\"ArnEquals\": {\"aws:SourceArn\": \"…:rule/MyTestRule\"}",
    )],
    absent: &[],
};

const EVENTS_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Service("events.amazonaws.com"),
    actions: &["sts:AssumeRole"],
    sent: &[
        documented(
            SOURCE_ARN,
            RULE_ROLES,
            "the value of aws:SourceArn must be the rule ARN",
        ),
        documented(
            SOURCE_ACCOUNT,
            RULE_ROLES,
            "using the aws:SourceArn and aws:SourceAccount global condition context keys",
        ),
    ],
    absent: &[],
};

const SNS_INVOKES_FUNCTION: CallFacts = CallFacts {
    caller: Caller::Service("sns.amazonaws.com"),
    actions: &["lambda:InvokeFunction"],
    sent: &[documented(
        SOURCE_ARN,
        SNS_TO_LAMBDA,
        "add-permission … --source-arn arn:aws:sns:…:sns-topic-for-lambda",
    )],
    absent: &[],
};

const SNS_SENDS_DEAD_LETTER: CallFacts = CallFacts {
    caller: Caller::Service("sns.amazonaws.com"),
    actions: &["sqs:SendMessage"],
    sent: &[documented(
        SOURCE_ARN,
        SNS_DEAD_LETTERS,
        "\"ArnEquals\": {\"aws:SourceArn\": \"…:MyTopic\"}",
    )],
    absent: &[],
};

const LAMBDA_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Service("lambda.amazonaws.com"),
    actions: &["sts:AssumeRole"],
    sent: &[seen(
        SOURCE_ACCOUNT,
        "https://github.com/aws/agent-toolkit-for-aws",
        "`lambda-trust-policy.json` demands it",
    )],
    absent: &[AbsentKey {
        key: SOURCE_ARN,
        page: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
        quote: "applies only to policies where your Lambda function is the target resource",
    }],
};

const CODEBUILD_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Service("codebuild.amazonaws.com"),
    actions: &["sts:AssumeRole"],
    sent: &[
        documented(
            SOURCE_ARN,
            CODEBUILD_ROLE,
            "use the aws:SourceAccount and aws:SourceArn condition keys to protect yourself against the confused deputy problem",
        ),
        documented(
            SOURCE_ACCOUNT,
            CODEBUILD_ROLE,
            "use the aws:SourceAccount and aws:SourceArn condition keys to protect yourself against the confused deputy problem",
        ),
    ],
    absent: &[],
};

const CODEPIPELINE_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Service("codepipeline.amazonaws.com"),
    actions: &["sts:AssumeRole"],
    sent: &[
        assumed(
            SOURCE_ACCOUNT,
            "CreatePipeline fails: CodePipeline is not authorized to perform AssumeRole",
        ),
        assumed(
            SOURCE_ARN,
            "CreatePipeline fails: CodePipeline is not authorized to perform AssumeRole",
        ),
    ],
    absent: &[],
};

const CLOUDFORMATION_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Service("cloudformation.amazonaws.com"),
    actions: &["sts:AssumeRole"],
    sent: &[
        assumed(
            SOURCE_ACCOUNT,
            "CreateChangeSet fails: the role is invalid or cannot be assumed",
        ),
        seen(
            SOURCE_ARN,
            "https://github.com/awslabs/aws-deployment-framework",
            "`pipeline_management.yml` demands the ARN of the stack",
        ),
    ],
    absent: &[],
};

const CLOUDWATCH_PUBLISHES: CallFacts = CallFacts {
    caller: Caller::Service("cloudwatch.amazonaws.com"),
    actions: &["sns:Publish"],
    sent: &[
        documented(
            SOURCE_ARN,
            SNS_POLICIES,
            "\"aws:SourceArn\": \"arn:aws:cloudwatch:…:alarm:*\"",
        ),
        documented(
            SOURCE_ACCOUNT,
            SNS_POLICIES,
            "the following services support aws:SourceAccount: … Amazon CloudWatch",
        ),
        seen(
            "aws:SourceOwner",
            "https://github.com/awsdocs/iam-user-guide/issues/111",
            "the policy that SNS gives a topic demands it",
        ),
    ],
    absent: &[],
};

/// The keys begin with the issuer of the token.
const TOKEN_ASSUMES_ROLE: CallFacts = CallFacts {
    caller: Caller::Federated,
    actions: &["sts:AssumeRoleWithWebIdentity"],
    sent: &[
        documented(
            "token.actions.githubusercontent.com:*",
            GITHUB_TOKENS,
            "evaluate the IAM condition key, token.actions.githubusercontent.com:sub, in the trust policy",
        ),
        seen(
            "gitlab.com:*",
            "https://docs.gitlab.com/ci/cloud_services/aws/",
            "the trust policy that GitLab shows demands `gitlab.example.com:sub`",
        ),
    ],
    absent: &[],
};

const ANY_REQUEST: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[],
    sent: &[documented(
        "aws:SecureTransport",
        GLOBAL_KEYS,
        "This key is always included in the request context",
    )],
    absent: &[],
};

const ANY_PRINCIPAL: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[],
    sent: &[
        documented(
            "aws:PrincipalArn",
            GLOBAL_KEYS,
            "returns the ARN of the role, not the ARN of the user that assumed the role",
        ),
        documented(
            "aws:PrincipalAccount",
            GLOBAL_KEYS,
            "included in the request context for all requests",
        ),
        documented(
            "aws:PrincipalOrgID",
            GLOBAL_KEYS,
            "only if the principal is a member of an organization",
        ),
        documented(
            "aws:PrincipalOrgPaths",
            GLOBAL_KEYS,
            "only if the principal is a member of an organization",
        ),
    ],
    absent: &[],
};

const S3_USES_KEY: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["kms:Decrypt", "kms:GenerateDataKey"],
    sent: &[
        VIA_SERVICE,
        documented(
            "kms:EncryptionContext:aws:s3:arn",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-bucket-key.html",
            "the bucket Amazon Resource Name (ARN) and not the object ARN",
        ),
    ],
    absent: &[],
};

const SECRETS_MANAGER_USES_KEY: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["kms:Decrypt"],
    sent: &[
        VIA_SERVICE,
        documented(
            "kms:EncryptionContext:SecretARN",
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
            "The key is SecretARN. The value is the Amazon Resource Name (ARN) of the secret.",
        ),
    ],
    absent: &[],
};

const PARAMETER_STORE_USES_KEY: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["kms:Decrypt"],
    sent: &[
        VIA_SERVICE,
        documented(
            "kms:EncryptionContext:PARAMETER_ARN",
            "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html",
            "\"kms:EncryptionContext:PARAMETER_ARN\":\"arn:aws:ssm:…:parameter/MyParameter\"",
        ),
    ],
    absent: &[],
};

const S3_PUTS_OBJECT: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["s3:PutObject"],
    sent: &[
        documented(
            "s3:x-amz-server-side-encryption",
            S3_ENCRYPTION,
            "denies … if the request does not include the s3:x-amz-server-side-encryption header",
        ),
        documented(
            "s3:x-amz-server-side-encryption-aws-kms-key-id",
            S3_ENCRYPTION,
            "you can use the s3:x-amz-server-side-encryption-aws-kms-key-id condition key",
        ),
    ],
    absent: &[],
};

const SNS_SUBSCRIBES: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["sns:Subscribe"],
    sent: &[
        documented(
            "sns:Protocol",
            SNS_KEYS,
            "filters access by the protocol value from a Subscribe request",
        ),
        documented(
            "sns:Endpoint",
            SNS_KEYS,
            "filters access by the URL, email address, or ARN from a Subscribe request",
        ),
    ],
    absent: &[],
};

const IAM_PASSES_ROLE: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &["iam:PassRole"],
    sent: &[documented(
        "iam:PassedToService",
        IAM_KEYS,
        "filters access by the AWS service to which this role is passed",
    )],
    absent: &[],
};

const IAM_CHANGES_ROLE: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
    ],
    sent: &[documented(
        "iam:PermissionsBoundary",
        IAM_KEYS,
        "filters access if the specified policy is set as the permissions boundary",
    )],
    absent: &[],
};

const THROUGH_CLOUDFORMATION: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[],
    sent: &[documented(
        "aws:CalledViaFirst",
        GLOBAL_KEYS,
        "when a service uses the credentials of an IAM principal",
    )],
    absent: &[],
};

const TAGGED_RESOURCE: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[],
    sent: &[documented(
        "aws:ResourceTag/*",
        GLOBAL_KEYS,
        "included in the request context if the resource already has attached tags",
    )],
    absent: &[],
};

const TAGS_RESOURCE: CallFacts = CallFacts {
    caller: Caller::Principal,
    actions: &[],
    sent: &[documented(
        "aws:RequestTag/*",
        GLOBAL_KEYS,
        "included in the request context when tags are passed in the request",
    )],
    absent: &[],
};

/// That a key is used through a service.
const VIA_SERVICE: SentKey = documented(
    "kms:ViaService",
    KMS_KEYS,
    "use the .amazonaws.com suffix of the ViaService name in all AWS partitions",
);

const fn documented(key: &'static str, page: &'static str, quote: &'static str) -> SentKey {
    SentKey {
        key,
        evidence: Evidence::Documented { page, quote },
    }
}

const fn seen(key: &'static str, place: &'static str, what: &'static str) -> SentKey {
    SentKey {
        key,
        evidence: Evidence::Seen { place, what },
    }
}

const fn assumed(key: &'static str, otherwise: &'static str) -> SentKey {
    SentKey {
        key,
        evidence: Evidence::Assumed { otherwise },
    }
}

const SOURCE_ACCOUNT: &str = "aws:SourceAccount";
const SOURCE_ARN: &str = "aws:SourceArn";

const RULE_TARGETS: &str =
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html";
const RULE_ROLES: &str =
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html";
const RULE_DEAD_LETTERS: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html";
const SNS_POLICIES: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html";
const SNS_TO_LAMBDA: &str = "https://docs.aws.amazon.com/lambda/latest/dg/with-sns-example.html";
const SNS_DEAD_LETTERS: &str =
    "https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html";
const CODEBUILD_ROLE: &str =
    "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html";
const GLOBAL_KEYS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";
const GITHUB_TOKENS: &str =
    "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws";
const KMS_KEYS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html";
const S3_ENCRYPTION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";
const SNS_KEYS: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html";
const IAM_KEYS: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html";
