//! What an action of a pipeline does: its type and its configuration, written into a template and read back from one.

use indexmap::IndexMap;
use serde_json::Value;

use super::action_type_id::ActionTypeId;
use crate::cloudformation::text::Text;

/// What an action does. What is written are texts that may hold intrinsic functions; what is read back are the texts that they
/// became.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipelineAction<T> {
    /// It takes an object of a bucket.
    S3Source(S3Source<T>),
    /// It takes a branch of a repository.
    ConnectionSource(ConnectionSource<T>),
    /// It runs a build.
    CodeBuild(CodeBuild<T>),
    /// It prepares a change set.
    CreateChangeSet(CreateChangeSet<T>),
    /// It executes a change set.
    ExecuteChangeSet(ChangeSet<T>),
    /// It extracts an archive into a bucket.
    S3Deploy(S3Deploy<T>),
    /// It waits for somebody's approval.
    Approval(Approval<T>),
}

/// A rule starts the pipeline when the object is new; polling would start it a second time.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Source<T> {
    /// The bucket, by its name.
    pub bucket: T,
    /// The key of the object.
    pub key: T,
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSource<T> {
    /// The connection, by its ARN.
    pub connection: T,
    /// The repository, `owner/name`.
    pub repository: T,
    /// The branch.
    pub branch: T,
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBuild<T> {
    /// The project, by its name.
    pub project: T,
    /// Environment variables of this build, as JSON.
    pub environment_variables: Option<T>,
}

/// A change set of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet<T> {
    /// The stack, by its name.
    pub stack: T,
    /// The change set, by its name.
    pub name: T,
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateChangeSet<T> {
    /// What is prepared, in the place of an earlier one of its name.
    pub change_set: ChangeSet<T>,
    /// The template, `Artifact::path`.
    pub template: T,
    /// The configuration file, `Artifact::path`.
    pub configuration: Option<T>,
    /// What is acknowledged, with commas between.
    pub capabilities: T,
    /// The role that CloudFormation deploys with, by its ARN.
    pub role: T,
    /// Parameters of the stack, as JSON.
    pub parameter_overrides: Option<T>,
}

/// Where the files of its archive are put.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Deploy<T> {
    /// The bucket, by its name.
    pub bucket: T,
    /// What the keys begin with; a `/` and the path in the archive come behind it.
    pub prefix: T,
    /// The key that they are encrypted with, by its ARN.
    pub key: T,
}

/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval<T> {
    /// The topic that it is asked for on, by its ARN.
    pub topic: T,
    /// What is asked.
    pub message: T,
    /// The page to look at first.
    pub link: Option<T>,
}

/// An action that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadAction {
    /// Of a type that no pipeline of ours has.
    #[error("action `{action}` is of type `{category}/{provider}`, which is in no pipeline of pipeline-dsl")]
    Type {
        /// Its name.
        action: String,
        /// The category of its type.
        category: String,
        /// The provider of its type.
        provider: String,
    },
    /// With a mode that no pipeline of ours has.
    #[error("action `{action}` has `ActionMode` `{mode}`, which is in no pipeline of pipeline-dsl")]
    Mode {
        /// Its name.
        action: String,
        /// The mode.
        mode: String,
    },
    /// Without something that its type needs.
    #[error("the configuration of action `{action}` has no `{key}`")]
    Missing {
        /// Its name.
        action: String,
        /// What it lacks.
        key: &'static str,
    },
}

const S3: ActionTypeId = ActionTypeId::aws("Source", "S3");
const CONNECTION: ActionTypeId = ActionTypeId::aws("Source", "CodeStarSourceConnection");
const CODE_BUILD: ActionTypeId = ActionTypeId::aws("Build", "CodeBuild");
const CLOUD_FORMATION: ActionTypeId = ActionTypeId::aws("Deploy", "CloudFormation");
const S3_DEPLOY: ActionTypeId = ActionTypeId::aws("Deploy", "S3");
const MANUAL: ActionTypeId = ActionTypeId::aws("Approval", "Manual");

const CREATE: &str = "CHANGE_SET_REPLACE";
const EXECUTE: &str = "CHANGE_SET_EXECUTE";

impl<T> PipelineAction<T> {
    /// Its type.
    pub const fn type_id(&self) -> ActionTypeId {
        match self {
            Self::S3Source(_) => S3,
            Self::ConnectionSource(_) => CONNECTION,
            Self::CodeBuild(_) => CODE_BUILD,
            Self::CreateChangeSet(_) | Self::ExecuteChangeSet(_) => CLOUD_FORMATION,
            Self::S3Deploy(_) => S3_DEPLOY,
            Self::Approval(_) => MANUAL,
        }
    }

    /// The role that it gives to a service, with that service.
    pub const fn passed_role(&self) -> Option<(&'static str, &T)> {
        match self.created_change_set() {
            Some(create) => Some(("cloudformation", &create.role)),
            None => None,
        }
    }

    /// The object that it takes.
    pub const fn s3_source(&self) -> Option<&S3Source<T>> {
        match self {
            Self::S3Source(source) => Some(source),
            Self::ConnectionSource(_)
            | Self::CodeBuild(_)
            | Self::CreateChangeSet(_)
            | Self::ExecuteChangeSet(_)
            | Self::S3Deploy(_)
            | Self::Approval(_) => None,
        }
    }

    /// The change set that it prepares.
    pub const fn created_change_set(&self) -> Option<&CreateChangeSet<T>> {
        match self {
            Self::CreateChangeSet(create) => Some(create),
            Self::S3Source(_)
            | Self::ConnectionSource(_)
            | Self::CodeBuild(_)
            | Self::ExecuteChangeSet(_)
            | Self::S3Deploy(_)
            | Self::Approval(_) => None,
        }
    }

    /// Where it puts the files of an archive.
    pub const fn s3_deploy(&self) -> Option<&S3Deploy<T>> {
        match self {
            Self::S3Deploy(deploy) => Some(deploy),
            Self::S3Source(_)
            | Self::ConnectionSource(_)
            | Self::CodeBuild(_)
            | Self::CreateChangeSet(_)
            | Self::ExecuteChangeSet(_)
            | Self::Approval(_) => None,
        }
    }

    /// The connection that it uses.
    pub const fn connection(&self) -> Option<&T> {
        match self {
            Self::ConnectionSource(source) => Some(&source.connection),
            Self::S3Source(_)
            | Self::CodeBuild(_)
            | Self::CreateChangeSet(_)
            | Self::ExecuteChangeSet(_)
            | Self::S3Deploy(_)
            | Self::Approval(_) => None,
        }
    }

    /// Reads what a template declares; `text` reads a value of its configuration.
    ///
    /// # Errors
    /// When it is an action that is never written here.
    pub fn read_as(declared: &Value, text: impl Fn(&Value) -> Option<T>) -> Result<Self, UnreadAction> {
        let told = |pointer: &str| declared.pointer(pointer).and_then(Value::as_str);
        let action = || told("/Name").unwrap_or_default().to_owned();
        let given = |key: &'static str| text(declared.get("Configuration")?.get(key)?);
        let needed = |key: &'static str| {
            given(key).ok_or_else(|| UnreadAction::Missing {
                action: action(),
                key,
            })
        };
        let of_type = |part: &str| told(&format!("/ActionTypeId/{part}")).unwrap_or_default();
        let (category, provider) = (of_type("Category"), of_type("Provider"));
        let is = |known: ActionTypeId| {
            let id = (of_type("Owner"), category, provider);
            id == (known.owner, known.category, known.provider)
        };
        if is(S3) {
            return Ok(Self::S3Source(S3Source {
                bucket: needed("S3Bucket")?,
                key: needed("S3ObjectKey")?,
            }));
        }
        if is(CONNECTION) {
            return Ok(Self::ConnectionSource(ConnectionSource {
                connection: needed("ConnectionArn")?,
                repository: needed("FullRepositoryId")?,
                branch: needed("BranchName")?,
            }));
        }
        if is(CODE_BUILD) {
            return Ok(Self::CodeBuild(CodeBuild {
                project: needed("ProjectName")?,
                environment_variables: given("EnvironmentVariables"),
            }));
        }
        if is(MANUAL) {
            return Ok(Self::Approval(Approval {
                topic: needed("NotificationArn")?,
                message: needed("CustomData")?,
                link: given("ExternalEntityLink"),
            }));
        }
        if is(S3_DEPLOY) {
            return Ok(Self::S3Deploy(S3Deploy {
                bucket: needed("BucketName")?,
                prefix: needed("ObjectKey")?,
                key: needed("KMSEncryptionKeyARN")?,
            }));
        }
        if !is(CLOUD_FORMATION) {
            return Err(UnreadAction::Type {
                action: action(),
                category: category.to_owned(),
                provider: provider.to_owned(),
            });
        }
        let change_set = || -> Result<ChangeSet<T>, UnreadAction> {
            Ok(ChangeSet {
                stack: needed("StackName")?,
                name: needed("ChangeSetName")?,
            })
        };
        match told("/Configuration/ActionMode").unwrap_or_default() {
            EXECUTE => Ok(Self::ExecuteChangeSet(change_set()?)),
            CREATE => Ok(Self::CreateChangeSet(CreateChangeSet {
                change_set: change_set()?,
                template: needed("TemplatePath")?,
                configuration: given("TemplateConfiguration"),
                capabilities: needed("Capabilities")?,
                role: needed("RoleArn")?,
                parameter_overrides: given("ParameterOverrides"),
            })),
            mode => Err(UnreadAction::Mode {
                action: action(),
                mode: mode.to_owned(),
            }),
        }
    }
}

impl PipelineAction<String> {
    /// Reads what a template without intrinsic functions declares.
    ///
    /// # Errors
    /// When it is an action that is never written here.
    pub fn read(declared: &Value) -> Result<Self, UnreadAction> {
        Self::read_as(declared, |value| value.as_str().map(ToOwned::to_owned))
    }
}

impl PipelineAction<Text> {
    /// Its configuration, as CodePipeline wants it.
    pub fn into_configuration(self) -> IndexMap<&'static str, Text> {
        match self {
            Self::S3Source(S3Source { bucket, key }) => IndexMap::from([
                ("S3Bucket", bucket),
                ("S3ObjectKey", key),
                ("PollForSourceChanges", "false".into()),
            ]),
            Self::ConnectionSource(source) => IndexMap::from([
                ("ConnectionArn", source.connection),
                ("FullRepositoryId", source.repository),
                ("BranchName", source.branch),
                ("OutputArtifactFormat", "CODE_ZIP".into()),
            ]),
            Self::CodeBuild(build) => {
                let mut configuration = IndexMap::from([("ProjectName", build.project)]);
                let variables = build.environment_variables;
                configuration.extend(variables.map(|json| ("EnvironmentVariables", json)));
                configuration
            }
            Self::CreateChangeSet(create) => {
                let mut configuration = create.change_set.into_configuration(CREATE);
                configuration.insert("TemplatePath", create.template);
                configuration.extend(create.configuration.map(|path| ("TemplateConfiguration", path)));
                configuration.insert("Capabilities", create.capabilities);
                configuration.insert("RoleArn", create.role);
                configuration.extend(
                    create
                        .parameter_overrides
                        .map(|json| ("ParameterOverrides", json)),
                );
                configuration
            }
            Self::ExecuteChangeSet(change_set) => change_set.into_configuration(EXECUTE),
            Self::S3Deploy(S3Deploy { bucket, prefix, key }) => IndexMap::from([
                ("BucketName", bucket),
                ("Extract", "true".into()),
                ("ObjectKey", prefix),
                // Files that name no key might name another encryption, which the bucket refuses.
                ("KMSEncryptionKeyARN", key),
            ]),
            Self::Approval(Approval { topic, message, link }) => {
                let mut configuration = IndexMap::from([("NotificationArn", topic), ("CustomData", message)]);
                configuration.extend(link.map(|page| ("ExternalEntityLink", page)));
                configuration
            }
        }
    }
}

impl ChangeSet<Text> {
    fn into_configuration(self, mode: &'static str) -> IndexMap<&'static str, Text> {
        IndexMap::from([
            ("ActionMode", mode.into()),
            ("StackName", self.stack),
            ("ChangeSetName", self.name),
        ])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        Approval, ChangeSet, CodeBuild, ConnectionSource, CreateChangeSet, PipelineAction, S3Deploy,
        S3Source, UnreadAction,
    };
    use crate::cloudformation::text::Text;
    use crate::cloudformation::types::codepipeline::ActionDeclaration;

    /// One of each, with whatever text.
    fn all<T>(text: impl Fn(&str) -> T) -> Vec<PipelineAction<T>> {
        let change_set = || ChangeSet {
            stack: text("orders"),
            name: text("pipeline"),
        };
        vec![
            PipelineAction::S3Source(S3Source {
                bucket: text("builds"),
                key: text("orders.zip"),
            }),
            PipelineAction::ConnectionSource(ConnectionSource {
                connection: text("arn"),
                repository: text("acme/orders"),
                branch: text("main"),
            }),
            PipelineAction::CodeBuild(CodeBuild {
                project: text("build"),
                environment_variables: Some(text("[]")),
            }),
            PipelineAction::CreateChangeSet(CreateChangeSet {
                change_set: change_set(),
                template: text("Orders::template.yaml"),
                configuration: Some(text("Orders::prod.json")),
                capabilities: text("CAPABILITY_IAM"),
                role: text("role"),
                parameter_overrides: Some(text("{}")),
            }),
            PipelineAction::ExecuteChangeSet(change_set()),
            PipelineAction::S3Deploy(S3Deploy {
                bucket: text("assets"),
                prefix: text("orders"),
                key: text("arn"),
            }),
            PipelineAction::Approval(Approval {
                topic: text("topic"),
                message: text("Release?"),
                link: Some(text("https://example.com")),
            }),
        ]
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = all(|text| Text::from(text));
        for (written, read) in written.into_iter().zip(all(ToOwned::to_owned)) {
            let declared = serde_json::to_value(ActionDeclaration::new("action", written)).unwrap();
            assert_eq!(PipelineAction::read(&declared), Ok(read));
        }
    }

    #[test]
    fn what_is_never_written_is_told() {
        let declared = |provider: &str, configuration: Value| {
            json!({
                "Name": "release",
                "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": provider, "Version": "1"},
                "Configuration": configuration,
            })
        };
        let unread = |declared| PipelineAction::read(&declared).unwrap_err().to_string();
        assert_eq!(
            unread(declared("ECS", json!({}))),
            "action `release` is of type `Deploy/ECS`, which is in no pipeline of pipeline-dsl"
        );
        assert_eq!(
            unread(declared("CloudFormation", json!({"ActionMode": "DELETE_ONLY"}))),
            "action `release` has `ActionMode` `DELETE_ONLY`, which is in no pipeline of pipeline-dsl"
        );
        let lacking = PipelineAction::read(&declared(
            "CloudFormation",
            json!({"ActionMode": "CHANGE_SET_EXECUTE", "StackName": "orders"}),
        ));
        let key = "ChangeSetName";
        let action = "release".to_owned();
        assert_eq!(lacking, Err(UnreadAction::Missing { action, key }));
    }
}
