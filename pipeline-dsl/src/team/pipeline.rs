use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::panic::Location;

use super::any::Any;
use super::artifact::{Artifact, ArtifactHandle, SameService};
use super::build::code_build::CodeBuild;
use super::build::upload::Upload;
use super::environment::Environment;
use super::permissions::Permissions;
use super::service::Service;
use super::stack::{Deployable, StackDefinition};
use super::wave::{Releasable, Wave};
use crate::diagnostic::SourceLocation;
use crate::model::pascal_case;

/// A pipeline of one service: artifacts in, stacks out, wave by wave.
///
/// Its type says how far it is: while [`Drafting`], permissions are missing; when [`NotReleased`], it can be
/// released; once [`Releasing`], nothing can be added but further waves, and the team accepts it.
#[derive(Debug)]
#[must_use = "a pipeline does nothing until the team has it: `TEAM.with(pipeline)`"]
pub struct Pipeline<State, Of = Any> {
    definition: Definition,
    state: PhantomData<fn() -> (State, Of)>,
}

/// A pipeline whose permissions are not declared yet.
#[derive(Debug, Clone, Copy)]
pub enum Drafting {}
/// A pipeline that can be released, and is not yet: `.release(wave)` comes next.
#[derive(Debug, Clone, Copy)]
pub enum NotReleased {}
/// A pipeline that releases to at least one wave.
#[derive(Debug, Clone, Copy)]
pub enum Releasing {}

/// A pipeline that nothing is released from yet, so that sources, builds and stacks can still be added.
#[diagnostic::on_unimplemented(
    message = "this pipeline already releases: only further waves can be added to it",
    label = "too late for this",
    note = "add sources, builds and stacks before the first `.release(…)`"
)]
pub trait Unreleased {}
#[diagnostic::do_not_recommend]
impl Unreleased for Drafting {}
#[diagnostic::do_not_recommend]
impl Unreleased for NotReleased {}

/// A pipeline whose permissions are not declared yet.
#[diagnostic::on_unimplemented(
    message = "the permissions of this pipeline are declared already",
    label = "declared again",
    note = "write all that the deployment may do into one `Permissions`"
)]
pub trait Unpermitted {}
#[diagnostic::do_not_recommend]
impl Unpermitted for Drafting {}

/// A pipeline that says what its deployment may do.
#[diagnostic::on_unimplemented(
    message = "this pipeline does not say what its deployment may do",
    label = "released without permissions",
    note = "declare them first: `.permissions(Permissions::new().allow(actions![…], resource_arns![…]))`"
)]
pub trait HasPermissions {}
#[diagnostic::do_not_recommend]
impl HasPermissions for NotReleased {}
#[diagnostic::do_not_recommend]
impl HasPermissions for Releasing {}

/// A pipeline that releases to at least one wave.
#[diagnostic::on_unimplemented(
    message = "this pipeline releases nothing",
    label = "no wave would ever get it",
    note = "declare its permissions, then say where it goes: `.permissions(…).release(wave)`"
)]
pub trait Releases {}
#[diagnostic::do_not_recommend]
impl Releases for Releasing {}

/// What a pipeline is made of, whatever its state.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) service: Service,
    pub(crate) sources: Vec<Artifact>,
    /// At most one; more are refused by the team.
    pub(crate) builds: Vec<CodeBuild>,
    /// At most one; more are refused by the team.
    pub(crate) uploads: Vec<Upload>,
    pub(crate) stacks: Vec<StackDefinition>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) releases: Vec<ReleaseTo>,
    pub(crate) location: SourceLocation,
    /// Where the team gets it.
    pub(crate) added_at: SourceLocation,
}

/// A wave that a pipeline releases to.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseTo {
    pub(crate) wave: Wave,
    pub(crate) location: SourceLocation,
}

impl Definition {
    /// The waves that it releases to, in their order.
    pub(crate) fn waves(&self) -> impl Iterator<Item = &Wave> {
        self.releases.iter().map(|release| &release.wave)
    }

    /// The environments that it releases to, in the order of its waves.
    pub(crate) fn environments(&self) -> impl Iterator<Item = &Environment> {
        self.waves().flat_map(|wave| wave.environments.iter())
    }

    /// The build that makes its artifacts.
    pub(crate) fn build(&self) -> Option<&CodeBuild> {
        self.builds.first()
    }

    /// The other CI that makes its artifacts.
    pub(crate) fn upload(&self) -> Option<&Upload> {
        self.uploads.first()
    }

    /// The name that an artifact has inside the pipeline: its key in letters and digits, and for keys that
    /// are alike in those, its position.
    pub(crate) fn artifact_name(&self, artifact: &ArtifactHandle) -> String {
        self.artifact_name_at(artifact.index)
    }

    pub(crate) fn artifact_name_at(&self, index: usize) -> String {
        let name_of = |artifact: &Artifact| pascal_case(&artifact.key);
        let Some(name) = self.sources.get(index).map(name_of) else {
            return String::new();
        };
        if self
            .sources
            .iter()
            .take(index)
            .any(|earlier| name_of(earlier) == name)
        {
            format!("{name}{index}")
        } else {
            name
        }
    }

    /// The archives whose files its stacks use, each once, by their position among its artifacts.
    pub(crate) fn assets(&self) -> BTreeSet<usize> {
        let archives = self.stacks.iter().flat_map(StackDefinition::assets);
        archives.map(|archive| archive.index).collect()
    }

    /// The keys of its artifacts.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.key.clone()).collect()
    }
}

impl<Of> Pipeline<Drafting, Of> {
    /// The pipeline of a service, started by new versions of an artifact: the only way to make one.
    #[track_caller]
    pub fn from_artifact(service: Service<Of>, artifact: Artifact) -> (Self, ArtifactHandle<Of>) {
        let definition = Definition {
            service: service.any(),
            sources: vec![artifact],
            builds: Vec::new(),
            uploads: Vec::new(),
            stacks: Vec::new(),
            permissions: None,
            releases: Vec::new(),
            location: Location::caller(),
            added_at: Location::caller(),
        };
        (Self::in_state(definition), ArtifactHandle::new(service.name, 0))
    }
}

impl<State, Of> Clone for Pipeline<State, Of> {
    fn clone(&self) -> Self {
        Self::in_state(self.definition.clone())
    }
}

impl<State, Of> Pipeline<State, Of> {
    fn in_state(definition: Definition) -> Self {
        Self {
            definition,
            state: PhantomData,
        }
    }

    /// Adds a further artifact of the same build, such as the code of a function.
    pub fn source(&mut self, artifact: Artifact) -> ArtifactHandle<Of>
    where
        State: Unreleased,
    {
        self.definition.sources.push(artifact);
        ArtifactHandle::new(self.definition.service.name, self.definition.sources.len() - 1)
    }

    /// The build that makes its artifacts. Without one they come from elsewhere.
    pub fn built_by(mut self, build: CodeBuild) -> Self
    where
        State: Unreleased,
    {
        self.definition.builds.push(build);
        self
    }

    /// The other CI that makes its artifacts, and uploads them with a role of its own.
    pub fn uploaded_by(mut self, upload: Upload) -> Self
    where
        State: Unreleased,
    {
        self.definition.uploads.push(upload);
        self
    }

    /// Adds a stack; stacks of an environment are deployed one after the other, in this order.
    pub fn stack<S>(mut self, stack: S) -> Self
    where
        State: Unreleased,
        S: Deployable,
        S::Of: SameService<Of>,
    {
        self.definition.stacks.push(stack.into_stack().into_definition());
        self
    }

    /// Says what the deployment of this service may do; without it nothing can be released.
    pub fn permissions(mut self, permissions: Permissions) -> Pipeline<NotReleased, Of>
    where
        State: Unpermitted,
    {
        self.definition.permissions = Some(permissions);
        Pipeline::in_state(self.definition)
    }

    /// Releases to a wave, after those before it.
    #[track_caller]
    pub fn release<W>(mut self, wave: W) -> Pipeline<Releasing, Of>
    where
        State: HasPermissions,
        W: Releasable,
    {
        self.definition.releases.push(ReleaseTo {
            wave: wave.into_wave(),
            location: Location::caller(),
        });
        Pipeline::in_state(self.definition)
    }

    /// The pipeline without its service in the type, for lists of several.
    pub fn any(self) -> Pipeline<State> {
        Pipeline::in_state(self.definition)
    }

    #[track_caller]
    pub(super) fn into_definition(mut self) -> Definition {
        self.definition.added_at = Location::caller();
        self.definition
    }
}
