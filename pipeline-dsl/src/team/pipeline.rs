use std::marker::PhantomData;
use std::panic::Location;

use super::{Artifact, ArtifactHandle, CodeBuild, Permissions, Service, Stack, Wave};
use crate::diagnostic::SourceLocation;
use crate::model::pascal_case;

/// A pipeline of one service: artifacts in, stacks out, wave by wave.
///
/// Its type says how far it is: while [`Drafting`], permissions are missing; when [`Permitted`], it can be
/// released; once [`Releasing`], nothing can be added but further waves, and the team accepts it.
#[derive(Debug, Clone)]
#[must_use = "a pipeline does nothing until the team has it: `TEAM.with(pipeline)`"]
pub struct Pipeline<State> {
    definition: Definition,
    state: PhantomData<State>,
}

/// A pipeline whose permissions are not declared yet.
#[derive(Debug, Clone, Copy)]
pub enum Drafting {}
/// A pipeline that can be released.
#[derive(Debug, Clone, Copy)]
pub enum Permitted {}
/// A pipeline that releases to at least one wave.
#[derive(Debug, Clone, Copy)]
pub enum Releasing {}

/// A pipeline that nothing is released from yet, so that sources and stacks can still be added.
#[diagnostic::on_unimplemented(
    message = "this pipeline already releases: nothing can be added to it any more",
    note = "add sources, stacks and builds before the first `.release(…)`"
)]
pub trait Unreleased: sealed::Sealed {}
impl Unreleased for Drafting {}
impl Unreleased for Permitted {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Drafting {}
    impl Sealed for super::Permitted {}
}

/// What a pipeline is made of, whatever its state.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) service: Service,
    pub(crate) sources: Vec<Artifact>,
    pub(crate) build: Option<CodeBuild>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) waves: Vec<Wave>,
    pub(crate) location: SourceLocation,
}

impl Definition {
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

    /// The keys of its artifacts.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.key.clone()).collect()
    }
}

impl Pipeline<Drafting> {
    /// The pipeline of a service, started by new versions of an artifact: the only way to make one.
    #[track_caller]
    pub fn from_artifact(service: Service, artifact: Artifact) -> (Self, ArtifactHandle) {
        let definition = Definition {
            service,
            sources: vec![artifact],
            build: None,
            stacks: Vec::new(),
            permissions: None,
            waves: Vec::new(),
            location: Location::caller(),
        };
        let handle = ArtifactHandle {
            service: service.name,
            index: 0,
        };
        (Self::in_state(definition), handle)
    }

    /// Says what the deployment of this service may do; without it nothing can be released.
    pub fn permissions(mut self, permissions: Permissions) -> Pipeline<Permitted> {
        self.definition.permissions = Some(permissions);
        Pipeline::in_state(self.definition)
    }
}

impl<State> Pipeline<State> {
    fn in_state(definition: Definition) -> Self {
        Self {
            definition,
            state: PhantomData,
        }
    }
}

impl<State: Unreleased> Pipeline<State> {
    /// Adds a further artifact of the same build, such as the code of a function.
    pub fn source(&mut self, artifact: Artifact) -> ArtifactHandle {
        self.definition.sources.push(artifact);
        ArtifactHandle {
            service: self.definition.service.name,
            index: self.definition.sources.len() - 1,
        }
    }

    /// The build that makes its artifacts. Without one they come from elsewhere.
    pub fn built_by(mut self, build: CodeBuild) -> Self {
        self.definition.build = Some(build);
        self
    }

    /// Adds a stack; stacks of an environment are deployed one after the other, in this order.
    pub fn stack(mut self, stack: Stack) -> Self {
        self.definition.stacks.push(stack);
        self
    }
}

impl Pipeline<Permitted> {
    /// Releases to a wave first.
    pub fn release(mut self, wave: Wave) -> Pipeline<Releasing> {
        self.definition.waves.push(wave);
        Pipeline::in_state(self.definition)
    }
}

impl Pipeline<Releasing> {
    /// Releases to a further wave, after the ones before it.
    pub fn release(mut self, wave: Wave) -> Self {
        self.definition.waves.push(wave);
        self
    }

    pub(super) fn into_definition(self) -> Definition {
        self.definition
    }
}
