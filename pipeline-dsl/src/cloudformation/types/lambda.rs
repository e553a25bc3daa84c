use indexmap::IndexMap;
use serde::Serialize;

use super::resource_type;
use crate::cloudformation::{Attribute, Text};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    pub function_name: Text,
    pub description: String,
    pub runtime: &'static str,
    pub handler: &'static str,
    pub code: Code,
    pub role: Text,
    /// In seconds.
    pub timeout: u32,
    /// In MiB.
    pub memory_size: u32,
    pub environment: Environment,
    pub dead_letter_config: DeadLetterConfig,
    pub logging_config: LoggingConfig,
}
resource_type!(Function, "AWS::Lambda::Function", Attribute::GetAtt("Arn"));

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Code {
    pub zip_file: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    pub variables: IndexMap<&'static str, Text>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    pub target_arn: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfig {
    pub log_format: &'static str,
    pub log_group: Text,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    pub action: &'static str,
    pub function_name: Text,
    pub principal: Text,
    pub source_arn: Text,
}
resource_type!(Permission, "AWS::Lambda::Permission");

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventInvokeConfig {
    pub function_name: Text,
    pub qualifier: &'static str,
    pub maximum_retry_attempts: u8,
    /// In seconds.
    pub maximum_event_age_in_seconds: u32,
}
resource_type!(EventInvokeConfig, "AWS::Lambda::EventInvokeConfig");
