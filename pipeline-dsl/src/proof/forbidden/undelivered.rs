use std::collections::BTreeSet;

use super::asking::{BEST_PRACTICES, purpose, requester, roles};
use super::strangers::CONFUSED_DEPUTY;
use crate::cloudformation::ResourceKind;
use crate::policy::{Caller, Request, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::{Source, by_service, service};
use crate::proof::json::{items, text};

/// Whoever else leaves something where the team's rules leave their events: what is in there is delivered again. And whoever
/// else speaks where alarms speak.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    let of_rules: BTreeSet<&str> = deployed
        .of_kind(ResourceKind::Rule)
        .flat_map(|rule| items(&rule.properties, "Targets"))
        .map(|target| text(target, &["DeadLetterConfig", "Arn"]))
        .collect();
    for queue in deployed.of_kind(ResourceKind::Queue) {
        if of_rules.contains(queue.identity.arn.as_str()) {
            hops.serve(format!("queue of {}", queue.home.account));
            others_of_services(
                queue,
                ServiceCall::EventsSendsDeadLetter,
                "rule/something",
                deployed.stranger.as_str(),
                hops,
            );
            others_of_services(
                queue,
                ServiceCall::SnsSendsDeadLetter,
                "something",
                deployed.stranger.as_str(),
                hops,
            );
            own_roles(deployed, queue, hops);
        }
    }
    let of_alarms: BTreeSet<&str> = deployed
        .of_kind(ResourceKind::Alarm)
        .flat_map(|alarm| items(&alarm.properties, "AlarmActions"))
        .filter_map(serde_json::Value::as_str)
        .collect();
    for topic in deployed.of_kind(ResourceKind::Topic) {
        if of_alarms.contains(topic.identity.arn.as_str()) {
            hops.serve(format!(
                "topic {} of {}",
                topic.identity.reference, topic.home.account
            ));
            others_of_services(
                topic,
                ServiceCall::CloudWatchPublishes,
                "alarm:something",
                deployed.stranger.as_str(),
                hops,
            );
        }
        // What starts a pipeline has nothing to say on any topic of its account.
        let account = topic.home.account;
        for role in roles(deployed).filter(|role| role.home.account == account && purpose(role) == "trigger")
        {
            let who = requester(role);
            let arn = &topic.identity.arn;
            hops.add_each(
                "the role of a rule publishes",
                BEST_PRACTICES,
                &who,
                &["sns:Publish"],
                arn,
            );
        }
    }
}

/// A service that acts for a stranger, for something else of the same account, or does not say for whom.
fn others_of_services(
    on: &Resource,
    call: ServiceCall,
    resource: &str,
    account_of_stranger: &str,
    hops: &mut Hops<'_>,
) {
    let facts = call.facts();
    let (Caller::Service(principal), [action]) = (facts.caller, facts.actions) else {
        return;
    };
    let (home, arn) = (on.home, on.identity.arn.as_str());
    let sibling = home.arn(principal.split('.').next().unwrap_or_default(), resource);
    let stranger = sibling.replacen(home.account.as_str(), account_of_stranger, 1);
    for (purpose, account, source) in [
        (
            "a service that acts for a stranger",
            account_of_stranger,
            stranger,
        ),
        (
            "another resource of the same account",
            home.account.as_str(),
            sibling,
        ),
    ] {
        let source = Source {
            account,
            arn: &source,
        };
        let request = by_service(call, principal, action, arn, source);
        hops.add(purpose, CONFUSED_DEPUTY, request);
    }
    let purpose = "a service that does not say for whom it acts";
    let silent = Request::new(service(principal), *action, arn);
    hops.add(purpose, CONFUSED_DEPUTY, silent);
}

/// The system's own roles in the account of the queue; what a deployment may do is the program's to say.
fn own_roles(deployed: &Deployed, queue: &Resource, hops: &mut Hops<'_>) {
    let own = roles(deployed).filter(|role| role.home.account == queue.home.account);
    for role in own.filter(|role| purpose(role) != "deployment") {
        let actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"];
        hops.add_each(
            "a role beyond what it is for",
            BEST_PRACTICES,
            &requester(role),
            &actions,
            &queue.identity.arn,
        );
    }
}
