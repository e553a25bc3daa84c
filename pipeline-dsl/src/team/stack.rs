use std::panic::Location;

use super::{ArtifactFile, ArtifactHandle, Environment};
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// A stack that has a name, and still needs its template.
#[derive(Debug, Clone)]
#[must_use = "a stack needs its template: `.template(bundle.file(\"…\"))`"]
pub struct NamedStack {
    name: String,
    location: SourceLocation,
}

impl NamedStack {
    /// The template, a file of an artifact.
    pub fn template(self, template: ArtifactFile) -> Stack {
        Stack {
            name: self.name,
            template,
            configuration: None,
            configurations: Vec::new(),
            overrides: Vec::new(),
            location: self.location,
        }
    }
}

/// A CloudFormation stack that a pipeline deploys to every environment it releases to.
#[derive(Debug, Clone)]
pub struct Stack {
    pub(crate) name: String,
    pub(crate) template: ArtifactFile,
    pub(crate) configuration: Option<ArtifactFile>,
    pub(crate) configurations: Vec<(Name, ArtifactFile)>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) location: SourceLocation,
}

/// A parameter of the stack that the pipeline gives.
#[derive(Debug, Clone)]
pub(crate) enum Override {
    Value {
        parameter: String,
        value: String,
    },
    /// Two parameters that say where an artifact is in the artifact store.
    Artifact {
        artifact: ArtifactHandle,
        bucket: String,
        key: String,
    },
}

impl Stack {
    /// A stack with this name: a letter, then letters, digits and hyphens.
    #[track_caller]
    pub fn named(name: impl Into<String>) -> NamedStack {
        NamedStack {
            name: name.into(),
            location: Location::caller(),
        }
    }

    /// A template configuration file with the stack's parameters and tags.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
    #[must_use]
    pub fn configuration(mut self, file: ArtifactFile) -> Self {
        self.configuration = Some(file);
        self
    }

    /// Another template configuration file in one environment.
    #[must_use]
    pub fn configuration_in(mut self, environment: Environment, file: ArtifactFile) -> Self {
        self.configurations.push((environment.name, file));
        self
    }

    /// Gives a parameter of the template a value.
    #[must_use]
    pub fn parameter(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides.push(Override::Value {
            parameter: parameter.into(),
            value: value.into(),
        });
        self
    }

    /// Tells the template where an artifact is: its bucket and its key, in two parameters.
    #[must_use]
    pub fn code(
        mut self,
        artifact: &ArtifactHandle,
        bucket_parameter: impl Into<String>,
        key_parameter: impl Into<String>,
    ) -> Self {
        self.overrides.push(Override::Artifact {
            artifact: artifact.clone(),
            bucket: bucket_parameter.into(),
            key: key_parameter.into(),
        });
        self
    }

    /// The configuration file for an environment; without one, for a developer's account.
    pub(crate) fn configuration_for(&self, environment: Option<Name>) -> Option<&ArtifactFile> {
        self.configurations
            .iter()
            .find_map(|(name, file)| (Some(*name) == environment).then_some(file))
            .or(self.configuration.as_ref())
    }

    /// Every file and artifact that it reads.
    pub(crate) fn artifacts(&self) -> impl Iterator<Item = &ArtifactHandle> {
        let files = std::iter::once(&self.template)
            .chain(&self.configuration)
            .chain(self.configurations.iter().map(|(_, file)| file));
        let codes = self.overrides.iter().filter_map(|given| match given {
            Override::Artifact { artifact, .. } => Some(artifact),
            Override::Value { .. } => None,
        });
        files.map(|file| &file.artifact).chain(codes)
    }
}
