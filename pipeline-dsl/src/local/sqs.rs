//! SQS, as far as dead letters are kept, looked at and taken out.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clock::Moment;
use super::http::credential::Credential;
use super::http::ids::unique_id;
use super::http::names::check_queue;
use super::http::response::ApiError;
use super::shared::Shared;
use super::store::directory::{FileKind, Store};
use super::store::error::StoreError;
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester};

/// What is in a queue.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) arn: String,
    pub(crate) messages: Vec<Message>,
    /// Whether it was made by call: one of a stack is gone with the stack's resource.
    #[serde(default)]
    by_call: bool,
}

/// A message that waits for somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    id: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, String>,
    sent: Moment,
    received: u32,
    /// Nobody else gets it before.
    hidden_until: Moment,
}

/// What SQS keeps: the queues that something was sent to, by their ARNs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queues {
    pub(crate) all: BTreeMap<String, Queue>,
}

/// SQS while it answers.
#[derive(Debug)]
pub(crate) struct Sqs<'a> {
    shared: &'a mut Shared,
    queues: &'a mut Queues,
}

impl Queues {
    /// The queues as they were kept.
    pub(crate) fn load(store: &Store) -> Result<Self, StoreError> {
        let kept: Vec<Queue> = store.load(FileKind::Queue)?;
        let all = kept.into_iter().map(|queue| (queue.arn.clone(), queue));
        Ok(Self { all: all.collect() })
    }

    pub(crate) fn with<'a>(&'a mut self, shared: &'a mut Shared) -> Sqs<'a> {
        Sqs { shared, queues: self }
    }
}

impl Sqs<'_> {
    /// Adds a message to the queue of this ARN.
    pub(crate) fn send(
        &mut self,
        queue: &str,
        body: &str,
        attributes: BTreeMap<String, String>,
    ) -> Result<String, ApiError> {
        if !self.has_queue(queue) {
            return Err(no_such_queue());
        }
        let sent = self.shared.clock.tick();
        let id = unique_id(&[queue, &sent.to_timestamp()]);
        let entry = self.queues.all.entry(queue.to_owned()).or_default();
        queue.clone_into(&mut entry.arn);
        entry.messages.push(Message {
            id: id.clone(),
            body: body.to_owned(),
            attributes,
            sent,
            received: 0,
            hidden_until: sent,
        });
        self.save_queue(queue)?;
        Ok(id)
    }

    /// Whether there is such a queue: one of a stack, or one that was made by call.
    fn has_queue(&self, arn: &str) -> bool {
        self.shared.index.contains(arn) || self.queues.all.get(arn).is_some_and(|queue| queue.by_call)
    }

    fn save_queue(&self, arn: &str) -> Result<(), ApiError> {
        match self.queues.all.get(arn) {
            Some(queue) => Ok(self
                .shared
                .keep(|store| store.save(FileKind::Queue, &queue.arn, queue))?),
            None => Ok(()),
        }
    }
}

fn no_such_queue() -> ApiError {
    ApiError::new("QueueDoesNotExist", "The specified queue does not exist.")
}

/// Answers an action of SQS.
pub(crate) fn act(
    sqs: &mut Sqs<'_>,
    credential: &Credential,
    action: &str,
    asked: &Value,
) -> Result<Value, ApiError> {
    let text = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let arn = queue_arn(credential, text("QueueUrl"));
    if action == "CreateQueue" {
        return create(sqs, credential, text("QueueName"));
    }
    permitted(sqs, credential, action, &arn)?;
    if !sqs.has_queue(&arn) {
        return Err(no_such_queue());
    }
    match action {
        "SendMessage" => {
            let attributes = asked.get("MessageAttributes").and_then(Value::as_object);
            let attributes = attributes.into_iter().flatten().filter_map(|(name, value)| {
                let value = value.get("StringValue")?.as_str()?;
                Some((name.clone(), value.to_owned()))
            });
            let id = sqs.send(&arn, text("MessageBody"), attributes.collect())?;
            Ok(json!({"MessageId": id}))
        }
        "ReceiveMessage" => receive(sqs, &arn, asked),
        "DeleteMessage" => {
            let handle = text("ReceiptHandle").to_owned();
            if let Some(queue) = sqs.queues.all.get_mut(&arn) {
                queue.messages.retain(|message| message.id != handle);
            }
            sqs.save_queue(&arn)?;
            Ok(json!({}))
        }
        "GetQueueAttributes" => {
            let waiting = sqs.queues.all.get(&arn).map_or(0, |queue| queue.messages.len());
            let mut attributes = json!({"ApproximateNumberOfMessages": waiting.to_string(), "QueueArn": arn});
            let policy = sqs
                .shared
                .policy_on(ResourceKind::QueuePolicy, "Queues", text("QueueUrl"));
            if let (Some(policy), Some(attributes)) = (policy, attributes.as_object_mut()) {
                attributes.insert("Policy".to_owned(), policy.to_string().into());
            }
            Ok(json!({"Attributes": attributes}))
        }
        _ => Err(ApiError::new(
            "InvalidAction",
            format!("the local cloud does not know {action} of sqs"),
        )),
    }
}

fn create(sqs: &mut Sqs<'_>, credential: &Credential, name: &str) -> Result<Value, ApiError> {
    check_queue(name)?;
    let url = format!(
        "https://sqs.{}.amazonaws.com/{}/{name}",
        credential.region, credential.account
    );
    let arn = queue_arn(credential, &url);
    let queue = sqs.queues.all.entry(arn.clone()).or_default();
    queue.by_call = true;
    queue.arn.clone_from(&arn);
    sqs.save_queue(&arn)?;
    Ok(json!({"QueueUrl": url}))
}

fn receive(sqs: &mut Sqs<'_>, arn: &str, asked: &Value) -> Result<Value, ApiError> {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    let hidden = number(asked, "VisibilityTimeout", 30, 0..=43_200)?;
    let at_most = number(asked, "MaxNumberOfMessages", 1, 1..=10)?;
    let now = sqs.shared.clock.now();
    let mut received = Vec::new();
    let Some(queue) = sqs.queues.all.get_mut(arn) else {
        return Ok(json!({}));
    };
    let visible = queue
        .messages
        .iter_mut()
        .filter(|message| message.hidden_until <= now);
    let at_most = usize::try_from(at_most).unwrap_or(1);
    for message in visible.take(at_most) {
        message.received += 1;
        message.hidden_until = now.after(hidden);
        let attributes = message.attributes.iter().map(|(name, value)| {
            let value = json!({"DataType": "String", "StringValue": value});
            (name.clone(), value)
        });
        let sent = message.sent.epoch_seconds() * 1_000;
        received.push(json!({
            "MessageId": message.id,
            "ReceiptHandle": message.id,
            "Body": message.body,
            "Attributes": {
                "ApproximateReceiveCount": message.received.to_string(),
                "SentTimestamp": sent.to_string(),
            },
            "MessageAttributes": attributes.collect::<serde_json::Map<_, _>>(),
        }));
    }
    sqs.save_queue(arn)?;
    Ok(if received.is_empty() {
        json!({})
    } else {
        json!({"Messages": received})
    })
}

/// A number within its bounds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
fn number(asked: &Value, name: &str, default: u64, bounds: RangeInclusive<u64>) -> Result<u64, ApiError> {
    let value = asked.get(name).filter(|value| !value.is_null());
    let number = value.map_or(Some(default), Value::as_u64);
    number.filter(|number| bounds.contains(number)).ok_or_else(|| {
        let (least, most) = bounds.into_inner();
        let value = value.map(Value::to_string).unwrap_or_default();
        ApiError::new(
            "InvalidParameterValue",
            format!(
                "Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided."
            ),
        )
    })
}

/// The last two parts of a queue's URL are its account and its name.
fn queue_arn(credential: &Credential, url: &str) -> String {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let partition = super::http::ids::partition_of(&credential.region);
    format!("arn:{partition}:sqs:{}:{account}:{name}", credential.region)
}

fn permitted(sqs: &Sqs<'_>, credential: &Credential, action: &str, arn: &str) -> Result<(), ApiError> {
    let denied = |reason: String| ApiError::denied("AccessDenied", reason);
    match (&credential.role, &sqs.shared.authorizer) {
        (Some(role), Some(authorizer)) => {
            let request = Request::new(Requester::Role(role.clone()), format!("sqs:{action}"), arn);
            authorizer.authorize(&request).map_err(denied)
        }
        _ if arn.split(':').nth(4) == Some(credential.account.as_str()) => Ok(()),
        _ => Err(denied("the queue is another account's".to_owned())),
    }
}
