use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    pub log_group_name: Text,
    pub retention_in_days: u32,
}
resource_type!(LogGroup, "AWS::Logs::LogGroup", Attribute::GetAtt("Arn"));
