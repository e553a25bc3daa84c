use super::ecr_repository::EcrRepository;
use super::secret::Secret;
use crate::diagnostic::SourceLocation;

/// The image that a build runs in.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) name: String,
    /// What its registry asks for, where that is not ECR.
    pub(crate) credentials: Option<Secret>,
    pub(crate) location: Option<SourceLocation>,
}

impl Image {
    /// The repository that it is in, where that is one of ECR.
    pub(crate) fn ecr_repository(&self) -> Option<EcrRepository<'_>> {
        EcrRepository::of_image(&self.name)
    }
}
