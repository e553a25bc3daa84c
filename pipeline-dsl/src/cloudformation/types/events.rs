use serde::Serialize;

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    pub name: String,
    pub description: String,
    pub event_pattern: EventPattern,
    pub state: &'static str,
    pub targets: Vec<Target>,
}

impl ResourceType for Rule {
    const KIND: ResourceKind = ResourceKind::Rule;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::Events::Rule",
        properties: &["Description", "EventPattern", "Name", "State", "Targets"],
        required: &[],
        replaced_by: &["Name"],
        identity: |new, properties| {
            let name = new.name(properties, "Name");
            let arn = new.arn("events", &format!("rule/{name}"));
            Identity::with_arn(name, arn)
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[("events", "/Targets/*/RoleArn")],
        called_by: &[],
        acts: Acts::Routes,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "events",
                before: "rule/",
            },
            of_itself: &[
                "events:DeleteRule",
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:ListTargetsByRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets",
                "events:TagResource",
                "events:UntagResource",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

impl HasArn for Rule {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// What S3 announces of new objects.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
#[derive(Debug, Clone, Serialize)]
pub struct EventPattern {
    pub source: [&'static str; 1],
    #[serde(rename = "detail-type")]
    pub detail_type: [&'static str; 1],
    pub detail: ObjectCreatedDetail,
}

#[derive(Debug, Clone, Serialize)]
pub struct ObjectCreatedDetail {
    pub bucket: NamePattern,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<KeyPattern>,
}

#[derive(Debug, Clone, Serialize)]
pub struct NamePattern {
    pub name: [Text; 1],
}

#[derive(Debug, Clone, Serialize)]
pub struct KeyPattern {
    pub key: Vec<String>,
}

impl EventPattern {
    /// New objects in a bucket; with keys, these objects only.
    pub fn object_created(bucket: Text, keys: Option<Vec<String>>) -> Self {
        Self {
            source: ["aws.s3"],
            detail_type: ["Object Created"],
            detail: ObjectCreatedDetail {
                bucket: NamePattern { name: [bucket] },
                object: keys.map(|key| KeyPattern { key }),
            },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Target {
    pub id: &'static str,
    pub arn: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
    pub dead_letter_config: DeadLetterConfig,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-events-rule-deadletterconfig.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    pub arn: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    pub input_paths_map: indexmap::IndexMap<&'static str, &'static str>,
    pub input_template: String,
}
