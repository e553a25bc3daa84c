//! Events that EventBridge could not deliver: they are delivered again to what the rule's target names, by whoever calls.
//! Nobody but S3 can put S3's events on a bus: `PutEvents` refuses sources that begin with `aws.`.
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::DeliveryError;
use super::post::Post;
use super::redriven::Redriven;
use super::rules::{Receiver, RuleSite, RuleTarget};
use super::sites::Site;
use super::status::DeadLetter;
use crate::cloudformation::input_transformer::transformed;
use crate::deploy::aws::{Aws, CallError, Letter};
use crate::deploy::printable::printable;
use crate::model::Name;

/// What a letter is about. EventBridge says in attributes what went wrong.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
pub(super) fn read(developer: Option<Name>, letter: &Letter) -> DeadLetter {
    let event: Value = serde_json::from_str(&letter.body).unwrap_or_default();
    let key = event.pointer("/detail/object/key").and_then(Value::as_str);
    let attribute = |name: &str| letter.attributes.get(name).map(String::as_str);
    let rule = attribute("RULE_ARN").and_then(|arn| arn.rsplit('/').next());
    let why = [attribute("ERROR_CODE"), attribute("ERROR_MESSAGE")];
    let why: Vec<&str> = why
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    DeadLetter {
        developer,
        artifact: key.map(ToOwned::to_owned),
        reason: printable(&format!(
            "rule {} could not deliver the event: {}",
            rule.unwrap_or("(unknown)"),
            why.join(": ")
        )),
    }
}

/// Looks at what waits in the queue of a place, and takes nothing out.
pub(super) async fn look(
    aws: &Aws,
    site: &Site,
    there: &BTreeMap<String, String>,
    developer: Option<Name>,
) -> Result<Vec<DeadLetter>, DeliveryError> {
    let Some(queue) = there.get(&site.undelivered) else {
        return Ok(Vec::new());
    };
    let queues = aws.queues(site.account, site.region).await?;
    let letters = queues.receive(queue, 0).await?;
    Ok(letters.iter().map(|letter| read(developer, letter)).collect())
}

/// Delivers again what waits in the queue of a place; what was delivered is taken out.
pub(super) async fn redeliver(
    aws: &Aws,
    site: &Site,
    rules: &[RuleSite],
    there: &BTreeMap<String, String>,
    redriven: &mut Redriven,
) -> Result<(), DeliveryError> {
    let not_deployed = || DeliveryError::NotDeployed(site.stack.clone());
    let queue = there.get(&site.undelivered).ok_or_else(not_deployed)?;
    let queues = aws.queues(site.account, site.region).await?;
    let mut post = Post::new(&queues, queue);
    while let Some(letters) = post.next().await? {
        for letter in letters {
            let delivered = match target_of(rules, &letter) {
                Ok(target) => deliver(aws, site, target, &letter.body).await?,
                Err(reason) => Err(reason),
            };
            match delivered {
                Ok(()) => {
                    queues.delete(queue, &letter).await?;
                    redriven.taken += 1;
                }
                // It stays, and is seen again when its time is over.
                Err(reason) => redriven.refused.push(printable(&reason)),
            }
        }
    }
    Ok(())
}

/// The target of the program's own rule; no other is believed.
fn target_of<'a>(rules: &'a [RuleSite], letter: &Letter) -> Result<&'a RuleTarget, String> {
    let attribute = |name: &str| {
        letter
            .attributes
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let (rule, target) = (attribute("RULE_ARN"), attribute("TARGET_ARN"));
    let known = rules.iter().find(|known| known.arn == rule);
    let known = known.ok_or_else(|| {
        format!("the program has no rule `{rule}`: delete the message, or deploy the rule again")
    })?;
    let known = known.targets.iter().find(|known| known.arn == target);
    known.ok_or_else(|| format!("rule `{rule}` has no target `{target}` in the program: delete the message"))
}

/// Delivers an event as its rule does; why it is refused, where it is.
async fn deliver(
    aws: &Aws,
    site: &Site,
    target: &RuleTarget,
    body: &str,
) -> Result<Result<(), String>, DeliveryError> {
    let (account, region) = (site.account, site.region);
    let delivered: Result<(), CallError> = match &target.receiver {
        Receiver::Topic => {
            let message = message(target.transformer.as_ref(), body);
            let topics = aws.topics(account, region).await?;
            topics.publish(&target.arn, &message).await
        }
        Receiver::Pipeline(name) => aws.pipelines(account, region).await?.start(name).await,
    };
    Ok(delivered.map_err(|error| error.to_string()))
}

/// What the rule makes of the event. The documentation does not say whether the queue has the event as it was or what was made
/// of it: what is no event was made already.
fn message(transformer: Option<&Value>, body: &str) -> String {
    let event: Value = serde_json::from_str(body).unwrap_or_default();
    if event.get("detail-type").is_some() {
        transformed(transformer, &event)
    } else {
        body.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{Receiver, RuleSite, RuleTarget, message, read, target_of};
    use crate::deploy::aws::Letter;

    const RULE: &str = "arn:aws:events:us-east-1:111111111111:rule/acme-artifacts";
    const TOPIC: &str = "arn:aws:sns:us-east-1:111111111111:acme-artifacts";

    fn letter(rule: &str, target: &str) -> Letter {
        let attributes = [
            ("RULE_ARN", rule),
            ("TARGET_ARN", target),
            ("ERROR_CODE", "NO_PERMISSIONS"),
            ("ERROR_MESSAGE", "not authorized"),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Letter::of(
            json!({"detail-type": "Object Created", "detail": {"object": {"key": "a.zip"}}}).to_string(),
            BTreeMap::from(attributes),
        )
    }

    #[test]
    fn a_letter_says_which_artifact_and_why() {
        let read = read(None, &letter(RULE, TOPIC));
        assert_eq!(read.artifact.as_deref(), Some("a.zip"));
        assert_eq!(
            read.reason,
            "rule acme-artifacts could not deliver the event: NO_PERMISSIONS: not authorized"
        );
    }

    #[test]
    fn nothing_is_delivered_where_no_rule_of_the_program_delivers() {
        let rules = [RuleSite {
            arn: RULE.to_owned(),
            targets: vec![RuleTarget {
                arn: TOPIC.to_owned(),
                receiver: Receiver::Topic,
                transformer: None,
            }],
        }];
        assert_eq!(
            target_of(&rules, &letter(RULE, TOPIC)).unwrap().receiver,
            Receiver::Topic
        );
        let elsewhere = TOPIC.replace("acme-artifacts", "payments");
        assert!(target_of(&rules, &letter(RULE, &elsewhere)).is_err());
        assert!(target_of(&rules, &letter(&RULE.replace("acme", "evil"), TOPIC)).is_err());
    }

    #[test]
    fn what_was_transformed_already_stays_as_it_is() {
        let transformer =
            json!({"InputPathsMap": {"key": "$.detail.object.key"}, "InputTemplate": "{\"key\": <key>}"});
        let event = letter(RULE, TOPIC).body;
        assert_eq!(message(Some(&transformer), &event), "{\"key\": \"a.zip\"}");
        assert_eq!(
            message(Some(&transformer), "{\"key\": \"b.zip\"}"),
            "{\"key\": \"b.zip\"}"
        );
        assert_eq!(message(None, &event), event);
    }
}
