use std::time::Duration;

use serde::Serialize;

use crate::deploy::aws::access::AccessError;
use crate::deploy::aws::{CallError, CallErrorKind};
use crate::deploy::state::stack_state::BlockingResource;
use crate::deploy::state::status::Status;
use crate::deploy::walk::defect::Defect;
use crate::model::Region;
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
    /// It is gone.
    Deleted,
}

impl Outcome {
    /// As a word of a sentence: `created`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
        }
    }
}

fn listed(resources: &[BlockingResource]) -> String {
    let listed: Vec<String> = resources.iter().map(ToString::to_string).collect();
    listed.join("; ")
}

fn given_up(limit: Option<Duration>) -> String {
    match limit {
        Some(limit) => format!("; given up after {} seconds", limit.as_secs()),
        None => "; nobody has answered there so far".to_owned(),
    }
}

/// Why a stack could not be brought to what it should be.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// There are no credentials for its account.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Calls went on failing, or were not answered.
    #[error("{error}{}", given_up(*.limit))]
    GivenUp {
        /// How it failed last.
        error: Box<StackError>,
        /// How long it may go on failing; nothing, where nobody has ever answered.
        limit: Option<Duration>,
    },
    /// What came of it was not seen.
    #[error(transparent)]
    Defect(#[from] Defect),
    /// Its template is too large.
    #[error("the template has {bytes} bytes without white space; CloudFormation takes {limit}")]
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
    /// It is not to be touched, and others need what it would show.
    #[error("the stack is not deployed yet, and this deployment leaves it out")]
    LeftOut,
    /// CloudFormation refused the change set.
    #[error("the change set was refused: {reason}")]
    ChangeSet {
        /// CloudFormation's reason.
        reason: String,
    },
    /// CloudFormation did not finish the change set.
    #[error("CloudFormation has not finished the change set after {seconds} seconds")]
    ChangeSetPending {
        /// How long it was waited for.
        seconds: u64,
    },
    /// A resource could not be made, changed or deleted.
    #[error("`{resource}` ({resource_type}) failed: {reason}")]
    Resource {
        /// The resource that failed first.
        resource: String,
        /// Its type.
        resource_type: String,
        /// CloudFormation's reason.
        reason: String,
        /// What the stack is in now.
        status: Status,
    },
    /// A change failed, and so did taking it back.
    #[error("the stack is in UPDATE_ROLLBACK_FAILED, and the rollback fails again: {}", listed(.resources))]
    RollbackBlocked {
        /// The stack's name.
        stack_name: String,
        /// What cannot be rolled back.
        resources: Vec<BlockingResource>,
    },
    /// Some resources cannot be deleted.
    #[error("the stack cannot be deleted: {}", listed(.resources))]
    DeletionBlocked {
        /// The resources.
        resources: Vec<BlockingResource>,
    },
    /// What holds data was to be deleted, and cannot be released for it.
    #[error("the stack is in {0}, and its retention of buckets and keys cannot be taken off")]
    DataRetained(Status),
    /// The stack would have to be deleted, and is protected against it.
    #[error("the stack is in {status} and would have to be deleted, but termination protection is on")]
    TerminationProtected {
        /// The stack's name.
        stack_name: String,
        /// What it is in.
        status: Status,
    },
    /// Other stacks are deployed with its roles.
    #[error("the stack has the role that {} deployed with", these(stacks))]
    RoleInUse {
        /// The names of those stacks, in the same account and region.
        stacks: Vec<String>,
    },
    /// The stack ended otherwise than it should.
    #[error("the stack ended as {status}: {reason}")]
    Ended {
        /// How.
        status: Status,
        /// CloudFormation's reason, where it gave one.
        reason: String,
    },
    /// The stack is in a state in which it cannot be changed.
    #[error("the stack is in {0} and cannot be changed")]
    Blocked(Status),
    /// A stack of that name is not this team's.
    #[error("a stack of that name exists and is not of team `{team}`")]
    NotOurs {
        /// The team that wanted it.
        team: String,
    },
    /// The team has its build stack in another region, where the program still has stacks.
    #[error(
        "the team's build account is in {region} so far, where the program still has stacks, and two at once would want the same names"
    )]
    BuildElsewhere {
        /// Where it is.
        region: Region,
    },
    /// A change set of somebody else waits on a stack that does not exist yet.
    #[error("somebody else is about to create a stack of that name: change set `{change_set}` waits on it")]
    ForeignChangeSet {
        /// The change set.
        change_set: String,
    },
    /// More accounts have left the program than the build stack has room to remember.
    #[error("{places} accounts and regions have left the program, and their stacks are still there")]
    TooManyFormerPlaces {
        /// How many.
        places: usize,
    },
    /// Somebody else goes on changing the stack.
    #[error("somebody else was quicker each time, and the stack is not as the program says")]
    Contended,
    /// Whatever was asked for, the stack does not come to what it should be.
    #[error("{asked}, and the stack should be {expected}; {after} it is {seen}")]
    NoEnd {
        /// What was asked for last.
        asked: String,
        /// What should have come of it.
        expected: String,
        /// What was seen last.
        seen: String,
        /// After how much.
        after: String,
    },
    /// The deployment was stopped before this stack was begun.
    #[error("not begun")]
    NotBegun,
}

impl StackError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Access(error) => return error.help(),
            Self::GivenUp { error, .. } => return error.help(),
            Self::Call(error) => match error.kind() {
                CallErrorKind::Transient => error.mend().to_owned(),
                CallErrorKind::Expired => {
                    "log in again (`aws sso login`), then run again: it goes on from here".to_owned()
                }
                CallErrorKind::NoCredentials => {
                    "log in again (`aws sso login`), or name a profile (`AWS_PROFILE`)".to_owned()
                }
                CallErrorKind::Permanent => return error.refusal_mend().map(ToOwned::to_owned),
                CallErrorKind::Conflict | CallErrorKind::Missing => return None,
            },
            Self::Defect(_) => {
                "report it to the makers of pipeline-dsl with this message; running again goes on from here".to_owned()
            }
            Self::TemplateTooLarge { .. } => "divide the services between two teams".to_owned(),
            Self::LeftOut | Self::MissingOutput { .. } => {
                "deploy the stack that shows it first, or do not leave it out".to_owned()
            }
            Self::ChangeSetPending { .. } => "look at the change set in the console, or run again".to_owned(),
            Self::Resource { status, .. } if status.as_str() == "UPDATE_ROLLBACK_FAILED" => {
                "mend the reason and run again: the rollback is continued first".to_owned()
            }
            Self::Resource { reason, .. } if reason.contains("already exists") => {
                "delete or rename what has the name (keys and what other stacks hold outlive a stack), then run again"
                    .to_owned()
            }
            Self::Resource { .. } => "mend the reason and run again: it goes on from here".to_owned(),
            Self::RollbackBlocked {
                stack_name,
                resources,
            } => {
                let skipped: Vec<&str> = resources.iter().map(|each| each.logical_id.as_str()).collect();
                format!(
                    "mend what blocks and run again, or skip it: aws cloudformation continue-update-rollback \
                     --stack-name {stack_name} --resources-to-skip {}",
                    skipped.join(" ")
                )
            }
            Self::DeletionBlocked { .. } => {
                "remove what blocks, then run again; buckets are emptied by `destroy --delete-data`".to_owned()
            }
            Self::DataRetained(_) => {
                "destroy without `--delete-data`, then delete the buckets and keys by hand".to_owned()
            }
            Self::TerminationProtected { stack_name, .. } => format!(
                "take the protection off and run again: aws cloudformation update-termination-protection \
                 --no-enable-termination-protection --stack-name {stack_name}"
            ),
            Self::RoleInUse { .. } => {
                "a pipeline has deployed it while this ran: run again, and it is deleted too".to_owned()
            }
            Self::Blocked(_) => "mend or delete the stack in the console, then run again".to_owned(),
            Self::NotOurs { .. } => "delete or rename that stack, or give the team another name".to_owned(),
            Self::BuildElsewhere { .. } => {
                "move it in one go: `deploy --prune` destroys what is there first (its buckets and keys stay), and services are not \
                 delivered until all is deployed"
                    .to_owned()
            }
            Self::ForeignChangeSet { .. } => {
                "execute or delete that change set, or give the team another name".to_owned()
            }
            Self::TooManyFormerPlaces { .. } => "destroy them: `deploy --prune`".to_owned(),
            Self::NoEnd { .. } => {
                "look at the stack's events in the console, then run again: it goes on from here; where it only takes long, wait \
                 longer (`--stack-timeout`)"
                    .to_owned()
            }
            Self::Contended => "agree on who deploys, then run again".to_owned(),
            Self::ChangeSet { .. } | Self::Ended { .. } | Self::NotBegun => return None,
        })
    }

    /// The same, once nobody waits any longer.
    pub(crate) fn given_up(self, limit: Option<Duration>) -> Self {
        let error = Box::new(self);
        Self::GivenUp { error, limit }
    }

    /// The call that failed, where it was one.
    pub(crate) fn call(&self) -> Option<&CallError> {
        match self {
            Self::Call(error) => Some(error),
            Self::Access(error) => error.call(),
            _ => None,
        }
    }

    /// What it means for whoever wants to go on.
    pub(crate) fn kind(&self) -> CallErrorKind {
        self.call().map_or(CallErrorKind::Permanent, CallError::kind)
    }
}

/// A stack that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub stack: StackId,
    /// Why.
    pub error: StackError,
}

/// How a deployment ended: every stack that was asked for is in one of the first four lists, in the order of the work.
#[derive(Debug, Default)]
pub struct Summary {
    /// What was done.
    pub done: Vec<(StackId, Outcome)>,
    /// What failed.
    pub failed: Vec<Failure>,
    /// What was not begun, with the failed stack that it waited for.
    pub skipped: Vec<(StackId, StackId)>,
    /// What was not begun, because somebody stopped the deployment.
    pub not_begun: Vec<StackId>,
    /// Of stacks that are gone, what stays: it has to be deleted by itself, and costs until then.
    pub retained: Vec<(StackId, Vec<RetainedResource>)>,
}

/// A resource that outlives its stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RetainedResource {
    /// Its type.
    pub resource_type: String,
    /// Its name or id.
    pub physical_id: String,
}

impl Summary {
    /// Whether every stack is as the program says.
    pub fn is_success(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty() && self.not_begun.is_empty()
    }

    /// How many stacks ended with an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.done.iter().filter(|(_, done)| *done == outcome).count()
    }

    /// How many stacks there were.
    pub fn len(&self) -> usize {
        self.done.len() + self.failed.len() + self.skipped.len() + self.not_begun.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// ``stack `orders` is`` or ``stacks `orders` and 2 more are``.
fn these(stacks: &[String]) -> String {
    match stacks {
        [] => "no stack is".to_owned(),
        [one] => format!("stack `{one}` is"),
        [first, rest @ ..] => format!("stacks `{first}` and {} more are", rest.len()),
    }
}
