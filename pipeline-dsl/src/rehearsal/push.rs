/// A push to the repository that an account builds.
#[derive(Debug, Clone)]
pub(super) struct Push {
    pub(super) service: String,
    pub(super) account: String,
    /// Whether what it makes is announced late.
    pub(super) late: bool,
}

/// What happens outside of the cloud, at its time.
#[derive(Debug)]
pub(super) enum Task {
    Push(Push),
    /// The build of a push is done, after the step of this number.
    Built(Push, usize),
}

impl Task {
    /// The push that it is about.
    pub(super) fn push(&self) -> &Push {
        match self {
            Self::Push(push) | Self::Built(push, _) => push,
        }
    }
}
