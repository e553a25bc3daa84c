use std::panic::Location;

use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// An artifact: an object that a build puts into the build bucket.
#[derive(Debug, Clone)]
pub struct Artifact {
    pub(crate) key: String,
    pub(crate) location: SourceLocation,
}

impl Artifact {
    /// The artifact under this key, such as `orders/orders.zip`. The key's rules are those of
    /// [`ObjectKey`](crate::model::ObjectKey), checked when the team is built.
    #[track_caller]
    pub fn key(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            location: Location::caller(),
        }
    }
}

/// An artifact that is a source of one pipeline.
#[derive(Debug, Clone)]
pub struct ArtifactHandle {
    pub(crate) service: Name,
    pub(crate) index: usize,
}

impl ArtifactHandle {
    /// A file inside the artifact, by its path in the archive.
    #[track_caller]
    pub fn file(&self, path: impl Into<String>) -> ArtifactFile {
        ArtifactFile {
            artifact: self.clone(),
            path: path.into(),
            location: Location::caller(),
        }
    }
}

/// A file inside an artifact, such as a template.
#[derive(Debug, Clone)]
pub struct ArtifactFile {
    pub(crate) artifact: ArtifactHandle,
    pub(crate) path: String,
    pub(crate) location: SourceLocation,
}
