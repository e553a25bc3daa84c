use super::access::AccessError;
use super::aws::CallError;
use super::status::Status;
use crate::synth::StackId;

/// What was done to a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was changed.
    Updated,
    /// There was nothing to do.
    Unchanged,
}

/// Why a stack could not be deployed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// There are no credentials for its account.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Its template is too large for an API call.
    #[error(
        "the template has {bytes} bytes without white space; an API call takes {limit}, and templates are not \
         uploaded yet: divide the services between two teams"
    )]
    TemplateTooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// Another stack does not show the value that it needs.
    #[error("stack `{stack}` has no output `{output}`, which parameter `{parameter}` takes")]
    MissingOutput {
        /// The parameter.
        parameter: String,
        /// The stack that should show it.
        stack: StackId,
        /// The output.
        output: String,
    },
    /// CloudFormation refused the change set.
    #[error("the change set was refused: {reason}")]
    ChangeSet {
        /// CloudFormation's reason.
        reason: String,
    },
    /// A resource could not be made.
    #[error("`{resource}` ({resource_type}) failed: {reason}")]
    Resource {
        /// The resource that failed first.
        resource: String,
        /// Its type.
        resource_type: String,
        /// CloudFormation's reason.
        reason: String,
    },
    /// The stack ended otherwise than it should.
    #[error("the stack ended as {0}")]
    Ended(Status),
    /// The stack is in a state in which it cannot be changed.
    #[error("the stack is in {0} and cannot be changed: mend or delete it in the console, then deploy again")]
    Blocked(Status),
    /// A stack of that name is not this team's.
    #[error(
        "a stack of that name exists and is not of team `{team}`: delete or rename it, or give the team another \
         name"
    )]
    NotOurs {
        /// The team that wanted it.
        team: String,
    },
}

/// A stack that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub stack: StackId,
    /// Why.
    pub error: StackError,
}

/// How a deployment ended: every stack is in one of the three lists, in dependency order.
#[derive(Debug, Default)]
pub struct Summary {
    /// What was done.
    pub done: Vec<(StackId, Outcome)>,
    /// What failed.
    pub failed: Vec<Failure>,
    /// What was not begun, with the failed stack that it needs.
    pub skipped: Vec<(StackId, StackId)>,
}

impl Summary {
    /// Whether every stack is as the program says.
    pub fn is_success(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty()
    }

    /// How many stacks ended with an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.done.iter().filter(|(_, done)| *done == outcome).count()
    }
}
