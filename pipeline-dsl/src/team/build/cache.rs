/// What a host keeps for the next build of the same project that runs on it.
///
/// Builds of pull requests keep nothing: what a stranger's build leaves would be taken by the next one.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocalCache {
    /// The repository: later builds fetch what has changed.
    Source,
    /// Layers of Docker images. Needs privileged mode.
    DockerLayer,
    /// The directories that the buildspec names under `cache: paths:`.
    Custom,
}

impl LocalCache {
    /// As CodeBuild spells it: `LOCAL_SOURCE_CACHE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "LOCAL_SOURCE_CACHE",
            Self::DockerLayer => "LOCAL_DOCKER_LAYER_CACHE",
            Self::Custom => "LOCAL_CUSTOM_CACHE",
        }
    }
}
