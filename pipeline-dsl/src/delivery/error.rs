use crate::deploy::AccessError;
use crate::deploy::Defect;
use crate::deploy::StackError;
use crate::deploy::aws::CallError;

/// Why an account did not answer, or did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// It could not be asked.
    #[error(transparent)]
    Asked(#[from] StackError),
    /// The team is not deployed there.
    #[error("the stack `{0}` is not deployed there")]
    NotDeployed(String),
    /// A queue has more than one run sends again.
    #[error("{0} dead letters were looked at, and there are more")]
    ManyLetters(usize),
    /// A stack that could not be created cannot be deleted either.
    #[error("stack `{stack}` could not be deleted: it is in {status}")]
    StackStays {
        /// Its name.
        stack: String,
        /// Its status.
        status: String,
    },
    /// The subscriber failed.
    #[error("the subscriber failed: {0}")]
    Raised(String),
}

impl DeliveryError {
    /// Whether calls were repeated until there was no time left.
    pub(super) const fn is_given_up(&self) -> bool {
        matches!(self, Self::Asked(StackError::GivenUp { .. }))
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Asked(error) => error.help(),
            Self::NotDeployed(_) => Some("`deploy` deploys it".to_owned()),
            Self::ManyLetters(_) => Some("run again: it goes on with the others".to_owned()),
            Self::StackStays { .. } => {
                Some("see its events in the console of CloudFormation and delete it there; then run `redrive` again, which starts its pipeline".to_owned())
            }
            Self::Raised(_) => None,
        }
    }
}

impl From<CallError> for DeliveryError {
    fn from(error: CallError) -> Self {
        Self::Asked(error.into())
    }
}

impl From<Defect> for DeliveryError {
    fn from(defect: Defect) -> Self {
        Self::Asked(defect.into())
    }
}

impl From<AccessError> for DeliveryError {
    fn from(error: AccessError) -> Self {
        Self::Asked(error.into())
    }
}
