//! Topics that other stacks name without reading them.

use super::names::{Names, Place};
use crate::cloudformation::types::sns::{Topic, TopicPolicy};
use crate::cloudformation::{Handle, KnownName, PolicyDocument, Principal, Stack, Statement};

/// Adds a topic under a name that other stacks compute.
pub(super) fn add(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    logical_id: &str,
    name: &str,
    display_name: &str,
) -> Handle<Topic> {
    let topic_name = names.prefixed(name);
    let arn = place.arn("sns", topic_name.clone());
    let topic = Topic {
        topic_name,
        display_name: display_name.to_owned(),
    };
    stack.add(logical_id, &topic).known_as(KnownName {
        reference: arn.clone(),
        arn,
    })
}

/// Leaves it to the policies of the topic's own account who publishes.
///
/// A topic without a policy has SNS's own, which lets whoever SNS counts as the owner's publish, subscribe and delete; no page says whom
/// it counts when a role asks.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
pub(super) fn add_policy_of_account(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    logical_id: &str,
    topic: &Handle<Topic>,
) {
    let reason = "the account decides who publishes to it";
    let publish = Statement::allow("AccountDecides")
        .by(Principal::Aws(vec![place.account().root(names.partition)]))
        .action(["sns:Publish"])
        .on([stack.arn(topic, reason)]);
    let policy = TopicPolicy {
        topics: vec![stack.reference(topic, reason)],
        policy_document: PolicyDocument::new([publish]),
    };
    stack.add(logical_id, &policy);
}
