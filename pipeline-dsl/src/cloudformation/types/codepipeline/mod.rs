//! Pipelines: what is written of them, and what is read back.

mod action;
mod action_type_id;
mod declared;

use indexmap::IndexMap;
use serde::Serialize;

pub use action::{
    Approval, ChangeSet, CodeBuild, ConnectionSource, CreateChangeSet, PipelineAction, S3Deploy, S3Source,
    UnreadAction,
};
pub use action_type_id::ActionTypeId;
pub use declared::{DeclaredAction, DeclaredPipeline, DeclaredStage};

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::ResourceType;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Pipeline {
    pub name: String,
    pub pipeline_type: &'static str,
    pub execution_mode: &'static str,
    pub restart_execution_on_update: bool,
    pub role_arn: Text,
    pub artifact_stores: Vec<ArtifactStoreMap>,
    pub stages: Vec<StageDeclaration>,
}

impl ResourceType for Pipeline {
    const KIND: ResourceKind = ResourceKind::Pipeline;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::CodePipeline::Pipeline",
        properties: &[
            "ArtifactStores",
            "ExecutionMode",
            "Name",
            "PipelineType",
            "RestartExecutionOnUpdate",
            "RoleArn",
            "Stages",
        ],
        required: &["RoleArn", "Stages"],
        replaced_by: &["Name"],
        // It has an ARN, and no attribute that says so.
        identity: |new, properties| {
            let name = new.name(properties, "Name");
            let arn = new.arn("codepipeline", &name);
            Identity {
                arn: Some(arn),
                ..Identity::without_arn(name).attribute("Version", "1".to_owned())
            }
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[("codepipeline", "/RoleArn")],
        called_by: &[],
        acts: Acts::Deploys,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "codepipeline",
                before: "",
            },
            of_itself: &[
                "codepipeline:CreatePipeline",
                "codepipeline:DeletePipeline",
                "codepipeline:GetPipeline",
                "codepipeline:GetPipelineState",
                "codepipeline:ListTagsForResource",
                "codepipeline:StartPipelineExecution",
                "codepipeline:TagResource",
                "codepipeline:UntagResource",
                "codepipeline:UpdatePipeline",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &[],
            developers: &["codepipeline:StartPipelineExecution"],
            builds: &[
                "codepipeline:UpdatePipeline",
                "codepipeline:StartPipelineExecution",
            ],
            targets: &[],
            program: &[],
            plans: &["codepipeline:UpdatePipeline"],
            deployments: &[],
        },
    };
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArtifactStoreMap {
    pub region: Text,
    pub artifact_store: ArtifactStore,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArtifactStore {
    pub r#type: &'static str,
    pub location: Text,
    pub encryption_key: EncryptionKey,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionKey {
    pub id: Text,
    pub r#type: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StageDeclaration {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_entry: Option<BeforeEntryConditions>,
    pub actions: Vec<ActionDeclaration>,
}

/// What is checked before a stage begins.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BeforeEntryConditions {
    pub conditions: [Condition; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Condition {
    /// What happens when a rule does not hold.
    pub result: &'static str,
    pub rules: Vec<RuleDeclaration>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleDeclaration {
    pub name: &'static str,
    pub rule_type_id: ActionTypeId,
    pub configuration: IndexMap<&'static str, String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ActionDeclaration {
    pub name: String,
    pub action_type_id: ActionTypeId,
    pub run_order: u32,
    /// Before the names of the variables that it sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input_artifacts: Vec<ArtifactName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_artifacts: Vec<ArtifactName>,
    pub configuration: IndexMap<&'static str, Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_in_minutes: Option<u32>,
}

impl ActionDeclaration {
    /// The first action of its stage, with the pipeline's own role, in its own region, and with no artifacts.
    pub fn new(name: impl Into<String>, does: PipelineAction<Text>) -> Self {
        Self {
            name: name.into(),
            action_type_id: does.type_id(),
            run_order: 1,
            namespace: None,
            role_arn: None,
            region: None,
            input_artifacts: Vec::new(),
            output_artifacts: Vec::new(),
            configuration: does.into_configuration(),
            timeout_in_minutes: None,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArtifactName {
    pub name: String,
}
