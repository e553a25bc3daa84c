use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};
use crate::policy::ServiceCall;

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

impl ResourceType for Function {
    const KIND: ResourceKind = ResourceKind::Function;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::Lambda::Function",
        properties: &[
            "Code",
            "DeadLetterConfig",
            "Description",
            "Environment",
            "FunctionName",
            "Handler",
            "LoggingConfig",
            "MemorySize",
            "Role",
            "Runtime",
            "Timeout",
        ],
        required: &["Code", "Role"],
        replaced_by: &["FunctionName"],
        identity: |new, properties| {
            let name = new.name(properties, "FunctionName");
            let arn = new.arn("lambda", &format!("function:{name}"));
            Identity::with_arn(name, arn)
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[("lambda", "/Role")],
        called_by: &[ServiceCall::SnsInvokesFunction],
        acts: Acts::Runs,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Function,
            of_itself: &[
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionRecursionConfig",
                "lambda:GetFunctionScalingConfig",
                "lambda:GetRuntimeManagementConfig",
                "lambda:ListTags",
                "lambda:PutFunctionConcurrency",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
            developers: &[],
            builds: &[],
            targets: &[],
            program: &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
            plans: &[],
            deployments: &[],
        },
    };
}

impl HasArn for Function {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

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

impl ResourceType for Permission {
    const KIND: ResourceKind = ResourceKind::Permission;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::Lambda::Permission",
        properties: &[
            "Action",
            "FunctionName",
            "Principal",
            "SourceAccount",
            "SourceArn",
        ],
        required: &["Action", "FunctionName", "Principal"],
        replaced_by: &[
            "Action",
            "FunctionName",
            "Principal",
            "SourceAccount",
            "SourceArn",
        ],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::StatementOnFunction,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Function("FunctionName"),
            arn: ArnForm::Function,
            of_itself: &[
                "lambda:AddPermission",
                "lambda:GetPolicy",
                "lambda:RemovePermission",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

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

impl ResourceType for EventInvokeConfig {
    const KIND: ResourceKind = ResourceKind::EventInvokeConfig;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::Lambda::EventInvokeConfig",
        properties: &[
            "FunctionName",
            "MaximumEventAgeInSeconds",
            "MaximumRetryAttempts",
            "Qualifier",
        ],
        required: &["FunctionName", "Qualifier"],
        replaced_by: &["FunctionName", "Qualifier"],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Function("FunctionName"),
            arn: ArnForm::Function,
            of_itself: &[
                "lambda:DeleteFunctionEventInvokeConfig",
                "lambda:GetFunctionEventInvokeConfig",
                "lambda:PutFunctionEventInvokeConfig",
                "lambda:UpdateFunctionEventInvokeConfig",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}

/// The statement that Lambda makes of an `AWS::Lambda::Permission` in the policy of the function of this ARN.
/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
pub fn permission_statement(properties: &Value, function: &str) -> Value {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let mut statement = json!({
        "Sid": "Permission",
        "Effect": "Allow",
        "Principal": {"Service": text("Principal")},
        "Action": text("Action"),
        "Resource": function,
    });
    let mut condition = serde_json::Map::new();
    if let Some(source) = text("SourceArn") {
        condition.insert("ArnLike".to_owned(), json!({"AWS:SourceArn": source}));
    }
    if let Some(account) = text("SourceAccount") {
        condition.insert("StringEquals".to_owned(), json!({"AWS:SourceAccount": account}));
    }
    if let (false, Some(statement)) = (condition.is_empty(), statement.as_object_mut()) {
        statement.insert("Condition".to_owned(), Value::Object(condition));
    }
    statement
}
