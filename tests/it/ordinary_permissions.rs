//! What services ordinarily do, as their public templates need it: what AWS would allow is accepted as it is declared, and what is
//! the team's own is not given away by it.

use pipeline_dsl::diagnostic::{Diagnostics, Severity};
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::{Proof, prove};
use pipeline_dsl::synth::synth;

use crate::sample;

/// What a service does with something of its own, of AWS's or of somebody else's.
struct Ordinary {
    what: &'static str,
    actions: &'static [&'static str],
    resources: &'static [&'static str],
    /// What the note says, where some policy that is not the team's decides.
    elsewhere: Option<&'static str>,
}

const fn own(
    what: &'static str,
    actions: &'static [&'static str],
    resources: &'static [&'static str],
) -> Ordinary {
    Ordinary {
        what,
        actions,
        resources,
        elsewhere: None,
    }
}

const fn noted(
    what: &'static str,
    actions: &'static [&'static str],
    resources: &'static [&'static str],
    note: &'static str,
) -> Ordinary {
    Ordinary {
        what,
        actions,
        resources,
        elsewhere: Some(note),
    }
}

const ORDINARY: &[Ordinary] = &[
    own(
        "buckets",
        &[
            "s3:CreateBucket",
            "s3:PutBucketPolicy",
            "s3:PutEncryptionConfiguration",
            "s3:DeleteBucket",
        ],
        &["arn:${AWS::Partition}:s3:::globex-web-*"],
    ),
    own(
        "objects",
        &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        &["arn:${AWS::Partition}:s3:::globex-web-*/*"],
    ),
    own(
        "buckets with the team's name in front",
        &["s3:CreateBucket", "s3:ListBucket"],
        &["arn:aws:s3:::acme-orders-*", "arn:aws:s3:::acme-builder"],
    ),
    own(
        "an access point",
        &["s3:GetAccessPoint"],
        &["arn:aws:s3:*:${AWS::AccountId}:accesspoint/orders"],
    ),
    own(
        "tables",
        &["dynamodb:CreateTable", "dynamodb:Query", "dynamodb:TagResource"],
        &[
            "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders",
            "arn:aws:dynamodb:*:*:table/orders/index/*",
        ],
    ),
    own(
        "queues",
        &["sqs:CreateQueue", "sqs:SendMessage", "sqs:ReceiveMessage"],
        &["arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:orders-*"],
    ),
    own(
        "topics",
        &["sns:CreateTopic", "sns:Publish"],
        &["arn:aws:sns:*:${AWS::AccountId}:orders"],
    ),
    own(
        "REST APIs",
        &[
            "apigateway:POST",
            "apigateway:GET",
            "apigateway:PATCH",
            "apigateway:DELETE",
        ],
        &[
            "arn:${AWS::Partition}:apigateway:*::/restapis",
            "arn:aws:apigateway:*::/restapis/*",
        ],
    ),
    own(
        "HTTP APIs",
        &["apigateway:POST"],
        &["arn:aws:apigateway:*::/apis", "arn:aws:apigateway:*::/tags/*"],
    ),
    own(
        "calls of an API",
        &["execute-api:Invoke"],
        &["arn:aws:execute-api:*:${AWS::AccountId}:a1b2c3d4e5/prod/GET/orders"],
    ),
    own(
        "hosted zones",
        &["route53:ChangeResourceRecordSets", "route53:GetHostedZone"],
        &["arn:${AWS::Partition}:route53:::hostedzone/Z0123456789ABCDEF"],
    ),
    own(
        "changes of records",
        &["route53:GetChange"],
        &["arn:aws:route53:::change/*"],
    ),
    noted(
        "a key of the account",
        &["kms:Decrypt", "kms:GenerateDataKey"],
        &["arn:aws:kms:us-east-1:${AWS::AccountId}:key/0a1b2c3d-0000-1111-2222-333344445555"],
        "is for the key's own policy to allow, or to leave to the account",
    ),
    noted(
        "keys whose ids are not known yet",
        &[
            "kms:DescribeKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:GenerateDataKey",
            "kms:Decrypt",
        ],
        &["arn:aws:kms:*:${AWS::AccountId}:key/*"],
        "is for the key's own policy to allow, or to leave to the account",
    ),
    own(
        "an alias",
        &["kms:CreateAlias"],
        &["arn:aws:kms:*:${AWS::AccountId}:alias/orders"],
    ),
    noted(
        "a key of another account",
        &["kms:Decrypt"],
        &["arn:aws:kms:us-east-1:888888888888:key/0a1b2c3d-0000-1111-2222-333344445555"],
        "needs a statement there: account 888888888888 decides too",
    ),
    own(
        "the layer of Powertools",
        &["lambda:GetLayerVersion"],
        &["arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:7"],
    ),
    noted(
        "a layer of another account",
        &["lambda:GetLayerVersion"],
        &["arn:aws:lambda:*:580247275435:layer:LambdaInsightsExtension:*"],
        "needs a statement there: account 580247275435 decides too",
    ),
    own(
        "functions",
        &[
            "lambda:CreateFunction",
            "lambda:UpdateFunctionCode",
            "lambda:InvokeFunction",
        ],
        &["arn:aws:lambda:*:${AWS::AccountId}:function:orders-*"],
    ),
    own(
        "event sources",
        &["lambda:UpdateEventSourceMapping"],
        &["arn:aws:lambda:*:${AWS::AccountId}:event-source-mapping:*"],
    ),
    own(
        "images of machines",
        &["ec2:RunInstances"],
        &["arn:${AWS::Partition}:ec2:us-east-1::image/ami-0abcdef1234567890"],
    ),
    own(
        "machines",
        &["ec2:RunInstances", "ec2:CreateTags"],
        &[
            "arn:aws:ec2:*:${AWS::AccountId}:instance/*",
            "arn:aws:ec2:*::snapshot/*",
        ],
    ),
    own(
        "VPC endpoints",
        &["ec2:CreateVpcEndpoint"],
        &[
            "arn:aws:ec2:*:${AWS::AccountId}:vpc-endpoint/*",
            "arn:aws:ec2:*:${AWS::AccountId}:vpc/vpc-0a1b2c3d",
        ],
    ),
    noted(
        "images of containers in the build account",
        &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        &["arn:aws:ecr:us-east-1:111111111111:repository/orders"],
        "needs a statement there: account 111111111111 decides too",
    ),
    own(
        "repositories",
        &["ecr:CreateRepository"],
        &["arn:aws:ecr:*:${AWS::AccountId}:repository/orders"],
    ),
    own(
        "secrets",
        &["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"],
        &["arn:aws:secretsmanager:*:${AWS::AccountId}:secret:orders/*"],
    ),
    noted(
        "a secret of another account",
        &["secretsmanager:GetSecretValue"],
        &["arn:aws:secretsmanager:eu-west-1:888888888888:secret:shared-??????"],
        "needs a statement there: account 888888888888 decides too",
    ),
    own(
        "parameters",
        &["ssm:PutParameter", "ssm:GetParameter"],
        &["arn:aws:ssm:*:${AWS::AccountId}:parameter/orders/*"],
    ),
    own(
        "parameters of AWS",
        &["ssm:GetParameters"],
        &["arn:aws:ssm:*::parameter/aws/service/ami-amazon-linux-latest/*"],
    ),
    own(
        "log groups",
        &[
            "logs:CreateLogGroup",
            "logs:PutRetentionPolicy",
            "logs:PutLogEvents",
        ],
        &[
            "arn:aws:logs:*:${AWS::AccountId}:log-group:/aws/lambda/orders*",
            "arn:aws:logs:*:*:log-group:/orders:log-stream:*",
        ],
    ),
    own(
        "state machines",
        &["states:CreateStateMachine", "states:StartExecution"],
        &["arn:aws:states:*:${AWS::AccountId}:stateMachine:orders"],
    ),
    own(
        "rules",
        &["events:PutRule", "events:PutTargets"],
        &["arn:aws:events:*:${AWS::AccountId}:rule/orders-*"],
    ),
    own(
        "schedules",
        &["scheduler:CreateSchedule"],
        &["arn:aws:scheduler:*:${AWS::AccountId}:schedule/default/orders"],
    ),
    noted(
        "an event bus of another account",
        &["events:PutEvents"],
        &["arn:aws:events:us-east-1:888888888888:event-bus/company"],
        "needs a statement there: account 888888888888 decides too",
    ),
    own(
        "distributions",
        &["cloudfront:CreateDistribution", "cloudfront:CreateInvalidation"],
        &["arn:aws:cloudfront::${AWS::AccountId}:distribution/*"],
    ),
    own(
        "managed policies of distributions",
        &["cloudfront:GetCachePolicy"],
        &["arn:aws:cloudfront:::cache-policy/*"],
    ),
    own(
        "a service-linked role",
        &["iam:CreateServiceLinkedRole"],
        &["arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*"],
    ),
    own(
        "the service-linked role of scaling",
        &["iam:CreateServiceLinkedRole"],
        &[
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
        ],
    ),
    noted(
        "a role of another account",
        &["sts:AssumeRole"],
        &["arn:aws:iam::888888888888:role/dns-writer"],
        "needs a statement there: account 888888888888 decides too",
    ),
    noted(
        "a role of another account of the team",
        &["sts:AssumeRole"],
        &["arn:aws:iam::111111111111:role/dns-writer"],
        "needs a statement there: account 111111111111 decides too",
    ),
    noted(
        "a role of the account",
        &["sts:AssumeRole"],
        &["arn:aws:iam::${AWS::AccountId}:role/reports"],
        "is for its own trust policy to allow",
    ),
    own(
        "a bearer token",
        &["sts:GetServiceBearerToken"],
        &["arn:aws:sts::${AWS::AccountId}:*"],
    ),
    own(
        "file systems",
        &[
            "elasticfilesystem:CreateFileSystem",
            "elasticfilesystem:ClientMount",
        ],
        &[
            "arn:aws:elasticfilesystem:*:${AWS::AccountId}:file-system/*",
            "arn:aws:elasticfilesystem:*:${AWS::AccountId}:access-point/*",
        ],
    ),
    own(
        "user pools",
        &["cognito-idp:UpdateUserPool", "cognito-idp:AdminGetUser"],
        &["arn:aws:cognito-idp:*:${AWS::AccountId}:userpool/*"],
    ),
    own(
        "identity pools",
        &["cognito-identity:UpdateIdentityPool"],
        &["arn:aws:cognito-identity:*:${AWS::AccountId}:identitypool/*"],
    ),
    own(
        "certificates",
        &["acm:DescribeCertificate", "acm:DeleteCertificate"],
        &["arn:aws:acm:*:${AWS::AccountId}:certificate/*"],
    ),
    own(
        "web ACLs",
        &["wafv2:CreateWebACL", "wafv2:AssociateWebACL"],
        &[
            "arn:aws:wafv2:*:${AWS::AccountId}:regional/webacl/orders/*",
            "arn:aws:wafv2:us-east-1:${AWS::AccountId}:global/webacl/orders/*",
        ],
    ),
    own(
        "scaling groups",
        &["autoscaling:CreateAutoScalingGroup"],
        &["arn:aws:autoscaling:*:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/orders"],
    ),
    own(
        "scalable targets",
        &["application-autoscaling:RegisterScalableTarget"],
        &["arn:aws:application-autoscaling:*:${AWS::AccountId}:scalable-target/*"],
    ),
    own(
        "ECS",
        &["ecs:CreateService", "ecs:UpdateService", "ecs:RunTask"],
        &[
            "arn:aws:ecs:*:${AWS::AccountId}:service/orders/*",
            "arn:aws:ecs:*:${AWS::AccountId}:task-definition/orders:*",
        ],
    ),
    own(
        "EKS",
        &["eks:CreateCluster", "eks:DescribeCluster"],
        &["arn:aws:eks:*:${AWS::AccountId}:cluster/orders"],
    ),
    own(
        "load balancers",
        &["elasticloadbalancing:CreateLoadBalancer"],
        &["arn:aws:elasticloadbalancing:*:${AWS::AccountId}:loadbalancer/app/orders/*"],
    ),
    own(
        "databases",
        &["rds:CreateDBInstance"],
        &[
            "arn:aws:rds:*:${AWS::AccountId}:db:orders",
            "arn:aws:rds:*:${AWS::AccountId}:subgrp:orders",
        ],
    ),
    own(
        "caches",
        &["elasticache:CreateReplicationGroup"],
        &["arn:aws:elasticache:*:${AWS::AccountId}:replicationgroup:orders"],
    ),
    own(
        "streams",
        &["kinesis:CreateStream", "kinesis:PutRecords"],
        &["arn:aws:kinesis:*:${AWS::AccountId}:stream/orders"],
    ),
    own(
        "delivery streams",
        &["firehose:CreateDeliveryStream"],
        &["arn:aws:firehose:*:${AWS::AccountId}:deliverystream/orders"],
    ),
    own(
        "alarms",
        &["cloudwatch:PutMetricAlarm"],
        &["arn:aws:cloudwatch:*:${AWS::AccountId}:alarm:orders-*"],
    ),
    own(
        "models",
        &["bedrock:InvokeModel"],
        &["arn:aws:bedrock:*::foundation-model/*"],
    ),
    own(
        "macros of AWS",
        &["cloudformation:CreateChangeSet"],
        &["arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31"],
    ),
    own(
        "mail",
        &["ses:SendEmail"],
        &["arn:aws:ses:*:${AWS::AccountId}:identity/globex.example"],
    ),
    own(
        "GraphQL APIs",
        &["appsync:GraphQL"],
        &["arn:aws:appsync:*:${AWS::AccountId}:apis/a1b2c3/*"],
    ),
    own(
        "what AWS knows of no resource for",
        &[
            "ec2:DescribeVpcs",
            "ecr:GetAuthorizationToken",
            "xray:PutTraceSegments",
        ],
        &["*"],
    ),
];

fn team(permissions: Permissions) -> Result<Team> {
    let west = Environment::standard(
        sample::name("west"),
        sample::account("222222222222"),
        Region::UsWest2,
    );
    let wave = || {
        let wave = Wave::named(sample::name("all"))
            .to(sample::dev())
            .to(west)
            .to(sample::prod().unapproved("a test"));
        wave.any()
    };
    let world = World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::UsEast1),
    );
    let pipeline_of = |service: &str, permissions: Permissions| {
        let service = Service::new(sample::name(service));
        let (pipeline, bundle) =
            Pipeline::from_artifact(service, Artifact::key(format!("{}/bundle.zip", service.name())));
        let stack = Stack::named(service.name().as_str()).template(bundle.file("template.yaml"));
        pipeline.stack(stack).permissions(permissions).release(wave())
    };
    let billing =
        Roles::passed_to(["lambda.amazonaws.com"]).allow(["sns:Publish"], ["arn:aws:sns:*:*:billing"]);
    world
        .environment(sample::dev())
        .environment(west)
        .environment(sample::prod())
        .wave(wave())
        .service(sample::orders())
        .service(Service::new(sample::name("billing")))
        .developers((1..4).map(sample::developer))
        .with(pipeline_of("orders", permissions))
        .with(pipeline_of("billing", sample::permissions().roles(billing)))
        .build()
}

fn proved(permissions: Permissions) -> Result<Proof> {
    let team = team(permissions)?;
    let assembly = synth(&team)?;
    Ok(prove(&team, &assembly).unwrap())
}

fn for_deployment(of: &[&Ordinary]) -> Permissions {
    let permissions = Permissions::new();
    of.iter().fold(permissions, |permissions, each| {
        permissions.allow(each.actions.to_vec(), each.resources.to_vec())
    })
}

fn for_roles(of: &[&Ordinary]) -> Permissions {
    let roles = Roles::passed_to(["lambda.amazonaws.com"]);
    let roles = of.iter().fold(roles, |roles, each| {
        roles.allow(each.actions.to_vec(), each.resources.to_vec())
    });
    sample::permissions().roles(roles)
}

/// So many that need no note are declared together: with each a team of its own, the test took a minute. What they grant is of
/// different services, so that none hides what another lacks.
const TOGETHER: usize = 8;

/// Accepted as it is declared, with a note where somebody else decides, and with none elsewhere.
fn refusals(permissions: fn(&[&Ordinary]) -> Permissions) -> Vec<String> {
    let (noted, silent): (Vec<&Ordinary>, Vec<&Ordinary>) =
        ORDINARY.iter().partition(|each| each.elsewhere.is_some());
    let alone = noted.chunks(1).map(|each| (each, each[0].elsewhere));
    let together = silent.chunks(TOGETHER).map(|each| (each, None));
    let mut wrong = Vec::new();
    for (declared, note) in alone.chain(together) {
        let what: Vec<&str> = declared.iter().map(|each| each.what).collect();
        let what = what.join(", ");
        let proof = match proved(permissions(declared)) {
            Ok(proof) => proof,
            Err(mistakes) => {
                wrong.push(format!("{what}: {mistakes}"));
                continue;
            }
        };
        if !proof.holds() || !proof.findings.is_empty() {
            wrong.push(format!("{what}: {}\n{:#?}", proof.diagnostics(), proof.findings));
        }
        let notes = proof.notes();
        let said: Vec<&str> = notes.iter().map(|note| note.message()).collect();
        match note {
            None if said.is_empty() => {}
            Some(expected) if said.len() == 1 && said.iter().all(|note| note.contains(expected)) => {}
            _ => wrong.push(format!("{what}: {said:#?}")),
        }
    }
    wrong
}

#[test]
fn forty_and_more_are_looked_at() {
    assert!(ORDINARY.len() >= 40, "{}", ORDINARY.len());
}

#[test]
fn a_deployment_may_do_what_services_ordinarily_need() {
    let wrong = refusals(for_deployment);
    assert!(wrong.is_empty(), "{} {}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn a_service_may_do_what_services_ordinarily_need() {
    let wrong = refusals(for_roles);
    assert!(wrong.is_empty(), "{} {}", wrong.len(), wrong.join("\n\n"));
}

/// What it comes to, with the places that it points at.
fn refused(permissions: Permissions) -> Diagnostics {
    match proved(permissions) {
        Ok(proof) => proof.diagnostics(),
        Err(mistakes) => mistakes,
    }
}

/// Grants on what is the team's own: to a deployment, and to a service's roles.
const THE_TEAMS: &[Ordinary] = &[
    own(
        "the build bucket",
        &["s3:GetObject", "s3:PutObject"],
        &["arn:aws:s3:::acme-build-111111111111-us-east-1-an/*"],
    ),
    own(
        "build buckets, by a pattern",
        &["s3:GetObject"],
        &["arn:${AWS::Partition}:s3:::acme-build-*/*"],
    ),
    own(
        "an artifact bucket",
        &["s3:DeleteObject"],
        &["arn:aws:s3:::acme-artifacts-111111111111-us-east-1-an/*"],
    ),
    own(
        "a developer's build bucket",
        &["s3:GetObject"],
        &["arn:aws:s3:::acme-build-500000000003-us-east-1-an/*"],
    ),
    own(
        "the keys of the build account",
        &["kms:Decrypt"],
        &["arn:aws:kms:us-east-1:111111111111:key/*"],
    ),
    own(
        "the topic of artifacts",
        &["sns:Publish"],
        &["arn:aws:sns:us-east-1:111111111111:acme-artifacts"],
    ),
    own(
        "topics of the build account",
        &["sns:Subscribe"],
        &["arn:aws:sns:*:111111111111:*"],
    ),
    own(
        "the pipeline's role",
        &["sts:AssumeRole"],
        &["arn:aws:iam::111111111111:role/acme/delivery/pipeline/acme-orders-pipeline-us-east-1"],
    ),
    own(
        "roles of the team elsewhere",
        &["sts:AssumeRole"],
        &["arn:aws:iam::333333333333:role/acme/*"],
    ),
    own(
        "the deployment of another service",
        &["sts:AssumeRole"],
        &["arn:aws:iam::${AWS::AccountId}:role/acme/delivery/deployment/acme-billing-deployment"],
    ),
    own(
        "a role that another service makes",
        &["sts:AssumeRole"],
        &["arn:aws:iam::${AWS::AccountId}:role/acme/service/billing/function"],
    ),
    own(
        "templates that are about to be deployed",
        &["s3:PutObject"],
        &["arn:aws:s3:::acme-templates-${AWS::AccountId}-*/*"],
    ),
];

#[test]
fn what_is_the_teams_is_not_given_away() {
    for grant in THE_TEAMS {
        let what = grant.what;
        for permissions in [for_deployment(&[grant]), for_roles(&[grant])] {
            let mistakes = refused(permissions);
            assert!(!mistakes.is_empty(), "{what} is given away");
            for mistake in &mistakes {
                let place = mistake.labels().first().map(|label| label.location().file());
                assert_eq!(place, Some(file!()), "{what}: {mistake}");
            }
        }
    }
}

/// The roles that a service's own stacks make are its own affair.
#[test]
fn a_service_assumes_roles_of_its_own() {
    let proof = proved(Permissions::new().allow(
        ["sts:AssumeRole"],
        ["arn:aws:iam::${AWS::AccountId}:role/acme/service/orders/reader"],
    ));
    let proof = proof.unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    assert_eq!(proof.notes().len(), 1, "{}", proof.notes());
}

/// A state machine that runs tasks hands on their role.
#[test]
fn a_service_hands_on_roles_of_its_own() {
    let pass = |role: &str| {
        let role = format!("arn:aws:iam::${{AWS::AccountId}}:role/acme/{role}");
        let roles = Roles::passed_to(["states.amazonaws.com"]).allow(["iam:PassRole"], [role]);
        proved(sample::permissions().roles(roles)).unwrap()
    };
    let own = pass("service/orders/*");
    assert!(own.holds(), "{}", own.diagnostics());
    assert_eq!(own.findings, []);
    for other in [
        "service/billing/*",
        "service/billing/function",
        "service/*",
        "delivery/deployment/*",
    ] {
        let mistakes = pass(other).diagnostics();
        assert!(!mistakes.is_empty(), "{other}");
        assert!(
            mistakes.iter().all(|mistake| !mistake.labels().is_empty()),
            "{mistakes}"
        );
    }
}

/// Of IAM nothing is granted by name but a service's own role, in its own place.
/// An instance has its role by an instance profile; what its deployment may do with it ends at the service's own path.
#[test]
fn instances_have_roles_of_their_service() {
    let grant = own("topics", &["sns:Publish"], &["arn:aws:sns:*:*:orders"]);
    let roles = |services: &[&str]| {
        let roles = Roles::passed_to(services.iter().copied());
        sample::permissions().roles(roles.allow(grant.actions.to_vec(), grant.resources.to_vec()))
    };
    let statements = |services: &[&str]| {
        let team = team(roles(services)).unwrap();
        let assembly = synth(&team).unwrap();
        let proof = prove(&team, &assembly).unwrap();
        assert!(proof.holds(), "{}", proof.diagnostics());
        assert!(proof.findings.is_empty(), "{:#?}", proof.findings);
        let stack = assembly
            .stacks()
            .iter()
            .find(|stack| stack.stack_name == "acme-target-orders")
            .unwrap();
        assembly.template(stack).to_owned()
    };
    let with = statements(&["ec2.amazonaws.com", "lambda.amazonaws.com"]);
    assert!(with.contains("\"KeepInstanceProfiles\""));
    assert!(with.contains(":instance-profile/acme/service/orders/*"));
    assert!(with.contains("\"KeepPolicies\""));
    assert!(with.contains(":policy/acme/service/orders/*"));
    let without = statements(&["lambda.amazonaws.com"]);
    assert!(!without.contains("KeepInstanceProfiles"));
}

#[test]
fn service_linked_roles_are_made_for_one_service() {
    for resource in [
        "*",
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::*:role/aws-service-role/*",
        "arn:aws:iam::*:role/aws-service-role/*/x",
        "arn:aws:iam::*:role/orders/aws-service-role/ecs.amazonaws.com/*",
    ] {
        let mistakes = refused(Permissions::new().allow(["iam:CreateServiceLinkedRole"], [resource]));
        let codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code()).collect();
        assert_eq!(codes, ["team::service-linked-role"], "{resource}: {mistakes}");
    }
    let path = "arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*";
    for action in [
        "iam:DeleteServiceLinkedRole",
        "iam:CreateServiceLinked*",
        "iam:CreateRole",
        "iam:PassRole",
    ] {
        let mistakes = refused(Permissions::new().allow([action], [path]));
        assert_eq!(
            mistakes.iter().next().map(|mistake| mistake.code()),
            Some("team::iam-action"),
            "{action}"
        );
    }
}

/// One line of the program is one error, wherever it is deployed; every request is still there.
#[test]
fn one_mistake_in_many_places_is_one_error() {
    let actions = [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:GetObjectVersion",
    ];
    let bucket = "arn:aws:s3:::acme-build-111111111111-us-east-1-an/*";
    let proof = proved(Permissions::new().allow(actions, [bucket])).unwrap();
    assert_eq!(proof.broken.len(), actions.len() * 5);
    let mistakes = proof.diagnostics();
    assert_eq!(mistakes.len(), 1, "{mistakes}");
    insta::assert_snapshot!(without_place(&mistakes));
}

/// What has to be said elsewhere is said once, with the statement to add there.
#[test]
fn what_is_elsewhere_is_one_note() {
    let reader = "arn:aws:ecr:us-east-1:888888888888:repository/orders";
    let proof =
        proved(Permissions::new().allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [reader]));
    let notes = proof.unwrap().notes();
    assert_eq!(notes.len(), 1, "{notes}");
    assert!(notes.iter().all(|note| note.severity() == Severity::Note));
    insta::assert_snapshot!(without_place(&notes));
}

/// A resource of one environment's account is at hand there, and elsewhere for the others.
#[test]
fn what_is_elsewhere_for_some_is_said_to_them() {
    let key = "arn:aws:kms:us-east-1:222222222222:key/0a1b2c3d-0000-1111-2222-333344445555";
    let notes = proved(Permissions::new().allow(["kms:Decrypt"], [key]))
        .unwrap()
        .notes();
    let said: Vec<&str> = notes.iter().map(|note| note.message()).collect();
    assert_eq!(said.len(), 2, "{notes}");
    assert!(
        said.iter().any(|note| note.contains("leave to the account")),
        "{notes}"
    );
    assert!(
        said.iter()
            .any(|note| note.contains("account 222222222222 decides too")),
        "{notes}"
    );
}

/// The text without the line of this file, which moves.
fn without_place(found: &Diagnostics) -> String {
    let text = found.to_string();
    const FILE: &str = "tests/it/ordinary_permissions.rs";
    let lines = text.lines().map(|line| match line.split_once(FILE) {
        Some((before, after)) => {
            let text = after.splitn(4, ':').nth(3).unwrap_or_default();
            format!("{before}{FILE}:{text}")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<String>>().join("\n")
}
