//! What is said of an answer that is the wrong one.

use super::alike::{Alike, some_of};
use super::proved::Proved;
use crate::diagnostic::Diagnostic;
use crate::policy::Requester;
use crate::proof::hop::Expectation;
use crate::proof::policies::Answer;

impl Proved {
    /// What is wrong with the answer, with every policy that was asked, and how to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        diagnostic(&Alike::alone(self))
    }
}

pub(super) fn diagnostic(alike: &Alike<'_>) -> Diagnostic {
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
