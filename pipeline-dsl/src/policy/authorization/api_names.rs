//! Names that people give to actions: those of the API, where IAM has another, and those of services, where the prefix is
//! another.

use super::table::{actions, of_service, services};

/// The operations of APIs, and the actions that allow them where these are named otherwise.
const OPERATIONS: &[(&str, &[(&str, &str)])] = &[
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    ("dynamodb", &[("TransactGetItems", "GetItem")]),
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
    (
        "ecr",
        &[
            ("DescribeRepository", "DescribeRepositories"),
            ("GetLogin", "GetAuthorizationToken"),
            ("PullImage", "BatchGetImage"),
            ("PushImage", "PutImage"),
        ],
    ),
    // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    (
        "lambda",
        &[
            ("GetFunctionUrlConfiguration", "GetFunctionUrlConfig"),
            ("Invoke", "InvokeFunction"),
            ("InvokeWithResponseStream", "InvokeFunction"),
        ],
    ),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    (
        "s3",
        &[
            ("CompleteMultipartUpload", "PutObject"),
            ("CreateMultipartUpload", "PutObject"),
            ("DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
            ("DeleteBucketCors", "PutBucketCORS"),
            ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
            ("DeleteBucketInventoryConfiguration", "PutInventoryConfiguration"),
            ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
            ("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"),
            ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
            ("DeleteBucketReplication", "PutReplicationConfiguration"),
            ("DeleteBucketTagging", "PutBucketTagging"),
            ("DeleteObjects", "DeleteObject"),
            ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
            ("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
            ("GetBucketEncryption", "GetEncryptionConfiguration"),
            (
                "GetBucketIntelligentTieringConfiguration",
                "GetIntelligentTieringConfiguration",
            ),
            ("GetBucketInventoryConfiguration", "GetInventoryConfiguration"),
            ("GetBucketLifecycle", "GetLifecycleConfiguration"),
            ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
            ("GetBucketMetricsConfiguration", "GetMetricsConfiguration"),
            ("GetBucketNotificationConfiguration", "GetBucketNotification"),
            ("GetBucketReplication", "GetReplicationConfiguration"),
            ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
            ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
            ("HeadBucket", "ListBucket"),
            ("HeadObject", "GetObject"),
            ("ListBuckets", "ListAllMyBuckets"),
            ("ListMultipartUploads", "ListBucketMultipartUploads"),
            ("ListObjectVersions", "ListBucketVersions"),
            ("ListObjects", "ListBucket"),
            ("ListObjectsV2", "ListBucket"),
            ("ListParts", "ListMultipartUploadParts"),
            ("PostObject", "PutObject"),
            ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
            ("PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
            ("PutBucketEncryption", "PutEncryptionConfiguration"),
            (
                "PutBucketIntelligentTieringConfiguration",
                "PutIntelligentTieringConfiguration",
            ),
            ("PutBucketInventoryConfiguration", "PutInventoryConfiguration"),
            ("PutBucketLifecycle", "PutLifecycleConfiguration"),
            ("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
            ("PutBucketMetricsConfiguration", "PutMetricsConfiguration"),
            ("PutBucketNotificationConfiguration", "PutBucketNotification"),
            ("PutBucketObject", "PutObject"),
            ("PutBucketReplication", "PutReplicationConfiguration"),
            ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
            ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("SelectObjectContent", "GetObject"),
            ("UploadPart", "PutObject"),
        ],
    ),
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
    (
        "secretsmanager",
        &[("GetSecret", "GetSecretValue"), ("PutSecret", "PutSecretValue")],
    ),
    // https://docs.aws.amazon.com/sns/latest/dg/sns-batch-api-actions.html
    ("sns", &[("PublishBatch", "Publish")]),
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
    (
        "sqs",
        &[
            ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
            ("DeleteMessageBatch", "DeleteMessage"),
            ("SendMessageBatch", "SendMessage"),
        ],
    ),
];

/// What services are called, and the prefixes of their actions.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const PREFIXES: &[(&str, &str)] = &[
    ("alb", "elasticloadbalancing"),
    ("api-gateway", "apigateway"),
    ("apigatewayv2", "apigateway"),
    ("applicationautoscaling", "application-autoscaling"),
    ("aurora", "rds"),
    ("bedrock-runtime", "bedrock"),
    ("certificatemanager", "acm"),
    ("cloudmap", "servicediscovery"),
    ("cloudwatch-events", "events"),
    ("cloudwatch-logs", "logs"),
    ("cloudwatchevents", "events"),
    ("cloudwatchlogs", "logs"),
    ("codestarconnections", "codestar-connections"),
    ("cognito", "cognito-idp"),
    ("costexplorer", "ce"),
    ("ddb", "dynamodb"),
    ("docdb", "rds"),
    ("dynamo", "dynamodb"),
    ("ecrpublic", "ecr-public"),
    ("efs", "elasticfilesystem"),
    ("elasticsearch", "es"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("eventbridge", "events"),
    ("eventbridgepipes", "pipes"),
    ("eventbridgescheduler", "scheduler"),
    ("kinesisfirehose", "firehose"),
    ("log", "logs"),
    ("msk", "kafka"),
    ("neptune", "rds"),
    ("parameterstore", "ssm"),
    ("route-53", "route53"),
    ("sagemaker-runtime", "sagemaker"),
    ("secrets", "secretsmanager"),
    ("secrets-manager", "secretsmanager"),
    ("service-discovery", "servicediscovery"),
    ("sesv2", "ses"),
    ("sfn", "states"),
    ("step-functions", "states"),
    ("stepfunctions", "states"),
    ("systemsmanager", "ssm"),
    ("waf2", "wafv2"),
    ("x-ray", "xray"),
];

/// Services that are taken for each other, the first for one of the others.
const RELATED: &[(&str, &[&str])] = &[
    ("autoscaling", &["application-autoscaling", "ec2"]),
    ("cloudwatch", &["logs", "events", "synthetics"]),
    ("ec2", &["elasticloadbalancing", "autoscaling", "vpc-lattice"]),
    ("ecs", &["ecr", "application-autoscaling", "elasticloadbalancing"]),
    ("events", &["scheduler", "pipes", "schemas"]),
    ("iam", &["sts"]),
    ("lambda", &["logs"]),
    ("logs", &["cloudwatch"]),
    ("scheduler", &["events"]),
    ("sns", &["sqs"]),
    ("sqs", &["sns"]),
    ("sts", &["iam"]),
];

/// The action of this service that has another name than the operation of its API.
pub(super) fn of_operation(service: &str, name: &str) -> Option<String> {
    let service = service.to_ascii_lowercase();
    if service == "apigateway" {
        // Its actions are the methods of HTTP.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
        let verbs = [
            ("Create", "POST"),
            ("Delete", "DELETE"),
            ("Get", "GET"),
            ("Put", "PUT"),
            ("Update", "PATCH"),
        ];
        let method = verbs.iter().find(|(verb, _)| {
            let noun = name.strip_prefix(verb);
            noun.is_some_and(|noun| noun.starts_with(|letter: char| letter.is_ascii_uppercase()))
        });
        return method.map(|(_, method)| format!("apigateway:{method}"));
    }
    let (_, operations) = OPERATIONS.iter().find(|(known, _)| *known == service)?;
    let (_, action) = operations
        .iter()
        .find(|(operation, _)| operation.eq_ignore_ascii_case(name))?;
    Some(format!("{service}:{action}"))
}

/// The prefix of a service that is called otherwise.
pub(super) fn prefix_of(service: &str) -> Option<&'static str> {
    let mut known = PREFIXES.iter();
    let found = known.find(|(called, _)| called.eq_ignore_ascii_case(service));
    found.map(|(_, prefix)| *prefix)
}

/// The action of this very name that another service has: one that is taken for this one, or the only one that there is.
pub(super) fn of_other_service(service: &str, name: &str) -> Option<String> {
    let has = |service: &&str| {
        let action = format!("{service}:{name}");
        !name.contains(['*', '?']) && !actions(&action).is_empty()
    };
    let related = RELATED
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(service));
    let mut related = related.into_iter().flat_map(|(_, others)| others.iter().copied());
    if let Some(other) = related.find(has) {
        return written(other, name);
    }
    let mut all = services().filter(has);
    match (all.next(), all.next()) {
        (Some(only), None) => written(only, name),
        _ => None,
    }
}

fn written(service: &str, name: &str) -> Option<String> {
    let facts = of_service(service)?.get(&name.to_ascii_lowercase())?;
    Some(format!("{service}:{}", facts.name()))
}

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, PREFIXES, RELATED};
    use crate::policy::authorization::{action, knows_service};

    #[test]
    fn all_are_of_the_reference() {
        for (service, operations) in OPERATIONS {
            for (operation, meant) in *operations {
                assert!(
                    action(&format!("{service}:{meant}")).is_some(),
                    "{service}:{meant}"
                );
                assert!(
                    action(&format!("{service}:{operation}")).is_none(),
                    "{service}:{operation}"
                );
            }
        }
        for (called, prefix) in PREFIXES {
            assert!(!knows_service(called) && knows_service(prefix), "{called}");
        }
        for (service, others) in RELATED {
            assert!(others.iter().chain([service]).all(|each| knows_service(each)));
        }
    }
}
