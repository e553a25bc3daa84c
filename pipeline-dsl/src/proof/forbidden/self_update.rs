use super::asking::{BEST_PRACTICES, READS, WRITES, approvals, object, purpose, requester, roles};
use crate::cloudformation::ResourceKind;
use crate::model::OWNER_TAG;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::passing;
use crate::proof::hops::fan_out::subscribing;
use crate::proof::hops::self_update::{Power, via_cloudformation};
use crate::proof::json::text;
use crate::proof::policies::ownership::unrelated_bucket;

const CALLED_VIA: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledviafirst";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";

/// The team's own program deploys the team's stacks: nothing that is not in them, no data, and nothing past CloudFormation.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in roles(deployed) {
        let Some(power) = Power::of(role) else { continue };
        hops.serve(format!(
            "role {} of {}",
            role.identity.reference, role.home.account
        ));
        let who = requester(role);
        elsewhere(role, &who, hops);
        data(deployed, role, &who, hops);
        roles_of_others(deployed, role, &who, hops);
        approves(deployed, role, &who, hops);
        past_cloudformation(deployed, role, &who, hops);
        match power {
            Power::Plan => changes(deployed, role, &who, hops),
            Power::Deploy => hands_on(deployed, role, &who, hops),
        }
    }
}

/// Other people's stacks and resources, through CloudFormation too.
fn elsewhere(role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let home = role.home;
    let mut deny = |actions: &[&str], on: &str| {
        for action in actions {
            let request = Request::new(who.clone(), *action, on);
            hops.add(
                "the program touches what is not the team's",
                BEST_PRACTICES,
                request.clone(),
            );
            hops.add(
                "the program touches what is not the team's",
                BEST_PRACTICES,
                via_cloudformation(request),
            );
        }
    };
    let stack = home.arn("cloudformation", "stack/somebody-elses/a1b2c3d");
    deny(
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:GetTemplate",
        ],
        &stack,
    );
    let bucket = unrelated_bucket(home);
    deny(
        &[
            "s3:CreateBucket",
            "s3:PutBucketPolicy",
            "s3:PutLifecycleConfiguration",
        ],
        &bucket,
    );
    deny(&["s3:GetObject", "s3:PutObject"], &format!("{bucket}/object"));
    deny(
        &["iam:CreateUser", "iam:CreateAccessKey"],
        &home.iam("user/somebody"),
    );
    deny(&["sns:SetTopicAttributes"], &home.arn("sns", "unrelated"));
    deny(&["sqs:SetQueueAttributes"], &home.arn("sqs", "unrelated"));
    deny(
        &[
            "lambda:UpdateFunctionCode",
            "lambda:AddPermission",
            "lambda:InvokeFunction",
        ],
        &home.arn("lambda", "function:unrelated"),
    );
    deny(
        &["logs:DeleteLogGroup"],
        &home.arn("logs", "log-group:unrelated:*"),
    );
    deny(
        &["codebuild:UpdateProject"],
        &home.arn("codebuild", "project/unrelated"),
    );
    deny(
        &["codepipeline:UpdatePipeline"],
        &home.arn("codepipeline", "unrelated"),
    );
    deny(&["events:PutTargets"], &home.arn("events", "rule/unrelated"));
    deny(
        &["cloudwatch:DeleteAlarms"],
        &home.arn("cloudwatch", "alarm:unrelated"),
    );
    deny(&["sts:AssumeRole"], &home.iam("role/unrelated"));
    // A key without the team's tag, or with another team's. An alias of the team's may point to a key without a tag: the team's
    // own are such keys while they are made.
    let key = home.arn("kms", "key/unrelated");
    let alias = Request::new(who.clone(), "kms:CreateAlias", &key);
    let alias = tagged(via_cloudformation(alias), "another-team");
    hops.add("the program takes over a key", BEST_PRACTICES, alias);
    for action in [
        "kms:PutKeyPolicy",
        "kms:UpdateKeyDescription",
        "kms:UntagResource",
        "kms:TagResource",
    ] {
        let request = via_cloudformation(Request::new(who.clone(), action, &key));
        hops.add("the program takes over a key", BEST_PRACTICES, request.clone());
        let tagged = tagged(request, "another-team");
        hops.add("the program takes over a key", BEST_PRACTICES, tagged);
    }
}

/// A request to a resource with a team's tag, which puts that tag on.
fn tagged(request: Request, team: &str) -> Request {
    request
        .sent_on(
            ServiceCall::TaggedResource,
            [(format!("aws:ResourceTag/{OWNER_TAG}"), team)],
        )
        .sent_on(
            ServiceCall::TagsResource,
            [(format!("aws:RequestTag/{OWNER_TAG}"), team)],
        )
}

/// What buckets hold and keys protect is never read, changed or deleted by a deployment.
fn data(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let account = role.home.account;
    for resource in deployed.of_account(account) {
        let arn = resource.identity.arn.as_str();
        let mut deny = |actions: &[&str], on: &str| {
            for action in actions {
                let mut request = via_cloudformation(Request::new(who.clone(), *action, on));
                // The team's keys are told by their tag.
                if resource.kind == ResourceKind::Key {
                    let tag = (format!("aws:ResourceTag/{OWNER_TAG}"), deployed.team.as_str());
                    request = request.sent_on(ServiceCall::TaggedResource, [tag]);
                }
                hops.add("a deployment loses or reads data", BEST_PRACTICES, request);
            }
        };
        deny(resource.kind.facts().forbidden.deployments, arn);
        if resource.kind == ResourceKind::Bucket {
            deny(&WRITES, &object(resource));
            // Of the pipeline's artifacts, its builds read the program.
            if account != deployed.build_account || !arn.contains("-artifacts-") {
                deny(&READS, &object(resource));
            }
        }
    }
}

/// Roles that services' stacks make, and everybody else's.
fn roles_of_others(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let home = role.home;
    let team = deployed.team;
    for path in ["role/somebody", &format!("role/{team}/service/orders/function")] {
        for action in [
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:PutRolePolicy",
            "iam:UpdateAssumeRolePolicy",
            "iam:AttachRolePolicy",
        ] {
            let request = via_cloudformation(Request::new(who.clone(), action, home.iam(path)));
            hops.add("the program changes another's role", BEST_PRACTICES, request);
        }
    }
    let policy = home.iam("policy/somebody");
    for action in ["iam:CreatePolicyVersion", "iam:DeletePolicy"] {
        let request = via_cloudformation(Request::new(who.clone(), action, &policy));
        hops.add("the program changes another's policy", BEST_PRACTICES, request);
    }
    // A policy of AWS's own is on nothing that we make.
    let own = via_cloudformation(Request::new(
        who.clone(),
        "iam:AttachRolePolicy",
        &role.identity.arn,
    ));
    hops.add("the program gives itself more", BEST_PRACTICES, own);
}

/// Who asks for an approval does not give it.
fn approves(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let account = role.home.account;
    for pipeline in deployed.of_kind(ResourceKind::Pipeline) {
        if pipeline.home.account != account {
            continue;
        }
        let mut deny = |actions: &[&str], on: &str| {
            hops.add_each("the program approves itself", BEST_PRACTICES, who, actions, on);
        };
        for approval in approvals(pipeline) {
            deny(&["codepipeline:PutApprovalResult"], &approval);
        }
        let changes = [
            "codepipeline:StartPipelineExecution",
            "codepipeline:UpdatePipeline",
        ];
        deny(&changes, &pipeline.identity.arn);
    }
}

/// The program's own requests to what only stacks may change.
fn past_cloudformation(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let account = role.home.account;
    for resource in deployed.of_account(account) {
        let forbidden = resource.kind.facts().forbidden;
        for action in forbidden.changes.iter().chain(forbidden.program) {
            let request = Request::new(who.clone(), *action, &resource.identity.arn);
            let request = tagged(request, deployed.team.as_str());
            hops.add("the program goes past CloudFormation", CALLED_VIA, request);
        }
    }
    let asked = [
        "kms:CreateKey",
        "kms:ListAliases",
        "logs:DescribeLogGroups",
        "sns:Unsubscribe",
    ];
    let past = "the program goes past CloudFormation";
    hops.add_each(past, CALLED_VIA, who, &asked, "*");
    let alarms = role.home.arn("cloudwatch", "alarm:*");
    hops.add_each(past, CALLED_VIA, who, &["cloudwatch:DescribeAlarms"], &alarms);
    for project in deployed.of_kind(ResourceKind::Project) {
        let connection = text(&project.properties, &["Source", "Auth", "Resource"]);
        if project.home.account == account && !connection.is_empty() {
            let service = connection.split(':').nth(2).unwrap_or_default();
            let request = Request::new(who.clone(), format!("{service}:UseConnection"), connection);
            hops.add("the program goes past CloudFormation", CALLED_VIA, request);
        }
    }
    for subscription in deployed.of_kind(ResourceKind::Subscription) {
        if subscription.home.account == account {
            let topic = text(&subscription.properties, &["TopicArn"]);
            let endpoint = text(&subscription.properties, &["Endpoint"]);
            let request = subscribing(who.clone(), topic, "lambda", endpoint);
            hops.add("the program goes past CloudFormation", CALLED_VIA, request);
        }
    }
}

/// A plan changes nothing.
fn changes(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let account = role.home.account;
    for resource in deployed.of_account(account) {
        let name = resource.stack.rsplit('/').next().unwrap_or_default();
        let stack = resource
            .home
            .arn("cloudformation", &format!("stack/{name}/a1b2c3d"));
        let calls = [
            "cloudformation:ExecuteChangeSet",
            "cloudformation:CreateStack",
            "cloudformation:UpdateStack",
            "cloudformation:DeleteStack",
            "cloudformation:SetStackPolicy",
        ];
        hops.add_each("a plan changes a stack", BEST_PRACTICES, who, &calls, &stack);
        for action in resource.kind.facts().forbidden.plans {
            let request = Request::new(who.clone(), *action, &resource.identity.arn);
            hops.add(
                "a plan changes a resource",
                BEST_PRACTICES,
                via_cloudformation(request),
            );
        }
    }
}

/// Each role goes to the service that it is for.
fn hands_on(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    // What is made with its actions' roles.
    let mut pipelines = deployed.of_kind(ResourceKind::Pipeline);
    let has_pipelines = pipelines.any(|pipeline| pipeline.home.account == role.home.account);
    for other in roles(deployed).filter(|other| other.home.account == role.home.account) {
        let trust = other
            .properties
            .get("AssumeRolePolicyDocument")
            .cloned()
            .unwrap_or_default();
        let trust = trust.to_string();
        for service in [
            "codebuild",
            "codepipeline",
            "events",
            "lambda",
            "cloudformation",
            "ec2",
            "glue",
        ] {
            let principal = format!("{service}.amazonaws.com");
            let for_it = match service {
                "cloudformation" => has_pipelines && purpose(other) == "deployment",
                "codepipeline" if purpose(other) == "action" => has_pipelines,
                _ => trust.contains(&principal),
            };
            let pass = passing(who.clone(), &other.identity.arn, &principal);
            hops.add("the program goes past CloudFormation", CALLED_VIA, pass.clone());
            if !for_it {
                let pass = via_cloudformation(pass);
                hops.add("the program hands a role to another service", PASS_ROLE, pass);
            }
        }
    }
}
