use super::asking::{READS, WRITES, administrator, as_role, object, of_organization, of_unit, roles};
use crate::cloudformation::{ArnForm, ResourceKind};
use crate::policy::{Caller, Evidence, Request, Requester, SentKey, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::{Source, by_service, service};
use crate::proof::hops::fan_out::subscribing;
use crate::proof::json::{items, text};

const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
pub(super) const CONFUSED_DEPUTY: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html";

pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    hops.serve("strangers");
    for who in [Requester::Anonymous, administrator(deployed.stranger.as_str())] {
        for resource in &deployed.resources {
            let arn = &resource.identity.arn;
            let forbidden = resource.kind.facts().forbidden;
            if resource.kind == ResourceKind::Bucket {
                let in_it = READS.iter().chain(&WRITES).copied().collect::<Vec<_>>();
                let object = object(resource);
                hops.add_each("a stranger at a bucket", CROSS_ACCOUNT, &who, &in_it, &object);
            }
            hops.add_each("a stranger", CROSS_ACCOUNT, &who, forbidden.changes, arn);
            hops.add_each("a stranger", CROSS_ACCOUNT, &who, forbidden.strangers, arn);
        }
    }
    disguised(deployed, hops);
    deputies(deployed, hops);
}

/// Somebody who gives a role of their own the name of one of ours.
fn disguised(deployed: &Deployed, hops: &mut Hops<'_>) {
    let stranger = deployed.stranger.as_str();
    for role in roles(deployed) {
        let own = role.home.account.as_str();
        let disguise = role.identity.arn.replacen(own, stranger, 1);
        let as_role = |action: &str, resource: &str| {
            as_role(Request::new(administrator(stranger), action, resource), &disguise)
        };
        for bucket in deployed.of_kind(ResourceKind::Bucket) {
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
        for key in deployed.of_kind(ResourceKind::Key) {
            let decrypt = as_role("kms:Decrypt", &key.identity.arn);
            hops.add("a stranger's role of the same name", CROSS_ACCOUNT, decrypt);
        }
    }
    // Of another organization, with units of the same name.
    let Some((_, path)) = &deployed.organization else {
        return;
    };
    for topic in deployed.of_kind(ResourceKind::Topic) {
        let endpoint = format!("arn:aws:lambda:us-east-1:{stranger}:function:acme-subscriber-{stranger}");
        let who = administrator(stranger);
        let subscribe = subscribing(who, &topic.identity.arn, "lambda", &endpoint);
        let subscribe = of_unit(of_organization(subscribe, "o-strangers00"), path);
        hops.add("a stranger of another organization", CROSS_ACCOUNT, subscribe);
    }
}

/// Services that act for somebody else, as far as they say for whom: where AWS sends no source, no policy can tell.
fn deputies(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in roles(deployed) {
        for statement in items(text_document(&role.properties), "Statement") {
            let name = text(statement, &["Principal", "Service"]);
            let Some(call) = ServiceCall::by_service(name, ASSUME_ROLE) else {
                continue;
            };
            let arn = &role.identity.arn;
            let service_code = name.split('.').next().unwrap_or_default();
            let account = deployed.stranger.as_str();
            let source = format!("arn:aws:{service_code}:us-east-1:{account}:something");
            let stranger = Source {
                account,
                arn: &source,
            };
            let request = by_service(call, name, ASSUME_ROLE, arn, stranger);
            hops.add("a service that acts for a stranger", CONFUSED_DEPUTY, request);
            // Those of which nobody documents that they say it may be silent, unless the team relies on it.
            let documented = |key: &SentKey| matches!(key.evidence, Evidence::Documented { .. });
            if sources(call).any(documented) || deployed.source_account_everywhere {
                let nobody = Request::new(service(name), ASSUME_ROLE, arn);
                hops.add(
                    "a service that does not say for whom it acts",
                    CONFUSED_DEPUTY,
                    nobody,
                );
            }
        }
    }
    for resource in &deployed.resources {
        for call in resource.kind.facts().called_by {
            deputy(*call, resource, deployed.stranger.as_str(), hops);
        }
    }
}

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// The keys of a call that say for whom the service acts.
fn sources(call: ServiceCall) -> impl Iterator<Item = &'static SentKey> {
    let keys = ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOwner"];
    keys.into_iter().filter_map(move |key| call.sent(key))
}

fn deputy(call: ServiceCall, resource: &Resource, stranger: &str, hops: &mut Hops<'_>) {
    let facts = call.facts();
    let Caller::Service(principal) = facts.caller else {
        return;
    };
    if sources(call).next().is_none() {
        return;
    }
    let arn = &resource.identity.arn;
    let source = &of_a_stranger(stranger, principal);
    for action in facts.actions {
        let foreign = Source {
            account: stranger,
            arn: source,
        };
        let request = by_service(call, principal, action, arn, foreign);
        hops.add("a service that acts for a stranger", CONFUSED_DEPUTY, request);
        // Alarms of the account may all use its topics.
        if call == ServiceCall::CloudWatchPublishes {
            continue;
        }
        // The account right, the resource another.
        let account = resource.home.account.as_str();
        let sibling = source.replacen(stranger, account, 1);
        let sibling = Source {
            account,
            arn: &sibling,
        };
        let request = by_service(call, principal, action, arn, sibling);
        hops.add("another resource of the same account", CONFUSED_DEPUTY, request);
    }
}

/// A stranger's resource for which this service acts: a topic, a rule, an alarm.
fn of_a_stranger(stranger: &str, principal: &str) -> String {
    let code = principal.split('.').next().unwrap_or_default();
    let mut forms = ResourceKind::ALL.iter().map(|kind| kind.facts().handlers.arn);
    let before = forms.find_map(|form| match form {
        ArnForm::Named { service, before } if service == code => Some(before),
        ArnForm::Named { .. }
        | ArnForm::Role
        | ArnForm::Policy
        | ArnForm::Alias
        | ArnForm::Function
        | ArnForm::LogGroup
        | ArnForm::Bucket
        | ArnForm::Unknown => None,
    });
    format!(
        "arn:aws:{code}:us-east-1:{stranger}:{}something",
        before.unwrap_or_default()
    )
}

fn text_document(properties: &serde_json::Value) -> &serde_json::Value {
    properties
        .get("AssumeRolePolicyDocument")
        .unwrap_or(&serde_json::Value::Null)
}
