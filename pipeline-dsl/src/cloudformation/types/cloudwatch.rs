use serde::Serialize;

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    pub alarm_name: String,
    pub alarm_description: String,
    pub namespace: &'static str,
    pub metric_name: &'static str,
    pub dimensions: Vec<Dimension>,
    pub statistic: &'static str,
    /// In seconds.
    pub period: u32,
    pub evaluation_periods: u32,
    pub threshold: u32,
    pub comparison_operator: &'static str,
    pub treat_missing_data: &'static str,
    pub alarm_actions: Vec<Text>,
}

impl ResourceType for Alarm {
    const KIND: ResourceKind = ResourceKind::Alarm;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::CloudWatch::Alarm",
        properties: &[
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "Dimensions",
            "EvaluationPeriods",
            "MetricName",
            "Namespace",
            "Period",
            "Statistic",
            "Threshold",
            "TreatMissingData",
        ],
        required: &["ComparisonOperator", "EvaluationPeriods"],
        replaced_by: &["AlarmName"],
        identity: |new, properties| {
            let name = new.name(properties, "AlarmName");
            let arn = new.arn("cloudwatch", &format!("alarm:{name}"));
            Identity::with_arn(name, arn)
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "cloudwatch",
                before: "alarm:",
            },
            of_itself: &[
                "cloudwatch:DeleteAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            of_account: &["cloudwatch:DescribeAlarms"],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

impl HasArn for Alarm {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    pub name: &'static str,
    pub value: Text,
}
