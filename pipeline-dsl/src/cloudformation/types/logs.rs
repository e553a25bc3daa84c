use serde::Serialize;

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    pub log_group_name: Text,
    pub retention_in_days: u32,
}

impl ResourceType for LogGroup {
    const KIND: ResourceKind = ResourceKind::LogGroup;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::Logs::LogGroup",
        properties: &["LogGroupName", "RetentionInDays"],
        required: &[],
        replaced_by: &["LogGroupName"],
        identity: |new, properties| {
            let name = new.name(properties, "LogGroupName");
            let arn = new.arn("logs", &format!("log-group:{name}:*"));
            Identity::with_arn(name, arn)
        },
        holds_data: true,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::LogGroup,
            of_itself: &[
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:GetDataProtectionPolicy",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            of_account: &[
                "logs:DescribeIndexPolicies",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
            ],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &[],
            developers: &[],
            builds: &[],
            targets: &[],
            program: &["logs:DeleteLogGroup"],
            plans: &[],
            deployments: &[],
        },
    };
}

impl HasArn for LogGroup {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}
