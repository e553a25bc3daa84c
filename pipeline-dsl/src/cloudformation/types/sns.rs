use serde::Serialize;
use serde_json::{Value, json};

use crate::cloudformation::condition::OnlyIf;
use crate::cloudformation::policies::PolicyDocument;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};
use crate::policy::ServiceCall;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    pub topic_name: String,
    pub display_name: String,
}

impl ResourceType for Topic {
    const KIND: ResourceKind = ResourceKind::Topic;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::SNS::Topic",
        properties: &["DisplayName", "TopicName"],
        required: &[],
        replaced_by: &["TopicName"],
        identity: |new, properties| {
            let name = new.name(properties, "TopicName");
            let arn = new.arn("sns", &name);
            Identity::with_arn(arn.clone(), arn.clone())
                .attribute("TopicArn", arn)
                .attribute("TopicName", name)
        },
        holds_data: false,
        // What SNS gives a topic that has no policy. Its condition is on `AWS:SourceOwner`, and no page says what that is when a role
        // asks: it is read to our disadvantage, as the account of whoever asks.
        // https://github.com/awsdocs/iam-user-guide/issues/111
        // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        policies: Policies::OnItselfByDefault(|arn, account| {
            json!({"Statement": [{
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
                "Resource": arn,
                "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
            }]})
        }),
        passed_roles: &[],
        called_by: &[ServiceCall::EventsPublishes, ServiceCall::CloudWatchPublishes],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "sns",
                before: "",
            },
            of_itself: &[
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetDataProtectionPolicy",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
                "sns:SetTopicAttributes",
                "sns:TagResource",
                "sns:UntagResource",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"],
            developers: &["sns:Publish", "sns:SetTopicAttributes"],
            builds: &["sns:Publish"],
            targets: &["sns:Publish", "sns:Subscribe"],
            program: &["sns:SetTopicAttributes", "sns:Subscribe"],
            plans: &[],
            deployments: &["sns:Publish"],
        },
    };
}

impl HasArn for Topic {
    const ARN: Attribute = Attribute::Ref;
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    pub topics: Vec<Text>,
    pub policy_document: PolicyDocument,
}

impl ResourceType for TopicPolicy {
    const KIND: ResourceKind = ResourceKind::TopicPolicy;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::SNS::TopicPolicy",
        properties: &["PolicyDocument", "Topics"],
        required: &["PolicyDocument", "Topics"],
        replaced_by: &[],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::OnTopics,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Arn("Topics"),
            arn: ArnForm::Named {
                service: "sns",
                before: "",
            },
            of_itself: &["sns:SetTopicAttributes"],
            of_account: &[],
        },
        read_back: ReadBack::TopicPolicy,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    pub topic_arn: Text,
    pub region: String,
    pub protocol: &'static str,
    pub endpoint: Text,
    pub redrive_policy: OnlyIf<RedrivePolicy>,
}

impl ResourceType for Subscription {
    const KIND: ResourceKind = ResourceKind::Subscription;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::SNS::Subscription",
        properties: &[
            "Endpoint",
            "FilterPolicy",
            "FilterPolicyScope",
            "Protocol",
            "RedrivePolicy",
            "Region",
            "TopicArn",
        ],
        required: &["Protocol", "TopicArn"],
        replaced_by: &["Endpoint", "Protocol", "TopicArn"],
        identity: |new, properties| {
            let topic = properties.get("TopicArn").and_then(Value::as_str);
            let arn = format!("{}:{}", topic.unwrap_or_default(), new.unique_id);
            Identity::with_arn(arn.clone(), arn)
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Delivers,
        handlers: Handlers {
            on: AskedOf::Arn("TopicArn"),
            arn: ArnForm::Unknown,
            of_itself: &["sns:Subscribe"],
            of_account: &[
                "sns:GetSubscriptionAttributes",
                "sns:SetSubscriptionAttributes",
                "sns:Unsubscribe",
            ],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    pub dead_letter_target_arn: Text,
}
