use std::marker::PhantomData;
use std::panic::Location;

use super::any::Any;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// An artifact: an object that a build puts into the build bucket.
#[derive(Debug, Clone)]
pub struct Artifact {
    pub(crate) key: String,
    /// What the buildspec calls it, where the program says so.
    pub(crate) identifier: Option<(String, SourceLocation)>,
    pub(crate) location: SourceLocation,
}

impl Artifact {
    /// The artifact under this key: `object_key!("orders/orders.zip")` is checked by rustc, any other text by the
    /// same rules of [`ObjectKey`](crate::model::ObjectKey) when the team is built.
    #[track_caller]
    pub fn key(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            identifier: None,
            location: Location::caller(),
        }
    }

    /// What the buildspec calls it under `secondary-artifacts`, in place of the last part of its key: for buildspecs that are there
    /// already. The first artifact of a build has no name there.
    ///
    /// ```
    /// # use pipeline_dsl::team::Artifact;
    /// Artifact::key("orders/handler.zip").identifier("Handler");
    /// ```
    ///
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-multi-in-out.html>
    #[must_use]
    #[track_caller]
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = Some((identifier.into(), Location::caller()));
        self
    }
}

impl Artifact {
    /// What the buildspec calls it when it is not the first of its build: the last part of its key in letters, digits
    /// and underscores, unless the program says otherwise.
    pub(crate) fn build_identifier(&self) -> String {
        if let Some((identifier, _)) = &self.identifier {
            return identifier.clone();
        }
        let name = self.key.rsplit('/').next().unwrap_or_default();
        name.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect()
    }
}

/// An artifact that is a source of one pipeline, and can be used in no other.
#[derive(Debug)]
pub struct ArtifactHandle<Of = Any> {
    pub(crate) service: Name,
    pub(crate) index: usize,
    of: PhantomData<fn() -> Of>,
}

impl<Of> Clone for ArtifactHandle<Of> {
    fn clone(&self) -> Self {
        Self::new(self.service, self.index)
    }
}

impl<Of> ArtifactHandle<Of> {
    pub(super) fn new(service: Name, index: usize) -> Self {
        Self {
            service,
            index,
            of: PhantomData,
        }
    }

    pub(super) fn any(&self) -> ArtifactHandle {
        ArtifactHandle::new(self.service, self.index)
    }

    /// A file inside the artifact, by its path in the archive.
    #[track_caller]
    pub fn file(&self, path: impl Into<String>) -> ArtifactFile<Of> {
        ArtifactFile {
            artifact: self.clone(),
            path: path.into(),
            location: Location::caller(),
        }
    }
}

/// A file inside an artifact, such as a template.
#[derive(Debug)]
pub struct ArtifactFile<Of = Any> {
    pub(crate) artifact: ArtifactHandle<Of>,
    pub(crate) path: String,
    pub(crate) location: SourceLocation,
}

impl<Of> Clone for ArtifactFile<Of> {
    fn clone(&self) -> Self {
        Self {
            artifact: self.artifact.clone(),
            path: self.path.clone(),
            location: self.location,
        }
    }
}

impl<Of> ArtifactFile<Of> {
    pub(super) fn any(self) -> ArtifactFile {
        ArtifactFile {
            artifact: self.artifact.any(),
            path: self.path,
            location: self.location,
        }
    }
}

/// What belongs to the same service.
#[diagnostic::on_unimplemented(
    message = "this is an artifact of service `{Self}`, and the pipeline delivers service `{Service}`",
    label = "an artifact of another pipeline",
    note = "make it a source of this pipeline too: `pipeline.source(Artifact::key(…))`"
)]
pub trait SameService<Service> {}
#[diagnostic::do_not_recommend]
impl<Service> SameService<Service> for Service {}
