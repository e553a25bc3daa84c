use serde::Serialize;

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Project {
    pub name: String,
    pub description: String,
    pub service_role: Text,
    /// CodeBuild uses its own key unless told: the pipeline's artifact key does not reach it.
    pub encryption_key: Text,
    pub source: Source,
    /// What a build is made of that nobody says more of: one that somebody starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_version: Option<Text>,
    pub artifacts: Artifacts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secondary_artifacts: Vec<Artifacts>,
    pub environment: Environment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<Cache>,
    pub logs_config: LogsConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triggers: Option<ProjectTriggers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_in_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued_timeout_in_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_build_limit: Option<u32>,
}

impl ResourceType for Project {
    const KIND: ResourceKind = ResourceKind::Project;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::CodeBuild::Project",
        properties: &[
            "Artifacts",
            "Cache",
            "ConcurrentBuildLimit",
            "Description",
            "EncryptionKey",
            "Environment",
            "LogsConfig",
            "Name",
            "QueuedTimeoutInMinutes",
            "SecondaryArtifacts",
            "ServiceRole",
            "Source",
            "SourceVersion",
            "TimeoutInMinutes",
            "Triggers",
        ],
        required: &["Artifacts", "Environment", "ServiceRole", "Source"],
        replaced_by: &["Name"],
        identity: |new, properties| {
            let name = new.name(properties, "Name");
            let arn = new.arn("codebuild", &format!("project/{name}"));
            Identity::with_arn(name, arn)
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[("codebuild", "/ServiceRole")],
        called_by: &[],
        acts: Acts::Builds,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Named {
                service: "codebuild",
                before: "project/",
            },
            // The type's schema has no handlers: these are the API's.
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
            of_itself: &[
                "codebuild:BatchGetProjects",
                "codebuild:CreateProject",
                "codebuild:CreateWebhook",
                "codebuild:DeleteProject",
                "codebuild:DeleteWebhook",
                "codebuild:UpdateProject",
                "codebuild:UpdateWebhook",
            ],
            of_account: &[],
        },
        read_back: ReadBack::Project,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &[],
            developers: &[],
            builds: &["codebuild:UpdateProject", "codebuild:StartBuild"],
            targets: &[],
            program: &["codebuild:UpdateProject", "codebuild:StartBuild"],
            plans: &[],
            deployments: &[],
        },
    };
}

impl HasArn for Project {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// What is built: a repository, or an artifact of the pipeline that starts the build.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Source {
    pub r#type: &'static str,
    pub build_spec: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub repository: Option<SourceRepository>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SourceRepository {
    pub location: Text,
    /// So many commits; 0 are all.
    pub git_clone_depth: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_submodules_config: Option<GitSubmodulesConfig>,
    pub report_build_status: bool,
    pub auth: SourceAuth,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GitSubmodulesConfig {
    pub fetch_submodules: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SourceAuth {
    pub r#type: &'static str,
    pub resource: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "Type", rename_all_fields = "PascalCase")]
pub enum Artifacts {
    #[serde(rename = "NO_ARTIFACTS")]
    None,
    #[serde(rename = "CODEPIPELINE")]
    Pipeline,
    #[serde(rename = "S3")]
    S3 {
        #[serde(skip_serializing_if = "Option::is_none")]
        artifact_identifier: Option<String>,
        location: Text,
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        name: String,
        packaging: &'static str,
        namespace_type: &'static str,
        encryption_disabled: bool,
        override_artifact_name: bool,
    },
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    pub r#type: String,
    pub compute_type: String,
    pub image: String,
    pub privileged_mode: bool,
    /// CodeBuild's own credentials, unless it is `SERVICE_ROLE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_credentials_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_credential: Option<RegistryCredential>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_variables: Vec<EnvironmentVariable>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnvironmentVariable {
    pub name: String,
    /// `PLAINTEXT`, unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<&'static str>,
    pub value: String,
}

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>
impl EnvironmentVariable {
    /// The type of a variable whose value is the name of a secret of Secrets Manager.
    pub const SECRET: &'static str = "SECRETS_MANAGER";
    /// The type of a variable whose value is the name of a parameter of Parameter Store.
    pub const PARAMETER: &'static str = "PARAMETER_STORE";
}

/// The credentials of a private registry.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_RegistryCredential.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegistryCredential {
    pub credential: String,
    pub credential_provider: &'static str,
}

/// What is kept for the next build.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Cache {
    pub r#type: &'static str,
    pub modes: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogsConfig {
    pub cloud_watch_logs: CloudWatchLogs,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CloudWatchLogs {
    pub status: &'static str,
    pub group_name: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProjectTriggers {
    pub webhook: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filter_groups: Vec<Vec<WebhookFilter>>,
    /// Only of a project that builds pull requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request_build_policy: Option<PullRequestBuildPolicy>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-codebuild-project-pullrequestbuildpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PullRequestBuildPolicy {
    pub requires_comment_approval: &'static str,
    pub approver_roles: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebhookFilter {
    pub r#type: &'static str,
    pub pattern: Text,
}
