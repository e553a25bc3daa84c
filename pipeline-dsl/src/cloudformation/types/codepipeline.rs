use indexmap::IndexMap;
use serde::Serialize;

use super::resource_type;
use crate::cloudformation::Text;

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
resource_type!(Pipeline, "AWS::CodePipeline::Pipeline");

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
    pub actions: Vec<ActionDeclaration>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ActionDeclaration {
    pub name: String,
    pub action_type_id: ActionTypeId,
    pub run_order: u32,
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

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ActionTypeId {
    pub category: &'static str,
    pub owner: &'static str,
    pub provider: &'static str,
    pub version: &'static str,
}

impl ActionTypeId {
    /// An action type of AWS's own.
    pub const fn aws(category: &'static str, provider: &'static str) -> Self {
        Self {
            category,
            owner: "AWS",
            provider,
            version: "1",
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArtifactName {
    pub name: String,
}
