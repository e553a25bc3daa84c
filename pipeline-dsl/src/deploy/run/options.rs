use std::time::Duration;

use super::selection::Selection;
use crate::deploy::aws::settings;
use crate::deploy::walk::interrupt::Interrupt;

/// How a deployment is carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many stacks of one account are worked on at once.
    pub concurrency: usize,
    /// The longest wait between two looks at a stack that is being changed. Looks come sooner in the beginning.
    pub poll_interval: Duration,
    /// How long calls of one place may go on failing, or being unanswered, before it is given up.
    pub call_limit: Duration,
    /// How long nothing may happen in a stack that is being changed, by whomever, before nobody waits for it any longer.
    pub stack_limit: Duration,
    /// Which stacks are deployed.
    pub selection: Selection,
    /// Who deploys, for others to see while they wait; whoever the credentials are of, unless given.
    pub who: Option<String>,
    /// How to stop it.
    pub interrupt: Interrupt,
}

impl Options {
    /// Calls of one place may go on failing for so long, unless something else is said.
    pub const CALL_LIMIT: Duration = settings::CALL_LIMIT;

    /// Nothing may happen in a stack for so long, unless something else is said. A custom resource has an hour before CloudFormation
    /// gives it up.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
    pub const STACK_LIMIT: Duration = Duration::from_mins(90);
}

impl Default for Options {
    /// Every stack, eight of an account at once, a look every five seconds at least; a minute for calls that fail, and an hour and
    /// a half for stacks in which nothing happens.
    fn default() -> Self {
        Self {
            concurrency: 8,
            poll_interval: Duration::from_secs(5),
            call_limit: Self::CALL_LIMIT,
            stack_limit: Self::STACK_LIMIT,
            selection: Selection::default(),
            who: None,
            interrupt: Interrupt::default(),
        }
    }
}
