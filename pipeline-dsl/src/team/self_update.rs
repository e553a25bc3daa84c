use super::build::repository::Repository;

/// How a team's own program is kept deployed: its repository, and how it is built from there.
///
/// A push to the branch builds the program, plans, asks where who may do what changes, and deploys; see
/// [`World::updates_itself`](super::World::updates_itself).
///
/// ```
/// # use pipeline_dsl::prelude::*;
/// # const GITHUB: Connection =
/// #     Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d");
/// let update = SelfUpdate::from(Repository::new(GITHUB, "acme/delivery")).directory("infrastructure");
/// ```
#[derive(Debug, Clone)]
pub struct SelfUpdate {
    pub(crate) repository: Repository,
    pub(crate) directory: String,
    pub(crate) image: String,
    pub(crate) compute_type: String,
    pub(crate) timeout_minutes: u32,
}

impl From<Repository> for SelfUpdate {
    /// The package at the repository's root, with one program in it, its `Cargo.lock` beside it; built on Amazon Linux with
    /// 7 GB of memory, each of the steps within an hour.
    fn from(repository: Repository) -> Self {
        Self {
            repository,
            directory: ".".to_owned(),
            image: "aws/codebuild/amazonlinux-x86_64-standard:5.0".to_owned(),
            compute_type: "BUILD_GENERAL1_MEDIUM".to_owned(),
            timeout_minutes: 60,
        }
    }
}

impl SelfUpdate {
    /// The package's directory in the repository.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<String>) -> Self {
        self.directory = directory.into();
        self
    }

    /// The image to build and run in.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html>
    #[must_use]
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = image.into();
        self
    }

    /// The machine to build on, such as `BUILD_GENERAL1_LARGE`.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
    #[must_use]
    pub fn compute_type(mut self, compute_type: impl Into<String>) -> Self {
        self.compute_type = compute_type.into();
        self
    }

    /// How long building, planning and deploying may take each, 5 to 2,160 minutes.
    #[must_use]
    pub fn timeout_minutes(mut self, minutes: u32) -> Self {
        self.timeout_minutes = minutes;
        self
    }
}
