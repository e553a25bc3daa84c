use super::{BUCKET_CHANGES, KEY_CHANGES, READS, WRITES, administrator, object, roles};
use crate::policy::{Request, Requester};
use crate::proof::deployed::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::{items, service, text};

const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
pub(super) const CONFUSED_DEPUTY: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html";

/// An account that has nothing to do with the team.
pub(super) const STRANGER: &str = "999999999999";

pub(super) fn all(deployed: &Deployed, hops: &mut Hops) {
    hops.serve("strangers");
    for who in [Requester::Anonymous, administrator(STRANGER)] {
        for resource in &deployed.resources {
            let arn = &resource.identity.arn;
            let actions: &[&str] = match resource.r#type.as_str() {
                "AWS::S3::Bucket" => {
                    let in_it = READS.iter().chain(&WRITES).copied().collect::<Vec<_>>();
                    hops.add_each(
                        "a stranger at a bucket",
                        CROSS_ACCOUNT,
                        &who,
                        &in_it,
                        &object(resource),
                    );
                    hops.add_each(
                        "a stranger at a bucket",
                        CROSS_ACCOUNT,
                        &who,
                        &BUCKET_CHANGES,
                        arn,
                    );
                    &["s3:ListBucket", "s3:ListBucketVersions"]
                }
                "AWS::KMS::Key" => {
                    hops.add_each("a stranger at a key", CROSS_ACCOUNT, &who, &KEY_CHANGES, arn);
                    &["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"]
                }
                "AWS::SNS::Topic" => &["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"],
                "AWS::SQS::Queue" => &["sqs:SendMessage", "sqs:ReceiveMessage"],
                "AWS::Lambda::Function" => &["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
                "AWS::IAM::Role" => &["sts:AssumeRole"],
                _ => continue,
            };
            hops.add_each("a stranger", CROSS_ACCOUNT, &who, actions, arn);
        }
    }
    disguised(deployed, hops);
    deputies(deployed, hops);
}

/// Somebody who gives a role of their own the name of one of ours.
fn disguised(deployed: &Deployed, hops: &mut Hops) {
    for role in roles(deployed) {
        let own = role.home.account.as_str();
        let disguise = role.identity.arn.replacen(own, STRANGER, 1);
        let as_role = |action: &str, resource: &str| {
            Request::new(administrator(STRANGER), action, resource).with("aws:PrincipalArn", &disguise)
        };
        for bucket in deployed.of_type("AWS::S3::Bucket") {
            for action in READS {
                hops.add(
                    "a stranger's role of the same name",
                    CROSS_ACCOUNT,
                    as_role(action, &object(bucket)),
                );
            }
            let list = as_role("s3:ListBucket", &bucket.identity.arn);
            hops.add("a stranger's role of the same name", CROSS_ACCOUNT, list);
        }
        for key in deployed.of_type("AWS::KMS::Key") {
            let decrypt = as_role("kms:Decrypt", &key.identity.arn);
            hops.add("a stranger's role of the same name", CROSS_ACCOUNT, decrypt);
        }
    }
    // Of another organization, with units of the same name.
    let Some((_, path)) = &deployed.organization else {
        return;
    };
    for topic in deployed.of_type("AWS::SNS::Topic") {
        let subscribe = Request::new(administrator(STRANGER), "sns:Subscribe", &topic.identity.arn)
            .with("sns:Protocol", "lambda")
            .with(
                "sns:Endpoint",
                "arn:aws:lambda:us-east-1:999999999999:function:acme-subscriber-999999999999",
            )
            .with("aws:PrincipalOrgID", "o-strangers00")
            .with_all("aws:PrincipalOrgPaths", [path.clone()]);
        hops.add("a stranger of another organization", CROSS_ACCOUNT, subscribe);
    }
}

/// Services that act for somebody else.
fn deputies(deployed: &Deployed, hops: &mut Hops) {
    let foreign = |service_name: &str, action: &str, resource: &str, source: &str| {
        Request::new(service(service_name), action, resource)
            .with("aws:SourceAccount", STRANGER)
            .with("aws:SourceArn", source)
    };
    for role in roles(deployed) {
        for statement in items(text_document(&role.properties), "Statement") {
            let name = text(statement, &["Principal", "Service"]);
            // AWS documents no source for CodePipeline and CloudFormation: they are asked where the team wants it.
            let undocumented = ["codepipeline.amazonaws.com", "cloudformation.amazonaws.com"].contains(&name);
            if name.is_empty() || undocumented && !deployed.source_account_everywhere {
                continue;
            }
            let service_code = name.split('.').next().unwrap_or_default();
            let source = format!("arn:aws:{service_code}:us-east-1:{STRANGER}:something");
            let request = foreign(name, "sts:AssumeRole", &role.identity.arn, &source);
            hops.add("a service that acts for a stranger", CONFUSED_DEPUTY, request);
            let nobody = Request::new(service(name), "sts:AssumeRole", &role.identity.arn);
            hops.add(
                "a service that does not say for whom it acts",
                CONFUSED_DEPUTY,
                nobody,
            );
        }
    }
    let topic = format!("arn:aws:sns:us-east-1:{STRANGER}:something");
    let rule = format!("arn:aws:events:us-east-1:{STRANGER}:rule/something");
    for resource in &deployed.resources {
        let arn = &resource.identity.arn;
        let (deputy, action, source) = match resource.r#type.as_str() {
            "AWS::Lambda::Function" => ("sns.amazonaws.com", "lambda:InvokeFunction", &topic),
            "AWS::SQS::Queue" => ("sns.amazonaws.com", "sqs:SendMessage", &topic),
            "AWS::SNS::Topic" => ("events.amazonaws.com", "sns:Publish", &rule),
            _ => continue,
        };
        let request = foreign(deputy, action, arn, source);
        hops.add("a service that acts for a stranger", CONFUSED_DEPUTY, request);
        // The account right, the resource another.
        let sibling = source.replacen(STRANGER, resource.home.account.as_str(), 1);
        let request = Request::new(service(deputy), action, arn)
            .with("aws:SourceAccount", resource.home.account.as_str())
            .with("aws:SourceArn", sibling);
        hops.add("another resource of the same account", CONFUSED_DEPUTY, request);
        // The resource right, the account not said.
        if resource.r#type == "AWS::SNS::Topic" {
            for rule in deployed.of_type("AWS::Events::Rule") {
                let request = Request::new(service(deputy), action, arn)
                    .with("aws:SourceAccount", STRANGER)
                    .with("aws:SourceArn", &rule.identity.arn);
                hops.add("a service that acts for a stranger", CONFUSED_DEPUTY, request);
            }
        }
    }
}

fn text_document(properties: &serde_json::Value) -> &serde_json::Value {
    properties
        .get("AssumeRolePolicyDocument")
        .unwrap_or(&serde_json::Value::Null)
}
