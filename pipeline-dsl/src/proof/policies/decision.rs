use std::sync::Arc;

use crate::diagnostic::SourceLocation;

/// What AWS would answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The request goes through.
    Allowed,
    /// `AccessDenied`.
    Denied,
}

/// An answer with its reasons: every policy that was asked, in the order in which AWS asks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// The reasons.
    pub steps: Vec<Step>,
}

/// What one policy says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The kind of policy: `identity policy`, `key policy`, …
    pub kind: &'static str,
    /// The resource that has it, and its stack; none where there is no such policy.
    pub policy: Option<Arc<str>>,
    /// The statement that decided, by its `Sid`.
    pub statement: Option<Arc<str>>,
    /// Where the program grants what that statement allows.
    pub location: Option<SourceLocation>,
    /// What it comes to.
    pub answer: Answer,
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A statement allows it.
    Allows,
    /// A statement refuses it, whatever else allows it.
    Refuses,
    /// No statement is about it, and one would have to allow it.
    Lacks,
    /// No statement is about it, and none has to be.
    Silent,
    /// The policy is not the team's: the program grants the request, so it is taken to allow it.
    Assumed,
}

impl Decision {
    /// The policies that would have to allow it and do not.
    pub fn lacking(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.answer, Answer::Lacks | Answer::Refuses))
    }

    /// The policy that is not the team's, and is taken to allow it.
    pub fn assumed(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.answer == Answer::Assumed)
    }
}
