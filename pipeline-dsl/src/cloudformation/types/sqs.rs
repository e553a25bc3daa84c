use serde::Serialize;

use crate::cloudformation::policies::PolicyDocument;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};
use crate::policy::ServiceCall;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    pub queue_name: String,
    /// In seconds.
    pub message_retention_period: u32,
    pub sqs_managed_sse_enabled: bool,
}

impl ResourceType for Queue {
    const KIND: ResourceKind = ResourceKind::Queue;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::SQS::Queue",
        properties: &["MessageRetentionPeriod", "QueueName", "SqsManagedSseEnabled"],
        required: &[],
        replaced_by: &["QueueName"],
        identity: |new, properties| {
            let name = new.name(properties, "QueueName");
            let (region, suffix) = (new.region, new.partition.dns_suffix());
            let url = format!("https://sqs.{region}.{suffix}/{}/{name}", new.account);
            Identity::with_arn(url.clone(), new.arn("sqs", &name))
                .attribute("QueueName", name)
                .attribute("QueueUrl", url)
        },
        holds_data: true,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[
            ServiceCall::SnsSendsDeadLetter,
            ServiceCall::EventsSendsDeadLetter,
        ],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "sqs",
                before: "",
            },
            of_itself: &[
                "sqs:CreateQueue",
                "sqs:DeleteQueue",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
                "sqs:SetQueueAttributes",
                "sqs:TagQueue",
                "sqs:UntagQueue",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &["sqs:SendMessage", "sqs:ReceiveMessage"],
            developers: &[],
            builds: &[],
            targets: &[],
            program: &["sqs:SetQueueAttributes"],
            plans: &[],
            deployments: &["sqs:ReceiveMessage", "sqs:PurgeQueue"],
        },
    };
}

impl HasArn for Queue {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    pub queues: Vec<Text>,
    pub policy_document: PolicyDocument,
}

impl ResourceType for QueuePolicy {
    const KIND: ResourceKind = ResourceKind::QueuePolicy;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::SQS::QueuePolicy",
        properties: &["PolicyDocument", "Queues"],
        required: &["PolicyDocument", "Queues"],
        replaced_by: &[],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::OnQueues,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Queues("Queues"),
            arn: ArnForm::Named {
                service: "sqs",
                before: "",
            },
            of_itself: &["sqs:SetQueueAttributes"],
            of_account: &[],
        },
        read_back: ReadBack::QueuePolicy,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}
