use super::{Misfit, action, actions, date, of_grant, of_request, of_statement};
use crate::policy::request::{Request, Requester};
use crate::policy::rule::Rule;
use crate::policy::service_call::{Evidence, ServiceCall};
use serde_json::json;

fn misfits(statement: &serde_json::Value) -> Vec<String> {
    let rule = Rule::parse(statement).unwrap();
    of_statement(&rule).iter().map(ToString::to_string).collect()
}

#[test]
fn the_table_says_what_the_pages_say() {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    for none in [
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:DescribeIndexPolicies",
    ] {
        assert!(action(none).unwrap().takes().is_empty(), "{none}");
    }
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    let create = action("lambda:createfunction").unwrap();
    assert_eq!((create.service(), create.name()), ("lambda", "CreateFunction"));
    assert!(create.needs_resource() && create.has_key("lambda:Layer") && create.has_key("aws:SourceIp"));
    assert!(!create.has_key("lambda:Principal") && !create.has_key("s3:prefix"));
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
    let pipeline = "arn:aws:codepipeline:us-east-1:111111111111:acme-orders";
    let approve = action("codepipeline:PutApprovalResult").unwrap();
    assert!(approve.is_asked_on(&format!("{pipeline}/Approve/approval")) && !approve.is_asked_on(pipeline));
    let start = action("codepipeline:StartPipelineExecution").unwrap();
    assert!(start.is_asked_on(pipeline) && !start.is_asked_on(&format!("{pipeline}/Approve/approval")));
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
    let decrypt = action("kms:Decrypt").unwrap();
    assert!(decrypt.has_key("kms:EncryptionContext:aws:s3:arn") && decrypt.has_key("aws:ResourceTag/team"));
    assert_eq!(actions("dynamodb:describetable*").len(), 2);
    assert!(action("lambda:CreateFuncton").is_none() && action("nonsense").is_none());
    assert!(date().starts_with("20"), "{}", date());
}

#[test]
fn what_never_applies_is_told() {
    let topic = "arn:aws:sns:us-east-1:111111111111:orders";
    let queue = "arn:aws:sqs:us-east-1:111111111111:orders";
    assert_eq!(of_grant(&["sns:Publish"], &[topic]), []);
    assert_eq!(of_grant(&["sns:Publish", "sqs:SendMessage"], &[topic, queue]), []);
    assert_eq!(of_grant(&["sns:Publish"], &["*"]), []);
    assert_eq!(of_grant(&["sns:DoWhatNobodyKnows"], &[queue]), []);
    assert!(matches!(
        of_grant(&["sns:Publish"], &[queue]).as_slice(),
        [Misfit::TakesOthers { .. }]
    ));
    assert!(matches!(
        of_grant(&["sns:Publish"], &[topic, queue]).as_slice(),
        [Misfit::OfNoAction { .. }]
    ));
    assert!(matches!(
        of_grant(&["sns:Unsubscribe"], &[topic]).as_slice(),
        [Misfit::TakesNone { .. }]
    ));
}

/// Of services with several pages, names with paths, and ARNs without a region: nothing that is right is told.
#[test]
fn grants_as_people_write_them_are_right() {
    let right: &[(&[&str], &[&str])] = &[
        (
            &["apigateway:POST", "apigateway:GET", "apigateway:PATCH"],
            &[
                "arn:aws:apigateway:*::/restapis",
                "arn:aws:apigateway:*::/restapis/*",
                "arn:aws:apigateway:*::/apis/*",
            ],
        ),
        (
            &["elasticloadbalancing:CreateLoadBalancer"],
            &["arn:aws:elasticloadbalancing:*:*:loadbalancer/app/orders/*"],
        ),
        (
            &["elasticloadbalancing:DeleteLoadBalancer"],
            &["arn:aws:elasticloadbalancing:*:*:loadbalancer/classic"],
        ),
        (
            &["logs:PutLogEvents", "logs:CreateLogStream"],
            &["arn:aws:logs:*:*:log-group:/aws/lambda/orders:*"],
        ),
        (
            &["lambda:InvokeFunction"],
            &[
                "arn:aws:lambda:*:*:function:orders",
                "arn:aws:lambda:*:*:function:orders:live",
            ],
        ),
        (
            &["dynamodb:Query", "dynamodb:*Item"],
            &[
                "arn:aws:dynamodb:*:*:table/orders",
                "arn:aws:dynamodb:*:*:table/orders/index/*",
            ],
        ),
        (
            &["s3:ListBucket", "s3:GetObject"],
            &["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"],
        ),
        (&["s3:ListBucket", "s3:GetObject"], &["arn:aws:s3:::orders*"]),
        (&["ssm:GetParameter*"], &["arn:aws:ssm:*:*:parameter/orders/*"]),
        (
            &["route53:ChangeResourceRecordSets"],
            &["arn:aws:route53:::hostedzone/Z1"],
        ),
        (
            &["cloudfront:CreateInvalidation"],
            &["arn:aws:cloudfront::*:distribution/E1"],
        ),
        (&["ecs:RunTask"], &["arn:aws:ecs:*:*:task-definition/orders:*"]),
        (&["ses:SendEmail"], &["arn:aws:ses:*:*:identity/acme.com"]),
        (
            &["kms:CreateAlias"],
            &["arn:aws:kms:*:*:alias/orders", "arn:aws:kms:*:*:key/*"],
        ),
    ];
    for (actions, resources) in right {
        assert_eq!(of_grant(actions, resources), [], "{actions:?}");
        assert!(actions.iter().all(|action| !super::actions(action).is_empty()));
    }
}

#[test]
fn a_condition_on_a_key_that_the_action_lacks_is_told() {
    let allow = |key: &str, operator: &str| json!({"Effect": "Allow", "Action": ["sns:Publish"], "Resource": "*", "Condition": {operator: {key: "a"}}});
    assert_eq!(
        misfits(&allow("sns:Protocol", "StringEquals")),
        ["`sns:Publish` has no condition key `sns:Protocol`"]
    );
    assert!(misfits(&allow("sns:Protocol", "StringEqualsIfExists")).is_empty());
    assert!(misfits(&allow("aws:SourceAccount", "StringEquals")).is_empty());
    let deny = json!({"Effect": "Deny", "Action": "sns:*", "Resource": "*",
        "Condition": {"StringEquals": {"sns:Protocol": "http"}}});
    assert!(misfits(&deny).is_empty(), "some action of the service has it");
}

#[test]
fn a_request_is_asked_as_aws_asks_it() {
    let asked = |action: &str, resource: &str| {
        let who = Requester::Administrator("111111111111".to_owned());
        of_request(&Request::new(who, action, resource))
    };
    assert_eq!(asked("logs:DescribeLogGroups", "*"), []);
    assert_eq!(asked("s3:GetObject", "*"), [], "no type of resource is required");
    assert!(matches!(
        asked("sns:Publish", "*").as_slice(),
        [Misfit::NeedsResource { .. }]
    ));
    assert!(matches!(
        asked(
            "logs:DescribeLogGroups",
            "arn:aws:logs:us-east-1:111111111111:log-group:*"
        )
        .as_slice(),
        [Misfit::TakesNone { .. }]
    ));
}

/// The keys that services send are keys of the actions that they ask for.
#[test]
fn the_table_of_what_aws_sends_agrees() {
    for call in ServiceCall::ALL {
        let facts = call.facts();
        for name in facts.actions {
            let known = action(name).unwrap_or_else(|| panic!("{name}"));
            for sent in facts.sent {
                let assumed = matches!(sent.evidence, Evidence::Assumed { .. });
                assert!(known.has_key(sent.key) || assumed, "{name} {}", sent.key);
            }
        }
    }
}
