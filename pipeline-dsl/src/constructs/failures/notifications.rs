//! `<team>-notifications`: the topic on which the alarms of an account tell whoever subscribes to it.

use crate::cloudformation::types::sns::{Topic, TopicPolicy};
use crate::cloudformation::{Handle, PolicyDocument, Principal, Stack, Statement};
use crate::policy::Operator;

use crate::constructs::names::{Names, Place};
use crate::constructs::topic;

/// Adds the topic. Only the team's own alarms publish to it.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
pub(crate) fn add(stack: &mut Stack, names: &Names, place: Place, display_name: &str) -> Handle<Topic> {
    let topic = topic::add(
        stack,
        names,
        place,
        "NotificationTopic",
        "notifications",
        display_name,
    );
    let reason = "alarms publish to it";
    let alarms = place.arn("cloudwatch", format!("alarm:{}", names.prefixed("*")));
    let publish = Statement::allow("AlarmsPublish")
        .by(Principal::Service("cloudwatch.amazonaws.com".into()))
        .action(["sns:Publish"])
        .on([stack.arn(&topic, reason)])
        .when(Operator::ArnLike, "aws:SourceArn", [alarms]);
    let policy = TopicPolicy {
        topics: vec![stack.reference(&topic, reason)],
        policy_document: PolicyDocument::new([publish]),
    };
    stack.add("NotificationTopicPolicy", &policy);
    topic
}
