//! What AWS sends: the calls that its services make, to each other and for somebody, and the condition keys that are in
//! them.
//!
//! A condition on a key that is not in a request is false, so a statement that relies on a key which AWS does not send
//! never allows anything. The access proof and the local cloud put into a request the keys of this table and no others.

use std::fmt;

use super::authorization;
use super::request::{ContextValue, Request};

mod facts;

/// A call that an AWS service makes, or that somebody makes through one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceCall {
    /// A rule publishes an event to a topic.
    EventsPublishes,
    /// A rule leaves an event that it could not deliver in a queue.
    EventsSendsDeadLetter,
    /// A rule assumes the role of its target.
    EventsAssumesRole,
    /// A topic invokes a subscribed function.
    SnsInvokesFunction,
    /// A topic leaves a message that it could not deliver in a queue.
    SnsSendsDeadLetter,
    /// Lambda assumes a function's role.
    LambdaAssumesRole,
    /// CodeBuild assumes a project's role.
    CodeBuildAssumesRole,
    /// CodePipeline assumes a pipeline's role.
    CodePipelineAssumesRole,
    /// CloudFormation assumes the role that a stack is deployed with.
    CloudFormationAssumesRole,
    /// A job of another CI assumes a role with its token.
    TokenAssumesRole,
    /// An alarm publishes to a topic.
    CloudWatchPublishes,
    /// Any request at all.
    AnyRequest,
    /// A request of a role, or of anybody else in an account.
    AnyPrincipal,
    /// S3 encrypts or decrypts an object for somebody.
    S3UsesKey,
    /// Secrets Manager decrypts a secret for somebody.
    SecretsManagerUsesKey,
    /// Parameter Store decrypts a parameter for somebody.
    ParameterStoreUsesKey,
    /// Somebody uploads an object.
    S3PutsObject,
    /// Somebody subscribes to a topic.
    SnsSubscribes,
    /// Somebody passes a role to a service.
    IamPassesRole,
    /// Somebody makes a role, or changes what it may do.
    IamChangesRole,
    /// CloudFormation calls a service for somebody who changes a stack.
    ThroughCloudFormation,
    /// Somebody uses or changes a resource that has tags.
    TaggedResource,
    /// Somebody tags a resource.
    TagsResource,
}

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A service, by its principal.
    Service(&'static str),
    /// A role, a user, or an administrator of an account.
    Principal,
    /// Whoever has a token of an identity provider.
    Federated,
}

impl fmt::Display for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(principal) => write!(formatter, "`{principal}`"),
            Self::Principal => formatter.write_str("a role, a user or an administrator"),
            Self::Federated => formatter.write_str("whoever has a token of an identity provider"),
        }
    }
}

/// A condition key that is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentKey {
    /// `aws:SourceArn`.
    pub key: &'static str,
    /// How we know.
    pub evidence: Evidence,
}

/// How we know that a key is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A page of the documentation of AWS, or of the identity provider that issues the token, says so.
    Documented {
        /// The page.
        page: &'static str,
        /// Its words.
        quote: &'static str,
    },
    /// A policy that is known to work has it: a sample of AWS's, or a public report.
    Seen {
        /// Where.
        place: &'static str,
        /// What is seen there.
        what: &'static str,
    },
    /// Nobody says so. A policy of the team's that depends on such a key can do without it.
    Assumed {
        /// What would be seen if it were otherwise.
        otherwise: &'static str,
    },
}

/// A key that AWS says is not in a call, though one would expect it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsentKey {
    /// `aws:SourceArn`.
    pub key: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// Its words.
    pub quote: &'static str,
}

/// What is known of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallFacts {
    /// Who makes it.
    pub caller: Caller,
    /// What it asks for; none where it may be anything.
    pub actions: &'static [&'static str],
    /// The condition keys that are in it.
    pub sent: &'static [SentKey],
    /// The condition keys that are known not to be in it.
    pub absent: &'static [AbsentKey],
}

impl ServiceCall {
    /// All of them, in the order in which the documentation lists them.
    pub const ALL: [Self; 21] = [
        Self::EventsPublishes,
        Self::EventsSendsDeadLetter,
        Self::EventsAssumesRole,
        Self::SnsInvokesFunction,
        Self::SnsSendsDeadLetter,
        Self::LambdaAssumesRole,
        Self::CodeBuildAssumesRole,
        Self::CodePipelineAssumesRole,
        Self::CloudFormationAssumesRole,
        Self::TokenAssumesRole,
        Self::CloudWatchPublishes,
        Self::AnyRequest,
        Self::AnyPrincipal,
        Self::S3UsesKey,
        Self::S3PutsObject,
        Self::SnsSubscribes,
        Self::IamPassesRole,
        Self::IamChangesRole,
        Self::ThroughCloudFormation,
        Self::TaggedResource,
        Self::TagsResource,
    ];

    /// The call by which a service asks for an action; none where we know of none.
    pub fn by_service(principal: &str, action: &str) -> Option<Self> {
        // From an opt-in region SNS acts under a name of that region.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
        let global = match principal.split('.').next() {
            Some("sns") => "sns.amazonaws.com",
            _ => principal,
        };
        Self::ALL.into_iter().find(|call| {
            let facts = call.facts();
            matches!(facts.caller, Caller::Service(service) if service == global)
                && facts
                    .actions
                    .iter()
                    .any(|asked| asked.eq_ignore_ascii_case(action))
        })
    }

    /// The condition key of this name, if it is in the call.
    pub fn sent(self, key: &str) -> Option<&'static SentKey> {
        self.facts().sent.iter().find(|sent| sent.is(key))
    }
}

impl SentKey {
    /// Whether this is the key of that name; names of keys do not differ by capitals.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    fn is(&self, key: &str) -> bool {
        match self.key.strip_suffix('*') {
            Some(family) => key
                .get(..family.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(family)),
            None => self.key.eq_ignore_ascii_case(key),
        }
    }

    /// Whether nobody says that the key is sent.
    pub fn is_assumed(&self) -> bool {
        matches!(self.evidence, Evidence::Assumed { .. })
    }
}

impl Request {
    /// The request as AWS sends it on this call: with those of the given condition keys that are in the call, and that the
    /// action has. A key that is in the request already stays as it is.
    #[must_use]
    pub fn sent_on<K: Into<String>, V: Into<ContextValue>>(
        mut self,
        call: ServiceCall,
        known: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        for (key, value) in known {
            let key = key.into();
            if call.sent(&key).is_some() && authorization::can_have(&self.action, &key) {
                self.context.entry(key).or_insert_with(|| value.into());
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Evidence, ServiceCall};
    use crate::policy::request::{ContextValue, Request, Requester};

    fn publish() -> Request {
        let events = Requester::Service("events.amazonaws.com".to_owned());
        Request::new(events, "sns:Publish", "arn:aws:sns:us-east-1:111111111111:a")
    }

    #[test]
    fn a_request_has_the_keys_of_its_call_and_no_others() {
        let known = [("aws:SourceArn", "rule"), ("aws:SourceAccount", "111111111111")];
        assert!(
            publish()
                .sent_on(ServiceCall::EventsPublishes, known)
                .context
                .is_empty()
        );
        let dead_letter = publish().sent_on(ServiceCall::EventsSendsDeadLetter, known);
        assert_eq!(
            dead_letter.context.get("aws:SourceArn"),
            Some(&ContextValue::from("rule"))
        );
    }

    #[test]
    fn what_is_in_a_request_stays_as_it_is() {
        let request = publish()
            .sent_on(ServiceCall::AnyRequest, [("aws:SecureTransport", false)])
            .sent_on(ServiceCall::AnyRequest, [("aws:SecureTransport", true)]);
        assert_eq!(
            request.context.get("aws:SecureTransport"),
            Some(&ContextValue::Flag(false))
        );
    }

    #[test]
    fn a_call_is_found_by_who_asks_for_what() {
        let found = |principal, action| ServiceCall::by_service(principal, action);
        assert_eq!(
            found("events.amazonaws.com", "SNS:Publish"),
            Some(ServiceCall::EventsPublishes)
        );
        assert_eq!(
            found("sns.ap-east-1.amazonaws.com", "lambda:InvokeFunction"),
            Some(ServiceCall::SnsInvokesFunction)
        );
        assert_eq!(found("ec2.amazonaws.com", "sts:AssumeRole"), None);
    }

    #[test]
    fn keys_are_the_same_in_capitals_and_tags_are_a_family() {
        assert!(ServiceCall::SnsInvokesFunction.sent("AWS:SourceArn").is_some());
        assert!(
            ServiceCall::TaggedResource
                .sent("aws:ResourceTag/pipeline-dsl:team")
                .is_some()
        );
        assert!(ServiceCall::TaggedResource.sent("aws:RequestTag/a").is_none());
    }

    #[test]
    fn each_key_has_its_evidence_and_none_is_both_sent_and_absent() {
        for call in ServiceCall::ALL {
            let facts = call.facts();
            if let Caller::Service(principal) = facts.caller {
                assert!(principal.ends_with(".amazonaws.com"), "{call:?}");
                for action in facts.actions {
                    assert_eq!(ServiceCall::by_service(principal, action), Some(call));
                }
            }
            for sent in facts.sent {
                match sent.evidence {
                    Evidence::Documented { page, quote } => {
                        // GitHub issues the tokens of its workflows, and says itself what is in them.
                        let by_its_author = ["https://docs.aws.amazon.com/", "https://docs.github.com/"]
                            .iter()
                            .any(|host| page.starts_with(host));
                        assert!(by_its_author, "{page}");
                        assert!(!quote.is_empty(), "{call:?} {}", sent.key);
                    }
                    Evidence::Seen { place, what } => {
                        assert!(place.starts_with("https://") && !what.is_empty(), "{call:?}");
                    }
                    Evidence::Assumed { otherwise } => assert!(!otherwise.is_empty(), "{call:?}"),
                }
                assert!(
                    facts.absent.iter().all(|absent| absent.key != sent.key),
                    "{call:?}"
                );
            }
        }
    }
}
