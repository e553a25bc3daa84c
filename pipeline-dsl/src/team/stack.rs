use std::marker::PhantomData;
use std::panic::Location;

use super::again::Again;
use super::any::Any;
use super::artifact::{ArtifactFile, ArtifactHandle, SameService};
use super::environment::Environment;
use super::values::Values;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// A CloudFormation stack that a pipeline deploys to every environment it releases to.
#[derive(Debug)]
#[must_use = "a stack does nothing until a pipeline has it: `pipeline.stack(stack)`"]
pub struct Stack<Of = Any> {
    definition: StackDefinition,
    of: PhantomData<fn() -> Of>,
}

/// A stack that has a name, and still needs its template.
#[derive(Debug, Clone)]
#[must_use = "a stack needs its template: `.template(bundle.file(\"…\"))`"]
pub struct NamedStack {
    name: String,
    location: SourceLocation,
}

/// A stack that can be deployed.
#[diagnostic::on_unimplemented(
    message = "this stack has no template",
    label = "nothing could be deployed",
    note = "say which file of an artifact it is: `Stack::named(…).template(bundle.file(\"template.yaml\"))`"
)]
pub trait Deployable {
    /// The service whose artifacts it reads.
    type Of;
    /// The stack itself.
    fn into_stack(self) -> Stack<Self::Of>;
}
#[diagnostic::do_not_recommend]
impl<Of> Deployable for Stack<Of> {
    type Of = Of;
    fn into_stack(self) -> Self {
        self
    }
}

/// What a stack is made of, whatever its service.
#[derive(Debug, Clone)]
pub(crate) struct StackDefinition {
    pub(crate) name: String,
    pub(crate) template: ArtifactFile,
    pub(crate) configuration: Option<ArtifactFile>,
    /// Where the program says which, for all environments.
    configuration_at: Option<SourceLocation>,
    pub(crate) configurations: Vec<(Name, ArtifactFile)>,
    pub(crate) overrides: Vec<ParameterOverride>,
    /// Whether its change set is prepared only after the stacks before it are there.
    pub(crate) after_earlier: bool,
    pub(crate) location: SourceLocation,
    /// What is said twice.
    pub(crate) again: Vec<Again>,
}

/// What the pipeline gives to parameters of the stack.
#[derive(Debug, Clone)]
pub(crate) struct ParameterOverride {
    pub(crate) given: Override,
    pub(crate) location: SourceLocation,
}

#[derive(Debug, Clone)]
pub(crate) enum Override {
    Value {
        parameter: String,
        value: Values,
    },
    /// Two parameters that say where an artifact is in the artifact store.
    Artifact {
        artifact: ArtifactHandle,
        bucket: String,
        key: String,
    },
    /// Two parameters that say where the files of an archive are: the bucket of assets, and the prefix of their keys.
    Assets {
        artifact: ArtifactHandle,
        bucket: String,
        prefix: String,
    },
}

impl NamedStack {
    /// The template, a file of an artifact.
    pub fn template<Of>(self, template: ArtifactFile<Of>) -> Stack<Of> {
        Stack {
            definition: StackDefinition {
                name: self.name,
                template: template.any(),
                configuration: None,
                configuration_at: None,
                configurations: Vec::new(),
                overrides: Vec::new(),
                after_earlier: false,
                location: self.location,
                again: Vec::new(),
            },
            of: PhantomData,
        }
    }
}

impl Stack {
    /// A stack with this name: a letter, then letters, digits and hyphens. `stack_name!("orders")` is checked
    /// by rustc, any other text when the team is built.
    #[track_caller]
    pub fn named(name: impl Into<String>) -> NamedStack {
        NamedStack {
            name: name.into(),
            location: Location::caller(),
        }
    }
}

impl<Of> Clone for Stack<Of> {
    fn clone(&self) -> Self {
        Self {
            definition: self.definition.clone(),
            of: PhantomData,
        }
    }
}

impl<Of> Stack<Of> {
    /// A template configuration file with the stack's parameters and tags.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
    #[track_caller]
    pub fn configuration<Other: SameService<Of>>(mut self, file: ArtifactFile<Other>) -> Self {
        let first = self.definition.configuration_at.replace(Location::caller());
        let again = Again::of("`.configuration(…)`", first, Location::caller());
        self.definition.again.extend(again);
        self.definition.configuration = Some(file.any());
        self
    }

    /// Another template configuration file in one environment.
    pub fn configuration_in<Kind, Other: SameService<Of>>(
        mut self,
        environment: Environment<Kind>,
        file: ArtifactFile<Other>,
    ) -> Self {
        self.definition
            .configurations
            .push((environment.name, file.any()));
        self
    }

    /// Gives a parameter of the template a value: one in all places that the stack is deployed to, or [one in each](Values).
    #[track_caller]
    pub fn parameter(self, parameter: impl Into<String>, value: impl Into<Values>) -> Self {
        self.giving(Override::Value {
            parameter: parameter.into(),
            value: value.into(),
        })
    }

    /// Tells the template where an artifact is: its bucket and its key, in two parameters.
    #[track_caller]
    pub fn code<Other: SameService<Of>>(
        self,
        artifact: &ArtifactHandle<Other>,
        bucket_parameter: impl Into<String>,
        key_parameter: impl Into<String>,
    ) -> Self {
        self.giving(Override::Artifact {
            artifact: artifact.any(),
            bucket: bucket_parameter.into(),
            key: key_parameter.into(),
        })
    }

    /// Puts every file of an archive where the template can name it, whatever their number: the code of functions, nested
    /// templates. Two parameters of the template say where: a bucket, and what the keys begin with.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # enum Orders {}
    /// # let orders: Service<Orders> = Service::declared(Name::new("orders"));
    /// let (pipeline, bundle) = Pipeline::from_artifact(orders, Artifact::key("orders/orders.zip"));
    /// let pipeline = pipeline.stack(
    ///     Stack::named("orders")
    ///         .template(bundle.file("template.yaml"))
    ///         .assets(&bundle, "AssetsBucket", "AssetsPrefix"),
    /// );
    /// ```
    ///
    /// ```yaml
    /// Code: { S3Bucket: !Ref AssetsBucket, S3Key: !Sub "${AssetsPrefix}/assets/0f1e2d3c.zip" }
    /// ```
    ///
    /// The pipeline extracts the archive before its first wave, in each region that it deploys to; for a developer, in their own
    /// account. An archive that also has the template is the best one: what belongs together arrives together. Files of earlier
    /// releases stay, for rollbacks, and a file of the same path replaces the earlier one: name each by a digest of its content.
    /// `docs/assets.md` shows how.
    ///
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html>
    #[track_caller]
    pub fn assets<Other: SameService<Of>>(
        self,
        archive: &ArtifactHandle<Other>,
        bucket_parameter: impl Into<String>,
        prefix_parameter: impl Into<String>,
    ) -> Self {
        self.giving(Override::Assets {
            artifact: archive.any(),
            bucket: bucket_parameter.into(),
            prefix: prefix_parameter.into(),
        })
    }

    #[track_caller]
    fn giving(mut self, given: Override) -> Self {
        let location = Location::caller();
        self.definition
            .overrides
            .push(ParameterOverride { given, location });
        self
    }

    /// Prepares the change set of this stack only after the stacks before it are deployed.
    ///
    /// Where somebody is asked, the change sets of all stacks are prepared first, so that they can be looked at. A template that
    /// reads what an earlier stack makes, such as a parameter of Parameter Store, cannot be prepared before that stack is there:
    /// it is prepared after the approval.
    pub fn after_earlier_stacks(mut self) -> Self {
        self.definition.after_earlier = true;
        self
    }

    pub(super) fn into_definition(self) -> StackDefinition {
        self.definition
    }
}

impl StackDefinition {
    /// The configuration file for an environment; without one, for a developer's account.
    pub(crate) fn configuration_for(&self, environment: Option<Name>) -> Option<&ArtifactFile> {
        self.configurations
            .iter()
            .find_map(|(name, file)| (Some(*name) == environment).then_some(file))
            .or(self.configuration.as_ref())
    }

    /// The archives whose files it uses.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &ArtifactHandle> {
        self.overrides.iter().filter_map(|each| match &each.given {
            Override::Assets { artifact, .. } => Some(artifact),
            Override::Artifact { .. } | Override::Value { .. } => None,
        })
    }

    /// Every file that it reads.
    pub(crate) fn files(&self) -> impl Iterator<Item = &ArtifactFile> {
        std::iter::once(&self.template)
            .chain(&self.configuration)
            .chain(self.configurations.iter().map(|(_, file)| file))
    }

    /// Every artifact that it reads.
    pub(crate) fn artifacts(&self) -> impl Iterator<Item = &ArtifactHandle> {
        let codes = self.overrides.iter().filter_map(|each| match &each.given {
            Override::Artifact { artifact, .. } | Override::Assets { artifact, .. } => Some(artifact),
            Override::Value { .. } => None,
        });
        self.files().map(|file| &file.artifact).chain(codes)
    }
}
