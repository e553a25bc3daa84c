use super::alike::{Alike, alike, some_of};
use super::assumptions::Assumption;
use super::decision::{Answer, Decision, Verdict};
use super::hop::{Expectation, Hop};
use super::least_privilege::Finding;
use super::not_ours;
use super::policies::is_bounded;
use super::unasked::Unasked;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::policy::Requester;

/// What AWS would answer to every request: how many there are, and what has to be told of them.
#[derive(Debug, Clone)]
pub struct Proof {
    /// How many requests must be allowed.
    pub allowed: usize,
    /// How many requests must be denied.
    pub denied: usize,
    /// Those whose answer is the wrong one.
    pub broken: Vec<Proved>,
    /// Those that the program grants on what is not the team's, and that the policies of others must allow too.
    pub assumed: Vec<Proved>,
    /// Statements that are wider than they have to be.
    pub findings: Vec<Finding>,
    /// Statements that depend on what nobody documents.
    pub assumptions: Vec<Assumption>,
    /// Statements that never apply, and requests that AWS never makes.
    pub unasked: Vec<Unasked>,
}

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

impl Proof {
    /// Of nothing yet.
    pub(super) fn empty() -> Self {
        Self {
            allowed: 0,
            denied: 0,
            broken: Vec::new(),
            assumed: Vec::new(),
            findings: Vec::new(),
            assumptions: Vec::new(),
            unasked: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, proved: &Proved) {
        match proved.hop.expectation {
            Expectation::Allowed => self.allowed += 1,
            Expectation::Denied => self.denied += 1,
        }
    }

    /// Whether something has to be told of what the program grants.
    pub(super) fn tells_of_grants(&self) -> bool {
        let broken = self.broken.iter().any(|proved| proved.hop.declared.is_some());
        broken || !self.assumed.is_empty()
    }

    pub(super) fn forget_grants(&mut self) {
        self.broken.retain(|proved| proved.hop.declared.is_none());
        self.assumed.clear();
    }

    /// Keeps an answer that has to be told.
    pub(super) fn keep(&mut self, proved: Proved) {
        if !proved.holds() {
            self.broken.push(proved);
        } else if proved.hop.declared.is_some() && proved.decision.assumed().is_some() {
            self.assumed.push(proved);
        }
    }

    /// Whether every answer is the right one, and every question one that AWS asks.
    pub fn holds(&self) -> bool {
        self.broken.is_empty() && self.unasked.is_empty()
    }

    /// A warning for each condition key that is relied on and not documented, with the policies that rely on it.
    pub fn warnings(&self) -> Diagnostics {
        super::assumptions::warnings(&self.assumptions)
    }

    /// A diagnostic for each answer that is wrong, and for each statement or request that AWS never asks; those that one line of
    /// the program is the cause of are one.
    pub fn diagnostics(&self) -> Diagnostics {
        let mut found = super::unasked::diagnostics(&self.unasked);
        found.extend(alike(self.broken.iter()).iter().map(diagnostic));
        found
    }

    /// What the program grants on resources whose policies are not the team's: what has to be said there.
    pub fn notes(&self) -> Diagnostics {
        let notes = alike(self.assumed.iter()).into_iter().filter_map(|alike| {
            let kind = alike.first.decision.assumed()?.kind;
            not_ours::note(&alike, kind)
        });
        let mut found = Diagnostics::new();
        found.extend(notes);
        found
    }
}

impl Proved {
    /// What is wrong with the answer, with every policy that was asked, and how to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        diagnostic(&Alike::alone(self))
    }

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

fn diagnostic(alike: &Alike<'_>) -> Diagnostic {
    let Proved { hop, decision } = alike.first;
    let who = alike.who();
    let (actions, resources) = (some_of(&alike.actions()), some_of(&alike.resources()));
    let scattered = alike.scattered();
    let mut diagnostic = match hop.expectation {
        Expectation::Allowed => {
            let message = format!("{who} is denied {actions} on {resources}{scattered}");
            Diagnostic::new("proof::denied", message)
        }
        Expectation::Denied => {
            let message = format!("{who} is allowed {actions} on {resources}{scattered}");
            Diagnostic::new("proof::allowed", message)
        }
    };
    let location = alike.first.location();
    if let Some(location) = location {
        diagnostic = diagnostic.at(location, "granted here");
    }
    diagnostic = diagnostic.note(format!("{}: {}", hop.serves, hop.purpose));
    if alike.places().len() > 1 {
        diagnostic = diagnostic.note(format!("in {}", some_of(&alike.places())));
    }
    diagnostic = diagnostic.note(hop.page);
    for step in &decision.steps {
        let policy = step.policy.as_deref().unwrap_or("none is there");
        let answer = match step.answer {
            Answer::Allows => "allows it",
            Answer::Refuses => "refuses it",
            Answer::Lacks => "does not allow it",
            Answer::Silent => "says nothing of it",
            Answer::Assumed => "is not the team's",
        };
        let statement = step
            .statement
            .as_ref()
            .map_or_else(String::new, |sid| format!(", statement `{sid}`"));
        diagnostic = diagnostic.note(format!("{} {policy}{statement} {answer}", step.kind));
    }
    let own_policies = ["identity policy", "permissions boundary"];
    let lacking = decision.lacking().next().map_or("", |step| step.kind);
    match (hop.expectation, location) {
        (Expectation::Allowed, Some(_)) if !own_policies.contains(&lacking) => {
            diagnostic.help("this is the team's own, and its policies let no service do that: take it out, or name what is the service's")
        }
        (Expectation::Allowed, _) => diagnostic.help(statement_to_add(alike.first)),
        (Expectation::Denied, Some(_)) => {
            diagnostic.help("name what is the service's own, and no more than that")
        }
        (Expectation::Denied, None) => diagnostic.help("narrow the statement that allows it"),
    }
}

/// Where the statement is missing, and the statement.
fn statement_to_add(proved: &Proved) -> String {
    let request = &proved.hop.request;
    let lacking = proved.decision.lacking().next();
    let (kind, policy) = lacking.map_or(("policy", None), |step| (step.kind, step.policy.as_deref()));
    let place = policy.map_or_else(|| format!("a {kind}"), |policy| format!("the {kind} {policy}"));
    // Those that stand on a resource name who may; a key's and a trust policy's resource is their own.
    let principal = match (kind, &request.requester) {
        ("identity policy" | "permissions boundary", _) => String::new(),
        (_, Requester::Service(name)) => format!("\"Principal\": {{\"Service\": \"{name}\"}}, "),
        (_, requester) => {
            let account = requester.account().unwrap_or("*");
            format!("\"Principal\": {{\"AWS\": \"{account}\"}}, ")
        }
    };
    let resource = match kind {
        "trust policy" => String::new(),
        "key policy" => ", \"Resource\": \"*\"".to_owned(),
        _ => format!(", \"Resource\": \"{}\"", request.resource),
    };
    format!(
        "add to {place}: {{\"Effect\": \"Allow\", {principal}\"Action\": \"{}\"{resource}}}",
        request.action
    )
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
pub(super) fn name(requester: &Requester) -> String {
    match requester {
        Requester::Role(arn) => {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            match is_bounded(arn) {
                true => format!("a role within `{name}`"),
                false => format!("role `{name}`"),
            }
        }
        Requester::Administrator(account) => format!("an administrator of account {account}"),
        Requester::Service(name) => format!("`{name}`"),
        Requester::Anonymous => "anybody".to_owned(),
    }
}
