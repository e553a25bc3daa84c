//! A request with its answer, and who makes it.

use crate::diagnostic::SourceLocation;
use crate::policy::Requester;
use crate::proof::deployed::is_bounded;
use crate::proof::hop::{Expectation, Hop};
use crate::proof::policies::{Answer, Decision, Verdict};

/// A request with its answer.
#[derive(Debug, Clone)]
pub struct Proved {
    /// The request.
    pub hop: Hop,
    /// The answer.
    pub decision: Decision,
}

impl Proved {
    /// Whether the answer is the one that it must be.
    pub fn holds(&self) -> bool {
        match self.hop.expectation {
            Expectation::Allowed => self.decision.verdict == Verdict::Allowed,
            Expectation::Denied => self.decision.verdict == Verdict::Denied,
        }
    }
}

impl Proved {
    /// Where the program grants what is asked, or what allows it.
    pub fn location(&self) -> Option<SourceLocation> {
        let declared = self.hop.declared.as_ref().map(|declared| declared.location);
        let mut allowing = self
            .decision
            .steps
            .iter()
            .filter(|step| step.answer == Answer::Allows);
        declared.or_else(|| allowing.find_map(|step| step.location))
    }
}

/// Who it is, as people say it.
pub fn describe(requester: &Requester) -> String {
    match requester {
        Requester::Role(_) => {
            let account = requester.account().unwrap_or_default();
            format!("{} of account {account}", name(requester))
        }
        other => name(other),
    }
}

/// The same in whichever account.
pub(in crate::proof) fn name(requester: &Requester) -> String {
    match requester {
        Requester::Role(arn) => {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            if is_bounded(arn) {
                format!("a role within `{name}`")
            } else {
                format!("role `{name}`")
            }
        }
        Requester::Administrator(account) => format!("an administrator of account {account}"),
        Requester::Service(name) => format!("`{name}`"),
        Requester::Federated(provider) => {
            format!("a token of `{}`", provider.rsplit('/').next().unwrap_or(provider))
        }
        Requester::Anonymous => "anybody".to_owned(),
    }
}
