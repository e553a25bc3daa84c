//! Actions for which AWS knows no resource: `*` is all that can be written for them.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

/// By the service that lists them on its page of the Service Authorization Reference; a `*` at the end stands for all that begin
/// so. Not all that there are: those that services ordinarily need.
const ACTIONS: &[(&str, &[&str])] = &[
    ("acm", &["RequestCertificate"]),
    ("appsync", &["CreateGraphqlApi"]),
    ("autoscaling", &["Describe*"]),
    ("cloudformation", &["ValidateTemplate"]),
    (
        "cloudfront",
        &[
            "CreateCachePolicy",
            "CreateCloudFrontOriginAccessIdentity",
            "CreateDistribution",
            "CreateFunction",
            "CreateKeyGroup",
            "CreateOriginAccessControl",
            "CreateOriginRequestPolicy",
            "CreatePublicKey",
            "CreateResponseHeadersPolicy",
        ],
    ),
    (
        "cloudwatch",
        &["GetMetricData", "GetMetricStatistics", "PutMetricData"],
    ),
    (
        "cognito-identity",
        &["CreateIdentityPool", "SetIdentityPoolRoles"],
    ),
    ("cognito-idp", &["CreateUserPool"]),
    ("ec2", &["Describe*"]),
    ("ecr", &["GetAuthorizationToken"]),
    ("ecs", &["DeregisterTaskDefinition", "DiscoverPollEndpoint"]),
    ("eks", &["CreateCluster"]),
    ("elasticfilesystem", &["CreateFileSystem"]),
    ("elasticloadbalancing", &["Describe*"]),
    ("kms", &["CreateKey", "GenerateRandom"]),
    ("lambda", &["CreateEventSourceMapping", "GetAccountSettings"]),
    (
        "route53",
        &["CreateHealthCheck", "CreateHostedZone", "GetHostedZoneCount"],
    ),
    ("secretsmanager", &["BatchGetSecretValue", "GetRandomPassword"]),
    (
        "servicediscovery",
        &["CreateHttpNamespace", "CreatePrivateDnsNamespace"],
    ),
    (
        "sns",
        &[
            "GetSubscriptionAttributes",
            "SetSubscriptionAttributes",
            "Unsubscribe",
        ],
    ),
    (
        "ssmmessages",
        &[
            "CreateControlChannel",
            "CreateDataChannel",
            "OpenControlChannel",
            "OpenDataChannel",
        ],
    ),
    (
        "states",
        &[
            "SendTaskFailure",
            "SendTaskHeartbeat",
            "SendTaskSuccess",
            "ValidateStateMachineDefinition",
        ],
    ),
    ("sts", &["GetCallerIdentity", "GetServiceBearerToken"]),
    ("tag", &["GetResources"]),
    (
        "xray",
        &[
            "GetSamplingRules",
            "GetSamplingTargets",
            "PutTelemetryRecords",
            "PutTraceSegments",
        ],
    ),
];

/// Whether `*` is all that can be written for it.
pub(super) fn knows_no_resource(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    let listed = ACTIONS
        .iter()
        .filter(|(of, _)| *of == service)
        .flat_map(|(_, names)| names.iter());
    // Of lists, most are of the whole account.
    name.starts_with("List")
        || listed.into_iter().any(|listed| match listed.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *listed,
        })
}
